"""`credentials.yml`: which doors are open, with whose keys. Every value may be `${NAME}`: the environment's.

An absent file means REST and the chat window. A mistake is reported with file, line, key, and what is wrong; never with
the value, which may be a secret.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import yaml
from pydantic import BaseModel, Field, ValidationError, model_validator

from bot.errors import Mistake
from bot.source import Mistakes, Source, load_source, nearest_name
from connectors.chatwoot.settings import ChatwootCredentials
from connectors.console_settings import ConsoleCredentials
from connectors.errors import CredentialsInvalid
from connectors.phone.settings import PhoneSettings
from connectors.section import (
    Address,
    ApiBase,
    EncodingKey,
    LimitSettings,
    Name,
    NetworkNames,
    Origins,
    Secret,
    Section,
)

_VARIABLE = re.compile(r"\$\{(\w+)\}")
Location = tuple[str | int, ...]


class RestLimits(Section):
    """How often REST may be asked; `null` is no limit."""

    per_user: LimitSettings | None = LimitSettings(most=60)
    per_address: LimitSettings | None = LimitSettings(most=6000)
    """A gateway speaks for all its customers from one address."""


class RestCredentials(Section):
    """`rest`: REST and its callback variant."""

    login_keys: dict[str, Secret] = Field(default_factory=dict)
    """Keys of host applications by `kid`; where there are any, every message needs a user's token."""
    limits: RestLimits | None = None


class CallbackCredentials(Section):
    """`callback`: where replies are posted, and the key that signs them."""

    url: Address
    secret: Secret
    timeout_seconds: float = Field(10.0, ge=1, le=30)


class WebChatLimits(Section):
    """How often the chat window may be used; `null` is no limit."""

    per_user: LimitSettings | None = LimitSettings(most=60)
    per_address: LimitSettings | None = LimitSettings(most=600)
    uploads_per_user: LimitSettings | None = LimitSettings(most=20, seconds=600)


class WebChatCredentials(Section):
    """`webchat`: pages of other hosts, keys of host applications by `kid`, bounds."""

    allowed_origins: Origins = ()
    login_keys: dict[str, Secret] = Field(default_factory=dict)
    limits: WebChatLimits | None = None
    history_hours: float = Field(24.0, ge=1, le=24 * 90)
    """How long a window's history and an anonymous visitor's token live."""
    image_megabytes: int = Field(8, ge=1, le=32)
    voice_seconds: float = Field(60.0, ge=1, le=300)
    upload_days: int = Field(30, ge=1, le=3650)


class MenuButton(Section):
    """A button of the account's menu: says something for the customer, opens a page, or holds up to five others."""

    name: Name
    say: Name | None = None
    url: Annotated[str, Field(max_length=1024)] | None = None
    buttons: tuple[MenuButton, ...] = Field((), max_length=5)

    @model_validator(mode="after")
    def _has_one_meaning(self) -> MenuButton:
        if sum((self.say is not None, self.url is not None, bool(self.buttons))) != 1:
            raise ValueError("needs exactly one of say, url, buttons")
        return self


class Scene(Section):
    """What scanning a QR code with this scene tells: the region, and what the customer wants."""

    region: Name | None = None
    say: Name | None = None


class NoticeTemplate(Section):
    """The message that brings an answer outside the 48 hours."""

    kind: Literal["template", "subscription"] = "template"
    template_id: Name
    keyword: Name = "content"
    """The template's field that takes the text."""
    url: str | None = None
    most_characters: int = Field(20, ge=1, le=200)


class NoticeForm(Section):
    """A template (模板消息) or subscription notice (订阅通知) that other systems may send."""

    kind: Literal["template", "subscription"] = "template"
    template_id: Name
    keywords: Annotated[tuple[Name, ...], Field(min_length=1, max_length=20)]
    """The template's fields; each must be given."""
    url: str | None = None


class SealedSection(Section):
    """An account whose deliveries are sealed."""

    encoding_aes_key: EncodingKey | None = None
    previous_encoding_aes_key: EncodingKey | None = None

    @property
    def keys(self) -> tuple[str | None, ...]:
        """The keys in the order in which they are tried."""
        named = (self.encoding_aes_key, self.previous_encoding_aes_key)
        return tuple(key.get_secret_value() if key else None for key in named)


