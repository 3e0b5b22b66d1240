"""Commands about people who sign in. Whoever runs them holds the installation's keys; passwords are never arguments."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from outreach.cli.frame import AsJson, note, open_here, said, show, text_of
from outreach.errors import InvalidError

if TYPE_CHECKING:
    from outreach.tables import User

app = typer.Typer(no_args_is_help=True)

Login = Annotated[str, typer.Argument(help="The login, such as zainab.")]
Roles = Annotated[list[str], typer.Argument(help="Roles: moderator, focal_point, psea_focal_point, lead, admin, …")]
PasswordFile = Annotated[Path | None, typer.Option("--password-file", help="Read the password from a file.")]


@app.command()
def add(
    login: Login,
    roles: Roles,
    name: Annotated[str, typer.Option("--name", help="As colleagues see it; the login if not given.")] = "",
    speaks: Annotated[str, typer.Option("--language", help="ar or en.")] = "ar",
    email: Annotated[str | None, typer.Option("--email", help="Where notices go; kept sealed.")] = None,
    password_file: PasswordFile = None,
) -> None:
    """Add a person. The password comes from a prompt, a file, or standard input."""
    from outreach import accounts

    opened = open_here()
    user = accounts.create_user(
        opened.database,
        login=login,
        display_name=name or login,
        roles=roles,
        password=_password(password_file),
        language=speaks,
        email=email,
        now=opened.clock.now(),
    )
    _say("user.created", user)


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """Everybody, with their roles. Whether there is a mail address, not which."""
    from outreach import accounts

    opened = open_here()
    show([_row(user) for user in accounts.users(opened.database)], as_json=as_json)


@app.command()
def roles(login: Login, roles: Roles) -> None:
    """Give a person these roles and no others; open sessions end."""
    from outreach import accounts

    opened = open_here()
    _say("user.changed", accounts.set_roles(opened.database, login, roles, now=opened.clock.now()))


@app.command()
def password(login: Login, password_file: PasswordFile = None) -> None:
    """Set a new password; open sessions end."""
    from outreach import accounts

    opened = open_here()
    user = accounts.find_user(opened.database, login)
    accounts.set_password(opened.database, login, _password(password_file), now=opened.clock.now())
    _say("user.changed", user)


@app.command()
def disable(login: Login) -> None:
    """Lock a person out; what they did stays."""
    from outreach import accounts

    opened = open_here()
    _say("user.changed", accounts.disable_user(opened.database, login, now=opened.clock.now()))


@app.command()
def enable(login: Login) -> None:
    """Let a person in again."""
    from outreach import accounts

    opened = open_here()
    _say("user.changed", accounts.enable_user(opened.database, login, now=opened.clock.now()))


def _password(file: Path | None) -> str:
    """From a file, from standard input when it is piped, else asked for twice."""
    if file is not None:
        return text_of(file).strip("\r\n")
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip("\r\n")
    first = str(typer.prompt(said("ask.password"), hide_input=True))
    if first != str(typer.prompt(said("ask.password_again"), hide_input=True)):
        raise InvalidError("user.password_differs")
    return first


def _row(user: User) -> dict[str, object]:
    return {
        "login": user.login,
        "name": user.display_name,
        "roles": ", ".join(user.roles),
        "language": user.language,
        "mail": user.email_sealed is not None,
        "disabled": user.disabled_at is not None,
    }


def _say(code: str, user: User) -> None:
    note(said(code, login=user.login))
