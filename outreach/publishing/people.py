"""What a person decides about a publication that may not go on by itself."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.db import Database
from outreach.errors import ConflictError, InvalidError
from outreach.publishing import twins
from outreach.publishing.desk import blackout_at, change, is_approved, is_unread, load, take_over
from outreach.publishing.views import PublicationView
from outreach.states import WAITING_FOR_A_PERSON, HeldReason, PublicationStatus
from outreach.tables import AuditEvent, Publication

_S = PublicationStatus


class Choice(StrEnum):
    PUBLISH_NOW = "publish_now"  #: held, failed or entrusted: as soon as its channel's spacing allows
    RESCHEDULE = "reschedule"  #: held, failed or entrusted: at another time
    DROP = "drop"
    ADOPT = "adopt"  #: held, looks already posted: that post is this one
    IS_OUT = "is_out"  #: unknown or held: I have seen it on the page
    IS_NOT_OUT = "is_not_out"  #: unknown: I have looked, it is not there


AT_ONCE = (Choice.PUBLISH_NOW, Choice.RESCHEDULE, Choice.DROP)
_ALLOWED = {
    Choice.PUBLISH_NOW: {_S.HELD, _S.FAILED, _S.ENTRUSTED},
    Choice.RESCHEDULE: {_S.HELD, _S.FAILED, _S.ENTRUSTED},
    Choice.DROP: {_S.HELD, _S.FAILED, _S.DRAFT, _S.SCHEDULED, _S.UNKNOWN, _S.ENTRUSTED},
    Choice.ADOPT: {_S.HELD},
    Choice.IS_OUT: {_S.UNKNOWN, _S.HELD},
    Choice.IS_NOT_OUT: {_S.UNKNOWN},
}


#: not while Meta is read back: a video that nobody sees yet may be out in a minute
ONCE_READ = (Choice.IS_NOT_OUT, Choice.DROP)
#: decided on one by one: the same words may be out already, or may not go out at all
NEVER_AT_ONCE = (HeldReason.ALREADY_POSTED, HeldReason.CONSENT)
#: may still go out, so others keep their distance
_COMING = (_S.DRAFT, _S.APPROVED, _S.SCHEDULED, _S.PREPARING, _S.PREPARED, _S.RELEASING, _S.ENTRUSTED)


@dataclass(frozen=True)
class Decision:
    """What one person chooses, and when. `spacing` is the least time between two posts on one channel."""

    choice: Choice
    user_id: str
    now: datetime
    at: datetime | None = None
    remote_id: str = ""
    spacing: timedelta = timedelta(0)


def decide(  # noqa: PLR0913  one field of the form each
    database: Database,
    publication_id: str,
    choice: Choice,
    *,
    user_id: str,
    now: datetime,
    at: datetime | None = None,
    remote_id: str = "",
    spacing: timedelta = timedelta(0),
) -> None:
    """Carry out a person's choice and write it to the audit log.

    Raises InvalidError when a needed time or id is missing, wrong, inside a blackout, or too close to another post on
    the channel, ConflictError when the publication has moved on.
    """
    decision = Decision(choice, user_id, now, at, remote_id, spacing)
    with database.write() as session:
        publication = load(session, publication_id)
        if choice is Choice.RESCHEDULE and at is not None and at >= now:
            _refuse_too_close(session, publication, decision)
        _decide(session, publication, decision)


def decide_all(
    database: Database,
    publication_ids: Collection[str],
    choice: Choice,
    *,
    user_id: str,
    now: datetime,
    at: datetime | None = None,
    spacing: timedelta = timedelta(0),
) -> int:
    """The same for many, all or none of them. They keep their distance from each other and from what is planned.

    Raises InvalidError for a choice that needs a look at each post, else as `decide` does.
    """
    if choice not in AT_ONCE:
        raise InvalidError("posts.not_for_all")
    decision = Decision(choice, user_id, now, at, spacing=spacing)
    with database.write() as session:
        rows = sorted((load(session, each) for each in set(publication_ids)), key=lambda row: (row.due_at, row.id))
        for row in rows:
            if choice is not Choice.DROP and row.held_reason in NEVER_AT_ONCE and row.status == _S.HELD:
                raise InvalidError("posts.not_for_all")
            _decide(session, row, decision)
    return len(rows)


def choices(publication: PublicationView) -> tuple[Choice, ...]:
    """What a person may decide about a post that waits for one."""
    if publication.status not in WAITING_FOR_A_PERSON:
        return ()
    twin = publication.held_reason == HeldReason.ALREADY_POSTED
    allowed = [each for each in Choice if publication.status in _ALLOWED[each]]
    allowed = [each for each in allowed if not publication.being_read or each not in ONCE_READ]
    return tuple(each for each in allowed if twin or each is not Choice.ADOPT)


def decidable(database: Database, choice: Choice) -> tuple[str, ...]:
    """What "all" means: everything held; what looks already posted or lacks consent can only be dropped so."""
    held = select(Publication.id).where(Publication.status == _S.HELD)
    if choice is not Choice.DROP:
        held = held.where(Publication.held_reason.not_in(NEVER_AT_ONCE))
    with database.read() as session:
        return tuple(session.scalars(held.order_by(Publication.due_at)))


def free_from(session: Session, publication: Publication, at: datetime, spacing: timedelta) -> datetime:
    """The first time from `at` on that keeps its distance from every other post on the channel."""
    others = select(Publication.due_at).where(
        Publication.channel_id == publication.channel_id,
        Publication.id != publication.id,
        Publication.status.in_(_COMING),
        Publication.due_at > at - spacing,
    )
    out = select(Publication.published_at).where(
        Publication.channel_id == publication.channel_id,
        Publication.origin == "campaign",
        Publication.published_at > at - spacing,
    )
    for other in sorted(time for time in (*session.scalars(others), *session.scalars(out)) if time is not None):
        if at - spacing < other < at + spacing:
            at = other + spacing
    return at


def _refuse_too_close(session: Session, publication: Publication, decision: Decision) -> None:
    assert decision.at is not None  # noqa: S101  the caller has looked
    free = free_from(session, publication, decision.at, decision.spacing)
    if free != decision.at:
        raise InvalidError("publication.too_close", free=_local(publication, free))


def _refuse_blackout(publication: Publication, at: datetime) -> None:
    blackout = blackout_at(publication, at)
    if blackout is None or publication.post is None:
        return
    since, until = (_local(publication, datetime.fromisoformat(blackout[name])) for name in ("from", "to"))
    told = {"post": publication.post.name, "since": since, "until": until, "reason": blackout["reason"]}
    raise InvalidError("publication.blackout", **told)


def _local(publication: Publication, at: datetime) -> str:
    zone = ZoneInfo(publication.post.campaign.timezone if publication.post else "UTC")
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def _decide(session: Session, publication: Publication, decision: Decision) -> None:
    if publication.status not in _ALLOWED[decision.choice]:
        raise ConflictError("publication.moved_on", publication=publication.id, status=publication.status)
    if publication.status == _S.ENTRUSTED and not publication.parts.get("post"):
        raise ConflictError("publication.being_entrusted", publication=publication.id)
    if is_unread(session, publication):
        raise ConflictError("pause.not_read_back")
    if publication.status == _S.UNKNOWN and publication.retry_at and decision.choice in ONCE_READ:
        raise ConflictError("publication.being_read", publication=publication.id)
    was = publication.status
    _apply(session, publication, decision)
    details = {"was": was, "is": publication.status, "due_at": publication.due_at.isoformat()}
    event = f"publication.{decision.choice}"
    session.add(
        AuditEvent(at=decision.now, user_id=decision.user_id, event=event, subject=publication.id, details=details)
    )


def _apply(session: Session, publication: Publication, decision: Decision) -> None:
    if decision.choice is Choice.DROP:
        _to(session, publication, _S.CANCELLED)
    elif decision.choice is Choice.IS_OUT:
        _is_out(session, publication, decision.remote_id, decision.now)
    elif decision.choice is Choice.ADOPT:
        _adopt(session, publication, decision)
    elif decision.choice is Choice.IS_NOT_OUT:
        _to(session, publication, _S.HELD, held_reason=HeldReason.LATE)
    else:
        wanted = decision.now if decision.choice is Choice.PUBLISH_NOW else decision.at
        if wanted is None or wanted < decision.now:
            raise InvalidError("publication.time_in_past", publication=publication.id)
        due_at = free_from(session, publication, wanted, decision.spacing)
        _refuse_blackout(publication, due_at)
        _again(session, publication, due_at)


def _adopt(session: Session, publication: Publication, decision: Decision) -> None:
    """The post that was found becomes this publication, or the one that is named: its comments and figures too."""
    params = publication.error_params
    remote_id = decision.remote_id or params.get("post") or ""
    found = remote_id == params.get("post")
    at = datetime.fromisoformat(params["at"]) if found and params.get("at") else decision.now
    _is_out(session, publication, remote_id, at, permalink=params.get("permalink") if found else None)


def _is_out(
    session: Session, publication: Publication, remote_id: str, at: datetime, *, permalink: str | None = None
) -> None:
    """Raises InvalidError without an id, and for one that is another publication of ours."""
    other = select(Publication.id).where(
        Publication.channel_id == publication.channel_id,
        Publication.remote_id == remote_id,
        Publication.origin != "adopted",
    )
    if not remote_id or session.scalar(other):
        raise InvalidError("publication.which_post", publication=publication.id)
    take_over(session, publication, remote_id)
    parts = publication.parts if remote_id in publication.parts.values() else {}
    out = {"parts": parts, "remote_id": remote_id, "permalink": permalink, "published_at": at, "next_read_at": at}
    _to(session, publication, _S.PUBLISHED, held_reason=None, **out)


def _again(session: Session, publication: Publication, due_at: datetime) -> None:
    """Back to its way, with parts made anew; a post whose approval is missing waits for it as a draft.

    A new time keeps the approval: that is of the content. A post that looked like this one is another one: who
    publishes all the same has seen it.
    """
    to = _S.SCHEDULED if is_approved(session, publication) else _S.DRAFT
    anew: dict[str, object] = {"parts": {}, "prepared_at": None, "altered": {}}
    distinct_from = [*publication.distinct_from, *twins.named_in(publication)]
    _to(session, publication, to, due_at=due_at, held_reason=None, distinct_from=distinct_from, **anew)


def _to(session: Session, publication: Publication, status: PublicationStatus, **values: object) -> None:
    settled = {"retry_at": None, "tries": 0, "error_code": None, "error_params": {}, **values}
    if not change(session, publication, status, **settled):
        raise ConflictError("publication.moved_on", publication=publication.id, status=publication.status)
