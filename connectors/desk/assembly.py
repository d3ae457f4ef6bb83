"""Put the desk together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from actions.backends.values import TicketFields
from bot.assembly import Bot
from bot.assistant import Converses
from bot.store import ConversationStore
from connectors.credentials import Credentials
from connectors.desk.callbacks import Callbacks
from connectors.desk.canned import CannedTexts
from connectors.desk.couriers import Courier, MailBox, MailCourier, OutboxCourier, PostCourier
from connectors.desk.delivery import Delivery
from connectors.desk.desk import Desk, Suggest, Suggestion
from connectors.desk.ending import Ending
from connectors.desk.hours import spoken_moment
from connectors.desk.line import Line
from connectors.desk.organisation import Organisation, load_organisation
from connectors.desk.overview import Overview
from connectors.desk.pulse import Pulse
from connectors.desk.room import Room, build_room
from connectors.desk.settings import DeskSettings, load_desk_settings
from connectors.desk.store import DeskStore
from connectors.desk.talk import Talk
from connectors.desk.tickets import CreateTicket, Tickets
from connectors.desk.transcript import Attachments, Transcript
from connectors.outbox.outbox import Outbox
from knowledge_base.answer import Answer, RegionNeeded, Suggestions
from storage.clock import Clock
from storage.database import Database

MESSENGERS = ("wechat", "wecom_kf")
EVERYWHERE = Organisation()


def build_desk(
    assistant: Converses,
    database: Database,
    clock: Clock,
    settings: DeskSettings,
    *,
    suggest: Suggest = lambda question, region: (),
    create_ticket: CreateTicket,
    store: DeskStore | None = None,
    organisation: Organisation = EVERYWHERE,
    attachments: Attachments | None = None,
    foreign: frozenset[str] = frozenset(),
) -> Desk:
    """Return a desk without the chat window's courier: that door adds its own."""
    room = build_room(store or DeskStore(database), settings, clock, organisation, foreign)
    turns, mail, outbox = ConversationStore(database), MailBox(room.store), Outbox(database)
    couriers: dict[str, Courier] = {"rest": MailCourier(room.store)}
    couriers |= {channel: OutboxCourier(outbox, channel) for channel in MESSENGERS}
    couriers["callback"] = PostCourier(outbox)
    delivery = Delivery(room, couriers)
    callbacks = Callbacks(room)
    return Desk(
        room=room,
        line=Line(room, delivery),
        talk=Talk(room, turns, delivery, mail),
        ending=Ending(room, delivery, assistant.hand_back, _moments(room)),
        callbacks=callbacks,
        canned=CannedTexts(room),
        transcript=Transcript(room, turns, attachments),
        overview=Overview(room, callbacks),
        pulse=Pulse(room),
        delivery=delivery,
        mail=mail,
        couriers=couriers,
        suggest=suggest,
        tickets=Tickets(room, delivery, create_ticket),
    )


def open_desk(bot: Bot, root: Path, credentials: Credentials, uploads: Attachments) -> Desk:
    """Return the desk of a running bot; from now on the bot tells customers what the desk says about the wait."""

    async def create_ticket(kind: str, fields: Mapping[str, str | None], key: str) -> str:
        return (await bot.opened.backends.tickets.create(kind, _ticket_fields(fields), key)).ticket_no

    def suggest(question: str, region: str | None) -> list[Suggestion]:
        return _suggestions(bot, question, region)

    settings, organisation = load_desk_settings(root), load_organisation(root)
    desk = build_desk(
        bot.assistant,
        bot.conversations,
        bot.clock,
        settings,
        suggest=suggest,
        create_ticket=create_ticket,
        organisation=organisation,
        attachments=uploads,
        foreign=_foreign(credentials),
    )
    bot.queue.outlook = desk.room.intake.outlook
    return desk


def _foreign(credentials: Credentials) -> frozenset[str]:
    """Return how conversations begin that another desk takes."""
    found = {"chatwoot:"}
    if credentials.wechat is not None and credentials.wechat.desk != "own":
        found.add("wechat:")
    if credentials.wecom_kf is not None and credentials.wecom_kf.desk != "own":
        found.add("wecom_kf:")
    return frozenset(found)


def _ticket_fields(fields: Mapping[str, str | None]) -> TicketFields:
    return TicketFields(
        summary=str(fields.get("summary") or ""),
        region=fields.get("region"),
        account_no=fields.get("account_no"),
        address=fields.get("address"),
        phone=fields.get("phone"),
    )


def _suggestions(bot: Bot, question: str, region: str | None) -> list[Suggestion]:
    """Return the answer to a question, and to the questions that are near it."""
    at = bot.clock()
    finding = bot.knowledge.find(question, region=region, at=at)
    near = [finding]
    if isinstance(finding, Suggestions):
        near = [bot.knowledge.find(title, region=region, at=at) for title in finding.questions]
    elif isinstance(finding, RegionNeeded):
        near = [bot.knowledge.find(question, region=place, at=at) for place in finding.regions]
    found = [one for one in near if isinstance(one, Answer)]
    return [
        Suggestion(one.title, one.text, one.article_id, str(one.version), one.document, round(one.score, 3))
        for one in found
    ]


def _moments(room: Room) -> Callable[[float], str]:
    def say(at: float) -> str:
        now = room.clock()
        return spoken_moment(datetime.fromtimestamp(at, now.tzinfo), now)

    return say
