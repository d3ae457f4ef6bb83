"""A supervisor's morning and an administrator's: figures, notices, tickets, health, keys; a person's data deleted."""

from __future__ import annotations

import re

from playwright.async_api import Browser, expect

from tests.e2e.conftest import DemoServer
from tests.e2e.test_console import (  # noqa: F401 - fixtures
    AXE,
    browser,
    open_console,
    password,
    pytestmark,
    serious,
)


async def test_a_supervisor_sees_yesterday_follows_a_notice_and_looks_at_late_tickets(
    browser: Browser,  # noqa: F811
    server: DemoServer,
    password: str,  # noqa: F811
) -> None:
    for number, words in enumerate(("江苏居民电价多少钱一度", "怎么交电费", "转人工")):
        server.say(f"board-{number}", words)
    chief = await open_console(browser, server, "/dashboard")
    await chief.log_in("demo-supervisor", password)
    page = chief.page
    await expect(page.locator(".tiles li").first).to_contain_text("会话量")
    await expect(page.locator(".chart canvas").first).to_be_visible(timeout=20_000)
    assert "个会话" in (await page.locator(".chart").first.get_attribute("aria-label") or "")
    await page.get_by_role("tab", name="按业务").click()
    await expect(page.locator(".el-table").first).to_contain_text("问电价")
    async with page.expect_download() as download:
        await chief.press("导出 Excel")
    assert (await download.value).suggested_filename == "dashboard.xlsx"
    if AXE.is_file():
        assert await serious(page) == []
    await page.get_by_role("link", name="工单", exact=True).click()
    await expect(page.locator(".el-table__row").first).to_be_visible()
    await page.locator(".el-radio-button", has_text="已办结").click()
    await page.locator(".el-table__row .link").first.click()
    await expect(page.get_by_role("dialog")).to_contain_text("办理过程")
    if AXE.is_file():
        assert await serious(page) == []
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name=re.compile("^通知")).click()
    await page.get_by_role("button", name="查看全部").click()
    await expect(page).to_have_url(re.compile("/notices$"))
    assert chief.complaints == []


async def test_an_administrator_looks_after_the_installation(
    browser: Browser,  # noqa: F811
    server: DemoServer,
    password: str,  # noqa: F811
) -> None:
    admin = await open_console(browser, server, "/health")
    await admin.log_in("demo-admin", password)
    page = admin.page
    await expect(page.locator(".health-parts li")).to_have_count(8)
    await expect(page.locator(".health-parts li", has_text="工作进程")).to_contain_text("2 个在线", timeout=20_000)
    await page.locator(".el-radio-button", has_text="密钥").click()
    await expect(page.locator("code").first).to_be_visible()
    await admin.press("轮换密钥")
    await admin.reason("年度轮换")
    await expect(page.locator("code")).to_have_count(2)
    await admin.press("重新加密")
    await admin.reason("轮换后重新加密")
    await page.locator(".el-radio-button", has_text="保存期限").click()
    await expect(page.locator(".el-table").first).to_contain_text("730")
    if AXE.is_file():
        assert await serious(page) == []
    assert admin.complaints == []


async def test_an_officer_finds_copies_and_deletes_a_persons_data(
    browser: Browser,  # noqa: F811
    server: DemoServer,
    password: str,  # noqa: F811
) -> None:
    server.say("leaver", "我家停电了，电话13900001111")
    officer = await open_console(browser, server, "/privacy")
    await officer.log_in("demo-privacy", password)
    page = officer.page
    await officer.press("登记请求")
    dialog = page.get_by_role("dialog")
    await dialog.get_by_text("删除", exact=True).click()
    await dialog.get_by_text("电话号码", exact=True).click()
    await dialog.get_by_label("号码", exact=True).fill("139 0000 1111")
    await dialog.get_by_label("来源与身份核验").fill("本人到营业厅申请，已核验身份证")
    await dialog.get_by_role("button", name="保存").click()
    await expect(page.get_by_role("dialog")).to_contain_text("leaver", timeout=15_000)
    await page.get_by_role("dialog").locator(".el-table__row .el-checkbox").first.click()
    if AXE.is_file():
        assert await serious(page) == []
    async with page.expect_download() as download:
        await page.get_by_role("button", name="导出给本人").click()
    assert (await download.value).suggested_filename.endswith(".zip")
    await page.get_by_role("button", name="永久删除").click()
    await page.locator(".el-dialog:visible textarea").last.fill("本人要求删除")
    await page.get_by_role("button", name="确定", exact=True).click()
    await expect(page.get_by_role("dialog").first).to_contain_text("删除 1 个会话")
    assert officer.complaints == []
