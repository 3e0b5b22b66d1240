"""People who sign in, their sessions, and what they did."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Boolean, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.db import Base, EncryptedText, KeyedHash, UTCDateTime
from outreach.tables.columns import Json, ref, row_id


class User(Base):
    __tablename__ = "users"

    id: Mapped[str] = row_id()
    login: Mapped[str] = mapped_column(String(64), unique=True)
    display_name: Mapped[str] = mapped_column(String(128))
    roles: Mapped[list[str]] = mapped_column(JSON)
    password_hash: Mapped[str] = mapped_column(String(256), comment="argon2id")
    language: Mapped[str] = mapped_column(String(2), default="ar")
    email_sealed: Mapped[str | None] = mapped_column(Text)
    email = EncryptedText()
    notice_urls_sealed: Mapped[str | None] = mapped_column(Text)
    notice_urls = EncryptedText()  # one a line, in the order in which they are tried
    demo: Mapped[bool] = mapped_column(Boolean, default=False, comment="refused by a live installation")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class LoginSession(Base):
    """A signed-in browser. The cookie holds a random token; only its hash is kept."""

    __tablename__ = "login_sessions"

    id: Mapped[str] = row_id()
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[str] = ref("users")
    user: Mapped[User] = relationship(lazy="joined")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class LoginFailure(Base):
    """A failed sign-in, kept for a day to slow down guessing. `subject_key` is of the login or the address."""

    __tablename__ = "login_failures"

    id: Mapped[str] = row_id()
    subject_key: Mapped[str] = mapped_column(KeyedHash("login"), index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class AuditEvent(Base):
    """Who did or saw what; append-only. `details` holds codes and ids, never words of a comment."""

    __tablename__ = "audit_events"

    id: Mapped[str] = row_id()
    at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    user_id: Mapped[str | None] = ref("users", nullable=True)
    event: Mapped[str] = mapped_column(String(64), comment="a code, such as comment.revealed")
    subject: Mapped[str | None] = mapped_column(String(64), index=True, comment="id of the row it is about")
    details: Mapped[Json] = mapped_column(JSON, default=dict)
