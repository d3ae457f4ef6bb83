"""The SIP line over real UDP: answers, refusals, keys, hold, transfer, and what networks do to datagrams."""

from __future__ import annotations

import asyncio
import socket
import wave
from itertools import pairwise

import orjson
import pytest
from aiosipua import transaction

from connectors.phone import sip_socket
from tests.connectors.phone.conftest import OpenWorld, PhoneWorld
from tests.connectors.phone.raw_phone import SDP, Message, RawPhone, rtp_fields

MU_LAW = "a=rtpmap:0 PCMU/8000\r\n"


async def test_sound_flows_from_the_answer_on_50_packets_a_second_without_jumps(world: PhoneWorld) -> None:
    phone = await world.phone()
    await phone.dial()
    packets = await phone.packets(0.8)
    assert 36 <= len(packets) <= 44
    fields = [rtp_fields(packet) for _, packet in packets]
    assert {payload_type for payload_type, _, _ in fields} == {8}
    assert all((b[1] - a[1]) % 65536 == 1 and (b[2] - a[2]) % 2**32 == 160 for a, b in pairwise(fields))
    assert all(len(packet) == 172 for _, packet in packets)


async def test_the_greeting_is_the_same_in_each_call_and_comes_within_3_seconds(world: PhoneWorld) -> None:
    phones = [await world.phone() for _ in range(2)]
    for phone in phones:
        await phone.dial()
    listened = await asyncio.gather(*(phone.packets(1.0) for phone in phones))
    heard = [b"".join(packet[12:] for _, packet in packets).strip(b"\xd5") for packets in listened]
    assert len(heard[0]) > 2000
    assert heard[0] == heard[1]


@pytest.mark.parametrize(
    ("formats", "maps", "law"),
    [
        ("0 8", f"{MU_LAW}a=rtpmap:8 PCMA/8000\r\n", 8),
        ("0", MU_LAW, 0),
        ("8", "", 8),
        ("18 0 101", f"{MU_LAW}a=rtpmap:101 telephone-event/8000\r\n", 0),
    ],
)
async def test_a_law_is_preferred_and_mu_law_alone_accepted(
    world: PhoneWorld, formats: str, maps: str, law: int
) -> None:
    phone = await world.phone()
    answer = await phone.dial(phone.sdp(formats, maps))
    assert f"RTP/AVP {law}" in answer.body
    assert rtp_fields((await phone.packets(0.1))[0][1])[0] == law


async def test_without_g711_488(world: PhoneWorld) -> None:
    phone = await world.phone()
    phone.send(phone.request("INVITE", phone.sdp("18", "a=rtpmap:18 G729/8000\r\n")))
    assert (await phone.final()).status == 488


@pytest.mark.parametrize(
    "body",
    [
        "garbage",
        "v=x\r\n",
        f"{SDP}m=audio eight RTP/AVP 8\r\n",
        f"{SDP}m=audio 4000 RTP/AVP 8\r\na=rtpmap:eight PCMA/8000\r\n",
        f"{SDP}m=audio 4000 RTP/AVP 8\r\na=rtpmap:8 PCMA/fast\r\n",
        f"{SDP}m=audio 70000 RTP/AVP 8\r\n",
        f"{SDP}m=audio 0 RTP/AVP 8\r\n",
        f"{SDP}m=audio\r\n",
        f"{SDP}m=video 4000 RTP/AVP 31\r\n",
        "v=0\r\nm=audio 4000 RTP/AVP 8\r\n",
        "v=0\r\nc=IN IP4 not.an.address\r\nm=audio 4000 RTP/AVP 8\r\n",
        "\x00\x01\x02",
    ],
)
async def test_a_broken_offer_gets_a_final_answer(world: PhoneWorld, body: str) -> None:
    phone = await world.phone()
    phone.send(phone.request("INVITE", body))
    assert (await phone.final()).status in (400, 488)
    assert world.line.calls == 0


