"""What is wrong with a project is told at once, with place and nearest name."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import ProjectInvalid
from bot.project import load_project, read_project

DOMAIN = """intents: [greet, query_bill]
entities: [month]
slots:
  month: {type: text}
responses:
  utter_bill: [{text: "{month:mounth}"}]
  utter_ask_month: [{text: 哪个月}]
"""
FLOWS = """flows:
  query_bill:
    name: 查电费
    nlu_trigger: [{intent: query_bil}]
    steps:
      - collect: mont
      - action: utter_bil
        next: [{if: "slots.mnth = 1", then: nowhere}, {else: END}]
      - action: action_x
      - colect: month
"""


def write_project(folder: Path, domain: str = DOMAIN, flows: str = FLOWS, config: str = "language: zh\n") -> Path:
    """Write a small project."""
    (folder / "data" / "flows").mkdir(parents=True)
    (folder / "domain.yml").write_text(domain, "utf-8")
    (folder / "data" / "flows" / "a.yml").write_text(flows, "utf-8")
    (folder / "config.yml").write_text(config, "utf-8")
    return folder


def test_all_mistakes_are_reported_with_file_line_and_nearest_name(tmp_path: Path) -> None:
    _, mistakes = read_project(write_project(tmp_path), actions=["action_y"])
    told = {str(mistake) for mistake in mistakes}
    assert any(line.startswith("domain.yml:6:") and "nearest: month" in line for line in told)
    assert any("data/flows/a.yml:4:" in line and "query_bill" in line for line in told)
    assert any("data/flows/a.yml:6:" in line and "nearest: month" in line for line in told)
    assert any("unknown response 'utter_bil'" in line and "utter_bill" in line for line in told)
    assert any("no step 'nowhere'" in line for line in told)
    assert any("slots.mnth" in line for line in told)
    assert any("unknown action 'action_x'" in line and "action_y" in line for line in told)
    assert any("data/flows/a.yml:10:" in line and "nearest: collect" in line for line in told)


def test_broken_yaml_is_one_clear_line_and_does_not_hide_other_files(tmp_path: Path) -> None:
    folder = write_project(tmp_path, domain="intents: [greet\n")
    with pytest.raises(ProjectInvalid) as raised:
        load_project(folder, actions=[])
    assert "domain.yml:2" in str(raised.value)
    assert "data/flows/a.yml" in str(raised.value)


def test_an_unknown_key_in_config_is_named_with_the_nearest(tmp_path: Path) -> None:
    _, mistakes = read_project(write_project(tmp_path, config="langage: zh\n"), actions=[])
    assert "config.yml:1: langage: unknown key (nearest: language)" in {str(mistake) for mistake in mistakes}


def test_a_missing_project_is_reported_not_raised(tmp_path: Path) -> None:
    _, mistakes = read_project(tmp_path, actions=[])
    assert {mistake.file for mistake in mistakes} >= {"domain.yml", "data/flows"}
