"""Load a release that may be broken, and find the one that a starting worker answers with."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from bot.errors import ReleaseInvalid
from bot.releases.book import ReleaseBook
from bot.releases.failures import describe
from bot.releases.loaded import LoadedRelease
from bot.releases.manifest import BASE
from bot.releases.settings import Probes
from nlu.understanding import NO_CONTEXT

_LOG = structlog.get_logger(__name__)
Load = Callable[[str], Awaitable[LoadedRelease]]
"""Id -> the release in memory; raises whatever is wrong with it."""


async def load_stable(book: ReleaseBook, load: Load) -> LoadedRelease:
    """Load the stable release; where it cannot be loaded, the one before, at last the project folder.

    Raises what the project folder raises.
    """
    await book.prepare()
    while (name := (await book.serving()).stable) != BASE:
        try:
            loaded = await load(name)
            _LOG.info("a release answers, not the project folder as it is", release=name)
            return loaded
        except Exception as error:  # whatever is wrong with a release, customers are answered
            _LOG.error("stable release not loaded; the one before answers", release=name, cause=describe(error))
            await book.fail(name, "load", f"装不上：{describe(error)}")
    return await load(BASE)


async def load_and_probe(name: str, load: Load, probes: Probes) -> LoadedRelease:
    """Load a release and see whether it understands what every release does. Raises whatever is wrong with it."""
    loaded = await load(name)
    await asyncio.to_thread(_probe, loaded, probes)
    return loaded


def _probe(loaded: LoadedRelease, probes: Probes) -> None:
    wrong = []
    for probe in probes.sentences:
        heard = loaded.nlu.parse(probe.text, NO_CONTEXT).intent.name
        if heard not in probe.intents:
            wrong.append(f"{probe.text} → {heard}")
    right = len(probes.sentences) - len(wrong)
    if right < probes.least_right * len(probes.sentences):
        raise ReleaseInvalid(f"试听 {len(probes.sentences)} 句只懂 {right} 句：{'；'.join(wrong)}")
