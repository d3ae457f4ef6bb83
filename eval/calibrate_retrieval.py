"""Fits the weights of the knowledge retrieval and writes models/retrieval.json: `python -m eval.calibrate_retrieval`.

The weights come from wordings that are held out of the index (see knowledge_base/calibrate.py); test questions with
known facts then move the probability to where customers' questions lie, which are plainer than our hardest wordings.

The shipped encoder has learnt the articles' own wordings, so its cosines with them say too much. The weights are
therefore fitted with an encoder that was trained in the same way on a round only: `--write-round FOLDER`, then
`python -m nlu.pretrain --articles FOLDER` from the shipped encoder's `contrastive` stage, then `--round-encoder`.
"""

import argparse
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
import yaml

from eval.kb import KnowledgeQuestion, load_questions
from knowledge_base.answer import Answer, Finding
from knowledge_base.article import Article
from knowledge_base.calibrate import (
    Case,
    HeldOutQuestion,
    Round,
    collect_cases,
    fit_fusion,
    plan_rounds,
    shift_certainty,
)
from knowledge_base.fuse import Calibration, Fusion, save_calibration
from knowledge_base.load_articles import load_articles
from knowledge_base.search import TIME_ZONE, Searcher
from knowledge_base.snapshot import EmbedTexts, Snapshot, build_snapshot
from knowledge_base.vector_cache import Vectors, embed_with_cache
from knowledge_base.vocabulary import Vocabulary, load_vocabulary
from nlu.encoder.onnx_encoder import OnnxEncoder
from nlu.examples import load_training_set

FOREIGN_INTENTS: Final = {
    "out_of_scope": 1,
    "chitchat": 2,
    "query_bill": 6,
    "query_balance": 6,
    "query_payment_record": 6,
}
"""Sentences that no article answers: intent -> every how many are used."""
ANSWER_FROM: Final = 0.5
SUGGEST_FROM: Final = 0.1


ROUNDS: Final = 4
"""The first of as many rounds is asked of the round encoder."""


@dataclass(frozen=True, slots=True)
class Materials:
    """What a calibration is made from."""

    articles: tuple[Article, ...]
    vocabulary: Vocabulary
    foreign: tuple[str, ...]
    questions: tuple[KnowledgeQuestion, ...]
    at: datetime

    @property
    def first_round(self) -> Round:
        """What the round encoder may learn, and what it is asked: held-out wordings and all foreign sentences."""
        first = next(iter(plan_rounds(self.articles, (), ROUNDS)))
        return Round(
            first.articles, first.questions + tuple(HeldOutQuestion(text, None, None) for text in self.foreign)
        )


def main() -> None:
    """Write the round, or fit with and without the encoder and save."""
    options = parse_options()
    materials = Materials(
        articles=load_articles(options.articles),
        vocabulary=load_vocabulary(options.articles.parent / "knowledge_synonyms.yml"),
        foreign=read_foreign(options.nlu),
        questions=load_questions(options.questions),
        at=datetime.fromisoformat(options.at).replace(tzinfo=TIME_ZONE),
    )
    if options.write_round:
        write_round(materials.first_round, options.write_round)
        return
    if not options.round_encoder:
        raise SystemExit("name --round-encoder, an encoder trained on what --write-round wrote")
    shipped = remember(OnnxEncoder(options.encoder).load().embed)
    round_embed = remember(OnnxEncoder(options.round_encoder).load().embed)
    full = calibrate(materials, [materials.first_round], round_embed, shipped)
    lexical = calibrate(materials, plan_rounds(materials.articles, materials.foreign), None, None)
    save_calibration(Calibration(full, lexical, ANSWER_FROM, SUGGEST_FROM), options.out)
    embed_and_keep = partial(embed_with_cache, embed=shipped, cache_folder=options.vectors)
    build_snapshot(materials.articles, materials.vocabulary, embed_and_keep)
    print(f"wrote {options.out} and {options.vectors}")


def write_round(first: Round, folder: Path) -> None:
    """Write the wordings that the round encoder may learn, in the form that `nlu.pretrain --articles` reads."""
    folder.mkdir(parents=True, exist_ok=True)
    entries = [{"topic": a.topic, "question": a.question, "similar": list(a.similar)} for a in first.articles]
    (folder / "round.yml").write_text(yaml.safe_dump(entries, allow_unicode=True), encoding="utf-8")


