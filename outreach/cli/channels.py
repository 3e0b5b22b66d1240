"""Commands about channels. A token comes from a file, standard input or a prompt, never from an argument."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from outreach.cli.frame import EXIT_FAILED, AsJson, language, note, open_here, say, secret_from, show, signed_in
from outreach.errors import InvalidError, NotFoundError
from outreach.states import ChannelMode

if TYPE_CHECKING:
    from outreach.channels import Candidate, ChannelReport, Discovery
    from outreach.installation import Opened

app = typer.Typer(no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="The channel's name, as campaign files call it")]


@app.command()
def add(
    name: Annotated[str | None, typer.Argument(help="Its name in campaign files; none: only list what opens")] = None,
    remote_id: Annotated[str | None, typer.Option("--id", help="Id of the Page or account at Meta")] = None,
    token_file: Annotated[Path | None, typer.Option(help="File with the token", exists=True, dir_okay=False)] = None,
    live: Annotated[bool, typer.Option("--live", help="Posts and actions go out; else read only")] = False,
    as_json: AsJson = False,
) -> None:
    """Connect a Page or account with a person's token. It is exchanged; without a name, what it opens is listed."""
    from outreach import channels
    from outreach.states import Permission
    from outreach.wiring import Worker

    opened = open_here()
    user = signed_in(opened, Permission.CHANNELS_MANAGE)
    app_at_meta = Worker(opened).meta_app
    if not app_at_meta.app_id or not app_at_meta.app_secret:
        raise InvalidError("channel.no_app")
    now = opened.clock.now()
    found = channels.discover(app_at_meta, secret_from(token_file, "token"), now=now)
    if name is None or remote_id is None:
        _show_found(found, as_json=as_json)
        return
    mode = ChannelMode.LIVE if live else None
    chosen = _chosen(found, remote_id)
    report = channels.add(opened.database, app_at_meta, chosen, name, mode=mode, user_id=user.id, now=now)
    _show([report], as_json=as_json)


@app.command("list")
def list_channels(as_json: AsJson = False) -> None:
    """Every channel as it stood at its last check."""
    from outreach import channels

    opened = open_here()
    _show(list(channels.listed(opened.database, now=opened.clock.now())), as_json=as_json)


@app.command()
def check(
    name: Annotated[str | None, typer.Argument(help="One channel; none: all")] = None, as_json: AsJson = False
) -> None:
    """Ask Meta what each channel's token may do, and until when. Exit code 1 when something is missing."""
    from outreach import channels
    from outreach.wiring import Worker

    opened = open_here()
    now = opened.clock.now()
    names = [name] if name else [each.name for each in channels.listed(opened.database, now=now)]
    app_at_meta = Worker(opened).meta_app
    reports = [channels.check(opened.database, app_at_meta, each, now=now) for each in names]
    _show(reports, as_json=as_json)
    if any(report.problems for report in reports):
        raise typer.Exit(EXIT_FAILED)


@app.command()
def mode(name: Name, to: Annotated[ChannelMode, typer.Argument(help="read_only or live")]) -> None:
    """Let a channel be written to, or only read."""
    from outreach import channels
    from outreach.states import Permission

    opened = open_here()
    user = signed_in(opened, Permission.CHANNELS_MANAGE)
    channels.set_mode(opened.database, name, to, user_id=user.id, now=opened.clock.now())
    _show_one(opened, name)


@app.command()
def pause(name: Name) -> None:
    """Nothing is written to this channel until a person resumes it."""
    _pause(open_here(), name, paused=True)


@app.command()
def resume(name: Name) -> None:
    """Write to a paused channel again. What became late meanwhile is held for a person, not sent in a burst."""
    _pause(open_here(), name, paused=False)


def _pause(opened: Opened, name: str, *, paused: bool) -> None:
    from outreach import channels
    from outreach.states import Permission

    user = signed_in(opened, Permission.CHANNELS_MANAGE)
    channels.set_paused(opened.database, name, paused=paused, user_id=user.id, now=opened.clock.now())
    _show_one(opened, name)


def _show_one(opened: Opened, name: str) -> None:
    from outreach import channels

    found = channels.listed(opened.database, now=opened.clock.now())
    _show([each for each in found if each.name == name], as_json=False)


def _chosen(found: Discovery, remote_id: str) -> Candidate:
    for candidate in found.candidates:
        if candidate.remote_id == remote_id:
            return candidate
    ids = ", ".join(candidate.remote_id for candidate in found.candidates) or "—"
    raise NotFoundError("channel.not_opened", remote_id=remote_id, found=ids)


def _show_found(found: Discovery, *, as_json: bool) -> None:
    rows = [{"id": each.remote_id, "kind": each.kind.value, "title": each.title} for each in found.candidates]
    show(rows, as_json=as_json)
    for kind, scopes in found.missing.items():
        if scopes:
            note(f"{kind.value}: {_word('channel.lacks', scopes=', '.join(scopes))}")


def _show(reports: list[ChannelReport], *, as_json: bool) -> None:
    show([_row(report) for report in reports], as_json=as_json)
    if not as_json:
        for report in reports:
            for code, params in report.problems:
                say(_word(code, **params))


def _row(report: ChannelReport) -> dict[str, Any]:
    return {
        "channel": report.name,
        "kind": report.kind,
        "mode": report.mode,
        "status": report.status,
        "token_ends": report.token_expires_at.date() if report.token_expires_at else None,
        "data_access_ends": report.data_access_expires_at.date() if report.data_access_expires_at else None,
        "checked": report.checked_at.strftime("%Y-%m-%d %H:%M") if report.checked_at else None,
        "problems": len(report.problems),
    }


def _word(code: str, **params: object) -> str:
    from outreach.wording import word

    return word(code, params, language=language())
