"""The visible half: one call, made once. Whatever its answer leaves open is settled by reading back."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from outreach import logs
from outreach.errors import MetaError
from outreach.meta import protocol
from outreach.publishing import twins
from outreach.publishing.desk import (
    EXPIRED,
    LEASE,
    Desk,
    back_off,
    blackout_at,
    change,
    content_of,
    end_attempt,
    error_params,
    format_of,
    hold,
    is_approved,
    is_armed,
    is_late,
    is_open,
    is_stopped,
    may_write,
    start_attempt,
    stop_channel,
    stop_serving,
    take_over,
)
from outreach.publishing.preparing import consent_holds
from outreach.states import PUBLICATION_TRANSITIONS, Format, HeldReason, PublicationStatus
from outreach.tables import Channel, Publication, PublishAttempt

NO_TOKEN = "channel.no_token"  # noqa: S105  a message code
PROCESSING = "meta.processing"
log = logs.get("publishing")
READ_BACK = timedelta(seconds=20)  #: before the first look at what an unclear release did


def release_due(desk: Desk) -> bool:
    """Release one prepared publication whose slot has come. True if there may be more."""
    claimed = _claim(desk)
    if claimed is None:
        return False
    publication, attempt = claimed
    channel = _look(desk, publication, attempt)
    if channel is not None:
        _call(desk, publication, attempt, channel)
    return True


def _call(desk: Desk, publication: Publication, attempt: PublishAttempt, channel: protocol.Channel) -> None:
    try:
        released = channel.release(publication.parts, content_of(desk, publication))
    except MetaError as error:
        _record_error(desk, publication, attempt, error)
    else:
        with desk.database.write() as session:
            end_attempt(session, attempt, desk.clock.now(), remote_id=released.remote_id)
            if not published(session, publication, released, desk.clock.now()):
                _out_after_all(session, publication.id, released, desk.clock.now())


def _out_after_all(session: Session, publication_id: str, released: protocol.Released, now: datetime) -> None:
    """The machine slept in the middle of the call, and the release was taken for undone meanwhile: it is out."""
    row = session.get_one(Publication, publication_id, populate_existing=True)
    was = PublicationStatus(row.status)
    if was is not PublicationStatus.PUBLISHED:
        log.error("publish.out_after_all", publication=row.id, status=was)
    if PublicationStatus.HELD in PUBLICATION_TRANSITIONS[was] and was is not PublicationStatus.UNKNOWN:
        hold(session, row, HeldReason.ALREADY_POSTED)
    if PublicationStatus.PUBLISHED in PUBLICATION_TRANSITIONS[PublicationStatus(row.status)]:
        published(session, row, released, now)


def next_due(desk: Desk) -> datetime | None:
    """When the next prepared publication is due: how long the release loop may sleep."""
    with desk.database.read() as session:
        return session.scalar(
            select(func.min(Publication.due_at)).where(Publication.status == PublicationStatus.PREPARED)
        )


def published(session: Session, publication: Publication, released: protocol.Released, now: datetime) -> bool:
    """The publication is out: remember where, begin to read it, stop serving its images."""
    stop_serving(session, publication)
    take_over(session, publication, released.remote_id)
    return change(
        session,
        publication,
        PublicationStatus.PUBLISHED,
        remote_id=released.remote_id,
        permalink=released.permalink,
        published_at=now,
        next_read_at=None if format_of(publication) is Format.STORY else now,
        held_reason=None,
        retry_at=None,
        tries=0,
        error_code=None,
        error_params={},
    )


def _claim(desk: Desk) -> tuple[Publication, PublishAttempt] | None:
    """Compare-and-set to RELEASING together with the attempt row; committed before the call is made."""
    now = desk.clock.now()
    due = _due(now)
    # Looked for without a lock, since this runs every second; then one transaction, so one channel's lock, for each.
    with desk.database.read() as session:
        ids = session.scalars(due.with_only_columns(Publication.id)).all()
    for publication_id in ids:
        with desk.database.write() as session:
            publication = session.scalar(due.where(Publication.id == publication_id))
            if publication is None or not _may_go(desk, session, publication, now):
                continue
            if change(session, publication, PublicationStatus.RELEASING, retry_at=now + LEASE):
                return publication, start_attempt(session, publication, "release", now)
    return None


def _due(now: datetime) -> Select[Publication]:
    return (
        select(Publication)
        .where(
            Publication.status == PublicationStatus.PREPARED,
            Publication.due_at <= now,
            or_(Publication.retry_at.is_(None), Publication.retry_at <= now),
            ~is_stopped(),
            ~is_armed(),
        )
        .order_by(Publication.due_at, Publication.id)
    )


def _may_go(desk: Desk, session: Session, publication: Publication, now: datetime) -> bool:
    """The last look before the call: open channel, in time, approved, consented, not too close to the last post."""
    if not is_open(publication.channel):
        return False
    if is_late(publication, now):
        hold(session, publication, HeldReason.LATE)
        return False
    if blackout_at(publication, now):
        hold(session, publication, HeldReason.BLACKOUT)
        return False
    if not is_approved(session, publication):
        hold(session, publication, HeldReason.NOT_APPROVED)
        return False
    if not consent_holds(session, publication, now):
        hold(session, publication, HeldReason.CONSENT)
        return False
    # PostgreSQL lets two releasers look at once; the channel's row lets them through one after the other.
    # NO KEY UPDATE: new comments and posts, which only refer to the channel, need not wait for it.
    session.execute(select(Channel.id).where(Channel.id == publication.channel_id).with_for_update(key_share=True))
    return not _too_close(desk, session, publication.channel, now)


def _too_close(desk: Desk, session: Session, channel: Channel, now: datetime) -> bool:
    """Never a burst: posts on one channel keep their distance, also after a pause."""
    last = session.scalar(
        select(func.max(Publication.published_at)).where(
            Publication.channel_id == channel.id, Publication.origin == "campaign"
        )
    )
    releasing = session.scalar(
        select(func.count()).where(
            Publication.channel_id == channel.id,
            Publication.status.in_([PublicationStatus.RELEASING, PublicationStatus.UNKNOWN]),
            Publication.retry_at.is_not(None),
            # a video that Meta works on may take hours: it must not keep all others waiting
            func.coalesce(Publication.error_code, "") != PROCESSING,
        )
    )
    return bool(releasing) or (last is not None and now < last + desk.spacing)


def _look(desk: Desk, publication: Publication, attempt: PublishAttempt) -> protocol.Channel | None:
    """The channel, once it was read that nobody has posted the same by hand; else the release is not made."""
    try:
        channel = desk.open_channel(publication.channel)
        found = twins.find(desk, publication, channel, desk.clock.now())
    except MetaError as error:
        _look_again(desk, publication, attempt, error)
        return None
    if not found:
        return channel if _may_still_go(desk, publication, attempt) else None
    told = {"error_code": twins.CODE, "error_params": twins.described(found)}
    with desk.database.write() as session:
        if change(session, publication, PublicationStatus.PREPARED):
            end_attempt(session, attempt, desk.clock.now(), error=MetaError(twins.CODE))
            hold(session, publication, HeldReason.ALREADY_POSTED, **told)
    return None


def _may_still_go(desk: Desk, publication: Publication, attempt: PublishAttempt) -> bool:
    """Looking takes time: a pause or a takedown may have come, or the lease is over and another reads it back."""
    now = desk.clock.now()
    with desk.database.write() as session:
        if may_write(session, publication):
            return change(session, publication, PublicationStatus.RELEASING, retry_at=now + LEASE)
        if change(session, publication, PublicationStatus.PREPARED, retry_at=None):
            end_attempt(session, attempt, now, error=MetaError("publish.stopped"))
    return False


def _look_again(desk: Desk, publication: Publication, attempt: PublishAttempt, error: MetaError) -> None:
    """Not looked is not released: it is tried until it is late, and then held. A channel without a token says so."""
    now = desk.clock.now()
    waits = {"retry_at": back_off(publication.tries, error, now), "tries": publication.tries + 1}
    seen = {"error_code": error.code, "error_params": error_params(error)}
    with desk.database.write() as session:
        end_attempt(session, attempt, now, error=error)
        stop_channel(session, publication, error)
        if error.code == NO_TOKEN:
            change(session, publication, PublicationStatus.FAILED, retry_at=None, **seen)
        else:
            change(session, publication, PublicationStatus.PREPARED, **waits, **seen)


def _record_error(desk: Desk, publication: Publication, attempt: PublishAttempt, error: MetaError) -> None:
    now = desk.clock.now()
    seen = {"error_code": error.code, "error_params": error_params(error)}
    with desk.database.write() as session:
        end_attempt(session, attempt, now, error=error)
        if error.maybe_done:
            change(session, publication, PublicationStatus.UNKNOWN, retry_at=now + READ_BACK, tries=0, **seen)
        elif error.permanent and not stop_channel(session, publication, error):
            change(session, publication, PublicationStatus.FAILED, retry_at=None, **seen)
        elif error.code == EXPIRED:
            # nothing became visible: make the parts again
            if change(session, publication, PublicationStatus.PREPARED, **seen):
                change(session, publication, PublicationStatus.SCHEDULED, parts={}, retry_at=None)
        else:
            retry_at = back_off(publication.tries, error, now)
            tries = publication.tries + 1
            change(session, publication, PublicationStatus.PREPARED, retry_at=retry_at, tries=tries, **seen)
