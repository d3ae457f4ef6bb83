"""Clients by others, from npm: what they seal is accepted in all modes and forms, what we seal they open.

Nothing of them is in this repository. `GRIDTALK_TEST_NPM=1` fetches them for the test; without it the test is skipped.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.connectors.wechat.conftest import Build
from tests.connectors.wechat.simulator import AES_KEY, APP_ID, OLD_AES_KEY, TOKEN, read

PACKAGES = {"wechat-crypto": "wechat-crypto@0.0.2", "@wecom/crypto": "@wecom/crypto@1.0.1"}
SCRIPTS = {
    "wechat-crypto": """
const Crypt = require("wechat-crypto"), crypt = new Crypt(TOKEN, KEY, ID);
const api = {
  sign: a => crypt.getSignature(a.stamp, a.nonce, a.text), seal: a => crypt.encrypt(a.text),
  open: a => crypt.decrypt(a.text),
};
""",
    "@wecom/crypto": """
const {getSignature, encrypt, decrypt} = require("@wecom/crypto");
const api = {
  sign: a => getSignature(TOKEN, a.stamp, a.nonce, a.text), seal: a => encrypt(KEY, a.text, ID),
  open: a => decrypt(KEY, a.text),
};
""",
}
ENDING = """
const asked = JSON.parse(require("fs").readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(api[asked.call](asked)));
"""
Call = Callable[..., Any]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the packages."""
    if not os.environ.get("GRIDTALK_TEST_NPM") or shutil.which("npm") is None:
        pytest.skip("GRIDTALK_TEST_NPM=1 fetches clients by others with npm")
    folder = tmp_path_factory.mktemp("npm")
    command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", *PACKAGES.values()]
    result = subprocess.run(command, cwd=folder, capture_output=True, timeout=90, check=False)
    if result.returncode:
        pytest.skip("the packages cannot be fetched")
    return folder


def client(folder: Path, package: str, key: str) -> Call:
    """The package's functions: sign, seal, open."""
    head = f"const TOKEN = {json.dumps(TOKEN)}, KEY = {json.dumps(key)}, ID = {json.dumps(APP_ID)};"

    def call(name: str, **values: str) -> Any:
        script = head + SCRIPTS[package] + ENDING
        asked = json.dumps({"call": name, **values})
        result = subprocess.run(
            ["node", "-e", script], cwd=folder, input=asked, capture_output=True, text=True, timeout=30, check=True
        )
        return json.loads(result.stdout)

    return call


@pytest.mark.parametrize("key", [AES_KEY, OLD_AES_KEY], ids=["current key", "previous key"])
@pytest.mark.parametrize("form", ["xml", "json"])
@pytest.mark.parametrize("mode", ["plain", "compatible", "safe"])
@pytest.mark.parametrize("package", PACKAGES)
async def test_an_independent_client_is_accepted_and_can_read_the_answer(
    build: Build, installed: Path, package: str, mode: str, form: str, key: str
) -> None:
    world = await build(side={"mode": mode, "form": form, "key": key})
    call = client(installed, package, key)
    fields = world.wechat.message("o_npm", "我要查电费😀")
    plain, stamp, nonce = world.wechat.written(fields).decode(), str(int(world.clock().timestamp())), "n-1"

    async def ask(name: str, **values: str) -> Any:
        return await asyncio.to_thread(call, name, **values)

    query = {"timestamp": stamp, "nonce": nonce, "signature": await ask("sign", stamp=stamp, nonce=nonce, text="")}
    body = plain.encode()
    if mode != "plain":
        sealed = await ask("seal", text=plain)
        query |= {"encrypt_type": "aes", "msg_signature": await ask("sign", stamp=stamp, nonce=nonce, text=sealed)}
        body = world.wechat.written({**(fields if mode == "compatible" else {}), "Encrypt": sealed})
    heard = await world.wechat.post(query, body)
    answered = heard.fields
    if mode != "plain":
        packet = read(heard.raw)
        signed = {"stamp": str(packet["TimeStamp"]), "nonce": str(packet["Nonce"]), "text": packet["Encrypt"]}
        assert await ask("sign", **signed) == packet["MsgSignature"]
        opened = await ask("open", text=packet["Encrypt"])
        assert opened["id"] == APP_ID
        answered = read(opened["message"].encode())
    assert (heard.status, answered["Content"]) == (200, "答：我要查电费😀")
