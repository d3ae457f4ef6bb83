"""The front door: `gridtalk COMMAND`. It composes the packages and decides nothing.

Results go to stdout (JSON where JSON is promised), progress and messages to stderr; bad input exits 2 with one clear
line.
"""

from __future__ import annotations

import asyncio
import importlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import orjson
import typer
from pydantic import ValidationError

from actions.errors import ActionError
from bot.assembly import known_action_names
from bot.errors import BotError
from bot.load_models import knowledge_mistakes, open_nlu
from bot.project import load_project, read_project
from bot.releases.commands import release_app
from bot.tariff_watch import read_tariffs
from connectors.credentials import load_credentials
from connectors.demo import demo_accounts_json, reset_demo, serve_backends
from connectors.errors import BadRequest, CredentialsInvalid
from connectors.logs import configure_logs
from connectors.phone.errors import PhoneError
from connectors.phone.place_call import CallPlan, place_call
from connectors.requests import parse_body
from connectors.serve import ServeOptions, serve
from connectors.service_api import ParseBody
from connectors.shell import talk_in_terminal
from connectors.wechat.commands import wechat_app
from console.cli import audit_app, staff_app
from console.commands import (
    is_loopback_host,
    open_console,
    prepare_console,
)
from console.errors import StaffUnusable
from eval.commands import loop_app
from eval.conversations import run_conversation_tests
from eval.errors import EvalError
from eval.kb import load_questions
from eval.knowledge_path import run_knowledge_test
from eval.personal import mask
from knowledge_base.errors import KnowledgeError, TariffNotFound
from knowledge_base.tariffs.calculation import render_calculation
from knowledge_base.tariffs.calculator import calculate
from knowledge_base.tariffs.request import parse_tariff_request
from nlu.commands import test_nlu
from nlu.encoder.named_encoder import open_encoder
from nlu.errors import NluError
from nlu.understanding import parse_context, render_understanding
from speech.check import check_speech
from speech.engines import open_synthesizer
from speech.errors import SpeechError
from storage.clock import system_clock
from storage.errors import StorageError

BAD_INPUT = 2
_TRAINING_HINT = "training needs torch: pip install torch==2.13.0, then pip install -e '.[train]'"

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Customer service of an electric utility.")
train_app = typer.Typer(invoke_without_command=True, help="Train models.")
test_app = typer.Typer(no_args_is_help=True, help="Measure understanding, knowledge and whole conversations.")
tariff_app = typer.Typer(no_args_is_help=True, help="Tariff tables and the calculator.")
demo_app = typer.Typer(no_args_is_help=True, help="The demo utility's data.")
backend_app = typer.Typer(no_args_is_help=True, help="The reference back-end server.")
speech_app = typer.Typer(no_args_is_help=True, help="What the telephone can hear and say here.")
for name, group in (
    ("train", train_app),
    ("test", test_app),
    ("tariff", tariff_app),
    ("demo", demo_app),
    ("backend", backend_app),
    ("speech", speech_app),
    ("staff", staff_app),
    ("audit", audit_app),
    ("wechat", wechat_app),
    ("release", release_app),
):
    app.add_typer(group, name=name)

app.add_typer(loop_app)

ProjectOption = Annotated[Path, typer.Option("--project", help="Folder with domain.yml and config.yml.")]
HERE = Path()


@app.command()
def run(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 5005,
    workers: Annotated[int, typer.Option(min=1, max=64)] = 1,
    demo: Annotated[bool, typer.Option("--demo", help="Demo back ends, demo page, text messages readable.")] = False,
    credentials: Annotated[Path | None, typer.Option(help="credentials.yml: the doors and their keys.")] = None,
    project: ProjectOption = HERE,
) -> None:
    """Serve everything."""
    configure_logs()
    load_project(project, actions=known_action_names())
    opened = load_credentials(credentials)
    token = os.environ.get("GRIDTALK_TOKEN") or None
    options = ServeOptions(project, host, port, workers, demo, token, opened, open_console, mask)
    has_demo_staff = demo and is_loopback_host(host)
    asyncio.run(prepare_console(project, system_clock, _say, has_demo_staff=has_demo_staff))
    _say(f"Gridtalk on http://{host}:{port}/  (Ctrl-C stops it)")
    try:
        status = serve(options, system_clock, _say)
    except OSError as error:
        raise _bad_input(f"cannot listen on {host}:{port}: {error.strerror or error}; choose another --port") from error
    raise typer.Exit(status)


