"""The whole base in a real browser: a table imported, many published at once, a way back, the synonyms of the trade."""

from __future__ import annotations

import asyncio
import re
import time
from pathlib import Path

import pytest
from openpyxl import Workbook
from playwright.async_api import Browser, Locator, Page, expect

from tests.e2e.conftest import DemoServer
from tests.e2e.test_console import AXE, DIST, Colleague, browser, password, serious  # noqa: F401
from tests.e2e.test_console_knowledge import LIVE_SECONDS, colleague, follows

pytestmark = pytest.mark.skipif(not DIST.is_file(), reason="the console is not built (make web)")

HEADS = ("标准问题", "相似问题", "答案", "语音答案", "分类", "来源文件", "可信度")
SHARED = ("增值/活动", "活动方案", "官方原文")
ROWS = (
    (
        "节电积分怎么攒",
        "怎么攒节电积分；节电积分怎么得；省电能不能攒积分",
        "节电积分按月统计，次月到账。",
        "积分次月到账。",
    ),
    ("节电积分能换什么", "节电积分换礼品；节电积分怎么花；积分可以换电费吗", "积分可以换电费券。", "可以换电费券。"),
    ("节电积分会过期吗", "节电积分有效期；积分多久清零", "积分两年内有效。", "积分两年内有效。"),
)
PROOF = {
    "similar": ["电工证明在哪开", "电力公司给开电工证明吗"],
    "category": "办电/证明",
    "source": {"document": "办电服务指南", "certainty": "官方原文"},
}
WRONG = ("节电积分怎么查", "查积分", "在网上国网里看。", "在网上国网里看。", *SHARED[:2], "随便写的")


