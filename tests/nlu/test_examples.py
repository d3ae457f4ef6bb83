"""Training files: what is read, and what is said about mistakes."""

from pathlib import Path

import pytest

from nlu.annotations import Span, parse_annotated
from nlu.errors import TrainingFileError
from nlu.examples import load_training_set

GOOD = """version: "3.1"
nlu:
  - intent: query_bill
    examples: |
      - 我[上个月](month)电费多少
  - intent: query_tariff
    examples: |
      - [峰谷电]{"entity": "tariff_kind", "value": "居民峰谷"}多少钱一度
  - intent: report_hazard+query_bill
    examples: |
      - 电线冒火了，另外查下电费
  - intent: query_bill
    examples:
      - text: |
          那[三月](month)的呢
        metadata: {context: {last_intent: query_bill, requested_slot: null}}
      - 账单
  - synonym: 居民峰谷
    examples: |
      - 峰谷电
  - regex: account_no
    examples: |
      - \\d{10}
  - lookup: town
    examples: |
      - 历下
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "nlu.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_marks_become_spans_of_the_bare_text() -> None:
    annotated = parse_annotated('[昨天](date)交了[五十块]{"entity": "amount", "value": "50", "role": "paid"}')
    assert annotated.text == "昨天交了五十块"
    assert annotated.spans == (Span("date", 0, 2), Span("amount", 4, 7, value="50", role="paid"))


def test_square_brackets_without_an_entity_stay_text() -> None:
    assert parse_annotated("他说[嗯]好").text == "他说[嗯]好"


def test_both_forms_of_examples_composites_and_contexts_are_read(tmp_path: Path) -> None:
    training_set = load_training_set(write(tmp_path, GOOD))
    texts = [example.text for example in training_set.examples]
    assert texts == ["我上个月电费多少", "峰谷电多少钱一度", "电线冒火了，另外查下电费", "那三月的呢", "账单"]
    assert training_set.examples[2].intents == ("report_hazard", "query_bill")
    assert training_set.examples[3].context.last_intent == "query_bill"
    assert training_set.examples[3].context.requested_slot is None
    assert training_set.synonyms == {"峰谷电": "居民峰谷"}
    assert training_set.regexes == {"account_no": (r"\d{10}",)}
    assert training_set.lookups == {"town": ("历下",)}


def test_each_example_knows_its_line(tmp_path: Path) -> None:
    training_set = load_training_set(write(tmp_path, GOOD))
    assert [example.source.rsplit(":", 1)[1] for example in training_set.examples][:3] == ["5", "8", "11"]


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("nlu:\n  - intent: a\n    examples: |\n      - fine\n      wrong\n", 5, "must begin with `- `"),
        ('nlu:\n  - intent: a\n    examples: |\n      - [x]{"entity": 3}\n', 4, "names no entity"),
        ('nlu:\n  - intent: a\n    examples: |\n      - [x]{"entitty": "b"}\n', 4, "unknown key 'entitty'"),
        ("nlu:\n  - intent: a\n", 2, "has no `examples`"),
        ("nlu:\n  - itent: a\n    examples: |\n      - b\n", 2, "none of the keys"),
        ("nlu: [\n", 2, "broken YAML"),
        ("nlu:\n  - regex: a\n    examples: |\n      - (b\n", 4, "broken regular expression"),
        ("nlu:\n  - intent: a\n    examples:\n      - text: b\n        metadata: {context: {flow: c}}\n", 5, "unknown"),
        ("version: '3.1'\n", 1, "no example"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, text: str, line: int, problem: str) -> None:
    with pytest.raises(TrainingFileError, match=problem) as caught:
        load_training_set(write(tmp_path, text))
    assert caught.value.line == line


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "nlu.yml").write_bytes("nlu: 电".encode("gb18030"))
    with pytest.raises(TrainingFileError, match="not UTF-8"):
        load_training_set(tmp_path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainingFileError, match="No such file"):
        load_training_set(tmp_path / "none.yml")
