"""The training noise keeps labels and spans true."""

from nlu.annotations import Span
from nlu.augment import Augmenter
from nlu.examples import Example
from nlu.noise import Noise, load_phrases
from nlu.sentence import build_sentence, join_sentences, read_spans
from nlu.understanding import Context

EXAMPLES = (
    Example("我上个月电费多少", ("query_bill",), (Span("month", 1, 4),)),
    Example("看看三月份的账单", ("query_bill",), (Span("month", 2, 5),)),
    Example("电线冒火了", ("report_hazard",)),
    Example("变压器着火", ("report_hazard",)),
    Example("查下三月份电费，还有电线冒火了", ("report_hazard", "query_bill"), (Span("month", 2, 5),)),
    Example(
        "四月份", ("query_bill",), (Span("month", 0, 3),), Context(active_flow="query_bill", requested_slot="month")
    ),
)


def build(seed: int = 1, **noise: float) -> Augmenter:
    return Augmenter(
        EXAMPLES,
        phrases=load_phrases(),
        homophones={"电": ("店",)},
        noise=Noise(**noise),
        urgent_intents=("report_hazard",),
        seed=seed,
    )


def test_the_same_seed_gives_the_same_sentences() -> None:
    assert [item.text for item in build().epoch()] == [item.text for item in build().epoch()]


def test_every_written_sentence_is_in_every_epoch() -> None:
    assert [item.intents for item in build().epoch()][: len(EXAMPLES)] == [example.intents for example in EXAMPLES]


def test_lists_stay_as_long_as_the_text() -> None:
    for seed in range(20):
        for item in build(seed, composites=1.0, fillers=1.0, lost_character=1.0, homophones=1.0).epoch():
            assert len(item.characters) == len(item.tags) == len(item.owners)


def test_a_joined_sentence_is_handled_hazard_first_and_knows_who_said_what() -> None:
    for item in build(composites=5.0, answers=0.0).epoch():
        if len(item.intents) > 1:
            assert item.intents[0] == "report_hazard"
            owned = {item.owners[place] for place, sign in enumerate(item.characters) if sign in "火"}
            assert owned <= {0, -1}


def test_a_filler_inside_an_entity_belongs_to_it() -> None:
    sentence = build_sentence(EXAMPLES[0])
    sentence.insert(2, "嗯")
    assert read_spans(sentence.tags) == (Span("month", 1, 5),)


def test_a_filler_before_an_entity_does_not() -> None:
    sentence = build_sentence(EXAMPLES[0])
    sentence.insert(1, "嗯")
    assert read_spans(sentence.tags) == (Span("month", 2, 5),)


def test_an_entity_outlives_the_loss_of_its_first_character() -> None:
    sentence = build_sentence(EXAMPLES[0])
    sentence.delete(1)
    assert read_spans(sentence.tags) == (Span("month", 1, 3),)


def test_a_word_gives_way_to_its_equal_and_entities_stay() -> None:
    for item in build(alike=1.0, composites=0.0, answers=0.0, foreign_context=0.0).epoch():
        for span in read_spans(item.tags):
            assert item.text[span.start : span.end][-2:] in {"个月", "月份"}


def test_joining_keeps_the_spans_of_both() -> None:
    first, second = build_sentence(EXAMPLES[0]), build_sentence(EXAMPLES[1])
    joined = join_sentences(first, "，", second, ("query_bill",))
    assert [joined.text[span.start : span.end] for span in read_spans(joined.tags)] == ["上个月", "三月份"]


def test_answers_take_their_values_from_the_sentences() -> None:
    answers = list(build(answers=5.0, composites=0.0).epoch())[len(EXAMPLES) :]
    assert {item.context.requested_slot for item in answers if item.context.active_flow} == {"month"}
