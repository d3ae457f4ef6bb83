"""Addresses, by rule: a known city or district with what follows, or a chain of place words and building numbers.

A trained tagger sees more of them; the rules are sure where a region or a building number is said, and read the whole
answer when an address was asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlu.values.names import find_names
from nlu.values.place_cues import find_cued_places
from nlu.values.regions import BARE_DISTRICTS, CITIES, DISTRICTS, PROVINCES
from nlu.values.span import Scan, ValueSpan, bare_answer

_STOP = (
    "的了我们你您他她它俺咱在是住这哪那吗呢啊吧呀哦嗯呃没给被请查修说问么什谁停个整条咋啥找让从去各每就还也把报刚怎要"
    "需跟麻烦于离"
)
_NAME = rf"[^{_STOP}\s\x00-\x7f,。、!?…]"
_IS_NAME = re.compile(_NAME)
_LEVEL = r"(?:自治区|省|自治州|地区|盟|新区|开发区|旗|县|区|市)(?!场)"
_DISTRICT = (
    r"新区|开发区|高新区|经开区|示范区|风景区|合作区|保税区|片区|棚户区|街道(?:办事处|办)?|镇(?!街道|上)|嘎查|苏木|"
    r"(?<![城下农家])乡(?!下|里|村|镇|街道)|"
    r"(?<![全农各本乡满两个别])村(?!里|民|委会|委|长|子|镇|街道|改|路|街)|(?<![全整满])屯(?!里|乡|镇|街道)|林场|"
    r"农场|庄(?![稼重严园村镇街乡])"
)
_ROAD = (
    r"大街|大道|(?<![线电短道马铁走半回支网思出公几跑过])(?<!(?<![八五三六七十])一)路(?!灯|过|街道|由|边|"
    r"口(?!的))|(?<![条逛])街(?!道|坊|上)|胡同|"
    r"(?<!小)巷(?!子口)"
)
_ESTATE = (
    r"小区|花园(?!街|路)|家园|花苑|嘉苑|雅苑|新苑|佳苑|馨苑|御苑|景苑|公寓|大厦|广场|新村(?!路|街)|社区|工业园|"
    r"产业园|科技园|"
    r"家属院|宿舍楼?|山庄|别墅|"
    r"商城|批发市场|之城|世纪城|华庭|豪庭|雅居|名苑|名居|首府|国际城|中心城|花城|江南|春天|香榭|丽都|丽景|龙湾|"
    r"湖畔|半岛|小镇|国际|城市花园|尚城|悦府|壹号院|公馆|华府|名府|名城|新城|名郡|学府"
)
_COUNT = (
    r"(?:[a-z]?\d{1,4}[a-z]?(?:-\d{1,4})*|[零〇一二两三四五六七八九十百幺]{1,6}|[a-z]|[甲乙丙丁东西南北](?=单元|楼|"
    r"座|区|门|户))"
)
_STRONG_UNIT = r"号楼|号院|栋|幢|#楼?"
_NUMBERED = (
    rf"(?:[a-z]?\d{{1,4}}(?:-\d{{1,4}}){{1,3}}|[a-z]\d?-?\d{{2,4}}(?![a-z\d])|(?:地下车库|地库|车库|"
    rf"地下室)(?=\s?[a-z\d])|负[一二1-2]层|[a-z]区|{_COUNT}\s?(?:{_STRONG_UNIT}|单元|号车位|车位|号(?!线|码|表)|室|层|"
    rf"楼(?!上|下|道)|"
    r"座|户(?!主|号)|组|队|期|门(?!口|面)|号铺|号门|号库))"
)
_NAMED = rf"{_NAME}{{1,9}}?(?:{_ESTATE}|{_DISTRICT}|{_ROAD})"
_BUILDING_NAME = rf"{_NAME}{{2,7}}?(?=\s?(?:{_COUNT}\s?(?:{_STRONG_UNIT}|单元|座)|[a-z]?\d{{1,4}}-\d))"
_ROOM = (
    r"(?<=[元楼栋幢号座门层\s-])\s?(?:[a-z]?\d{3,4}(?!\d)|[一二三四五六七八九][零〇一二三四五六七八九]{2,3})(?!度|块|"
    r"元)"
)
_PAUSE = r"(?:[\s,、]|(?<=[\s,、区县镇乡市路街])(?:嗯+|呃+|那个|就是说?|然后|是)(?=[^\s,、]|[\s,、]))*"
_CROSSING = rf"[和与跟]{_NAME}{{1,5}}?(?:{_ROAD})(?:的?(?:交叉口|交汇处|交界|路口|口))?|路口|交叉口"
_SPOT = (
    r"(?:厂区|门面房?|沿街房|商铺|地库|地下车库|地下室|车库|仓库|院内|[东西南北]头|[东西南北]侧|村口|路口|交叉口|"
    r"(?<=\s)[^\s,。的了在有没]{2,4}边上|河边)(?!的?(?:电表|电价))"
)
_REST = re.compile(
    rf"(?:{_LEVEL})?(?:供电所|{_ESTATE}|{_ROAD})?(?:{_CROSSING})?"
    rf"(?:{_PAUSE}(?:{_NUMBERED}|{_ROOM}|{_NAMED}|{_BUILDING_NAME}|[东西南北](?=\s?\d{{1,4}}号)))*(?:{_PAUSE}{_SPOT})?"
    r"(?P<loose>(?!供电|供热|营业|电力|电业|抢修|用户|居民|客户|物业|合作|公司|新装|装|办|附近|出|有|全|一片|整|"
    r"大面积|人|市场|上|里|都|和|下|昨|明|今|前|本|缴|电|最|几|某|月|到|周|会|能|哪|老|频|拆|搬|西部|冬|夏|秋|春|为|"
    r"多|要|开|业)"
    rf"{_NAME}{{1,5}}?(?=$|[,。]|的|这|那|附近|有|停|我|没|怎|最近|对面|旁边|门口|开|是))?"
)
_SUFFIX = re.compile(
    rf"(?P<number>{_COUNT}\s?(?:{_STRONG_UNIT})|(?<!\d)\d{{3,4}}(?:室|户(?!主|号|的号|口))|{_COUNT}单元|"
    rf"{_COUNT}楼[东西南北中]户|(?<![a-z\d])[a-z]区)|(?P<spot>村(?:[东西南北]头|口|头|委会))|(?P<named>{_ESTATE}|"
    rf"{_DISTRICT}|"
    r"(?<![小地社辖景校厂园片山市郊各户段省服院公务灾])区(?!别|域|分|间)|(?<![办农畜])县(?!城|里|上)|"
    rf"(?<![城都超门夜菜集上])市(?!场|区|政|民|里|面|中|值|电)|{_ROAD})"
)
_NAME_BEFORE = re.compile(r"[\u4e00-\u9fff][城园苑庭府湾居郡里村庄寓厦场街路道区院都岸邸]\s$")
_CUT = re.compile(
    r".*(?:今晚|昨晚|今天|昨天|明天|今年|地址|报修|投诉|表扬|一下|查询|通知|位于|房子|以前|就是|麻烦|派人|过来|"
    r"帮忙|新房|旧房|老房|"
    r"师傅|导航|希望|建议|必须|那边|这边|边|"
    r"附近|隔壁|邻居|对门|搁|知道|(?<!理)想|按照?|催|来|到|住|往|回|对|叫|离|和(?=..)|改成|换成|单位|厂里|单独|"
    r"申请|解绑|送|面|等|路过|看见|另外|"
    r"总算|接着|自己|不会|考试|一趟)"
)
_WEAK_NAME = re.compile(
    r"(?:整个|老|老旧|新|高档|别|其他|几|两|一|全|同一|本|住宅|居民|农|城市|附近|幼儿园新|医院新|单位|厂里|物业|批发|"
    r"买|进|走|家属|学校|职工|员工|高速服务|写字楼公共|村改|公|公共|安置|回迁|下沉|人民|拆迁|某|哪|坐几|几|建设|智慧|"
    r"数字)"
)
_REFUSAL = re.compile(
    r"不知道|不清楚|忘了|等一?下|等等|稍等|算了|什么|为什么|干嘛|人工|吗$|呢$|怎么|谢谢|你好|不是|不想|不用|不要|"
    r"没有|多少|\?|投诉|说不清|听不|报过|单子|已经|地址了|多久|多长|几点|几天|多会|听[见着不]|没听|说啥|问我|"
    r"啥来着|取消|来电了|先不|再说|师傅|要钱|收费|撤了|"
    r"[啥谁]$|完了$"
)
_FILLER = re.compile(
    r"^(?:[\s,。]|地址|家庭住址|位于|我们?家?|俺们?家?|咱们?家?|家|住在?|在|就在|就是|是|那个|嗯|呃|啊|这边是?)+"
)
_IS_ESTATE = re.compile(
    r"小区|花园|家园|花苑|嘉苑|雅苑|新苑|佳苑|馨苑|御苑|景苑|公寓|家属院|山庄|世纪城|华庭|豪庭|雅居|名苑|名居|"
    r"华府|名府|镇|街道"
)
_HAS_PLACE = re.compile(
    rf"[区县旗镇乡村屯路街巷园苑楼栋幢寓厦场城院盟庄元#馆府郡舍室]|社区|胡同|号|大道|\d市|市|{_ESTATE}|[a-z]\d"
)


def _index_regions() -> dict[str, tuple[str, ...]]:
    by_first: dict[str, list[str]] = {}
    for name in {*PROVINCES, *CITIES, *DISTRICTS, *BARE_DISTRICTS}:
        by_first.setdefault(name[0], []).append(name)
    return {first: tuple(sorted(names, key=len, reverse=True)) for first, names in by_first.items()}


_REGIONS = _index_regions()
_BROAD = frozenset({*PROVINCES, *CITIES, *(city + "市" for city in CITIES)})
_NOT_REGION_AFTER = re.compile(r"[时强充条量业话人菜]|移动|口音|银行|石化|油田|啤酒")


def find_places(scan: Scan) -> Iterator[ValueSpan]:
    """Find names of persons and addresses."""
    yield from find_names(scan)
    if scan.expected != "address":
        yield from find_cued_places(scan)
    found = False
    for start, end, confidence in _find_chains(scan.folded):
        found = True
        yield scan.span("address", scan.text[start:end], start, end, confidence)
    if scan.expected == "address" and not found:
        yield from _find_bare(scan)


def _find_chains(folded: str) -> Iterator[tuple[int, int, float]]:
    position = 0
    while position < len(folded):
        anchor = _find_region(folded, position)
        limit = anchor[0] if anchor else len(folded)
        if _HAS_PLACE.search(folded, position, limit):
            yield from _find_unanchored(folded, position, limit)
        if anchor is None:
            return
        rest = _REST.match(folded, anchor[1])
        end = rest.end() if rest else anchor[1]
        if rest and rest["loose"] and (rest.start("loose") > anchor[1] or folded[anchor[0] : anchor[1]] in _BROAD):
            end = rest.start("loose")
        end = anchor[0] + len(folded[anchor[0] : end].rstrip(" ,"))
        yield anchor[0], end, _rate_region(folded[anchor[0] : anchor[1]], end - anchor[1])
        position = end


def _rate_region(region: str, further: int) -> float:
    """Rate a chain that begins with a region; a lone province or city rather says whose rules are asked for."""
    if further >= 3:
        return 0.85
    return 0.5 if region in _BROAD and not further else 0.7


def _find_region(folded: str, position: int) -> tuple[int, int] | None:
    """Return the place of the next known region, with regions that follow it at once."""
    for start in range(position, len(folded)):
        end = _match_region(folded, start)
        if end is None:
            continue
        while (further := _match_region(folded, end)) is not None:
            end = further
        return start, end
    return None


def _match_region(folded: str, start: int) -> int | None:
    for name in _REGIONS.get(folded[start : start + 1], ()):
        if folded.startswith(name, start):
            end = start + len(name)
            is_inside = start > 0 and folded[end : end + 1] in tuple("路街") and _IS_NAME.match(folded[start - 1])
            if is_inside or _NOT_REGION_AFTER.match(folded, end):
                return None
            return end + 1 if folded[end : end + 1] in ("市", "省", "区", "县") and name[-1] not in "市省区县" else end
    return None


def _find_unanchored(folded: str, position: int, limit: int) -> Iterator[tuple[int, int, float]]:
    """Find chains that begin with an unknown name, or with a building number."""
    while (match := _SUFFIX.search(folded, position, limit)) is not None:
        is_number = match["number"] is not None
        start = _name_start(folded, match.start(), position)
        if is_number and start == match.start() and _NAME_BEFORE.search(folded, position, start):
            start = _name_start(folded, start - 1, position)
        name = folded[start : match.start()].rstrip()
        rest = _REST.match(folded, match.end())
        end = rest.end() if rest else match.end()
        if rest and rest["loose"]:
            end = rest.start("loose")
        end = start + len(folded[start:end].rstrip(" ,"))
        position = max(end, match.end())
        confidence = _rate(name, match.group(), folded[match.end() : end], is_number=is_number)
        if match["spot"] is not None:
            confidence = 0.7
        if confidence > 0:
            yield start, end, confidence


def _name_start(folded: str, end: int, floor: int) -> int:
    """Go left from a place word over at most eight characters of a name; stop at words that lead up to it."""
    start = end
    while start > floor and end - start < 8 and _IS_NAME.match(folded[start - 1]):
        start -= 1
    cut = _CUT.match(folded[start:end])
    return start + cut.end() if cut else start


def _rate(name: str, suffix: str, rest: str, *, is_number: bool) -> float:
    """Rate a chain; 0 for what is no place."""
    if is_number:
        if len(name) >= 2 or rest or suffix.endswith("户"):
            return 0.75
        return 0.65 if not suffix.endswith("单元") else 0.45
    if not name and suffix.endswith(("开发区", "高新区", "经开区", "新区")) and rest:
        return 0.8
    is_weak = _WEAK_NAME.fullmatch(name) is not None and not (suffix in "路街" and rest)
    if len(name) < 1 or (len(name) < 2 and suffix[0] not in "村屯镇县") or is_weak:
        return 0.0
    has_number = re.search(r"[\d一二三四五六七八九十](?:号|栋|幢|单元|期|层|室|组|队)|路口|交叉口", rest) is not None
    if has_number:
        return 0.8
    if len(name) >= 2 and _IS_ESTATE.fullmatch(suffix):
        return 0.7
    return 0.62 if len(rest) >= 3 else 0.45


def _find_bare(scan: Scan) -> Iterator[ValueSpan]:
    """Take the whole answer to where, without fillers."""
    core, start = bare_answer(scan.folded)
    filler = _FILLER.match(core)
    if filler is not None:
        core, start = core[filler.end() :], start + filler.end()
    if 2 <= len(core) <= 60 and not _REFUSAL.search(scan.folded) and re.search(r"[\u4e00-\u9fff]", core):
        yield scan.span("address", scan.text[start : start + len(core)], start, start + len(core), 0.5)
