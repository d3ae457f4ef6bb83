"""The normaliser says every amount, date, time, number, unit and code as a Mandarin speaker would."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speech.text.money import spell_yuan
from speech.text.numerals import parse_digits, parse_integer, parse_number, spell_digits, spell_integer, spell_number
from speech.text.spoken import to_spoken
from speech.text.written import to_written

AMOUNTS = """
128.50元 一百二十八元五角
-15.2元 负十五元二角
￥1,234.50 一千二百三十四元五角
¥88.00 八十八元
¥-15.20 负十五元二角
¥ 3.5元 三元五角
100.05元 一百元零五分
0.5元 五角
0.05元 五分
0.55元 五角五分
0元 零元
0.00元 零元
1元 一元
2元 两元
2.2元 两元二角
10元 十元
12元 十二元
20.02元 二十元零二分
110.00元 一百一十元
1,000元 一千元
2000元 两千元
10000元 一万元
10,500.80元 一万零五百元八角
200,000元 二十万元
1234567.89元 一百二十三万四千五百六十七元八角九分
1.2万元 一点二万元
2万元 两万元
3亿元 三亿元
0.5469元 零点五四六九元
0.5283元/千瓦时 零点五二八三元每千瓦时
0.51元/度 零点五一元每度
28元/kW·月 二十八元每千瓦每月
18.7元/千伏安·月 十八点七元每千伏安每月
100元以上 一百元以上
100多元 一百多元
50-100元 五十到一百元
10~20元 十到二十元
12.5块 十二块五角
欠费236.40元，请交清 欠费二百三十六元四角，请交清
"""
CALENDAR = """
2026年11月20日 二零二六年十一月二十日
2026-11-20 二零二六年十一月二十日
2026/11/20 二零二六年十一月二十日
2026.11.20 二零二六年十一月二十日
2026-01-05 二零二六年一月五日
2000年1月1日 二零零零年一月一日
11月20日 十一月二十日
3月5日前 三月五日前
10月份 十月份
2月2日 二月二日
1月31号 一月三十一号
2026年10月 二零二六年十月
2026-10 二零二六年十月
98年5月 九八年五月
1998年 一九九八年
2025-2026年 二零二五到二零二六年
2022版 二零二二版
11月9日到11月15日 十一月九日到十一月十五日
11月9-15日 十一月九到十五日
3-5月 三到五月
14:30 十四点三十分
08:05 八点零五分
8:00 八点
00:00 零点
02:15 两点十五分
24:00 二十四点
14:30:05 十四点三十分零五秒
8:00-12:00 八点到十二点
20:00至次日8:00 二十点到次日八点
2026-11-20T15:30:00 二零二六年十一月二十日十五点三十分
2026年11月20日14:30到达 二零二六年十一月二十日十四点三十分到达
下午3点半 下午三点半
10点到15点 十点到十五点
22:00-次日8:00 二十二点到次日八点
8点20分 八点二十分
2点 两点
3年 三年
2年 两年
24小时 二十四小时
45分钟 四十五分钟
7日内 七日内
5个工作日 五个工作日
1-3个工作日 一到三个工作日
8-10小时 八到十小时
"""
QUANTITIES = """
236千瓦时 二百三十六千瓦时
236kWh 二百三十六千瓦时
210.5度 二百一十点五度
2度 两度
2.5度 二点五度
12度 十二度
22个 二十二个
20008度 两万零八度
2161-4200度 两千一百六十一到四千二百度
0-2520度 零到两千五百二十度
第2档 第二档
第1至3档 第一到三档
2楼 二楼
10kV线路 十千伏线路
0.4kV 零点四千伏
220V 二百二十伏
220/380V 二百二十、三百八十伏
35kV-110kV 三十五千伏到一百一十千伏
315kVA 三百一十五千伏安
8kW 八千瓦
1.5MW 一点五兆瓦
50Hz 五十赫兹
60A 六十安
30kvar 三十千乏
4mm² 四平方毫米
85% 百分之八十五
12.5% 百分之十二点五
+7%～-10% 正百分之七到负百分之十
-3% 负百分之三
100% 百分之一百
5‰ 千分之五
5-10% 百分之五到百分之十
10%-20% 百分之十到百分之二十
±5% 正负百分之五
1/3 三分之一
3/4的用户 四分之三的用户
3:1 三比一
-5℃ 零下五摄氏度
-5~10℃ 零下五到十摄氏度
26℃ 二十六摄氏度
7×24小时 七乘二十四小时
1,234,567户 一百二十三万四千五百六十七户
3.2亿千瓦时 三点二亿千瓦时
4800度以上 四千八百度以上
版本2.0.1 版本二点零点一
V1.2 版本一点二
版本V3.10 版本三点十
210×0.5469=114.85元 二百一十乘零点五四六九等于一百一十四元八角五分
100-20=80 一百减二十等于八十
8米以外 八米以外
0.85 零点八五
1.5倍 一点五倍
2倍 两倍
1000 一千
"""
CODES = """
户号3201045678 户号三二零，幺零四，五六七八
户号是3702118456001 户号是三七零，二幺幺，八四五，六零零幺
户号：1503001234 户号，幺五零，三零零，幺二三四
电话13912345678 电话幺三九，幺二三四，五六七八
139-1234-5678 幺三九，幺二三四，五六七八
139 1234 5678 幺三九，幺二三四，五六七八
138****5678 幺三八开头，尾号五六七八
尾号2345 尾号二三四五
后4位是1234 后四位是幺二三四
4008-888-888 四零零八，八八八，八八八
尾号1101 尾号幺幺零幺
验证码是123456 验证码是幺二三四五六
验证码为012345，请勿告诉他人 验证码为零幺二三四五，请勿告诉他人
95598 九五五九八
请拨95598。 请拨九五五九八
请拨12398投诉 请拨幺二三九八投诉
12345热线 幺二三四五热线
拨打120 拨打幺二零
打120或119 打幺二零或幺幺九
119报警 幺幺九报警
400-123-4567 四零零，幺二三，四五六七
0531-88881234 零五三幺，八八八八幺二三四
工单号GD20261121001 工单号吉迪，二零二，六幺幺二，幺零零幺
3号楼2单元501室 三号楼二单元五零幺室
1203室 幺二零三室
中山路128号 中山路一百二十八号
〔2019〕509号 二零一九，五百零九号
鲁发改价格〔2019〕509号 鲁发改价格二零一九，五百零九号
007 零零七
按1键 按一键
按#号键 按井号键
按*键 按星号键
1#变压器 一号变压器
11位 十一位
网上国网App 网上国网诶批批
蒙电e家 蒙电伊家
LED灯 艾勒伊迪灯
www.95598.cn 达不溜达不溜达不溜点九五五九八点西恩
"""
SENTENCES = """
户号3201045678用电236千瓦时，应缴128.50元。 户号三二零，幺零四，五六七八用电二百三十六千瓦时，应缴一百二十八元五角
2026年11月20日14:30到达，电话13912345678。 二零二六年十一月二十日十四点三十分到达，电话幺三九，幺二三四，五六七八
您的账户余额为-15.2元，已欠费，请于3月5日前缴纳。 您的账户余额为负十五元二角，已欠费，请于三月五日前缴纳
请按1查询电费，按2报修，按#号键返回，人工服务请拨95598。 请按一查询电费，按二报修，按井号键返回，人工服务请拨九五五九八
第一档0.5469元，第二档0.5969元，第三档0.8469元。 第一档零点五四六九元，第二档零点五九六九元，第三档零点八四六九元
10月236.40元，用电412度，峰段280度、谷段132度。 十月二百三十六元四角，用电四百一十二度，峰段二百八十度、谷段一百三十二度
青松路12号附近11月22日08:00到17:30计划停电。 青松路十二号附近十一月二十二日八点到十七点三十分计划停电
"""


def _cases(*tables: str) -> list[tuple[str, str]]:
    pairs = [line.rsplit(" ", 1) for table in tables for line in table.strip().split("\n")]
    return [(written, spoken) for written, spoken in pairs]


@pytest.mark.parametrize(("written", "spoken"), _cases(AMOUNTS, CALENDAR, QUANTITIES, CODES, SENTENCES))
def test_text_is_said_as_a_speaker_would(written: str, spoken: str) -> None:
    assert to_spoken(written).removesuffix("。") == spoken


@given(st.text(alphabet="0123456789.,-:/%¥元度年月日号kVW户电话~ ", max_size=40))
def test_no_figure_is_left_in_any_text(text: str) -> None:
    assert not re.search(r"[0-9]", to_spoken(text))


@given(st.integers(0, 10**16 - 1))
def test_a_number_in_words_reads_as_the_same_number(value: int) -> None:
    assert parse_integer(spell_integer(value)) == value


@given(st.decimals(-(10**9), 10**9, places=4))
def test_a_decimal_in_words_reads_as_the_same_decimal(value: Decimal) -> None:
    assert parse_number(spell_number(f"{value:f}")) == value


@given(st.text(alphabet="0123456789", min_size=1, max_size=20))
def test_digits_in_words_read_as_the_same_digits(digits: str) -> None:
    assert parse_digits(spell_digits(digits)) == digits


@given(st.integers(10, 10**10))
def test_a_spoken_count_is_written_as_the_same_figure(value: int) -> None:
    assert to_written(f"用了{spell_integer(value)}度电") == f"用了{value}度电"


@given(st.decimals(1, 10**6, places=2))
def test_a_spoken_amount_is_written_as_the_same_amount(value: Decimal) -> None:
    written = to_written(f"交了{spell_yuan(f'{value:.2f}')}")
    assert Decimal(written.removeprefix("交了").removesuffix("元")) == value


@settings(max_examples=60)
@given(st.integers(0, 3650))
def test_a_spoken_date_is_written_as_the_same_date(days: int) -> None:
    day = date(2020, 1, 1) + timedelta(days=days)
    written = f"{day.year}年{day.month}月{day.day}日"
    assert to_written(to_spoken(written)) == written


@given(st.text(alphabet="0123456789", min_size=10, max_size=13))
def test_a_spoken_account_number_comes_back_digit_by_digit(digits: str) -> None:
    spoken = to_spoken(f"户号{digits}").replace("，", "")
    assert to_written(spoken, "digits") == f"户号{digits}"
