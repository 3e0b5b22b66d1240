"""What every step of publishing needs, and the few things they share: leases, attempts, contents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, func, or_, select, true, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from outreach.clock import Clock
from outreach.db import Database, new_id
from outreach.errors import MetaError, NotFoundError
from outreach.media import MediaStore
from outreach.meta import protocol
from outreach.meta.refusals import token_reason
from outreach.states import (
    PUBLICATION_TRANSITIONS,
    ChannelKind,
    ChannelMode,
    ChannelStatus,
    Format,
    HeldReason,
    LeftoverStatus,
    Outcome,
    PauseKind,
    PublicationStatus,
    WithdrawalStatus,
)
from outreach.tables import (
    Approval,
    Channel,
    Comment,
    EngagementSnapshot,
    Leftover,
    MediaGrant,
    Pause,
    Publication,
    PublishAttempt,
    Withdrawal,
)

#: longer than any call may take (connect + read time-out, with retries of reads); after it a row counts as left behind
LEASE = timedelta(minutes=5)
GRANT = timedelta(hours=24)  #: Instagram containers expire after 24 h (graph-api.md §5)
EXPIRED = "meta.expired"  #: what was prepared is no longer good; it must be made again
#: a person's pause keeps a publication out of these: what follows is a write at Meta
WRITES = (PublicationStatus.PREPARING, PublicationStatus.RELEASING, PublicationStatus.ENTRUSTED)
ENTRUST = "entrust"  #: the step that lets Meta publish at the slot
CLEAN_UP = "clean_up"  #: the step that deletes a leftover; what it leaves unclear says nothing about the post itself
BACK_OFF = (30, 60, 180, 600, 1800)  #: seconds before the next try after a passing fault


@dataclass(frozen=True)
class Desk:
    """One process's publishing desk. `spacing` is the least time between two posts on one channel."""

    database: Database
    clock: Clock
    open_channel: Callable[[Channel], protocol.Channel]
    media: MediaStore
    media_base_url: str
    prepare_ahead: timedelta = timedelta(minutes=30)  #: of a Page's posts
    containers_ahead: timedelta = timedelta(hours=20)  #: of an account's
    entrust_ahead: timedelta = timedelta(hours=24)
    spacing: timedelta = timedelta(seconds=60)
    has_room: Callable[[Channel], bool] = lambda _channel: True  #: for calls that nothing hurries
    stopping: Callable[[], bool] = lambda: False  #: the process is told to stop


def is_open(channel: Channel) -> bool:
    """Whether anything may be written to this channel."""
    return channel.mode == ChannelMode.LIVE and channel.status == ChannelStatus.ACTIVE


def is_paused(*kinds: PauseKind) -> ColumnElement[bool]:
    """The condition that a pause lies on a publication's channel, or on all."""
    on_it = or_(Pause.channel_id.is_(None), Pause.channel_id == Publication.channel_id)
    return exists().where(Pause.ended_at.is_(None), Pause.kind.in_(kinds or PauseKind), on_it).correlate(Publication)


def is_stopped() -> ColumnElement[bool]:
    """The condition that a publication may not go on: paused, or being withdrawn."""
    return or_(is_paused(), is_withdrawn())


def is_withdrawn() -> ColumnElement[bool]:
    """The condition that a publication is being taken back."""
    waits = Withdrawal.status.in_((WithdrawalStatus.PENDING, WithdrawalStatus.BY_HAND))
    return exists().where(Withdrawal.publication_id == Publication.id, waits).correlate(Publication)


def is_armed() -> ColumnElement[bool]:
    """The condition that something which a publication has left at Meta may still go out by itself."""
    left = exists().where(
        Leftover.publication_id == Publication.id, Leftover.armed, Leftover.status == LeftoverStatus.WAITING
    )
    handed_over = exists().where(
        PublishAttempt.publication_id == Publication.id,
        PublishAttempt.step == ENTRUST,
        PublishAttempt.outcome == Outcome.OK,
        PublishAttempt.settled.is_(False),
    )
    return or_(left.correlate(Publication), handed_over.correlate(Publication))


