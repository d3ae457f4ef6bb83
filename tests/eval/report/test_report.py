"""A report counts what happened: containment, repeats, reasons; as a page without scripts and as a workbook."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from pathlib import Path

from openpyxl import load_workbook

from bot.events import BotSaid, Event, FlowCompleted, FlowStarted, HandedOver, SlotSet, UserSaid
from eval.history import HeldConversation, HeldTurn
from eval.report.facts import ConversationFacts, facts_of, read_facts
from eval.report.figures import build_report, count
from eval.report.page import render_report
from eval.report.workbook import write_workbook

AT = 1_790_000_000.0
HOUR = 3600.0


def flow(name: str, kind: str = "service") -> list[Event]:
    return [
        UserSaid(timestamp=AT, text=name, message_id=name, channel="app", intent=name, confidence=0.9),
        FlowStarted(timestamp=AT, flow=name, frame=1, flow_kind=kind),
        FlowCompleted(timestamp=AT, flow=name, frame=1),
    ]


def held(*events: Iterable[Event], sender: str = "a", hours: float = 0.0) -> HeldConversation:
    at = AT + hours * HOUR
    return HeldConversation(
        sender, tuple(HeldTurn(n, "app", at, "r1", tuple(turn)) for n, turn in enumerate(events, 1))
    )


async def facts(*conversations: HeldConversation) -> list[ConversationFacts]:
    async def stream() -> AsyncIterator[HeldConversation]:
        for conversation in conversations:
            yield conversation

    return await read_facts(stream())


def test_a_conversation_is_its_services_reasons_and_misses() -> None:
    fact = facts_of(
        held(
            [SlotSet(timestamp=AT, name="region", value="江苏"), *flow("query_bill")],
            [*flow("pattern_chitchat", "pattern"), HandedOver(timestamp=AT, reason="asked_for_a_person")],
            [BotSaid(timestamp=AT, text="?", response="utter_no_knowledge")],
        )
    )
    assert (fact.region, fact.intents, fact.completed) == ("江苏", ("query_bill",), 1)
    assert (fact.handoffs, fact.unanswered, fact.is_contained) == (("asked_for_a_person",), 1, False)


async def test_who_comes_again_within_a_day_was_not_resolved_the_first_time() -> None:
    first, second = await facts(held(flow("query_bill")), held(flow("query_bill"), hours=20))
    assert (first.repeat_24h, first.is_resolved, second.repeat_24h) == (True, False, False)
    first, _ = await facts(held(flow("query_bill")), held(flow("query_bill"), hours=80))
    assert (first.repeat_24h, first.repeat_7d) == (False, True)
    first, _ = await facts(held(flow("query_bill")), held(flow("report_outage"), hours=1))
    assert first.is_resolved


async def test_shares_are_of_all_conversations_and_nothing_is_no_share() -> None:
    found = await facts(
        held(flow("query_bill")), held([*flow("pay_bill"), HandedOver(timestamp=AT, reason="x")], sender="b")
    )
    figures = count(found)
    assert (figures.contained, figures.handed_over, figures.csat) == (0.5, 0.5, None)
    assert count([]).contained is None


async def test_a_conversation_about_two_matters_counts_in_both() -> None:
    report = build_report("t", await facts(held(flow("query_bill"), flow("pay_bill"))))
    assert {name: part.conversations for name, part in report.by["业务"].items()} == {"pay_bill": 1, "query_bill": 1}


async def test_the_page_runs_nothing_and_the_workbook_keeps_figures(tmp_path: Path) -> None:
    report = build_report("=1+1", await facts(held(flow("query_bill")), held(flow("<b>"), sender="b")))
    page = render_report(report)
    assert "<script" not in page
    assert "<b>&lt;" not in page
    assert "&lt;b&gt;" in page
    write_workbook(report, tmp_path / "r.xlsx")
    book = load_workbook(tmp_path / "r.xlsx")
    assert book["总览"]["A2"].value == "'=1+1"
    assert book["总览"]["B2"].value == 2
    assert book["按渠道"]["D2"].number_format == "0.0%"
