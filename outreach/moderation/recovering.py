"""After a restore: what was asked of Meta and is not known to be done is compared with what stands there, never redone.

A comment that does not stand as asked may never have been touched, or was hidden and shown again by a decision that the
backup does not have. Nobody but a person can tell, so it goes back into the queue.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from outreach.db import Database, move, readable
from outreach.meta.protocol import Channel, RemoteComment
from outreach.states import ActionKind, ActionStatus, CommentState, ReviewState
from outreach.tables import Action, AuditEvent, Comment
from outreach.tables import Channel as ChannelRow

RESTORED = "action.restored"


def settle_restored(database: Database, channel: Channel, row: ChannelRow, *, now: datetime) -> int:
    """Compare every open action on a channel's comments with Meta; how many there were. Raises MetaError."""
    with database.read() as session:
        ids = session.scalars(_open_actions(row)).all()
    for action_id in ids:
        with database.read() as session:
            comment = session.get_one(Comment, session.get_one(Action, action_id).comment_id)
        remote_id = readable(comment, "remote_id")
        found = channel.comment(remote_id) if remote_id else None
        with database.write() as session:
            _settle(session, session.get_one(Action, action_id), found, now=now)
    return len(ids)


def _open_actions(row: ChannelRow) -> Select[str]:
    unclear = and_(Action.status == ActionStatus.UNKNOWN, Action.retry_at.is_not(None))
    waits = or_(Action.status.in_((ActionStatus.PENDING, ActionStatus.RUNNING)), unclear)
    ours = Comment.channel_id == row.id
    return (
        select(Action.id).join(Comment, Comment.id == Action.comment_id).where(ours, waits).order_by(Action.created_at)
    )


def _settle(session: Session, action: Action, found: RemoteComment | None, *, now: datetime) -> None:
    comment = session.get_one(Comment, action.comment_id)
    if comment.state != CommentState.PURGED:
        comment.state = _state(found)
    if _stands(action, found):
        move(session, action, to=ActionStatus.DONE, done_at=now, retry_at=None, error_code=None)
        return
    move(session, action, to=ActionStatus.FAILED, retry_at=None, error_code=RESTORED)
    if found is not None and comment.review_state == ReviewState.DECIDED:
        comment.review_state = ReviewState.QUEUED
        comment.decided_at = None
        session.add(AuditEvent(at=now, event="comment.requeued", subject=comment.id, details={"code": RESTORED}))


def _state(found: RemoteComment | None) -> CommentState:
    if found is None:
        return CommentState.GONE
    return CommentState.HIDDEN if found.hidden else CommentState.VISIBLE


def _stands(action: Action, found: RemoteComment | None) -> bool:
    if found is None:
        return action.kind == ActionKind.DELETE
    return {ActionKind.HIDE: found.hidden, ActionKind.UNHIDE: not found.hidden}.get(ActionKind(action.kind), False)
