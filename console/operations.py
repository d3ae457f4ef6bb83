"""Put together what runs beside the conversations: dashboard, notices, tickets, personal data, the installation."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from actions.backends.tables import metadata as BACKEND_TABLES
from bot.releases.table import METADATA as RELEASE_TABLES
from connectors.answer_times import TIMES
from connectors.desk.organisation import Organisation
from connectors.loop_lag import LOOP_LAG
from console.audit import Audit
from console.dashboard import Board
from console.dashboard_api import DashboardApi
from console.endpoints import Endpoint
from console.lease import Leases
from console.logins import Logins
from console.notice_sources import NoticeSources
from console.notices import NoticeBook
from console.notices_api import NoticesApi
from console.privacy.api import PrivacyApi
from console.privacy.book import RequestBook
from console.privacy.erasure import Files
from console.privacy.keeping import TABLES
from console.privacy.search import Search
from console.privacy.settings import load_retention
from console.privacy.sweep import Sweep
from console.privacy.work import Forgetting, PrivacyWork
from console.service_gauges import ServiceGauges
from console.system.api import SystemApi
from console.system.health import Health, Worker
from console.system.reseal import Reseal, Sealed
from console.table import METADATA as CONSOLE_TABLES
from console.tickets import TicketBoard, TicketReader
from console.tickets_api import TicketsApi
from console.upkeep import Chore, Upkeep
from eval.quality.store import QualityStore
from eval.report.ledger import Ledger
from knowledge_base.editing.office import ArticleOffice
from storage.clock import Clock
from storage.database import Database
from storage.home import home_folder
from storage.secret import Cipher

LOGINS_SECONDS = 3600.0
CALLS, UPLOADS = "calls", "uploads"


class HasEndpoints(Protocol):
    """A part of the console's API."""

    def endpoints(self) -> list[Endpoint]:
        """Return the addresses."""
        ...


@dataclass(frozen=True, slots=True)
class Lent:
    """What the rest of the installation lends, as far as it is there."""

    tickets: TicketReader | None = None
    """The utility's back end of tickets."""
    circuit: Callable[[], str] = lambda: ""
    """State of the circuit breaker before the back ends."""
    backends: Database | None = None
    """Our own back-end tables."""
    forget: Callable[[Callable[[str], bool]], None] = lambda is_gone: None
    """Lets go of conversations in memory."""
    articles: ArticleOffice | None = None
    """What the bot answers from."""


@dataclass(frozen=True, slots=True)
class Around:
    """Where the parts stand."""

    database: Database
    cipher: Cipher
    clock: Clock
    root: Path
    logins: Logins
    audit: Audit
    organisation: Organisation
    item_names: Mapping[int, str]
    release: Callable[[], str]
    token: str | None
    lent: Lent


@dataclass(slots=True)
class Operations:
    """All parts, and what they do by themselves."""

    parts: Sequence[HasEndpoints]
    upkeep: Upkeep
    notices: NoticeBook
    sources: NoticeSources
    ledger: Ledger
    work: PrivacyWork
    reseal: Reseal
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def start(self) -> None:
        """Make the tables and begin."""
        database = self.ledger.database
        await database.create_tables(CONSOLE_TABLES, *TABLES)
        await self.sources.prepare()
        self.tasks += [asyncio.create_task(self.upkeep.run()), asyncio.create_task(LOOP_LAG.run())]

    async def stop(self) -> None:
        """End."""
        await self.work.close()
        await self.reseal.close()
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


def build_operations(around: Around) -> Operations:
    """Return everything over one database; nothing is read before it starts, except `data/retention.yml`."""
    database, clock = around.database, around.clock
    files, terms = Files(home_folder() / CALLS, home_folder() / UPLOADS), load_retention(around.root)
    ledger, notices = Ledger(database, around.organisation), NoticeBook(database, clock)
    requests = RequestBook(database, clock)
    work = PrivacyWork(requests, Search(database, files), files, around.cipher, terms.kept)
    sweep = Sweep(database, clock, terms, files, ledger, notices, around.audit)
    sources = NoticeSources(notices, clock, around.lent.articles)
    tickets = TicketBoard(around.lent.tickets, around.organisation, clock) if around.lent.tickets is not None else None
    promises = tickets.kept_promises if tickets is not None else None
    board = Board(database, ledger, QualityStore(database), clock, promises)
    upkeep = Upkeep(Leases(database), _chores(around, ledger, work, sweep, sources, ServiceGauges(board)))
    reseal = Reseal(_sealed(around), files.uploads, around.cipher)
    health = Health(database, home_folder(), upkeep, sweep.last_at)
    parts: tuple[HasEndpoints, ...] = (
        NoticesApi(notices),
        DashboardApi(board, around.organisation, around.item_names),
        TicketsApi(tickets),
        PrivacyApi(requests, work),
        SystemApi(database, health, reseal, sweep, around.token),
    )
    return Operations(parts, upkeep, notices, sources, ledger, work, reseal)


def _chores(
    around: Around,
    ledger: Ledger,
    work: PrivacyWork,
    sweep: Sweep,
    sources: NoticeSources,
    gauges: ServiceGauges,
) -> tuple[Chore, ...]:
    database, clock, forgetting = around.database, around.clock, Forgetting(work)
    worker = Worker(around.release, lambda: 1000 * LOOP_LAG.worst_seconds, around.lent.circuit)

    async def forget() -> None:
        gone = await forgetting.fresh()
        if gone:
            around.lent.forget(lambda sender: around.cipher.lookup(sender) in gone)

    return (
        Chore("log-ins", LOGINS_SECONDS, around.logins.forget_old, alone=False),
        Chore("answer times", 60.0, lambda: TIMES.keep(database, clock().timestamp()), alone=False),
        Chore("worker", 15.0, lambda: worker.tell(database), alone=False),
        Chore("memory", 5.0, forget, alone=False),
        Chore("facts", 10.0, lambda: ledger.catch_up(clock().timestamp())),
        Chore("notices", 60.0, sources.gather),
        Chore("figures of the day", 60.0, gauges.renew, due_at=time.time() + 30.0),
        Chore("retention", 600.0, sweep.daily, due_at=time.time() + 600.0),  # a start has enough to do
        Chore("marks of deletions", 3600.0, work.forget_hashes),
    )


def _sealed(around: Around) -> list[Sealed]:
    own = Sealed(around.database, (CONSOLE_TABLES, RELEASE_TABLES, *TABLES))
    lent = around.lent.backends
    return [own, *([Sealed(lent, (BACKEND_TABLES,))] if lent is not None else [])]
