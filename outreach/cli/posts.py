"""Commands about posts that wait for a person: held, refused by Meta, or of unknown outcome."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from outreach.cli.frame import AsJson, language, note, open_here, show, signed_in
from outreach.errors import InvalidError

app = typer.Typer(no_args_is_help=True)
CHOICES = "publish_now, reschedule, drop, is_out, is_not_out"


@app.command()
def waiting(as_json: AsJson = False) -> None:
    """Posts that wait for a decision, soonest first."""
    from outreach import publishing
    from outreach.states import Permission, PublicationStatus

    opened = open_here()
    signed_in(opened, Permission.POSTS_READ)
    zone = ZoneInfo(opened.settings.timezone)
    statuses = (PublicationStatus.HELD, PublicationStatus.UNKNOWN, PublicationStatus.FAILED)
    found = [each for status in statuses for each in publishing.overview(opened.database, status=status)]
    rows = [
        {
            "id": each.id,
            "post": f"{each.campaign}/{each.post}",
            "channel": each.channel,
            "due": each.due_at.astimezone(zone).strftime("%m-%d %H:%M"),
            "status": each.status,
            "why": each.held_reason or each.error_code,
        }
        for each in sorted(found, key=lambda each: each.due_at)
    ]
    show(rows, as_json=as_json, empty=_word("posts.none_wait"))


@app.command()
def decide(
    publication_id: Annotated[str, typer.Argument(metavar="ID", help="As `posts waiting` shows it")],
    choice: Annotated[str, typer.Argument(help=CHOICES)],
    at: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d %H:%M"], help="For reschedule: local time, quoted")
    ] = None,
    remote_id: Annotated[str, typer.Option("--post", help="For is_out: the post's id at Meta")] = "",
) -> None:
    """Decide what becomes of a post. is_out and is_not_out: after looking at the page."""
    from outreach import publishing
    from outreach.states import Permission

    opened = open_here()
    user = signed_in(opened, Permission.POSTS_APPROVE)
    if choice not in set(publishing.Choice):
        raise InvalidError("posts.bad_choice", allowed=CHOICES)
    publishing.decide(
        opened.database,
        publication_id,
        publishing.Choice(choice),
        user_id=user.id,
        now=opened.clock.now(),
        at=at.replace(tzinfo=ZoneInfo(opened.settings.timezone)) if at else None,
        remote_id=remote_id,
    )
    note(_word("posts.decided"))


def _word(code: str, **params: object) -> str:
    from outreach.wording import word

    return word(code, params, language=language())
