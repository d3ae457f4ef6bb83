"""One token call for all: twenty coroutines, twenty processes, one call."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from connectors.credentials import WeChatCredentials
from connectors.wechat.access_token import AccessToken, FreshToken
from connectors.wechat.client import build_client
from connectors.wechat.errors import ApiUnreachable
from storage.database import open_database
from tests.connectors.wechat.simulator import APP_ID, SECRET, TOKEN

WORKERS = 20


class Fetches:
    """Counts calls."""

    def __init__(self, *lives: float) -> None:
        self.forced: list[bool] = []
        self.same = False
        self.lives = lives or (7200.0,)

    async def __call__(self, *, force: bool) -> FreshToken:
        self.forced.append(force)
        await asyncio.sleep(0.05)
        return FreshToken("t" if self.same and not force else f"t{len(self.forced)}", self.lives[0])


async def token_of(folder: Path, fetch: Fetches) -> AccessToken:
    made = AccessToken(open_database(f"sqlite:///{folder / 't.sqlite'}"), "wechat:wx1", fetch)
    await made.prepare()
    return made


async def test_twenty_at_once_make_one_call(tmp_path: Path) -> None:
    fetch = Fetches()
    tokens = [await token_of(tmp_path, fetch) for _ in range(4)]
    had = await asyncio.gather(*(token.get() for token in tokens * 5))
    assert set(had) == {"t1"}
    assert len(fetch.forced) == 1


async def test_a_refusal_heard_by_many_renews_once(tmp_path: Path) -> None:
    fetch = Fetches()
    tokens = [await token_of(tmp_path, fetch) for _ in range(3)]
    await tokens[0].get()
    await asyncio.gather(*(token.refused("t1") for token in tokens))
    assert set(await asyncio.gather(*(token.get() for token in tokens))) == {"t2"}
    await tokens[0].refused("t1")  # heard late: the newer token stands
    assert await tokens[0].get() == "t2"
    assert fetch.forced == [False, False]


async def test_a_refused_token_that_comes_back_is_ended_by_force_and_not_again_at_once(tmp_path: Path) -> None:
    fetch = Fetches()
    fetch.same = True
    token = await token_of(tmp_path, fetch)
    assert await token.get() == "t"
    await token.refused("t")
    assert await token.get() == "t3"
    await token.refused("t3")
    await token.get()
    assert fetch.forced == [False, False, True, False]


async def test_a_token_is_renewed_before_it_ends(tmp_path: Path) -> None:
    fetch = Fetches(7200.0)
    token = await token_of(tmp_path, fetch)
    await token.get()
    token.now = lambda: time.time() + 6800
    assert await token.get() == "t1"
    token.now = lambda: time.time() + 6950
    assert await token.get() == "t2"


async def test_a_failed_call_leaves_the_way_free(tmp_path: Path) -> None:
    fetch = Fetches()
    token = await token_of(tmp_path, fetch)

    async def fails(*, force: bool) -> FreshToken:
        raise ApiUnreachable("down")

    token.fetch = fails
    with pytest.raises(ApiUnreachable):
        await token.get()
    token.fetch = fetch
    assert await token.get() == "t1"


class TokenServer(BaseHTTPRequestHandler):
    """A token server for processes."""

    calls = 0

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        type(self).calls += 1
        time.sleep(0.3)
        body = b'{"access_token": "' + b"x" * 512 + b'", "expires_in": 7200}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


def test_twenty_workers_race_and_make_one_call(tmp_path: Path) -> None:
    """Real processes over one SQLite file, each with a client of its own."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), TokenServer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}"

    async def work() -> bool:
        settings = WeChatCredentials.model_validate(
            {"app_id": APP_ID, "app_secret": SECRET, "token": TOKEN, "mode": "plain", "api_base": base}
        )
        database = open_database(f"sqlite:///{tmp_path / 'p.sqlite'}")
        client = build_client(settings, database)
        await client.api.token.prepare()
        had = await client.api.token.get()
        await client.close()
        await database.close()
        return had == "x" * 512

    children = []
    for _ in range(WORKERS):
        child = os.fork()
        if child == 0:
            os._exit(0 if asyncio.run(work()) else 1)
        children.append(child)
    assert {os.waitpid(child, 0)[1] for child in children} == {0}
    server.shutdown()
    server.server_close()
    assert TokenServer.calls == 1
