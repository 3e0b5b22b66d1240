"""What each channel can do, as last proven; trials of it; who said that an outside account saw one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.db import Base, EncryptedText, UTCDateTime
from outreach.tables.columns import Json, ref, row_id
from outreach.tables.people import User


class CapabilityCheck(Base):
    """The last word on one capability of one channel. `proven_at` outlives later checks that could not tell."""

    __tablename__ = "capability_checks"
    __table_args__ = (UniqueConstraint("channel_id", "capability"),)

    id: Mapped[str] = row_id()
    channel_id: Mapped[str] = ref("channels")
    capability: Mapped[str] = mapped_column(String(32))
    proof: Mapped[str] = mapped_column(String(16), comment="proven, refused or unproven")
    code: Mapped[str] = mapped_column(String(64), comment="a message code: what Meta said, and the fix")
    params: Mapped[Json] = mapped_column(JSON, default=dict, comment="codes, ids, counts and dates only")
    people_sealed: Mapped[str | None] = mapped_column(Text)
    people = EncryptedText()
    checked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    proven_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Trial(Base):
    """Something made at Meta to try a channel: invisible and deleted at once, or a test post that a person asked for.

    Committed before the first call, so that what a crash leaves behind is found again.
    """

    __tablename__ = "trials"

    id: Mapped[str] = row_id()
    channel_id: Mapped[str] = ref("channels")
    user_id: Mapped[str | None] = ref("users", nullable=True)
    kind: Mapped[str] = mapped_column(String(16), comment="rehearsal or test_post")
    parts: Mapped[Json] = mapped_column(JSON, default=dict, comment="Meta's ids, by step")
    remote_id: Mapped[str | None] = mapped_column(String(64))
    permalink: Mapped[str | None] = mapped_column(String(500))
    error_code: Mapped[str | None] = mapped_column(String(64))
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime, comment="nothing of it is left at Meta")


class LiveConfirmation(Base):
    """A named person's word that an account outside of the team saw a test post; append-only."""

    __tablename__ = "live_confirmations"

    id: Mapped[str] = row_id()
    channel_id: Mapped[str] = ref("channels")
    user_id: Mapped[str | None] = ref("users", nullable=True)
    user: Mapped[User | None] = relationship(lazy="joined")
    seen_by_sealed: Mapped[str | None] = mapped_column(Text)
    seen_by = EncryptedText()
    at: Mapped[datetime] = mapped_column(UTCDateTime)
