"""Our own first comment under a post. Not idempotent at Meta: every try first looks whether it stands there."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import or_, select

from outreach.errors import MetaError
from outreach.meta import protocol
from outreach.publishing.desk import (
    LEASE,
    Desk,
    abandon_attempts,
    back_off,
    change,
    end_attempt,
    format_of,
    is_open,
    is_stopped,
    may_write,
    start_attempt,
)
from outreach.states import Format, PublicationStatus
from outreach.tables import Publication

STEP = "first_comment"
GIVE_UP = timedelta(hours=24)  #: a "first" comment a day later would be a stray one


def comment_due(desk: Desk) -> bool:
    """Write one outstanding first comment. True if there may be more."""
    publication = _claim(desk)
    if publication is None:
        return False
    try:
        channel = desk.open_channel(publication.channel)
        found = _already_there(publication, channel)
        comment_id = found or _write(desk, publication, channel)
    except MetaError as error:
        _wait(desk, publication, error)
        return True
    if comment_id:
        with desk.database.write() as session:
            done = {"first_comment_id": comment_id, "retry_at": None, "tries": 0, "error_code": None}
            change(session, publication, PublicationStatus.PUBLISHED, **done)
    return True


def _claim(desk: Desk) -> Publication | None:
    now = desk.clock.now()
    waiting = select(Publication).where(
        Publication.status == PublicationStatus.PUBLISHED,
        Publication.first_comment_id.is_(None),
        Publication.origin == "campaign",
        Publication.published_at > now - GIVE_UP,
        or_(Publication.retry_at.is_(None), Publication.retry_at <= now),
        ~is_stopped(),
    )
    with desk.database.write() as session:
        for publication in session.scalars(waiting):
            story = format_of(publication) is Format.STORY  # takes no comments
            wanted = publication.content.get("first_comment") and not story
            if not wanted or publication.error_code == "first_comment.refused":
                continue
            if is_open(publication.channel) and change(
                session, publication, PublicationStatus.PUBLISHED, retry_at=now + LEASE
            ):
                abandon_attempts(session, publication, now)
                return publication
    return None


def _already_there(publication: Publication, channel: protocol.Channel) -> str | None:
    """The id of our own comment with this text.

    Looked for before every try, the first as well: a restored database does not know what it wrote since, and a person
    who saw the post go out may have written the comment by hand.
    """
    wanted = _folded(publication.content["first_comment"])
    own = (each for each in channel.comments(_remote_id(publication)) if each.own)
    return next((each.id for each in own if _folded(each.text) == wanted), None)


def _write(desk: Desk, publication: Publication, channel: protocol.Channel) -> str | None:
    """The new comment's id; None when, while it was looked, a pause came or another process took the row over."""
    now = desk.clock.now()
    with desk.database.write() as session:
        if not may_write(session, publication) or not change(
            session, publication, PublicationStatus.PUBLISHED, retry_at=now + LEASE
        ):
            return None
        attempt = start_attempt(session, publication, STEP, now)
    try:
        comment_id = channel.add_comment(_remote_id(publication), publication.content["first_comment"])
    except MetaError as error:
        with desk.database.write() as session:
            end_attempt(session, attempt, desk.clock.now(), error=error)
        raise
    with desk.database.write() as session:
        end_attempt(session, attempt, desk.clock.now(), remote_id=comment_id)
    return comment_id


def _wait(desk: Desk, publication: Publication, error: MetaError) -> None:
    refused = error.permanent and not error.maybe_done
    waited = {
        "retry_at": None if refused else back_off(publication.tries, error, desk.clock.now()),
        "tries": publication.tries + 1,
        "error_code": "first_comment.refused" if refused else error.code,
    }
    with desk.database.write() as session:
        change(session, publication, PublicationStatus.PUBLISHED, **waited)


def _remote_id(publication: Publication) -> str:
    assert publication.remote_id is not None  # noqa: S101  a published publication has one
    return publication.remote_id


def _folded(text: str) -> str:
    return " ".join(text.split())
