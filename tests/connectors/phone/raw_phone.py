"""A telephone of bare sockets: says exactly what the test writes, and shows exactly what comes back."""

from __future__ import annotations

import asyncio
import struct
import uuid
from dataclasses import dataclass, field


class _Inbox(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.queue: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

    def datagram_received(self, data: bytes, addr: object) -> None:
        self.queue.put_nowait((asyncio.get_running_loop().time(), data))

    def error_received(self, exc: Exception) -> None:
        """Nobody listens there."""


@dataclass(frozen=True, slots=True)
class Message:
    """One SIP message as it came."""

    text: str

    @property
    def start(self) -> str:
        """The first line."""
        return self.text.split("\r\n", 1)[0]

    @property
    def status(self) -> int:
        """Of an answer; 0 for a request."""
        return int(self.start.split()[1]) if self.start.startswith("SIP/2.0") else 0

    @property
    def body(self) -> str:
        """What follows the headers."""
        return self.text.partition("\r\n\r\n")[2]

    def header(self, name: str) -> str:
        """The first value of a header, or nothing."""
        lines = (line.partition(":") for line in self.text.split("\r\n\r\n")[0].split("\r\n")[1:])
        return next((value.strip() for found, _, value in lines if found.lower() == name.lower()), "")


SDP = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"


@dataclass
class RawPhone:
    """One call's worth of sockets."""

    target: tuple[str, int]
    host: str = "127.0.0.1"
    call_id: str = field(default_factory=lambda: uuid.uuid4().hex)
    to_tag: str = ""
    number: int = 0
    rtp_target: tuple[str, int] | None = None

    async def open(self) -> RawPhone:
        loop = asyncio.get_running_loop()
        self._sip, self._messages = await loop.create_datagram_endpoint(_Inbox, local_addr=(self.host, 0))
        self._rtp, self._packets = await loop.create_datagram_endpoint(_Inbox, local_addr=(self.host, 0))
        self.port = self._sip.get_extra_info("sockname")[1]
        self.rtp_port = self._rtp.get_extra_info("sockname")[1]
        return self

    def close(self) -> None:
        self._sip.close()
        self._rtp.close()

    def sdp(self, formats: str = "8 101", maps: str | None = None, direction: str = "sendrecv") -> str:
        lines = maps if maps is not None else "a=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
        return f"{SDP}m=audio {self.rtp_port} RTP/AVP {formats}\r\n{lines}a={direction}\r\n"

    def request(self, method: str, body: str = "", *, extra: str = "", branch: str = "", number: int = 0) -> str:
        """Return a request; the next CSeq unless one is given."""
        if not number:
            self.number += method != "ACK"
            number = self.number
        branch = branch or f"z9hG4bK{uuid.uuid4().hex[:12]}"
        tag = f";tag={self.to_tag}" if self.to_tag else ""
        kind = "Content-Type: application/sdp\r\n" if body and "Content-Type" not in extra else ""
        return (
            f"{method} sip:95598@{self.target[0]}:{self.target[1]} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP {self.host}:{self.port};branch={branch}\r\nMax-Forwards: 70\r\n"
            f"From: <sip:raw@{self.host}>;tag=raw1\r\nTo: <sip:95598@{self.target[0]}>{tag}\r\n"
            f"Call-ID: {self.call_id}\r\nCSeq: {number} {method}\r\nContact: <sip:raw@{self.host}:{self.port}>\r\n"
            f"{kind}{extra}Content-Length: {len(body)}\r\n\r\n{body}"
        )

    def send(self, text: str | bytes) -> None:
        self._sip.sendto(text.encode() if isinstance(text, str) else text, self.target)

    async def message(self, within_seconds: float = 2.0) -> Message:
        """The next message. Raises TimeoutError."""
        _, data = await asyncio.wait_for(self._messages.queue.get(), within_seconds)
        return Message(data.decode())

    async def final(self, within_seconds: float = 3.0) -> Message:
        """The next answer that is final."""
        async with asyncio.timeout(within_seconds):
            while (message := await self.message(within_seconds)).status < 200:
                pass
        return message

    async def until(self, method: str, within_seconds: float = 5.0) -> Message:
        """The next request of this method."""
        async with asyncio.timeout(within_seconds):
            while not (message := await self.message(within_seconds)).start.startswith(method):
                pass
        return message

    async def silence(self, seconds: float) -> bool:
        """Whether nothing comes for so long."""
        try:
            await self.message(seconds)
        except TimeoutError:
            return True
        return False

    async def dial(self, sdp: str | None = None, *, acknowledge: bool = True) -> Message:
        """INVITE, 200, ACK."""
        self.send(self.request("INVITE", self.sdp() if sdp is None else sdp))
        answer = await self.final()
        assert answer.status == 200, answer.start
        self.learn(answer)
        if acknowledge:
            self.ack()
        return answer

    def ack(self, body: str = "") -> None:
        self.send(self.request("ACK", body, number=self.number))

    def learn(self, answer: Message) -> None:
        self.to_tag = answer.header("To").partition("tag=")[2]
        media = next((line for line in answer.body.split("\r\n") if line.startswith("m=audio")), "")
        if media:
            self.rtp_target = ("127.0.0.1", int(media.split()[1]))

    def answer_to(self, request: Message, status: str = "200 OK") -> None:
        """Answer a request of the line."""
        kept = ("Via", "From", "To", "Call-ID", "CSeq")
        lines = "".join(f"{name}: {request.header(name)}\r\n" for name in kept)
        self.send(f"SIP/2.0 {status}\r\n{lines}Content-Length: 0\r\n\r\n")

    async def packets(self, seconds: float) -> list[tuple[float, bytes]]:
        """RTP that comes in this time: (time, packet)."""
        while not self._packets.queue.empty():
            self._packets.queue.get_nowait()
        await asyncio.sleep(seconds)
        return [self._packets.queue.get_nowait() for _ in range(self._packets.queue.qsize())]

    def send_rtp(self, payload_type: int, sequence: int, timestamp: int, payload: bytes) -> None:
        assert self.rtp_target is not None
        packet = struct.pack("!BBHII", 0x80, payload_type, sequence, timestamp, 0x1234) + payload
        self._rtp.sendto(packet, self.rtp_target)

    def send_key(self, key: int, payload_type: int, sequence: int, timestamp: int) -> None:
        """A key: three packets, the end thrice."""
        steps = [(False, 160), (False, 320), (True, 480), (True, 480), (True, 480)]
        for place, (is_end, duration) in enumerate(steps):
            payload = struct.pack("!BBH", key, 0x8A if is_end else 0x0A, duration)
            self.send_rtp(payload_type, sequence + place, timestamp, payload)


def rtp_fields(packet: bytes) -> tuple[int, int, int]:
    """(payload type, sequence, timestamp)."""
    return packet[1] & 0x7F, int.from_bytes(packet[2:4], "big"), int.from_bytes(packet[4:8], "big")
