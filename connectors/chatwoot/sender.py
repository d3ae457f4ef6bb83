"""From a letter to a call of Chatwoot's API, every failure by its cause."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from connectors.chatwoot.client import ChatwootClient, ChatwootFailed
from connectors.outbox.errors import SendDelayed, SendRefused
from connectors.outbox.letter import StoredLetter

_LOG = structlog.get_logger(__name__)
OPERATOR = frozenset({401, 402, 403})
OPERATOR_SECONDS = 60.0
MOST_ATTEMPTS, MOST_OPERATOR_ATTEMPTS = 60, 1440


@dataclass(frozen=True, slots=True)
class ChatwootSender:
    """Sends the letters of the channel `chatwoot`."""

    client: ChatwootClient

    async def send(self, letter: StoredLetter) -> None:
        """Send one letter. Raises what the outbox knows.

        Chatwoot takes a message twice; it tells what it has, so one whose answer was lost is looked for first.
        """
        number = int(letter.letter.conversation_id.rsplit(":", 1)[1])
        try:
            if letter.letter.kind == "status":
                await self.client.change_status(number, str(letter.letter.body["status"]))
            elif letter.attempts == 0 or not await self.client.has_said(number, letter.letter.key):
                await self.client.say(number, letter.letter.key, letter.letter.body)
        except ChatwootFailed as error:
            raise _meaning(error) from error


def _meaning(error: ChatwootFailed) -> SendDelayed | SendRefused:
    cause = str(error)
    if error.status in OPERATOR or 300 <= error.status < 400:
        _LOG.error("Chatwoot does not let the bot in: check address and token", status=error.status)
        return SendDelayed(cause, OPERATOR_SECONDS, MOST_OPERATOR_ATTEMPTS)
    if error.status == 0 or error.status >= 500 or error.status in (408, 429):
        return SendDelayed(cause, most_attempts=MOST_ATTEMPTS)
    return SendRefused(cause)
