"""The tariff book as a process holds it: the project's files, and over them what people published.

One `PublishedTables` for a process; every loaded project has a `LiveTariffs`, renewed beside the conversation.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from weakref import WeakSet

import structlog

from knowledge_base.errors import TariffFileInvalid
from knowledge_base.tariffs.book import TariffBook
from knowledge_base.tariffs.load import load_tariffs

_LOG: Final = structlog.get_logger(__name__)


class PublishedTables:
    """What people published, as this process knows it."""

    def __init__(self, revision: int = 0, texts: Mapping[str, str] | None = None) -> None:
        self.revision = revision
        self.texts: Mapping[str, str] = texts or {}
        self._books: WeakSet[LiveTariffs] = WeakSet()
        self._changing = threading.Lock()

    def join(self, book: LiveTariffs) -> None:
        """Renew a book from now on."""
        with self._changing:
            self._books.add(book)

    def take(self, revision: int, texts: Mapping[str, str]) -> None:
        """Let other tables hold in all books; call it in a thread. A broken text leaves the last sound one."""
        with self._changing:
            self.revision, self.texts = revision, texts
            books = list(self._books)
        for book in books:
            book.renew(texts)


class LiveTariffs:
    """The newest sound tariff book over a folder's files. Raises TariffFileInvalid when it is made."""

    def __init__(self, folder: Path, published: PublishedTables) -> None:
        self._folder = folder
        texts = published.texts
        self.book: TariffBook = load_tariffs(folder, texts)
        published.join(self)
        if published.texts is not texts:
            self.renew(published.texts)

    def renew(self, texts: Mapping[str, str]) -> None:
        """Read everything again."""
        try:
            self.book = load_tariffs(self._folder, texts)
        except TariffFileInvalid as problem:
            _LOG.error("tariffs not renewed", problem=str(problem))
            return
        _LOG.info("tariffs renewed", regions=sorted(texts))
