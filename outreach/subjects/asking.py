"""Requests to delete that Meta passes on: taken in by signature, answered with a code, done by a focal point."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.db import Database, every_key
from outreach.meta import webhooks
from outreach.tables import Comment, DeletionRequest


class RequestStatus(StrEnum):
    UNKNOWN = "unknown"  #: no such code, or forgotten since
    WAITING = "waiting"  #: something of hers is held: a person sees to it
    DONE = "done"  #: nothing is held under the id that Meta gave


def receive_request(database: Database, signed_request: str, secrets: Sequence[str], *, now: datetime) -> str:
    """Write down a request and return its confirmation code. Raises DeniedError, InvalidError.

    Meta gives an id of hers for our app, which need not be the one under which she comments: nothing may be found.
    """
    user_id = webhooks.requester(signed_request, secrets)
    keys = every_key(Comment.author_key, [user_id])
    hour = now.replace(minute=0, second=0, microsecond=0)
    with database.write() as session:
        request = DeletionRequest(received_hour=hour, author_keys=sorted(keys) if _is_held(session, keys) else [])
        session.add(request)
    return str(request.id)


def waiting(database: Database) -> list[tuple[str, datetime]]:
    """Codes of requests that a person has to see to, and the hour in which each came."""
    with database.read() as session:
        rows = session.scalars(select(DeletionRequest).order_by(DeletionRequest.received_hour)).all()
        return [(row.id, row.received_hour) for row in rows if _is_held(session, row.author_keys)]


def status_of(database: Database, code: str) -> RequestStatus:
    with database.read() as session:
        request = session.get(DeletionRequest, code)
        if request is None:
            return RequestStatus.UNKNOWN
        return RequestStatus.WAITING if _is_held(session, request.author_keys) else RequestStatus.DONE


def _is_held(session: Session, keys: Sequence[str] | set[str]) -> bool:
    return bool(keys) and session.scalar(select(Comment.id).where(Comment.author_key.in_(keys)).limit(1)) is not None
