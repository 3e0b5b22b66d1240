"""Commands about channels. A token comes from a file, standard input or a prompt, never from an argument."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from outreach.cli.frame import EXIT_FAILED, AsJson, language, note, open_here, say, secret_from, show, signed_in
from outreach.errors import InvalidError, NotFoundError
from outreach.states import ChannelMode

if TYPE_CHECKING:
    from outreach.channels import Candidate, ChannelCoverage, ChannelReport, Discovery, Line
    from outreach.installation import Opened
    from outreach.wiring import Worker

app = typer.Typer(no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="The channel's name, as campaign files call it")]
SeenBy = Annotated[str, typer.Option(help="Which account without a role on app and Page saw a test post; kept sealed")]


@app.command()
def add(
    name: Annotated[str | None, typer.Argument(help="Its name in campaign files; none: only list what opens")] = None,
    remote_id: Annotated[str | None, typer.Option("--id", help="Id of the Page or account at Meta")] = None,
    token_file: Annotated[Path | None, typer.Option(help="File with the token", exists=True, dir_okay=False)] = None,
    live: Annotated[bool, typer.Option("--live", help="Posts and actions go out; else read only")] = False,
    seen_by: SeenBy = "",
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
    report = channels.add(
        opened.database, app_at_meta, chosen, name, mode=mode, seen_by=seen_by, user_id=user.id, now=now
    )
    _show(opened, [report], as_json=as_json)


@app.command("list")
def list_channels(as_json: AsJson = False) -> None:
    """Every channel as it stood at its last check."""
    from outreach import channels

    opened = open_here()
    _show(opened, list(channels.listed(opened.database, now=opened.clock.now())), as_json=as_json)


@app.command()
def check(
    name: Annotated[str | None, typer.Argument(help="One channel; none: all")] = None,
    rehearse: Annotated[
        bool, typer.Option("--rehearse", help="Also make what nobody sees: a post that is deleted at once, a container")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Ask Meta what each channel can do, and until when. Exit code 1 when Meta refuses something."""
    from outreach import channels
    from outreach.wiring import Worker

    opened = open_here()
    now = opened.clock.now()
    names = [name] if name else [each.name for each in channels.listed(opened.database, now=now)]
    worker = Worker(opened)
    reports = [channels.check(opened.database, worker.meta_app, each, now=now) for each in names]
    if rehearse:
        _rehearse(worker, [report.name for report in reports if report.status != "stopped"])
    covered = [each for each in channels.coverage(opened.database) if each.name in names]
    _show_coverage(opened, covered, reports, as_json=as_json)
    refused = any(line.proof == "refused" for each in covered for line in each.lines)
    if refused or any(report.problems for report in reports):
        raise typer.Exit(EXIT_FAILED)


@app.command()
def blind(as_json: AsJson = False) -> None:
    """What no check and no reading reaches, so that people look at it by hand."""
    from outreach import channels

    show([_blind_row(code) for code in channels.BLIND_SPOTS], as_json=as_json)


@app.command()
def mode(
    name: Name, to: Annotated[ChannelMode, typer.Argument(help="read_only or live")], seen_by: SeenBy = ""
) -> None:
    """Let a channel be written to, or only read. To go live, say which outside account saw a test post."""
    from outreach import channels
    from outreach.states import Permission

    opened = open_here()
    user = signed_in(opened, Permission.CHANNELS_MANAGE)
    channels.set_mode(opened.database, name, to, seen_by=seen_by, user_id=user.id, now=opened.clock.now())
    _show_one(opened, name)


@app.command("try")
def try_out(
    name: Name, remove: Annotated[bool, typer.Option("--remove", help="Take the test post down again")] = False
) -> None:
    """Publish a post that says that it is a test, for an outside account to look at; then remove it."""
    from outreach import channels
    from outreach.states import Permission
    from outreach.wiring import Worker

    opened = open_here()
    user = signed_in(opened, Permission.CHANNELS_MANAGE)
    worker, now = Worker(opened), opened.clock.now()
    if remove:
        channels.remove_test_post(opened.database, worker.open_channel, name, user_id=user.id, now=now)
        say(_word("channel.try_removed"))
        return
    link = channels.test_post(opened.database, worker.open_channel, name, user_id=user.id, now=now)
    say(_word("channel.try_done", channel=name, link=link or "—"))


