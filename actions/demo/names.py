"""Invented people and companies."""

from random import Random

from actions.demo.places import Place

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾"
    "丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
MALE = "伟强磊军洋勇杰涛明超刚平辉鹏华飞鑫波斌宇浩凯健俊建国志永文海东峰林立新宏庆德福贵成"
FEMALE = "芳娜敏静丽艳娟霞玲桂英燕红梅琳雪慧莹洁云兰凤秀珍月蓉倩颖佳欣婷怡璐琪"
INDUSTRIES = ("机械制造", "纺织", "食品", "塑料制品", "建材", "金属制品", "木业", "化工")
SHOP_KINDS = ("便利店", "饭店", "理发店", "超市", "药店", "洗车行", "汽修厂", "宾馆", "茶楼", "健身房")
FARM_KINDS = ("种植专业合作社", "养殖场", "蔬菜大棚基地", "果蔬专业合作社", "灌溉泵站")
SHARED_KINDS = ("中心小学", "幼儿园", "社区居委会", "养老院")
PHONE_PREFIXES = ("154", "194")
"""Number ranges that, to our knowledge, no operator gives to customers."""


def person_name(draw: Random) -> str:
    """Invent a person's name of two or three characters."""
    given = draw.choice((MALE, FEMALE))
    return draw.choice(SURNAMES) + "".join(draw.sample(given, 2 if draw.random() < 0.8 else 1))


def mobile_number(draw: Random) -> str:
    """Invent a mobile number of eleven digits."""
    return draw.choice(PHONE_PREFIXES) + f"{draw.randrange(10**8):08d}"


def factory_name(place: Place, draw: Random) -> str:
    """Invent a manufacturing company."""
    return f"{place.city[:-1]}{draw.choice(place.company_words)}{draw.choice(INDUSTRIES)}有限公司"


def shop_name(place: Place, draw: Random) -> str:
    """Invent a shop."""
    return f"{place.city[:-1]}{draw.choice(SURNAMES)}记{draw.choice(SHOP_KINDS)}"


def farm_name(community: str, draw: Random) -> str:
    """Invent a farm of a village."""
    return f"{community}{draw.choice(FARM_KINDS)}"


def shared_name(community: str, draw: Random) -> str:
    """Invent a school or the like, which pays the shared-meter price (合表)."""
    return f"{community}{draw.choice(SHARED_KINDS)}"
