"""The staff console in a real browser, over the running server: what an agent, a supervisor and an administrator do."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from playwright.async_api import Browser, Locator, Page, WebSocketRoute, async_playwright, expect

from tests.e2e.conftest import ROOT, DemoServer
from tests.e2e.test_page import ARGUMENTS

AXE = ROOT / "web" / "console" / "node_modules" / "axe-core" / "axe.min.js"
DIST = ROOT / "console" / "dist" / "index.html"
CHAT_FIELD = "gridtalk-chat .line textarea"
WORDS = ".composer textarea"
EXPECTED = re.compile(r"status of (401|403|404)")

pytestmark = pytest.mark.skipif(not DIST.is_file(), reason="the console is not built (make web)")


@dataclass
class Colleague:
    """Somebody at the console, in a browser of its own."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    async def log_in(self, name: str, password: str) -> None:
        await self.page.fill("input[name=username]", name)
        await self.page.fill("input[name=password]", password)
        await self.page.press("input[name=password]", "Enter")
        await expect(self.page.locator(".shell")).to_be_visible()

    async def be(self, state: str) -> None:
        await self.page.locator(".presence .el-radio-button", has_text=state).click()
        await expect(self.page.locator(".presence .is-active")).to_have_text(state)

    async def press(self, name: str) -> None:
        await self.page.get_by_role("button", name=name, exact=True).click()

    async def say(self, words: str) -> None:
        await self.page.fill(WORDS, words)
        await self.page.press(WORDS, "Enter")

    async def reason(self, words: str, confirm: str = "确定") -> None:
        field = self.page.get_by_role("dialog").locator("textarea")
        await field.fill(words)
        await self.page.get_by_role("dialog").get_by_role("button", name=confirm, exact=True).click()
        await expect(field).to_be_hidden()

    def line(self, kind: str) -> Locator:
        return self.page.locator(f".transcript .line.{kind}")

    def waiting(self, words: str) -> Locator:
        return self.page.locator(".conversation", has_text=words)


@pytest.fixture(scope="module")
def password(server: DemoServer) -> str:
    """The demo accounts' password."""
    return (server.home / "demo-staff.txt").read_text("utf-8").split()[1]


@pytest.fixture
async def browser(chromium: str) -> AsyncIterator[Browser]:
    """A browser."""
    async with async_playwright() as playwright:
        made = await playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield made
        await made.close()


async def open_console(browser: Browser, server: DemoServer, path: str = "/") -> Colleague:
    """Open the console in a browser context of its own."""
    context = await browser.new_context(viewport={"width": 1360, "height": 800}, reduced_motion="reduce")
    colleague = Colleague(await context.new_page())
    colleague.page.on("pageerror", lambda error: colleague.complaints.append(str(error)))
    colleague.page.on(
        "console",
        lambda line: (
            colleague.complaints.append(line.text) if line.type == "error" and not EXPECTED.search(line.text) else None
        ),
    )
    await colleague.page.goto(f"{server.url}/console{path}")
    return colleague


async def colleague_at_desk(browser: Browser, server: DemoServer, name: str, password: str) -> Colleague:
    """Open the desk, logged in and online."""
    colleague = await open_console(browser, server)
    await colleague.log_in(name, password)
    await colleague.be("在线")
    return colleague


async def customer_who_wants_a_person(browser: Browser, server: DemoServer, words: str) -> Page:
    """Open the chat window, say something, ask for a person."""
    page = await (await browser.new_context()).new_page()
    await page.goto(server.url)
    await expect(page.locator("gridtalk-chat .status")).to_have_text("在线")
    for said in (words, "转人工"):
        answers = await page.locator("gridtalk-chat .message.bot:has(.mark)").count()
        await tell(page, said)
        await expect(page.locator("gridtalk-chat .message.bot:has(.mark)")).not_to_have_count(answers)
    return page


async def tell(customer: Page, words: str) -> None:
    """Say something as a customer."""
    await customer.fill(CHAT_FIELD, words)
    await customer.press(CHAT_FIELD, "Enter")


async def hears(customer: Page, words: str) -> None:
    """Wait until the chat window shows this as the other side's."""
    await expect(customer.locator("gridtalk-chat .message:not(.customer)", has_text=words).first).to_be_visible()


