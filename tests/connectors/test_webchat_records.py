"""Uploads, consent, ratings, and the widget's file."""

from __future__ import annotations

import hashlib
import io
import re
from pathlib import Path

import pytest
from PIL import Image

from connectors.webchat.assets import WIDGET_FILE
from connectors.webchat.chat import Chat
from connectors.webchat.door import WebChat
from tests.bot.talk import Talk
from tests.connectors.conftest import ROOT, Client
from tests.connectors.webchat_client import bearer, connect, events_of, frames_until, open_session, picture, sound


async def test_a_picture_is_kept_upright_sealed_and_without_its_exif(client: Client, tmp_path: Path) -> None:
    session = await open_session(client)
    for _ in range(2):  # the answer was lost: sent again it is kept once
        sent = await client.post("/webchat/uploads?kind=image&message_id=u1", data=picture(), headers=bearer(session))
        assert sent.status == 200, await sent.text()
    shown = events_of(await frames_until(await connect(client, session), "caught_up"))
    assert [event["kind"] for event in shown] == ["upload", "reply"]
    kept = await client.get(shown[0]["url"])
    content = await kept.read()
    assert b"SecretCamera" not in content
    with Image.open(io.BytesIO(content)) as image:
        assert image.size == (30, 60)
        assert len(image.getexif()) == 0
    assert kept.headers["X-Content-Type-Options"] == "nosniff"
    files = list((tmp_path / "uploads").iterdir())
    assert len(files) == 1
    assert b"JFIF" not in files[0].read_bytes()


async def test_an_upload_needs_its_signed_link(client: Client, talk: Talk) -> None:
    session = await open_session(client)
    await client.post("/webchat/uploads?kind=image&message_id=u1", data=picture(), headers=bearer(session))
    url = events_of(await frames_until(await connect(client, session), "caught_up"))[0]["url"]
    assert (await client.get(url[:-1] + "x")).status == 404
    assert (await client.get(url.split("?")[0])).status == 404
    talk.clock.move(hours=26)
    assert (await client.get(url)).status == 404


@pytest.mark.parametrize(
    ("kind", "content", "status"),
    [
        ("image", b"<svg xmlns='http://www.w3.org/2000/svg'/>", 415),
        ("image", b"GIF89a" + b"\0" * 40, 415),
        ("image", picture()[:80], 415),
        ("image", b"\0" * (8 * 1024 * 1024 + 1), 413),
        ("voice", picture(), 415),
        ("voice", sound(61.5), 413),
        ("voice", sound(0.1), 422),
        ("film", b"x", 400),
    ],
)
async def test_what_is_no_picture_and_no_voice_is_refused(
    client: Client, kind: str, content: bytes, status: int
) -> None:
    session = await open_session(client)
    path = f"/webchat/uploads?kind={kind}&message_id=u1"
    sent = await client.post(path, data=io.BytesIO(content), headers=bearer(session))
    assert sent.status == status


async def test_a_voice_message_is_recognised_and_answered(client: Client, talk: Talk, chat: WebChat) -> None:
    text = talk.nlu.teach("greet: 你好")

    async def recognise(content: bytes) -> str:
        assert content[:4] == b"RIFF"
        return text

    session = await open_session(client)
    hearing = Chat(
        chat.chat.assistant,
        chat.chat.log,
        chat.chat.hub,
        chat.chat.uploads,
        chat.chat.limits,
        chat.chat.settings,
        chat.chat.clock,
        recognise,
    )
    await hearing.send(session["conversation"], "voice", sound(2), "v1", "1.2.3.4")
    shown = events_of(await frames_until(await connect(client, session), "caught_up"))
    assert [event["kind"] for event in shown] == ["upload", "customer", "reply"]
    assert (shown[0]["seconds"], shown[1]["text"]) == (2.0, text)


async def test_without_recognition_a_voice_message_gets_an_honest_answer(client: Client) -> None:
    session = await open_session(client)
    await client.post("/webchat/uploads?kind=voice&message_id=v1", data=sound(1), headers=bearer(session))
    shown = events_of(await frames_until(await connect(client, session), "caught_up"))
    assert "还没有开通语音识别" in shown[1]["text"]


async def test_uploads_are_deleted_when_their_time_is_over(
    client: Client, talk: Talk, chat: WebChat, tmp_path: Path
) -> None:
    session = await open_session(client)
    await client.post("/webchat/uploads?kind=image&message_id=u1", data=picture(), headers=bearer(session))
    talk.clock.move(days=29)
    assert await chat.chat.uploads.sweep() == 0
    talk.clock.move(days=2)
    assert await chat.chat.uploads.sweep() == 1
    assert list((tmp_path / "uploads").iterdir()) == []


async def test_consent_is_recorded_by_version(client: Client) -> None:
    session = await open_session(client)
    assert session["consent"] is None
    await client.post("/webchat/consent", json={"version": "2026-11"}, headers=bearer(session))
    assert (await open_session(client, token=session["token"]))["consent"] == "2026-11"


async def test_a_session_is_rated_once_and_the_rating_may_be_changed_for_a_day(client: Client, talk: Talk) -> None:
    session = await open_session(client)
    headers = bearer(session)
    rating = {"score": 2, "resolved": False, "tags": ["slow"], "comment": "等太久"}
    assert (await client.post("/webchat/csat", json=rating, headers=headers)).status == 409
    await client.post(
        "/webchat/messages", json={"text": talk.nlu.teach("greet: 你好"), "message_id": "m1"}, headers=headers
    )
    assert (await client.post("/webchat/csat", json=rating, headers=headers)).status == 200
    changed = {"score": 5, "resolved": True, "tags": ["fast", "clear"], "comment": None}
    assert (await client.post("/webchat/csat", json=changed, headers=headers)).status == 200
    talk.clock.move(hours=23)
    session = await open_session(client, token=session["token"])
    assert session["rating"] == changed
    talk.clock.move(hours=2)
    assert (await client.post("/webchat/csat", json=rating, headers=bearer(session))).status == 409


@pytest.mark.parametrize("body", [{"score": 6}, {"score": "5"}, {"score": 5, "tags": ["<b>"]}, {}])
async def test_a_rating_that_is_none_is_refused(client: Client, body: dict[str, object]) -> None:
    response = await client.post("/webchat/csat", json=body, headers=bearer(await open_session(client)))
    assert response.status == 400


async def test_the_widget_is_served_to_pages_of_any_host(client: Client) -> None:
    first = await client.get("/webchat/widget.js")
    assert first.status == 200
    assert first.headers["Content-Type"].startswith("text/javascript")
    again = await client.get("/webchat/widget.js", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status == 304


def test_the_built_widget_belongs_to_its_sources() -> None:
    folder = ROOT / "web" / "widget"
    digest = hashlib.sha256()
    for name in sorted(path.relative_to(folder).as_posix() for path in (folder / "src").rglob("*") if path.is_file()):
        digest.update(f"{name}\n".encode() + (folder / name).read_bytes() + b"\n")
    built = WIDGET_FILE.read_text("utf-8")
    told = re.search(r"sources sha256:([0-9a-f]{64})", built.splitlines()[0])
    assert told is not None
    assert told.group(1) == digest.hexdigest(), "run `make web`"
    assert "eval(" not in built
    assert "new Function" not in built
