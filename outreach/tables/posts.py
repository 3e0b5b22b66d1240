"""Channels, campaigns, posts and publications, and the figures that Meta gives of them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Boolean, Float, Index, Integer, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.db import Base, EncryptedText, UTCDateTime
from outreach.tables.columns import Json, ref, row_id


class Channel(Base):
    """One Facebook Page or Instagram account."""

    __tablename__ = "channels"

    id: Mapped[str] = row_id()
    name: Mapped[str] = mapped_column(String(64), unique=True, comment="as campaign files call it")
    kind: Mapped[str] = mapped_column(String(32))
    remote_id: Mapped[str] = mapped_column(String(64), unique=True, comment="Meta's id; public")
    page_id: Mapped[str | None] = mapped_column(String(64), comment="the Page that an account is linked to")
    title: Mapped[str] = mapped_column(String(200), default="")
    mode: Mapped[str] = mapped_column(String(16), default="read_only")
    status: Mapped[str] = mapped_column(String(16), default="active")
    status_code: Mapped[str | None] = mapped_column(String(64), comment="why it is paused or stopped")
    token_sealed: Mapped[str | None] = mapped_column(Text)
    token = EncryptedText()
    scopes: Mapped[list[str]] = mapped_column(JSON, default=list)
    token_expires_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    data_access_expires_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    checked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    entrusts: Mapped[bool] = mapped_column(
        Boolean, default=False, server_default=false(), comment="posts are handed to Meta's own scheduler"
    )
    read_at: Mapped[datetime | None] = mapped_column(UTCDateTime, comment="last complete read")
    heard_at: Mapped[datetime | None] = mapped_column(UTCDateTime, comment="last webhook about it, to the hour")
    looked_at: Mapped[datetime | None] = mapped_column(UTCDateTime, comment="last look at its newest posts")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Campaign(Base):
    __tablename__ = "campaigns"

    id: Mapped[str] = row_id()
    name: Mapped[str] = mapped_column(String(64), unique=True)
    title: Mapped[Json] = mapped_column(JSON, comment="by language")
    timezone: Mapped[str] = mapped_column(String(64))
    file_hash: Mapped[str] = mapped_column(String(64), comment="over what it publishes where and when")
    blackouts: Mapped[list[dict[str, str]]] = mapped_column(
        JSON,
        default=list,
        server_default="[]",
        comment="when nothing is published: from, to (UTC, excluded), reason; as the file has them",
    )
    applied_by_id: Mapped[str | None] = ref("users", nullable=True)
    applied_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Post(Base):
    """The content of one entry of a campaign file; its publications say where and when."""

    __tablename__ = "posts"
    __table_args__ = (UniqueConstraint("campaign_id", "name"),)

    id: Mapped[str] = row_id()
    campaign_id: Mapped[str] = ref("campaigns")
    campaign: Mapped[Campaign] = relationship(lazy="joined")
    name: Mapped[str] = mapped_column(String(64), comment="its id in the file")
    kind: Mapped[str] = mapped_column(String(16))
    consent: Mapped[str | None] = mapped_column(String(32), comment="reference of the consent record")
    approvals: Mapped[int] = mapped_column(Integer, default=1)
    content_hash: Mapped[str] = mapped_column(String(64), comment="over all its publications' contents")
    changed_by_id: Mapped[str | None] = ref("users", nullable=True, index=False)


class Medium(Base):
    """An image as it was at `apply`: a copy named by its SHA-256 under the data folder, so that later edits of the
    campaign's folder change nothing that was approved."""

    __tablename__ = "media"

    id: Mapped[str] = mapped_column(String(64), primary_key=True, comment="SHA-256 of the bytes")
    file_name: Mapped[str] = mapped_column(String(200), comment="as in the campaign file, for messages")
    width: Mapped[int] = mapped_column(Integer)
    height: Mapped[int] = mapped_column(Integer)
    bytes: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class MediaGrant(Base):
    """A public address of one image, served to Meta from prepare until release or expiry: `/m/{id}/{n}.jpg`.

    Without a publication it serves the image that proves that Meta can fetch from us (publishing/proving.py).
    """

    __tablename__ = "media_grants"

    id: Mapped[str] = row_id()
    publication_id: Mapped[str | None] = ref("publications", nullable=True)
    media: Mapped[list[str]] = mapped_column(JSON, comment="SHA-256 by position")
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Publication(Base):
    """A post on a channel at a time. The key is post, channel and occurrence; time is an attribute (design §2.9).

    `origin` "adopted" is a post that was made by hand or by another tool: it has no `post_id`, and is read like ours.
    """

    __tablename__ = "publications"
    __table_args__ = (
        UniqueConstraint("post_id", "channel_id", "occurrence"),
        Index("ix_publications_due", "status", "due_at"),
        Index("ix_publications_remote", "channel_id", "remote_id", unique=True),
    )

    id: Mapped[str] = row_id()
    origin: Mapped[str] = mapped_column(String(16), default="campaign")
    post_id: Mapped[str | None] = ref("posts", nullable=True)
    post: Mapped[Post | None] = relationship(lazy="joined")
    channel_id: Mapped[str] = ref("channels")
    channel: Mapped[Channel] = relationship(lazy="joined")
    occurrence: Mapped[int] = mapped_column(Integer, default=1)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    max_lateness: Mapped[int] = mapped_column(Integer, default=7200, comment="seconds")
    content: Mapped[Json] = mapped_column(JSON, comment="text, link, first_comment, media: [{sha256, alt, file}]")
    content_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(16), index=True)
    held_reason: Mapped[str | None] = mapped_column(String(32))
    error_code: Mapped[str | None] = mapped_column(String(64))
    error_params: Mapped[Json] = mapped_column(JSON, default=dict, comment="codes and ids only")
    retry_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    tries: Mapped[int] = mapped_column(Integer, default=0)
    parts: Mapped[Json] = mapped_column(JSON, default=dict, comment="Meta's ids of what is prepared, by step")
    prepared_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    altered: Mapped[Json] = mapped_column(
        JSON, default=dict, server_default="{}", comment="what a person changed in Meta's Planner, by field"
    )
    distinct_from: Mapped[list[str]] = mapped_column(
        JSON, default=list, server_default="[]", comment="ids of posts that a person said are others than this"
    )
    remote_id: Mapped[str | None] = mapped_column(String(64), comment="Meta's id once it is out; public")
    permalink: Mapped[str | None] = mapped_column(String(500))
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    first_comment_id: Mapped[str | None] = mapped_column(String(64), comment="Meta's id of our own first comment")
    read_at: Mapped[datetime | None] = mapped_column(UTCDateTime, comment="last complete read of its comments")
    next_read_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)
    remote_count: Mapped[int | None] = mapped_column(Integer, comment="its comments, as Meta counted them last")
    counted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    count_gap: Mapped[int | None] = mapped_column(Integer, comment="Meta's count over ours at the last complete read")
    position_sealed: Mapped[str | None] = mapped_column(Text)
    position = EncryptedText()
    measured_at: Mapped[datetime | None] = mapped_column(UTCDateTime, comment="last snapshot of its insights")


