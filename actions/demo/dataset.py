"""Make the demo data once, top them up when the clock has moved on, or reset them.

One transaction: readers see all or nothing. Safe when several processes call it: the second waits and finds it done.
"""

import asyncio
from datetime import datetime

from sqlalchemy import delete, inspect, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from actions.backends.boundary import change, look_up
from actions.backends.tables import demo_state, metadata
from actions.demo.bills import BillCalculator
from actions.demo.history import Progress, build_history
from actions.demo.plan import Coverage, Plan, Step, plan_for
from actions.demo.population import Population, build_population
from actions.demo.standing import read_standing, read_table_ids
from actions.demo.writing import (
    clear_generated,
    write_coverage,
    write_first_day,
    write_history,
    write_outages,
    write_population,
)
from storage.clock import CHINA

LOCK = text("SELECT pg_advisory_xact_lock(95598)")


async def ensure_demo_data(
    engine: AsyncEngine, now: datetime, calculate_bill: BillCalculator, progress: Progress | None = None
) -> Step:
    """Make what the demo data lack at `now` (aware); returns what was done."""
    moment = now.astimezone(CHINA)
    if plan_for(moment, await _look_up_coverage(engine)).step is Step.NOTHING:
        return Step.NOTHING
    async with change(engine) as connection:
        await _take_turns(connection)
        plan = plan_for(moment, await _coverage(connection))
        await _carry_out(connection, plan, moment, calculate_bill, progress or _say_nothing)
    return plan.step


async def is_demo_current(engine: AsyncEngine, now: datetime) -> bool:
    """Say whether the data are there and reach up to `now` (aware)."""
    step = plan_for(now.astimezone(CHINA), await _look_up_coverage(engine)).step
    return step in (Step.NOTHING, Step.REFRESH)


async def reset_demo_data(
    engine: AsyncEngine, now: datetime, calculate_bill: BillCalculator, progress: Progress | None = None
) -> None:
    """Throw everything away, what conversations wrote included, and make it anew."""
    moment = now.astimezone(CHINA)
    async with change(engine) as connection:
        await _take_turns(connection)
        for table in metadata.sorted_tables:
            await connection.execute(delete(table))
        await _carry_out(connection, plan_for(moment, None), moment, calculate_bill, progress or _say_nothing)


async def _carry_out(
    connection: AsyncConnection, plan: Plan, now: datetime, calculate_bill: BillCalculator, progress: Progress
) -> None:
    if plan.step is Step.NOTHING:
        return
    population = build_population()
    if plan.step is Step.BUILD:
        await clear_generated(connection)
        await write_population(connection, population)
        await write_first_day(connection, population, now)
    if plan.step in (Step.BUILD, Step.TOP_UP):
        await _add_months(connection, population, plan, now, calculate_bill, progress)
    await write_outages(connection, population, now)
    await write_coverage(connection, plan.coverage)
    progress("done", 1.0)


async def _add_months(
    connection: AsyncConnection,
    population: Population,
    plan: Plan,
    now: datetime,
    calculate_bill: BillCalculator,
    progress: Progress,
) -> None:
    first = min(plan.use_months + plan.bill_months)
    standing = await read_standing(connection, population.customers, first)
    table_ids = await read_table_ids(connection)
    customers = population.customers
    history = await asyncio.to_thread(
        build_history, customers, plan, standing, table_ids, calculate_bill, now, progress
    )
    await write_history(connection, history, table_ids)


async def _take_turns(connection: AsyncConnection) -> None:
    """Make sure that there are tables, and that nobody else makes data now (on SQLite transactions take turns)."""
    if connection.dialect.name == "postgresql":
        await connection.execute(LOCK)
    await connection.run_sync(metadata.create_all)


async def _look_up_coverage(engine: AsyncEngine) -> Coverage | None:
    async with look_up(engine) as connection:
        has_tables = await connection.run_sync(lambda held: inspect(held).has_table(demo_state.name))
        return await _coverage(connection) if has_tables else None


async def _coverage(connection: AsyncConnection) -> Coverage | None:
    row = (await connection.execute(select(demo_state))).one_or_none()
    return (
        None if row is None else Coverage(row.edition, row.first_month, row.last_month, row.first_bill_month, row.as_of)
    )


def _say_nothing(_stage: str, _fraction: float) -> None:
    """Show no progress."""