def may_write(session: Session, publication: Publication) -> bool:
    """Whether nothing has stopped it since it was claimed: asked again where a look came between claim and write.

    Locks the channel's row, as a pause does, so that one comes before this transaction or after it.
    """
    its_own = select(Channel).where(Channel.id == publication.channel_id)
    channel = session.scalars(its_own.with_for_update(key_share=True).execution_options(populate_existing=True)).one()
    stopped = select(Publication.id).where(Publication.id == publication.id, is_stopped())
    return is_open(channel) and session.scalar(stopped) is None


def is_unread(session: Session, publication: Publication) -> bool:
    """After a restore, until Meta is read back: whether a post is out is then not what its row says."""
    standing = select(Pause).where(Pause.kind == PauseKind.RESTORED, Pause.ended_at.is_(None))
    on_it = standing.where(or_(Pause.channel_id.is_(None), Pause.channel_id == publication.channel_id))
    return any(publication.channel_id not in pause.read_back for pause in session.scalars(on_it))


def is_late(publication: Publication, now: datetime) -> bool:
    return now > publication.due_at + timedelta(seconds=publication.max_lateness)


def blackout_at(publication: Publication, at: datetime) -> dict[str, str] | None:
    """The blackout of its campaign that a moment falls into, as `Campaign.blackouts` has it."""
    found = publication.post.campaign.blackouts if publication.post else ()
    inside = (each for each in found if datetime.fromisoformat(each["from"]) <= at < datetime.fromisoformat(each["to"]))
    return next(inside, None)


def is_approved(session: Session, publication: Publication) -> bool:
    """Whether enough people said yes to the content that the post has now; adopted posts need none."""
    post = publication.post
    if post is None:
        return True
    given = select(func.count(Approval.user_id.distinct())).where(
        Approval.post_id == post.id, Approval.content_hash == post.content_hash, Approval.withdrawn_at.is_(None)
    )
    return (session.scalar(given) or 0) >= post.approvals


def change(session: Session, publication: Publication, to: PublicationStatus, **values: Any) -> bool:
    """Compare-and-set on the status and lease that `publication` shows, so that of two processes only one goes on.

    The row in hand follows when it won; it may come from an earlier, closed session. Refuses an unlisted step.
    """
    was = PublicationStatus(publication.status)
    if to != was and to not in PUBLICATION_TRANSITIONS[was]:
        raise ValueError(f"{was} may not become {to}")
    lease = publication.retry_at
    same_lease = Publication.retry_at.is_(None) if lease is None else Publication.retry_at == lease
    # Asked in the very UPDATE: a pause may have come between the look at this row and now.
    allowed = ~is_stopped() if to in WRITES and to != was else true()
    changed = session.execute(
        update(Publication)
        .where(Publication.id == publication.id, Publication.status == was, same_lease, allowed)
        .values(status=to, **values)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]  # a CursorResult for UPDATE
        return False
    for name, value in {"status": to, **values}.items():
        set_committed_value(publication, name, value)
    return True


def start_attempt(session: Session, publication: Publication, step: str, now: datetime) -> PublishAttempt:
    """The row that says "we are about to call Meta"; the caller commits it before the call."""
    number = session.scalar(
        select(func.count()).where(PublishAttempt.publication_id == publication.id, PublishAttempt.step == step)
    )
    attempt = PublishAttempt(
        id=new_id(),
        publication_id=publication.id,
        step=step,
        number=(number or 0) + 1,
        started_at=now,
        outcome=Outcome.STARTED,
    )
    session.add(attempt)
    return attempt


def end_attempt(
    session: Session, attempt: PublishAttempt, now: datetime, *, error: MetaError | None = None, remote_id: str = ""
) -> None:
    row = session.get_one(PublishAttempt, attempt.id)
    row.finished_at = now
    row.remote_id = remote_id or None
    row.outcome = Outcome.OK
    if error is not None:
        row.outcome = Outcome.UNKNOWN if error.maybe_done else Outcome.FAILED
        row.error_code = error.code
        row.error_params = error_params(error)


