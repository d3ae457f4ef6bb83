"""Put the console together: accounts, audit, desk and pages as one application, mounted at /console/."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.config import RetrainEntry
from bot.store import ConversationStore
from connectors.console_settings import OidcSettings
from connectors.desk.desk import Desk
from connectors.desk.organisation import Organisation, load_organisation
from connectors.errors import BadRequest
from connectors.limits import Counts, Proxies, RequestLimits
from connectors.requests import error_response, json_response
from connectors.webchat.records import VisitorRecords
from console.account_api import AccountApi
from console.audit import Audit
from console.callback_api import CallbackApi
from console.desk_api import DeskApi
from console.desk_socket import DeskSocket
from console.desk_views import DeskViews
from console.endpoints import Call, Endpoint
from console.errors import LockedOut, Refused, StaffUnusable
from console.guard import Guard
from console.knowledge_api import KnowledgeApi
from console.knowledge_desk import KnowledgeDesk
from console.knowledge_file_api import KnowledgeFileApi
from console.knowledge_publish_api import KnowledgePublishApi
from console.knowledge_words_api import KnowledgeWordsApi
from console.learning_api import build_learning
from console.logins import Logins
from console.oidc.api import OidcApi
from console.oidc.people import People
from console.oidc.provider import Provider
from console.openapi import console_document
from console.operations import Around, HasEndpoints, Lent, build_operations
from console.pages import Pages
from console.quality_parts import build_quality
from console.release_api import open_releases
from console.roles import SELF
from console.staff import StaffBook
from console.staff_api import StaffApi
from console.tariff_api import Customers, TariffApi
from console.tariff_editing_api import TariffEditingApi
from console.training_api import TrainingsApi
from eval.retrain.schedule import TrainingOffice
from eval.retrain.trainings import TrainingBook
from knowledge_base.tariffs.editing.office import TariffOffice
from knowledge_base.tariffs.editing.samples import SAMPLES_FILE, load_samples
from storage.clock import Clock
from storage.database import Database
from storage.home import home_folder
from storage.secret import Cipher

KnowledgePart = KnowledgeApi | KnowledgePublishApi | KnowledgeFileApi | KnowledgeWordsApi


@dataclass(frozen=True, slots=True)
class ConsoleOptions:
    """How the console is served."""

    release: Callable[[], str]
    token: str | None
    is_demo: bool
    proxies: Proxies = field(default_factory=Proxies)
    lent: Lent = field(default_factory=Lent)
    oidc: OidcSettings | None = None
    """The utility's identity provider."""
    tariffs: Path = Path("data") / "tariffs"
    """Folder of the tables in the project."""
    customers: Customers | None = None
    """Whose use new tariff tables can be tried on."""
    knowledge: KnowledgeDesk | None = None
    """The articles; None: they are not edited here."""
    retrain: RetrainEntry | None = None
    """How trainings are run; None: they are queued here, and run elsewhere."""


@dataclass(frozen=True, slots=True)
class Console:
    """All parts of the console."""

    book: StaffBook
    logins: Logins
    audit: Audit
    organisation: Organisation
    endpoints: tuple[Endpoint, ...]
    application: web.Application


