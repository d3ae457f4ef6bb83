"""What a customer-service account of WeCom can do, one function a call of its API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connectors.credentials import WecomKfCredentials
from connectors.wechat.access_token import AccessToken, FreshToken
from connectors.wechat.api import AuthorisedApi, Media, PlatformApi, fresh_token
from storage.database import Database

MOST_MESSAGES = 1000


@dataclass(frozen=True, slots=True)
class Page:
    """One page of messages."""

    messages: tuple[Mapping[str, Any], ...]
    next_cursor: str
    has_more: bool


@dataclass(frozen=True, slots=True)
class WecomKfClient:
    """Calls the API. Every call raises ApiFailed or ApiUnreachable."""

    api: AuthorisedApi

    async def pull(self, open_kfid: str, cursor: str, token: str) -> Page:
        """Return what came after the cursor; `token` is the signal's, without it pulling is rationed."""
        content: dict[str, Any] = {"open_kfid": open_kfid, "limit": MOST_MESSAGES, "voice_format": 0}
        content |= {name: value for name, value in (("cursor", cursor), ("token", token)) if value}
        answer = await self.api.post_json("/cgi-bin/kf/sync_msg", content)
        messages = tuple(item for item in answer.get("msg_list", ()) if isinstance(item, dict))
        return Page(messages, str(answer.get("next_cursor", "")), bool(answer.get("has_more")))

    async def send(self, open_kfid: str, customer: str, msgid: str, body: Mapping[str, Any]) -> None:
        """Send a message; WeCom drops a `msgid` that it knows."""
        whom = {"touser": customer, "open_kfid": open_kfid, "msgid": msgid}
        await self.api.post_json("/cgi-bin/kf/send_msg", {**whom, **body})

    async def welcome(self, code: str, msgid: str, text: str) -> None:
        """Greet who has come in; the code works once and for 20 seconds, and counts against nothing."""
        body = {"code": code, "msgid": msgid, "msgtype": "text", "text": {"content": text}}
        await self.api.post_json("/cgi-bin/kf/send_msg_on_event", body)

    async def state(self, open_kfid: str, customer: str) -> int:
        """Return the session's state, see `SessionState`."""
        whom = {"open_kfid": open_kfid, "external_userid": customer}
        return int((await self.api.post_json("/cgi-bin/kf/service_state/get", whom)).get("service_state", -1))

    async def change_state(self, open_kfid: str, customer: str, state: int) -> None:
        """Move the session: to the bot, into the queue for people, to its end."""
        whom = {"open_kfid": open_kfid, "external_userid": customer, "service_state": state}
        await self.api.post_json("/cgi-bin/kf/service_state/trans", whom)

    async def upload_image(self, name: str, content: bytes, content_type: str) -> str:
        """Upload a picture for sending; return its media id, good for three days."""
        return await self.api.upload_image(name, content, content_type)

    async def media(self, media_id: str) -> Media:
        """Fetch what a customer has sent; kept three days."""
        return await self.api.media(media_id)

    async def close(self) -> None:
        """Let go of the connections."""
        await self.api.api.close()


def build_client(settings: WecomKfCredentials, database: Database) -> WecomKfClient:
    """Return a client whose token all workers share."""
    api = PlatformApi(settings.api_base)

    async def fetch(*, force: bool) -> FreshToken:
        secret = settings.secret.get_secret_value()
        return fresh_token(await api.get_json("/cgi-bin/gettoken", {"corpid": settings.corp_id, "corpsecret": secret}))

    return WecomKfClient(AuthorisedApi(api, AccessToken(database, f"wecom_kf:{settings.corp_id}", fetch)))
