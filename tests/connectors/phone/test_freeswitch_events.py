"""The program beside FreeSWITCH, against an event socket that speaks FreeSWITCH's protocol."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from urllib.parse import unquote

import pytest

from deploy.freeswitch import gridtalk_events as program

CALL = "3f0c1a52-1111-2222-3333-444455556666"
Play = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def event(name: str, body: object = None, **fields: str) -> dict[str, object]:
    subclass = {"Event-Name": "CUSTOM", "Event-Subclass": name} if "::" in name else {"Event-Name": name}
    return {**subclass, "Unique-ID": CALL, **fields} | ({} if body is None else {"_body": json.dumps(body)})


def connected() -> program.Streams:
    streams = program.Streams("agents")
    assert list(streams.commands_for(event("mod_audio_stream::connect"))) == []
    return streams


def test_a_key_is_told_to_the_bot_while_it_has_the_call() -> None:
    pressed = event("DTMF", **{"DTMF-Digit": "5"})
    assert list(program.Streams("agents").commands_for(pressed)) == []
    (command,) = connected().commands_for(pressed)
    assert command == f'api uuid_audio_stream {CALL} send_text {{"type":"key","key":"5"}}'
    streams = connected()
    list(streams.commands_for(event("mod_audio_stream::disconnect")))
    assert list(streams.commands_for(pressed)) == []


def test_a_transfer_leaves_the_bot_and_takes_the_summary_along() -> None:
    told = {"type": "transfer", "conversation": "phone:fs-1", "summary": "停电 \n uuid_kill", "urgent": True}
    commands = list(connected().commands_for(event("mod_audio_stream::json", told)))
    assert [command.split()[1] for command in commands] == [
        "uuid_setvar", "uuid_setvar", "uuid_setvar", "uuid_audio_stream", "uuid_transfer",
    ]  # fmt: skip
    assert unquote(commands[0].split()[-1]) == "停电 \n uuid_kill"
    assert all("\n" not in command for command in commands)
    assert commands[2].endswith("gridtalk_urgent true")
    assert commands[-1] == f"api uuid_transfer {CALL} agents"


def test_a_hang_up_ends_the_call_and_nonsense_does_nothing() -> None:
    ends = event("mod_audio_stream::json", {"type": "hangup"})
    assert list(connected().commands_for(ends)) == [f"api uuid_kill {CALL} NORMAL_CLEARING"]
    for body in (None, [], "x", {"type": "dance"}):
        assert list(connected().commands_for(event("mod_audio_stream::json", body))) == []
    strange = event("DTMF", **{"DTMF-Digit": "5"}) | {"Unique-ID": "a\nb"}
    assert list(connected().commands_for(strange)) == []


@asynccontextmanager
async def event_socket(play: Play) -> AsyncIterator[int]:
    async def play_and_close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await play(reader, writer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(play_and_close, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()


async def test_it_logs_in_subscribes_and_answers_events() -> None:
    lines: list[str] = []

    async def play(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"Content-Type: auth/request\n\n")
        lines.append((await reader.readuntil(b"\n\n")).decode().strip())
        writer.write(b"Content-Type: command/reply\nReply-Text: +OK accepted\n\n")
        lines.append((await reader.readuntil(b"\n\n")).decode().strip())
        writer.write(b"Content-Type: command/reply\nReply-Text: +OK event listener enabled json\n\n")
        for one in (event("mod_audio_stream::connect"), event("DTMF", **{"DTMF-Digit": "#"})):
            body = json.dumps(one).encode()
            writer.write(b"Content-Length: %d\nContent-Type: text/event-json\n\n" % len(body) + body)
        lines.append((await reader.readuntil(b"\n\n")).decode().strip())

    async with event_socket(play) as port:
        await asyncio.wait_for(program.serve("127.0.0.1", port, "secret", "agents"), 5)
    assert lines[0] == "auth secret"
    assert lines[1] == program.SUBSCRIPTION
    assert lines[2].endswith('send_text {"type":"key","key":"#"}')


async def test_a_wrong_password_is_told() -> None:
    async def play(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"Content-Type: auth/request\n\n")
        await reader.readuntil(b"\n\n")
        writer.write(b"Content-Type: command/reply\nReply-Text: -ERR invalid\n\n")

    async with event_socket(play) as port:
        with pytest.raises(program.Refused, match="wrong password"):
            await program.serve("127.0.0.1", port, "secret", "agents")
