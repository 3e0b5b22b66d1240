"""The tables. Columns ending in `_sealed` are encrypted, `_key` are keyed hashes; times of comments are whole hours.

Tables about comments have no row number on SQLite: the order of insertion would tell which public comment a row is.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Float, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.db import ID_LENGTH, Base, EncryptedText, KeyedHash, UTCDateTime

Json = dict[str, Any]


def _id() -> Mapped[str]:
    return mapped_column(String(ID_LENGTH), primary_key=True)


def _ref(target: str, *, nullable: bool = False, index: bool = True) -> Any:
    return mapped_column(String(ID_LENGTH), ForeignKey(f"{target}.id"), nullable=nullable, index=index)


# -- the installation ---------------------------------------------------------------------------------------------


class Installation(Base):
    """One row, stamped by `outreach init` and never changed (design §2.11)."""

    __tablename__ = "installations"

    id: Mapped[str] = _id()
    mode: Mapped[str] = mapped_column(String(16))
    keys: Mapped[str] = mapped_column(String(32), comment="fingerprint of the keyring")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class JobRun(Base):
    """When each job last started and last ended well: what `/healthz` shows."""

    __tablename__ = "job_runs"

    id: Mapped[str] = mapped_column(String(64), primary_key=True, comment="the job's name")
    started_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    succeeded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    error_code: Mapped[str | None] = mapped_column(String(64))


# -- people -------------------------------------------------------------------------------------------------------


class User(Base):
    __tablename__ = "users"

    id: Mapped[str] = _id()
    login: Mapped[str] = mapped_column(String(64), unique=True)
    display_name: Mapped[str] = mapped_column(String(128))
    roles: Mapped[list[str]] = mapped_column(JSON)
    password_hash: Mapped[str] = mapped_column(String(256), comment="argon2id")
    language: Mapped[str] = mapped_column(String(2), default="ar")
    email_sealed: Mapped[str | None] = mapped_column(Text)
    email = EncryptedText()
    demo: Mapped[bool] = mapped_column(Boolean, default=False, comment="refused by a live installation")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class LoginSession(Base):
    """A signed-in browser. The cookie holds a random token; only its hash is kept."""

    __tablename__ = "login_sessions"

    id: Mapped[str] = _id()
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[str] = _ref("users")
    user: Mapped[User] = relationship(lazy="joined")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class LoginFailure(Base):
    """A failed sign-in, kept for a day to slow down guessing. `subject_key` is of the login or the address."""

    __tablename__ = "login_failures"

    id: Mapped[str] = _id()
    subject_key: Mapped[str] = mapped_column(KeyedHash("login"), index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class AuditEvent(Base):
    """Who did or saw what; append-only. `details` holds codes and ids, never words of a comment."""

    __tablename__ = "audit_events"

    id: Mapped[str] = _id()
    at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    user_id: Mapped[str | None] = _ref("users", nullable=True)
    event: Mapped[str] = mapped_column(String(64), comment="a code, such as comment.revealed")
    subject: Mapped[str | None] = mapped_column(String(64), index=True, comment="id of the row it is about")
    details: Mapped[Json] = mapped_column(JSON, default=dict)


# -- channels, campaigns, posts -----------------------------------------------------------------------------------


class Channel(Base):
    """One Facebook Page or Instagram account."""

    __tablename__ = "channels"

    id: Mapped[str] = _id()
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
    read_at: Mapped[datetime | None] = mapped_column(UTCDateTime, comment="last complete read")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Campaign(Base):
    __tablename__ = "campaigns"

    id: Mapped[str] = _id()
    name: Mapped[str] = mapped_column(String(64), unique=True)
    title: Mapped[Json] = mapped_column(JSON, comment="by language")
    timezone: Mapped[str] = mapped_column(String(64))
    file_hash: Mapped[str] = mapped_column(String(64), comment="over what it publishes where and when")
    applied_by_id: Mapped[str | None] = _ref("users", nullable=True)
    applied_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Post(Base):
    """The content of one entry of a campaign file; its publications say where and when."""

    __tablename__ = "posts"
    __table_args__ = (UniqueConstraint("campaign_id", "name"),)

    id: Mapped[str] = _id()
    campaign_id: Mapped[str] = _ref("campaigns")
    campaign: Mapped[Campaign] = relationship(lazy="joined")
    name: Mapped[str] = mapped_column(String(64), comment="its id in the file")
    kind: Mapped[str] = mapped_column(String(16))
    consent: Mapped[str | None] = mapped_column(String(32), comment="reference of the consent record")
    approvals: Mapped[int] = mapped_column(Integer, default=1)
    content_hash: Mapped[str] = mapped_column(String(64), comment="over all its publications' contents")


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
    """A public address of one image, served to Meta from prepare until release or expiry: `/m/{id}/{n}.jpg`."""

    __tablename__ = "media_grants"

    id: Mapped[str] = _id()
    publication_id: Mapped[str] = _ref("publications")
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

    id: Mapped[str] = _id()
    origin: Mapped[str] = mapped_column(String(16), default="campaign")
    post_id: Mapped[str | None] = _ref("posts", nullable=True)
    post: Mapped[Post | None] = relationship(lazy="joined")
    channel_id: Mapped[str] = _ref("channels")
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
    remote_id: Mapped[str | None] = mapped_column(String(64), comment="Meta's id once it is out; public")
    permalink: Mapped[str | None] = mapped_column(String(500))
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    first_comment_id: Mapped[str | None] = mapped_column(String(64), comment="Meta's id of our own first comment")
    read_at: Mapped[datetime | None] = mapped_column(UTCDateTime, comment="last complete read of its comments")
    next_read_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)
    measured_at: Mapped[datetime | None] = mapped_column(UTCDateTime, comment="last snapshot of its insights")


class Approval(Base):
    """A person's yes to a post's content as it was; another content hash makes it void."""

    __tablename__ = "approvals"

    id: Mapped[str] = _id()
    post_id: Mapped[str] = _ref("posts")
    content_hash: Mapped[str] = mapped_column(String(64))
    user_id: Mapped[str] = _ref("users")
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class PublishAttempt(Base):
    """One call on Meta for a publication; committed as `started` before the call, append-only but for its outcome."""

    __tablename__ = "publish_attempts"

    id: Mapped[str] = _id()
    publication_id: Mapped[str] = _ref("publications")
    step: Mapped[str] = mapped_column(String(32), comment="photo-0, post, container, release, first_comment, …")
    number: Mapped[int] = mapped_column(Integer)
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    outcome: Mapped[str] = mapped_column(String(16))
    remote_id: Mapped[str | None] = mapped_column(String(64))
    error_code: Mapped[str | None] = mapped_column(String(64))
    error_params: Mapped[Json] = mapped_column(JSON, default=dict)


class Consent(Base):
    """A person's consent to a story about them; who and what is sealed."""

    __tablename__ = "consents"

    id: Mapped[str] = _id()
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

    id: Mapped[str] = _id()
    channel_id: Mapped[str] = _ref("channels", index=False)
    publication_id: Mapped[str | None] = _ref("publications", nullable=True)
    metric: Mapped[str] = mapped_column(String(64))
    period: Mapped[str] = mapped_column(String(16))
    value: Mapped[float | None] = mapped_column(Float)
    breakdown: Mapped[Json] = mapped_column(JSON, default=dict)
    unique: Mapped[bool] = mapped_column(Boolean, comment="counts people: may never be summed")
    period_end: Mapped[datetime | None] = mapped_column(UTCDateTime)
    taken_at: Mapped[datetime] = mapped_column(UTCDateTime)


