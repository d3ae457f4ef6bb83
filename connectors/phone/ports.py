"""Ports for sound: an even UDP port and the next, the one that was let go longest ago first.

A port that was just let go may still be sent to; taking the oldest keeps a dead call's sound out of a new call.
"""

from __future__ import annotations

import socket
from collections import deque

from connectors.phone.errors import LineUnavailable


class SoundPorts:
    """Hands out port pairs of a range."""

    def __init__(self, host: str, first: int, last: int) -> None:
        self._host = host
        self._free = deque(range(first + first % 2, last, 2))

    def take(self) -> int:
        """Return an even port that can be bound with its neighbour. Raises LineUnavailable."""
        for _ in range(len(self._free)):
            port = self._free.popleft()
            if _can_bind(self._host, port) and _can_bind(self._host, port + 1):
                return port
            self._free.append(port)  # another program has it
        raise LineUnavailable("no port for sound is free: widen phone.sip.rtp_ports")

    def give_back(self, port: int) -> None:
        """Take the pair back."""
        self._free.append(port)


def _can_bind(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
