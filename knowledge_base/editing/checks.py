"""What an editor is told before a version is published: what blocks it, what to answer for, what to know."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from knowledge_base.article import Article
from knowledge_base.editing.content import UNSURE, count_sentences, find_mistakes
from knowledge_base.editing.settings import EditingSettings
from knowledge_base.editing.survey import Near, Survey, meet
from knowledge_base.editing.values import PUBLISHED, Entry
from knowledge_base.load_articles import are_rivals

BLOCK: Final = "block"
WARN: Final = "warn"
INFO: Final = "info"
_MOST_ITEMS: Final = 10
Item = Mapping[str, str | float]


@dataclass(frozen=True, slots=True)
class Caution:
    """One thing to know before publishing."""

    code: str
    level: str
    """block: it cannot be published; warn: whoever publishes says that he knows; info."""
    message: str
    """In Chinese: editors read it."""
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Ground:
    """What a version is compared with."""

    survey: Survey
    """Of what is live."""
    live: Sequence[Article]
    settings: EditingSettings
    regions: Collection[str]
    today: date


def find_cautions(article: Article, entry: Entry, ground: Ground) -> list[Caution]:
    """Return what is to be said of a version, what blocks it first."""
    candidate = replace(article, state=PUBLISHED)
    found = [
        *_mistakes(candidate, ground),
        *_rivals(candidate, ground),
        *_wordings(candidate, ground),
        *_gap(candidate, ground),
        *_voice(candidate, ground.settings),
        *_validity(candidate, ground),
        *_source(candidate, ground),
        *_promises(candidate, ground.settings),
        *_few(candidate, ground.settings),
        *_base(entry),
    ]
    return sorted(found, key=lambda caution: (BLOCK, WARN, INFO).index(caution.level))


def unacknowledged(cautions: Iterable[Caution], acknowledged: Collection[str]) -> list[Caution]:
    """Return the warnings that nobody has answered for yet."""
    return [one for one in cautions if one.level == WARN and one.code not in acknowledged]


def _mistakes(article: Article, ground: Ground) -> Iterator[Caution]:
    mistakes = find_mistakes(article, ground.regions)
    if mistakes:
        items = tuple({"field": one.field, "message": one.message} for one in mistakes)
        yield Caution("invalid", BLOCK, "内容不完整或有误，不能发布", items)


def _rivals(article: Article, ground: Ground) -> Iterator[Caution]:
    rivals = [one for one in ground.live if one.topic == article.topic and one.id != article.id]
    items = tuple({"id": one.id, "question": one.question} for one in rivals if are_rivals(article, one))
    if items:
        message = f"同一主题下，{items[0]['question']}已经在同样的地区、客户和时间里回答了这个问题"
        yield Caution("rival", BLOCK, message, items)


def _wordings(article: Article, ground: Ground) -> Iterator[Caution]:
    same: list[Item] = []
    near: list[Item] = []
    for text in article.questions:
        for found in ground.survey.near(text, article.topic, ground.settings.near_question):
            if meet(article, found.wording.article, ground.today) and found.wording.article.id != article.id:
                (same if found.similarity >= 1.0 else near).append(_wording_item(text, found))
    if same:
        message = f"有 {len(same)} 个问法与别的主题完全相同，客户这样问时只能猜一条"
        yield Caution("same_wording", WARN, message, tuple(same[:_MOST_ITEMS]))
    if near:
        near.sort(key=lambda item: -float(item["similarity"]))
        message = f"有 {len(near)} 个问法与别的主题几乎相同（如《{near[0]['question']}》）"
        yield Caution("similar_question", WARN, message, tuple(near[:_MOST_ITEMS]))


def _wording_item(text: str, near: Near) -> Item:
    other = near.wording
    return {
        "id": other.article.id,
        "question": other.article.question,
        "own": text,
        "other": other.text,
        "similarity": round(near.similarity, 3),
    }


def _gap(article: Article, ground: Ground) -> Iterator[Caution]:
    if not article.regions:
        return
    others = [one for one in ground.live if one.topic == article.topic and one.id != article.id]
    if any(not one.regions for one in others):
        return
    covered = article.regions.union(*(one.regions for one in others))
    missing = [region for region in ground.regions if region not in covered]
    if missing:
        message = f"这个主题在{'、'.join(missing)}没有答案，那里的客户会得到“没有可靠答案”"
        yield Caution("region_gap", WARN, message, tuple({"region": region} for region in missing))


def _voice(article: Article, settings: EditingSettings) -> Iterator[Caution]:
    if not article.voice:
        yield Caution("missing_voice", WARN, "没有语音答案：电话里会念答案的头两句")
    elif len(article.voice) > settings.voice_characters or count_sentences(article.voice) > settings.voice_sentences:
        most = f"{settings.voice_sentences} 句、{settings.voice_characters} 个字"
        yield Caution("long_voice", WARN, f"语音答案长于{most}，电话里听不完")


def _validity(article: Article, ground: Ground) -> Iterator[Caution]:
    if article.valid_to is not None and article.valid_to < ground.today:
        yield Caution("validity_passed", WARN, f"有效期已于 {article.valid_to} 结束，发布后客户看不到")
    elif not article.is_in_force(ground.today):
        yield Caution("not_yet_valid", INFO, f"{article.valid_from} 起才生效，在那之前客户看不到")


def _source(article: Article, ground: Ground) -> Iterator[Caution]:
    days = (ground.today - article.source.checked).days
    if days > ground.settings.source_days:
        yield Caution("source_unchecked", WARN, f"来源已有 {days} 天没有核对")
    if article.source.certainty in UNSURE and not article.is_referral:
        yield Caution("source_unsure", WARN, f"来源可信度是“{article.source.certainty}”，答案里要写明以当地公布为准")


def _promises(article: Article, settings: EditingSettings) -> Iterator[Caution]:
    card = article.card
    texts = {"answer": article.answer, "voice": article.voice, "card": card.title + card.description if card else ""}
    items: list[Item] = []
    for where, text in texts.items():
        for phrase in settings.not_promises:
            text = text.replace(phrase, "")
        items += [{"word": word, "where": where} for word in settings.promise_words if word in text]
    if items:
        words = "、".join(dict.fromkeys(str(item["word"]) for item in items))
        yield Caution("promise_words", WARN, f"答案里有承诺性的词：{words}", tuple(items))


def _few(article: Article, settings: EditingSettings) -> Iterator[Caution]:
    if len(article.similar) < settings.few_similar:
        yield Caution("few_similar", WARN, f"相似问题只有 {len(article.similar)} 条，客户换个说法就可能找不到")


def _base(entry: Entry) -> Iterator[Caution]:
    if is_file_newer(entry):
        assert entry.base is not None
        yield Caution("base_changed", WARN, f"文件里这一条已经是第 {entry.base.version} 版，请先比较")


def is_file_newer(entry: Entry) -> bool:
    """Say whether the file's article got a newer version since it was first changed here."""
    return entry.base is not None and entry.started_from is not None and entry.base.version > entry.started_from
