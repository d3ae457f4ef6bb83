"""The manual is true: what the code has stands in it, what it shows can be read, what it links to is there."""

from __future__ import annotations

import ast
import importlib
import json
import os
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from pydantic import BaseModel

from bot.builtin_actions import BUILTIN_ACTION_NAMES
from bot.check import BUILTIN_ACTIONS, DEFAULTS, SCOPE_NAMES
from bot.config import load_config, load_endpoints
from bot.decide import FlowPolicy
from bot.events import EVENT_CLASSES
from bot.formats import FORMATS
from bot.load_domain import load_domain
from bot.load_flows import load_flows
from bot.source import Mistakes, Source
from connectors.credentials import load_credentials
from eval.conversation_file import ConversationFile
from gridtalk import app
from knowledge_base.article_schema import ArticleEntry
from knowledge_base.tariffs.request import parse_tariff_request
from knowledge_base.tariffs.schema import RegionFile
from nlu.examples import load_training_set
from nlu.options import TrainingOptions
from nlu.understanding import ContextJson

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PACKAGES = ("storage", "actions", "knowledge_base", "nlu", "bot", "connectors", "eval", "console")
SKIPPED = {"var", "build", "node_modules"}
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
VERBS = {"get", "post", "put", "patch", "delete"}


def find_pages() -> Iterator[Path]:
    """All pages of the repository, outside what tools and installations put beside it."""
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in SKIPPED and not name.startswith(".")]
        yield from (Path(folder) / name for name in names if name.endswith(".md"))


PAGES = sorted(find_pages())
MANUAL = [path for path in PAGES if path.parent == DOCS or path.name.startswith("README")]


def page(name: str) -> str:
    """The text of a page of the manual."""
    return (DOCS / name).read_text("utf-8")


def named(path: Path) -> str:
    """A page's name for messages and test ids."""
    return path.relative_to(ROOT).as_posix()


def sources() -> Iterator[Path]:
    """All source files of the product."""
    yield ROOT / "gridtalk.py"
    for package in PACKAGES:
        yield from sorted((ROOT / package).rglob("*.py"))


def blocks(path: Path, *languages: str) -> list[str]:
    """The fenced examples of a page."""
    return [text for language, text in FENCE.findall(path.read_text("utf-8")) if language in languages]


def keys(*modules: str) -> set[str]:
    """The keys of all files that these modules read, as they are written."""
    models = [
        model
        for module in map(importlib.import_module, modules)
        for model in vars(module).values()
        if isinstance(model, type) and issubclass(model, BaseModel) and model.__module__ == module.__name__
    ]
    return {field.alias or name for model in models for name, field in model.model_fields.items()}


def missing(names: set[str] | frozenset[str], text: str) -> list[str]:
    """Names that the text does not have as code."""
    spoken = set(re.findall(r"[\w.]+", " ".join(re.findall(r"`([^`\n]+)`", FENCE.sub("", text)))))
    return sorted(names - spoken)


# --- what the code has stands in the manual --------------------------------------------------------------------------


def commands(command: Any, words: str) -> Iterator[str]:
    """The words of every command that does something."""
    inner = getattr(command, "commands", {})
    for name in inner:
        yield from commands(inner[name], f"{words} {name}")
    if not inner or command.invoke_without_command:
        yield words


@pytest.mark.parametrize("readme", ["README.md", "README.zh.md"])
def test_every_command_is_in_both_readmes(readme: str) -> None:
    text = (ROOT / readme).read_text("utf-8")
    told = re.findall(r"`(gridtalk[^`]*)`", text)
    found = list(commands(typer.main.get_command(app), "gridtalk"))
    assert len(found) >= 14
    assert [words for words in found if words not in told] == []


