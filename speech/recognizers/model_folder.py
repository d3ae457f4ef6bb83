"""A Vosk model folder: what it holds, what it is, and which words it knows."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from speech.errors import ModelMissing

SHIPPED_MODEL = Path(__file__).resolve().parents[2] / "models/speech/demo-cn"
ENVIRONMENT_NAME = "GRIDTALK_VOSK_MODEL"
_MANIFEST = "gridtalk.json"
_GRAPH_CHOICES = (("graph/HCLG.fst",), ("graph/HCLr.fst", "graph/Gr.fst"), ("HCLG.fst",), ("HCLr.fst", "Gr.fst"))


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """One model on disk."""

    path: Path
    sample_rate_hz: int
    is_synthetic: bool
    """Trained on synthetic speech only: demo and test, not for human callers."""
    has_runtime_grammar: bool
    """The main graph can be replaced by a grammar at run time."""
    grammar_path: Path | None
    """A second graph folder for run-time grammars, where the main graph is static."""
    low_confidence: float
    """Below this mean word confidence the words are not to be trusted."""

    @property
    def name(self) -> str:
        """Return the folder's name."""
        return self.path.name


def model_path() -> Path:
    """Return the folder that GRIDTALK_VOSK_MODEL names, else the shipped model's."""
    named = os.environ.get(ENVIRONMENT_NAME, "").strip()
    return Path(named).expanduser() if named else SHIPPED_MODEL


def inspect_model(path: Path) -> ModelFolder:
    """Read what kind of model lies in `path`. Raises ModelMissing with what is not there."""
    if not path.is_dir():
        raise ModelMissing(f"no model folder at {path}; see `gridtalk speech check`")
    missing = _missing_files(path)
    if missing:
        raise ModelMissing(f"{path} is no complete Vosk model, missing: {', '.join(missing)}")
    manifest = _read_manifest(path)
    grammar = path / "grammar"
    return ModelFolder(
        path=path,
        sample_rate_hz=_sample_rate(path),
        is_synthetic=bool(manifest.get("is_synthetic", False)),
        has_runtime_grammar=any((path / name).is_file() for name in ("graph/HCLr.fst", "HCLr.fst")),
        grammar_path=grammar if (grammar / "HCLr.fst").is_file() else None,
        low_confidence=float(str(manifest.get("low_confidence", 0.6))),
    )


def _missing_files(path: Path) -> list[str]:
    """Both layouts of Vosk are known: files in am/, conf/, graph/, or all in the folder itself."""
    missing = []
    if not any((path / name).is_file() for name in ("am/final.mdl", "final.mdl")):
        missing.append("am/final.mdl")
    if not any(all((path / name).is_file() for name in names) for names in _GRAPH_CHOICES):
        missing.append("graph/HCLG.fst (or graph/HCLr.fst with graph/Gr.fst)")
    if not any((path / name).is_file() for name in ("conf/mfcc.conf", "conf/fbank.conf", "mfcc.conf")):
        missing.append("conf/mfcc.conf")
    return missing


def _read_manifest(path: Path) -> dict[str, object]:
    try:
        content = json.loads((path / _MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _sample_rate(path: Path) -> int:
    """Return the rate named in the feature options; Kaldi's default is 16 kHz."""
    for name in ("conf/mfcc.conf", "conf/fbank.conf", "mfcc.conf"):
        if (path / name).is_file():
            for line in (path / name).read_text(encoding="utf-8").splitlines():
                if line.startswith("--sample-frequency="):
                    return int(float(line.partition("=")[2]))
    return 16_000


@contextmanager
def grammar_view(model: ModelFolder) -> Iterator[Path]:
    """Lend a folder in which `grammar/` stands in for `graph/`: libvosk prefers a static graph where it sees one."""
    if model.grammar_path is None:
        yield model.path
        return
    with tempfile.TemporaryDirectory(prefix="gridtalk-model-") as folder:
        view = Path(folder)
        for source, name in ((model.path / "am", "am"), (model.path / "conf", "conf"), (model.grammar_path, "graph")):
            _link(source, view / name)
        yield view


def _link(source: Path, target: Path) -> None:
    try:
        target.symlink_to(source.resolve(), target_is_directory=True)
    except OSError:  # Windows without the right to make links
        shutil.copytree(source, target)
