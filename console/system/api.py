"""The page 系统状态: health, keys by fingerprint and age, terms of keeping and what was deleted when."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import orjson
from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Column, Float, String, Table, insert, select
from sqlalchemy.engine import Connection

from bot.guarded import persistent_write
from connectors.desk.errors import DeskConflict
from connectors.requests import json_response
from connectors.service_api import tokens_of
from console.endpoints import Call, Endpoint
from console.errors import Forbidden
from console.privacy.settings import KINDS
from console.privacy.sweep import Sweep
from console.roles import SYSTEM_MANAGE
from console.system.health import Health
from console.system.reseal import Reseal
from console.table import METADATA
from storage.database import Database
from storage.errors import SecretUnusable
from storage.key_ring import add_key, told_keys

TOKENS = Table(
    "console_tokens",
    METADATA,
    Column("fingerprint", String(32), primary_key=True),
    Column("first_seen_at", Float, nullable=False),
)
_DIGITS = 12


class ReasonBody(BaseModel):
    """POST /system/keys/rotate, /system/keys/reseal, /system/retention/sweep."""

    model_config = ConfigDict(extra="forbid", strict=True)

    reason: str = Field(min_length=4, max_length=200)


@dataclass(frozen=True, slots=True)
class SystemApi:
    """Serves the installation's state."""

    database: Database
    health: Health
    reseal: Reseal
    sweep: Sweep
    token: str | None

    def endpoints(self) -> list[Endpoint]:
        """Return the addresses."""
        own = SYSTEM_MANAGE
        return [
            Endpoint("GET", "/system/health", self.show_health, own, "nobody"),
            Endpoint("GET", "/system/keys", self.keys, own, "nobody"),
            Endpoint("POST", "/system/keys/rotate", self.rotate, own, "nobody", "keys.rotate", ReasonBody),
            Endpoint("POST", "/system/keys/reseal", self.seal_anew, own, "nobody", "keys.reseal", ReasonBody),
            Endpoint("GET", "/system/retention", self.retention, own, "nobody"),
            Endpoint("POST", "/system/retention/sweep", self.sweep_now, own, "nobody", "retention.sweep", ReasonBody),
        ]

    async def show_health(self, _: Call) -> web.Response:
        """Show how everything is."""
        return json_response(await self.health.look())

    async def keys(self, _: Call) -> web.Response:
        """Show keys and tokens by fingerprint and age, never themselves."""
        return json_response(await self._keys())

    async def rotate(self, call: Call) -> web.Response:
        """Add a key that seals from now on."""
        _check_everywhere(call)
        try:
            made = add_key()
        except SecretUnusable as error:
            raise DeskConflict("keys_in_environment", str(error)) from error
        self.reseal.cipher.renew()
        call.did("keys", fingerprint=made, reason=call.body.reason)
        return json_response(await self._keys())

    async def seal_anew(self, call: Call) -> web.Response:
        """Seal everything that an older key has sealed with the newest one, in the background."""
        _check_everywhere(call)
        call.did("keys", reason=call.body.reason)
        if not self.reseal.begin():
            raise DeskConflict("reseal_running", "it is running already")
        return json_response(await self._keys())

    async def retention(self, call: Call) -> web.Response:
        """Show the terms, and what was deleted when."""
        runs, total = await self.sweep.runs(*call.page())
        terms = self.sweep.terms
        kinds = [
            {"kind": kind, **(terms.kinds[kind].model_dump() if kind in terms.kinds else {"days": None})}
            for kind in KINDS
        ]
        kept = [one.model_dump() for one in terms.kept]
        return json_response(
            {
                "version": str(terms.version),
                "kinds": kinds,
                "kept": kept,
                "runs": [_run(row) for row in runs],
                "total": total,
            }
        )

    async def sweep_now(self, call: Call) -> web.Response:
        """Delete now what is over its term."""
        _check_everywhere(call)
        done = await self.sweep.run(call.name)
        told = {kind: sum(deleted.values()) for kind, deleted in done.items()}
        call.did("retention", deleted=told, reason=call.body.reason)
        return json_response({"deleted": done})

    async def _keys(self) -> dict[str, Any]:
        state = {"state": self.reseal.state, "seen": self.reseal.seen, "renewed": self.reseal.renewed}
        return {"keys": [asdict(one) for one in told_keys()], "reseal": state, "tokens": await self._tokens()}

    async def _tokens(self) -> Sequence[dict[str, Any]]:
        """The machine's tokens: when each was first seen here tells its age."""
        now = self.sweep.clock().timestamp()
        names = [hashlib.sha256(token.encode()).hexdigest()[:_DIGITS] for token in tokens_of(self.token)]

        def note(link: Connection) -> dict[str, float]:
            known = {row.fingerprint: row.first_seen_at for row in link.execute(select(TOKENS))}
            fresh = [{"fingerprint": name, "first_seen_at": now} for name in names if name not in known]
            if fresh:
                link.execute(insert(TOKENS), fresh)
            return known | {row["fingerprint"]: row["first_seen_at"] for row in fresh}

        seen = await persistent_write(self.database, note, "the keys cannot be read; try again", attempts=3)
        return [{"fingerprint": name, "first_seen_at": seen[name]} for name in names]


def _check_everywhere(call: Call) -> None:
    if call.scope:
        raise Forbidden("forbidden_scope", "this concerns the whole installation: only who works everywhere may do it")


def _run(row: Any) -> dict[str, Any]:
    shown = ("id", "at", "by", "kind", "before", "problem", "seconds")
    return {**{name: getattr(row, name) for name in shown}, "deleted": orjson.loads(row.deleted)}
