"""Log-in through the utility's identity provider in a real browser: in, and refused with words that say what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.conftest import DemoServer
from tests.e2e.sign_on import LABEL, PERSON, SignOn
from tests.e2e.test_console import AXE, Colleague, browser, open_console, password, pytestmark, serious  # noqa: F401

BUTTON = f"使用{LABEL}登录"


@pytest.fixture(autouse=True)
def _same_person_again(sign_on: SignOn) -> Iterator[None]:
    """Whoever a test makes of the person, the next one finds her as she was."""
    yield
    sign_on.person, sign_on.is_away = dict(PERSON), False


async def ask(colleague: Colleague, answer: str) -> None:
    """Press the log-in page's button and answer at the provider."""
    await colleague.page.get_by_role("link", name=BUTTON).click()
    await expect(colleague.page).to_have_title(LABEL)
    await colleague.page.get_by_role("link", name=answer).click()


async def told(colleague: Colleague, words: str) -> None:
    """Wait until the log-in page says this, and stays the log-in page."""
    await expect(colleague.page.get_by_role("alert")).to_have_text(words)
    await expect(colleague.page.get_by_role("link", name=BUTTON)).to_be_visible()


async def test_who_comes_through_the_provider_gets_the_page_that_he_asked_for_and_stays_in(
    browser: Browser,  # noqa: F811
    server: DemoServer,
) -> None:
    colleague = await open_console(browser, server, "/callbacks")
    page = colleague.page
    await ask(colleague, "同意并登录")
    await expect(page.locator(".user")).to_contain_text("宋岚")
    await expect(page.locator(".user")).to_contain_text("坐席 · 山东 / 青岛市")
    await expect(page).to_have_url(re.compile("/console/callbacks$"))
    await page.reload()
    await expect(page).to_have_url(re.compile("/console/callbacks$"))
    await expect(page.locator(".shell")).to_be_visible()
    await page.goto(f"{server.url}/console/account")
    await expect(page.locator(".facts").first).to_contain_text("song.lan")
    await page.locator(".user").click()
    await page.get_by_role("menuitem", name="退出登录").click()
    await expect(page.get_by_role("link", name=BUTTON)).to_be_visible()
    assert colleague.complaints == []


async def test_who_is_refused_reads_why_and_a_password_still_works(
    browser: Browser,  # noqa: F811
    server: DemoServer,
    sign_on: SignOn,
    password: str,  # noqa: F811
) -> None:
    colleague = await open_console(browser, server)
    await ask(colleague, "取消")
    await told(colleague, "统一身份认证未通过，请重试")
    sign_on.person["roles"] = ["everyone"]
    await ask(colleague, "同意并登录")
    await told(colleague, "您的统一身份没有本系统的角色，请联系管理员")
    if AXE.is_file():
        assert await serious(colleague.page) == []
    sign_on.person |= {"sub": "u-18", "preferred_username": "demo-agent", "roles": ["kf-zuoxi"]}
    await ask(colleague, "同意并登录")
    await told(colleague, "已有同名的本地账号，请联系管理员")
    await colleague.page.get_by_role("button", name="English").click()
    await told_in_english(colleague)
    await colleague.log_in("demo-agent", password)
    await expect(colleague.page).to_have_url(re.compile("/console/desk$"))
    assert colleague.complaints == []


async def told_in_english(colleague: Colleague) -> None:
    """The same page, its words and the refusal's, in the other language."""
    await expect(colleague.page.get_by_role("alert")).to_have_text(
        "There is a local account of this name; ask an administrator"
    )
    await expect(colleague.page.get_by_role("link", name=f"Log in with {LABEL}")).to_be_visible()
