"""The desk over the small bot of tests/bot, on SQLite and on PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from rasa_sdk import Action

from bot.builtin_actions import ActionNameOptions
from bot.project import Project, load_project
from tests.bot.conftest import ROOT, SMALL, actions  # noqa: F401 - the small bot's actions
from tests.connectors.desk.world import World, build_world, fresh_postgres

SHARED = (Path("domain.yml"), Path("domain") / "patterns.yml", Path("data") / "flows" / "patterns.yml")
_LOADED: list[Project] = []
"""Read once: it is never changed."""


def small_bot(folder: Path, made: dict[str, Action]) -> Project:
    """Return the small project with the reference bot's repairs."""
    if not _LOADED:
        shutil.copytree(SMALL, folder)
        for path in SHARED:
            (folder / path).parent.mkdir(exist_ok=True)
            shutil.copy(ROOT / path, folder / path)
        _LOADED.append(load_project(folder, actions=[*made, "action_name_options"]))
    made["action_name_options"] = ActionNameOptions(_LOADED[0].flows)
    return _LOADED[0]


@pytest.fixture(params=["sqlite", "postgresql"])
async def world(
    request: pytest.FixtureRequest,
    actions: dict[str, Action],  # noqa: F811
    tmp_path: Path,
) -> AsyncIterator[World]:
    """A desk with nobody there yet, on a Friday at ten."""
    url = await fresh_postgres() if request.param == "postgresql" else None
    made = await build_world(small_bot(tmp_path / "project", actions), tmp_path, actions, url)
    yield made
    await made.close()


@pytest.fixture
async def small_world(actions: dict[str, Action], tmp_path: Path) -> AsyncIterator[World]:  # noqa: F811
    """The same, on SQLite alone."""
    made = await build_world(small_bot(tmp_path / "project", actions), tmp_path, actions)
    yield made
    await made.close()
