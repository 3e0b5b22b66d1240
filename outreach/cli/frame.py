"""What all commands share: opening the installation, who is signed in, tables and JSON, errors in words, exit codes."""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from outreach.errors import (
    CampaignError,
    DeniedError,
    InvalidError,
    OutreachError,
)

if TYPE_CHECKING:
    from outreach.installation import Opened
    from outreach.states import Permission
    from outreach.tables import User

EXIT_FAILED = 1  #: what was asked could not be done
EXIT_USAGE = 2  #: a command line that cannot be read
EXIT_UNEXPECTED = 70  #: a defect of ours (EX_SOFTWARE)
EXIT_INTERRUPTED = 130

IDS = frozenset({"id", "case", "comment"})  #: columns that are copied into the next command, so never broken in two
WORDED = frozenset({"status", "kind", "mode", "why", "table"})  #: columns whose values are codes of ours
SESSION_FILE = "session-token"  #: in the key folder; written by `outreach login`

AsJson = Annotated[bool, typer.Option("--json", help="JSON instead of a table")]


def language() -> str:
    """Of messages: OUTREACH_LANGUAGE, else the terminal's own locale, else Arabic."""
    from outreach import settings

    wanted = settings.preferred_language()
    return "en" if wanted == "en" else "ar"


def say(text: str = "") -> None:
    typer.echo(text)


def note(text: str) -> None:
    """For people, on standard error, so that standard output stays what a program may read."""
    typer.echo(text, err=True)


def fail(error: OutreachError) -> NoReturn:
    note(said(error.code, **error.params))
    if isinstance(error, CampaignError):
        show_problems(error.problems)
    raise typer.Exit(EXIT_FAILED)


def misused(error: Any) -> NoReturn:
    """A command line that typer cannot read; it shows its own error in English."""
    if language() == "ar":
        from outreach.cli.localising import usage_error

        note(usage_error(error))
    else:
        error.show()
    raise typer.Exit(EXIT_USAGE)


def unexpected(error: Exception) -> NoReturn:
    """Type and place, for whoever reports it; the message is left out, since it may quote somebody's words."""
    note(said("error.unexpected", error=type(error).__name__))
    for frame in traceback.extract_tb(error.__traceback__)[-4:]:
        note(f"  {Path(frame.filename).name}:{frame.lineno} {frame.name}")
    raise typer.Exit(EXIT_UNEXPECTED)


def show_problems(problems: Iterable[Any]) -> None:
    """One line a problem, as compilers write them: file:line:column."""
    from outreach.campaigns import word

    for problem in problems:
        note(f"{said(f'problem.{problem.severity}')}: {word(problem, arabic=language() == 'ar')}")


def said(code: str, /, **params: object) -> str:
    """A message in the reader's language."""
    from outreach.wording import word

    return word(code, params, language=language())


def show(rows: Sequence[Mapping[str, Any]], *, as_json: bool, title: str = "", empty: str = "") -> None:
    """Rows as a table for people, without columns that say nothing, or as JSON for programs."""
    if as_json:
        say(json.dumps([dict(row) for row in rows], ensure_ascii=False, default=str, indent=1))
        return
    if not rows:
        say(empty or "—")
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title or None, title_justify="left", header_style="bold")
    filled = [name for name in rows[0] if any(_cell(row[name]) for row in rows)]
    for column in filled:
        table.add_column(_heading(column), overflow="fold", no_wrap=column in IDS)
    for row in rows:
        table.add_row(*(_cell(row[name], worded=name in WORDED) for name in filled))
    Console(width=None if sys.stdout.isatty() else 160).print(table)


def _heading(column: str) -> str:
    from outreach.wording.commands import COLUMNS

    english = column.replace("_", " ")
    return COLUMNS.get(column, english) if language() == "ar" else english


def _cell(value: object, *, worded: bool = False) -> str:
    if isinstance(value, bool):
        return "✓" if value else ""
    if value is None:
        return ""
    return said(f"value.{value}").removeprefix("value.") if worded else str(value)


_opened: list[Opened] = []  #: by this process's command, closed when it ends


def open_here() -> Opened:
    """The installation of this machine, with logs for people at the terminal."""
    from outreach import logs, wiring

    opened = wiring.open()
    _opened.append(opened)
    logs.configure(level=opened.settings.log_level, json=not sys.stderr.isatty())
    return opened


def close_here() -> None:
    while _opened:
        _opened.pop().database.close()


def make_sure(question: str, *, yes: bool) -> None:
    """Ask before what cannot be undone. Raises Abort for a no, InvalidError where nobody can answer."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise InvalidError("ask.yes_needed")
    if not typer.confirm(question, err=True):
        raise typer.Abort


def sign_in(opened: Opened, login: str | None = None, password_file: Path | None = None) -> User:
    """Ask for what is not given, and keep the session for the next commands (key folder, owner only).

    Piped, standard input holds the login, unless it is given, and the password, a line each.
    """
    from outreach import accounts

    login = login or (typer.prompt(said("ask.login")) if sys.stdin.isatty() else sys.stdin.readline().strip())
    password = secret_from(password_file, said("ask.password"))
    now = opened.clock.now()
    token = accounts.sign_in(opened.database, login=login, password=password, address="cli", now=now)
    path = opened.settings.key_dir / SESSION_FILE
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(token)
    return _user_of(opened, token)


def sign_out(opened: Opened) -> None:
    from outreach import accounts

    path = opened.settings.key_dir / SESSION_FILE
    if path.exists():
        accounts.sign_out(opened.database, path.read_text().strip(), now=opened.clock.now())
        path.unlink()


def signed_in(opened: Opened, *permissions: Permission) -> User:
    """Who is signed in on this terminal; asks when nobody is, but never a pipe, which may hold something else.

    Raises DeniedError without every permission named, or when there is nobody to ask.
    """
    from outreach import accounts

    path = opened.settings.key_dir / SESSION_FILE
    token = path.read_text().strip() if path.exists() else ""
    user = accounts.session_user(opened.database, token, now=opened.clock.now(), settings=opened.settings.web)
    if user is None and not sys.stdin.isatty():
        raise DeniedError("login.required")
    user = user or sign_in(opened)
    for permission in permissions:
        accounts.require(user, permission)
    return user


def _user_of(opened: Opened, token: str) -> User:
    from outreach import accounts

    user = accounts.session_user(opened.database, token, now=opened.clock.now(), settings=opened.settings.web)
    if user is None:
        raise DeniedError("denied", permission="session")
    return user


def secret_from(file: Path | None, prompt: str) -> str:
    """A secret from a file, from standard input when it is piped, else from a prompt; never from an argument."""
    if file is not None:
        return text_of(file).strip()
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    return str(typer.prompt(prompt, hide_input=True)).strip()


def text_of(file: Path) -> str:
    """Raises InvalidError for a file that is missing, closed to us, or not text."""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise InvalidError("secret.unreadable", file=str(file)) from None


@contextmanager
def progress(label: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal, nothing elsewhere; call with the number of steps done."""
    if not sys.stderr.isatty():
        yield lambda _steps: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=total)
        yield lambda steps: bar.advance(task, steps)
