"""`console` of credentials.yml: how the staff console may be entered beside its own passwords."""

from __future__ import annotations

from pydantic import Field

from connectors.section import Address, ApiBase, Name, Secret, Section


class OidcSettings(Section):
    """`console.oidc`: log-in through the utility's own identity provider (OpenID Connect)."""

    issuer: ApiBase
    """As the provider names itself; `/.well-known/openid-configuration` is read below it."""
    client_id: Name
    client_secret: Secret
    redirect_url: Address
    """https://HOST/console/api/oidc/callback, as it is registered at the provider."""
    label: Name = "统一身份认证"
    """On the button of the log-in page."""
    scopes: tuple[Name, ...] = ("openid", "profile")
    name_claim: Name = "preferred_username"
    """Log-in name: a-z, 0-9, . _ -"""
    display_claim: Name = "name"
    role_claim: Name = "roles"
    """A word, or a list of words; the first of `roles` that is among them counts."""
    roles: dict[Name, Name] = Field(min_length=1)
    """Word of the claim -> role of the console, the strongest first."""
    place_claim: Name | None = None
    """Names the place; none: everybody works in `place`."""
    places: dict[Name, str] = Field(default_factory=dict)
    """Word of the claim -> place in data/organisation.yml; empty text is everywhere."""
    place: str | None = None
    """Where somebody works whose claim is not in `places`; none: he is refused."""
    timeout_seconds: float = Field(5.0, ge=1, le=30)


class ConsoleCredentials(Section):
    """`console`."""

    oidc: OidcSettings | None = None
