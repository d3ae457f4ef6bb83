"""Log-in through a provider: who is let in, as whom; every token that is not good lets nobody in; each attempt once."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import ClientSession, CookieJar, web
from aiohttp.test_utils import TestClient, TestServer
from joserfc.jwk import RSAKey
from pydantic import SecretStr

from connectors.console_settings import OidcSettings
from connectors.credentials import load_credentials
from connectors.desk.organisation import load_organisation
from connectors.errors import CredentialsInvalid
from connectors.limits import ProcessCounts, Proxies, RequestLimits
from connectors.server import build_server
from console.account_api import AccountApi
from console.audit import Audit
from console.guard import Guard
from console.logins import Logins
from console.oidc.api import COOKIE, OidcApi
from console.oidc.people import People
from console.oidc.provider import Provider
from console.staff import NewStaff, StaffBook
from console.table import AUDIT
from storage.clock import system_clock
from storage.database import open_database
from storage.secret import load_cipher
from tests.connectors.desk.world import ROOT
from tests.console.conftest import PASSWORD
from tests.console.identity_provider import CLIENT, SECRET, IdentityProvider

WANG = {"sub": "u-17", "preferred_username": "Wang.Min", "name": "王敏", "roles": ["everyone", "desk"], "ou": "qingdao"}


class Shop:
    """A console with nothing but log-ins, and its provider."""

    def __init__(self, provider: IdentityProvider, server: TestServer, book: StaffBook, api: OidcApi) -> None:
        self.provider, self.server, self.book, self.api = provider, server, book, api

    def browser(self) -> TestClient[web.Request, web.Application]:
        return TestClient(self.server, cookie_jar=CookieJar(unsafe=True))

    async def begin(self, client: TestClient[web.Request, web.Application]) -> str:
        """Press the button; return where the provider sends the browser back to."""
        response = await client.get("/console/api/oidc/start", allow_redirects=False)
        assert response.status == 302
        async with ClientSession() as session:
            asked = await session.get(response.headers["Location"], allow_redirects=False)
        parts = urlsplit(asked.headers["Location"])
        return f"{parts.path}?{parts.query}"

    async def log_in(self, client: TestClient[web.Request, web.Application]) -> str:
        """Log in; return where the browser ends."""
        response = await client.get(await self.begin(client), allow_redirects=False)
        assert response.status == 302
        return response.headers["Location"]

    async def session(self, client: TestClient[web.Request, web.Application]) -> dict[str, Any]:
        """What the page learns about who is in."""
        response = await client.get("/console/api/session")
        return (await response.json()) if response.status == 200 else {}

    async def acts(self) -> list[tuple[str, str, str]]:
        rows = await self.book.database.read(lambda link: link.execute(AUDIT.select().order_by(AUDIT.c.id)).all())
        return [(row.actor, row.action, row.detail) for row in rows]


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    """The shop with its provider."""
    provider = IdentityProvider(dict(WANG))
    await provider.start()
    settings = OidcSettings(
        issuer=provider.issuer,
        client_id=CLIENT,
        client_secret=SecretStr(SECRET),
        redirect_url="https://console.example.com/console/api/oidc/callback",
        roles={"chief": "supervisor", "desk": "agent"},
        place_claim="ou",
        places={"qingdao": "山东/青岛市", "all": ""},
    )
    database = open_database(f"sqlite:///{tmp_path}/console.sqlite")
    book = StaffBook(database, system_clock)
    await book.prepare()
    await book.add(NewStaff("root", "", "admin"), PASSWORD)
    logins, organisation = Logins(book), load_organisation(ROOT)
    limits = RequestLimits(ProcessCounts(), spares_loopback=True)
    api = OidcApi(database, limits, Provider(settings), People(logins, organisation, settings))
    account = AccountApi(logins, book, organisation, limits, lambda: "r")
    guard = Guard(logins, Audit(database, load_cipher(), system_clock), limits, Proxies(), None, is_demo=False)
    console = web.Application()
    console.add_routes([guard.route(one) for part in (api, account) for one in part.endpoints()])
    application = build_server([])
    application.add_subapp("/console/", console)
    server = TestServer(application)
    await server.start_server()
    yield Shop(provider, server, book, api)
    await server.close()
    await provider.close()
    await database.close()


async def test_who_comes_through_the_provider_gets_the_account_of_his_claims(shop: Shop) -> None:
    client = shop.browser()
    assert await (await client.get("/console/api/oidc")).json() == {"enabled": True, "label": "统一身份认证"}
    assert await shop.log_in(client) == "/console/"
    staff = (await shop.session(client))["staff"]
    assert (staff["name"], staff["display_name"], staff["role"]) == ("wang.min", "王敏", "agent")
    assert (staff["scope"], staff["must_change_password"]) == ("山东/青岛市", False)
    assert ("wang.min", "login.oidc", "{}") in await shop.acts()
    again = shop.browser()
    assert await shop.log_in(again) == "/console/"
    assert (await shop.session(again))["staff"]["id"] == staff["id"]
    await client.close()
    await again.close()


async def test_a_new_role_or_place_counts_from_the_next_log_in_and_ends_the_old_sessions(shop: Shop) -> None:
    first, second = shop.browser(), shop.browser()
    await shop.log_in(first)
    shop.provider.person |= {"roles": "chief", "ou": "all"}
    await shop.log_in(second)
    staff = (await shop.session(second))["staff"]
    assert (staff["role"], staff["scope"]) == ("supervisor", "")
    assert await shop.session(first) == {}
    await first.close()
    await second.close()


@pytest.mark.parametrize(
    "changes",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another-client"},
        {"aud": [CLIENT, "other"]},
        {"aud": [CLIENT, "other"], "azp": "other"},
        {"azp": "other"},
        {"iss": "https://evil.example.com"},
        {"exp": int(time.time()) - 3600},
        {"exp": None},
        {"iat": int(time.time()) + 3600},
        {"sub": None},
        {"sub": "x" * 300},
    ],
)
async def test_a_token_with_a_wrong_claim_lets_nobody_in(shop: Shop, changes: dict[str, Any]) -> None:
    shop.provider.changes = changes
    client = shop.browser()
    assert await shop.log_in(client) == "/console/login?problem=oidc_refused"
    assert await shop.session(client) == {}
    assert (await shop.acts())[-1][1:] == ("login.oidc", '{"refused":"oidc_refused"}')
    await client.close()


async def test_a_token_that_is_signed_by_another_key_or_by_none_lets_nobody_in(shop: Shop) -> None:
    client = shop.browser()
    good = shop.provider.key
    shop.provider.key = RSAKey.generate_key(2048, {"kid": "k1"})
    assert (await shop.log_in(client)).endswith("oidc_refused")
    shop.provider.key, shop.provider.algorithm = good, "none"
    assert (await shop.log_in(client)).endswith("oidc_refused")
    shop.provider.algorithm = "RS512"
    assert (await shop.log_in(client)).endswith("oidc_refused")
    shop.provider.algorithm = "RS256"
    assert await shop.log_in(client) == "/console/"
    await client.close()


async def test_a_new_key_of_the_provider_is_read_when_it_is_needed(shop: Shop) -> None:
    client = shop.browser()
    assert await shop.log_in(client) == "/console/"
    shop.provider.key = RSAKey.generate_key(2048, {"kid": "k2"})
    shop.provider.published = [shop.provider.key]
    assert shop.api.provider is not None
    shop.api.provider._read_at -= 60
    assert await shop.log_in(client) == "/console/"
    assert shop.provider.asked.count("configuration") == 2
    await client.close()


async def test_an_attempt_works_once_in_the_browser_in_which_it_was_begun_and_not_for_long(shop: Shop) -> None:
    thief, victim = shop.browser(), shop.browser()
    back = await shop.begin(victim)
    response = await thief.get(back, allow_redirects=False)
    assert response.headers["Location"].endswith("oidc_state")
    assert (await victim.get(back, allow_redirects=False)).headers["Location"] == "/console/"
    state = parse_qs(urlsplit(back).query)["state"][0]
    replayed = await victim.get(back, allow_redirects=False, cookies={COOKIE: state})
    assert replayed.headers["Location"].endswith("oidc_state")
    late = await shop.begin(thief)
    assert shop.api.provider is not None
    shop.api.provider.now = lambda: time.time() + 601
    assert (await thief.get(late, allow_redirects=False)).headers["Location"].endswith("oidc_state")
    await thief.close()
    await victim.close()


async def test_a_code_without_its_verifier_is_useless(shop: Shop) -> None:
    """PKCE: a code that somebody else begun is refused by the provider."""
    one, other = shop.browser(), shop.browser()
    stolen = parse_qs(urlsplit(await shop.begin(other)).query)["code"][0]
    own = urlsplit(await shop.begin(one))
    state = parse_qs(own.query)["state"][0]
    response = await one.get(f"{own.path}?code={stolen}&state={state}", allow_redirects=False)
    assert response.headers["Location"].endswith("oidc_refused")
    await one.close()
    await other.close()


@pytest.mark.parametrize(
    ("person", "code"),
    [
        ({"roles": ["everyone"]}, "oidc_no_role"),
        ({"roles": {"desk": True}}, "oidc_no_role"),
        ({"ou": "elsewhere"}, "oidc_no_place"),
        ({"preferred_username": "王敏"}, "oidc_refused"),
        ({"preferred_username": None}, "oidc_refused"),
        ({"preferred_username": "local"}, "oidc_name_taken"),
    ],
)
async def test_claims_that_fit_no_account_let_nobody_in(shop: Shop, person: dict[str, Any], code: str) -> None:
    await shop.book.add(NewStaff("local", "", "admin"), PASSWORD)
    shop.provider.person |= person
    client = shop.browser()
    assert await shop.log_in(client) == f"/console/login?problem={code}"
    assert await shop.session(client) == {}
    await client.close()


async def test_an_account_that_was_switched_off_stays_off(shop: Shop) -> None:
    client = shop.browser()
    await shop.log_in(client)
    staff_id = (await shop.session(client))["staff"]["id"]
    await shop.book.change(staff_id, is_active=False)
    assert (await shop.log_in(client)).endswith("oidc_inactive")
    await client.close()


async def test_a_provider_that_is_away_or_says_no_is_told_on_the_log_in_page(shop: Shop) -> None:
    client = shop.browser()
    shop.provider.is_away = True
    response = await client.get("/console/api/oidc/start", allow_redirects=False)
    assert response.headers["Location"].endswith("oidc_away")
    shop.provider.is_away = False
    back = await shop.begin(client)
    denied = f"{back.partition('?')[0]}?error=access_denied&state={parse_qs(urlsplit(back).query)['state'][0]}"
    assert (await client.get(denied, allow_redirects=False)).headers["Location"].endswith("oidc_refused")
    await client.close()


async def test_without_a_provider_there_is_no_button_and_nothing_to_enter(shop: Shop) -> None:
    api = OidcApi(shop.book.database, shop.api.limits)
    assert [one.path for one in api.endpoints()] == [one.path for one in shop.api.endpoints()]
    assert api.provider is None


def test_a_mistake_in_the_settings_is_told_without_the_secret(tmp_path: Path) -> None:
    file = tmp_path / "credentials.yml"
    lines = [
        "console:",
        "  oidc:",
        "    issuer: http://idp.example.com",
        "    client_id: a",
        "    client_secret: hush-hush",
        "    redirect_url: https://a.example.com/x",
        "    roles: {a: agent}",
    ]
    file.write_text("\n".join(lines))
    with pytest.raises(CredentialsInvalid, match="issuer") as refused:
        load_credentials(file)
    assert "hush-hush" not in str(refused.value)
    file.write_text("\n".join(lines).replace("http://idp", "https://idp"))
    found = load_credentials(file).console
    assert found is not None
    assert found.oidc is not None
    assert found.oidc.roles == {"a": "agent"}
