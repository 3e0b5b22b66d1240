"""Comments and everything about them. Exact times are sealed; in clear stand whole hours.

On SQLite these tables have no row number: the order of insertion would tell which public comment a row is.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Boolean, Float, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.db import ID_LENGTH, Base, EncryptedText, KeyedHash, UTCDateTime
from outreach.tables.columns import Json, ref, row_id
from outreach.tables.people import User
from outreach.tables.posts import Channel, Publication


class Comment(Base):
    """A public comment, or the tombstone of one. Exact times are sealed in `times` (JSON: created_at, seen_at)."""

    __tablename__ = "comments"
    __table_args__ = (
        UniqueConstraint("channel_id", "remote_key"),
        Index("ix_comments_queue", "review_state", "route", "severity", "seen_hour"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[str] = row_id()
    channel_id: Mapped[str] = ref("channels", index=False)
    channel: Mapped[Channel] = relationship(lazy="joined")
    publication_id: Mapped[str] = ref("publications")
    publication: Mapped[Publication] = relationship(lazy="select")
    parent_id: Mapped[str | None] = ref("comments", nullable=True)
    photo: Mapped[int | None] = mapped_column(Integer, comment="of several: the single photo that it stands under")
    remote_key: Mapped[str] = mapped_column(KeyedHash("comment"))
    author_key: Mapped[str | None] = mapped_column(KeyedHash("author"), index=True)
    own: Mapped[bool] = mapped_column(Boolean, default=False, comment="written by the channel itself")
    hour: Mapped[datetime] = mapped_column(UTCDateTime, index=True, comment="when it was written, whole hour")
    seen_hour: Mapped[datetime] = mapped_column(UTCDateTime, comment="when we first read it, whole hour")
    state: Mapped[str] = mapped_column(String(16), default="visible")
    absences: Mapped[int] = mapped_column(Integer, default=0, comment="times that reading its id said gone")
    gone_hour: Mapped[datetime | None] = mapped_column(
        UTCDateTime, comment="when that was proven, whole hour; none for one that we deleted"
    )
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
    claimed_by_id: Mapped[str | None] = ref("users", nullable=True, index=False)
    claimed_by: Mapped[User | None] = relationship(lazy="joined")
    claimed_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class CommentRevision(Base):
    """An earlier text of an edited comment."""

    __tablename__ = "comment_revisions"
    __table_args__ = (UniqueConstraint("comment_id", "number"), {"sqlite_with_rowid": False})

    id: Mapped[str] = row_id()
    comment_id: Mapped[str] = ref("comments")
    number: Mapped[int] = mapped_column(Integer)
    text_sealed: Mapped[str | None] = mapped_column(Text)
    text = EncryptedText()
    replaced_hour: Mapped[datetime] = mapped_column(UTCDateTime)


class Prediction(Base):
    """What a model said of one revision of a comment."""

    __tablename__ = "predictions"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[str] = row_id()
    comment_id: Mapped[str] = ref("comments")
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

    id: Mapped[str] = row_id()
    comment_id: Mapped[str] = ref("comments")
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

    id: Mapped[str] = row_id()
    comment_id: Mapped[str] = ref("comments")
    user_id: Mapped[str | None] = ref("users", nullable=True)
    user: Mapped[User | None] = relationship(lazy="joined")
    revision: Mapped[int] = mapped_column(Integer)
    text_key: Mapped[str | None] = mapped_column(KeyedHash("text"), comment="of the text that was decided on")
    verdict: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(32), comment="a code from the fixed list")
    at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    undoes_id: Mapped[str | None] = ref("review_decisions", nullable=True, index=False)
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Action(Base):
    """A call on Meta that a decision asks for; carried out by a job, with attempts."""

    __tablename__ = "actions"
    __table_args__ = (Index("ix_actions_due", "status", "retry_at"), {"sqlite_with_rowid": False})

    id: Mapped[str] = row_id()
    comment_id: Mapped[str] = ref("comments")
    decision_id: Mapped[str] = ref("review_decisions")
    kind: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(16))
    tries: Mapped[int] = mapped_column(Integer, default=0)
    retry_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    error_code: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    recipient_key: Mapped[str | None] = mapped_column(KeyedHash("recipient"), comment="whom a private reply went to")
    answered_hour: Mapped[datetime | None] = mapped_column(UTCDateTime, comment="when that person wrote back")


class ActionAttempt(Base):
    __tablename__ = "action_attempts"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[str] = row_id()
    action_id: Mapped[str] = ref("actions")
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    outcome: Mapped[str] = mapped_column(String(16))
    error_code: Mapped[str | None] = mapped_column(String(64))


class Case(Base):
    """A safeguarding item that a focal point owns. Cannot be closed before it is acknowledged."""

    __tablename__ = "cases"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[str] = row_id()
    comment_id: Mapped[str] = mapped_column(String(ID_LENGTH), ForeignKey("comments.id"), unique=True)
    route: Mapped[str] = mapped_column(String(16))
    severity: Mapped[int] = mapped_column(Integer)
    status: Mapped[str] = mapped_column(String(16), default="open")
    opened_by: Mapped[str] = mapped_column(String(16), comment="alert, person or overdue")
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    owner_id: Mapped[str | None] = ref("users", nullable=True)
    owner: Mapped[User | None] = relationship(lazy="joined")
    acknowledged_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    outcome: Mapped[str | None] = mapped_column(String(32), comment="a code; no words about the incident")
    gone_seen_at: Mapped[datetime | None] = mapped_column(
        UTCDateTime, comment="when a focal point took note that the comment is gone"
    )
    unlocked_at: Mapped[datetime | None] = mapped_column(
        UTCDateTime, comment="when she let replies and actions on it be made all the same"
    )
    comment: Mapped[Comment] = relationship(lazy="select")


class Referral(Base):
    """A decision passed on to a named person."""

    __tablename__ = "referrals"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[str] = row_id()
    comment_id: Mapped[str] = ref("comments")
    decision_id: Mapped[str] = ref("review_decisions")
    to_user_id: Mapped[str] = ref("users")
    to_user: Mapped[User] = relationship(lazy="joined")
    status: Mapped[str] = mapped_column(String(16), default="open")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    acknowledged_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Alert(Base):
    """A content-free notice to one person: codes, a count and a link. Repeated until acknowledged."""

    __tablename__ = "alerts"

    id: Mapped[str] = row_id()
    user_id: Mapped[str] = ref("users")
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


class AlertAttempt(Base):
    """One try to hand an alert over by one path; committed as `started` before it, append-only but for its outcome."""

    __tablename__ = "alert_attempts"

    id: Mapped[str] = row_id()
    alert_id: Mapped[str] = mapped_column(ForeignKey("alerts.id", ondelete="CASCADE"), index=True)
    path: Mapped[str] = mapped_column(String(32), comment="mail, or a service by its kind: ntfys, tgram, …")
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    outcome: Mapped[str] = mapped_column(String(16))
    error_code: Mapped[str | None] = mapped_column(String(64))


class WebhookDelivery(Base):
    """A webhook as it came, sealed; the body is deleted once worked."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[str] = row_id()
    body_sealed: Mapped[str | None] = mapped_column(Text)
    body = EncryptedText()
    status: Mapped[str] = mapped_column(String(16), default="new", index=True, comment="new, done, failed")
    tries: Mapped[int] = mapped_column(Integer, default=0)
    error_code: Mapped[str | None] = mapped_column(String(64))
    received_hour: Mapped[datetime] = mapped_column(UTCDateTime)