# -- comments -----------------------------------------------------------------------------------------------------


class Comment(Base):
    """A public comment, or the tombstone of one. Exact times are sealed in `times` (JSON: created_at, seen_at)."""

    __tablename__ = "comments"
    __table_args__ = (
        UniqueConstraint("channel_id", "remote_key"),
        Index("ix_comments_queue", "review_state", "route", "severity", "seen_hour"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[str] = _id()
    channel_id: Mapped[str] = _ref("channels", index=False)
    channel: Mapped[Channel] = relationship(lazy="joined")
    publication_id: Mapped[str] = _ref("publications")
    publication: Mapped[Publication] = relationship(lazy="select")
    parent_id: Mapped[str | None] = _ref("comments", nullable=True)
    remote_key: Mapped[str] = mapped_column(KeyedHash("comment"))
    author_key: Mapped[str | None] = mapped_column(KeyedHash("author"), index=True)
    own: Mapped[bool] = mapped_column(Boolean, default=False, comment="written by the channel itself")
    hour: Mapped[datetime] = mapped_column(UTCDateTime, index=True, comment="when it was written, whole hour")
    seen_hour: Mapped[datetime] = mapped_column(UTCDateTime, comment="when we first read it, whole hour")
    state: Mapped[str] = mapped_column(String(16), default="visible")
    absences: Mapped[int] = mapped_column(Integer, default=0, comment="times that reading its id said gone")
    has_attachment: Mapped[bool] = mapped_column(Boolean, default=False)
    revision: Mapped[int] = mapped_column(Integer, default=1)
    text_key: Mapped[str | None] = mapped_column(KeyedHash("text"), comment="of the current revision")
    text_sealed: Mapped[str | None] = mapped_column(Text)
    text = EncryptedText()
    remote_id_sealed: Mapped[str | None] = mapped_column(Text)
    remote_id = EncryptedText()
    author_name_sealed: Mapped[str | None] = mapped_column(Text)
    author_name = EncryptedText()
    permalink_sealed: Mapped[str | None] = mapped_column(Text)
    permalink = EncryptedText()
    times_sealed: Mapped[str | None] = mapped_column(Text)
    times = EncryptedText()
    review_state: Mapped[str] = mapped_column(String(16), default="pending", index=True)
    severity: Mapped[int | None] = mapped_column(Integer, comment="states.Severity; the smaller the worse")
    route: Mapped[str] = mapped_column(String(16), default="shared", comment="who may see it: states.Route")
    claimed_by_id: Mapped[str | None] = _ref("users", nullable=True, index=False)
    claimed_by: Mapped[User | None] = relationship(lazy="joined")
    claimed_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class CommentRevision(Base):
    """An earlier text of an edited comment."""

    __tablename__ = "comment_revisions"
    __table_args__ = (UniqueConstraint("comment_id", "number"), {"sqlite_with_rowid": False})

    id: Mapped[str] = _id()
    comment_id: Mapped[str] = _ref("comments")
    number: Mapped[int] = mapped_column(Integer)
    text_sealed: Mapped[str | None] = mapped_column(Text)
    text = EncryptedText()
    replaced_hour: Mapped[datetime] = mapped_column(UTCDateTime)


class Prediction(Base):
    """What a model said of one revision of a comment."""

    __tablename__ = "predictions"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[str] = _id()
    comment_id: Mapped[str] = _ref("comments")
    revision: Mapped[int] = mapped_column(Integer)
    model: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(24))
    reason: Mapped[str | None] = mapped_column(String(32), comment="why not scored")
    sentiment: Mapped[str | None] = mapped_column(String(16))
    sentiment_probabilities: Mapped[Json | None] = mapped_column(JSON)
    probabilities: Mapped[Json | None] = mapped_column(JSON)
    spans: Mapped[Json | None] = mapped_column(JSON, comment="by flag: half-open, code points of the original text")
    hour: Mapped[datetime] = mapped_column(UTCDateTime)


class Flag(Base):
    """A reason to look at a comment."""

    __tablename__ = "flags"
    __table_args__ = (UniqueConstraint("comment_id", "flag", "source"), {"sqlite_with_rowid": False})

    id: Mapped[str] = _id()
    comment_id: Mapped[str] = _ref("comments")
    revision: Mapped[int] = mapped_column(Integer)
    flag: Mapped[str] = mapped_column(String(32), index=True)
    severity: Mapped[int] = mapped_column(Integer)
    source: Mapped[str] = mapped_column(String(16))
    score: Mapped[float | None] = mapped_column(Float)
    alert: Mapped[bool] = mapped_column(Boolean, default=False, comment="passed the alert threshold too")
    hour: Mapped[datetime] = mapped_column(UTCDateTime)
    dismissed_at: Mapped[datetime | None] = mapped_column(UTCDateTime, comment="a person said that it is wrong")


class ReviewDecision(Base):
    """A verdict on a comment as it was seen; append-only. No user: the system (personal-data hiding only)."""

    __tablename__ = "review_decisions"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[str] = _id()
    comment_id: Mapped[str] = _ref("comments")
    user_id: Mapped[str | None] = _ref("users", nullable=True)
    user: Mapped[User | None] = relationship(lazy="joined")
    revision: Mapped[int] = mapped_column(Integer)
    text_key: Mapped[str | None] = mapped_column(KeyedHash("text"), comment="of the text that was decided on")
    verdict: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(32), comment="a code from the fixed list")
    at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    undoes_id: Mapped[str | None] = _ref("review_decisions", nullable=True, index=False)
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Action(Base):
    """A call on Meta that a decision asks for; carried out by a job, with attempts."""

    __tablename__ = "actions"
    __table_args__ = (Index("ix_actions_due", "status", "retry_at"), {"sqlite_with_rowid": False})

    id: Mapped[str] = _id()
    comment_id: Mapped[str] = _ref("comments")
    decision_id: Mapped[str] = _ref("review_decisions")
    kind: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(16))
    tries: Mapped[int] = mapped_column(Integer, default=0)
    retry_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    error_code: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class ActionAttempt(Base):
    __tablename__ = "action_attempts"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[str] = _id()
    action_id: Mapped[str] = _ref("actions")
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    outcome: Mapped[str] = mapped_column(String(16))
    error_code: Mapped[str | None] = mapped_column(String(64))


