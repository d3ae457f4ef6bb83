"""The console on its first day, in a real browser on a small screen: every page says what to do next, in its words."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from playwright.async_api import Browser, Page, expect

from tests.bot.conftest import actions  # noqa: F401
from tests.console.conftest import PASSWORD, Office, small_office  # noqa: F401
from tests.e2e.test_console import AXE, DIST, browser, serious  # noqa: F401

pytestmark = pytest.mark.skipif(not DIST.is_file(), reason="the console is not built (make web)")

SCREEN = {"width": 1280, "height": 720}
LATIN = {"Excel", "Shift", "gridtalk", "score", "base"}
"""What Chinese pages call by its own name."""
WIDE = "[...document.querySelectorAll('html, main')].filter(one => one.scrollWidth > one.clientWidth).length"

OWN_WORDS = """main => {
  const copy = main.cloneNode(true);
  copy.querySelectorAll(".el-table__body, .regions").forEach(rows => rows.remove());
  return copy.textContent;
}"""
"""What the page says itself: rows of tables and regions are the installation's, in its language."""


@dataclass(frozen=True, slots=True)
class Says:
    """What a page of the menu, or a part of it, says where there is nothing."""

    path: str
    chinese: str
    english: str


SUPERVISOR = (
    Says(
        "/overview",
        "客户在聊天窗口或微信里点“转人工”后会出现在这里",
        "Customers appear here when they ask for a person",
    ),
    Says("/callbacks", "客户留下的回呼会出现在这里", "Call-backs left out of hours appear here"),
    Says("/tickets", "机器人和坐席为客户建立的工单会出现在这里", "Tickets that the bot and agents open appear here"),
    Says("/dashboard", "在“会话”页点“立即评分”", "Press “Score now” on the page Conversations"),
    Says("/conversations", "点“立即评分”给存下的会话评分", "“Score now” scores what is stored"),
    Says("/quality", "在“会话”页点“立即评分”", "score now in Conversations"),
    Says("/quality/appeals", "对扣分项点“申诉”后会出现在这里", "They appear when an agent appeals"),
    Says("/quality/calibration", "让两位以上的班长各自打分", "let two supervisors or more score them"),
    Says("/notices", "超时回呼和失败的任务会出现在这里", "late call-backs and failed jobs appear here"),
)
TRAINER = (
    Says("/releases", "在下面的列表里选一个草稿，先放进影子", "Choose a draft from the list: shadow first"),
    Says("/topics", "选一个月，点“研究这个月”", "Choose a month and study it"),
    Says("/labels", "先到“未知问题”选一个月、点“研究这个月”", "Study a month under Unknown topics first"),
    Says("/labels/agreement", "这里显示一致性", "Agreement shows here"),
    Says("/labels/sentences", "下次训练时使用", "the next training uses them"),
    Says("/tariffs/versions", "在“电价表”里点“调价”或“编辑全文”起草新版本", "Draft one under “Tables”"),
)


async def enter(browser: Browser, office: Office, name: str) -> tuple[Page, list[str]]:  # noqa: F811
    """Log in on a small screen; return the page, and what it will have complained about."""
    page = await (await browser.new_context(viewport=SCREEN, reduced_motion="reduce")).new_page()  # type: ignore[arg-type]
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(str(office.server.make_url("/console/")))
    await page.fill("input[name=username]", name)
    await page.fill("input[name=password]", PASSWORD)
    await page.press("input[name=password]", "Enter")
    await expect(page.locator(".shell")).to_be_visible()
    return page, complaints


async def look(page: Page, office: Office, one: Says, language: str) -> list[str]:
    """Open the page in a language; return what is wrong with it."""
    await page.evaluate(f"localStorage.setItem('gridtalk.console.locale', '{language}')")
    await page.goto(str(office.server.make_url(f"/console{one.path}")))
    said = one.english if language == "en" else one.chinese
    await expect(page.locator(".empty-state .hint", has_text=said)).to_be_visible()
    told = await page.locator("main").evaluate(OWN_WORDS)
    odd = re.findall(r"\{\w+\}|undefined|NaN|\[object", told)
    if language == "en":
        odd += re.findall(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+", told)
    else:
        odd += [word for word in re.findall(r"[A-Za-z]{4,}", told) if word not in LATIN]
    if await page.evaluate(WIDE):
        odd.append("wider than the screen")
    return odd


@pytest.mark.parametrize(("name", "pages"), [("sue", SUPERVISOR), ("theo", TRAINER)])
async def test_every_page_says_what_to_do_next_and_fits_a_small_screen(
    browser: Browser,  # noqa: F811
    small_office: Office,  # noqa: F811
    name: str,
    pages: tuple[Says, ...],
) -> None:
    page, complaints = await enter(browser, small_office, name)
    wrong = {}
    for one in pages:
        for language in ("zh-CN", "en"):
            if odd := await look(page, small_office, one, language):
                wrong[one.path, language] = odd
    assert wrong == {}
    assert complaints == []
