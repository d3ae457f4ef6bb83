"""Items 5, 6 and 7: what was answered is in force, complete, and its time limits are the promised ones."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from actions.promises import Promise
from eval.quality.hearing import NOT_APPLICABLE, Evidence, Finding, Hearing
from eval.quality.items.account_facts import find_account_facts
from eval.quality.items.handoff import check_handoff
from eval.quality.items.identity import check_identity
from eval.quality.items.mood import check_tone, mood_of
from eval.quality.items.safety import check_safety
from eval.quality.items.stated_prices import wrong_prices
from eval.quality.transcript import Turn
from nlu.values.numerals import NUMBER, parse_number
from storage.clock import system_clock

_SPAN = re.compile(
    rf"(?P<half>半)?(?P<number>{NUMBER})?\s*(?P<more>个半|个)?(?P<unit>分钟|小时|钟头|个?工作日|天|日(?!历|期|常|均|用|后))"
)
_SENTENCE = re.compile(r"[^。！？!?；;\n]+")
_CLAUSE = re.compile(r"[^，,、。！？!?；;\n]+")
_MINUTES = {"分钟": 1, "小时": 60, "钟头": 60, "天": 1440, "日": 1440}
_PROMISED_MINUTES = {"minutes": 1, "hours": 60, "days": 1440}
_FACT = re.compile(
    r"元/?每?(千瓦时|度)|(一|每)(度|千瓦时)|[一二三]档|阶梯|峰谷|峰段|谷段|平段|违约金|千分之|材料|身份证明|房产证|产权|携带|需要?(带|准备|提供)|规定|政策|"
    r"带(上|好|着)?(您的?)?(身份证|户口|证件|房产|营业执照)|营业执照|标准|条例|流程(是|为)|步骤|营业厅.{0,10}(地址|在)|营业时间|[不先]?收费|免费|"
    r"(按|可以?|能|不|谁).{0,12}(赔偿|索赔|赔付)|折旧|原因(是|可能|主要)|因为|是由于|一般(来说|情况|都?是)|按(照|规定|年|月|户|度|政府)|"
    r"(归|由|是|属于?).{0,6}(物业|用户|客户|您|供电公司|产权人|房东|市场监管).{0,6}(管|负责|维护|维修|处理|的(?=，|。|$))|提前\S{0,4}(天|日|工作日)|累计|不收|多退少补|供电方案|"
    r"加价|核实一次|123(15|45|98)|制热|制冷|耗电|功率|无功|电容|照(常|样)(交|缴)|不用(交|缴)|"
    r"(可以?|能|在|到|去|上|带)[^，。]{0,14}(网上国网|营业厅|公众号|小程序|App|微信|支付宝|蒙电)[^，。]{0,8}(交|缴|办|改|申请|开(?!始)|预约|更名|过户)",
    re.IGNORECASE,
)
_CAVEAT = re.compile(
    r"(以|请以).{0,12}为准|版本.{0,4}(早|旧|老)|(确认|核实).{0,4}(现行|最新)|(可能|也许)(已经?)?(更新|调整|变|旧|过期)|旧(的)?(资料|标准|文件)|(帮您|为您)?(核实|确认)(最新|一下)"
)
_DAMAGE = re.compile(
    r"(烧|坏|损).{0,8}(冰箱|电视|空调|洗衣机|电脑|电器|家电)|(冰箱|电视|空调|洗衣机|电脑|电器|家电).{0,8}(烧|坏|损)"
)
_STATE_GRID = re.compile(r"国家电网|国网|十项承诺")
_ASKS_WHEN = re.compile(r"多久|多长时间|几天|几点|什么时候|啥时候|几时|何时|多会儿")
_OPEN_QUESTION = re.compile(r"[？?]\s*$|请(您)?(先)?(提供|告诉|说|报|输入|选择|上传)[^。]{0,60}[。]?$")
_OWN_DEADLINE = re.compile(r"提出|索赔|您.{0,12}(申请|办理|提交|缴费|交费|缴清|交清)")
"""A time that the customer has to keep, not we."""
_REQUEST = re.compile(r"[？?]|吗|呢|咋|怎么|多少|几|哪|啥|什么|想|要|帮|查|给我|能不能")
_REGIONS = ("山东", "江苏", "黑龙江", "蒙西")


@dataclass(frozen=True, slots=True)
class _StatedLimit:
    turn: Turn
    words: str
    minutes: Decimal | None
    """None: working days."""
    working_days: Decimal | None
    kinds: frozenset[str]
    is_sure: bool = True
    """Whether its own sentence says what it is a limit of, and not only what the customer had asked for."""

    @property
    def is_cited(self) -> bool:
        """Whether it comes from an article in force: articles know more times than the promises do."""
        return bool(self.turn.sources) and all(source.valid for source in self.turn.sources)

    def keeps(self, promise: Promise) -> bool:
        """Say whether it is this promise's figure."""
        if promise.unit == "working_days":
            return self.working_days == promise.amount
        return self.minutes == promise.amount * _PROMISED_MINUTES[promise.unit]


