#!/usr/bin/env python3
"""Between FreeSWITCH and the bot: keys to the bot, transfers and hang-ups from it. Python 3.11, nothing else needed.

mod_audio_stream carries sound and text. This program listens on FreeSWITCH's event socket: a key that a caller presses
is sent to the bot as text, and what the bot says as text is done: the call goes to the agents' extension, or ends.

    FREESWITCH_PASSWORD=ClueCon python3 gridtalk_events.py [--host 127.0.0.1] [--port 8021] [--agents agents]

It runs beside FreeSWITCH (as a service; see the end of dialplan.xml) and connects again when FreeSWITCH restarts.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import logging
import os
import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

_LOG = logging.getLogger("gridtalk_events")
_UUID = re.compile(r"^[0-9a-fA-F-]{8,64}$")
_NAME = re.compile(r"^[\w.-]{1,64}$")
_LARGEST_FRAME = 1_000_000
_AGAIN_SECONDS = 3.0
_LOGIN_SECONDS = 10.0
_SUMMARY_CHARACTERS = 200
SUBSCRIPTION = (
    "event json DTMF CHANNEL_HANGUP CUSTOM"
    " mod_audio_stream::connect mod_audio_stream::json mod_audio_stream::disconnect"
)


class Refused(Exception):
    """FreeSWITCH does not let us in; the message says why."""


class Streams:
    """Which calls are with the bot, and what each event of FreeSWITCH leads to."""

    def __init__(self, agents: str) -> None:
        """agents: the extension to which callers are handed over."""
        self._agents = agents
        self._calls: set[str] = set()

    def commands_for(self, event: Mapping[str, Any]) -> Iterator[str]:
        """Yield the commands that answer an event."""
        call = str(event.get("Unique-ID", ""))
        if not _UUID.match(call):
            return
        match str(event.get("Event-Subclass") or event.get("Event-Name")):
            case "mod_audio_stream::connect":
                self._calls.add(call)
            case "mod_audio_stream::disconnect" | "CHANNEL_HANGUP":
                self._calls.discard(call)
            case "DTMF" if call in self._calls:
                yield from self._key(call, str(event.get("DTMF-Digit", "")))
            case "mod_audio_stream::json" if call in self._calls:
                yield from self._told(call, _parsed(event.get("_body")))

    @staticmethod
    def _key(call: str, key: str) -> Iterator[str]:
        if len(key) == 1 and key in "0123456789*#":
            text = json.dumps({"type": "key", "key": key}, separators=(",", ":"))
            yield f"api uuid_audio_stream {call} send_text {text}"

    def _told(self, call: str, told: Mapping[str, Any]) -> Iterator[str]:
        if told.get("type") == "transfer":
            self._calls.discard(call)
            summary = quote(str(told.get("summary", ""))[:_SUMMARY_CHARACTERS])
            conversation = quote(str(told.get("conversation", ""))[:_SUMMARY_CHARACTERS])
            yield f"api uuid_setvar {call} gridtalk_summary {summary}"
            yield f"api uuid_setvar {call} gridtalk_conversation {conversation}"
            yield f"api uuid_setvar {call} gridtalk_urgent {'true' if told.get('urgent') else 'false'}"
            yield f"api uuid_audio_stream {call} stop"
            yield f"api uuid_transfer {call} {self._agents}"
        elif told.get("type") == "hangup":
            self._calls.discard(call)
            yield f"api uuid_kill {call} NORMAL_CLEARING"


def _parsed(body: object) -> Mapping[str, Any]:
    try:
        told = json.loads(str(body))
    except json.JSONDecodeError:
        return {}
    return told if isinstance(told, dict) else {}


async def read_frame(reader: asyncio.StreamReader) -> tuple[dict[str, str], str]:
    """Return the headers and the body of one frame. Raises IncompleteReadError at the end."""
    head = (await reader.readuntil(b"\n\n")).decode(errors="replace")
    lines = (line.partition(":") for line in head.strip().split("\n"))
    headers = {name.strip(): value.strip() for name, _, value in lines}
    length = int(headers.get("Content-Length") or 0)
    if not 0 <= length <= _LARGEST_FRAME:
        raise Refused(f"a frame of {length} bytes")
    return headers, (await reader.readexactly(length)).decode(errors="replace") if length else ""


async def log_in(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, password: str) -> None:
    """Answer the event socket's question for the password and subscribe. Raises Refused."""
    async with asyncio.timeout(_LOGIN_SECONDS):
        headers, _ = await read_frame(reader)
        if headers.get("Content-Type") != "auth/request":
            raise Refused(headers.get("Reply-Text") or "this is no event socket")
        writer.write(f"auth {password}\n\n".encode())
        headers, _ = await read_frame(reader)
        if not headers.get("Reply-Text", "").startswith("+OK"):
            raise Refused("wrong password")
    writer.write(f"{SUBSCRIPTION}\n\n".encode())


async def serve(host: str, port: int, password: str, agents: str) -> None:
    """Serve one connection to FreeSWITCH to its end. Raises OSError, Refused."""
    reader, writer = await asyncio.open_connection(host, port, limit=_LARGEST_FRAME)
    try:
        await log_in(reader, writer, password)
        _LOG.info("connected to FreeSWITCH")
        streams = Streams(agents)
        while True:
            headers, body = await read_frame(reader)
            if headers.get("Content-Type") != "text/event-json":
                continue  # the answers to our commands
            for command in streams.commands_for(_parsed(body)):
                writer.write(f"{command}\n\n".encode())
            await writer.drain()
    except asyncio.IncompleteReadError:
        _LOG.warning("FreeSWITCH closed the connection")
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def serve_for_ever(host: str, port: int, password: str, agents: str) -> None:
    """Connect again and again."""
    while True:
        try:
            await serve(host, port, password, agents)
        except (OSError, Refused, TimeoutError, ValueError, asyncio.LimitOverrunError) as error:
            _LOG.warning("not connected: %s", error)
        await asyncio.sleep(_AGAIN_SECONDS)


def main() -> int:
    """Run until interrupted."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8021)
    parser.add_argument("--agents", default="agents", help="extension that takes callers who want a person")
    options = parser.parse_args()
    if not _NAME.match(options.agents):
        parser.error("--agents: letters, digits, dots and dashes")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    password = os.environ.get("FREESWITCH_PASSWORD", "ClueCon")
    try:
        asyncio.run(serve_for_ever(options.host, options.port, password, options.agents))
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
