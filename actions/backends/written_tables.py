"""The tables that conversations write: tickets, requests, bindings, choices, text messages, verification codes."""

from sqlalchemy import Boolean, Column, Date, Index, Integer, String, Table, Text

from actions.backends.tables import metadata
from storage.types import EncryptedText, LookupHash, UtcDateTime

tickets = Table(
    "tickets",
    metadata,
    Column("ticket_no", String(12), primary_key=True),
    Column("idempotency_key", String(200), nullable=False, unique=True),
    Column("fingerprint", LookupHash, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("status", String(8), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime),
    Column("steps", Text, nullable=False),
    Column("summary", EncryptedText, nullable=False),
    Column("region", String(8)),
    Column("account_no", String(13), index=True),
    Column("address", EncryptedText),
    Column("phone", EncryptedText),
    Column("person_name", EncryptedText),
    Column("is_urgent", Boolean, nullable=False),
    Column("urged_count", Integer, nullable=False),
    Column("details", EncryptedText, nullable=False),
    Column("is_demo", Boolean, nullable=False),
)

urges = Table(
    "urges",
    metadata,
    Column("idempotency_key", String(200), primary_key=True),
    Column("ticket_no", String(12), nullable=False),
)

requests = Table(
    "requests",
    metadata,
    Column("request_no", String(16), primary_key=True),
    Column("idempotency_key", String(200), nullable=False, unique=True),
    Column("fingerprint", LookupHash, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("account_no", String(13), index=True),
    Column("status", String(8), nullable=False),
    Column("accepted_at", UtcDateTime, nullable=False),
    Column("effective_from", Date),
    Column("payload", EncryptedText, nullable=False),
)

bindings = Table(
    "bindings",
    metadata,
    Column("channel_user", LookupHash, primary_key=True),
    Column("account_no", String(13), primary_key=True),
    Column("bound_at", UtcDateTime, nullable=False),
)

consents = Table(
    "consents",
    metadata,
    Column("account_no", String(13), primary_key=True),
    Column("purpose", String(40), primary_key=True),
    Column("granted_at", UtcDateTime, nullable=False),
)

notices = Table(
    "notices",
    metadata,
    Column("account_no", String(13), primary_key=True),
    Column("kind", String(8), primary_key=True),
    Column("since", UtcDateTime, nullable=False),
)

sms_outbox = Table(
    "sms_outbox",
    metadata,
    Column("sms_id", Integer, primary_key=True),
    Column("idempotency_key", String(200), nullable=False, unique=True),
    Column("phone", EncryptedText, nullable=False),
    Column("phone_lookup", LookupHash, nullable=False, index=True),
    Column("text", EncryptedText, nullable=False),
    Column("sent_at", UtcDateTime, nullable=False),
)

verifications = Table(
    "verifications",
    metadata,
    Column("account", LookupHash, primary_key=True),
    Column("conversation", LookupHash, primary_key=True),
    Column("code_hash", String(32)),
    Column("expires_at", UtcDateTime),
    Column("sent_count", Integer, nullable=False),
    Column("wrong_count", Integer, nullable=False),
    Column("window_started_at", UtcDateTime, nullable=False),
    Column("locked_until", UtcDateTime),
    Index("verifications_of_account", "account", "window_started_at"),
)

counters = Table(
    "counters",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", Integer, nullable=False),
)
