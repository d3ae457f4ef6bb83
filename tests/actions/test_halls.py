"""Service halls near what the customer names."""

import pytest

from tests.actions.service_desk import ServiceDesk


@pytest.mark.parametrize(
    ("address", "hall", "region"),
    [
        ("青岛市南区", "市南供电营业厅", "山东"),
        ("沛县", "沛县供电营业厅", "江苏"),
        ("黑河爱辉区", "爱辉供电营业厅", "黑龙江"),
        ("海勃湾区", "新华供电营业厅", "蒙西"),
    ],
)
async def test_the_hall_of_the_district_is_told(desk: ServiceDesk, address: str, hall: str, region: str) -> None:
    done = await desk.act("action_find_halls", address=address)
    assert hall in done.text
    assert done.slots["region"] == region


async def test_a_region_alone_gives_some_halls(desk: ServiceDesk) -> None:
    done = await desk.act("action_find_halls", region="江苏")
    assert done.slots["halls_found"] == 3


async def test_the_phone_hears_one_hall(desk: ServiceDesk) -> None:
    done = await desk.act("action_find_halls", address="徐州泉山区", channel="phone")
    assert done.slots["halls_found"] == 1
    assert "泉山" in done.text


async def test_a_place_that_we_do_not_serve_is_not_answered_with_a_guess(desk: ServiceDesk) -> None:
    done = await desk.act("action_find_halls", address="杭州市西湖区")
    assert done.slots["halls_found"] == 0
    assert not done.replies
