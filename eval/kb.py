"""`gridtalk test kb`: questions with known facts, asked of the bot's whole knowledge path.

A question with an answer is right when of every inner list of `expect_any` one string stands in the answer and none of
`expect_none` does; a question without an answer is right when it gets none.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from eval.errors import QuestionFileInvalid, QuestionMistake

NonEmpty = Annotated[str, Field(min_length=1)]


class QuestionEntry(BaseModel):
    """One line of the file as written."""

    model_config = ConfigDict(extra="forbid", strict=True)

    question: NonEmpty
    region: NonEmpty | None = None
    answerable: bool
    expect_any: list[Annotated[list[NonEmpty], Field(min_length=1)]] = Field(default_factory=list)
    expect_none: list[NonEmpty] = Field(default_factory=list)


@dataclass(frozen=True, slots=True)
class KnowledgeQuestion:
    """A test question, and what must and must not stand in the answer."""

    question: str
    region: str | None
    is_answerable: bool
    expect_any: tuple[tuple[str, ...], ...] = ()
    """Of each inner tuple one string must be in the answer."""
    expect_none: tuple[str, ...] = ()
    """None of these may be in the answer."""

    def is_met_by(self, answer: str | None) -> bool:
        """Say whether an answer (None: refused) is what was expected."""
        if answer is None:
            return not self.is_answerable
        has_facts = all(any(fact in answer for fact in facts) for facts in self.expect_any)
        return self.is_answerable and has_facts and not any(text in answer for text in self.expect_none)


@dataclass(frozen=True, slots=True)
class FoundAnswer:
    """What the knowledge path made of one question."""

    answer: str | None
    """None: refused, asked back, or only near questions."""
    sources: tuple[str, ...]
    """`article id@version`, or the name of a tariff table."""
    score: float


FindAnswer = Callable[[str, str | None], FoundAnswer]
"""(question, region or None) -> what was found."""


@dataclass(frozen=True, slots=True)
class KnowledgeItem:
    """One test question with its outcome."""

    question: str
    answer: str | None
    sources: tuple[str, ...]
    score: float
    ok: bool


@dataclass(frozen=True, slots=True)
class KnowledgeReport:
    """The outcome of a whole file."""

    answered: int
    right: int
    """Answered as expected."""
    wrong: int
    """Answered, but not as expected, or though there is no answer."""
    refused: int
    """Not answered, rightly or not."""
    answerable: int
    unanswerable: int
    refused_rightly: int
    """Not answered where there is no answer."""
    items: tuple[KnowledgeItem, ...]

    def to_json(self) -> str:
        """Return the report in the form of the contract."""
        return json.dumps(asdict(self), ensure_ascii=False)


def evaluate_knowledge(find_answer: FindAnswer, questions: Iterable[KnowledgeQuestion]) -> KnowledgeReport:
    """Ask every question and compare."""
    asked = tuple(questions)
    items = tuple(_ask(find_answer, question) for question in asked)
    answered = [item for item in items if item.answer is not None]
    right = sum(item.ok for item in answered)
    answerable = sum(question.is_answerable for question in asked)
    return KnowledgeReport(
        answered=len(answered),
        right=right,
        wrong=len(answered) - right,
        refused=len(items) - len(answered),
        answerable=answerable,
        unanswerable=len(items) - answerable,
        refused_rightly=sum(item.ok for item in items if item.answer is None),
        items=items,
    )


def _ask(find_answer: FindAnswer, question: KnowledgeQuestion) -> KnowledgeItem:
    found = find_answer(question.question, question.region)
    ok = question.is_met_by(found.answer)
    return KnowledgeItem(question.question, found.answer, found.sources, round(found.score, 4), ok)


def load_questions(path: Path) -> tuple[KnowledgeQuestion, ...]:
    """Read a JSON Lines file; QuestionFileInvalid lists every mistake with its line."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise QuestionFileInvalid([QuestionMistake(str(path), 0, "", error.strerror or str(error))]) from error
    except UnicodeDecodeError as error:
        raise QuestionFileInvalid([QuestionMistake(str(path), 0, "", f"is not UTF-8: {error}")]) from error
    return parse_questions(lines, str(path))


def parse_questions(lines: Sequence[str], file: str) -> tuple[KnowledgeQuestion, ...]:
    """Read lines of JSON, empty ones skipped; QuestionFileInvalid lists every mistake."""
    mistakes: list[QuestionMistake] = []
    questions: list[KnowledgeQuestion] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            questions.append(_to_question(QuestionEntry.model_validate_json(line)))
        except ValidationError as error:
            mistakes.extend(
                QuestionMistake(file, number, ".".join(map(str, fault["loc"])), fault["msg"])
                for fault in error.errors()
            )
    if not mistakes and not questions:
        mistakes.append(QuestionMistake(file, 0, "", "holds no question"))
    if mistakes:
        raise QuestionFileInvalid(mistakes)
    return tuple(questions)


def _to_question(entry: QuestionEntry) -> KnowledgeQuestion:
    return KnowledgeQuestion(
        question=entry.question,
        region=entry.region,
        is_answerable=entry.answerable,
        expect_any=tuple(map(tuple, entry.expect_any)),
        expect_none=tuple(entry.expect_none),
    )
