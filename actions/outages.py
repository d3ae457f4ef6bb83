"""Reporting an outage: the place, what is known about it already, and the repair ticket (故障报修).

An account that was merely stated stands for an address, but nothing that its file says is quoted before level 2.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.addresses import is_coarse, is_same_place, join_address
from actions.backends.values import Account, Outage, Ticket, TicketFields
from actions.links import Links
from actions.located import crew_promises, find_region, may_quote_files, stated_account
from actions.promises import Promise
from actions.reading import Events, entity_values, key_of, named_symptoms, request_words
from actions.services import Services
from actions.shown import show_outage_map

REPAIR = "故障报修"
CLOSED = ("已完成", "已关闭")
OUTAGES_SAID = 3
SYMPTOM_WORDS = (
    ("跳闸", re.compile(r"跳闸|跳了|推不上|合不上")),
    ("缺相", re.compile(r"缺相|缺一相|少一相")),
    ("电压低", re.compile(r"电压(太|偏|有点)?(低|不够)")),
    ("电压高", re.compile(r"电压(太|偏|有点|过)?高")),
    ("电压不稳", re.compile(r"电压.{0,3}(不稳|波动|忽高忽低)|忽明忽暗|一闪一闪")),
    ("全停", re.compile(r"停电|没电|断电|没有电|没了电|电.{0,3}(停|断|没)了|黑了|不来电|跳电")),
)
"""What the request's own words tell when no symptom was recognised in them; the first that fits."""


class ActionUseKnownPlace(Action):
    """Take the account that needs no question: the verified one, or the only one bound to this channel user."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def name(self) -> str:
        """Name in flows."""
        return "action_use_known_place"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Set `account_no` where neither an address nor an account was named."""
        if tracker.get_slot("address") or tracker.get_slot("account_no"):
            return []
        if account_no := tracker.get_slot("verified_account"):
            return [SlotSet("account_no", account_no)]
        bound = await self._services.profile.accounts_of_channel_user(tracker.sender_id)
        return [SlotSet("account_no", bound[0].account_no)] if len(bound) == 1 else []


class ActionLocateOutage(Action):
    """Make one place of what was said: pieces of an address are joined, a corrected building replaces the old one."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def name(self) -> str:
        """Name in flows."""
        return "action_locate_outage"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Set `outage_place`: found | coarse | unknown. Where it is not found, `address` is free to be asked again."""
        earlier, said = tracker.get_slot("outage_address"), tracker.get_slot("address")
        address = join_address(earlier, str(said)) if said else None
        account = await stated_account(self._services, tracker)
        if address is None and account is None:
            return [SlotSet("outage_place", "unknown"), SlotSet("outage_address", "")]
        if address is not None and account is None and address != earlier and is_coarse(address):
            return [SlotSet("outage_place", "coarse"), SlotSet("outage_address", address), SlotSet("address", None)]
        if address is None and account is not None and not entity_values(tracker, "account_no"):
            dispatcher.utter_message(response="utter_using_account", account=account.account_no)
        return [
            SlotSet("outage_place", "found"),
            SlotSet("outage_address", address),
            SlotSet("address", address),
            SlotSet("region", await find_region(self._services, tracker, address, account)),
        ]


