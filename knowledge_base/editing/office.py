"""Where articles are worked on: the book, what is live in this worker, and what is looked at before an act."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from knowledge_base.article import Article
from knowledge_base.editing.book import ArticleBook
from knowledge_base.editing.checks import Caution, Ground, find_cautions
from knowledge_base.editing.conflicts import Conflict, find_conflicts
from knowledge_base.editing.hit_test import Asking, Row, run_hit_test
from knowledge_base.editing.reminders import Reminder, find_reminders
from knowledge_base.editing.settings import EditingSettings
from knowledge_base.editing.survey import Survey
from knowledge_base.editing.try_words import try_words
from knowledge_base.editing.values import Editor, Entry
from knowledge_base.editing.words import WordsFile, read_words
from knowledge_base.live import KnowledgeBase
from knowledge_base.overlay import Words
from knowledge_base.search import TIME_ZONE
from storage.clock import Clock


@dataclass(slots=True)
class ArticleOffice:
    """Reads and judges; whatever changes something is the book's."""

    book: ArticleBook
    knowledge: Callable[[], KnowledgeBase]
    """What answers customers in this worker now."""
    settings: EditingSettings
    clock: Clock
    _survey: tuple[str, Survey] | None = field(default=None, repr=False)
    _conflicts: tuple[Survey, Sequence[Entry], list[Conflict]] | None = field(default=None, repr=False)

    @property
    def today(self) -> date:
        """The day in China."""
        return self.clock().astimezone(TIME_ZONE).date()

    async def survey(self) -> Survey:
        """Return the wordings of what is live here, made once for each state."""
        knowledge = self.knowledge()
        known = self._survey
        if known is None or known[0] != knowledge.snapshot_id:
            known = knowledge.snapshot_id, await asyncio.to_thread(Survey, knowledge.searcher)
            self._survey = known
        return known[1]

    async def cautions(self, article: Article, entry: Entry) -> list[Caution]:
        """Return what is to be said before this version is published."""
        survey, knowledge = await self.survey(), self.knowledge()
        ground = Ground(survey, knowledge.articles, self.settings, knowledge.regions, self.today)
        return await asyncio.to_thread(find_cautions, article, entry, ground)

    async def hit_test(
        self, article: Article, questions: Iterable[str], region: str | None, customer_class: str | None
    ) -> list[Row]:
        """Ask before and after, in memory; takes a second or two."""
        asking = Asking(region, customer_class, self.clock())
        survey, try_out = await self.survey(), self.knowledge().try_out
        return await asyncio.to_thread(run_hit_test, try_out, survey, article, questions, asking)

    async def words(self) -> WordsFile:
        """Return the synonyms with their versions."""
        return await self.book.read(read_words)

    async def try_words(self, words: Words, questions: Iterable[str]) -> list[Row]:
        """Ask before and after with other synonyms, in memory; takes a second or two."""
        survey, live, try_out = await self.survey(), (await self.words()).live, self.knowledge().try_out
        asking = Asking(None, None, self.clock())
        return await asyncio.to_thread(try_words, try_out, survey, live, words, questions, asking)

    async def conflicts(self, editor: Editor) -> list[Conflict]:
        """Return what does not go together, of articles that somebody sees both of."""
        survey, entries = await self.survey(), await self.book.entries()
        known = self._conflicts
        if known is None or known[0] is not survey or known[1] is not entries:
            found = await asyncio.to_thread(find_conflicts, survey, entries, self.settings.near_question, self.today)
            known = self._conflicts = survey, entries, found
        return [one for one in known[2] if editor.sees(one.one.article) and editor.sees(one.other.article)]

    async def reminders(self, editor: Editor, days: int | None = None) -> list[Reminder]:
        """Return which articles want their editors."""
        entries = [one for one in await self.book.entries() if one.live is not None and editor.sees(one.live)]
        within = self.settings.remind_days if days is None else days
        return find_reminders(entries, self.today, days=within, source_days=self.settings.source_days)
