"""kill -9 at every step of handing posts to Meta's scheduler and of taking them back: out once, or not at all."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from outreach import publishing
from outreach.states import LeftoverStatus, PublicationStatus, Role
from outreach.tables import Channel, Leftover, Publication, PublishAttempt
from tests.e2e.test_kills import Forge, events, forge, left_started, sandbox, stage
from tests.factories import make_user
from tests.integration.conftest import Stage
from tests.posting import schedule

__all__ = ["forge", "sandbox", "stage"]
pytestmark = pytest.mark.kills

AHEAD = timedelta(hours=1)  #: of the slot: room for a lease, two looks and another try in Meta's schedule


@pytest.fixture(autouse=True)
def _entrusts(stage: Stage) -> None:
    with stage.database.write() as session:
        session.execute(update(Channel).values(entrusts=True))


def armed(stage: Stage) -> list[Any]:
    return [post for post in stage.state()["posts"] if post["scheduled_at"] and not post["deleted"]]


@pytest.mark.parametrize(("images", "every"), [(0, 1), (2, 4)], ids=["text", "photos"])
def test_each_entrusted_post_is_out_once_wherever_the_process_died(
    stage: Stage, forge: Forge, images: int, every: int
) -> None:
    ids: list[str] = []
    for event in events(stage, every):
        ids.append(schedule(stage, "page", f"post {len(ids)}", images=images, ahead=AHEAD))
        killed = forge.order("publish", kill_at=event)
        forge.order("publish")
        if not killed:
            break
    stage.jump(hours=2)  # the power is out while the last slots come
    forge.order("publish")
    assert sorted(stage.visible()) == sorted(f"post {number}" for number in range(len(ids)))
    with stage.database.read() as session:
        rows = session.scalars(select(Publication).where(Publication.id.in_(ids))).all()
        assert {(row.status, tuple(row.altered)) for row in rows} == {(PublicationStatus.PUBLISHED, ())}
        assert not left_started(session, PublishAttempt)
    assert len({row.remote_id for row in rows}) == len(ids) == forge.kills + 1
    assert armed(stage) == []
    assert forge.kills >= 3


def test_each_cancelled_post_is_gone_at_meta_wherever_the_process_died(stage: Stage, forge: Forge) -> None:
    with stage.database.write() as session:
        person = make_user(session, Role.APPROVER).id
    ids: list[str] = []
    for event in events(stage):
        ids.append(schedule(stage, "page", f"post {len(ids)}", ahead=timedelta(hours=12)))
        forge.order("publish", later=False)
        now = stage.clock.now()
        publishing.decide(stage.database, ids[-1], publishing.Choice.DROP, user_id=person, now=now)
        killed = forge.order("publish", kill_at=event)
        forge.order("publish")
        if not killed:
            break
    assert armed(stage) == []
    stage.jump(hours=24)
    forge.order("publish")
    assert stage.visible() == []
    with stage.database.read() as session:
        assert set(session.scalars(select(Publication.status))) == {PublicationStatus.CANCELLED}
        assert set(session.scalars(select(Leftover.status))) == {LeftoverStatus.GONE}
        assert not left_started(session, PublishAttempt)
    assert forge.kills >= 3
