"""Promises to call back, each with its clock: due, overdue, taken, kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.engine import Connection

from connectors.desk.errors import DeskConflict, NotInSight
from connectors.desk.room import Room
from connectors.desk.table import CALLBACKS, callback_of
from connectors.desk.values import Callback, Viewer
from connectors.errors import BadRequest

RESULTS = frozenset({"reached", "unreachable", "wrong_number", "solved_otherwise"})
VIEWS = ("open", "overdue", "mine", "done")


@dataclass(frozen=True, slots=True)
class Callbacks:
    """Reads and settles promises."""

    room: Room

    async def page(self, viewer: Viewer, view: str, page: int, size: int) -> tuple[Sequence[Callback], int]:
        """Return one page of promises in the viewer's scope and their number; the one that is due first comes first."""
        if view not in VIEWS:
            raise BadRequest("invalid_query", f"view: one of {', '.join(VIEWS)}")
        wanted = self._wanted(viewer, view)
        order = CALLBACKS.c.done_at.desc() if view == "done" else CALLBACKS.c.due_at

        def read(connection: Connection) -> tuple[list[Callback], int]:
            query = select(CALLBACKS).where(*wanted).order_by(order, CALLBACKS.c.id)
            rows = connection.execute(query.limit(size).offset((page - 1) * size)).all()
            total = connection.scalar(select(func.count()).select_from(CALLBACKS).where(*wanted)) or 0
            return [callback_of(row) for row in rows], total

        return await self.room.store.read(read)

    async def counts(self, viewer: Viewer) -> tuple[int, int]:
        """Return how many are not kept yet, and how many of these are overdue."""

        def read(connection: Connection) -> tuple[int, int]:
            late = connection.scalar(
                select(func.count()).select_from(CALLBACKS).where(*self._wanted(viewer, "overdue"))
            )
            every = connection.scalar(select(func.count()).select_from(CALLBACKS).where(*self._wanted(viewer, "open")))
            return every or 0, late or 0

        return await self.room.store.read(read)

    async def claim(self, viewer: Viewer, callback_id: int) -> Callback:
        """Take a promise. Raises DeskConflict where somebody else has it, NotInSight."""

        def take(connection: Connection) -> Callback:
            found = self._lock(connection, viewer, callback_id)
            if found.status == "done" or (found.status == "claimed" and found.agent_id != viewer.id):
                raise DeskConflict("taken", "somebody else has it, or it is done")
            return _change(connection, found, status="claimed", agent_id=viewer.id, agent_name=viewer.name)

        return await self.room.store.write(take)

    async def finish(self, viewer: Viewer, callback_id: int, result: str, note: str) -> Callback:
        """Settle a promise. Raises BadRequest for an unknown result, DeskConflict, NotInSight."""
        if result not in RESULTS:
            raise BadRequest("invalid_body", f"result: one of {', '.join(sorted(RESULTS))}")

        def end(connection: Connection) -> Callback:
            found = self._own(self._lock(connection, viewer, callback_id), viewer)
            return _change(connection, found, status="done", result=result, note=note, done_at=self.room.at())

        return await self.room.store.write(end)

    async def phone(self, viewer: Viewer, callback_id: int) -> str | None:
        """Return the whole number, for who has taken the promise. Raises DeskConflict, NotInSight."""
        found = await self.room.store.read(lambda link: self._lock(link, viewer, callback_id))
        return self._own(found, viewer).phone

    def is_overdue(self, callback: Callback) -> bool:
        """Say whether the promise is broken."""
        return callback.status != "done" and self.room.at() > callback.due_at

    def _wanted(self, viewer: Viewer, view: str) -> list[Any]:
        wanted: list[Any] = [in_scope(CALLBACKS.c.scope, viewer)]
        if view == "done":
            return [*wanted, CALLBACKS.c.status == "done"]
        wanted.append(CALLBACKS.c.status != "done")
        if view == "overdue":
            wanted.append(CALLBACKS.c.due_at < self.room.at())
        if view == "mine":
            wanted.append(CALLBACKS.c.agent_id == viewer.id)
        return wanted

    def _lock(self, connection: Connection, viewer: Viewer, callback_id: int) -> Callback:
        row = connection.execute(select(CALLBACKS).where(CALLBACKS.c.id == callback_id).with_for_update()).first()
        if row is None or not viewer.sees(row.scope):
            raise NotInSight("callback")
        return callback_of(row)

    @staticmethod
    def _own(found: Callback, viewer: Viewer) -> Callback:
        if found.status != "claimed" or (found.agent_id != viewer.id and not viewer.is_supervisor):
            raise DeskConflict("not_yours", "take it first")
        return found


def in_scope(column: Any, viewer: Viewer) -> Any:
    """Return the condition that a row lies in the viewer's scope, or is nobody's."""
    if not viewer.scope:
        return column.is_not(None)
    return (column == "") | (column == viewer.scope) | column.startswith(f"{viewer.scope}/", autoescape=True)


def _change(connection: Connection, callback: Callback, **values: Any) -> Callback:
    changed = update(CALLBACKS).where(CALLBACKS.c.id == callback.id).values(values).returning(*CALLBACKS.c)
    return callback_of(connection.execute(changed).one())
