"""Requests of people about what is held on them, and what is left of such a request: numbers, no identity."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.db import Base, UTCDateTime
from outreach.tables.columns import Json, ref, row_id
from outreach.tables.people import User


class Erasure(Base):
    """The receipt of one erasure. Its random id is all that the person is given; nothing here leads back to her."""

    __tablename__ = "erasures"

    id: Mapped[str] = row_id()
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_id: Mapped[str] = ref("users")
    by: Mapped[User] = relationship(lazy="joined")
    counts: Mapped[Json] = mapped_column(JSON, comment="rows by table")
    reason: Mapped[str | None] = mapped_column(String(32), comment="why an open Case did not keep it from being done")


class DeletionRequest(Base):
    """What Meta passed on from a person who asked that her data be deleted; its id is the confirmation code."""

    __tablename__ = "deletion_requests"

    id: Mapped[str] = row_id()
    received_hour: Mapped[datetime] = mapped_column(UTCDateTime)
    author_keys: Mapped[list[str]] = mapped_column(
        JSON, comment="keyed hashes of who asked, while anything of hers is held"
    )
