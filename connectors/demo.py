"""The demo utility from outside: its customers as JSON, its reset, its reference back-end server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncEngine

from actions.backends.assembly import build_sql_backends, create_tables
from actions.backends.server import build_backend_app
from actions.demo.dataset import ensure_demo_data, reset_demo_data
from actions.demo.listing import demo_accounts
from bot.assembly import known_action_names
from bot.demo_bills import DemoBills
from bot.project import load_project
from bot.tariff_watch import read_tariffs
from storage.clock import Clock
from storage.engine import open_engine
from storage.home import sqlite_url

Announce = Callable[[str], None]


async def demo_accounts_json(root: Path, clock: Clock, announce: Announce) -> list[dict[str, Any]]:
    """Return the demo customers of the contract, making the data first where they are not there."""
    engine = await _open(root, clock, announce)
    try:
        return list(await demo_accounts(engine, clock))
    finally:
        await engine.dispose()


async def reset_demo(root: Path, clock: Clock, announce: Announce) -> None:
    """Make the demo's data anew."""
    engine = open_engine(sqlite_url("backends"))
    try:
        await create_tables(engine)
        await reset_demo_data(engine, clock(), await _bills(root, clock), _progress(announce))
    finally:
        await engine.dispose()


async def serve_backends(root: Path, host: str, port: int, clock: Clock, announce: Announce) -> None:
    """Serve the demo back ends over HTTP until told to stop."""
    engine = await _open(root, clock, announce)
    runner = web.AppRunner(build_backend_app(build_sql_backends(engine, clock)))
    await runner.setup()
    await web.TCPSite(runner, host, port).start()
    announce(f"back ends on http://{host}:{port}/  (Ctrl-C stops them)")
    try:
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()
        await engine.dispose()


async def prepare_tables() -> None:
    """Create the embedded back ends' tables, so that no worker waits for the writer of the demo's data."""
    engine = open_engine(sqlite_url("backends"))
    try:
        await create_tables(engine)
    finally:
        await engine.dispose()


async def prepare_demo(root: Path, clock: Clock, announce: Announce) -> None:
    """Make the demo's data where they are missing or of yesterday."""
    await (await _open(root, clock, announce)).dispose()


async def _open(root: Path, clock: Clock, announce: Announce) -> AsyncEngine:
    engine = open_engine(sqlite_url("backends"))
    await create_tables(engine)
    await ensure_demo_data(engine, clock(), await _bills(root, clock), _progress(announce))
    return engine


async def _bills(root: Path, clock: Clock) -> DemoBills:
    return DemoBills(await read_tariffs(root, load_project(root, actions=known_action_names()), clock))


def _progress(announce: Announce) -> Callable[[str, float], None]:
    return lambda stage, share: announce(f"demo data: {stage} {share:.0%}")
