"""Known surfaces as hints: found whole, the longest first, and never those that a sentence alone has."""

from pathlib import Path

from nlu.annotations import Span, parse_annotated
from nlu.examples import Example
from nlu.gazetteer import Gazetteer, KnownSpan, build_gazetteer, load_gazetteer


def build(*lines: str) -> Gazetteer:
    annotated = [parse_annotated(line) for line in lines]
    return build_gazetteer([Example(one.text, ("a",), one.spans) for one in annotated])


SONGS = build(
    "放[稻香](song)", "来首[稻香](song)", "听[稻香里的夏天](song)", "听[稻香](album)", "wake me at [six](time)"
)


def test_the_longest_known_surface_is_found_with_its_usual_entity() -> None:
    assert SONGS.find("我要听稻香里的夏天和稻香") == [KnownSpan("song", 3, 9), KnownSpan("song", 10, 12)]


def test_a_sentence_does_not_see_what_it_alone_has() -> None:
    text = "听稻香里的夏天"
    assert SONGS.find(text, [Span("song", 1, 7)]) == [KnownSpan("song", 1, 3)]
    assert SONGS.find("听稻香", [Span("album", 1, 3)]) == [KnownSpan("song", 1, 3)]


def test_latin_words_are_found_whole_whatever_their_case() -> None:
    assert SONGS.find("at SIX or sixteen") == [KnownSpan("time", 3, 6)]


def test_surfaces_of_any_length_are_found_to_the_last_sign() -> None:
    short = Gazetteer({surface: {"x": 1} for surface in ("a", "b c", "b", "江", "江南", "江南春天")})
    assert [(span.start, span.end) for span in short.find("a b c b 江南春江南")] == [
        (0, 1), (2, 5), (6, 7), (8, 10), (11, 13)
    ]  # fmt: skip


def test_a_word_that_is_mostly_something_else_is_no_surface() -> None:
    common = [f"现在{number}点" for number in range(9)]
    assert build("听[现在](song)", *common).find("我想听现在") == []


def test_the_surfaces_are_the_same_after_loading(tmp_path: Path) -> None:
    SONGS.save(tmp_path)
    assert load_gazetteer(tmp_path) == SONGS


def test_a_model_without_the_file_knows_no_surfaces(tmp_path: Path) -> None:
    assert load_gazetteer(tmp_path).find("稻香") == []
