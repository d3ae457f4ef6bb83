"""What the commands of the quality loop share: days, words to the person, the database of a project."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from bot.open_backends import open_conversations
from bot.project import Project
from bot.store import ConversationStore
from eval.errors import DayUnreadable
from storage.clock import CHINA
from storage.database import Database


def say(message: str) -> None:
    """Tell the person; results alone go to stdout."""
    print(message, file=sys.stderr, flush=True)


def parse_day(text: str, option: str) -> datetime:
    """Read a day of the command line in China Standard Time. Raises DayUnreadable with the option's name."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=CHINA)
    except ValueError as error:
        raise DayUnreadable(f"{option}: {text!r} is no day like 2026-10-01") from error


@asynccontextmanager
async def open_store(project: Project) -> AsyncIterator[Database]:
    """Open the conversations' database of a project, its tables made, until the block ends."""
    database = open_conversations(project.endpoints)
    try:
        await ConversationStore(database).prepare()
        yield database
    finally:
        await database.close()
