"""What actions read from the tracker: words of the request, the account that may be acted on, the idempotency key."""

from collections.abc import Mapping, Sequence
from typing import Any

from rasa_sdk import Tracker

from actions.errors import BackendRejected

Events = list[dict[str, Any]]


def said(tracker: Tracker) -> str:
    """The latest message."""
    return str(tracker.latest_message.get("text") or "")


def request_words(tracker: Tracker) -> str:
    """The message that made the request and the latest one: verification or a question may lie between them."""
    first = str(tracker.latest_message.get("last_request_text") or "")
    return first if first == said(tracker) else f"{first} {said(tracker)}".strip()


def entity_values(tracker: Tracker, entity: str) -> list[str]:
    """The values of an entity in the latest message, in the order in which they were said."""
    return [str(found["value"]) for found in entities_of(tracker) if found.get("entity") == entity]


def entities_of(tracker: Tracker) -> Sequence[Mapping[str, Any]]:
    """All entities of the latest message."""
    return tracker.latest_message.get("entities") or []


def named_symptoms(tracker: Tracker) -> list[str]:
    """The fault symptom that is known, and the others of the latest message."""
    known = tracker.get_slot("fault_symptom")
    return list(dict.fromkeys(([str(known)] if known else []) + entity_values(tracker, "fault_symptom")))


def key_of(tracker: Tracker) -> str:
    """The idempotency key of this step of this message; every write passes it on."""
    return str(tracker.latest_message["idempotency_key"])


def is_phone(tracker: Tracker) -> bool:
    """Whether the customer hears the answer."""
    return bool(tracker.get_slot("channel") == "phone")


def verified_account(tracker: Tracker) -> str:
    """The account that the conversation may act on; raises BackendRejected where there is none."""
    account_no = tracker.get_slot("verified_account")
    if not account_no:
        raise BackendRejected("nobody is verified in this conversation", reason="not_verified")
    return str(account_no)
