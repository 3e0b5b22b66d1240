"""Working a withdrawal off at Meta, in whatever state its publication is: its slot, Meta's scheduler, what is prepared,
what is published. Nothing counts as taken back until Meta, read back, confirms it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from outreach.errors import MetaError
from outreach.meta import protocol
from outreach.publishing import alterations, withdrawals
from outreach.publishing.desk import LEASE, Desk, abandon_attempts, change, end_attempt, is_paused, load, start_attempt
from outreach.publishing.releasing import published
from outreach.publishing.settling import read_back
from outreach.publishing.withdrawals import LOOK, OPEN, STEPS
from outreach.states import (
    ChannelKind,
    ChannelMode,
    HeldReason,
    Outcome,
    PauseKind,
    PublicationStatus,
    WithdrawalKind,
    WithdrawalStatus,
)
from outreach.tables import Publication, PublishAttempt, Withdrawal

_S = PublicationStatus
SOON = timedelta(seconds=5)  #: a release is under way, or being read back
ALREADY_OUT = "meta.already_published"
MAYBE_OUT = "withdraw.maybe_out"


def withdraw_due(desk: Desk, *, only: Collection[str] | None = None) -> bool:
    """Work on one withdrawal that is due, `only` of these publications. True if there may be more."""
    _arm_pauses(desk)
    row = withdrawals.claim(desk, only)
    if row is None:
        return False
    publication = _fresh(desk, row)
    try:
        _HANDLERS.get(_S(publication.status), _discard)(desk, row, publication)
    except MetaError as error:
        withdrawals.put_off(desk, row, publication, error)
    return True


def _arm_pauses(desk: Desk) -> None:
    """What was entrusted to Meta while a pause came is withdrawn like what was entrusted before."""
    now = desk.clock.now()
    with desk.database.read() as session:
        missed = session.scalars(_armed_without_order()).all()
    for publication in missed:
        with desk.database.write() as session:
            withdrawals.withdraw(
                session, publication, WithdrawalKind.DISARM, reason=PauseKind.CRISIS, user_id=None, now=now
            )


def _armed_without_order() -> Select[Publication]:
    ordered = select(Withdrawal.id).where(Withdrawal.publication_id == Publication.id, Withdrawal.status.in_(OPEN))
    return select(Publication).where(Publication.status == _S.ENTRUSTED, is_paused(PauseKind.CRISIS), ~ordered.exists())


def _fresh(desk: Desk, row: Withdrawal) -> Publication:
    with desk.database.read() as session:
        return load(session, row.publication_id)


# -- by state -----------------------------------------------------------------------------------------------------


def _wait(desk: Desk, row: Withdrawal, _publication: Publication) -> None:
    with desk.database.write() as session:
        withdrawals.move(session, row, retry_at=desk.clock.now() + SOON)


def _look_first(desk: Desk, row: Withdrawal, publication: Publication) -> None:
    """Its outcome is not known: `settle_due` reads it back, and what it could not settle is read once more here."""
    if publication.retry_at is not None:
        _wait(desk, row, publication)
        return
    finding = read_back(desk, publication)
    with desk.database.write() as session:
        if finding.presence is protocol.Presence.PUBLISHED and finding.released is not None:
            published(session, publication, finding.released, desk.clock.now())
            withdrawals.move(session, row, retry_at=desk.clock.now())
        elif finding.presence is protocol.Presence.ABSENT:
            change(session, publication, _S.RETRACTED)
            withdrawals.move(session, row, retry_at=desk.clock.now())
        else:
            withdrawals.by_hand(session, row, desk.clock.now(), code="publish.unclear", params={})


def _delete(desk: Desk, row: Withdrawal, publication: Publication) -> None:
    """It is out. A pause leaves it there, since a person decides on that; a takedown deletes it and looks."""
    now = desk.clock.now()
    if row.kind == WithdrawalKind.DISARM:
        with desk.database.write() as session:
            withdrawals.end(session, row, WithdrawalStatus.TOO_LATE, now)
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
            withdrawals.again(session, row, desk.clock.now())
        elif change(session, publication, _S.RETRACTED, next_read_at=None, retry_at=None, error_code=None):
            withdrawals.end(session, row, WithdrawalStatus.DONE, desk.clock.now())
        else:  # its first comment was under way: look again
            withdrawals.move(session, row, retry_at=desk.clock.now() + SOON)


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
            withdrawals.again(session, row, desk.clock.now())
        elif _unscheduled(session, publication, row):
            withdrawals.end(session, row, WithdrawalStatus.DONE, desk.clock.now())
        else:  # somebody has changed it meanwhile: look again
            withdrawals.move(session, row, retry_at=desk.clock.now() + SOON)


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
        withdrawals.move(session, row, retry_at=desk.clock.now())
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
            withdrawals.end(session, row, WithdrawalStatus.DONE, now)
            return
        if row.status == WithdrawalStatus.BY_HAND and row.error_code == MAYBE_OUT:  # until she says that it is gone
            withdrawals.move(session, row, retry_at=now + LOOK)
            return
        stopped = publication.status == _S.RETRACTED or withdrawals.stop(session, publication)
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
        if withdrawals.may_be_out(publication):
            withdrawals.by_hand(session, row, desk.clock.now(), code=MAYBE_OUT, params={})
        else:
            withdrawals.end(session, row, WithdrawalStatus.DONE, desk.clock.now())


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
