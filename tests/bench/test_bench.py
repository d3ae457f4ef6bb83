"""The benchmarks measure what they say: percentiles, a small load against a real server, results that can be read."""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import web

from bench.__main__ import run_benchmark
from bench.catalogue import BENCHMARKS, choose_benchmarks
from bench.client import Assignment, hold_conversations
from bench.environment import size_on_disk
from bench.errors import LoadFailed, NotMeasurable, UnknownBenchmark
from bench.figures import Extent, Figure, Result, collect_figures, percentile
from bench.load import make_load
from bench.machine import Load, on_one_core, read_load, read_machine
from bench.parsing import SENTENCES
from bench.processes import child_processes, memory_of
from bench.report import render_json
from bench.sayings import KINDS, SCRIPTS, speak
from bench.synthetic_articles import recombine_articles
from bench.training import SMALL_INTENTS, SMALL_SENTENCES, write_small_set
from knowledge_base.load_articles import load_articles
from nlu.examples import load_training_set

ROOT = Path(__file__).parents[2]


@dataclass(slots=True)
class ParrotDesk:
    """A small service in the shape of the REST channel: it repeats the message, or is out of order."""

    path: str = "/say"
    port: int = 0
    heard: list[tuple[str, str]] = field(default_factory=list)
    callers: set[object] = field(default_factory=set)
    breaks_down: bool = False

    async def answer(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.heard.append((body["sender"], body["message"]))
        self.callers.add(request.transport)
        if self.breaks_down:
            return web.json_response({"error": {"code": "internal_error"}}, status=500)
        return web.json_response([{"recipient_id": body["sender"], "text": body["message"]}])

    @asynccontextmanager
    async def open(self) -> AsyncIterator[ParrotDesk]:
        application = web.Application()
        application.router.add_post(self.path, self.answer)
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.port = runner.addresses[0][1]
        try:
            yield self
        finally:
            await runner.cleanup()

    def assignment(self, clients: int, seconds: float, warm_up_seconds: float = 0.0) -> Assignment:
        return Assignment(self.port, self.path, clients, warm_up_seconds, seconds, "test", ["3700000000001"])


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [([7.0], 0.5, 7.0), ([7.0], 0.99, 7.0), ([3.0, 1.0, 2.0, 4.0], 0.5, 2.0), ([3.0, 1.0, 2.0], 0.0, 1.0)],
)
def test_percentile_is_the_nearest_rank(values: Sequence[float], share: float, expected: float) -> None:
    assert percentile(values, share) == expected


def test_percentile_99_of_a_hundred_leaves_one_out() -> None:
    assert percentile([float(number) for number in range(1, 101)], 0.99) == 99.0
    assert percentile([float(number) for number in range(1, 201)], 0.99) == 198.0


def test_percentile_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no values"):
        percentile([], 0.5)


def test_figures_keep_their_order_and_all_repeats() -> None:
    figures = collect_figures({"a": "ms", "b": "s", "absent": "s"}, [{"b": 2.0, "a": 1.0}, {"b": 4.0, "a": 3.0}])
    assert [(figure.name, figure.unit, figure.values) for figure in figures] == [
        ("a", "ms", (1.0, 3.0)),
        ("b", "s", (2.0, 4.0)),
    ]


async def test_every_conversation_has_a_sender_of_its_own_and_every_client_one_connection() -> None:
    async with ParrotDesk().open() as desk:
        diary = await hold_conversations(desk.assignment(clients=3, seconds=0.3))
        conversations: dict[str, list[str]] = {}
        for sender, message in desk.heard:
            conversations.setdefault(sender, []).append(message)
        assert len(desk.callers) == 3
    first_lines = {speak(script.sayings[0], account_no="", number=0) for script in SCRIPTS}
    assert all(lines[0] in first_lines for lines in conversations.values())
    assert set(diary.milliseconds) <= set(KINDS)
    assert len(diary.all_milliseconds) == len(desk.heard)
    assert diary.seconds >= 0.3


async def test_the_warm_up_is_not_counted() -> None:
    async with ParrotDesk().open() as desk:
        diary = await hold_conversations(desk.assignment(clients=1, seconds=0.1, warm_up_seconds=0.3))
    assert 0 < len(diary.all_milliseconds) < len(desk.heard)
    assert diary.seconds < 0.3


