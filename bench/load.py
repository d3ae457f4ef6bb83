"""Starts the process that makes the load and reads what it measured."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict

from bench.client import Assignment, Diary
from bench.errors import LoadFailed
from bench.server import ROOT

_GRACE_SECONDS = 60.0


def make_load(assignment: Assignment) -> Diary:
    """Let a client process do the assignment. Raises LoadFailed."""
    limit = assignment.warm_up_seconds + assignment.seconds + _GRACE_SECONDS
    command = [sys.executable, "-m", "bench.client"]
    try:
        done = subprocess.run(
            command, cwd=ROOT, input=json.dumps(asdict(assignment)).encode(), capture_output=True, timeout=limit
        )
    except subprocess.TimeoutExpired as error:
        raise LoadFailed(f"the load did not end within {limit:.0f} s") from error
    if done.returncode:
        raise LoadFailed(done.stderr.decode(errors="replace").strip().splitlines()[-1])
    diary = Diary(**json.loads(done.stdout))
    if not diary.all_milliseconds:
        raise LoadFailed(f"no message was answered, {diary.failed} failed")
    return diary
