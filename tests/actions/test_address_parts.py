"""Addresses put right by a part of them."""

import pytest

from actions.address_parts import correct_parts

ADDRESS = "徐州市鼓楼区中山北路99号银河小区5号楼1单元302"


@pytest.mark.parametrize(
    ("said", "right"),
    [
        ("不对，是三号楼不是五号楼", ADDRESS.replace("5号楼", "3号楼")),
        ("不是五号楼是十二号楼", ADDRESS.replace("5号楼", "12号楼")),
        ("说错了，是二单元", ADDRESS.replace("1单元", "2单元")),
        ("不是银河小区，是金河小区", ADDRESS.replace("银河", "金河")),
        ("是中山南路不是中山北路", ADDRESS.replace("北路", "南路")),
        ("不对，是6号楼，我说成5号楼了", ADDRESS.replace("5号楼", "6号楼")),
        ("是21号车位", ADDRESS + "21号车位"),
        ("不对，就我一家", None),
    ],
)
def test_a_part_that_is_said_anew_replaces_the_same_part(said: str, right: str | None) -> None:
    assert correct_parts(ADDRESS, said) == right
