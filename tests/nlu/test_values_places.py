"""Names of persons and addresses."""

import pytest

from tests.nlu.values_reading import find_one, read


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("我叫张三丰", "张三丰"),
        ("我叫王芳，户号忘了", "王芳"),
        ("户主是李建国", "李建国"),
        ("户主是我父亲孙成林", "孙成林"),
        ("姓名欧阳修文", "欧阳修文"),
        ("户名是刘洋电话13800001111", "刘洋"),
        ("联系人改成赵敏", "赵敏"),
        ("法人高志明，来办变压器暂停", "高志明"),
        ("我姓王", "王"),
        ("户名是青岛鑫源塑料厂", "青岛鑫源塑料厂"),
    ],
)
def test_name_is_read_after_its_introduction(text: str, name: str) -> None:
    assert read(text, "person_name") == [name]


@pytest.mark.parametrize(
    "text",
    [
        "我是业主",
        "我叫了两次师傅",
        "户主是谁",
        "我是租户",
        "我叫你们来修",
        "户主，房子是我的",
        "我是楼长",
        "我叫不开门",
    ],
)
def test_what_is_no_name_is_left(text: str) -> None:
    assert read(text, "person_name") == []


@pytest.mark.parametrize(
    ("text", "name"),
    [("王秀英", "王秀英"), ("嗯叫王秀英", "王秀英"), ("写我儿子的 张一鸣", "张一鸣"), ("那顺巴特尔", "那顺巴特尔")],
)
def test_bare_name_is_read_when_it_was_asked(text: str, name: str) -> None:
    assert read(text, "person_name", "person_name") == [name]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("历下区解放路青年小区3号楼2单元501没电了", "历下区解放路青年小区3号楼2单元501"),
        ("我家在济南市历下区泉城路26号", "济南市历下区泉城路26号"),
        ("云龙区民主南路68号院4栋501", "云龙区民主南路68号院4栋501"),
        ("沛县大屯街道停电了", "沛县大屯街道"),
        ("我住贾汪区青山泉镇马庄村", "贾汪区青山泉镇马庄村"),
        ("邳州这边停电了", "邳州"),
        ("万科城3栋没电", "万科城3栋"),
        ("报修地址阳光花园12号楼1单元302", "阳光花园12号楼1单元302"),
        ("麻烦派人到幸福小区三号楼", "幸福小区三号楼"),
        ("金山桥街道碧水湾5号楼2单元", "金山桥街道碧水湾5号楼2单元"),
        ("是三号楼", "三号楼"),
        ("山东省青岛市市南区香港中路10号", "山东省青岛市市南区香港中路10号"),
        ("呼和浩特市赛罕区大学东街", "呼和浩特市赛罕区大学东街"),
    ],
)
def test_address_is_read_as_one_stretch(text: str, address: str) -> None:
    assert find_one(text, "address").text == address


@pytest.mark.parametrize(
    "text",
    [
        "整个小区都没电",
        "我们小区停电了",
        "全村没电",
        "峰谷能省多少钱",
        "不会弄",
        "线路老化",
        "短路了",
        "到营业厅交",
        "在城区吗",
        "楼道里没灯",
        "路灯不亮",
        "怎么区别",
        "上市公司",
    ],
)
def test_what_is_no_address_is_left(text: str) -> None:
    assert read(text, "address") == []


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("嗯在大明湖边上那个老银行家属楼", "大明湖边上那个老银行家属楼"),
        ("我家住东关菜市场后面", "东关菜市场后面"),
        ("泉城路26号", "泉城路26号"),
    ],
)
def test_whole_answer_is_the_address_when_it_was_asked(text: str, address: str) -> None:
    assert read(text, "address", "address") == [address]


@pytest.mark.parametrize("text", ["不知道", "等一下", "算了不办了", "什么意思", "转人工"])
def test_refusal_is_no_address(text: str) -> None:
    assert read(text, "address", "address") == []
