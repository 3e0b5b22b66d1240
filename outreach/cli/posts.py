"""Commands about posts: what waits for a person (held, refused, of unknown outcome), deciding on it, taking down."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from outreach.cli.frame import EXIT_FAILED, AsJson, make_sure, note, open_here, said, say, show, signed_in
from outreach.cli.stopping import local, row, take_back
from outreach.errors import InvalidError

if TYPE_CHECKING:
    from outreach.installation import Opened
    from outreach.publishing import Destroyed, PublicationView
    from outreach.states import TakedownReason

app = typer.Typer(no_args_is_help=True)
CHOICES = "publish_now, reschedule, drop, adopt, is_out, is_not_out"
REASONS = "consent_withdrawn, unsafe, mistake, other"


@app.command()
def waiting(as_json: AsJson = False) -> None:
    """Posts that wait for a decision, soonest first, and those that somebody altered in Meta's own schedule.

    Below, stories that are out although their consent has ended.
    """
    from outreach import publishing
    from outreach.states import WAITING_FOR_A_PERSON, Permission

    opened = open_here()
    signed_in(opened, Permission.POSTS_READ)
    found = [each for status in WAITING_FOR_A_PERSON for each in publishing.overview(opened.database, status=status)]
    rows = [
        {
            **row(opened, each),
            "why": each.held_reason or each.error_code or "changed_at_meta",
            **({"changed": dict(each.altered)} if as_json else {}),
        }
        for each in sorted((*found, *publishing.altered(opened.database)), key=lambda each: each.due_at)
    ]
    show(rows, as_json=as_json, empty=said("posts.none_wait"))
    for each in publishing.altered(opened.database) if not as_json else ():
        note(f"{each.campaign}/{each.post} ({each.channel}): {_changed(opened, each)}")
    for each in publishing.consent_ended(opened.database, now=opened.clock.now()):
        note(said("posts.consent_ended", publication=each.id))


def _changed(opened: Opened, post: PublicationView) -> str:
    """What stands in Meta's schedule in place of ours."""
    now_there = {**post.altered}
    if at := now_there.get("due_at"):
        now_there["due_at"] = local(opened, datetime.fromisoformat(at))
    return "; ".join(f"{said(f'altered.field.{field}')}: {value}" for field, value in now_there.items())


@app.command()
def decide(
    words: Annotated[list[str], typer.Argument(metavar="[ID] CHOICE", help=f"CHOICE: {CHOICES}")],
    every: Annotated[
        bool, typer.Option("--all", help="Everything held but what looks already posted or lacks consent")
    ] = False,
    at: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d %H:%M"], help="For reschedule: local time, quoted")
    ] = None,
    remote_id: Annotated[str, typer.Option("--post", help="For is_out, adopt: the post's id at Meta")] = "",
) -> None:
    """Decide what becomes of a post, or of all. It cannot be undone. is_out, is_not_out: after looking at the page.

    With --all, posts on one channel keep their distance: they never leave in a burst.
    """
    from outreach import publishing
    from outreach.states import Permission

    opened = open_here()
    user = signed_in(opened, Permission.POSTS_APPROVE)
    ids, choice = words[:-1], words[-1]
    if len(ids) != (0 if every else 1):
        raise InvalidError("posts.which")
    if choice not in set(publishing.Choice):
        raise InvalidError("posts.bad_choice", allowed=CHOICES)
    how: dict[str, Any] = {
        "user_id": user.id,
        "now": opened.clock.now(),
        "at": at.replace(tzinfo=ZoneInfo(opened.settings.timezone)) if at else None,
        "spacing": timedelta(seconds=opened.settings.publishing.spacing_seconds),
    }
    wanted = publishing.Choice(choice)
    if not every:
        publishing.decide(opened.database, ids[0], wanted, **how, remote_id=remote_id)
        note(said("posts.decided"))
        return
    count = publishing.decide_all(opened.database, publishing.decidable(opened.database, wanted), wanted, **how)
    note(said("posts.decided_count", count=count))


