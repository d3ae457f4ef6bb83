"""Every worker looks once a second whether other articles are published, and takes them up beside the conversation."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

import structlog

from knowledge_base.editing.book import ArticleBook
from knowledge_base.errors import KnowledgeError
from knowledge_base.live import KnowledgeBase

LOOK_SECONDS: Final = 1.0
_LOG: Final = structlog.get_logger(__name__)


@dataclass(slots=True)
class KnowledgeWatch:
    """Keeps the knowledge of one worker at the newest revision."""

    book: ArticleBook
    bases: Callable[[], Iterable[KnowledgeBase]]
    """All that answer in this process, those of candidate releases too."""
    _is_away: bool = False

    async def look(self) -> bool:
        """Take up what was published since; say whether anything was."""
        revision = await self.book.revision()
        late = [base for base in self.bases() if base.revision != revision]
        if late:
            overlay = await self.book.overlay()
            for base in late:
                await asyncio.to_thread(base.lay_over, overlay)
        return bool(late)

    async def run(self) -> None:
        """Look for ever; a database that is away is asked again."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self.look()
                self._is_away = False
            except KnowledgeError as problem:
                if not self._is_away:
                    _LOG.warning("published articles cannot be looked at; tried again", code=problem.code)
                self._is_away = True
            except Exception:  # whatever a new state breaks, the last sound one answers on
                _LOG.exception("published articles could not be taken up; tried again")
