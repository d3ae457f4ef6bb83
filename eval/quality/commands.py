"""`gridtalk qa`: score conversations against the rubric; import those that were held elsewhere."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import orjson
import typer

from bot.assembly import known_action_names
from bot.project import load_project
from connectors.desk.organisation import load_organisation
from connectors.desk.store import DeskStore
from connectors.phone.archive import open_archive
from connectors.webchat.records import METADATA as CHAT_TABLES
from eval.quality.batch import Progress
from eval.quality.import_file import Reading, read_conversation_file
from eval.quality.intake import Intake
from eval.quality.recording_file import CallTold, is_recording, open_ears, read_moment, read_side, recognise_call
from eval.quality.rubric import Rubric, load_rubric
from eval.quality.score import render_score, score_transcript
from eval.quality.scoring import Scoring
from eval.quality.source import Task
from eval.quality.store import QualityStore
from eval.quality.transcript import Transcript, read_transcripts
from eval.quality.workers import Workers, open_workers
from eval.terminal import open_store, parse_day, say
from storage.clock import CHINA, system_clock

qa_app = typer.Typer(no_args_is_help=True, help="Quality scoring of conversations.")

RUBRIC_FOLDER = Path("data/qa")
ProjectOption = Annotated[Path, typer.Option("--project", help="Folder with data/qa.")]
SideOption = Annotated[str, typer.Option("--customer", help="The customer's channel of a recording: left or right.")]
HERE = Path()


@qa_app.callback()
def _group() -> None:
    """Quality scoring of conversations."""


@qa_app.command()
def score(
    file: Annotated[
        Path | None, typer.Option(help="F.jsonl (one conversation a line) or F.wav (a recorded call); scores: stdout.")
    ] = None,
    since: Annotated[str | None, typer.Option(help="Score the store's conversations from this day on.")] = None,
    until: Annotated[str | None, typer.Option(help="The day after the last one.")] = None,
    ray: Annotated[str | None, typer.Option(help="Score on this Ray cluster; `local` starts one here.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; default one per core.")] = None,
    customer: SideOption = "left",
    project: ProjectOption = HERE,
) -> None:
    """Score every conversation of a file, or what is not scored yet of the store."""
    if (file is None) == (since is None):
        say("gridtalk: give --file or --since, one of them")
        raise typer.Exit(2)
    if file is not None:
        _score_file(file, project, customer)
        return
    task = Task(
        parse_day(since or "", "--since"), parse_day(until, "--until") if until else None, system_clock().timestamp()
    )
    done = asyncio.run(score_store(project, task, ray, workers))
    say(done.line())


@qa_app.command("import")
def import_conversations(
    file: Annotated[
        Path,
        typer.Option(help="F.csv (one utterance a row), F.jsonl (one conversation a line), F.wav (a recorded call)."),
    ],
    customer: SideOption = "left",
    began: Annotated[str | None, typer.Option(help="When a recorded call began, as 2026-11-20T09:30.")] = None,
    agent_name: Annotated[str, typer.Option(help="Log-in name of the agent of a recorded call.")] = "",
    scope: Annotated[str, typer.Option(help="Place of a recorded call, as 山东/青岛市.")] = "",
    project: ProjectOption = HERE,
) -> None:
    """Take conversations from elsewhere; `gridtalk qa score --since` then scores them as a person's."""
    if is_recording(file):
        told = CallTold(file.stem, read_moment(file, began), agent_name, scope, read_side(customer))
        reading = Reading((recognise_call(file, told, open_ears()),), ())
    else:
        reading = read_conversation_file(file)
    for mistake in reading.mistakes:
        say(str(mistake))
    asyncio.run(_keep(project, reading, file if is_recording(file) else None))
    days = sorted(turn.at.astimezone(CHINA).date() for one in reading.transcripts for turn in one.turns[:1] if turn.at)
    window = f"; gridtalk qa score --since {days[0]}" if days else ""
    say(f"{len(reading.transcripts)} conversations taken, {len(reading.mistakes)} left out{window}")
    raise typer.Exit(1 if reading.mistakes else 0)


async def score_store(project: Path, task: Task, ray: str | None, processes: int | None) -> Progress:
    """Score what is new in the store and note what is alarming. Raises BotError, RubricInvalid, ExtraMissing."""
    rubric = load_rubric(project / RUBRIC_FOLDER)
    workers = open_workers(rubric, ray, processes)
    try:
        return await _score_new(project, task, rubric, workers)
    finally:
        workers.close()


async def _score_new(project: Path, task: Task, rubric: Rubric, workers: Workers) -> Progress:
    progress = Progress(say)
    async with open_store(load_project(project, actions=known_action_names())) as database:
        store = QualityStore(database)
        for part in (DeskStore(database), store):
            await part.prepare()
        await database.create_tables(CHAT_TABLES)
        scoring = Scoring(store, load_organisation(project), open_archive())
        done = await scoring.run(task, rubric, workers, progress)
        say(f"{done.alerts} new alerts, {done.drawn} conversations drawn for review")
        return progress


async def _keep(project: Path, reading: Reading, sound: Path | None) -> None:
    async with open_store(load_project(project, actions=known_action_names())) as database:
        store = QualityStore(database)
        await store.prepare()
        intake = Intake(store, load_organisation(project), open_archive())
        await intake.keep(reading.transcripts, system_clock().timestamp())
        if sound is not None:
            await intake.keep_recording(reading.transcripts[0], sound)


def _score_file(file: Path, project: Path, customer: str) -> None:
    rubric = load_rubric(project / RUBRIC_FOLDER)
    try:
        for transcript in _transcripts_of(file, customer):
            sys.stdout.write(orjson.dumps(render_score(score_transcript(transcript, rubric))).decode() + "\n")
    except OSError as error:
        say(f"gridtalk: {file} cannot be read: {error}")
        raise typer.Exit(2) from error


def _transcripts_of(file: Path, customer: str) -> Iterable[Transcript]:
    if not is_recording(file):
        return read_transcripts(file)
    told = CallTold(file.stem, read_moment(file, None), customer=read_side(customer))
    return (recognise_call(file, told, open_ears()),)
