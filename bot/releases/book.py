"""The book of releases: which there are, which one answers whom, and every move with who, when and why.

One row tells all workers what to serve; its revision rises with every change, and every change is one transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from bot.errors import ReleaseInvalid, ReleaseRefused
from bot.guarded import guarded_read, guarded_write
from bot.releases.make import releases_folder
from bot.releases.manifest import BASE, GateVerdict, Manifest
from bot.releases.moves import Change, Plan, back, to_canary, to_draft, to_shadow, to_stable
from bot.releases.table import ALERTS, METADATA, MOVES, RELEASES, SERVING
from bot.releases.values import WATCH, Move, Release, Serving
from storage.clock import Clock, system_clock
from storage.database import Database

_AWAY = "the book of releases does not answer; try again"
MOST_REASON = 1000


@dataclass(frozen=True, slots=True)
class ReleaseBook:
    """Reads and writes the book."""

    database: Database
    clock: Clock = system_clock

    async def prepare(self) -> None:
        """Make tables, the project folder's own release, and the row that tells who serves."""
        await self.database.create_tables(METADATA)
        at = self.clock().timestamp()
        base = _row_of(Manifest(id="x", made_at=at, made_by="project"), at) | {"id": BASE, "state": "stable"}
        serving = {"id": 1, "revision": 1, "stable": BASE, "mode": "", "percent": 0, "since": at}
        for table, row in ((RELEASES, base | {"parent": None}), (SERVING, serving)):
            if not await self._is_there(table, row["id"]):
                try:
                    await guarded_write(self.database, lambda c, t=table, r=row: c.execute(insert(t), r), _AWAY)  # type: ignore[misc]
                except IntegrityError:
                    pass  # another worker was quicker

    async def add(self, folder: Path, manifest: Manifest) -> Release:
        """Enter a release that `make_release` made: draft, or rejected where its gates failed.

        Raises ReleaseInvalid for a folder that is not where releases are, ReleaseRefused for an id that is taken.
        """
        if folder.name != manifest.id or not folder.is_dir():
            raise ReleaseInvalid(f"{folder} is no folder of release {manifest.id}: use make_release")
        row = _row_of(manifest, self.clock().timestamp())

        def enter(connection: Connection) -> Release:
            connection.execute(insert(RELEASES), row)
            _note(connection, row, "draft", row["state"], manifest.made_by, manifest.note)
            return _read(connection, manifest.id)

        try:
            return await guarded_write(self.database, enter, _AWAY)
        except IntegrityError as error:
            raise ReleaseRefused("id_taken", f"there is a release {manifest.id} already") from error

    def folder_of(self, release_id: str, root: Path, home: Path) -> Path:
        """Return where a release's files lie; root is the project folder."""
        return root if release_id == BASE else releases_folder(home) / release_id

    # --- reading ------------------------------------------------------------------------------------------------

    async def serving(self) -> Serving:
        """Return which release answers whom."""
        return await guarded_read(self.database, _read_serving, _AWAY)

    async def release(self, release_id: str) -> Release:
        """Return one release. Raises ReleaseRefused (unknown_release)."""
        return await guarded_read(self.database, lambda connection: _read(connection, release_id), _AWAY)

    async def page(self, state: str = "", page: int = 1, size: int = 20) -> tuple[list[Release], int]:
        """Return a page of the releases, newest first, and how many there are."""
        wanted = [RELEASES.c.state == state] if state else []

        def read(connection: Connection) -> tuple[list[Release], int]:
            rows = select(RELEASES).where(*wanted).order_by(RELEASES.c.number.desc())
            found = connection.execute(rows.limit(size).offset((page - 1) * size)).all()
            total = connection.scalar(select(func.count()).select_from(RELEASES).where(*wanted))
            return [_release(row) for row in found], int(total or 0)

        return await guarded_read(self.database, read, _AWAY)

    async def moves(self, release_id: str = "", page: int = 1, size: int = 20) -> tuple[list[Move], int]:
        """Return a page of what was done, newest first, and how much that is."""
        wanted = [MOVES.c.release == release_id] if release_id else []

        def read(connection: Connection) -> tuple[list[Move], int]:
            rows = select(MOVES).where(*wanted).order_by(MOVES.c.id.desc()).limit(size).offset((page - 1) * size)
            total = connection.scalar(select(func.count()).select_from(MOVES).where(*wanted))
            return [Move(**row) for row in connection.execute(rows).mappings()], int(total or 0)

        return await guarded_read(self.database, read, _AWAY)

    # --- moves --------------------------------------------------------------------------------------------------

    async def shadow(self, release_id: str, *, by: str, reason: str) -> Serving:
        """Let a release understand beside the stable one. Raises ReleaseRefused."""
        return await self._move(lambda c, s: to_shadow(s, _read(c, release_id)), by, reason)

    async def canary(
        self, release_id: str, percent: int, *, by: str, reason: str, knowledge_revision: int | None = None
    ) -> Serving:
        """Let a release answer a share of the customers. Raises ReleaseRefused.

        knowledge_revision: of the articles in the database at this moment; going back can restore it.
        """
        return await self._move(
            lambda c, s: to_canary(s, _read(c, release_id), percent), by, reason, knowledge_revision
        )

    async def stop(self, release_id: str, *, by: str, reason: str) -> Serving:
        """Take the candidate out; it can be tried again. Raises ReleaseRefused."""
        return await self._move(lambda c, s: to_draft(s, _read(c, release_id)), by, reason)

    async def promote(self, release_id: str, *, by: str, reason: str, knowledge_revision: int | None = None) -> Serving:
        """Let the candidate answer everybody from now on; as `canary`. Raises ReleaseRefused."""
        return await self._move(lambda c, s: to_stable(s, _read(c, release_id)), by, reason, knowledge_revision)

    async def roll_back(self, *, by: str, reason: str, to: str | None = None) -> Serving:
        """End the canary, or go back to the release before (or to one that was stable once). Raises ReleaseRefused."""

        def plan(connection: Connection, serving: Serving) -> Plan:
            target = to or (serving.former if serving.mode != "canary" else None)
            return back(serving, _read(connection, target) if target else None)

        return await self._move(plan, by, reason)

    async def fail(self, release_id: str, kind: str, reason: str) -> bool:
        """Take a failing release out of service, with an alert; say whether it was still in service.

        A candidate gives way to the stable release; a stable one that cannot be loaded to the one before, or to the
        project folder. Never refuses: several workers may see the same failure.
        """

        def write(connection: Connection) -> bool:
            serving = _read_serving(connection, lock=True)
            if release_id == serving.candidate:
                plan = to_draft(serving, _read(connection, release_id))
                plan = replace(plan, changes=(Change(release_id, "rolled_back"),))
            elif release_id == serving.stable and release_id != BASE:
                plan = back(serving, replace(_read(connection, serving.former or BASE), state="retired"))
            else:
                return False
            self._apply(connection, serving, plan, WATCH, reason, None)
            alert = {"at": self.clock().timestamp(), "release": release_id, "kind": kind, "text": reason[:MOST_REASON]}
            connection.execute(insert(ALERTS), alert)
            return True

        return await guarded_write(self.database, write, _AWAY)

    async def knowledge_before(self, release_id: str) -> int | None:
        """Return the articles' revision from when a release's latest canary began, else from when it was made."""
        moves = select(MOVES).where(MOVES.c.release == release_id).order_by(MOVES.c.id.desc())

        def read(connection: Connection) -> int | None:
            rows = connection.execute(moves).all()
            last = next((place for place, row in enumerate(rows) if row.after == "canary"), len(rows))
            stay = takewhile(lambda row: row.after == "canary", rows[last:])
            known = [int(row.knowledge_revision) for row in stay if row.knowledge_revision is not None]
            return known[-1] if known else _read(connection, release_id).knowledge_revision

        return await guarded_read(self.database, read, _AWAY)

    async def _move(
        self,
        plan: Callable[[Connection, Serving], Plan],
        by: str,
        reason: str,
        knowledge_revision: int | None = None,
    ) -> Serving:
        if not reason.strip():
            raise ReleaseRefused("invalid_reason", "say why")

        def write(connection: Connection) -> Serving:
            serving = _read_serving(connection, lock=True)
            return self._apply(connection, serving, plan(connection, serving), by, reason, knowledge_revision)

        return await guarded_write(self.database, write, _AWAY)

    def _apply(
        self, connection: Connection, serving: Serving, plan: Plan, by: str, reason: str, knowledge: int | None
    ) -> Serving:
        at = self.clock().timestamp()
        after = replace(plan.serving, revision=serving.revision + 1, since=at)
        names = ("revision", "stable", "former", "candidate", "mode", "percent", "since")
        connection.execute(update(SERVING).values({name: getattr(after, name) for name in names}))
        for change in plan.changes:
            before = _read(connection, change.release).state
            values = {"state": change.state, "percent": change.percent, "changed_at": at}
            connection.execute(update(RELEASES).where(RELEASES.c.id == change.release).values(values))
            row = values | {"id": change.release, "knowledge_revision": knowledge}
            _note(connection, row, before, change.state, by, reason)
        return after

    async def _is_there(self, table: Any, key: Any) -> bool:
        found = select(func.count()).select_from(table).where(table.c.id == key)
        return bool(await guarded_read(self.database, lambda connection: connection.scalar(found), _AWAY))


