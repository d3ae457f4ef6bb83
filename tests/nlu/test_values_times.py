"""Times of day."""

import pytest

from tests.nlu.values_reading import find_one, read


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("下午三点来", ["15:00"]),
        ("晚上八点半停的", ["20:30"]),
        ("三点一刻", ["03:15"]),
        ("下午三点三刻", ["15:45"]),
        ("15:30来", ["15:30"]),
        ("15：30来", ["15:30"]),
        ("凌晨两点", ["02:00"]),
        ("中午十二点", ["12:00"]),
        ("中午一点", ["13:00"]),
        ("早上八点", ["08:00"]),
        ("上午9点30", ["09:30"]),
        ("上午九点三十分", ["09:30"]),
        ("晚上十二点", ["00:00"]),
        ("半夜一点", ["01:00"]),
        ("夜里十一点", ["23:00"]),
        ("傍晚六点", ["18:00"]),
        ("昨晚八点半没电的", ["20:30"]),
        ("20点停的", ["20:00"]),
        ("八点零五分", ["08:05"]),
        ("下午两点到四点", ["14:00", "16:00"]),
        ("早上八点到晚上六点", ["08:00", "18:00"]),
        ("晚上八点来钟", ["20:00"]),
        ("9点半", ["09:30"]),
        ("下午一点钟", ["13:00"]),
    ],
)
def test_time_is_read(text: str, times: list[str]) -> None:
    assert read(text, "time") == times


@pytest.mark.parametrize(
    "text",
    ["快一点", "便宜一点行吗", "我说两点意见", "三点五千瓦", "三点五度", "几点来电", "一点都不准", "差一点", "第一点"],
)
def test_what_is_no_time_is_left(text: str) -> None:
    assert read(text, "time") == []


@pytest.mark.parametrize(
    ("text", "time"), [("八", "08:00"), ("15", "15:00"), ("下午吧 三点", "15:00"), ("一点", "01:00")]
)
def test_bare_answer_is_a_time_when_a_time_was_asked(text: str, time: str) -> None:
    assert read(text, "time", "time") == [time]


def test_day_and_time_are_two_spans() -> None:
    text = "昨晚八点停的电"
    assert find_one(text, "time").text == "八点"
    assert find_one(text, "date").text == "昨晚"