def calibrate(
    materials: Materials, rounds: Iterable[Round], fit_embed: EmbedTexts | None, embed: EmbedTexts | None
) -> Fusion:
    """Fit on held-out wordings, then move the probability to the test questions."""
    cases = collect_cases(rounds, materials.vocabulary, fit_embed)
    fusion = fit_fusion(cases)
    print(
        f"held-out wordings: first {share_right(cases, fusion, 1):.3f}, among three {share_right(cases, fusion, 3):.3f}"
    )
    snapshot = build_snapshot(materials.articles, materials.vocabulary, embed)
    return shift_certainty(fusion, *rate_questions(materials, snapshot, fusion, embed))


def rate_questions(
    materials: Materials, snapshot: Snapshot, fusion: Fusion, embed: EmbedTexts | None
) -> tuple[list[float], list[bool]]:
    """Return the logit of every test question, and whether the best article has its facts."""
    calibration = Calibration(fusion, fusion, 0.0, 0.0)
    searcher = Searcher(snapshot, calibration, embed)
    logits: list[float] = []
    answers: list[bool] = []
    for question in materials.questions:
        found = searcher.find(question.question, region=question.region, at=materials.at)
        score = min(max(found.score, 1e-6), 1 - 1e-6)
        logits.append(float(np.log(score / (1 - score))))
        answers.append(has_facts(found, question))
    return logits, answers


def has_facts(found: Finding, question: KnowledgeQuestion) -> bool:
    """Say whether an answer is what the test question expects; a question back for the region is right too."""
    if isinstance(found, Answer):
        return question.is_met_by(None if found.is_referral and not question.is_answerable else found.text)
    return question.is_answerable and question.region is None


def share_right(cases: Sequence[Case], fusion: Fusion, among: int) -> float:
    """Return the share of answerable cases whose topic stands among the best few."""
    asked = [case for case in cases if case.is_answerable]
    found = [case.right in np.argsort(-fusion.score(case.rows))[:among].tolist() for case in asked]
    return sum(found) / max(len(asked), 1)


def read_foreign(folder: Path) -> tuple[str, ...]:
    """Return sentences of the training data that no article answers."""
    by_intent: dict[str, list[str]] = {}
    for example in load_training_set(folder).examples:
        if len(example.intents) == 1:
            by_intent.setdefault(example.intents[0], []).append(example.text)
    return tuple(text for intent, every in FOREIGN_INTENTS.items() for text in by_intent.get(intent, [])[::every])


def remember(embed: Callable[[Sequence[str]], Vectors]) -> EmbedTexts:
    """Return the encoder with a memory, since every round embeds nearly the same texts."""
    known: dict[str, Vectors] = {}

    def embed_texts(texts: Sequence[str]) -> Vectors:
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        if missing:
            known.update(zip(missing, embed(missing), strict=True))
        return np.array([known[text] for text in texts], dtype=np.float32)

    return embed_texts


def parse_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m eval.calibrate_retrieval", description=__doc__)
    parser.add_argument("--articles", type=Path, default=Path("data/knowledge"))
    parser.add_argument("--nlu", type=Path, default=Path("data/nlu"), help="sentences, of which some are foreign")
    parser.add_argument("--questions", type=Path, default=Path("data/eval/knowledge_dev.jsonl"), help="test questions")
    parser.add_argument("--encoder", type=Path, default=Path("models/encoder"), help="the encoder that is shipped")
    parser.add_argument("--round-encoder", type=Path, help="an encoder that never saw the held-out wordings")
    parser.add_argument("--write-round", type=Path, help="only write what the round encoder may learn to this folder")
    parser.add_argument("--at", default="2026-11-21", help="the day on which the questions are asked")
    parser.add_argument("--out", type=Path, default=Path("models/retrieval.json"))
    parser.add_argument("--vectors", type=Path, default=Path("models/vectors"), help="folder for the articles' vectors")
    return parser.parse_args()


if __name__ == "__main__":
    main()
