"""The demo page in a real browser."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, async_playwright, expect

from tests.e2e.conftest import DemoServer

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


FIELD = "gridtalk-chat .line textarea"


@pytest.fixture
async def page(chromium: str, server: DemoServer) -> AsyncIterator[Page]:
    """A fresh page; whatever it complains about fails the test."""
    complaints: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        made = await browser.new_page()
        made.on("pageerror", lambda error: complaints.append(str(error)))
        made.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        await made.goto(server.url)
        await expect(made.locator("gridtalk-chat .status")).to_have_text("在线")
        yield made
        await browser.close()
    assert complaints == []


async def say(page: Page, text: str) -> None:
    """Type something and send it."""
    await page.fill(FIELD, text)
    await page.press(FIELD, "Enter")


async def test_a_customer_reports_an_outage_by_buttons_and_words(page: Page) -> None:
    bot = page.locator("gridtalk-chat .message.bot")
    await say(page, "我家停电了")
    await expect(bot.last).to_contain_text("地址")
    await expect(page.locator("#stack")).to_contain_text("report_outage")
    await say(page, "市南区闽江路12号3单元501")
    await page.locator("gridtalk-chat .choice").first.click()
    await expect(bot.last).to_contain_text("电话")


async def test_an_answer_names_its_source(page: Page) -> None:
    await say(page, "江苏居民电价多少钱一度")
    await expect(page.locator("gridtalk-chat .message.bot").last).to_contain_text("0.5283")
    await expect(page.locator("gridtalk-chat .sources").last).to_contain_text("依据")


async def test_a_new_session_forgets_the_old_one(page: Page) -> None:
    await say(page, "我家停电了")
    await expect(page.locator("#stack")).to_contain_text("report_outage")
    await page.click("#fresh")
    await expect(page.locator("gridtalk-chat .message.customer")).to_have_count(0)


async def test_on_a_phone_nothing_is_wider_than_the_screen(page: Page) -> None:
    await page.set_viewport_size({"width": 360, "height": 740})
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    await expect(page.locator(FIELD)).to_be_in_viewport()
