"""Rules about values that come in pieces: an address after it was given, a telephone number digit by digit. Pure."""

from __future__ import annotations

from bot.commands import AskAs, Decision, FillSlots
from bot.conversation import Conversation, Frame
from bot.hearing import Hearing

SO_FAR = "number_so_far"
"""Slot with the digits that were said so far of the number that is asked for."""
SHORTEST_REMARK = 4
REMARKED = "_remark"
"""How responses end that ask again after a remark."""
ASKED_ON = "utter_piece"
"""What is said after a piece of a number."""


def go_on_with(heard: Hearing, _: Frame, asked: str) -> Decision | None:
    """「三单元」 after the address, while something else is asked: it goes on with the address."""
    if heard.intent.name == "correct" or not (values := heard.pieces(asked)):
        return None
    return Decision((FillSlots(values),), heard.request_at_hand, f"goes on with {', '.join(values)}")


def number_in_pieces(heard: Hearing, _: Frame, asked: str) -> Decision | None:
    """「一三九」, 「零四五六」, 「七八九一」: the pieces of one number are put together."""
    if heard.switches() or heard.reader.answer(asked, heard.understanding) is not None:
        return None
    found = heard.reader.digits(asked, heard.text, _said_before(heard.conversation))
    if found is None or SO_FAR not in heard.project.domain.slots:
        return None
    digits, is_whole = found
    if is_whole:
        return Decision((FillSlots({asked: digits}),), heard.request_at_hand, f"gives the last piece of {asked}")
    return Decision((FillSlots({SO_FAR: digits}), AskAs("piece")), heard.request_at_hand, f"gives a piece of {asked}")


def remark(heard: Hearing, _: Frame, asked: str) -> Decision | None:
    """「空开没跳」 where a number is asked for: more about the matter; once it is no useless answer."""
    slot = heard.project.domain.slots[asked]
    is_about = (heard.is_own() or heard.remarks()) and not heard.is_beside_danger()
    if slot.pattern is None or not is_about or heard.asks_back() or len(heard.text) < SHORTEST_REMARK:
        return None
    is_number = any(sign.isdigit() for sign in heard.text) or heard.reader.begins_with_yes(heard.text)
    was_remark = any(said.response.endswith(REMARKED) for said in heard.conversation.said_last)
    if is_number or was_remark or heard.volunteered() or heard.is_unknowing():
        return None
    return Decision((AskAs(REMARKED[1:]),), heard.request_at_hand, "tells more of the matter")


def _said_before(conversation: Conversation) -> str:
    """Return the digits of the pieces said before, if the bot has just asked for the rest of them."""
    is_asked_on = any(said.response == ASKED_ON for said in conversation.said_last)
    return str(conversation.slots.get(SO_FAR) or "") if is_asked_on else ""
