"""Commands about the installation itself: make, check, back up, restore, rotate keys, sign in."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from outreach.cli.frame import EXIT_FAILED, AsJson, note, open_here, said, say, show, sign_in, sign_out
from outreach.errors import InstallationError, InvalidError

if TYPE_CHECKING:
    from outreach.diagnosis import Finding

keys = typer.Typer(no_args_is_help=True)
FileArgument = Annotated[Path, typer.Argument(help="The backup file", dir_okay=False)]


def init(
    live: Annotated[bool, typer.Option("--live", help="For Meta, for good")] = False,
    sandbox: Annotated[bool, typer.Option("--sandbox", help="For the sandbox, for good")] = False,
) -> None:
    """Make an installation: folders, keys, tables. It is live or sandbox for good."""
    from outreach import installation, settings
    from outreach.clock import RealClock
    from outreach.states import Mode

    if live == sandbox:
        raise InvalidError("init.live_or_sandbox")
    mode = Mode.LIVE if live else Mode.SANDBOX
    opened = installation.init(settings.load(), mode, clock=RealClock())
    say(f"{mode.value}: {opened.settings.data_dir}")
    note(said("init.next", keys=opened.settings.key_dir))


def upgrade() -> None:
    """Bring the database's schema up to this program. Make a backup before."""
    from outreach import migrations, settings
    from outreach.db import Database

    used = settings.load()
    if not used.data_dir.exists():
        raise InstallationError("installation.missing", data_dir=str(used.data_dir))
    database = Database(used.database)
    was = migrations.current(database)
    migrations.migrate(database)
    database.close()
    say(f"{was} → {migrations.head()}")


def doctor(as_json: AsJson = False) -> None:
    """Say in words what is wrong here. Exit code 1 when something is."""
    from outreach import diagnosis

    findings = diagnosis.examine()
    rows = [{"is": finding.grade, "what": _in_full(finding)} for finding in findings]
    if not as_json:
        rows = [{**row, "is": said(f"doctor.grade.{row['is']}")} for row in rows]
    show(rows, as_json=as_json)
    if any(finding.grade == "wrong" for finding in findings):
        raise typer.Exit(EXIT_FAILED)


def _in_full(finding: Finding) -> str:
    """With what to do, where that stands apart."""
    from outreach.wording import catalogue

    words, help_code = said(finding.code, **finding.params), f"{finding.code}.help"
    return f"{words}. {said(help_code)}" if help_code in catalogue() else words


def backup(file: FileArgument, as_json: AsJson = False) -> None:
    """Write every row and image into one encrypted file. The keys are not in it: keep the key folder elsewhere too."""
    from outreach import backups

    if not file.parent.is_dir():
        raise InvalidError("backup.no_folder", folder=str(file.parent))
    counts = backups.backup(open_here(), file)
    show([{"table": name, "rows": rows} for name, rows in counts.items() if rows], as_json=as_json)
    note(said("backup.done", file=file))


def restore(file: FileArgument, as_json: AsJson = False) -> None:
    """Fill an empty installation from a backup. Its key folder is in place first; every channel starts paused."""
    from outreach import backups, settings
    from outreach.clock import RealClock

    counts = backups.restore(settings.load(), file, clock=RealClock())
    show([{"table": name, "rows": rows} for name, rows in counts.items() if rows], as_json=as_json)
    note(said("restore.done"))


@keys.command()
def rotate(
    hashes: Annotated[bool, typer.Option("--hashes", help="Begin a new epoch of keyed hashes too")] = False,
) -> None:
    """Make a new key and seal every value anew. Stop `outreach serve` and `outreach run` before."""
    from sqlalchemy import func, select

    from outreach import installation
    from outreach.tables import JobRun

    opened = open_here()
    with opened.database.read() as session:
        last = session.scalar(select(func.max(JobRun.started_at)))
    if last is not None and opened.clock.now() - last < timedelta(minutes=1):
        raise InvalidError("keys.stop_first")
    say(str(installation.rotate_keys(opened, hashes=hashes)))


def login(
    name: Annotated[str | None, typer.Argument(metavar="LOGIN", help="Asked for if not given.")] = None,
    password_file: Annotated[
        Path | None, typer.Option(help="Read the password from a file", exists=True, dir_okay=False)
    ] = None,
) -> None:
    """Sign in on this terminal. Some commands need to know who asks; a pipe may hold login and password."""
    user = sign_in(open_here(), name, password_file)
    say(user.display_name)


def logout() -> None:
    """Sign out on this terminal."""
    sign_out(open_here())
