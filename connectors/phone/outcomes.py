"""What a dialplan should do with a caller whom the bot has let go: a small file per call, read by any worker."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

_ID = re.compile(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
OUTCOMES = frozenset({"agent", "urgent"})
HANG_UP = "hangup"


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Files under calls/outcomes/, and the route that reads them."""

    folder: Path

    async def note(self, call_id: str, outcome: str) -> None:
        """Leave word."""
        await asyncio.to_thread(self._write, call_id, outcome)

    def _write(self, call_id: str, outcome: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / call_id).write_text(outcome)

    def routes(self) -> list[web.RouteDef]:
        """Return the route that a dialplan asks."""
        return [web.get("/phone/outcome/{call_id}", self.tell)]

    async def tell(self, request: web.Request) -> web.Response:
        """Answer agent, urgent or hangup, as plain text."""
        call_id = request.match_info["call_id"]
        found = await asyncio.to_thread(self._read, call_id) if _ID.match(call_id) else HANG_UP
        return web.Response(text=found)

    def _read(self, call_id: str) -> str:
        path = self.folder / call_id
        outcome = path.read_text() if path.is_file() else HANG_UP
        path.unlink(missing_ok=True)  # a question is asked once
        return outcome if outcome in OUTCOMES else HANG_UP
