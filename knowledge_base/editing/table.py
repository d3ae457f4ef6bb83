"""The tables of edited articles: what is in work, every version, and what was live at every revision."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, Index, Integer, MetaData, String, Table, Text

METADATA = MetaData()
STATE = Table(
    "knowledge_state",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("revision", Integer, nullable=False),
    Column("changes", Integer, nullable=False),
)
"""One row: every writer raises `changes` first, so writers come one after the other."""
ARTICLES = Table(
    "knowledge_articles",
    METADATA,
    Column("id", String(80), primary_key=True),
    Column("edit", Integer, nullable=False),
    Column("live", String(12), nullable=False),
    Column("live_version", Integer),
    Column("working_version", Integer),
    Column("working_state", String(12)),
    Column("changed_at", Float, nullable=False),
    Column("changed_by", String(64), nullable=False),
)
"""`live`: base (as in the files, or nothing), published (`live_version`), archived."""
VERSIONS = Table(
    "knowledge_versions",
    METADATA,
    Column("article_id", String(80), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("state", String(12), nullable=False),
    Column("topic", String(80), nullable=False),
    Column("content", Text, nullable=False),
    Column("origin", String(12), nullable=False),
    Column("author", String(64), nullable=False),
    Column("editors", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("made_at", Float, nullable=False),
    Column("changed_at", Float, nullable=False),
    Column("submitted_by", String(64)),
    Column("submitted_at", Float),
    Column("refusal", Text),
    Column("published_by", String(64)),
    Column("published_at", Float),
    Column("was_live", Boolean, nullable=False),
    Index("knowledge_versions_by_topic", "topic"),
)
REVISIONS = Table(
    "knowledge_revisions",
    METADATA,
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("at", Float, nullable=False),
    Column("by", String(64), nullable=False),
    Column("act", String(12), nullable=False),
    Column("reason", Text, nullable=False),
)
PUBLICATIONS = Table(
    "knowledge_publications",
    METADATA,
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("article_id", String(80), primary_key=True),
    Column("live", String(12), nullable=False),
    Column("version", Integer),
    Index("knowledge_publications_by_article", "article_id", "revision"),
)
"""What each revision made of each article that it touched."""
