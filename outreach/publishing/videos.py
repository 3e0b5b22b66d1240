"""What preparing a video needs beyond a post: leases as long as its upload may take, and going on after a crash."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import ColumnElement, Text, cast, select
from sqlalchemy.orm import Session

from outreach.meta import protocol
from outreach.publishing.desk import LEASE
from outreach.states import Outcome
from outreach.tables import Publication, PublishAttempt


def has_video() -> ColumnElement[bool]:
    """Uploading one may take longer than a post is prepared ahead; unfinished, it shows nothing."""
    return cast(Publication.content, Text).like('%"video": true%')


def lease(step: protocol.Step) -> timedelta:
    return LEASE + timedelta(seconds=step.seconds)


def goes_on(session: Session, publication: Publication) -> bool:
    """Whether all that a crash cut short are uploads: Meta tells where to go on, so what is made stays good."""
    left = select(PublishAttempt.step).where(
        PublishAttempt.publication_id == publication.id, PublishAttempt.outcome == Outcome.STARTED
    )
    return all(step == protocol.UPLOAD for step in session.scalars(left))
