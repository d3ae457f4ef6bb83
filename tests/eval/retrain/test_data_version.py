"""A data version: hashed, split by conversation and time, free of frozen sentences."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from eval.errors import FrozenSentenceLearnt, FrozenSetChanged
from eval.retrain.data_version import LABELLED, build_version, split
from eval.retrain.frozen import FrozenSets, load_frozen, plain
from nlu.annotations import Span
from nlu.examples import load_training_set
from storage.clock import CHINA
from tests.eval.retrain.small_project import SmallLabel, build_project

OCTOBER = datetime(2026, 10, 1, tzinfo=CHINA).timestamp()
DAY = 86_400.0


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    root.mkdir()
    return build_project(root)


@pytest.fixture
def frozen(project: Path) -> FrozenSets:
    return load_frozen(project)


def labels(count: int, start: float = OCTOBER) -> list[SmallLabel]:
    return [SmallLabel(f"新说法第{n}种看账", "query_bill", f"c{n}#1", start + n * DAY) for n in range(count)]


def test_the_same_labels_give_the_same_version_and_a_new_one_another(
    project: Path, frozen: FrozenSets, tmp_path: Path
) -> None:
    base = project / "data/nlu"
    one = build_version(base, labels(4), frozen, tmp_path, "2026-10")
    again = build_version(base, labels(4)[::-1], frozen, tmp_path, "2026-10")
    more = build_version(base, labels(5), frozen, tmp_path, "2026-10")
    assert (one.id, one.labels_hash) == (again.id, again.labels_hash)
    assert more.id != one.id
    assert one.folder == tmp_path / "retrain" / "data" / one.id
    texts = [example.text for example in load_training_set(one.training).examples]
    assert len(texts) == one.written + one.learnt == 96 + 4


def test_the_newest_conversations_of_the_month_are_held_out_whole(
    project: Path, frozen: FrozenSets, tmp_path: Path
) -> None:
    both = [*labels(8), SmallLabel("第七位客户还问了这一句", "query_bill", "c7#1", OCTOBER)]
    version = build_version(project / "data/nlu", both, frozen, tmp_path, "2026-10")
    held_out = {example.text for example in version.held_out_examples}
    assert held_out == {"新说法第6种看账", "新说法第7种看账", "第七位客户还问了这一句"}
    learnt = {example.text for example in load_training_set(version.training / LABELLED).examples}
    assert not held_out & learnt


def test_what_was_held_out_is_learnt_a_month_later() -> None:
    later = [SmallLabel(f"十一月说法{n}", "query_bill", f"d{n}#1", OCTOBER + (31 + n) * DAY) for n in range(8)]
    learnt, held_out = split([*labels(8), *later], "2026-11")
    assert {label.conversation for label in held_out} == {"d6#1", "d7#1"}
    assert len(learnt) == 14
    again = [SmallLabel(f"新说法第{n}种看账", "query_bill", f"e{n}#1", OCTOBER + (31 + n) * DAY) for n in range(8)]
    assert split([*labels(8), *again], "2026-11")[1] == [], "what is known already is not held out"


def test_a_label_that_says_what_a_frozen_set_says_is_left_out(
    project: Path, frozen: FrozenSets, tmp_path: Path
) -> None:
    told = load_training_set(project / "data/eval/secret.yml").examples[0].text
    version = build_version(
        project / "data/nlu",
        [*labels(3), SmallLabel(told + "！", "query_bill", "x#1", OCTOBER)],
        frozen,
        tmp_path,
        "2026-10",
    )
    assert (version.learnt, version.left_out) == (3, 1)


def test_a_sentence_with_two_meanings_and_no_majority_is_left_out(
    project: Path, frozen: FrozenSets, tmp_path: Path
) -> None:
    told = [SmallLabel("看账", intent, f"{intent}#1", OCTOBER) for intent in ("query_bill", "query_usage")]
    version = build_version(project / "data/nlu", [*labels(2), *told], frozen, tmp_path, "2026-10")
    assert (version.learnt, version.left_out) == (2, 2)


def test_a_frozen_sentence_in_the_written_data_refuses_the_version(
    project: Path, frozen: FrozenSets, tmp_path: Path
) -> None:
    leaked = load_training_set(project / "data/eval/regression.yml").examples[3].text
    file = project / "data/nlu/leak.yml"
    file.write_text(f'version: "3.1"\nnlu:\n  - intent: query_bill\n    examples: |\n      - {leaked}。\n', "utf-8")
    with pytest.raises(FrozenSentenceLearnt, match=r"1 sentences of data/eval/regression\.yml .*leak\.yml:5"):
        build_version(project / "data/nlu", labels(3), frozen, tmp_path, "2026-10")


def test_a_frozen_set_that_was_edited_is_not_measured_on(project: Path) -> None:
    file = project / "data/eval/secret.yml"
    file.write_text(file.read_text("utf-8") + "\n", "utf-8")
    with pytest.raises(FrozenSetChanged, match=r"secret\.yml is not what was frozen"):
        load_frozen(project)


def test_entities_of_a_label_are_learnt_where_they_stand(project: Path, frozen: FrozenSets, tmp_path: Path) -> None:
    label = SmallLabel("看下十月那笔", "query_bill", "e#1", OCTOBER, (Span("month", 2, 4),))
    version = build_version(project / "data/nlu", [label], frozen, tmp_path, "2026-10", copies=2)
    learnt = load_training_set(version.training / LABELLED).examples
    assert [(one.text, one.spans[0].entity, one.spans[0].start, one.spans[0].end) for one in learnt] == [
        ("看下十月那笔", "month", 2, 4)
    ] * 2


def test_the_shipped_frozen_sets_are_what_was_frozen_and_no_training_sentence() -> None:
    shipped = load_frozen(Path())
    learnt = {plain(example.text) for example in load_training_set(Path("data/nlu")).examples}
    for entry, examples in shipped.examples:
        assert sum(plain(example.text) in learnt for example in examples) <= entry.shared, entry.name
