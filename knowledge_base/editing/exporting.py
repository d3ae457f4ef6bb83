"""Articles as a file of data/knowledge, and as tables to be filled in."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any, Final

import yaml

from knowledge_base.article import Article
from knowledge_base.editing.columns import HEADS, write_cells
from knowledge_base.editing.content import MOST, voice_of

SAMPLE: Final = {
    "id": "",
    "question": "计划停电要提前几天通知",
    "similar": "停电提前多久告诉我们\n检修停电通知时间",
    "answer": "计划检修停电，供电企业应提前7日通知用户或公告。",
    "voice": "计划检修停电要提前7日通知或公告。",
    "category": "停电/停电告知",
    "regions": "山东、江苏",
    "customer_class": "全部",
    "source.document": "供电营业规则（2024年第14号令）",
    "source.certainty": "多源3",
    "source.checked": "2026-11-20",
    "valid_from": "2024-06-01",
    "valid_to": "",
    "referral": "否",
}
"""The row of a template; it is read as any other."""


class _Dumper(yaml.SafeDumper):
    """Lists inside an entry on one line where they fit."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indent lists under their key."""
        super().increase_indent(flow, False)


def to_yaml(articles: Iterable[Article]) -> str:
    """Return articles as a file that load_articles reads."""
    entries = [_entry(article) for article in sorted(articles, key=lambda one: one.id)]
    return yaml.dump(entries, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=118)


def heads() -> list[str]:
    """Return the first row of a table."""
    return list(HEADS.values())


def sample_row() -> list[str]:
    """Return the row of a template."""
    return [SAMPLE.get(field, "") for field in HEADS]


def template_csv() -> bytes:
    """Return a template that spreadsheets open as UTF-8."""
    kept = io.StringIO(newline="")
    csv.writer(kept).writerows([heads(), sample_row()])
    return ("\ufeff" + kept.getvalue()).encode()


def template_docx() -> bytes:
    """Return a template with one article as a form."""
    from docx import Document  # every command would pay for it

    document = Document()
    document.add_paragraph("一个表格一条知识：左列是项目名称，右列填内容；相似问题一行一条。复制表格可以写下一条。")
    table = document.add_table(rows=0, cols=2)
    table.style = "Table Grid"
    for field, head in HEADS.items():
        cells = table.add_row().cells
        cells[0].text, cells[1].text = head, SAMPLE.get(field, "")
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


def table_rows(articles: Iterable[Article]) -> list[list[str]]:
    """Return the rows below the heads."""
    return [write_cells(article) for article in sorted(articles, key=lambda one: one.id)]


def _entry(article: Article) -> dict[str, Any]:
    card = article.card
    entry: dict[str, Any] = {"id": article.id, "version": article.version}
    if article.is_referral:
        entry["referral"] = True
    entry |= {
        "topic": article.topic,
        "question": article.question,
        "similar": list(article.similar),
        "answer": article.answer,
        "voice": article.voice or voice_of(article.answer, MOST["voice"]),
    }
    if card is not None:
        entry["card"] = {name: value for name, value in asdict(card).items() if value}
    return entry | {
        "category": article.category,
        "regions": sorted(article.regions),
        "customer_class": article.customer_class,
        "source": {
            "document": article.source.document,
            "certainty": article.source.certainty,
            "checked": article.source.checked,
        },
        "valid_from": article.valid_from,
        "valid_to": article.valid_to,
        "state": article.state,
    }
