"""What is different between two texts of a region: tables that came, went or changed, and which of their keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from knowledge_base.tariffs.editing.figures import Figure, KeyPath, figures_of
from knowledge_base.tariffs.schema import BusinessEntry, CatalogueEntry, RegionFile

Entry = CatalogueEntry | BusinessEntry
Tables = dict[tuple[str, date], Entry]
"""Category and first day -> table."""
PERIOD = (("effective_from",), ("effective_to",))
ADDED, REMOVED, CHANGED = "added", "removed", "changed"


@dataclass(frozen=True, slots=True)
class KeyChange:
    """One key of a table that is different."""

    path: KeyPath
    old: str | None
    new: str | None
    figure: Figure | None
    """Where it is a number."""


@dataclass(frozen=True, slots=True)
class TableChange:
    """One table that is different."""

    kind: str
    """added | removed | changed."""
    category: str
    entry: Entry
    """As it is now; as it was, where it was removed."""
    keys: tuple[KeyChange, ...]
    follows: Entry | None = None
    """The table before it, where it was added: `keys` says what is different from that one."""

    @property
    def first_day(self) -> date:
        """First day on which a bill may be another one."""
        later = [key for key in self.keys if key.path == ("effective_to",)]
        if self.kind == CHANGED and len(later) == len(self.keys) == 1:
            ends = [date.fromisoformat(day) for day in (later[0].old, later[0].new) if day]
            return min(ends) + timedelta(days=1)
        return self.entry.effective_from


def entries_of(region: RegionFile) -> tuple[Entry, ...]:
    """Return all tables of a region."""
    return (*region.catalogue, *region.business)


def compare(old: RegionFile | None, new: RegionFile) -> tuple[TableChange, ...]:
    """Return what is different; a table is known by category and first day."""
    before: Tables = {(one.category, one.effective_from): one for one in (entries_of(old) if old is not None else ())}
    after: Tables = {(one.category, one.effective_from): one for one in entries_of(new)}
    return (*_added_or_changed(before, after), *_removed(before, after))


def plain(entry: Entry) -> dict[str, Any]:
    """Return a table as JSON has it, keys that say nothing left out; numbers are text."""
    content: dict[str, Any] = entry.model_dump(mode="json", exclude_defaults=True)
    return {"category": entry.category, **content}


def _added_or_changed(before: Tables, after: Tables) -> Iterator[TableChange]:
    for key, entry in sorted(after.items(), key=lambda item: item[0]):
        if key in before:
            if keys := compare_keys(plain(before[key]), plain(entry)):
                yield TableChange(CHANGED, entry.category, entry, keys)
            continue
        earlier = [one for (category, first), one in after.items() if category == key[0] and first < key[1]]
        follows = max(earlier, key=lambda one: one.effective_from, default=None)
        found = compare_keys(plain(follows), plain(entry)) if follows is not None else ()
        keys = tuple(one for one in found if one.path not in PERIOD)
        yield TableChange(ADDED, entry.category, entry, keys, follows)


def _removed(before: Tables, after: Tables) -> Iterator[TableChange]:
    for key in sorted(before.keys() - after.keys()):
        yield TableChange(REMOVED, key[0], before[key], ())


def compare_keys(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[KeyChange, ...]:
    """Return the keys of two tables that are different."""
    before, after = dict(_leaves(old, ())), dict(_leaves(new, ()))
    figures = {one.path: one for one in (*figures_of(old), *figures_of(new))}
    return tuple(
        KeyChange(path, before.get(path), after.get(path), figures.get(path))
        for path in dict.fromkeys((*before, *after))
        if before.get(path) != after.get(path)
    )


def _leaves(content: Any, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    if isinstance(content, Mapping):
        for key, value in content.items():
            yield from _leaves(value, (*path, key))
    elif isinstance(content, Sequence) and not isinstance(content, str) and not _is_list_of_numbers(content):
        for place, value in enumerate(content):
            yield from _leaves(value, (*path, place))
    elif content is not None:
        yield path, "、".join(map(str, content)) if isinstance(content, list) else str(content)


def _is_list_of_numbers(content: Sequence[Any]) -> bool:
    """Say whether these are months: one thing, not twelve."""
    return bool(content) and all(isinstance(one, int) for one in content)
