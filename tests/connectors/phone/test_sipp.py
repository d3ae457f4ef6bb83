"""Twelve kinds of call by the real sipp. Where it is not installed they are skipped and counted."""

from __future__ import annotations

import asyncio
import shutil
import socket
from pathlib import Path

import orjson
import pytest
from aiosipua import transaction

from tests.connectors.phone.conftest import OpenWorld, PhoneWorld
from tests.connectors.phone.sipp_scenario import (
    RINGING,
    bye,
    dial,
    invite,
    key,
    notify,
    pause,
    received,
    reinvite,
    requested,
    run_sipp,
    send,
    talk,
)

pytestmark = pytest.mark.skipif(shutil.which("sipp") is None, reason="sipp is not installed (sip-tester)")
PACKETS = (Path("/usr/share/sip-tester"), Path("/usr/share/sipp/pcap"), Path("/usr/share/sip-tester/pcap"))
GARBAGE = (b"\r\n\r\n", b"\x00" * 60, b"INVITE\r\n", b"\xff\xfe" * 500, b"SIP/2.0 200 OK\r\n\r\n", b"x" * 20000)


async def passes(world: PhoneWorld, folder: Path, *steps: str, calls: int = 1, lost_percent: int = 0) -> None:
    status, printed = await run_sipp(world.address[1], folder, *steps, calls=calls, lost_percent=lost_percent)
    assert status == 0, printed[-3000:]
    await world.idle(5)


def records(world: PhoneWorld) -> list[dict[str, object]]:
    return [orjson.loads(path.read_bytes()) for path in world.folder.rglob("*.json")]


async def test_digits_by_info(world: PhoneWorld, tmp_path: Path) -> None:
    keys = [key(number, digit) for number, digit in enumerate("12#", start=2)]
    await passes(world, tmp_path, dial(), pause(100), *keys, pause(300), bye(9))
    assert [turn.text for turn in world.turns] == ["12"]


async def test_digits_by_telephone_event(world: PhoneWorld, tmp_path: Path) -> None:
    """sipp plays recorded packets; without the right to open raw sockets it cannot."""
    folder = next((place for place in PACKETS if (place / "dtmf_2833_1.pcap").is_file()), None)
    if folder is None or not _may_open_raw_sockets():
        pytest.skip("sipp's packets are not installed, or there is no right to open raw sockets")
    plays = [
        f'<nop><action><exec play_pcap_audio="{folder}/dtmf_2833_{name}.pcap"/></action></nop>{pause(400)}'
        for name in ("1", "2", "pound")
    ]
    dials = dial().replace("[rtpstream_audio_port]", "[media_port]")
    await passes(world, tmp_path, dials, pause(200), *plays, pause(300), bye(2))
    assert [turn.text for turn in world.turns] == ["12"]


def _may_open_raw_sockets() -> bool:
    try:
        socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_UDP).close()
    except PermissionError:
        return False
    return True


async def test_hold_and_resume(world: PhoneWorld, tmp_path: Path) -> None:
    await passes(
        world, tmp_path, dial(), pause(100), reinvite(2, "sendonly"), pause(300), reinvite(3, "sendrecv"), bye(4)
    )


async def test_cancel_while_it_rings(open_world: OpenWorld, tmp_path: Path) -> None:
    world = await open_world(ring_seconds=1)
    branch = "z9hG4bK-[call_id]"
    cancel = send("CANCEL", 1, branch=branch, to_tag="", retrans="500")
    acknowledged = send("ACK", 1, branch=branch)
    rings = '<recv response="100" optional="true"/><recv response="180"/>'
    await passes(
        world, tmp_path, invite(branch=branch), rings, cancel, received(200), received(487), acknowledged, pause(100)
    )
    assert world.turns == []


async def test_busy(open_world: OpenWorld, tmp_path: Path) -> None:
    world = await open_world(max_calls=1)
    phone = await world.phone()
    await phone.dial()
    branch = "z9hG4bK-[call_id]"
    status, printed = await run_sipp(
        world.address[1], tmp_path, invite(branch=branch), '<recv response="100" optional="true"/>', received(486),
        send("ACK", 1, branch=branch),
    )  # fmt: skip
    assert status == 0, printed[-3000:]


