"""The row of a notice: one reason, or several merged, for one person."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from outreach import policy
from outreach.db import current_keyring
from outreach.tables import Alert, User

MERGE = timedelta(minutes=15)  #: one notice of a kind per person


class Status(StrEnum):
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


def key_of(kind: str, comment_id: str) -> str:
    """Remembers that a comment was told of without naming it."""
    return current_keyring().digest(f"{kind}:{comment_id}", "alert")


def every_key_of(comment_id: str) -> set[str]:
    """All keys by which notices may remember a comment, under every HMAC epoch."""
    keyring = current_keyring()
    return {key for kind in policy.COMMENT_NOTICES for key in keyring.digests(f"{kind}:{comment_id}", "alert")}


def write(
    session: Session,
    person: User,
    kind: str,
    keys: Collection[str],
    *,
    now: datetime,
    details: Mapping[str, Any] | None = None,
) -> None:
    """`keys` remember what was told; `details` hold codes, ids and counts for the words, never what anybody wrote."""
    session.add(
        Alert(
            user_id=person.id,
            kind=kind,
            count=max(1, len(keys)),
            details={"keys": sorted(keys), **(details or {})},
            status=Status.PENDING,
            tries=0,
            created_at=now,
        )
    )
