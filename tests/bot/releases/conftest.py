"""A worker with releases of the small project."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from rasa_sdk import Action

from bot.project import Project
from tests.bot.releases.world import World, build_world


@pytest.fixture
async def world(project: Project, actions: dict[str, Action], tmp_path: Path) -> AsyncIterator[World]:
    """A worker that answers with the project folder."""
    made = await build_world(project, actions, tmp_path)
    yield made
    await made.database.close()
