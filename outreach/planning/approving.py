"""Approvals: a person's yes to a post as it is now, where and when it goes out. Any change makes them void."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.db import Database
from outreach.errors import DeniedError, NotFoundError
from outreach.states import PublicationStatus
from outreach.tables import Approval, AuditEvent, Campaign, Post, Publication

_S = PublicationStatus


@dataclass(frozen=True)
class Pending:
    """A post that waits for approval."""

    campaign: str
    post: str
    kind: str
    first_due_at: datetime
    publications: int
    given: int
    needed: int


def approvals_of(session: Session, post: Post) -> int:
    """How many people have approved the post as it is now."""
    given = select(func.count(Approval.user_id.distinct())).where(
        Approval.post_id == post.id, Approval.content_hash == post.content_hash, Approval.withdrawn_at.is_(None)
    )
    return session.scalar(given) or 0


def void_missing(session: Session, rows: Iterable[Publication]) -> None:
    """Whatever was on its way and has lost its approvals waits as a draft.

    What Meta has of it is invisible, or is taken out of Meta's schedule before anything else goes out for it.
    """
    for row in rows:
        on_its_way = row.status in {_S.APPROVED, _S.SCHEDULED, _S.PREPARED}
        entrusted = row.status == _S.ENTRUSTED and "post" in row.parts
        if row.post is None or not (on_its_way or entrusted):
            continue
        if approvals_of(session, row.post) < row.post.approvals:
            row.status = _S.DRAFT
            row.parts = {}
            row.retry_at = None


def pending(database: Database, *, campaign: str | None = None) -> tuple[Pending, ...]:
    """Posts with drafts, soonest first."""
    query = (
        select(Post, func.min(Publication.due_at), func.count(Publication.id))
        .join(Publication, Publication.post_id == Post.id)
        .join(Campaign, Campaign.id == Post.campaign_id)
        .where(Publication.status == _S.DRAFT)
        .group_by(Post.id, Campaign.id)
        .order_by(func.min(Publication.due_at), Post.name)
    )
    if campaign is not None:
        query = query.where(Campaign.name == campaign)
    with database.read() as session:
        return tuple(
            Pending(post.campaign.name, post.name, post.kind, first, count, approvals_of(session, post), post.approvals)
            for post, first, count in session.execute(query)
        )


def approve(
    database: Database,
    campaign: str,
    posts: Iterable[str] | None = None,
    *,
    user_id: str,
    self_approval: bool = False,
    now: datetime,
) -> tuple[str, ...]:
    """Approve the named posts, or all drafts of a campaign, as they are now; returns the posts that became scheduled.

    Raises NotFoundError for an unknown campaign or post, DeniedError when who last changed a post approves it.
    """
    with database.write() as session:
        found = session.scalar(select(Campaign).where(Campaign.name == campaign))
        if found is None:
            raise NotFoundError("campaign.not_found", campaign=campaign)
        chosen = _posts(session, found, posts)
        if not self_approval and any(post.changed_by_id == user_id for post in chosen):
            raise DeniedError("approval.own_campaign", campaign=campaign)
        return tuple(post.name for post in chosen if _approve(session, post, user_id, now))


def _posts(session: Session, campaign: Campaign, names: Iterable[str] | None) -> list[Post]:
    posts = {post.name: post for post in session.scalars(select(Post).where(Post.campaign_id == campaign.id))}
    if names is None:
        drafts = select(Publication.post_id).where(Publication.status == _S.DRAFT)
        waiting = set(session.scalars(drafts))
        return [post for post in posts.values() if post.id in waiting]
    wanted = list(names)
    for name in wanted:
        if name not in posts:
            raise NotFoundError("post.not_found", campaign=campaign.name, post=name)
    return [posts[name] for name in wanted]


def _approve(session: Session, post: Post, user_id: str, now: datetime) -> bool:
    """One person's yes; True when it was the last one needed, so that drafts are scheduled."""
    session.add(Approval(post_id=post.id, content_hash=post.content_hash, user_id=user_id, at=now))
    session.add(AuditEvent(at=now, user_id=user_id, event="post.approved", subject=post.id))
    session.flush()
    if approvals_of(session, post) < post.approvals:
        return False
    drafts = select(Publication).where(Publication.post_id == post.id, Publication.status == _S.DRAFT)
    for row in session.scalars(drafts.with_for_update(of=Publication)):
        # draft → approved → scheduled: its slot is known already, so it waits for it from here on
        row.status = _S.SCHEDULED
    return True
