"""Values in pieces, and what is said beside a number that is asked for."""

from __future__ import annotations

import pytest

from bot.project import Project
from bot.slot_values import SlotReader
from tests.bot.talk import Talk

ADDRESS = "report_outage: [市北区台东三路26号3号楼](address)"
ASKS_ON = "请接着说后面的数字"


async def asked_for_phone(talk: Talk) -> None:
    await talk.say("report_outage: 家里停电了")
    assert await talk.say(ADDRESS) == "联系电话是多少"


async def slot(talk: Talk, name: str) -> object:
    return (await talk.state()).slots[name]


async def test_a_number_in_pieces_becomes_one(talk: Talk) -> None:
    await asked_for_phone(talk)
    assert ASKS_ON in await talk.say("report_outage: 一三九")
    assert "1390456" in await talk.say("report_outage: 零四五六")
    assert await talk.say("report_outage: 七八九一") == "为市北区台东三路26号3号楼报修，对吗"
    assert await slot(talk, "phone") == "13904567891"


async def test_part_of_a_number_is_no_number_although_it_was_recognised_as_one(talk: Talk) -> None:
    await asked_for_phone(talk)
    assert ASKS_ON in await talk.say("report_outage: 电话是[1390456](phone)")
    assert await slot(talk, "phone") is None
    await talk.say("report_outage: 7891")
    assert await slot(talk, "phone") == "13904567891"


async def test_a_whole_number_after_a_piece_stands_for_itself(talk: Talk) -> None:
    await asked_for_phone(talk)
    await talk.say("report_outage: 139")
    await talk.say("report_outage: [13812345678](phone)")
    assert await slot(talk, "phone") == "13812345678"


async def test_pieces_that_were_broken_off_do_not_join_later_ones(talk: Talk) -> None:
    await asked_for_phone(talk)
    await talk.say("report_outage: 138")
    await talk.say("ask_knowledge: 峰段是几点")
    assert "，139，" in await talk.say("report_outage: 139")


async def test_a_piece_of_the_address_goes_on_with_it_while_something_else_is_asked(talk: Talk) -> None:
    await asked_for_phone(talk)
    assert await talk.say("report_outage: [三单元](scope=单元)") == "联系电话是多少"
    assert await slot(talk, "address") == "市北区台东三路26号3号楼3单元"


async def test_a_nod_where_a_number_is_asked_for_says_what_is_missing(talk: Talk) -> None:
    await asked_for_phone(talk)
    assert await talk.say("affirm: 嗯") == "好的，请直接报号码"
    assert (await talk.state()).requested_slot == "phone"


async def test_a_remark_about_the_matter_is_no_useless_answer_once(talk: Talk) -> None:
    await asked_for_phone(talk)
    assert await talk.say("report_outage: 空开没跳") == "知道了，请留电话"
    top = (await talk.state()).top
    assert top is not None
    assert top.useless == 0
    await talk.say("report_outage: 楼道灯亮着")
    assert (await talk.state()).top.useless == 1  # type: ignore[union-attr]


@pytest.mark.parametrize(("said", "right"), [("不对，是315", "315"), ("不对，是三号楼", "250"), ("是31号", "250")])
def test_a_bare_number_corrects_the_only_number_of_as_many_figures(project: Project, said: str, right: str) -> None:
    known = {"power_kw": "250", "account_no": "3702903615060", "month": "2026-10"}
    assert (known | SlotReader(project.domain).put_right(known, said))["power_kw"] == right
