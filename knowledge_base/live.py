"""The knowledge base as the bot holds it: asked at any time, renewed in the background when an editor saves a file."""

import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

import structlog

from knowledge_base.answer import Finding
from knowledge_base.errors import KnowledgeError
from knowledge_base.search import Searcher

POLL_SECONDS: Final = 1.0
_LOG: Final = structlog.get_logger(__name__)

Fingerprint = tuple[tuple[str, int, int], ...]


class KnowledgeBase:
    """Answers from the newest sound state of the files; a broken edit leaves the last sound one in place."""

    def __init__(self, build: Callable[[], Searcher], files: Callable[[], list[Path]]) -> None:
        self._build = build
        self._files = files
        self._seen = take_fingerprint(files())
        self._searcher = build()
        self._next_poll = time.monotonic() + POLL_SECONDS
        self._renewing = threading.Lock()
        self.problem: KnowledgeError | None = None
        """Why the newest files are not in use; None when they are."""

    @property
    def snapshot_id(self) -> str:
        """The hash of all that can be told, part of the release id."""
        return self._searcher.snapshot.id

    @property
    def searcher(self) -> Searcher:
        """The state in use."""
        return self._searcher

    def find(self, question: str, *, region: str | None, at: datetime) -> Finding:
        """Find what answers a question."""
        self._poll()
        return self._searcher.find(question, region=region, at=at)

    def reload(self) -> bool:
        """Read the files again if they changed; say whether a new state is in use."""
        with self._renewing:
            found = take_fingerprint(self._files())
            if found == self._seen:
                return False
            self._seen = found
            try:
                self._searcher = self._build()
            except KnowledgeError as problem:
                self.problem = problem
                _LOG.error("knowledge not reloaded", code=problem.code, problem=str(problem))
                return False
            self.problem = None
            _LOG.info("knowledge reloaded", snapshot=self.snapshot_id)
            return True

    def _poll(self) -> None:
        """At most once a second look whether a file changed; what changed is read beside the conversation."""
        now = time.monotonic()
        if now < self._next_poll:
            return
        self._next_poll = now + POLL_SECONDS
        if not self._renewing.locked() and take_fingerprint(self._files()) != self._seen:
            threading.Thread(target=self.reload, name="knowledge-reload", daemon=True).start()


def take_fingerprint(files: list[Path]) -> Fingerprint:
    """Return name, time of change and size of each file that is there."""
    stats = [(str(file), file.stat()) for file in files if file.is_file()]
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats)
