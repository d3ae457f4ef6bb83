"""Reads data/knowledge/*.yml into articles. All mistakes are reported at once, with file, article and key."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import yaml
from pydantic import ValidationError

from knowledge_base.article import Article
from knowledge_base.article_schema import ArticleEntry
from knowledge_base.errors import ArticleFileInvalid, ArticleMistake
from knowledge_base.yaml_file import read_yaml

_PATTERN: Final = "*.yml"
KnownFiles = dict[Path, tuple[tuple[int, int], tuple[Article, ...]]]
"""File -> its time of change and size, and its articles."""


def find_article_files(folder: Path) -> list[Path]:
    """Return the files of a folder in the order in which they are read."""
    return sorted(folder.glob(_PATTERN))


def load_articles(folder: Path, known: KnownFiles | None = None) -> tuple[Article, ...]:
    """Read every *.yml of a folder; ArticleFileInvalid lists all mistakes.

    `known` remembers sound files from one time to the next: one that did not change since is not read again.
    """
    paths = find_article_files(folder)
    if not paths:
        raise ArticleFileInvalid([ArticleMistake(str(folder), "", "", f"the folder has no {_PATTERN} file")])
    mistakes: list[ArticleMistake] = []
    articles: list[Article] = []
    file_of_id: dict[str, str] = {}
    for path in paths:
        for article in _read_if_changed(path, mistakes, known):
            if article.id in file_of_id:
                mistakes.append(ArticleMistake(path.name, article.id, "id", f"also in {file_of_id[article.id]}"))
            file_of_id[article.id] = path.name
            articles.append(article)
    mistakes.extend(_find_rivals(articles, file_of_id))
    if mistakes:
        raise ArticleFileInvalid(mistakes)
    return tuple(articles)


def _read_if_changed(path: Path, mistakes: list[ArticleMistake], known: KnownFiles | None) -> Iterable[Article]:
    if known is None:
        return _read_file(path, mistakes)
    stat = path.stat()
    stamp = (stat.st_mtime_ns, stat.st_size)
    if path in known and known[path][0] == stamp:
        return known[path][1]
    before = len(mistakes)
    articles = tuple(_read_file(path, mistakes))
    known.pop(path, None)
    if len(mistakes) == before:
        known[path] = (stamp, articles)
    return articles


def _read_file(path: Path, mistakes: list[ArticleMistake]) -> Iterator[Article]:
    """Yield the sound articles of a file and note down what is wrong with the others."""
    try:
        content = read_yaml(path)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mistakes.append(ArticleMistake(path.name, "", "", " ".join(str(error).split())))
        return
    if not isinstance(content, list):
        mistakes.append(ArticleMistake(path.name, "", "", "must be a list of articles"))
        return
    for place, entry in enumerate(content):
        try:
            yield ArticleEntry.model_validate(entry).to_article()
        except ValidationError as error:
            name = _name_of(entry, place)
            mistakes.extend(
                ArticleMistake(path.name, name, _dotted(fault["loc"]), fault["msg"]) for fault in error.errors()
            )


def _name_of(entry: object, place: int) -> str:
    """Return an article's id, or its place in the file when it has none."""
    own = entry.get("id") if isinstance(entry, dict) else None
    return str(own) if own else f"[{place}]"


def _dotted(location: Iterable[str | int]) -> str:
    """('similar', 0) -> 'similar[0]'."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location).removeprefix(".")


def _find_rivals(articles: Sequence[Article], file_of_id: dict[str, str]) -> Iterator[ArticleMistake]:
    """Name the articles of one topic that hold at the same time in the same place for the same customers."""
    by_topic: dict[str, list[Article]] = {}
    for article in articles:
        for other in by_topic.setdefault(article.topic, []):
            if are_rivals(article, other):
                message = f"{article.topic!r} is also answered by {other.id} for the same region, customers and time"
                yield ArticleMistake(file_of_id[article.id], article.id, "topic", message)
        by_topic[article.topic].append(article)


def are_rivals(one: Article, other: Article) -> bool:
    """Say whether two articles of one topic hold at the same time in the same place for the same customers."""
    same_place = one.regions == other.regions or bool(one.regions & other.regions)
    same_customers = one.customer_class == other.customer_class or "全部" in (one.customer_class, other.customer_class)
    both_published = one.state == other.state == "published"
    first, second = sorted((one, other), key=lambda article: article.valid_from)
    same_time = first.valid_to is None or first.valid_to >= second.valid_from
    return both_published and same_place and same_customers and same_time