async def test_an_unknown_body_an_unknown_extension_and_a_dead_dialogue_are_refused(world: PhoneWorld) -> None:
    phone = await world.phone()
    phone.send(phone.request("INVITE", "hello", extra="Content-Type: text/plain\r\n"))
    assert (await phone.final()).status == 415
    phone.send(phone.request("INVITE", phone.sdp(), extra="Require: teleportation\r\n"))
    refused = await phone.final()
    assert (refused.status, refused.header("Unsupported")) == (420, "teleportation")
    phone.to_tag = "nobody"
    for method in ("INVITE", "BYE"):
        phone.send(phone.request(method, phone.sdp() if method == "INVITE" else ""))
        assert (await phone.final()).status == 481


async def test_a_repeated_invite_makes_one_call_and_gets_the_same_answer_again(world: PhoneWorld) -> None:
    phone = await world.phone()
    invite = phone.request("INVITE", phone.sdp())
    for _ in range(3):
        phone.send(invite)
    first = await phone.final()
    phone.send(invite)
    again = await phone.final()
    assert first.text == again.text
    assert world.line.calls == 1


async def test_two_calls_of_a_phone_that_reuses_its_branch_are_two_calls(world: PhoneWorld) -> None:
    for _ in range(2):
        phone = await world.phone()
        phone.send(phone.request("INVITE", phone.sdp(), branch="z9hG4bKalways"))
        assert phone.call_id in (await phone.final()).text
    assert world.line.calls == 2


async def test_a_call_that_begins_on_hold_is_greeted_when_it_is_taken_off(world: PhoneWorld) -> None:
    phone = await world.phone()
    answer = await phone.dial(phone.sdp(direction="sendonly"))
    assert "a=recvonly" in answer.body
    assert await phone.packets(0.3) == []
    phone.send(phone.request("INVITE", phone.sdp()))
    await phone.final()
    phone.ack()
    assert any(packet[12:].strip(b"\xd5") for _, packet in await phone.packets(0.5))


async def test_keys_come_under_the_offered_number_and_each_counts_once(world: PhoneWorld) -> None:
    phone = await world.phone()
    maps = "a=rtpmap:8 PCMA/8000\r\na=rtpmap:96 telephone-event/8000\r\n"
    answer = await phone.dial(phone.sdp("8 96", maps))
    assert "a=rtpmap:96 telephone-event/8000" in answer.body
    await asyncio.sleep(0.3)
    for place, key in enumerate((1, 5, 5, 9)):
        phone.send_key(key, 96, 100 + 10 * place, 16000 + 1600 * place)
    await asyncio.sleep(0.5)
    assert [turn.text for turn in world.turns] == ["1559"]


async def test_keys_come_by_info_too(world: PhoneWorld) -> None:
    phone = await world.phone()
    await phone.dial()
    for body in ("Signal=1\r\nDuration=250\r\n", "Signal= 2\r\n", "3", "Signal=#\r\n"):
        kind = "dtmf" if body == "3" else "dtmf-relay"
        phone.send(phone.request("INFO", body, extra=f"Content-Type: application/{kind}\r\n"))
        assert (await phone.final()).status == 200
    await asyncio.sleep(0.2)
    assert [turn.text for turn in world.turns] == ["123"]


async def test_on_hold_nothing_is_sent_and_afterwards_the_numbers_go_on(world: PhoneWorld) -> None:
    phone = await world.phone()
    await phone.dial()
    before = rtp_fields((await phone.packets(0.3))[-1][1])
    phone.send(phone.request("INVITE", phone.sdp(direction="sendonly")))
    answer = await phone.final()
    phone.ack()
    assert "a=recvonly" in answer.body
    await asyncio.sleep(0.1)
    assert len(await phone.packets(0.5)) <= 1
    phone.send(phone.request("INVITE", phone.sdp()))
    answer = await phone.final()
    phone.ack()
    assert "a=sendrecv" in answer.body
    after = [rtp_fields(packet) for _, packet in await phone.packets(0.3)]
    assert len(after) > 10
    assert (after[0][1] - before[1]) % 65536 < 30
    assert (after[0][2] - before[2]) % 2**32 > 0.5 * 8000


