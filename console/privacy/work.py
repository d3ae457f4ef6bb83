"""The work on requests: searches in the background, a copy for the person, deleting or anonymising for good."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial

import structlog
from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Connection

from bot.errors import BotError
from bot.guarded import guarded_read, guarded_write
from connectors.desk.errors import DeskConflict
from connectors.desk.table import SESSIONS
from connectors.desk.values import CLOSED
from connectors.errors import BadRequest
from console.privacy.anonymity import anonymise
from console.privacy.book import ERASED, Request, RequestBook
from console.privacy.bundle import PersonalRows, read_rows, write_bundle
from console.privacy.erasure import Files, calls_of, erase_conversations, erase_files, in_pieces, uploads_of
from console.privacy.search import FoundConversation, Search
from console.privacy.settings import KeptPart
from storage.secret import Cipher

_LOG = structlog.get_logger(__name__)
DELETED, ANONYMISED = "delete", "anonymise"
KEEP_ERASED_SECONDS = 24 * 3600.0
_AWAY = "the deletion cannot be done now; nothing was deleted"


@dataclass(frozen=True, slots=True)
class PrivacyWork:
    """Searches, copies, deletes."""

    book: RequestBook
    search: Search
    files: Files
    cipher: Cipher
    kept: Sequence[KeptPart] = ()
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def begin_search(self, request: Request) -> None:
        """Look for conversations of a request in the background."""
        task = asyncio.create_task(self._search(request))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Stop searches; they can be begun again."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def found(self, request: Request) -> list[FoundConversation]:
        """Return what there is now of the conversations that were found."""
        return await self.search.described(set(request.found))

    async def copy(self, request: Request, chosen: Collection[str]) -> bytes:
        """Return the person's copy of chosen conversations as a ZIP file."""
        senders = self._chosen(request, chosen)
        read = partial(read_rows, senders=senders)
        rows: PersonalRows = await guarded_read(self.book.database, read, "the copy cannot be made now; try again")
        calls = await asyncio.to_thread(calls_of, self.files, senders)
        kept = [asdict_of(one) for one in self.kept]
        at = self.book.clock().timestamp()
        return await asyncio.to_thread(write_bundle, rows, self.files, calls, self.cipher, kept, at)

    async def erase(self, request: Request, chosen: Collection[str], mode: str) -> dict[str, int]:
        """Delete chosen conversations, or make them nobody's; files too. Returns how many of what.

        Raises DeskConflict while one of them is open at the desk, StoreUnavailable.
        """
        senders = self._chosen(request, chosen)
        names = {sender: f"gone:{secrets.token_hex(12)}" for sender in senders}
        uploads = await guarded_read(self.book.database, partial(uploads_of, senders=senders), _AWAY)
        calls = await asyncio.to_thread(calls_of, self.files, senders)
        at = self.book.clock().timestamp()
        hashes = [self.cipher.lookup(sender) for sender in senders]

        def work(link: Connection) -> dict[str, int]:
            _refuse_open(link, senders)
            done = anonymise(link, names) if mode == ANONYMISED else erase_conversations(link, senders)
            if hashes:
                link.execute(insert(ERASED), [{"sender": one, "at": at} for one in hashes])
            return done

        done = await guarded_write(self.book.database, work, _AWAY)
        files = await asyncio.to_thread(erase_files, self.files, calls, uploads)
        return {**done, "files": files}

    async def forget_hashes(self) -> None:
        """Delete marks that every worker has seen."""
        over = delete(ERASED).where(ERASED.c.at < self.book.clock().timestamp() - KEEP_ERASED_SECONDS)
        await guarded_write(self.book.database, lambda link: link.execute(over), _AWAY)

    def _chosen(self, request: Request, chosen: Collection[str]) -> list[str]:
        if unknown := set(chosen) - set(request.found):
            raise BadRequest("unknown_conversation", f"{len(unknown)} conversations are none that were found")
        return sorted(set(chosen))

    async def _search(self, request: Request) -> None:
        async def tell(progress: float) -> None:
            await self.book.tell(request.id, progress)

        try:
            found = await self.search.find(request.subject, request.scope, tell)
            await self.book.end_search(request.id, [one.sender_id for one in found])
        except BotError as error:
            _LOG.warning("a search for personal data failed", request=request.id, error=type(error).__name__)
            await self.book.end_search(request.id, None)


@dataclass(slots=True)
class Forgetting:
    """Tells this worker's memory which conversations were deleted."""

    work: PrivacyWork
    seen: int = 0

    async def fresh(self) -> frozenset[str]:
        """Return keyed hashes of conversations that were deleted since the last look."""
        query = select(ERASED.c.id, ERASED.c.sender).where(ERASED.c.id > self.seen).order_by(ERASED.c.id)
        rows = await guarded_read(self.work.book.database, lambda link: link.execute(query).all(), _AWAY)
        if rows:
            self.seen = rows[-1].id
        return frozenset(row.sender for row in rows)


def asdict_of(part: KeptPart) -> Mapping[str, str]:
    """Return what is kept as JSON values."""
    return {"what": part.what, "why": part.why, "certainty": part.certainty}


def render_found(found: FoundConversation) -> Mapping[str, object]:
    """Return a conversation that was found as JSON values."""
    return asdict(found)


def _refuse_open(link: Connection, senders: Sequence[str]) -> None:
    for piece in in_pieces(senders):
        still = select(SESSIONS.c.id).where(SESSIONS.c.conversation_id.in_(piece), SESSIONS.c.status != CLOSED)
        if link.scalar(still.limit(1)) is not None:
            raise DeskConflict("conversation_open", "a person has one of these conversations in hand: end it first")