class Case(Base):
    """A safeguarding item that a focal point owns. Cannot be closed before it is acknowledged."""

    __tablename__ = "cases"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[str] = _id()
    comment_id: Mapped[str] = mapped_column(String(ID_LENGTH), ForeignKey("comments.id"), unique=True)
    route: Mapped[str] = mapped_column(String(16))
    severity: Mapped[int] = mapped_column(Integer)
    status: Mapped[str] = mapped_column(String(16), default="open")
    opened_by: Mapped[str] = mapped_column(String(16), comment="alert, person or overdue")
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    owner_id: Mapped[str | None] = _ref("users", nullable=True)
    owner: Mapped[User | None] = relationship(lazy="joined")
    acknowledged_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    outcome: Mapped[str | None] = mapped_column(String(32), comment="a code; no words about the incident")


class Referral(Base):
    """A decision passed on to a named person."""

    __tablename__ = "referrals"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[str] = _id()
    comment_id: Mapped[str] = _ref("comments")
    decision_id: Mapped[str] = _ref("review_decisions")
    to_user_id: Mapped[str] = _ref("users")
    to_user: Mapped[User] = relationship(lazy="joined")
    status: Mapped[str] = mapped_column(String(16), default="open")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    acknowledged_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Alert(Base):
    """A content-free notice to one person: codes, a count and a link. Repeated until acknowledged."""

    __tablename__ = "alerts"

    id: Mapped[str] = _id()
    user_id: Mapped[str] = _ref("users")
    user: Mapped[User] = relationship(lazy="joined")
    kind: Mapped[str] = mapped_column(String(32), comment="a message code, such as alert.s0")
    count: Mapped[int] = mapped_column(Integer, default=1)
    details: Mapped[Json] = mapped_column(JSON, default=dict, comment="codes and ids only")
    status: Mapped[str] = mapped_column(String(16), default="pending", comment="pending, sent, failed")
    tries: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    retry_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    error_code: Mapped[str | None] = mapped_column(String(64))


