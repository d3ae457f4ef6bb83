"""How words of people reach a customer: chat window, outbox of a messenger, or a box that a REST client empties."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import orjson
from sqlalchemy import delete, exists, insert, or_, select, update
from sqlalchemy.engine import Connection

from bot.message import Button, Reply, UserMessage
from connectors.answering import render_reply
from connectors.desk.store import DeskStore
from connectors.desk.table import MAIL
from connectors.desk.values import Words
from connectors.outbox.letter import Letter, letter_key
from connectors.outbox.outbox import Outbox
from connectors.webchat.chat import Chat
from connectors.wechat.render import choice_letter, render_letters

KEEP_MAIL_SECONDS = 3 * 24 * 3600.0
MOST_MAIL = 100
BY_POLL = "poll"


class Courier(Protocol):
    """Brings words to a customer, each key once."""

    async def say(self, conversation_id: str, key: str, words: Words) -> None:
        """Bring a person's words, a notice, or the question for a rating."""
        ...

    async def show_turn(self, conversation_id: str, key: str, replies: Sequence[Reply]) -> None:
        """Bring the replies of a turn that no message of the customer made."""
        ...

    async def echo(self, message: UserMessage) -> None:
        """Show the customer's own words, where his window does not do so by itself."""
        ...

    async def show_typing(self, conversation_id: str) -> None:
        """Show that somebody writes, where that is possible."""
        ...


@dataclass(frozen=True, slots=True)
class WindowCourier:
    """The chat window's log."""

    chat: Chat

    async def say(self, conversation_id: str, key: str, words: Words) -> None:
        """Put a note into the log."""
        note: dict[str, Any] = {"kind": words.kind, "text": words.text, **words.extra}
        if words.agent_name:
            note["name"] = words.agent_name
        if words.state:
            note["state"] = words.state
        if words.kind == "csat":
            note.pop("text")
        await self.chat.log.last_id(conversation_id)  # turns that have no place yet were before it
        await self.chat.push(conversation_id, note, f"desk:{key}")

    async def show_turn(self, conversation_id: str, key: str, replies: Sequence[Reply]) -> None:
        """The log shows turns by itself: wake the windows, here and at other workers."""
        await self.chat.log.last_id(conversation_id)
        self.chat.hub.wake(conversation_id)

    async def echo(self, message: UserMessage) -> None:
        """Show the customer's words in all his windows."""
        content = {"kind": "customer", "text": message.text, "message_id": message.message_id}
        note = {**content, "answers": message.message_id}
        await self.chat.log.last_id(message.sender_id)
        await self.chat.push(message.sender_id, note, f"desk:c:{message.message_id}"[:256])

    async def show_typing(self, conversation_id: str) -> None:
        """Show it in the windows of this worker."""
        self.chat.hub.notify(conversation_id, {"type": "typing"})


SCORES = ("5分", "4分", "3分", "2分", "1分")


@dataclass(frozen=True, slots=True)
class OutboxCourier:
    """WeChat and WeCom: letters of the outbox."""

    outbox: Outbox
    channel: str

    async def say(self, conversation_id: str, key: str, words: Words) -> None:
        """Put a letter; it is a person's, so it bears no AI mark."""
        purpose = "csat" if words.kind == "csat" else "agent"  # a person may use what the budget keeps back for him
        if purpose == "csat" and self.channel == "wechat":
            letter = choice_letter(words.text, SCORES, conversation_id, f"desk.{key}", purpose)
            await self.outbox.put([letter])
            return
        said, origin = [Reply(words.text)], f"desk.{key}"
        letters = render_letters(said, self.channel, conversation_id, origin, is_generated=False, purpose=purpose)
        await self.outbox.put(letters)

    async def show_turn(self, conversation_id: str, key: str, replies: Sequence[Reply]) -> None:
        """Put the replies as letters."""
        await self.outbox.put(render_letters(replies, self.channel, conversation_id, f"desk.{key}"))

    async def echo(self, message: UserMessage) -> None:
        """The messenger shows them already."""

    async def show_typing(self, conversation_id: str) -> None:
        """Not worth a push."""


@dataclass(frozen=True, slots=True)
class PostCourier:
    """The callback door: letters that are posted to the operator's address."""

    outbox: Outbox

    async def say(self, conversation_id: str, key: str, words: Words) -> None:
        """Put one letter."""
        await self.show_turn(conversation_id, key, [_told(words)])

    async def show_turn(self, conversation_id: str, key: str, replies: Sequence[Reply]) -> None:
        """Put the replies as letters."""
        named = f"desk.{key}"
        letters = [
            Letter(
                key=letter_key("callback", conversation_id, named, str(number)),
                conversation_id=conversation_id,
                channel="callback",
                kind="reply",
                body={**render_reply(conversation_id, reply), "message_id": named, "number": number},
            )
            for number, reply in enumerate(replies)
        ]
        await self.outbox.put(letters)

    async def echo(self, message: UserMessage) -> None:
        """The client knows what it has sent."""

    async def show_typing(self, conversation_id: str) -> None:
        """Nobody would see it."""


