"""Pictures of replies: files of the project, and of nowhere else."""

from __future__ import annotations

import asyncio
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from connectors.outbox.errors import SendRefused

MOST_BYTES = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that can be uploaded."""

    name: str
    content: bytes
    content_type: str


async def project_picture(root: Path, source: str) -> Picture:
    """Return a picture that lies below the project's folder. Raises SendRefused."""
    path = (root / source).resolve()
    if not path.is_relative_to(root.resolve()) or not path.is_file():
        raise SendRefused("no picture")
    content = await asyncio.to_thread(path.read_bytes)
    if len(content) > MOST_BYTES:
        raise SendRefused("picture too large")
    return Picture(path.name, content, mimetypes.guess_type(path.name)[0] or "image/png")
