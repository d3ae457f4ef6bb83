"""The columns of a table of articles: their heads, and how a cell becomes part of an article and back."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from knowledge_base.article import Article
from knowledge_base.editing.content import render_content
from knowledge_base.errors import FieldMistake

QUESTION: Final = "标准问题"
HEADS: Final[Mapping[str, str]] = {
    "id": "编号",
    "topic": "主题",
    "question": QUESTION,
    "similar": "相似问题",
    "answer": "答案",
    "voice": "语音答案",
    "category": "分类",
    "regions": "地区",
    "customer_class": "客户类别",
    "source.document": "来源文件",
    "source.certainty": "可信度",
    "source.checked": "核对日期",
    "valid_from": "生效日期",
    "valid_to": "有效期至",
    "referral": "转人工说明",
    "card.title": "卡片标题",
    "card.description": "卡片说明",
    "card.url": "卡片链接",
    "card.picture": "卡片图片",
}
"""Field -> head, in the order of the table."""
_ALIASES: Final[Mapping[str, tuple[str, ...]]] = {
    "id": ("id", "知识编号"),
    "question": ("问题", "标准问", "question"),
    "similar": ("相似问法", "相似问", "扩展问", "扩展问法", "similar"),
    "answer": ("回答", "标准答案", "文字答案", "answer"),
    "voice": ("电话答案", "语音", "voice"),
    "category": ("类别", "知识分类", "category"),
    "regions": ("适用地区", "省份", "区域", "regions"),
    "customer_class": ("适用客户", "客户类型"),
    "source.document": ("来源", "依据", "依据文件"),
    "source.checked": ("核对日", "核实日期"),
    "valid_from": ("有效期自", "开始日期", "生效日"),
    "valid_to": ("失效日期", "截止日期", "结束日期"),
    "referral": ("转人工",),
}
FIELD_OF: Final[Mapping[str, str]] = {
    **{head: field for field, head in HEADS.items()},
    **{alias: field for field, aliases in _ALIASES.items() for alias in aliases},
}
"""Head as written -> field."""
_LIST: Final = re.compile(r"[、,，;；/\s]+")
_LINES: Final = re.compile(r"[\n；;]+")
_DAY: Final = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:\s+00:00(?::00)?)?")
_YES: Final = frozenset({"是", "有", "true", "yes", "1", "y", "√"})
_NO: Final = frozenset({"否", "无", "false", "no", "0", "n", ""})
_EVERYWHERE: Final = frozenset({"全国", "所有", "全部", "通用"})


def read_cells(cells: Mapping[str, str]) -> tuple[dict[str, Any], list[FieldMistake]]:
    """Return what a row says as `parse_content` takes it, and which cells cannot be read; `id` is left out."""
    content: dict[str, Any] = {}
    mistakes: list[FieldMistake] = []
    for field, text in cells.items():
        if field == "id":
            continue
        try:
            value = _READ.get(field, _as_it_is)(text)
        except ValueError as error:
            mistakes.append(FieldMistake(field, str(error)))
            continue
        group, _, name = field.partition(".")
        if name:
            content.setdefault(group, {})[name] = value
        else:
            content[field] = value
    return _tidied(content), mistakes


def write_cells(article: Article) -> list[str]:
    """Return an article as a row; `read_cells` reads it."""
    content = render_content(article)
    flat = {"id": article.id, **{name: value for name, value in content.items() if not isinstance(value, dict)}}
    for group in ("source", "card"):
        flat |= {f"{group}.{name}": value for name, value in (content[group] or {}).items()}
    return [_written(field, flat.get(field)) for field in HEADS]


def _tidied(content: dict[str, Any]) -> dict[str, Any]:
    """Leave out what an empty cell means nothing for: a card of nothing, a source's day or certainty, a topic."""
    source = content.get("source")
    if source is not None:
        content["source"] = {name: value for name, value in source.items() if value or name == "document"}
    card = content.get("card")
    if card is not None and not any(card.values()):
        content["card"] = None
    for name in ("topic", "customer_class", "valid_from"):
        if not content.get(name, True):
            del content[name]
    return content


def _as_it_is(text: str) -> str:
    return text


def _regions(text: str) -> list[str]:
    found = [part for part in _LIST.split(text) if part]
    return [] if set(found) <= _EVERYWHERE else found


def _similar(text: str) -> list[str]:
    return [line.strip() for line in _LINES.split(text) if line.strip()]


def _day(text: str) -> str | None:
    if text in ("", "长期", "长期有效", "无"):
        return None
    match = _DAY.fullmatch(text)
    if match is None:
        raise ValueError("不是日期（如 2026-12-31）")
    return f"{match[1]}-{int(match[2]):02d}-{int(match[3]):02d}"


def _truth(text: str) -> bool:
    word = text.lower()
    if word not in _YES | _NO:
        raise ValueError("写“是”或“否”")
    return word in _YES


_READ: Final[Mapping[str, Callable[[str], Any]]] = {
    "similar": _similar,
    "regions": _regions,
    "source.checked": _day,
    "valid_from": _day,
    "valid_to": _day,
    "referral": _truth,
}


def _written(field: str, value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return ("\n" if field == "similar" else "、").join(value)
    return str(value) if value is not None else ""
