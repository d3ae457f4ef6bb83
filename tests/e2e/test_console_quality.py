"""The quality pages in a real browser: a supervisor's day from import to review, an agent's appeal to its end."""

from __future__ import annotations

import os
import re
import wave
from datetime import date
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from connectors.phone.archive import CallArchive
from tests.e2e.conftest import DemoServer
from tests.e2e.test_console import AXE, DIST, Colleague, browser, open_console, password, serious  # noqa: F401

pytestmark = pytest.mark.skipif(not DIST.is_file(), reason="the console is not built (make web)")

HEADER = "会话编号,角色,内容,时间,坐席,单位,开始秒,结束秒\n"
CALLS = (
    ("BAD", "坐席", "喂，说", 0, 1), ("BAD", "客户", "路边电线掉下来了，还冒火花", 2, 5),
    ("BAD", "坐席", "这不归我们管，你找别人吧", 6, 8), ("BAD", "客户", "你这什么态度，我要投诉你", 9, 11),
    ("GOOD", "坐席", "您好，95598为您服务，本次通话将被录音，请问有什么可以帮您？", 0, 6),
    ("GOOD", "客户", "过户要带什么", 7, 9),
    ("GOOD", "坐席", "请带身份证和不动产权证到营业厅办理，五个工作日内办结，可拨打95598查询。", 10, 18),
)  # fmt: skip
SHOTS = os.environ.get("GRIDTALK_TEST_PICTURES", "")
"""A folder: the manual's pictures are taken into it."""


def calls_file(folder: Path, prefix: str) -> Path:
    """Two calls of demo-agent's as a table, their ids beginning with this."""
    rows = [f"{prefix}{name},{role},{text},2026-11-20 09:00:{start:02},demo-agent,山东/青岛市,{start},{end}"
            for name, role, text, start, end in CALLS]  # fmt: skip
    path = folder / "calls.csv"
    path.write_text(HEADER + "\n".join([*rows, f"{prefix}ODD,老板,喂,2026-11-20 09:00:00,,,,"]) + "\n", "utf-8")
    return path


def keep_recording(server: DemoServer, conversation: str) -> None:
    """Twelve seconds of two channels where the recording of an imported conversation belongs."""
    place = CallArchive(server.home / "calls").place_for(conversation, date(2026, 11, 20))
    place.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(place), "wb") as file:
        file.setparams((2, 2, 8000, 0, "NONE", ""))
        file.writeframes(b"\1\0\2\0" * 8000 * 12)


def score_of(server: DemoServer, conversation: str) -> int:
    found = server.get(f"/console/api/quality/conversations?query={conversation}")["items"]
    return int(found[0]["id"])


async def bring(supervisor: Colleague, file: Path) -> None:
    """Import a table by the page and wait until it is scored."""
    page = supervisor.page
    await supervisor.press("导入会话")
    await page.set_input_files("input[type=file]", file)
    await expect(page.locator(".checked")).to_contain_text("可导入 2 个会话")
    await expect(page.locator(".checked li")).to_have_text(re.compile("第 9 行 角色 取值不在允许范围内"))
    await supervisor.press("导入并评分")
    await expect(page.locator(".job-line.done")).to_contain_text("导入完成：2 个会话")


async def picture(page: Page, name: str) -> None:
    if SHOTS:
        await page.screenshot(path=Path(SHOTS) / name)


async def test_a_supervisor_imports_listens_and_reviews_by_keyboard(
    browser: Browser,  # noqa: F811
    server: DemoServer,
    password: str,  # noqa: F811
    tmp_path: Path,
) -> None:
    keep_recording(server, "import:D1BAD")
    supervisor = await open_console(browser, server, "/conversations")
    page = supervisor.page
    await supervisor.log_in("demo-supervisor", password)
    await bring(supervisor, calls_file(tmp_path, "D1"))
    row = page.locator(".score-table .el-table__row", has_text="D1BAD")
    await expect(row).to_contain_text("安全优先")
    async with page.expect_download() as download:
        await page.get_by_role("link", name="导出 CSV").click()
    exported = Path(await (await download.value).path()).read_text("utf-8-sig")
    assert "D1BAD" in exported
    assert "电线" not in exported
    await page.get_by_role("link", name="质检").click()
    await expect(page.locator(".queue-rows button", has_text="D1BAD")).to_be_visible()
    await page.keyboard.press("n")
    await expect(page.locator(".item.selected")).to_contain_text("安全优先")
    await page.locator(".item.selected .item-evidence button", has_text="这不归我们管").click()
    await expect(page.locator("li[aria-current] .bubble")).to_have_text("这不归我们管，你找别人吧")
    await page.wait_for_function("document.querySelector('audio').currentTime >= 6")
    await page.keyboard.press("Space")
    await picture(page, "console-quality.png")
    await page.keyboard.press("ArrowDown")
    chosen = await page.locator(".item.selected").get_attribute("data-item")
    await page.keyboard.press("1")
    await expect(page.locator(".item.selected")).to_have_class("item selected changed")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".el-message", has_text=f"第 {chosen} 项改了分")).to_be_visible()
    await page.locator(".item.selected input").fill("开场语在另一段录音里")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".el-message", has_text="已提交复核")).to_be_visible()
    await expect(page.locator(".queue-rows button", has_text="D1BAD")).to_have_count(0)
    found = server.get(f"/console/api/quality/conversations/{score_of(server, 'D1BAD')}")
    assert (found["score"]["state"], found["score"]["final"]) == ("reviewed", 0.0)
    assert [one["reason"] for one in found["reviews"] if one["item"] == int(chosen or 0)] == ["开场语在另一段录音里"]
    assert supervisor.complaints == []


