"""Fits the weights of the knowledge retrieval and writes models/retrieval.json: `python -m eval.calibrate_retrieval`.

With an encoder the weights come from the development questions: no encoder has learnt them and no article holds them,
so that their cosines are those of life. The articles' own wordings would not do: the encoder was trained on them.
Without an encoder there is nothing that could have learnt them, and the weights come from wordings held out of the
index (see knowledge_base/calibrate.py). Sentences of other intents say what no article answers.

The articles' vectors are computed by the way and kept in models/vectors. Run it after the encoder, the articles or the
features changed; it prints what a five-fold cross-validation makes of the development questions.
"""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from eval.kb import KnowledgeQuestion, load_questions
from knowledge_base.answer import Answer, Finding
from knowledge_base.article import Article
from knowledge_base.calibrate import Case, collect_cases, fit_fusion, plan_rounds, shift_certainty
from knowledge_base.evidence import FEATURES, Rows
from knowledge_base.fuse import Calibration, Fusion, save_calibration
from knowledge_base.indexing import build_snapshot
from knowledge_base.load_articles import load_articles
from knowledge_base.search import TIME_ZONE, Searcher, lacks_what_is_asked, place_of
from knowledge_base.snapshot import EmbedTexts, Snapshot, Topic
from knowledge_base.text import read_text
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
FOREIGN_WEIGHT: Final = 0.1
"""They are many and easy; the questions of the file are few and near."""
QUESTIONS: Final = tuple(
    Path("data/eval", name)
    for name in (
        "knowledge_dev.jsonl",
        "knowledge_refusals_dev.jsonl",
        "knowledge_open_dev.jsonl",
        "knowledge_retired.jsonl",
    )
)
ANSWER_FROM: Final = 0.4
SUGGEST_FROM: Final = 0.1
FOLDS: Final = 5
PARTS: Final = 2
"""Each part of the wordings makes an index of its own."""
_ROUNDS_OF_CHOICE: Final = 3
_FIRST_GUESS: Final = {"cosine_best": 4.6, "cosine_top": 7.5, "question_covered_by_topic": 4.0, "answer_fits": 1.0}
"""Weights by which the right one of several articles with the facts is chosen at first."""


