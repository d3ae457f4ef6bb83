"""The organisation tree: province > city > county, as data. A scope is a path in it; the empty one is everything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from connectors.desk.values import is_within
from connectors.errors import CredentialsInvalid

FILE = Path("data") / "organisation.yml"


@dataclass(frozen=True, slots=True)
class Place:
    """One node of the tree."""

    name: str
    path: str
    children: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Organisation:
    """The tree."""

    places: tuple[Place, ...] = ()

    def has(self, scope: str) -> bool:
        """Say whether a scope is in the tree; the empty one is."""
        return not scope or scope in set(_paths(self.places))

    def scope_of(self, known: Mapping[str, Any]) -> str:
        """Return where a customer is, as narrow as region and address say; empty where nothing is known."""
        region, address = str(known.get("region") or ""), str(known.get("address") or "")
        province = next((place for place in self.places if place.name == region), None)
        if province is None:
            return region
        place, rest = province, address
        while found := next((one for one in place.children if one.name in rest), None):
            place, rest = found, rest.partition(found.name)[2]
        return place.path

    def tree(self, scope: str) -> list[dict[str, Any]]:
        """Return what lies in a scope, and the way to it."""
        return _rendered(self.places, scope)


def load_organisation(root: Path) -> Organisation:
    """Return the tree of a project; an empty one where it has none. Raises CredentialsInvalid."""
    path = root / FILE
    if not path.is_file():
        return Organisation()
    try:
        content = yaml.safe_load(path.read_text("utf-8"))
        return Organisation(tuple(_places(content["organisation"], "")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise CredentialsInvalid(f"{path} cannot be read: {error}") from error


def _places(content: Mapping[str, Any] | Sequence[str] | None, above: str) -> Iterator[Place]:
    """Read `{province: {city: [county, ...]}}`."""
    for name in content or ():
        path = f"{above}/{name}" if above else str(name)
        below = content[name] if isinstance(content, Mapping) else None
        yield Place(str(name), path, tuple(_places(below, path)))


def _paths(places: Sequence[Place]) -> Iterator[str]:
    for place in places:
        yield place.path
        yield from _paths(place.children)


def _rendered(places: Sequence[Place], scope: str) -> list[dict[str, Any]]:
    return [
        {"name": place.name, "path": place.path, "children": _rendered(place.children, scope)}
        for place in places
        if is_within(place.path, scope) or is_within(scope, place.path)
    ]