def table(folder: Path) -> Path:
    """Three articles and one whose certainty is no certainty."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(HEADS)
    for row in ROWS:
        sheet.append((*row, *SHARED))
    sheet.append(WRONG)
    path = folder / "积分.xlsx"
    book.save(path)
    return path


async def state_of(page: Page, words: str) -> None:
    """Wait until the head of an article, or of the synonyms, shows this state."""
    await expect(page.locator(".version-head .el-tag, .el-tab-pane:visible .filters .el-tag").first).to_have_text(words)


def row_of(page: Page, words: str) -> Locator:
    return page.locator(".el-table__row:visible", has_text=words)


async def find(page: Page, words: str) -> None:
    """Search the list of articles."""
    await page.get_by_role("textbox", name="问题、相似问、答案或编号").fill(words)
    await page.get_by_role("button", name="搜索").click()


async def test_a_table_with_a_wrong_row_becomes_drafts_that_another_person_publishes_at_once(
    browser: Browser,  # noqa: F811
    server: DemoServer,
    password: str,  # noqa: F811
    tmp_path: Path,
) -> None:
    def reply() -> str:
        return server.say(f"points-{time.monotonic_ns()}", "节电积分换礼品")

    editor = await colleague(browser, server, "demo-editor", password, "/knowledge")
    page = editor.page
    await editor.press("导入")
    dialog = page.get_by_role("dialog", name="导入知识")
    await dialog.locator("input[type=file]").set_input_files(table(tmp_path))
    await expect(dialog.locator(".counts")).to_contain_text("新建 3 · 修改 0 · 无变化 0 · 有错误 1")
    await expect(dialog.locator(".el-table__row")).to_have_count(1)
    await expect(dialog.locator(".el-table__row")).to_contain_text(re.compile("^5.*有错误.*节电积分怎么查.*可信度："))
    confirm = dialog.get_by_role("button", name="确认导入")
    await expect(confirm).to_be_disabled()
    if AXE.is_file():
        assert await serious(page) == []
    await dialog.get_by_text("只看有错误的行").click()
    await expect(dialog.locator(".el-table__row")).to_have_count(4)
    await dialog.get_by_text("跳过有错误的行").click()
    await confirm.click()
    await expect(page.locator(".el-message", has_text="已写入 3 条草稿")).to_be_visible()
    await find(page, "节电积分")
    await expect(row_of(page, "草稿")).to_have_count(3)
    await expect(row_of(page, "节电积分怎么查")).to_have_count(0)
    for question, *_ in ROWS:
        await page.get_by_role("button", name=question).click()
        await editor.press("提交审批")
        await state_of(page, "待审批")
        await page.get_by_role("link", name="返回列表").click()
        await find(page, "节电积分")
    await expect(row_of(page, "待审批")).to_have_count(3)
    await expect(page.get_by_role("checkbox", name="选择")).to_have_count(0)
    approver = await colleague(browser, server, "demo-approver", password, "/knowledge")
    there = approver.page
    await find(there, "节电积分")
    await expect(row_of(there, "待审批")).to_have_count(3)
    await there.locator(".el-table__header .el-checkbox").click()
    await approver.press("发布选中的 3 条")
    many = there.get_by_role("dialog", name="发布选中的 3 条")
    await many.get_by_role("button", name="确认发布").click()
    rest = there.get_by_role("dialog", name="发布选中的 1 条")
    await expect(rest.locator(".bullets li").first).to_contain_text("节电积分会过期吗：相似问题只有 2 条")
    await rest.locator(".cautions .el-checkbox").click()
    await rest.get_by_role("button", name="确认发布").click()
    await expect(row_of(there, "已发布")).to_have_count(3)
    assert await follows(reply, "可以换电费券")
    assert editor.complaints + approver.complaints == []


async def test_a_published_change_is_rolled_back_and_the_whole_base_restored(
    browser: Browser,  # noqa: F811
    server: DemoServer,
    password: str,  # noqa: F811
) -> None:
    asked, first, second = "居民用户能开电工证明吗", "供电公司不开电工证明。", "电工证明请到应急管理部门办。"

    def reply() -> str:
        return server.say(f"proof-{time.monotonic_ns()}", asked)

    name = await asyncio.to_thread(published, server, asked, first)
    await asyncio.to_thread(published, server, asked, second, name)
    assert await follows(reply, second)
    before = server.get("/console/api/knowledge/revisions")["current"]
    approver = await colleague(browser, server, "demo-approver", password, f"/knowledge/articles/{name}")
    page = approver.page
    await page.get_by_role("tab", name="版本与经过（2）").click()
    await row_of(page, "已被替换").get_by_role("button", name="恢复此版本").click()
    await approver.press("确定")
    await expect(page.locator(".el-form-item__error")).to_have_text("请填写原因")
    await approver.reason("新说法没有依据")
    assert await follows(reply, first)
    await page.get_by_role("tab", name="版本与经过（3）").click()
    await expect(page.locator(".acts li", has_text="回滚")).to_contain_text("新说法没有依据")
    await page.get_by_role("tab", name="发布历史").click()
    await expect(page.locator(".el-table__row:visible").first).to_contain_text(f"{asked}新说法没有依据")
    await page.locator(".el-table__row:visible").nth(1).get_by_role("button", name="恢复到此时").click()
    await approver.reason("依据找到了")
    await expect(page.locator(".el-message", has_text="1 条知识有变化")).to_be_visible()
    assert await follows(reply, second)
    assert server.get("/console/api/knowledge/revisions")["current"] == before + 2
    assert approver.complaints == []


def published(server: DemoServer, question: str, answer: str, name: str = "") -> str:
    """Write and publish an article, or its next version, as programs of this machine may; return its name."""
    base = "/console/api/knowledge/articles"
    if not name:
        content = {**PROOF, "question": question, "answer": answer, "voice": answer}
        made = server.post(base, {"article": content, "submit": True})
    else:
        edit = server.get(f"{base}/{name}")["edit"]
        changed = {"answer": answer, "voice": answer}
        made = server.post(f"{base}/{name}", {"edit": edit, "article": changed}, "PATCH")
        made = server.post(f"{base}/{name}/submit", {"edit": made["edit"]})
    warned = [one["code"] for one in server.get(f"{base}/{made['id']}/warnings")["warnings"]]
    server.post(f"{base}/{made['id']}/publish", {"edit": made["edit"], "acknowledge": warned})
    return str(made["id"])


async def hits_already(approver: Colleague) -> None:
    """Run the hit test until what is live hits: each worker takes up a publication within two seconds."""
    asked = approver.page.locator(".change", has_text="输入的问法")
    deadline = time.monotonic() + LIVE_SECONDS
    while time.monotonic() < deadline:
        async with approver.page.expect_response(re.compile("/hit-test")):
            await approver.press("开始测试")
        if "发布前命中 1" in await asked.inner_text():
            return
    await expect(asked).to_contain_text("发布前命中 1")


async def test_synonyms_are_edited_tried_published_by_another_person_and_understood(
    browser: Browser,  # noqa: F811
    server: DemoServer,
    password: str,  # noqa: F811
) -> None:
    asked, found = "居民电费懒人费怎么算", "《居民电费逾期违约金怎么算》"
    editor = await colleague(browser, server, "demo-editor", password, "/knowledge/synonyms")
    page = editor.page
    await page.get_by_role("textbox", name="查词").fill("违约金")
    others = page.get_by_role("textbox", name="违约金 同义说法（、分隔）")
    written = await others.input_value()
    await others.fill(f"{written}、火表")
    await editor.press("保存草稿")
    await expect(page.locator(".el-alert")).to_contain_text("一个词只能归到一个标准词")
    await others.fill(f"{written}、懒人费")
    await expect(page.locator(".filters", has_text="已改 1 行")).to_be_visible()
    await editor.press("保存草稿")
    await state_of(page, "草稿")
    await expect(page.locator(".synonyms tbody tr")).to_contain_text(written)
    await page.get_by_role("textbox", name="试一试：客户的问法（每行一个）").fill(asked)
    await editor.press("开始测试")
    tried = page.locator(".plain-table:not(.synonyms) tbody tr")
    await expect(tried).to_have_count(1)
    await expect(tried.locator("td").first).not_to_have_text(found)
    await expect(tried.locator("td").last).to_have_text(found)
    if AXE.is_file():
        assert await serious(page) == []
    await editor.press("提交审批")
    await state_of(page, "待审批")
    await expect(page.get_by_role("button", name="确认发布")).to_have_count(0)
    approver = await colleague(browser, server, "demo-approver", password, "/knowledge/synonyms")
    await approver.press("确认发布")
    await state_of(approver.page, "已发布")
    await approver.page.get_by_role("tab", name="发布历史").click()
    await expect(approver.page.locator(".el-table__row:visible").first.get_by_role("link")).to_have_text("同义词")
    await approver.page.goto(f"{server.url}/console/knowledge/articles/late-fee-residential")
    await approver.page.get_by_role("tab", name="命中测试").click()
    await approver.page.fill("textarea[name=questions]", asked)
    await hits_already(approver)
    refused = "status of 400"  # the word that has two meanings
    assert [one for one in editor.complaints + approver.complaints if refused not in one] == []
