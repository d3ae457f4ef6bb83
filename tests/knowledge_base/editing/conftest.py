"""A book of articles over the small knowledge base, on SQLite and on PostgreSQL, and what answers from it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from knowledge_base.answer import Answer
from knowledge_base.assembly import load_knowledge
from knowledge_base.editing.book import ArticleBook
from knowledge_base.editing.drafting import NewArticle
from knowledge_base.editing.office import ArticleOffice
from knowledge_base.editing.settings import load_editing_settings
from knowledge_base.editing.table import METADATA
from knowledge_base.editing.values import Editor
from knowledge_base.live import KnowledgeBase
from storage.database import open_database
from tests.connectors.desk.world import fresh_postgres
from tests.knowledge_base.small_knowledge import NOW, embed_letters

ROOT = Path(__file__).parents[3]
_MADE: list[str] = []
EDITH, APRIL = Editor("edith"), Editor("april")
COMPLETE: dict[str, Any] = {
    "question": "电费能用公积金交吗",
    "similar": ["公积金可以付电费吗", "用公积金账户缴电费", "交电费走公积金行不行"],
    "answer": "不能，公积金不能用来交电费。",
    "voice": "公积金不能交电费。",
    "category": "电费/交费",
    "source": {"document": "某某规则", "certainty": "官方原文"},
}


@dataclass
class Desk:
    """The book, what answers, and short ways to act."""

    book: ArticleBook
    knowledge: KnowledgeBase
    office: ArticleOffice
    folder: Path

    async def draft(self, content: dict[str, Any] | None = None, article_id: str = "", by: Editor = EDITH) -> str:
        """Begin an article."""
        return await self.book.create(NewArticle(content or COMPLETE, article_id), by)

    async def edit(self, article_id: str) -> int:
        """The article's counter now."""
        return (await self.book.file(article_id, Editor("x"))).entry.edit

    async def publish(self, article_id: str, by: Editor = APRIL) -> int:
        """Send a draft through review and publish it."""
        await self.book.submit(article_id, await self.edit(article_id), EDITH)
        done = await self.book.publish([(article_id, await self.edit(article_id))], by)
        for error in done.refused.values():
            raise error
        await self.take_up()
        return done.revision

    async def take_up(self) -> None:
        """Answer from what is published now."""
        self.knowledge.lay_over(await self.book.overlay())

    def answered_by(self, question: str, region: str | None = "山东") -> str:
        """The article that answers a question as `id@version`, or nothing."""
        found = self.knowledge.find(question, region=region, at=NOW)
        return f"{found.article_id}@{found.version}" if isinstance(found, Answer) else ""


@pytest.fixture(params=["sqlite", "postgresql"])
async def desk(
    request: pytest.FixtureRequest, knowledge_folder: Path, calibration_file: Path, tmp_path: Path
) -> AsyncIterator[Desk]:
    """The desk on both databases."""
    url = await _emptied_postgres() if request.param == "postgresql" else f"sqlite:///{tmp_path}/book.sqlite"
    async for made in _open(url, knowledge_folder, calibration_file):
        yield made


@pytest.fixture
async def small_desk(knowledge_folder: Path, calibration_file: Path, tmp_path: Path) -> AsyncIterator[Desk]:
    """The desk on SQLite alone."""
    async for made in _open(f"sqlite:///{tmp_path}/book.sqlite", knowledge_folder, calibration_file):
        yield made


async def _emptied_postgres() -> str:
    """One database for all these tests, emptied: making one takes longer than a test."""
    if not _MADE:
        _MADE.append(await fresh_postgres())
        return _MADE[0]
    database = open_database(_MADE[0])
    await database.write(METADATA.drop_all)
    await database.close()
    return _MADE[0]


async def _open(url: str, folder: Path, calibration: Path) -> AsyncIterator[Desk]:
    knowledge = load_knowledge(folder, calibration=calibration, embed=embed_letters)
    database = open_database(url)
    book = ArticleBook(database, lambda: knowledge.file_articles, lambda: knowledge.regions, lambda: NOW)
    await book.prepare()
    settings = load_editing_settings(ROOT).model_copy(update={"near_question": 0.85})  # for an encoder of letters
    office = ArticleOffice(book, lambda: knowledge, settings, lambda: NOW)
    yield Desk(book, knowledge, office, folder)
    await database.close()
