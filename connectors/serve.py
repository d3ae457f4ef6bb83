"""Run the doors: one process that makes the demo's data and looks after its workers, each with an event loop.

Workers share the port (SO_REUSEPORT); a conversation may reach any of them, its lock and the store keep the order.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

import structlog
import uvloop
from aiohttp import web

from actions.demo.dataset import is_demo_current
from actions.sms import DemoSms
from bot.assembly import Bot, build_bot
from bot.errors import BotError
from bot.knowledge_watch import KnowledgeWatch
from bot.open_backends import expand
from bot.releases.shadow import Mask
from bot.tariff_watch import watch_published
from connectors.answering import Answers
from connectors.channels import Channel, Door, Surroundings, build_channels
from connectors.credentials import NO_FILE, Credentials, RestCredentials
from connectors.demo import prepare_demo, prepare_tables
from connectors.desk.assembly import open_desk
from connectors.desk.couriers import WindowCourier
from connectors.desk.desk import Desk
from connectors.desk.rest_mail import RestMail
from connectors.limits import Counts, ProcessCounts, RedisCounts, RequestLimits
from connectors.metrics import FOLDER as METRICS
from connectors.metrics import SharedMetrics, clear_metrics
from connectors.operations import BotOperations
from connectors.page import DemoPage
from connectors.phone.assembly import build_phone, phone_routes
from connectors.phone.errors import PhoneError
from connectors.rest import RestChannel, rest_settings
from connectors.server import build_server
from connectors.service_api import ServiceApi, TokenGuard
from connectors.voice_messages import open_voice_messages
from connectors.webchat.assembly import build_webchat
from connectors.webchat.settings import webchat_settings
from connectors.webchat.uploads import Uploads
from knowledge_base.errors import KnowledgeError
from nlu.errors import NluError
from storage.clock import Clock
from storage.errors import StorageError
from storage.home import home_folder
from storage.secret import load_cipher

_LOG = structlog.get_logger(__name__)
LOOK_EVERY_SECONDS = 1.0
STARTING_SECONDS = 20.0
BAD_INPUT = 2
COLLECT_AFTER = (20_000, 20, 20)
"""A turn makes some thousand short-lived objects; the default would look through them several times a turn."""
_POLL_SECONDS = 0.1


class OpenConsole(Protocol):
    """Makes the staff console over the agent desk."""

    def __call__(self, bot: Bot, desk: Desk, options: ServeOptions, counts: Counts) -> web.Application:
        """Return the application to be mounted at /console/."""
        ...


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """What `gridtalk run` was told."""

    root: Path
    host: str
    port: int
    workers: int
    is_demo: bool
    token: str | None
    credentials: Credentials = NO_FILE
    open_console: OpenConsole | None = None
    """Makes the staff console, which lies above this package."""
    mask: Mask | None = None
    """Takes personal values out of sentences that a candidate in the shadow differs on; None: none are kept."""


def serve(options: ServeOptions, clock: Clock, announce: Callable[[str], None]) -> int:
    """Serve until told to stop; returns the exit status. Raises OSError when the port cannot be had."""
    _check_port(options.host, options.port)
    clock()  # a clock that was set starts here, once for all workers
    asyncio.run(prepare_tables())
    clear_metrics(home_folder() / METRICS)
    workers = {_fork_worker(options, clock, index): index for index in range(options.workers)}
    try:
        return _look_after(workers, options, clock, announce)
    except KeyboardInterrupt:
        return _stop(workers)


def _fork_worker(options: ServeOptions, clock: Clock, index: int) -> int:
    sys.stdout.flush()
    sys.stderr.flush()
    process = os.fork()
    if process:
        return process
    status = 1
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_work(options, clock, index))
        status = 0
    except (BotError, NluError, KnowledgeError, PhoneError, StorageError) as error:
        print(f"gridtalk: {error}", file=sys.stderr, flush=True)
        status = BAD_INPUT
    except BaseException as error:  # the boundary of a process: it ends here, and says why
        print(f"gridtalk: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
    finally:
        os._exit(status)


async def _work(options: ServeOptions, clock: Clock, index: int) -> None:
    bot = await build_bot(options.root, clock, serves_releases=True, mask=options.mask)
    assert bot.follower is not None
    gc.collect()
    gc.freeze()  # models, articles and flows live as long as the process: no collection need look at them again
    gc.set_threshold(*COLLECT_AFTER)
    stop = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    waiting = asyncio.create_task(_await_demo(bot, options.is_demo))
    renewing = asyncio.create_task(KnowledgeWatch(bot.articles, bot.knowledge_bases).run())
    following = asyncio.create_task(bot.follower.run())
    sharing = asyncio.create_task(SharedMetrics(home_folder() / METRICS).run())
    watching = asyncio.create_task(watch_published(bot.published, bot.conversations, clock))
    application = build_application(bot, options)
    if index == 0 and (phone := build_phone(bot, options.credentials.phone, is_demo=options.is_demo)) is not None:
        application.cleanup_ctx.append(phone.running)  # one worker holds the line: a UDP port has one owner
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=5)
    await runner.setup()
    site = web.TCPSite(runner, options.host, options.port, reuse_port=True, backlog=1024)
    await site.start()
    try:
        await stop.wait()
    finally:
        waiting.cancel()
        renewing.cancel()
        watching.cancel()
        sharing.cancel()
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)  # it takes itself off the board
        await runner.cleanup()
        await bot.close()


def build_application(bot: Bot, options: ServeOptions) -> web.Application:
    """Return the application with all doors of this bot."""
    sms = bot.opened.sms if options.is_demo and isinstance(bot.opened.sms, DemoSms) else None

    async def demo_messages(phone: str | None) -> list[dict[str, str]]:
        assert sms is not None
        messages = await sms.outbox(phone)
        return [{"phone": item.phone, "text": item.text, "sent_at": item.sent_at.isoformat()} for item in messages]

    guard = TokenGuard(options.token, options.is_demo)
    figures = SharedMetrics(home_folder() / METRICS).render
    service = ServiceApi(BotOperations(bot), guard, demo_messages if sms else None, figures)
    counts, recognise = _counts(bot), open_voice_messages()
    uploads = Uploads(bot.conversations, load_cipher(), bot.clock, home_folder() / "uploads", 0)
    desk = open_desk(bot, options.root, options.credentials, uploads)
    rest = _rest(bot, desk.front(bot.assistant, "rest"), options, counts)
    chat = build_webchat(
        desk.front(bot.assistant, "webchat"),
        bot.conversations,
        bot.clock,
        load_cipher(),
        home_folder() / "uploads",
        counts=counts,
        settings=webchat_settings(options.credentials, is_demo=options.is_demo),
        is_demo=options.is_demo,
        recognise=recognise,
    )
    named = options.credentials
    opened: list[Door] = [*([rest] if named.rest is not None else []), *([chat] if named.webchat is not None else [])]
    desk.couriers["webchat"] = WindowCourier(chat.chat)
    fronted = partial(desk.front, bot.assistant)
    around = Surroundings(bot, fronted, options.root, rest, guard, chat.chat.uploads, recognise)
    channels = build_channels(named, around)
    mail = [RestMail(rest, desk.mail)] if named.rest is not None else []
    doors: list[Door] = [*opened, *mail, *channels, *phone_routes(named.phone), service, DemoPage(options.is_demo)]
    routes = [route for door in doors for route in door.routes()]
    application = build_server(routes, [chat.origins.middleware("/webchat/")])
    if chat in opened:
        application.cleanup_ctx.append(chat.running)
        application.on_shutdown.append(chat.closing)
    else:
        application.cleanup_ctx.append(chat.keeping)  # pictures of other channels are kept all the same
    application.cleanup_ctx.extend(channel.running for channel in channels if isinstance(channel, Channel))
    application.cleanup_ctx.append(desk.running)
    if options.open_console is not None:
        application.router.add_get("/console", _to_console)
        application.add_subapp("/console/", options.open_console(bot, desk, options, counts))
    return application


async def _to_console(_: web.Request) -> web.Response:
    raise web.HTTPPermanentRedirect("/console/")


def _rest(bot: Bot, assistant: Answers, options: ServeOptions, counts: Counts) -> RestChannel:
    named = options.credentials.rest or RestCredentials()
    limits = RequestLimits(counts, spares_loopback=options.is_demo and named.limits is None)
    return RestChannel(assistant, bot.clock, limits, rest_settings(named, options.credentials.trusted_proxies))


def _counts(bot: Bot) -> Counts:
    entry = bot.project.endpoints.lock_store
    return RedisCounts(expand(entry.url) or "") if entry.type == "redis" and entry.url else ProcessCounts()


async def _await_demo(bot: Bot, is_demo: bool) -> None:
    while is_demo and not await is_demo_current(bot.opened.engine, bot.clock()):
        await asyncio.sleep(_POLL_SECONDS)  # another process makes them: there is nothing to await
    bot.ready.set()


def _look_after(workers: dict[int, int], options: ServeOptions, clock: Clock, announce: Callable[[str], None]) -> int:
    """Start workers again that end; keep the demo's data up to the day. A worker that cannot even start ends it all."""
    signal.signal(signal.SIGTERM, _interrupt)
    prepared_on = None
    started = time.monotonic()
    _await_listening(options)  # the first answer comes before the demo's data, which take a core for seconds
    while True:
        if options.is_demo and prepared_on != clock().date():
            asyncio.run(prepare_demo(options.root, clock, announce))
            prepared_on = clock().date()
        process, status = os.waitpid(-1, os.WNOHANG)
        index = workers.pop(process, None) if process else None
        if index is not None and time.monotonic() - started < STARTING_SECONDS:
            _stop(workers)
            return os.waitstatus_to_exitcode(status) or 1
        if index is not None:
            _LOG.error("a worker ended and is started again", worker=index, status=os.waitstatus_to_exitcode(status))
            workers[_fork_worker(options, clock, index)] = index
        time.sleep(LOOK_EVERY_SECONDS)


def _await_listening(options: ServeOptions) -> None:
    """Wait until a worker takes connections, or give up waiting: whether it lives is seen afterwards."""
    deadline = time.monotonic() + STARTING_SECONDS / 2
    while time.monotonic() < deadline:
        with socket.socket(_family(options.host), socket.SOCK_STREAM) as probe:
            if probe.connect_ex((options.host, options.port)) == 0:
                return
        if os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
            return  # one has ended already
        time.sleep(_POLL_SECONDS)


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _stop(workers: dict[int, int]) -> int:
    for process in workers:
        try:
            os.kill(process, signal.SIGTERM)
        except ProcessLookupError:
            pass  # it ended by itself
    for process in workers:
        try:
            os.waitpid(process, 0)
        except ChildProcessError:
            pass  # it was waited for already
    return 0


def _check_port(host: str, port: int) -> None:
    with socket.socket(_family(host), socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
