"""Who edits, and what is known of an article that is edited."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from knowledge_base.article import Article

DRAFT: Final = "draft"
REVIEW: Final = "review"
PUBLISHED: Final = "published"
ARCHIVED: Final = "archived"
REPLACED: Final = "replaced"
DISCARDED: Final = "discarded"
BASE: Final = "base"
"""Live as the files have it."""
STATES: Final = (DRAFT, REVIEW, PUBLISHED, ARCHIVED)
Base = Callable[[], Sequence[Article]]
"""The articles of the files."""


@dataclass(frozen=True, slots=True)
class Editor:
    """Who acts."""

    name: str
    scope: str = ""
    """Place in the organisation, 山东/青岛市; empty: everywhere."""
    is_machine: bool = False
    """A program with the installation's token: it answers for the approvals of its own house."""

    @property
    def region(self) -> str:
        """The region of the place; empty: all."""
        return self.scope.partition("/")[0]

    def sees(self, article: Article) -> bool:
        """Say whether customers of one's place may be told this."""
        return not self.region or not article.regions or self.region in article.regions

    def may_change(self, article: Article) -> bool:
        """Say whether an article is for one's place alone."""
        return not self.region or article.regions == {self.region}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a version went back to its author."""

    by: str
    at: float
    reason: str


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an article."""

    article: Article
    """With `state` published where customers may be told it, else that of the version."""
    state: str
    """draft | review | published | replaced | archived | discarded."""
    origin: str
    """file | console | import | rollback | topic."""
    author: str
    editors: tuple[str, ...]
    """Everybody who wrote at it."""
    note: str
    made_at: float
    changed_at: float
    submitted_by: str | None = None
    submitted_at: float | None = None
    refusal: Refusal | None = None
    published_by: str | None = None
    published_at: float | None = None
    was_live: bool = False
    """It was told to customers once: it may be again."""

    @property
    def writers(self) -> frozenset[str]:
        """Who must not publish it."""
        return frozenset({self.author, *self.editors, *((self.submitted_by,) if self.submitted_by else ())})


@dataclass(frozen=True, slots=True)
class Head:
    """Where an article stands."""

    id: str
    edit: int
    """Counts the acts upon it; 0: as in the file."""
    live: str
    """base | published | archived."""
    live_version: int | None
    working_version: int | None
    working_state: str | None
    changed_at: float
    changed_by: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An article in the list: what it says in its newest form, and where it stands."""

    shown: Article
    """The version in work, else the live one, else the newest."""
    state: str
    """draft | review | published | archived."""
    live: Article | None
    """What customers are told."""
    working_version: int | None
    edit: int
    is_of_file: bool
    changed_at: float
    changed_by: str
    writers: frozenset[str] = frozenset()
    """Of the version in work."""
    base: Article | None = None
    """The file's article of this id."""
    started_from: int | None = None
    """The file's version when it was first changed here."""

    @property
    def id(self) -> str:
        """The article's id."""
        return self.shown.id


@dataclass(frozen=True, slots=True)
class Publication:
    """What a revision made of one article."""

    article_id: str
    live: str
    """published | archived | base."""
    version: int | None


@dataclass(frozen=True, slots=True)
class Revision:
    """One change of what customers are told."""

    revision: int
    at: float
    by: str
    act: str
    reason: str
    publications: tuple[Publication, ...] = ()


@dataclass(frozen=True, slots=True)
class File:
    """An article with all its versions."""

    entry: Entry
    versions: tuple[Version, ...]
    """Newest first."""
    history: tuple[Revision, ...]
    """What was done to it, newest first."""
    siblings: tuple[Entry, ...] = ()
    """Others of the same topic."""

    def version(self, number: int) -> Version | None:
        """Return one of the versions."""
        return next((one for one in self.versions if one.article.version == number), None)
