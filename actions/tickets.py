"""Work orders (工单) that are there already: how far they are (查进度), and pressing for them (催办).

A ticket number that the customer knows, or that was given out in this conversation, is enough to be told kind, state
and times; the list of an account's tickets needs the account. Persons, phones and addresses on a ticket are never told.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.backends.values import Ticket
from actions.outages import is_open
from actions.reading import Events, key_of, request_words, verified_account
from actions.services import Services
from actions.shown import show_ticket
from actions.wording import day

URGE_PAUSE = timedelta(minutes=30)
"""A ticket is pressed for once in this time."""
URGED = "催办"
"""What the back end's note of a pressing customer says."""
TICKETS_SAID = 3
ORDINALS = ("一", "二", "三")
EARLIER = re.compile(r"昨|前[天几些两]|上(个|周|[次回](?!.{0,8}[也说])|礼拜|星期|月)|之前|大前|早就|好久")
KIND_WORDS = {
    "故障报修": re.compile(r"报修|抢修|停电|没电|维修|来修|修好"),
    "紧急隐患": re.compile(r"隐患|断线|冒烟|漏电|电线"),
    "投诉": re.compile(r"投诉"),
    "举报": re.compile(r"举报|偷电|窃电"),
    "业务申请": re.compile(r"申请|过户|更名|新装|报装|装表|增容|减容|光伏|充电桩|销户|[校验]表"),
}


class ActionPickTicket(Action):
    """Find the ticket that is meant without asking: by its number, or the one registered in this conversation."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def name(self) -> str:
        """Name in flows."""
        return "action_pick_ticket"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Set `picked_ticket_no` and `ticket_search`: found | none_by_number | by_account."""
        named, last = tracker.get_slot("ticket_no"), tracker.get_slot("last_ticket_no")
        if not named and not last:
            return [SlotSet("ticket_search", "by_account")]
        ticket = await self._services.tickets.find(digits_of(str(named or last)))
        if not named and (ticket is None or means_another(request_words(tracker), ticket)):
            return [SlotSet("ticket_search", "by_account")]
        if ticket is None:
            return [SlotSet("ticket_search", "none_by_number"), SlotSet("ticket_no", None)]
        return [SlotSet("ticket_search", "found"), SlotSet("picked_ticket_no", ticket.ticket_no)]


class ActionListTickets(Action):
    """Find the tickets of the account: those still open, or the latest where none is."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def name(self) -> str:
        """Name in flows."""
        return "action_list_tickets"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Set `ticket_search`: found (one, in `picked_ticket_no`) | several (in `ticket_choices`) | none."""
        tickets = await self._services.tickets.find_by_account(verified_account(tracker))
        wanted = likely(tickets, request_words(tracker))[:TICKETS_SAID]
        if not wanted:
            return [SlotSet("ticket_search", "none")]
        if len(wanted) == 1:
            return [SlotSet("ticket_search", "found"), SlotSet("picked_ticket_no", wanted[0].ticket_no)]
        return [
            SlotSet("ticket_search", "several"),
            SlotSet("ticket_choices", [_choice(ticket) for ticket in wanted]),
            SlotSet("ticket_kinds", [f"{day(ticket.created_at)}的{ticket.kind}" for ticket in wanted]),
        ]


class ActionTakeTicketChoice(Action):
    """Read which of several tickets is meant: by number, order, or kind."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def name(self) -> str:
        """Name in flows."""
        return "action_take_ticket_choice"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Set `picked_ticket_no`; what cannot be told apart is the newest."""
        choices = list(tracker.get_slot("ticket_choices") or [])
        said = f"{tracker.get_slot('ticket_no') or ''} {tracker.get_slot('ticket_choice') or ''}"
        return [SlotSet("picked_ticket_no", choose(choices, said))]


class ActionTellTicket(Action):
    """Tell a ticket's state, its last step and until when an answer is due."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def name(self) -> str:
        """Name in flows."""
        return "action_tell_ticket"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Say it; `last_ticket_no` is what a following 催一下 means."""
        ticket = await self._services.tickets.find(str(tracker.get_slot("picked_ticket_no")))
        if ticket is None:
            dispatcher.utter_message(response="utter_no_such_ticket")
            return []
        tell(dispatcher, "utter_ticket", ticket, self._services.clock())
        return [SlotSet("last_ticket_no", ticket.ticket_no)]


