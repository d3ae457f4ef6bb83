"""Articles in files: imported as drafts after a look at every row, exported as a table or for data/knowledge."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from aiohttp import web

from connectors.errors import BadRequest
from connectors.requests import json_response
from console.downloads import file_response
from console.endpoints import Call, Endpoint
from console.errors import Refused
from console.knowledge_bodies import parse_wanted
from console.knowledge_desk import KnowledgeDesk, editor_of
from console.roles import KNOWLEDGE_EDIT, KNOWLEDGE_READ
from console.spreadsheet import KIND as XLSX
from console.spreadsheet import Sheet, write_sheets
from console.uploads import receive_file
from knowledge_base.article import Article
from knowledge_base.editing.exporting import heads, sample_row, table_rows, template_csv, template_docx, to_yaml
from knowledge_base.editing.importing import ACTIONS, ERROR, Ground, Planned, plan_import, write_plan
from knowledge_base.editing.listing import list_entries
from knowledge_base.editing.read_table import read_table

MOST_BYTES: Final = 5 * 1024 * 1024
_SHEET: Final = "知识"
_DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_KINDS: Final = {"xlsx": XLSX, "csv": "text/csv", "docx": _DOCX, "yaml": "application/yaml"}


@dataclass(frozen=True, slots=True)
class KnowledgeFileApi:
    """Serves import and export."""

    desk: KnowledgeDesk

    def endpoints(self) -> list[Endpoint]:
        """Return the addresses."""
        imports = "/knowledge/import"
        return [
            Endpoint(
                "POST", imports, self.take, KNOWLEDGE_EDIT, "rows", "knowledge.import", most_body_bytes=MOST_BYTES
            ),
            Endpoint("GET", f"{imports}/template", self.template, KNOWLEDGE_EDIT, "nobody"),
            Endpoint("GET", "/knowledge/export", self.give, KNOWLEDGE_READ, "rows", "knowledge.export"),
        ]

    async def take(self, call: Call) -> web.Response:
        """Look at every row of a file; without dry_run the sound ones become drafts, all in one transaction."""
        query = call.request.query
        name, to_review = query.get("name", "")[:200], query.get("submit") == "1"
        suffix = Path(name.replace("\x00", "")).suffix.lower()
        call.did("articles:0", file=suffix)
        path = await receive_file(call.request, suffix if suffix in (".xlsx", ".csv", ".docx") else "", MOST_BYTES)
        try:
            async with self.desk.refusals(call):
                rows = await asyncio.to_thread(read_table, path, f"file{suffix}")
        finally:
            path.unlink(missing_ok=True)
        office = self.desk.office
        ground = Ground(
            await office.book.entries(), editor_of(call), office.knowledge().regions, office.today, to_review
        )
        planned = await asyncio.to_thread(plan_import, rows, ground)
        if query.get("dry_run") != "0":
            return json_response(_told(planned, 0, is_dry=True))
        if any(one.action == ERROR for one in planned) and query.get("skip_errors") != "1":
            raise Refused("import_errors", "rows have mistakes; nothing was written", 409, rows=_rows(planned))
        async with self.desk.refusals(call):
            write = partial(write_plan, planned=planned, to_review=to_review)
            written = (await office.book.write_all(editor_of(call), [write]))[0]
        call.did(f"articles:{written}")
        return json_response(_told(planned, written, is_dry=False))

    async def template(self, call: Call) -> web.Response:
        """Give an empty table with one row as an example."""
        kind = _kind(call, ("xlsx", "csv", "docx"))
        if kind == "xlsx":
            content = await asyncio.to_thread(write_sheets, [Sheet(_SHEET, heads(), [sample_row()])])
        else:
            content = await asyncio.to_thread(template_csv if kind == "csv" else template_docx)
        return _file(content, kind, "knowledge-template")

    async def give(self, call: Call) -> web.Response:
        """Give the articles of a list as a file; without a state, those that are live."""
        kind, office = _kind(call, ("xlsx", "yaml")), self.desk.office
        wanted, editor = parse_wanted(call.request.query, call.name), editor_of(call)
        entries = list_entries(await office.book.entries(), wanted, editor, office.today).entries
        if wanted.state:
            articles: list[Article] = [entry.shown for entry in entries]
        else:
            articles = [entry.live for entry in entries if entry.live is not None and editor.sees(entry.live)]
        call.did(f"articles:{len(articles)}", format=kind)
        if kind == "yaml":
            return _file((await asyncio.to_thread(to_yaml, articles)).encode(), kind, "knowledge")
        sheet = Sheet(_SHEET, heads(), table_rows(articles))
        return _file(await asyncio.to_thread(write_sheets, [sheet]), kind, "knowledge")


def _kind(call: Call, kinds: Sequence[str]) -> str:
    kind = call.request.query.get("format", kinds[0])
    if kind not in kinds:
        raise BadRequest("invalid_query", f"format: one of {', '.join(kinds)}")
    return kind


def _file(content: bytes, kind: str, name: str) -> web.Response:
    ending = "yml" if kind == "yaml" else kind
    return file_response(content, _KINDS[kind], f"{name}.{ending}")


def _told(planned: Sequence[Planned], written: int, *, is_dry: bool) -> dict[str, Any]:
    counts = Counter(one.action for one in planned)
    sums = {action: counts[action] for action in ACTIONS}
    return {"dry_run": is_dry, "rows": _rows(planned), "counts": sums, "written": written}


def _rows(planned: Sequence[Planned]) -> list[dict[str, Any]]:
    return [
        {
            "row": one.row,
            "id": one.id,
            "action": one.action,
            "question": one.question[:100],
            "errors": [{"column": column, "message": message} for column, message in one.columns],
            "changes": list(one.changes),
        }
        for one in planned
    ]
