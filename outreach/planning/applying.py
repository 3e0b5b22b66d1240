"""Makes the database follow a campaign file: all of it or nothing, and twice is the same as once."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import slots
from outreach.campaigns import Campaign as CampaignFile
from outreach.campaigns import Video
from outreach.db import Database
from outreach.errors import ConflictError
from outreach.media import MediaStore
from outreach.planning.approving import void_missing
from outreach.planning.comparing import (
    Change,
    ChangeKind,
    Key,
    Plan,
    approval_hash,
    by_post,
    compare_in,
    kinds_of,
    stored_content,
)
from outreach.planning.picturing import Gallery, pictured
from outreach.slots import PlannedPublication
from outreach.states import PublicationStatus
from outreach.tables import AuditEvent, Campaign, Channel, Medium, Post, Publication

_S = PublicationStatus


def apply(
    database: Database,
    file: CampaignFile,
    media: MediaStore,
    *,
    user_id: str | None,
    now: datetime,
    prune: bool = False,
) -> Plan:
    """Apply and return what was done. Raises ConflictError, having changed nothing, when a part is refused."""
    planned, gallery = pictured(file, slots.plan(file), kinds_of(database))
    for picture in gallery.pictures.values():
        media.put(picture.data)
    for video in file.source.videos.values():
        _keep(video, media)
    with database.write() as session:
        _lock(session, file.campaign)
        plan = compare_in(session, file, planned, gallery, now=now, prune=prune)
        if plan.refused:
            raise ConflictError("plan.refused", campaign=file.campaign, refused=len(plan.refused))
        _register(session, file, gallery, now)
        campaign = _campaign(session, file, planned, user_id, now)
        _carry_out(session, campaign, plan, planned)
        session.add(
            AuditEvent(at=now, user_id=user_id, event="campaign.applied", subject=campaign.id, details=_counts(plan))
        )
    return plan


def _keep(video: Video, media: MediaStore) -> None:
    """Copy the very bytes that were checked; a video that changed since is refused."""
    data = video.path.read_bytes()
    if hashlib.sha256(data).hexdigest() != video.sha256:
        raise ConflictError("plan.image_changed", file=video.path.name)
    media.put(data)


def _register(session: Session, file: CampaignFile, gallery: Gallery, now: datetime) -> None:
    for video in file.source.videos.values():
        facts = video.facts
        if session.get(Medium, video.sha256) is None:
            size = {"width": facts.width, "height": facts.height, "bytes": facts.bytes}
            session.add(Medium(id=video.sha256, file_name=video.path.name, created_at=now, **size))
    for sha256, picture in gallery.pictures.items():
        if session.get(Medium, sha256) is None:
            session.add(
                Medium(
                    id=sha256,
                    file_name=gallery.names[sha256],
                    width=picture.width,
                    height=picture.height,
                    bytes=len(picture.data),
                    created_at=now,
                )
            )


def _campaign(
    session: Session, file: CampaignFile, planned: tuple[PlannedPublication, ...], user_id: str | None, now: datetime
) -> Campaign:
    campaign = session.scalar(select(Campaign).where(Campaign.name == file.campaign))
    if campaign is None:
        campaign = Campaign(name=file.campaign)
        session.add(campaign)
    campaign.title = file.title.model_dump(exclude_none=True)
    campaign.timezone = file.timezone
    campaign.file_hash = approval_hash(planned)
    campaign.blackouts = slots.blackouts(file)
    campaign.applied_by_id = user_id
    campaign.applied_at = now
    session.flush()
    return campaign


def _carry_out(session: Session, campaign: Campaign, plan: Plan, planned: tuple[PlannedPublication, ...]) -> None:
    channels = {channel.name: channel for channel in session.scalars(select(Channel))}
    posts = {post.name: post for post in session.scalars(select(Post).where(Post.campaign_id == campaign.id))}
    wanted = {(each.post_id, each.channel, each.occurrence): each for each in planned}
    for name, group in by_post(planned).items():
        posts[name] = _post(session, campaign, posts.get(name), name, group)
    rows = {(row.post_id, row.channel_id, row.occurrence): row for row in _rows(session, campaign)}
    for change in plan.changes:
        post, channel = posts.get(change.post), channels.get(change.channel)
        row = rows.get((post.id if post else "", channel.id if channel else "", change.occurrence))
        if change.kind is ChangeKind.ADD and post and channel:
            _add(session, wanted[change.key], post, channel, row)
        elif row is not None:
            _change(row, change, wanted)
    session.flush()
    void_missing(session, _rows(session, campaign))


def _lock(session: Session, campaign: str) -> None:
    """Keep the scheduler's hands off these rows until the commit (SQLite holds the whole database already)."""
    query = select(Publication).join(Post).join(Campaign).where(Campaign.name == campaign)
    session.scalars(query.with_for_update(of=Publication)).all()


def _rows(session: Session, campaign: Campaign) -> list[Publication]:
    return list(session.scalars(select(Publication).join(Post).where(Post.campaign_id == campaign.id)))


def _post(session: Session, campaign: Campaign, post: Post | None, name: str, group: list[PlannedPublication]) -> Post:
    """The post as the file has it; who changes it is remembered, since she may not approve it."""
    if post is None:
        post = Post(campaign_id=campaign.id, name=name)
        session.add(post)
    post.kind = group[0].kind
    post.consent = group[0].consent
    post.approvals = group[0].approvals
    content_hash = approval_hash(group)
    if post.content_hash != content_hash:
        post.content_hash = content_hash
        post.changed_by_id = campaign.applied_by_id
    session.flush()
    return post


def _add(session: Session, each: PlannedPublication, post: Post, channel: Channel, row: Publication | None) -> None:
    """A new publication, or a cancelled one that the file wants again."""
    if row is None:
        row = Publication(post_id=post.id, channel_id=channel.id, occurrence=each.occurrence)
        session.add(row)
    _fill(row, each)
    row.status = _S.DRAFT


def _fill(row: Publication, each: PlannedPublication) -> None:
    row.due_at = each.due_at
    row.max_lateness = int(each.max_lateness.total_seconds())
    row.content = stored_content(each)
    row.content_hash = each.content_hash
    row.parts = {}
    row.altered = {}
    row.distinct_from = []
    row.prepared_at = None
    row.held_reason = None
    row.error_code = None
    row.error_params = {}
    row.retry_at = None
    row.tries = 0


def _change(row: Publication, change: Change, wanted: dict[Key, PlannedPublication]) -> None:
    if change.kind is ChangeKind.CANCEL:
        row.status = _S.CANCELLED
        row.retry_at = None
    elif change.kind in {ChangeKind.CHANGE, ChangeKind.MOVE}:
        _fill(row, wanted[change.key])
        row.status = _S.DRAFT


def _counts(plan: Plan) -> dict[str, int]:
    return {kind.value: len(plan.of(kind)) for kind in ChangeKind if plan.of(kind)}
