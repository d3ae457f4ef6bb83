"""Calls that are spoken to the line, as they are written in `bench/spoken_dialogues.yml`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field

DIALOGUES = Path(__file__).with_name("spoken_dialogues.yml")
_PLACE = re.compile(r"\{([\w.\-]+)\}")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Account(_Strict):
    """Which demo customer calls."""

    region: str
    category: str
    index: int = 0


class Goal(_Strict):
    """What must have happened at the end of the call."""

    events: tuple[str, ...] = ()
    """`event` or `event:name`, as the tracker has them."""
    values: Mapping[str, str] = Field(default_factory=dict)
    """Values that these slots were given at some time."""
    says: tuple[str, ...] = ()
    """Words that the bot said."""


class Dialogue(_Strict):
    """One call."""

    name: str
    account: Account
    opening: str
    answers: Mapping[str, str] = Field(default_factory=dict)
    """What the caller says when he is asked for a slot."""
    then: tuple[str, ...] = ()
    """What he says next when nothing is asked."""
    goal: Goal


class DialoguesFile(_Strict):
    """The file as written."""

    dialogues: tuple[Dialogue, ...]


def load_dialogues(path: Path = DIALOGUES) -> Sequence[Dialogue]:
    """Read the calls. Raises OSError, ValueError."""
    return DialoguesFile.model_validate(yaml.safe_load(path.read_text("utf-8"))).dialogues


def choose_account(accounts: Sequence[Mapping[str, Any]], wanted: Account) -> Mapping[str, Any]:
    """Return the demo customer of a call."""
    fitting = [one for one in accounts if (one["region"], one["category"]) == (wanted.region, wanted.category)]
    return fitting[wanted.index % len(fitting)]


def fill(text: str, account: Mapping[str, Any], code: str = "") -> str:
    """Fill {account_no}, {code}, {bill.2026-10.total} and the like."""

    def value(match: re.Match[str]) -> str:
        name = match.group(1)
        if name == "code":
            return code
        if not name.startswith("bill."):
            return str(account[name])
        _, month, field = name.split(".", 2)
        return next(str(bill[field]) for bill in account["bills"] if bill["month"] == month)

    return _PLACE.sub(value, text)


def missing_of(goal: Goal, events: Sequence[Mapping[str, Any]], account: Mapping[str, Any]) -> list[str]:
    """Return what of the goal has not happened."""
    names = {event["event"] for event in events}
    names |= {f"{event['event']}:{event.get('flow') or event.get('name')}" for event in events}
    given = {(event["name"], _plain(event["value"])) for event in events if event["event"] == "slot"}
    said = "\n".join(
        f"{event.get('text', '')}{event.get('unheard', '')}" for event in events if event["event"] == "bot"
    )
    return [
        *(f"no {name}" for name in goal.events if name not in names),
        *(
            f"{slot} was never {fill(value, account)}"
            for slot, value in goal.values.items()
            if (slot, fill(value, account)) not in given
        ),
        *(f"did not say {fill(words, account)}" for words in goal.says if fill(words, account) not in said),
    ]


def _plain(value: Any) -> str:
    number = str(value)
    return number.removesuffix(".0")
