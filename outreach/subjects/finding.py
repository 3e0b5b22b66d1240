"""Whose comment a link leads to, and which rows are hers under every epoch of keyed hashes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from outreach import logs, policy
from outreach.db import Database, every_key, readable
from outreach.errors import InvalidError, NotFoundError, OutreachError, describe
from outreach.meta import links
from outreach.meta.protocol import Channel
from outreach.states import Permission
from outreach.tables import AuditEvent, Comment, DeletionRequest, PostPhoto, Publication, User
from outreach.tables import Channel as ChannelRow

log = logs.get("subjects")

OpenChannel = Callable[[ChannelRow], Channel]
BATCH = 1000
AUDITED = 64  #: characters of a keyed hash that fit an audit row


@dataclass(frozen=True)
class Subject:
    """One author. Rows of a route that the asking user may not see are not among `comment_ids`."""

    comment_ids: tuple[str, ...]
    author_keys: frozenset[str] = field(repr=False)
    remote_keys: frozenset[str] = field(repr=False)
    complete: bool  #: her id was learnt from Meta, so that older epochs of hashes were searched too
    request_id: str | None = None  #: she asked through Meta

    @property
    def traces(self) -> frozenset[str]:
        """What audit rows about her may name."""
        hashes = (key[:AUDITED] for key in (*self.author_keys, *self.remote_keys))
        return frozenset((*self.comment_ids, *hashes))


def find_subject(database: Database, user: User, link: str, open_channel: OpenChannel, *, now: datetime) -> Subject:
    """The author of the comment behind a permalink, a comment's id, or a confirmation code of Meta's deletion address.

    Raises NotFoundError. Meta is asked for the author's id, which we keep only hashed; it may not give it. Finding is
    an access to what is held on a person: who and when are written down, with the keyed hash alone.
    """
    if not policy.may(user.roles, Permission.SUBJECTS_MANAGE):
        raise NotFoundError("subject.not_found")
    with database.read() as session:
        request = session.get(DeletionRequest, link.strip())
        row = None if request else _comment(session, link.strip())
    if request is not None:
        hers = _subject(database, user, None, request.author_keys, complete=True, request_id=request.id)
        return _noted(database, user, hers, min(hers.author_keys), now)
    if row is None:
        raise NotFoundError("subject.not_found")
    if row.own:
        raise InvalidError("subject.own")
    author_id = _author_id(row, links.comment_id(link), open_channel)
    keys = every_key(Comment.author_key, [author_id]) if author_id else set()
    known = keys | ({row.author_key} if row.author_key else set())
    hers = _subject(database, user, row, known, complete=author_id is not None)
    return _noted(database, user, hers, row.author_key or row.remote_key, now)


def _noted(database: Database, user: User, subject: Subject, key: str, now: datetime) -> Subject:
    details = {"comments": len(subject.comment_ids)}
    with database.write() as session:
        event = AuditEvent(at=now, user_id=user.id, event="subject.found", subject=key[:AUDITED], details=details)
        session.add(event)
    return subject


def _subject(
    database: Database,
    user: User,
    row: Comment | None,
    author_keys: Collection[str],
    *,
    complete: bool,
    request_id: str | None = None,
) -> Subject:
    hers = or_(Comment.author_key.in_(author_keys), Comment.id == (row.id if row else None))
    visible = Comment.route.in_(sorted(policy.visible_routes(user.roles)))
    with database.read() as session:
        rows = session.execute(
            select(Comment.id, Comment.remote_key).where(hers, visible, Comment.own.is_(False))
        ).all()
    if not rows:
        raise NotFoundError("subject.not_found")
    remote_keys = frozenset(each.remote_key for each in rows)
    return Subject(tuple(each.id for each in rows), frozenset(author_keys), remote_keys, complete, request_id)


def _comment(session: Session, link: str) -> Comment | None:
    """Facebook's links name post and comment apart, and the post by a name that is no id: then all posts are tried."""
    given = links.comment_id(link)
    if given is None:
        return None
    tails = (remote_id.rpartition("_")[2] for remote_id in _posts(session))
    joined = () if "_" in given else (f"{tail}_{given}" for tail in tails)
    for batch in _batches(chain([given], joined)):
        keys = every_key(Comment.remote_key, batch)
        found = session.scalar(select(Comment).where(Comment.remote_key.in_(keys)).limit(1))
        if found is not None:
            return found
    return None


def _posts(session: Session) -> Iterator[str]:
    yield from filter(None, session.scalars(select(Publication.remote_id)))
    yield from session.scalars(select(PostPhoto.remote_id))


def _batches(values: Iterable[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    for value in values:
        batch.append(value)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _author_id(row: Comment, named: str | None, open_channel: OpenChannel) -> str | None:
    """As Meta gives it; what it does not give, or a comment that is gone, leaves us with the hash that we have."""
    remote_id = readable(row, "remote_id") or named
    try:
        remote = open_channel(row.channel).comment(remote_id) if remote_id else None
    except OutreachError as error:
        log.warning("subject.not_asked", **describe(error))
        return None
    return remote.author_id if remote else None
