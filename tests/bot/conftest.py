"""A small project with the reference bot's own repairs, and actions whose doings are counted."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from rasa_sdk import Action
from rasa_sdk.events import SlotSet

from bot.builtin_actions import ActionNameOptions
from bot.project import Project, load_project
from tests.bot.talk import Talk, build_talk

ROOT = Path(__file__).parents[2]
SMALL = Path(__file__).parent / "project"


class CountedAction(Action):
    """An action that remembers how often and with which key it ran, and may be told to fail."""

    def __init__(self, name: str, slots: dict[str, Any] | None = None, says: str | None = None) -> None:
        self._name, self._slots, self._says = name, slots or {}, says
        self.keys: list[str] = []
        self.failures: list[Exception] = []

    def name(self) -> str:
        return self._name

    async def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[dict[str, Any]]:
        self.keys.append(tracker.latest_message["idempotency_key"])
        if self.failures:
            raise self.failures.pop(0)
        if self._says:
            dispatcher.utter_message(text=self._says)
        return [SlotSet(name, value) for name, value in self._slots.items()]


def make_actions() -> dict[str, Action]:
    """Return the small bot's actions."""
    made = [
        CountedAction("action_find_bill", {"bill_total": "88.50"}),
        CountedAction("action_check_outage", {"outage_known": False}),
        CountedAction("action_make_ticket", {"ticket": "GD1"}),
        CountedAction("action_verify", {"verified_account": "3702000000001", "verified_level": 2}),
        CountedAction("action_register_callback", {"callback_ticket_no": "GD9"}),
        CountedAction("action_answer_or_suggest", says="没有听明白"),
        CountedAction("action_answer_aside", {"aside_answered": True}, says="校表期间电费照交"),
        CountedAction("action_answer_if_certain", {"aside_answered": False}),
        CountedAction("action_answer_knowledge", says="峰段是8点到22点"),
    ]
    return {action.name(): action for action in made}


@pytest.fixture
def actions() -> dict[str, Action]:
    """The small bot's actions."""
    return make_actions()


@pytest.fixture
def project(tmp_path: Path, actions: dict[str, Action]) -> Project:
    """The small project, with the shipped patterns."""
    folder = tmp_path / "project"
    shutil.copytree(SMALL, folder)
    (folder / "domain").mkdir(exist_ok=True)
    shutil.copy(ROOT / "domain.yml", folder / "domain.yml")
    shutil.copy(ROOT / "domain" / "patterns.yml", folder / "domain" / "patterns.yml")
    shutil.copy(ROOT / "data" / "flows" / "patterns.yml", folder / "data" / "flows" / "patterns.yml")
    loaded = load_project(folder, actions=[*actions, "action_name_options"])
    actions["action_name_options"] = ActionNameOptions(loaded.flows)
    return loaded


@pytest.fixture
async def talk(project: Project, actions: dict[str, Action], tmp_path: Path) -> AsyncIterator[Talk]:
    """A fresh conversation."""
    conversation = await build_talk(project, tmp_path, actions)
    yield conversation
    await conversation.assistant.store.database.close()