@app.command()
def call(
    uri: Annotated[str, typer.Argument(help="For instance sip:95598@127.0.0.1:5060")],
    text: Annotated[list[str] | None, typer.Option(help="Say this; may be given several times.")] = None,
    wav: Annotated[Path | None, typer.Option(help="Play this file.")] = None,
    keys: Annotated[str, typer.Option(help="Press these keys at the end: 0-9 * #")] = "",
    record: Annotated[Path | None, typer.Option(help="Keep what was heard in this WAV file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Call a phone line and tell what was heard, with times."""
    if text and wav is not None:
        raise _bad_input("give --text or --wav, one of them")
    if not set(keys.upper()) <= set("0123456789*#ABCD"):
        raise _bad_input(f"--keys {keys!r}: keys are 0-9, *, #")
    configure_logs()
    plan = CallPlan(uri, tuple(text or ()), wav, keys, record)
    report = asyncio.run(place_call(plan, _say))
    if as_json:
        _print_json(report)


@speech_app.command("check")
def speech_check(
    wav: Annotated[Path | None, typer.Option(help="Recognise this 16-bit WAV file, not the bot's own voice.")] = None,
) -> None:
    """Tell which recognizer and voice there are, what is missing and where it comes from, and try them."""
    configure_logs()
    if not check_speech(open_synthesizer(), wav, typer.echo):
        raise typer.Exit(1)


@app.command()
def shell(project: ProjectOption = HERE, channel: str = "app") -> None:
    """Talk to the bot in this terminal; /why shows what was understood and decided."""
    configure_logs()
    asyncio.run(talk_in_terminal(project, system_clock, channel))


@app.command()
def validate(project: ProjectOption = HERE) -> None:
    """Check all project files and report every mistake with file, line and the nearest valid name."""
    loaded, mistakes = read_project(project, actions=known_action_names())
    lines = [*map(str, mistakes), *knowledge_mistakes(project, loaded)]
    for line in lines:
        typer.echo(line)
    if lines:
        raise _bad_input(f"{len(lines)} mistakes")
    _say("no mistakes")


@app.command()
def parse(
    text: Annotated[str | None, typer.Argument(help="One sentence.")] = None,
    file: Annotated[Path | None, typer.Option(help='Lines of {"text", "context"?}.')] = None,
    project: ProjectOption = HERE,
) -> None:
    """Understand sentences; one JSON line each, in input order."""
    if (text is None) == (file is None):
        raise _bad_input("give TEXT or --file, one of them")
    bodies = [ParseBody(text=text)] if text is not None else list(_parse_lines(file or Path()))
    nlu = open_nlu(project, load_project(project, actions=known_action_names()), system_clock)
    for body in bodies:
        context = parse_context(body.context.model_dump() if body.context else None)  # type: ignore[arg-type]
        _print_json(render_understanding(nlu.parse(body.text, context)))


@app.command()
def embed(
    file: Annotated[Path, typer.Option(help="One sentence a line.")],
    out: Annotated[Path, typer.Option(help="The .npy file to write.")],
    project: ProjectOption = HERE,
) -> None:
    """Write unit vectors of sentences: float32 [sentences, dimensions]."""
    folder = load_project(project, actions=known_action_names()).config.knowledge.encoder
    if folder is None:
        raise _bad_input("config.yml names no encoder under knowledge")
    np.save(out, open_encoder(folder, project).embed_passages(_read_text(file).splitlines()))


@train_app.callback()
def train(
    context: typer.Context,
    data: Annotated[Path, typer.Option(help="File or folder in the nlu.yml format.")] = Path("data/nlu"),
    config: Annotated[Path, typer.Option(help="config.yml")] = Path("config.yml"),
    out: Annotated[Path, typer.Option(help="Folder for the model.")] = Path("models/nlu"),
) -> None:
    """Train the NLU."""
    if context.invoked_subcommand is None:
        _train_nlu(data, config, out)


@train_app.command("nlu")
def train_nlu(
    data: Annotated[Path, typer.Option(help="File or folder in the nlu.yml format.")] = Path("data/nlu"),
    config: Annotated[Path, typer.Option(help="config.yml")] = Path("config.yml"),
    out: Annotated[Path, typer.Option(help="Folder for the model.")] = Path("models/nlu"),
) -> None:
    """Train the NLU."""
    _train_nlu(data, config, out)


@test_app.command("nlu")
def measure_nlu(
    data: Annotated[Path, typer.Option(help="File or folder in the nlu.yml format.")],
    out: Annotated[Path, typer.Option(help="Folder for report.json and the picture.")],
    model: Annotated[Path, typer.Option(help="Folder of the model.")] = Path("models/nlu"),
) -> None:
    """Measure the NLU on any data set in the nlu.yml format."""
    _print_json(test_nlu(data, model, out, system_clock))


@test_app.command("conversations")
def measure_conversations(
    path: Annotated[Path, typer.Argument(help="File or folder.")] = Path("data/conversations"),
    project: ProjectOption = HERE,
) -> None:
    """Hold whole conversations and check every turn."""
    failed = asyncio.run(run_conversation_tests(path, project, typer.echo))
    raise typer.Exit(1 if failed else 0)


@test_app.command("kb")
def measure_kb(
    file: Annotated[Path, typer.Option(help='Lines of {"question", "region"?, "answerable", ...}.')],
    project: ProjectOption = HERE,
) -> None:
    """Ask the bot questions and count right answers and refusals."""
    configure_logs()
    report = asyncio.run(run_knowledge_test(load_questions(file), project))
    sys.stdout.write(report.to_json() + "\n")


@tariff_app.command("calculate")
def tariff_calculate(
    request: Annotated[str, typer.Option("--json", help="The request as a JSON object.")],
    project: ProjectOption = HERE,
) -> None:
    """Calculate a bill to the cent."""
    try:
        body = orjson.loads(request)
    except orjson.JSONDecodeError as error:
        raise _bad_input(f"--json is no JSON: {error}") from error
    loaded = load_project(project, actions=known_action_names())
    tariffs = asyncio.run(read_tariffs(project, loaded, system_clock))
    _print_json(render_calculation(calculate(parse_tariff_request(body), tariffs)))


@demo_app.command("accounts")
def demo_accounts(
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = True, project: ProjectOption = HERE
) -> None:
    """List demo customers with bills, payments and balances; they are invented."""
    configure_logs()
    _print_json(asyncio.run(demo_accounts_json(project, system_clock, _say)))


@demo_app.command("reset")
def demo_reset(project: ProjectOption = HERE) -> None:
    """Throw the demo's data away and make it anew."""
    configure_logs()
    asyncio.run(reset_demo(project, system_clock, _say))


@backend_app.command("serve")
def backend_serve(
    host: Annotated[str, typer.Option()] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 5056,
    project: ProjectOption = HERE,
) -> None:
    """Serve the demo back ends over the published HTTP contract."""
    configure_logs()
    asyncio.run(serve_backends(project, host, port, system_clock, _say))


def main() -> None:
    """Run one command; expected errors are one clear line and exit status 2."""
    with _clear_errors():
        app()


@contextmanager
def _clear_errors() -> Iterator[None]:
    try:
        yield
    except TariffNotFound as error:
        _fail(f"{error}")
    except (
        BotError,
        NluError,
        KnowledgeError,
        ActionError,
        StorageError,
        EvalError,
        PhoneError,
        SpeechError,
        BadRequest,
        CredentialsInvalid,
        StaffUnusable,
    ) as error:
        _fail(str(error))
    except ValidationError as error:
        _fail(f"{error.errors()[0]['loc']}: {error.errors()[0]['msg']}")


def _fail(message: str) -> None:
    _say(f"gridtalk: {message}")
    sys.exit(BAD_INPUT)


def _bad_input(message: str) -> typer.Exit:
    _say(f"gridtalk: {message}")
    return typer.Exit(BAD_INPUT)


def _train_nlu(data: Path, config: Path, out: Path) -> None:
    _optional_module("nlu.commands_training").train_nlu(data, config, out)


def _optional_module(name: str) -> Any:
    """Import a module that needs the train extra."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise _bad_input(f"{error}; {_TRAINING_HINT}") from error


def _parse_lines(file: Path) -> Iterator[ParseBody]:
    for number, line in enumerate(_read_text(file).splitlines(), start=1):
        if line.strip():
            try:
                yield parse_body(ParseBody, orjson.loads(line))
            except (orjson.JSONDecodeError, BadRequest) as error:
                raise _bad_input(f"{file}:{number}: {error}") from error


def _read_text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _bad_input(f"{file} cannot be read: {error}") from error


def _print_json(content: Any) -> None:
    sys.stdout.write(orjson.dumps(content).decode() + "\n")


def _say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