@app.command()
def subscribe(name: Name) -> None:
    """Have Meta tell us of comments at once. Our address must be public: Meta calls it during this command."""
    from outreach import channels
    from outreach.states import Permission
    from outreach.wiring import Worker

    opened = open_here()
    user = signed_in(opened, Permission.CHANNELS_MANAGE)
    channels.subscribe(opened.database, Worker(opened).meta_app, name, user_id=user.id, now=opened.clock.now())
    say(_word("channel.subscribed", channel=name))


@app.command()
def entrust(
    name: Name, on: Annotated[bool, typer.Option("--on/--off", help="Off: we publish every post ourselves")] = True
) -> None:
    """Hand posts to Meta's own scheduler, so that they go out during a power cut. Facebook text, link and photos."""
    from outreach import channels
    from outreach.states import Permission

    opened = open_here()
    user = signed_in(opened, Permission.CHANNELS_MANAGE)
    channels.set_entrusting(opened.database, name, entrusts=on, user_id=user.id, now=opened.clock.now())
    say(_word("channel.entrusts" if on else "channel.entrusts_not", channel=name))


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


def _rehearse(worker: Worker, names: list[str]) -> None:
    from outreach import channels, publishing
    from outreach.states import Permission

    opened = worker.opened
    user = signed_in(opened, Permission.CHANNELS_MANAGE)
    for name in names:
        channels.rehearse(
            opened.database,
            worker.open_channel,
            name,
            prove_fetch=lambda channel: publishing.prove_fetch(channel, worker.desk, user_id=user.id),
            user_id=user.id,
            now=opened.clock.now(),
        )


def _show_coverage(
    opened: Opened, covered: list[ChannelCoverage], reports: list[ChannelReport], *, as_json: bool
) -> None:
    """One row a capability; then what the token's dates say, which is no capability."""
    zone = ZoneInfo(opened.settings.timezone)
    rows = [_coverage_row(each.name, line, zone, as_json=as_json) for each in covered for line in each.lines]
    show(rows, as_json=as_json)
    if not as_json:
        told = {"channel.refuses", *(line.code for each in covered for line in each.lines)}
        for code, params in (problem for report in reports for problem in report.problems):
            if code not in told:
                say(_word(code, **params))


def _coverage_row(channel: str, line: Line, zone: ZoneInfo, *, as_json: bool) -> dict[str, Any]:
    from outreach.channels import wording_of

    return {
        "channel": channel,
        "capability": line.capability.value if as_json else _word(f"capability.{line.capability}"),
        "proof": line.proof.value if as_json else _word(f"proof.{line.proof}"),
        "last_proven": _day(line.proven_at, zone),
        "code": line.code if as_json else None,
        "says": wording_of(line, language=language()),
    }


def _blind_row(code: str) -> dict[str, str]:
    return {"what": _word(code)}


def _show_one(opened: Opened, name: str) -> None:
    from outreach import channels

    found = channels.listed(opened.database, now=opened.clock.now())
    _show(opened, [each for each in found if each.name == name], as_json=False)


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


def _show(opened: Opened, reports: list[ChannelReport], *, as_json: bool) -> None:
    zone = ZoneInfo(opened.settings.timezone)
    show([_row(report, zone) for report in reports], as_json=as_json)
    if not as_json:
        for report in reports:
            for code, params in report.problems:
                say(_word(code, **params))


def _row(report: ChannelReport, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "channel": report.name,
        "kind": report.kind,
        "mode": report.mode,
        "status": report.status,
        "token_ends": _day(report.token_expires_at, zone),
        "data_access_ends": _day(report.data_access_expires_at, zone),
        "checked": report.checked_at.astimezone(zone).strftime("%Y-%m-%d %H:%M") if report.checked_at else None,
        "problems": len(report.problems),
    }


def _day(at: datetime | None, zone: ZoneInfo) -> date | None:
    return at.astimezone(zone).date() if at else None


def _word(code: str, **params: object) -> str:
    from outreach.wording import word

    return word(code, params, language=language())