@dataclass(frozen=True, slots=True)
class MailCourier:
    """REST: kept until the customer's next message, or until the client asks."""

    store: DeskStore

    async def say(self, conversation_id: str, key: str, words: Words) -> None:
        """Keep the words."""
        await self._keep(conversation_id, key, [_told(words)])

    async def show_turn(self, conversation_id: str, key: str, replies: Sequence[Reply]) -> None:
        """Keep the replies."""
        await self._keep(conversation_id, key, replies)

    async def echo(self, message: UserMessage) -> None:
        """The client knows what it has sent."""

    async def show_typing(self, conversation_id: str) -> None:
        """Nobody would see it."""

    async def _keep(self, conversation_id: str, key: str, replies: Sequence[Reply]) -> None:
        now = self.store.now()

        def keep(connection: Connection) -> None:
            for number, reply in enumerate(replies):
                own = f"{key}.{number}"
                same = (MAIL.c.conversation_id == conversation_id) & (MAIL.c.key == own)
                if connection.scalar(select(MAIL.c.id).where(same)) is None:
                    body = orjson.dumps(render_reply(conversation_id, reply)).decode()
                    row = {"conversation_id": conversation_id, "key": own, "body": body, "at": now}
                    connection.execute(insert(MAIL), row)

        await self.store.write(keep)


@dataclass(frozen=True, slots=True)
class MailBox:
    """What waits for REST clients."""

    store: DeskStore

    async def take(self, conversation_id: str, message_id: str) -> list[Reply]:
        """Return what waits and mark it as taken with this message; the same message gets the same again."""
        mine = MAIL.c.conversation_id == conversation_id
        open_or_same = mine & or_(MAIL.c.taken_by.is_(None), MAIL.c.taken_by == message_id)
        if not await self.store.read(lambda link: link.scalar(select(exists().where(open_or_same)))):
            return []

        def take(connection: Connection) -> list[Reply]:
            query = select(MAIL).where(open_or_same).order_by(MAIL.c.id).limit(MOST_MAIL).with_for_update()
            rows = connection.execute(query).all()
            connection.execute(update(MAIL).where(MAIL.c.id.in_([row.id for row in rows])).values(taken_by=message_id))
            return [_reply(row) for row in rows]

        return await self.store.write(take)

    async def has_waiting(self, conversation_id: str) -> bool:
        """Say whether there is anything that the client has not got yet."""
        waiting = (MAIL.c.conversation_id == conversation_id) & MAIL.c.taken_by.is_(None)
        return bool(await self.store.read(lambda link: link.scalar(select(exists().where(waiting)))))

    async def read(self, conversation_id: str, after: int) -> list[dict[str, Any]]:
        """Return what came after this id; what came up to it has arrived and is not offered again."""
        mine = MAIL.c.conversation_id == conversation_id

        def read(connection: Connection) -> list[dict[str, Any]]:
            arrived = mine & (MAIL.c.id <= after) & MAIL.c.taken_by.is_(None)
            if after and connection.scalar(select(exists().where(arrived))):
                connection.execute(update(MAIL).where(arrived).values(taken_by=BY_POLL))
            rows = connection.execute(select(MAIL).where(mine, MAIL.c.id > after).order_by(MAIL.c.id).limit(MOST_MAIL))
            return [{"id": row.id, "at": row.at, **orjson.loads(row.body)} for row in rows]

        return await self.store.write(read)

    async def read_or_wait(self, conversation_id: str, after: int, seconds: float) -> list[dict[str, Any]]:
        """As `read`; where there is nothing, wait so long for something."""
        loop = asyncio.get_running_loop()
        ends = loop.time() + seconds
        while not (found := await self.read(conversation_id, after)) and loop.time() < ends:
            await asyncio.sleep(min(_LOOK_SECONDS, max(0.0, ends - loop.time())))
        return found

    async def forget_old(self) -> None:
        """Delete what is older than three days."""
        before = self.store.now() - KEEP_MAIL_SECONDS
        await self.store.write(lambda link: link.execute(delete(MAIL).where(MAIL.c.at < before)))


_LOOK_SECONDS = 0.5


def _told(words: Words) -> Reply:
    """Return words as a reply that says whose they are."""
    custom = {"from": words.kind, "agent": words.agent_name, "state": words.state}
    return Reply(words.text, custom={name: value for name, value in custom.items() if value})


def _reply(row: Any) -> Reply:
    body = orjson.loads(row.body)
    buttons = tuple(Button(item["title"], item["payload"]) for item in body.get("buttons", ()))
    return Reply(body["text"], buttons, body.get("image"), {**body.get("custom", {}), "desk_message_id": row.id})