def abandon_attempts(session: Session, publication: Publication, now: datetime, *, only: str = "") -> int:
    """Attempts that a crash left `started`: their outcome is not known. How many there were.

    Those of cleaning up are left to it: their outcome does not touch the post.
    """
    of_step = PublishAttempt.step == only if only else PublishAttempt.step != CLEAN_UP
    left = session.execute(
        update(PublishAttempt)
        .where(PublishAttempt.publication_id == publication.id, PublishAttempt.outcome == Outcome.STARTED, of_step)
        .values(outcome=Outcome.UNKNOWN, finished_at=now, error_code="publish.interrupted")
    )
    return int(left.rowcount)  # type: ignore[attr-defined]  # a CursorResult for UPDATE


def error_params(error: MetaError) -> dict[str, object]:
    return {key: value for key, value in error.params.items() if value is not None}


def stop_channel(session: Session, publication: Publication, error: MetaError) -> bool:
    """A dead token stops its channel at once: every post waits for a person to mend it, none fails because of it."""
    if error.code != "meta.token_dead":
        return False
    stopped = {"status": ChannelStatus.STOPPED, "status_code": token_reason(error.subcode)}
    session.execute(
        update(Channel)
        .where(Channel.id == publication.channel_id, Channel.status == ChannelStatus.ACTIVE)
        .values(**stopped)
    )
    return True


def back_off(tries: int, error: MetaError, now: datetime) -> datetime:
    """When to try again: the time that Meta names, else longer each time."""
    seconds = error.retry_after or BACK_OFF[min(tries, len(BACK_OFF) - 1)]
    return now + timedelta(seconds=seconds)


def hold(session: Session, publication: Publication, reason: HeldReason, **values: Any) -> bool:
    return change(session, publication, PublicationStatus.HELD, held_reason=reason, retry_at=None, **values)


def load(session: Session, publication_id: str) -> Publication:
    publication = session.get(Publication, publication_id)
    if publication is None:
        raise NotFoundError("publication.not_found", publication=publication_id)
    return publication


def content_of(desk: Desk, publication: Publication, grant_id: str = "") -> protocol.Content:
    """The content as approved, with images from our own copies; whether they are still there is not looked at."""
    stored = publication.content
    media = tuple(
        protocol.Medium(
            desk.media.place(item["sha256"]),
            f"{desk.media_base_url}/m/{grant_id}/{number}.jpg",
            item.get("alt") or "",
            video=item.get("video", False),
            cover_ms=item.get("cover_ms"),
        )
        for number, item in enumerate(stored.get("media") or ())
    )
    first_comment, link = stored.get("first_comment"), stored.get("link")
    return protocol.Content(stored.get("text") or "", link, media, first_comment, format_of(publication))


def format_of(publication: Publication) -> Format:
    return Format(publication.content.get("format") or Format.FEED)


def served_content(desk: Desk, publication: Publication) -> protocol.Content:
    """The content with public addresses that work for a day, since Instagram fetches images itself; not videos.

    Raises NotFoundError when a copy is missing, or is not the one any more that was approved.
    """
    media = [item["sha256"] for item in publication.content.get("media") or ()]
    for sha256 in media:
        desk.media.intact(sha256)
    sent = any(item.get("video") for item in publication.content.get("media") or ())
    if publication.channel.kind != ChannelKind.INSTAGRAM_ACCOUNT or not media or sent:
        return content_of(desk, publication)
    expires_at = desk.clock.now() + GRANT
    with desk.database.write() as session:
        grant = session.scalar(select(MediaGrant).where(MediaGrant.publication_id == publication.id))
        if grant is None:
            grant = MediaGrant(publication_id=publication.id, media=media, expires_at=expires_at)
            session.add(grant)
        grant.media, grant.expires_at = media, expires_at
    return content_of(desk, publication, grant.id)


def take_over(session: Session, publication: Publication, remote_id: str) -> None:
    """A comment may arrive before the answer to our release does; its post was then adopted as somebody else's."""
    twin = session.scalar(
        select(Publication.id).where(
            Publication.channel_id == publication.channel_id,
            Publication.remote_id == remote_id,
            Publication.origin == "adopted",
        )
    )
    if twin is None:
        return
    for table in (Comment, EngagementSnapshot):
        session.execute(update(table).where(table.publication_id == twin).values(publication_id=publication.id))
    session.execute(delete(Publication).where(Publication.id == twin))


def stop_serving(session: Session, publication: Publication) -> None:
    for grant in session.scalars(select(MediaGrant).where(MediaGrant.publication_id == publication.id)):
        session.delete(grant)
