"""A store of labels, filled from weak messages without a bot: a study with vectors of characters is quick and real."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np

from eval.quality.values import Person
from eval.retrain.capture import MarkedPiece, WeakMessage
from eval.retrain.cluster import Vectors
from eval.retrain.labels.keep import StudyKeeper, earlier_topics
from eval.retrain.labels.settings import LabelSettings
from eval.retrain.labels.store import LearningStore
from eval.retrain.labels.studies import Found
from eval.retrain.study import KnownSentence, study_messages
from storage.database import Database, open_database
from tests.connectors.desk.world import fresh_postgres

AT = 1_793_000_000.0
ANNA, BERT, THEO = Person(1, "安娜"), Person(2, "伯特"), Person(3, "西奥")
KNOWN = [
    KnownSentence("上个月电费多少", "intent", "query_bill"),
    KnownSentence("家里停电了", "intent", "report_outage"),
    KnownSentence("过户要带什么材料", "article", "transfer-materials"),
]
GREEN = ("绿电证书怎么买", "绿电证书在哪里买", "想买绿电证书怎么弄", "绿电证书购买流程")
NOISE = ("变压器嗡嗡响太吵了", "楼下变压器噪音太吵", "变压器噪音吵得睡不着")
_WIDTH = 64


def embed(texts: Sequence[str]) -> Vectors:
    """Unit vectors that count characters."""
    vectors = np.zeros((len(texts), _WIDTH), dtype=np.float32)
    for row, text in enumerate(texts):
        for character in text:
            vectors[row, ord(character) % _WIDTH] += 1.0
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


def weak(text: str, **fields: Any) -> WeakMessage:
    """A message that was not understood; `at` makes the conversation its own."""
    at = fields.pop("at", AT)
    row: dict[str, Any] = {
        "conversation": f"web:{text}{at}#1",
        "turn": 1,
        "at": at,
        "channel": "app",
        "region": None,
        "text": text,
        "intent": "out_of_scope",
        "confidence": 0.5,
        "reasons": ("fallback",),
        "release": "r1",
        "ranking": (("out_of_scope", 0.5), ("ask_knowledge", 0.4)),
        "margin": 0.1,
    }
    return WeakMessage(**{**row, **fields})


def bill(text: str = "〔户号〕上个月电费", **fields: Any) -> WeakMessage:
    """A message with a masked account number."""
    pieces = (MarkedPiece("account_no", 0, 4), MarkedPiece("month", 4, 7))
    unsure = {"intent": "query_bill", "confidence": 0.6, "reasons": ("low_confidence",), "ranking": ()}
    return weak(text, **{**unsure, "entities": pieces, **fields})


async def study(
    database: Database, month: str, messages: Sequence[WeakMessage], *, double_share: float = 0.0, most: int = 3000
) -> Found:
    """Study messages and keep what was found."""
    found = study_messages(month, messages, KNOWN, embed, await earlier_topics(database, month))
    settings = LabelSettings(version="test", double_share=double_share, most_questions=most)
    return await StudyKeeper(LearningStore(database), settings).keep(found)


@asynccontextmanager
async def open_learning(kind: str, folder: Path) -> AsyncIterator[Database]:
    """A fresh store on SQLite or PostgreSQL."""
    url = await fresh_postgres() if kind == "postgresql" else f"sqlite:///{folder / 'learning.db'}"
    database = open_database(url)
    await LearningStore(database).prepare()
    try:
        yield database
    finally:
        await database.close()
