"""Unknown topics and labelling in a real browser: an editor's and a trainer's day, with mouse and keyboard."""

from __future__ import annotations

import asyncio
import os
import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from storage.database import open_database
from tests.e2e.conftest import DemoServer
from tests.e2e.test_console import AXE, DIST, browser, open_console, password, serious  # noqa: F401
from tests.eval.retrain.learning_world import GREEN, NOISE, bill, study, weak

pytestmark = pytest.mark.skipif(not DIST.is_file(), reason="the console is not built (make web)")

SHOTS = os.environ.get("GRIDTALK_TEST_PICTURES", "")
"""A folder: the manual's pictures are taken into it."""
STREET_LAMPS = ("小区路灯不亮了归你们管吗", "路灯不亮找谁修", "路灯不亮报给谁")
OCTOBER_AT, NOVEMBER_AT = 1_792_500_000.0, 1_794_800_000.0


async def seed(home: Path) -> None:
    """Two months that were studied: three topics, and sentences of an unsure bot."""
    unsure = {
        "intent": "query_bill",
        "confidence": 0.55,
        "reasons": ("low_confidence", "small_margin"),
        "at": NOVEMBER_AT,
    }
    ranking = (("query_bill", 0.55), ("query_balance", 0.41), ("query_payment_record", 0.03))
    database = open_database(f"sqlite:///{home / 'gridtalk.sqlite'}")
    try:
        october = [weak(text, at=OCTOBER_AT) for text in (*GREEN, *GREEN, *NOISE)]
        await study(database, "2026-10", october)
        november = [weak(text, at=NOVEMBER_AT) for text in (*GREEN, *GREEN, *GREEN, *STREET_LAMPS, *NOISE)]
        more = [bill(**unsure, ranking=ranking), bill("账上的钱〔户号〕", entities=(), **unsure, ranking=ranking)]
        await study(database, "2026-11", [*november, *more])
    finally:
        await database.close()


