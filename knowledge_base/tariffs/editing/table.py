"""The tables of tariff editing."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, Index, Integer, MetaData, String, Table, Text, UniqueConstraint

METADATA = MetaData()
VERSIONS = Table(
    "tariff_versions",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("region", String(32), nullable=False),
    Column("number", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("note", String(500), nullable=False),
    Column("text", Text, nullable=False),
    Column("edit", Integer, nullable=False),
    Column("base", Integer, nullable=False),
    Column("author", String(64), nullable=False),
    Column("editors", Text, nullable=False),
    Column("made_at", Float, nullable=False),
    Column("changed_at", Float, nullable=False),
    UniqueConstraint("region", "number", name="tariff_version_number"),
    Index("tariff_versions_by_state", "state", "region"),
)
ACTS = Table(
    "tariff_version_acts",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("version_id", Integer, nullable=False, index=True),
    Column("at", Float, nullable=False),
    Column("by", String(64), nullable=False),
    Column("act", String(16), nullable=False),
    Column("reason", String(500), nullable=False),
)
PUBLICATIONS = Table(
    "tariff_publications",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("region", String(32), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("version_id", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("live_from", Float, nullable=False),
    Column("at", Float, nullable=False),
    Column("by", String(64), nullable=False),
    Column("reason", String(500), nullable=False),
    Column("is_cancelled", Boolean, nullable=False),
    Column("shipped_hash", String(64), nullable=False),
    UniqueConstraint("region", "sequence", name="tariff_publication_sequence"),
    Index("tariff_publications_by_moment", "live_from"),
)
"""`sequence` counts a region's publications: two people who publish at the same moment cannot both be the next.
`shipped_hash` is that of the project's file when it was replaced: another file since then is told.
"""