class PostPhoto(Base):
    """A single photo of a Page's post with several: it has a thread of comments of its own."""

    __tablename__ = "post_photos"
    __table_args__ = (UniqueConstraint("publication_id", "remote_id"),)

    id: Mapped[str] = row_id()
    publication_id: Mapped[str] = ref("publications")
    number: Mapped[int] = mapped_column(Integer, comment="its place in the post, from 1")
    remote_id: Mapped[str] = mapped_column(String(64), index=True, comment="Meta's id; public")


class Backfill(Base):
    """One reading of a channel's past; what it has read already is not read again when it is taken up."""

    __tablename__ = "backfills"

    id: Mapped[str] = row_id()
    channel_id: Mapped[str] = ref("channels")
    since: Mapped[datetime] = mapped_column(UTCDateTime)
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    listed_at: Mapped[datetime | None] = mapped_column(UTCDateTime, comment="all its posts are known")
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class CallCount(Base):
    """How many calls a channel took in one hour, and how full Meta's limit for it was at the end."""

    __tablename__ = "call_counts"
    __table_args__ = (UniqueConstraint("channel_id", "hour"),)

    id: Mapped[str] = row_id()
    channel_id: Mapped[str] = ref("channels", index=False)
    hour: Mapped[datetime] = mapped_column(UTCDateTime)
    calls: Mapped[int] = mapped_column(Integer, default=0)
    percent: Mapped[float | None] = mapped_column(Float, comment="of the fullest limit that Meta told of")


