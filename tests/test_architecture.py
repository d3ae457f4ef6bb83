"""Rules of the house that fail the build: layers, sizes, names, no torch when serving."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("storage", "actions", "knowledge_base", "nlu", "bot", "connectors", "eval", "console")
MOST_LINES, MOST_FUNCTION_LINES, MOST_METHODS = 400, 50, 20
FORBIDDEN_FILES = {"utils", "helpers", "common", "misc", "manager", "core"}
FORBIDDEN_SUFFIXES = ("Manager", "Handler", "Helper", "Processor", "Wrapper", "Impl", "Info")


def sources() -> Iterator[tuple[Path, ast.Module]]:
    """All source files of the product, parsed."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield path, ast.parse(path.read_text("utf-8"))


def test_no_file_and_no_function_is_too_long() -> None:
    long = []
    for path, tree in sources():
        lines = len(path.read_text("utf-8").splitlines())
        if lines > MOST_LINES:
            long.append(f"{path}: {lines} lines")
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                size = (node.end_lineno or 0) - node.lineno + 1
                if size > MOST_FUNCTION_LINES:
                    long.append(f"{path}:{node.lineno} {node.name}: {size} lines")
    assert not long


def test_names_say_what_things_are() -> None:
    bad = []
    for path, tree in sources():
        if path.stem in FORBIDDEN_FILES:
            bad.append(str(path))
        bad += [
            f"{path}: {node.name}"
            for node in ast.walk(tree)
            if isinstance(node, ast.ClassDef) and node.name.endswith(FORBIDDEN_SUFFIXES)
        ]
    assert not bad


def test_every_module_and_public_class_has_a_docstring() -> None:
    bare = []
    for path, tree in sources():
        if path.name != "__init__.py" and not ast.get_docstring(tree):
            bare.append(str(path))
        bare += [
            f"{path}: {node.name}"
            for node in tree.body
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and not ast.get_docstring(node)
        ]
    assert not bare


def test_no_import_of_our_own_hides_in_a_function() -> None:
    hidden = []
    for path, tree in sources():
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                hidden += [
                    f"{path}:{node.lineno}"
                    for node in ast.walk(function)
                    if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in PACKAGES
                ]
    assert not hidden


def test_packages_import_only_from_packages_below() -> None:
    result = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports")], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("name", ["torch", "transformers", "sentence_transformers", "sklearn", "matplotlib"])
def test_serving_does_not_import_what_only_training_needs(name: str) -> None:
    code = f"import gridtalk, sys; sys.exit({name!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_no_machine_path_and_no_registry_host_is_in_the_repository() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    pattern = re.compile(r"(?<![\w./])/(?:work|opt/wheels|farm)/")
    found = [
        name
        for name in tracked
        if name.endswith((".py", ".md", ".yml", ".toml", ".sh", ".js", ".html"))
        and (ROOT / name).is_file()
        and name != "tests/test_architecture.py"
        and pattern.search((ROOT / name).read_text("utf-8"))
    ]
    assert not found