@app.command()
def takedown(
    post: Annotated[str, typer.Argument(metavar="[POST]", help="Its id, or campaign/post for all its channels")] = "",
    why: Annotated[str, typer.Option("--why", help=REASONS)] = "other",
    channel: Annotated[str, typer.Option("--channel", help="With campaign/post: on this channel only")] = "",
    consent: Annotated[str, typer.Option("--consent", help="Every post that rests on this consent record")] = "",
    seen_gone: Annotated[
        bool, typer.Option("--seen-gone", help="I deleted it by hand, looked, and it is gone")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask (for scripts); it cannot be undone")] = False,
) -> None:
    """Stop a post everywhere and delete it where Meta lets us; else say how by hand. Exit code 1 until it is confirmed.

    It first shows what would go, and asks.

    consent_withdrawn also destroys our copies of its media, and takes down every post that rests on that consent.
    """
    from outreach import publishing
    from outreach.states import Permission, TakedownReason

    opened = open_here()
    user = signed_in(opened, Permission.POSTS_TAKE_DOWN)
    if why not in set(TakedownReason):
        raise InvalidError("takedown.bad_reason", allowed=REASONS)
    if bool(post) == bool(consent):
        raise InvalidError("takedown.what")
    ids = _meant(opened, post, channel=channel, consent=consent)
    if seen_gone:
        for each in ids:
            publishing.confirm_gone(opened.database, each, user_id=user.id, now=opened.clock.now())
        note(said("takedown.seen_gone"))
        return
    reason = TakedownReason.CONSENT_WITHDRAWN if consent else TakedownReason(why)
    _ask(opened, ids, reason, yes=yes)
    _take_down(opened, ids, reason, user_id=user.id)


def _meant(opened: Opened, post: str, *, channel: str, consent: str) -> tuple[str, ...]:
    from outreach import publishing

    if post:
        return publishing.named(opened.database, post, channel=channel)
    return tuple(each.id for each in publishing.resting_on(opened.database, consent))


def _ask(opened: Opened, ids: Sequence[str], reason: TakedownReason, *, yes: bool) -> None:
    """Shows every post and what becomes of it, since a name or a consent may mean more of them than one thinks."""
    from outreach import publishing

    found = publishing.foresee(opened.database, ids, reason)
    show(
        [{**row(opened, each), "becomes": said(publishing.effect(each.status))} for each in found.posts], as_json=False
    )
    if found.media.files:
        note(said("takedown.would_destroy", files=", ".join(found.media.files)))
    make_sure(said("takedown.ask", count=len(found.posts)), yes=yes)


def _take_down(opened: Opened, ids: Sequence[str], reason: TakedownReason, *, user_id: str) -> None:
    from outreach import publishing
    from outreach.states import WithdrawalStatus
    from outreach.wiring import Worker

    now, media = opened.clock.now(), Worker(opened).media
    ids, destroyed = publishing.take_down(opened.database, media, ids, reason, user_id=user_id, now=now)
    _say_destroyed(destroyed)
    take_back(opened, ids)
    found = publishing.takedowns(opened.database, publication_ids=ids)
    open_ones = [each for each in found if each.status != WithdrawalStatus.DONE]
    for each in open_ones:
        say(f"{each.publication.campaign}/{each.publication.post} ({each.publication.channel})")
        say(each.publication.permalink or "")
        say(f"{said(f'withdraw.{each.status}')} {_why(each.error_code, each.error_params)}")
        say(said("takedown.by_hand"))
        say(said(each.hand_steps))
    if open_ones:
        note(said("takedown.open", count=len(open_ones)))
        raise typer.Exit(EXIT_FAILED)
    note(said("takedown.all_done"))


def _why(code: str | None, params: object) -> str:
    return said(code, **params) if code and isinstance(params, dict) else ""


def _say_destroyed(destroyed: Destroyed) -> None:
    if destroyed.files:
        note(said("takedown.destroyed", files=", ".join(destroyed.files)))
    for file, post in destroyed.kept.items():
        note(said("takedown.kept", file=file, post=post))
