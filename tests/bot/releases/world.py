"""Two or more releases of the small project in memory, over one database, with a follower that tests drive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

from rasa_sdk import Action

from bot.assistant import Assistant
from bot.message import UserMessage
from bot.project import Project
from bot.releases.book import ReleaseBook
from bot.releases.follower import ReleaseFollower
from bot.releases.loaded import LoadedRelease
from bot.releases.make import releases_folder
from bot.releases.manifest import Manifest
from bot.releases.router import ReleaseRouter
from bot.releases.settings import CanarySettings
from eval.personal import mask
from knowledge_base.answer import Answer, Finding, Suggestions
from knowledge_base.live import KnowledgeBase
from nlu.understanding import Context, Intent, Understanding
from tests.bot.talk import MovableClock, ScriptedNlu, Talk, build_talk

HELLO = "今天多云"
"""What customers say here."""
UNKNOWN = Intent("out_of_scope", 0.95)


class BrokenNlu:
    """Raises on every sentence."""

    def parse(self, text: str, context: Context) -> Understanding:
        """Raise."""
        raise KeyError(text)


class DeafNlu:
    """Understands nothing."""

    def parse(self, text: str, context: Context) -> Understanding:
        """Return that the sentence is about something else."""
        return Understanding(text, replace(UNKNOWN, confidence=0.05), (UNKNOWN,), (UNKNOWN,), ())


@dataclass
class OneArticle:
    """A knowledge base with one article, or with none."""

    article: str = ""

    def find(self, question: str, **_: Any) -> Finding:
        """Return the article."""
        if not self.article:
            return Suggestions((), 0.0)
        return Answer(self.article, 1, "标题", "文件", self.article, "答案", "答案", 0.9)


@dataclass
class World:
    """A worker with its releases."""

    talk: Talk
    actions: Mapping[str, Action]
    home: Path
    settings: CanarySettings = field(default_factory=CanarySettings)
    broken: dict[str, Exception] = field(default_factory=dict)
    """What loading a release raises."""
    releases: dict[str, LoadedRelease] = field(default_factory=dict)
    loads: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clock: MovableClock = self.talk.clock
        self.nlu: ScriptedNlu = self.talk.nlu
        self.database = self.talk.assistant.store.database
        self.book = ReleaseBook(self.database, self.clock)
        self.router = ReleaseRouter(self.add("base"))
        self.follower = self.worker(self.router)

    def worker(self, router: ReleaseRouter) -> ReleaseFollower:
        """Return the follower of a worker."""
        return ReleaseFollower.over(self.database, router, self.load, self.settings, self.clock, mask)

    def add(self, name: str, nlu: Any = None, project: Project | None = None, article: str = "") -> LoadedRelease:
        """Put a release where the worker finds it."""
        engine = self.talk.assistant.engine
        engine = replace(engine, nlu=nlu or self.nlu, project=project or engine.project)
        assistant = Assistant(engine, self.talk.assistant.store, self.talk.assistant.locks, lambda: f"print-{name}")
        knowledge = cast("KnowledgeBase", OneArticle(article))
        loaded = LoadedRelease(
            name, engine.project, engine.nlu, knowledge, cast("Any", None), assistant, lambda: f"print-{name}"
        )
        self.releases[name] = loaded
        return loaded

    async def load(self, name: str) -> LoadedRelease:
        """Load a release as the worker does."""
        self.loads.append(name)
        if name in self.broken:
            raise self.broken[name]
        return self.releases[name]

    async def enter(self, name: str, **loaded: Any) -> None:
        """Put a release into the book, too."""
        self.add(name, **loaded)
        folder = releases_folder(self.home) / name
        folder.mkdir(parents=True, exist_ok=True)
        await self.book.add(folder, Manifest(id=name, made_at=self.clock().timestamp(), made_by="li"))

    async def settle(self, follower: ReleaseFollower | None = None) -> None:
        """Let a worker look until everything is loaded."""
        follower = follower or self.follower
        for _ in range(8):
            await follower.look()

    async def say(self, sender: str, text: str = HELLO, **more: Any) -> list[str]:
        """Say something as a customer."""
        return [reply.text for reply in await self.router.answer(UserMessage(text, sender, "app", **more))]

    async def released_by(self, sender: str) -> str:
        """Return which release answered a customer last."""
        return (await self.router.turns(sender))[-1].release.removeprefix("print-")


async def build_world(project: Project, actions: dict[str, Action], folder: Path, **more: Any) -> World:
    """Return a worker that answers with the project folder."""
    talk = await build_talk(project, folder, actions)
    talk.nlu.teach(f"chitchat: {HELLO}")
    world = World(talk, actions, folder, **more)
    await world.book.prepare()
    await world.settle()
    return world
