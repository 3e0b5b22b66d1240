"""One comment as Meta gives it becomes, changes or leaves alone one row."""

from __future__ import annotations

import json
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.db import is_keyed, keyed
from outreach.meta.protocol import RemoteComment
from outreach.states import CommentState, ReviewState
from outreach.tables import Comment, CommentRevision, Publication


class Ingested(StrEnum):
    NEW = "new"
    EDITED = "edited"  #: a new revision; it is classified again
    SAME = "same"
    PURGED = "purged"  #: a tombstone: its text does not come back


def ingest(session: Session, publication: Publication, remote: RemoteComment, now: datetime) -> Ingested:
    """Store what is new about a comment. Unique by channel and the keyed hash of its id."""
    row = find(session, publication.channel_id, remote.id)
    if row is None:
        session.add(_new(session, publication, remote, now))
        session.flush()
        return Ingested.NEW
    if row.state == CommentState.PURGED:
        return Ingested.PURGED
    row.absences = 0
    row.state = CommentState.HIDDEN if remote.hidden else CommentState.VISIBLE
    if row.parent_id is None and remote.parent_id:
        row.parent_id = _parent_id(session, publication.channel_id, remote)
    if row.text == remote.text and row.has_attachment == remote.has_attachment:
        return Ingested.SAME
    _revise(session, row, remote, now)
    return Ingested.EDITED


def find(session: Session, channel_id: str, remote_id: str) -> Comment | None:
    return session.scalar(
        select(Comment).where(Comment.channel_id == channel_id, is_keyed(Comment.remote_key, remote_id))
    )


def whole_hour(moment: datetime) -> datetime:
    """All that stands in clear of when a comment was written or read (design §2.13)."""
    return moment.replace(minute=0, second=0, microsecond=0)


def _new(session: Session, publication: Publication, remote: RemoteComment, now: datetime) -> Comment:
    return Comment(
        channel_id=publication.channel_id,
        publication_id=publication.id,
        parent_id=_parent_id(session, publication.channel_id, remote),
        remote_key=keyed(Comment.remote_key, remote.id),
        remote_id=remote.id,
        author_key=keyed(Comment.author_key, remote.author_id) if remote.author_id else None,
        author_name=remote.author_name,
        own=remote.own,
        hour=whole_hour(remote.created_at),
        seen_hour=whole_hour(now),
        times=json.dumps({"created_at": remote.created_at.isoformat(), "seen_at": now.isoformat()}),
        state=CommentState.HIDDEN if remote.hidden else CommentState.VISIBLE,
        has_attachment=remote.has_attachment,
        text=remote.text,
        text_key=keyed(Comment.text_key, remote.text),
        permalink=remote.permalink,
        # our own words need no review
        review_state=ReviewState.CLEAR if remote.own else ReviewState.PENDING,
    )


def _parent_id(session: Session, channel_id: str, remote: RemoteComment) -> str | None:
    parent = find(session, channel_id, remote.parent_id) if remote.parent_id else None
    return parent.id if parent else None


def _revise(session: Session, row: Comment, remote: RemoteComment, now: datetime) -> None:
    """Keep the old text as a revision. `review_state` is left to the next classification, which may only raise it."""
    session.add(CommentRevision(comment_id=row.id, number=row.revision, text=row.text, replaced_hour=whole_hour(now)))
    row.revision += 1
    row.text = remote.text
    row.text_key = keyed(Comment.text_key, remote.text)
    row.has_attachment = remote.has_attachment
    session.flush()
