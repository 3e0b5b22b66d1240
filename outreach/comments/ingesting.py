"""One comment as Meta gives it becomes, changes or leaves alone one row."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from outreach.db import every_key, is_keyed, keyed
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
    return ingest_page(session, publication, [remote], now)[0]


def ingest_page(
    session: Session, publication: Publication, page: Sequence[RemoteComment], now: datetime
) -> list[Ingested]:
    """Store what is new about many comments of one post; one look-up for all of them."""
    known = _known(session, publication.channel_id, page)
    return [_ingest(session, publication, _mended(remote), known, now) for remote in page]


def _mended(remote: RemoteComment) -> RemoteComment:
    """Half an emoji, cut off by somebody's program, can be neither sent nor shown: one such must stop nothing."""
    name = remote.author_name
    return replace(remote, text=_encodable(remote.text), author_name=_encodable(name) if name else name)


def _encodable(text: str) -> str:
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _add(session: Session, publication: Publication, remote: RemoteComment, now: datetime) -> Comment | None:
    """The new row; None when a webhook and a read met, and the other was first."""
    row = _new(session, publication, remote, now)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return None
    return row


def find(session: Session, channel_id: str, remote_id: str) -> Comment | None:
    return session.scalar(
        select(Comment).where(Comment.channel_id == channel_id, is_keyed(Comment.remote_key, remote_id))
    )


def _found(session: Session, channel_id: str, remote_id: str) -> Comment:
    row = find(session, channel_id, remote_id)
    assert row is not None  # noqa: S101  its key is taken
    return row


def is_news(session: Session, publication: Publication, page: Sequence[RemoteComment]) -> bool:
    """Whether storing this page would change anything: most reads find nothing new and need no transaction."""
    known = _known(session, publication.channel_id, page)
    return any(_differs(known.get(remote.id), _mended(remote)) for remote in page)


def _known(session: Session, channel_id: str, page: Iterable[RemoteComment]) -> dict[str, Comment]:
    """The rows that we have, by Meta's id."""
    by_key = {key: remote.id for remote in page for key in every_key(Comment.remote_key, [remote.id])}
    rows = session.scalars(select(Comment).where(Comment.channel_id == channel_id, Comment.remote_key.in_(by_key)))
    return {by_key[row.remote_key]: row for row in rows}


def _differs(row: Comment | None, remote: RemoteComment) -> bool:
    if row is None:
        return True
    if row.state == CommentState.PURGED:
        return False
    state = CommentState.HIDDEN if remote.hidden else CommentState.VISIBLE
    orphan = row.parent_id is None and remote.parent_id is not None
    return row.state != state or row.absences > 0 or orphan or _is_edited(row, remote)


def _is_edited(row: Comment, remote: RemoteComment) -> bool:
    """By the keyed hash: nothing needs to be opened to see that nothing changed."""
    return row.text_key not in every_key(Comment.text_key, [remote.text]) or row.has_attachment != remote.has_attachment


def _ingest(
    session: Session, publication: Publication, remote: RemoteComment, known: dict[str, Comment], now: datetime
) -> Ingested:
    row = known.get(remote.id)
    if row is None:
        added = _add(session, publication, remote, now)
        row = known[remote.id] = added or _found(session, publication.channel_id, remote.id)
        if added:
            return Ingested.NEW
    if row.state == CommentState.PURGED:
        return Ingested.PURGED
    row.absences = 0
    row.state = CommentState.HIDDEN if remote.hidden else CommentState.VISIBLE
    if row.parent_id is None and remote.parent_id:
        row.parent_id = _parent_id(session, publication.channel_id, remote)
    if not _is_edited(row, remote):
        return Ingested.SAME
    # On PostgreSQL a webhook and a complete read may both see an edit, or a purge be under way: one after the other.
    session.flush()
    session.refresh(row, with_for_update={"of": Comment})
    if row.state == CommentState.PURGED:
        return Ingested.PURGED
    if not _is_edited(row, remote):
        return Ingested.SAME
    _revise(session, row, remote, now)
    return Ingested.EDITED


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
