"""Two schedulers over one database, in threads: each post and each first comment once; nothing left half done."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from outreach import publishing
from outreach.installation import Opened
from outreach.publishing.releasing import _claim
from outreach.states import Outcome, PublicationStatus
from outreach.tables import Publication, PublishAttempt
from outreach.wiring import Worker
from tests.integration.conftest import Stage
from tests.posting import publish, schedule


def another(stage: Stage) -> Worker:
    opened = stage.worker.opened
    return Worker(Opened(opened.settings, opened.database, opened.clock, opened.keyring, mode=opened.mode))


def at_once(*works: Callable[[], None]) -> list[BaseException]:
    errors: list[BaseException] = []

    def run(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001  handed to the test
            errors.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def rounds(stage: Stage, worker: Worker) -> Callable[[], None]:
    desk = worker.desk

    def work() -> None:
        stage.until_quiet(
            lambda: publishing.hold_due(desk),
            lambda: publishing.prepare_due(desk),
            lambda: publishing.release_due(desk),
            lambda: publishing.release_due(desk),
            lambda: publishing.settle_due(desk),
            lambda: publishing.comment_due(desk),
        )

    return work


def test_two_schedulers_put_each_post_and_first_comment_out_once(stage: Stage) -> None:
    stage.tell("switches", audience=False)
    stage.worker.settings.publishing.spacing_seconds = 0
    wanted = [f"{channel} {number}" for number in range(6) for channel in ("page", "insta")]
    for text in wanted:
        channel = text.split()[0]
        schedule(stage, channel, text, images=int(channel == "insta"), first_comment=f"first: {text}")
    stage.fault("reset_after", path=r".*(comments|media_publish)$", times=3)
    workers = [stage.worker, another(stage), another(stage)]
    for _ in range(4):
        assert at_once(*(rounds(stage, worker) for worker in workers)) == []
        stage.jump(minutes=8)
    assert sorted(stage.visible()) == sorted(wanted)
    said = sorted(each["text"] for each in stage.state()["comments"])
    assert said == sorted(f"first: {text}" for text in wanted)
    with stage.database.read() as session:
        assert set(session.scalars(select(Publication.status))) == {PublicationStatus.PUBLISHED}
        left = select(func.count()).select_from(PublishAttempt).where(PublishAttempt.outcome == Outcome.STARTED)
        assert session.scalar(left) == 0


def test_two_releasers_keep_the_distance_of_one_channel(stage: Stage) -> None:
    for number in range(4):
        schedule(stage, "page", f"page {number}")
    desk = stage.worker.desk
    stage.until_quiet(lambda: publishing.prepare_due(desk))
    claimed: list[object] = []
    errors = at_once(*(lambda: claimed.append(_claim(desk)) for _ in range(4)))
    assert errors == []
    assert sum(each is not None for each in claimed) == 1


def test_a_slow_first_comment_is_not_written_by_two(stage: Stage) -> None:
    """One looks for longer than its lease; the other takes over and writes; the first must see that it lost."""
    stage.tell("switches", audience=False)
    from outreach.publishing import first_comments

    schedule(stage, "page", "post", first_comment="first")
    desk = stage.worker.desk
    stage.until_quiet(lambda: publishing.prepare_due(desk), lambda: publishing.release_due(desk))
    slow = first_comments._claim(desk)
    assert slow is not None
    channel = stage.worker.open_channel(slow.channel)
    stage.jump(minutes=6)
    assert publishing.comment_due(another(stage).desk)
    assert first_comments._write(desk, slow, channel) is None
    assert [each["text"] for each in stage.state()["comments"]] == ["first"]


def test_a_slow_look_for_twins_never_releases_what_another_has_taken_over(stage: Stage) -> None:
    """One looks for longer than its lease; meanwhile the release was read back as not done."""
    from outreach.publishing import releasing

    post = schedule(stage, "page", "post")
    desk = stage.worker.desk
    stage.until_quiet(lambda: publishing.prepare_due(desk))
    slow = releasing._claim(desk)
    assert slow is not None
    stage.jump(minutes=6)
    assert publishing.settle_due(another(stage).desk)
    assert releasing._look(desk, *slow) is None
    with stage.database.read() as session:
        assert session.get_one(Publication, post).status == PublicationStatus.PREPARED
    publish(stage)
    assert stage.visible() == ["post"]


@pytest.mark.parametrize("meanwhile", ["held", "prepared"])
def test_a_machine_that_slept_in_the_middle_of_a_release_never_forgets_what_went_out(
    stage: Stage, meanwhile: str
) -> None:
    from outreach.publishing import releasing

    post = schedule(stage, "insta", "post", images=1)
    desk = stage.worker.desk
    stage.until_quiet(lambda: publishing.prepare_due(desk))
    asleep = releasing._claim(desk)
    assert asleep is not None
    channel = releasing._look(desk, *asleep)
    assert channel is not None
    stage.jump(hours=5 if meanwhile == "held" else 0.1)
    assert publishing.settle_due(another(stage).desk)
    publishing.hold_due(another(stage).desk)
    with stage.database.read() as session:
        assert session.get_one(Publication, post).status == meanwhile
    releasing._call(desk, *asleep, channel)
    publish(stage)
    with stage.database.read() as session:
        row = session.get_one(Publication, post)
        assert (row.status, row.held_reason is None, bool(row.remote_id)) == (PublicationStatus.PUBLISHED, True, True)
    assert stage.visible() == ["post"]


def test_a_post_left_while_it_was_prepared_is_held_when_it_is_late(stage: Stage) -> None:
    from outreach.publishing import preparing
    from outreach.publishing.desk import start_attempt

    post = schedule(stage, "page", "post")
    claimed = preparing._claim(stage.worker.desk, videos=None)
    assert claimed is not None
    with stage.database.write() as session:
        start_attempt(session, claimed, "post", stage.clock.now())
    stage.jump(hours=5)
    publish(stage)
    with stage.database.read() as session:
        row = session.get_one(Publication, post)
        assert (row.status, row.held_reason) == (PublicationStatus.HELD, "late")
        assert set(session.scalars(select(PublishAttempt.outcome))) == {Outcome.UNKNOWN}
    assert stage.visible() == []


def test_a_clock_that_jumps_back_publishes_nothing_twice(stage: Stage) -> None:
    stage.tell("switches", audience=False)
    schedule(stage, "page", "post", first_comment="first")
    publish(stage)
    stage.clock._base -= timedelta(hours=3)
    publish(stage)
    stage.clock._base += timedelta(hours=4)
    publish(stage)
    assert stage.visible() == ["post"]
    assert [each["text"] for each in stage.state()["comments"]] == ["first"]


def test_a_persons_pause_outlives_a_dead_and_mended_token(stage: Stage) -> None:
    from outreach import channels

    now = stage.clock.now()
    channels.set_paused(stage.database, "page", paused=True, user_id=None, now=now)
    for subcode in (463, None):
        stage.tell("token", token=stage.sandbox.page_token, subcode=subcode)
        report = channels.check(stage.database, stage.worker.meta_app, "page", now=now)
        assert report.status == "paused"
        assert ("meta.token_expired" in {code for code, _ in report.problems}) == (subcode is not None)
