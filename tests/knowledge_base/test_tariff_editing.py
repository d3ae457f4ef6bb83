"""New tables from old ones, what they change, and bills before and after: on every shipped table."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from knowledge_base.errors import TariffEditRefused, TariffFileInvalid
from knowledge_base.tariffs.editing.changes import compare, entries_of, plain
from knowledge_base.tariffs.editing.copying import NewTable, with_copy
from knowledge_base.tariffs.editing.figures import figures_of
from knowledge_base.tariffs.editing.preview import affected_months, compare_bills
from knowledge_base.tariffs.editing.samples import asked, fitted, load_samples
from knowledge_base.tariffs.editing.warnings import warn
from knowledge_base.tariffs.live import LiveTariffs, PublishedTables
from knowledge_base.tariffs.load import RegionSource, load_tariffs, parse_region, read_sources

ROOT = Path(__file__).parents[2] / "data"
TABLES = ROOT / "tariffs"
SOURCES = {source.entry.region: source for source in read_sources(TABLES, {})}
SAMPLES = load_samples(ROOT / "tariff_samples.yml")
JANUARY = date(2027, 1, 1)
TODAY = date(2026, 11, 21)
NEW = NewTable(JANUARY, None, "新表", "新文号", "官方原文", ("说明：一句话。",), ())
EVERY = [(region, entry.category) for region, source in SOURCES.items() for entry in entries_of(source.entry)]


def copied(source: RegionSource, category: str, new: NewTable = NEW) -> RegionSource:
    [entry] = [one for one in entries_of(source.entry) if one.category == category]
    return parse_region(with_copy(source, category, entry.effective_from, new), "copy")


@pytest.mark.parametrize(("region", "category"), EVERY)
def test_every_shipped_table_can_be_followed_by_another_with_one_other_figure(region: str, category: str) -> None:
    source = SOURCES[region]
    [entry] = [one for one in entries_of(source.entry) if one.category == category]
    figure = next(one for one in figures_of(plain(entry)) if one.kind in ("tier_price", "transmission"))
    made = copied(source, category, replace(NEW, figures=((figure.path, "0.4321"),)))
    ended, added = compare(source.entry, made.entry)
    assert [(key.path, key.new) for key in ended.keys] == [(("effective_to",), "2026-12-31")]
    assert (ended.first_day, added.first_day, added.kind) == (JANUARY, JANUARY, "added")
    assert (figure.path, figure.value, "0.4321") in [(key.path, key.old, key.new) for key in added.keys]
    kept = [line for line in source.text.splitlines() if line.startswith("#")]
    assert [line for line in made.text.splitlines() if line.startswith("#")] == kept
    assert source.text.splitlines()[0] == made.text.splitlines()[0]


def test_a_table_between_two_others_ends_where_the_next_begins() -> None:
    later = copied(SOURCES["江苏"], "农业")
    between = with_copy(later, "农业", date(2021, 3, 1), replace(NEW, effective_from=date(2026, 6, 1)))
    tables = [one for one in entries_of(parse_region(between, "copy").entry) if one.category == "农业"]
    periods = sorted((one.effective_from, one.effective_to) for one in tables)
    assert periods == [
        (date(2021, 3, 1), date(2026, 5, 31)),
        (date(2026, 6, 1), date(2026, 12, 31)),
        (JANUARY, None),
    ]


def test_only_figures_of_the_table_can_be_changed_by_form() -> None:
    for path in (("name",), ("tiers", 7, "up_to_kwh"), ("tiers", 0, "prices", "9千伏")):
        with pytest.raises(TariffEditRefused) as caught:
            copied(SOURCES["山东"], "居民阶梯", replace(NEW, figures=((path, "1"),)))
        assert caught.value.code == "unknown_figure"


def test_nothing_of_the_document_can_make_reading_endless() -> None:
    many = "a: &a [1,1,1,1,1,1,1,1,1]\n" + "\n".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{','.join([f'*{chr(97 + n)}'] * 9)}]" for n in range(9)
    )
    for bomb in (many, f"region: 山东\nvoltage_bands: {{a: {{from_kv: [{many.splitlines()[0][3:]}]}}}}"):
        with pytest.raises(TariffFileInvalid):
            parse_region(bomb, "bomb")


def test_typical_customers_are_billed_by_every_region_with_its_own_slots() -> None:
    book = load_tariffs(TABLES)
    for region, category in EVERY:
        for bill in compare_bills(book, book, region, category, "2026-11", SAMPLES.customers):
            assert bill.problem == "", bill
            assert bill.difference == Decimal("0.00")


def test_slots_that_a_region_does_not_have_go_to_their_neighbours() -> None:
    book = load_tariffs(TABLES)
    [mall] = [one for one in SAMPLES.of("工商业单一制") if one.name.startswith("商场")]
    request = asked(mall, "蒙西", "2026-11")
    table, _ = book.find("蒙西", "工商业单一制", "2026-11", request.voltage)
    slots = fitted(request, table).slot_energies()
    assert slots == {"peak": Decimal(26000), "flat": Decimal(22000), "valley": Decimal(12000)}


def test_gaps_and_removed_tables_are_warned_of() -> None:
    source = SOURCES["山东"]
    made = copied(source, "农业", replace(NEW, effective_to=date(2027, 6, 30)))
    changes = compare(source.entry, made.entry)
    assert affected_months(changes, TODAY) == {"农业": "2027-01"}
    assert [(one.code, one.items) for one in warn(changes, made.entry, (), Decimal(20), TODAY)] == [
        ("gap", ("农业 2027-07 –",))
    ]
    back = compare(made.entry, source.entry)
    codes = {one.code for one in warn(back, source.entry, (), Decimal(20), TODAY)}
    assert codes == {"table_removed"}


def test_a_broken_publication_leaves_the_last_sound_book() -> None:
    published = PublishedTables()
    live = LiveTariffs(TABLES, published)
    before = live.book
    published.take(1, {"山东": "region: 山东"})
    assert live.book is before
    published.take(2, {"山东": copied(SOURCES["山东"], "农业").text})
    assert len(live.book.tables_in_force("山东", "农业", "2027-01")) == 1
    assert live.book.tables_in_force("山东", "农业", "2027-01")[0].label.document == "新文号"
