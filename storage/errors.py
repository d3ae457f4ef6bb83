"""Errors of the storage package.

StorageError
├── HomeUnusable          the folder for all state cannot be made or written
├── ClockUnreadable       GRIDTALK_NOW is no ISO 8601 time with a zone
├── UnsupportedDatabase   a database address of another kind than SQLite or PostgreSQL
├── SecretUnusable        the key is missing, malformed, or not the one that sealed a value
└── UnstorableValue       a value that a column cannot keep exactly (a naive time, a tenth of a cent)
"""


class StorageError(Exception):
    """Root of everything that storage raises on its own account."""


class HomeUnusable(StorageError):
    """The folder for all state cannot be made or written."""


class ClockUnreadable(StorageError):
    """The starting time of the clock cannot be understood."""


class UnsupportedDatabase(StorageError):
    """The database address names a kind of database that is not supported."""


class SecretUnusable(StorageError):
    """The key is missing, malformed, or does not fit a sealed value."""


class UnstorableValue(StorageError):
    """A value cannot be kept exactly by its column."""
