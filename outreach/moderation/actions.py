"""What decisions ask of Meta: one committed attempt before each call, unclear outcomes read back, never repeated blind.

Hiding, unhiding and deleting are made safe to repeat by looking at the comment first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from outreach import logs
from outreach.db import Database, move
from outreach.errors import MetaError, OutreachError, VaultError, describe
from outreach.meta.protocol import Channel
from outreach.moderation.going import is_locked
from outreach.states import ActionKind, ActionStatus, ChannelMode, ChannelStatus, CommentState, Outcome, PauseKind
from outreach.tables import Action, ActionAttempt, Case, Comment, Pause
from outreach.tables import Channel as ChannelRow

log = logs.get("moderation")

#: longer than a call can take (connect 60 s, read 300 s at most): a row still running is of a process that died
LEASE = timedelta(minutes=7)
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=30)
TRIES = 12  # about four hours, then a person

OpenChannel = Callable[[ChannelRow], Channel]


@dataclass(frozen=True)
class Order:
    """One call to make, with what it needs, read before the transaction ended."""

    action_id: str
    attempt_id: str
    kind: ActionKind
    channel: ChannelRow = field(repr=False)
    remote_id: str = field(repr=False)
    read_first: bool  #: an earlier try may have done it


@dataclass(frozen=True)
class Result:
    outcome: Outcome
    status: ActionStatus
    error_code: str | None = None
    retry_after: float | None = None


def run_actions(database: Database, open_channel: OpenChannel, *, now: datetime) -> bool:
    """Carry out one action that is due; True if there may be more."""
    with database.read() as session:
        action_id = session.scalar(_due(now))
    if action_id is None:
        return False
    order = _start(database, action_id, now=now)
    if order is not None:
        _finish(database, order, _carry_out(order, open_channel), now=now)
    return True


def _due(now: datetime) -> Select[str]:
    """The oldest due action, one at a time for a comment, so that an unhide never overtakes its hide."""
    earlier = aliased(Action)
    active = or_(
        earlier.status.in_((ActionStatus.PENDING, ActionStatus.RUNNING)),
        and_(earlier.status == ActionStatus.UNKNOWN, earlier.retry_at.is_not(None)),
    )
    behind = (
        select(earlier.id)
        .where(
            earlier.comment_id == Action.comment_id,
            active,
            earlier.created_at < Action.created_at,
        )
        .exists()
    )
    waits = and_(Action.status == ActionStatus.PENDING, or_(Action.retry_at.is_(None), Action.retry_at <= now))
    asks_again = and_(Action.status.in_((ActionStatus.UNKNOWN, ActionStatus.RUNNING)), Action.retry_at <= now)
    return (
        select(Action.id)
        .join(Comment, Comment.id == Action.comment_id)
        .join(ChannelRow, ChannelRow.id == Comment.channel_id)
        .where(or_(waits, asks_again), ~behind, ChannelRow.status != ChannelStatus.STOPPED, ~_restored())
        .order_by(Action.created_at, Action.id)
        .limit(1)
    )


def _restored() -> ColumnElement[bool]:
    """Out of a backup, and nobody has looked yet: what it asks of Meta may be done, undone or out of date."""
    on_it = or_(Pause.channel_id.is_(None), Pause.channel_id == ChannelRow.id)
    return exists().where(Pause.ended_at.is_(None), Pause.kind == PauseKind.RESTORED, on_it).correlate(ChannelRow)


def _start(database: Database, action_id: str, *, now: datetime) -> Order | None:
    """Take the action and commit an attempt; None when another was first or it cannot be done at all."""
    with database.write() as session:
        action = session.get_one(Action, action_id)
        comment = session.get_one(Comment, action.comment_id)
        read_first = action.status != ActionStatus.PENDING
        remote_id = _remote_id(comment)
        # An earlier try of ours may be why it is gone: that is read back like any other.
        locked = not read_first and _is_locked(session, comment)
        refusal = "action.locked" if locked else _refusal(comment, action, remote_id)
        if refusal is not None:
            move(session, action, to=ActionStatus.FAILED, error_code=refusal, retry_at=None)
            return None
        if not _take(session, action, now=now):
            return None
        _settle_left_over(session, action, now=now)
        attempt = ActionAttempt(action_id=action.id, started_at=now, outcome=Outcome.STARTED)
        session.add(attempt)
        return Order(action.id, attempt.id, ActionKind(action.kind), comment.channel, remote_id or "", read_first)


def _is_locked(session: Session, comment: Comment) -> bool:
    return is_locked(comment, session.scalar(select(Case).where(Case.comment_id == comment.id)))


def _take(session: Session, action: Action, *, now: datetime) -> bool:
    """Compare-and-set on status and tries: a left-over running row may be taken by one process only."""
    taken = session.execute(
        update(Action)
        .where(Action.id == action.id, Action.status == action.status, Action.tries == action.tries)
        .values(status=ActionStatus.RUNNING, tries=Action.tries + 1, retry_at=now + LEASE)
        .execution_options(synchronize_session=False)
    )
    return bool(taken.rowcount == 1)  # type: ignore[attr-defined]  # a CursorResult for UPDATE


def _remote_id(comment: Comment) -> str | None:
    try:
        return comment.remote_id
    except VaultError as error:
        log.warning("comment.not_opened", comment=comment.id, **describe(error))
        return None


def _refusal(comment: Comment, action: Action, remote_id: str | None) -> str | None:
    if comment.channel.mode == ChannelMode.READ_ONLY:
        return "action.read_only"
    if remote_id is None:
        return "action.purged"
    return None if action.kind in _CALLS else "action.unsupported"


def _settle_left_over(session: Session, action: Action, *, now: datetime) -> None:
    session.execute(
        update(ActionAttempt)
        .where(ActionAttempt.action_id == action.id, ActionAttempt.outcome == Outcome.STARTED)
        .values(outcome=Outcome.UNKNOWN, finished_at=now, error_code="action.interrupted")
    )


def _carry_out(order: Order, open_channel: OpenChannel) -> Result:
    """The call, outside any transaction."""
    try:
        channel = open_channel(order.channel)
        if order.read_first and (found := _read_back(channel, order)) is not None:
            return found
        _CALLS[order.kind](channel, order.remote_id)
    except MetaError as error:
        return _failed(error)
    except OutreachError as error:
        return Result(Outcome.FAILED, ActionStatus.FAILED, error.code)
    except Exception as error:  # noqa: BLE001  a bug in a channel must not stop the other actions
        log.warning("action.broke", action=order.action_id, **describe(error))
        return Result(Outcome.UNKNOWN, ActionStatus.UNKNOWN, "error.unexpected")
    return Result(Outcome.OK, ActionStatus.DONE)


def _read_back(channel: Channel, order: Order) -> Result | None:
    """What an earlier, unclear try came to; None: it did nothing, so the call may be made."""
    comment = channel.comment(order.remote_id)
    if comment is None:
        done = order.kind is ActionKind.DELETE
        return Result(Outcome.OK, ActionStatus.DONE) if done else _GONE
    wanted = {ActionKind.HIDE: comment.hidden, ActionKind.UNHIDE: not comment.hidden}
    return Result(Outcome.OK, ActionStatus.DONE) if wanted.get(order.kind, False) else None


def _failed(error: MetaError) -> Result:
    if error.maybe_done:
        return Result(Outcome.UNKNOWN, ActionStatus.UNKNOWN, error.code, error.retry_after)
    if error.permanent:
        return Result(Outcome.FAILED, ActionStatus.FAILED, error.code)
    return Result(Outcome.FAILED, ActionStatus.PENDING, error.code, error.retry_after)


def _finish(database: Database, order: Order, result: Result, *, now: datetime) -> None:
    with database.write() as session:
        attempt = session.get_one(ActionAttempt, order.attempt_id)
        attempt.outcome, attempt.finished_at, attempt.error_code = result.outcome, now, result.error_code
        action = session.get_one(Action, order.action_id)
        if action.status != ActionStatus.RUNNING:
            return
        if result.status is ActionStatus.DONE:
            _done(session, action, now=now)
        else:
            _not_done(session, action, result, now=now)


def _done(session: Session, action: Action, *, now: datetime) -> None:
    move(session, action, to=ActionStatus.DONE, done_at=now, retry_at=None, error_code=None)
    session.execute(
        update(Comment)
        .where(Comment.id == action.comment_id, Comment.state != CommentState.PURGED)
        .values(state=_STATES[ActionKind(action.kind)])
    )


def _not_done(session: Session, action: Action, result: Result, *, now: datetime) -> None:
    """Wait and try again, or, after many tries, leave it to a person: what is unclear stays `unknown`."""
    given_up = action.tries >= TRIES
    waiting = result.status in {ActionStatus.PENDING, ActionStatus.UNKNOWN}
    status = ActionStatus.FAILED if given_up and result.status is ActionStatus.PENDING else result.status
    retry_at = now + _wait(action.tries, result.retry_after) if waiting and not given_up else None
    move(session, action, to=status, error_code=result.error_code, retry_at=retry_at)


def _wait(tries: int, retry_after: float | None) -> timedelta:
    backoff: timedelta = min(FIRST_WAIT * 2 ** max(tries - 1, 0), LONGEST_WAIT)
    return max(backoff, timedelta(seconds=retry_after)) if retry_after is not None else backoff


_GONE = Result(Outcome.FAILED, ActionStatus.FAILED, "action.gone")
_CALLS: dict[ActionKind, Callable[[Channel, str], None]] = {
    ActionKind.HIDE: lambda channel, remote_id: channel.hide(remote_id),
    ActionKind.UNHIDE: lambda channel, remote_id: channel.unhide(remote_id),
    ActionKind.DELETE: lambda channel, remote_id: channel.delete(remote_id),
}
_STATES = {
    ActionKind.HIDE: CommentState.HIDDEN,
    ActionKind.UNHIDE: CommentState.VISIBLE,
    ActionKind.DELETE: CommentState.GONE,
}