class WebhookDelivery(Base):
    """A webhook as it came, sealed; the body is deleted once worked."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[str] = _id()
    body_sealed: Mapped[str | None] = mapped_column(Text)
    body = EncryptedText()
    status: Mapped[str] = mapped_column(String(16), default="new", index=True, comment="new, done, failed")
    tries: Mapped[int] = mapped_column(Integer, default=0)
    error_code: Mapped[str | None] = mapped_column(String(64))
    received_hour: Mapped[datetime] = mapped_column(UTCDateTime)


# -- digests ------------------------------------------------------------------------------------------------------


class Digest(Base):
    """One week's figures. The week starts on Saturday in the installation's time zone."""

    __tablename__ = "digests"

    id: Mapped[str] = _id()
    week: Mapped[str] = mapped_column(String(10), unique=True, comment="first day, YYYY-MM-DD")
    figures: Mapped[Json] = mapped_column(JSON)
    built_at: Mapped[datetime] = mapped_column(UTCDateTime)


class DigestDelivery(Base):
    """A digest mailed to one person; the row is committed before the mail is sent, so none is sent twice unseen."""

    __tablename__ = "digest_deliveries"
    __table_args__ = (UniqueConstraint("digest_id", "recipient_key"),)

    id: Mapped[str] = _id()
    digest_id: Mapped[str] = _ref("digests")
    recipient_key: Mapped[str] = mapped_column(KeyedHash("recipient"))
    recipient_sealed: Mapped[str] = mapped_column(Text)
    recipient = EncryptedText()
    status: Mapped[str] = mapped_column(String(16), comment="pending, sending, sent, failed, unknown")
    tries: Mapped[int] = mapped_column(Integer, default=0)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    error_code: Mapped[str | None] = mapped_column(String(64))
