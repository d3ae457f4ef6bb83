"""The credentials file: values from the environment, every mistake with its place and never with its value."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.credentials import load_credentials
from connectors.errors import CredentialsInvalid
from connectors.limits import Limit
from connectors.webchat.settings import webchat_settings

KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
WECHAT = f"wechat: {{app_id: wx1, app_secret: s, token: AAAAA, encoding_aes_key: {KEY}}}"


def write(folder: Path, text: str) -> Path:
    path = folder / "credentials.yml"
    path.write_text(text, "utf-8")
    return path


def mistakes(folder: Path, text: str) -> str:
    with pytest.raises(CredentialsInvalid) as caught:
        load_credentials(write(folder, text))
    return str(caught.value)


def test_without_a_file_rest_and_the_chat_window_are_open() -> None:
    opened = load_credentials(None)
    assert opened.rest is not None
    assert opened.webchat is not None
    assert opened.wechat is None


def test_a_door_that_is_not_named_stays_shut(tmp_path: Path) -> None:
    opened = load_credentials(write(tmp_path, "rest: {}\n"))
    assert (opened.rest is None, opened.webchat) == (False, None)


def test_values_come_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WX_SECRET", "0815")
    opened = load_credentials(write(tmp_path, WECHAT.replace("app_secret: s", 'app_secret: "${WX_SECRET}"')))
    assert opened.wechat is not None
    assert opened.wechat.app_secret.get_secret_value() == "0815"
    assert "0815" not in repr(opened)


def test_a_previous_key_that_is_empty_in_the_environment_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OLD_KEY", "")
    opened = load_credentials(write(tmp_path, WECHAT.replace("}", ', previous_encoding_aes_key: "${OLD_KEY}"}')))
    assert opened.wechat is not None
    assert opened.wechat.previous_encoding_aes_key is None


def test_a_missing_variable_is_named_with_its_place(tmp_path: Path) -> None:
    said = mistakes(tmp_path, 'rest: {}\nwechat:\n  app_secret: "${NOT_THERE_AT_ALL}"\n')
    assert said == "credentials.yml:3: wechat.app_secret: the environment has no NOT_THERE_AT_ALL"


def test_an_unknown_key_is_told_with_the_nearest_one(tmp_path: Path) -> None:
    assert "wechat.app_idd: unknown key (nearest: app_id)" in mistakes(tmp_path, WECHAT.replace("app_id", "app_idd"))
    assert "1: wechatt: unknown key (nearest: wechat)" in mistakes(tmp_path, "wechatt: {}")
    limits = "rest: {limits: {per_usr: {most: 1}}}"
    assert "rest.limits.per_usr: unknown key (nearest: per_user)" in mistakes(tmp_path, limits)
    scene = WECHAT.replace("}", ", scenes: {hall: {regon: a}}}")
    assert "wechat.scenes.hall.regon: unknown key (nearest: region)" in mistakes(tmp_path, scene)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (WECHAT.replace(KEY, "short"), "43 characters"),
        (WECHAT.replace(f", encoding_aes_key: {KEY}", ""), "needed in mode safe"),
        (WECHAT.replace("}", ', api_base: "http://elsewhere.example"}'), "must be https"),
        (WECHAT.replace("}", ", mode: loud}"), "'plain', 'compatible' or 'safe'"),
        (WECHAT.replace("}", ", menu: [{name: a}]}"), "exactly one of say, url, buttons"),
        ("callback: {url: 'http://elsewhere.example/in', secret: s}", "callback.url: must be https"),
        ("callback: {url: 'https://elsewhere.example/in'}", "callback.secret: Field required"),
        ("webchat: {allowed_origins: ['https://example.com/']}", "scheme, host and port"),
        ("webchat: {allowed_origins: ['*']}", "scheme, host and port"),
        ("webchat: {history_hours: 0}", "webchat.history_hours: Input should be greater than or equal to 1"),
        ("trusted_proxies: [proxy.example]", "must be an address or a network"),
        ("rest: {limits: {per_user: {most: 0}}}", "rest.limits.per_user.most: Input should be greater"),
        ("- a", "must be a mapping"),
        ("a: [", "not readable as YAML"),
    ],
)
def test_a_wrong_value_is_told_without_the_value(tmp_path: Path, wrong: str, told: str) -> None:
    said = mistakes(tmp_path, wrong)
    assert told in said
    assert KEY not in said


def test_plain_http_to_this_machine_is_allowed(tmp_path: Path) -> None:
    opened = load_credentials(write(tmp_path, WECHAT.replace("}", ', api_base: "http://127.0.0.1:8080/"}')))
    assert opened.wechat is not None
    assert opened.wechat.api_base == "http://127.0.0.1:8080"


def test_lists_and_numbers_come_from_the_environment_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORIGINS", "https://a.example, https://B.example:8443")
    monkeypatch.setenv("MOST", "7")
    text = 'webchat: {allowed_origins: "${ORIGINS}", limits: {per_user: {most: "${MOST}"}, per_address: null}}'
    settings = webchat_settings(load_credentials(write(tmp_path, text)), is_demo=True)
    assert settings.allowed_origins == {"https://a.example", "https://b.example:8443"}
    assert settings.per_user == Limit("user", 7, 60.0)
    assert settings.per_address is None
    assert not settings.spares_loopback
