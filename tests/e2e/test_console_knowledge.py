"""Knowledge and tariffs in a real browser: an editor drafts, an approver publishes, bot and calculator follow."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, async_playwright, expect

from tests.e2e.conftest import DemoServer
from tests.e2e.test_console import AXE, DIST, Colleague, open_console, password, serious
from tests.e2e.test_page import ARGUMENTS

__all__ = ["password"]
LIVE_SECONDS = 5.0
FAMILY = {"region": "山东", "category": "居民峰谷", "month": "2027-01", "energy_kwh": 100}
FAMILY |= {"peak_kwh": 0, "valley_kwh": 100}

pytestmark = pytest.mark.skipif(not DIST.is_file(), reason="the console is not built (make web)")


@pytest.fixture
async def browser(chromium: str) -> AsyncIterator[Browser]:
    """A browser."""
    async with async_playwright() as playwright:
        made = await playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield made
        await made.close()


async def colleague(browser: Browser, server: DemoServer, name: str, password: str, path: str) -> Colleague:
    """Open a page of the console as somebody."""
    made = await open_console(browser, server, path)
    await made.log_in(name, password)
    return made


async def follows(ask: Any, wanted: str, times: int = 6) -> bool:
    """Say whether an answer is there within seconds, and stays: every worker must know it."""
    deadline, hits = time.monotonic() + LIVE_SECONDS, 0
    while time.monotonic() < deadline:
        hits = hits + 1 if wanted in await asyncio.to_thread(ask) else 0
        if hits >= times:
            return True
        await asyncio.sleep(0.1)
    return False


async def test_new_prices_are_drafted_tried_published_and_calculated_with(
    browser: Browser, server: DemoServer, password: str
) -> None:
    def total() -> str:
        return str(server.post("/tariffs/calculate", FAMILY)["total"])

    assert total() == "34.69"
    editor = await colleague(browser, server, "demo-editor", password, "/tariffs")
    page = editor.page
    await page.locator(".regions").get_by_text("山东", exact=True).click()
    await page.locator(".el-table__row", has_text="阶梯峰谷").get_by_role("button", name="调价").click()
    dialog = page.get_by_role("dialog")
    await dialog.locator("input[name=from]").fill("2027-01")
    await page.keyboard.press("Enter")
    await dialog.locator("input[name=document]").fill("鲁发改价格〔2026〕900号")
    await dialog.get_by_label("采暖期 谷 · 第一档 不满1千伏", exact=True).fill("0.3569")
    await dialog.get_by_role("button", name="生成草稿").click()
    await expect(page.locator(".change ins", has_text="0.3569")).to_be_visible()
    await page.get_by_role("tab", name="电费预览").click()
    await expect(page.locator(".preview .el-table__row").first).to_contain_text("+1.20")
    if AXE.is_file():
        assert await serious(page) == []
    await editor.press("提交审批")
    await expect(page.locator(".version-head .el-tag")).to_have_text("待审批")
    assert total() == "34.69"
    approver = await colleague(browser, server, "demo-approver", password, "/tariffs/versions")
    await approver.page.get_by_role("button", name="打开").first.click()
    await approver.press("发布…")
    await approver.press("确认发布")
    assert await follows(total, "35.69")
    await approver.page.locator(".regions").get_by_text("山东", exact=True).click()
    await approver.press("发布记录")
    await approver.press("回滚到程序自带文件")
    await approver.page.get_by_role("dialog", name="回滚电价").locator("textarea").fill("文件尚未印发")
    await approver.page.get_by_role("dialog", name="回滚电价").get_by_role("button", name="确定").click()
    assert await follows(total, "34.69")
    assert editor.complaints + approver.complaints == []


async def test_an_article_is_written_checked_published_and_answers_customers(
    browser: Browser, server: DemoServer, password: str
) -> None:
    asked = "电瓶车充电棚怎么申请用电"
    answer = "请由物业或运营商带场地证明和主体证明，办理低压非居民新装。"

    def reply() -> str:
        return server.say(f"asker-{time.monotonic_ns()}", asked)

    editor = await colleague(browser, server, "demo-editor", password, "/knowledge/articles/new")
    page = editor.page
    await page.fill("input[name=question]", "电动自行车充电棚怎么报装")
    await page.fill("textarea[name=similar]", f"{asked}\n小区电瓶车充电棚报装\n电动车集中充电点怎么办电\n{asked}")
    await expect(page.locator(".field-hint.over")).to_contain_text(asked)
    await page.fill("textarea[name=answer]", answer)
    await expect(page.locator(".answer-preview .spoken")).to_have_text(answer)
    await page.fill("input[name=document]", "办电服务指南")
    await editor.press("保存草稿")
    await editor.press("提交审批")
    await expect(page.locator(".el-alert")).to_contain_text("分类 不能为空")
    await editor.press("编辑")
    await page.get_by_role("combobox", name="分类（大类/小类）").fill("办电/低压非居民新装")
    await page.keyboard.press("Enter")
    await editor.press("保存草稿")
    await editor.press("提交审批")
    await expect(page.locator(".version-head .el-tag")).to_have_text("待审批")
    assert answer not in await asyncio.to_thread(reply)
    approver = await colleague(browser, server, "demo-approver", password, page.url.split("/console")[1])
    await approver.page.get_by_role("tab", name="命中测试").click()
    await approver.page.fill("textarea[name=questions]", asked)
    await approver.press("开始测试")
    await expect(approver.page.locator(".change", has_text="输入的问法")).to_contain_text("发布后命中 1")
    if AXE.is_file():
        assert await serious(approver.page) == []
    await approver.press("发布…")
    dialog = approver.page.get_by_role("dialog")
    await expect(dialog.get_by_role("button", name="确认发布")).to_be_disabled()
    for box in await dialog.locator(".cautions .el-checkbox").all():
        await box.click()
    await dialog.get_by_role("button", name="确认发布").click()
    assert await follows(reply, answer)
    await expect(approver.page.locator(".version-head .el-tag")).to_have_text("已发布")
    await approver.press("下线")
    await approver.reason("演练结束")
    await expect(approver.page.locator(".version-head .el-tag")).to_have_text("已下线")
    refused = "status of 400"  # the draft that was submitted before it was complete
    assert [one for one in editor.complaints + approver.complaints if refused not in one] == []
