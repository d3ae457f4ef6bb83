"""Recognised words become the figures that a person would write; what is no number stays."""

from __future__ import annotations

import pytest

from speech.text.written import to_written

FREE = """
户号三二零一零四五六七八 户号3201045678
户号是三七零二幺幺八四五六 户号是3702118456
幺三九幺二三四五六七八 13912345678
九五五九八 95598
一二三九八 12398
一百二十八块五 128.5元
一百二十八块五毛三 128.53元
一百二十八元五角 128.5元
三百块钱 300元
五毛六 0.56元
三毛钱 0.3元
两块三 2.3元
十块零五分 10.05元
两千一百六十一度 2161度
三百来度 300来度
二十多度 20多度
一千二 1200
三万五 35000
一百五 150
一点五万 1.5万
三度电 3度电
八千瓦 8千瓦
两千千瓦 2000千瓦
三百一十五千伏安 315千伏安
八千瓦时 8千瓦时
十一月二十号 11月20号
十一月二十 11月20日
十月份 10月份
二月 2月
二零二六年十一月二十日 2026年11月20日
二六年三月 26年3月
一九九八年 1998年
下午三点半 下午3点半
三点二十 3点20分
十点五分 10点5分
明天八点 明天8点
三点钟 3点钟
十四点三十分 14点30分
八点到十二点 8点到12点
三点五千瓦 3.5千瓦
百分之十二点五 12.5%
三分之一 1/3
零点五四六九 0.5469
负十五点二 -15.2
三号楼二单元五零一室 3号楼2单元501室
人民路十二号 人民路12号
尾号二三四五 尾号2345
验证码是三八二九一零 验证码是382910
二十四小时 24小时
我用了二百一十度电交了一百一十四块八毛五 我用了210度电交了114.85元
七十八岁 78岁
下载诶批批 下载App
"""
UNTOUCHED = (
    *(
        "一下",
        "万一",
        "十分感谢",
        "千万别动",
        "一户一表",
        "三四百度",
        "几十块",
        "十几度",
        "百分百",
        "十一放假",
        "五一路",
    ),
    *(
        "一两天",
        "上个月",
        "三个月",
        "一个月",
        "两块表",
        "有一点贵",
        "早一点",
        "几点",
        "第二档",
        "一度电多少钱",
        "两个",
        "是的",
    ),
)
DICTATED = """
二三 23
四 4
三七零二 3702
幺洞拐勾 1079
三十二 32
我的户号是三七零 我的户号是370
"""


def _cases(table: str) -> list[tuple[str, str]]:
    pairs = [line.split(" ") for line in table.strip().split("\n")]
    return [(spoken, written) for spoken, written in pairs]


@pytest.mark.parametrize(("spoken", "written"), _cases(FREE))
def test_a_spoken_number_is_written_as_a_figure(spoken: str, written: str) -> None:
    assert to_written(spoken) == written


@pytest.mark.parametrize("text", UNTOUCHED)
def test_words_that_are_no_clear_number_stay(text: str) -> None:
    assert to_written(text) == text


@pytest.mark.parametrize(("spoken", "written"), _cases(DICTATED))
def test_dictated_digits_are_written_one_by_one(spoken: str, written: str) -> None:
    assert to_written(spoken, "digits") == written


def test_blanks_between_recognised_words_vanish() -> None:
    assert to_written("户号 三 二 零 一") == "户号3201"
