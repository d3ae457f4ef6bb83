"""Load what config.yml names: the NLU model, the articles with their index."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from actions.promises import load_promises
from bot.catalogue import PIPELINES, find_component
from bot.project import Project
from bot.release import fingerprint
from knowledge_base.assembly import load_knowledge
from knowledge_base.errors import KnowledgeError
from knowledge_base.live import KnowledgeBase
from knowledge_base.load_articles import load_articles
from knowledge_base.tariffs.load import load_tariffs
from nlu.encoder.onnx_encoder import OnnxEncoder
from storage.clock import Clock
from storage.home import home_folder


def open_nlu(root: Path, project: Project, clock: Clock) -> Any:
    """Load the pipeline that config.yml names."""
    entry = project.config.pipeline[0]
    parameters = entry.parameters
    model = root / str(parameters.pop("model", "models/nlu"))
    parameters.pop("training", None)
    component = find_component(entry.name, PIPELINES, "pipeline.0.name")
    return component.load(model, clock, **parameters)


def open_knowledge(root: Path, project: Project) -> KnowledgeBase:
    """Load the articles and their index."""
    entry = project.config.knowledge
    encoder = root / entry.encoder if entry.encoder else None
    embed = OnnxEncoder(encoder).load().embed if encoder and (encoder / "encoder.onnx").is_file() else None
    return load_knowledge(
        root / entry.articles,
        calibration=root / entry.calibration,
        embed=embed,
        cache_folder=home_folder() / "index",
        shipped_vectors=root / entry.vectors if entry.vectors else None,
    )


def knowledge_mistakes(root: Path, project: Project) -> list[str]:
    """Return what is wrong with articles, tariff tables and promises, a line each."""
    entry = project.config.knowledge
    wrong: list[str] = []
    for read in (
        lambda: load_articles(root / entry.articles),
        lambda: load_tariffs(root / entry.tariffs),
        lambda: load_promises(root / "data" / "promises.yml"),
    ):
        try:
            read()
        except (KnowledgeError, ValueError, OSError) as error:
            wrong += [str(mistake) for mistake in getattr(error, "mistakes", [error])]
    return wrong


def project_fingerprint(root: Path) -> str:
    """Return a fingerprint of flows and wording."""
    return fingerprint(
        [root / "domain.yml", *root.glob("domain/*.yml"), *root.glob("data/flows/*.yml"), root / "config.yml"]
    )


def model_fingerprint(root: Path, project: Project) -> str:
    """Return a fingerprint of the NLU model."""
    folder = root / str(project.config.pipeline[0].parameters.get("model", "models/nlu"))
    return fingerprint(path for path in folder.glob("*") if path.is_file())
