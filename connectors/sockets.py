"""What is sent over a WebSocket that may break at any moment."""

from __future__ import annotations

from typing import Any

import orjson
from aiohttp import web


async def send_json(socket: web.WebSocketResponse, content: dict[str, Any]) -> None:
    """Send JSON; over a broken line nothing: the page comes back and gets what it missed."""
    if socket.closed:
        return
    try:
        await socket.send_str(orjson.dumps(content).decode())
    except ConnectionError:
        pass
