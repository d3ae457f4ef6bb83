"""What the benchmark's customers say: short conversations of five kinds, as customers hold them.

`{account_no}` is filled with a demo account; the number behind `#` in an address is the customer's own.
"""

from __future__ import annotations

from dataclasses import dataclass

KINDS = ("greeting", "tariff", "knowledge", "outage", "verification")


@dataclass(frozen=True, slots=True)
class Saying:
    """One line of a customer."""

    text: str
    expects: str = ""
    """Words that the reply must hold, where only one reply is right."""


@dataclass(frozen=True, slots=True)
class Script:
    """One conversation from the first line to the last."""

    kind: str
    sayings: tuple[Saying, ...]


SCRIPTS = (
    Script("greeting", (Saying("你好"), Saying("没事了，谢谢"))),
    Script("greeting", (Saying("在吗"), Saying("你都能办什么业务"), Saying("好的，再见"))),
    Script("tariff", (Saying("居民电价多少"), Saying("青岛", "0.5469"), Saying("那峰谷的呢"), Saying("谢谢"))),
    Script("tariff", (Saying("江苏居民一度电多少钱", "元"), Saying("一般工商业的呢"))),
    Script("tariff", (Saying("我在济南，上个月用了300度，大概要交多少电费", "元"), Saying("知道了"))),
    Script("knowledge", (Saying("电费可以用微信交吗"), Saying("好的谢谢"))),
    Script("knowledge", (Saying("阶梯电价的一档到年底会清零吗"), Saying("山东的"))),
    Script("knowledge", (Saying("家里的电能表是不是走得太快了，怎么申请校验"), Saying("要收费吗"))),
    Script(
        "outage",
        (
            Saying("我家停电了", "地址"),
            Saying("青岛市市北区山东路#号海信花园3号楼2单元501"),
            Saying("全屋都没电"),
            Saying("就我一家，邻居都有电"),
            Saying("算了，不报了"),
            Saying("是的"),
        ),
    ),
    Script(
        "outage",
        (
            Saying("喂，我们小区怎么突然没电了，什么时候能来"),
            Saying("南京市鼓楼区中山北路#号金陵公寓"),
            Saying("算了"),
            Saying("对，不用了"),
        ),
    ),
    Script("verification", (Saying("查一下上个月的电费"), Saying("{account_no}", "验证码"), Saying("不查了"))),
    Script("verification", (Saying("我还欠多少钱"), Saying("户号是{account_no}", "验证码"), Saying("算了"))),
)


def speak(saying: Saying, *, account_no: str, number: int) -> str:
    """Return the text that this customer says."""
    return saying.text.replace("{account_no}", account_no).replace("#", str(number))
