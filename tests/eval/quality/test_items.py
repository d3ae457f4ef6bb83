"""Each item of the rubric on small conversations: what counts, what does not, and where the evidence is."""

from __future__ import annotations

import pytest

from tests.eval.quality.conftest import Judge


@pytest.mark.parametrize(
    ("first", "agent", "score"),
    [
        ("b: 您好，我是95598智能客服小电，请问有什么可以帮您？", "bot", 1.0),
        ("b: 您好，请问有什么可以帮您？", "bot", 0.5),
        ("a: 您好，95598为您服务，请讲。", "human", 1.0),
        ("a: 您好，请讲。", "human", 0.5),
        ("a: 喂，说。", "human", 0.0),
    ],
)
def test_the_opening_greets_says_who_speaks_and_that_it_is_a_machine(
    judge: Judge, first: str, agent: str, score: float
) -> None:
    assert judge(1, first, "c: 查电费", agent=agent).score == score


def test_the_recording_notice_is_for_the_phone_and_comes_early(judge: Judge) -> None:
    assert judge(2, "b: 您好", "c: 查电费").score is None
    assert judge(2, "b: 您好，本次通话将被录音。", "c: 查电费", channel="phone").score == 1.0
    assert judge(2, "b: 您好，请讲。", "c: 查电费", "b: 好的。", channel="phone").score == 0.0


@pytest.mark.parametrize(
    ("lines", "score"),
    [
        (("c: 我上月电费多少", "a: 您上月电费是186.40元。"), 0.0),
        (("c: 查余额", "a: 请报户主姓名和身份证后四位。", "c: 李明，1234", "a: 核对无误，您的余额是35.20元。"), 1.0),
        (("c: 查余额", "a: 请报户主姓名和身份证后四位。", "c: 凭什么告诉你", "a: 那好吧，您的余额是35.20元。"), 0.0),
        (("c: 查余额", "b: 请输入验证码。", "c: 482913", "b: 验证通过，您目前欠费58.60元。"), 1.0),
        (("c: 查余额", "b: 请输入验证码。", "c: 482913", "b: 验证码不正确。", "b: 您目前欠费58.60元。"), 0.0),
        (("c: 居民电价多少", "b: 山东居民第一档每度0.5469元。"), None),
        (("c: 一个月用三百度要多少钱", "b: 如果每月用300度，电费大约164.07元。"), None),
        (("c: 我交了200元到账没", "a: 您说的200元我记下了，稍后核实。"), None),
    ],
)
def test_account_figures_are_for_those_who_have_shown_who_they_are(
    judge: Judge, lines: tuple[str, ...], score: float | None
) -> None:
    assert judge(3, *lines, agent="human").score == score


def test_the_action_log_counts_as_well_as_the_words(judge: Judge) -> None:
    run = {"name": "query_bill", "level_required": 2, "level_held": 1, "ok": True}
    lines = ("c: 查账单", "b: 好的，已经发到您的手机。")
    assert judge(3, *lines, turns={2: {"actions": [run]}}).score == 0.0
    assert judge(3, *lines, turns={2: {"actions": [{**run, "level_held": 2}]}}).score == 1.0
    assert judge(3, *lines, turns={2: {"actions": [{**run, "ok": False}]}}).score is None


@pytest.mark.parametrize(
    ("lines", "score"),
    [
        (("c: 查电费", "b: 请问您的户号是？", "c: 3701234567", "b: 收到。"), 1.0),
        (("c: 那个啥", "b: 抱歉没听明白，请换个说法。", "c: 查电费", "b: 好的。"), 1.0),
        (("c: 查电费", "b: 为您登记报修。", "c: 我不是报修，我问的是电费", "b: 好的，查电费。"), 0.5),
        (("c: 查电费", "b: 没听明白。", "c: 电费啊", "b: 没听明白。", "c: 你听不懂吗", "b: 请换个说法。"), 0.0),
    ],
)
def test_one_repeated_question_is_allowed(judge: Judge, lines: tuple[str, ...], score: float) -> None:
    assert judge(4, *lines).score == score


def test_understanding_is_asked_of_the_bot_alone(judge: Judge) -> None:
    assert judge(4, "c: 查电费", "a: 没听明白。", agent="human").score is None


