"""Size of a serving environment: a fresh virtual environment with this project and what serving needs, no extras."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.errors import NotMeasurable
from bench.figures import MEGABYTE, Extent, Figure
from bench.server import ROOT

_LIMIT_SECONDS = 1200
_BLOCK_BYTES = 512
_NOT_COPIED = shutil.ignore_patterns(
    ".*", "__pycache__", "build", "data", "docs", "models", "tests", "var", "*.egg-info"
)
"""A build leaves files behind: it is made from a copy, of what the wheel needs."""


def measure_environment(extent: Extent) -> list[Figure]:
    """Install once and add up what lies on the disk. Raises NotMeasurable where nothing can be installed."""
    with tempfile.TemporaryDirectory(prefix="gridtalk-bench-") as temporary:
        folder, source = Path(temporary) / "venv", Path(temporary) / "source"
        shutil.copytree(ROOT, source, ignore=_NOT_COPIED)
        _run([sys.executable, "-m", "venv", str(folder)])
        bare = size_on_disk(folder)
        options = ["--no-deps"] if extent.is_quick else []
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        _run([*pip, *options, str(source)])
        note = "without dependencies (--quick)" if extent.is_quick else ""
        return [
            Figure("bare virtual environment with pip", "MB", (bare / MEGABYTE,)),
            Figure("with gridtalk and what serving needs", "MB", (size_on_disk(folder) / MEGABYTE,), note),
        ]


def size_on_disk(folder: Path) -> int:
    """Return the bytes of all blocks of all files beneath a folder, as du counts them; a hard link counts once."""
    stats = [path.lstat() for path in (folder, *folder.rglob("*"))]
    return sum(blocks for blocks in {(s.st_dev, s.st_ino): s.st_blocks * _BLOCK_BYTES for s in stats}.values())


def _run(command: list[str]) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_LIMIT_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise NotMeasurable(f"not installed within {_LIMIT_SECONDS} s") from error
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:]
        raise NotMeasurable(f"it could not be installed here: {''.join(last)}")
