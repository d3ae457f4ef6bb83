"""The synonyms of the trade edited as articles are: a version, a second person, a revision, a way back.

A version holds what differs from data/knowledge_synonyms.yml: a word, and the other words that stand for it; none takes
the word's synonyms away. It stands in the articles' tables under an id that no article can have.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from sqlalchemy import insert, select
from sqlalchemy.engine import Connection

from knowledge_base.editing.rows import head_of
from knowledge_base.editing.table import ARTICLES, VERSIONS
from knowledge_base.editing.values import BASE, DISCARDED, DRAFT, PUBLISHED, REPLACED, REVIEW, Editor, Head, Refusal
from knowledge_base.editing.work import Work
from knowledge_base.errors import ActRefused, ContentInvalid, FieldMistake, OutsidePlace
from knowledge_base.overlay import SYNONYMS, Words
from knowledge_base.vocabulary import VocabularyFile, build_vocabulary, with_synonyms

MOST_WORDS: Final = 200
MOST_OTHERS: Final = 60
MOST_CHARACTERS: Final = 20


@dataclass(frozen=True, slots=True)
class WordsVersion:
    """One version of what differs from the file."""

    version: int
    state: str
    words: Words
    author: str
    editors: tuple[str, ...]
    note: str
    changed_at: float
    refusal: Refusal | None
    published_by: str | None
    was_live: bool


@dataclass(frozen=True, slots=True)
class WordsFile:
    """Where the synonyms stand."""

    head: Head
    versions: tuple[WordsVersion, ...]
    """Newest first."""

    def version(self, number: int | None) -> WordsVersion | None:
        """Return one of the versions."""
        return next((one for one in self.versions if one.version == number), None)

    @property
    def live(self) -> Words:
        """What is in use over the file."""
        found = self.version(self.head.live_version) if self.head.live == PUBLISHED else None
        return found.words if found is not None else ()

    @property
    def working(self) -> WordsVersion | None:
        """What is being edited."""
        return self.version(self.head.working_version)


def read_words(link: Connection) -> WordsFile:
    """Return the synonyms with their versions."""
    row = link.execute(select(ARTICLES).where(ARTICLES.c.id == SYNONYMS)).first()
    head = head_of(row) if row is not None else Head(SYNONYMS, 0, BASE, None, None, None, 0.0, "")
    query = select(VERSIONS).where(VERSIONS.c.article_id == SYNONYMS).order_by(VERSIONS.c.version.desc())
    return WordsFile(head, tuple(_version(one) for one in link.execute(query)))


def change_words(work: Work, edit: int, changes: Mapping[str, Sequence[str]], file: VocabularyFile, note: str) -> None:
    """Change the draft, or begin one over what is live. Raises EditingError."""
    book = _open(work, edit)
    head, working = book.head, book.working
    if head.working_state == REVIEW:
        raise ActRefused("wrong_state", "they are being reviewed; take them back first")
    before = working.words if working is not None else book.live
    words = check_words({**dict(before), **{word: tuple(others) for word, others in changes.items()}}, file)
    name, text = work.editor.name, orjson.dumps(dict(words)).decode()
    if head.edit == 0 and not book.versions:
        work.add_head(SYNONYMS)
    if working is None:
        number = max((one.version for one in book.versions), default=0) + 1
        work.link.execute(insert(VERSIONS).values(**_fresh(work, number, text, note)))
        work.move(head, working_version=number, working_state=DRAFT)
        return
    editors = orjson.dumps([*dict.fromkeys((*working.editors, name))]).decode()
    work.mark(SYNONYMS, working.version, content=text, editors=editors, changed_at=work.at, note=note or working.note)
    work.move(head)


def move_words(work: Work, edit: int, act: str, reason: str = "") -> None:
    """submit | withdraw | refuse | discard. Raises EditingError."""
    book = _open(work, edit)
    needed, state = {
        "submit": (DRAFT, REVIEW),
        "withdraw": (REVIEW, DRAFT),
        "refuse": (REVIEW, DRAFT),
        "discard": (book.head.working_state, DISCARDED),
    }[act]
    version = _working(book, needed)
    more: dict[str, Any] = {}
    if act == "submit":
        more = {"submitted_by": work.editor.name, "submitted_at": work.at, "refusal": None}
    elif act == "refuse":
        more = {"refusal": orjson.dumps(Refusal(work.editor.name, work.at, reason)).decode()}
    work.mark(SYNONYMS, version.version, state=state, **more)
    gone = {"working_version": None, "working_state": None}
    work.move(book.head, **(gone if act == "discard" else {"working_state": state}))


def publish_words(work: Work, edit: int, file: VocabularyFile, reason: str = "") -> int:
    """Put the version in review into use; return the revision. Raises EditingError."""
    book = _open(work, edit)
    version = _working(book, REVIEW)
    if not work.editor.is_machine and work.editor.name in {version.author, *version.editors}:
        raise ActRefused("own_article", "who wrote at a version cannot publish it")
    check_words(dict(version.words), file)
    revision = work.next_revision("publish", reason)
    if book.head.live_version is not None:
        work.mark(SYNONYMS, book.head.live_version, state=REPLACED)
    done = {"published_by": work.editor.name, "published_at": work.at, "was_live": True}
    work.mark(SYNONYMS, version.version, state=PUBLISHED, **done)
    work.note(revision, SYNONYMS, PUBLISHED, version.version)
    gone = {"working_version": None, "working_state": None}
    work.move(book.head, live=PUBLISHED, live_version=version.version, **gone)
    return revision


def check_words(words: Mapping[str, Sequence[str]], file: VocabularyFile) -> Words:
    """Return words in order, cleaned; those that are as in the file are left out. Raises ContentInvalid."""
    cleaned = {
        word.strip(): tuple(dict.fromkeys(filter(None, map(str.strip, others)))) for word, others in words.items()
    }
    mistakes = [FieldMistake(word, "词长 1 到 20 个字") for word in cleaned if not 0 < len(word) <= MOST_CHARACTERS]
    mistakes += [
        FieldMistake(word, f"最多 {MOST_OTHERS} 个词，每个最多 {MOST_CHARACTERS} 个字")
        for word, others in cleaned.items()
        if len(others) > MOST_OTHERS or any(len(other) > MOST_CHARACTERS for other in others)
    ]
    if len(cleaned) > MOST_WORDS:
        mistakes.append(FieldMistake("changes", f"最多改 {MOST_WORDS} 个词；更多的请改文件"))
    if mistakes:
        raise ContentInvalid(mistakes)
    kept = {word: others for word, others in cleaned.items() if others != tuple(file.synonyms.get(word, ()))}
    try:
        build_vocabulary(with_synonyms(file, tuple(kept.items())))
    except ValueError as error:
        raise ContentInvalid([FieldMistake("changes", f"一个词只能归到一个标准词：{error}")]) from error
    return tuple(sorted(kept.items()))


def _open(work: Work, edit: int) -> WordsFile:
    if work.editor.scope:
        raise OutsidePlace
    book = read_words(work.link)
    if book.head.edit != edit:
        raise ActRefused("changed_meanwhile", "somebody has changed the synonyms meanwhile")
    return book


def _working(book: WordsFile, needed: str | None) -> WordsVersion:
    if book.working is None or book.head.working_state != needed:
        raise ActRefused("wrong_state", f"there is no version in {needed or 'work'}")
    return book.working


def _fresh(work: Work, number: int, text: str, note: str) -> dict[str, Any]:
    return {
        "article_id": SYNONYMS,
        "version": number,
        "state": DRAFT,
        "topic": SYNONYMS,
        "content": text,
        "origin": "console",
        "author": work.editor.name[:64],
        "editors": orjson.dumps([work.editor.name]).decode(),
        "note": note,
        "made_at": work.at,
        "changed_at": work.at,
        "was_live": False,
    }


def _version(row: Any) -> WordsVersion:
    return WordsVersion(
        version=row.version,
        state=row.state,
        words=words_of(row.content),
        author=row.author,
        editors=tuple(orjson.loads(row.editors)),
        note=row.note,
        changed_at=row.changed_at,
        refusal=Refusal(**orjson.loads(row.refusal)) if row.refusal else None,
        published_by=row.published_by,
        was_live=row.was_live,
    )


def words_of(content: str) -> Words:
    """Return the words of a version's text."""
    return tuple(sorted((word, tuple(others)) for word, others in orjson.loads(content).items()))


def is_of(editor: Editor, version: WordsVersion) -> bool:
    """Say whether somebody wrote at a version."""
    return not editor.is_machine and editor.name in {version.author, *version.editors}
