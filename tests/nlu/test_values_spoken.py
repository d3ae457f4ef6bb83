"""What customers say that only the words around it explain: owners, places without a place word, loose symptoms."""

import pytest

from nlu.values import find_spoken_of
from tests.nlu.values_reading import read


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("我买了张国强的房子", "张国强"),
        ("表扬张磊师傅", "张磊"),
        ("电表还是我爹孙福来的名", "孙福来"),
        ("联系人改为周晓梅", "周晓梅"),
        ("换成我闺女的，她叫韩雪", "韩雪"),
        ("户主李和平", "李和平"),
        ("从周海波过给我", "周海波"),
        ("房子过到我媳妇孙丽名下", "孙丽"),
        ("户主叫乌云其木格", "乌云其木格"),
    ],
)
def test_a_name_is_read_by_the_words_around_it(text: str, name: str) -> None:
    assert name in read(text, "person_name")


@pytest.mark.parametrize(
    "text", ["表扬一下你们", "投诉那几个人", "来夸夸你们", "我想改成单相的", "叫费记录", "那边的房子"]
)
def test_words_that_begin_like_a_family_name_are_none(text: str) -> None:
    assert read(text, "person_name") == []


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("锦绣江南停电了", "锦绣江南"),
        ("我家住理想之城，没电", "理想之城"),
        ("就在八一路56号", "八一路56号"),
        ("我在火车站附近", "火车站"),
        ("阳光花园地下车库B023车位装桩", "阳光花园地下车库B023"),
        ("邻居202室偷电", "202室"),
        ("离大明湖近的营业厅", "大明湖"),
        ("新村路33号那个表销了", "新村路33号"),
    ],
)
def test_a_place_is_read_by_the_words_around_it(text: str, address: str) -> None:
    assert address in read(text, "address")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("家里电器都不转了", "全停"),
        ("电闸自己落下来了", "跳闸"),
        ("灯泡忽明忽灭", "电压不稳"),
        ("有的屋有电有的屋没电", "缺相"),
        ("树把电线压断了", "断线"),
        ("杆子裂了要倒", "倒杆"),
        ("表箱冒火", "着火"),
        ("插座冒火", "打火"),
        ("电表不走字也不亮", "电表黑屏"),
        ("电很弱", "电压低"),
    ],
)
def test_a_symptom_is_read_in_many_words(text: str, value: str) -> None:
    assert value in read(text, "fault_symptom")


def test_a_loose_reading_stands_in_where_the_request_must_name_a_member() -> None:
    assert [span.value for span in find_spoken_of("检修之前和快没钱的时候都说一声", "notice_kind")] == ["停电", "余额"]
    assert [span.value for span in find_spoken_of("把容量往小一点改", "capacity_change")] == ["减容"]
    assert list(find_spoken_of("麻烦你们来一趟", "fault_symptom")) == []


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("从12月1号起执行峰谷", "2026-12-01"),
        ("通知说25号上午九点停电是不是", "2026-11-25"),
        ("12月3号那次停电", "2025-12-03"),
        ("上周一共走了多少字", "2026-11-09/2026-11-15"),
        ("10.28交的电费", "2026-10-28"),
    ],
)
def test_a_day_is_sought_where_the_sentence_looks(text: str, day: str) -> None:
    assert read(text, "date") == [day]


def test_a_number_ends_where_the_month_begins() -> None:
    assert read("户号3701 5566 90九月的", "account_no") == ["3701556690"]
    assert read("户号3701 5566 90九月的", "month") == ["2026-09"]


def test_one_kilowatt_hour_in_a_question_of_price_is_no_energy() -> None:
    assert read("开饭店的电一度是什么价", "energy_kwh") == []
