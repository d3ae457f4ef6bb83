"""`phone` in credentials.yml: the SIP line, AudioSocket for Asterisk, the WebSocket for FreeSWITCH."""

from __future__ import annotations

import ipaddress
from typing import Annotated

from pydantic import Field, SecretStr

from connectors.section import Section

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Host = Annotated[str, Field(min_length=1, max_length=253)]
LOOPBACK: tuple[Network, ...] = (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128"))


class SipSettings(Section):
    """`phone.sip`: one UDP socket, one peer or a few (an SBC, a PBX)."""

    bind: Host = "0.0.0.0"
    port: int = Field(5060, ge=0, le=65535)
    """0: off."""
    advertised_host: Host | None = None
    """What peers are told to send to, where that is not the address that we listen on (NAT)."""
    allow_peers: tuple[Network, ...] = LOOPBACK
    max_calls: int = Field(60, ge=1, le=2000)
    agent_uri: Annotated[str, Field(pattern=r"^sips?:[^\s<>]+$")] | None = None
    """Where a person answers; without it a wish for a person becomes a call back."""
    ring_seconds: float = Field(0.3, ge=0, le=10)
    """How long it rings before we answer: time for the caller to think better of it."""
    rtp_ports: tuple[int, int] = (20000, 21999)
    """First and last UDP port for sound; each call takes an even one and the next."""
    invites_per_second: float = Field(20.0, gt=0)
    rtp_timeout_seconds: float = Field(20.0, ge=1)
    """Without a packet for so long (not on hold), the call is over."""
    transfer_timeout_seconds: float = Field(30.0, ge=1)


class AudioSocketSettings(Section):
    """`phone.audiosocket`: Asterisk's AudioSocket application calls here (TCP)."""

    bind: Host = "127.0.0.1"
    port: int = Field(9092, ge=0, le=65535)
    allow_peers: tuple[Network, ...] = LOOPBACK
    max_calls: int = Field(60, ge=1, le=2000)


class FreeSwitchSettings(Section):
    """`phone.freeswitch`: mod_audio_stream sends a call's sound here by WebSocket."""

    bind: Host = "127.0.0.1"
    port: int = Field(9093, ge=0, le=65535)
    token: Annotated[SecretStr, Field(min_length=16)]
    """Must come as ?token=... : a WebSocket has no other lock."""
    max_calls: int = Field(60, ge=1, le=2000)


class CallSettings(Section):
    """`phone.call`: how a call is held."""

    notice: str = "本次通话将会录音。"
    """Said first, where calls are recorded; speech does not interrupt it, so keep it short."""
    is_recorded: bool = True
    keep_days: int = Field(180, ge=1)
    """Recordings and call records are deleted after so many days."""
    max_seconds: float = Field(1800.0, ge=30)


class PhoneSettings(Section):
    """All ways in which a call can arrive."""

    sip: SipSettings | None = None
    audiosocket: AudioSocketSettings | None = None
    freeswitch: FreeSwitchSettings | None = None
    call: CallSettings = Field(default_factory=CallSettings)
