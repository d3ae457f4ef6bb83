"""The one folder for all state: databases, key, recordings, caches, logs."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.errors import HomeUnusable

DEFAULT_HOME = "./var"


def home_folder() -> Path:
    """Return GRIDTALK_HOME (default ./var) as an absolute path, made if it is not there; raises HomeUnusable."""
    folder = Path(os.environ.get("GRIDTALK_HOME", "").strip() or DEFAULT_HOME).expanduser().absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise HomeUnusable(f"GRIDTALK_HOME={folder} cannot be used as a folder: {error.strerror}") from error
    if not os.access(folder, os.W_OK):
        raise HomeUnusable(f"GRIDTALK_HOME={folder} is not writable")
    return folder


def sqlite_url(name: str) -> str:
    """Return the address of the SQLite file `name` (without suffix) in the home folder."""
    return f"sqlite+aiosqlite:///{home_folder() / name}.sqlite"


@contextmanager
def passing_home(prefix: str) -> Iterator[Path]:
    """Use a fresh home folder until the block ends, apart from the installation's; it is deleted then."""
    before = os.environ.get("GRIDTALK_HOME")
    with tempfile.TemporaryDirectory(prefix=prefix) as folder:
        os.environ["GRIDTALK_HOME"] = folder
        try:
            yield Path(folder)
        finally:
            if before is None:
                del os.environ["GRIDTALK_HOME"]
            else:
                os.environ["GRIDTALK_HOME"] = before
