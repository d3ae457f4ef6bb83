"""Go back to the release before as a whole: model, index, flows and files by the book, edited articles besides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bot.releases.book import ReleaseBook
from bot.releases.values import Serving
from knowledge_base.errors import KnowledgeError


class KnowledgeHistory(Protocol):
    """Edited articles, as far as releases need them."""

    async def revision(self) -> int:
        """Return the number of what is published."""
        ...

    async def restore(self, revision: int, by: str, reason: str) -> tuple[int, tuple[str, ...]]:
        """Make the published state what it was, as a new revision; return it with the articles that changed."""
        ...


@dataclass(frozen=True, slots=True)
class RolledBack:
    """What came of going back."""

    left: str
    """The release that no longer answers."""
    serving: Serving
    knowledge_revision: int | None = None
    """The new revision of the edited articles; None: they stay as they are."""
    articles: tuple[str, ...] = ()
    """Ids of the articles that changed."""
    problem: str = ""
    """Why the articles could not go back."""


async def roll_back(
    book: ReleaseBook,
    knowledge: KnowledgeHistory,
    *,
    by: str,
    reason: str,
    to: str | None = None,
    with_knowledge: bool = False,
) -> RolledBack:
    """End the canary or go back to the release before; with its knowledge, edited articles too go back.

    Those go back to what was published when the canary of the release that is left began (else when it was made).
    Raises ReleaseRefused, StoreUnavailable; the release has gone back even where the articles cannot.
    """
    before = await book.serving()
    left = before.candidate if to is None and before.mode == "canary" else before.stable
    serving = await book.roll_back(by=by, reason=reason, to=to)
    left = left or before.stable
    wanted = await book.knowledge_before(left) if with_knowledge else None
    if wanted is None:
        return RolledBack(left, serving, problem="no_knowledge_revision" if with_knowledge else "")
    try:
        if wanted == await knowledge.revision():
            return RolledBack(left, serving)
        revision, articles = await knowledge.restore(wanted, by, reason)
    except KnowledgeError as error:
        return RolledBack(left, serving, problem=getattr(error, "code", type(error).__name__))
    return RolledBack(left, serving, revision, articles)
