"""Who came through the provider: claims to an account, made at the first log-in and renewed at each."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Integer, String, Table, UniqueConstraint, insert, select
from sqlalchemy.exc import IntegrityError

from bot.guarded import guarded_read, guarded_write
from connectors.console_settings import OidcSettings
from connectors.desk.organisation import Organisation
from console.errors import StaffUnusable
from console.logins import Logins
from console.oidc.errors import OidcRefused
from console.roles import ROLES
from console.staff import NewStaff, Staff
from console.table import METADATA

IDENTITIES = Table(
    "console_identities",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("issuer", String(256), nullable=False),
    Column("subject", String(256), nullable=False),
    Column("staff_id", Integer, nullable=False, unique=True),
    UniqueConstraint("issuer", "subject", name="one_account_per_identity"),
)
_AWAY = "the identities do not answer; try again"
_MOST_NAME, _MOST_SUBJECT = 64, 255


@dataclass(frozen=True, slots=True)
class People:
    """Finds, makes and renews accounts of the provider's people."""

    logins: Logins
    organisation: Organisation
    settings: OidcSettings

    async def staff_of(self, claims: Mapping[str, Any]) -> Staff:
        """Return whose claims these are. Raises OidcRefused."""
        role, scope = self._role(claims), self._scope(claims)
        subject = str(claims["sub"])
        if not 0 < len(subject) <= _MOST_SUBJECT:
            raise OidcRefused("oidc_refused", "the subject is too long")
        shown = str(claims.get(self.settings.display_claim) or "")[:_MOST_NAME]
        known = select(IDENTITIES.c.staff_id).where(
            IDENTITIES.c.issuer == self.settings.issuer, IDENTITIES.c.subject == subject
        )
        staff_id = await guarded_read(self.logins.book.database, lambda link: link.scalar(known), _AWAY)
        staff = await self.logins.book.by_id(staff_id) if staff_id is not None else None
        if staff is None:
            return await self._added(str(claims.get(self.settings.name_claim) or ""), shown, role, scope, subject)
        if not staff.is_active:
            raise OidcRefused("oidc_inactive", "the account is switched off")
        return await self._renewed(staff, shown, role, scope)

    async def _added(self, name: str, shown: str, role: str, scope: str, subject: str) -> Staff:
        new = NewStaff(name.strip().lower(), shown, role, scope, must_change_password=False)
        try:  # nobody knows this password: the account is entered through the provider alone
            staff = await self.logins.book.add(new, secrets.token_urlsafe(48))
        except StaffUnusable as error:
            code = "oidc_name_taken" if error.code == "name_taken" else "oidc_refused"
            raise OidcRefused(code, str(error)) from error
        row = {"issuer": self.settings.issuer, "subject": subject, "staff_id": staff.id}
        try:
            await guarded_write(self.logins.book.database, lambda link: link.execute(insert(IDENTITIES), row), _AWAY)
        except IntegrityError as error:
            raise OidcRefused("oidc_refused", "this person is being entered already; try again") from error
        return staff

    async def _renewed(self, staff: Staff, shown: str, role: str, scope: str) -> Staff:
        values: dict[str, Any] = {"role": role, "scope": scope, "display_name": shown or staff.display_name}
        changed = {name: value for name, value in values.items() if getattr(staff, name) != value}
        if not changed:
            return staff
        if {"role", "scope"} & set(changed):
            await self.logins.end_all(staff.id)
        try:
            return await self.logins.book.change(staff.id, **changed)
        except StaffUnusable as error:
            raise OidcRefused("oidc_refused", str(error)) from error

    def _role(self, claims: Mapping[str, Any]) -> str:
        held = set(_words(claims.get(self.settings.role_claim)))
        role = next((role for word, role in self.settings.roles.items() if word in held), None)
        if role not in ROLES:
            raise OidcRefused("oidc_no_role", "no role of the console is among the claims")
        return role

    def _scope(self, claims: Mapping[str, Any]) -> str:
        words = _words(claims.get(self.settings.place_claim)) if self.settings.place_claim else []
        places = [self.settings.places[word] for word in words if word in self.settings.places]
        scope = places[0] if places else self.settings.place
        if scope is None or not self.organisation.has(scope):
            raise OidcRefused("oidc_no_place", "no place of the organisation is among the claims")
        return scope


def _words(claim: Any) -> list[str]:
    if isinstance(claim, str):
        return [claim]
    return [word for word in claim if isinstance(word, str)] if isinstance(claim, list) else []
