"""What the command line does for the console: accounts, the demo's accounts, the check of the audit."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from aiohttp import web

from bot.assembly import Bot, known_action_names
from bot.open_backends import open_conversations
from bot.project import load_project
from bot.releases.book import ReleaseBook
from bot.tariff_customers import CustomerUses
from connectors.desk.desk import Desk
from connectors.desk.organisation import load_organisation
from connectors.desk.settings import load_desk_settings
from connectors.desk.store import DeskStore
from connectors.limits import Counts, Proxies
from connectors.serve import ServeOptions
from connectors.service_api import LOOPBACK
from console.assembly import ConsoleOptions, build_console
from console.audit import Act, Audit, Verdict
from console.errors import StaffUnusable
from console.knowledge_desk import KnowledgeDesk
from console.logins import Logins
from console.operations import Lent
from console.passwords import random_password
from console.staff import NewStaff, Staff, StaffBook
from eval.quality.store import QualityStore
from eval.retrain.labels.store import LearningStore
from knowledge_base.editing.book import ArticleBook
from knowledge_base.editing.office import ArticleOffice
from knowledge_base.editing.settings import load_editing_settings
from knowledge_base.tariffs.editing.store import TariffVersions
from storage.clock import Clock
from storage.database import Database
from storage.home import home_folder
from storage.secret import load_cipher

COMMAND_LINE = "command line"
DEMO_FILE = "demo-staff.txt"
DEMO_STAFF = (
    NewStaff("demo-agent", "王敏", "agent", must_change_password=False, is_demo=True),
    NewStaff("demo-agent2", "李强", "agent", must_change_password=False, is_demo=True),
    NewStaff("demo-supervisor", "赵芳", "supervisor", must_change_password=False, is_demo=True),
    NewStaff("demo-admin", "系统管理员", "admin", must_change_password=False, is_demo=True),
    NewStaff("demo-auditor", "审计员", "auditor", must_change_password=False, is_demo=True),
    NewStaff("demo-editor", "知识编辑", "editor", must_change_password=False, is_demo=True),
    NewStaff("demo-approver", "知识审批", "approver", must_change_password=False, is_demo=True),
    NewStaff("demo-trainer", "训练师", "trainer", must_change_password=False, is_demo=True),
    NewStaff("demo-privacy", "个人信息专员", "privacy", must_change_password=False, is_demo=True),
)


def open_console(bot: Bot, desk: Desk, options: ServeOptions, counts: Counts) -> web.Application:
    """Return the console of a running bot."""
    proxies = Proxies.named(options.credentials.trusted_proxies)
    own = bot.project.endpoints.backends.type != "http"
    articles = ArticleOffice(bot.articles, lambda: bot.knowledge, load_editing_settings(options.root), bot.clock)
    served = ConsoleOptions(
        bot.release,
        options.token,
        options.is_demo,
        proxies,
        lent=_lent(bot, articles),
        oidc=options.credentials.console.oidc if options.credentials.console is not None else None,
        tariffs=Path(bot.project.config.knowledge.tariffs),
        customers=CustomerUses(bot.opened.engine) if own else None,
        knowledge=KnowledgeDesk(articles, bot.knowledge_bases),
        retrain=bot.project.config.retrain,
    )
    console = build_console(desk, bot.conversations, load_cipher(), bot.clock, counts, options.root, served)
    return console.application


def _lent(bot: Bot, articles: ArticleOffice) -> Lent:
    opened = bot.opened
    tables = Database(None, opened.engine)
    return Lent(opened.backends.tickets, opened.circuit, tables, bot.assistant.forget, articles)


async def prepare_console(root: Path, clock: Clock, announce: Callable[[str], None], *, has_demo_staff: bool) -> None:
    """Make the tables before any worker needs them, and the demo's accounts."""
    database = _open(root)
    try:
        book = StaffBook(database, clock)
        await book.prepare()
        await DeskStore(database).prepare()
        await QualityStore(database).prepare()
        await LearningStore(database).prepare()
        await TariffVersions(database).prepare()
        await ArticleBook(database).prepare()
        await ReleaseBook(database, clock).prepare()
        if has_demo_staff:
            await _prepare_demo(book, announce)
    finally:
        await database.close()


async def add_staff(root: Path, clock: Clock, new: NewStaff, password: str) -> Staff:
    """Make an account from the command line. Raises StaffUnusable."""
    if not load_organisation(root).has(new.scope):
        raise StaffUnusable("unknown_scope", f"scope {new.scope!r} is not in data/organisation.yml, as 山东/青岛市")
    known = load_desk_settings(root).skill_names
    if unknown := sorted(set(new.skills) - set(known)):
        raise StaffUnusable("unknown_skill", f"skill {unknown[0]!r}: one of {', '.join(known)}")
    database = _open(root)
    try:
        book = StaffBook(database, clock)
        await book.prepare()
        staff = await book.add(new, password)
        detail = {"role": new.role, "scope": new.scope}
        await _audit(database, clock).write(_act("staff.add", f"staff:{new.name}", detail))
        return staff
    finally:
        await database.close()


async def set_staff_password(root: Path, clock: Clock, name: str, password: str) -> None:
    """Give an account a new password from the command line; its sessions end. Raises StaffUnusable."""
    database = _open(root)
    try:
        book = StaffBook(database, clock)
        await book.prepare()
        found = await book.by_name(name)
        if found is None:
            raise StaffUnusable("unknown_staff", f"there is no account {name!r}")
        await book.set_password(found[0].id, name, password, must_change=False)
        logins = Logins(book)
        await logins.end_all(found[0].id)
        await logins.unlock(name)
        await _audit(database, clock).write(_act("staff.password", f"staff:{name}", {}))
    finally:
        await database.close()


async def verify_audit(root: Path, clock: Clock) -> Verdict:
    """Walk the audit's chain."""
    database = _open(root)
    try:
        await StaffBook(database, clock).prepare()
        return await _audit(database, clock).verify()
    finally:
        await database.close()


async def _prepare_demo(book: StaffBook, announce: Callable[[str], None]) -> None:
    """One password for all the demo's accounts, made anew at each start and written where only the owner reads."""
    password = random_password()
    for new in DEMO_STAFF:
        found = await book.by_name(new.name)
        if found is None:
            await book.add(new, password)
        else:
            await book.set_password(found[0].id, new.name, password, must_change=False)
    path = home_folder() / DEMO_FILE
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write("".join(f"{new.name} {password}\n" for new in DEMO_STAFF))
    names = ", ".join(new.name for new in DEMO_STAFF[:4])
    announce(f"staff console at /console/: {names}, ...; password {password} (from this machine alone)")


def is_loopback_host(host: str) -> bool:
    """Say whether a server on this address is reached from this machine alone."""
    return host in LOOPBACK or host == "localhost"


def _open(root: Path) -> Database:
    return open_conversations(load_project(root, actions=known_action_names()).endpoints)


def _audit(database: Database, clock: Clock) -> Audit:
    return Audit(database, load_cipher(), clock)


def _act(action: str, target: str, detail: dict[str, str]) -> Act:
    return Act(COMMAND_LINE, "", "local", action, target, detail)
