"""The console's tables: accounts, log-ins, failed attempts, the audit."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, Index, Integer, MetaData, String, Table, Text

from storage.types import EncryptedText

METADATA = MetaData()
STAFF = Table(
    "console_staff",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("name", String(64), nullable=False, unique=True),
    Column("display_name", String(64), nullable=False),
    Column("role", String(16), nullable=False),
    Column("scope", String(128), nullable=False),
    Column("skills", String(512), nullable=False),
    Column("capacity", Integer, nullable=False),
    Column("password", String(256), nullable=False),
    Column("must_change_password", Boolean, nullable=False),
    Column("is_active", Boolean, nullable=False),
    Column("is_demo", Boolean, nullable=False),
    Column("totp_secret", EncryptedText),
    Column("totp_new_secret", EncryptedText),
    Column("totp_last_step", Integer),
    Column("created_at", Float, nullable=False),
    Column("last_login_at", Float),
)
LOGINS = Table(
    "console_logins",
    METADATA,
    Column("token_hash", String(64), primary_key=True),
    Column("staff_id", Integer, nullable=False, index=True),
    Column("csrf", String(64), nullable=False),
    Column("created_at", Float, nullable=False),
    Column("seen_at", Float, nullable=False),
    Column("address", String(64), nullable=False),
)
ATTEMPTS = Table(
    "console_attempts",
    METADATA,
    Column("name", String(64), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("failed_at", Float, nullable=False),
    Column("locked_until", Float, nullable=False),
)
AUDIT = Table(
    "console_audit",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("at", Float, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("staff_id", Integer),
    Column("role", String(16), nullable=False),
    Column("scope", String(128), nullable=False),
    Column("address", String(64), nullable=False),
    Column("action", String(64), nullable=False),
    Column("object", String(128), nullable=False),
    Column("detail", Text, nullable=False),
    Column("hash", String(64), nullable=False),
    Index("console_audit_by_action", "action", "id"),
)
AUDIT_HEAD = Table(
    "console_audit_head",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("rows", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("seal", String(64), nullable=False),
)
AUDIT_START = Table(
    "console_audit_start",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("rows", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("seal", String(64), nullable=False),
)
"""Where the chain begins after its oldest rows were deleted on purpose: sealed, so that nobody cuts it by hand."""
