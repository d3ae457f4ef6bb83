"""`gridtalk staff` and `gridtalk audit`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import orjson
import typer

from connectors.logs import configure_logs
from console.commands import add_staff, set_staff_password, verify_audit
from console.staff import DEFAULT_CAPACITY, NewStaff
from storage.clock import system_clock

staff_app = typer.Typer(no_args_is_help=True, help="Accounts of the staff console.")
audit_app = typer.Typer(no_args_is_help=True, help="The audit of what staff did.")
ProjectOption = Annotated[Path, typer.Option("--project", help="Folder with domain.yml and config.yml.")]
HERE = Path()


@staff_app.command("add")
def staff_add(
    name: Annotated[str, typer.Argument(help="Log-in name: a-z, 0-9, . _ -")],
    role: Annotated[str, typer.Option(help="admin, supervisor, editor, approver, trainer, agent, auditor or privacy.")],
    scope: Annotated[
        str, typer.Option(help="Place in data/organisation.yml, as 山东/青岛市; none is everywhere.")
    ] = "",
    display_name: Annotated[str, typer.Option(help="As customers and colleagues see it.")] = "",
    skill: Annotated[list[str] | None, typer.Option(help="Group of the desk; repeat it. None is all.")] = None,
    capacity: Annotated[int, typer.Option(min=1, max=50, help="Conversations at the same time.")] = DEFAULT_CAPACITY,
    project: ProjectOption = HERE,
) -> None:
    """Make an account; the password is asked for, or is the first line of stdin."""
    configure_logs()
    new = NewStaff(name, display_name, role, scope, tuple(skill or ()), capacity, must_change_password=False)
    staff = asyncio.run(add_staff(project, system_clock, new, _read_password()))
    _print_json({"id": staff.id, "name": staff.name, "role": staff.role, "scope": staff.scope})


@staff_app.command("password")
def staff_password(name: Annotated[str, typer.Argument(help="Log-in name.")], project: ProjectOption = HERE) -> None:
    """Give an account a new password; it is asked for, or is the first line of stdin."""
    configure_logs()
    asyncio.run(set_staff_password(project, system_clock, name, _read_password()))
    print(f"{name} has a new password; all its sessions have ended", file=sys.stderr)


@audit_app.command("verify")
def audit_verify(project: ProjectOption = HERE) -> None:
    """Check the audit's chain; exits 1 where a row was changed or is missing."""
    configure_logs()
    verdict = asyncio.run(verify_audit(project, system_clock))
    _print_json({"ok": verdict.ok, "rows": verdict.rows, "first_bad": verdict.first_bad})
    raise typer.Exit(0 if verdict.ok else 1)


@audit_app.callback()
def audit() -> None:
    """Look into the audit of what staff did."""


def _read_password() -> str:
    if sys.stdin.isatty():
        return str(typer.prompt("password", hide_input=True, confirmation_prompt=True, err=True))
    return sys.stdin.readline().rstrip("\r\n")


def _print_json(content: dict[str, object]) -> None:
    sys.stdout.write(orjson.dumps(content).decode() + "\n")
