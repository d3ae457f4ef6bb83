"""Members of the closed lists: tariff_kind, fault_symptom, scope, notice_kind, channel_pay, capacity_change.

What is said is found by the forms of `closed_forms` and `fault_forms`; what a tagger found, or a lone answer, may be
looser. Where the words around a form do not bear it out, its confidence is low and another reader has to agree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from nlu.values import closed_forms, fault_forms
from nlu.values.fault_forms import Rows
from nlu.values.span import Scan, ValueSpan, bare_answer, fold

_BUSINESS = re.compile(r"工商业|厂|工业|商业|店|企业|公司|单位|一般|专变|变压器|千伏安|超市|网吧")
_SURE, _UNSURE = 0.9, 0.45
_PRICE = re.compile(
    r"电价|价格|几毛|几块|多少钱|[怎咋]么?[收定]|什么价|啥价|收费|标准|一度|每度|[划合]算|省|便宜|贵|开通|申请|改|换|取消|退|开|办|"
    r"比|算|按|属于|哪种|"
    r"[峰谷阶档]|执行"
)
_COMPARED = re.compile(r"阶梯|划算|合算|[哪更]个?(?:省|便宜|合适)|开通|取消|办|电价|电费")
_STRICT_PRICE = re.compile(
    r"电价|价格|几毛|多少钱|什么价|啥价|收费|标准|一度|每度|便宜|贵|峰|谷|分时|合表|农业|用电|按"
)
_PAYING = re.compile(r"[交缴付充扣刷]费?|代扣|钱|转账")
_CAPACITY = re.compile(r"变压器|容量|报停|启封|厂|千伏安|千瓦|基本电费|主变|专变|生产|车间|减|暂停|歇业|停产|用电")
_ARREARS = re.compile(
    r"欠|[交缴充补付]了|[交缴]清|已[交缴]|付清|结清|复电|补交|充值|[交缴]完|钱[都也]?[交缴]|销户|拆表"
)
_ASKING = re.compile(
    r"什么时候|啥时候|啥前|几点|几时|多久|是不是|为什么|为啥|咋回事|怎么回事|什么原因|通知|提醒|短信|计划|安排|查询|"
    r"查一下|赔|怕|别|吗|怎么[防救]|"
    r"急救|什么意思|啥意思|一般|能不能|谣言|会不会|停不停|群里"
)
_KNOWLEDGE = re.compile(
    r"急救|怎么[防救]|抢救|啥意思|什么意思|索赔|赔不赔|第一步|该干啥|干什么|直接用手|万一|什么道理|多长时间|"
    r"有没有期限|一样不|脉冲|哪儿|负不负责|待遇"
)
_APPLYING = re.compile(r"申请|装表|新装|装上|接电|接一根|开户|报装|报个装|催催他们|打算|快没|点个赞|希望|建议")
_NOTIFYING = re.compile(r".{0,6}(?:说一声|吱|通知我|提醒我|告诉我|打电话说|给我?打电话|发短信|发个信|第一时间|告诉)")
_FACT = re.compile(r"(?:[电店典黑灭停]|断)(?:了|啦|喽|着|[一-龥]?半天)|[没木][有得]?电|没了")
_SUBSCRIBING = re.compile(
    r"[订阅开关退收要留]|取消|提醒我|告诉我|通知我|告诉|给我|提醒|绑|加上|换到|改成|推送|发我|发到|发给|打电话|"
    r"说一声|吱|信儿|[叫喊]我|响一声|发手机|弄上|设上|开上|发给|发我"
)
_GRIEVANCE = re.compile(
    r"投诉|建议|希望|规定|赔|查询|查一下|帮我看看|通知上|写|说|能信|没收到|收不到|从来不|提前几天|一般"
)


@dataclass(frozen=True, slots=True)
class _ClosedList:
    entity: str
    pattern: re.Pattern[str]
    values: tuple[str, ...]
    cores: tuple[tuple[str, ...], ...]
    """For each row the groups of which one, where it matched, is the span; else the whole match is."""
    trigger: re.Pattern[str]
    """One of these characters is in every form; a sentence without them need not be searched."""

    def find(self, folded: str) -> Iterator[tuple[str, int, int]]:
        if self.trigger.search(folded) is None:
            return
        for match in self.pattern.finditer(folded):
            if match.lastgroup is not None and match.end() > match.start():
                row = int(match.lastgroup[3:])
                core = next((name for name in self.cores[row] if match.start(name) >= 0), match.lastgroup)
                yield self.values[row], match.start(core), match.end(core)


def _build(entity: str, rows: Rows, parts: Mapping[str, str]) -> _ClosedList:
    """Join the rows into one pattern with a group for each row and for each `<core:...>>` in it."""
    forms, cores = [], []
    for number, (_, form) in enumerate(rows):
        for mark, part in parts.items():
            form = form.replace(mark, part)
        names: list[str] = []
        while "<core:" in form:
            names.append(f"core{number}_{len(names)}")
            form = form.replace("<core:", f"(?P<{names[-1]}>", 1).replace(">>", ")", 1)
        forms.append(f"(?P<row{number}>{form})")
        cores.append(tuple(names))
    trigger = re.compile(closed_forms.TRIGGERS[entity])
    return _ClosedList(entity, re.compile("|".join(forms)), tuple(value for value, _ in rows), tuple(cores), trigger)


_LISTS = {
    closed.entity: closed
    for closed in (
        _build("fault_symptom", fault_forms.FAULT_SYMPTOMS, fault_forms.PARTS),
        _build("tariff_kind", closed_forms.TARIFF_KINDS, closed_forms.PARTS),
        _build("scope", closed_forms.SCOPES, closed_forms.PARTS),
        _build("notice_kind", closed_forms.NOTICE_KINDS, closed_forms.PARTS),
        _build("channel_pay", closed_forms.CHANNELS_PAY, closed_forms.PARTS),
        _build("capacity_change", closed_forms.CAPACITY_CHANGES, closed_forms.PARTS),
    )
}
CLOSED_LISTS = {entity: frozenset(closed.values) for entity, closed in _LISTS.items()}
"""Entity -> its values."""
_LOOSE = {
    entity: tuple((value, re.compile(form)) for value, form in rows) for entity, rows in closed_forms.LOOSE.items()
}

_SPOKEN_OF = {
    entity: tuple((value, re.compile(form)) for value, form in rows) for entity, rows in closed_forms.SPOKEN_OF.items()
}


def find_members(scan: Scan) -> Iterator[ValueSpan]:
    """Find the members of all closed lists; several may occur in one sentence."""
    is_answered = False
    for entity, closed in _LISTS.items():
        for value, start, end in closed.find(scan.folded):
            meant = _reconsider(scan.folded, value) if entity == "tariff_kind" else value
            is_answered |= entity == scan.expected
            yield scan.span(entity, meant, start, end, _rate(scan, entity, value, start, end))
    if scan.expected in _LOOSE and not is_answered:
        core, start = bare_answer(scan.folded)
        loose = read_member(scan.expected, core) if 0 < len(core) <= 12 else None
        if loose is not None:
            yield scan.span(scan.expected, loose, start, start + len(core), 0.65)


def find_spoken_of(text: str, entity: str) -> Iterator[ValueSpan]:
    """Find what a request that must speak of a member speaks of: the first such words, read loosely.

    Several notices may be ordered at once; of the others there is one.
    """
    folded = fold(text)
    matches = [
        (match.start(), match.end(), value)
        for value, pattern in _SPOKEN_OF.get(entity, ())
        if (match := pattern.search(folded)) is not None
    ]
    for start, end, value in matches if entity == "notice_kind" else matches[:1]:
        yield ValueSpan(entity, value, text[start:end], start, end, _UNSURE)


def read_member(entity: str, surface: str) -> str | None:
    """Return the member that a span or a lone answer stands for."""
    if surface in CLOSED_LISTS[entity]:
        return surface
    for value, _, _ in _LISTS[entity].find(surface):
        return _reconsider(surface, value) if entity == "tariff_kind" else value
    return next((value for value, form in _LOOSE[entity] if form.search(surface)), None)


def _reconsider(folded: str, value: str) -> str:
    """Peak and valley prices of a shop or works are 一般工商业, not 居民峰谷."""
    if value != "居民峰谷" or "居民" in folded or "家" in folded:
        return value
    return "一般工商业" if _BUSINESS.search(folded) else value


def _rate(scan: Scan, entity: str, value: str, start: int, end: int) -> float:
    """Rate a form by the words around it."""
    if scan.expected == entity:
        return _SURE
    borne_out = _BORNE_OUT.get(entity)
    is_borne_out = borne_out is None or borne_out(scan.folded, value, scan.folded[start:end], scan.folded[end:])
    return _SURE if is_borne_out else _UNSURE


def _is_priced(folded: str, value: str, surface: str, after: str) -> bool:
    pattern = _STRICT_PRICE if value in ("充电桩", "农业") else _PRICE
    return pattern.search(folded) is not None and (
        surface not in ("分时", "分时段") or _COMPARED.search(folded) is not None
    )


def _is_paid(folded: str, value: str, surface: str, after: str) -> bool:
    return _PAYING.search(folded) is not None


def _is_capacity(folded: str, value: str, surface: str, after: str) -> bool:
    if len(surface) > 2 or surface not in _WEAK_CHANGES:
        return True
    return _CAPACITY.search(folded) is not None and (value != "恢复" or _ARREARS.search(folded) is None)


def _is_subscribed(folded: str, value: str, surface: str, after: str) -> bool:
    return _SUBSCRIBING.search(folded) is not None and _GRIEVANCE.search(folded) is None


def _is_fact(folded: str, value: str, surface: str, after: str) -> bool:
    """Say whether a symptom is told as a fact of now, not asked about, feared or due to arrears."""
    if _KNOWLEDGE.search(folded):
        return False
    if value != "全停":
        return True
    if _ARREARS.search(folded) or _APPLYING.search(folded) or _NOTIFYING.match(after):
        return False
    return _FACT.match(surface + after) is not None or _ASKING.search(folded) is None


_WEAK_CHANGES = frozenset({"暂停", "恢复", "停", "停用", "启用", "加", "减", "降", "增", "加大", "增加", "减掉", "启"})
_BORNE_OUT = {
    "tariff_kind": _is_priced,
    "channel_pay": _is_paid,
    "capacity_change": _is_capacity,
    "notice_kind": _is_subscribed,
    "fault_symptom": _is_fact,
}
