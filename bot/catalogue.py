"""Names in config.yml and the components that they stand for. Outsiders write `my_package.module:Class`."""

from __future__ import annotations

import importlib
from typing import Any

from bot.decide import FlowPolicy
from bot.errors import Mistake, ProjectInvalid
from bot.source import nearest_name
from nlu.pipeline import Pipeline

PIPELINES: dict[str, Any] = {"TransformerNlu": Pipeline}
POLICIES: dict[str, Any] = {"FlowPolicy": FlowPolicy}


def find_component(name: str, table: dict[str, Any], key: str) -> Any:
    """Return the class behind a name. Raises ProjectInvalid with the nearest valid name."""
    if name in table:
        return table[name]
    module_name, _, class_name = name.partition(":")
    if class_name:
        try:
            return getattr(importlib.import_module(module_name), class_name)
        except (ImportError, AttributeError) as error:
            raise ProjectInvalid([Mistake("config.yml", 1, key, f"cannot import {name!r}: {error}")]) from error
    raise ProjectInvalid([Mistake("config.yml", 1, key, f"unknown component {name!r}", nearest_name(name, table))])
