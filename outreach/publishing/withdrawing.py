"""Taking a publication back, in whatever state it is: its slot, Meta's scheduler, what is prepared, what is published.

The wish is a row. It stops every release at once, and is worked on until Meta, read back, confirms it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, select, update
from sqlalchemy.orm import Session

from outreach.errors import MetaError
from outreach.meta import protocol
from outreach.meta.refusals import TOKEN_DEAD
from outreach.publishing import alterations
from outreach.publishing.desk import (
    LEASE,
    Desk,
    abandon_attempts,
    back_off,
    change,
    end_attempt,
    error_params,
    is_paused,
    is_unread,
    load,
    start_attempt,
    stop_channel,
    stop_serving,
)
from outreach.publishing.releasing import published
from outreach.publishing.settling import read_back
from outreach.states import (
    ChannelKind,
    ChannelMode,
    ChannelStatus,
    HeldReason,
    Outcome,
    PauseKind,
    PublicationStatus,
    WithdrawalKind,
    WithdrawalStatus,
)
from outreach.tables import AuditEvent, Channel, Publication, PublishAttempt, Withdrawal

_S = PublicationStatus
SOON = timedelta(seconds=5)  #: a release is under way, or being read back
LOOK = timedelta(minutes=2)  #: between looks whether a person has deleted it by hand
MOST_TRIES = 6  #: deletions that Meta says are done and that reading back denies, before a person is asked
OPEN = (WithdrawalStatus.PENDING, WithdrawalStatus.BY_HAND)
#: not visible and not about to be: they stop at once
STILL = (_S.DRAFT, _S.APPROVED, _S.SCHEDULED, _S.PREPARING, _S.PREPARED, _S.HELD, _S.FAILED, _S.CANCELLED)
ALREADY_OUT = "meta.already_published"
MAYBE_OUT = "withdraw.maybe_out"
STEPS = ("withdraw", "discard", "retract")  #: of attempts, by what is taken back


def withdraw(
    session: Session,
    publication: Publication,
    kind: WithdrawalKind,
    *,
    reason: str,
    user_id: str | None,
    now: datetime,
) -> Withdrawal:
    """Ask for it. A takedown of what nobody sees yet stops it here and now; the rest is `withdraw_due`'s."""
    pending = WithdrawalStatus.PENDING
    row = session.scalar(_open().where(Withdrawal.publication_id == publication.id))
    if row is None:
        row = Withdrawal(publication_id=publication.id, kind=kind, reason=reason, by_id=user_id, at=now, status=pending)
        session.add(row)
    if kind is WithdrawalKind.TAKEDOWN:
        row.kind, row.reason, row.by_id = kind, reason, user_id
        _stop(session, publication)
    row.status, row.retry_at, row.tries = pending, now, 0
    session.flush()
    return row


def withdraw_due(desk: Desk, *, only: Collection[str] | None = None) -> bool:
    """Work on one withdrawal that is due, `only` of these publications. True if there may be more."""
    _arm_pauses(desk)
    row = _claim(desk, only)
    if row is None:
        return False
    publication = _fresh(desk, row)
    try:
        _HANDLERS.get(_S(publication.status), _discard)(desk, row, publication)
    except MetaError as error:
        _put_off(desk, row, publication, error)
    return True


def _open() -> Select[Withdrawal]:
    return select(Withdrawal).where(Withdrawal.status.in_(OPEN))


def _stop(session: Session, publication: Publication) -> bool:
    """Nothing of it is visible: it never will be. False when it has gone on meanwhile, or is out."""
    if publication.status not in STILL:
        return False
    stop_serving(session, publication)
    unsure = _may_be_out(publication) or is_unread(session, publication)
    doubt = HeldReason.ALREADY_POSTED if unsure else None
    idle: dict[str, object] = {"retry_at": None, "error_code": None, "error_params": {}}
    return change(session, publication, _S.RETRACTED, held_reason=doubt, **idle)


def _may_be_out(publication: Publication) -> bool:
    """Since a restore it is not known whether it is out, and not found among what Meta lists, as no story is."""
    return publication.held_reason == HeldReason.ALREADY_POSTED and not publication.error_params.get("post")


def _arm_pauses(desk: Desk) -> None:
    """What was entrusted to Meta while a pause came is withdrawn like what was entrusted before."""
    now = desk.clock.now()
    with desk.database.read() as session:
        missed = session.scalars(_armed_without_order()).all()
    for publication in missed:
        with desk.database.write() as session:
            withdraw(session, publication, WithdrawalKind.DISARM, reason=PauseKind.CRISIS, user_id=None, now=now)


