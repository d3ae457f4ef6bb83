"""Load what config.yml names: the NLU model, the articles with their index."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from actions.promises import load_promises
from bot.catalogue import PIPELINES, find_component
from bot.config import DEFAULT_ENCODER, KnowledgeEntry
from bot.project import Project
from bot.release import fingerprint
from knowledge_base.assembly import VOCABULARY, load_knowledge
from knowledge_base.editing.settings import load_editing_settings
from knowledge_base.errors import KnowledgeError
from knowledge_base.fuse import load_calibration
from knowledge_base.live import KnowledgeBase
from knowledge_base.load_articles import load_articles
from knowledge_base.overlay import NO_OVERLAY, Overlay
from knowledge_base.tariffs.editing.samples import SAMPLES_FILE, load_samples
from knowledge_base.tariffs.load import load_tariffs
from knowledge_base.vocabulary import load_vocabulary
from nlu.encoder.named_encoder import OUR_GRAPH, NamedEncoder, open_encoder
from nlu.encoder.onnx_reranker import open_reranker
from nlu.pinyin_input import shipped_reader
from nlu.repair import Repairer
from storage.clock import Clock
from storage.home import home_folder


def open_nlu(root: Path, project: Project, clock: Clock) -> Any:
    """Load the pipeline that config.yml names."""
    entry = project.config.pipeline[0]
    parameters = entry.parameters
    model = root / str(parameters.pop("model", "models/nlu"))
    parameters.pop("training", None)
    if "lexicon" in parameters:
        parameters["lexicon"] = str(root / str(parameters["lexicon"]))
    component = find_component(entry.name, PIPELINES, "pipeline.0.name")
    return component.load(model, clock, **parameters)


def open_knowledge(root: Path, project: Project, overlay: Overlay = NO_OVERLAY) -> KnowledgeBase:
    """Load the articles and their index; `overlay` is what is published over them."""
    entry = project.config.knowledge
    encoder = open_knowledge_encoder(root, entry)
    knowledge = load_knowledge(
        root / entry.articles,
        calibration=root / entry.calibration,
        embed=encoder.embed_passages if encoder else None,
        embed_questions=encoder.embed_questions if encoder else None,
        cache_folder=home_folder() / "index" / (encoder.fingerprint if encoder else "lexical"),
        shipped_vectors=root / entry.vectors if entry.vectors else None,
        rerank=open_reranker(entry.reranker, root) if entry.reranker else None,
        learn_spelling=lambda sentences: shipped_reader().learn(sentences).read,
        overlay=overlay,
    )
    knowledge.put_right = open_repair(root, project)
    return knowledge


def open_repair(root: Path, project: Project) -> Callable[[str], str] | None:
    """Return what restores misheard words in questions, with the settings of the component that understands."""
    entry = project.config.pipeline[0]
    if entry.name != "TransformerNlu" or not entry.parameters.get("repair", True):
        return None
    lexicon = entry.parameters.get("lexicon")
    repairer = Repairer.load(root / str(lexicon)) if lexicon else Repairer.load()
    return lambda question: repairer.repair(question).text


def open_knowledge_encoder(root: Path, entry: KnowledgeEntry) -> NamedEncoder | None:
    """Load the encoder that config.yml names; None: lexical search only, as before the first encoder is trained."""
    if entry.encoder is None or (entry.encoder == DEFAULT_ENCODER and not (root / entry.encoder / OUR_GRAPH).is_file()):
        return None
    prefixes = {"question_prefix": entry.question_prefix, "passage_prefix": entry.passage_prefix}
    return open_encoder(entry.encoder, root, **prefixes)


def knowledge_mistakes(root: Path, project: Project) -> list[str]:
    """Return what is wrong with articles and their words, tariff tables, promises and weights, a line each."""
    entry = project.config.knowledge
    wrong: list[str] = []
    for read in (
        lambda: load_articles(root / entry.articles),
        lambda: load_vocabulary((root / entry.articles).parent / VOCABULARY),
        lambda: load_calibration(root / entry.calibration),
        lambda: load_tariffs(root / entry.tariffs),
        lambda: load_samples(root / "data" / SAMPLES_FILE),
        lambda: load_promises(root / "data" / "promises.yml"),
        lambda: load_editing_settings(root),
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
