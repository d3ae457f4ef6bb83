"""Accounts of others, for administrators; the audit, for auditors."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from connectors.desk.errors import NotInSight
from connectors.desk.organisation import Organisation
from connectors.desk.values import is_within
from connectors.errors import BadRequest
from connectors.requests import json_response
from console.account_api import render_staff
from console.audit import Audit
from console.endpoints import Call, Endpoint
from console.logins import Logins
from console.passwords import random_password
from console.roles import AUDIT_READ, STAFF_MANAGE
from console.staff import DEFAULT_CAPACITY, NewStaff, Staff, StaffBook, is_managed
from console.table import AUDIT


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class NewStaffBody(_Body):
    """POST /staff."""

    name: str = Field(min_length=2, max_length=32)
    display_name: str = Field("", max_length=64)
    role: str = Field(max_length=16)
    scope: str = Field("", max_length=128)
    skills: list[str] = Field(default_factory=list, max_length=20)
    capacity: int = Field(DEFAULT_CAPACITY, ge=1, le=50)
    password: str | None = Field(None, max_length=256)


class StaffChangeBody(_Body):
    """PATCH /staff/{id}."""

    display_name: str | None = Field(None, min_length=1, max_length=64)
    role: str | None = Field(None, max_length=16)
    scope: str | None = Field(None, max_length=128)
    skills: list[str] | None = Field(None, max_length=20)
    capacity: int | None = Field(None, ge=1, le=50)
    is_active: bool | None = None


@dataclass(frozen=True, slots=True)
class StaffApi:
    """Serves accounts and audit."""

    book: StaffBook
    logins: Logins
    organisation: Organisation
    audit: Audit
    skills: Mapping[str, str]
    """Names by code."""

    def endpoints(self) -> list[Endpoint]:
        """Return the addresses."""
        one = r"/staff/{id:\d+}"
        return [
            Endpoint("GET", "/staff", self.list, STAFF_MANAGE, "rows"),
            Endpoint("POST", "/staff", self.add, STAFF_MANAGE, "rows", "staff.add", NewStaffBody),
            Endpoint("PATCH", one, self.change, STAFF_MANAGE, "rows", "staff.change", StaffChangeBody),
            Endpoint("POST", f"{one}/password", self.reset_password, STAFF_MANAGE, "rows", "staff.password"),
            Endpoint("POST", f"{one}/unlock", self.unlock, STAFF_MANAGE, "rows", "staff.unlock"),
            Endpoint("GET", "/audit", self.acts, AUDIT_READ, "rows", "audit.read"),
            Endpoint("GET", "/audit/verify", self.verify, AUDIT_READ, "nobody", "audit.verify"),
        ]

    async def list(self, call: Call) -> web.Response:
        """List the accounts of one's scope."""
        page, size = call.page()
        query = call.request.query
        found, total = await self.book.page(call.scope, query.get("query", "")[:64], query.get("role", ""), page, size)
        locked = await self.logins.locked()
        items = [render_staff(one, is_locked=one.name in locked) for one in found]
        skills = [{"code": code, "name": name} for code, name in self.skills.items()]
        return json_response({"items": items, "total": total, "skills": skills})

    async def add(self, call: Call) -> web.Response:
        """Make an account in one's scope; without a password one is made and shown once."""
        body: NewStaffBody = call.body
        call.did(f"staff:{body.name}", role=body.role, scope=body.scope)
        self._check(call, body.scope, body.skills)
        password = body.password or random_password()
        new = NewStaff(
            body.name, body.display_name, body.role, body.scope, tuple(dict.fromkeys(body.skills)), body.capacity
        )
        staff = await self.book.add(new, password)
        shown = None if body.password else password
        return json_response({"staff": render_staff(staff), "password": shown})

    async def change(self, call: Call) -> web.Response:
        """Change an account; a new role or scope, and being switched off, end its sessions."""
        staff = await self._managed(call)
        body: StaffChangeBody = call.body
        values: dict[str, Any] = body.model_dump(exclude_none=True)
        before = {name: getattr(staff, name) for name in values}
        call.did(f"staff:{staff.name}", before=before, after=values)
        self._check(call, values.get("scope", staff.scope), values.get("skills", ()))
        changed = await self.book.change(staff.id, **values) if values else staff
        if {"role", "scope", "is_active"} & set(values):
            await self.logins.end_all(staff.id)
        return json_response({"staff": render_staff(changed)})

    async def reset_password(self, call: Call) -> web.Response:
        """Give an account a new password, shown once, to be changed at the next log-in."""
        staff = await self._managed(call)
        call.did(f"staff:{staff.name}")
        password = random_password()
        await self.book.set_password(staff.id, staff.name, password, must_change=True)
        await self.logins.end_all(staff.id)
        await self.logins.unlock(staff.name)
        return json_response({"password": password})

    async def unlock(self, call: Call) -> web.Response:
        """Let somebody try again before his time."""
        staff = await self._managed(call)
        call.did(f"staff:{staff.name}")
        await self.logins.unlock(staff.name)
        return json_response({"staff": render_staff(staff)})

    async def acts(self, call: Call) -> web.Response:
        """List what was done by people of one's scope, newest first."""
        query = call.request.query
        wanted: list[Any] = [
            column == query[name]
            for name, column in (("actor", AUDIT.c.actor), ("action", AUDIT.c.action), ("object", AUDIT.c.object))
            if query.get(name)
        ]
        if call.scope:
            wanted.append((AUDIT.c.scope == call.scope) | AUDIT.c.scope.startswith(f"{call.scope}/", autoescape=True))
        before = call.query_number("before", 0, 2_000_000_000) or None
        size = call.query_number("size", 50, 500)
        rows = await self.audit.page(before=before, size=size, wanted=wanted)
        items = [_rendered(row) for row in rows]
        return json_response({"items": items, "next_before": rows[-1].id if len(rows) == size else None})

    async def verify(self, _: Call) -> web.Response:
        """Check the chain."""
        verdict = await self.audit.verify()
        return json_response({"ok": verdict.ok, "rows": verdict.rows, "first_bad": verdict.first_bad})

    async def _managed(self, call: Call) -> Staff:
        staff = await self.book.by_id(call.number("id"))
        if staff is None or not is_managed(staff, call.scope):
            raise NotInSight("account")
        return staff

    def _check(self, call: Call, scope: str, skills: Collection[str]) -> None:
        """Refuse what lies outside one's own scope, and skills that there are not."""
        if not self.organisation.has(scope) or not is_within(scope, call.scope):
            raise BadRequest("unknown_scope", "scope: a place of /organisation, in your own")
        if unknown := sorted(set(skills) - set(self.skills)):
            raise BadRequest("unknown_skill", f"skills: {unknown[0]!r} is none of {', '.join(sorted(self.skills))}")


def _rendered(row: Any) -> dict[str, Any]:
    shown = ("id", "at", "actor", "role", "scope", "address", "action", "object", "hash")
    return {**{name: getattr(row, name) for name in shown}, "detail": orjson.loads(row.detail)}
