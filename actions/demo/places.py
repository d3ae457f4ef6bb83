"""Where the demo customers live. Districts are real; roads, communities, villages and customers are invented."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """One region's city with its climate and its share of the customers."""

    region: str
    city: str
    account_prefix: str
    """First digits of the account numbers (the city's administrative code)."""
    short_numbers: bool
    """Whether half of the accounts have 10 digits instead of 13."""
    customers: int
    districts: tuple[str, ...]
    counties: tuple[str, ...]
    """Rural districts: villages instead of communities."""
    roads: tuple[str, ...]
    temperatures: tuple[float, ...]
    """Mean temperature of each month in degrees Celsius, January first."""
    has_household_tou: bool
    company_words: tuple[str, ...]


QINGDAO = Place(
    region="山东",
    city="青岛市",
    account_prefix="3702",
    short_numbers=False,
    customers=700,
    districts=("市南区", "市北区", "李沧区", "崂山区", "城阳区", "黄岛区"),
    counties=("即墨区", "胶州市", "平度市", "莱西市"),
    roads=("青松路", "文汇路", "育才路", "迎宾路", "海安路", "云岭路", "银川路", "福宁路", "长乐路", "明霞路"),
    temperatures=(-0.5, 1.2, 5.6, 11.3, 17.0, 21.2, 25.0, 25.9, 22.1, 16.4, 9.4, 2.2),
    has_household_tou=True,
    company_words=("海顺", "鲁昌", "青恒", "崂泉", "胶润", "琴岛源"),
)
XUZHOU = Place(
    region="江苏",
    city="徐州市",
    account_prefix="3203",
    short_numbers=False,
    customers=640,
    districts=("云龙区", "鼓楼区", "泉山区", "铜山区", "贾汪区"),
    counties=("丰县", "沛县", "睢宁县", "新沂市", "邳州市"),
    roads=("和平路", "建设路", "汉风路", "科教路", "民富路", "湖滨路", "新安路", "复兴路", "康宁路", "绿源路"),
    temperatures=(1.2, 4.0, 9.2, 15.6, 21.1, 25.6, 27.6, 26.9, 22.6, 16.8, 9.9, 3.4),
    has_household_tou=True,
    company_words=("彭城", "云龙", "淮昌", "泉源", "汉润", "徐工源"),
)
HEIHE = Place(
    region="黑龙江",
    city="黑河市",
    account_prefix="2311",
    short_numbers=False,
    customers=410,
    districts=("爱辉区", "北安市", "嫩江市"),
    counties=("五大连池市", "逊克县", "孙吴县"),
    roads=("中央街", "东兴路", "兴安街", "龙江路", "文化街", "站前路", "林海路", "北疆路"),
    temperatures=(-22.5, -17.0, -7.2, 4.6, 12.6, 18.4, 20.9, 18.4, 11.8, 2.6, -10.6, -20.3),
    has_household_tou=False,
    company_words=("兴安", "龙江", "北辰", "嫩源", "黑沃"),
)
WUHAI = Place(
    region="蒙西",
    city="乌海市",
    account_prefix="1503",
    short_numbers=True,
    customers=410,
    districts=("海勃湾区", "海南区", "乌达区"),
    counties=("海南区", "乌达区"),
    roads=("人民路", "狮城街", "滨河街", "黄河街", "双拥街", "创业路", "葡萄街", "石峰路"),
    temperatures=(-8.6, -4.0, 3.4, 11.6, 18.6, 23.8, 26.0, 23.9, 17.9, 10.0, 1.0, -6.7),
    has_household_tou=False,
    company_words=("乌兰", "甘德", "黄河湾", "蒙恒", "漠源"),
)
PLACES = (QINGDAO, XUZHOU, HEIHE, WUHAI)

COMMUNITY_STEMS = (
    *("锦澜", "云栖", "海韵", "翠湖", "金桂", "银杉", "书香", "康泰", "祥和", "丽景", "晨曦", "枫林", "梧桐", "紫荆"),
    *("映月", "星河", "麓山", "鹿鸣", "春晓", "秋实", "瑞祥", "福临", "和顺", "安居", "景华", "天润", "水岸", "百合"),
)
COMMUNITY_ENDINGS = ("花园", "家园", "小区", "新苑", "雅居", "佳苑", "公寓")
VILLAGE_FAMILIES = "沈刘张马王李杨赵孙宋于姜陈周"
VILLAGE_ENDINGS = ("家庄村", "家屯村", "家洼村", "家沟村")
