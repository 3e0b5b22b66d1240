"""The installation itself, and what its jobs say of themselves."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db import Base, UTCDateTime
from outreach.tables.columns import row_id


class Installation(Base):
    """One row, stamped by `outreach init` (design §2.11); where it belongs and how far it has come is kept up to date.

    `epoch` is counted up here and in a file outside the database: when the two part, one of them is a copy.
    """

    __tablename__ = "installations"

    id: Mapped[str] = row_id()
    mode: Mapped[str] = mapped_column(String(16))
    keys: Mapped[str] = mapped_column(String(32), comment="fingerprint of the keyring")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    host: Mapped[str | None] = mapped_column(String(32), comment="fingerprint of machine and folder")
    epoch: Mapped[int | None] = mapped_column(Integer)
    seen_at: Mapped[datetime | None] = mapped_column(UTCDateTime, comment="when the epoch was last counted up")


class JobRun(Base):
    """When each job last started and last ended well: what `/healthz` shows."""

    __tablename__ = "job_runs"

    id: Mapped[str] = mapped_column(String(64), primary_key=True, comment="the job's name")
    started_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    succeeded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    error_code: Mapped[str | None] = mapped_column(String(64))
