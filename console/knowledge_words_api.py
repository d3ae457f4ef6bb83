"""The synonyms of the trade in the console: edited, tried, published by a second person, as articles are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from typing import Annotated, Any, Literal

from aiohttp import web
from pydantic import Field

from connectors.requests import json_response
from console.endpoints import Call, Endpoint
from console.errors import Refused
from console.knowledge_bodies import ActBody, Body, Note, Number, PublishBody, ReasonedBody, Text
from console.knowledge_desk import KnowledgeDesk, editor_of, refusal_of
from console.knowledge_views import render_hits
from console.roles import KNOWLEDGE_APPROVE, KNOWLEDGE_EDIT, KNOWLEDGE_READ
from knowledge_base.editing.words import (
    MOST_CHARACTERS,
    MOST_OTHERS,
    MOST_WORDS,
    WordsFile,
    WordsVersion,
    change_words,
    check_words,
    is_of,
    move_words,
    publish_words,
)
from knowledge_base.editing.work import Work
from knowledge_base.errors import ActRefused, KnowledgeError

_PATH = "/knowledge/synonyms"
_Word = Annotated[Text, Field(max_length=MOST_CHARACTERS)]
_Others = Annotated[list[_Word], Field(max_length=MOST_OTHERS)]
_Changes = Annotated[dict[_Word, _Others], Field(max_length=MOST_WORDS)]


class WordsBody(Body):
    """PUT /knowledge/synonyms: word -> the other words that stand for it."""

    edit: Number
    changes: _Changes
    note: Note = ""


class WordsTryBody(Body):
    """POST /knowledge/synonyms/try: without changes, what is in work is tried."""

    questions: Annotated[list[Annotated[Text, Field(min_length=1, max_length=300)]], Field(max_length=50)] = Field(
        default_factory=list
    )
    changes: _Changes | None = None


@dataclass(frozen=True, slots=True)
class KnowledgeWordsApi:
    """Serves the synonyms."""

    desk: KnowledgeDesk

    def endpoints(self) -> list[Endpoint]:
        """Return the addresses."""
        edit, may, audit = KNOWLEDGE_EDIT, KNOWLEDGE_APPROVE, "knowledge.synonyms"
        return [
            Endpoint("GET", _PATH, self.show, KNOWLEDGE_READ, "nobody"),
            Endpoint("PUT", _PATH, self.change, edit, "nobody", audit, WordsBody),
            Endpoint("POST", f"{_PATH}/try", self.try_out, KNOWLEDGE_READ, "nobody", f"{audit}_try", WordsTryBody),
            Endpoint("POST", f"{_PATH}/submit", self.submit, edit, "nobody", audit, ActBody),
            Endpoint("POST", f"{_PATH}/withdraw", self.withdraw, edit, "nobody", audit, ActBody),
            Endpoint("POST", f"{_PATH}/discard", self.discard, edit, "nobody", audit, ReasonedBody),
            Endpoint("POST", f"{_PATH}/refuse", self.refuse, may, "nobody", audit, ReasonedBody),
            Endpoint("POST", f"{_PATH}/publish", self.publish, may, "nobody", audit, PublishBody),
        ]

    async def show(self, call: Call) -> web.Response:
        """Show the synonyms, those of the file and what differs."""
        return json_response(await self._page(call))

    async def change(self, call: Call) -> web.Response:
        """Change synonyms in a draft."""
        body: WordsBody = call.body
        call.did("synonyms", words=sorted(body.changes)[:50])
        file = self.desk.office.knowledge().file_words
        await self._do(call, partial(change_words, edit=body.edit, changes=body.changes, file=file, note=body.note))
        return json_response(await self._page(call))

    async def submit(self, call: Call) -> web.Response:
        """Send the draft to a second person."""
        return await self._move(call, "submit")

    async def withdraw(self, call: Call) -> web.Response:
        """Take the draft back from review."""
        return await self._move(call, "withdraw")

    async def discard(self, call: Call) -> web.Response:
        """Drop the draft."""
        return await self._move(call, "discard", call.body.reason)

    async def refuse(self, call: Call) -> web.Response:
        """Send the draft back to its author."""
        return await self._move(call, "refuse", call.body.reason)

    async def publish(self, call: Call) -> web.Response:
        """Put synonyms that somebody else wrote into use."""
        call.did("synonyms", act="publish")
        file = self.desk.office.knowledge().file_words
        revision = await self._do(call, partial(publish_words, edit=call.body.edit, file=file, reason=call.body.note))
        await self.desk.take_up()
        return json_response({**await self._page(call), "revision": revision})

    async def try_out(self, call: Call) -> web.Response:
        """Ask questions with the synonyms before and after, in memory."""
        body: WordsTryBody = call.body
        office = self.desk.office
        book = await office.words()
        words = book.working.words if book.working is not None else book.live
        if body.changes is not None:
            try:
                changes = {word: tuple(others) for word, others in body.changes.items()}
                words = check_words({**dict(words), **changes}, office.knowledge().file_words)
            except KnowledgeError as error:
                raise refusal_of(error) from error
        told = render_hits(await office.try_words(words, body.questions))
        summary = {"asked": told["summary"]["asked"]["n"], "affected": told["summary"]["near"]}
        return json_response({"rows": told["rows"], "summary": summary})

    async def _move(
        self, call: Call, act: Literal["submit", "withdraw", "discard", "refuse"], reason: str = ""
    ) -> web.Response:
        call.did("synonyms", act=act, **({"reason": reason} if reason else {}))
        await self._do(call, partial(move_words, edit=call.body.edit, act=act, reason=reason))
        return json_response(await self._page(call))

    async def _do(self, call: Call, unit: Callable[[Work], Any]) -> Any:
        try:
            return (await self.desk.office.book.write_all(editor_of(call), [unit]))[0]
        except ActRefused as error:
            raise Refused(error.reason, str(error), 409, current=await self._page(call)) from error
        except KnowledgeError as error:
            raise refusal_of(error) from error

    async def _page(self, call: Call) -> dict[str, Any]:
        try:
            book = await self.desk.office.words()
        except KnowledgeError as error:
            raise refusal_of(error) from error
        return _render(book, self.desk.office.knowledge().file_words.synonyms, call)


def _render(book: WordsFile, file: dict[str, list[str]], call: Call) -> dict[str, Any]:
    live, working = dict(book.live), book.working
    after = dict(working.words) if working is not None else live
    words = sorted({*file, *live, *after})
    is_here = not call.scope
    is_own = working is not None and is_of(editor_of(call), working)
    return {
        "edit": book.head.edit,
        "state": book.head.working_state or "published",
        "live_version": book.head.live_version,
        "working_version": book.head.working_version,
        "is_own": is_own,
        "may_edit": is_here and KNOWLEDGE_EDIT in call.permissions,
        "may_approve": is_here and not is_own and KNOWLEDGE_APPROVE in call.permissions,
        "items": [
            {
                "word": word,
                "file": file.get(word, []),
                "live": list(live.get(word, file.get(word, ()))),
                "draft": list(after.get(word, file.get(word, ()))),
            }
            for word in words
        ],
        "versions": [_rendered(one) for one in book.versions],
    }


def _rendered(one: WordsVersion) -> dict[str, Any]:
    fields = ("version", "state", "author", "note", "changed_at", "published_by", "was_live")
    refused = asdict(one.refusal) if one.refusal is not None else None
    return {**{name: getattr(one, name) for name in fields}, "editors": list(one.editors), "refused": refused}
