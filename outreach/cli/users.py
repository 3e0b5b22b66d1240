"""Commands about people who sign in. Whoever runs them holds the installation's keys; passwords are never arguments."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from outreach.cli.frame import EXIT_FAILED, AsJson, note, open_here, said, secret_from, show, text_of
from outreach.errors import InvalidError

if TYPE_CHECKING:
    from outreach.installation import Opened
    from outreach.tables import User
    from outreach.wiring import Worker

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


@app.command()
def notify(
    login: Login,
    address_file: Annotated[Path | None, typer.Option("--address-file", help="Read the address from a file.")] = None,
    show_them: Annotated[bool, typer.Option("--list", help="Only list the paths, by kind.")] = False,
    remove: Annotated[int | None, typer.Option("--remove", help="Remove the path of this number.")] = None,
    trial: Annotated[bool, typer.Option("--try", help="Send a trial notice by every path.")] = False,
) -> None:
    """Add a service by which notices reach a person before mail. Its address comes from a prompt, a file, or input."""
    from outreach import accounts, notices
    from outreach.wiring import Worker

    opened = open_here()
    worker, now = Worker(opened), opened.clock.now()
    if remove is not None:
        _remove_path(opened, login, remove)
    elif not (show_them or trial):
        address = secret_from(address_file, "notice address")
        kind = worker.courier.push.kind_of(address)
        notices.change_urls(opened.database, login, lambda urls: [*urls, address], user_id=None, now=now)
        note(said("notice.path_added", kind=kind, login=login))
    else:
        _show_paths(worker, accounts.find_user(opened.database, login), trial=trial)


def _remove_path(opened: Opened, login: str, number: int) -> None:
    from outreach import notices

    def without(urls: list[str]) -> list[str]:
        if not 1 <= number <= len(urls):
            raise InvalidError("notice.no_such_path", number=number)
        note(said("notice.path_removed", kind=urls[number - 1].partition(":")[0]))
        return [*urls[: number - 1], *urls[number:]]

    notices.change_urls(opened.database, login, without, user_id=None, now=opened.clock.now())


def _show_paths(worker: Worker, person: User, *, trial: bool) -> None:
    """Kinds and order; the addresses themselves are shown to nobody."""
    from outreach import notices
    from outreach.states import Mode

    sandbox = worker.opened.mode is Mode.SANDBOX
    tried = notices.send_trial(worker.courier, person, sandbox=sandbox) if trial else []
    answers = dict(enumerate(code or "notice.path_fine" for _, code in tried))
    paths = enumerate(notices.paths_of(person))
    show([_path_row(number, path.kind, answers.get(number)) for number, path in paths], as_json=False)
    if any(code for _, code in tried):
        raise typer.Exit(EXIT_FAILED)


def _path_row(number: int, kind: str, answer: str | None) -> dict[str, object]:
    said_of_it = said(answer, kind=kind, status="", error="") if answer else None
    return {"number": number + 1, "path": kind, "answer": said_of_it}


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
