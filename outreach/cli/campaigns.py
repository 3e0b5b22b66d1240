"""Commands about campaign files and consent records."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from outreach.cli.frame import (
    EXIT_FAILED,
    AsJson,
    language,
    make_sure,
    note,
    open_here,
    said,
    say,
    show,
    show_problems,
    signed_in,
)
from outreach.errors import CampaignError

if TYPE_CHECKING:
    from outreach.campaigns import Campaign
    from outreach.installation import Opened
    from outreach.planning import Change, Plan, Shown

app = typer.Typer(no_args_is_help=True)
consents = typer.Typer(no_args_is_help=True)
FileArgument = Annotated[Path, typer.Argument(help="The campaign file", exists=True, dir_okay=False)]
Prune = Annotated[bool, typer.Option("--prune", help="Also cancel what the file no longer names")]


@app.command("check")
def check_file(file: FileArgument, as_json: AsJson = False) -> None:
    """Find everything that is wrong with a campaign file. Needs no installation; exit code 1 for errors."""
    from outreach.campaigns.checking import check

    checked = check(file)
    _report(checked.problems, as_json=as_json)
    if not checked.usable or checked.campaign is None:
        raise typer.Exit(EXIT_FAILED)
    if not as_json:
        going = [each for each in checked.planned if each.goes_out]
        say(said("check.fine", file=file, posts=len(checked.campaign.posts), publications=len(going)))


@app.command()
def plan(file: FileArgument, prune: Prune = False, as_json: AsJson = False) -> None:
    """Show what `apply` would change, in local times. Changes nothing; exit code 1 when a part is refused."""
    from outreach import planning

    opened = open_here()
    campaign = _checked(opened, file)
    found = planning.compare(opened.database, campaign, now=opened.clock.now(), prune=prune)
    _show_plan(found, campaign, as_json=as_json)
    if found.refused:
        raise typer.Exit(EXIT_FAILED)


@app.command()
def apply(
    file: FileArgument,
    prune: Prune = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before cancelling with --prune")] = False,
    as_json: AsJson = False,
) -> None:
    """Make the database follow the file: all of it or nothing. New and changed posts wait for approval."""
    from outreach import planning
    from outreach.states import Permission

    opened = open_here()
    user = signed_in(opened, Permission.POSTS_WRITE)
    campaign = _checked(opened, file)
    found = planning.compare(opened.database, campaign, now=opened.clock.now(), prune=prune)
    _show_plan(found, campaign, as_json=as_json)
    if found.refused:
        raise typer.Exit(EXIT_FAILED)
    cancelled = found.of(planning.ChangeKind.CANCEL)
    if prune and cancelled:
        make_sure(said("ask.cancel", count=len(cancelled)), yes=yes)
    _apply(opened, campaign, user.id, prune=prune)
    if not as_json and planning.pending(opened.database, campaign=campaign.campaign):
        note(said("apply.next", campaign=campaign.campaign))


def _apply(opened: Opened, campaign: Campaign, user_id: str, *, prune: bool) -> None:
    from outreach import planning
    from outreach.wiring import Worker

    media = Worker(opened).media
    planning.apply(opened.database, campaign, media, user_id=user_id, now=opened.clock.now(), prune=prune)


@app.command()
def approve(
    campaign: Annotated[str, typer.Argument(help="The campaign's id")],
    posts: Annotated[list[str] | None, typer.Argument(help="Ids of posts; none: all that wait")] = None,
) -> None:
    """Approve posts as they are now. Who applied a campaign does not approve it."""
    from outreach import planning
    from outreach.states import Permission

    opened = open_here()
    user = signed_in(opened, Permission.POSTS_APPROVE)
    done = planning.approve(
        opened.database,
        campaign,
        posts or None,
        user_id=user.id,
        self_approval=opened.settings.publishing.self_approval,
        now=opened.clock.now(),
    )
    say(f"{len(done)}: {', '.join(done)}" if done else said("approve.nothing"))


@app.command()
def pending(as_json: AsJson = False) -> None:
    """Posts that wait for approval."""
    from outreach import planning

    opened = open_here()
    zone = ZoneInfo(opened.settings.timezone)
    rows = [
        {
            "campaign": each.campaign,
            "post": each.post,
            "kind": each.kind,
            "first": each.first_due_at.astimezone(zone).strftime("%Y-%m-%d %H:%M"),
            "publications": each.publications,
            "approvals": f"{each.given}/{each.needed}",
        }
        for each in planning.pending(opened.database)
    ]
    show(rows, as_json=as_json)


@app.command()
def export(campaign: Annotated[str, typer.Argument(help="The campaign's id")], as_json: AsJson = False) -> None:
    """A campaign as the database holds it, a row a publication."""
    from outreach import planning

    rows = planning.export(open_here().database, campaign)
    if not as_json:
        rows = [{key: row[key] for key in ("at", "channel", "post", "kind", "status", "permalink")} for row in rows]
    show(rows, as_json=as_json)


@consents.command("add")
def add_consent(
    reference: Annotated[str, typer.Argument(help="Such as CR-014")],
    platform: Annotated[list[str], typer.Option(help="facebook, instagram; may be given twice")],
    until: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day, UTC")] = None,
    face: Annotated[bool, typer.Option(help="May the face be shown?")] = False,
    voice: Annotated[bool, typer.Option(help="May the voice be heard?")] = False,
    name: Annotated[bool, typer.Option(help="May the name be told?")] = False,
) -> None:
    """Record a consent. It lives sealed in the database, never in a file."""
    from outreach import consents as records
    from outreach.errors import InvalidError
    from outreach.states import Permission

    opened = open_here()
    user = signed_in(opened, Permission.POSTS_WRITE)
    for each in platform:
        if each not in records.PLATFORMS:
            raise InvalidError("consent.unknown_platform", platform=each)
    terms = records.Terms(platform, face, voice, name)
    ends = until.replace(tzinfo=UTC) if until else None
    records.add(opened.database, reference, terms, until=ends, user_id=user.id, now=opened.clock.now())
    note(said("consent.added", consent=reference))


@consents.command("withdraw")
def withdraw_consent(reference: Annotated[str, typer.Argument(help="Such as CR-014")]) -> None:
    """From now on nothing that needs this consent is released. What rests on it and is not down yet is listed."""
    from outreach import consents as records
    from outreach import publishing
    from outreach.cli.stopping import row
    from outreach.states import Permission

    opened = open_here()
    user = signed_in(opened, Permission.POSTS_WRITE)
    records.withdraw(opened.database, reference, user_id=user.id, now=opened.clock.now())
    note(said("consent.withdrawn", consent=reference))
    resting = publishing.resting_on(opened.database, reference)
    if resting:
        show([row(opened, each) for each in resting], as_json=False)
        note(said("consent.still_out", count=len(resting), consent=reference))


@consents.command("list")
def list_consents(as_json: AsJson = False) -> None:
    """References, platforms and dates; no more than that is shown."""
    from outreach import consents as records
    from outreach.states import Permission

    opened = open_here()
    signed_in(opened, Permission.POSTS_READ)
    rows = [
        {
            "reference": each.reference,
            "platforms": ", ".join(each.platforms),
            "until": each.expires_at.date() if each.expires_at else None,
            "withdrawn": each.withdrawn_at.date() if each.withdrawn_at else None,
        }
        for each in records.listed(opened.database)
    ]
    show(rows, as_json=as_json)


def _checked(opened: Opened, file: Path) -> Campaign:
    """The campaign of a file without errors; warnings are shown and let through. Raises CampaignError."""
    from outreach import channels
    from outreach.campaigns.checking import check
    from outreach.states import ChannelKind

    known = channels.listed(opened.database, now=opened.clock.now())
    checked = check(file, kinds={channel.name: ChannelKind(channel.kind) for channel in known} or None)
    if checked.campaign is None or checked.errors:
        raise CampaignError(checked.problems)
    show_problems(checked.problems)
    return checked.campaign


def _report(problems: Sequence[Any], *, as_json: bool) -> None:
    from outreach.campaigns import word

    if not as_json:
        show_problems(problems)
        return
    rows = [
        {
            "file": problem.file,
            "line": problem.line,
            "column": problem.column,
            "field": problem.field,
            "severity": problem.severity,
            "code": problem.code,
            "message": word(problem, arabic=language() == "ar"),
        }
        for problem in problems
    ]
    say(json.dumps(rows, ensure_ascii=False, indent=1, default=str))


def _show_plan(plan: Plan, campaign: Campaign, *, as_json: bool) -> None:
    from outreach.planning import ChangeKind

    zone = ZoneInfo(campaign.timezone)
    changes = [change for change in plan.changes if change.kind is not ChangeKind.KEEP or change.reason]
    rows = [_plan_row(change, zone) for change in changes]
    if as_json:
        rows = [{**row, "pictures": _done_to(plan, change)} for row, change in zip(rows, changes, strict=True)]
    show(rows, as_json=as_json, empty=said("plan.nothing"))
    if not as_json:
        for line in _picture_lines(plan):
            note(line)
        counts = {kind: len(plan.of(kind)) for kind in ChangeKind}
        note(", ".join(f"{said(f'plan.kind.{kind.value}')}: {count}" for kind, count in counts.items() if count))


def _picture_lines(plan: Plan) -> list[str]:
    """What becomes of each image, told once for all posts and channels where it is the same."""
    channels: dict[tuple[str, str], set[str]] = {}
    for shown in plan.pictures:
        channels.setdefault((shown.file, _done(shown)), set()).add(shown.channel)
    as_it_is = said("picture.as_it_is")
    lines = [
        said("plan.picture", file=file, channels=", ".join(sorted(names)), done=done)
        for (file, done), names in channels.items()
        if done != as_it_is
    ]
    same = len({file for file, done in channels if done == as_it_is})
    return [*lines, said("plan.pictures_as_they_are", count=same)] if same else lines


def _done_to(plan: Plan, change: Change) -> dict[str, str]:
    """By file, what becomes of the images of one publication."""
    mine = (shown for shown in plan.pictures if (shown.post, shown.channel) == (change.post, change.channel))
    return {shown.file: _done(shown) for shown in mine}


def _done(shown: Shown) -> str:
    return said("list.separator").join(said(done.code, **done.params) for done in shown.done)


def _plan_row(change: Change, zone: ZoneInfo) -> dict[str, Any]:
    def local(at: datetime | None) -> str:
        return at.astimezone(zone).strftime("%Y-%m-%d %H:%M") if at else ""

    return {
        "change": said(f"plan.kind.{change.kind.value}"),
        "at": local(change.due_at),
        "was": local(change.was_due_at),
        "channel": change.channel,
        "post": change.post if change.occurrence == 1 else f"{change.post} #{change.occurrence}",
        "fields": ", ".join(change.fields),
        "why": said(change.reason, **dict(change.params)) if change.reason else "",
    }
