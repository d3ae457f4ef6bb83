"""The outbox: written once, sent in order, tried again by cause, never lost with a worker."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from connectors.outbox.errors import SendDelayed, SendHeld, SendRefused
from connectors.outbox.letter import Letter, StoredLetter
from connectors.outbox.outbox import Outbox
from storage.database import open_database
from tests.services import postgres_url


class Clockwork:
    """Seconds that tests move."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


class Channel:
    """Remembers what was sent; fails as told, by text."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.faults: dict[str, list[Exception]] = {}

    async def send(self, letter: StoredLetter) -> None:
        text = str(letter.letter.body["text"])
        if self.faults.get(text):
            raise self.faults[text].pop(0)
        await asyncio.sleep(0)
        self.sent.append(text)


def letter(key: str, conversation: str = "c1", **extra: Any) -> Letter:
    return Letter(key, conversation, "wechat", "text", {"text": key}, **extra)


@pytest.fixture(params=["sqlite", "postgresql"])
async def outbox(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Outbox]:
    url = f"sqlite:///{tmp_path / 'o.sqlite'}" if request.param == "sqlite" else postgres_url()
    made = Outbox(open_database(url), Clockwork())
    await made.prepare()
    yield made
    await made.database.close()


@pytest.fixture
def channel() -> Channel:
    return Channel()


async def test_letters_of_a_conversation_go_out_in_order(outbox: Outbox, channel: Channel) -> None:
    await outbox.put([letter("a"), letter("b"), letter("c")])
    assert await outbox.deliver("wechat", channel.send) == 3
    assert channel.sent == ["a", "b", "c"]


async def test_a_key_is_written_once(outbox: Outbox, channel: Channel) -> None:
    await outbox.put([letter("once")])
    await outbox.put([letter("once")])
    await outbox.deliver("wechat", channel.send)
    await outbox.put([letter("once")])
    await outbox.deliver("wechat", channel.send)
    assert channel.sent == ["once"]


async def test_a_delay_keeps_the_later_ones_waiting_but_not_other_conversations(
    outbox: Outbox, channel: Channel
) -> None:
    channel.faults["d1"] = [SendDelayed("busy", 10.0)]
    await outbox.put([letter("d1", "d"), letter("d2", "d"), letter("e1", "e")])
    await outbox.deliver("wechat", channel.send)
    assert channel.sent == ["e1"]
    outbox.now.seconds += 11  # type: ignore[attr-defined]
    await outbox.deliver("wechat", channel.send)
    assert channel.sent == ["e1", "d1", "d2"]


async def test_a_refused_letter_is_dead_and_the_next_one_goes_out(outbox: Outbox, channel: Channel) -> None:
    channel.faults["f1"] = [SendRefused("40003")]
    await outbox.put([letter("f1", "f"), letter("f2", "f")])
    await outbox.deliver("wechat", channel.send)
    assert channel.sent == ["f2"]
    assert (await outbox.counts())[("wechat", "dead")] >= 1


async def test_a_letter_that_always_fails_is_dead_in_the_end(outbox: Outbox, channel: Channel) -> None:
    channel.faults["g"] = [RuntimeError() for _ in range(20)]
    await outbox.put([letter("g", "g")])
    for _ in range(12):
        outbox.now.seconds += 400  # type: ignore[attr-defined]
        await outbox.deliver("wechat", channel.send)
    assert len(channel.faults["g"]) == 20 - 8


async def test_a_held_letter_waits_until_it_is_released(outbox: Outbox, channel: Channel) -> None:
    channel.faults["h"] = [SendHeld("45047")]
    await outbox.put([letter("h", "h")])
    await outbox.deliver("wechat", channel.send)
    outbox.now.seconds += 100_000  # type: ignore[attr-defined]
    assert await outbox.deliver("wechat", channel.send) == 0
    await outbox.release("h")
    await outbox.deliver("wechat", channel.send)
    assert channel.sent == ["h"]


async def test_a_dead_workers_letter_goes_out_when_its_lease_ends(outbox: Outbox, channel: Channel) -> None:
    await outbox.put([letter("i", "i")])
    assert len(await outbox._take("wechat", 10)) == 1  # taken, and never settled
    assert await outbox.deliver("wechat", channel.send) == 0
    outbox.now.seconds += outbox.lease_seconds + 1  # type: ignore[attr-defined]
    await outbox.deliver("wechat", channel.send)
    assert channel.sent == ["i"]


async def test_two_workers_send_every_letter_once(outbox: Outbox, channel: Channel) -> None:
    await outbox.put([letter(f"j{number}", f"j{number % 7}") for number in range(60)])
    await asyncio.gather(*(outbox.deliver("wechat", channel.send) for _ in range(4)))
    assert sorted(channel.sent) == sorted(f"j{number}" for number in range(60))


async def test_many_writers_of_one_conversation_take_different_places(outbox: Outbox, channel: Channel) -> None:
    await asyncio.gather(*(outbox.put([letter(f"k{number}", "k")]) for number in range(4)))
    await outbox.deliver("wechat", channel.send)
    assert sorted(channel.sent) == ["k0", "k1", "k2", "k3"]


async def test_what_is_to_be_said_is_sealed_in_the_file(tmp_path: Path) -> None:
    made = Outbox(open_database(f"sqlite:///{tmp_path / 's.sqlite'}"))
    await made.prepare()
    await made.put([Letter("k", "c", "wechat", "text", {"text": "余额八十八元"})])
    await made.database.close()
    written = b"".join(path.read_bytes() for path in tmp_path.glob("s.sqlite*"))
    assert "余额".encode() not in written
