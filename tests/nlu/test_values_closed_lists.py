"""Members of the closed lists in customers' words."""

import pytest

from nlu.values import find_values, normalise
from tests.nlu.values_reading import NOW, read


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("居民用电多少钱一度", "居民阶梯"),
        ("家用电价多少", "居民阶梯"),
        ("阶梯电价怎么分档", "居民阶梯"),
        ("民用电几毛", "居民阶梯"),
        ("峰谷电现在多少钱一度", "居民峰谷"),
        ("给我开通峰谷电价", "居民峰谷"),
        ("风谷电怎么办", "居民峰谷"),
        ("居民峰谷划算吗", "居民峰谷"),
        ("夜间电价多少", "居民峰谷"),
        ("工厂的峰谷电价多少", "一般工商业"),
        ("合表用户电价", "居民合表"),
        ("商业用电多少钱", "一般工商业"),
        ("一般工商业电价", "一般工商业"),
        ("工商业电价", "一般工商业"),
        ("大工业电价多少", "大工业"),
        ("两部制怎么收费", "大工业"),
        ("农业用电多少钱", "农业"),
        ("浇地的电几毛一度", "农业"),
        ("大棚用电什么价", "农业"),
        ("充电桩电价多少", "充电桩"),
        ("电车充电多少钱一度", "充电桩"),
    ],
)
def test_tariff_kind_is_read(text: str, kind: str) -> None:
    assert kind in read(text, "tariff_kind")


@pytest.mark.parametrize(
    ("text", "symptom"),
    [
        ("我家停电了", "全停"),
        ("家里没电了", "全停"),
        ("一下子全黑了", "全停"),
        ("突然断电了", "全停"),
        ("俺家木有电", "全停"),
        ("屋里黑灯瞎火的", "全停"),
        ("三相少一相", "缺相"),
        ("半边没电", "缺相"),
        ("电机缺相", "缺相"),
        ("电压太低了", "电压低"),
        ("灯特别暗", "电压低"),
        ("带不动空调", "电压低"),
        ("空调启动不了", "电压低"),
        ("电压太高", "电压高"),
        ("灯一闪一闪的", "电压不稳"),
        ("灯忽明忽暗", "电压不稳"),
        ("电压忽高忽低", "电压不稳"),
        ("老是跳闸", "跳闸"),
        ("空开一合就跳", "跳闸"),
        ("闸推不上去", "跳闸"),
        ("跳炸了", "跳闸"),
        ("电线断了", "断线"),
        ("线掉地上了", "断线"),
        ("电线掉到地上了", "断线"),
        ("变压器冒烟了", "冒烟"),
        ("直冒黑烟", "冒烟"),
        ("变压器着火了", "着火"),
        ("电表箱起火", "着火"),
        ("还冒火花", "打火"),
        ("插座打火", "打火"),
        ("水管漏电", "漏电"),
        ("摸着麻手", "漏电"),
        ("电线杆倒了", "倒杆"),
        ("杆子歪了", "倒杆"),
        ("电表黑屏了", "电表黑屏"),
        ("电表不显示了", "电表黑屏"),
        ("变压器嗡嗡响", "异响"),
        ("砰的一声巨响", "异响"),
    ],
)
def test_fault_symptom_is_read(text: str, symptom: str) -> None:
    assert symptom in read(text, "fault_symptom")


def test_several_symptoms_of_one_sentence() -> None:
    assert read("电线掉地上了还冒火花", "fault_symptom") == ["断线", "打火"]


