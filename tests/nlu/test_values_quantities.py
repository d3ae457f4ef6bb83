"""Energy, power, voltage and money."""

import pytest

from tests.nlu.values_reading import find_one, read


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("一个月用三百度要交多少钱", "300"),
        ("三百来度", "300"),
        ("用了三百多度电", "300"),
        ("一千二百个字", "1200"),
        ("表走了三十二个字", "32"),
        ("两千三度", "2300"),
        ("百八十度", "180"),
        ("半度电都没用", "0.5"),
        ("三度半", "3.5"),
        ("1.2万度", "12000"),
        ("15万千瓦时", "150000"),
        ("500kWh", "500"),
        ("1,200度", "1200"),
        ("三百千瓦时", "300"),
        ("二百六十度电多少钱", "260"),
        ("昨天就用了一度电", "1"),
        ("两三百度", "250"),
        ("五百多万度", "5000000"),
        ("夏天空调用到九百度", "900"),
    ],
)
def test_energy_is_read(text: str, value: str) -> None:
    assert read(text, "energy_kwh") == [value]


@pytest.mark.parametrize(
    "text",
    [
        "多少钱一度",
        "一度电多少钱",
        "一度电五毛六",
        "空调开26度",
        "室温才十八度",
        "年度账单",
        "几百度",
        "我名字三个字",
        "五毛六一度",
        "每度多少钱",
    ],
)
def test_unit_price_and_temperature_are_no_energy(text: str) -> None:
    assert read(text, "energy_kwh") == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("增容到两百千伏安", "200"),
        ("7千瓦的桩", "7"),
        ("三点五千瓦", "3.5"),
        ("三千瓦", "3"),
        ("2000瓦的空调", "2"),
        ("400kVA变压器", "400"),
        ("21kW", "21"),
        ("十五个千瓦", "15"),
        ("两兆瓦", "2000"),
        ("一千二百五十千伏安", "1250"),
        ("两千千伏安", "2000"),
        ("装个315的变压器", "315"),
        ("合同容量减到一百六", "160"),
    ],
)
def test_power_is_read(text: str, value: str) -> None:
    assert read(text, "power_kw") == [value]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("220V", "220V"),
        ("380伏", "380V"),
        ("10kV专线", "10kV"),
        ("10KV", "10kV"),
        ("十千伏", "10kV"),
        ("35千伏的电价", "35kV"),
        ("一万伏", "10kV"),
        ("不满1千伏的", "不满1千伏"),
        ("不满一千伏", "不满1千伏"),
        ("1千伏以下", "不满1千伏"),
        ("1-10千伏的电价", "1-10千伏"),
        ("一到十千伏", "1-10千伏"),
        ("三相380", "380V"),
        ("要用三百八的电", "380V"),
        ("两百二的电", "220V"),
        ("电压只有一百八", "180V"),
        ("电压才190", "190V"),
        ("一百八十伏", "180V"),
    ],
)
def test_voltage_is_read(text: str, value: str) -> None:
    assert read(text, "voltage") == [value]


def test_kilovolt_ampere_is_no_voltage() -> None:
    assert read("两百千伏安", "voltage") == []
    assert read("200kVA", "voltage") == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("五块六毛", "5.6"),
        ("五块六", "5.6"),
        ("五块六毛五", "5.65"),
        ("三块半", "3.5"),
        ("八毛", "0.8"),
        ("五毛六一度", "0.56"),
        ("一块二一度", "1.2"),
        ("五毛四六九", "0.5469"),
        ("五分钱", "0.05"),
        ("一百六十块钱", "160"),
        ("一千来块", "1000"),
        ("三百多块", "300"),
        ("千把块", "1000"),
        ("1200元", "1200"),
        ("￥85.6", "85.6"),
        ("85.60元", "85.6"),
        ("交了一百六", "160"),
        ("充了两百", "200"),
        ("欠费一百二", "120"),
        ("扣了我三百多", "300"),
        ("上个月怎么两百八", "280"),
        ("电费突然涨了四百", "400"),
        ("两万块", "20000"),
        ("三万五的电费", "35000"),
        ("一百二十块五", "120.5"),
        ("先交五十块钱吧", "50"),
        ("八百六十四块三毛二", "864.32"),
    ],
)
def test_money_is_read(text: str, value: str) -> None:
    assert read(text, "amount") == [value]


@pytest.mark.parametrize(
    "text",
    [
        "一块电表",
        "两块新表",
        "我们一块去",
        "这一块归谁管",
        "几百块",
        "三角形",
        "八点十分",
        "三个月没交",
        "打95598交电费",
        "一毛病都没有",
        "四号楼欠费",
    ],
)
def test_what_is_no_money_is_left(text: str) -> None:
    assert read(text, "amount") == []


@pytest.mark.parametrize(
    ("expected", "text", "value"),
    [
        ("energy_kwh", "三百", "300"),
        ("amount", "三百", "300"),
        ("power_kw", "三百", "300"),
        ("energy_kwh", "大概一千二吧", "1200"),
        ("energy_kwh", "嗯 用了四百五左右", "450"),
        ("amount", "先来一百", "100"),
        ("amount", "85.6", "85.6"),
        ("voltage", "380", "380V"),
        ("voltage", "十", "10kV"),
        ("power_kw", "7", "7"),
    ],
)
def test_bare_number_is_what_was_asked(expected: str, text: str, value: str) -> None:
    assert read(text, expected, expected) == [value]


def test_unit_wins_over_what_was_asked() -> None:
    assert read("三百块", "amount", "energy_kwh") == ["300"]
    assert read("三百块", "energy_kwh", "energy_kwh") == []


def test_bare_number_without_context_is_nothing() -> None:
    assert read("三百", "amount") == []
    assert read("三百", "energy_kwh") == []


def test_numbers_of_time_of_use_are_energy() -> None:
    assert read("峰电310谷电240算一下多少钱", "energy_kwh") == ["310", "240"]


def test_span_holds_unit_and_approximation() -> None:
    assert find_one("我家用三百来度电", "energy_kwh").text == "三百来度"
    assert find_one("交了五十块钱", "amount").text == "五十块钱"
