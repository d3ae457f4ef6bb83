"""`gridtalk test kb`: the file is checked, the counts are those of the contract."""

import json
from pathlib import Path

import pytest

from eval.errors import QuestionFileInvalid
from eval.kb import FoundAnswer, KnowledgeQuestion, evaluate_knowledge, load_questions, parse_questions

RIGHT = KnowledgeQuestion("违约金多少", None, True, (("千分之一", "0.1%"),))
UNANSWERABLE = KnowledgeQuestion("水费怎么交", None, False)


def answer(text: str | None) -> FoundAnswer:
    return FoundAnswer(text, ("late-fee@1",) if text else (), 0.8)


def test_one_string_of_each_list_must_be_in_the_answer() -> None:
    question = KnowledgeQuestion("几天", None, True, (("5个工作日", "五个工作日"), ("免费",)))
    assert question.is_met_by("5个工作日，免费")
    assert not question.is_met_by("5个工作日")


def test_a_forbidden_string_spoils_the_answer() -> None:
    assert not KnowledgeQuestion("几天", None, True, (("5",),), ("7",)).is_met_by("5天，以前7天")


def test_an_unanswerable_question_is_right_only_when_refused() -> None:
    assert UNANSWERABLE.is_met_by(None)
    assert not UNANSWERABLE.is_met_by("请到营业厅")


def test_counts_follow_the_contract() -> None:
    texts = {"违约金多少": "千分之一", "水费怎么交": "在网上国网交", "过户": None}
    questions = [RIGHT, UNANSWERABLE, KnowledgeQuestion("过户", None, True, (("身份证",),))]
    report = evaluate_knowledge(lambda question, region: answer(texts[question]), questions)
    assert (report.answered, report.right, report.wrong, report.refused) == (2, 1, 1, 1)
    assert (report.answerable, report.unanswerable, report.refused_rightly) == (2, 1, 0)


def test_the_region_of_the_item_is_handed_on() -> None:
    asked: list[str | None] = []

    def find(question: str, region: str | None) -> FoundAnswer:
        asked.append(region)
        return answer("0.5469")

    evaluate_knowledge(find, [KnowledgeQuestion("电价", "山东", True, (("0.5469",),))])
    assert asked == ["山东"]


def test_the_report_is_json_with_every_item() -> None:
    report = json.loads(evaluate_knowledge(lambda question, region: answer("千分之一"), [RIGHT]).to_json())
    expected = {"question": "违约金多少", "answer": "千分之一", "sources": ["late-fee@1"], "score": 0.8, "ok": True}
    assert report["items"] == [expected]


def test_every_wrong_line_is_told_with_its_number() -> None:
    lines = ['{"question": "a", "answerable": true}', "{", '{"question": "b", "answrable": false}']
    with pytest.raises(QuestionFileInvalid) as caught:
        parse_questions(lines, "f.jsonl")
    told = [str(mistake) for mistake in caught.value.mistakes]
    assert told[0].startswith("f.jsonl:2:")
    assert any(text.startswith("f.jsonl:3: answrable:") for text in told)
    assert any(text.startswith("f.jsonl:3: answerable:") for text in told)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(QuestionFileInvalid, match=r"none\.jsonl"):
        load_questions(tmp_path / "none.jsonl")


def test_an_empty_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_text("\n", encoding="utf-8")
    with pytest.raises(QuestionFileInvalid, match="no question"):
        load_questions(tmp_path / "empty.jsonl")


def test_the_shipped_questions_are_sound() -> None:
    path = Path(__file__).parents[2] / "data" / "eval" / "knowledge_dev.jsonl"
    assert len(load_questions(path)) > 100
