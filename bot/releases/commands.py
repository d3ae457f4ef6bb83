"""`gridtalk release`: which releases there are, and their moves, on the command line."""

from __future__ import annotations

import asyncio
import getpass
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated, Any, TypeVar

import orjson
import typer

from bot.open_backends import open_conversations
from bot.parts import known_action_names
from bot.project import load_project
from bot.releases.book import ReleaseBook
from bot.releases.make import make_release
from bot.releases.manifest import Manifest, new_release_id
from bot.releases.roll_back import roll_back
from bot.releases.values import Release, Serving
from knowledge_base.editing.book import ArticleBook
from storage.clock import system_clock
from storage.home import home_folder

release_app = typer.Typer(no_args_is_help=True, help="Releases: make, try on a share of the customers, go back.")
ProjectOption = Annotated[Path, typer.Option("--project", help="Folder with domain.yml and config.yml.")]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why; it stays in the history.")]
IdArgument = Annotated[str, typer.Argument(metavar="ID", help="As `gridtalk release list` shows it.")]
HERE = Path()
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Books:
    releases: ReleaseBook
    articles: ArticleBook


@release_app.command("list")
def list_releases(
    state: Annotated[str, typer.Option(help="Only these: draft, shadow, canary, stable, ...")] = "",
    project: ProjectOption = HERE,
) -> None:
    """Show which release answers whom, and the newest hundred."""

    async def read(books: _Books) -> dict[str, Any]:
        found, total = await books.releases.page(state, 1, 100)
        items = [_render(release) for release in found]
        return {"serving": asdict(await books.releases.serving()), "items": items, "total": total}

    _print_json(_with_books(project, read))


@release_app.command()
def show(release_id: IdArgument, project: ProjectOption = HERE) -> None:
    """Show one release: manifest, gates, flipped sentences, history."""

    async def read(books: _Books) -> dict[str, Any]:
        release = await books.releases.release(release_id)
        moves, _ = await books.releases.moves(release_id, 1, 100)
        gates = release.gates.model_dump(mode="json") if release.gates is not None else None
        return {**_render(release), "gates": gates, "moves": [asdict(move) for move in moves]}

    _print_json(_with_books(project, read))


@release_app.command()
def make(
    note: Annotated[str, typer.Option(help="What is in it.")],
    model: Annotated[Path | None, typer.Option(help="Folder that takes the place of models/nlu.")] = None,
    project: ProjectOption = HERE,
) -> None:
    """Make a draft of the project folder as it is now."""
    at = system_clock()

    async def add(books: _Books) -> dict[str, Any]:
        manifest = Manifest(
            id=new_release_id(None, at.date().isoformat()),
            made_at=at.timestamp(),
            made_by=_who(),
            note=note,
            knowledge_revision=await books.articles.revision(),
        )
        models = {"nlu": model} if model is not None else None
        folder = make_release(project.absolute(), home_folder(), manifest=manifest, models=models)
        return {**_render(await books.releases.add(folder, manifest)), "folder": str(folder)}

    _print_json(_with_books(project, add))


@release_app.command()
def shadow(release_id: IdArgument, reason: ReasonOption, project: ProjectOption = HERE) -> None:
    """Let a release understand beside the stable one; nobody is answered by it."""
    _move(project, lambda books: books.releases.shadow(release_id, by=_who(), reason=reason))


@release_app.command()
def canary(
    release_id: IdArgument,
    percent: Annotated[int, typer.Argument(help="5, 25, 50 or 100 of a hundred customers.")],
    reason: ReasonOption,
    project: ProjectOption = HERE,
) -> None:
    """Let a release answer a share of the customers; it goes back by itself when it is worse."""

    async def move(books: _Books) -> Serving:
        now = await books.articles.revision()
        return await books.releases.canary(release_id, percent, by=_who(), reason=reason, knowledge_revision=now)

    _move(project, move)


@release_app.command()
def stop(release_id: IdArgument, reason: ReasonOption, project: ProjectOption = HERE) -> None:
    """Take a release out of shadow or canary; it becomes a draft again."""
    _move(project, lambda books: books.releases.stop(release_id, by=_who(), reason=reason))


@release_app.command()
def promote(release_id: IdArgument, reason: ReasonOption, project: ProjectOption = HERE) -> None:
    """Let the canary answer everybody from now on."""

    async def move(books: _Books) -> Serving:
        now = await books.articles.revision()
        return await books.releases.promote(release_id, by=_who(), reason=reason, knowledge_revision=now)

    _move(project, move)


@release_app.command()
def rollback(
    reason: ReasonOption,
    to: Annotated[str | None, typer.Option(help="A release that was stable before; else the last one.")] = None,
    with_knowledge: Annotated[bool, typer.Option("--with-knowledge", help="Edited articles go back, too.")] = False,
    project: ProjectOption = HERE,
) -> None:
    """End the canary, or go back to the release before: model, index, knowledge and flows as one."""

    async def move(books: _Books) -> dict[str, Any]:
        done = await roll_back(
            books.releases, books.articles, by=_who(), reason=reason, to=to, with_knowledge=with_knowledge
        )
        return asdict(done)

    _print_json(_with_books(project, move))


def _move(project: Path, act: Callable[[_Books], Awaitable[Serving]]) -> None:
    async def move(books: _Books) -> dict[str, Any]:
        return asdict(await act(books))

    _print_json(_with_books(project, move))


def _with_books(project: Path, act: Callable[[_Books], Awaitable[T]]) -> T:
    async def run() -> T:
        async with _open(project) as books:
            return await act(books)

    return asyncio.run(run())


@asynccontextmanager
async def _open(project: Path) -> AsyncIterator[_Books]:
    database = open_conversations(load_project(project, actions=known_action_names()).endpoints)
    try:
        books = _Books(ReleaseBook(database, system_clock), ArticleBook(database, clock=system_clock))
        await books.releases.prepare()
        await books.articles.prepare()
        yield books
    finally:
        await database.close()


def _render(release: Release) -> dict[str, Any]:
    rendered = asdict(replace(release, gates=None))
    del rendered["gates"]
    return {**rendered, "gates_passed": release.gates.passed if release.gates is not None else None}


def _who() -> str:
    return f"command line ({getpass.getuser()})"[:64]


def _print_json(content: Any) -> None:
    sys.stdout.write(orjson.dumps(content, option=orjson.OPT_INDENT_2).decode() + "\n")
