"""训练与发布 in a real browser: a trainer reads a verdict, lets a draft into shadow and canary, and goes back."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Browser, Page, expect
from sqlalchemy import insert

from bot.releases.manifest import FlipRow, GateRow, GateVerdict, MeasuredSet
from eval.retrain.trainings import TRAININGS
from storage.database import open_database
from tests.e2e.conftest import DemoServer
from tests.e2e.releases import act, make, wait_for_workers
from tests.e2e.test_console import (
    DIST,
    Colleague,
    browser,  # noqa: F401
    open_console,
    password,  # noqa: F401
    serious,
)

pytestmark = pytest.mark.skipif(not DIST.is_file(), reason="the console is not built (make web)")
GATES = GateVerdict(
    passed=True,
    gates=(
        GateRow(name="macro_f1", champion=0.9312, candidate=0.9405, passed=True, limit="at least -0.005"),
        GateRow(name="recall:report_hazard", champion=1.0, candidate=1.0, passed=True, limit="at least +0.000"),
        GateRow(name="unknown_recall", champion=0.88, candidate=0.91, passed=True, limit="at least -0.010"),
        GateRow(name="milliseconds_p50", champion=3.1, candidate=3.2, passed=True, limit="at most 1.3 times"),
    ),
    flips=(
        FlipRow(text="电费咋扣了两回", wanted="explain_high_bill", champion="query_payment_record",
                candidate="explain_high_bill", is_fixed=True),
        FlipRow(text="我要看看峰谷省不省", wanted="compare_tou", champion="compare_tou",
                candidate="query_tariff", is_fixed=False),
    ),
    accuracy_difference=0.0093,
    interval=(0.0021, 0.0164),
    sets=(MeasuredSet(name="frozen/understanding", size=1840), MeasuredSet(name="held-out/2026-10", size=312)),
    made_at=1795139000.0,
)  # fmt: skip


REJECTED = GATES.model_copy(
    update={
        "passed": False,
        "gates": (*GATES.gates[1:], GATES.gates[0].model_copy(update={"candidate": 0.9102, "passed": False})),
        "flips": GATES.flips[1:],
        "accuracy_difference": -0.0211,
        "interval": (-0.0304, -0.0118),
    }
)
WHY_NOT = "学了 312 句标注；未过门槛：宏平均 F1 93.12% → 91.02%"


async def confirm(trainer: Colleague, button: str, why: str) -> None:
    """Press a dangerous button and give the reason."""
    await trainer.press(button)
    await trainer.reason(why)


async def shown(page: Page, words: str) -> None:
    """Wait until the page shows this."""
    await expect(page.get_by_text(words).first).to_be_visible(timeout=30_000)


async def test_a_trainer_tries_a_release_and_goes_back(
    browser: Browser,  # noqa: F811
    server: DemoServer,
    password: str,  # noqa: F811
) -> None:
    changes = {"domain/patterns.yml": lambda text: text.replace("小电", "小电哥")}
    await asyncio.to_thread(make, server, "2026-10-5f0e21ab", changes, GATES)
    trainer = await open_console(browser, server, "/releases")
    page = trainer.page
    await trainer.log_in("demo-trainer", password)
    await page.locator(".menu a", has_text="训练与发布").click()
    await shown(page, "没有候选版本在试用")
    await page.locator(".el-table button.link", has_text="2026-10-5f0e21ab").click()
    await shown(page, "全部通过")
    await expect(page.locator("svg.interval")).to_be_visible()
    await shown(page, "我要看看峰谷省不省")
    assert await serious(page) == []
    await confirm(trainer, "放进影子", "先比较一天")
    await shown(page, "影子中")
    await confirm(trainer, "灰度 50%", "影子没有异常")
    await page.get_by_role("button", name="← 返回列表").click()
    await shown(page, "灰度：答复 50% 的客户")
    await asyncio.to_thread(wait_for_workers, server, lambda worker: worker["candidate"] == "2026-10-5f0e21ab")
    for number in range(60):
        words = ("你好", "居民用电多少钱一度", "我家停电了", "谢谢你啊")[number % 4]
        await asyncio.to_thread(server.say, f"canary-{number}", words)
    await expect(page.locator(".el-table", has_text="没听懂").get_by_text("正常").first).to_be_visible(timeout=30_000)
    assert await serious(page) == []
    await confirm(trainer, "退回候选", "今晚不灰度了")
    await shown(page, "没有候选版本在试用")
    await page.get_by_role("tab", name="操作记录").click()
    await shown(page, "今晚不灰度了")
    assert trainer.complaints == []


async def test_every_step_of_a_trial_asks_why_and_a_stopped_candidate_is_a_draft_again(
    browser: Browser,  # noqa: F811
    server: DemoServer,
    password: str,  # noqa: F811
) -> None:
    await asyncio.to_thread(make, server, "2026-10-stopped", {}, GATES)
    trainer = await open_console(browser, server, "/releases/2026-10-stopped")
    page = trainer.page
    await trainer.log_in("demo-trainer", password)
    await shown(page, "候选比现行 +0.9 个百分点，95% 区间 +0.2 到 +1.6")
    await expect(page.locator(".el-table__row", has_text="宏平均 F1")).to_contain_text("通过")
    await page.locator(".el-radio-button", has_text="改对了 1").click()
    await shown(page, "电费咋扣了两回")
    for button, why, state in (
        ("放进影子", "先听一天", "影子中"),
        ("灰度 5%", "影子里没有差别", "灰度中 5%"),
        ("停止试用", "等下周再试", "草稿"),
    ):
        await trainer.press(button)
        await page.get_by_role("dialog").get_by_role("button", name="确定").click()
        await expect(page.locator(".el-form-item__error")).to_have_text("请填写原因")
        await trainer.reason(why)
        await expect(page.locator("h2 .el-tag").first).to_have_text(state)
        await expect(page.locator(".el-table__row", has_text=why)).to_contain_text("demo-trainer")
    await expect(page.get_by_role("button", name="停止试用")).to_have_count(0)
    assert trainer.complaints == []


async def keep_training(server: DemoServer, release: str) -> None:
    """A training of October that is over, as the book of trainings has it."""
    seconds = dict.fromkeys(("asked_at", "started_at", "ended_at", "seen_at"), 1795139000.0)
    told = {"month": "2026-10", "reason": "新标了三百句", "asked_by": "demo-trainer", "trigger": "person"}
    came = {"state": "done", "step": "done", "share": 1.0, "verdict": "rejected", "release": release, "attempts": 1}
    database = open_database(f"sqlite:///{server.home / 'gridtalk.sqlite'}")
    try:
        row = {**told, **came, **seconds, "detail": WHY_NOT}
        await database.write(lambda link: link.execute(insert(TRAININGS), row))
    finally:
        await database.close()


async def test_a_rejected_candidate_says_which_gate_it_failed_and_cannot_be_tried(
    browser: Browser,  # noqa: F811
    server: DemoServer,
    password: str,  # noqa: F811
) -> None:
    await asyncio.to_thread(make, server, "2026-10-rejected", {}, REJECTED)
    await keep_training(server, "2026-10-rejected")
    trainer = await open_console(browser, server, "/releases")
    page = trainer.page
    await trainer.log_in("demo-trainer", password)
    await page.get_by_role("tab", name="训练", exact=True).click()
    row = page.locator(".el-table__row:visible", has_text="2026-10-rejected")
    await expect(row).to_contain_text(f"未过门槛 {WHY_NOT}")
    await page.get_by_role("tab", name="版本", exact=True).click()
    await page.locator(".el-radio-button", has_text="未过门槛").click()
    listed = page.locator(".el-table__row:visible", has_text="2026-10-rejected")
    await expect(listed).to_contain_text("未通过")
    await expect(listed.get_by_role("button", name="放进影子")).to_have_count(0)
    await listed.get_by_role("button", name="查看").click()
    await shown(page, "1 项未通过，不能发布")
    first = page.locator(".card", has_text="门槛评测").locator(".el-table__row").first
    await expect(first).to_contain_text("宏平均 F1")
    await expect(first).to_contain_text("✕ 未过")
    await shown(page, "候选比现行 -2.1 个百分点，95% 区间 -3.0 到 -1.2")
    await shown(page, "我要看看峰谷省不省")
    for button in ("放进影子", "灰度 5%", "转为正式"):
        await expect(page.get_by_role("button", name=button)).to_have_count(0)
    assert await serious(page) == []
    assert trainer.complaints == []


async def test_who_may_only_read_sees_no_button(
    browser: Browser,  # noqa: F811
    server: DemoServer,
    password: str,  # noqa: F811
) -> None:
    await asyncio.to_thread(make, server, "read-only", {})
    act(server, "/releases/read-only/shadow")
    reader = await open_console(browser, server, "/releases")
    await reader.log_in("demo-supervisor", password)
    await reader.page.goto(f"{server.url}/console/releases")
    await shown(reader.page, "影子：只听不答")
    assert await reader.page.get_by_role("button", name="停止试用").count() == 0
    act(server, "/releases/read-only/stop")