def _armed_without_order() -> Select[Publication]:
    ordered = select(Withdrawal.id).where(Withdrawal.publication_id == Publication.id, Withdrawal.status.in_(OPEN))
    return select(Publication).where(Publication.status == _S.ENTRUSTED, is_paused(PauseKind.CRISIS), ~ordered.exists())


def _claim(desk: Desk, only: Collection[str] | None) -> Withdrawal | None:
    """Compare-and-set on the lease, so that of two processes one works on it."""
    now = desk.clock.now()
    due = _open().where(Withdrawal.retry_at <= now, _among(only), _reachable())
    due = due.join(Publication).join(Channel).order_by(Withdrawal.retry_at, Withdrawal.id)
    with desk.database.read() as session:
        waiting = session.scalars(due).all()
    for row in waiting:
        with desk.database.write() as session:
            if _move(session, row, retry_at=now + LEASE, status=_tried_as(row)):
                _close_left_behind(session, row, now)
                return row
    return None


def _tried_as(row: Withdrawal) -> str:
    """What only a dead token had made a person's is ours again with the new one: nobody may have looked."""
    mended = row.error_code == TOKEN_DEAD.code and row.publication.channel.status == ChannelStatus.ACTIVE
    return WithdrawalStatus.PENDING if mended else row.status


def _close_left_behind(session: Session, row: Withdrawal, now: datetime) -> None:
    """The lease is ours alone: a call of ours that still counts as under way was made by a process that died."""
    left = update(PublishAttempt).where(
        PublishAttempt.publication_id == row.publication_id,
        PublishAttempt.outcome == Outcome.STARTED,
        PublishAttempt.step.in_(STEPS),
    )
    session.execute(left.values(outcome=Outcome.UNKNOWN, finished_at=now, error_code="publish.interrupted"))


def _among(only: Collection[str] | None) -> ColumnElement[bool]:
    return Withdrawal.publication_id.in_(only) if only is not None else Withdrawal.id.is_not(None)


def _reachable() -> ColumnElement[bool]:
    """A copy or a restored state writes nothing; a channel that Meta refuses is not asked again and again."""
    hopeless = and_(Withdrawal.status == WithdrawalStatus.BY_HAND, Channel.status == ChannelStatus.STOPPED)
    return and_(~is_paused(PauseKind.RESTORED), ~hopeless)


def _move(session: Session, row: Withdrawal, **values: object) -> bool:
    """Only if nobody else has taken it: the row in hand shows the lease that it was read with."""
    done = session.execute(
        update(Withdrawal)
        .where(Withdrawal.id == row.id, Withdrawal.status.in_(OPEN), Withdrawal.retry_at == row.retry_at)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]  # a CursorResult for UPDATE
        return False
    for name, value in values.items():
        setattr(row, name, value)
    return True


def _fresh(desk: Desk, row: Withdrawal) -> Publication:
    with desk.database.read() as session:
        return load(session, row.publication_id)


# -- by state -----------------------------------------------------------------------------------------------------


def _wait(desk: Desk, row: Withdrawal, _publication: Publication) -> None:
    with desk.database.write() as session:
        _move(session, row, retry_at=desk.clock.now() + SOON)


def _look_first(desk: Desk, row: Withdrawal, publication: Publication) -> None:
    """Its outcome is not known: `settle_due` reads it back, and what it could not settle is read once more here."""
    if publication.retry_at is not None:
        _wait(desk, row, publication)
        return
    finding = read_back(desk, publication)
    with desk.database.write() as session:
        if finding.presence is protocol.Presence.PUBLISHED and finding.released is not None:
            published(session, publication, finding.released, desk.clock.now())
            _move(session, row, retry_at=desk.clock.now())
        elif finding.presence is protocol.Presence.ABSENT:
            change(session, publication, _S.RETRACTED)
            _move(session, row, retry_at=desk.clock.now())
        else:
            _by_hand(session, row, desk.clock.now(), code="publish.unclear", params={})


def _delete(desk: Desk, row: Withdrawal, publication: Publication) -> None:
    """It is out. A pause leaves it there, since a person decides on that; a takedown deletes it and looks."""
    now = desk.clock.now()
    if row.kind == WithdrawalKind.DISARM:
        with desk.database.write() as session:
            _end(session, row, WithdrawalStatus.TOO_LATE, now)
        return
    remote_id = publication.remote_id or ""
    channel = desk.open_channel(publication.channel)
    gone = not channel.exists(remote_id)
    if not gone and row.status == WithdrawalStatus.PENDING:
        _refuse_read_only(publication)
        _call(desk, publication, "retract", lambda: channel.retract(remote_id))
        gone = not channel.exists(remote_id)
    with desk.database.write() as session:
        if not gone:
            _again(session, row, desk.clock.now())
        elif change(session, publication, _S.RETRACTED, next_read_at=None, retry_at=None, error_code=None):
            _end(session, row, WithdrawalStatus.DONE, desk.clock.now())
        else:  # its first comment was under way: look again
            _move(session, row, retry_at=desk.clock.now() + SOON)


