"""The quick start of the manual, typed in as it stands there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess

import pytest

from tests.e2e.conftest import ROOT, DemoServer


def test_the_quick_start_works_as_it_stands(server: DemoServer) -> None:
    if shutil.which("curl") is None:
        pytest.skip("no curl")
    part = (ROOT / "docs" / "http.md").read_text("utf-8").split("## Quick start")[1]
    found = re.search(r"```sh\n(.*?)```", part, re.DOTALL)
    assert found is not None
    lines = found.group(1).replace("http://localhost:5005", server.url)
    result = subprocess.run(
        ["bash", "-eu", "-c", lines], env=os.environ, capture_output=True, text=True, timeout=60, check=True
    )
    for wanted in ('{"status":"ready"}', "0.5283", "report_outage", "event: done", '"query_bill"', "/openapi.json"):
        assert wanted in result.stdout, wanted