async def test_a_session_version_grows_with_each_answer(world: PhoneWorld) -> None:
    phone = await world.phone()
    first = await phone.dial()
    phone.send(phone.request("INVITE", phone.sdp(direction="inactive")))
    second = await phone.final()
    phone.ack()
    versions = [int(answer.body.split("o=")[1].split()[2]) for answer in (first, second)]
    assert versions[1] == versions[0] + 1
    assert "a=inactive" in second.body


async def test_an_offer_that_cannot_be_served_in_a_call_leaves_the_call_as_it_was(world: PhoneWorld) -> None:
    phone = await world.phone()
    await phone.dial()
    phone.send(phone.request("INVITE", phone.sdp("18", "")))
    assert (await phone.final()).status == 488
    assert len(await phone.packets(0.3)) > 10


async def test_a_call_that_is_cancelled_while_it_rings_gets_487(open_world: OpenWorld) -> None:
    world = await open_world(ring_seconds=0.3)
    phone = await world.phone()
    phone.send(phone.request("INVITE", phone.sdp(), branch="z9hG4bKcancelled"))
    assert [(await phone.message()).status for _ in range(2)] == [100, 180]
    phone.send(phone.request("CANCEL", branch="z9hG4bKcancelled", number=1))
    assert sorted([(await phone.final()).status, (await phone.final()).status]) == [200, 487]
    phone.send(phone.request("ACK", branch="z9hG4bKcancelled", number=1))
    await world.idle()
    assert await phone.silence(0.5)


async def test_a_call_too_many_is_busy_and_the_next_one_after_it_is_taken(open_world: OpenWorld) -> None:
    world = await open_world(max_calls=1)
    first, second = await world.phone(), await world.phone()
    await first.dial()
    second.send(second.request("INVITE", second.sdp(), branch="z9hG4bKbusy"))
    refused = await second.final()
    assert refused.status == 486
    second.send(second.request("ACK", branch="z9hG4bKbusy", number=1))
    first.send(first.request("BYE"))
    assert (await first.final()).status == 200
    await world.idle()
    third = await world.phone()
    await third.dial()


async def test_a_refusal_is_repeated_until_it_is_acknowledged(
    open_world: OpenWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sip_socket, "_FIRST_REPEAT_SECONDS", 0.1)
    world = await open_world()
    phone = await world.phone()
    phone.send(phone.request("INVITE", phone.sdp("18", ""), branch="z9hG4bKagain"))
    assert (await phone.final()).status == 488
    assert (await phone.final()).status == 488
    phone.send(phone.request("ACK", branch="z9hG4bKagain", number=1))
    assert await phone.silence(0.5)


async def test_too_many_calls_a_second_get_503_with_retry_after(open_world: OpenWorld) -> None:
    world = await open_world(is_demo=False, invites_per_second=1)
    statuses = []
    for _ in range(3):
        phone = await world.phone()
        phone.send(phone.request("INVITE", phone.sdp()))
        answer = await phone.final()
        statuses.append(answer.status)
    assert statuses == [200, 200, 503]
    assert answer.header("Retry-After").isdigit()


async def test_who_is_not_allowed_gets_no_answer_at_all(open_world: OpenWorld) -> None:
    world = await open_world(is_demo=False, allow_peers=["127.0.0.1/32"])
    stranger = await world.phone("127.0.0.2")
    stranger.send(stranger.request("OPTIONS"))
    stranger.send(stranger.request("INVITE", stranger.sdp()))
    assert await stranger.silence(0.3)


async def test_options_are_answered_and_garbage_is_not(world: PhoneWorld) -> None:
    phone = await world.phone()
    for rubbish in (b"\r\n\r\n", b"", b"\x00" * 40, b"garbage\r\n\r\n", b"INVITE\r\n", b"\xff\xfe" * 900, b"x" * 60000):
        phone.send(rubbish)
    phone.send("INVITE sip:a SIP/2.0\r\nVia: nonsense\r\nCSeq: one INVITE\r\n\r\n")
    phone.send(phone.request("OPTIONS"))
    answer = await phone.final()
    assert answer.status == 200
    assert "INVITE" in answer.header("Allow")