def _disarm(desk: Desk, row: Withdrawal, publication: Publication) -> None:
    """Taken back from Meta's scheduler. One that has gone out meanwhile is published, and handled as such."""
    channel = desk.open_channel(publication.channel)
    post_id = _post_id(publication.parts)
    if not post_id:  # whether it stands there is being found out
        _wait(desk, row, publication)
        return
    if channel.exists(post_id) and row.status == WithdrawalStatus.PENDING:
        _refuse_read_only(publication)
        if not _discarded(desk, publication, channel):
            if not _went_out(desk, row, publication):
                _wait(desk, row, publication)
            return
    gone = not channel.exists(post_id)
    if not gone and row.status == WithdrawalStatus.BY_HAND and _went_out(desk, row, publication):
        return  # its time came before a person did
    with desk.database.write() as session:
        if not gone:
            _again(session, row, desk.clock.now())
        elif _unscheduled(session, publication, row):
            _end(session, row, WithdrawalStatus.DONE, desk.clock.now())
        else:  # somebody has changed it meanwhile: look again
            _move(session, row, retry_at=desk.clock.now() + SOON)


def _unscheduled(session: Session, publication: Publication, row: Withdrawal) -> bool:
    idle: dict[str, object] = {"parts": {}, "prepared_at": None, "retry_at": None}
    if row.kind == WithdrawalKind.TAKEDOWN:
        return change(session, publication, _S.RETRACTED, held_reason=None, **idle)
    return change(session, publication, _S.HELD, held_reason=HeldReason.PAUSED, **idle)


def _discarded(desk: Desk, publication: Publication, channel: protocol.Channel) -> bool:
    """False when Meta says that it is out already."""
    try:
        _call(desk, publication, "withdraw", lambda: channel.discard(publication.parts))
    except MetaError as error:
        if error.code != ALREADY_OUT:
            raise
        return False
    return True


def _went_out(desk: Desk, row: Withdrawal, publication: Publication) -> bool:
    finding = read_back(desk, publication)
    if finding.released is None:
        return False
    altered = _altered(desk, publication, finding.released.remote_id)
    with desk.database.write() as session:
        if published(session, publication, finding.released, desk.clock.now()):
            change(session, publication, _S.PUBLISHED, altered=altered)
        _move(session, row, retry_at=desk.clock.now())
    return True


def _altered(desk: Desk, publication: Publication, remote_id: str) -> dict[str, str]:
    """What went out may be what somebody had made of it in Meta's schedule."""
    schedule = desk.open_channel(publication.channel).schedule
    seen = schedule.read(remote_id) if schedule else None
    return alterations.found(desk, publication, schedule, seen) if schedule and seen else publication.altered


def _discard(desk: Desk, row: Withdrawal, publication: Publication) -> None:
    """Nobody sees it: what lies prepared at Meta is deleted, in each set of parts that was ever made."""
    now = desk.clock.now()
    with desk.database.write() as session:
        if row.kind == WithdrawalKind.DISARM:  # it is with a person again
            _end(session, row, WithdrawalStatus.DONE, now)
            return
        if row.status == WithdrawalStatus.BY_HAND and row.error_code == MAYBE_OUT:  # until she says that it is gone
            _move(session, row, retry_at=now + LOOK)
            return
        stopped = publication.status == _S.RETRACTED or _stop(session, publication)
        waits = not stopped or _busy(session, publication, now)
        if not waits:
            abandon_attempts(session, publication, now)
        sets = _prepared(session, publication)
    if waits:
        _wait(desk, row, publication)
        return
    if publication.channel.kind == ChannelKind.FACEBOOK_PAGE and sets:
        _refuse_read_only(publication)
        for parts in sets:
            _discard_one(desk, publication, parts)
    with desk.database.write() as session:
        change(session, publication, _S.RETRACTED, parts={})
        if _may_be_out(publication):
            _by_hand(session, row, desk.clock.now(), code=MAYBE_OUT, params={})
        else:
            _end(session, row, WithdrawalStatus.DONE, desk.clock.now())


def _discard_one(desk: Desk, publication: Publication, parts: dict[str, str]) -> None:
    """Instagram's containers cannot be deleted: unreleased they expire. What turns out to be visible is deleted."""
    channel = desk.open_channel(publication.channel)
    post_id = _post_id(parts)
    if post_id and not channel.exists(post_id):
        return
    try:
        _call(desk, publication, "discard", lambda: channel.discard(parts))
    except MetaError as error:
        if error.code != ALREADY_OUT:
            raise
        _call(desk, publication, "retract", lambda: channel.retract(post_id))
    if post_id and channel.exists(post_id):
        raise MetaError("withdraw.still_there")


