"""Outcomes that are not known are read back from Meta; what stays unclear goes to a person, never to a second write."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from outreach.errors import MetaError
from outreach.meta import protocol
from outreach.publishing.desk import LEASE, Desk, abandon_attempts, back_off, change, content_of
from outreach.publishing.releasing import published
from outreach.states import PublicationStatus
from outreach.tables import Publication, PublishAttempt

UNCLEAR_TRIES = 6  #: looks, over about half an hour, before a person is asked
WORKING_TRIES = 24  #: over some five hours, while Meta says that it is at work on a video
LONGEST_GAP = timedelta(minutes=16)
#: Clocks of two hosts differ; posts are searched from this long before the attempt.
SKEW = timedelta(minutes=10)


def settle_due(desk: Desk) -> bool:
    """Read one unclear release back. True if there may be more."""
    _collect_left_behind(desk)
    publication = _claim(desk)
    if publication is None:
        return False
    try:
        finding = read_back(desk, publication)
    except MetaError as error:
        _wait(desk, publication, error)
    else:
        _settle(desk, publication, finding)
    return True


def _collect_left_behind(desk: Desk) -> None:
    """A release whose process died: its lease is over, and nobody knows what Meta did."""
    now = desk.clock.now()
    left = select(Publication).where(Publication.status == PublicationStatus.RELEASING, Publication.retry_at <= now)
    with desk.database.write() as session:
        for publication in session.scalars(left):
            unknown = {"retry_at": now, "tries": 0, "error_code": "publish.interrupted"}
            if change(session, publication, PublicationStatus.UNKNOWN, **unknown):
                abandon_attempts(session, publication, now)


def _claim(desk: Desk) -> Publication | None:
    """UNKNOWN rows with a `retry_at` are ours to read back; without one they wait for a person."""
    now = desk.clock.now()
    unclear = (
        select(Publication)
        .where(Publication.status == PublicationStatus.UNKNOWN, Publication.retry_at <= now)
        .order_by(Publication.retry_at)
    )
    with desk.database.write() as session:
        for publication in session.scalars(unclear):
            if change(session, publication, PublicationStatus.UNKNOWN, retry_at=now + LEASE):
                return publication
    return None


def read_back(desk: Desk, publication: Publication) -> protocol.Finding:
    """Whether it is out, as Meta says. Raises MetaError."""
    channel = desk.open_channel(publication.channel)
    return channel.find(publication.parts, content_of(desk, publication), _searched_from(desk, publication))


def _searched_from(desk: Desk, publication: Publication) -> datetime:
    """Earlier than our first attempt nothing of ours can have gone out."""
    with desk.database.read() as session:
        first = session.scalar(
            select(PublishAttempt.started_at)
            .where(PublishAttempt.publication_id == publication.id)
            .order_by(PublishAttempt.started_at)
            .limit(1)
        )
    return (first or publication.due_at) - SKEW


def _settle(desk: Desk, publication: Publication, finding: protocol.Finding) -> None:
    now = desk.clock.now()
    with desk.database.write() as session:
        if finding.presence is protocol.Presence.PUBLISHED and finding.released is not None:
            published(session, publication, finding.released, now)
        elif finding.presence is protocol.Presence.ABSENT:
            change(session, publication, PublicationStatus.PREPARED, retry_at=None)
        elif finding.final or publication.tries + 1 >= (WORKING_TRIES if finding.working else UNCLEAR_TRIES):
            change(session, publication, PublicationStatus.UNKNOWN, retry_at=None, error_code="publish.unclear")
        else:
            waited = {
                "retry_at": now + min(timedelta(minutes=2**publication.tries), LONGEST_GAP),
                "tries": publication.tries + 1,
            }
            change(session, publication, PublicationStatus.UNKNOWN, **waited)


def _wait(desk: Desk, publication: Publication, error: MetaError) -> None:
    """Meta cannot be read now; keep asking: nothing is repeated until the answer is known."""
    retry_at = back_off(publication.tries, error, desk.clock.now())
    with desk.database.write() as session:
        change(session, publication, PublicationStatus.UNKNOWN, retry_at=retry_at, tries=min(publication.tries + 1, 4))
