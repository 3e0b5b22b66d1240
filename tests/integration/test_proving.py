"""Whether Meta can fetch our images is proven by a container that nobody ever sees."""

from __future__ import annotations

from dataclasses import replace

import pytest
import requests
from sqlalchemy import func, select

from outreach import publishing
from outreach.errors import InvalidError
from outreach.tables import AuditEvent, Channel, MediaGrant
from outreach.wording import word
from tests.integration.conftest import Stage


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """No statement here is one of its own: test_publishing runs on both."""
    return sqlite_url


@pytest.fixture
def insta(stage: Stage) -> Channel:
    with stage.database.read() as session:
        return session.scalars(select(Channel).where(Channel.name == "insta")).one()


def prove(stage: Stage, channel: Channel, **changed: object) -> publishing.FetchProof:
    desk = replace(stage.worker.desk, **changed)
    return publishing.prove_fetch(channel, desk, pause=lambda seconds: stage.jump(seconds=seconds))


def grants(stage: Stage) -> int:
    with stage.database.read() as session:
        return session.scalar(select(func.count()).select_from(MediaGrant)) or 0


def test_that_meta_can_fetch_is_proven_and_nothing_is_seen(stage: Stage, insta: Channel) -> None:
    proof = prove(stage, insta)
    assert (proof.state, proof.code) == ("proven", "fetch.proven")
    assert stage.worker.desk.media_base_url in word(proof.code, proof.params, language="en")
    assert (stage.visible(), stage.state()["media"], grants(stage)) == ([], [], 0)
    with stage.database.read() as session:
        events = session.scalars(select(AuditEvent.event).where(AuditEvent.subject == insta.id)).all()
    assert {"channel.fetch_tried", "channel.fetch_answered"} <= set(events)


def test_a_wrong_public_address_is_told_with_what_to_mend(stage: Stage, insta: Channel) -> None:
    proof = prove(stage, insta, media_base_url="http://127.0.0.1:9")
    assert (proof.state, proof.code) == ("refused", "fetch.unreachable")
    for language in ("ar", "en"):
        said = word(proof.code, proof.params, language=language)
        assert "media.public_base_url" in said
        assert "http://127.0.0.1:9" in said
    assert grants(stage) == 0


def test_an_address_that_answers_with_something_else_is_no_proof(stage: Stage, insta: Channel) -> None:
    proof = prove(stage, insta, media_base_url=f"{stage.sandbox.base_url}/elsewhere")
    assert proof.state == "refused"


def test_a_container_that_stays_open_proves_nothing(stage: Stage, insta: Channel) -> None:
    stage.fault("container_stuck", path=".*/media$")
    assert prove(stage, insta).code == "fetch.no_answer"
    assert grants(stage) == 0


def test_a_dead_token_says_nothing_about_the_address(stage: Stage, insta: Channel) -> None:
    stage.tell("token", token=stage.sandbox.page_token, subcode=460)
    proof = prove(stage, insta)
    assert (proof.state, proof.code) == ("unproven", "meta.token_dead")
    assert grants(stage) == 0


def test_a_page_is_sent_its_images_and_needs_no_proof(stage: Stage, page: Channel) -> None:
    with pytest.raises(InvalidError, match=r"fetch\.not_needed"):
        prove(stage, page)


def test_what_a_killed_proof_left_behind_is_cleared_by_the_next(stage: Stage, insta: Channel) -> None:
    with stage.database.write() as session:
        session.add(MediaGrant(publication_id=None, media=["0" * 64], expires_at=stage.clock.now()))
    assert prove(stage, insta).state == "proven"
    assert grants(stage) == 0


def test_the_trial_image_is_served_while_the_proof_lasts_alone(stage: Stage, insta: Channel) -> None:
    stage.fault("container_stuck", path=".*/media$")
    seen: list[int] = []

    def look(_seconds: float) -> None:
        with stage.database.read() as session:
            grant = session.scalars(select(MediaGrant)).one()
        address = f"{stage.worker.desk.media_base_url}/m/{grant.id}/0.jpg"
        seen.append(requests.head(address, timeout=5).status_code)

    publishing.prove_fetch(insta, stage.worker.desk, pause=look)
    assert set(seen) == {200}


def test_a_fetch_that_fails_after_the_container_was_made_is_a_refusal(stage: Stage, insta: Channel) -> None:
    stage.fault("container_error", path=".*/media$", subcode=2207052)
    assert prove(stage, insta).code == "fetch.unreachable"
