"""What a person decides about a publication that may not go on by itself."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.db import Database
from outreach.errors import ConflictError, InvalidError
from outreach.publishing.desk import change, is_approved, load, take_over
from outreach.states import HeldReason, PublicationStatus
from outreach.tables import AuditEvent, Publication

_S = PublicationStatus


class Choice(StrEnum):
    PUBLISH_NOW = "publish_now"  #: held or failed: as soon as its channel's spacing allows
    RESCHEDULE = "reschedule"  #: held or failed: at another time
    DROP = "drop"
    IS_OUT = "is_out"  #: unknown or held: I have seen it on the page
    IS_NOT_OUT = "is_not_out"  #: unknown: I have looked, it is not there


_ALLOWED = {
    Choice.PUBLISH_NOW: {_S.HELD, _S.FAILED},
    Choice.RESCHEDULE: {_S.HELD, _S.FAILED},
    Choice.DROP: {_S.HELD, _S.FAILED, _S.DRAFT, _S.SCHEDULED, _S.UNKNOWN},
    Choice.IS_OUT: {_S.UNKNOWN, _S.HELD},
    Choice.IS_NOT_OUT: {_S.UNKNOWN},
}


def decide(
    database: Database,
    publication_id: str,
    choice: Choice,
    *,
    user_id: str,
    now: datetime,
    at: datetime | None = None,
    remote_id: str = "",
) -> None:
    """Carry out a person's choice and write it to the audit log.

    Raises InvalidError when a needed time or id is missing or wrong, ConflictError when the publication has moved on.
    """
    with database.write() as session:
        publication = load(session, publication_id)
        if publication.status not in _ALLOWED[choice]:
            raise ConflictError("publication.moved_on", publication=publication_id, status=publication.status)
        was = publication.status
        _apply(session, publication, choice, now=now, at=at, remote_id=remote_id)
        session.add(
            AuditEvent(
                at=now,
                user_id=user_id,
                event=f"publication.{choice}",
                subject=publication_id,
                details={"was": was, "is": publication.status},
            )
        )


def _apply(
    session: Session, publication: Publication, choice: Choice, *, now: datetime, at: datetime | None, remote_id: str
) -> None:
    if choice is Choice.DROP:
        _to(session, publication, _S.CANCELLED)
    elif choice is Choice.IS_OUT:
        _is_out(session, publication, remote_id, now)
    elif choice is Choice.IS_NOT_OUT:
        _to(session, publication, _S.HELD, held_reason=HeldReason.LATE)
    else:
        _again(session, publication, now if choice is Choice.PUBLISH_NOW else at, now)


def _is_out(session: Session, publication: Publication, remote_id: str, now: datetime) -> None:
    """Raises InvalidError without an id, and for one that is another publication of ours."""
    other = select(Publication.id).where(
        Publication.channel_id == publication.channel_id,
        Publication.remote_id == remote_id,
        Publication.origin != "adopted",
    )
    if not remote_id or session.scalar(other):
        raise InvalidError("publication.which_post", publication=publication.id)
    take_over(session, publication, remote_id)
    _to(session, publication, _S.PUBLISHED, remote_id=remote_id, published_at=now, next_read_at=now)


def _again(session: Session, publication: Publication, due_at: datetime | None, now: datetime) -> None:
    """Back to its way, with parts made anew; a post whose approval is missing waits for it as a draft."""
    if due_at is None or due_at < now:
        raise InvalidError("publication.time_in_past", publication=publication.id)
    to = _S.SCHEDULED if is_approved(session, publication) else _S.DRAFT
    _to(session, publication, to, due_at=due_at, held_reason=None, parts={}, prepared_at=None)


def _to(session: Session, publication: Publication, status: PublicationStatus, **values: object) -> None:
    settled = {"retry_at": None, "tries": 0, "error_code": None, "error_params": {}, **values}
    if not change(session, publication, status, **settled):
        raise ConflictError("publication.moved_on", publication=publication.id, status=publication.status)
