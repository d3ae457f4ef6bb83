"""`gridtalk simulate`: the year, its figures as JSON lines, table and picture."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from pathlib import Path

import orjson

from eval.simulate.curve import MonthFigures, render_curve, render_table
from eval.simulate.year import YearPlan, simulate_year
from eval.terminal import say

FIGURES, TABLE, CURVE = "year.json", "year.md", "year.svg"


def simulate(root: Path, out: Path, months: int, seed: int, visits: int) -> list[MonthFigures]:
    """Simulate a year with a home of its own below `out`, write its figures there and return them.

    Raises WorldInvalid and what a bot, a study or a training raises.
    """
    plan = replace(YearPlan(root.absolute(), (out / "home").absolute()), months=months, seed=seed, visits=visits)
    plan.home.mkdir(parents=True, exist_ok=True)
    os.environ["GRIDTALK_HOME"] = str(plan.home)  # bots, releases and data versions keep their state there
    return asyncio.run(_simulate(plan, out))


async def _simulate(plan: YearPlan, out: Path) -> list[MonthFigures]:
    figures: list[MonthFigures] = []
    async for month in simulate_year(plan, say):
        figures.append(month)
        write_year(out, figures)
    return figures


def write_year(out: Path, figures: list[MonthFigures]) -> None:
    """Write figures, table and picture."""
    (out / FIGURES).write_bytes(orjson.dumps([one.render() for one in figures], option=orjson.OPT_INDENT_2))
    (out / TABLE).write_text(render_table(figures), "utf-8")
    (out / CURVE).write_text(render_curve(figures), "utf-8")
