"""What leaves the quality review as a file: a conversation's recording, and the list as a table."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from connectors.errors import BadRequest
from console.downloads import file_response
from console.endpoints import Call, Endpoint
from console.quality_api import sight_of
from console.quality_bodies import parse_filters, read_choice
from console.quality_table import render_table
from console.roles import QUALITY_READ
from eval.quality.sounds import Sounds
from eval.quality.store import QualityStore
from eval.quality.values import Score

MOST_ROWS = 10_000
_ROWS_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class QualitySoundApi:
    """Serves recordings and the export."""

    store: QualityStore
    sounds: Sounds

    def endpoints(self) -> list[Endpoint]:
        """Return the addresses."""
        audio = r"/quality/conversations/{id:\d+}/audio"
        return [
            Endpoint("GET", audio, self.audio, QUALITY_READ, "rows", "quality.listen"),
            Endpoint("GET", "/quality/export", self.export, QUALITY_READ, "rows", "quality.export"),
        ]

    async def audio(self, call: Call) -> web.StreamResponse:
        """Play a conversation: the whole recording or the range that is asked for."""
        call.did(f"quality:{call.number('id')}")
        full = await self.store.full(sight_of(call), call.number("id"))
        sound = await self.sounds.of(full.score)
        if sound is None:
            raise BadRequest("no_recording", "there is no recording of this conversation", 404)
        # the file itself, never a compressed one beside it
        return web.FileResponse(sound.path, headers={"Content-Type": "audio/wav", "Accept-Ranges": "bytes"})

    async def export(self, call: Call) -> web.Response:
        """Return what the filters find as a table; customers are masked, none of their words is in it."""
        wanted = parse_filters(call.request.query)
        is_worst_first = read_choice(call.request.query, "order", ("newest", "worst")) == "worst"
        scores: list[Score] = []
        page = 1
        while len(scores) < MOST_ROWS:
            found, total = await self.store.page(
                sight_of(call), wanted, page, _ROWS_AT_ONCE, worst_first=is_worst_first
            )
            scores += found
            page += 1
            if len(scores) >= total or not found:
                break
        call.did("quality", rows=len(scores))
        return file_response(render_table(scores), "text/csv", "quality.csv", "utf-8")
