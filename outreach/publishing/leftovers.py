"""What stands at Meta of ours and must not go out: found by the attempts that made it, deleted, and read back.

Invisible posts and photos that a retry, a change, a hold or a cancellation left behind; and posts in Meta's schedule,
which would go out by themselves. What turns out to be visible is never deleted here: its publication says so instead.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Select, or_, select, true, update
from sqlalchemy.orm import Session

from outreach import logs
from outreach.errors import MetaError
from outreach.fingerprints import same_text
from outreach.meta import protocol
from outreach.publishing import twins
from outreach.publishing.desk import (
    CLEAN_UP,
    ENTRUST,
    LEASE,
    Desk,
    abandon_attempts,
    back_off,
    change,
    content_of,
    end_attempt,
    hold,
    is_paused,
    start_attempt,
    stop_channel,
)
from outreach.publishing.releasing import published
from outreach.states import (
    ChannelKind,
    ChannelMode,
    ChannelStatus,
    HeldReason,
    LeftoverStatus,
    Outcome,
    PauseKind,
    PublicationStatus,
)
from outreach.tables import Approval, Channel, Leftover, Publication, PublishAttempt

_S = PublicationStatus
BATCH = 200  #: attempts looked at in one transaction
MOST_TRIES = 6  #: what Meta keeps all the same is left to expire, unless it would go out
SOON = MINUTE = timedelta(minutes=1)
POSTS, PHOTOS = ("post", ENTRUST), ("photo-", "temporary-")
#: it may still be released with the parts that it names
ON_THE_WAY = (_S.DRAFT, _S.APPROVED, _S.SCHEDULED, _S.PREPARING, _S.PREPARED, _S.RELEASING, _S.UNKNOWN, _S.ENTRUSTED)
#: a post of theirs that is out after all is this publication
OUT_AFTER_ALL = (_S.HELD, _S.FAILED, _S.CANCELLED)
#: another post, made since, stands for it
WAITS = (_S.DRAFT, _S.APPROVED, _S.SCHEDULED, _S.PREPARED)
log = logs.get("publishing")


def clean_up_due(desk: Desk) -> bool:
    """Note what has become a leftover, and delete one. True if there may be more."""
    more = sweep(desk) or _search(desk)
    row = _claim(desk)
    if row is not None:
        _clean_up(desk, row)
    return more or row is not None


def sweep(desk: Desk) -> bool:
    """Account for what attempts have made: it is in use, or a leftover from now on. True when anything was noted."""
    with desk.database.read() as session:
        found = session.execute(_unsettled()).all()
        ids = [attempt.id for attempt, publication in found if not _is_needed(attempt, publication)][:BATCH]
    if not ids:
        return False
    now = desk.clock.now()
    with desk.database.write() as session:
        rows = session.execute(_unsettled().where(PublishAttempt.id.in_(ids))).all()
        noted = [_settle(session, attempt, publication, now) for attempt, publication in rows]
    return any(noted)


def still_armed(session: Session) -> list[Leftover]:
    """What would go out by itself and is not confirmed to be gone."""
    armed = select(Leftover).where(Leftover.armed, Leftover.status == LeftoverStatus.WAITING)
    return list(session.scalars(armed.order_by(Leftover.created_at)))


def clean_up(desk: Desk, publication_id: str) -> None:
    """Delete now what is left of one publication, as far as Meta lets us."""
    sweep(desk)
    with desk.database.read() as session:
        left = session.scalars(_waiting().where(Leftover.publication_id == publication_id)).all()
    for row in sorted(left, key=_posts_first):
        if _take(desk, row):
            _clean_up(desk, row)


def _unsettled() -> Select[PublishAttempt, Publication]:
    return (
        select(PublishAttempt, Publication)
        .join(Publication, Publication.id == PublishAttempt.publication_id)
        .where(
            PublishAttempt.settled.is_(False),
            PublishAttempt.outcome == Outcome.OK,
            PublishAttempt.remote_id.is_not(None),
        )
        .order_by(PublishAttempt.started_at)
    )


def _is_needed(attempt: PublishAttempt, publication: Publication) -> bool:
    return publication.status in ON_THE_WAY and attempt.remote_id in publication.parts.values()


def _settle(session: Session, attempt: PublishAttempt, publication: Publication, now: datetime) -> bool:
    if _is_needed(attempt, publication):
        return False
    kept = attempt.remote_id in publication.parts.values()
    used = publication.status == _S.PUBLISHED and (kept or attempt.remote_id == publication.remote_id)
    deletable = publication.channel.kind == ChannelKind.FACEBOOK_PAGE and attempt.step.startswith((*POSTS, *PHOTOS))
    if not used and deletable:
        if kept and not change(session, publication, _S(publication.status), parts=_without(publication, attempt)):
            return False
        _leave(session, attempt, publication, now)
    attempt.settled = True
    return True


def _without(publication: Publication, attempt: PublishAttempt) -> dict[str, str]:
    """Its parts without one that is about to be deleted, so that nothing is released with it."""
    return {name: part for name, part in publication.parts.items() if part != attempt.remote_id}


def _leave(session: Session, attempt: PublishAttempt, publication: Publication, now: datetime) -> None:
    known = select(Leftover.id).where(
        Leftover.channel_id == publication.channel_id, Leftover.remote_id == attempt.remote_id
    )
    if session.scalar(known) is not None:
        return
    row = Leftover(
        channel_id=publication.channel_id,
        publication_id=publication.id,
        remote_id=attempt.remote_id,
        step=attempt.step,
        armed=attempt.step == ENTRUST,
        status=LeftoverStatus.WAITING,
        retry_at=now,
        created_at=now,
    )
    session.add(row)
    session.flush()


def _search(desk: Desk) -> bool:
    """Look once for what a lost answer made: an invisible post with our words, of that very minute. True if it looked.

    Photos that no post has taken up vanish after a day by themselves (graph-api.md §4.3). Nothing here hurries, and
    what Meta refuses to list stays invisible all the same: it is not asked again and again.
    """
    now = desk.clock.now()
    with desk.database.read() as session:
        lost = session.execute(_lost(now)).all()
    found = next((each for each in lost if desk.has_room(each[1].channel)), None)
    if found is None:
        return False
    attempt, publication = found
    try:
        remote_id = _lost_post(desk, attempt, publication)
    except MetaError as error:
        log.info("publishing.lost_post_not_searched", code=error.code)
        if not error.permanent:
            return False
        remote_id = None
    with desk.database.write() as session:
        row = session.get_one(PublishAttempt, attempt.id)
        row.settled = True
        if remote_id is not None:
            row.remote_id = remote_id
            _leave(session, row, publication, now)
    return True


def _lost(now: datetime) -> Select[PublishAttempt, Publication]:
    return (
        select(PublishAttempt, Publication)
        .join(Publication, Publication.id == PublishAttempt.publication_id)
        .join(Channel, Channel.id == Publication.channel_id)
        .where(
            PublishAttempt.settled.is_(False),
            PublishAttempt.outcome == Outcome.UNKNOWN,
            PublishAttempt.step == "post",
            PublishAttempt.finished_at <= now - LEASE,
            Channel.status == ChannelStatus.ACTIVE,
        )
        .order_by(PublishAttempt.started_at)
        .limit(BATCH)
    )


def _lost_post(desk: Desk, attempt: PublishAttempt, publication: Publication) -> str | None:
    channel = desk.open_channel(publication.channel)
    text = publication.content.get("text") or ""
    until = (attempt.finished_at or attempt.started_at) + MINUTE
    alike = [
        post.id
        for post in channel.unpublished_posts(attempt.started_at - MINUTE)
        if text and post.created_at <= until and same_text(text, post.text)
    ]
    known = select(PublishAttempt.remote_id).where(PublishAttempt.remote_id.in_(alike))
    with desk.database.read() as session:
        taken = set(session.scalars(known))
    return next((post_id for post_id in alike if post_id not in taken), None)


def _waiting() -> Select[Leftover]:
    """What may be deleted now: a copy writes nothing, a paused channel loses only what would go out by itself."""
    open_now = or_(Channel.status == ChannelStatus.ACTIVE, Leftover.armed & (Channel.status == ChannelStatus.PAUSED))
    return (
        select(Leftover)
        .join(Publication, Publication.id == Leftover.publication_id)
        .join(Channel, Channel.id == Leftover.channel_id)
        .where(
            Leftover.status == LeftoverStatus.WAITING,
            Channel.mode == ChannelMode.LIVE,
            open_now,
            ~is_paused(PauseKind.RESTORED),
        )
    )


def _claim(desk: Desk) -> Leftover | None:
    with desk.database.read() as session:
        due = session.scalars(_waiting().where(Leftover.retry_at <= desk.clock.now())).all()
    free = (row for row in sorted(due, key=_posts_first) if row.armed or desk.has_room(row.channel))
    return next((row for row in free if _take(desk, row)), None)


def _posts_first(row: Leftover) -> tuple[bool, bool, datetime]:
    """What would go out comes first, and photos last: a post keeps its own."""
    return not row.armed, row.step.startswith(PHOTOS), row.created_at


def _take(desk: Desk, row: Leftover) -> bool:
    with desk.database.write() as session:
        return _move(session, row, retry_at=desk.clock.now() + LEASE)


def _move(session: Session, row: Leftover, **values: object) -> bool:
    """Only if nobody else has taken it: the row in hand shows the lease that it was read with."""
    changed = session.execute(
        update(Leftover)
        .where(Leftover.id == row.id, Leftover.status == LeftoverStatus.WAITING, Leftover.retry_at == row.retry_at)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]  # a CursorResult for UPDATE
        return False
    for name, value in values.items():
        setattr(row, name, value)
    return True


def _clean_up(desk: Desk, row: Leftover) -> None:
    """One deletion with its attempt row before; `discard` looks first whether it is published."""
    now = desk.clock.now()
    with desk.database.write() as session:
        abandon_attempts(session, row.publication, now, only=CLEAN_UP)
        attempt = start_attempt(session, row.publication, CLEAN_UP, now)
    try:
        channel = desk.open_channel(row.channel)
        channel.discard({row.step: row.remote_id})
        gone = not channel.exists(row.remote_id)
    except MetaError as error:
        with desk.database.write() as session:
            end_attempt(session, attempt, desk.clock.now(), error=error)
            if error.code != "meta.already_published":
                stop_channel(session, row.publication, error)
                _again(session, row, error, desk.clock.now())
                return
        _is_out(desk, row)
        return
    with desk.database.write() as session:
        end_attempt(session, attempt, desk.clock.now(), remote_id=row.remote_id)
        if gone:
            _move(session, row, status=LeftoverStatus.GONE, retry_at=None, error_code=None)
        else:
            _again(session, row, MetaError("withdraw.still_there"), desk.clock.now())


def _again(session: Session, row: Leftover, error: MetaError, now: datetime) -> None:
    """Asked for until it is gone, if it would go out; else a few times, since it expires or nobody ever sees it."""
    tries = row.tries + 1
    if tries >= MOST_TRIES and not row.armed:
        _move(session, row, status=LeftoverStatus.KEPT, retry_at=None, error_code=error.code)
    else:
        _move(session, row, retry_at=back_off(row.tries, error, now), tries=tries, error_code=error.code)


def _is_out(desk: Desk, row: Leftover) -> None:
    """It is visible. Its publication follows, or waits for a person where other content stands for it by now."""
    try:
        post = desk.open_channel(row.channel).post(row.remote_id)
    except MetaError as error:
        with desk.database.write() as session:
            _again(session, row, error, desk.clock.now())
        return
    with desk.database.write() as session:
        publication = session.get_one(Publication, row.publication_id)
        if post is None or not _follow(desk, session, publication, post):
            _move(session, row, retry_at=desk.clock.now() + SOON)
        else:
            _move(session, row, status=LeftoverStatus.OUT, retry_at=None, error_code="publish.out_after_all")
            log.error("publish.out_after_all", publication=publication.id, status=publication.status)


def _follow(desk: Desk, session: Session, publication: Publication, post: protocol.RemotePost) -> bool:
    """False while a step is under way on it."""
    if publication.status in WAITS and _is_unchanged(session, publication, post):
        hold(session, publication, HeldReason.ALREADY_POSTED, parts={})  # what was made since is a leftover now
    if publication.status in OUT_AFTER_ALL:
        altered = {} if twins.has_words(content_of(desk, publication), post.text) else {"text": post.text}
        released = protocol.Released(post.id, post.permalink)
        return published(session, publication, released, desk.clock.now()) and change(
            session, publication, _S.PUBLISHED, altered=altered
        )
    if publication.status in WAITS:
        told = {"error_code": twins.CODE, "error_params": twins.described([post])}
        return hold(session, publication, HeldReason.ALREADY_POSTED, **told)
    if publication.status == _S.PUBLISHED and publication.remote_id == post.id:
        return True  # reading back after a restore knew before us
    if publication.status == _S.PUBLISHED:
        told = {"error_code": "publish.twice", "error_params": {"permalink": post.permalink or ""}}
        return change(session, publication, _S.PUBLISHED, **told)
    return publication.status == _S.RETRACTED


def _is_unchanged(session: Session, publication: Publication, post: protocol.RemotePost) -> bool:
    """Whether the post shows what the publication is to show today: its content was never another, nor its words."""
    other = Approval.content_hash != publication.post.content_hash if publication.post else true()
    changed = select(Approval.id).where(Approval.post_id == publication.post_id, other)
    words = publication.content.get("text") or ""
    return session.scalar(changed.limit(1)) is None and bool(words) and same_text(words, post.text)