def routes() -> Iterator[str]:
    """Every `web.get("/path", ...)` of the doors as `GET /path`."""
    for path in sorted((ROOT / "connectors").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in VERBS:
                first = node.args[0] if node.args else None
                value = first.value if isinstance(first, ast.Constant) else None
                if isinstance(value, str) and value.startswith("/"):
                    yield f"{node.func.attr.upper()} {value}"


def test_every_route_is_in_the_http_page() -> None:
    found = set(routes())
    assert len(found) >= 13
    assert sorted(route for route in found if f"`{route}`" not in page("http.md")) == []


def test_every_key_of_flows_is_told() -> None:
    assert missing(keys("bot.load_flows"), page("flows.md")) == []


def test_every_key_of_domain_files_and_every_format_is_told() -> None:
    assert missing(keys("bot.load_domain"), page("flows.md") + page("responses.md")) == []
    assert missing(set(FORMATS), page("responses.md")) == []


def test_every_name_that_flows_may_use_is_told() -> None:
    assert missing(SCOPE_NAMES | DEFAULTS | BUILTIN_ACTIONS | BUILTIN_ACTION_NAMES, page("flows.md")) == []


def literals(prefix: str) -> set[str]:
    """Names with this prefix that the engine itself uses."""
    found: set[str] = set()
    for path in sorted((ROOT / "bot").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= set(re.findall(rf"^{prefix}[a-z_]+[a-z]$", node.value))
    return found


def test_every_repair_is_told() -> None:
    shipped = yaml.safe_load((ROOT / "data" / "flows" / "patterns.yml").read_text("utf-8"))["flows"]
    assert missing(literals("pattern_") | set(shipped), page("flows.md")) == []


def test_every_response_that_the_engine_says_is_told() -> None:
    passing = {"utter_take_your_time", "utter_silence_once", "utter_silence_again"}
    assert missing(literals("utter_") - passing, page("flows.md")) == []


def test_every_event_and_its_fields_are_told() -> None:
    names = {event.kind for event in EVENT_CLASSES} | {field.name for event in EVENT_CLASSES for field in fields(event)}
    assert missing(names, page("architecture.md")) == []


def test_every_key_of_config_and_endpoints_is_told() -> None:
    parameters = {field.name for field in fields(FlowPolicy)} - {"project", "slot_reader"}
    assert missing(keys("bot.config") | parameters, page("configuration.md")) == []


def test_every_key_of_the_desks_settings_is_told() -> None:
    assert missing(keys("connectors.desk.settings"), page("desk.md")) == []


def test_every_key_of_credentials_is_told() -> None:
    pages = "".join(page(name) for name in ("configuration.md", "wechat.md", "chatwoot.md"))
    modules = ("connectors.credentials", "connectors.section", "connectors.chatwoot.settings")
    assert missing(keys(*modules), pages) == []


def test_every_training_setting_and_context_key_is_told() -> None:
    settings = {field.name for field in fields(TrainingOptions)} - {"noise"}
    assert missing(settings | set(ContextJson.__optional_keys__), page("nlu.md")) == []


def test_every_entity_of_the_project_is_told() -> None:
    entities = yaml.safe_load((ROOT / "domain.yml").read_text("utf-8"))["entities"]
    assert missing(set(entities), page("nlu.md")) == []


def test_every_key_of_articles_is_told() -> None:
    assert missing(keys("knowledge_base.article_schema"), page("knowledge.md")) == []


def test_every_key_of_tariff_tables_and_requests_is_told() -> None:
    assert missing(keys("knowledge_base.tariffs.request", "knowledge_base.tariffs.schema"), page("tariffs.md")) == []


def test_every_expectation_of_a_conversation_is_told() -> None:
    assert missing(keys("eval.conversation_file"), (ROOT / "eval" / "README.md").read_text("utf-8")) == []


def environment_variables() -> set[str]:
    """Names that the code, the tests and their script read from the environment."""
    read = re.compile(r"environ(?:\.get\(|\[)\s*[\"'](\w+)[\"']|getenv\(\s*[\"'](\w+)[\"']")
    ours = re.compile(r"\bGRIDTALK_[A-Z][A-Z_]*[A-Z]\b")
    found: set[str] = set()
    for path in [*sources(), *sorted((ROOT / "tests").rglob("*.py")), ROOT / "tests" / "run.sh", ROOT / "Makefile"]:
        text = path.read_text("utf-8")
        found |= {first or second for first, second in read.findall(text)} | set(ours.findall(text))
    return found


def test_every_environment_variable_is_told() -> None:
    assert missing(environment_variables(), page("configuration.md")) == []


def test_every_make_target_is_told() -> None:
    targets = re.findall(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    wanted = {f"make {target}" for line in targets for target in line.split()}
    assert sorted(target for target in wanted if f"`{target}`" not in page("configuration.md")) == []


def test_every_benchmark_is_told() -> None:
    table = re.findall(r'^    "(\w+)": measure_', (ROOT / "bench" / "catalogue.py").read_text("utf-8"), re.MULTILINE)
    assert table
    assert [name for name in table if f"`.venv/bin/python -m bench {name}`" not in page("benchmarks.md")] == []


@pytest.mark.parametrize("readme", ["README.md", "README.zh.md"])
def test_the_readme_names_both_commands(readme: str) -> None:
    lines = [line for block in blocks(ROOT / readme, "sh") for line in block.splitlines()]
    assert any(line.startswith("make run") for line in lines)
    assert any(line.startswith("make test") for line in lines)


def test_every_package_and_every_page_can_be_found() -> None:
    index = page("index.md")
    assert [path.name for path in DOCS.glob("*.md") if path.name != "index.md" and f"({path.name})" not in index] == []
    assert [package for package in PACKAGES if not (ROOT / package / "README.md").is_file()] == []
    for readme in ("README.md", "README.zh.md"):
        text = (ROOT / readme).read_text("utf-8")
        assert [package for package in PACKAGES if f"({package}/README.md)" not in text] == []


# --- what the manual shows can be read -------------------------------------------------------------------------------


def flows_in(content: Any, source: Source, mistakes: Mistakes, _: Path) -> None:
    load_flows([source], mistakes)


def domain_in(content: Any, source: Source, mistakes: Mistakes, _: Path) -> None:
    load_domain([source], mistakes)


def config_in(content: Any, source: Source, mistakes: Mistakes, _: Path) -> None:
    load_config(source, mistakes)


def endpoints_in(content: Any, source: Source, mistakes: Mistakes, _: Path) -> None:
    load_endpoints(source, mistakes)


def conversations_in(content: Any, source: Source, mistakes: Mistakes, _: Path) -> None:
    ConversationFile.model_validate(content)


def tables_in(content: Any, source: Source, mistakes: Mistakes, _: Path) -> None:
    assert list(RegionFile.model_validate(content).cross_checks()) == []


def sentences_in(content: Any, source: Source, mistakes: Mistakes, folder: Path) -> None:
    path = folder / "nlu.yml"
    path.write_text(source.file, "utf-8")
    load_training_set(path)


def credentials_in(content: Any, source: Source, mistakes: Mistakes, folder: Path) -> None:
    path = folder / "credentials.yml"
    path.write_text(re.sub(r"\$\{\w+\}", "x" * 43, source.file), "utf-8")
    load_credentials(path)


READERS = {
    "rest": credentials_in,
    "callback": credentials_in,
    "chatwoot": credentials_in,
    "webchat": credentials_in,
    "wechat": credentials_in,
    "wecom_kf": credentials_in,
    "phone": credentials_in,
    "console": credentials_in,
    "flows": flows_in,
    "slots": domain_in,
    "responses": domain_in,
    "actions": domain_in,
    "pipeline": config_in,
    "tracker_store": endpoints_in,
    "action_endpoint": endpoints_in,
    "conversations": conversations_in,
    "catalogue": tables_in,
    "nlu": sentences_in,
}
EXAMPLES = [
    pytest.param(text, id=f"{named(path)}-{number}")
    for path in MANUAL
    if not path.name.startswith("README") or path.parent.name == "eval"
    for number, text in enumerate(blocks(path, "yaml"), start=1)
]


@pytest.mark.parametrize("text", EXAMPLES)
def test_every_example_in_yaml_is_read_without_a_mistake(text: str, tmp_path: Path) -> None:
    content = yaml.safe_load(text)
    if isinstance(content, list):
        assert [ArticleEntry.model_validate(entry).id for entry in content]
        return
    reader = next(READERS[key] for key in content if key in READERS)
    mistakes = Mistakes()
    reader(content, Source(text, content, {}), mistakes, tmp_path)
    assert [(mistake.key, mistake.message) for mistake in mistakes.found] == []


def test_every_tariff_request_in_the_manual_is_one() -> None:
    text = page("tariffs.md") + page("http.md")
    requests = re.findall(r"'(\{\"region\".*?\})'", text)
    assert len(requests) >= 2
    for request in requests:
        parse_tariff_request(json.loads(request))


@pytest.mark.parametrize("readme", ["README.md", "README.zh.md"])
def test_the_readme_shows_what_the_files_say(readme: str) -> None:
    shown = [text for text in blocks(ROOT / readme, "yaml", "python") if text.startswith("# ")]
    assert len(shown) == 4
    for text in shown:
        first, *lines = text.splitlines()
        rest = iter((ROOT / first.removeprefix("# ")).read_text("utf-8").splitlines())
        for line in lines:
            if line.strip() != "# ...":
                assert any(candidate.split("  #")[0].rstrip() == line.rstrip() for candidate in rest), (first, line)


# --- what the manual links to is there -------------------------------------------------------------------------------


def anchors(path: Path) -> set[str]:
    """The anchors of a page's headings, as code hosts make them."""
    lines = FENCE.sub("", path.read_text("utf-8")).splitlines()
    titles = [line.lstrip("#").strip().lower() for line in lines if line.startswith("#")]
    return {re.sub(r"[^\w\- ]", "", title).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_every_link_leads_somewhere(path: Path) -> None:
    dead = []
    for link in LINK.findall(re.sub(r"`[^`\n]*`", "", FENCE.sub("", path.read_text("utf-8")))):
        if re.match(r"[a-z]+:", link):
            continue
        file, _, anchor = link.partition("#")
        target = (path.parent / file).resolve() if file else path
        if not target.exists() or (anchor and anchor not in anchors(target)):
            dead.append(link)
    assert dead == []


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_no_page_names_a_folder_of_a_machine(path: Path) -> None:
    assert re.findall(r"(?<![\w.:/-])/(?:home|root|work|tmp|opt|Users)/\w+", path.read_text("utf-8")) == []
