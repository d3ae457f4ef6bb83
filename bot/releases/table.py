"""The tables of the releases."""

from __future__ import annotations

from sqlalchemy import Column, Float, Index, Integer, MetaData, String, Table, Text

from storage.types import EncryptedText

METADATA = MetaData()
RELEASES = Table(
    "releases",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("state", String(16), nullable=False, index=True),
    Column("percent", Integer, nullable=False),
    Column("made_at", Float, nullable=False),
    Column("made_by", String(64), nullable=False),
    Column("note", Text, nullable=False),
    Column("month", String(7)),
    Column("data_version", String(128)),
    Column("parent", String(64)),
    Column("knowledge_revision", Integer),
    Column("gates", EncryptedText),
    Column("changed_at", Float, nullable=False),
)
SERVING = Table(
    "release_serving",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("revision", Integer, nullable=False),
    Column("stable", String(64), nullable=False),
    Column("former", String(64)),
    Column("candidate", String(64)),
    Column("mode", String(8), nullable=False),
    Column("percent", Integer, nullable=False),
    Column("since", Float, nullable=False),
)
"""One row."""
MOVES = Table(
    "release_moves",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("release", String(64), nullable=False, index=True),
    Column("at", Float, nullable=False),
    Column("by", String(64), nullable=False),
    Column("reason", Text, nullable=False),
    Column("before", String(16), nullable=False),
    Column("after", String(16), nullable=False),
    Column("percent", Integer, nullable=False),
    Column("knowledge_revision", Integer),
)
ALERTS = Table(
    "release_alerts",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Float, nullable=False),
    Column("release", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("acknowledged_by", String(64)),
    Column("acknowledged_at", Float),
)
WORKERS = Table(
    "release_workers",
    METADATA,
    Column("worker", String(64), primary_key=True),
    Column("seen_at", Float, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("stable", String(64), nullable=False),
    Column("candidate", String(64)),
    Column("problem", Text, nullable=False),
    Column("megabytes", Float, nullable=False),
)
"""What each worker has loaded."""
FIGURES = Table(
    "release_figures",
    METADATA,
    Column("release", String(64), primary_key=True),
    Column("worker", String(64), primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("minute", Integer, primary_key=True, autoincrement=False),
    Column("counts", Text, nullable=False),
    Index("release_figures_by_minute", "minute"),
)
"""Counts of one release's turns in one worker and minute, written by that worker alone."""
SHADOWED = Table(
    "release_shadow",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("release", String(64), nullable=False),
    Column("at", Float, nullable=False),
    Column("kind", String(8), nullable=False),
    Column("text", EncryptedText, nullable=False),
    Column("stable", String(128), nullable=False),
    Column("candidate", String(128), nullable=False),
    Index("release_shadow_by_release", "release", "kind", "id"),
)
"""Masked sentences on which a candidate in the shadow differed."""
SHADOW_COUNTS = Table(
    "release_shadow_counts",
    METADATA,
    Column("release", String(64), primary_key=True),
    Column("worker", String(64), primary_key=True),
    Column("seen", Integer, nullable=False),
    Column("dropped", Integer, nullable=False),
    Column("intent", Integer, nullable=False),
    Column("article", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
)
