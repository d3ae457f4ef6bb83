"""All forms in which Rasa lets an entity be annotated."""

import pytest

from nlu.annotations import Span, parse_annotated


@pytest.mark.parametrize(
    ("line", "text", "spans"),
    [
        ("to [Berlin](city)", "to Berlin", [Span("city", 3, 9)]),
        ("to [NYC](city:New York City) now", "to NYC now", [Span("city", 3, 6, "New York City")]),
        ('to [NYC]{"entity": "city", "value": "New York City"}', "to NYC", [Span("city", 3, 6, "New York City")]),
        (
            'from [A]{"entity": "city", "role": "from"} to [B]{"entity": "city", "group": "2"}',
            "from A to B",
            [Span("city", 5, 6, role="from"), Span("city", 10, 11, group="2")],
        ),
        ('[x][{"entity": "a"}, {"entity": "b", "value": "1"}]', "x", [Span("a", 0, 1), Span("b", 0, 1, "1")]),
        ("[john](person)'s [e-mail](field)", "john's e-mail", [Span("person", 0, 4), Span("field", 7, 13)]),
        ("see [1] and (2)", "see [1] and (2)", []),
    ],
)
def test_every_form_gives_text_and_spans(line: str, text: str, spans: list[Span]) -> None:
    annotated = parse_annotated(line)
    assert (annotated.text, list(annotated.spans)) == (text, spans)


@pytest.mark.parametrize("mark", ['{"entity": 3}', '{"entity" "x"}', '{"name": "x"}', '[{"value": "x"}]'])
def test_a_broken_mark_says_what_is_wrong(mark: str) -> None:
    with pytest.raises(ValueError, match="the annotation"):
        parse_annotated(f"a [b]{mark}")
