"""What tests of pauses and takedowns do and look at, in words."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from outreach import publishing
from outreach.meta.protocol import Content
from outreach.states import (
    PublicationStatus,
    Role,
    TakedownReason,
)
from outreach.tables import Channel, Publication, PublishAttempt, Withdrawal
from tests.factories import make_user
from tests.integration.conftest import Stage
from tests.posting import schedule

S = PublicationStatus
UNSAFE, CONSENT = TakedownReason.UNSAFE, TakedownReason.CONSENT_WITHDRAWN


@pytest.fixture
def person(stage: Stage) -> str:
    with stage.database.write() as session:
        return str(make_user(session, Role.APPROVER, display_name="هدى").id)


def pause(stage: Stage, person: str, channel: str = "") -> None:
    publishing.pause(stage.database, why="تهديد", user_id=person, now=stage.clock.now(), channel=channel)


def resume(stage: Stage, person: str, channel: str = "") -> tuple[str, ...]:
    return publishing.resume(stage.database, user_id=person, now=stage.clock.now(), channel=channel)


def take_down(stage: Stage, person: str, *ids: str, why: TakedownReason = UNSAFE) -> publishing.Destroyed:
    how = {"user_id": person, "now": stage.clock.now()}
    _, destroyed = publishing.take_down(stage.database, stage.worker.media, ids, why, **how)
    return destroyed


def work(stage: Stage) -> None:
    stage.until_quiet(lambda: publishing.withdraw_due(stage.worker.desk))


def row(stage: Stage, publication_id: str) -> Publication:
    with stage.database.read() as session:
        return session.get_one(Publication, publication_id)


def withdrawals(stage: Stage) -> list[tuple[str, str | None]]:
    with stage.database.read() as session:
        return [(each.status, each.error_code) for each in session.scalars(select(Withdrawal).order_by(Withdrawal.at))]


def attempts(stage: Stage, publication_id: str) -> list[tuple[str, str]]:
    """In no order: several are made at one moment of a clock that stands still."""
    tried = select(PublishAttempt).where(PublishAttempt.publication_id == publication_id)
    with stage.database.read() as session:
        return [(each.step, each.outcome) for each in session.scalars(tried)]


def entrusted(stage: Stage, text: str = "لدى ميتا", minutes: int = 60) -> str:
    """A post that waits in Meta's own scheduler."""
    publication_id = schedule(stage, "page", text)
    at = stage.clock.now() + timedelta(minutes=minutes)
    with stage.database.read() as session:
        channel = session.scalars(select(Channel).where(Channel.name == "page")).one()
    planner = stage.worker.open_channel(channel).schedule
    assert planner is not None
    remote_id = planner.arm(Content(text), {}, at)
    with stage.database.write() as session:
        armed = {"status": S.ENTRUSTED, "parts": {"post": remote_id}, "due_at": at}
        session.execute(update(Publication).where(Publication.id == publication_id).values(**armed))
    return publication_id