@pytest.mark.parametrize("answer", ["200 OK", "486 Busy Here"])
async def test_transfer_with_progress_and_the_way_back(open_world: OpenWorld, tmp_path: Path, answer: str) -> None:
    world = await open_world(recorded=True, agent_uri="sip:agents@127.0.0.1:5099")
    asks = [key(number, digit) for number, digit in enumerate("99#", start=2)]
    progress = [notify(5, "100 Trying"), notify(6, "180 Ringing"), notify(7, answer)]
    ends = requested("BYE") if answer.startswith("200") else pause(500) + bye(8)
    await passes(world, tmp_path, dial(), pause(100), *asks, requested("REFER", "202 Accepted"), *progress, ends)
    (record,) = records(world)
    assert record["outcome"] == ("transferred" if answer.startswith("200") else "caller")


async def test_where_packets_get_lost_repeated_requests_make_one_call_each(
    open_world: OpenWorld, tmp_path: Path
) -> None:
    world = await open_world(recorded=True)
    repeated = [part.replace('retrans="500"', 'retrans="100"') for part in (dial(), bye(2))]
    await passes(world, tmp_path, repeated[0], pause(300), repeated[1], calls=8, lost_percent=20)
    assert [record["outcome"] for record in records(world)] == ["caller"] * 8


async def test_a_lost_ack(open_world: OpenWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transaction, "T1", 0.05)
    monkeypatch.setattr(transaction, "TIMER_H", 0.6)
    world = await open_world(recorded=True)
    repeated = '<recv response="200" optional="true"/>' * 4
    await passes(world, tmp_path, invite(), RINGING, received(200), repeated, requested("BYE"))
    assert [record["outcome"] for record in records(world)] == ["never_acknowledged"]


async def test_garbage_in_the_middle_of_a_call(world: PhoneWorld, tmp_path: Path) -> None:
    async def disturb() -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as thrower:
            for _ in range(10):
                for rubbish in GARBAGE:
                    thrower.sendto(rubbish, world.address)
                await asyncio.sleep(0.05)

    disturbing = asyncio.create_task(disturb())
    await passes(world, tmp_path, dial(), pause(500), key(2, "1"), bye(3))
    await disturbing


async def test_options(world: PhoneWorld, tmp_path: Path) -> None:
    await passes(world, tmp_path, send("OPTIONS", 1, to_tag="", retrans="500"), received(200), calls=5)


async def test_50_calls_at_once_lose_no_packet(open_world: OpenWorld, tmp_path: Path) -> None:
    world = await open_world(recorded=False)
    sound = tmp_path / "caller.al"
    sound.write_bytes(b"\xd5" * 8000)
    await passes(world, tmp_path, dial(), talk(sound, 1500), bye(2), calls=50)
    ended = [(record["outcome"], record["line"]["packets_lost"]) for record in records(world)]  # type: ignore[index]
    assert ended == [("caller", 0)] * 50


async def test_sound_that_breaks_off_ends_the_call(open_world: OpenWorld, tmp_path: Path) -> None:
    world = await open_world(recorded=True, rtp_timeout_seconds=1)
    sound = tmp_path / "caller.al"
    sound.write_bytes(b"\xd5" * 4000)
    once = f'<nop><action><exec rtp_stream="{sound},1,8"/></action></nop>'
    await passes(world, tmp_path, dial(), once, requested("BYE"))
    assert [record["outcome"] for record in records(world)] == ["line_silent"]


async def test_bye_before_the_answer_is_a_call_that_never_was(open_world: OpenWorld, tmp_path: Path) -> None:
    world = await open_world(ring_seconds=1)
    branch = "z9hG4bK-[call_id]"
    rings = '<recv response="100" optional="true"/><recv response="180"/>'
    early = send("BYE", 2, retrans="500")
    acknowledged = send("ACK", 1, branch=branch)
    await passes(
        world, tmp_path, invite(branch=branch), rings, early, received(200), received(487), acknowledged, pause(100)
    )
    assert world.turns == []


async def test_bye_at_once_after_the_answer(open_world: OpenWorld, tmp_path: Path) -> None:
    world = await open_world(recorded=True)
    await passes(world, tmp_path, dial(), bye(2), calls=5)
    assert [record["outcome"] for record in records(world)] == ["caller"] * 5
