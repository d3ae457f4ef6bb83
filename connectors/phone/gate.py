"""Who may call and how often: allowed peers, INVITEs a second, calls at once. There are no passwords on this side."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable

from connectors.phone.settings import LOOPBACK, Network

_PEERS_AT_MOST = 4096


class PeerList:
    """Addresses that we talk to."""

    def __init__(self, networks: tuple[Network, ...], *, with_loopback: bool) -> None:
        self._networks = (*networks, *(LOOPBACK if with_loopback else ()))

    def __contains__(self, host: object) -> bool:
        try:
            address = ipaddress.ip_address(str(host).split("%")[0])
        except ValueError:
            return False
        if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        return any(address.version == network.version and address in network for network in self._networks)


class InviteRate:
    """A bucket of tokens for each peer: `per_second` on average, twice as many at once."""

    def __init__(
        self, per_second: float, *, spares_loopback: bool, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._per_second = per_second
        self._burst = max(1.0, 2 * per_second)
        self._spares_loopback = spares_loopback
        self._clock = clock
        self._tokens: dict[str, tuple[float, float]] = {}

    def admits(self, host: str) -> bool:
        """Take a token; False when this peer has none left."""
        if self._spares_loopback and ipaddress.ip_address(host).is_loopback:
            return True
        now = self._clock()
        tokens, at = self._tokens.get(host, (self._burst, now))
        tokens = min(self._burst, tokens + (now - at) * self._per_second)
        if len(self._tokens) >= _PEERS_AT_MOST:
            self._tokens.clear()  # only allowed peers get here: so many mean a network scan from inside
        self._tokens[host] = (max(tokens - 1, 0.0) if tokens >= 1 else tokens, now)
        return tokens >= 1
