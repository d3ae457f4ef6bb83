"""Names of persons, by rule: what stands after 我叫, 户主是, 法人 and the like, or is the whole answer."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlu.values.span import Scan, ValueSpan, bare_answer
from nlu.values.surnames import COMPOUND, SINGLE

_RELATION = (
    r"(?:我?(?:父亲|母亲|爸爸?|妈妈?|老公|老婆|爱人|媳妇|儿子|闺女|女儿|老伴儿?|丈夫|妻子|婆婆|公公|爷爷|奶奶|丈人|"
    r"岳父|哥|姐))"
)
_SURE_INTRODUCTION = (
    r"我叫|俺叫|名叫|叫做|姓名(?:就?是|叫|写的?是?|:)?|户主(?:名字?)?(?:就?是|叫|姓名|写的?是?|:)?|户名(?:就?是|叫|"
    r"写的?是?|:|换成|改成)?|"
    r"(?:名字|名儿)(?:就?是|叫|写的?是?|:)?|联系人(?:就?是|叫|写|:|换成|改成)?|机主是?|车主是?|法人(?:是|叫)?|"
    r"申请人(?:是|叫)?|报修人(?:是|叫)?|"
    r"负责人(?:是|叫|换成|改成)?|客户经理|[买卖]家|用户(?=..[,。]|...[,。])|应该叫|本人叫|登记(?=...就行)"
)
_WEAK_INTRODUCTION = (
    r"我是|本人|改成|换成|过户给|过给|过到|更名为|改到|转给|他叫|她叫|投诉|表扬|(?<!不)是(?=...$)|叫(?=...$)"
)
_INTRODUCTION = re.compile(
    rf"(?:(?P<sure>{_SURE_INTRODUCTION})|(?P<weak>{_WEAK_INTRODUCTION})|(?P<kin>我爸|我妈|"
    rf"我婆婆))[\s:]?(?:{_RELATION})?"
)
_SURNAME_ONLY = re.compile(r"姓(?P<name>[\u4e00-\u9fff]{1,2})")
_ORGANISATION = re.compile(
    r"户名(?:就?是|叫|:)?(?P<name>[\u4e00-\u9fff]{3,20}?(?:公司|合作社|厂|超市|学校|医院|酒店|饭店|中心))"
)
_STOP_CHARACTERS = (
    "的了吗呢吧啊呀我你您他她它是在有没不就和跟给要想这那名户电话手机身住家号也都到来去办交查换改过啦嘛因为问个今昨楼村"
)
_GIVEN = rf"[^{_STOP_CHARACTERS}\s\x00-\x7f,。、!?…]"
_NAME = re.compile(rf"(?:{'|'.join(COMPOUND)}){_GIVEN}{{1,2}}|[\u4e00-\u9fff]{_GIVEN}{{1,2}}")
_AFTER_WEAK = re.compile(r"$|[,。!?\s的]|电话|手机|身份证|户号|家住|[他她吧啊呀报交办]")
_AFTER_NAME = re.compile(r"$|[,。!?\s的我你他她来家查是就办报和跟住户手电这那,想要了在给没不吧啊呀嘛投表申]")
_FOREIGN_NAME = re.compile(r"[\u4e00-\u9fff]{4,8}")
_NOT_A_NAME = re.compile(
    r"^(?:经常|孙子|那么|海勃|阴历|阳历|干什|干嘛|高兴|平时|平常|时候|全家|全村|全楼|明天|今天|包工|房东|房客|房主|"
    r"房子|租客|租户|租房|老板|商户|农户|农民|居民|业主|单位|司机|"
    r"公司|工厂|厂里|厂长|连着|左边|路过|花园|门口|门面|江苏|山东|马上|向你|向您|温馨|成天|应该|方便|满意|米面|阳台|"
    r"阳光|文化|于是|卫生|"
    r"石油|国网|国家|强烈|原来|原先|原户|平均|华为|金额|白天|安全|安装|元旦|支付|管理|计划|万一|全部|高压|严重|干净|"
    r"范围|信息|易|时间|"
    r"那边|相关|海边|海信|位置|本人|但是|解决|单子|单独|单元|宿舍|楼长|班长|组长|队长|校长|村长|牛奶|马路|雷电|金牌|"
    r"孔|祖国|农村|农业|工商|"
    r"商业|工业|路灯|水泵|车库|空调|终于|甲方|乙方|党员|项目|方案|解除|常用|公用|公共|从来|关于|由于|易于|相当|管道|"
    r"查|冷库|冷链|"
    r"石[材料]|钱[就都也]|时[不]|毛病|水费|车位|車|阿姨|师傅|徐州|常州|苏州|扬州|郑州|温州|广州|杭州|任何|应付|满月|"
    r"宁可|祝|谢谢|申请|申报)"
)


def find_names(scan: Scan) -> Iterator[ValueSpan]:
    """Find names after their introductions."""
    found = False
    for match in _INTRODUCTION.finditer(scan.folded):
        name = _NAME.match(scan.folded, match.end())
        surface = _shorten(scan.folded, name) if name else ""
        if not is_person_name(surface):
            continue
        end = match.end() + len(surface)
        is_weak = match["sure"] is None
        if is_weak and (_AFTER_WEAK.match(scan.folded, end) is None or len(surface) < 3):
            continue
        found = True
        yield scan.span("person_name", surface, match.end(), end, 0.7 if is_weak else 0.9)
    for match in _SURNAME_ONLY.finditer(scan.folded):
        name_text = match["name"] if match["name"] in COMPOUND else match["name"][0]
        if name_text in COMPOUND or (name_text in SINGLE and not match["name"].startswith(("名", "什么"))):
            yield scan.span("person_name", name_text, match.start("name"), match.start("name") + len(name_text), 0.8)
            found = True
    for match in _ORGANISATION.finditer(scan.folded):
        yield scan.span("person_name", match["name"], match.start("name"), match.end("name"), 0.8)
    if scan.expected == "person_name" and not found:
        yield from _find_bare(scan)


def is_person_name(surface: str) -> bool:
    """Say whether the whole surface has the form of a Chinese name (two to four characters)."""
    if not 2 <= len(surface) <= 4 or not (surface[0] in SINGLE or surface.startswith(COMPOUND)):
        return False
    return _NAME.fullmatch(surface) is not None and _NOT_A_NAME.match(surface) is None


def _shorten(folded: str, name: re.Match[str]) -> str:
    """Take the longest reading of a name after which a new word can begin."""
    surface = name.group()
    while len(surface) > 2 and _AFTER_NAME.match(folded, name.start() + len(surface)) is None:
        shorter = surface[:-1]
        if _AFTER_NAME.match(folded, name.start() + len(shorter)) is None:
            return surface
        surface = shorter
    return surface


def _find_bare(scan: Scan) -> Iterator[ValueSpan]:
    """Read the answer to who: its last word that is a name, else a name in another language of the region."""
    for word in reversed(list(re.finditer(r"[^\s,。、!?]+", scan.folded))):
        core, offset = bare_answer(word.group())
        cleaned = re.sub(rf"^(?:叫|写|用|登记|就写|就叫|{_RELATION})+", "", core)
        start = word.start() + offset + len(core) - len(cleaned)
        if is_person_name(cleaned):
            yield scan.span("person_name", cleaned, start, start + len(cleaned), 0.9)
            return
    core = scan.folded.strip(" ,。!?")
    start = scan.folded.index(core)
    if _FOREIGN_NAME.fullmatch(core) and not re.search(r"不|什么|怎么|谁|忘|等|算了|人工|电|名字|户|问|办|查", core):
        yield scan.span("person_name", core, start, start + len(core), 0.6)