@pytest.fixture(scope="module")
def learned(server: DemoServer) -> DemoServer:
    """The running demo, with two months studied."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("GRIDTALK_HOME", str(server.home))
        asyncio.run(seed(server.home))
    return server


async def picture(page: Page, name: str) -> None:
    if SHOTS:
        await page.screenshot(path=Path(SHOTS) / name)


async def test_an_editor_makes_an_article_of_a_topic_in_two_clicks(
    browser: Browser,  # noqa: F811
    learned: DemoServer,
    password: str,  # noqa: F811
) -> None:
    editor = await open_console(browser, learned, "/topics")
    page = editor.page
    await editor.log_in("demo-editor", password)
    green = page.locator(".topic", has_text="绿电证书").first
    await expect(green).to_contain_text("20 次")
    await expect(green.get_by_role("img")).to_have_attribute("aria-label", "每月次数：2026-10 8，2026-11 12")
    await expect(page.locator(".topic")).to_have_count(3)
    await picture(page, "console-topics.png")
    await green.get_by_role("button", name="写成文章").click()
    similar = page.get_by_role("dialog").locator("textarea").first
    await expect(similar).to_have_value(re.compile("流程"))
    assert set((await similar.input_value()).splitlines()) < set(GREEN)
    await page.get_by_role("dialog").get_by_role("button", name="存为草稿").click()
    await expect(page.locator(".topic")).to_have_count(2)
    await page.locator(".learn-filters .el-radio-button", has_text="已写文章").click()
    await expect(page.locator(".topic")).to_have_count(1)
    await expect(page.locator(".topic")).to_contain_text("知识编辑")
    drafts = learned.get("/console/api/knowledge/articles?state=draft")["items"]
    assert 3 in {one["similar_count"] for one in drafts if "绿电证书" in one["question"]}
    assert editor.complaints == []


async def test_a_trainer_trains_on_a_topic_ignores_one_and_begins_a_study(
    browser: Browser,  # noqa: F811
    learned: DemoServer,
    password: str,  # noqa: F811
) -> None:
    trainer = await open_console(browser, learned, "/topics")
    page = trainer.page
    await trainer.log_in("demo-trainer", password)
    noise = page.locator(".topic", has_text="变压器")
    await expect(noise.get_by_role("button", name="写成文章")).to_have_count(0)
    await noise.get_by_role("button", name="作训练句").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.locator(".wording-list")).to_contain_text("已选 3 句")
    await dialog.get_by_label("意图").click()
    await page.keyboard.type("投诉")
    await page.get_by_role("option", name="投诉（submit_complaint）").click()
    await dialog.get_by_role("button", name="作为训练句").click()
    await expect(noise).to_have_count(0)
    await page.locator(".topic", has_text="路灯").get_by_role("button", name="忽略").click()
    await trainer.reason("路灯归市政管")
    await page.locator(".learn-filters .el-radio-button", has_text="已忽略").click()
    await expect(page.locator(".topic")).to_have_count(1)
    await expect(page.locator(".topic")).to_contain_text("路灯归市政管")
    await page.get_by_role("button", name="研究这个月").click()
    await expect(page.locator(".study")).to_contain_text("训练师正在研究 2026-10")
    await expect(page.locator(".study progress")).to_be_visible()
    assert trainer.complaints == []


async def test_a_trainer_labels_with_one_key_a_sentence(
    browser: Browser,  # noqa: F811
    learned: DemoServer,
    password: str,  # noqa: F811
) -> None:
    trainer = await open_console(browser, learned, "/labels")
    page, sentence = trainer.page, trainer.page.locator(".sentence")
    await trainer.log_in("demo-trainer", password)
    await expect(sentence).not_to_be_empty()
    seen = [await sentence.inner_text()]
    while "上个月电费" not in seen[-1]:
        await page.keyboard.press("s")
        await expect(sentence).not_to_have_text(seen[-1])
        seen.append(await sentence.inner_text())
    await expect(page.locator(".sentence mark")).to_have_text(["〔户号〕", "上个月"])
    await picture(page, "console-labels.png")
    await page.keyboard.press("Space")
    await expect(page.locator(".labelling")).to_contain_text("上一句：查账单")
    await page.keyboard.press("u")
    await expect(sentence).to_have_text("〔户号〕上个月电费")
    await page.keyboard.press("e")
    for _ in range(7):
        await page.keyboard.press("ArrowRight")
    await page.keyboard.press("Shift+ArrowRight")
    await page.keyboard.press("Shift+ArrowRight")
    await page.keyboard.press("Enter")
    await page.get_by_role("dialog").get_by_role("button", name="金额").click()
    await expect(page.locator(".marks")).to_contain_text("金额：电费")
    await page.keyboard.press("/")
    await page.keyboard.type("余额")
    await page.keyboard.press("Enter")
    await expect(page.locator(".labelling")).to_contain_text("今天 1 句")
    await page.get_by_role("link", name="已定句子").click()
    row = page.locator(".el-table__row", has_text="〔户号〕上个月电费")
    await expect(row).to_contain_text("查余额欠费")
    await expect(row).to_contain_text("金额：电费")
    await page.get_by_role("link", name="一致性").click()
    await expect(page.locator(".empty-state")).to_contain_text("双人盲标")
    assert trainer.complaints == []


async def test_axe_finds_nothing_serious_on_topics_and_labels(
    browser: Browser,  # noqa: F811
    learned: DemoServer,
    password: str,  # noqa: F811
) -> None:
    if not AXE.is_file():
        pytest.skip("axe-core is not installed (npm ci in web/console)")
    trainer = await open_console(browser, learned, "/topics")
    page = trainer.page
    await trainer.log_in("demo-trainer", password)
    found = []
    for theme, path in (("light", "/topics"), ("dark", "/topics"), ("light", "/labels"), ("dark", "/labels")):
        await page.evaluate(f"localStorage.setItem('gridtalk.console.theme', '{theme}')")
        await page.goto(f"{learned.url}/console{path}")
        await expect(page.locator(".study, .labelling").first).to_be_visible()
        found += await serious(page)
    assert found == []