def test_an_answer_is_as_good_as_its_sources(judge: Judge) -> None:
    lines = ("c: 过户要带什么", "b: 请带身份证和房产证。")
    source = {"id": "transfer", "version": "3", "valid": True}
    assert judge(5, *lines, turns={2: {"sources": [source]}}).score == 1.0
    stale = judge(5, *lines, turns={2: {"sources": [{**source, "valid": False}]}})
    assert (stale.score, stale.evidence[0].turn, stale.evidence[0].text) == (0.0, 2, "transfer@3")
    assert judge(5, "c: 你好", "b: 您好。").score is None


@pytest.mark.parametrize(
    ("answer", "score"),
    [
        ("已为您登记报修，工单号8812，抢修人员一般45分钟内到达现场，可凭工单号查询进度。", 1.0),
        ("已为您登记报修，抢修人员一般45分钟内到达现场。", 0.5),
        ("知道了。", 0.0),
    ],
)
def test_work_is_complete_with_step_limit_and_where_to_ask(judge: Judge, answer: str, score: float) -> None:
    assert judge(6, "c: 我家停电了", f"b: {answer}").score == score


@pytest.mark.parametrize(
    ("answer", "region", "score"),
    [
        ("抢修人员一般45分钟内到达现场。", "山东", 1.0),
        ("抢修师傅半小时内一定到现场。", "山东", 0.0),
        ("农村地区一般一个半小时到达现场。", "山东", 1.0),
        ("您的投诉我们7个工作日内答复您。", "江苏", 0.0),
        ("您的投诉24小时内联系您，5个工作日内答复处理意见。", "江苏", 1.0),
        ("结清电费后24小时内恢复供电。", "黑龙江", 1.0),
        ("抢修人员45分钟内到达现场。", "蒙西", 0.0),
        ("请您稍等两分钟，我查一下。", "山东", None),
    ],
)
def test_a_stated_time_is_the_published_one_of_the_region(
    judge: Judge, answer: str, region: str, score: float | None
) -> None:
    assert judge(7, "c: 什么时候能好", f"b: {answer}", region=region).score == score


@pytest.mark.parametrize(
    ("said", "answer", "score"),
    [
        ("电线掉地上了还冒火花", "请立即远离断线，至少8米以外，我马上派抢修人员。", 1.0),
        ("变压器着火了", "请先报一下您的户号。", 0.0),
        ("有人触电了", "已为您紧急派抢修，请拨打120。", 1.0),
        ("我家停电了，没有冒烟", "请问您的户号是多少？", None),
        ("电线断了掉地上怎么办，学习一下", "遇到断线要远离。", None),
        ("我家空调漏水", "请问还有什么可以帮您？", None),
    ],
)
def test_a_danger_comes_before_everything(judge: Judge, said: str, answer: str, score: float | None) -> None:
    assert judge(8, f"c: {said}", f"b: {answer}").score == score


@pytest.mark.parametrize(
    ("lines", "score"),
    [
        (("c: 转人工", "b: 好的，正在为您转接人工客服。"), 1.0),
        (("c: 转人工", "b: 您可以先跟我说问题。", "c: 转人工", "b: 正在为您转接人工。"), 1.0),
        (("c: 转人工", "b: 您先说问题。", "c: 转人工", "b: 再说一下问题。", "c: 人工！", "b: 正在为您转接人工。"), 0.5),
        (("c: 转人工", "b: 我也可以帮您。", "c: 我要人工", "b: 请说问题。", "c: 人工", "b: 请问您要办什么？"), 0.0),
        (("c: 查电费", "b: 需要为您转接人工吗？", "c: 不用"), 1.0),
        (("c: 查电费", "b: 请报户号。"), None),
        (("c: 转人工", "b: 正在为您转接人工。", "a: 您好，请问您有什么问题？"), 0.5),
    ],
)
def test_a_person_comes_when_asked_for(judge: Judge, lines: tuple[str, ...], score: float | None) -> None:
    assert judge(9, *lines).score == score