@dataclass(frozen=True, slots=True)
class Materials:
    """What a calibration is made from."""

    articles: tuple[Article, ...]
    vocabulary: Vocabulary
    foreign: tuple[str, ...]
    questions: tuple[KnowledgeQuestion, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Trial:
    """A question's candidates that may be told to the customer, and which of them hold what is expected."""

    rows: Rows
    has_facts: NDArray[np.bool_]
    is_answerable: bool
    refused: NDArray[np.bool_]
    """Candidates of which the bot would tell nothing: referrals, and those that lack a word of another trade."""
    weight: float = 1.0

    def to_case(self, rank: NDArray[np.float64]) -> Case:
        """Return the case whose right candidate is the likeliest of those with the facts."""
        scores = np.where(self.has_facts, self.rows @ rank, -np.inf)
        right = int(np.argmax(scores)) if self.has_facts.any() else None
        return Case(self.rows, right, self.is_answerable, self.weight, self.refused)


def main() -> None:
    """Fit with and without the encoder, save, and say what it is worth."""
    options = parse_options()
    materials = Materials(
        articles=load_articles(options.articles),
        vocabulary=load_vocabulary(options.articles.parent / "knowledge_synonyms.yml"),
        foreign=read_foreign(options.nlu),
        questions=tuple(question for file in options.questions for question in load_questions(file)),
        at=datetime.fromisoformat(options.at).replace(tzinfo=TIME_ZONE),
    )
    encoder = OnnxEncoder(options.encoder).load().embed
    keep = partial(embed_with_cache, embed=encoder, cache_folder=options.vectors)
    build_snapshot(materials.articles, materials.vocabulary, keep)
    trials = collect_trials(materials, remember(encoder))
    report_folds(trials)
    full = fit_trials(trials)
    save_calibration(Calibration(full, fit_lexical(materials), ANSWER_FROM, SUGGEST_FROM), options.out)
    print(f"wrote {options.out} and {options.vectors}")


def collect_trials(materials: Materials, embed: EmbedTexts) -> list[Trial]:
    """Return what an index with a part of the wordings makes of every question, for each of the parts.

    Editors write wordings after questions that failed. With a part left out a question of the file is again as far
    from its article as a customer's is.
    """
    every: list[list[Trial]] = []
    for part in range(PARTS):
        kept = [replace(article, similar=article.similar[part::PARTS]) for article in materials.articles]
        every.append(try_questions(materials, build_snapshot(kept, materials.vocabulary, embed), embed))
    return [trial for same in zip(*every, strict=True) for trial in same]


def try_questions(materials: Materials, snapshot: Snapshot, embed: EmbedTexts) -> list[Trial]:
    """Return what one index makes of every development question and every foreign sentence."""
    foreign = [KnowledgeQuestion(text, None, False) for text in materials.foreign]
    asked = [*((question, 1.0) for question in materials.questions), *((each, FOREIGN_WEIGHT) for each in foreign)]
    readings = [read_text(question.question, materials.vocabulary) for question, _ in asked]
    embed([reading.spoken for reading in readings if reading.spoken])
    searcher = Searcher(snapshot, Calibration(_NO_WEIGHTS, _NO_WEIGHTS, 0.0, 0.0), embed)
    trials: list[Trial] = []
    for (question, weight), reading in zip(asked, readings, strict=True):
        evidence = searcher.gather(reading)
        place = place_of(reading, question.region)
        topics = [snapshot.topics[number] for number in evidence.topics]
        told = np.array([bool(_told(topic, place, materials.at)) for topic in topics], dtype=bool)
        facts = np.array([_has_facts(topic, place, materials.at, question) for topic in topics], dtype=bool)
        referrals = np.array([_refers(topic, place, materials.at) for topic in topics], dtype=bool)
        refused = referrals | lacks_what_is_asked(evidence.rows) | reading.is_elsewhere
        trials.append(Trial(evidence.rows[told], facts[told], question.is_answerable, refused[told], weight))
    return trials


def _told(topic: Topic, place: str | None, at: datetime) -> list[Article]:
    return [a for a in topic.articles if a.is_in_force(at.date()) and (place is None or a.holds_in(place))]


def _refers(topic: Topic, place: str | None, at: datetime) -> bool:
    """Say whether all that a topic can tell is that the fact is not confirmed."""
    return all(article.is_referral for article in _told(topic, place, at))


def _has_facts(topic: Topic, place: str | None, at: datetime, question: KnowledgeQuestion) -> bool:
    """Say whether an article of the topic is the answer that the question expects."""
    articles = [article for article in _told(topic, place, at) if not article.is_referral]
    return question.is_answerable and any(question.is_met_by(article.answer) for article in articles)


def fit_trials(trials: Sequence[Trial]) -> Fusion:
    """Fit, choosing anew which of several candidates with the facts is the right one."""
    rank = np.array([_FIRST_GUESS.get(name, 0.0) for name in FEATURES])
    asked = [trial for trial in trials if len(trial.rows)]
    for _ in range(_ROUNDS_OF_CHOICE):
        fusion = fit_fusion([trial.to_case(rank) for trial in asked], weight_of_near_miss=1.0)
        rank = fusion.rank
    return fusion


def report_folds(trials: Sequence[Trial]) -> None:
    """Print what share of the questions left out of a fold's fit is answered rightly, and what share is refused."""
    outcomes: list[tuple[bool, bool, float]] = []
    for fold in range(FOLDS):
        folds = [place // PARTS % FOLDS for place in range(len(trials))]
        fusion = fit_trials([trial for trial, part in zip(trials, folds, strict=True) if part != fold])
        own = [trial for trial, part in zip(trials, folds, strict=True) if part == fold]
        for trial in (each for each in own if each.weight == 1.0 and len(each.rows)):
            scores = fusion.score(trial.rows)
            best = int(np.argmax(scores))
            score = 0.0 if trial.refused[best] else fusion.probability(trial.rows, scores, best)
            outcomes.append((trial.is_answerable, bool(trial.has_facts[best]), score))
    for bar in (0.3, 0.4, 0.5, 0.6, 0.7):
        right = [is_right and score >= bar for answerable, is_right, score in outcomes if answerable]
        refused = [score < bar for answerable, _, score in outcomes if not answerable]
        print(f"answer from {bar}: right {np.mean(right):.3f}, refused {np.mean(refused):.3f}")


def fit_lexical(materials: Materials) -> Fusion:
    """Fit without an encoder on held-out wordings, then move the probability to the development questions."""
    cases = collect_cases(plan_rounds(materials.articles, materials.foreign), materials.vocabulary, None)
    fusion = fit_fusion(cases)
    snapshot = build_snapshot(materials.articles, materials.vocabulary, None)
    searcher = Searcher(snapshot, Calibration(fusion, fusion, 0.0, 0.0), None)
    logits: list[float] = []
    answers: list[bool] = []
    for question in materials.questions:
        found = searcher.find(question.question, region=question.region, at=materials.at)
        score = min(max(found.score, 1e-6), 1 - 1e-6)
        logits.append(float(np.log(score / (1 - score))))
        answers.append(has_facts(found, question))
    return shift_certainty(fusion, logits, answers)


def has_facts(found: Finding, question: KnowledgeQuestion) -> bool:
    """Say whether an answer is what the test question expects; a question back for the region is right too."""
    if isinstance(found, Answer):
        return question.is_met_by(None if found.is_referral and not question.is_answerable else found.text)
    return question.is_answerable and question.region is None


def read_foreign(folder: Path) -> tuple[str, ...]:
    """Return sentences of the training data that no article answers."""
    by_intent: dict[str, list[str]] = {}
    for example in load_training_set(folder).examples:
        if len(example.intents) == 1:
            by_intent.setdefault(example.intents[0], []).append(example.text)
    return tuple(text for intent, every in FOREIGN_INTENTS.items() for text in by_intent.get(intent, [])[::every])


def remember(embed: Callable[[Sequence[str]], Vectors]) -> EmbedTexts:
    """Return the encoder with a memory, so that texts embedded at once can be asked for one by one."""
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
    parser.add_argument("--questions", type=Path, nargs="+", default=QUESTIONS, help="files of test questions")
    parser.add_argument("--encoder", type=Path, default=Path("models/encoder"), help="the encoder that is shipped")
    parser.add_argument("--at", default="2026-11-21", help="the day on which the questions are asked")
    parser.add_argument("--out", type=Path, default=Path("models/retrieval.json"))
    parser.add_argument("--vectors", type=Path, default=Path("models/vectors"), help="folder for the articles' vectors")
    return parser.parse_args()


_NO_WEIGHTS: Final = Fusion(np.zeros(len(FEATURES)), np.zeros(len(FEATURES) + 3))

if __name__ == "__main__":
    main()
