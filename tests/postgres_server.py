"""A PostgreSQL server for tests: that of GRIDTALK_TEST_POSTGRES, else a private one where it is installed."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

START_SECONDS = 30


@contextmanager
def postgres_url() -> Iterator[str]:
    """Yield the address of an empty database; skips the test, with the reason, where there is no server to be had."""
    given = os.environ.get("GRIDTALK_TEST_POSTGRES")
    if given:
        yield given
        return
    programs = _find_programs()
    if programs is None:
        pytest.skip("no PostgreSQL: set GRIDTALK_TEST_POSTGRES, or install initdb and pg_ctl")
    folder = Path(tempfile.mkdtemp(prefix="gridtalk-postgres"))
    user = "nobody" if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user)
    try:
        yield from _serve(programs, folder, user)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _serve(programs: Path, folder: Path, user: str | None) -> Iterator[str]:
    port, data = _free_port(), folder / "data"
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    control: list[str | Path] = [programs / "pg_ctl", "-D", data, "-w", "-t", str(START_SECONDS)]
    initdb: list[str | Path] = [
        programs / "initdb",
        "-D",
        data,
        "-U",
        "gridtalk",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--no-sync",
    ]
    subprocess.run(initdb, user=user, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(
        [*control, "-o", options, "-l", folder / "log", "start"],
        user=user,
        cwd=folder,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    try:
        yield f"postgresql://gridtalk@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run(
            [*control, "-m", "immediate", "stop"], user=user, cwd=folder, check=True, stdout=subprocess.DEVNULL
        )


def _find_programs() -> Path | None:
    folders = [Path(found).resolve().parent] if (found := shutil.which("initdb")) else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "initdb").exists() and (folder / "pg_ctl").exists()), None)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
