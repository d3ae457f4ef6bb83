"""`chatwoot` of credentials.yml."""

from __future__ import annotations

from pydantic import Field, model_validator

from connectors.section import ApiBase, Secret, Section


class ChatwootCredentials(Section):
    """One Chatwoot account whose inboxes the bot attends as an agent bot."""

    api_base: ApiBase
    account_id: int = Field(ge=1)
    access_token: Secret
    """Of the agent bot."""
    webhook_secret: Secret | None = None
    """Chatwoot signs its events with it."""
    webhook_token: Secret | None = None
    """For versions that do not sign: the address ends with `?token=...`."""
    takes_open: bool = False
    """Answer in conversations that are open, too: for inboxes whose conversations do not begin as pending."""

    @model_validator(mode="after")
    def _can_tell_chatwoot(self) -> ChatwootCredentials:
        if self.webhook_secret is None and self.webhook_token is None:
            raise ValueError("needs webhook_secret, or webhook_token where Chatwoot does not sign")
        return self
