"""The crisis pause and its end, in the name of who is signed in."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from outreach.cli.frame import EXIT_FAILED, AsJson, note, open_here, progress, said, say, show, signed_in

if TYPE_CHECKING:
    from outreach.installation import Opened
    from outreach.publishing import PublicationView, Standing

Only = Annotated[str, typer.Option("--channel", help="One channel; none: all")]


def pause(
    why: Annotated[str, typer.Option("--why", help="The reason; kept encrypted")] = "",
    channel: Only = "",
    as_json: AsJson = False,
) -> None:
    """Stop every release now, and take back what Meta would send by itself. Exit code 1 while something is still armed.

    Only `outreach resume` ends it.
    """
    from outreach import publishing
    from outreach.states import Permission

    opened = open_here()
    user = signed_in(opened, Permission.POSTS_STOP)
    publishing.pause(opened.database, why=why, channel=channel, user_id=user.id, now=opened.clock.now())
    note(said("pause.begun", where=channel or said("pause.everywhere")))
    before = publishing.standing(opened.database)
    take_back(opened, [each.publication.id for each in before.armed])
    found = publishing.standing(opened.database)
    _show(opened, found, as_json=as_json)
    if found.armed:
        raise typer.Exit(EXIT_FAILED)


def resume(
    channel: Only = "",
    after_restore: Annotated[
        bool, typer.Option("--after-restore", help="This is the installation that goes on; no other one runs")
    ] = False,
) -> None:
    """End the pause, in your name. What was due meanwhile waits for a decision; nothing leaves in a burst."""
    from outreach import installation, publishing
    from outreach.states import Permission

    opened = open_here()
    user = signed_in(opened, Permission.POSTS_RESUME)
    if after_restore:
        _read_back(opened, channel)
    now = opened.clock.now()
    done = publishing.resume(opened.database, channel=channel, after_restore=after_restore, user_id=user.id, now=now)
    if after_restore:
        installation.adopt(opened)
    note(said("resume.done", channels=", ".join(done)))


def _read_back(opened: Opened, channel: str) -> None:
    """What Meta shows is compared first; a channel that cannot be read is said, and stays paused."""
    from outreach import publishing
    from outreach.jobs import read_back
    from outreach.wiring import Worker

    waiting = publishing.unread(opened.database, channel=channel)
    with progress("Meta", len(waiting)) as advance:
        for each in waiting:
            for error in read_back(Worker(opened), [each]):
                note(f"{each.channel.name}: {said(error.code, **error.params)}")
            advance(1)
    for pause in publishing.standing(opened.database).pauses:
        for name, found in pause.compared.items():
            note(said("resume.compared", channel=name, **{"gone": 0, **found}))


def take_back(opened: Opened, publication_ids: Collection[str]) -> None:
    """Work on their withdrawals here and now, as far as Meta answers; the service goes on with the rest."""
    from outreach import publishing
    from outreach.wiring import Worker

    desk = Worker(opened).desk
    while publication_ids and publishing.withdraw_due(desk, only=publication_ids):
        pass
    for each in publication_ids:
        publishing.clean_up(desk, each)


def _show(opened: Opened, found: Standing, *, as_json: bool) -> None:
    armed = [{**row(opened, each.publication), "why": each.error_code} for each in found.armed]
    if as_json:
        show(armed, as_json=True)
        return
    say(said("pause.armed", count=len(armed)) if armed else said("pause.armed_none"))
    if armed:
        note(said("pause.will_go_out"))
        show(armed, as_json=False)
    for code, posts in {"pause.under_way": found.under_way, "pause.too_late": found.too_late}.items():
        if posts:
            say(said(code, posts=", ".join(f"{each.campaign}/{each.post} ({each.channel})" for each in posts)))


def row(opened: Opened, post: PublicationView) -> dict[str, object]:
    return {
        "id": post.id,
        "post": f"{post.campaign}/{post.post}",
        "channel": post.channel,
        "due": local(opened, post.due_at),
        "status": post.status,
    }


def local(opened: Opened, at: datetime) -> str:
    return at.astimezone(ZoneInfo(opened.settings.timezone)).strftime("%m-%d %H:%M")