def check_correctness(hearing: Hearing) -> Finding:
    """Every cited source was in force; figures of the account alone are no knowledge."""
    cited = [(turn, source) for turn in hearing.turns for source in turn.sources if turn.role != "customer"]
    stale = [(turn, source) for turn, source in cited if not source.valid]
    if stale:
        evidence = tuple(Evidence(turn.n, f"{source.id}@{source.version}") for turn, source in stale)
        is_told = all(_is_warned(hearing, turn) for turn, _ in stale)
        return Finding(0.5 if is_told else 0.0, "引用的知识已失效" + ("，但作了说明" if is_told else ""), evidence)
    foreign = [turn for turn in hearing.service if hearing.transcript.region == "蒙西" and _is_foreign(turn)]
    if foreign:
        found = tuple(Evidence(turn.n, turn.text) for turn in foreign)
        return Finding(0.0, "蒙西由内蒙古电力集团供电，国家电网的规定不适用", found)
    wrong = (*wrong_prices(hearing), *_known_false(hearing))
    if wrong:
        return Finding(0.0, "答复与现行电价或规定不符", wrong)
    stated = [turn for turn in hearing.service if _FACT.search(turn.text)]
    if cited:
        found = tuple(Evidence(turn.n, f"{source.id}@{source.version}") for turn, source in cited)
        return Finding(1.0, "引用的知识有效", found)
    if not stated:
        told = hearing.find(find_account_facts)
        return Finding(1.0, "只答了账户数据", told.evidence) if told.evidence else NOT_APPLICABLE
    return Finding(1.0, "没有发现与资料不符", tuple(Evidence(turn.n, turn.text) for turn in stated[:1]))


def _known_false(hearing: Hearing) -> Iterator[Evidence]:
    """Statements that no article bears out, as data/qa names them."""
    for turn in hearing.service:
        if (found := hearing.lexicon.find("known_false", turn.text)) is not None:
            yield Evidence(turn.n, found.group())


def check_time_limits(hearing: Hearing) -> Finding:
    """Every promised time is the published one of the region."""
    stated = [limit for limit in _stated_limits(hearing) if limit.is_sure or _is_promised(hearing, limit)]
    if not stated:
        return NOT_APPLICABLE
    wrong = [limit for limit in stated if not limit.is_cited and not _is_promised(hearing, limit)]
    if wrong:
        return Finding(0.0, "时限与公布的承诺不符", tuple(Evidence(limit.turn.n, limit.words) for limit in wrong))
    return Finding(1.0, "时限与公布的承诺一致", tuple(Evidence(limit.turn.n, limit.words) for limit in stated))


