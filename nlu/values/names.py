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
    r"(?<![给对跟])我叫|俺叫|咱叫|本人(?:叫|姓名)|名叫|叫做|姓名(?:就?是|叫|写的?是?|:)?|(?:户主|房主|"
    r"业主)(?:名字?)?(?:就?是|叫|姓名|写的?是?|:)?|户名(?:就?是|叫|"
    r"写的?是?|:|换成|改成)?|"
    r"(?:名字|名儿)(?:就?是|叫|写的?是?|:)?|联系人(?:姓名)?(?:就?是|叫|写|:|换[成为]?|改[成为]?|变更[成为]|"
    r"更新[成为])?|机主是?|车主是?|法人(?:代表)?(?:是|叫)?|收件人是?|经办人是?|开户人是?|"
    r"申请人(?:是|叫)?|报修人(?:是|叫)?|"
    r"负责人(?:是|叫|换成|改成)?|客户经理|[买卖]家|用户(?=..[,。]|...[,。])|应该叫|本人叫|登记(?=...就行)"
)
_WEAK_INTRODUCTION = (
    r"我是|本人|改成|换成|过户给|过给|过到|过户到|过户成|卖给|更名[为成到]|改到|改为|变更[为成]|换为|转给|他叫|"
    r"她叫|原名|投诉|表扬|(?<!不)是(?=...$)|叫(?=...$)"
)
_INTRODUCTION = re.compile(
    rf"(?:(?P<sure>{_SURE_INTRODUCTION})|(?P<weak>{_WEAK_INTRODUCTION})|(?P<kin>我爸|我妈|"
    rf"我婆婆))[\s:]?(?:[我俺]?(?:{_RELATION})(?:叫)?|[我俺](?=...?名下))?"
)
_SURNAME_ONLY = re.compile(r"姓(?P<name>[\u4e00-\u9fff]{1,2})")
_ORGANISATION = re.compile(
    r"(?:户名|户主|抬头|名称|单位(?:名|名称)?|更名[为成到]|改[为成]|换成|过户给|过户到|过给|名头|开给|我们是|我是)"
    r"(?:就?是|叫|写的?是?|开的?|填|:|成|为)?\s?"
    r"(?P<name>(?![得报能是])[^\W\d_a-z的能我以]{3,24}?(?:有限责任公司|有限公司|公司|合作社|厂(?!区|里|长)|超市|"
    r"学校|医院|酒店|饭店|商行|经营部|"
    r"商店|门市部|事务所|中心))"
)
_TITLED = re.compile(
    r"(?:抄表员|电工|收费员|客服|工作人员|维修工|班长|所长|主任|经理|师傅|同事|员工|农电工|户主|业主|(?:不对|"
    r"不是|错了)[,\s]?[是叫]|"
    r"我(?:爸|妈|爷|奶|儿子?|闺女|女儿|老伴|对象|老公|老婆|爱人|婆婆|公公|丈人|哥|弟|姐|妹)的?(?:叫|名字?|是)?|"
    r"(?:那个|有个)?(?:叫|名叫)|(?:原来|以前|现在|登记|写)的?是?(?=...的名))\s?"
)
_REGIONAL = re.compile(
    r"(?:我叫|俺叫|户主(?:是|叫)?|户名(?:是|叫)?|姓名(?:是|叫)?|名字(?:是|叫)?|名叫)\s?"
    r"(?P<name>[\u4e00-\u9fff]{1,4}(?:巴特尔|巴图|巴雅尔|其其格|其木格|格图雅|吉雅|萨仁|娜仁|敖登|托娅|苏布德|"
    r"朝克图|布和|特木尔|巴根|格日勒|图雅|高娃|斯琴|朝鲁|毕力格|宝音|苏和|那顺|苏日娜|乌兰|"
    r"[\u4e00-\u9fff]{1,3}·[\u4e00-\u9fff]{1,6}))"
)
"""Mongolian and other names of several syllables, by how they commonly end."""
_STOP_CHARACTERS = (
    "的了吗呢吧啊呀我你您他她它是在有没不就和跟给要想这那名户电话手机身住家号也都到来去办交查换改过啦嘛因为问个今昨楼村"
)
_GIVEN = rf"[^{_STOP_CHARACTERS}\s\x00-\x7f,。、!?…]"
_COMMON_GIVEN = (
    r"(?:有(?=[才德福财贵志田为余亮])|来(?=[福喜顺生宝旺]|$|[,。的\s])|家(?=[宝俊豪旺瑞明辉兴乐])|和(?=[平玉])|"
    r"为(?=[民国])|"
    r"要(?=[武强])|明|不(?=凡))"
)
"""Characters that begin a new word elsewhere, but also stand in given names."""
_NAME = re.compile(
    rf"(?:{'|'.join(COMPOUND)}){_GIVEN}{{1,2}}|[\u4e00-\u9fff](?:{_COMMON_GIVEN}{_GIVEN}|{_GIVEN}{_COMMON_GIVEN}|"
    rf"{_GIVEN}{{1,2}})"
)
_AFTER_WEAK = re.compile(r"$|[,。!?\s的了]|名下|那?户|电话|手机|身份证|户号|家住|[他她吧啊呀报交办]")
_AFTER_NAME = re.compile(
    r"$|[,。!?\s的我你他她来去走已卖从过从没死去家查是就办报和跟住户手电这那,想要了在给没不吧啊呀嘛投表申]"
)
_OWNED = re.compile(
    r"(?P<name>[\u4e00-\u9fff]{2,4}?)(?:(?P<left>过户?[给到]|转给|改[成为])|的(?P<strict>名[下儿字]?|户头?|户号|"
    r"身份证)|(?P<below>名下)|(?:的)(?:房子?|电?表|宅子|厂子?|店)|"
    r"(?P<title>师傅|先生|女士|同志|大[爷哥姐]|经理|[队站所组班]长|主任))"
)
_PRAISED = re.compile(r"(?:表扬|投诉|感谢|谢谢|叫|找|夸夸?|那个|给|[是的,。\s]|^)$")
_SHORT_NAMED = re.compile(
    r"(?:[他她]|儿子?|闺女|女儿|老伴|对象|老公|老婆|爱人|媳妇)(?:的?名字?)?[叫是](?=..(?:$|[,。!?\s]))"
)
_REACHED_AT = re.compile(r"[,\s]?(?:[他她]的?)?(?:电话|手机|号码|的?手机|1[3-9]\d|幺[三五八])")
_CHUNK = re.compile(r"(?:^|(?<=[\s,。、:])|(?<=[\s,。、:][我俺])|(?<=^[我俺]))[\u4e00-\u9fff]{2,4}(?=$|[\s,。、])")
_NO_GIVEN = re.compile(r".*[区城园苑府街路庄屯镇县室房厂店铺库层栋幢座里]")
"""Characters at which a stretch is a place rather than a name."""
_FOREIGN_NAME = re.compile(r"[\u4e00-\u9fff]{4,8}")
_NOT_A_NAME = re.compile(
    r"^(?:经常|那[边块个位半嘎登燃些天回种]|来[夸快干人]|费[记成用]|周期|余额|容量|修修|杨一|边更|公公|相机|"
    r"容易|应急|[盛党]|巴[不]|成[了天]|师傅|向[你您]|能[不否]|都[没是不]|高层|高峰|单相|单价|商[铺用店户]|"
    r"农[电用忙]|平[段价房米]|安排|方[便面]|和谐|武警|金[额融]|鲁迅|施工|时[段候]|常年|尚[未且]|路[边口]|"
    r"全[停家村屯都]|成[本功]|封停|支[持付]|计[量划]|孙子|那么|海勃|阴历|阳历|干什|干嘛|高兴|平时|平常|时候|"
    r"全家|全村|全楼|明天|今天|包工|房东|房客|房主|"
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
        if is_weak and _AFTER_WEAK.match(scan.folded, end) is None:
            continue
        found = True
        weak_confidence = 0.7 if len(surface) > 2 else 0.62
        yield scan.span("person_name", surface, match.end(), end, weak_confidence if is_weak else 0.9)
    for match in _SURNAME_ONLY.finditer(scan.folded):
        name_text = match["name"] if match["name"] in COMPOUND else match["name"][0]
        if name_text in COMPOUND or (name_text in SINGLE and not match["name"].startswith(("名", "什么"))):
            yield scan.span("person_name", name_text, match.start("name"), match.start("name") + len(name_text), 0.8)
            found = True
    for match in _TITLED.finditer(scan.folded):
        yield from _find_titled(scan, match.end())
    for match in _SHORT_NAMED.finditer(scan.folded):
        surface = scan.folded[match.end() : match.end() + 2]
        if is_person_name(surface):
            yield scan.span("person_name", surface, match.end(), match.end() + 2, 0.75)
    yield from _find_owners(scan)
    for match in _ORGANISATION.finditer(scan.folded):
        yield scan.span("person_name", match["name"], match.start("name"), match.end("name"), 0.8)
    for match in _REGIONAL.finditer(scan.folded):
        yield scan.span("person_name", match["name"], match.start("name"), match.end("name"), 0.8)
    if scan.expected == "person_name" and not found:
        yield from _find_bare(scan)


def _find_titled(scan: Scan, start: int) -> Iterator[ValueSpan]:
    """Read a full name of three characters, or of a compound surname, after a title or a relation (抄表员王大勇)."""
    name = _NAME.match(scan.folded, start)
    surface = _shorten(scan.folded, name) if name else ""
    if not is_person_name(surface) or _AFTER_NAME.match(scan.folded, start + len(surface)) is None:
        return
    if len(surface) >= 3 or _REACHED_AT.match(scan.folded, start + len(surface)):
        yield scan.span("person_name", surface, start, start + len(surface), 0.72 if len(surface) > 2 else 0.65)


def _find_owners(scan: Scan) -> Iterator[ValueSpan]:
    """Read a name by what follows it (张国强的房子, 张磊师傅), and one that stands alone between pauses."""
    for match in _OWNED.finditer(scan.folded):
        start = _owner_start(scan.folded, match.start(), match.end("name"))
        if start is None:
            continue
        surface, before = scan.folded[start : match.end("name")], scan.folded[:start]
        if _NO_GIVEN.match(surface) is None and (len(surface) > 2 or _is_marked(match, before)):
            yield scan.span("person_name", surface, start, match.end("name"), 0.72 if len(surface) > 2 else 0.65)
    for match in _CHUNK.finditer(scan.folded):
        if is_person_name(match.group()) and _NO_GIVEN.match(match.group()) is None:
            yield scan.span("person_name", match.group(), match.start(), match.end(), 0.6)


def _owner_start(folded: str, first: int, end: int) -> int | None:
    """Return where the longest name that ends at `end` begins."""
    return next((place for place in range(first, end - 1) if is_person_name(folded[place:end])), None)


def _is_marked(match: re.Match[str], before: str) -> bool:
    """Say whether the words around a name of two characters leave no doubt that it is one."""
    if match["title"]:
        return _PRAISED.search(before) is not None
    if match["left"]:
        return before.endswith(("从", "由", "把", "是", "主", ","))
    return match["strict"] is not None or match["below"] is not None


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
