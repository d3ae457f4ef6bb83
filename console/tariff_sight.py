"""Which regions' tables a member of staff sees and changes, and refusals of the tariff office as answers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from connectors.desk.errors import NotInSight
from console.endpoints import Call
from console.errors import Forbidden, Refused
from console.tariff_views import render_mistake, render_version, render_warned
from knowledge_base.errors import TariffEditRefused, TariffFileInvalid
from knowledge_base.tariffs.editing.office import TariffOffice
from knowledge_base.tariffs.editing.values import Person, TariffVersion
from knowledge_base.tariffs.editing.warnings import Warned

_ASKED_WRONGLY: Final = frozenset({"no_table", "not_later", "unknown_figure", "flow_style", "wrong_region"})
_NOT_THERE: Final = "table"


def person_of(call: Call) -> Person:
    """Return who acts."""
    return Person(call.login.staff.id if call.login is not None else 0, call.name)


def province_of(scope: str) -> str:
    """Return the region whose tables hold in a place; empty: all regions."""
    return scope.split("/")[0]


def sees(call: Call, region: str) -> bool:
    """Say whether the caller sees a region's tables."""
    return province_of(call.scope) in ("", region)


def may_change(call: Call, region: str) -> bool:
    """Say whether the caller's place is the whole region: prices of a province are no city's to change."""
    return call.scope in ("", region)


def check_region(call: Call, region: str, *, changes: bool = False) -> None:
    """Refuse regions that the caller does not see, or does not change. Raises NotInSight, Forbidden."""
    if not sees(call, region):
        raise NotInSight(_NOT_THERE)
    if changes and not may_change(call, region):
        raise Forbidden("outside_scope", "tables of a region are changed by who works in all of it")


async def find_version(call: Call, office: TariffOffice, *, changes: bool = False) -> TariffVersion:
    """Return the version of the path. Raises NotInSight, Forbidden."""
    version = await office.versions.find(call.number("id"))
    if version is None or not sees(call, version.region):
        raise NotInSight("version")
    check_region(call, version.region, changes=changes)
    return version


async def find_seen(call: Call, office: TariffOffice) -> TariffVersion:
    """Return the version of the path as the caller saw it. Raises Refused where it is another one now."""
    version = await find_version(call, office, changes=True)
    call.did(f"tariff_version:{version.id}", region=version.region, number=version.number)
    if version.edit != call.body.edit:
        raise Refused(
            "changed_meanwhile", "somebody changed the version meanwhile", 409, current=render_version(version)
        )
    return version


def check_acknowledged(warned: tuple[Warned, ...], acknowledged: list[str]) -> None:
    """Refuse to publish what nobody looked at. Raises Refused."""
    left = tuple(one for one in warned if one.code not in acknowledged)
    if left:
        raise Refused("unacknowledged", "acknowledge the warnings", 409, warnings=render_warned(left))


@asynccontextmanager
async def refusals() -> AsyncIterator[None]:
    """Turn the tariff office's refusals into answers."""
    try:
        yield
    except TariffEditRefused as error:
        raise Refused(error.code, str(error), 400 if error.code in _ASKED_WRONGLY else 409) from error
    except TariffFileInvalid as error:
        mistakes = [render_mistake(one) for one in error.mistakes]
        raise Refused(error.code, "the text has mistakes", 422, mistakes=mistakes) from error
