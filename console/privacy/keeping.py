"""Where something of a conversation is kept: one table of all tables that name it.

A test walks every table of the database: whatever names a conversation stands here, or is said to be kept.
"""

from __future__ import annotations

from sqlalchemy import Column, MetaData

from bot.handoff import METADATA as HANDOFF_TABLES
from bot.handoff import QUEUE
from bot.store import METADATA as TURN_TABLES
from bot.store import TURNS
from connectors.answer_times import METADATA as ANSWER_TIME_TABLES
from connectors.desk.table import CALLBACKS, ENTRIES, MAIL, SESSIONS
from connectors.desk.table import METADATA as DESK_TABLES
from connectors.outbox.table import METADATA as OUTBOX_TABLES
from connectors.outbox.table import OUTBOX
from connectors.webchat.log import METADATA as PLACE_TABLES
from connectors.webchat.log import PLACES
from connectors.webchat.records import METADATA as VISITOR_TABLES
from connectors.webchat.records import RATINGS, VISITORS
from connectors.webchat.uploads import METADATA as UPLOAD_TABLES
from connectors.webchat.uploads import UPLOADS
from connectors.wechat.contacts import CONTACTS
from connectors.wechat.contacts import METADATA as CONTACT_TABLES
from connectors.wechat.inbox import INBOX
from connectors.wechat.inbox import METADATA as INBOX_TABLES
from connectors.wecom_kf.sessions import METADATA as WECOM_TABLES
from connectors.wecom_kf.sessions import SESSIONS as WECOM_SESSIONS
from eval.quality.table import METADATA as QUALITY_TABLES
from eval.report.ledger import FACTS
from eval.report.ledger import METADATA as LEDGER_TABLES
from eval.retrain.labels.table import METADATA as LABEL_TABLES

TABLES: tuple[MetaData, ...] = (
    TURN_TABLES,
    HANDOFF_TABLES,
    DESK_TABLES,
    OUTBOX_TABLES,
    PLACE_TABLES,
    VISITOR_TABLES,
    UPLOAD_TABLES,
    INBOX_TABLES,
    CONTACT_TABLES,
    WECOM_TABLES,
    QUALITY_TABLES,
    LEDGER_TABLES,
    LABEL_TABLES,
    ANSWER_TIME_TABLES,
)
BY_CONVERSATION: tuple[Column[str], ...] = (
    CALLBACKS.c.conversation_id,
    ENTRIES.c.conversation_id,
    MAIL.c.conversation_id,
    SESSIONS.c.conversation_id,
    QUEUE.c.sender_id,
    OUTBOX.c.conversation_id,
    INBOX.c.conversation_id,
    PLACES.c.conversation_id,
    RATINGS.c.conversation_id,
    VISITORS.c.conversation_id,
    UPLOADS.c.conversation_id,
    CONTACTS.c.conversation_id,
    WECOM_SESSIONS.c.conversation_id,
    FACTS.c.sender_id,
    TURNS.c.sender_id,
)
"""Columns that name a conversation, in an order in which rows may be deleted."""