async def test_an_unknown_method_gets_405(world: PhoneWorld) -> None:
    phone = await world.phone()
    phone.send(phone.request("DANCE"))
    assert (await phone.final()).status == 405


async def test_a_call_that_is_never_acknowledged_ends(world: PhoneWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transaction, "T1", 0.05)
    monkeypatch.setattr(transaction, "TIMER_H", 0.6)
    phone = await world.phone()
    await phone.dial(acknowledge=False)
    assert (await phone.final()).status == 200  # the answer is repeated meanwhile
    await phone.until("BYE")
    await world.idle()
    assert transaction.TIMER_H == 0.6


async def test_without_the_patch_the_library_waits_32_seconds() -> None:
    assert transaction.TIMER_H == 32.0


async def test_a_caller_who_vanishes_is_noticed(open_world: OpenWorld) -> None:
    world = await open_world(rtp_timeout_seconds=1)
    phone = await world.phone()
    await phone.dial()
    phone.send_rtp(8, 1, 160, b"\xd5" * 160)
    await phone.until("BYE", 5)
    await world.idle()


async def test_our_bye_is_repeated_until_it_is_answered(world: PhoneWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sip_socket, "_FIRST_REPEAT_SECONDS", 0.1)
    phone = await world.phone()
    await phone.dial()
    phone.send(phone.request("INFO", "Signal=8\r\n", extra="Content-Type: application/dtmf-relay\r\n"))
    phone.send(phone.request("INFO", "Signal=8\r\n", extra="Content-Type: application/dtmf-relay\r\n"))
    phone.send(phone.request("INFO", "Signal=#\r\n", extra="Content-Type: application/dtmf-relay\r\n"))
    first, again = await phone.until("BYE"), await phone.until("BYE")
    assert first.text == again.text
    phone.answer_to(again)
    assert await phone.silence(0.5)


async def test_a_person_takes_the_call(open_world: OpenWorld) -> None:
    world = await open_world(agent_uri="sip:agents@127.0.0.1:5099")
    phone = await world.phone()
    await phone.dial()
    refer = await _referred(phone)
    assert refer.header("Refer-To") == "<sip:agents@127.0.0.1:5099>"
    assert refer.header("X-Gridtalk-Conversation") == f"phone:{phone.call_id}"
    assert refer.header("X-Gridtalk-Summary").startswith("%E5%81%9C%E7%94%B5")
    assert refer.header("Priority") == "emergency"
    phone.answer_to(refer, "202 Accepted")
    for status in ("100 Trying", "200 OK"):
        _notify(phone, status)
        assert (await phone.final()).status == 200
    bye = await phone.until("BYE")
    phone.answer_to(bye)
    await world.idle()


async def test_nobody_takes_the_call_and_it_goes_on(open_world: OpenWorld) -> None:
    world = await open_world(agent_uri="sip:agents@127.0.0.1:5099")
    phone = await world.phone()
    await phone.dial()
    refer = await _referred(phone)
    phone.answer_to(refer, "202 Accepted")
    _notify(phone, "486 Busy Here")
    await asyncio.sleep(0.5)
    assert world.line.calls == 1
    assert len(await phone.packets(0.3)) > 10


async def test_a_refused_refer_is_no_transfer(open_world: OpenWorld) -> None:
    world = await open_world(agent_uri="sip:agents@127.0.0.1:5099")
    phone = await world.phone()
    await phone.dial()
    refer = await _referred(phone)
    phone.answer_to(refer, "405 Method Not Allowed")
    await asyncio.sleep(0.3)
    assert world.line.calls == 1


async def test_an_invite_without_an_offer_gets_ours_and_the_ack_brings_the_answer(world: PhoneWorld) -> None:
    phone = await world.phone()
    answer = await phone.dial("", acknowledge=False)
    assert "m=audio" in answer.body
    assert "RTP/AVP 8 0 101" in answer.body
    phone.ack(phone.sdp("8 101"))
    await asyncio.sleep(0.1)
    assert len(await phone.packets(0.4)) > 12


