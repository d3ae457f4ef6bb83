"""A file that a page sends, received piece by piece into the home folder; whoever receives it deletes it."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from aiohttp import web

from connectors.errors import BadRequest
from storage.home import home_folder

FOLDER = "uploads"
_PIECE_BYTES = 256 * 1024


async def receive_file(request: web.Request, suffix: str, most_bytes: int) -> Path:
    """Write the body to a file that only this process reads. Raises BadRequest(body_too_large), OSError."""
    if request.content_length is not None and request.content_length > most_bytes:
        raise _too_large(most_bytes)
    path = await asyncio.to_thread(_new_file, suffix)
    try:
        await _write(request, path, most_bytes)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path


async def _write(request: web.Request, path: Path, most_bytes: int) -> None:
    received = 0
    with path.open("wb") as file:
        async for piece in request.content.iter_chunked(_PIECE_BYTES):
            received += len(piece)
            if received > most_bytes:
                raise _too_large(most_bytes)
            await asyncio.to_thread(file.write, piece)


def _new_file(suffix: str) -> Path:
    folder = home_folder() / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, suffix=suffix, delete=False) as file:
        return Path(file.name)


def _too_large(most_bytes: int) -> BadRequest:
    return BadRequest("body_too_large", f"a file may have {most_bytes // (1024 * 1024)} MiB", 413)
