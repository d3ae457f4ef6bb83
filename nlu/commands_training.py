"""What `gridtalk train` runs: the training set, the settings of config.yml, the model folder."""

import re
from collections.abc import Mapping
from dataclasses import fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

import yaml

from nlu.errors import TrainingError
from nlu.examples import load_training_set
from nlu.options import TrainingOptions
from nlu.train import report_progress, train_model

_COMPONENT: Final = "TransformerNlu"
_SHIPPED_ENCODER: Final = Path("models/encoder")
_HUB_NAME: Final = re.compile(r"(?!models/)\w[\w.-]*(?:/\w[\w.-]*)?")
"""`bert-base-chinese`, `BAAI/bge-small-zh-v1.5`; our own models lie in models/."""
_NOT_IN_FILES: Final = frozenset({"noise"})
_FOLDERS: Final = frozenset({"start_from", "finish_at"})
"""Settings that name model folders, from the folder of the config."""


def train_nlu(data: Path, config: Path, out: Path) -> None:
    """Train on `data` with the `training` settings of the NLU component in `config`; write the model folder `out`."""
    options = load_training_options(config)
    train_model(load_training_set(data), out, options, report_progress)


def load_training_options(config: Path) -> TrainingOptions:
    """Read the settings; a config.yml without any, or none at all, means the defaults."""
    if not config.is_file():
        return build_options({}, config)
    try:
        content = yaml.safe_load(config.read_text(encoding="utf-8")) or {}
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise TrainingError(f"{config} cannot be read: {error}") from error
    entries = content.get("pipeline") or [] if isinstance(content, Mapping) else []
    entry = next((one for one in entries if isinstance(one, Mapping) and one.get("name") == _COMPONENT), {})
    return build_options(entry.get("training") or {}, config)


def build_options(settings: Mapping[str, Any], config: Path) -> TrainingOptions:
    """Return the options that `settings` name; folders are relative to the folder of `config`.

    The encoder is the shipped one unless another is named; `encoder_dir: null` trains without.
    """
    known = {field.name: field.default for field in fields(TrainingOptions) if field.name not in _NOT_IN_FILES}
    shipped = config.parent / _SHIPPED_ENCODER
    given: dict[str, Any] = {"encoder_dir": shipped} if (shipped / "config.json").is_file() else {}
    for name, value in settings.items():
        if name not in known:
            near = get_close_matches(str(name), known, n=1) or sorted(known)
            raise TrainingError(f"{config}: training has no setting {name!r}; there is {', '.join(near)}")
        given[name] = _convert(name, value, known[name], config)
    return TrainingOptions(**given)


def _find_encoder(named: str, folder: Path) -> Path | str:
    """Return the folder of that name, or the name itself where it can only be one on the hub."""
    path = folder / named
    return named if not path.exists() and _HUB_NAME.fullmatch(named) else path


def _convert(name: str, value: Any, default: object, config: Path) -> object:
    if name == "encoder_dir":
        return None if value is None else _find_encoder(str(value), config.parent)
    if name in _FOLDERS:
        return None if value is None else config.parent / str(value)
    if isinstance(default, tuple):
        return tuple(map(str, value))
    wanted = (int, float) if isinstance(default, float) else type(default)
    if not isinstance(value, wanted) or (isinstance(value, bool) and not isinstance(default, bool)):
        kind = type(default).__name__
        raise TrainingError(f"{config}: the training setting {name} must be {kind}, not {value!r}")
    return value
