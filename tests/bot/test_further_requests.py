"""The third request of a message is not lost."""

from __future__ import annotations

from bot.further_requests import FurtherRequests
from bot.project import Project
from nlu.understanding import Context
from tests.bot.talk import ScriptedNlu

TWO = "query_usage+query_tariff@0.9: "


def understood(project: Project, *lines: str) -> list[str]:
    nlu = ScriptedNlu()
    *_, text = [nlu.teach(line) for line in lines]
    return [intent.name for intent in FurtherRequests(nlu, project).parse(text, Context()).intents]


def test_a_clause_that_asks_for_something_else_is_a_request(project: Project) -> None:
    clauses = ("query_usage: 看看用了多少度", "query_bill: 再查电费", "query_tariff: 另外江苏的电价是多少")
    whole = f"{TWO}看看用了多少度，再查电费，另外江苏的电价是多少"
    assert understood(project, *clauses, whole) == ["query_usage", "query_bill", "query_tariff"]


def test_a_clause_that_only_tells_something_is_none(project: Project) -> None:
    clauses = ("query_bill: 报了三天没人来", "query_tariff: 顺便问下电价", "query_usage: 查用电")
    whole = f"{TWO}查用电，报了三天没人来，顺便问下电价"
    assert understood(project, *clauses, whole) == ["query_usage", "query_tariff"]


def test_an_unsure_clause_a_danger_and_small_talk_are_none(project: Project) -> None:
    clauses = ("query_bill@0.5: 再看看那个", "report_hazard: 再说有火花", "thank: 还有谢谢")
    assert understood(project, *clauses, f"{TWO}再看看那个，再说有火花，还有谢谢") == ["query_usage", "query_tariff"]


def test_a_single_request_becomes_two_only_where_both_clauses_are_surely_requests(project: Project) -> None:
    clauses = ("query_usage@0.99: 查用了多少度", "query_tariff@0.99: 再问问电价")
    assert understood(project, *clauses, "query_tariff: 查用了多少度，再问问电价") == ["query_usage", "query_tariff"]
    unsure = ("query_usage@0.9: 查用了多少度", "query_tariff@0.99: 再问问电价")
    assert understood(project, *unsure, "query_tariff: 查用了多少度，再问问电价") == ["query_tariff"]
    assert understood(project, *clauses, "query_bill: 查用了多少度，再问问电价") == ["query_bill"]


def test_one_clause_is_not_read_again(project: Project) -> None:
    assert understood(project, "query_bill: 查电费，我急用") == ["query_bill"]


def test_what_is_asked_beside_a_danger_waits_behind_it(project: Project) -> None:
    clauses = ("query_usage@0.99: 顺便查下用电", "query_bill@0.99: 再看看电费")
    whole = "report_hazard: 线冒火花，顺便查下用电，再看看电费"
    assert understood(project, *clauses, whole) == ["report_hazard", "query_usage", "query_bill"]
