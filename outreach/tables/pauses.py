"""What a person stopped: pauses of channels, and posts that are to be withdrawn from Meta."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.db import Base, EncryptedText, UTCDateTime
from outreach.tables.columns import Json, ref, row_id
from outreach.tables.posts import Channel, Publication


class Pause(Base):
    """Nothing is released while one stands open, on its channel or, without one, on any. Only a person ends it."""

    __tablename__ = "pauses"

    id: Mapped[str] = row_id()
    kind: Mapped[str] = mapped_column(String(16))
    channel_id: Mapped[str | None] = ref("channels", nullable=True)
    channel: Mapped[Channel | None] = relationship(lazy="joined")
    code: Mapped[str | None] = mapped_column(String(64), comment="what was found, where no person asked for it")
    why_sealed: Mapped[str | None] = mapped_column(Text)
    why = EncryptedText()
    by_id: Mapped[str | None] = ref("users", nullable=True, index=False)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    since: Mapped[datetime | None] = mapped_column(UTCDateTime, comment="restored: all that we know is older")
    read_back: Mapped[Json] = mapped_column(JSON, default=dict, comment="restored: by channel id, what was found")
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)
    ended_by_id: Mapped[str | None] = ref("users", nullable=True, index=False)


class Withdrawal(Base):
    """A publication that is to be taken back from Meta, until that is confirmed by reading back."""

    __tablename__ = "withdrawals"

    id: Mapped[str] = row_id()
    publication_id: Mapped[str] = ref("publications")
    publication: Mapped[Publication] = relationship(lazy="joined")
    kind: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(32))
    by_id: Mapped[str | None] = ref("users", nullable=True, index=False)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    status: Mapped[str] = mapped_column(String(16), index=True)
    retry_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    tries: Mapped[int] = mapped_column(Integer, default=0)
    error_code: Mapped[str | None] = mapped_column(String(64))
    error_params: Mapped[Json] = mapped_column(JSON, default=dict)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
