"""What an operator decides about the chat window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from connectors.credentials import Credentials, WebChatCredentials, WebChatLimits
from connectors.limits import Limit, Proxies
from connectors.section import limit_of

MESSAGES_OF_A_USER = Limit("user", 60, 60.0)
REQUESTS_OF_AN_ADDRESS = Limit("address", 600, 60.0)
UPLOADS_OF_A_USER = Limit("upload", 20, 600.0)


@dataclass(frozen=True, slots=True)
class WebChatSettings:
    """`webchat` of credentials.yml, with what is left out filled in."""

    allowed_origins: frozenset[str] = frozenset()
    """Origins of other hosts' pages that may open the window, exact: scheme, host and port."""
    login_keys: Mapping[str, str] = field(default_factory=dict)
    """Keys of host applications by their `kid`; two of them at once let a key be replaced."""
    proxies: Proxies = field(default_factory=Proxies)
    token_seconds: float = 24 * 3600.0
    history_seconds: float = 24 * 3600.0
    image_bytes: int = 8 * 1024 * 1024
    voice_seconds: float = 60.0
    upload_days: int = 30
    """How long images and voice messages are kept."""
    per_user: Limit | None = MESSAGES_OF_A_USER
    per_address: Limit | None = REQUESTS_OF_AN_ADDRESS
    uploads_per_user: Limit | None = UPLOADS_OF_A_USER
    spares_loopback: bool = False
    """Callers from this machine are not counted: in demo mode, as long as the operator sets no limits."""


def webchat_settings(credentials: Credentials, *, is_demo: bool) -> WebChatSettings:
    """Return the settings that `credentials.yml` tells."""
    told = credentials.webchat or WebChatCredentials()
    limits = told.limits or WebChatLimits()
    return WebChatSettings(
        allowed_origins=frozenset(told.allowed_origins),
        login_keys={kid: key.get_secret_value() for kid, key in told.login_keys.items()},
        proxies=Proxies.named(credentials.trusted_proxies),
        token_seconds=told.history_hours * 3600,
        history_seconds=told.history_hours * 3600,
        image_bytes=told.image_megabytes * 1024 * 1024,
        voice_seconds=told.voice_seconds,
        upload_days=told.upload_days,
        per_user=limit_of(limits.per_user, "user"),
        per_address=limit_of(limits.per_address, "address"),
        uploads_per_user=limit_of(limits.uploads_per_user, "upload"),
        spares_loopback=is_demo and told.limits is None,
    )
