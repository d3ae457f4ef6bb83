"""The development set of values loads, and counting knows right from wrong."""

from pathlib import Path

from nlu.annotations import parse_annotated
from nlu.entity_recall import IGNORED, Count, _count_entity, _count_span, load_sentences
from nlu.understanding import Entity

DEV = Path(__file__).parents[2] / "data/eval/entities_dev.yml"


def test_the_development_set_has_every_entity_with_its_value() -> None:
    sentences = list(load_sentences(DEV))
    spans = [span for sentence in sentences for span in sentence.spans if span.entity != IGNORED]
    assert len(sentences) >= 300
    assert len({span.entity for span in spans}) == 18
    assert all(span.value for span in spans)


def test_a_wrong_value_is_neither_found_nor_right() -> None:
    sentence = parse_annotated("交[三百](amount:300)")
    seen = Entity("amount", "30", "三百", 1, 3, 0.9)
    count = Count()
    _count_span(count, sentence.spans[0], [seen], sentence.text)
    _count_entity(count, seen, sentence)
    assert (count.recall, count.precision) == (0.0, 0.0)


def test_blanks_of_an_address_do_not_count() -> None:
    sentence = parse_annotated("[松岭路 88号](address:松岭路88号)")
    count = Count()
    _count_span(count, sentence.spans[0], [Entity("address", "松岭路 88号", "松岭路 88号", 0, 7, 0.9)], sentence.text)
    assert count.recall == 1.0
