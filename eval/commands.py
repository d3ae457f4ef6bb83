"""`gridtalk qa`, `gridtalk report`, `gridtalk retrain`: the quality loop on the command line."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.assembly import known_action_names
from eval.errors import ExtraMissing
from eval.quality.commands import qa_app
from eval.report.commands import write_report
from eval.terminal import parse_day, say

loop_app = typer.Typer(help="The quality loop.")
loop_app.add_typer(qa_app, name="qa")

ProjectOption = Annotated[Path, typer.Option("--project", help="Folder with domain.yml and config.yml.")]
HERE = Path()


@loop_app.command()
def report(
    since: Annotated[str, typer.Option(help="First day, for instance 2026-10-01.")],
    until: Annotated[str, typer.Option(help="The day after the last one.")],
    out: Annotated[Path, typer.Option(help="Folder for report.html and report.xlsx.")],
    region: Annotated[str | None, typer.Option(help="Only this region.")] = None,
    project: ProjectOption = HERE,
) -> None:
    """Figures of a period: volume, containment, resolution, satisfaction, quality."""
    window = (parse_day(since, "--since"), parse_day(until, "--until"))
    written = write_report(project, known_action_names(), *window, region, out)
    say(f"{written.whole.conversations} conversations: {out}")


@loop_app.command()
def retrain(
    month: Annotated[str, typer.Option(help="Month to learn from, for instance 2026-10.")],
    train: Annotated[bool, typer.Option("--train/--no-train", help="Make a candidate of the labels, too.")] = True,
    force: Annotated[bool, typer.Option("--force", help="Make a candidate even without new labels.")] = False,
    job: Annotated[int | None, typer.Option(hidden=True, help="The training that a worker queued.")] = None,
    project: ProjectOption = HERE,
) -> None:
    """Study a month: weak messages, new topics, a labelling queue; then candidate, gates and a draft release."""
    study = _needing_train("eval.retrain.commands", "retraining")
    if not train:
        found, folder = study.retrain(project, known_action_names(), month)
        say(f"{found.messages} weak messages, {len(found.topics)} topics: {folder}")
        return
    learnt = study.learn(project, known_action_names(), month, job, force=force)
    say(f"{learnt.verdict}: {learnt.detail}")
    if learnt.release is not None:
        say(f"release {learnt.release}; measured: {learnt.page}")


@loop_app.command()
def simulate(
    out: Annotated[Path, typer.Option(help="Folder for the year's figures and the simulation's own state.")],
    months: Annotated[int, typer.Option(min=1, max=12)] = 12,
    seed: Annotated[int, typer.Option(help="The same seed gives the same customers.")] = 1,
    visits: Annotated[int, typer.Option(min=20, max=5000, help="Customers a month.")] = 260,
    project: ProjectOption = HERE,
) -> None:
    """Simulate a year of customers whose words drift, with the monthly loop at work; minutes a month."""
    _needing_train("eval.simulate.commands", "simulating").simulate(project, out, months, seed, visits)
    say(f"figures, table and picture: {out}")


def _needing_train(module: str, doing: str) -> Any:
    """Import a module that needs scikit-learn, which serving does not. Raises ExtraMissing."""
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        raise ExtraMissing(f"{error}; {doing} needs: pip install -e '.[train]'") from error
