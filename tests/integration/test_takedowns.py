"""Taking posts down everywhere, with what rests on a consent."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from outreach import consents, publishing
from outreach.errors import ConflictError
from outreach.publishing.releasing import _claim as claim_release
from outreach.states import (
    Outcome,
    WithdrawalStatus,
)
from outreach.tables import AuditEvent, Channel, Medium, Post, Publication
from tests.factories import NOW
from tests.integration.conftest import Stage
from tests.posting import posted, publish, schedule
from tests.reading import sqlite_only
from tests.stopping import CONSENT, S, attempts, entrusted, pause, person, row, take_down, withdrawals, work

__all__ = ["person"]  # fixtures


@pytest.mark.parametrize("channel", ["page", "insta"])
def test_a_published_post_is_deleted_and_that_is_read_back(stage: Stage, person: str, channel: str) -> None:
    publication_id = posted(stage, channel).id
    take_down(stage, person, publication_id)
    work(stage)
    assert (row(stage, publication_id).status, stage.visible()) == (S.RETRACTED, [])
    assert ("retract", Outcome.OK) in attempts(stage, publication_id)
    with pytest.raises(ConflictError, match=r"takedown\.already"):
        take_down(stage, person, publication_id)
    with stage.database.read() as session:
        events = set(session.scalars(select(AuditEvent.event).where(AuditEvent.subject == publication_id)))
    assert {"publication.taken_down", "publication.withdrawn"} <= events


@sqlite_only
@pytest.mark.parametrize("kind", ["reset_after", "500_after", "400_after", "reset_before"])
def test_a_lost_answer_to_a_deletion_is_settled_by_reading(stage: Stage, person: str, kind: str) -> None:
    publication_id = posted(stage).id
    take_down(stage, person, publication_id)
    stage.fault(kind, method="DELETE")
    for _ in range(3):
        work(stage)
        stage.jump(minutes=2)
    assert (row(stage, publication_id).status, stage.visible()) == (S.RETRACTED, [])


@pytest.mark.parametrize(("channel", "images"), [("page", 2), ("insta", 1)])
def test_what_is_prepared_stops_at_once_and_its_parts_are_deleted(
    stage: Stage, person: str, channel: str, images: int
) -> None:
    publication_id = schedule(stage, channel, "لن يظهر", images=images)
    stage.until_quiet(lambda: publishing.prepare_due(stage.worker.desk))
    assert row(stage, publication_id).status == S.PREPARED
    take_down(stage, person, publication_id)
    assert row(stage, publication_id).status == S.RETRACTED
    publish(stage)
    work(stage)
    stage.jump(hours=1)
    publish(stage)
    assert stage.visible() == []
    assert [status for status, _ in withdrawals(stage)] == [WithdrawalStatus.DONE]
    assert all(post["deleted"] for post in stage.state()["posts"])


@sqlite_only
def test_what_waits_in_metas_scheduler_is_taken_down_for_good(stage: Stage, person: str) -> None:
    publication_id = entrusted(stage)
    take_down(stage, person, publication_id)
    work(stage)
    stage.jump(hours=2)
    assert (row(stage, publication_id).status, stage.visible()) == (S.RETRACTED, [])


def test_a_release_under_way_is_waited_for_and_then_deleted(stage: Stage, person: str) -> None:
    publication_id = schedule(stage, "page", "في الطريق")
    stage.until_quiet(lambda: publishing.prepare_due(stage.worker.desk))
    claimed = claim_release(stage.worker.desk)
    assert claimed is not None
    take_down(stage, person, publication_id)
    work(stage)
    assert row(stage, publication_id).status == S.RELEASING
    stage.worker.open_channel(claimed[0].channel).release(claimed[0].parts)  # and then the process dies
    for _ in range(4):
        stage.jump(minutes=6)
        publish(stage)
        work(stage)
    assert (row(stage, publication_id).status, stage.visible()) == (S.RETRACTED, [])


@sqlite_only
def test_a_release_that_came_to_nothing_is_not_tried_again(stage: Stage, person: str) -> None:
    publication_id = schedule(stage, "page", "في الطريق")
    stage.until_quiet(lambda: publishing.prepare_due(stage.worker.desk))
    claim_release(stage.worker.desk)  # the process dies before the call
    take_down(stage, person, publication_id)
    for _ in range(4):
        stage.jump(minutes=6)
        publish(stage)
        work(stage)
    assert (row(stage, publication_id).status, stage.visible()) == (S.RETRACTED, [])


@sqlite_only
def test_what_meta_does_not_let_us_delete_is_a_persons_and_is_watched_until_it_is_gone(
    stage: Stage, person: str
) -> None:
    publication_id = posted(stage, "insta").id
    take_down(stage, person, publication_id)
    stage.fault("error", method="DELETE", error={"code": 10, "message": "no"}, status=403)
    work(stage)
    (asked,) = publishing.takedowns(stage.database)
    assert (asked.status, asked.error_code) == (WithdrawalStatus.BY_HAND, "meta.permission")
    assert asked.hand_steps == "takedown.hand.instagram_account.published"
    stage.jump(minutes=3)
    work(stage)
    assert row(stage, publication_id).status == S.PUBLISHED  # still there, and not deleted behind her back
    by_hand = stage.worker.open_channel(row(stage, publication_id).channel)
    by_hand.retract(row(stage, publication_id).remote_id or "")
    stage.jump(minutes=3)
    work(stage)
    assert row(stage, publication_id).status == S.RETRACTED


def test_a_takedown_beside_a_first_comment_never_says_done_while_it_counts_as_out(stage: Stage, person: str) -> None:
    from outreach.publishing import first_comments, withdrawing
    from outreach.publishing.withdrawals import claim

    publication_id = schedule(stage, "page", "منشور", first_comment="أول")
    desk = stage.worker.desk
    stage.until_quiet(lambda: publishing.prepare_due(desk), lambda: publishing.release_due(desk))
    before = row(stage, publication_id)
    assert first_comments._claim(desk) is not None
    take_down(stage, person, publication_id)
    taken = claim(desk, None)
    assert taken is not None
    withdrawing._delete(desk, taken, before)  # read before the comment's lease was taken
    assert withdrawals(stage)[0][0] == WithdrawalStatus.PENDING
    stage.jump(minutes=6)
    work(stage)
    assert (row(stage, publication_id).status, withdrawals(stage)[0][0]) == (S.RETRACTED, WithdrawalStatus.DONE)


@sqlite_only
def test_what_a_person_did_not_take_back_in_time_counts_as_published(stage: Stage, person: str) -> None:
    """Meta refuses the withdrawal, and the slot comes: it is out, and neither armed nor forgotten."""
    publication_id = entrusted(stage)
    pause(stage, person)
    stage.fault("error", method="DELETE", error={"code": 10, "message": "no"}, status=403, times=20)
    work(stage)
    assert withdrawals(stage)[0][0] == WithdrawalStatus.BY_HAND
    stage.jump(minutes=90)
    work(stage)
    assert (row(stage, publication_id).status, stage.visible()) == (S.PUBLISHED, ["لدى ميتا"])
    assert withdrawals(stage)[0][0] == WithdrawalStatus.TOO_LATE
    assert publishing.standing(stage.database).armed == ()


@sqlite_only
def test_where_meta_cannot_be_asked_a_person_says_that_it_is_gone(stage: Stage, person: str) -> None:
    publication_id = posted(stage).id
    take_down(stage, person, publication_id)
    stage.tell("token", token=stage.sandbox.page_token, subcode=460)
    work(stage)
    assert [each.error_code for each in publishing.takedowns(stage.database)] == ["meta.token_dead"]
    publishing.confirm_gone(stage.database, publication_id, user_id=person, now=stage.clock.now())
    assert row(stage, publication_id).status == S.RETRACTED
    assert publishing.takedowns(stage.database) == ()


@sqlite_only
def test_a_read_only_channel_is_not_written_to_by_a_takedown_either(stage: Stage, person: str) -> None:
    publication_id = posted(stage).id
    with stage.database.write() as session:
        session.execute(update(Channel).values(mode="read_only"))
    take_down(stage, person, publication_id)
    work(stage)
    assert withdrawals(stage) == [(WithdrawalStatus.BY_HAND, "withdraw.read_only")]
    assert len(stage.visible()) == 1


# -- consent ------------------------------------------------------------------------------------------------------


def rest_on_consent(stage: Stage, *ids: str) -> None:
    consents.add(stage.database, "CR-1", consents.Terms(("facebook",)), until=None, user_id=None, now=NOW)
    with stage.database.write() as session:
        posts = select(Publication.post_id).where(Publication.id.in_(ids))
        session.execute(update(Post).where(Post.id.in_(posts)).values(consent="CR-1"))


def keep_media(stage: Stage, publication_id: str) -> list[str]:
    shas = [item["sha256"] for item in row(stage, publication_id).content["media"]]
    with stage.database.write() as session:
        for sha in shas:
            if session.get(Medium, sha) is None:
                session.add(Medium(id=sha, file_name="x.jpg", width=1, height=1, bytes=1, created_at=NOW))
    return shas


def test_a_withdrawn_consent_takes_all_that_rests_on_it_and_our_copies(stage: Stage, person: str) -> None:
    out = posted(stage, "insta").id
    waiting = schedule(stage, "page", "قصتها", images=2)
    rest_on_consent(stage, out, waiting)
    shas = keep_media(stage, out) + keep_media(stage, waiting)
    destroyed = take_down(stage, person, out, why=CONSENT)
    work(stage)
    publish(stage)
    assert ({row(stage, each).status for each in (out, waiting)}, stage.visible()) == ({S.RETRACTED}, [])
    assert destroyed == publishing.Destroyed(("x.jpg",), {})
    assert not any(stage.worker.media.place(sha).exists() for sha in shas)
    with stage.database.read() as session:
        assert session.scalars(select(Medium)).all() == []
    assert consents.listed(stage.database)[0].withdrawn_at == stage.clock.now()


@sqlite_only
def test_a_file_that_another_post_shows_is_kept_and_that_is_said(stage: Stage, person: str) -> None:
    story = schedule(stage, "page", "قصتها", images=1)
    other = schedule(stage, "page", "دعوة", images=1)
    rest_on_consent(stage, story)
    (sha,) = keep_media(stage, story)
    destroyed = take_down(stage, person, story, why=CONSENT)
    other_post = row(stage, other).post
    assert other_post is not None
    assert (destroyed.files, dict(destroyed.kept)) == ((), {"x.jpg": other_post.name})
    assert stage.worker.media.place(sha).exists()


@sqlite_only
def test_a_consent_that_has_ended_is_shown_while_its_story_is_out(stage: Stage, person: str) -> None:
    out = posted(stage).id
    rest_on_consent(stage, out)
    assert publishing.consent_ended(stage.database, now=stage.clock.now()) == ()
    consents.withdraw(stage.database, "CR-1", user_id=None, now=stage.clock.now())
    assert [each.id for each in publishing.resting_on(stage.database, "CR-1")] == [out]
    assert [each.id for each in publishing.consent_ended(stage.database, now=stage.clock.now())] == [out]
    take_down(stage, person, out, why=CONSENT)
    work(stage)
    assert publishing.consent_ended(stage.database, now=stage.clock.now()) == ()
    assert publishing.resting_on(stage.database, "CR-1") == ()
