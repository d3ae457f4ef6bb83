"""What an article says, as it comes from pages, files and the database; checked, with mistakes in words for editors."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from knowledge_base.article import Article, Card, Source
from knowledge_base.errors import ContentInvalid, FieldMistake

MOST: Final[Mapping[str, int]] = {"question": 100, "similar": 60, "answer": 1000, "voice": 200, "category": 50}
"""Characters; of `similar` questions."""
CUSTOMER_CLASSES: Final = ("全部", "居民", "工商业", "农业", "充电")
CERTAINTY: Final = re.compile(r"官方原文|多源\d{1,2}|单源|推算|记忆未核")
UNSURE: Final = ("单源", "推算", "记忆未核")
_SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_SENTENCE: Final = re.compile(r"[^。！？!?；;]+[。！？!?；;]?")
_SPOKEN_SENTENCES: Final = 2
_UNSPEAKABLE: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def is_slug(text: str) -> bool:
    """Say whether a text can be an article's id: small letters, digits and hyphens, at most 80."""
    return len(text) <= 80 and _SLUG.fullmatch(text) is not None


def _clean(text: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    if _UNSPEAKABLE.search(text):
        raise ValueError("含有控制字符")
    return text


def _one_line(text: str) -> str:
    return " ".join(_clean(text).split("\n"))


def _slug(text: str) -> str:
    if text and not is_slug(text):
        raise ValueError("只能用小写字母、数字和连字符")
    return text


def _day(content: object) -> object:
    """A day as pages write it; everything else is left to be refused."""
    if isinstance(content, str):
        try:
            return date.fromisoformat(content)
        except ValueError as error:
            raise ValueError("不是日期（如 2026-12-31）") from error
    return content


def _certainty(text: str) -> str:
    if CERTAINTY.fullmatch(text) is None:
        raise ValueError("只能是：官方原文、多源n、单源、推算、记忆未核")
    return text


def _customer_class(text: str) -> str:
    if text not in CUSTOMER_CLASSES:
        raise ValueError(f"只能是：{'、'.join(CUSTOMER_CLASSES)}")
    return text


def _address(text: str) -> str:
    if text and re.fullmatch(r"https://[^\s/]+\S*", text) is None:
        raise ValueError("须是 https:// 开头的地址")
    return text


def _distinct(lines: list[str]) -> list[str]:
    return list(dict.fromkeys(line for line in lines if line))


Line = Annotated[str, AfterValidator(_one_line)]
Question = Annotated[Line, Field(max_length=MOST["question"])]
Day = Annotated[date, BeforeValidator(_day)]
Address = Annotated[Line, Field(max_length=500), AfterValidator(_address)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class SourceBody(_Body):
    """Where the facts come from."""

    document: Annotated[Line, Field(max_length=200)] = ""
    certainty: Annotated[str, AfterValidator(_certainty)] = "记忆未核"
    checked: Day


class CardBody(_Body):
    """A picture message for WeChat."""

    title: Annotated[Line, Field(min_length=1, max_length=64)]
    description: Annotated[Line, Field(max_length=120)] = ""
    url: Annotated[Address, Field(min_length=1)]
    picture: Address = ""


class ArticleBody(_Body):
    """What an article says; a draft need not be complete."""

    topic: Annotated[str, Field(max_length=80), AfterValidator(_slug)]
    question: Annotated[Question, Field(min_length=1)]
    similar: Annotated[list[Question], Field(max_length=MOST["similar"]), AfterValidator(_distinct)] = []
    answer: Annotated[str, AfterValidator(_clean), Field(max_length=MOST["answer"])] = ""
    voice: Annotated[Line, Field(max_length=MOST["voice"])] = ""
    card: CardBody | None = None
    category: Annotated[Line, Field(max_length=MOST["category"])] = ""
    regions: Annotated[
        list[Annotated[Line, Field(max_length=20)]], Field(max_length=40), AfterValidator(_distinct)
    ] = []
    customer_class: Annotated[str, AfterValidator(_customer_class)] = "全部"
    source: SourceBody
    valid_from: Day
    valid_to: Day | None = None
    referral: bool = False

    def to_article(self, article_id: str, version: int, state: str) -> Article:
        """Return the frozen value."""
        similar = tuple(text for text in self.similar if text != self.question)
        return Article(
            id=article_id,
            version=version,
            topic=self.topic,
            question=self.question,
            similar=similar,
            answer=self.answer,
            voice=self.voice,
            category=self.category,
            regions=frozenset(self.regions),
            customer_class=self.customer_class,
            source=Source(self.source.document, self.source.certainty, self.source.checked),
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            state=state,
            is_referral=self.referral,
            card=Card(**self.card.model_dump()) if self.card is not None else None,
        )


def parse_content(content: Mapping[str, Any]) -> ArticleBody:
    """Return what was sent as a body. Raises ContentInvalid with every field that is wrong."""
    try:
        return ArticleBody.model_validate(dict(content))
    except ValidationError as error:
        raise ContentInvalid(
            [FieldMistake(_path(fault["loc"]), _in_words(fault)) for fault in error.errors()]
        ) from error


def new_content(content: Mapping[str, Any], article_id: str, today: date) -> ArticleBody:
    """Return the content of a new article: what was not said is as a fresh draft has it. Raises ContentInvalid."""
    source = content.get("source")
    if isinstance(source, Mapping) or source is None:
        source = {"checked": today, **(source or {})}
    fresh = {"topic": article_id, "valid_from": today, **_said(content)}
    return parse_content({**fresh, "topic": fresh["topic"] or article_id, "source": source})


def changed_content(article: Article, changes: Mapping[str, Any]) -> ArticleBody:
    """Return an article's content with some of it changed. Raises ContentInvalid."""
    before = render_content(article)
    source = changes.get("source", {})
    if isinstance(source, Mapping):
        source = {**before["source"], **source}
    return parse_content({**before, **changes, "source": source})


def render_content(article: Article) -> dict[str, Any]:
    """Return what an article says as JSON has it; `parse_content` reads it."""
    return {
        "topic": article.topic,
        "question": article.question,
        "similar": list(article.similar),
        "answer": article.answer,
        "voice": article.voice,
        "card": asdict(article.card) if article.card is not None else None,
        "category": article.category,
        "regions": sorted(article.regions),
        "customer_class": article.customer_class,
        "source": {
            "document": article.source.document,
            "certainty": article.source.certainty,
            "checked": article.source.checked.isoformat(),
        },
        "valid_from": article.valid_from.isoformat(),
        "valid_to": article.valid_to.isoformat() if article.valid_to is not None else None,
        "referral": article.is_referral,
    }


def find_mistakes(article: Article, regions: Collection[str] | None) -> list[FieldMistake]:
    """Return what keeps a draft from being published: what is empty, unknown regions, an end before the beginning.

    `regions` are those that there are; None: any.
    """
    needed = {
        "question": article.question,
        "answer": article.answer,
        "category": article.category,
        "source.document": article.source.document,
    }
    mistakes = [FieldMistake(field, "不能为空") for field, text in needed.items() if not text]
    unknown = article.regions.difference(regions) if regions is not None else ()
    mistakes += [FieldMistake("regions", f"没有这个地区：{region}") for region in sorted(unknown)]
    if article.valid_to is not None and article.valid_to < article.valid_from:
        mistakes.append(FieldMistake("valid_to", "早于生效日期"))
    return mistakes


def voice_of(answer: str, most: int) -> str:
    """Return what is said on the phone where no one wrote it: the first sentences of the answer."""
    sentences = _SENTENCE.findall(" ".join(answer.split()))
    words = "".join(sentences[:_SPOKEN_SENTENCES])
    return words if len(words) <= most else sentences[0][:most]


def count_sentences(text: str) -> int:
    """Return how many sentences a text has."""
    return len(re.findall(r"[^。！？!?]+", text))


def _said(content: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in content.items() if value is not None}


def _path(location: Sequence[int | str]) -> str:
    return ".".join(str(part) for part in location) or "article"


_WORDS: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = {
    "missing": lambda _: "不能为空",
    "string_too_short": lambda _: "不能为空",
    "too_short": lambda _: "不能为空",
    "string_too_long": lambda about: f"最多 {about['max_length']} 个字",
    "too_long": lambda about: f"最多 {about['max_length']} 条",
    "extra_forbidden": lambda _: "没有这一项",
    "value_error": lambda about: str(about["error"]),
}


def _in_words(fault: Mapping[str, Any]) -> str:
    kind = "string_too_long" if fault["type"] == "too_long" and isinstance(fault["input"], str) else fault["type"]
    found = _WORDS.get(kind)
    return found(fault.get("ctx", {})) if found is not None else "格式不对"
