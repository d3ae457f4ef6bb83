"""Conversations in a few lines: `c:` customer, `b:` bot, `a:` agent, `s:` system."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from eval.quality.rubric import Rubric, load_rubric
from eval.quality.score import ItemScore, score_transcript
from eval.quality.store import QualityStore
from eval.quality.transcript import Transcript
from tests.eval.quality.review_world import open_store

ROLES = {"c": "customer", "b": "bot", "a": "agent", "s": "system"}
Judge = Callable[..., ItemScore]


@pytest.fixture(scope="session")
def rubric() -> Rubric:
    """The shipped rubric."""
    return load_rubric(Path("data/qa"))


def transcript(*lines: str, **fields: Any) -> Transcript:
    """Build one from lines like `c: 你好`."""
    turns = [
        {"n": number, "role": ROLES[line[0]], "text": line[2:].strip(), **fields.get("turns", {}).get(number, {})}
        for number, line in enumerate(lines, 1)
    ]
    whole = {"id": "t", "channel": "app", "agent": "bot", "region": "山东", **fields, "turns": turns}
    return Transcript.model_validate(whole)


@pytest.fixture
def judge(rubric: Rubric) -> Judge:
    """Return one item's score."""

    def score(item: int, *lines: str, **fields: Any) -> ItemScore:
        return score_transcript(transcript(*lines, **fields), rubric).items[item - 1]

    return score


@pytest.fixture(params=["sqlite", "postgresql"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[QualityStore]:
    """An empty store of scores, on both databases."""
    async with open_store(request.param, tmp_path) as opened:
        yield opened


@pytest.fixture
async def small_store(tmp_path: Path) -> AsyncIterator[QualityStore]:
    """An empty store of scores on SQLite alone."""
    async with open_store("sqlite", tmp_path) as opened:
        yield opened
