"""Scenarios for sipp, put together of steps: what is sent, what must come. Written here, run by the real sipp."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

_TARGET = "sip:95598@[remote_ip]:[remote_port]"
_SDP = """v=0
o=sipp 1 {version} IN IP4 [local_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio {port} RTP/AVP 8 101
a=rtpmap:8 PCMA/8000
a=rtpmap:101 telephone-event/8000
a={direction}
"""
RINGING = '<recv response="100" optional="true"/><recv response="180" optional="true"/>'


def send(
    method: str, number: int, body: str = "", *, kind: str = "", extra: str = "", branch: str = "[branch]", **told: str
) -> str:
    """Send a request; `to_tag=""`: without the answer's tag; `retrans`: milliseconds before sipp repeats it."""
    tag = told.get("to_tag", "[peer_tag_param]")
    attributes = f' retrans="{told["retrans"]}"' if told.get("retrans") else ""
    lines = [
        f"{method} {_TARGET} SIP/2.0",
        f"Via: SIP/2.0/UDP [local_ip]:[local_port];branch={branch}",
        "From: <sip:sipp[call_number]@[local_ip]:[local_port]>;tag=[pid]T[call_number]",
        f"To: <{_TARGET}>{tag}",
        "Call-ID: [call_id]",
        f"CSeq: {number} {method}",
        "Contact: <sip:sipp[call_number]@[local_ip]:[local_port]>",
        "Max-Forwards: 70",
        *([extra] if extra else []),
        *([f"Content-Type: {kind}"] if kind else []),
        "Content-Length: [len]",
    ]
    return f"<send{attributes}><![CDATA[\n\n" + "\n".join(lines) + f"\n\n{body}\n]]></send>"


def sdp(direction: str = "sendrecv", version: int = 1, port: str = "[rtpstream_audio_port]") -> str:
    """Return an offer."""
    return _SDP.format(direction=direction, version=version, port=port)


def invite(number: int = 1, direction: str = "sendrecv", **told: str) -> str:
    """Send an INVITE; the first has no tag of the other side."""
    told = {"retrans": "500"} | ({"to_tag": ""} if number == 1 else {}) | told
    return send("INVITE", number, sdp(direction, number), kind="application/sdp", **told)


def dial() -> str:
    """INVITE, 200, ACK."""
    return invite() + RINGING + '<recv response="200"/>' + send("ACK", 1)


def reinvite(number: int, direction: str) -> str:
    """A further offer, answered."""
    return invite(number, direction) + '<recv response="100" optional="true"/>' + received(200) + send("ACK", number)


def key(number: int, digit: str) -> str:
    """A key by SIP INFO, answered."""
    body = f"Signal={digit}\nDuration=160\n"
    return send("INFO", number, body, kind="application/dtmf-relay", retrans="500") + received(200)


def bye(number: int) -> str:
    """Hang up."""
    return send("BYE", number, retrans="500") + received(200)


def received(status: int) -> str:
    """An answer must come."""
    return f'<recv response="{status}"/>'


def requested(method: str, answer: str = "200 OK", extra: str = "") -> str:
    """A request of the line must come, and is answered."""
    copied = "[last_Via:]\n[last_From:]\n[last_To:]\n[last_Call-ID:]\n[last_CSeq:]\n"
    reply = f"<send><![CDATA[\n\nSIP/2.0 {answer}\n{copied}{extra}Content-Length: 0\n\n]]></send>"
    return f'<recv request="{method}"/>{reply}'


def notify(number: int, status: str) -> str:
    """Report how a transfer goes, in a request of our own."""
    extra = "Event: refer\nSubscription-State: active;expires=60"
    body = f"SIP/2.0 {status}\n"
    return send("NOTIFY", number, body, kind="message/sipfrag", extra=extra, retrans="500") + received(200)


def pause(milliseconds: int) -> str:
    """Wait."""
    return f'<pause milliseconds="{milliseconds}"/>'


def talk(sound: Path, milliseconds: int) -> str:
    """Send a file of A-law for so long."""
    return f'<nop><action><exec rtp_stream="{sound},-1,8"/></action></nop>' + pause(milliseconds)


async def run_sipp(
    port: int, folder: Path, *steps: str, calls: int = 1, seconds: int = 12, lost_percent: int = 0
) -> tuple[int, str]:
    """Let sipp make calls at once; return its status and what it printed. lost_percent: of the packets, both ways."""
    file = folder / "scenario.xml"
    file.write_text(f'<?xml version="1.0" encoding="UTF-8" ?>\n<scenario name="test">{"".join(steps)}</scenario>\n')
    lost = ["-lost", str(lost_percent)] if lost_percent else []
    return await run(
        "sipp", f"127.0.0.1:{port}", "-sf", str(file), "-i", "127.0.0.1", "-mi", "127.0.0.1",
        "-m", str(calls), "-l", str(calls), "-r", "50", "-nostdin", "-timeout", str(seconds),
        "-recv_timeout", "4000", *lost, cwd=folder, within_seconds=seconds + 5,
    )  # fmt: skip


async def run(*command: str, within_seconds: float = 40.0, cwd: Path | None = None) -> tuple[int, str]:
    """Run a program; return its status and what it printed."""
    process = await asyncio.create_subprocess_exec(
        *command, cwd=cwd, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        env=os.environ | {"TERM": "dumb"},
    )  # fmt: skip
    try:
        printed, _ = await asyncio.wait_for(process.communicate(), within_seconds)
    except TimeoutError:
        process.kill()
        printed, _ = await process.communicate()
    return process.returncode or 0, printed.decode(errors="replace")