class WeChatCredentials(SealedSection):
    """`wechat`: one service account (服务号)."""

    app_id: Name
    app_secret: Secret
    token: Secret
    mode: Literal["plain", "compatible", "safe"] = "safe"
    api_base: ApiBase = "https://api.weixin.qq.com"
    typing: bool = True
    ai_mark: bool = True
    desk: Literal["own", "wechat"] = "own"
    menu: tuple[MenuButton, ...] = Field((), max_length=3)
    scenes: dict[str, Scene] = Field(default_factory=dict)
    notice: NoticeTemplate | None = None
    notices: dict[Name, NoticeForm] = Field(default_factory=dict)
    """What other systems may announce, by the names that they use."""

    @model_validator(mode="after")
    def _has_its_key(self) -> WeChatCredentials:
        if self.mode != "plain" and self.encoding_aes_key is None:
            raise ValueError(f"encoding_aes_key is needed in mode {self.mode}")
        return self


class WecomKfCredentials(SealedSection):
    """`wecom_kf`: customer service of WeCom (微信客服)."""

    corp_id: Name
    secret: Secret
    token: Secret
    encoding_aes_key: EncodingKey
    api_base: ApiBase = "https://qyapi.weixin.qq.com"
    desk: Literal["own", "wecom"] = "own"


class Credentials(Section):
    """All doors; a door that is not named stays shut."""

    trusted_proxies: NetworkNames = ()
    """Proxies before us, whose X-Forwarded-For is believed."""
    rest: RestCredentials | None = None
    callback: CallbackCredentials | None = None
    webchat: WebChatCredentials | None = None
    wechat: WeChatCredentials | None = None
    wecom_kf: WecomKfCredentials | None = None
    chatwoot: ChatwootCredentials | None = None
    phone: PhoneSettings | None = None
    console: ConsoleCredentials | None = None


NO_FILE = Credentials(rest=RestCredentials(), webchat=WebChatCredentials())
"""What is open where no file is given."""


def load_credentials(path: Path | None) -> Credentials:
    """Read the file. Raises CredentialsInvalid with every mistake."""
    if path is None:
        return NO_FILE
    mistakes = Mistakes()
    source = load_source(path, path.parent, mistakes)
    content = _expanded(source.content, (), source, mistakes)
    if not mistakes.found and not isinstance(content, dict):
        mistakes.add(Mistake(source.file, 1, "", "must be a mapping of doors"))
    credentials = None if mistakes.found else _validated(content, source, mistakes)
    if credentials is None:
        raise CredentialsInvalid("\n".join(map(str, mistakes.found)))
    return credentials


def _validated(content: Any, source: Source, mistakes: Mistakes) -> Credentials | None:
    opened = {name: {} if settings is None else settings for name, settings in content.items()}
    try:
        return Credentials.model_validate(opened)
    except ValidationError as error:
        for detail in error.errors(include_input=False, include_url=False):
            mistakes.add(_mistake(detail["type"], detail["msg"], detail["loc"], source))
        return None


def _mistake(kind: str, message: str, place: Location, source: Source) -> Mistake:
    if kind != "extra_forbidden":
        return source.mistake(place, message.removeprefix("Value error, "))
    return source.mistake(place, "unknown key", nearest_name(str(place[-1]), sorted(_keys_of(place[:-1]))))


def _keys_of(place: Location) -> set[str]:
    """Return the keys of the section at this place."""
    known: type[BaseModel] = Credentials
    for step in place:
        field = known.model_fields.get(str(step))
        known = (_section_of(field.annotation) if field else None) or known
    return set(known.model_fields)


def _section_of(annotation: Any) -> type[BaseModel] | None:
    """Return the model in an annotation such as `Section | None` or `tuple[Section, ...]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for inner in get_args(annotation) if (found := _section_of(inner)) is not None), None)


def _expanded(content: Any, place: Location, source: Source, mistakes: Mistakes) -> Any:
    """Replace ${NAME} in every value; a name that the environment has not is a mistake."""
    if isinstance(content, dict):
        return {str(key): _expanded(value, (*place, str(key)), source, mistakes) for key, value in content.items()}
    if isinstance(content, list):
        return [_expanded(value, (*place, index), source, mistakes) for index, value in enumerate(content)]
    if not isinstance(content, str) or not _VARIABLE.search(content):
        return content
    for name in _unset(content):
        mistakes.add(source.mistake(place, f"the environment has no {name}"))
    filled = _VARIABLE.sub(lambda found: os.environ.get(found.group(1), ""), content)
    return _scalar(filled) if _VARIABLE.fullmatch(content) else filled


def _scalar(text: str) -> Any:
    """A whole value from the environment may be true, false or null; anything else stays text (a secret may be 007)."""
    return yaml.safe_load(text) if text in ("true", "false", "null", "") else text


def _unset(content: str) -> Iterator[str]:
    return (name for name in _VARIABLE.findall(content) if name not in os.environ)
