"""The book of edited articles: versions over the files, one number for what customers are told, everything restorable.

A version is begun, reviewed by a second person, published; what is published replaces the file's article of the same
id in every worker (knowledge_base/overlay.py). Every act names the `edit` that its author saw.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, TypeVar

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from knowledge_base.article import Article
from knowledge_base.editing.drafting import NewArticle, change, create, discard, refuse, submit, withdraw
from knowledge_base.editing.publishing import Published, archive, publish, restore, roll_back
from knowledge_base.editing.reading import read_changes, read_entries, read_file, read_overlay, read_revisions
from knowledge_base.editing.rows import file_version
from knowledge_base.editing.table import METADATA, STATE
from knowledge_base.editing.values import Base, Editor, Entry, File, Revision
from knowledge_base.editing.work import Work
from knowledge_base.errors import ArticleUnknown, BookUnavailable
from knowledge_base.overlay import Overlay
from storage.clock import Clock, system_clock
from storage.database import Database
from storage.database import Work as Unit

T = TypeVar("T")
_ATTEMPTS: Final = 4
_AWAY: Final = "the database of articles does not answer; try again"


def _no_files() -> Sequence[Article]:
    return ()


@dataclass(slots=True)
class ArticleBook:
    """Reads and changes edited articles."""

    database: Database
    base: Base = _no_files
    """The articles of the files now."""
    regions: Callable[[], Collection[str]] | None = None
    """The regions that there are; None: any."""
    clock: Clock = system_clock
    _listed: tuple[int, Sequence[Article], tuple[Entry, ...]] | None = field(default=None, repr=False)

    async def prepare(self) -> None:
        """Make the tables and the one row of their state where they are not there."""
        await self.database.create_tables(METADATA)
        if await self.read(lambda link: link.execute(select(STATE.c.id)).first()) is None:
            try:
                await self.database.write(lambda link: link.execute(insert(STATE).values(id=1, revision=0, changes=0)))
            except IntegrityError:
                pass  # another worker was first

    # --- what customers are told -------------------------------------------------------------------------------------

    async def revision(self) -> int:
        """Return the number of what is published; every change of it raises it."""
        return int(await self.read(lambda link: link.execute(select(STATE.c.revision)).scalar()) or 0)

    async def overlay(self) -> Overlay:
        """Return what is published over the files."""
        return await self.read(read_overlay)

    async def publish(self, wanted: Sequence[tuple[str, int]], editor: Editor, reason: str = "") -> Published:
        """Publish versions in review, [(id, edit)], in one revision; each is published, or refused with its error."""
        return await self._act(editor, lambda work: publish(work, wanted, reason))

    async def archive(self, article_id: str, edit: int, editor: Editor, reason: str) -> int:
        """Take an article out of use. Raises EditingError."""
        return await self._act(editor, lambda work: archive(work, article_id, edit, reason))

    async def roll_back(self, article_id: str, edit: int, version: int, editor: Editor, reason: str) -> int:
        """Make an earlier version live again, as a new one. Raises EditingError."""
        return await self._act(editor, lambda work: roll_back(work, article_id, edit, version, reason))

    async def restore(self, revision: int, by: str, reason: str) -> tuple[int, tuple[str, ...]]:
        """Make what is live what it was at a revision; return the new revision and the ids that changed."""
        return await self._act(Editor(by), lambda work: restore(work, revision, reason))

    async def revisions(self, page: int, size: int) -> tuple[Sequence[Revision], int]:
        """Return revisions, newest first, and how many there are."""
        return await self.read(partial(read_revisions, page=page, size=size))

    # --- what is in work ---------------------------------------------------------------------------------------------

    async def create(self, new: NewArticle, editor: Editor, *, to_review: bool = False) -> str:
        """Begin an article as a draft; return its id. Raises EditingError."""

        def begin(work: Work) -> str:
            article_id = create(work, new)
            if to_review:
                submit(work, article_id, 1)
            return article_id

        return await self._act(editor, begin)

    async def change(
        self, article_id: str, edit: int, changes: Mapping[str, Any], editor: Editor, note: str = ""
    ) -> None:
        """Change an article's draft; over what is live, one is begun. Raises EditingError."""
        await self._act(editor, lambda work: change(work, article_id, edit, changes, note=note))

    async def submit(self, article_id: str, edit: int, editor: Editor, note: str = "") -> None:
        """Send a draft to review. Raises EditingError."""
        await self._act(editor, lambda work: submit(work, article_id, edit, note))

    async def withdraw(self, article_id: str, edit: int, editor: Editor) -> None:
        """Take a version back from review. Raises EditingError."""
        await self._act(editor, lambda work: withdraw(work, article_id, edit))

    async def refuse(self, article_id: str, edit: int, editor: Editor, reason: str) -> None:
        """Send a version back to its author. Raises EditingError."""
        await self._act(editor, lambda work: refuse(work, article_id, edit, reason))

    async def discard(self, article_id: str, edit: int, editor: Editor) -> bool:
        """Drop the version in work; return whether the whole article is gone. Raises EditingError."""
        return await self._act(editor, lambda work: discard(work, article_id, edit))

    async def write_all(self, editor: Editor, units: Sequence[Callable[[Work], T]]) -> list[T]:
        """Do several acts in one transaction: all of them, or none. Raises EditingError."""
        return await self._act(editor, lambda work: [unit(work) for unit in units])

    # --- lists -------------------------------------------------------------------------------------------------------

    async def entries(self) -> tuple[Entry, ...]:
        """Return every article of files and database where it stands; remembered until something changes."""
        base, changes = self.base(), await self.read(read_changes)
        known = self._listed
        if known is not None and known[0] == changes and known[1] is base:
            return known[2]
        found = await self.read(partial(read_entries, base={article.id: article for article in base}))
        self._listed = changes, base, found
        return found

    async def file(self, article_id: str, editor: Editor) -> File:
        """Return one article with its versions and history. Raises ArticleUnknown."""
        entries = await self.entries()
        entry = next((one for one in entries if one.id == article_id), None)
        if entry is None or not editor.sees(entry.shown):
            raise ArticleUnknown
        versions, history = await self.read(partial(read_file, article_id=article_id))
        if entry.base is not None and not any(one.article.version == entry.base.version for one in versions):
            versions = sorted((*versions, file_version(entry.base)), key=lambda one: -one.article.version)
        siblings = [
            one
            for one in entries
            if one.id != article_id and one.shown.topic == entry.shown.topic and editor.sees(one.shown)
        ]
        return File(entry, tuple(versions), tuple(history), tuple(siblings))

    async def read(self, unit: Unit[T]) -> T:
        """Run a unit that only reads. Raises BookUnavailable."""
        try:
            return await self.database.read(unit)
        except (SQLAlchemyError, OSError) as error:
            raise BookUnavailable(_AWAY) from error

    async def _act(self, editor: Editor, act: Callable[[Work], T]) -> T:
        """Run an act in one transaction, one after the other; again where a row was written twice."""
        base = {article.id: article for article in self.base()}
        regions = self.regions() if self.regions is not None else None
        at = self.clock().timestamp()

        def run(link: Connection) -> T:
            link.execute(update(STATE).values(changes=STATE.c.changes + 1))
            return act(Work(link, base, regions, editor, at))

        for _ in range(_ATTEMPTS):
            try:
                return await self.database.write(run)
            except IntegrityError:
                continue
            except (SQLAlchemyError, OSError) as error:
                raise BookUnavailable(_AWAY) from error
        raise BookUnavailable("the database of articles is busy; try again")
