"""What kind of thing a question asks for (a price, a number of days, papers), and which topics speak of that kind.

「过户多久办好」 and 「过户带什么」 share their words but for the one that matters; the wordings of a topic tell what it
is about, and its answer has to hold a figure of the kind that was asked for.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

_QUESTIONS: Final = {
    "price": r"多少钱|价|几毛|几分|多少元|单价|要钱|收费|费用|元",
    "amount": r"多少度|几度|度数|电量|多少千瓦|多少伏|多少米|几米|多远|多大",
    "share": r"百分|千分|几成|比例|浮动|上浮|下浮|折|几倍|多少倍|率是|率多少|允许偏差|误差",
    "duration": r"多久|几天|多少天|工作日|几个月|多少个月|几年|多少年|多少小时|时限|期限|最长|最短|最多多|提前|几日",
    "clock": r"几点|时段|时间段|什么时间|钟头|夜里几|最便宜",
    "date": r"什么时候|哪年|哪天|哪一年|几月|几号|从哪|起始|开始|生效|到期",
    "papers": r"材料|证件|证明|带什么|要什么|准备|需要什么|提供什么|凭什么",
    "way": r"怎么[办弄申开查交走做报]|步骤|流程|手机上|在哪|哪里|渠道|途径|申请|开通|办理",
    "who": r"谁|哪些人|哪些用户|什么人|对象|条件|资格|什么样的|哪种|哪类|适用|能办",
    "why": r"为什么|原因",
    "phone": r"电话|热线|号码|打哪|打几|哪个号",
    "penalty": r"罚|违约|赔|追补|后果|怎么处理|怎么处置|会怎样|补几",
    "danger": r"怎么救|急救|触电|冒烟|着火|怎么走|离开|跨步|危险|安全",
    "part": r"构成|包括|包含|哪些|哪几|几种|都有什么|组成",
    "person": r"叫什么名|什么名字|姓什么|哪位|哪个人|哪个领导|负责人|队长|法人代表|谁[签批审设]|谁(发明|定的)",
    "maker": r"哪家(?!银行|营业)|厂家|哪个厂|哪个公司|什么公司|生产商|供应商|施工队|什么牌",
    "count": r"(几|多少)个?(电话|营业厅|窗口|变电|员工|用户|客户|网点|坐席)|(几|多少)(家|辆|台车|起|座|名员)",
    "rank": r"排第|第几名|排名|世界上|最[高多大低]过|哪个省|(和|与|跟).{1,6}哪个省|历史上",
    "founded": r"哪.?年.{0,3}(成立|上线|建|投运|发明)|成立于|创办|诞生|起源|由来|来历|发明",
    "model": r"型号|芯片|协议|原理|材质|尺寸|力矩|毫秒|颜色|大模型|什么技术|哪种技术",
    "identity": r"(账号|税号|邮箱|手机号|微信号|传真|邮编)(是|多少|给)|纳税人识别号|开户行",
    "event": r"去年.{0,8}(一共|总共|多少[起人次])|下次.{0,8}哪一?天|那[场次]大|历史|统计|最高.{0,2}负荷",
    "origin": r"哪个电厂|哪个变电|哪条线|从哪.{0,3}来",
    "forecast": r"今后|将来|未来|趋势|预计|[一二三四五几十]年后|什么时候结束|什么时候取消|以后会",
}
_NARROW: Final = ("person", "maker", "count", "rank", "founded", "model", "identity", "event", "origin", "forecast")
"""Kinds that an article has only if it is about them."""
_ANSWERS: Final = {
    "price": r"\d元|元/|角|分钱|免费|不收|免收|费",
    "amount": r"\d(度|千瓦|千伏安|伏|米)",
    "share": r"%|‰|千分之|百分之|倍|成",
    "duration": r"\d(个)?(工作日|小时|分钟|日|天|年|个月)|[一二两三]年|次月",
    "clock": r"\d:\d\d|\d点",
    "date": r"\d月|\d年|次月|抄表|之日|当月|每月|每年",
    "papers": r"证|合同|执照|委托书|户号|户口",
    "phone": r"95598|12398|12315|12345|110|119|120",
    "person": r"法人代表",
    "maker": r"厂家|售电公司",
    "count": r"\d(户|家|个窗口)",
    "rank": r"排名",
    "founded": r"成立于|上线",
    "model": r"型号|原理|芯片",
    "identity": r"税号|邮箱|账号|密码",
    "event": r"统计|历史",
    "origin": r"哪个电厂",
    "forecast": r"预计|未来",
}
FOCI: Final = tuple(_QUESTIONS)
_ASKED: Final = tuple(re.compile(_QUESTIONS[name]) for name in FOCI)
_HELD: Final = tuple(re.compile(_ANSWERS[name]) if name in _ANSWERS else None for name in FOCI)
_IS_NARROW: Final = np.array([name in _NARROW for name in FOCI], dtype=np.bool_)

Shares = NDArray[np.float64]


def foci_of(plain: str) -> NDArray[np.bool_]:
    """Return which kinds of thing a text in the words of the trade asks for: [foci]."""
    return np.array([pattern.search(plain) is not None for pattern in _ASKED], dtype=np.bool_)


def shares_of_foci(wordings: Sequence[str]) -> Shares:
    """Return the share of a topic's wordings that ask for each kind: [foci]."""
    if not wordings:
        return np.zeros(len(FOCI))
    shares: Shares = np.mean([foci_of(wording) for wording in wordings], axis=0, dtype=np.float64)
    return shares


def kinds_in(answers: Iterable[str]) -> Shares:
    """Return for each kind whether the answers hold a figure of it, one half where that cannot be seen: [foci]."""
    told = list(answers)
    return np.array(
        [0.5 if pattern is None else float(any(map(pattern.search, told))) for pattern in _HELD], dtype=np.float64
    )


def agreement(asked: NDArray[np.bool_], topics: Shares, without: float) -> Shares:
    """Return for each topic the mean over the kinds that are asked for; `without` where none is: [topics]."""
    if not asked.any():
        return np.full(len(topics), without)
    means: Shares = topics[:, asked].mean(axis=1)
    return means


def missing_kinds(asked: NDArray[np.bool_], wordings: Shares, answers: Shares) -> Shares:
    """Return for each topic 1 if its wordings and answers both lack a narrow kind that is asked for: [topics]."""
    narrow = asked & _IS_NARROW
    if not narrow.any():
        return np.zeros(len(wordings))
    lacking = (wordings[:, narrow] == 0.0) & (answers[:, narrow] == 0.0)
    missing: Shares = lacking.any(axis=1).astype(np.float64)
    return missing
