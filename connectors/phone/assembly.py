"""Put the phone together: settings become lines, the bot answers, and all calls share engines and files."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from aiohttp import web

from bot.assembly import Bot
from bot.message import Reply
from bot.responses import ResponseRenderer
from connectors.phone.answers import BotAnswers, Bots, PhrasesOf
from connectors.phone.audiosocket import AudioSocketLine
from connectors.phone.calls import OpenRespond, PhoneCalls
from connectors.phone.errors import PhoneError
from connectors.phone.freeswitch import FreeSwitchLine
from connectors.phone.line_thread import LineThread, across
from connectors.phone.outcomes import Outcomes
from connectors.phone.retention import forget_old_calls
from connectors.phone.settings import LOOPBACK, PhoneSettings, SipSettings
from connectors.phone.sip_line import SipLine
from speech.call import CallTools
from speech.call_settings import CallSettings
from speech.engines import open_recognizer, open_synthesizer
from speech.phrases import CallPhrases
from speech.protocols import Question, Respond, Synthesizer
from speech.vad import load_vad
from speech.voice import Voice
from storage.home import home_folder

GREETING = "utter_greet"
PORT_VARIABLE = "GRIDTALK_SIP_PORT"
_RECOGNITION_THREADS = 4
Announce = Callable[[str], None]


class Line(Protocol):
    """A way in for calls."""

    @property
    def address(self) -> str:
        """Where it can be reached, for people."""
        ...

    async def start(self) -> None:
        """Listen. Raises LineUnavailable."""
        ...

    async def stop(self) -> None:
        """Hang up and close."""
        ...


@dataclass(frozen=True, slots=True)
class PhoneDoor:
    """The phone beside the server: a thread that holds the lines while the server runs."""

    bot: Bots
    settings: PhoneSettings
    greeting: Reply
    folder: Path
    clock: Callable[[], datetime]
    is_demo: bool
    announce: Announce
    phrases_of: PhrasesOf = lambda _: ()

    @property
    def outcomes(self) -> Outcomes:
        """Where an Asterisk dialplan learns what comes after the bot."""
        return Outcomes(self.folder / "outcomes")

    async def running(self, _: web.Application) -> AsyncIterator[None]:
        """Hold the lines open while the server runs."""
        bots_loop = asyncio.get_running_loop()

        def open_respond(conversation_id: str, can_transfer: bool) -> Respond:
            answers = BotAnswers(
                self.bot, conversation_id, self.clock, can_transfer=can_transfer, phrases_of=self.phrases_of
            )
            return across(answers, bots_loop)

        thread = LineThread(lambda stop: self._hold_lines(open_respond, stop))
        thread.start()
        yield
        await thread.stop()

    async def _hold_lines(self, open_respond: OpenRespond, stop: asyncio.Event) -> None:
        writers = ThreadPoolExecutor(1, "phone-files")
        workers = ThreadPoolExecutor(_RECOGNITION_THREADS, "phone-words")
        synthesizer = open_synthesizer()
        cleaning = asyncio.create_task(forget_old_calls(self.folder, self.settings.call.keep_days, self.clock, writers))
        try:
            tools = await self._tools(workers, synthesizer)
            calls = PhoneCalls(tools, self._call_settings(), open_respond, self.folder, writers)
            await calls.prepare()
            lines = [line for line in [await self._open(line) for line in self._lines(calls)] if line is not None]
            await stop.wait()
            for line in lines:
                await line.stop()
        finally:
            cleaning.cancel()
            await synthesizer.close()
            workers.shutdown(wait=False, cancel_futures=True)
            writers.shutdown(wait=True)

    def _lines(self, calls: PhoneCalls) -> Iterator[Line]:
        settings = self.settings
        if settings.sip is not None:
            yield SipLine(settings.sip, calls.take, is_demo=self.is_demo)
        if settings.audiosocket is not None:
            yield AudioSocketLine(settings.audiosocket, calls.take, self.outcomes)
        if settings.freeswitch is not None:
            yield FreeSwitchLine(settings.freeswitch, calls.take)

    async def _open(self, line: Line) -> Line | None:
        """Listen; a port that is taken is said once, and everything else goes on."""
        try:
            await line.start()
        except PhoneError as error:
            self.announce(f"phone: no calls on {error}; another port: {PORT_VARIABLE} or phone.sip.port (0: off)")
            return None
        self.announce(f"Phone on {line.address}")
        return line

    async def _tools(self, workers: ThreadPoolExecutor, synthesizer: Synthesizer) -> CallTools:
        loop = asyncio.get_running_loop()
        open_vad = await loop.run_in_executor(workers, load_vad)
        recognizer = await loop.run_in_executor(workers, open_recognizer)
        voice = Voice(synthesizer, fallback=CallPhrases().failed)
        return CallTools(open_vad, recognizer, voice, workers, self.clock)

    def _call_settings(self) -> CallSettings:
        told = self.settings.call
        return CallSettings(
            greeting=self.greeting.text,
            first_question=Question(choices=tuple(button.title for button in self.greeting.buttons)),
            phrases=CallPhrases(notice=told.notice),
            longest_call_seconds=told.max_seconds,
            is_recorded=told.is_recorded,
        )


def build_phone(bot: Bot, configured: PhoneSettings | None, *, is_demo: bool) -> PhoneDoor | None:
    """Return the phone door, or None when no line is to be opened. Raises PhoneError."""
    settings = phone_settings(configured, is_demo=is_demo)
    if settings is None or not (settings.sip or settings.audiosocket or settings.freeswitch):
        return None
    renderer = ResponseRenderer(bot.project.domain)
    greeting = renderer.render(GREETING, channel="phone", slots={}, values={}, turn=0)

    def phrases_of(slot: str) -> Sequence[str]:
        known = bot.project.domain.slots.get(slot)  # asked each time: another release may be the stable one by then
        return [said for said, _ in known.aliases] if known is not None and known.type == "categorical" else ()

    folder = home_folder() / "calls"
    return PhoneDoor(bot.assistant, settings, greeting, folder, bot.clock, is_demo, _say, phrases_of)


def phone_routes(configured: PhoneSettings | None) -> list[Outcomes]:
    """Return what every worker serves by HTTP: an Asterisk dialplan's question what comes after the bot."""
    is_asked = configured is not None and configured.audiosocket is not None
    return [Outcomes(home_folder() / "calls" / "outcomes")] if is_asked else []


def _say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


def phone_settings(configured: PhoneSettings | None, *, is_demo: bool) -> PhoneSettings | None:
    """Return what is to be opened: the file's settings, with the demo's address and GRIDTALK_SIP_PORT over them.

    Raises PhoneError when GRIDTALK_SIP_PORT is no port.
    """
    if configured is None and not is_demo:
        return None
    settings = configured or PhoneSettings()
    sip = settings.sip
    if is_demo:
        sip = sip or SipSettings(bind="127.0.0.1", allow_peers=LOOPBACK)
        sip = sip if "bind" in sip.model_fields_set else sip.model_copy(update={"bind": "127.0.0.1"})
    if sip is not None and (told := os.environ.get(PORT_VARIABLE, "").strip()):
        if not told.isdigit() or int(told) > 65535:
            raise PhoneError(f"{PORT_VARIABLE}={told!r} is no port (0: off)")
        sip = sip.model_copy(update={"port": int(told)})
    if sip is not None and sip.port == 0:
        sip = None
    return settings.model_copy(update={"sip": sip})
