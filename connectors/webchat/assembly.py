"""Put the chat window's door together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from bot.store import ConversationStore
from connectors.answering import Answers
from connectors.limits import Counts, RequestLimits
from connectors.login import HostLogin
from connectors.webchat.chat import Chat, Recognise
from connectors.webchat.door import WebChat
from connectors.webchat.feed import Feed
from connectors.webchat.hub import Hub
from connectors.webchat.log import ChatLog
from connectors.webchat.origins import Origins
from connectors.webchat.plain import PlainSocket
from connectors.webchat.records import VisitorRecords
from connectors.webchat.settings import WebChatSettings
from connectors.webchat.uploads import Uploads
from connectors.webchat.visitors import Visitors
from storage.database import Database
from storage.secret import Cipher


def build_webchat(
    assistant: Answers,
    database: Database,
    clock: Callable[[], datetime],
    cipher: Cipher,
    folder: Path,
    *,
    counts: Counts,
    settings: WebChatSettings,
    is_demo: bool = False,
    recognise: Recognise | None = None,
) -> WebChat:
    """Return the door; uploads lie in `folder`. Add its `running` and `closing` to the application."""
    turns, hub = ConversationStore(database), Hub()
    log = ChatLog(database, turns, clock)
    records = VisitorRecords(database, turns, clock)
    visitors = Visitors(cipher, HostLogin(settings.login_keys), clock, settings.token_seconds)
    uploads = Uploads(database, cipher, clock, folder, settings.upload_days)
    limits = RequestLimits(counts, settings.spares_loopback)
    chat = Chat(assistant, log, hub, uploads, limits, settings, clock, recognise)
    feed = Feed(log, records, hub, visitors, clock, settings.history_seconds)
    plain = PlainSocket(assistant, clock) if is_demo else None
    return WebChat(chat, feed, records, visitors, Origins(settings.allowed_origins), plain)
