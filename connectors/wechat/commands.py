"""What an operator does once: `gridtalk wechat menu` sets the menu, `gridtalk wechat code` makes a QR code."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any, TypeVar
from urllib.parse import quote

import orjson
import typer

from bot.assembly import known_action_names
from bot.open_backends import open_conversations
from bot.project import load_project
from connectors.credentials import WeChatCredentials, load_credentials
from connectors.wechat.client import WeChatClient, build_client
from connectors.wechat.errors import ApiFailed, ApiUnreachable
from storage.database import Database

T = TypeVar("T")
SHOW_CODE = "https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket="
DAY_SECONDS = 86_400
BAD_INPUT = 2
wechat_app = typer.Typer(no_args_is_help=True, help="The WeChat account's menu and QR codes.")
CredentialsOption = Annotated[Path, typer.Option(help="credentials.yml with the account.")]
ProjectOption = Annotated[Path, typer.Option("--project", help="Folder with domain.yml and config.yml.")]
HERE = Path()


@wechat_app.command("menu")
def set_menu(
    credentials: CredentialsOption,
    delete: Annotated[bool, typer.Option("--delete", help="Take the menu away.")] = False,
    project: ProjectOption = HERE,
) -> None:
    """Set the account's menu as credentials.yml has it; customers see it within minutes."""
    settings = _settings(credentials)
    if not settings.menu and not delete:
        raise _refusal(f"{credentials}: wechat.menu: there is no menu; --delete takes the account's menu away")
    buttons = () if delete else settings.menu

    async def work(client: WeChatClient) -> None:
        await (client.create_menu(buttons) if buttons else client.delete_menu())

    asyncio.run(act(settings, _database(project), work))
    typer.echo(orjson.dumps({"menu": [button.name for button in buttons]}))


@wechat_app.command("code")
def make_code(
    scene: Annotated[str, typer.Argument(help="A scene of credentials.yml.")],
    credentials: CredentialsOption,
    days: Annotated[int | None, typer.Option(min=1, max=30, help="Days it lives; without it, for ever.")] = None,
    project: ProjectOption = HERE,
) -> None:
    """Make a QR code for a scene and print the address of its picture."""
    settings = _settings(credentials)
    if scene not in settings.scenes:
        known = ", ".join(sorted(settings.scenes)) or "none"
        raise _refusal(f"{credentials}: wechat.scenes: there is no {scene!r}; there are: {known}")
    lives = None if days is None else days * DAY_SECONDS
    ticket = asyncio.run(act(settings, _database(project), lambda client: client.scene_ticket(scene, lives)))
    typer.echo(orjson.dumps({"scene": scene, "days": days, "picture": SHOW_CODE + quote(ticket, safe="")}))


async def act(settings: WeChatCredentials, database: Database, work: Callable[[WeChatClient], Awaitable[T]]) -> T:
    """Do something in the account's name, with the access token that all workers share."""
    client = build_client(settings, database)
    await client.api.token.prepare()
    try:
        return await work(client)
    except ApiFailed as error:
        raise _refusal(f"WeChat answered {error.code}: {error.message}") from error
    except ApiUnreachable as error:
        raise _refusal(f"{settings.api_base} does not answer: {error}") from error
    finally:
        await client.close()
        await database.close()


def _settings(path: Path) -> WeChatCredentials:
    settings = load_credentials(path).wechat
    if settings is None:
        raise _refusal(f"{path}: wechat: there is no account")
    return settings


def _database(project: Path) -> Database:
    return open_conversations(load_project(project, actions=known_action_names()).endpoints)


def _refusal(message: str) -> Any:
    typer.echo(f"gridtalk: {message}", err=True)
    return typer.Exit(BAD_INPUT)
