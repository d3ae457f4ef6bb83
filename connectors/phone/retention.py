"""Recordings and call records are kept for so many days and then deleted."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from concurrent.futures import Executor
from datetime import date, datetime, timedelta
from pathlib import Path

import structlog

_LOG = structlog.get_logger(__name__)
_EVERY_SECONDS = 6 * 3600.0


async def forget_old_calls(folder: Path, keep_days: int, clock: Callable[[], datetime], workers: Executor) -> None:
    """Delete the folders of days that are over, again and again."""
    loop = asyncio.get_running_loop()
    while True:
        removed = await loop.run_in_executor(workers, delete_days_before, folder, clock().date(), keep_days)
        if removed:
            _LOG.info("old calls were deleted", days=removed)
        await asyncio.sleep(_EVERY_SECONDS)


def delete_days_before(folder: Path, today: date, keep_days: int) -> int:
    """Delete what is older than `keep_days`; return how many days' folders went."""
    removed = 0
    for place in folder.iterdir() if folder.is_dir() else ():
        try:
            day = date.fromisoformat(place.name)
        except ValueError:
            continue
        if day < today - timedelta(days=keep_days):
            shutil.rmtree(place, ignore_errors=True)
            removed += 1
    return removed
