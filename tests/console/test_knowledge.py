"""Articles over HTTP: from a draft to an answer, by two persons; scope, concurrency, files, ways back."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from console.article_notices import ending_articles
from console.knowledge_desk import KnowledgeDesk
from console.notice_sources import NoticeSources
from console.notices import NoticeBook
from console.roles import permissions_of
from console.staff import NewStaff
from knowledge_base.answer import Answer
from knowledge_base.editing.values import Editor
from knowledge_base.load_articles import load_articles
from tests.console.conftest import PASSWORD, Browser, Office
from tests.knowledge_base.small_knowledge import NOW

CONTENT: dict[str, Any] = {
    "question": "电费能用公积金交吗",
    "similar": ["公积金可以付电费吗", "用公积金账户缴电费", "交电费走公积金行不行"],
    "answer": "不能，公积金不能用来交电费。",
    "voice": "公积金不能交电费。",
    "category": "电费/交费",
    "source": {"document": "某某规则", "certainty": "官方原文"},
}
LIST = "/knowledge/articles"


def desk_of(office: Office) -> KnowledgeDesk:
    assert office.knowledge is not None
    return office.knowledge


def answered_by(office: Office, question: str) -> str:
    found = desk_of(office).office.knowledge().find(question, region="山东", at=NOW)
    return f"{found.article_id}@{found.version}" if isinstance(found, Answer) else ""


async def made(browser: Browser, *, submit: bool = True, **content: Any) -> dict[str, Any]:
    """A new article."""
    status, answer = await browser.post(LIST, {"article": {**CONTENT, **content}, "submit": submit})
    assert status == 201, answer
    return answer


async def published(office: Office, **content: Any) -> dict[str, Any]:
    """An article that Edith wrote and April published."""
    edith, april = await office.browser("edith"), await office.browser("april")
    article = await made(edith, **content)
    body = {"edit": article["edit"], "acknowledge": ["few_similar", "region_gap", "similar_question", "same_wording"]}
    status, answer = await april.post(f"{LIST}/{article['id']}/publish", body)
    assert status == 200, answer
    return answer


def code_of(answer: dict[str, Any]) -> str:
    return str(answer["error"]["code"])


async def act(browser: Browser, article: dict[str, Any], name: str, **body: Any) -> tuple[int, dict[str, Any]]:
    return await browser.post(f"{LIST}/{article['id']}/{name}", {"edit": article["edit"], **body})


async def test_an_editor_writes_another_person_publishes_and_it_answers(office: Office) -> None:
    edith, april = await office.browser("edith"), await office.browser("april")
    article = await made(edith, submit=False)
    assert (article["state"], article["live_version"], article["working_version"]) == ("draft", None, 1)
    assert not answered_by(office, CONTENT["question"])
    status, article = await act(edith, article, "submit", note="按新规")
    assert (status, article["state"], article["is_own"]) == (200, "review", True)
    status, warned = await april.get(f"{LIST}/{article['id']}/warnings")
    assert (status, warned["warnings"]) == (200, [])
    status, article = await act(april, article, "publish")
    assert (status, article["state"], article["revision"]) == (200, "published", 1)
    assert answered_by(office, CONTENT["question"]) == f"{article['id']}@1"
    options = (await april.get("/knowledge/options"))[1]
    assert (options["revision"], options["live_revision"]) == (1, 1)
    rows = (await (await office.browser("audrey")).get("/audit"))[1]["items"]
    acts = [(row["actor"], row["action"], row["object"]) for row in rows if row["action"].startswith("knowledge.")]
    assert acts[0] == ("april", "knowledge.publish", f"article:{article['id']}")
    assert {action for _, action, _ in acts} == {"knowledge.create", "knowledge.submit", "knowledge.publish"}


async def test_an_author_cannot_approve_his_own(small_office: Office) -> None:
    office = small_office
    edith, april = await office.browser("edith"), await office.browser("april")
    article = await made(edith)
    status, answer = await act(edith, article, "publish")
    assert (status, code_of(answer)) == (403, "forbidden")
    own = Editor("april")
    await desk_of(office).office.book.change("invoice", 0, {"answer": "新答案。"}, own)
    await desk_of(office).office.book.submit("invoice", 1, own)
    status, shown = await april.get(f"{LIST}/invoice")
    assert (shown["is_own"], shown["may_approve"]) == (True, False)
    status, answer = await april.post(f"{LIST}/invoice/publish", {"edit": 2, "acknowledge": []})
    assert (status, code_of(answer)) == (409, "own_article")
    assert answer["error"]["current"]["state"] == "review"


async def test_a_warning_has_to_be_answered_for_and_a_block_cannot(small_office: Office) -> None:
    office = small_office
    edith, april = await office.browser("edith"), await office.browser("april")
    article = await made(edith, similar=[])
    status, answer = await act(april, article, "publish")
    assert (status, code_of(answer)) == (409, "unacknowledged")
    assert [one["code"] for one in answer["error"]["warnings"]] == ["few_similar"]
    assert (await act(april, article, "publish", acknowledge=["few_similar"]))[0] == 200
    rival = await made(edith, topic="tier-price", regions=["山东"])
    status, answer = await act(april, rival, "publish", acknowledge=["region_gap"])
    assert (status, code_of(answer), answer["error"]["warnings"][0]["code"]) == (409, "blocked", "rival")


async def test_who_comes_second_is_told_what_it_is_now(office: Office) -> None:
    edith, machine = await office.browser("edith"), await office.browser()
    token = {"Authorization": "Bearer machine-token"}
    status, first = await edith.call("PATCH", f"{LIST}/invoice", {"edit": 0, "article": {"answer": "第一。"}})
    assert (status, first["edit"], first["working_version"]) == (200, 1, 2)
    body = {"edit": 0, "article": {"answer": "第二。"}}
    status, answer = await machine.call("PATCH", f"{LIST}/invoice", body, token)
    assert (status, code_of(answer)) == (409, "changed_meanwhile")
    current = answer["error"]["current"]
    assert (current["edit"], current["article"]["answer"], current["versions"][0]["author"]) == (1, "第一。", "edith")


async def test_what_is_refused_says_why_and_what_is_wrong_says_where(small_office: Office) -> None:
    office = small_office
    edith, april = await office.browser("edith"), await office.browser("april")
    article = await made(edith)
    status, article = await act(april, article, "refuse", reason="来源不对")
    assert (status, article["versions"][0]["refused"]["reason"]) == (200, "来源不对")
    status, answer = await edith.call(
        "PATCH", f"{LIST}/{article['id']}", {"edit": article["edit"], "article": {"valid_to": "明年", "regions": 3}}
    )
    assert (status, code_of(answer)) == (400, "invalid_article")
    assert [one["field"] for one in answer["error"]["fields"]] == ["regions", "valid_to"]
    status, draft = await edith.post(LIST, {"question": "只有问题", "similar": ["换个问法"]})
    assert (status, draft["article"]["similar"]) == (201, ["换个问法"])
    status, answer = await act(edith, draft, "submit")
    assert {one["field"] for one in answer["error"]["fields"]} == {"answer", "category", "source.document"}
    assert (await act(edith, draft, "discard", reason="写错了"))[1] == {"id": draft["id"], "gone": True}
    assert (await edith.get(f"{LIST}/{draft['id']}"))[0] == 404


async def test_archive_roll_back_and_restore_change_what_is_told(small_office: Office) -> None:
    office = small_office
    first = await published(office)
    april, edith = await office.browser("april"), await office.browser("edith")
    path = f"{LIST}/{first['id']}"
    status, changed = await edith.call("PATCH", path, {"edit": first["edit"], "article": {"answer": "可以了。"}})
    changed = (await act(edith, changed, "submit"))[1]
    status, diff = await april.get(f"{path}/diff")
    assert (status, diff["from"], diff["to"], [one["field"] for one in diff["changes"]]) == (200, 1, 2, ["answer"])
    second = (await act(april, changed, "publish"))[1]
    assert answered_by(office, CONTENT["question"]) == f"{first['id']}@2"
    status, back = await act(april, second, "rollback", version=1, reason="说早了")
    assert (status, back["live_version"], back["article"]["answer"]) == (200, 3, CONTENT["answer"])
    status, gone = await act(april, back, "archive", reason="停办")
    assert (status, gone["state"], gone["live_version"]) == (200, "archived", None)
    assert not answered_by(office, CONTENT["question"]).startswith(first["id"])
    status, revisions = await april.get("/knowledge/revisions")
    assert [one["act"] for one in revisions["items"]] == ["archive", "rollback", "publish", "publish"]
    status, restored = await april.post("/knowledge/restore", {"revision": 2, "reason": "都不对"})
    assert (status, restored) == (200, {"revision": 5, "changed": [first["id"]]})
    assert answered_by(office, CONTENT["question"]) == f"{first['id']}@2"
    assert (await april.post("/knowledge/restore", {"revision": 99, "reason": "x"}))[0] == 404


async def test_many_are_published_at_once_and_each_refusal_is_told(small_office: Office) -> None:
    office = small_office
    edith, april = await office.browser("edith"), await office.browser("april")
    sound = await made(edith)
    few = await made(edith, question="另一个全新的问题", similar=[])
    items = [{"id": one["id"], "edit": one["edit"]} for one in (sound, few)] + [{"id": "none", "edit": 0}]
    status, answer = await april.post("/knowledge/publish", {"items": items})
    assert (status, answer["published"], answer["revision"]) == (200, [sound["id"]], 1)
    assert {one["id"]: one["code"] for one in answer["refused"]} == {few["id"]: "unacknowledged", "none": "not_found"}


async def test_the_list_filters_counts_and_pages(small_office: Office) -> None:
    office = small_office
    edith = await office.browser("edith")
    await made(edith, submit=False, regions=["山东"], valid_to="2026-12-01", source={"document": "x"})

    async def ids(query: str) -> list[str]:
        status, answer = await edith.get(f"{LIST}?size=100&{query}")
        assert status == 200, answer
        return [one["question"] for one in answer["items"]]

    whole = (await edith.get(LIST))[1]
    assert whole["counts"] == {"draft": 1, "review": 0, "published": 8, "archived": 0}
    own = [CONTENT["question"]]
    for query in (
        "state=draft",
        "in_work=1",
        "mine=1",
        "author=edith",
        "category=电费/交费",
        "expiring=30",
        "unsure=1",
    ):
        assert await ids(query) == own, query
    assert await ids("origin=console") == own
    assert await ids("q=公积金 账户") == own
    assert len(await ids("region=none")) == 5
    assert set(await ids("region=山东")) == {*own, "山东居民阶梯电价每档多少钱", "抢修人员多久到现场"}
    assert len((await edith.get(f"{LIST}?size=2&page=2&order=changed"))[1]["items"]) == 2
    for query in ("state=x", "order=x", "expiring=x", "size=0", "customer_class=x"):
        assert (await edith.get(f"{LIST}?{query}"))[0] == 400, query


async def test_no_address_reaches_an_article_outside_the_scope(small_office: Office) -> None:
    """Who works in 山东 reads what holds there, changes what holds there alone, and nothing else exists for him."""
    office = small_office
    for name, role in (("lu", "editor"), ("ji", "approver")):
        await office.console.book.add(NewStaff(name, name, role, "山东/青岛市", must_change_password=False), PASSWORD)
    bodies: dict[str, dict[str, Any]] = {
        "discard": {"reason": "x"},
        "refuse": {"reason": "x"},
        "archive": {"reason": "x"},
        "rollback": {"reason": "x", "version": 1},
        "hit-test": {},
    }
    tried = 0
    for name, role in (("lu", "editor"), ("ji", "approver")):
        browser = await office.browser(name)
        for one in office.console.endpoints:
            if not one.path.startswith(f"{LIST}/{{name}}") or one.permission not in permissions_of(role):
                continue
            last = one.path.rsplit("/", 1)[-1]
            body = None if one.method == "GET" else {"edit": 0, **bodies.get(last, {})}
            body = {} if last == "hit-test" else {"edit": 0, "article": {}} if one.method == "PATCH" else body
            status, answer = await browser.call(one.method, one.path.replace("{name}", "tier-price-jiangsu"), body)
            assert (status, code_of(answer)) == (404, "not_found"), one.path
            tried += 1
        listed = {item["id"] for item in (await browser.get(f"{LIST}?size=100"))[1]["items"]}
        assert "tier-price-jiangsu" not in listed
        assert {"tier-price-shandong", "invoice", "repair-arrival"} <= listed
        assert (await browser.get("/knowledge/options"))[1]["own_regions"] == ["山东"]
    assert tried >= 12
    lu = await office.browser("lu")
    for article_id, body in (("invoice", {}), ("repair-arrival", {}), ("tier-price-shandong", {"regions": ["江苏"]})):
        status, answer = await lu.call("PATCH", f"{LIST}/{article_id}", {"edit": 0, "article": body or {"answer": "x"}})
        assert (status, code_of(answer)) == (403, "outside_scope"), article_id
    assert (await lu.post(LIST, {"article": CONTENT}))[0] == 403
    assert (await made(lu, regions=["山东"]))["may_edit"]
    ji = await office.browser("ji")
    assert (await ji.post("/knowledge/restore", {"revision": 0, "reason": "x"}))[0] == 403
    await published(office, regions=["江苏"])
    assert (await ji.get("/knowledge/revisions"))[1]["items"][0]["articles"] == []
    status, content = await download(ji, "/knowledge/export?format=yaml")
    assert status == 200
    assert "tier-price-jiangsu" not in content.decode()


async def download(browser: Browser, path: str) -> tuple[int, bytes]:
    response = await browser.client.get(f"/console/api{path}")
    return response.status, await response.read()


async def upload(browser: Browser, query: str, content: bytes) -> tuple[int, dict[str, Any]]:
    headers = {"X-CSRF-Token": browser.csrf, "Content-Type": "application/octet-stream"}
    response = await browser.client.post(f"/console/api/knowledge/import?{query}", data=content, headers=headers)
    return response.status, await response.json()


def sheet(*rows: tuple[str, ...]) -> bytes:
    book, kept = Workbook(), io.BytesIO()
    assert book.active is not None
    for row in (("编号", "标准问题", "相似问题", "答案", "分类", "来源文件", "有效期至"), *rows):
        book.active.append(row)
    book.save(kept)
    return kept.getvalue()


async def test_an_import_is_looked_at_first_and_written_whole_or_not_at_all(office: Office) -> None:
    edith = await office.browser("edith")
    sound = ("", "电表箱坏了谁来修", "表箱破了\n表箱门掉了", "由供电企业修。", "计量/表箱", "某某规则", "")
    broken = ("", "有错的一条", "", "答", "类", "文", "后年")
    status, dry = await upload(edith, "name=a.xlsx&dry_run=1", sheet(sound, broken))
    assert (status, dry["counts"], dry["written"]) == (
        200,
        {"create": 1, "change": 0, "unchanged": 0, "error": 1},
        0,
    )
    assert dry["rows"][1]["errors"] == [{"column": "有效期至", "message": "不是日期（如 2026-12-31）"}]
    status, answer = await upload(edith, "name=a.xlsx&dry_run=0", sheet(sound, broken))
    assert (status, code_of(answer), len(answer["error"]["rows"])) == (409, "import_errors", 2)
    assert (await edith.get(f"{LIST}?origin=console"))[1]["total"] == 0
    status, done = await upload(edith, "name=a.xlsx&dry_run=0&skip_errors=1&submit=1", sheet(sound, broken))
    assert (status, done["written"]) == (200, 1)
    listed = (await edith.get(f"{LIST}?origin=console"))[1]["items"]
    assert [(one["question"], one["state"]) for one in listed] == [("电表箱坏了谁来修", "review")]
    for name, content in (("a.xlsx", b"x"), ("a.pdf", b"x"), ("", b"")):
        status, answer = await upload(edith, f"name={name}&dry_run=0", content)
        assert (status, code_of(answer)) == (400, "import_invalid"), name


async def test_files_go_out_as_they_may_come_in(small_office: Office, tmp_path: Path) -> None:
    office = small_office
    article = await published(office, card={"title": "公积金", "url": "https://example.org/a"})
    edith = await office.browser("edith")
    status, content = await download(edith, "/knowledge/export?format=yaml")
    (tmp_path / "all.yml").write_bytes(content)
    assert article["id"] in {one.id for one in load_articles(tmp_path)}
    status, content = await download(edith, "/knowledge/export?format=xlsx")
    status, dry = await upload(edith, "name=all.xlsx", content)
    assert (status, dry["counts"]["unchanged"]) == (200, 9)
    for kind in ("xlsx", "csv", "docx"):
        status, content = await download(edith, f"/knowledge/import/template?format={kind}")
        status, dry = await upload(edith, f"name=t.{kind}&submit=1", content)
        assert (status, dry["counts"]["create"]) == (200, 1), kind
    assert (await edith.get("/knowledge/export?format=exe"))[0] == 400


async def test_a_hit_test_conflicts_and_reminders_are_shown(small_office: Office) -> None:
    office = small_office
    edith = await office.browser("edith")
    article = await made(edith)
    status, tested = await edith.post(f"{LIST}/{article['id']}/hit-test", {"questions": ["公积金能交电费吗"]})
    assert (status, tested["summary"]["asked"]) == (200, {"n": 1, "hit_before": 0, "hit_after": 1})
    assert tested["summary"]["own"]["n"] == 4
    assert (await edith.get("/knowledge/conflicts"))[1]["counts"]["rival"] == 0
    await published(office, question="快要到期的问题", valid_to="2026-12-01", topic="ends", similar=["甲", "乙", "丙"])
    reminders = (await edith.get("/knowledge/reminders"))[1]
    assert [(one["kind"], one["question"], one["due"]) for one in reminders["items"]] == [
        ("expires", "快要到期的问题", "2026-12-01")
    ]
    assert (await edith.get("/knowledge/conflicts?kind=x"))[0] == 400
    assert office.knowledge is not None
    told = [(one.title, one.scope, one.link) for one in await ending_articles(office.knowledge.office)]
    assert told == [("知识即将到期", "", "/knowledge")]
    sources = NoticeSources(
        NoticeBook(office.console.book.database, office.world.talk.clock),
        office.world.talk.clock,
        office.knowledge.office,
    )
    assert (await sources.gather(), await sources.gather()) == (1, 0), "one notice a date"
    seen = (await edith.get("/notices"))[1]["items"]
    assert [one["title"] for one in seen] == ["知识即将到期"]


async def test_an_impossible_id_is_no_article(small_office: Office) -> None:
    edith = await small_office.browser("edith")
    for bad in ("..", "A", "a b", "%00", "x" * 200, "中文", "@synonyms"):
        assert (await edith.get(f"{LIST}/{bad}"))[0] == 404, bad


async def test_synonyms_go_the_same_way_as_articles(small_office: Office) -> None:
    office = small_office
    edith, april = await office.browser("edith"), await office.browser("april")
    path = "/knowledge/synonyms"
    status, shown = await edith.get(path)
    assert (status, shown["edit"], shown["versions"], shown["may_edit"]) == (200, 0, [], True)
    status, shown = await edith.call("PUT", path, {"edit": 0, "changes": {"违约金": ["滞纳金", "小黄"]}})
    one = next(item for item in shown["items"] if item["word"] == "违约金")
    assert (one["file"], one["live"], one["draft"]) == (["滞纳金"], ["滞纳金"], ["滞纳金", "小黄"])
    status, answer = await edith.call("PUT", path, {"edit": 0, "changes": {}})
    assert (status, code_of(answer), answer["error"]["current"]["edit"]) == (409, "changed_meanwhile", 1)
    status, answer = await edith.call("PUT", path, {"edit": 1, "changes": {"水表": ["电能表"]}})
    assert (status, code_of(answer)) == (400, "invalid_article")
    status, tried = await april.post(f"{path}/try", {"questions": ["居民电费小黄怎么算"]})
    assert (status, tried["rows"][-1]["after"]["id"]) == (200, "late-fee")
    assert (await edith.post(f"{path}/submit", {"edit": 1}))[1]["state"] == "review"
    status, live = await april.post(f"{path}/publish", {"edit": 2})
    assert (status, live["revision"], live["live_version"]) == (200, 1, 1)
    assert answered_by(office, "居民电费小黄怎么算") == "late-fee@1"
    assert (await april.post("/knowledge/restore", {"revision": 0, "reason": "x"}))[1]["changed"] == ["@synonyms"]
    assert (await edith.get(f"{LIST}/@synonyms"))[0] == 404
    await office.console.book.add(NewStaff("lu", "lu", "editor", "山东", must_change_password=False), PASSWORD)
    lu = await office.browser("lu")
    status, answer = await lu.call("PUT", path, {"edit": 3, "changes": {}})
    assert (status, code_of(answer)) == (403, "outside_scope")
