"""Tariff tables in the console: drafted by one, published by another, tried on customers, live and rolled back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from bot.tariff_watch import open_published
from console.staff import NewStaff
from knowledge_base.tariffs.calculator import calculate
from knowledge_base.tariffs.editing.store import TariffVersions
from knowledge_base.tariffs.live import LiveTariffs
from knowledge_base.tariffs.request import TariffRequest, parse_tariff_request
from storage.clock import CHINA
from tests.connectors.desk.world import ROOT
from tests.console.conftest import PASSWORD, Browser, Office

TABLES = ROOT / "data" / "tariffs"
FIRST_TIER = ["tiers", 0, "prices", "不满1千伏"]
BROKEN = (
    "- a: [",
    "region: 山东\nregion: 江苏",
    "? [a]\n: b",
    "? {a: b}\n: c",
    "x: 2026-13-45",
    "a: &a [*a]",
    "<<: {region: 1}",
)


def copy_of(category: str = "居民阶梯", first: str = "2019-07-01", **more: Any) -> dict[str, Any]:
    """A new table of 山东 from January on, dearer in the first tier."""
    return {
        "region": "山东",
        "category": category,
        "copied_from": first,
        "effective_from": "2027-01-01",
        "name": "山东省居民生活用电阶梯电价",
        "document": "鲁发改价格〔2026〕900号",
        "certainty": "官方原文",
        "figures": [{"path": FIRST_TIER, "value": "0.5569"}],
        "note": "按2026年900号文",
        **more,
    }


async def drafted(browser: Browser, **more: Any) -> dict[str, Any]:
    status, answer = await browser.post("/tariffs/versions/copy", copy_of(**more))
    assert status == 201, answer
    made: dict[str, Any] = answer["version"]
    assert made["mistakes"] == []
    return made


async def submitted(browser: Browser, **more: Any) -> dict[str, Any]:
    made = await drafted(browser, **more)
    status, answer = await browser.post(f"/tariffs/versions/{made['id']}/submit", {"edit": made["edit"]})
    assert status == 200, answer
    return dict(answer["version"])


async def published(editor: Browser, approver: Browser, **more: Any) -> dict[str, Any]:
    version = await submitted(editor)
    body = {"edit": version["edit"], "acknowledge": [], **more}
    status, answer = await approver.post(f"/tariffs/versions/{version['id']}/publish", body)
    assert status == 200, answer
    return dict(answer)


def bill(month: str) -> TariffRequest:
    return parse_tariff_request({"region": "山东", "category": "居民阶梯", "month": month, "energy_kwh": "200"})


async def total(office: Office, month: str) -> str:
    """The bill as a worker that starts now would make it."""
    database = office.world.talk.assistant.store.database
    live = LiveTariffs(TABLES, await open_published(database, office.world.talk.clock))
    return str(calculate(bill(month), live.book).total)


async def test_a_second_person_publishes_and_workers_take_it(office: Office) -> None:
    edith, april = await office.browser("edith"), await office.browser("april")
    answer = await published(edith, april)
    assert answer["publication"]["region"] == "山东"
    assert (await total(office, "2026-12"), await total(office, "2027-01")) == ("109.38", "111.38")
    held = (await april.get("/tariffs/regions"))[1]["items"]
    assert [one["origin"] for one in held if one["region"] == "山东"] == ["published"]
    rows = (await edith.get("/tariffs/tables?region=山东&category=居民阶梯"))[1]["items"]
    assert [(one["effective_from"], one["effective_to"], one["state"]) for one in rows] == [
        ("2019-07-01", "2026-12-31", "current"),
        ("2027-01-01", None, "future"),
    ]


async def test_the_author_cannot_publish_what_he_wrote(small_office: Office) -> None:
    edith = await small_office.browser("edith")
    version = await submitted(edith)
    path, body = f"/tariffs/versions/{version['id']}/publish", {"edit": version["edit"]}
    assert (await edith.post(path, body))[0] == 403
    await small_office.console.book.change(edith.session["staff"]["id"], role="approver")
    promoted = await small_office.browser("edith")
    status, answer = await promoted.post(path, body)
    assert (status, answer["error"]["code"]) == (409, "own_version")
    assert (await promoted.get(f"/tariffs/versions/{version['id']}"))[1]["version"]["is_own"] is True


async def test_mistakes_are_told_with_line_and_key_and_cannot_be_submitted(small_office: Office) -> None:
    edith = await small_office.browser("edith")
    text = (await edith.get("/tariffs/source?region=山东"))[1]["text"]
    wrong = text.replace('{不满1千伏: "0.5469"}', "{不满1千伏: 0.5469}", 1)
    mistakes = (await edith.post("/tariffs/check", {"text": wrong}))[1]["mistakes"]
    line = wrong.splitlines().index('      - {up_to_kwh: "2520", prices: {不满1千伏: 0.5469}}') + 1
    assert [(one["line"], one["key"]) for one in mistakes] == [(line, "catalogue[0].tiers[0].prices.不满1千伏")]
    made = (await edith.post("/tariffs/versions", {"region": "山东", "text": wrong}))[1]["version"]
    status, answer = await edith.post(f"/tariffs/versions/{made['id']}/submit", {"edit": made["edit"]})
    assert (status, answer["error"]["code"]) == (422, "tariff_file_invalid")
    assert answer["error"]["mistakes"] == mistakes
    for bad in BROKEN:
        assert (await edith.post("/tariffs/check", {"text": bad}))[1]["mistakes"], bad


async def test_the_preview_shows_old_and_new_bills_exactly(small_office: Office) -> None:
    edith = await small_office.browser("edith")
    version = await drafted(edith)
    preview = (await edith.get(f"/tariffs/versions/{version['id']}/preview"))[1]
    [category] = preview["categories"]
    assert (category["category"], category["month"]) == ("居民阶梯", "2027-01")
    [family] = [one for one in category["bills"] if one["name"].startswith("三口之家，全年")]
    assert (family["old"], family["new"], family["difference"], family["percent"]) == (
        "1736.33",
        "1761.53",
        "25.20",
        "1.5",
    )
    first = family["lines"][0]
    assert (first["name"], first["old"]["price"], first["new"]["price"], first["difference"]) == (
        "第一档电量",
        "0.5469",
        "0.5569",
        "25.20",
    )
    assert preview["warnings"] == []


async def test_a_change_of_one_season_is_shown_in_a_month_of_that_season(small_office: Office) -> None:
    edith = await small_office.browser("edith")
    figures = [{"path": ["seasons", 0, "prices", "不满1千伏", 0, "valley"], "value": "0.3669"}]
    version = await drafted(edith, category="居民峰谷", first="2022-05-01", figures=figures)
    [category] = (await edith.get(f"/tariffs/versions/{version['id']}/preview"))[1]["categories"]
    assert category["month"] == "2027-04"
    assert any(one["difference"] not in ("0.00", None) for one in category["bills"])


async def test_what_is_dangerous_must_be_acknowledged(small_office: Office) -> None:
    edith, april = await small_office.browser("edith"), await small_office.browser("april")
    figures = [{"path": FIRST_TIER, "value": "0.8"}, {"path": ["tiers", 1, "prices", "不满1千伏"], "value": "0.82"}]
    more = {"effective_from": "2026-06-01", "document": "鲁发改价格〔2019〕509号", "certainty": "单源"}
    version = await submitted(edith, figures=figures, **more)
    path, body = f"/tariffs/versions/{version['id']}/publish", {"edit": version["edit"]}
    status, answer = await april.post(path, body)
    codes = {one["code"] for one in answer["error"]["warnings"]}
    assert (status, answer["error"]["code"]) == (409, "unacknowledged")
    assert codes == {"past_months", "uncertain", "same_document", "large_change"}
    assert (await april.post(path, {**body, "acknowledge": sorted(codes)}))[0] == 200


async def test_two_who_publish_for_one_region_do_not_overwrite_each_other(small_office: Office) -> None:
    edith, april = await small_office.browser("edith"), await small_office.browser("april")
    first, second = await submitted(edith), await submitted(edith, effective_from="2027-02-01")
    assert (await april.post(f"/tariffs/versions/{first['id']}/publish", {"edit": first["edit"]}))[0] == 200
    status, answer = await april.post(f"/tariffs/versions/{second['id']}/publish", {"edit": second["edit"]})
    assert answer["error"]["code"] in ("base_changed", "unacknowledged")
    body = {"edit": second["edit"], "acknowledge": ["past_months", "table_removed", "large_change", "gap"]}
    status, answer = await april.post(f"/tariffs/versions/{second['id']}/publish", body)
    assert (status, answer["error"]["code"]) == (409, "base_changed")


async def test_one_saved_meanwhile_is_not_overwritten(small_office: Office) -> None:
    edith = await small_office.browser("edith")
    version = await drafted(edith)
    path = f"/tariffs/versions/{version['id']}"
    text = (await edith.get(path))[1]["version"]["text"]
    assert (await edith.call("PUT", path, {"edit": 1, "text": text, "note": "改"}))[0] == 200
    status, answer = await edith.call("PUT", path, {"edit": 1, "text": text, "note": "又改"})
    assert (status, answer["error"]["code"], answer["error"]["current"]["edit"]) == (409, "changed_meanwhile", 2)


async def test_what_was_published_can_be_rolled_back_with_a_reason(small_office: Office) -> None:
    edith, april = await small_office.browser("edith"), await small_office.browser("april")
    answer = await published(edith, april)
    assert await total(small_office, "2027-01") == "111.38"
    body = {"region": "山东", "version": 0, "reason": "文件尚未正式印发"}
    assert (await edith.post("/tariffs/roll-back", body))[0] == 403
    assert (await april.post("/tariffs/roll-back", {**body, "reason": ""}))[0] == 400
    assert (await april.post("/tariffs/roll-back", body))[0] == 200
    assert await total(small_office, "2027-01") == "109.38"
    again = {**body, "version": answer["version"]["id"], "reason": "已印发"}
    assert (await april.post("/tariffs/roll-back", again))[0] == 200
    assert await total(small_office, "2027-01") == "111.38"
    assert (await april.post("/tariffs/roll-back", again))[1]["error"]["code"] == "nothing_to_roll_back"
    found = (await april.get("/tariffs/publications?region=山东"))[1]
    assert [(one["kind"], one["number"]) for one in found["items"]] == [
        ("roll_back", 1),
        ("roll_back", 0),
        ("publish", 1),
    ]


async def test_what_waits_for_its_day_holds_from_that_day_and_can_be_called_off(small_office: Office) -> None:
    edith, april = await small_office.browser("edith"), await small_office.browser("april")
    answer = await published(edith, april, live_from="2026-12-15")
    day = datetime(2026, 12, 15, tzinfo=CHINA).timestamp()
    assert answer["publication"]["live_from"] == day
    assert await total(small_office, "2027-01") == "109.38"
    database = small_office.world.talk.assistant.store.database
    later = await open_published(database, lambda: datetime(2026, 12, 15, 0, 0, 1, tzinfo=CHINA))
    assert str(calculate(bill("2027-01"), LiveTariffs(TABLES, later).book).total) == "111.38"
    second = await submitted(edith, effective_from="2027-02-01")
    path = f"/tariffs/versions/{second['id']}/publish"
    assert (await april.post(path, {"edit": second["edit"]}))[1]["error"]["code"] == "one_waits"
    assert (await april.post("/tariffs/cancel", {"region": "山东", "reason": "改期"}))[0] == 200
    assert (await april.post(path, {"edit": second["edit"]}))[0] == 200


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"effective_from": "2019-07-01"}, "not_later"),
        ({"copied_from": "2018-07-01"}, "no_table"),
        ({"figures": [{"path": ["tiers", 9, "prices"], "value": "1"}]}, "unknown_figure"),
        ({"figures": [{"path": FIRST_TIER, "value": "-1"}]}, "invalid_body"),
        ({"effective_from": "heute"}, "invalid_body"),
        ({"region": "火星"}, "no_table"),
    ],
)
async def test_a_copy_that_cannot_be_is_refused(small_office: Office, change: dict[str, Any], code: str) -> None:
    edith = await small_office.browser("edith")
    status, answer = await edith.post("/tariffs/versions/copy", {**copy_of(), **change})
    assert (status, answer["error"]["code"]) == (400, code)


async def test_people_of_one_region_see_its_tables_alone(small_office: Office) -> None:
    book = small_office.console.book
    await book.add(NewStaff("nan", "江南", "editor", "江苏", must_change_password=False), PASSWORD)
    await book.add(NewStaff("qing", "青", "editor", "山东/青岛市", must_change_password=False), PASSWORD)
    edith, nan, qing = [await small_office.browser(name) for name in ("edith", "nan", "qing")]
    made = await drafted(edith)
    assert {one["region"] for one in (await nan.get("/tariffs/tables?size=100"))[1]["items"]} == {"江苏"}
    assert (await nan.get("/tariffs/versions"))[1]["total"] == 0
    assert (await nan.get("/tariffs/versions?region=山东"))[1]["total"] == 0
    for path in (
        f"/tariffs/versions/{made['id']}",
        f"/tariffs/versions/{made['id']}/preview",
        "/tariffs/source?region=山东",
        "/tariffs/publications?region=山东",
        "/tariffs/table?region=山东&category=居民阶梯&from=2019-07-01",
    ):
        assert (await nan.get(path))[0] == 404, path
        assert (await qing.get(path))[0] == 200, path
    assert (await nan.post("/tariffs/versions/copy", copy_of()))[0] == 404
    status, answer = await qing.post("/tariffs/versions/copy", copy_of())
    assert (status, answer["error"]["code"]) == (403, "outside_scope")


async def test_the_use_of_real_customers_is_added_up_without_their_names(small_office: Office) -> None:
    """The console of the demo reads bills; here two customers stand for them."""

    async def customers(region: str, category: str, month: str) -> list[tuple[str, TariffRequest]]:
        assert (region, category) == ("山东", "居民阶梯")
        return [("户号尾号1234", bill(month)), ("户号尾号5678", bill(month))]

    [api] = [one.act.__self__ for one in small_office.console.endpoints if one.path == "/tariffs/regions"]  # type: ignore[attr-defined]
    object.__setattr__(api, "customers", customers)
    edith = await small_office.browser("edith")
    version = await drafted(edith)
    [category] = (await edith.get(f"/tariffs/versions/{version['id']}/preview?customers=1"))[1]["categories"]
    found = category["customers"]
    assert (found["customers"], found["changed"], found["old"], found["new"], found["difference"]) == (
        2,
        2,
        "218.76",
        "222.76",
        "4.00",
    )


async def test_every_act_is_in_the_audit_with_who_and_why(small_office: Office) -> None:
    edith, april, audrey = [await small_office.browser(name) for name in ("edith", "april", "audrey")]
    version = await submitted(edith)
    path = f"/tariffs/versions/{version['id']}"
    assert (await april.post(f"{path}/refuse", {"edit": version["edit"], "reason": "文号不对"}))[0] == 200
    acts = (await edith.get(path))[1]["version"]["acts"]
    assert [(one["act"], one["by"], one["reason"]) for one in acts] == [
        ("made", "edith", ""),
        ("submitted", "edith", ""),
        ("refused", "april", "文号不对"),
    ]
    rows = (await audrey.get("/audit"))[1]["items"]
    [refused] = [one for one in rows if one["action"] == "tariff.refuse"]
    assert (refused["actor"], refused["detail"]["region"], refused["detail"]["reason"]) == ("april", "山东", "文号不对")


async def test_two_drafts_begun_at_once_have_numbers_of_their_own(office: Office) -> None:
    edith = await office.browser("edith")
    first, second = await drafted(edith), await drafted(edith)
    assert (first["number"], second["number"]) == (1, 2)
    store = TariffVersions(office.world.talk.assistant.store.database)
    assert dict((await store.counts()).items()) == {("山东", "draft"): 2}


async def test_days_beyond_all_calendars_are_mistakes_and_break_nothing(small_office: Office) -> None:
    edith = await small_office.browser("edith")
    status, answer = await edith.post("/tariffs/versions/copy", copy_of(effective_to="9999-12-31"))
    assert status == 201
    assert any("a year from" in one["message"] for one in answer["version"]["mistakes"])
    path = f"/tariffs/versions/{answer['version']['id']}"
    assert (await edith.get(path))[0] == 200
    assert (await edith.get(f"{path}/preview"))[0] == 422
    made = await drafted(edith, effective_from="2200-01-01")
    for month in ("", "?month=9999-12", "?month=0001-01"):
        assert (await edith.get(f"/tariffs/versions/{made['id']}/preview{month}"))[0] == 200, month
