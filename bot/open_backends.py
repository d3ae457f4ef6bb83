"""Open what endpoints.yml names: the conversations' database, the back ends, the sender of text messages."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncEngine

from actions.backends.assembly import build_http_backends, build_sql_backends, create_tables
from actions.backends.http_client import BackendClient, RetryPlan
from actions.backends.protocols import Backends, SmsSender
from actions.sms import DemoSms, HttpSms
from actions.verification import Verification
from bot.config import EndpointsFile
from storage.clock import Clock
from storage.database import Database, open_database
from storage.engine import open_engine
from storage.home import sqlite_url


@dataclass(frozen=True, slots=True)
class OpenBackends:
    """The back ends, and the database that holds what verification and the demo keep."""

    backends: Backends
    engine: AsyncEngine
    sms: SmsSender
    verification: Verification
    circuit: Callable[[], str] = lambda: ""
    """State of the circuit breaker before the back ends; empty where they are our own tables."""


def open_conversations(endpoints: EndpointsFile) -> Database:
    """Open the database of the conversations."""
    return open_database(conversations_address(endpoints))


def conversations_address(endpoints: EndpointsFile) -> str:
    """Return the address of the database of the conversations."""
    return _address(endpoints.tracker_store.url if endpoints.tracker_store else None, "gridtalk")


async def open_backends(endpoints: EndpointsFile, clock: Clock) -> OpenBackends:
    """Open the back ends. Where they are somebody else's, verification is kept beside the conversations."""
    entry = endpoints.backends
    shared = endpoints.tracker_store.url if endpoints.tracker_store and entry.type == "http" else None
    engine = open_engine(_address(entry.url if entry.type == "sql" else shared, "backends"))
    await create_tables(engine)
    client: BackendClient | None = None
    if entry.type == "http":
        plan = RetryPlan(total_seconds=entry.timeout_seconds)
        client = BackendClient(expand(entry.url) or "", token=expand(entry.token), plan=plan)
        backends = build_http_backends(client)
    else:
        backends = build_sql_backends(engine, clock)
    sms: SmsSender = DemoSms(engine, clock)
    if (gateway := endpoints.sms) is not None:
        sms = HttpSms(expand(gateway.url) or "", token=expand(gateway.token), timeout_seconds=gateway.timeout_seconds)
    verification = Verification(backends.profile, sms, engine, clock)
    if client is None:
        return OpenBackends(backends, engine, sms, verification)
    return OpenBackends(backends, engine, sms, verification, client.circuit_state)


def expand(text: str | None) -> str | None:
    """Replace ${NAME} by the environment's value."""
    return os.path.expandvars(text) if text else text


def _address(url: str | None, name: str) -> str:
    return expand(url) or sqlite_url(name)
