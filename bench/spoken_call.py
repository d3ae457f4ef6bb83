"""One spoken call: the caller hears the bot out, says what he is asked for, repeats it when asked again."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from aiohttp import ClientSession, ClientTimeout

from bench.spoken_plan import Dialogue, fill, missing_of
from connectors.phone.caller import Caller

_CODE = re.compile(r"验证码(\d{6})")
_MOST_LINES = 16
_QUIET_SECONDS = 1.0
_LISTEN_SECONDS = 14.0
_TALK_SECONDS = 60.0
_READ_SECONDS = 10.0
_LEAST_READ_BACK = 6
"""Longer numbers may be read back."""
_SAME_ANSWER = 4
"""So often a caller says the same thing before he hangs up."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was said to the line, and what it understood."""

    said: str
    heard: str
    confidence: float
    asked: str


@dataclass(slots=True)
class CallOutcome:
    """What came of one call."""

    dialogue: Dialogue
    call_id: str
    lines: list[Line] = field(default_factory=list)
    missing: list[str] = field(default_factory=lambda: ["nothing was said"])
    bot_said: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether everything happened that the caller wanted."""
        return not self.missing


class Mouth(Protocol):
    """Makes a caller's sound of a text."""

    async def speak(self, text: str) -> bytes:
        """Return int16 at 8 kHz."""
        ...


class Server:
    """What the caller may look up: the tracker, and his text messages."""

    def __init__(self, session: ClientSession, port: int) -> None:
        self._session = session
        self._root = f"http://127.0.0.1:{port}"

    async def tracker(self, sender: str) -> Mapping[str, Any]:
        """Return a conversation's state and events."""
        return dict(await self._get(f"/conversations/{sender}/tracker"))

    async def code(self, phone: str) -> str:
        """Return the last code that was sent."""
        messages = await self._get("/demo/sms", phone=phone)
        found = [match.group(1) for message in messages if (match := _CODE.search(message["text"]))]
        return found[-1] if found else ""

    async def _get(self, path: str, **query: str) -> Any:
        timeout = ClientTimeout(total=_READ_SECONDS)
        async with self._session.get(self._root + path, params=query, timeout=timeout) as response:
            response.raise_for_status()
            return await response.json()


class SpokenCall:
    """Holds one call of the plan."""

    def __init__(
        self, dialogue: Dialogue, account: Mapping[str, Any], server: Server, mouth: Mouth, listen: Listen
    ) -> None:
        """listen: what the bot said last, as the caller understands it."""
        self._dialogue = dialogue
        self._account = account
        self._server = server
        self._mouth = mouth
        self._listen = listen
        self._then = list(dialogue.then)
        self._said: list[str] = []

    async def hold(self, caller: Caller) -> CallOutcome:
        """Talk until the goal is reached, the bot hangs up, or the caller has had enough."""
        outcome = CallOutcome(self._dialogue, caller.call_id)
        await self._hear_out(caller)
        line: str | None = self._dialogue.opening
        asked = ""
        while line is not None and not caller.is_over and len(outcome.lines) < _MOST_LINES:
            before = await self._events(caller)
            await self._say(caller, line)
            tracker = await self._server.tracker(f"phone:{caller.call_id}")
            events = tracker["events"]
            outcome.lines.append(_line(line, asked, before, events))
            outcome.missing = missing_of(self._dialogue.goal, events, self._account)
            outcome.bot_said = [event["text"] for event in events if event["event"] == "bot"]
            if outcome.is_whole:
                break
            asked = tracker["requested_slot"] or ""
            line = self._answer_read_back(caller, line) if len(events) == len(before) else None
            line = line or await self._next(asked)
        return outcome

    def _answer_read_back(self, caller: Caller, said: str) -> str | None:
        """What he said made no turn: was it read back to him? Then he says whether it is right."""
        digits = "".join(re.findall(r"\d+", said))
        heard = self._listen(caller) if len(digits) > _LEAST_READ_BACK else ""
        if "听到" not in heard and "对吗" not in heard:
            return None
        return "对" if digits in "".join(re.findall(r"\d+", heard)) else f"不对，是{digits}"

    async def _say(self, caller: Caller, line: str) -> None:
        sound = await self._mouth.speak(line)
        caller.say(sound)
        await caller.said()
        self._said.append(line)
        await self._hear_out(caller)

    async def _events(self, caller: Caller) -> Sequence[Mapping[str, Any]]:
        tracker = await self._server.tracker(f"phone:{caller.call_id}")
        return list(tracker["events"])

    @staticmethod
    async def _hear_out(caller: Caller) -> None:
        try:
            await caller.hears(_LISTEN_SECONDS)
            await caller.hears_out(quiet_seconds=_QUIET_SECONDS, within_seconds=_TALK_SECONDS)
        except TimeoutError:
            return

    async def _next(self, asked: str) -> str | None:
        """Return what the caller says next; None: he hangs up."""
        if not asked:
            if self._then:
                return self._then.pop(0)
            return None if self._said.count(self._dialogue.opening) >= _SAME_ANSWER else self._dialogue.opening
        told = self._dialogue.answers.get(asked, "是的" if asked.startswith("confirm") else None)
        if told is None:
            return None
        code = await self._server.code(str(self._account["phone"]))
        line = fill(told, self._account, code)
        return None if self._said.count(line) >= _SAME_ANSWER else line


def _line(said: str, asked: str, before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> Line:
    heard = [event for event in after[len(before) :] if event["event"] == "user" and event["text"]]
    text = "".join(event["text"] for event in heard)
    return Line(said, text, min((event["confidence"] for event in heard), default=0.0), asked)


Listen = Callable[[Caller], str]
Hold = Callable[[Dialogue], Awaitable[CallOutcome]]
Tell = Callable[[CallOutcome], None]


async def hold_all(dialogues: Sequence[Dialogue], hold: Hold, at_once: int, tell: Tell) -> list[CallOutcome]:
    """Hold the calls, so many at a time; tell of each when it ends, return all in the order of the plan."""
    gate = asyncio.Semaphore(at_once)

    async def one(dialogue: Dialogue) -> CallOutcome:
        async with gate:
            outcome = await hold(dialogue)
            tell(outcome)
            return outcome

    return list(await asyncio.gather(*(one(dialogue) for dialogue in dialogues)))


def open_session() -> ClientSession:
    """Return a client that waits for nothing for ever."""
    return ClientSession(timeout=ClientTimeout(total=_READ_SECONDS))