async def serious(page: Page) -> list[tuple[str, str, str]]:
    """What axe-core finds serious."""
    await page.evaluate(AXE.read_text("utf-8"))
    found = await page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        (problem["id"], str(node["target"]), node["failureSummary"])
        for problem in found["violations"]
        if problem["impact"] in ("serious", "critical")
        for node in problem["nodes"]
    ]


async def test_an_agent_talks_transfers_and_the_bot_goes_on(
    browser: Browser, server: DemoServer, password: str
) -> None:
    agent = await colleague_at_desk(browser, server, "demo-agent", password)
    second = await colleague_at_desk(browser, server, "demo-agent2", password)
    customer = await customer_who_wants_a_person(browser, server, "江苏居民电价多少钱一度")
    await expect(agent.page.locator(".conversation")).to_have_count(1)
    await agent.page.keyboard.press("Alt+n")
    await expect(agent.page.locator(".conversation-head h1")).to_contain_text("访客")
    await expect(agent.line("customer").first).to_contain_text("江苏居民电价")
    await expect(agent.page.locator(".summary")).to_contain_text("客户要求人工")
    await agent.say("您好，我是坐席王敏")
    await hears(customer, "我是坐席王敏")
    await tell(customer, "居民阶梯电价怎么分档")
    await expect(agent.line("customer").last).to_contain_text("怎么分档")
    await expect(agent.page.locator(".suggestions li").first).to_contain_text("来源")
    await agent.page.keyboard.press("Alt+1")
    suggested = await agent.page.input_value(WORDS)
    assert suggested
    await agent.page.press(WORDS, "Enter")
    await hears(customer, suggested.splitlines()[0][:20])
    await agent.page.get_by_role("button", name="内部备注").click()
    await agent.say("客户脾气好，可以慢慢讲")
    await expect(agent.line("note")).to_contain_text("客户不可见")
    await agent.press("转接")
    await agent.page.get_by_role("dialog").get_by_text("李强").click()
    await agent.reason("已讲分档，还要讲电价", "转接")
    await second.waiting("访客").first.click()
    await second.say("您好，我是李强，接着为您讲电价")
    await hears(customer, "我是李强")
    await second.press("退回机器人")
    await second.reason("客户没有其他问题")
    await tell(customer, "江苏居民电价多少钱一度")
    await expect(customer.locator("gridtalk-chat .message.bot").last).to_contain_text("0.5283")
    assert "慢慢讲" not in await customer.locator("gridtalk-chat").inner_text()
    assert agent.complaints + second.complaints == []


async def test_a_supervisor_listens_in_and_whispers(browser: Browser, server: DemoServer, password: str) -> None:
    agent = await colleague_at_desk(browser, server, "demo-agent", password)
    customer = await customer_who_wants_a_person(browser, server, "查电费")
    await agent.page.locator(".conversation").first.click()
    await agent.press("接入")
    await expect(agent.page.locator(".composer.reply")).to_be_visible()
    await agent.page.fill(WORDS, "/再见")
    await agent.page.press(WORDS, "Enter")
    await expect(agent.page.locator(WORDS)).to_have_value(re.compile("感谢您的来访"))
    await agent.page.fill(WORDS, "")
    supervisor = await open_console(browser, server, "/overview")
    await supervisor.log_in("demo-supervisor", password)
    await supervisor.page.get_by_role("link", name="旁听").first.click()
    await expect(supervisor.page.locator(".composer .hint")).to_contain_text("客户看不到您")
    await supervisor.say("先核对户号")
    await expect(agent.line("whisper")).to_contain_text("先核对户号")
    await agent.say("请问您的户号是多少")
    await expect(supervisor.line("agent")).to_contain_text("户号是多少")
    await hears(customer, "户号是多少")
    assert "先核对户号" not in await customer.locator("gridtalk-chat").inner_text()
    if AXE.is_file():
        assert await serious(agent.page) == []
    await agent.press("结束")
    dialog = agent.page.get_by_role("dialog")
    await dialog.get_by_text("已解决").click()
    await dialog.get_by_role("button", name="结束会话").click()
    await expect(agent.page.locator(".conversation")).to_have_count(0)
    assert agent.complaints + supervisor.complaints == []


