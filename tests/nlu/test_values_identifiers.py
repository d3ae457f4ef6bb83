"""Account numbers, phones, tickets and codes, spoken and typed."""

import pytest

from nlu.values import find_values, read_digits
from tests.nlu.values_reading import NOW, find_one, read


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("户号3702001122", "3702001122"),
        ("3702001122", "3702001122"),
        ("户号是三七零二零零一一二二", "3702001122"),
        ("三七洞二洞洞幺幺两两", "3702001122"),
        ("3702 0011 22", "3702001122"),
        ("3702-0011-22", "3702001122"),
        ("三七零二，嗯，零零一一，那个，二二", "3702001122"),
        ("三七 零二 零零 一一 二二", "3702001122"),
        ("3 7 0 2 0 0 1 1 2 2", "3702001122"),
        ("三七零二零零两个一两个二", "3702001122"),
        ("户号3702001122334你查下", "3702001122334"),
        ("３７０２００１１２２", "3702001122"),
        ("拐零三二零零一一二二", "7032001122"),
    ],
)
def test_account_number_is_read(text: str, value: str) -> None:
    assert read(text, "account_no") == [value]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("户号是三七零二零零一一二二不对最后是八", "3702001128"),
        ("3702001122，不对，最后两位是33", "3702001133"),
        ("3702001122 说错了 3702001199", "3702001199"),
        ("三七零二零零一一二二不对第三位是五", "3752001122"),
        ("3702001122不对前四位是3706", "3706001122"),
        ("3702001122 不是22是33", "3702001133"),
        ("三七零二 零零一二 不对 零零一一 二二", "3702001122"),
        ("370200不对3702001122", "3702001122"),
        ("3702001122 等一下 我看看", "3702001122"),
        ("3702 3702 0011 22", "3702001122"),
        ("3702001122不对最后是8不是3", "3702001128"),
    ],
)
def test_corrected_number_is_the_whole_as_meant(text: str, value: str) -> None:
    assert read(text, "account_no") == [value]


def test_number_said_twice_is_not_merged() -> None:
    assert read("3702001122 3702001122", "account_no") == ["3702001122", "3702001122"]


def test_uncertain_correction_keeps_the_last_full_number() -> None:
    assert read("户号3702001122不对好像有个8", "account_no") == ["3702001122"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("幺三八零零零零一一一一", "13800001111"),
        ("13800001111", "13800001111"),
        ("138 0000 1111", "13800001111"),
        ("电话138-0000-1111", "13800001111"),
        ("我手机号幺三八，四个零，四个一", "13800001111"),
        ("座机0532-88887777", "053288887777"),
        ("电话是025 8443 1122", "02584431122"),
        ("0516 8377 2211", "051683772211"),
    ],
)
def test_phone_is_read(text: str, value: str) -> None:
    assert read(text, "phone") == [value]


def test_account_and_phone_in_one_sentence_are_told_apart() -> None:
    text = "户号3702001122电话13800001111"
    assert read(text, "account_no") == ["3702001122"]
    assert read(text, "phone") == ["13800001111"]
    assert read("3702001122 13800001111", "phone") == ["13800001111"]
    assert read("户号3203328860174，电话改成15152199036", "account_no") == ["3203328860174"]


def test_mobile_is_a_phone_even_if_an_account_was_asked() -> None:
    assert read("13800001111", "phone", "account_no") == ["13800001111"]
    assert read("13800001111", "account_no", "account_no") == []


@pytest.mark.parametrize("text", ["370200112", "37020011223", "370200112233", "37020011223344"])
def test_wrong_length_is_no_account(text: str) -> None:
    assert read(text, "account_no", "account_no") == []


def test_local_number_is_a_phone_only_when_asked() -> None:
    assert read("88887777", "phone", "phone") == ["88887777"]
    assert read("88887777", "phone") == []


@pytest.mark.parametrize(
    ("text", "expected", "value"),
    [
        ("GD20261121000123", None, "GD20261121000123"),
        ("工单gd20261121000123到哪了", None, "GD20261121000123"),
        ("工单号G D 2026 1121 0001 23", None, "GD20261121000123"),
        ("单号WX2026110937", None, "WX2026110937"),
        ("工单20261121000123处理了吗", None, "20261121000123"),
        ("帮我查下2026111900347这个工单", None, "2026111900347"),
        ("受理编号0011745，结没结", None, "0011745"),
        ("GD二零二六一一二一零零零一二三", None, "GD20261121000123"),
        ("20261121000123", "ticket_no", "20261121000123"),
        ("0011745", "ticket_no", "0011745"),
    ],
)
def test_ticket_is_read(text: str, expected: str | None, value: str) -> None:
    assert read(text, "ticket_no", expected) == [value]
    assert read(text, "account_no", expected) == []


def test_ticket_prefix_is_configurable() -> None:
    (span,) = find_values("BX20261121000123", NOW, ticket_prefixes=("BX",))
    assert (span.entity, span.value) == ("ticket_no", "BX20261121000123")


@pytest.mark.parametrize("text", ["123456", "一二三四五六", "1 2 3 4 5 6", "验证码是幺二三四五六", "收到了 123 456"])
def test_six_digits_are_the_code_when_it_was_asked(text: str) -> None:
    assert read(text, "verification_code", "verification_code") == ["123456"]


def test_six_digits_are_nothing_otherwise() -> None:
    assert find_values("123456", NOW) == []


def test_timestamp_is_no_account() -> None:
    assert read("2026-11-20 10:30停的", "account_no") == []


def test_digits_given_piece_by_piece_can_be_joined() -> None:
    assert read_digits("三七零二") + read_digits("嗯 零零一一") + read_digits("两个二") == "3702001122"


def test_span_points_into_the_original_text() -> None:
    text = "我的户号是 三七零二 零零一一 二二 谢谢"
    span = find_one(text, "account_no")
    assert text[span.start : span.end] == span.text == "三七零二 零零一一 二二"
