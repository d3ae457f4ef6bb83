"""YAML files of this package, read through their models; what is wrong is said with the file and the key."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from eval.errors import EvalError

Model = TypeVar("Model", bound=BaseModel)


def first_mistake(error: ValidationError) -> tuple[str, str]:
    """Return key and message of the first thing that is wrong."""
    first = error.errors(include_url=False, include_input=False)[0]
    return ".".join(map(str, first["loc"])), first["msg"]


def read_mapping(path: Path, invalid: type[EvalError]) -> dict[str, Any]:
    """Read a file. Raises `invalid` where it cannot be read or is no mapping."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise invalid(f"{path} cannot be read: {error}") from error
    if not isinstance(content, dict):
        raise invalid(f"{path} must be a mapping")
    return content


def read_model(path: Path, model: type[Model], invalid: type[EvalError]) -> Model:
    """Read a file through its model. Raises `invalid`."""
    try:
        return model.model_validate(read_mapping(path, invalid))
    except ValidationError as error:
        key, message = first_mistake(error)
        raise invalid(f"{path}: {key}: {message}") from error