class ActionCheckOutage(Action):
    """Before a ticket: is the account stopped for arrears, is the outage known, is there a ticket already?"""

    def __init__(self, services: Services) -> None:
        self._services = services

    def name(self) -> str:
        """Name in flows."""
        return "action_check_outage"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Set `outage_situation`: arrears | known | open_ticket | new; say what is known; read the symptom."""
        account = await account_at_place(self._services, tracker)
        if account is not None and await is_stopped(self._services, account):
            return [SlotSet("outage_situation", "arrears")]
        known = await outages_now(self._services, tracker, account)
        if known:
            say_outages(dispatcher, known[:1], is_place_open(tracker, account), self._services.links)
            return [SlotSet("outage_situation", "known")]
        ticket = await open_repair(self._services, tracker, account)
        if ticket is not None:
            dispatcher.utter_message(response="utter_repair_ticket_open", number=ticket.ticket_no, status=ticket.status)
            return [SlotSet("outage_situation", "open_ticket"), SlotSet("last_ticket_no", ticket.ticket_no)]
        return [SlotSet("outage_situation", "new"), *_symptom_from_words(tracker)]


class ActionCreateRepairTicket(Action):
    """Register the fault and say how soon somebody is to come, where that is promised."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def name(self) -> str:
        """Name in flows."""
        return "action_create_repair_ticket"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Set `new_ticket_no` and `crew_time` (None where nothing is promised)."""
        account = await account_at_place(self._services, tracker)
        address = tracker.get_slot("address") or (account.address if account else None)
        promises = crew_promises(self._services, tracker.get_slot("region"), address)
        symptoms, scope = named_symptoms(tracker), tracker.get_slot("scope")
        fields = TicketFields(
            summary=f"{'、'.join(symptoms) or '故障'}，范围：{scope or '未说明'}",
            region=tracker.get_slot("region"),
            account_no=account.account_no if account else None,
            address=address,
            phone=tracker.get_slot("phone") or (account.phone if account else None),
            due_at=latest_due(promises, self._services.clock()),
            details=tuple(("fault_symptom", symptom) for symptom in symptoms) + ((("scope", scope),) if scope else ()),
        )
        ticket = await self._services.tickets.create(REPAIR, fields, key_of(tracker))
        return [
            SlotSet("new_ticket_no", ticket.ticket_no),
            SlotSet("crew_time", crew_words(promises)),
            SlotSet("last_ticket_no", ticket.ticket_no),
            SlotSet("last_repair_no", ticket.ticket_no),
            SlotSet("last_repair_address", tracker.get_slot("address")),
        ]


async def open_repair(services: Services, tracker: Tracker, account: Account | None) -> Ticket | None:
    """The repair ticket that is open for this account, or for the same address in this conversation."""
    if account is not None:
        tickets = await services.tickets.find_by_account(account.account_no)
        return next((ticket for ticket in tickets if ticket.kind == REPAIR and is_open(ticket)), None)
    number = tracker.get_slot("last_repair_no")
    if number is None or tracker.get_slot("last_repair_address") != tracker.get_slot("address"):
        return None
    ticket = await services.tickets.find(str(number))
    return ticket if ticket is not None and is_open(ticket) else None


async def account_at_place(services: Services, tracker: Tracker) -> Account | None:
    """The stated account, unless the customer speaks of another address."""
    account = await stated_account(services, tracker)
    address = tracker.get_slot("address")
    return account if account is None or not address or is_same_place(str(address), account) else None


async def is_stopped(services: Services, account: Account) -> bool:
    """Whether the supply was stopped for arrears."""
    balance = await services.billing.balance(account.account_no)
    return balance is not None and balance.stopped_for_arrears


async def outages_now(services: Services, tracker: Tracker, account: Account | None) -> Sequence[Outage]:
    """The outages that cut off the place now, those that began last first."""
    at = services.clock()
    if account is not None:
        found = await services.outage.outages_for_account(account.account_no, at)
    else:
        found = await services.outage.outages_near(str(tracker.get_slot("address") or ""), at)
    return sorted(found, key=lambda outage: outage.start, reverse=True)


def is_place_open(tracker: Tracker, account: Account | None) -> bool:
    """Whether the places concerned may be named: the customer named the address, or may see the account's file."""
    return bool(tracker.get_slot("address")) or may_quote_files(tracker, account)


def say_outages(dispatcher: CollectingDispatcher, outages: Sequence[Outage], is_open_place: bool, links: Links) -> None:
    """Say each outage with its cause, its end if it is known, and how fresh the news is; the last with the map."""
    said = outages[:OUTAGES_SAID]
    for outage in said:
        dispatcher.utter_message(
            response=response_for(outage),
            json_message=show_outage_map(links.outage_map.get(outage.region)) if outage is said[-1] else None,
            place=f"{outage.area}一带" if is_open_place else "您这个户号所在的线路",
            cause=outage.reason,
            start=outage.start.isoformat(),
            restore=(outage.restored_at or outage.expected_restore or outage.start).isoformat(),
            updated=outage.updated_at.isoformat(),
        )


def response_for(outage: Outage) -> str:
    """The response that tells this outage; without a known end it is one that names none."""
    if outage.status == "已取消":
        return "utter_outage_cancelled"
    if outage.status == "已送电":
        return "utter_outage_over"
    if outage.status == "计划中":
        is_one_day = outage.expected_restore is not None and outage.expected_restore.date() == outage.start.date()
        return "utter_outage_planned" if is_one_day else "utter_outage_planned_long"
    if outage.expected_restore is None:
        return "utter_outage_running_open"
    return "utter_outage_running_planned" if outage.kind == "planned" else "utter_outage_running"


def is_open(ticket: Ticket) -> bool:
    """Whether somebody still works on the ticket."""
    return ticket.status not in CLOSED


def crew_words(promises: Sequence[Promise]) -> str | None:
    """45分钟 where the area is known, else 城区45分钟、农村90分钟; None where nothing is promised."""
    if len(promises) == 1:
        return promises[0].words
    return "、".join(f"{promise.area}{promise.words}" for promise in promises) or None


def latest_due(promises: Sequence[Promise], now: datetime) -> datetime | None:
    """The latest moment that the promises allow."""
    return max((promise.due_at(now) for promise in promises), default=None)


def _symptom_from_words(tracker: Tracker) -> Events:
    if tracker.get_slot("fault_symptom"):
        return []
    words = request_words(tracker)
    found = next((symptom for symptom, pattern in SYMPTOM_WORDS if pattern.search(words)), None)
    return [SlotSet("fault_symptom", found)] if found else []


ACTIONS = (ActionUseKnownPlace, ActionLocateOutage, ActionCheckOutage, ActionCreateRepairTicket)
