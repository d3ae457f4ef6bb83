"""A project folder, read and checked as a whole: everything that is wrong is reported at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bot.check import check_references
from bot.config import ConfigFile, EndpointsFile, load_config, load_endpoints
from bot.domain import Domain
from bot.errors import Mistake, ProjectInvalid
from bot.flow import Flow
from bot.load_domain import load_domain
from bot.load_flows import load_flows
from bot.source import Mistakes, Source, load_source, load_sources


@dataclass(frozen=True, slots=True)
class Project:
    """What the integrator wrote."""

    root: Path
    domain: Domain
    flows: dict[str, Flow]
    config: ConfigFile
    endpoints: EndpointsFile
    triggered: dict[str, Flow]
    """Flows by the intents that start them."""

    def flow_for(self, intent: str) -> Flow | None:
        """Return the flow that this intent starts."""
        return self.triggered.get(intent)


def load_project(root: Path, *, actions: Iterable[str]) -> Project:
    """Read a project folder.

    actions: names of the actions that this process can run.
    Raises ProjectInvalid with every mistake in every file.
    """
    project, mistakes = read_project(root, actions=actions)
    if mistakes:
        raise ProjectInvalid(mistakes)
    return project


def read_project(root: Path, *, actions: Iterable[str]) -> tuple[Project, list[Mistake]]:
    """Read a project folder and return it with all mistakes, ordered by file and line."""
    mistakes = Mistakes()
    domain_sources = load_sources([root / "domain.yml", *sorted(root.glob("domain/*.yml"))], root, mistakes)
    flow_sources = load_sources(sorted((root / "data" / "flows").glob("*.yml")), root, mistakes)
    domain = load_domain(domain_sources, mistakes)
    flows = load_flows(flow_sources, mistakes)
    config = load_config(_optional(root / "config.yml", root, mistakes), mistakes)
    endpoints = load_endpoints(_optional(root / "endpoints.yml", root, mistakes), mistakes)
    check_references(domain, flows, domain_sources, flow_sources, frozenset(actions), mistakes)
    if not flow_sources:
        mistakes.add(Mistake("data/flows", 1, "", "no flow file found (*.yml)"))
    found = sorted(set(mistakes.found), key=lambda mistake: (mistake.file, mistake.line, mistake.key))
    triggered = {intent: flow for flow in reversed(flows.values()) for intent in flow.triggers}
    return Project(root, domain, flows, config, endpoints, triggered), found


def _optional(path: Path, root: Path, mistakes: Mistakes) -> Source:
    return load_source(path, root, mistakes) if path.exists() else Source(path.name, {}, {})
