"""The chat window in a real browser, over the running server."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
import wave
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, Route, async_playwright, expect

from tests.connectors.webchat_client import picture
from tests.e2e.conftest import ROOT, DemoServer, wait_until
from tests.e2e.test_page import ARGUMENTS

AXE = ROOT / "web" / "widget" / "node_modules" / "axe-core" / "axe.min.js"
HOST_PAGE = "<!doctype html><html lang='zh-CN'><title>host</title><body><h1>网上营业厅</h1>{}</body></html>"
STRICT = {"Content-Security-Policy": "script-src 'self'; style-src 'self'", "Content-Type": "text/html; charset=utf-8"}
FIELD = "gridtalk-chat .line textarea"


@dataclass
class Customer:
    """Somebody at a page with the chat window."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    async def say(self, text: str) -> None:
        await self.page.fill(FIELD, text)
        await self.page.press(FIELD, "Enter")

    async def hears(self, text: str) -> None:
        """Wait until the bot's last message has this; the greeting is no answer."""
        answers = self.page.locator("gridtalk-chat .message:is(.bot, .agent):has(.mark)")
        await expect(answers.last).to_contain_text(text)

    async def said(self) -> list[str]:
        return await self.page.locator("gridtalk-chat .message.customer .text").all_inner_texts()


def quiet_room(path: Path) -> Path:
    """Write two seconds in which nobody speaks; the browser's own stand-in beeps, which may sound like a word."""
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 48_000, 0, "NONE", "not compressed"))
        file.writeframes(bytes(2 * 2 * 48_000))
    return path


@pytest.fixture
async def browser(chromium: str, tmp_path: Path) -> AsyncIterator[Browser]:
    """A browser with a microphone in a quiet room, in which pages made by the test may reach this machine."""
    media = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    media.append(f"--use-file-for-fake-audio-capture={quiet_room(tmp_path / 'quiet.wav')}")
    media.append("--disable-features=LocalNetworkAccessChecks")
    async with async_playwright() as playwright:
        made = await playwright.chromium.launch(executable_path=chromium, args=[*ARGUMENTS, *media])
        yield made
        await made.close()


async def visit(browser: Browser, url: str, path: str = "/", body: str = "", **context: object) -> Customer:
    """Open the demo page, or a host page of this body under a strict policy, in a browser of its own."""
    page = await (await browser.new_context(**context)).new_page()  # type: ignore[arg-type]
    return await look(page, url, path, body)


async def look(page: Page, url: str, path: str = "/", body: str = "") -> Customer:
    customer = Customer(page)
    page.on("pageerror", lambda error: customer.complaints.append(str(error)))
    page.on(
        "console", lambda line: customer.complaints.append(line.text) if line.type in ("error", "warning") else None
    )

    async def serve(route: Route) -> None:
        await route.fulfill(body=HOST_PAGE.format(body), headers=STRICT)

    if body:
        await page.route("**/host", serve)
    await page.goto(url + path)
    return customer


FLOATING = "<script src='/webchat/widget.js' data-embed data-policy-url='/demo/policy.html'></script>"


async def test_one_script_tag_under_a_strict_policy_gives_a_whole_window(browser: Browser, server: DemoServer) -> None:
    customer = await visit(browser, server.url, "/host", FLOATING, viewport={"width": 900, "height": 700})
    page = customer.page
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await expect(page.locator("gridtalk-chat .consent")).to_contain_text("个人信息保护说明")
    await page.keyboard.type("江苏居民电价多少钱一度")
    await page.keyboard.press("Enter")
    await customer.hears("0.5283")
    await expect(page.locator("gridtalk-chat .mark").last).to_have_text("本回答由 AI 生成")
    await expect(page.locator("gridtalk-chat .consent")).to_be_hidden()
    await page.locator("gridtalk-chat .sources summary").click()
    await expect(page.locator("gridtalk-chat .sources")).to_contain_text("江苏")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_be_hidden()
    assert await page.evaluate("document.activeElement.shadowRoot.activeElement.className") == "launcher"
    assert customer.complaints == []


async def test_two_tabs_show_the_same_and_a_closed_one_counts(browser: Browser, server: DemoServer) -> None:
    first = await visit(browser, server.url, "/host", FLOATING)
    await first.page.evaluate("document.querySelector('gridtalk-chat').open()")
    await first.say("你好")
    await first.hears("小电")
    second = await look(await first.page.context.new_page(), server.url, "/host", FLOATING)
    await expect(second.page.locator("gridtalk-chat .message.customer")).to_have_count(1)
    await first.page.keyboard.press("Escape")
    await second.page.evaluate("document.querySelector('gridtalk-chat').say('江苏居民电价多少钱一度')")
    for customer in (first, second):
        await expect(customer.page.locator("gridtalk-chat .badge")).to_have_text("1")
    await second.page.click("gridtalk-chat .launcher")
    await expect(second.page.locator("gridtalk-chat .divider")).to_have_text("新消息")
    await expect(second.page.locator("gridtalk-chat .badge")).to_be_hidden()
    await second.hears("0.5283")
    assert await second.said() == ["你好", "江苏居民电价多少钱一度"]


