"""Matters that people decide on: what the request tells already, what is promised, and the ticket with its number."""

import re
from typing import Any, ClassVar

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.backends.values import Account, TicketFields
from actions.located import coming_days, find_promise, find_region
from actions.matters import CONNECTION_PROMISES, MATTERS, Matter
from actions.promises import Promise
from actions.reading import Events, key_of, request_words
from actions.services import Services

PRAISE = "表扬"
RESTART = re.compile(r"暂停.{0,12}(?:恢复|重新|启用)")
"""What was paused is to run again: both words are said, the second is meant."""
TOLD_AT_LENGTH = 9
"""From so many characters on, not counting bare words, a request tells what it is about."""
BARE_REQUEST = re.compile(
    r"我|要|想|请|帮|给|你们?|你好|您好|一下|投诉|举报|反映|表扬|建议|意见|提个?|有人|偷电|窃电|违约用电|电力公司|供电局|的|了|个|，|。|！"
)
"""What says no more than that somebody wants to hand something in."""


class ActionPrepareMatter(Action):
    """Look at what the request and the files tell before anything is asked."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def name(self) -> str:
        """Name in flows."""
        return "action_prepare_matter"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Set the matter's promise slots, what the words answer already, and `amount_owed` (None where nothing is)."""
        matter = MATTERS[str(tracker.get_slot("matter"))]
        account = await acting_account(self._services, tracker)
        region = await find_region(self._services, tracker, tracker.get_slot("address"), account)
        owed = await self._owed(account) if matter.needs_settling else None
        return [
            SlotSet("region", region),
            SlotSet("amount_owed", owed),
            *(SlotSet(slot, words(find_promise(self._services, kind, region))) for slot, kind in matter.promises),
            *told_already(tracker, matter),
        ]

    async def _owed(self, account: Account | None) -> str | None:
        balance = None if account is None else await self._services.billing.balance(account.account_no)
        return str(balance.arrears) if balance is not None and balance.arrears > 0 else None


class ActionLookAhead(Action):
    """A day that a change begins lies ahead: 12月1号, said in November, is this year's."""

    needs_backends: ClassVar[bool] = False

    def __init__(self, services: Services) -> None:
        self._services = services

    def name(self) -> str:
        """Name in flows."""
        return "action_look_ahead"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Set `date`, where one was given."""
        day = tracker.get_slot("date")
        return [SlotSet("date", coming_days(str(day), self._services.clock()))] if day else []


class ActionRegisterMatter(Action):
    """Open the ticket."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def name(self) -> str:
        """Name in flows."""
        return "action_register_matter"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Set `new_ticket_no`, and `matter_time` for a new connection."""
        matter = MATTERS[str(tracker.get_slot("matter"))]
        account = await acting_account(self._services, tracker)
        address = tracker.get_slot("address") or (account.address if account else None)
        region = await find_region(self._services, tracker, tracker.get_slot("address"), account)
        promise = due_promise(self._services, tracker, matter, region)
        details = self._details(tracker, matter)
        fields = TicketFields(
            summary="，".join((matter.title, *(value for _slot, value in details))),
            region=region,
            account_no=account.account_no if account else None,
            address=address,
            phone=tracker.get_slot("phone") or (account.phone if account else None),
            person_name=tracker.get_slot("person_name") or (account.name if account else None),
            due_at=None if promise is None else promise.due_at(self._services.clock()),
            details=details,
        )
        ticket = await self._services.tickets.create(kind_of(tracker, matter), fields, key_of(tracker))
        remembered = [SlotSet("new_ticket_no", ticket.ticket_no), SlotSet("last_ticket_no", ticket.ticket_no)]
        return [*remembered, SlotSet("region", region), SlotSet("matter_time", words(promise))]

    def _details(self, tracker: Tracker, matter: Matter) -> tuple[tuple[str, str], ...]:
        found = {slot: value for slot in matter.details if (value := tracker.get_slot(slot))}
        if matter.looks_ahead and "date" in found:
            found["date"] = coming_days(str(found["date"]), self._services.clock())
        return tuple((slot, _text(value)) for slot, value in found.items())


async def acting_account(services: Services, tracker: Tracker) -> Account | None:
    """The account that the conversation may act on; a stated one that is not verified is none."""
    account_no = tracker.get_slot("verified_account")
    return None if account_no is None else await services.profile.find_account(str(account_no))


def told_already(tracker: Tracker, matter: Matter) -> Events:
    """What the request's own words answer: choices, and the customer's account of the matter if he gave one."""
    said = request_words(tracker)
    events: Events = []
    if matter.name == "容量变更" and RESTART.search(said):
        events.append(SlotSet("capacity_change", "恢复"))
    for slot, choices in matter.choices:
        found = next((value for value, pattern in choices if pattern.search(said)), None)
        if found is not None and tracker.get_slot(slot) is None:
            events.append(SlotSet(slot, found))
    first = str(tracker.latest_message.get("last_request_text") or "")
    is_told = len(BARE_REQUEST.sub("", first)) >= TOLD_AT_LENGTH
    if matter.text_slot is not None and is_told and tracker.get_slot(matter.text_slot) is None:
        events.append(SlotSet(matter.text_slot, first))
    return events


def kind_of(tracker: Tracker, matter: Matter) -> str:
    """The ticket's kind; praise is one of its own."""
    return PRAISE if tracker.get_slot("feedback_kind") == PRAISE and matter.name == "意见建议" else matter.ticket_kind


def due_promise(services: Services, tracker: Tracker, matter: Matter, region: str | None) -> Promise | None:
    """The promise that sets the ticket's due time."""
    if matter.name == "新装":
        kind = CONNECTION_PROMISES.get(str(tracker.get_slot("use_kind")))
    else:
        kind = matter.promises[-1][1] if matter.promises else None
    return None if kind is None else find_promise(services, kind, region)


def words(promise: Promise | None) -> str | None:
    """The promised time in words, None where nothing is promised."""
    return None if promise is None else promise.words


def _text(value: Any) -> str:
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)


ACTIONS = (ActionPrepareMatter, ActionLookAhead, ActionRegisterMatter)
