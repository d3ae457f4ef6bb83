"""Tables of articles become drafts, or say row by row why not; and live articles become files again."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest
from docx import Document
from openpyxl import Workbook

from knowledge_base.editing.columns import HEADS, write_cells
from knowledge_base.editing.exporting import heads, sample_row, table_rows, template_csv, template_docx, to_yaml
from knowledge_base.editing.importing import Ground, Planned, plan_import, write_plan
from knowledge_base.editing.read_table import MOST_ROWS, TableRow, read_table
from knowledge_base.editing.values import Editor
from knowledge_base.errors import ActRefused, ImportUnreadable
from knowledge_base.load_articles import load_articles
from tests.knowledge_base.editing.conftest import APRIL, COMPLETE, EDITH, Desk

SHORT = ("编号", "标准问题", "相似问题", "答案", "分类", "地区", "来源文件", "有效期至")
NEW = (
    "",
    "电表箱坏了谁来修",
    "表箱破了找谁\n表箱门掉了",
    "产权归供电企业的由供电企业修。",
    "计量/表箱",
    "山东、江苏",
    "某某规则",
    "",
)


def sheet(path: Path, rows: Sequence[Sequence[object]], heads: Sequence[str] = SHORT) -> Path:
    book = Workbook()
    assert book.active is not None
    book.active.append(["知识导入表"])
    for row in (heads, *rows):
        book.active.append(list(row))
    book.save(path)
    return path


async def plan(desk: Desk, path: Path, editor: Editor = EDITH, *, to_review: bool = False) -> list[Planned]:
    ground = Ground(await desk.book.entries(), editor, desk.knowledge.regions, desk.office.today, to_review)
    return plan_import(read_table(path, path.name), ground)


async def test_a_sheet_makes_drafts_and_changes_and_leaves_alone_what_is_the_same(desk: Desk, tmp_path: Path) -> None:
    same = table_rows([one for one in desk.knowledge.file_articles if one.id == "late-fee"])[0]
    path = sheet(tmp_path / "a.xlsx", [same], list(HEADS.values()))
    assert [one.action for one in await plan(desk, path)] == ["unchanged"]
    path = sheet(
        tmp_path / "b.xlsx",
        [NEW, ("invoice", "电费电子发票怎么开", "开票", "新答案。", "电费/发票", "", "新规则", "2027/12/31")],
    )
    planned = await plan(desk, path)
    assert [(one.row, one.action, one.id) for one in planned] == [(3, "create", ""), (4, "change", "invoice")]
    assert set(planned[1].changes) == {"similar", "answer", "category", "source.document", "valid_to"}
    await desk.book.write_all(EDITH, [partial(write_plan, planned=planned, to_review=False)])
    entries = {one.shown.question: one for one in await desk.book.entries()}
    new, changed = entries["电表箱坏了谁来修"], entries["电费电子发票怎么开"]
    assert (new.state, new.shown.similar) == ("draft", ("表箱破了找谁", "表箱门掉了"))
    assert new.shown.regions == {"山东", "江苏"}
    assert (changed.state, str(changed.shown.valid_to), changed.working_version) == ("draft", "2027-12-31", 2)
    assert {one.action for one in await plan(desk, path)} == {"unchanged"}


async def test_articles_that_are_edited_already_are_imported_beside_new_ones(desk: Desk, tmp_path: Path) -> None:
    await desk.book.change("invoice", 0, {"answer": "第一稿。"}, EDITH)
    path = sheet(
        tmp_path / "a.xlsx", [NEW, ("invoice", "电费电子发票怎么开", "开票", "第二稿。", "电费/发票", "", "规则", "")]
    )
    planned = await plan(desk, path, to_review=True)
    await desk.book.write_all(EDITH, [partial(write_plan, planned=planned, to_review=True)])
    entries = {one.shown.question: one for one in await desk.book.entries() if one.state == "review"}
    assert {one.shown.answer for one in entries.values()} == {"产权归供电企业的由供电企业修。", "第二稿。"}
    done = await desk.book.publish([(one.id, one.edit) for one in entries.values()], APRIL)
    assert (len(done.published), done.refused) == (2, {})


async def test_every_mistake_is_told_with_row_and_column(small_desk: Desk, tmp_path: Path) -> None:
    rows = [
        ("Große", "问题甲", "", "答", "类", "", "文", ""),
        ("", "", "", "答", "类", "", "文", ""),
        ("", "问题乙", "", "答", "类", "火星", "文", "后年"),
        ("", "问题丙", "", "", "类", "", "文", ""),
        ("x-1", "问题丁", "", "答", "类", "", "文", ""),
        ("x-1", "问题丁", "", "答", "类", "", "文", ""),
        ("", "问" * 101, "", "答", "类", "", "文", ""),
    ]
    planned = await plan(small_desk, sheet(tmp_path / "a.xlsx", rows), to_review=True)
    told = {one.row: one.columns for one in planned if one.action == "error"}
    assert told == {
        3: [("编号", "只能用小写字母、数字和连字符")],
        4: [("标准问题", "不能为空")],
        5: [("有效期至", "不是日期（如 2026-12-31）")],
        6: [("答案", "不能为空")],
        8: [("编号", "这一条在文件里出现了两次")],
        9: [("标准问题", "最多 100 个字")],
    }


async def test_a_broken_import_leaves_nothing_half_done(desk: Desk, tmp_path: Path) -> None:
    path = sheet(
        tmp_path / "a.xlsx", [NEW, ("invoice", "电费电子发票怎么开", "开票", "新答案。", "电费/发票", "", "规则", "")]
    )
    planned = await plan(desk, path)
    await desk.book.change("invoice", 0, {"answer": "有人先改了。"}, Editor("frida"))
    with pytest.raises(ActRefused):
        await desk.book.write_all(EDITH, [partial(write_plan, planned=planned, to_review=False)])
    assert "电表箱坏了谁来修" not in {one.shown.question for one in await desk.book.entries()}
    again = await plan(desk, path)
    assert [one.action for one in again] == ["create", "error"]
    assert again[1].columns == [("编号", "frida正在改这一条")]


async def test_an_import_stays_in_ones_own_place(small_desk: Desk, tmp_path: Path) -> None:
    rows = [
        ("", "只在山东", "", "答", "类", "山东", "文", ""),
        ("", "到处都有", "", "答", "类", "", "文", ""),
        ("tier-price-jiangsu", "江苏的", "", "答", "类", "江苏", "文", ""),
        ("invoice", "电费电子发票怎么开", "", "答", "类", "", "文", ""),
    ]
    planned = await plan(small_desk, sheet(tmp_path / "a.xlsx", rows), Editor("lu", "山东/青岛市"))
    assert [one.action for one in planned] == ["create", "error", "error", "error"]
    assert planned[2].columns == [("编号", "这个编号已经有了，换一个")]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_is_read_as_spreadsheets_write_it(tmp_path: Path, encoding: str, delimiter: str) -> None:
    text = (
        delimiter.join(("标准问题", "答案", "地区"))
        + "\r\n"
        + delimiter.join(("怎么办", '"第一行\n第二行"', "山东、江苏"))
        + "\r\n"
    )
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode(encoding))
    assert read_table(path, "a.csv") == [
        TableRow(3, {"question": "怎么办", "answer": "第一行\n第二行", "regions": "山东、江苏"})
    ]


def test_a_document_is_read_by_its_tables(tmp_path: Path) -> None:
    document = Document()
    document.add_paragraph("说明")
    form = document.add_table(rows=0, cols=2)
    for name, text in (("标准问题：", "表格里的问题"), ("相似问题", "甲\n乙"), ("答案", "答。"), ("备注", "不读")):
        cells = form.add_row().cells
        cells[0].text, cells[1].text = name, text
    table = document.add_table(rows=0, cols=3)
    for row in (("序号", "标准问题", "答案"), ("1", "第二条", "答二。"), ("2", "第三条", "答三。")):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    document.save(str(tmp_path / "a.docx"))
    rows = read_table(tmp_path / "a.docx", "a.docx")
    assert [row.cells["question"] for row in rows] == ["表格里的问题", "第二条", "第三条"]
    assert rows[0].cells["similar"] == "甲\n乙"
    assert "备注" not in rows[0].cells


@pytest.mark.parametrize("kind", ["csv", "docx", "xlsx"])
async def test_the_templates_are_sound_tables_themselves(small_desk: Desk, tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"t.{kind}"
    if kind == "xlsx":
        sheet(path, [sample_row()], heads())
    else:
        path.write_bytes(template_csv() if kind == "csv" else template_docx())
    planned = await plan(small_desk, path, to_review=True)
    assert [(one.action, one.mistakes) for one in planned] == [("create", ())]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xlsx", b"no archive"),
        ("a.docx", b""),
        ("a.csv", b"a,b\n1,2\n"),
        ("a.csv", b"\xff\xff\x00\x81"),
        ("a.txt", b"x"),
        ("", b"x"),
    ],
)
def test_what_is_no_table_of_articles_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(ImportUnreadable):
        read_table(path, name)


def test_too_many_rows_and_archives_that_swell_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.csv"
    path.write_text("标准问题,答案\n" + "问,答\n" * (MOST_ROWS + 1), encoding="utf-8")
    with pytest.raises(ImportUnreadable, match="at most"):
        read_table(path, "a.csv")
    monkeypatch.setattr("knowledge_base.editing.read_table.MOST_UNPACKED", 1024 * 1024)
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (2 * 1024 * 1024))
    (tmp_path / "b.xlsx").write_bytes(kept.getvalue())
    with pytest.raises(ImportUnreadable, match="unpacks to more"):
        read_table(tmp_path / "b.xlsx", "b.xlsx")


async def test_what_is_exported_for_the_files_is_read_as_what_was_live(small_desk: Desk, tmp_path: Path) -> None:
    desk = small_desk
    card = {"title": "公积金", "description": "说明", "url": "https://example.org/x", "picture": ""}
    await desk.publish(await desk.draft({**COMPLETE, "card": card, "referral": True, "regions": ["山东"]}, "fund"))
    live = [entry.live for entry in await desk.book.entries() if entry.live is not None]
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "all.yml").write_text(to_yaml(live), encoding="utf-8")
    assert sorted(load_articles(tmp_path / "out"), key=lambda one: one.id) == sorted(live, key=lambda one: one.id)


async def test_an_exported_table_is_imported_without_a_change(small_desk: Desk, tmp_path: Path) -> None:
    live = [entry.live for entry in await small_desk.book.entries() if entry.live is not None]
    path = sheet(tmp_path / "a.xlsx", [write_cells(one) for one in live], heads())
    assert {one.action for one in await plan(small_desk, path)} == {"unchanged"}
