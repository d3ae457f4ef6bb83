"""Processes as /proc shows them: children, and memory in bytes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_KIBIBYTE = 1024


@dataclass(frozen=True, slots=True)
class Memory:
    """What a process holds, in bytes."""

    resident: int
    """VmRSS: pages that are shared with other processes count whole."""
    proportional: int
    """PSS: a page that n processes share counts 1/n in each."""


def child_processes(parent: int) -> list[int]:
    """Return the process numbers of the direct children, oldest first."""
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            if _field(status, "PPid:") == parent:
                found.append(int(status.parent.name))
        except OSError:
            pass  # it ended while we looked
    return sorted(found)


def memory_of(process: int) -> Memory:
    """Read what a process holds now. Raises OSError when it is gone."""
    folder = Path("/proc") / str(process)
    return Memory(_field(folder / "status", "VmRSS:") * _KIBIBYTE, _field(folder / "smaps_rollup", "Pss:") * _KIBIBYTE)


def _field(path: Path, name: str) -> int:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith(name):
            return int(line.split()[1])
    return 0
