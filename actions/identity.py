"""Who is speaking: steps of pattern_verify.

Level 1: an existing account number was given, or one is bound to this channel user. Level 2: the code sent to the
registered phone was repeated. On the way to level 2 nothing tells whether an account exists. No step reads out a name,
a phone number or an address.
"""

import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.backends.values import Account
from actions.code_state import CodeStatus
from actions.reading import Events
from actions.services import Services

ACCOUNT_NO = re.compile(r"\d{10}|\d{13}")
MISSES = 3
"""Account numbers that may be useless in one conversation."""
IDENTITY = 2
"""The level that needs a code."""
TELLING = ("region", "customer_class")
"""Answers of knowledge depend on them, and so would tell that an account exists before a code has proved anything."""


CLASSES = {"居民": "居民", "工商业": "工商业", "农业": "农业"}
"""How an account's category begins -> class of customers; a household's own charging post is a household's."""


class ActionBeginVerification(Action):
    """Take the account that needs no question: the verified one, or the only one bound to this channel user."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def name(self) -> str:
        """Name in flows."""
        return "action_begin_verification"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Set `verify_step` to done where the level is held for the account that is named."""
        account_no = tracker.get_slot("account_no") or tracker.get_slot("verified_account")
        if account_no is None:
            bound = await self._services.profile.accounts_of_channel_user(tracker.sender_id)
            account_no = bound[0].account_no if len(bound) == 1 else None
        is_same = account_no is not None and account_no == tracker.get_slot("verified_account")
        return [
            SlotSet("account_no", account_no),
            SlotSet("code_renewed", False),
            SlotSet("verification_code", None),
            SlotSet("verify_step", "done" if is_same and is_held(tracker) else "ask"),
        ]


class ActionCheckAccount(Action):
    """Look at the account number: its form, and for level 1 whether it exists."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def name(self) -> str:
        """Name in flows."""
        return "action_check_account"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Set `verify_step`: code | code_waiting (one was sent and still holds) | done | malformed | unknown | locked.

        On the way to level 2 an account that exists is level 1 already; the words are the same for one that does not.
        """
        account_no = str(tracker.get_slot("account_no"))
        misses = float(tracker.get_slot("account_misses") or 0)
        if ACCOUNT_NO.fullmatch(account_no) is None:
            return missed("malformed", misses)
        if misses >= MISSES:
            return missed("unknown", misses)
        if account_no == tracker.get_slot("verified_account") and is_held(tracker):
            return [SlotSet("verify_step", "done")]  # verified by another request while this one waited
        account = await self._services.profile.find_account(account_no)
        if required_level(tracker) < IDENTITY:
            return missed("unknown", misses) if account is None else verified(account, level=1)
        stated: Events = []
        if account is not None:
            stated = [event for event in verified(account, level=1) if event["name"] not in TELLING]
        if is_proved(tracker) and tracker.get_slot("verified_account") != account_no:
            stated.append(SlotSet("customer_class", None))  # it was the other account's
        is_waiting = await self._services.verification.awaits_code(account_no, tracker.sender_id)
        return [*stated, SlotSet("verify_step", "code_waiting" if is_waiting else "code")]


class ActionSendCode(Action):
    """Send a code to the registered phone; for an unknown account nothing is sent and nothing is told."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def name(self) -> str:
        """Name in flows."""
        return "action_send_code"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Set `code_status`: sent | limit_reached | locked."""
        account_no = str(tracker.get_slot("account_no"))
        result = await self._services.verification.request_code(account_no, tracker.sender_id)
        return [SlotSet("code_status", result.status.value), SlotSet("verification_code", None)]


class ActionCheckCode(Action):
    """Check the code that was repeated."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def name(self) -> str:
        """Name in flows."""
        return "action_check_code"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Set `code_status` (accepted | wrong | expired | not_requested | locked), and on success the account."""
        account_no, code = str(tracker.get_slot("account_no")), str(tracker.get_slot("verification_code"))
        result = await self._services.verification.check_code(account_no, tracker.sender_id, code)
        status = result.status
        forgotten: Events = [SlotSet("verification_code", None)]
        if status is CodeStatus.ACCEPTED:
            account = await self._services.profile.find_account(account_no)
            if account is not None:
                return [*forgotten, SlotSet("code_status", status.value), *verified(account, level=IDENTITY)]
            status = CodeStatus.WRONG
        return [*forgotten, SlotSet("code_status", status.value), SlotSet("code_tries_left", float(result.tries_left))]


class ActionEndVerification(Action):
    """Nobody could be verified: go back to the account that was verified before, if any."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def name(self) -> str:
        """Name in flows."""
        return "action_end_verification"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Forget the account number that was tried."""
        return [SlotSet("account_no", tracker.get_slot("verified_account")), SlotSet("verification_code", None)]


def is_proved(tracker: Tracker) -> bool:
    """Say whether a code has proved who is speaking."""
    return float(tracker.get_slot("verified_level") or 0) >= IDENTITY


def is_held(tracker: Tracker) -> bool:
    """Say whether the level that the flow beneath asks for is held already."""
    return float(tracker.get_slot("verified_level") or 0) >= required_level(tracker)


def required_level(tracker: Tracker) -> float:
    """The level that the flow beneath asks for."""
    return float(tracker.get_slot("required_level") or IDENTITY)


def missed(step: str, misses: float) -> Events:
    """Events after a useless account number; too many of them end the attempt."""
    is_over = misses + 1 >= MISSES
    return [
        SlotSet("account_no", None),
        SlotSet("account_misses", misses + 1),
        SlotSet("verify_step", "locked" if is_over else step),
    ]


def verified(account: Account, *, level: int) -> Events:
    """Events after success: what the conversation may act on, and where the customer is."""
    return [
        SlotSet("verified_account", account.account_no),
        SlotSet("verified_level", float(level)),
        SlotSet("region", account.region),
        SlotSet("customer_class", class_of(account.category)),
        SlotSet("account_misses", 0.0),
        SlotSet("verify_step", "done"),
    ]


def class_of(category: str) -> str | None:
    """居民峰谷 -> 居民, 工商业单一制 -> 工商业; None for a category that tells nothing."""
    return next((name for begin, name in CLASSES.items() if category.startswith(begin)), None)


ACTIONS = (ActionBeginVerification, ActionCheckAccount, ActionSendCode, ActionCheckCode, ActionEndVerification)
