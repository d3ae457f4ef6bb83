"""Replies as letters: one turn is one text, in pieces that fit; pictures after it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.message import Button, Reply
from connectors.answering import plain_text
from connectors.outbox.letter import Letter, letter_key
from connectors.wechat.split import split_text
from connectors.wechat.texts import CHOICES

CARDS_IN = "wechat"
"""The door that has picture messages with a link; elsewhere the text says it all."""


def render_letters(
    replies: Sequence[Reply],
    channel: str,
    conversation_id: str,
    origin: str,
    *,
    is_generated: bool = True,
    purpose: str = "answer",
) -> list[Letter]:
    """Return the letters of a turn, in order: the texts together, so that one answer needs one message.

    `purpose` is what the budget of pushes knows: answer, csat, agent; pictures and cards of an answer are cards.
    """
    bodies: list[tuple[str, dict[str, Any]]] = [("text", {"text": piece}) for piece in split_text(_text(replies))]
    bodies += [("image", {"source": reply.image}) for reply in replies if reply.image]
    if channel == CARDS_IN:
        bodies += [("card", _card(card)) for reply in replies if (card := reply.custom.get("article_card"))]
    return [
        Letter(
            key=letter_key(channel, conversation_id, origin, str(number)),
            conversation_id=conversation_id,
            channel=channel,
            kind=kind,
            body={
                **body,
                "purpose": _purpose(kind, purpose),
                "ai": is_generated,
            },
            origin=origin,
        )
        for number, (kind, body) in enumerate(bodies)
    ]


def choice_letter(head: str, titles: Sequence[str], conversation_id: str, origin: str, purpose: str) -> Letter:
    """Return a question of WeChat whose answers are pressed (msgmenu); what is pressed comes back as its words."""
    choices = [{"id": f"choice-{place}", "title": title} for place, title in enumerate(titles, start=1)]
    key = letter_key("wechat", conversation_id, origin, "choices")
    body = {"head": head, "choices": choices, "purpose": purpose, "ai": False}
    return Letter(key, conversation_id, "wechat", "choices", body, origin)


def _purpose(kind: str, purpose: str) -> str:
    return "card" if kind in ("image", "card") and purpose == "answer" else purpose


def _card(card: Mapping[str, Any]) -> dict[str, Any]:
    """An article's card as WeChat's news message has it."""
    names = {"title": "title", "description": "description", "url": "url", "picurl": "picture"}
    return {name: str(card.get(own) or "") for name, own in names.items()}


def _text(replies: Iterable[Reply]) -> str:
    parts = []
    for reply in replies:
        parts += [text] if (text := plain_text(reply)) else []
        parts += [_choices(reply.buttons)] if reply.buttons else []
    return "\n".join(parts)


def _choices(buttons: Sequence[Button]) -> str:
    return "\n".join([CHOICES, *(f"· {button.title}" for button in buttons)])