async def test_an_agent_appeals_a_supervisor_judges_and_another_person_closes(
    browser: Browser,  # noqa: F811
    server: DemoServer,
    password: str,  # noqa: F811
    tmp_path: Path,
) -> None:
    supervisor = await open_console(browser, server, "/conversations")
    await supervisor.log_in("demo-supervisor", password)
    await bring(supervisor, calls_file(tmp_path, "D2"))
    agent = await open_console(browser, server, f"/conversations/{score_of(server, 'D2BAD')}")
    await agent.log_in("demo-agent", password)
    item = agent.page.locator(".item", has_text="服务用语")
    await item.get_by_role("button", name="申诉").click()
    await agent.reason("客户先骂人，我没有说忌语")
    await expect(agent.page.locator(".review-history")).to_contain_text("待判定")
    await expect(item.get_by_role("button", name="申诉")).to_have_count(0)
    page = supervisor.page
    await page.goto(f"{server.url}/console/quality/appeals")
    await page.locator(".el-table__row", has_text="服务用语").get_by_role("button", name="判定").click()
    await page.get_by_role("dialog").get_by_text("支持申诉").click()
    await supervisor.reason("听了录音，坐席用语得当")
    await page.locator(".el-radio-button", has_text="待终判").click()
    await expect(page.locator(".el-table__row")).to_contain_text("须由判定人以外的人终判")
    appeal = server.get("/console/api/quality/appeals?state=judged")["items"][0]["id"]
    server.post(f"/console/api/quality/appeals/{appeal}/close", {"accepted": True, "score": 1.0, "reason": "同意"})
    await agent.page.reload()
    await expect(agent.page.locator(".review-history")).to_contain_text("已终判")
    await expect(item.locator(".item-head")).to_contain_text("不达标 →")
    await expect(item.locator(".item-head")).to_contain_text("达标")
    await agent.page.goto(f"{server.url}/console/quality")
    await expect(agent.page.locator(".tabs a")).to_have_text(["申诉", "方案 / 评分项"])
    assert agent.complaints + supervisor.complaints == []


async def test_reviewers_calibrate_blind_and_axe_finds_nothing_serious(
    browser: Browser,  # noqa: F811
    server: DemoServer,
    password: str,  # noqa: F811
) -> None:
    for text in ("你好", "我家停电了", "电线掉地上了冒火花"):
        server.say("quality-a11y", text)
    supervisor = await open_console(browser, server, "/conversations")
    page = supervisor.page
    await supervisor.log_in("demo-supervisor", password)
    await supervisor.press("立即评分")
    await page.get_by_role("dialog").get_by_role("button", name="开始评分").click()
    await expect(page.locator(".job-line.done")).to_be_visible()
    await page.locator(".score-table .el-table__row", has_text="机器人").first.locator(".el-checkbox").click()
    await page.get_by_role("button", name="发起校准").click()
    await page.get_by_role("dialog").get_by_label("名称").fill("第一轮")
    await page.get_by_role("dialog").get_by_role("button", name="发起校准").click()
    await supervisor.press("开始打分")
    await expect(page.locator(".review")).not_to_contain_text("机器分")
    for _ in range(await page.locator(".item").count()):
        await page.keyboard.press("1")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".round header")).to_contain_text("您已全部打完")
    if not AXE.is_file():
        pytest.skip("axe-core is not installed (npm ci in web/console)")
    first = server.get("/console/api/quality/conversations?order=worst")["items"][0]["id"]
    found = []
    parts = ("appeals", "plan", "alerts")
    pages = [("light", f"/conversations/{first}"), ("dark", "/conversations"), ("dark", f"/quality/queue/{first}")]
    for theme, path in [*pages, *(("light", f"/quality/{part}") for part in parts)]:
        await page.evaluate(f"localStorage.setItem('gridtalk.console.theme', '{theme}')")
        await page.goto(f"{server.url}/console{path}")
        await expect(page.locator(".card, .review, .queue-rows, .plan, .empty-state").first).to_be_visible()
        found += await serious(page)
    assert found == []
    assert supervisor.complaints == []