def _read_serving(connection: Connection, *, lock: bool = False) -> Serving:
    query = select(SERVING)
    row = connection.execute(query.with_for_update() if lock else query).mappings().one()
    return Serving(**{name: value for name, value in row.items() if name != "id"})


def _read(connection: Connection, release_id: str) -> Release:
    row = connection.execute(select(RELEASES).where(RELEASES.c.id == release_id)).one_or_none()
    if row is None:
        raise ReleaseRefused("unknown_release", f"there is no release {release_id!r}")
    return _release(row)


def _release(row: Any) -> Release:
    names = ("id", "state", "percent", "made_at", "made_by", "note", "month", "data_version", "parent")
    shown = {name: getattr(row, name) for name in names}
    gates = GateVerdict.model_validate_json(row.gates) if row.gates else None
    return Release(**shown, knowledge_revision=row.knowledge_revision, gates=gates, changed_at=row.changed_at)


def _row_of(manifest: Manifest, at: float) -> dict[str, Any]:
    values = manifest.model_dump(exclude={"gates"})
    is_rejected = manifest.gates is not None and not manifest.gates.passed
    return {
        **values,
        "gates": manifest.gates.model_dump_json() if manifest.gates else None,
        "state": "rejected" if is_rejected else "draft",
        "percent": 0,
        "changed_at": at,
    }


def _note(connection: Connection, row: dict[str, Any], before: str, after: str, by: str, reason: str) -> None:
    move = {
        "release": row["id"],
        "at": row["changed_at"],
        "by": by[:64],
        "reason": reason[:MOST_REASON],
        "before": before,
        "after": after,
        "percent": row["percent"],
        "knowledge_revision": row.get("knowledge_revision"),
    }
    connection.execute(insert(MOVES), move)