def build_console(
    desk: Desk,
    database: Database,
    cipher: Cipher,
    clock: Clock,
    counts: Counts,
    root: Path,
    options: ConsoleOptions,
    now: Callable[[], float] = time.time,
) -> Console:
    """Return the console over a desk; its application is to be mounted at /console/. `now` ends log-ins."""
    book = StaffBook(database, clock)
    logins, audit, organisation = Logins(book, now=now), Audit(database, cipher, clock), load_organisation(root)
    limits = RequestLimits(counts, spares_loopback=options.is_demo)
    views = DeskViews(desk, VisitorRecords(database, ConversationStore(database), clock).rating)
    socket = DeskSocket(desk, views, logins, audit)
    account = AccountApi(logins, book, organisation, limits, options.release, options.is_demo)
    staff = StaffApi(book, logins, organisation, audit, desk.room.settings.skill_names)
    quality = build_quality(book, root, organisation, clock)
    place = (database, cipher, clock, root, logins, audit, organisation)
    operations = build_operations(Around(*place, quality.names, options.release, options.token, options.lent))
    tables = TariffOffice(root / options.tariffs, load_samples(root / "data" / SAMPLES_FILE), database)
    pricing = (TariffApi(tables, clock, options.customers), TariffEditingApi(tables, clock))
    learning, releases = build_learning(database, root, clock), open_releases(database, root, clock)
    trainings = TrainingsApi(TrainingBook(database), clock)
    entering = (account, _entering(options.oidc, logins, organisation, limits), staff)
    of_desk = (DeskApi(desk, views), CallbackApi(desk, views), socket)
    knowing = (*pricing, *_knowing(options.knowledge), *learning.parts, releases, trainings)
    endpoints = _described([*entering, *of_desk, *quality.parts, *operations.parts, *knowing])
    guard = Guard(logins, audit, limits, options.proxies, options.token, options.is_demo)
    application = _application(endpoints, guard, socket)

    async def running(_: web.Application) -> AsyncIterator[None]:
        await book.prepare()
        await quality.store.prepare()
        await learning.store.prepare()
        await releases.prepare()
        await trainings.book.prepare()
        await tables.versions.prepare()
        if options.knowledge is not None:
            await options.knowledge.office.book.prepare()
        await operations.start()
        async with _training(trainings.book, root, clock, options.retrain):
            yield
        await quality.jobs.close()
        await learning.jobs.close()
        await operations.stop()

    application.cleanup_ctx.append(running)
    return Console(book, logins, audit, organisation, tuple(endpoints), application)


def _described(parts: Sequence[HasEndpoints]) -> list[Endpoint]:
    """Return the addresses of all parts, and one that describes them."""
    endpoints = [endpoint for part in parts for endpoint in part.endpoints()]
    document = json_response(console_document(endpoints)).body

    async def describe(_: Call) -> web.Response:
        """Describe this interface."""
        return web.Response(body=document, content_type="application/json", charset="utf-8")

    return [*endpoints, Endpoint("GET", "/openapi.json", describe, SELF, "nobody")]


def _application(endpoints: Sequence[Endpoint], guard: Guard, socket: DeskSocket) -> web.Application:
    application = web.Application(middlewares=[_clear_errors])
    application.add_routes([guard.route(endpoint) for endpoint in endpoints])
    application.add_routes(Pages().routes())
    application.on_shutdown.append(socket.closing)
    return application


@asynccontextmanager
async def _training(book: TrainingBook, root: Path, clock: Clock, entry: RetrainEntry | None) -> AsyncIterator[None]:
    """Look after trainings until the block ends, where that is this process's to do."""
    if entry is None:
        yield
        return
    async with TrainingOffice(book, entry, root, home_folder(), clock).running():
        yield


def _entering(
    settings: OidcSettings | None, logins: Logins, organisation: Organisation, limits: RequestLimits
) -> OidcApi:
    database = logins.book.database
    if settings is None:
        return OidcApi(database, limits)
    return OidcApi(database, limits, Provider(settings), People(logins, organisation, settings))


def _knowing(desk: KnowledgeDesk | None) -> Sequence[KnowledgePart]:
    if desk is None:
        return ()
    return KnowledgeApi(desk), KnowledgePublishApi(desk), KnowledgeFileApi(desk), KnowledgeWordsApi(desk)


@web.middleware
async def _clear_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn the console's own errors into JSON; the server around it knows the others."""
    try:
        response = await handler(request)
    except LockedOut as error:
        wait = int(error.wait_seconds) + 1
        told = {"code": error.code, "message": str(error), "wait_seconds": wait}
        refusal = json_response({"error": told}, error.status)
        refusal.headers["Retry-After"] = str(wait)
        return refusal
    except StaffUnusable as error:
        status = 409 if error.code in ("name_taken", "last_admin") else 400
        return error_response(error.code, str(error), status)
    except Refused as error:
        return json_response({"error": {"code": error.code, "message": str(error), **error.more}}, error.status)
    except BadRequest as error:
        return error_response(error.code, str(error), error.status)
    if "/api/" in request.path and not response.prepared:
        response.headers["Cache-Control"] = "no-store"
    return response
