"""What every section of `credentials.yml` shares: closed models that never show a value, checked kinds of values."""

from __future__ import annotations

import ipaddress
import re
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr

from connectors.limits import Limit

_LOCAL_HOSTS = frozenset({"localhost"})


class Section(BaseModel):
    """A section: unknown keys are mistakes, and no mistake repeats what was written."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


def checked_address(address: str) -> str:
    """Require https, or plain HTTP to this machine."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be an address such as https://api.example.com")
    if parts.scheme == "http" and not _is_loopback(parts.hostname):
        raise ValueError("must be https; plain http is for this machine alone")
    return address


def _checked_base(address: str) -> str:
    return checked_address(address).rstrip("/")


def _checked_key(key: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[A-Za-z0-9]{43}", key.get_secret_value()):
        raise ValueError("must have 43 characters a-z, A-Z, 0-9")
    return key


def _checked_origin(origin: str) -> str:
    parts = urlsplit(origin)
    if parts.scheme not in ("http", "https") or origin != f"{parts.scheme}://{parts.netloc}" or "*" in origin:
        raise ValueError("must be scheme, host and port as browsers say them, such as https://www.example.com")
    return origin.lower()


def _checked_network(address: str) -> str:
    try:
        ipaddress.ip_network(address)
    except ValueError as error:
        raise ValueError("must be an address or a network such as 10.0.0.0/8") from error
    return address


def _listed(value: Any) -> Any:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in _LOCAL_HOSTS


ApiBase = Annotated[str, AfterValidator(_checked_base)]
Address = Annotated[str, AfterValidator(checked_address)]
Origins = Annotated[tuple[Annotated[str, AfterValidator(_checked_origin)], ...], BeforeValidator(_listed)]
NetworkNames = Annotated[tuple[Annotated[str, AfterValidator(_checked_network)], ...], BeforeValidator(_listed)]
"""Lists; as one value of the environment separated by commas."""
EncodingKey = Annotated[SecretStr, AfterValidator(_checked_key)]
Secret = Annotated[SecretStr, Field(min_length=1)]
Name = Annotated[str, Field(min_length=1, max_length=128)]


class LimitSettings(Section):
    """So many in so many seconds."""

    most: int = Field(ge=1, le=1_000_000)
    seconds: float = Field(60.0, gt=0, le=86_400)


def limit_of(told: LimitSettings | None, name: str) -> Limit | None:
    """Return the limit under a name of its own; None where there is none."""
    return None if told is None else Limit(name, told.most, told.seconds)