def check_completeness(hearing: Hearing) -> Finding:
    """Work that was asked for: what happens next, until when, and where to ask; a question: that it was answered."""
    lexicon = hearing.lexicon
    said = "\n".join(turn.text for turn in hearing.service)
    is_bot = hearing.transcript.agent == "bot"
    asked = any(lexicon.has(name, turn.text) for turn in hearing.customer for name in ("work_asked", "hazard"))
    is_taken = lexicon.has("registered", said) or hearing.transcript.ticket is not None
    if hearing.find(check_safety).score == 0.0 and not is_taken:
        return Finding(0.0, "险情没有处理")
    handed = hearing.find(check_handoff).score
    if is_bot and lexicon.has("agent_handed", said):
        late = handed is not None and handed < 1.0
        return Finding(0.5, "转人工前没有办成，转得不顺") if late else Finding(1.0, "已转人工继续办理")
    if is_bot and handed == 0.0:
        return Finding(0.0, "要人工没有转，也没有办成")
    if _was_left(hearing):
        return Finding(None, "客户没有继续")
    if not is_taken and (_has_answer(hearing, said) or not asked):
        return _answered(hearing, said) if _has_answer(hearing, said) else _unanswered(hearing, said)
    if not asked and hearing.transcript.ticket is None:
        return _answered(hearing, said)
    return _worked(hearing, said)


def _has_answer(hearing: Hearing, said: str) -> bool:
    cited = any(turn.sources for turn in hearing.turns)
    return cited or bool(hearing.find(find_account_facts).evidence) or _FACT.search(said) is not None


def _worked(hearing: Hearing, said: str) -> Finding:
    """Work was taken up: count what was not said."""
    missing = [words for words, is_there in _parts(hearing, said) if not is_there]
    last = hearing.service[-1] if hearing.service else hearing.turns[-1]
    evidence = (Evidence(last.n, last.text),)
    if not missing:
        return Finding(1.0, "下一步、时限和查询途径都已告知", evidence)
    return Finding(0.5 if len(missing) == 1 else 0.0, f"没有告知{'、'.join(missing)}", evidence)


def _answered(hearing: Hearing, said: str) -> Finding:
    """A question was answered; one for a time needs a time; a wrong answer without a place to ask is half of one."""
    when = next((turn for turn in hearing.customer if _ASKS_WHEN.search(turn.text)), None)
    if when is not None and not hearing.lexicon.has("limit_words", said):
        return Finding(0.5, "客户问了时间，没有告知", (Evidence(when.n, when.text),))
    last = hearing.customer[-1] if hearing.customer else None
    if last is not None and hearing.lexicon.has("mood_furious", last.text):
        is_refused = hearing.transcript.agent == "bot" or hearing.find(check_tone).score == 0.0
        return Finding(0.0 if is_refused else 0.5, "客户不满离开，问题没有解决", (Evidence(last.n, last.text),))
    if hearing.find(check_tone).score == 0.0:
        return Finding(0.5, "答复生硬，客户只能自己再去打听")
    is_wrong = hearing.find(check_correctness).score == 0.0 or hearing.find(check_identity).score == 0.0
    if is_wrong and not hearing.lexicon.has("follow_up", said):
        return Finding(0.5, "答复有误，也没有告知去哪里核实")
    return Finding(1.0, "问题已答复")


def _unanswered(hearing: Hearing, said: str) -> Finding:
    """Nothing that can be checked was said: it depends on whether he asked for something and was sent somewhere."""
    if not any(_REQUEST.search(turn.text) for turn in hearing.customer):
        return NOT_APPLICABLE
    is_sent = hearing.lexicon.has("follow_up", said) or hearing.lexicon.has("next_step", said)
    last = (Evidence(hearing.customer[-1].n, hearing.customer[-1].text),)
    if mood_of(hearing, hearing.customer[-1]) < 0 or hearing.find(check_tone).score == 0.0:
        is_refused = hearing.lexicon.has("mood_furious", hearing.customer[-1].text)
        return Finding(0.5 if is_sent and not is_refused else 0.0, "客户的问题没有解决", last)
    return Finding(1.0, "问题已答复") if is_sent else Finding(0.5, "没有答复客户的问题", last)


def _is_warned(hearing: Hearing, stale: Turn) -> bool:
    """Whether it was said, then or later, that the answer may be out of date."""
    return any(_CAVEAT.search(turn.text) for turn in (stale, *hearing.replies(stale)))


