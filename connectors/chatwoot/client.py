"""What the agent bot does in Chatwoot, one function a call of its public API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import ClientError, ClientSession, ClientTimeout

from connectors.chatwoot.settings import ChatwootCredentials
from connectors.errors import ConnectorError

TIMEOUT_SECONDS = 10.0
TIMEOUT = ClientTimeout(total=TIMEOUT_SECONDS, connect=3.0)
MOST_ANSWER_BYTES = 4 * 1024 * 1024


class ChatwootFailed(ConnectorError):
    """Chatwoot answered with an error status; 0 where it did not answer."""

    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(f"status {status}" if status else "unreachable")


@dataclass(slots=True)
class ChatwootClient:
    """Calls the API. Every call raises ChatwootFailed."""

    settings: ChatwootCredentials
    _session: ClientSession | None = field(default=None)

    async def say(self, conversation: int, source_id: str, content: Mapping[str, Any]) -> None:
        """Write a message of the bot; `source_id` is our name of it."""
        path = f"/conversations/{conversation}/messages"
        await self._call("POST", path, {"message_type": "outgoing", "source_id": source_id, **content})

    async def has_said(self, conversation: int, source_id: str) -> bool:
        """Say whether a message of ours is among the conversation's last ones."""
        answer = await self._call("GET", f"/conversations/{conversation}/messages")
        messages = answer.get("payload") if isinstance(answer, dict) else None
        listed = messages if isinstance(messages, list) else []
        return any(isinstance(message, dict) and message.get("source_id") == source_id for message in listed)

    async def change_status(self, conversation: int, status: str) -> None:
        """Make a conversation open (for agents), pending (for the bot) or resolved."""
        await self._call("POST", f"/conversations/{conversation}/toggle_status", {"status": status})

    async def close(self) -> None:
        """Let go of the connections."""
        if self._session is not None:
            await self._session.close()

    async def _call(self, method: str, path: str, content: Mapping[str, Any] | None = None) -> Any:
        if self._session is None:
            self._session = ClientSession(timeout=TIMEOUT)
        url = f"{self.settings.api_base}/api/v1/accounts/{self.settings.account_id}{path}"
        headers = {
            "api_access_token": self.settings.access_token.get_secret_value(),
            "Content-Type": "application/json; charset=utf-8",
        }
        data = None if content is None else orjson.dumps(dict(content))
        request = self._session.request(method, url, data=data, headers=headers, allow_redirects=False)
        try:
            async with request as response:
                if not 200 <= response.status < 300:
                    raise ChatwootFailed(response.status)
                raw = await response.content.read(MOST_ANSWER_BYTES)
        except (ClientError, TimeoutError, OSError) as error:
            raise ChatwootFailed(0) from error
        try:
            return orjson.loads(raw)
        except orjson.JSONDecodeError:
            return None