class ActionUrgeTicket(Action):
    """Press for a ticket, once in half an hour, and say honestly where it stands."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def name(self) -> str:
        """Name in flows."""
        return "action_urge_ticket"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Note the pressing in the back end and say so."""
        ticket = await self._services.tickets.find(str(tracker.get_slot("picked_ticket_no")))
        if ticket is None:
            dispatcher.utter_message(response="utter_no_such_ticket")
            return []
        now, remembered = self._services.clock(), [SlotSet("last_ticket_no", ticket.ticket_no)]
        if not is_open(ticket):
            tell(dispatcher, "utter_ticket", ticket, now)
            return remembered
        if (last := last_urged(ticket)) is not None and now - last < URGE_PAUSE:
            tell(dispatcher, "utter_urged_already", ticket, now)
            return remembered
        urged = await self._services.tickets.urge(ticket.ticket_no, key_of(tracker))
        tell(dispatcher, "utter_urged", urged, now)
        return remembered


def tell(dispatcher: CollectingDispatcher, response: str, ticket: Ticket, now: datetime) -> None:
    """Say a response about a ticket: `_done`, `_overdue`, `_due` or `_open` by where it stands."""
    dispatcher.utter_message(
        response=f"{response}_{standing(ticket, now)}",
        json_message=show_ticket(ticket),
        number=ticket.ticket_no,
        kind=ticket.kind,
        created=ticket.created_at.isoformat(),
        status=ticket.status,
        step=last_step(ticket),
        due=None if ticket.due_at is None else ticket.due_at.isoformat(),
        urged=ticket.urged_count,
    )


def standing(ticket: Ticket, now: datetime) -> str:
    """done | overdue | due | open."""
    if not is_open(ticket):
        return "done"
    if ticket.due_at is None:
        return "open"
    return "overdue" if ticket.due_at < now else "due"


def last_step(ticket: Ticket) -> str:
    """What was done last, leaving out that the customer pressed."""
    notes = [step.note for step in ticket.steps if URGED not in step.note]
    return notes[-1].rstrip("。") if notes else ticket.status


def last_urged(ticket: Ticket) -> datetime | None:
    """When the customer pressed last."""
    return max((step.at for step in ticket.steps if URGED in step.note), default=None)


def choose(choices: Sequence[str], said: str) -> str:
    """The number of the choice (a text that begins with it) named by number, order or kind; else of the first."""
    numbers = [choice.split(" ")[0] for choice in choices]
    spoken = digits_of(said)
    for number in numbers:
        if number in spoken or (len(spoken) >= 4 and number.endswith(spoken)):
            return number
    for place, ordinal in enumerate(ORDINALS[: len(numbers)]):
        if f"第{ordinal}" in said or said.strip() in (ordinal, str(place + 1)):
            return numbers[place]
    if re.search(r"最后|末", said):
        return numbers[-1]
    kinds = [choice.split(" ")[-1] for choice in choices]
    named = (place for place, kind in enumerate(kinds) if kind in said or any(word in said for word in _halves(kind)))
    return numbers[next(named, 0)]


def likely(tickets: Sequence[Ticket], words: str) -> list[Ticket]:
    """The tickets that may be meant: of the kind that is named if there is one; those still open, else the latest."""
    named = [ticket for ticket in tickets if ticket.kind in kinds_named(words)] or list(tickets)
    return [ticket for ticket in named if is_open(ticket)] or named[:1]


def kinds_named(words: str) -> list[str]:
    """The kinds of tickets that the words speak of."""
    return [kind for kind, pattern in KIND_WORDS.items() if pattern.search(words)]


def means_another(words: str, ticket: Ticket) -> bool:
    """Whether the words speak of an earlier day or another kind of ticket than the one of this conversation."""
    kinds = kinds_named(words)
    return EARLIER.search(words) is not None or bool(kinds and ticket.kind not in kinds)


def digits_of(text: str) -> str:
    """Only the digits: GD2026-1118 -> 20261118."""
    return re.sub(r"\D", "", text)


def _halves(kind: str) -> tuple[str, str]:
    return kind[:2], kind[2:] or kind[:2]


def _choice(ticket: Ticket) -> str:
    return f"{ticket.ticket_no} {ticket.kind}"


ACTIONS = (ActionPickTicket, ActionListTickets, ActionTakeTicketChoice, ActionTellTicket, ActionUrgeTicket)
