"""Weekly digests and their deliveries."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db import Base, EncryptedText, KeyedHash, UTCDateTime
from outreach.tables.columns import Json, ref, row_id


class Digest(Base):
    """One week's figures. The week starts on Saturday in the installation's time zone."""

    __tablename__ = "digests"

    id: Mapped[str] = row_id()
    week: Mapped[str] = mapped_column(String(10), unique=True, comment="first day, YYYY-MM-DD")
    figures: Mapped[Json] = mapped_column(JSON)
    built_at: Mapped[datetime] = mapped_column(UTCDateTime)


class DigestDelivery(Base):
    """A digest mailed to one person; the row is committed before the mail is sent, so none is sent twice unseen."""

    __tablename__ = "digest_deliveries"
    __table_args__ = (UniqueConstraint("digest_id", "recipient_key"),)

    id: Mapped[str] = row_id()
    digest_id: Mapped[str] = ref("digests")
    recipient_key: Mapped[str] = mapped_column(KeyedHash("recipient"))
    recipient_sealed: Mapped[str] = mapped_column(Text)
    recipient = EncryptedText()
    status: Mapped[str] = mapped_column(String(16), comment="pending, sending, sent, failed, unknown")
    tries: Mapped[int] = mapped_column(Integer, default=0)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    error_code: Mapped[str | None] = mapped_column(String(64))