class Approval(Base):
    """A person's yes to a post's content as it was; another content hash makes it void."""

    __tablename__ = "approvals"

    id: Mapped[str] = row_id()
    post_id: Mapped[str] = ref("posts")
    content_hash: Mapped[str] = mapped_column(String(64))
    user_id: Mapped[str] = ref("users")
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class PublishAttempt(Base):
    """One call on Meta for a publication; committed as `started` before the call, append-only but for its outcome."""

    __tablename__ = "publish_attempts"

    id: Mapped[str] = row_id()
    publication_id: Mapped[str] = ref("publications")
    step: Mapped[str] = mapped_column(String(32), comment="photo-0, post, container, release, first_comment, …")
    number: Mapped[int] = mapped_column(Integer)
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    outcome: Mapped[str] = mapped_column(String(16))
    remote_id: Mapped[str | None] = mapped_column(String(64))
    error_code: Mapped[str | None] = mapped_column(String(64))
    error_params: Mapped[Json] = mapped_column(JSON, default=dict)
    settled: Mapped[bool] = mapped_column(
        Boolean, default=False, server_default=false(), index=True, comment="what it made is in use or a leftover"
    )


class Leftover(Base):
    """A post or photo of ours at Meta that must not go out any more: invisible, or armed to go out by itself."""

    __tablename__ = "leftovers"
    __table_args__ = (UniqueConstraint("channel_id", "remote_id"),)

    id: Mapped[str] = row_id()
    channel_id: Mapped[str] = ref("channels", index=False)
    channel: Mapped[Channel] = relationship(lazy="joined")
    publication_id: Mapped[str] = ref("publications")
    publication: Mapped[Publication] = relationship(lazy="joined")
    remote_id: Mapped[str] = mapped_column(String(64), comment="Meta's id")
    step: Mapped[str] = mapped_column(String(32), comment="of the attempt that made it")
    armed: Mapped[bool] = mapped_column(Boolean, comment="Meta publishes it at its time")
    status: Mapped[str] = mapped_column(String(16), index=True)
    retry_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    tries: Mapped[int] = mapped_column(Integer, default=0)
    error_code: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Consent(Base):
    """A person's consent to a story about them; who and what is sealed."""

    __tablename__ = "consents"

    id: Mapped[str] = row_id()
    reference: Mapped[str] = mapped_column(String(32), unique=True, comment="such as CR-014")
    record_sealed: Mapped[str] = mapped_column(Text)
    record = EncryptedText()
    expires_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class EngagementSnapshot(Base):
    """One figure at one time, append-only. `value` NULL: Meta gave none, which is not zero."""

    __tablename__ = "engagement_snapshots"
    __table_args__ = (Index("ix_snapshots_subject", "channel_id", "publication_id", "metric", "taken_at"),)

    id: Mapped[str] = row_id()
    channel_id: Mapped[str] = ref("channels", index=False)
    publication_id: Mapped[str | None] = ref("publications", nullable=True)
    metric: Mapped[str] = mapped_column(String(64))
    period: Mapped[str] = mapped_column(String(16))
    value: Mapped[float | None] = mapped_column(Float)
    breakdown: Mapped[Json] = mapped_column(JSON, default=dict)
    unique: Mapped[bool] = mapped_column(Boolean, comment="counts people: may never be summed")
    period_end: Mapped[datetime | None] = mapped_column(UTCDateTime)
    taken_at: Mapped[datetime] = mapped_column(UTCDateTime)