def _is_foreign(turn: Turn) -> bool:
    """Whether a rule of the State Grid is told as one of ours; a time limit of its is item 7."""
    if turn.sources and _STATE_GRID.search(turn.text):
        return True
    return any(_STATE_GRID.search(words) and _FACT.search(words) for words in _SENTENCE.findall(turn.text))


def _was_left(hearing: Hearing) -> bool:
    """Whether the customer went away in the middle: the last words are our question, and not whether there is more."""
    last = hearing.turns[-1]
    return last.is_service and _OPEN_QUESTION.search(last.text) is not None and "还有" not in last.text


def _parts(hearing: Hearing, said: str) -> Iterator[tuple[str, bool]]:
    lexicon = hearing.lexicon
    yield "下一步", lexicon.has("registered", said) or lexicon.has("next_step", said)
    may_be_soon = (
        any(lexicon.has("hazard", turn.text) for turn in hearing.customer) or hearing.transcript.region == "蒙西"
    )
    soon = may_be_soon and (lexicon.has("soon_words", said) or lexicon.has("stray_limit", said))
    yield "时限", soon or lexicon.has("limit_words", said)
    yield "查询途径", lexicon.has("follow_up", said)


def _stated_limits(hearing: Hearing) -> Iterator[_StatedLimit]:
    for turn in hearing.service:
        if _SPAN.search(turn.text) is None:
            continue
        for sentence in _SENTENCE.findall(turn.text):
            clauses = _CLAUSE.findall(sentence)
            for place, clause in enumerate(clauses):
                if _OWN_DEADLINE.search(clause):
                    continue
                near = "，".join(clauses[max(0, place - 1) : place + 1])
                kinds = _kinds(hearing, clause) or _kinds(hearing, near) or _kinds_of_all(hearing, clauses)
                if not kinds:
                    yield from _limits_in(turn, clause, _kinds(hearing, hearing.said_before(turn)), is_sure=False)
                    continue
                if _DAMAGE.search(hearing.said_before(turn)):
                    kinds |= {"appliance_damage"}
                if kinds:
                    yield from _limits_in(turn, clause, kinds)


def _limits_in(turn: Turn, clause: str, kinds: frozenset[str], *, is_sure: bool = True) -> Iterator[_StatedLimit]:
    for match in _SPAN.finditer(clause):
        amount = _amount(match)
        if amount is None:
            continue
        unit = match["unit"]
        if unit.endswith("工作日"):
            yield _StatedLimit(turn, match.group(), None, amount, kinds, is_sure)
        else:
            yield _StatedLimit(turn, match.group(), amount * _MINUTES[unit], None, kinds, is_sure)


def _amount(match: re.Match[str]) -> Decimal | None:
    if match["number"] is None:
        return Decimal("0.5") if match["half"] else None
    number = Decimal("0.5") if match["number"] == "半" else parse_number(match["number"])
    if number is None:
        return None
    return number + Decimal("0.5") if match["more"] == "个半" else number


def _kinds(hearing: Hearing, text: str) -> frozenset[str]:
    return frozenset(kind for limit in hearing.rubric.spoken_limits if limit.fits(text) for kind in limit.kinds)


def _kinds_of_all(hearing: Hearing, clauses: Sequence[str]) -> frozenset[str]:
    """What a sentence promises, clause by clause and as a whole."""
    return _kinds(hearing, "，".join(clauses)).union(*(_kinds(hearing, clause) for clause in clauses))


def _is_promised(hearing: Hearing, limit: _StatedLimit) -> bool:
    """Whether it is promised in the region (anywhere, where that is not known) on the day of the conversation."""
    regions = (hearing.transcript.region,) if hearing.transcript.region else _REGIONS
    day = hearing.day or system_clock().date()
    promises = (
        promise
        for kind in limit.kinds
        for region in regions
        for promise in hearing.rubric.promises.areas(kind, region, day)
    )
    return any(limit.keeps(promise) for promise in promises)