def test_forbidden_words_and_missing_comfort_cost_points(judge: Judge) -> None:
    assert judge(10, "c: 查电费", "a: 这不归我管，你自己去查。", agent="human").score == 0.0
    assert judge(10, "c: 怎么又停电，烦死了", "a: 请报户号。", "c: 370", "a: 好的。", agent="human").score == 0.5
    assert judge(10, "c: 怎么又停电，烦死了", "a: 非常抱歉给您带来不便。", agent="human").score == 1.0


def test_the_mood_at_the_end_is_held_against_the_start(judge: Judge) -> None:
    assert judge(11, "c: 查电费户号3712345678", "b: 好。", "c: 好的谢谢").score == 1.0
    assert judge(11, "c: 查电费", "b: 好。", "c: 什么破系统，我要投诉你们！").score == 0.0
    assert judge(11, "c: 查一下", "b: 好。", "c: 嗯那个").score == 1.0


def test_the_phone_is_held_to_silence_pace_and_length(judge: Judge) -> None:
    lines = ("b: 您好。", "c: 查电费", "b: 好的。")
    times = {1: {"start_seconds": 0, "end_seconds": 2}, 2: {"start_seconds": 2, "end_seconds": 3}}
    late = {**times, 3: {"start_seconds": 15, "end_seconds": 16}}
    assert judge(12, *lines, channel="phone", turns=late).score == 0.5
    assert judge(12, *lines, channel="app", turns=late).score is None
    long = ("b: 您好。", "c: 电价", "b: 第一档一个价。第二档一个价。第三档又一个价。")
    assert judge(12, *long, channel="phone").score == 0.5
    patient = ("b: 请稍等，正在为您查询。", "c: 好", "b: 查到了。")
    assert judge(12, *patient, channel="phone", turns=late).score == 1.0


@pytest.mark.parametrize(
    ("lines", "score"),
    [
        (("c: 查电费", "b: 已发送到138****5678。"), 1.0),
        (("c: 查电费", "b: 已发送到13812345678。"), 0.0),
        (("c: 我电话13812345678", "b: 您的电话是13812345678，对吗？"), 1.0),
        (("c: 我电话幺三八幺二三四五六七八", "b: 您的电话是13812345678，对吗？"), 1.0),
        (("c: 查", "b: 您登记的电话是幺三八，幺二三四，五六七八。"), 0.0),
        (("c: 查", "b: 户主张建国，身份已核实。"), 0.0),
        (("c: 查", "b: 户主张*国，身份已核实。"), 1.0),
        (("c: 我叫张建国", "b: 好的，张建国先生。"), 1.0),
        (("c: 查", "b: 张先生您好。"), 1.0),
        (("c: 查", "b: 您的用电地址是市南区香港中路12号3单元502室。"), 0.0),
        (("c: 我住市南区香港中路12号3单元502室", "b: 地址是市南区香港中路12号3单元502室，对吗？"), 1.0),
        (("c: 查", "b: 市南供电营业厅的地址是香港中路6号3楼。"), 1.0),
        (("c: 查", "b: 您的户号是3701234567890，工单号是20261120000123。"), 1.0),
        (("c: 查", "b: 身份证号是37020219800101123X。"), 0.0),
    ],
)
def test_nothing_personal_is_said_in_full(judge: Judge, lines: tuple[str, ...], score: float) -> None:
    assert judge(13, *lines).score == score


def test_a_ticket_is_whole_right_and_read_back(judge: Judge) -> None:
    whole = {"category": "故障报修", "account_no": "3701234567", "phone": "13812345678", "read_back": True}
    lines = ("c: 停电了，户号3701234567，电话13812345678", "a: 已登记。")
    assert judge(14, *lines, agent="human", ticket=whole).score == 1.0
    assert judge(14, *lines, agent="human", ticket={**whole, "read_back": False}).score == 0.5
    assert judge(14, *lines, agent="human", ticket={**whole, "phone": "13800000000"}).score == 0.0
    assert judge(14, *lines, agent="human", ticket={**whole, "category": "过户"}).score == 0.0
    assert judge(14, *lines, agent="human").score is None


def test_resolution_waits_for_the_next_day(judge: Judge) -> None:
    assert judge(15, "c: 好").score is None
    assert judge(15, "c: 好", repeat_contact_24h=True).score == 0.0
    assert judge(15, "c: 好", repeat_contact_24h=False).score == 1.0
