"""Sample service halls (营业厅): plausible and invented, to be replaced by the operator's own list."""

from collections.abc import Iterator

from actions.backends.values import BusinessHall
from actions.demo.places import PLACES, Place

WEEKDAYS_AND_SATURDAY = "周一至周五 8:30-17:00，周六 9:00-16:00，周日及法定节假日休息"
EVERY_DAY = "每天 8:30-17:30，法定节假日 9:00-16:00"
WEEKDAYS = "周一至周五 8:30-17:00，周末及法定节假日休息"
FULL_SERVICE = "缴费、发票、新装、过户、更名、增容、峰谷电价、充电桩报装"
SHORT_SERVICE = "缴费、发票、查询、过户、更名"
SPOTS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "青岛市": (
        ("市南", "市南区", "宁夏路206号"),
        ("市北", "市北区", "镇江路18号"),
        ("李沧", "李沧区", "重庆中路612号"),
        ("崂山", "崂山区", "香港东路396号"),
        ("城阳", "城阳区", "正阳路158号"),
        ("黄岛", "黄岛区", "长江中路277号"),
        ("即墨", "即墨区", "鹤山路889号"),
        ("胶州", "胶州市", "广州北路122号"),
    ),
    "徐州市": (
        ("云龙", "云龙区", "和平大道59号"),
        ("鼓楼", "鼓楼区", "中山北路211号"),
        ("泉山", "泉山区", "建国西路75号"),
        ("铜山", "铜山区", "北京路88号"),
        ("贾汪", "贾汪区", "山水大道16号"),
        ("沛县", "沛县", "正阳路33号"),
        ("邳州", "邳州市", "解放东路102号"),
    ),
    "黑河市": (
        ("爱辉", "爱辉区", "通江路66号"),
        ("合作区", "爱辉区", "东兴路128号"),
        ("北安", "北安市", "龙江路45号"),
        ("嫩江", "嫩江市", "兴安街201号"),
        ("五大连池", "五大连池市", "青山路19号"),
        ("逊克", "逊克县", "边疆街7号"),
    ),
    "乌海市": (
        ("新华", "海勃湾区", "新华大街88号"),
        ("滨河", "海勃湾区", "滨河大道120号"),
        ("狮城", "海勃湾区", "狮城街36号"),
        ("海南", "海南区", "创业路52号"),
        ("乌达", "乌达区", "双拥街15号"),
    ),
}


def sample_halls() -> list[BusinessHall]:
    """Return the samples of all cities."""
    return [hall for place in PLACES for hall in _halls_of(place)]


def _halls_of(place: Place) -> Iterator[BusinessHall]:
    for index, (name, district, street) in enumerate(SPOTS[place.city]):
        yield BusinessHall(
            hall_id=f"{place.account_prefix}{index + 1:03d}",
            name=f"{name}供电营业厅",
            region=place.region,
            city=place.city,
            district=district,
            address=f"{place.city}{district}{street}",
            hours=(EVERY_DAY, WEEKDAYS_AND_SATURDAY, WEEKDAYS)[min(index, 2)],
            phone="95598",
            services=FULL_SERVICE if index < 4 else SHORT_SERVICE,
            is_sample=True,
        )
