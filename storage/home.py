"""The one folder for all state: databases, key, recordings, caches, logs."""

import os
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
