"""The normal form of addresses, and addresses said in pieces."""

from datetime import datetime

import pytest

from nlu.values import find_values
from nlu.values.address_form import clean_address, is_pause, trim_address

NOW = datetime.fromisoformat("2026-11-20T10:00:00+08:00")


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("云龙区和平路 嗯 百合花园 12栋 2单元 601", "云龙区和平路百合花园12栋2单元601"),
        ("胶州市李哥庄镇、嗯、就是纪家庄村", "胶州市李哥庄镇纪家庄村"),
        ("崂山那个 松岭路 88号", "崂山松岭路88号"),
        ("爱辉区幸福乡长发屯", "爱辉区幸福乡长发屯"),
        ("百合花园 12 601", "百合花园12-601"),
    ],
)
def test_an_address_is_one_piece_without_pauses(said: str, value: str) -> None:
    assert clean_address(said) == value


@pytest.mark.parametrize("gap", ["", " ", "、嗯、", "，就是", " 那个 ", "，后面是"])
def test_pauses_part_pieces_of_one_address(gap: str) -> None:
    assert is_pause(gap)


def test_words_do_not_belong_to_a_pause() -> None:
    assert not is_pause("停电了，还有")


def test_what_leads_up_to_an_address_or_follows_it_is_cut() -> None:
    text = "我家住崂山区松岭路88号的"
    start, end = trim_address(text, 0, len(text))
    assert text[start:end] == "崂山区松岭路88号"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("人民路128号开个店要装表", "人民路128号"),
        ("开发区长江路266号装表", "开发区长江路266号"),
        ("泰山路 36 号 门面房私拉电线", "泰山路 36 号 门面房"),
        ("人民路和建国路路口", "人民路和建国路路口"),
        ("海信都市春天B区地库", "海信都市春天B区地库"),
        ("变压器冒烟了在村东头", "村东头"),
        ("三楼东户没电", "三楼东户"),
        ("丰县王沟镇停电", "丰县王沟镇"),
    ],
)
def test_a_place_is_seen_as_far_as_it_goes(text: str, place: str) -> None:
    assert place in [span.text for span in find_values(text, NOW) if span.entity == "address"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("抬头写青岛鑫源塑料厂", "青岛鑫源塑料厂"),
        ("更名成徐州宏源商贸有限公司", "徐州宏源商贸有限公司"),
        ("我要投诉抄表员王大勇", "王大勇"),
        ("户主呼和巴特尔", "呼和巴特尔"),
        ("过给我儿子周子涵", "周子涵"),
    ],
)
def test_names_of_firms_and_people_are_read_whole(text: str, name: str) -> None:
    assert name in [span.value for span in find_values(text, NOW) if span.entity == "person_name"]
