"""What a service account can do, one function a call of the platform's API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.credentials import MenuButton, WeChatCredentials
from connectors.wechat.access_token import AccessToken, FreshToken
from connectors.wechat.api import AuthorisedApi, Media, PlatformApi, fresh_token
from storage.database import Database

Body = Mapping[str, Any]
Texts = Mapping[str, str]
MOST_TEMPORARY_SCENE_SECONDS = 30 * 24 * 3600
MOST_SCENE_CHARACTERS = 64


@dataclass(frozen=True, slots=True)
class WeChatClient:
    """Calls the API in the account's name. Every call raises ApiFailed or ApiUnreachable."""

    api: AuthorisedApi

    async def send(self, openid: str, body: Body) -> None:
        """Send a customer-service message (客服消息); `body` has msgtype and what belongs to it."""
        await self.api.post_json("/cgi-bin/message/custom/send", {"touser": openid, **body})

    async def typing(self, openid: str) -> None:
        """Show for 15 seconds that an answer is being written."""
        await self.api.post_json("/cgi-bin/message/custom/typing", {"touser": openid, "command": "Typing"})

    async def media(self, media_id: str) -> Media:
        """Fetch what a customer has sent; the platform keeps it three days."""
        return await self.api.media(media_id)

    async def upload_image(self, name: str, content: bytes, content_type: str) -> str:
        """Upload a picture for sending; return its media id, good for three days."""
        return await self.api.upload_image(name, content, content_type)

    async def create_menu(self, buttons: Sequence[MenuButton]) -> None:
        """Replace the account's menu; customers see it within minutes."""
        await self.api.post_json("/cgi-bin/menu/create", {"button": [_menu_button(button) for button in buttons]})

    async def delete_menu(self) -> None:
        """Take the account's menu away."""
        await self.api.get_json("/cgi-bin/menu/delete")

    async def scene_ticket(self, scene: str, lives_seconds: int | None = None) -> str:
        """Return the ticket of a QR code for a scene of 1 to 64 characters; permanent without a life time."""
        if not 1 <= len(scene) <= MOST_SCENE_CHARACTERS:
            raise ValueError(f"a scene has 1 to {MOST_SCENE_CHARACTERS} characters")
        content: dict[str, Any] = {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": scene}}}
        if lives_seconds is not None:
            lives = min(lives_seconds, MOST_TEMPORARY_SCENE_SECONDS)
            content |= {"action_name": "QR_STR_SCENE", "expire_seconds": lives}
        return str((await self.api.post_json("/cgi-bin/qrcode/create", content)).get("ticket", ""))

    async def send_notice(self, openid: str, kind: str, template_id: str, values: Texts, url: str | None) -> None:
        """Send a template message or a subscription notice; neither counts against the five pushes."""
        data = {name: {"value": value} for name, value in values.items()}
        content: dict[str, Any] = {"touser": openid, "template_id": template_id, "data": data}
        if kind == "template":
            await self.api.post_json("/cgi-bin/message/template/send", content | ({"url": url} if url else {}))
        else:
            await self.api.post_json("/cgi-bin/message/subscribe/bizsend", content | ({"page": url} if url else {}))

    async def close(self) -> None:
        """Let go of the connections."""
        await self.api.api.close()


def build_client(settings: WeChatCredentials, database: Database) -> WeChatClient:
    """Return a client whose token all workers share."""
    api = PlatformApi(settings.api_base)

    async def fetch(*, force: bool) -> FreshToken:
        content = {
            "grant_type": "client_credential",
            "appid": settings.app_id,
            "secret": settings.app_secret.get_secret_value(),
            "force_refresh": force,
        }
        return fresh_token(await api.post_json("/cgi-bin/stable_token", content))

    return WeChatClient(AuthorisedApi(api, AccessToken(database, f"wechat:{settings.app_id}", fetch)))


def _menu_button(button: MenuButton) -> Body:
    if button.buttons:
        return {"name": button.name, "sub_button": [_menu_button(inner) for inner in button.buttons]}
    if button.url is not None:
        return {"type": "view", "name": button.name, "url": button.url}
    return {"type": "click", "name": button.name, "key": button.say}
