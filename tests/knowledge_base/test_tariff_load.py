"""Tariff files: the shipped ones load; a wrong one is told by file and key, all mistakes at once."""

import shutil
from pathlib import Path

import pytest

from knowledge_base.errors import TariffFileInvalid
from knowledge_base.tariffs.load import load_tariffs

SHIPPED = Path(__file__).parents[2] / "data" / "tariffs"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(SHIPPED / "shandong.yml", tmp_path)
    shutil.copy(SHIPPED / "jiangsu.yml", tmp_path)
    return tmp_path


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def mistakes(folder: Path) -> list[str]:
    with pytest.raises(TariffFileInvalid) as caught:
        load_tariffs(folder)
    return [str(mistake) for mistake in caught.value.mistakes]


def test_the_shipped_files_hold_four_regions() -> None:
    tariffs = load_tariffs(SHIPPED)
    assert set(tariffs.regions) == {"山东", "江苏", "黑龙江", "蒙西"}
    assert "居民峰谷" in tariffs.categories("江苏")
    assert "居民峰谷" not in tariffs.categories("蒙西")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('不满1千伏: "0.5469"', "不满1千伏: 0.5469", "catalogue[0].tiers[0].prices.不满1千伏: "),
        ("certainty: 官方原文", "certainty: 记忆未核", "catalogue[0].certainty: "),
        ("effective_from: 2019-07-01", "effective_from: 2019-07-15", "first day of a month"),
        ("months: [4, 5,", "months: [5,", "months 1 to 12 must each stand in exactly one season"),
        ("months: [4, 5,", "months: [13, 5,", "seasons[0].months[0]: "),
        ('up_to_kwh: "2520"', 'up_to_kwh: "5520"', "limits must rise"),
        ("region: 山东", "region: 山东\nregions: 2", "regions: "),
        ("1千伏及以上: {from_kv", "1千伏以上: {from_kv", "no voltage band of this name"),
        ('valley: "0.3769"}', 'dark: "0.3769"}', "seasons[0].prices.不满1千伏[0].dark"),
        ('sharp: "2.00", ', "", "a slot has hours but no factor"),
        ('110千伏: "36.0", ', "", "demand, capacity"),
    ],
)
def test_a_mistake_is_told_with_file_and_key(folder: Path, old: str, new: str, words: str) -> None:
    change(folder / "shandong.yml", old, new)
    told = mistakes(folder)
    assert any(mistake.startswith("shandong.yml: ") and words in mistake for mistake in told), told


def test_a_key_that_stands_twice_is_refused(folder: Path) -> None:
    change(folder / "shandong.yml", "region: 山东", "region: 山东\nregion: 江苏")
    assert "'region' stands twice" in mistakes(folder)[0]


def test_mistakes_of_all_files_are_told_at_once(folder: Path) -> None:
    change(folder / "shandong.yml", "certainty: 官方原文", "certainty: 听说")
    change(folder / "jiangsu.yml", "certainty: 多源5", "certainty: 听说")
    assert {mistake.split(":")[0] for mistake in mistakes(folder)} == {"shandong.yml", "jiangsu.yml"}


def test_two_tables_of_a_category_must_not_overlap(folder: Path) -> None:
    change(folder / "shandong.yml", "category: 居民合表", "category: 居民阶梯")
    assert any("overlaps another table of 居民阶梯" in mistake for mistake in mistakes(folder))


def test_two_files_must_not_share_a_region(folder: Path) -> None:
    change(folder / "jiangsu.yml", "region: 江苏", "region: 山东")
    assert mistakes(folder) == ["shandong.yml: region: also in jiangsu.yml"]


def test_an_empty_folder_is_a_mistake(tmp_path: Path) -> None:
    assert "no .yml file" in mistakes(tmp_path)[0]


def test_a_later_table_takes_over_on_its_first_month(folder: Path) -> None:
    path = folder / "shandong.yml"
    text = path.read_text(encoding="utf-8")
    start, end = text.index("  - name: 山东省居民合表电价"), text.index("  - name: 山东省居民充电桩电价")
    later = text[start:end].replace("2019-07-01", "2027-01-01").replace('"0.555"', '"0.6"')
    first = text[start:end].replace(
        "effective_from: 2019-07-01", "effective_from: 2019-07-01\n    effective_to: 2026-12-31"
    )
    path.write_text(text[:start] + first + later + text[end:], encoding="utf-8")
    tariffs = load_tariffs(folder)
    for month, started in (("2026-12", "2019-07-01"), ("2027-01", "2027-01-01")):
        (table,) = tariffs.tables_in_force("山东", "居民合表", month)
        assert table.label.effective_from.isoformat() == started
