"""Published tariff tables in a process: read when it starts, looked for every second while it runs."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final

import structlog
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from bot.config import EndpointsFile
from bot.errors import StoreUnavailable
from bot.open_backends import conversations_address, open_conversations
from bot.project import Project
from knowledge_base.tariffs.book import TariffBook
from knowledge_base.tariffs.editing.publishing import TariffPublications
from knowledge_base.tariffs.editing.store import TariffVersions
from knowledge_base.tariffs.live import PublishedTables
from knowledge_base.tariffs.load import load_tariffs
from storage.clock import Clock
from storage.database import Database

LOOK_SECONDS: Final = 1.0
_LOG: Final = structlog.get_logger(__name__)
_AWAY: Final = "the store of published tariff tables does not answer"


async def open_published(database: Database, clock: Clock) -> PublishedTables:
    """Return what people published. Raises StoreUnavailable: prices that may be old are not told."""
    try:
        await TariffVersions(database).prepare()
        overlay = await TariffPublications(database).overlay(clock().timestamp())
    except (SQLAlchemyError, OSError) as error:
        raise StoreUnavailable(_AWAY) from error
    return PublishedTables(overlay.revision, overlay.texts)


async def watch_published(published: PublishedTables, database: Database, clock: Clock) -> None:
    """Take what is published from now on, within a second or two; runs until it is cancelled."""
    publications = TariffPublications(database)
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        try:
            at = clock().timestamp()
            if await publications.revision(at) != published.revision:
                overlay = await publications.overlay(at)
                await asyncio.to_thread(published.take, overlay.revision, overlay.texts)
        except (SQLAlchemyError, OSError) as error:
            _LOG.warning("published tariffs could not be looked for", problem=type(error).__name__)


async def read_tariffs(root: Path, project: Project, clock: Clock) -> TariffBook:
    """Return the tables that hold for a command: the files, and what was published in the same installation.

    Raises TariffFileInvalid, StoreUnavailable.
    """
    folder = root / project.config.knowledge.tariffs
    if not _is_there(project.endpoints):
        return load_tariffs(folder)
    database = open_conversations(project.endpoints)
    try:
        return load_tariffs(folder, (await open_published(database, clock)).texts)
    finally:
        await database.close()


def _is_there(endpoints: EndpointsFile) -> bool:
    """Say whether there is a database at all: a command that calculates makes none."""
    address = make_url(conversations_address(endpoints))
    return address.get_backend_name() != "sqlite" or Path(address.database or "").is_file()
