"""Places that only the words around them show: where somebody lives (家住理想之城), and what lies at a landmark.

The form of such a name says nothing (锦绣江南, 万科城), so the words before it and after it have to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlu.values.span import Scan, ValueSpan

_LETTER = (
    r"[^的了我们你您他她它俺咱是那哪吗呢啊吧呀哦嗯呃没给被请查说问么谁停咋啥让各每就还也把刚怎想需跟到麻烦于离"
    r"\s,。、!?…]"
)
_STRONG = (
    r"(?:家住在?|[我俺咱]们?家?住在?|[我俺咱]们?家在|(?<!没)(?:地址|住址|位置)(?:就?是|在|:)?|位于|家庭地址|"
    r"地点(?:就?是|在|:)?|"
    r"(?:用电)?地址写的?是?|住在)"
)
_PAUSE = r"(?:那个|嗯+|呃+|就是|就在|这个|[\s,:])*"
_BOUND = (
    r"(?=$|[,。!?\s]|[这那](?:边|儿|里|块|片|一片|个)|附近|旁边|的|[停没断电]|有[人个]|要|想|几点|啥|什么|怎|咋|"
    r"是|里面|"
    r"装|办|跳|着火|冒|整|全|都|一直|又|从|今|昨|明|啊|呢|吧)"
)
_LIVED_AT = re.compile(rf"{_STRONG}{_PAUSE}(?P<place>{_LETTER}{{3,16}}?){_BOUND}")
_LANDMARK = (
    r"小学|中学|一中|二中|三中|幼儿园|大学|医院|卫生院|卫生室|超市|菜市场|农贸市场|批发市场|火车站|高铁站|"
    r"汽车站|客运站|加油站|派出所|"
    r"村委会|居委会|大桥|桥头|公园|体育馆|图书馆|水库|商场|步行街|养老院|敬老院|收费站|政府|邮局|粮库|砖厂|机场"
)
_AT_LANDMARK = re.compile(
    rf"(?P<place>{_LETTER}{{0,6}}?(?:{_LANDMARK}|学校(?=[东西南北前后正]门))(?:[东西南北正前后]?(?:门口?|边|侧|"
    rf"面|头)(?!上|子))?)"
    r"(?=(?:的?(?:门口|旁边|对面|附近|跟前|后[面头边]|前[面头边]|边上|边儿|那边|这边|那儿|这儿|那块|这块))|$|[,。\s])"
)
_LED_TO = re.compile(
    r".*(?:在|到|从|往|是|去|住|路过|看见|经过|来|位于|地址|昨天|今天|刚才|昨晚|附近|门口|今早|有个|那个|一个|"
    r"俺村|我们|家里|上)"
)
_NO_PLACE = re.compile(
    r"(?:全|整|[一两几]|好[几些]|这|那|同一|自家|县城|省|外地|老家|单位|上班|城里|乡下|农村|国外|楼上|楼下|"
    r"家里?|网上|手机|微信|北京|上海|一个人|几楼|平房|高层|"
    r"小区|出租|租|[这那]|不|没|错|改|变|搬|填|写|登记|对不|一样|怎么|报|在外|附近|里面|三楼的|好远|很远|山上|上面)"
)
_ESTATE_LIKE = re.compile(
    rf"(?:^|[,。\s我俺咱们在是])(?P<place>{_LETTER}{{2,5}}?(?:[城湾府园苑庭郡邸轩阁居墅岸庄寨岭屯]|天下|江南|"
    rf"国际|名都|半岛|小镇))"
    r"(?=[这那][边儿里块]|又?停[了电]|[又都]?没电|断电|几点|啥时候|什么时候|[整都全]|\d|"
    r"[一二三四五六七八九十]+[号栋期])"
)
_NEAR = re.compile(rf"离(?P<place>{_LETTER}{{2,8}}?)(?:最|比较|挺|这?么?)?近")
_AT = re.compile(
    rf"(?<![现正不就放存住])在(?P<place>{_LETTER}{{2,10}}?)(?=[这那](?:边|儿|块)|附近|旁边|对面|门口|跟前|边上|路口)"
)


def find_cued_places(scan: Scan) -> Iterator[ValueSpan]:
    """Find places by the words that lead up to them or follow them."""
    for pattern, confidence in ((_LIVED_AT, 0.66), (_AT, 0.62), (_ESTATE_LIKE, 0.62)):
        for match in pattern.finditer(scan.folded):
            if _NO_PLACE.match(match["place"]) is None:
                yield _span(scan, match.start("place"), match.end("place"), confidence)
    for match in _NEAR.finditer(scan.folded):
        if _NO_PLACE.match(match["place"]) is None:
            yield _span(scan, match.start("place"), match.end("place"), 0.62)
    for match in _AT_LANDMARK.finditer(scan.folded):
        start, end = match.span("place")
        lead = _LED_TO.match(scan.folded[start:end])
        start += lead.end() if lead else 0
        if end - start >= 3:
            yield _span(scan, start, end, 0.62)


def _span(scan: Scan, start: int, end: int, confidence: float) -> ValueSpan:
    return scan.span("address", scan.text[start:end], start, end, confidence)
