"""Accounts of the staff: name, role, scope, and for the desk skills and how many conversations at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import orjson
from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from bot.guarded import guarded_read, guarded_write
from connectors.desk.callbacks import in_scope
from connectors.desk.values import Viewer, is_within
from console.errors import StaffUnusable
from console.passwords import check_password_rule, hash_password
from console.roles import DESK_SUPERVISE, ROLES, permissions_of
from console.table import METADATA, STAFF
from storage.clock import Clock
from storage.database import Database, Work

T = TypeVar("T")
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")
DEFAULT_CAPACITY = 5


@dataclass(frozen=True, slots=True)
class Staff:
    """One member of staff."""

    id: int
    name: str
    display_name: str
    role: str
    scope: str
    skills: tuple[str, ...]
    capacity: int
    must_change_password: bool
    is_active: bool
    is_demo: bool
    has_totp: bool
    created_at: float
    last_login_at: float | None

    @property
    def permissions(self) -> frozenset[str]:
        """What he may."""
        return permissions_of(self.role)

    @property
    def viewer(self) -> Viewer:
        """Him at the desk."""
        is_supervisor = DESK_SUPERVISE in self.permissions
        return Viewer(self.id, self.display_name, self.scope, is_supervisor, self.skills, self.capacity)


@dataclass(frozen=True, slots=True)
class NewStaff:
    """An account that is to be made."""

    name: str
    display_name: str
    role: str
    scope: str = ""
    skills: tuple[str, ...] = ()
    capacity: int = DEFAULT_CAPACITY
    must_change_password: bool = True
    is_demo: bool = False


@dataclass(frozen=True, slots=True)
class StaffBook:
    """Keeps the accounts."""

    database: Database
    clock: Clock

    async def prepare(self) -> None:
        """Make the tables where they are not there."""
        await self.database.create_tables(METADATA)

    async def add(self, new: NewStaff, password: str) -> Staff:
        """Make an account. Raises StaffUnusable: name_taken, bad_name, unknown_role, weak_password."""
        if not _NAME.fullmatch(new.name):
            raise StaffUnusable("bad_name", "a name has 2 to 32 characters a-z, 0-9, . _ -")
        check_role(new.role)
        check_password_rule(password, new.name)
        values = {
            "name": new.name,
            "display_name": new.display_name or new.name,
            "role": new.role,
            "scope": new.scope,
            "skills": orjson.dumps(list(new.skills)).decode(),
            "capacity": new.capacity,
            "password": hash_password(password),
            "must_change_password": new.must_change_password,
            "is_active": True,
            "is_demo": new.is_demo,
            "created_at": self.clock().timestamp(),
        }
        try:
            row = await self._write(lambda link: link.execute(insert(STAFF).values(values).returning(*STAFF.c)).one())
        except IntegrityError as error:
            raise StaffUnusable("name_taken", f"there is an account {new.name!r} already") from error
        return staff_of(row)

    async def by_name(self, name: str) -> tuple[Staff, str] | None:
        """Return an account and the hash of its password."""
        row = await self._row(STAFF.c.name == name)
        return (staff_of(row), str(row.password)) if row is not None else None

    async def by_id(self, staff_id: int) -> Staff | None:
        """Return an account."""
        row = await self._row(STAFF.c.id == staff_id)
        return staff_of(row) if row is not None else None

    async def page(self, scope: str, query: str, role: str, page: int, size: int) -> tuple[Sequence[Staff], int]:
        """Return one page of the accounts in a scope, and their number."""
        wanted: list[Any] = [in_scope(STAFF.c.scope, Viewer(0, "", scope)), (STAFF.c.scope != "") | (not scope)]
        if query:
            like = STAFF.c.name.contains(query, autoescape=True)
            wanted.append(like | STAFF.c.display_name.contains(query, autoescape=True))
        if role:
            wanted.append(STAFF.c.role == role)

        def read(connection: Connection) -> tuple[list[Staff], int]:
            rows = select(STAFF).where(*wanted).order_by(STAFF.c.name).limit(size).offset((page - 1) * size)
            total = connection.scalar(select(func.count()).select_from(STAFF).where(*wanted)) or 0
            return [staff_of(row) for row in connection.execute(rows)], total

        return await self._read(read)

    async def change(self, staff_id: int, **values: Any) -> Staff:
        """Change an account. Raises StaffUnusable: last_admin, unknown_role."""
        if "role" in values:
            check_role(values["role"])
        if "skills" in values:
            values["skills"] = orjson.dumps(list(values["skills"])).decode()

        def change(connection: Connection) -> Staff:
            changed = update(STAFF).where(STAFF.c.id == staff_id).values(values).returning(*STAFF.c)
            staff = staff_of(connection.execute(changed).one())
            admins = (STAFF.c.role == "admin") & STAFF.c.is_active & (STAFF.c.scope == "")
            if not connection.scalar(select(func.count()).select_from(STAFF).where(admins)):
                raise StaffUnusable("last_admin", "somebody must stay who manages accounts everywhere")
            return staff

        return await self._write(change)

    async def set_password(self, staff_id: int, name: str, password: str, *, must_change: bool) -> None:
        """Set a password. Raises StaffUnusable: weak_password."""
        check_password_rule(password, name)
        values = {"password": hash_password(password), "must_change_password": must_change}
        await self._write(lambda link: link.execute(update(STAFF).where(STAFF.c.id == staff_id).values(values)))

    async def secrets(self, staff_id: int) -> tuple[str | None, str | None, int | None]:
        """Return the authenticator's secret, the one that is not confirmed yet, and the step that was used last."""
        row = await self._row(STAFF.c.id == staff_id)
        return (row.totp_secret, row.totp_new_secret, row.totp_last_step) if row is not None else (None, None, None)

    async def keep(self, staff_id: int, **values: Any) -> None:
        """Write columns of an account that say nothing about what he may."""
        await self._write(lambda link: link.execute(update(STAFF).where(STAFF.c.id == staff_id).values(values)))

    async def count(self) -> int:
        """Return the number of accounts."""
        return await self._read(lambda link: link.scalar(select(func.count()).select_from(STAFF)) or 0)

    async def _row(self, condition: Any) -> Any:
        return await self._read(lambda link: link.execute(select(STAFF).where(condition)).first())

    async def _read(self, work: Work[T]) -> T:
        return await guarded_read(self.database, work, "the accounts cannot be read; try again")

    async def _write(self, work: Work[T]) -> T:
        return await guarded_write(self.database, work, "the accounts cannot be written; try again")


def check_role(role: str) -> str:
    """Return a role that there is. Raises StaffUnusable."""
    if role not in ROLES:
        raise StaffUnusable("unknown_role", f"role {role!r}: one of {', '.join(ROLES)}")
    return role


def is_managed(staff: Staff, scope: str) -> bool:
    """Say whether an account lies in the scope of who manages accounts."""
    return is_within(staff.scope, scope)


def staff_of(row: Any) -> Staff:
    """Return a row as a member of staff."""
    plain = {name: getattr(row, name) for name in Staff.__slots__ if name not in ("skills", "has_totp")}
    return Staff(**plain, skills=tuple(orjson.loads(row.skills)), has_totp=row.totp_secret is not None)