async def test_a_broken_line_loses_nothing_and_doubles_nothing(
    browser: Browser, server: DemoServer, password: str
) -> None:
    agent = await open_console(browser, server)
    lines: list[WebSocketRoute] = []

    async def carry(route: WebSocketRoute) -> None:
        route.connect_to_server()
        lines.append(route)

    await agent.page.route_web_socket("**/desk/ws", carry)
    await agent.log_in("demo-agent", password)
    await agent.be("在线")
    customer = await customer_who_wants_a_person(browser, server, "你好")
    await agent.page.locator(".take-next").click()
    await agent.say("请讲")
    await hears(customer, "请讲")
    await lines[-1].close()
    await expect(agent.page.locator(".line-lost")).to_be_visible()
    await tell(customer, "我家跳闸了")
    await expect(agent.line("customer").last).to_contain_text("跳闸")
    await expect(agent.page.locator(".line-lost")).to_be_hidden()
    assert await agent.line("customer").filter(has_text="跳闸").count() == 1
    assert len(lines) == 2
    await agent.press("退回机器人")
    await agent.reason("误点人工")
    assert agent.complaints == []


async def test_a_wrong_role_sees_neither_menu_nor_page(browser: Browser, server: DemoServer, password: str) -> None:
    agent = await open_console(browser, server, "/staff")
    await agent.log_in("demo-agent", password)
    await expect(agent.page.locator(".page")).to_contain_text("没有这个页面")
    menu = set(await agent.page.locator(".menu-group a").all_inner_texts())
    assert {"坐席工作台", "回呼列表", "会话", "质检"} <= menu
    assert menu.isdisjoint({"坐席总览", "看板", "知识", "训练与发布", "人员", "审计"})
    status = await agent.page.evaluate("fetch('/console/api/staff').then(answer => answer.status)")
    assert status == 403
    assert agent.complaints == []


async def test_an_administrator_adds_a_colleague_who_must_choose_a_password(
    browser: Browser, server: DemoServer, password: str
) -> None:
    admin = await open_console(browser, server, "/staff")
    await admin.log_in("demo-admin", password)
    await admin.press("添加人员")
    dialog = admin.page.get_by_role("dialog")
    await dialog.get_by_label("账号").fill("zhou")
    await dialog.get_by_label("姓名").fill("周芸")
    await dialog.get_by_role("button", name="保存").click()
    first_password = await admin.page.locator("code.secret").inner_text()
    colleague = await open_console(browser, server)
    await colleague.page.fill("input[name=username]", "zhou")
    await colleague.page.fill("input[name=password]", first_password)
    await colleague.page.press("input[name=password]", "Enter")
    await colleague.page.fill("input[name=fresh]", "dian-wang-2026")
    await colleague.page.fill("input[name=again]", "dian-wang-2026")
    await colleague.page.press("input[name=again]", "Enter")
    await expect(colleague.page.locator(".desk-list")).to_be_visible()
    assert admin.complaints + colleague.complaints == []


async def test_the_auditor_sees_acts_with_their_reasons_and_an_unbroken_chain(
    browser: Browser, server: DemoServer, password: str
) -> None:
    admin = await open_console(browser, server, "/staff")
    await admin.log_in("demo-admin", password)
    await admin.page.locator(".el-table__row", has_text="demo-agent2").get_by_text("重置密码").click()
    await admin.page.get_by_role("dialog").get_by_role("button", name="确定").click()
    await expect(admin.page.locator(".el-form-item__error")).to_have_text("请填写原因")
    await admin.reason("本人忘记密码")
    auditor = await open_console(browser, server, "/audit")
    await auditor.log_in("demo-auditor", password)
    await expect(auditor.page.locator(".chain")).to_contain_text("逐条校验通过")
    row = auditor.page.locator(".el-table__row", has_text="重置密码").first
    await expect(row).to_contain_text("本人忘记密码")
    assert admin.complaints + auditor.complaints == []


async def test_axe_finds_nothing_serious_where_nobody_waits(
    browser: Browser, server: DemoServer, password: str
) -> None:
    if not AXE.is_file():
        pytest.skip("axe-core is not installed (npm ci in web/console)")
    supervisor = await open_console(browser, server)
    page = supervisor.page
    found = await serious(page)
    await supervisor.log_in("demo-supervisor", password)
    for theme, path in (("light", "/overview"), ("light", "/callbacks"), ("dark", "/desk"), ("dark", "/account")):
        await page.evaluate(f"localStorage.setItem('gridtalk.console.theme', '{theme}')")
        await page.goto(f"{server.url}/console{path}")
        await expect(page.locator("main h1").first).to_be_attached()
        found += await serious(page)
    assert found == []
