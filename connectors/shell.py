"""Talk to the bot in a terminal, and see on demand what was understood and decided, and why."""

from __future__ import annotations

import asyncio
import uuid
from pathlib import Path

from rich.console import Console
from rich.table import Table

from actions.sms import DemoSms
from bot.assembly import Bot, build_bot, make_demo_data
from bot.errors import BotError
from bot.message import Reply, UserMessage
from storage.clock import Clock

HELP = (
    "直接输入要说的话。/why 看理解与决定，/state 看状态，"
    "/sms 看验证码短信，/new 新会话，/channel phone|wechat|app 换渠道，/quit 退出"
)


async def talk_in_terminal(root: Path, clock: Clock, channel: str) -> None:
    """Read lines until /quit or the end of input."""
    console = Console()
    bot = await build_bot(root, clock)
    with console.status("demo data"):
        await make_demo_data(bot)
    console.print(HELP, style="dim")
    shell = _Shell(bot, console, channel)
    try:
        while (line := await asyncio.to_thread(_read_line)) is not None and line != "/quit":
            await shell.take(line)
    finally:
        await bot.close()


def _read_line() -> str | None:
    try:
        return input("您> ").strip()
    except (EOFError, KeyboardInterrupt):
        return None


class _Shell:
    """One terminal's conversation."""

    def __init__(self, bot: Bot, console: Console, channel: str) -> None:
        self._bot, self._console, self._channel = bot, console, channel
        self._sender = f"shell-{uuid.uuid4().hex[:8]}"

    async def take(self, line: str) -> None:
        """Answer one line or do one command."""
        word, _, rest = line.partition(" ")
        if word == "/new":
            self._sender = f"shell-{uuid.uuid4().hex[:8]}"
        elif word == "/channel":
            self._channel = rest or "app"
        elif word == "/why":
            await self._explain()
        elif word == "/state":
            await self._show_state()
        elif word == "/sms":
            await self._show_messages()
        else:
            await self._say(line)

    async def _say(self, line: str) -> None:
        try:
            replies = await self._bot.assistant.answer(UserMessage(line, self._sender, self._channel))
        except BotError as error:
            self._console.print(f"! {error}", style="red")
            return
        for reply in replies:
            self._print(reply)

    def _print(self, reply: Reply) -> None:
        self._console.print(f"机器人> {reply.text}", style="green", markup=False, highlight=False)
        if reply.buttons:
            titles = "  ".join(f"[{button.title}]" for button in reply.buttons)
            self._console.print(f"        {titles}", style="cyan", markup=False, highlight=False)
        for source in reply.custom.get("sources", []):
            label = f"{source['title']}（{source['document']}，{source['id']}@{source['version']}）"
            self._console.print(f"        来源：{label}", style="dim", markup=False, highlight=False)

    async def _explain(self) -> None:
        """Show the last turn, event by event."""
        turns = await self._bot.assistant.turns(self._sender)
        if not turns:
            self._console.print("还没有说过话", style="dim")
            return
        table = Table("事件", "内容", show_lines=False)
        for event in turns[-1].events:
            values = {name: getattr(event, name) for name in event.__slots__ if name != "timestamp"}
            shown = "  ".join(f"{name}={value!r}" for name, value in values.items() if value not in (None, "", ()))
            table.add_row(event.kind, shown)
        self._console.print(table)

    async def _show_state(self) -> None:
        state = await self._bot.assistant.conversation(self._sender)
        self._console.print({name: value for name, value in state.slots.items() if value not in (None, [])})
        for frame in reversed(state.stack):
            self._console.print(f"  {frame.kind} {frame.flow} @ {frame.step} 等待 {frame.asked}")

    async def _show_messages(self) -> None:
        if isinstance(self._bot.opened.sms, DemoSms):
            for message in await self._bot.opened.sms.outbox():
                self._console.print(f"{message.sent_at:%H:%M:%S} {message.phone} {message.text}", highlight=False)
