"""Beside the answers: pictures of customers, notices of other systems, and what an operator does from a terminal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import typer
from aiohttp import ClientSession

from connectors.credentials import WeChatCredentials
from connectors.errors import BadRequest
from connectors.wechat import texts
from connectors.wechat.commands import act
from storage.database import open_database
from tests.connectors.webchat_client import picture
from tests.connectors.wechat.conftest import Build, World
from tests.connectors.wechat.simulator import APP_ID, SECRET

NOTICES = {
    "outage": {"template_id": "T-outage", "keywords": ["thing1", "time2"], "url": "https://www.example.com/outages"},
    "bill": {"kind": "subscription", "template_id": "S-bill", "keywords": ["amount1"]},
}


class Album:
    """Keeps pictures; what is no picture is refused, as the real one does."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, str, int]] = []

    async def keep(self, conversation_id: str, message_id: str, content: bytes) -> None:
        if not content.startswith(b"\xff\xd8"):
            raise BadRequest("bad_image", "no picture", 415)
        self.kept.append((conversation_id, message_id, len(content)))


async def test_a_customers_picture_is_fetched_by_its_id_kept_and_acknowledged(build: Build) -> None:
    album, photo = Album(), picture()
    world = await build(keep_picture=album.keep)
    world.wechat.media = {"m1": photo}
    message = world.wechat.message("o1", "", MsgType="image", MediaId="m1", PicUrl="http://127.0.0.1:1/secret")
    heard = [await world.wechat.deliver(message) for _ in range(3)]
    assert {answer.text for answer in heard} == {texts.PICTURE_KEPT}
    assert album.kept == [("wechat:o1", str(message["MsgId"]), len(photo))]
    assert world.assistant.turns == []


@pytest.mark.parametrize("content", [None, b"<svg onload=alert(1)>"])
async def test_a_picture_that_cannot_be_had_is_told_so(build: Build, content: bytes | None) -> None:
    world = await build(keep_picture=Album().keep)
    world.wechat.media = {"m1": content} if content else {}
    message = world.wechat.message("o1", "", MsgType="image", MediaId="m1")
    assert (await world.wechat.deliver(message)).text == texts.PICTURE_LOST


async def announce(world: World, token: str = "machine", **body: Any) -> tuple[int, Any]:
    url = world.wechat.url.removesuffix("/webhook") + "/notices"
    headers = {"Authorization": f"Bearer {token}"}
    async with ClientSession() as session, session.post(url, json=body, headers=headers) as response:
        return response.status, await response.json()


async def test_another_system_sends_a_notice_once_whatever_the_answers_wait_for(build: Build) -> None:
    world = await build({"notices": NOTICES})
    world.assistant.slow["慢"] = 3.9
    values = {"thing1": "历下区停电检修", "time2": "2026-11-22 08:00"}
    outage = {"openid": "o1", "notice": "outage", "values": values, "id": "n-1"}
    for _ in range(2):
        assert await announce(world, **outage) == (200, {"status": "accepted", "id": "n-1"})
    bill = {"openid": "o1", "notice": "bill", "values": {"amount1": "128.40元"}, "id": "n-2"}
    assert (await announce(world, **bill))[0] == 200
    await world.until(lambda: bool(world.wechat.called("message/subscribe/bizsend")))
    data = {name: {"value": value} for name, value in values.items()}
    expected = {"touser": "o1", "template_id": "T-outage", "data": data, "url": "https://www.example.com/outages"}
    assert world.wechat.called("message/template/send") == [expected]
    assert world.wechat.called("message/subscribe/bizsend") == [
        {"touser": "o1", "template_id": "S-bill", "data": {"amount1": {"value": "128.40元"}}}
    ]
    assert world.wechat.sent == []


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"notice": "gossip"}, 422, "unknown_notice"),
        ({"values": {"thing1": "x"}}, 422, "bad_values"),
        ({"values": {"thing1": "x", "time2": ""}}, 422, "bad_values"),
        ({"openid": "有 空"}, 400, "invalid_body"),
        ({"token": "guessed"}, 401, "unauthorized"),
    ],
)
async def test_a_notice_that_does_not_fit_is_refused(
    build: Build, change: dict[str, Any], status: int, code: str
) -> None:
    world = await build({"notices": NOTICES})
    body = {"openid": "o1", "notice": "outage", "values": {"thing1": "x", "time2": "y"}, "id": "n-1"}
    answered, content = await announce(world, **{**body, **change})
    assert (answered, content["error"]["code"]) == (status, code)


async def test_menu_and_codes_are_made_with_the_workers_token(world: World, tmp_path: Path) -> None:
    base = world.door.client.api.api.base
    settings = WeChatCredentials.model_validate(
        {"app_id": APP_ID, "app_secret": SECRET, "token": "t", "mode": "plain", "api_base": base}
        | {"menu": [{"name": "查电费", "say": "查电费"}]}
    )
    path = f"sqlite:///{tmp_path / 'c.sqlite'}"
    await act(settings, open_database(path), lambda client: client.create_menu(settings.menu))
    ticket = await act(settings, open_database(path), lambda client: client.scene_ticket("hall-17", 86_400))
    await act(settings, open_database(path), lambda client: client.delete_menu())
    assert ticket == "gQ/TICKET=="
    assert world.wechat.called("qrcode/create") == [
        {"action_name": "QR_STR_SCENE", "action_info": {"scene": {"scene_str": "hall-17"}}, "expire_seconds": 86_400}
    ]
    assert [path for path, _ in world.wechat.calls] == ["stable_token", "menu/create", "qrcode/create", "menu/delete"]


async def test_a_refusal_of_wechat_is_one_line_with_its_code(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    base = world.door.client.api.api.base
    settings = WeChatCredentials.model_validate(
        {"app_id": APP_ID, "app_secret": "wrong", "token": "t", "mode": "plain", "api_base": base}
    )
    database = open_database(f"sqlite:///{tmp_path / 'c.sqlite'}")
    with pytest.raises(typer.Exit):
        await act(settings, database, lambda client: client.delete_menu())
    assert capsys.readouterr().err == "gridtalk: WeChat answered 40125: invalid appsecret\n"
