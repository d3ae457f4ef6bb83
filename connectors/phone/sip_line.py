"""The SIP line: takes calls from allowed peers, refuses what is too many or too broken, forgets calls that ended."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import structlog
from aiosipua import IncomingCall, SipRequest, SipUAC, SipUAS
from aiosipua.dialog import DialogState

from connectors.phone.errors import LineUnavailable, OfferRefused
from connectors.phone.gate import InviteRate, PeerList
from connectors.phone.held_calls import HeldCalls, offer_of
from connectors.phone.invite_screen import InviteScreen
from connectors.phone.metrics import CALLS_REFUSED
from connectors.phone.ports import SoundPorts
from connectors.phone.sdp import Offer
from connectors.phone.settings import SipSettings
from connectors.phone.sip_call import SipCall
from connectors.phone.sip_socket import SipSocket
from speech.media import MediaSession

_LOG = structlog.get_logger(__name__)
USER_AGENT = "Gridtalk"
_STOPPING_SECONDS = 3.0
_MORE_PORTS = 3
TakeCall = Callable[[MediaSession], Awaitable[None]]


class SipLine:
    """One UDP port that can be dialled."""

    def __init__(self, settings: SipSettings, take_call: TakeCall, *, is_demo: bool) -> None:
        self._settings = settings
        self._take_call = take_call
        self._peers = PeerList(settings.allow_peers, with_loopback=is_demo)
        self._ports = SoundPorts(settings.bind, *settings.rtp_ports)
        self._calls = HeldCalls()
        rate = InviteRate(settings.invites_per_second, spares_loopback=is_demo)
        self._screen = InviteScreen(rate, self._calls, self._has_room)
        self._tasks: set[asyncio.Task[None]] = set()
        self._late: set[asyncio.Task[None]] = set()
        self.socket = SipSocket(local_addr=(settings.bind, settings.port))
        self.socket.screen, self.socket.is_allowed = self._screen.refusal, lambda host: host in self._peers
        self.socket.on_info, self.socket.on_response = self._calls.info, self._calls.response
        self.socket.on_ack = self._ack
        self._uac = SipUAC(self.socket)
        self._uas = SipUAS(self.socket, user_agent=USER_AGENT, uac=self._uac)

    @property
    def calls(self) -> int:
        """How many calls are held now."""
        return len(self._tasks)

    @property
    def address(self) -> str:
        """What to dial."""
        return f"sip:95598@{self.socket.local_addr[0]}:{self.socket.local_addr[1]}"

    async def start(self) -> None:
        """Listen. Raises LineUnavailable."""
        uas, held = self._uas, self._calls
        uas.on_invite, uas.on_reinvite, uas.on_bye = self._invite, held.reinvite, held.bye
        uas.on_cancel, uas.on_update = held.cancel, held.take_update
        uas.on_ack_timeout, uas.on_transfer_progress = held.never_acknowledged, held.progress
        await uas.start()
        told = (host_towards("192.0.2.1", self._settings), self.socket.local_addr[1])
        uas.advertised_addr = self._uac.advertised_addr = told

    async def stop(self) -> None:
        """Hang up every call and close."""
        self._screen.is_closing = True
        for call in list(self._calls.values()):
            await call.hang_up("shutdown")
        if self._tasks:
            await asyncio.wait(list(self._tasks), timeout=_STOPPING_SECONDS)
        for task in list(self._tasks):
            task.cancel()
        await self._uas.stop()

    def _has_room(self) -> bool:
        ending = sum(call.is_over for call in self._calls.values())  # their files are being written
        return len(self._tasks) - ending < self._settings.max_calls

    def _ack(self, request: SipRequest) -> None:
        call = self._calls.get(request.call_id or "")
        if call is not None and request.body and not call.media.is_open:
            self._spawn(call.take_late_answer(self._settings.bind, request.text), self._late)

    def _invite(self, call: IncomingCall) -> None:
        self._spawn(self._serve(call), self._tasks)

    async def _serve(self, incoming: IncomingCall) -> None:
        """Answer, let the dialogue have the call, and forget it."""
        host = host_towards(incoming.source_addr[0], self._settings)
        incoming.advertised_addr = (host, self.socket.local_addr[1])
        try:
            port = self._ports.take()
        except LineUnavailable:
            CALLS_REFUSED.labels("ports").inc()
            incoming.reject(503)
            self._uas._calls.pop(incoming.call_id, None)
            return
        settings = self._settings
        call = SipCall(incoming, self._uac, host, port, settings)
        self._calls[incoming.call_id] = call
        try:
            incoming.ringing()
            await asyncio.sleep(settings.ring_seconds)
            if incoming.dialog.state == DialogState.EARLY:  # else it was cancelled, and the library has said so
                await self._answer(call, offer_of(incoming))
                await self._take_call(call)
        except (OfferRefused, LineUnavailable, OSError) as error:
            _LOG.warning("a call could not be answered", error=type(error).__name__)
            incoming.reject(getattr(error, "status", 500))
        finally:
            await call.hang_up()
            await call.close()
            self._ports.give_back(call.port)
            self._calls.pop(incoming.call_id, None)
            incoming._stop_retransmissions()
            self._uas._calls.pop(incoming.call_id, None)
            self._uas._remove_invite_transaction(incoming.invite)

    async def _answer(self, call: SipCall, offer: Offer | None) -> None:
        """Answer; another program may have taken the port since we looked. Raises OfferRefused, OSError."""
        for _ in range(_MORE_PORTS):
            try:
                await call.answer(self._settings.bind, offer)
            except OSError:
                taken, call.port = call.port, self._ports.take()
                self._ports.give_back(taken)
            else:
                return
        await call.answer(self._settings.bind, offer)

    @staticmethod
    def _spawn(work: Coroutine[Any, Any, None], tasks: set[asyncio.Task[None]]) -> None:
        task = asyncio.create_task(work)
        tasks.add(task)
        task.add_done_callback(lambda done: _note_end(done, tasks))


def host_towards(peer: str, settings: SipSettings) -> str:
    """Return the address under which a peer reaches us."""
    if settings.advertised_host is not None:
        return settings.advertised_host
    if settings.bind not in ("0.0.0.0", "::"):
        return settings.bind
    with socket.socket(socket.AF_INET6 if ":" in peer else socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((peer, 9))  # sends nothing; the kernel chooses the interface
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"


def _note_end(task: asyncio.Task[None], tasks: set[asyncio.Task[None]]) -> None:
    tasks.discard(task)
    if not task.cancelled() and (error := task.exception()) is not None:
        _LOG.error("a call broke off", error=type(error).__name__)
