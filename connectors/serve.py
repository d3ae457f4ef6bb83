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
from pathlib import Path

import structlog
import uvloop
from aiohttp import web

from actions.demo.dataset import is_demo_current
from actions.sms import DemoSms
from bot.assembly import Bot, build_bot
from bot.errors import BotError
from connectors.demo import prepare_demo, prepare_tables
from connectors.operations import BotOperations
from connectors.page import DemoPage
from connectors.rest import RestChannel
from connectors.server import build_server
from connectors.service_api import ServiceApi, TokenGuard
from connectors.webchat import WebChat
from knowledge_base.errors import KnowledgeError
from nlu.errors import NluError
from storage.clock import Clock
from storage.errors import StorageError

_LOG = structlog.get_logger(__name__)
LOOK_EVERY_SECONDS = 1.0
STARTING_SECONDS = 20.0
BAD_INPUT = 2
COLLECT_AFTER = (20_000, 20, 20)
"""A turn makes some thousand short-lived objects; the default would look through them several times a turn."""
_POLL_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """What `gridtalk run` was told."""

    root: Path
    host: str
    port: int
    workers: int
    is_demo: bool
    token: str | None


def serve(options: ServeOptions, clock: Clock, announce: Callable[[str], None]) -> int:
    """Serve until told to stop; returns the exit status. Raises OSError when the port cannot be had."""
    _check_port(options.host, options.port)
    clock()  # a clock that was set starts here, once for all workers
    asyncio.run(prepare_tables())
    workers = {_fork_worker(options, clock): index for index in range(options.workers)}
    try:
        return _look_after(workers, options, clock, announce)
    except KeyboardInterrupt:
        return _stop(workers)


def _fork_worker(options: ServeOptions, clock: Clock) -> int:
    sys.stdout.flush()
    sys.stderr.flush()
    process = os.fork()
    if process:
        return process
    status = 1
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_work(options, clock))
        status = 0
    except (BotError, NluError, KnowledgeError, StorageError) as error:
        print(f"gridtalk: {error}", file=sys.stderr, flush=True)
        status = BAD_INPUT
    except BaseException as error:  # the boundary of a process: it ends here, and says why
        print(f"gridtalk: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
    finally:
        os._exit(status)


async def _work(options: ServeOptions, clock: Clock) -> None:
    bot = await build_bot(options.root, clock)
    gc.collect()
    gc.freeze()  # models, articles and flows live as long as the process: no collection need look at them again
    gc.set_threshold(*COLLECT_AFTER)
    stop = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    waiting = asyncio.create_task(_await_demo(bot, options.is_demo))
    runner = web.AppRunner(build_application(bot, options), access_log=None, shutdown_timeout=5)
    await runner.setup()
    site = web.TCPSite(runner, options.host, options.port, reuse_port=True, backlog=1024)
    await site.start()
    try:
        await stop.wait()
    finally:
        waiting.cancel()
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
    service = ServiceApi(BotOperations(bot), guard, demo_messages if sms else None)
    rest = RestChannel(bot.assistant, bot.clock)
    chat = WebChat(bot.assistant, bot.clock)
    return build_server([*rest.routes(), *chat.routes(), *service.routes(), *DemoPage(options.is_demo).routes()])


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
            workers[_fork_worker(options, clock)] = index
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