_HANDLERS: dict[PublicationStatus, Callable[[Desk, Withdrawal, Publication], None]] = {
    _S.RELEASING: _wait,
    _S.UNKNOWN: _look_first,
    _S.PUBLISHED: _delete,
    _S.ENTRUSTED: _disarm,
}


# -- what they share ----------------------------------------------------------------------------------------------


def _refuse_read_only(publication: Publication) -> None:
    """Such a channel is never written to, so a person has to."""
    if publication.channel.mode != ChannelMode.LIVE:
        raise MetaError("withdraw.read_only", permanent=True)


def _call(desk: Desk, publication: Publication, step: str, call: Callable[[], None]) -> None:
    """One write at Meta with its attempt row committed before."""
    now = desk.clock.now()
    with desk.database.write() as session:
        attempt = start_attempt(session, publication, step, now)
    try:
        call()
    except MetaError as error:
        with desk.database.write() as session:
            end_attempt(session, attempt, desk.clock.now(), error=error)
        if error.maybe_done or error.code == "meta.gone":
            return  # read back by the caller
        raise
    with desk.database.write() as session:
        end_attempt(session, attempt, desk.clock.now())


def _prepared(session: Session, publication: Publication) -> list[dict[str, str]]:
    """Every set of parts that attempts have made, the newest last; parts that were made anew begin another set."""
    sets: list[dict[str, str]] = [{}]
    made = select(PublishAttempt).where(
        PublishAttempt.publication_id == publication.id,
        PublishAttempt.remote_id.is_not(None),
        PublishAttempt.step.not_in((*STEPS, "release", "first_comment")),
    )
    for attempt in session.scalars(made.order_by(PublishAttempt.started_at, PublishAttempt.number)):
        if attempt.step in sets[-1]:
            sets.append({})
        sets[-1][attempt.step] = attempt.remote_id or ""
    return [parts for parts in sets if parts]


def _post_id(parts: Mapping[str, str]) -> str:
    """Of the post as it lies at Meta, unpublished or in Meta's scheduler; empty where it is made by its release."""
    return parts.get("post") or parts.get("entrust") or ""


def _busy(session: Session, publication: Publication, now: datetime) -> bool:
    """Another process is in the middle of a call that makes a part; what it makes must be known before we discard."""
    started = select(PublishAttempt.id).where(
        PublishAttempt.publication_id == publication.id,
        PublishAttempt.outcome == Outcome.STARTED,
        PublishAttempt.step.not_in(STEPS),
        PublishAttempt.started_at > now - LEASE,
    )
    return session.scalar(started.limit(1)) is not None


def _again(session: Session, row: Withdrawal, now: datetime) -> None:
    """Meta said that it was done, and yet it is there: ask again, and in the end a person."""
    if row.status == WithdrawalStatus.BY_HAND:
        _move(session, row, retry_at=now + LOOK)
    elif row.tries + 1 >= MOST_TRIES:
        _by_hand(session, row, now, code="withdraw.still_there", params={})
    else:
        retry_at = now + timedelta(seconds=10 * 2**row.tries)
        _move(session, row, retry_at=retry_at, tries=row.tries + 1, error_code="withdraw.still_there", error_params={})


def _by_hand(session: Session, row: Withdrawal, now: datetime, *, code: str, params: dict[str, object]) -> None:
    told = {"status": WithdrawalStatus.BY_HAND, "error_code": code, "error_params": params}
    _move(session, row, retry_at=now + LOOK, **told)


def _put_off(desk: Desk, row: Withdrawal, publication: Publication, error: MetaError) -> None:
    """A refusal is a person's to carry out by hand; a passing fault waits, and says so wherever it is shown."""
    now = desk.clock.now()
    with desk.database.write() as session:
        stop_channel(session, publication, error)
        if error.permanent and not error.maybe_done:
            _by_hand(session, row, now, code=error.code, params=error_params(error))
        else:
            seen = {"error_code": error.code, "error_params": error_params(error)}
            _move(session, row, retry_at=back_off(row.tries, error, now), tries=row.tries + 1, **seen)


def _end(session: Session, row: Withdrawal, status: WithdrawalStatus, now: datetime) -> None:
    if _move(session, row, status=status, retry_at=None, ended_at=now, error_code=None, error_params={}):
        done = {"kind": row.kind, "status": status.value}
        session.add(AuditEvent(at=now, event="publication.withdrawn", subject=row.publication_id, details=done))
