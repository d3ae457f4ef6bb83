"""Questions with a power factor in them are answered from the table."""

import pytest

from knowledge_base.power_factor_answer import answer_from_table


@pytest.mark.parametrize(
    ("question", "facts"),
    [
        ("力率0.82要罚多少", ("标准0.90的加收4%", "标准0.85的加收1.5%", "标准0.80的减收0.2%")),
        ("功率因数零点六罚多少", ("标准0.90的加收25%",)),
        ("标准0.85实际0.95减多少", ("标准0.85的减收1.1%",)),
        ("0.9的标准，功率因数只有0.32", ("标准0.90的加收81%",)),
        ("功率因数85%要加多少", ("标准0.85的不增不减",)),
        ("基数十万力率0.82多交多少钱", ("加收4000.00元",)),
        ("力率0.78，考核0.85，电费八万要加多少", ("加收2800.00元",)),
    ],
)
def test_the_percentage_of_the_named_figure_is_told(question: str, facts: tuple[str, ...]) -> None:
    answer = answer_from_table(question)
    assert answer is not None
    assert all(fact in answer.text for fact in facts)
    assert answer.document.startswith("(83)水电财字第215号")


@pytest.mark.parametrize(
    "question",
    [
        "功率因数0.95以上奖励多少",
        "考核标准0.9是哪些用户",
        "功率因数低于0.5怎么算",
        "功率因数要到多少才不罚",
        "违约金0.82",
    ],
)
def test_limits_and_other_questions_are_left_to_the_articles(question: str) -> None:
    assert answer_from_table(question) is None
