"""A month learnt in earnest: labels to a data version, a candidate, the gates, and a draft release for a person.

Nothing here lets a release serve: it is entered as a draft, or as rejected where a gate failed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from bot.config import RetrainEntry
from bot.releases.book import ReleaseBook
from bot.releases.make import make_release
from bot.releases.manifest import Manifest, new_release_id
from eval.errors import NothingLearnt
from eval.retrain.candidate import Candidate, CandidatePlan, Champion, forget_model, make_candidate, prepare_version
from eval.retrain.data_version import ABOUT, DataVersion, Labelled
from eval.retrain.labels.book import LabelBook
from eval.retrain.measure import FULL, Scale
from eval.retrain.study import month_window
from eval.retrain.training import Progress, Recipe, Train, has_trainer, train_candidate
from eval.retrain.verdict import failed_gates
from knowledge_base.editing.book import ArticleBook
from storage.clock import Clock
from storage.database import Database

PASSED, REJECTED, NONE = "passed", "rejected", "none"
NO_TRAINER = "这台机器没有装训练所需的 torch：只出了报告，没有候选（pip install -e '.[train]'）"
_LARGEST_PAGE = 100


@dataclass(frozen=True, slots=True)
class Learnt:
    """What came of a month."""

    verdict: str
    """passed | rejected | none."""
    detail: str
    """One line for people."""
    release: str | None = None
    page: Path | None = None


@dataclass(frozen=True, slots=True)
class Learning:
    """Learns months into releases."""

    root: Path
    """The project folder."""
    home: Path
    database: Database
    clock: Clock
    entry: RetrainEntry
    """The `retrain` section of config.yml."""
    train: Train = train_candidate
    scale: Scale = FULL

    async def learn(self, month: str, by: str, *, force: bool, progress: Progress) -> Learnt:
        """Make and judge a candidate of all labels until the end of a month, and enter it as a release.

        Without new labels none is made, unless forced; without torch none can be made. Raises FrozenSentenceLearnt,
        FrozenSetChanged, TrainingFailed, ReleaseInvalid, StoreUnavailable and what loading a project raises.
        """
        book = ReleaseBook(self.database, self.clock)
        await book.prepare()
        champion = await self._champion(book)
        labels = await self._labels(month)
        progress("data", 0.0)
        plan = self._plan()
        version, frozen = prepare_version(plan, labels, month)
        try:
            await self._refuse_old(book, champion, version, force=force)
        except NothingLearnt as nothing:
            return Learnt(NONE, str(nothing))
        if not has_trainer():
            return Learnt(NONE, NO_TRAINER)
        candidate = await make_candidate(plan, champion, version, frozen, self.clock, progress)
        progress("release", 0.0)
        return await self._enter(book, champion, candidate, by)

    async def _champion(self, book: ReleaseBook) -> Champion:
        serving = await book.serving()
        return Champion(serving.stable, book.folder_of(serving.stable, self.root, self.home))

    async def _labels(self, month: str) -> Sequence[Labelled]:
        _, end = month_window(month)
        labels = LabelBook(self.database)
        await labels.prepare()
        return [label for label in await labels.accepted() if label.at < end.timestamp()]

    def _plan(self) -> CandidatePlan:
        entry = self.entry
        recipe = Recipe(
            entry.training,
            entry.copies,
            entry.attempts,
            limit_seconds=entry.limit_hours * 3600,
            niceness=entry.niceness,
        )
        return CandidatePlan(self.root, self.home, recipe, self.scale, train=self.train)

    async def _refuse_old(self, book: ReleaseBook, champion: Champion, version: DataVersion, *, force: bool) -> None:
        """Raise NothingLearnt where the champion, or another candidate, has learnt these labels already."""
        if force:
            return
        if not version.learnt + version.held_out:
            raise NothingLearnt("没有标注好的新句子，不训练候选（--force 可强制）")
        releases, _ = await book.page(size=_LARGEST_PAGE)
        for one in releases:
            if one.data_version == version.id:
                raise NothingLearnt(f"这批标注已经做过候选 {one.id}，没有新句子（--force 可强制）")
            if one.id == champion.id and _labels_of(self.home, one.data_version) == version.labels_hash:
                raise NothingLearnt(f"现行发布 {one.id} 已经学过这批标注，没有新句子（--force 可强制）")

    async def _enter(self, book: ReleaseBook, champion: Champion, candidate: Candidate, by: str) -> Learnt:
        articles = ArticleBook(self.database, clock=self.clock)
        await articles.prepare()
        version, verdict = candidate.version, candidate.verdict
        release_id = new_release_id(version.month, version.month)
        failed = failed_gates(verdict.gates)
        tries = f"第 {candidate.attempts} 次训练；" if candidate.attempts > 1 else ""
        note = f"学了 {version.learnt} 句标注；{tries}" + (f"未过门槛：{failed}" if failed else "门槛全部通过")
        manifest = Manifest(
            id=release_id,
            made_at=self.clock().timestamp(),
            made_by=by[:64],
            note=note,
            month=version.month,
            data_version=version.id,
            parent=champion.id,
            knowledge_revision=await articles.revision(),
            gates=verdict.model_copy(update={"candidate": release_id}),
        )
        folder = make_release(
            champion.folder,
            self.home,
            manifest=manifest,
            models={"nlu": candidate.model},
            data={"nlu": version.training},
        )
        await book.add(folder, manifest)
        forget_model(candidate)
        return Learnt(PASSED if verdict.passed else REJECTED, note, release_id, candidate.page)


def _labels_of(home: Path, data_version: str | None) -> str | None:
    """Return what labels a release has learnt; None where that is not known."""
    file = home / "retrain" / "data" / str(data_version) / ABOUT
    return str(orjson.loads(file.read_bytes())["labels_hash"]) if data_version and file.is_file() else None