async def test_an_answer_without_the_words_that_it_must_hold_is_counted() -> None:
    async with ParrotDesk().open() as desk:  # a parrot never asks for a code
        diary = await hold_conversations(desk.assignment(clients=4, seconds=0.5))
    assert diary.unexpected > 0
    assert diary.failed == 0


async def test_the_load_runs_in_a_process_of_its_own_and_ends_by_itself() -> None:
    async with ParrotDesk().open() as desk:
        diary = await asyncio.to_thread(make_load, desk.assignment(clients=2, seconds=0.2))
    assert len(diary.all_milliseconds) == len(desk.heard)


async def test_a_server_that_only_fails_gives_no_figure() -> None:
    async with ParrotDesk(breaks_down=True).open() as desk:
        with pytest.raises(LoadFailed, match="no message was answered"):
            await asyncio.to_thread(make_load, desk.assignment(clients=1, seconds=0.1))


def test_the_scripts_have_every_kind_and_ask_for_a_code() -> None:
    assert {script.kind for script in SCRIPTS} == set(KINDS)
    for script in SCRIPTS:
        if script.kind == "verification":
            assert "验证码" in [saying.expects for saying in script.sayings]


def test_the_sentences_to_parse_are_as_long_as_they_say() -> None:
    for length, sentences in SENTENCES.items():
        assert {len(text) for text in sentences} == {length}


def test_recombined_articles_are_new_and_the_same_every_time() -> None:
    real = load_articles(ROOT / "data" / "knowledge")
    made = recombine_articles(real, 50)
    assert made == recombine_articles(real, 50)
    assert len({article.id for article in made}) == 50
    asked = {question for article in real for question in article.questions}
    assert sum(article.question in asked for article in made) < 5


def test_the_small_training_set_is_as_large_as_the_peers(tmp_path: Path) -> None:
    examples = load_training_set(write_small_set(ROOT / "data" / "nlu", tmp_path / "small.yml")).examples
    assert len(examples) == SMALL_INTENTS * SMALL_SENTENCES
    assert len({example.intents for example in examples}) == SMALL_INTENTS


def test_an_unknown_name_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownBenchmark, match="there is parsing"):
        choose_benchmarks(["parsng"])
    assert list(choose_benchmarks([])) == list(BENCHMARKS)


def test_what_cannot_be_measured_here_is_skipped_with_a_word() -> None:
    def measure(_: Extent) -> list[Figure]:
        raise NotMeasurable("torch is not installed")

    result = run_benchmark("training", measure, Extent(is_quick=True))
    assert (result.skipped, result.failed, result.figures) == ("torch is not installed", "", ())


def test_the_json_has_spread_and_load_of_every_result() -> None:
    result = Result("rest", Load(0.5, 0.1), 12.0, (Figure("p50", "ms", (3.0, 1.0, 2.0)),))
    rendered = json.loads(json.dumps(render_json([result], read_machine(), datetime.now(UTC), is_quick=False)))
    assert rendered["results"][0]["load_before"] == {"average": 0.5, "busy_cores": 0.1}
    assert rendered["results"][0]["figures"] == [
        {"name": "p50", "unit": "ms", "min": 1.0, "median": 2.0, "max": 3.0, "repeats": 3, "note": None}
    ]


def test_the_machine_can_be_read() -> None:
    load = read_load(0.05)
    assert 0 <= load.busy_cores <= (os.cpu_count() or 1)
    assert read_machine().cores >= 1
    assert memory_of(os.getpid()).resident >= memory_of(os.getpid()).proportional // 2 > 0
    assert os.getpid() in child_processes(os.getppid())


def test_one_core_is_given_back() -> None:
    before = os.sched_getaffinity(0)
    with on_one_core():
        assert len(os.sched_getaffinity(0)) == 1
    assert os.sched_getaffinity(0) == before


def test_a_hard_link_takes_no_room() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "first").write_bytes(b"x" * 100_000)
        alone = size_on_disk(folder)
        (folder / "second").hardlink_to(folder / "first")
        assert size_on_disk(folder) == alone >= 100_000
