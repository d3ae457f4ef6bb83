"""One month's study from the store into the store, its progress told; the console and the command line begin it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson

from bot.load_models import open_knowledge_encoder
from bot.project import Project
from connectors.desk.organisation import load_organisation
from eval.errors import EncoderMissing
from eval.retrain.capture import CaptureRules
from eval.retrain.labels.keep import StudyKeeper, earlier_topics
from eval.retrain.labels.settings import LabelSettings, load_label_settings
from eval.retrain.labels.store import LearningStore
from eval.retrain.labels.studies import Studies, Study
from eval.retrain.page import render_page
from eval.retrain.study import KnownSentence, MonthStudy, StudyRules, render_topics, study_month
from knowledge_base.editing.book import ArticleBook
from knowledge_base.load_articles import load_articles
from knowledge_base.overlay import NO_OVERLAY, Overlay
from nlu.examples import load_training_set
from storage.database import Database
from storage.home import home_folder

TRAINING = "data/nlu"
FOLDER, TOPICS, PAGE, QUEUE = "retrain", "topics.json", "study.html", "queue.jsonl"
KEEPING = "keeping"
_HEARTBEAT_SECONDS = 0.5


@dataclass(slots=True)
class _Progress:
    """The last that the thread told; a task writes it down."""

    told: tuple[str, float] = ("", 0.0)

    def tell(self, step: str, done: float) -> None:
        """Take what the study tells, from whatever thread."""
        self.told = (step, done)


async def run_study(project_folder: Path, project: Project, database: Database, study: Study) -> MonthStudy:
    """Study a month and keep what was found; the row of the study tells how it went.

    Raises MonthUnreadable, LabelSettingsInvalid, StoreUnavailable, NluError, KnowledgeError; the row has failed then.
    """
    studies = Studies(LearningStore(database))
    began = time.monotonic()

    def now() -> float:
        return study.begun_at + time.monotonic() - began

    try:
        settings = load_label_settings(project_folder)
        async with _told(studies, study.id) as progress:
            encoder = await asyncio.to_thread(open_knowledge_encoder, project_folder, project.config.knowledge)
            if encoder is None:
                raise EncoderMissing("config.yml names no encoder: there is nothing to compare questions with")
            folder = project_folder / project.config.knowledge.articles
            book = ArticleBook(database)
            await book.prepare()
            overlay = await book.overlay()
            known = await asyncio.to_thread(lambda: list(known_sentences(project_folder / TRAINING, folder, overlay)))
            found = await study_month(
                database,
                study.month,
                known,
                encoder.embed_questions,
                await earlier_topics(database, study.month),
                study_rules(settings),
                load_organisation(project_folder).scope_of,
                progress.tell,
            )
            progress.tell(KEEPING, 0.95)
            kept = await StudyKeeper(LearningStore(database), settings).keep(found)
            write_study(home_folder() / FOLDER / study.month, found)
        await studies.finish(study.id, kept, now())
    except BaseException as error:
        await studies.fail(study.id, str(getattr(error, "code", "study_failed"))[:64], now())
        raise
    return found


def study_rules(settings: LabelSettings) -> StudyRules:
    """Return what data/retrain/labels.yml says about a study."""
    said = settings.capture
    rules = CaptureRules(sure=said.sure, margin=said.margin, heard=said.heard, novel=said.novel)
    return StudyRules(rules, settings.business_weights, said.poor_rating, said.quality_items)


def known_sentences(training: Path, articles: Path, published: Overlay = NO_OVERLAY) -> Iterator[KnownSentence]:
    """What the bot was trained on and what its articles answer; `published`: what people published over the files."""
    for example in load_training_set(training).examples:
        yield KnownSentence(example.text, "intent", "+".join(example.intents))
    for article in published.over(load_articles(articles)):
        for question in article.questions:
            yield KnownSentence(question, "article", article.id)


def write_study(folder: Path, study: MonthStudy) -> None:
    """Write page, topics and labelling queue for who works without the console."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / PAGE).write_text(render_page(study), "utf-8")
    (folder / TOPICS).write_bytes(orjson.dumps(render_topics(study.topics), option=orjson.OPT_INDENT_2))
    (folder / QUEUE).write_bytes(b"".join(_queue_lines(study)))


def _queue_lines(study: MonthStudy) -> Sequence[bytes]:
    return [
        orjson.dumps(
            {
                "text": question.text,
                "volume": question.volume,
                "score": round(question.score, 4),
                "understood_as": question.messages[0].intent,
                "reasons": sorted({reason for message in question.messages for reason in message.reasons}),
                "seen_in": [f"{message.conversation}:{message.turn}" for message in question.messages[:5]],
            },
            option=orjson.OPT_APPEND_NEWLINE,
        )
        for question in study.questions
    ]


@asynccontextmanager
async def _told(studies: Studies, study_id: int) -> AsyncIterator[_Progress]:
    """Write progress down beside the study, twice a second at most, until the block ends."""
    progress = _Progress()

    async def write() -> None:
        while True:
            await studies.tell(study_id, *progress.told)
            await asyncio.sleep(_HEARTBEAT_SECONDS)

    task = asyncio.create_task(write())
    try:
        yield progress
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
