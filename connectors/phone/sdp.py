"""Offers and answers of sound (RFC 4566, RFC 3264): G.711 alone, A-law first, keys under the offered number."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Literal

from aiosipua import SdpMessage, SdpNegotiationError, negotiate_sdp, parse_sdp
from aiosipua.sdp import Codec, MediaDescription

from connectors.phone.errors import OfferRefused
from connectors.phone.g711 import PCMA, PCMU

Direction = Literal["sendrecv", "sendonly", "recvonly", "inactive"]
_DIRECTIONS: tuple[Direction, ...] = ("sendrecv", "sendonly", "recvonly", "inactive")
_KEYS_TYPE = 101


@dataclass(frozen=True, slots=True)
class Offer:
    """What the other side wants to send and where it wants to hear us."""

    message: SdpMessage
    address: tuple[str, int]
    payload_type: int
    """8 (A-law) where it is offered, else 0 (mu-law)."""
    keys_type: int | None
    """The offered payload number of telephone-event, if any."""
    direction: Direction
    """As the other side sees it: `sendonly` puts us on hold."""

    @property
    def we_may_send(self) -> bool:
        """Say whether the other side wants to hear anything now."""
        return self.direction in ("sendrecv", "recvonly") and self.address[0] not in ("0.0.0.0", "::")


def read_offer(text: str) -> Offer:
    """Read an offer or an answer. Raises OfferRefused (400 when it is broken, 488 when there is no G.711 in it)."""
    try:
        message = parse_sdp(text)
    except (ValueError, IndexError, TypeError) as error:
        raise OfferRefused(400, "Bad Session Description") from error
    audio = message.audio
    if audio is None or not 0 < audio.port <= 65535 or not audio.proto.startswith("RTP/AVP"):
        raise OfferRefused(488, "Not Acceptable Here")
    payload_type = next((law for law in (PCMA, PCMU) if any(codec.payload_type == law for codec in audio.codecs)), None)
    if payload_type is None:
        raise OfferRefused(488, "Not Acceptable Here")
    return Offer(message, _address(message), payload_type, _keys_type(audio.codecs), _direction(message, audio))


def answer_to(offer: Offer, *, host: str, port: int, version: int) -> SdpMessage:
    """Return our answer: one law, 20 ms, the offered number for keys; `version` grows with each answer of a call."""
    audio = offer.message.audio
    assert audio is not None
    for direction in _DIRECTIONS:
        audio.attributes.pop(direction, None)
    audio.attributes[offer.direction] = []
    audio.attributes["ptime"] = ["20"]
    try:
        answer, _ = negotiate_sdp(
            offer.message,
            host,
            port,
            supported_codecs=[offer.payload_type],
            dtmf_payload_type=offer.keys_type or 0,
        )
    except SdpNegotiationError as error:
        raise OfferRefused(488, "Not Acceptable Here") from error
    answer.origin.session_id, answer.origin.session_version = "1", str(version)
    return answer


def offer_of_ours(*, host: str, port: int, version: int = 1, laws: tuple[int, ...] = (PCMA, PCMU)) -> str:
    """Return an offer in our own words: for a call that we make, and for an INVITE that came without one."""
    family = "IP6" if ":" in host else "IP4"
    names = {PCMA: "PCMA", PCMU: "PCMU"}
    lines = [
        "v=0",
        f"o=- 1 {version} IN {family} {host}",
        "s=-",
        f"c=IN {family} {host}",
        "t=0 0",
        f"m=audio {port} RTP/AVP {' '.join(map(str, laws))} {_KEYS_TYPE}",
        *(f"a=rtpmap:{law} {names[law]}/8000" for law in laws),
        f"a=rtpmap:{_KEYS_TYPE} telephone-event/8000",
        f"a=fmtp:{_KEYS_TYPE} 0-16",
        "a=ptime:20",
        "a=sendrecv",
    ]
    return "\r\n".join(lines) + "\r\n"


def _address(message: SdpMessage) -> tuple[str, int]:
    address = message.rtp_address
    if address is None:
        raise OfferRefused(400, "Bad Session Description")
    try:
        ipaddress.ip_address(address[0])
    except ValueError as error:  # a name would need a look-up, and no phone sends one
        raise OfferRefused(488, "Not Acceptable Here") from error
    return address


def _keys_type(codecs: list[Codec]) -> int | None:
    found = (codec.payload_type for codec in codecs if codec.encoding_name.lower() == "telephone-event")
    return next((number for number in found if 0 < number < 128), None)


def _direction(message: SdpMessage, audio: MediaDescription) -> Direction:
    """The medium's own direction, else the session's."""
    for attributes in (audio.attributes, message.attributes):
        for direction in _DIRECTIONS:
            if direction in attributes:
                return direction
    return "sendrecv"