@pytest.mark.parametrize("transport", ["sse", "poll"])
async def test_other_lines_do_the_same(browser: Browser, server: DemoServer, transport: str) -> None:
    body = f"<gridtalk-chat transport='{transport}' open></gridtalk-chat><script src='/webchat/widget.js'></script>"
    customer = await visit(browser, server.url, "/host", body)
    await customer.say("你好")
    await customer.hears("小电")
    await customer.say("江苏居民电价多少钱一度")
    await customer.hears("0.5283")
    assert await customer.said() == ["你好", "江苏居民电价多少钱一度"]


async def test_on_a_slow_and_breaking_network_nothing_is_lost_or_doubled(browser: Browser, server: DemoServer) -> None:
    body = "<gridtalk-chat transport='sse' open></gridtalk-chat><script src='/webchat/widget.js'></script>"
    customer = await visit(browser, server.url, "/host", body)
    await expect(customer.page.locator("gridtalk-chat .status")).to_have_text("在线", timeout=10_000)
    network = await customer.page.context.new_cdp_session(customer.page)

    async def conditions(*, offline: bool) -> None:
        speed = {"latency": 300, "downloadThroughput": 20_000, "uploadThroughput": 10_000}
        await network.send("Network.emulateNetworkConditions", {"offline": offline, **speed})

    await conditions(offline=False)
    await customer.say("你好")
    await customer.say("江苏居民电价多少钱一度")
    assert await customer.said() == ["你好", "江苏居民电价多少钱一度"]  # shown before the network has moved
    await customer.hears("0.5283")
    await conditions(offline=True)
    await customer.say("山东居民电价多少钱一度")
    await expect(customer.page.locator("gridtalk-chat .state")).to_have_count(1)
    await conditions(offline=False)
    await expect(customer.page.locator("gridtalk-chat .message.bot .text").last).to_contain_text(
        "0.5469", timeout=30_000
    )
    assert await customer.said() == ["你好", "江苏居民电价多少钱一度", "山东居民电价多少钱一度"]
    answers = await customer.page.locator("gridtalk-chat .message.bot .text").all_inner_texts()
    assert [sum(price in answer for answer in answers) for price in ("0.5283", "0.5469")] == [1, 1]


async def test_what_actions_show_is_drawn_and_not_only_said(
    browser: Browser, server: DemoServer, accounts: list[dict[str, Any]]
) -> None:
    customer = await visit(browser, server.url)
    page, account = customer.page, accounts[0]
    await customer.say("济南市历下区的营业厅在哪")
    await expect(page.locator("gridtalk-chat ul.list li").first).to_contain_text("营业厅")
    await customer.say("查上个月的电费账单")
    field = page.get_by_label("户号", exact=True)
    await field.fill(account["account_no"])
    await field.press("Enter")
    await customer.hears("验证码")
    messages = server.get(f"/demo/sms?phone={account['phone']}")
    code = re.search(r"验证码\D*(\d{6})", messages[-1]["text"])
    assert code is not None
    await customer.say(code.group(1))
    table = page.locator("gridtalk-chat table tfoot")
    await expect(table.first).to_contain_text("合计")
    await customer.say("我账户余额还有多少")
    await expect(page.locator("gridtalk-chat .card dl").last).to_contain_text("截至")
    assert customer.complaints == []


async def test_without_websockets_the_window_finds_another_line(browser: Browser, server: DemoServer) -> None:
    page = await browser.new_page()
    await page.route_web_socket("**/webchat/ws", lambda line: line.close())
    customer = await look(page, server.url)
    await expect(page.locator("gridtalk-chat .status")).to_have_text("在线", timeout=10_000)
    await customer.say("你好")
    await customer.hears("小电")


