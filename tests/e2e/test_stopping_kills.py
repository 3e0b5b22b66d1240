"""kill -9 at every step of taking down, and of what a pause takes back: gone at Meta once, and never out afterwards."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from outreach import publishing
from outreach.states import PublicationStatus, Role, TakedownReason, WithdrawalStatus
from outreach.tables import Channel, Publication, PublishAttempt, Withdrawal
from tests.e2e.test_kills import Forge, events, forge, left_started, sandbox, stage
from tests.factories import make_user
from tests.integration.conftest import Stage
from tests.posting import schedule

__all__ = ["forge", "sandbox", "stage"]
pytestmark = pytest.mark.kills


@pytest.fixture
def person(stage: Stage) -> str:
    with stage.database.write() as session:
        return str(make_user(session, Role.APPROVER).id)


@pytest.mark.parametrize(
    ("ahead", "channel", "images", "every"),
    [(timedelta(0), "page", 0, 1), (timedelta(0), "insta", 1, 3), (timedelta(minutes=20), "page", 1, 4)],
    ids=["published", "on-instagram", "prepared"],
)
def test_each_post_is_taken_down_wherever_the_process_died(
    stage: Stage, forge: Forge, person: str, ahead: timedelta, channel: str, images: int, every: int
) -> None:
    ids: list[str] = []
    for event in events(stage, every):
        ids.append(schedule(stage, channel, f"post {len(ids)}", images=images, ahead=ahead))
        forge.order("publish", later=False)
        how = {"user_id": person, "now": stage.clock.now()}
        publishing.take_down(stage.database, stage.worker.media, ids[-1:], TakedownReason.UNSAFE, **how)
        killed = forge.order("withdraw", kill_at=event)
        forge.order("withdraw")
        if not killed:
            break
    stage.jump(hours=1)
    forge.order("publish")
    state = stage.state()
    assert [each["text"] for each in (*state["posts"], *state["media"]) if not each["deleted"]] == []
    with stage.database.read() as session:
        assert set(session.scalars(select(Publication.status))) == {PublicationStatus.RETRACTED}
        assert set(session.scalars(select(Withdrawal.status))) == {WithdrawalStatus.DONE}
        assert not left_started(session, PublishAttempt)
    assert len(ids) == forge.kills + 1
    assert forge.kills >= 2


def test_what_a_pause_takes_back_never_goes_out_wherever_the_process_died(
    stage: Stage, forge: Forge, person: str
) -> None:
    with stage.database.write() as session:
        session.execute(update(Channel).values(entrusts=True))
    ids: list[str] = []
    for event in events(stage, 3):
        ids.append(schedule(stage, "page", f"post {len(ids)}", ahead=timedelta(hours=12)))
        forge.order("publish", later=False)
        publishing.pause(stage.database, why="test", user_id=person, now=stage.clock.now())
        assert len(publishing.standing(stage.database).armed) == 1
        killed = forge.order("withdraw", kill_at=event)
        forge.order("withdraw")
        assert publishing.standing(stage.database).armed == ()
        publishing.resume(stage.database, user_id=person, now=stage.clock.now())
        if not killed:
            break
    stage.jump(hours=24)
    forge.order("publish")
    assert stage.visible() == []
    with stage.database.read() as session:
        rows = session.scalars(select(Publication)).all()
        assert {(row.status, row.held_reason) for row in rows} == {(PublicationStatus.HELD, "paused")}
        assert not left_started(session, PublishAttempt)
    assert forge.kills >= 2
