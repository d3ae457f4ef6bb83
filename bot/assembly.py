"""Put a bot together from a project folder: the only place where names in config.yml become objects (with parts.py)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from actions.demo.dataset import ensure_demo_data
from bot.config import EndpointsFile
from bot.demo_bills import DemoBills
from bot.handoff import HandoffQueue
from bot.locks import FileLocks, LockStore, ProcessLocks, RedisLocks
from bot.open_backends import OpenBackends, expand, open_backends, open_conversations
from bot.parts import SharedParts, known_action_names, load_release
from bot.project import Project, load_project
from bot.releases.book import ReleaseBook
from bot.releases.follower import ReleaseFollower
from bot.releases.loaded import LoadedRelease
from bot.releases.make import check_files
from bot.releases.manifest import BASE
from bot.releases.router import ReleaseRouter
from bot.releases.settings import load_canary_settings
from bot.releases.shadow import Mask
from bot.releases.start import load_stable
from bot.store import ConversationStore
from bot.tariff_desk import TariffDesk
from bot.tariff_watch import open_published
from bot.turn import Understands
from knowledge_base.editing.book import ArticleBook
from knowledge_base.live import KnowledgeBase
from knowledge_base.tariffs.live import PublishedTables
from storage.clock import Clock
from storage.database import Database
from storage.home import home_folder

__all__ = ["Bot", "build_bot", "known_action_names", "make_demo_data"]


@dataclass(slots=True)
class Bot:
    """A running bot and the parts that its doors ask for.

    What belongs to a release is asked for each time: another release may be the stable one by then.
    """

    assistant: ReleaseRouter
    opened: OpenBackends
    clock: Clock
    conversations: Database
    published: PublishedTables
    """Tariff tables that people published; connectors/serve.py keeps them new."""
    queue: HandoffQueue
    articles: ArticleBook
    """What editors publish over the articles of the files; bot/knowledge_watch.py keeps it new."""
    ready: asyncio.Event
    """Set when the back ends have their data; the demo's are made while the first customers talk already."""
    follower: ReleaseFollower | None = None
    """Keeps this process at the release that the book names; None where a folder is served as it is."""

    @property
    def project(self) -> Project:
        """The project of the stable release."""
        return self.assistant.stable.project

    @property
    def nlu(self) -> Understands:
        """The understanding of the stable release."""
        return self.assistant.stable.nlu

    @property
    def knowledge(self) -> KnowledgeBase:
        """The knowledge of the stable release."""
        return self.assistant.stable.knowledge

    @property
    def tariffs(self) -> TariffDesk:
        """The tariffs of the stable release."""
        return self.assistant.stable.tariffs

    def knowledge_bases(self) -> tuple[KnowledgeBase, ...]:
        """Return the knowledge of all releases in memory."""
        return tuple(release.knowledge for release in self.assistant.loaded())

    def release(self) -> str:
        """Return the fingerprint of the stable release."""
        return self.assistant.stable.fingerprint()

    async def close(self) -> None:
        """Let go of the databases."""
        await self.conversations.close()
        await self.opened.engine.dispose()


async def build_bot(root: Path, clock: Clock, *, serves_releases: bool = False, mask: Mask | None = None) -> Bot:
    """Load everything that a project names and return the bot. Raises ProjectInvalid and the packages' own errors.

    serves_releases: the release that the book names answers, not the folder as it is; mask: takes personal values out
    of what a candidate in the shadow keeps.
    """
    project = load_project(root, actions=known_action_names())
    conversations = open_conversations(project.endpoints)
    opened = await open_backends(project.endpoints, clock)
    published = await open_published(conversations, clock)
    articles = ArticleBook(conversations, clock=clock)
    await articles.prepare()
    store, queue = ConversationStore(conversations), HandoffQueue(conversations, project)
    await store.prepare()
    await queue.prepare()
    ready = asyncio.Event()
    shared = SharedParts(project.endpoints, opened, clock, store, _locks(project.endpoints), queue, published, ready)
    book = ReleaseBook(conversations, clock)

    async def load(release_id: str) -> LoadedRelease:
        folder = book.folder_of(release_id, root, home_folder())
        own = project if release_id == BASE else None
        if own is None:
            await asyncio.to_thread(check_files, folder)
        return await asyncio.to_thread(load_release, folder, release_id, shared, own, await articles.overlay())

    router = ReleaseRouter(await load_stable(book, load) if serves_releases else await load(BASE))
    articles.base = lambda: router.stable.knowledge.file_articles
    articles.regions = lambda: router.stable.knowledge.regions
    if project.endpoints.backends.type != "demo":
        ready.set()
    bot = Bot(router, opened, clock, conversations, published, queue, articles, ready)
    if serves_releases:
        bot.follower = ReleaseFollower.over(conversations, router, load, load_canary_settings(root), clock, mask)
    return bot


async def make_demo_data(bot: Bot, progress: Any = None) -> None:
    """Make the demo data set where the back ends are the demo's."""
    if bot.project.endpoints.backends.type == "demo":
        await ensure_demo_data(bot.opened.engine, bot.clock(), DemoBills(bot.tariffs.book), progress)
    bot.ready.set()


def _locks(endpoints: EndpointsFile) -> LockStore:
    entry = endpoints.lock_store
    if entry.type == "redis":
        return RedisLocks(expand(entry.url) or "redis://127.0.0.1:6379/0")
    return ProcessLocks() if entry.type == "process" else FileLocks(home_folder() / "locks")