async def test_a_customer_goes_through_a_service_with_form_buttons_upload_and_rating(
    browser: Browser, server: DemoServer
) -> None:
    customer = await visit(browser, server.url, viewport={"width": 360, "height": 740})
    page = customer.page
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    await expect(page.locator("gridtalk-chat button.agent")).to_be_in_viewport()
    await page.get_by_role("button", name="查电费").click()
    field = page.get_by_label("户号", exact=True)
    await field.fill("12")
    await field.press("Enter")
    await expect(page.locator("gridtalk-chat .hint.bad")).to_be_visible()
    assert len(await customer.said()) == 1
    file = {"name": "meter.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    await page.locator("gridtalk-chat input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    await customer.hears("图片已收到")
    shown = page.locator("gridtalk-chat .message.customer img")
    await expect(shown).to_have_js_property("complete", True)
    assert await shown.evaluate("image => image.naturalHeight") == 60
    await page.get_by_role("button", name="更多").click()
    await page.get_by_role("menuitem", name="评价本次服务").click()
    await page.locator("gridtalk-chat .stars label").nth(4).click()
    await page.get_by_text("已解决").click()
    await page.get_by_role("button", name="回复快").click()
    await page.get_by_role("button", name="提交评价").click()
    await expect(page.locator("gridtalk-chat .thanks")).to_have_text("谢谢您的评价")
    await page.get_by_role("button", name="更多").click()
    await page.get_by_role("menuitem", name="清除聊天记录").click()
    await page.get_by_role("button", name="确定").click()
    await expect(page.locator("gridtalk-chat .message.customer")).to_have_count(0)
    assert customer.complaints == []


async def test_a_voice_message_is_recorded_and_sent(browser: Browser, server: DemoServer) -> None:
    customer = await visit(browser, server.url)
    await expect(customer.page.locator("gridtalk-chat .status")).to_have_text("在线")
    await customer.page.get_by_role("button", name="语音留言").click()
    await customer.page.wait_for_timeout(1200)
    await customer.page.locator("gridtalk-chat .recording .solid").click()
    await expect(customer.page.locator("gridtalk-chat .sound")).to_contain_text("语音")
    await customer.hears("语音")
    assert customer.complaints == []


async def test_axe_finds_nothing_serious_in_light_dark_and_large(browser: Browser, server: DemoServer) -> None:
    if not AXE.is_file():
        pytest.skip("axe-core is not installed (npm ci in web/widget)")
    customer = await visit(browser, server.url, reduced_motion="reduce")
    page = customer.page
    await customer.say("江苏居民电价多少钱一度")
    await customer.hears("0.5283")
    await customer.say("查电费")
    await expect(page.get_by_label("户号", exact=True)).to_be_visible()
    await page.evaluate("document.querySelector('gridtalk-chat').rate()")
    await page.locator("gridtalk-chat .stars label").nth(1).click()
    await page.evaluate(AXE.read_text("utf-8"))
    for change in (
        "chat => chat.setAttribute('theme', 'light')",
        "chat => chat.setAttribute('theme', 'dark')",
        "chat => { chat.setAttribute('theme', 'light'); chat.toggleAttribute('elder', true); }",
    ):
        await page.locator("gridtalk-chat").evaluate(change)
        found = await page.evaluate("axe.run('gridtalk-chat', {resultTypes: ['violations']})")
        serious = [
            (problem["id"], node["target"], node["failureSummary"])
            for problem in found["violations"]
            if problem["impact"] in ("serious", "critical")
            for node in problem["nodes"]
        ]
        assert serious == []


async def test_at_200_percent_zoom_everything_can_be_reached(browser: Browser, server: DemoServer) -> None:
    customer = await visit(
        browser, server.url, "/host", FLOATING, viewport={"width": 640, "height": 360}, device_scale_factor=2
    )
    page = customer.page
    await page.click("gridtalk-chat .launcher")
    for name in ("转人工", "更多", "关闭", "发送图片", "发送"):
        await expect(page.get_by_role("button", name=name, exact=True)).to_be_in_viewport(ratio=1)
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[RestartableServer]:
    """A server that may be killed and started again."""
    made = RestartableServer(tmp_path)
    made.start()
    yield made
    made.kill()


class RestartableServer:
    """`gridtalk run` with one worker over its own home."""

    def __init__(self, home: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {**os.environ, "GRIDTALK_HOME": str(home), "GRIDTALK_NOW": "2026-11-20T10:00:00+08:00"}

    def start(self) -> None:
        command = [sys.executable, "-m", "gridtalk", "run", "--demo", "--port", str(self.port)]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=self.environment, stderr=subprocess.DEVNULL, start_new_session=True
        )
        wait_until(lambda: urllib.request.urlopen(f"{self.url}/healthz", timeout=2).status == 200, 60)

    def kill(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


async def test_nothing_is_lost_or_doubled_when_the_server_is_killed(
    browser: Browser, own_server: RestartableServer
) -> None:
    customer = await visit(browser, own_server.url)
    await customer.say("你好")
    await expect(customer.page.locator("gridtalk-chat .mark")).to_have_count(1)
    own_server.kill()
    await expect(customer.page.locator("gridtalk-chat .banner")).to_contain_text("正在重连")
    await customer.say("江苏居民电价多少钱一度")
    await customer.say("山东居民电价多少钱一度")
    await expect(customer.page.locator("gridtalk-chat .state")).to_have_count(2)
    own_server.start()
    await customer.hears("0.5469")
    assert await customer.said() == ["你好", "江苏居民电价多少钱一度", "山东居民电价多少钱一度"]
    await customer.page.reload()
    await customer.hears("0.5469")
    assert await customer.said() == ["你好", "江苏居民电价多少钱一度", "山东居民电价多少钱一度"]
    answers = await customer.page.locator("gridtalk-chat .message.bot .text").all_inner_texts()
    assert sum(bool(re.search("0.5283", answer)) for answer in answers) == 1
