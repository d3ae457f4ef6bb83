"""The seal and what is believed: official vector, an independent library, every refusal without detail and turn."""

from __future__ import annotations

import importlib
import json
import warnings
from typing import Any

import pytest
from aiohttp import ClientSession
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.wechat.errors import DeliveryRefused
from connectors.wechat.packet import parse_packet, render_packet
from connectors.wechat.seal import Seal, build_seals, is_signed, sign
from tests.connectors.wechat.conftest import Build, World
from tests.connectors.wechat.simulator import (
    AES_KEY,
    APP_ID,
    OLD_AES_KEY,
    OTHER_AES_KEY,
    TOKEN,
    seal,
    signature,
    to_xml,
    unseal,
)

VECTOR = ("AAAAA", "1714037059", "486452656")
VECTOR_SIGNATURE = "899cf89e464efb63f54ddac96b0a0a235f53aa78"
BOMB = (
    b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    b"<xml><FromUserName>o1</FromUserName><MsgType>text</MsgType><Content>&b;</Content></xml>"
)


@pytest.fixture(scope="module")
def independent() -> Any:
    """wechatpy's crypto, a second implementation by others."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module = pytest.importorskip("wechatpy.crypto")
        importlib.import_module("wechatpy.exceptions")
    return module.WeChatCrypto(TOKEN, AES_KEY, APP_ID)


def our_seal() -> Seal:
    return build_seals(APP_ID, AES_KEY)[0]


def test_the_official_vector_is_signed_as_documented() -> None:
    assert sign(*VECTOR) == VECTOR_SIGNATURE
    assert is_signed(VECTOR_SIGNATURE, *VECTOR)
    assert not is_signed("签" * 40, *VECTOR)


@pytest.mark.parametrize("text", ["你好", "x" * 5000, "]]>&<", "😀" * 10])
def test_the_independent_library_opens_what_we_seal_and_we_what_it_seals(independent: Any, text: str) -> None:
    message = to_xml({"FromUserName": "o1", "Content": text}) if "]]>" not in text else text.encode()
    sealed = our_seal().close(message)
    signed = sign(TOKEN, "1714037059", "n", sealed)
    packet = render_packet({"Encrypt": sealed}, "xml")
    assert independent.decrypt_message(packet, signed, "1714037059", "n") == message.decode()
    theirs = independent.encrypt_message(message.decode(), "n", "1714037059")
    fields = parse_packet(theirs.encode())
    assert is_signed(fields["MsgSignature"], TOKEN, "1714037059", "n", fields["Encrypt"])
    assert our_seal().open(fields["Encrypt"]) == message


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_every_message_comes_back_and_both_implementations_agree(message: bytes) -> None:
    assert our_seal().open(seal(message)) == message
    assert unseal(our_seal().close(message)) == (message, APP_ID)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_refused_and_never_crash(junk: bytes) -> None:
    with pytest.raises(DeliveryRefused):
        our_seal().open(junk.hex())
    try:
        parse_packet(junk)
    except DeliveryRefused:
        pass


def test_texts_survive_xml_and_json() -> None:
    for text in ("a]]>b", "<&>", "一行\n两行", "😀"):
        for form in ("xml", "json"):
            assert parse_packet(render_packet({"Content": text, "n": 7}, form)) == {"Content": text, "n": "7"}  # type: ignore[arg-type]


def test_json_is_written_raw() -> None:
    assert "电费".encode() in render_packet({"Content": "电费"}, "json")


async def test_the_address_check_echoes_the_old_official_vector(world: World) -> None:
    query = dict(zip(("timestamp", "nonce"), VECTOR[1:], strict=True))
    async with ClientSession() as session:
        good = {"signature": VECTOR_SIGNATURE, "echostr": "4375120948345356249", **query}
        async with session.get(world.wechat.url, params=good) as response:
            assert (response.status, await response.text()) == (200, "4375120948345356249")
        for wrong in ("", "0" * 40, "签名"):
            async with session.get(world.wechat.url, params={**good, "signature": wrong}) as response:
                assert (response.status, await response.read()) == (403, b"")


@pytest.mark.parametrize("form", ["xml", "json"])
@pytest.mark.parametrize("mode", ["plain", "compatible", "safe"])
async def test_every_mode_and_form_is_answered_in_its_own(build: Build, mode: str, form: str) -> None:
    world = await build(side={"mode": mode, "form": form})
    heard = await world.wechat.say("o_user-1", "查电费")
    assert (heard.status, heard.text) == (200, "答：查电费")
    assert (heard.fields["ToUserName"], heard.fields["FromUserName"]) == ("o_user-1", "gh_97417a04a28d")
    assert (heard.raw[:1] == b"{") == (form == "json")
    assert (b"Encrypt" in heard.raw) == (mode != "plain")


async def test_the_previous_key_opens_and_answers(build: Build) -> None:
    world = await build(side={"key": OLD_AES_KEY})
    assert (await world.wechat.say("o1", "你好")).text == "答：你好"


async def test_compatible_mode_trusts_only_the_sealed_part(build: Build) -> None:
    world = await build(side={"mode": "compatible"})
    query, body = world.wechat.delivery(world.wechat.message("o1", "真的"))
    forged = body.replace("真的".encode(), "假的".encode())
    assert (await world.wechat.post(query, forged)).text == "答：真的"


def refusals(world: World) -> dict[str, tuple[dict[str, str], bytes]]:
    """Deliveries that must be refused, in safe mode."""
    side, message = world.wechat, world.wechat.message("o1", "你好")
    query, body = side.delivery(message)
    stamp, nonce = query["timestamp"], "n-1"
    foreign_key = seal(to_xml(message), OTHER_AES_KEY)
    cut = seal(to_xml(message))[:-8]
    bomb = seal(BOMB)

    def sealed(encrypted: str) -> tuple[dict[str, str], bytes]:
        signed = {"msg_signature": signature(TOKEN, stamp, nonce, encrypted), "encrypt_type": "aes"}
        return {"timestamp": stamp, "nonce": nonce, **signed}, to_xml({"Encrypt": encrypted})

    old = str(int(stamp) - 301)
    plain = {"timestamp": stamp, "nonce": nonce, "signature": signature(TOKEN, stamp, nonce)}
    return {
        "bad signature": ({**query, "msg_signature": "0" * 40}, body),
        "no ASCII": ({**query, "msg_signature": "签名"}, body),
        "no msg_signature": ({name: value for name, value in query.items() if name != "msg_signature"}, body),
        "foreign app": side.delivery(message, app_id="wx0000000000000000"),
        "foreign key": sealed(foreign_key),
        "broken ciphertext": sealed(cut),
        "no base64": sealed("签名"),
        "plain body": (plain, to_xml(message)),
        "old": side.delivery(message, stamp=old),
        "ahead": side.delivery(message, stamp=str(int(stamp) + 301)),
        "no number": side.delivery(message, stamp="soon"),
        "other digits": side.delivery(message, stamp="１７１４０３７０５９"),
        "entities": sealed(bomb),
        "entities outside": (query, BOMB),
        "no XML": (query, b"\xff\xfe\x00"),
        "empty": (query, b""),
        "no message": side.delivery({"ToUserName": "gh"}),
        "too large": (query, b"<xml>" + b"x" * (256 * 1024) + b"</xml>"),
    }


async def test_every_refusal_is_4xx_without_detail_and_makes_no_turn(world: World) -> None:
    for name, (query, body) in refusals(world).items():
        heard = await world.wechat.post(query, body)
        assert 400 <= heard.status < 500, name
        assert heard.raw == b"", name
    assert world.assistant.turns == []


async def test_plain_mode_refuses_a_bad_signature_and_entities(build: Build) -> None:
    world = await build(side={"mode": "plain"})
    query, body = world.wechat.delivery(world.wechat.message("o1", "你好"))
    assert (await world.wechat.post({**query, "signature": "0" * 40}, body)).status == 403
    assert (await world.wechat.post(query, BOMB)).status == 400
    assert world.assistant.turns == []


async def test_a_used_nonce_with_another_body_is_refused(build: Build) -> None:
    world = await build(side={"mode": "plain"})
    first = world.wechat.delivery(world.wechat.message("o1", "查电费"), nonce="n1")
    second = world.wechat.delivery(world.wechat.message("o1", "改地址"), nonce="n1")
    assert (await world.wechat.post(*first)).status == 200
    assert (await world.wechat.post(*second)).status == 403
    assert (await world.wechat.post(*first)).text == "答：查电费"
    assert len(world.assistant.turns) == 1


async def test_large_json_numbers_keep_every_digit(build: Build) -> None:
    world = await build(side={"mode": "plain", "form": "json"})
    fields = world.wechat.message("o1", "你好", MsgId=24_999_999_999_999_999)
    await world.wechat.deliver(json.loads(json.dumps(fields)))
    assert world.assistant.turns[0].message_id == "24999999999999999"
