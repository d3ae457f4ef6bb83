"""The load, in a process of its own: customers on raw keep-alive connections, each with a sender of its own.

`python -m bench.client` reads an assignment as JSON from stdin and writes what was measured as JSON to stdout. A
customer says the next line when the answer to the last one is there (closed loop, no pause for thought).
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import uvloop

from bench.sayings import SCRIPTS, Saying, speak

HOST = "127.0.0.1"
_REQUEST = (
    "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
)
ANSWER_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Assignment:
    """What to do."""

    port: int
    path: str
    clients: int
    warm_up_seconds: float
    seconds: float
    run: str
    """Part of every sender, so that no two runs share a conversation."""
    accounts: Sequence[str]


@dataclass(slots=True)
class Diary:
    """What was measured; lines that were begun during the warm-up are not in it."""

    milliseconds: dict[str, list[float]] = field(default_factory=dict)
    """By kind of conversation: from the first byte sent to the last byte received."""
    seconds: float = 0.0
    failed: int = 0
    """Answers with another status than 200."""
    unexpected: int = 0
    """Answers without the words that they must hold."""

    @property
    def all_milliseconds(self) -> list[float]:
        """The times of all kinds."""
        return [value for values in self.milliseconds.values() for value in values]


@dataclass(slots=True)
class Connection:
    """One keep-alive HTTP/1.1 connection."""

    path: str
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def post(self, body: bytes) -> tuple[int, bytes]:
        """Send a body and return status and body of the answer."""
        self.writer.write(_REQUEST.format(path=self.path, length=len(body)).encode() + body)
        head = await self.reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
        return int(head.split(b" ", 2)[1]), await self.reader.readexactly(length)


async def hold_conversations(assignment: Assignment) -> Diary:
    """Let all customers talk for the assigned time. Raises OSError when the server is gone."""
    diary = Diary()
    begin = time.perf_counter() + assignment.warm_up_seconds
    async with asyncio.TaskGroup() as customers:
        for number in range(assignment.clients):
            customers.create_task(_be_customer(number, assignment, begin, diary))
    diary.seconds = time.perf_counter() - begin
    return diary


async def _be_customer(number: int, assignment: Assignment, begin: float, diary: Diary) -> None:
    reader, writer = await asyncio.open_connection(HOST, assignment.port)
    connection = Connection(assignment.path, reader, writer)
    end = begin + assignment.seconds
    try:
        for kind, saying, body in _lines(number, assignment):
            started = time.perf_counter()
            if started >= end:
                return
            async with asyncio.timeout(ANSWER_SECONDS):
                status, answer = await connection.post(body)
            if started >= begin:
                _write_down(diary, kind, saying, status, answer, 1000 * (time.perf_counter() - started))
    finally:
        writer.close()


def _lines(number: int, assignment: Assignment) -> Iterator[tuple[str, Saying, bytes]]:
    """Yield kind, line and request body without end; every conversation has a new sender."""
    chance = random.Random(number)
    conversation = 0
    while True:
        for script in chance.sample(SCRIPTS, len(SCRIPTS)):
            conversation += 1
            sender = f"{assignment.run}-{number}-{conversation}"
            account = chance.choice(assignment.accounts)
            for saying in script.sayings:
                text = speak(saying, account_no=account, number=chance.randrange(1, 400))
                yield script.kind, saying, json.dumps({"sender": sender, "message": text}).encode()


def _write_down(diary: Diary, kind: str, saying: Saying, status: int, answer: bytes, milliseconds: float) -> None:
    if status != 200:
        diary.failed += 1
        return
    diary.milliseconds.setdefault(kind, []).append(milliseconds)
    if saying.expects and saying.expects not in answer.decode(errors="replace"):
        diary.unexpected += 1


def _read_assignment(text: str) -> Assignment:
    given: dict[str, Any] = json.loads(text)
    return Assignment(**given)


def main() -> None:
    """Do what stdin says."""
    assignment = _read_assignment(sys.stdin.read())
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        diary = runner.run(hold_conversations(assignment))
    json.dump(asdict(diary), sys.stdout)


if __name__ == "__main__":
    main()
