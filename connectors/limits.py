"""How often a user or an address may ask: counted in this process, or in Redis for all machines together."""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from aiohttp import web
from redis.asyncio import Redis
from redis.exceptions import RedisError

from connectors.errors import TooManyRequests

MOST_KEYS = 20_000
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
LOOPBACK = frozenset({"127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Limit:
    """So many requests in so many seconds."""

    name: str
    most: int
    seconds: float


class Counts(Protocol):
    """Counts requests."""

    async def wait_seconds(self, limit: Limit, who: str) -> float:
        """Count one request; return 0 when it may pass, else after how many seconds the next one may."""
        ...


class ProcessCounts:
    """A leaking bucket per user and address, in this process; the longest unused are forgotten."""

    def __init__(self, elapsed_seconds: Callable[[], float] = time.monotonic) -> None:
        self._elapsed = elapsed_seconds
        self._levels: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()

    async def wait_seconds(self, limit: Limit, who: str) -> float:
        """Count one request."""
        now, key = self._elapsed(), (limit.name, who)
        level, at = self._levels.pop(key, (0.0, now))
        rate = limit.most / limit.seconds
        level = max(0.0, level - (now - at) * rate)
        passes = level + 1 <= limit.most
        self._levels[key] = (level + 1 if passes else level, now)
        if len(self._levels) > MOST_KEYS:
            self._levels.popitem(last=False)
        return 0.0 if passes else (level + 1 - limit.most) / rate


class RedisCounts:
    """A counter per span of time in Redis; where Redis does not answer, the process counts for itself."""

    def __init__(self, url: str) -> None:
        self._redis = Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1)
        self._own = ProcessCounts()

    async def wait_seconds(self, limit: Limit, who: str) -> float:
        """Count one request."""
        span, passed = divmod(time.time(), limit.seconds)
        key = f"gridtalk:limit:{limit.name}:{who}:{int(span)}"
        try:
            async with self._redis.pipeline() as batch:
                batch.incr(key)
                batch.expire(key, int(limit.seconds) + 1)
                count, _ = await batch.execute()
        except (RedisError, OSError):
            return await self._own.wait_seconds(limit, who)
        return 0.0 if count <= limit.most else limit.seconds - passed

    async def close(self) -> None:
        """Let go of the connections."""
        await self._redis.aclose()


@dataclass(frozen=True, slots=True)
class RequestLimits:
    """Refuses who asks too often."""

    counts: Counts
    spares_loopback: bool = False

    async def check(self, limit: Limit | None, who: str, address: str | None) -> None:
        """Count one request of this user or address; None is no limit. Raises TooManyRequests."""
        if limit is None or (self.spares_loopback and address in LOOPBACK):
            return
        wait = await self.counts.wait_seconds(limit, who)
        if wait > 0:
            raise TooManyRequests("too many requests; try again in a moment", wait)


@dataclass(frozen=True, slots=True)
class Proxies:
    """The proxies before us: what they say about who calls is believed, what others say is not."""

    networks: tuple[Network, ...] = ()

    @classmethod
    def named(cls, names: Iterable[str]) -> Proxies:
        """Return proxies by their addresses or networks. Raises ValueError."""
        return cls(tuple(ipaddress.ip_network(name) for name in names))

    def caller(self, remote: str | None, forwarded: str) -> str:
        """Return the caller's address: the last one of X-Forwarded-For that is no proxy of ours."""
        address = remote or "unknown"
        for hop in reversed([part.strip() for part in forwarded.split(",") if part.strip()]):
            if not self._are_ours(address):
                return address
            address = hop
        return address

    def caller_of(self, request: web.Request) -> str:
        """Return the address from which a request comes."""
        return self.caller(request.remote, request.headers.get("X-Forwarded-For", ""))

    def _are_ours(self, address: str) -> bool:
        if not self.networks:
            return False
        try:
            one = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(one in network for network in self.networks)
