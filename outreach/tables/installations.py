"""The installation itself, and what its jobs say of themselves."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db import Base, UTCDateTime
from outreach.tables.columns import row_id


class Installation(Base):
    """One row, stamped by `outreach init` and never changed (design §2.11)."""

    __tablename__ = "installations"

    id: Mapped[str] = row_id()
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