async def test_record_route_is_copied_into_the_answer(world: PhoneWorld) -> None:
    phone = await world.phone()
    phone.send(phone.request("INVITE", phone.sdp(), extra="Record-Route: <sip:proxy.example;lr>\r\n"))
    assert (await phone.final()).header("Record-Route") == "<sip:proxy.example;lr>"


async def test_sound_of_strangers_is_not_heard_and_ours_goes_where_it_should(world: PhoneWorld) -> None:
    phone, stranger = await world.phone(), await world.phone("127.0.0.2")
    await phone.dial()
    stranger.rtp_target = phone.rtp_target
    for number in range(20):
        stranger.send_rtp(8, number, 160 * number, b"\x00" * 160)
    assert len(await phone.packets(0.3)) > 10
    assert await stranger.packets(0.1) == []


async def test_rubbish_on_the_sound_port_hurts_nobody(world: PhoneWorld) -> None:
    phone = await world.phone()
    await phone.dial()
    for payload_type in (8, 101, 13, 77):
        for payload in (b"", b"\x01", b"\xff" * 3, b"\x00" * 1500):
            phone.send_rtp(payload_type, 1, 1, payload)
    phone._rtp.sendto(b"\x80", phone.rtp_target)
    phone._rtp.sendto(b"\xbf\x08" + b"\xff" * 30, phone.rtp_target)
    assert len(await phone.packets(0.3)) > 10


async def test_the_call_is_on_file_with_its_conversation_and_two_channels(open_world: OpenWorld) -> None:
    world = await open_world(recorded=True)
    phone = await world.phone()
    phone.call_id = "../../etc/passwd@evil"
    await phone.dial()
    for number in range(40):
        phone.send_rtp(8, number, 160 * number, b"\x10" * 160)
        await asyncio.sleep(0.02)
    phone.send(phone.request("BYE"))
    await phone.final()
    await world.idle()
    (record,) = world.folder.rglob("*.json")
    (sound,) = world.folder.rglob("*.wav")
    assert record.parent == world.folder / "2026-11-21"
    found = orjson.loads(record.read_bytes())
    assert found["id"] == "phone:../../etc/passwd@evil"
    assert found["outcome"] == "caller"
    assert found["recording"] == sound.name
    assert found["line"]["packets_received"] >= 35
    with wave.open(str(sound)) as file:
        assert (file.getnchannels(), file.getframerate()) == (2, 8000)
        assert file.getnframes() > 5000


async def _referred(phone: RawPhone) -> Message:
    """Ask for a person by key and return the REFER."""
    phone.send(phone.request("INFO", "Signal=9\r\n", extra="Content-Type: application/dtmf-relay\r\n"))
    phone.send(phone.request("INFO", "Signal=9\r\n", extra="Content-Type: application/dtmf-relay\r\n"))
    phone.send(phone.request("INFO", "Signal=#\r\n", extra="Content-Type: application/dtmf-relay\r\n"))
    return await phone.until("REFER", 8)


def _notify(phone: RawPhone, status: str) -> None:
    body = f"SIP/2.0 {status}\r\n"
    kind = "Event: refer\r\nSubscription-State: active\r\nContent-Type: message/sipfrag\r\n"
    phone.send(phone.request("NOTIFY", body, extra=kind))


async def test_a_port_that_another_program_took_meanwhile_is_replaced(open_world: OpenWorld) -> None:
    world = await open_world(ring_seconds=0.3)
    phone = await world.phone()
    phone.send(phone.request("INVITE", phone.sdp()))
    await phone.until("SIP/2.0 180")
    (call,) = world.line._calls.values()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", call.port))
        answer = await phone.final()
    assert answer.status == 200
    assert f"m=audio {other_port(answer)} " in answer.body
    assert other_port(answer) == call.port


def other_port(answer: Message) -> int:
    return int(answer.body.split("m=audio ")[1].split()[0])
