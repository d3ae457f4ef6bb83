"""Small parts of the phone: laws, who may call, ports, settings, retention."""

from __future__ import annotations

from datetime import date
from ipaddress import ip_network
from pathlib import Path

import numpy as np
import pytest

from connectors.phone.assembly import phone_settings
from connectors.phone.errors import LineUnavailable, OfferRefused, PhoneError
from connectors.phone.g711 import CODECS, PCMA, PCMU
from connectors.phone.gate import InviteRate, PeerList
from connectors.phone.ports import SoundPorts
from connectors.phone.retention import delete_days_before
from connectors.phone.sdp import offer_of_ours, read_offer
from connectors.phone.settings import PhoneSettings, SipSettings


def test_a_law_has_the_sign_bit_of_the_recommendation_and_silence_is_positive_zero() -> None:
    a_law, mu_law = CODECS[PCMA], CODECS[PCMU]
    assert a_law.encode(np.int16(1000).tobytes()) == b"\xfa"
    assert a_law.encode(np.int16(-1000).tobytes()) == b"\x7a"
    assert a_law.encode(bytes(4)) == b"\xd5\xd5"
    assert mu_law.encode(bytes(2)) == b"\xff"


@pytest.mark.parametrize("law", [PCMA, PCMU])
def test_a_law_and_mu_law_return_what_they_got_within_their_steps(law: int) -> None:
    samples = np.arange(-32768, 32768, 7).astype(np.int16)
    decoded = np.frombuffer(CODECS[law].decode(CODECS[law].encode(samples.tobytes())), np.int16)
    error = np.abs(decoded.astype(int) - samples.astype(int))
    assert np.all(error <= np.maximum(np.abs(samples.astype(int)) / 16, 17))
    every = bytes(range(256))
    again = CODECS[law].encode(CODECS[law].decode(every))
    assert sum(a != b for a, b in zip(every, again, strict=True)) <= 1  # mu-law has two zeros


def test_peers_are_networks_and_loopback_is_a_peer_of_the_demo() -> None:
    peers = PeerList((ip_network("10.1.0.0/16"),), with_loopback=False)
    assert "10.1.2.3" in peers
    assert "::ffff:10.1.2.3" in peers
    assert "10.2.0.1" not in peers
    assert "127.0.0.1" not in peers
    assert "nonsense" not in peers
    assert "127.9.9.9" in PeerList((), with_loopback=True)


def test_a_peer_may_call_in_bursts_of_two_seconds_worth_and_then_at_the_rate() -> None:
    now = [0.0]
    rate = InviteRate(2, spares_loopback=False, clock=lambda: now[0])
    assert [rate.admits("10.0.0.1") for _ in range(6)] == [True] * 4 + [False] * 2
    assert rate.admits("10.0.0.2")
    now[0] = 1.0
    assert [rate.admits("10.0.0.1") for _ in range(3)] == [True, True, False]


def test_loopback_is_not_counted_in_a_demo() -> None:
    rate = InviteRate(0.01, spares_loopback=True)
    assert all(rate.admits("127.0.0.1") for _ in range(50))


def test_ports_come_in_even_pairs_the_oldest_first_and_run_out() -> None:
    ports = SoundPorts("127.0.0.1", 28001, 28006)
    first, second = ports.take(), ports.take()
    assert (first, second) == (28002, 28004)
    with pytest.raises(LineUnavailable):
        ports.take()
    ports.give_back(first)
    assert ports.take() == first


def test_our_own_offer_is_read_as_it_was_meant() -> None:
    offer = read_offer(offer_of_ours(host="127.0.0.1", port=4000))
    assert (offer.payload_type, offer.keys_type, offer.address) == (8, 101, ("127.0.0.1", 4000))
    assert offer.we_may_send


def test_hold_is_read_from_the_medium_the_session_or_the_address() -> None:
    plain = offer_of_ours(host="127.0.0.1", port=4000)
    assert not read_offer(plain.replace("sendrecv", "sendonly")).we_may_send
    at_session = plain.replace("a=sendrecv\r\n", "").replace("t=0 0\r\n", "t=0 0\r\na=inactive\r\n")
    assert read_offer(at_session).direction == "inactive"
    assert not read_offer(plain.replace("c=IN IP4 127.0.0.1", "c=IN IP4 0.0.0.0")).we_may_send


def test_an_offer_without_an_address_is_broken() -> None:
    with pytest.raises(OfferRefused) as refused:
        read_offer("v=0\r\nm=audio 4000 RTP/AVP 8\r\n")
    assert refused.value.status == 400


def test_the_demo_listens_on_loopback_and_the_environment_names_the_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GRIDTALK_SIP_PORT", raising=False)
    demo = phone_settings(None, is_demo=True)
    assert demo is not None
    assert demo.sip is not None
    assert (demo.sip.bind, demo.sip.port) == ("127.0.0.1", 5060)
    assert phone_settings(None, is_demo=False) is None
    told = PhoneSettings(sip=SipSettings(port=5080, max_calls=3))
    monkeypatch.setenv("GRIDTALK_SIP_PORT", "6000")
    found = phone_settings(told, is_demo=True)
    assert found is not None
    assert found.sip is not None
    assert (found.sip.bind, found.sip.port, found.sip.max_calls) == ("127.0.0.1", 6000, 3)
    monkeypatch.setenv("GRIDTALK_SIP_PORT", "0")
    off = phone_settings(told, is_demo=True)
    assert off is not None
    assert off.sip is None
    monkeypatch.setenv("GRIDTALK_SIP_PORT", "sixty")
    with pytest.raises(PhoneError, match="GRIDTALK_SIP_PORT"):
        phone_settings(told, is_demo=True)


def test_days_that_are_over_are_deleted_and_nothing_else(tmp_path: Path) -> None:
    for name in ("2026-05-01", "2026-11-20", "outcomes"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.wav").write_bytes(b"x")
    assert delete_days_before(tmp_path, date(2026, 11, 21), 180) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["2026-11-20", "outcomes"]
