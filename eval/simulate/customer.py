"""One simulated customer in one conversation: says what he wants, answers, repeats himself, asks for a person, leaves.

He knows what he wants and sees only what the bot says and does; he never tells the bot or the loop an intent.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from actions.sms import DemoSms
from bot.assembly import Bot
from bot.events import Event, HandedOver, SlotAsked, UserSaid
from bot.message import UserMessage
from eval.simulate.clock import MovedClock
from eval.simulate.world import Reaction, Topic, World

OUT_OF_SCOPE = "out_of_scope"
MOST_ANSWERS = 3
"""Questions of the bot that a customer answers before he has had enough."""
_CODE = re.compile(r"验证码(\d{6})")
_UNKNOWN = frozenset({OUT_OF_SCOPE, "nlu_fallback"})


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody comes with a wish."""

    sender: str
    topic: Topic
    month: int
    channel: str
    region: str | None
    account: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """One sentence in which a customer said what he wants, and what the bot made of it."""

    sender: str
    at: float
    """When it was said, in seconds since the epoch."""
    month: int
    topic: str
    wording: str
    """As in data/simulate; what was said has openings, endings and slips besides."""
    text: str
    wanted: str
    given: str
    understood: bool

    @property
    def is_right(self) -> bool:
        """Whether the bot understood what was meant; of what is out of scope, that it is."""
        if self.wanted == OUT_OF_SCOPE:
            return not self.understood or self.given in _UNKNOWN
        return self.understood and self.given == self.wanted

    @property
    def is_unknown(self) -> bool:
        """Whether the bot said that it did not understand, or does not do such things."""
        return not self.understood or self.given in _UNKNOWN


@dataclass(slots=True)
class Held:
    """How a conversation went."""

    visit: Visit
    requests: list[Request] = field(default_factory=list)
    handed_over: bool = False
    served: bool = False
    """The bot did or answered what was wanted, as far as the customer went along."""


@dataclass(slots=True)
class Customer:
    """Holds one conversation."""

    bot: Bot
    world: World
    clock: MovedClock
    dice: random.Random

    async def hold(self, visit: Visit) -> Held:
        """Talk until the wish is served, handed over or given up."""
        held = Held(visit)
        misses = 0
        prefix = ""
        while True:
            wording = self.dice.choice(self.world.wordings(visit.topic, visit.month))
            events = await self._say(visit, prefix + self._spoken(wording))
            held.requests.append(_request(visit, wording, events))
            held.handed_over = any(isinstance(event, HandedOver) for event in events)
            if held.handed_over:
                return held
            if held.requests[-1].is_right:
                await self._go_along(held, events)
                return held
            misses += 1
            was_unknown = held.requests[-1].is_unknown
            if not was_unknown and self.dice.random() > self.world.people.notices_wrong:
                return held
            match self._reaction(misses):
                case "rephrase":
                    prefix = "" if was_unknown else self.dice.choice(self.world.people.not_that) + "，"
                case "agent":
                    events = await self._say(visit, self.dice.choice(self.world.people.asks_agent))
                    held.handed_over = any(isinstance(event, HandedOver) for event in events)
                    return held
                case _:
                    await self._say(visit, self.dice.choice(self.world.people.gives_up))
                    return held

    def _reaction(self, misses: int) -> str:
        people = self.world.people
        reaction: Reaction = people.after_miss_1 if misses == 1 else people.after_miss_2
        names = ("rephrase", "agent", "leave")
        return self.dice.choices(names, [getattr(reaction, name) for name in names])[0] if misses < 4 else "leave"

    async def _go_along(self, held: Held, events: Sequence[Event]) -> None:
        """Answer what the bot asks, as far as the customer can and likes."""
        for _ in range(MOST_ANSWERS):
            asked = [event.slot for event in events if isinstance(event, SlotAsked)]
            if not asked:
                held.served = True
                break
            events = await self._say(held.visit, await self._answer(held.visit, asked[-1]))
            if any(isinstance(event, HandedOver) for event in events):
                held.handed_over = True
                return
        if held.served:
            await self._say(held.visit, self.dice.choice(self.world.people.satisfied))

    async def _answer(self, visit: Visit, slot: str) -> str:
        account = visit.account
        if slot == "verification_code":
            return await self._last_code(str(account.get("phone", "")))
        for name in ("account_no", "phone", "address"):
            if slot == name and account.get(name):
                return str(account[name])
        if slot in ("person_name", "name") and account.get("name"):
            return str(account["name"])
        return "对" if slot.startswith("confirm") else self.dice.choice(self.world.people.unable)

    async def _last_code(self, phone: str) -> str:
        if not isinstance(self.bot.opened.sms, DemoSms):
            return self.dice.choice(self.world.people.unable)
        codes = [_CODE.search(message.text) for message in await self.bot.opened.sms.outbox(phone)]
        found = [match.group(1) for match in codes if match]
        return found[-1] if found else self.dice.choice(self.world.people.unable)

    async def _say(self, visit: Visit, text: str) -> Sequence[Event]:
        self.clock.move(timedelta(seconds=self.dice.uniform(8, 45)))
        at = self.clock().timestamp()
        message = UserMessage(text, visit.sender, visit.channel, region=visit.region, received_at=at)
        await self.bot.assistant.answer(message)
        return (await self.bot.assistant.turns(visit.sender))[-1].events

    def _spoken(self, wording: str) -> str:
        """Return the wording as this customer says or types it today."""
        people, text = self.world.people, wording
        if self.dice.random() < people.typo_share:
            fitting = [pair for pair in people.typos if pair[0] in text]
            if fitting:
                right, wrong = self.dice.choice(fitting)
                text = text.replace(right, wrong, 1)
        if self.dice.random() < people.opening_share:
            text = f"{self.dice.choice(people.openings)}，{text}"
        return text + (self.dice.choice(people.endings) if self.dice.random() < people.ending_share else "")


def _request(visit: Visit, wording: str, events: Sequence[Event]) -> Request:
    said = next(event for event in events if isinstance(event, UserSaid))
    topic = visit.topic
    return Request(
        visit.sender, said.timestamp, visit.month, topic.id, wording, said.text, topic.intent, said.intent,
        said.understood,
    )  # fmt: skip
