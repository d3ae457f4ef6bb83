"""Addresses as customers say them: in pieces, corrected, too coarse, in town or country."""

import pytest

from actions.addresses import area_of, is_coarse, join_address, region_in
from actions.demo.hall_list import sample_halls


@pytest.mark.parametrize(
    ("earlier", "later", "joined"),
    [
        (None, "市南区闽江路8号", "市南区闽江路8号"),
        ("李沧区东山馨苑7号楼2单元301室", "三号楼", "李沧区东山馨苑三号楼2单元301室"),
        ("李沧区东山馨苑7号楼", "2单元501", "李沧区东山馨苑7号楼2单元501"),
        ("市南区", "海景花园12号楼", "市南区海景花园12号楼"),
        ("黄岛区长江中路230号", "长江中路320号", "黄岛区长江中路320号"),
        ("市南区海景花园", "城阳区正阳路158号", "城阳区正阳路158号"),
        ("我们小区", "锦澜花园", "锦澜花园"),
        ("崂山区", "崂山区香港东路9号", "崂山区香港东路9号"),
    ],
)
def test_pieces_become_one_address_and_a_correction_changes_only_its_part(
    earlier: str | None, later: str, joined: str
) -> None:
    assert join_address(earlier, later) == joined


@pytest.mark.parametrize("said", ["市南区", "青岛市市南区", "山东青岛", "嫩江市", "我们小区", "我家", "附近"])
def test_a_city_or_nothing_at_all_is_too_coarse_for_a_crew(said: str) -> None:
    assert is_coarse(said)


@pytest.mark.parametrize("said", ["东山馨苑", "九水东路8号", "沈家庄村", "乌达区巴音赛街"])
def test_a_community_a_village_or_a_road_is_exact_enough(said: str) -> None:
    assert not is_coarse(said)


def test_town_and_country_are_told_by_the_names_of_places() -> None:
    assert area_of("崂山区北宅街道沟崖村12号") == "农村"
    assert area_of("李沧区东山馨苑7号楼2单元") == "城区"
    assert area_of("东山馨苑") is None


def test_a_district_tells_the_region_unless_several_regions_have_it() -> None:
    halls = sample_halls()
    assert region_in("泉山区滨湖花园", halls) == "江苏"
    assert region_in("海勃湾区人民路", halls) == "蒙西"
    assert region_in("杭州市西湖区", halls) is None
