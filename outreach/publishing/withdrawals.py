"""The wish to take a publication back, as a row: asked for, leased, put off, handed to a person, ended.

It stops every release at once. What is then done at Meta is `withdrawing`'s.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, select, update
from sqlalchemy.orm import Session

from outreach.errors import MetaError
from outreach.meta.refusals import TOKEN_DEAD
from outreach.publishing.desk import (
    LEASE,
    Desk,
    back_off,
    change,
    error_params,
    is_paused,
    is_unread,
    stop_channel,
    stop_serving,
)
from outreach.states import (
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
LOOK = timedelta(minutes=2)  #: between looks whether a person has deleted it by hand
MOST_TRIES = 6  #: deletions that Meta says are done and that reading back denies, before a person is asked
OPEN = (WithdrawalStatus.PENDING, WithdrawalStatus.BY_HAND)
#: not visible and not about to be: they stop at once
STILL = (_S.DRAFT, _S.APPROVED, _S.SCHEDULED, _S.PREPARING, _S.PREPARED, _S.HELD, _S.FAILED, _S.CANCELLED)
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
        stop(session, publication)
    row.status, row.retry_at, row.tries = pending, now, 0
    session.flush()
    return row


def _open() -> Select[Withdrawal]:
    return select(Withdrawal).where(Withdrawal.status.in_(OPEN))


def stop(session: Session, publication: Publication) -> bool:
    """Nothing of it is visible: it never will be. False when it has gone on meanwhile, or is out."""
    if publication.status not in STILL:
        return False
    stop_serving(session, publication)
    unsure = may_be_out(publication) or is_unread(session, publication)
    doubt = HeldReason.ALREADY_POSTED if unsure else None
    idle: dict[str, object] = {"retry_at": None, "error_code": None, "error_params": {}}
    return change(session, publication, _S.RETRACTED, held_reason=doubt, **idle)


def may_be_out(publication: Publication) -> bool:
    """Since a restore it is not known whether it is out, and not found among what Meta lists, as no story is."""
    return publication.held_reason == HeldReason.ALREADY_POSTED and not publication.error_params.get("post")


def claim(desk: Desk, only: Collection[str] | None) -> Withdrawal | None:
    """Compare-and-set on the lease, so that of two processes one works on it."""
    now = desk.clock.now()
    due = _open().where(Withdrawal.retry_at <= now, _among(only), _reachable())
    due = due.join(Publication).join(Channel).order_by(Withdrawal.retry_at, Withdrawal.id)
    with desk.database.read() as session:
        waiting = session.scalars(due).all()
    for row in waiting:
        with desk.database.write() as session:
            if move(session, row, retry_at=now + LEASE, status=_tried_as(row)):
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


def move(session: Session, row: Withdrawal, **values: object) -> bool:
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


def again(session: Session, row: Withdrawal, now: datetime) -> None:
    """Meta said that it was done, and yet it is there: ask again, and in the end a person."""
    if row.status == WithdrawalStatus.BY_HAND:
        move(session, row, retry_at=now + LOOK)
    elif row.tries + 1 >= MOST_TRIES:
        by_hand(session, row, now, code="withdraw.still_there", params={})
    else:
        retry_at = now + timedelta(seconds=10 * 2**row.tries)
        move(session, row, retry_at=retry_at, tries=row.tries + 1, error_code="withdraw.still_there", error_params={})


def by_hand(session: Session, row: Withdrawal, now: datetime, *, code: str, params: dict[str, object]) -> None:
    told = {"status": WithdrawalStatus.BY_HAND, "error_code": code, "error_params": params}
    move(session, row, retry_at=now + LOOK, **told)


def put_off(desk: Desk, row: Withdrawal, publication: Publication, error: MetaError) -> None:
    """A refusal is a person's to carry out by hand; a passing fault waits, and says so wherever it is shown."""
    now = desk.clock.now()
    with desk.database.write() as session:
        stop_channel(session, publication, error)
        if error.permanent and not error.maybe_done:
            by_hand(session, row, now, code=error.code, params=error_params(error))
        else:
            seen = {"error_code": error.code, "error_params": error_params(error)}
            move(session, row, retry_at=back_off(row.tries, error, now), tries=row.tries + 1, **seen)


def end(session: Session, row: Withdrawal, status: WithdrawalStatus, now: datetime) -> None:
    if move(session, row, status=status, retry_at=None, ended_at=now, error_code=None, error_params={}):
        done = {"kind": row.kind, "status": status.value}
        session.add(AuditEvent(at=now, event="publication.withdrawn", subject=row.publication_id, details=done))
