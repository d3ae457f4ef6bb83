"""Actions in any Rasa action server: POST /webhook with the tracker, events and responses back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from actions.errors import BackendRejected, BackendTimeout, BackendUnavailable


@dataclass(frozen=True, slots=True)
class ActionServer:
    """Calls an action server."""

    url: str
    timeout_seconds: float = 4.0
    token: str | None = None
    """Sent as bearer token where there is one."""

    async def run(self, name: str, state: Mapping[str, Any]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Run an action there.

        Raises BackendTimeout or BackendUnavailable (passing), BackendRejected (lasting: no such action, bad answer).
        """
        body = {"next_action": name, "sender_id": state["sender_id"], "tracker": dict(state), "domain": {}}
        timeout = aiohttp.ClientTimeout(total=self.timeout_seconds)
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout, headers=headers) as session,
                session.post(self.url, json=body) as response,
            ):
                if response.status >= 500:
                    raise BackendUnavailable(f"the action server answered {response.status} to {name}")
                if response.status >= 400:
                    raise BackendRejected(f"the action server refused {name} with {response.status}")
                answer = await response.json()
        except TimeoutError as error:
            raise BackendTimeout(f"the action server did not answer {name} in {self.timeout_seconds} s") from error
        except (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError) as error:
            raise BackendUnavailable("the action server cannot be reached") from error
        except (aiohttp.ContentTypeError, ValueError) as error:
            raise BackendRejected(f"the action server's answer to {name} is no JSON") from error
        return list(answer.get("events") or []), list(answer.get("responses") or [])
