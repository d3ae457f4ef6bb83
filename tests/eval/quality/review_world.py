"""A store of quality scores on either database, filled in a few lines."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from eval.quality.store import QualityStore
from eval.quality.totals import ItemVerdict
from eval.quality.values import HELD, Judged, Score, Sight, Subject, desk_key
from storage.database import open_database
from tests.connectors.desk.world import fresh_postgres

AT = 1_795_140_000.0
DAY = 24 * 3600.0
RUBRIC, MODEL = "2026.11", "rules.1"
ITEMS = {3: ("身份核验", 10.0, True), 4: ("理解诉求", 15.0, False), 10: ("服务用语", 8.0, False)}
ITEMS |= {11: ("情绪走势", 4.0, False), 13: ("隐私保护", 0.0, True)}
EVERYWHERE = Sight()


def verdicts(**scores: float | None) -> tuple[ItemVerdict, ...]:
    """Items, all well but those that are named: `i4=0.5`; None: does not apply."""
    return tuple(
        ItemVerdict(number, name, weight, fatal, scores.get(f"i{number}", 1.0), "理由", ((2, "原话"),))
        for number, (name, weight, fatal) in ITEMS.items()
    )


def judged(name: str, *, scope: str = "", agent: int | None = None, at: float = AT, **scores: Any) -> Judged:
    """One conversation: the bot's, or that of an agent of the desk."""
    more = {name: scores.pop(name) for name in ("intents", "release", "turns", "facts") if name in scores}
    subject = Subject(
        conversation_id=name,
        sender_id=f"sender-{name}",
        source=HELD,
        channel="app",
        agent="bot" if agent is None else "human",
        scope=scope,
        started_at=at,
        ended_at=at + 60,
        is_settled=True,
        agent_key=desk_key(agent) if agent is not None else "",
        agent_name=f"坐席{agent}" if agent is not None else "",
        **{"turns": 4, **more},
    )
    return Judged(subject, verdicts(**scores))


async def fill(store: QualityStore, *conversations: Judged, at: float = AT) -> dict[str, Score]:
    """Save conversations; return their scores by name."""
    await store.save(conversations, RUBRIC, MODEL, at)
    found, _ = await store.page(EVERYWHERE, (), 1, 1000)
    return {one.conversation_id: one for one in found}


@asynccontextmanager
async def open_store(kind: str, folder: Path) -> AsyncIterator[QualityStore]:
    """An empty store on `sqlite` or `postgresql`."""
    url = await fresh_postgres() if kind == "postgresql" else f"sqlite:///{folder}/quality.sqlite"
    store = QualityStore(open_database(url))
    await store.prepare()
    try:
        yield store
    finally:
        await store.database.close()
