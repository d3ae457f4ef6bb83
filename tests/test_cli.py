"""The command line: JSON on stdout, one clear line on stderr, status 2 for bad input."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[1]


def gridtalk(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run one command."""
    command = [sys.executable, "-m", "gridtalk", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=120, check=False)


def test_parse_writes_one_json_line_per_sentence_in_order(tmp_path: Path) -> None:
    lines = [{"text": "我上个月电费多少"}, {"text": "那工商业的呢", "context": {"last_intent": "query_tariff"}}]
    file = tmp_path / "in.jsonl"
    file.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), "utf-8")
    result = gridtalk("parse", "--file", str(file))
    parsed = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["text"] for line in parsed] == [line["text"] for line in lines]
    assert parsed[0]["intent"]["name"] == "query_bill"
    assert parsed[1]["intent"]["name"] == "query_tariff"
    entity = parsed[0]["entities"][0]
    assert parsed[0]["text"][entity["start"] : entity["end"]] == entity["text"] == "上个月"


def test_tariff_calculate_prints_the_contracts_json() -> None:
    request = {"region": "江苏", "category": "居民阶梯", "month": "2026-10", "energy_kwh": 3000, "months": 12}
    result = gridtalk("tariff", "calculate", "--json", json.dumps(request))
    bill = json.loads(result.stdout)
    assert bill["total"] == "1596.90"
    assert set(bill) == {"total", "lines", "table", "notes"}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["parse"], "TEXT"),
        (["parse", "--file", "nowhere.jsonl"], "nowhere.jsonl"),
        (["tariff", "calculate", "--json", "{"], "JSON"),
        (["tariff", "calculate", "--json", '{"region": "北京"}'], "category"),
        (["test", "conversations", "nowhere"], "nowhere"),
        (["test", "kb", "--file", "nowhere.jsonl"], "nowhere"),
        (["test", "nlu", "--data", "nowhere.yml", "--out", "nowhere"], "nowhere"),
        (["train", "--data", "nowhere", "--out", "nowhere"], "nowhere"),
    ],
)
def test_bad_input_is_one_clear_line_and_status_2(arguments: list[str], told: str) -> None:
    result = gridtalk(*arguments)
    assert result.returncode == 2
    assert told in result.stderr
    assert "Traceback" not in result.stderr


def test_a_missing_model_is_a_clear_line(tmp_path: Path) -> None:
    project = tmp_path / "project"
    (project / "data").mkdir(parents=True)
    for name in ("domain.yml", "config.yml", "endpoints.yml", "domain", "data/flows", "data/promises.yml"):
        (project / name).symlink_to(ROOT / name)
    result = gridtalk("parse", "你好", "--project", str(project))
    assert result.returncode == 2
    assert "models/nlu" in result.stderr


def test_validate_finds_the_shipped_project_without_mistakes() -> None:
    assert gridtalk("validate").returncode == 0


def test_embed_writes_unit_vectors(tmp_path: Path) -> None:
    (tmp_path / "in.txt").write_text("我家停电了\n居民电价多少\n", "utf-8")
    assert gridtalk("embed", "--file", str(tmp_path / "in.txt"), "--out", str(tmp_path / "out.npy")).returncode == 0
    vectors = np.load(tmp_path / "out.npy")
    assert vectors.dtype == np.float32
    assert vectors.shape[0] == 2
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)


@pytest.mark.parametrize(
    "group", [[], ["train"], ["test", "nlu"], ["tariff", "calculate"], ["demo", "accounts"], ["run"]]
)
def test_every_command_explains_itself(group: list[str]) -> None:
    assert gridtalk(*group, "--help").returncode == 0
