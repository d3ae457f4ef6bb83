"""The knowledge base as the bot holds it: asked at any time, renewed when a file is saved or an article published."""

import re
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

import structlog

from knowledge_base.answer import Finding
from knowledge_base.article import Article
from knowledge_base.ellipsis import Completed, complete_question
from knowledge_base.errors import KnowledgeError
from knowledge_base.overlay import NO_OVERLAY, Overlay, Words
from knowledge_base.power_factor_answer import answer_from_table
from knowledge_base.search import Searcher
from knowledge_base.text import read_text
from knowledge_base.vocabulary import VocabularyFile

POLL_SECONDS: Final = 1.0
LEAST_TAUGHT: Final = 4
"""Characters of a wording that counts as taught word by word: shorter ones (电费, 人工) stand for many wishes."""
_LOG: Final = structlog.get_logger(__name__)

_LETTERS: Final = re.compile(r"[A-Za-z]{2}")
Spell = Callable[[str], str]
"""Text -> the same with pinyin as words."""
LearnSpelling = Callable[[Iterable[str]], Spell]
"""Sentences with the words that people use -> what reads pinyin as those words."""
Fingerprint = tuple[tuple[str, int, int], ...]


class Source(Protocol):
    """The files, and what is made of them; used by one thread at a time."""

    articles: tuple[Article, ...]
    """What the files said when they were last sound."""
    words: VocabularyFile
    """The words of the trade in the file, likewise."""

    def files(self) -> list[Path]:
        """Return the files that are looked at."""
        ...

    def read(self) -> None:
        """Read what changed. Raises KnowledgeError."""
        ...

    def build(self, overlay: Overlay) -> Searcher:
        """Index what was read last, with what is published over it."""
        ...

    def build_trial(self, articles: Sequence[Article], words: Words | None = None) -> Searcher:
        """Index other articles in the same way, beside; `words` instead of the synonyms that are published."""
        ...


class KnowledgeBase:
    """Answers from the newest sound state of the files; a broken edit leaves the last sound one in place."""

    def __init__(
        self,
        source: Source,
        *,
        overlay: Overlay = NO_OVERLAY,
        tidy: Callable[[], bool] | None = None,
        learn_spelling: LearnSpelling | None = None,
    ) -> None:
        self._source = source
        self._overlay = overlay
        self._tidy = tidy
        self._learn_spelling = learn_spelling
        self._spelling: Spell | None = None
        self._seen = take_fingerprint(source.files())
        source.read()
        self._searcher = source.build(overlay)
        self._taught = self._find_taught()
        self._next_poll = time.monotonic() + POLL_SECONDS
        self._renewing = threading.Lock()
        self.put_right: Spell | None = None
        """Restores what recognition misheard in a question (nlu/repair.py), if that is wished."""
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

    @property
    def revision(self) -> int:
        """The revision of the published articles in use."""
        return self._overlay.revision

    @property
    def file_articles(self) -> tuple[Article, ...]:
        """The articles of the files alone."""
        return self._source.articles

    @property
    def file_words(self) -> VocabularyFile:
        """The words of the trade in the file alone."""
        return self._source.words

    @property
    def regions(self) -> tuple[str, ...]:
        """The regions of which questions may be, as the words of the trade name them."""
        return tuple(dict.fromkeys(self._searcher.snapshot.vocabulary.regions.meaning.values()))

    @property
    def articles(self) -> tuple[Article, ...]:
        """All articles in use."""
        return tuple(article for topic in self._searcher.snapshot.topics for article in topic.articles)

    def find(self, question: str, *, region: str | None, at: datetime, customer_class: str | None = None) -> Finding:
        """Find what answers a question; `region` and `customer_class` are what is known of the customer."""
        self._poll()
        question = self._spell(question if self.put_right is None else self.put_right(question))
        return answer_from_table(question) or self._searcher.find(
            question, region=region, at=at, customer_class=customer_class
        )

    def complete(self, words: str, topic: str) -> Completed:
        """Return the whole question that words after a topic stand for (我开店的呢, 蒙西呢)."""
        return complete_question(words, topic, self._searcher.snapshot.vocabulary)

    def is_taught(self, text: str) -> bool:
        """Say whether a text is, but for ornament, a wording that an editor added to those of the files."""
        if not self._taught:
            return False
        plain = read_text(text, self._searcher.snapshot.vocabulary).plain
        return plain in self._taught and plain in self._searcher.snapshot.by_wording

    def _find_taught(self) -> frozenset[str]:
        vocabulary = self._searcher.snapshot.vocabulary
        of_files = {text for article in self._source.articles for text in article.questions}
        added = {text for article in self._overlay.articles for text in article.questions} - of_files
        plain = {read_text(text, vocabulary).plain for text in added}
        return frozenset(text for text in plain if len(text) >= LEAST_TAUGHT)

    def reload(self) -> bool:
        """Read the files again if they changed; say whether a new state is in use."""
        with self._renewing:
            found = take_fingerprint(self._source.files())
            if found == self._seen:
                return False
            self._seen = found
            try:
                self._source.read()
                self._searcher = self._source.build(self._overlay)
            except KnowledgeError as problem:
                self.problem = problem
                _LOG.error("knowledge not reloaded", code=problem.code, problem=str(problem))
                return False
            self.problem = None
            self._taught = self._find_taught()
            _LOG.info("knowledge reloaded", snapshot=self.snapshot_id)
            self._follow_up()
            return True

    def lay_over(self, overlay: Overlay) -> None:
        """Use what is published now; the files stay as they were last sound."""
        with self._renewing:
            if overlay.revision == self._overlay.revision:
                return
            self._searcher = self._source.build(overlay)
            self._overlay = overlay
            self._taught = self._find_taught()
            _LOG.info("published knowledge in use", revision=overlay.revision, snapshot=self.snapshot_id)
            self._follow_up()

    def try_out(self, articles: Sequence[Article], words: Words | None = None) -> Searcher:
        """Index articles beside those in use, with the same encoder and weights: what would be found, were they it."""
        with self._renewing:
            return self._source.build_trial(articles, words)

    def _follow_up(self) -> None:
        """Do what an edit makes necessary and what it need not wait for."""
        if self._tidy is not None and self._tidy():
            self._searcher = self._source.build(self._overlay)
        if self._learn_spelling is not None and self._spelling is not None:
            self._spelling = self._learn_spelling(self._searcher.wordings())

    def _spell(self, question: str) -> str:
        """Return the question with pinyin in it as words; what the words are is learnt when it is first needed."""
        if self._learn_spelling is None or _LETTERS.search(question) is None:
            return question
        if self._spelling is None:
            self._spelling = self._learn_spelling(self._searcher.wordings())
        return self._spelling(question)

    def _poll(self) -> None:
        """At most once a second look whether a file changed; what changed is read beside the conversation."""
        now = time.monotonic()
        if now < self._next_poll:
            return
        self._next_poll = now + POLL_SECONDS
        if not self._renewing.locked() and take_fingerprint(self._source.files()) != self._seen:
            threading.Thread(target=self.reload, name="knowledge-reload", daemon=True).start()


def take_fingerprint(files: list[Path]) -> Fingerprint:
    """Return name, time of change and size of each file that is there."""
    stats = [(str(file), file.stat()) for file in files if file.is_file()]
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats)
