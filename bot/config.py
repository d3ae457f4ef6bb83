"""`config.yml` and `endpoints.yml` as values. A component's keys are its constructor parameters."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.source import Mistakes, Source, read_model

DEFAULT_ENCODER = "models/encoder"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ComponentEntry(BaseModel):
    """A component named in config.yml; all other keys are its constructor parameters."""

    model_config = ConfigDict(extra="allow")

    name: str

    @property
    def parameters(self) -> dict[str, Any]:
        """The constructor parameters as written."""
        return dict(self.model_extra or {})


class KnowledgeEntry(_Strict):
    """Where knowledge comes from and when it is sure enough."""

    articles: str = "data/knowledge"
    tariffs: str = "data/tariffs"
    encoder: str | None = DEFAULT_ENCODER
    question_prefix: str = ""
    passage_prefix: str = ""
    reranker: str | None = None
    calibration: str = "models/retrieval.json"
    vectors: str | None = "models/vectors"


class RetrainEntry(_Strict):
    """The monthly learning: when a candidate is trained, and how. Off unless it is switched on."""

    enabled: bool = False
    day: int = Field(3, ge=1, le=28)
    """Of the month, on which what the month before taught is learnt."""
    hour: int = Field(2, ge=0, le=23)
    copies: int = Field(1, ge=1, le=10)
    """How often a labelled sentence stands in the training file."""
    attempts: int = Field(1, ge=1, le=5)
    """Until one passes the gates: shorter steps from a warm start, other seeds from nothing."""
    training: dict[str, Any] = Field(default_factory=dict)
    """Settings of the training (nlu/options.py) that differ from those of the pipeline."""
    limit_hours: float = Field(4.0, gt=0, le=48)
    niceness: int = Field(10, ge=0, le=19)


class ConfigFile(_Strict):
    """config.yml as written."""

    version: str | None = None
    language: str = "zh"
    pipeline: list[ComponentEntry] = Field(default_factory=lambda: [ComponentEntry(name="TransformerNlu")])
    policies: list[ComponentEntry] = Field(default_factory=lambda: [ComponentEntry(name="FlowPolicy")])
    knowledge: KnowledgeEntry = Field(default_factory=KnowledgeEntry)
    retrain: RetrainEntry = Field(default_factory=RetrainEntry)


class UrlEntry(_Strict):
    """An endpoint that is one address."""

    url: str
    timeout_seconds: float = Field(4.0, gt=0, le=60)
    token: str | None = None


class StoreEntry(_Strict):
    """The database of the conversations."""

    url: str


class LockEntry(_Strict):
    """Where the locks of conversations live."""

    type: Literal["file", "process", "redis"] = "file"
    url: str | None = None


class BackendsEntry(_Strict):
    """Where billing, outage and profile data come from."""

    type: Literal["demo", "sql", "http"] = "demo"
    url: str | None = None
    timeout_seconds: float = Field(3.0, gt=0, le=60)
    token: str | None = None


class EndpointsFile(_Strict):
    """endpoints.yml as written."""

    tracker_store: StoreEntry | None = None
    lock_store: LockEntry = Field(default_factory=LockEntry)
    action_endpoint: UrlEntry | None = None
    backends: BackendsEntry = Field(default_factory=BackendsEntry)
    sms: UrlEntry | None = None


def load_config(source: Source, mistakes: Mistakes) -> ConfigFile:
    """Return config.yml; with mistakes, the defaults."""
    return read_model(ConfigFile, source.content, source, (), mistakes) or ConfigFile()


def load_endpoints(source: Source, mistakes: Mistakes) -> EndpointsFile:
    """Return endpoints.yml; with mistakes, the defaults."""
    return read_model(EndpointsFile, source.content, source, (), mistakes) or EndpointsFile()
