"""Preparing early, against the sandbox: containers hours ahead, made again before they expire; each kind in time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from outreach import publishing
from outreach.states import PublicationStatus
from outreach.tables import Publication, PublishAttempt
from tests.integration.conftest import Stage
from tests.posting import publish, schedule
from tests.reading import sqlite_only

pytestmark = sqlite_only  # the SQL is that of entrusting, which runs on both
S = PublicationStatus


@pytest.fixture(autouse=True)
def _quiet(stage: Stage) -> None:
    stage.tell("switches", audience=False)


def row(stage: Stage, publication_id: str) -> Publication:
    with stage.database.read() as session:
        return session.get_one(Publication, publication_id)


def containers(stage: Stage) -> int:
    with stage.database.read() as session:
        return len(session.scalars(select(PublishAttempt.id).where(PublishAttempt.step == "container")).all())


def test_an_accounts_post_is_prepared_twenty_hours_ahead_and_a_pages_half_an_hour(stage: Stage) -> None:
    page = schedule(stage, "page", "نص", ahead=timedelta(hours=21))
    insta = schedule(stage, "insta", "نص", images=1, ahead=timedelta(hours=21))
    publish(stage)
    assert (row(stage, page).status, row(stage, insta).status) == (S.SCHEDULED, S.SCHEDULED)
    stage.jump(hours=1, minutes=1)
    publish(stage)
    assert (row(stage, page).status, row(stage, insta).status) == (S.SCHEDULED, S.PREPARED)
    stage.jump(hours=19, minutes=35)
    publish(stage)
    assert row(stage, page).status == S.PREPARED
    stage.jump(minutes=30)
    publish(stage)
    assert (row(stage, page).status, row(stage, insta).status) == (S.PUBLISHED, S.PUBLISHED)


def test_a_refused_image_is_known_hours_before_its_slot(stage: Stage) -> None:
    insta = schedule(stage, "insta", "نص", images=1, ahead=timedelta(hours=18))
    stage.fault("error", path=r".*/media$", error={"code": 36003, "error_subcode": 2207009})
    publish(stage)
    assert (row(stage, insta).status, row(stage, insta).error_code) == (S.FAILED, "meta.media_refused")


def test_a_container_that_expires_before_its_slot_is_made_again(stage: Stage) -> None:
    """Moved by a person after it was prepared: nothing else makes a container old before its slot."""
    insta = schedule(stage, "insta", "نص", images=1, ahead=timedelta(hours=19))
    publish(stage)
    with stage.database.write() as session:
        session.get_one(Publication, insta).due_at += timedelta(hours=12)
    stage.jump(hours=23)
    publish(stage)
    assert (row(stage, insta).status, containers(stage)) == (S.PREPARED, 2)
    stage.jump(hours=8, minutes=1)
    publish(stage)
    assert (row(stage, insta).status, stage.visible()) == (S.PUBLISHED, ["نص"])
    assert containers(stage) == 2


@pytest.mark.parametrize("moves", [True, False])
def test_a_post_made_early_is_found_whichever_time_meta_shows_for_it(stage: Stage, moves: bool) -> None:
    stage.tell("switches", created_time_moves=moves)
    stage.worker.settings.publishing.prepare_ahead_minutes = 1200
    page = schedule(stage, "page", "نص", ahead=timedelta(hours=19))
    publish(stage)
    assert row(stage, page).status == S.PREPARED
    stage.jump(hours=19)
    stage.fault("reset_after", path=r".*/\d+_\d+$")
    for _ in range(3):
        publish(stage)
        stage.jump(minutes=1)
    assert (row(stage, page).status, stage.visible()) == (S.PUBLISHED, ["نص"])


def test_an_early_image_is_served_until_its_post_is_out(stage: Stage) -> None:
    import requests

    from outreach.tables import MediaGrant

    schedule(stage, "insta", "نص", images=1, ahead=timedelta(hours=19))
    publish(stage)
    with stage.database.read() as session:
        grant = session.scalars(select(MediaGrant)).one()
    address = f"{stage.worker.settings.media_base_url}/m/{grant.id}/0.jpg"
    stage.jump(hours=18)
    assert requests.get(address, timeout=10).status_code == 200
    stage.jump(hours=1)
    publish(stage)
    assert requests.get(address, timeout=10).status_code == 404


def test_preparing_goes_on_while_another_post_is_far_ahead(stage: Stage) -> None:
    far = schedule(stage, "insta", "بعيد", images=1, ahead=timedelta(hours=19))
    near = schedule(stage, "insta", "قريب", images=1)
    assert publishing.prepare_due(stage.worker.desk)
    assert (row(stage, near).status, row(stage, far).status) == (S.PREPARED, S.SCHEDULED)