@pytest.mark.parametrize(
    "text",
    [
        "停电前给我发短信",
        "停电通知怎么订",
        "今天停电吗",
        "计划停电什么时候",
        "几点停电",
        "会停电吗",
        "没电费了",
        "手机没电了",
        "漏电保护器多少钱",
        "电车充电",
        "打火机",
        "火星上怎么交电费",
        "我是火星人",
    ],
)
def test_power_cut_that_is_no_statement_is_no_sure_symptom(text: str) -> None:
    assert [span for span in find_values(text, NOW) if span.entity == "fault_symptom" and span.confidence >= 0.6] == []


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("就我一家没电", "一户"),
        ("就我家停电", "一户"),
        ("隔壁都有电", "一户"),
        ("整个单元都没电", "单元"),
        ("整栋楼都没电", "一栋"),
        ("我们这栋都黑了", "一栋"),
        ("整个小区都停了", "整个小区"),
        ("一片都没电了", "整个小区"),
        ("整条街没电", "整条街"),
        ("全村停电了", "全村"),
        ("俺村里都没电", "全村"),
    ],
)
def test_scope_is_read(text: str, scope: str) -> None:
    assert scope in read(text, "scope")


@pytest.mark.parametrize("text", ["一户一表怎么改", "我住一楼", "小区门口"])
def test_what_is_no_scope_is_left(text: str) -> None:
    assert read(text, "scope") == []


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("停电前给我发个短信提醒", ["停电"]),
        ("开通账单提醒", ["账单"]),
        ("余额提醒给我关了", ["余额"]),
        ("停电和账单都要提醒", ["停电", "账单"]),
        ("退订停电短信", ["停电"]),
        ("欠费提醒开一下", ["余额"]),
    ],
)
def test_notice_kind_is_read(text: str, kinds: list[str]) -> None:
    assert read(text, "notice_kind") == kinds


@pytest.mark.parametrize(
    ("text", "channel"),
    [
        ("用微信交电费", "微信"),
        ("支付宝怎么交", "支付宝"),
        ("网上国网交电费", "网上国网"),
        ("你们app上能缴费吗", "网上国网"),
        ("银行代扣怎么办", "银行"),
        ("去营业厅交钱", "营业厅"),
        ("农行卡扣电费", "银行"),
    ],
)
def test_channel_is_read(text: str, channel: str) -> None:
    assert read(text, "channel_pay") == [channel]


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("厂里要增容", "增容"),
        ("申请扩容到两百千伏安", "增容"),
        ("容量想加大", "增容"),
        ("办减容", "减容"),
        ("变压器要报停", "暂停"),
        ("变压器暂停几个月", "暂停"),
        ("变压器启封", "恢复"),
        ("暂停的变压器恢复用电", "恢复"),
    ],
)
def test_capacity_change_is_read(text: str, change: str) -> None:
    assert change in read(text, "capacity_change")


@pytest.mark.parametrize(
    ("expected", "text", "value"),
    [
        ("notice_kind", "停电", "停电"),
        ("notice_kind", "账单吧", "账单"),
        ("scope", "我家", "一户"),
        ("scope", "我们这栋", "一栋"),
        ("channel_pay", "手机上", "网上国网"),
        ("capacity_change", "加大点", "增容"),
        ("tariff_kind", "家里用的", "居民阶梯"),
        ("fault_symptom", "一直跳", "跳闸"),
        ("fault_symptom", "没电", "全停"),
    ],
)
def test_lone_answer_is_read_more_loosely(expected: str, text: str, value: str) -> None:
    assert read(text, expected, expected) == [value]


@pytest.mark.parametrize(
    ("entity", "surface", "value"),
    [
        ("fault_symptom", "停电", "全停"),
        ("fault_symptom", "停", "全停"),
        ("fault_symptom", "一直跳", "跳闸"),
        ("fault_symptom", "缺相", "缺相"),
        ("tariff_kind", "居民", "居民阶梯"),
        ("tariff_kind", "峰谷", "居民峰谷"),
        ("tariff_kind", "商铺用的", "一般工商业"),
        ("scope", "整栋楼", "一栋"),
        ("scope", "整栋", "一栋"),
        ("scope", "三号楼整栋", "一栋"),
        ("notice_kind", "账单", "账单"),
        ("channel_pay", "邮政银行", "银行"),
        ("capacity_change", "报停", "暂停"),
    ],
)
def test_tagged_surface_gets_its_member(entity: str, surface: str, value: str) -> None:
    assert normalise(entity, surface, NOW) == value


def test_surface_of_no_member_is_none() -> None:
    assert normalise("notice_kind", "天气", NOW) is None
