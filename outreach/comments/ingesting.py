"""Comments as Meta gives them become, change or leave alone one row each."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
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

Known = dict[str, Comment]  #: the rows that we have, by Meta's id


class Ingested(StrEnum):
    NEW = "new"
    EDITED = "edited"  #: a new revision; it is classified again
    SAME = "same"
    PURGED = "purged"  #: a tombstone: its text does not come back
    OLD = "old"  #: older than words are kept: scored, and a tombstone from the start
    GRAVE = "grave"  #: the same, and its labels say that a person may have been in danger
    LEFT = "left"  #: as old, and it could not be scored: nothing was stored, the next read asks again


def ingest(session: Session, publication: Publication, remote: RemoteComment, now: datetime) -> Ingested:
    """Store what is new about a comment. Unique by channel and the keyed hash of its id."""
    return ingest_page(session, publication, [remote], now)[0]


def ingest_page(
    session: Session, publication: Publication, page: Sequence[RemoteComment], now: datetime
) -> list[Ingested]:
    """Store what is new about many comments of one post: one look-up and one insert for all of them."""
    known = find_known(session, publication.channel_id, page)
    mended = [_mended(remote) for remote in page]
    added = _add_all(session, publication, mended, known, now)
    return [_outcome(session, publication, remote, added=added, known=known, now=now) for remote in mended]


def _outcome(
    session: Session, publication: Publication, remote: RemoteComment, *, added: set[str], known: Known, now: datetime
) -> Ingested:
    if remote.id in added:
        added.discard(remote.id)  # named twice on one page, it is the same the second time
        return Ingested.NEW
    row = known.get(remote.id) or _found(session, publication.channel_id, remote.id)
    return _update(session, row, remote, known, now)


def _mended(remote: RemoteComment) -> RemoteComment:
    """Half an emoji, cut off by somebody's program, can be neither sent nor shown: one such must stop nothing."""
    name = remote.author_name
    text, shown = _encodable(remote.text), _encodable(name) if name else name
    return remote if (text, shown) == (remote.text, name) else replace(remote, text=text, author_name=shown)


def _encodable(text: str) -> str:
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _add_all(
    session: Session, publication: Publication, page: Iterable[RemoteComment], known: Known, now: datetime
) -> set[str]:
    """Insert what we do not have, comments before their answers; the ids that were added."""
    new = {remote.id: remote for remote in page if remote.id not in known}
    rows = {remote_id: new_row(publication, remote, now) for remote_id, remote in new.items()}
    at_hand = known | rows
    for remote_id, remote in new.items():
        rows[remote_id].parent_id = at_hand[remote.parent_id].id if remote.parent_id in at_hand else None
    ordered = sorted(rows.items(), key=lambda item: item[1].parent_id is not None)
    try:
        with session.begin_nested():
            session.add_all(row for _, row in ordered)
    except IntegrityError:
        # A webhook and a read met: each row by itself, whoever is first.
        return _add_one_by_one(session, publication, [new[remote_id] for remote_id, _ in ordered], known, now)
    known.update(rows)
    return set(rows)


def _add_one_by_one(
    session: Session, publication: Publication, page: Iterable[RemoteComment], known: Known, now: datetime
) -> set[str]:
    added = set()
    for remote in page:
        row = new_row(publication, remote, now)
        row.parent_id = _parent_id(session, publication.channel_id, remote, known)
        try:
            with session.begin_nested():
                session.add(row)
        except IntegrityError:
            row = _found(session, publication.channel_id, remote.id)
        else:
            added.add(remote.id)
        known[remote.id] = row
    return added


def find(session: Session, channel_id: str, remote_id: str) -> Comment | None:
    return session.scalar(
        select(Comment).where(Comment.channel_id == channel_id, is_keyed(Comment.remote_key, remote_id))
    )


def _found(session: Session, channel_id: str, remote_id: str) -> Comment:
    row = find(session, channel_id, remote_id)
    assert row is not None  # noqa: S101  its key is taken
    return row


def is_news(known: Mapping[str, Comment], page: Iterable[RemoteComment]) -> bool:
    """Whether storing this page would change anything: most reads find nothing new and need no transaction."""
    return any(_differs(known.get(remote.id), _mended(remote)) for remote in page)


def find_known(session: Session, channel_id: str, page: Iterable[RemoteComment]) -> Known:
    """The rows of these comments, and of those that they answer."""
    wanted = {remote_id for remote in page for remote_id in (remote.id, remote.parent_id) if remote_id}
    by_key = {key: remote_id for remote_id in wanted for key in every_key(Comment.remote_key, [remote_id])}
    rows = session.scalars(select(Comment).where(Comment.channel_id == channel_id, Comment.remote_key.in_(by_key)))
    return {by_key[row.remote_key]: row for row in rows}


def _differs(row: Comment | None, remote: RemoteComment) -> bool:
    if row is None:
        return True
    if row.state == CommentState.PURGED:
        return False
    orphan = row.parent_id is None and remote.parent_id is not None
    moved = remote.photo is not None and row.photo != remote.photo
    return row.state != _state(remote) or row.absences > 0 or orphan or moved or _is_edited(row, remote)


def _state(remote: RemoteComment) -> CommentState:
    return CommentState.HIDDEN if remote.hidden else CommentState.VISIBLE


def _is_edited(row: Comment, remote: RemoteComment) -> bool:
    """By the keyed hash: nothing needs to be opened to see that nothing changed."""
    return row.text_key not in every_key(Comment.text_key, [remote.text]) or row.has_attachment != remote.has_attachment


def _update(session: Session, row: Comment, remote: RemoteComment, known: Known, now: datetime) -> Ingested:
    if row.state == CommentState.PURGED:
        return Ingested.PURGED
    row.absences, row.gone_hour = 0, None
    row.state = _state(remote)
    row.photo = remote.photo or row.photo
    if row.parent_id is None and remote.parent_id:
        row.parent_id = _parent_id(session, row.channel_id, remote, known)
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


def new_row(publication: Publication, remote: RemoteComment, now: datetime) -> Comment:
    return Comment(
        channel_id=publication.channel_id,
        publication_id=publication.id,
        photo=remote.photo,
        remote_key=keyed(Comment.remote_key, remote.id),
        remote_id=remote.id,
        author_key=keyed(Comment.author_key, remote.author_id) if remote.author_id else None,
        author_name=remote.author_name,
        own=remote.own,
        hour=whole_hour(remote.created_at),
        seen_hour=whole_hour(now),
        times=json.dumps({"created_at": remote.created_at.isoformat(), "seen_at": now.isoformat()}),
        state=_state(remote),
        has_attachment=remote.has_attachment,
        text=remote.text,
        text_key=keyed(Comment.text_key, remote.text),
        permalink=remote.permalink,
        # our own words need no review
        review_state=ReviewState.CLEAR if remote.own else ReviewState.PENDING,
    )


def _parent_id(session: Session, channel_id: str, remote: RemoteComment, known: Known) -> str | None:
    if not remote.parent_id:
        return None
    parent = known.get(remote.parent_id) or find(session, channel_id, remote.parent_id)
    return parent.id if parent else None


def _revise(session: Session, row: Comment, remote: RemoteComment, now: datetime) -> None:
    """Keep the old text as a revision. `review_state` is left to the next classification, which may only raise it."""
    session.add(CommentRevision(comment_id=row.id, number=row.revision, text=row.text, replaced_hour=whole_hour(now)))
    row.revision += 1
    row.text = remote.text
    row.text_key = keyed(Comment.text_key, remote.text)
    row.has_attachment = remote.has_attachment
    session.flush()
