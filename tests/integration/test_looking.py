"""One cheap call a channel: what others posted is adopted, counts bring reads forward and never stand for one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import requests
from sqlalchemy import func, select, update

from outreach import comments, notices
from outreach.meta.usage import Usage
from outreach.states import CaseStatus, CommentState, Role
from outreach.tables import Alert, CallCount, Case, Channel, Comment, PostPhoto, Publication
from tests.factories import NOW, make_user
from tests.integration.conftest import Stage
from tests.posting import posted
from tests.reading import held, later, post_by_another_tool, read, say, sqlite_only, subscribe


@pytest.fixture(autouse=True)
def _quiet(stage: Stage) -> None:
    """No audience but the test itself."""
    stage.tell("switches", audience=False)


def row_of(stage: Stage, remote_id: str) -> Publication:
    with stage.database.read() as session:
        return session.scalars(select(Publication).where(Publication.remote_id == remote_id)).one()


# -- posts that others made


def test_a_post_made_by_hand_is_found_without_a_webhook_and_read_like_ours(stage: Stage) -> None:
    read(stage)
    post = post_by_another_tool(stage)
    comment = say(stage, post, "كلام تحت منشور باليد")
    later(stage, minutes=11)
    row = row_of(stage, post)
    assert (row.origin, row.status) == ("adopted", "published")
    assert held(stage)[comment].publication_id == row.id
    second = say(stage, post, "وآخر")
    later(stage)
    assert held(stage)[second].publication_id == row.id


@sqlite_only
def test_an_unknown_post_is_told_once_to_those_who_write_posts(stage: Stage) -> None:
    with stage.database.write() as session:
        writer = make_user(session, Role.COMMUNICATIONS, email="writer@example.org")
        make_user(session, Role.LEAD, email="lead@example.org")
    posted(stage)
    later(stage, minutes=11)
    tell(stage)
    post_by_another_tool(stage)
    later(stage, minutes=11)
    for _ in range(3):
        tell(stage)
        later(stage, hours=30)
    with stage.database.read() as session:
        told = session.scalars(select(Alert)).all()
    assert [(each.user_id, each.kind, each.count) for each in told] == [(writer.id, "alert.unknown_post", 1)]


def tell(stage: Stage) -> None:
    notices.raise_due(stage.database, now=stage.clock.now())


@sqlite_only
def test_posts_from_before_the_channel_was_added_are_read_and_alarm_nobody(stage: Stage) -> None:
    with stage.database.write() as session:
        make_user(session, Role.COMMUNICATIONS, email="writer@example.org")
        session.execute(update(Channel).values(created_at=NOW + timedelta(hours=1)))
    post = post_by_another_tool(stage)
    later(stage, hours=2)
    tell(stage)
    assert row_of(stage, post).read_at is not None
    with stage.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Alert)) == 0


@sqlite_only
@pytest.mark.parametrize("channel", ["page", "insta"])
def test_a_post_of_ours_whose_answer_is_still_due_alarms_nobody(stage: Stage, channel: str) -> None:
    with stage.database.write() as session:
        make_user(session, Role.COMMUNICATIONS, email="writer@example.org")
    read(stage)
    ours = posted(stage, channel)
    with stage.database.write() as session:  # as if the process had died before the answer
        session.execute(
            update(Publication).values(status="releasing", remote_id=None, published_at=None, next_read_at=None)
        )
    later(stage, minutes=11)
    tell(stage)
    with stage.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Alert)) == 0
        adopted = session.scalars(select(Publication.remote_id).where(Publication.origin == "adopted")).all()
    assert adopted == ([] if channel == "page" else [ours.remote_id])


@sqlite_only
def test_posts_beyond_the_newest_page_are_found_and_compared_every_two_hours(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("outreach.meta.facebook_page.PAGE_SIZE", 3)
    read(stage)
    stage.jump(days=2)
    posts = [post_by_another_tool(stage, f"منشور {number}") for number in range(8)]
    read(stage)
    with stage.database.read() as session:
        assert set(session.scalars(select(Publication.remote_id))) == set(posts)
    later(stage, days=40)
    later(stage, minutes=11)
    comment = say(stage, posts[0], "تحت منشور قديم")
    later(stage, hours=2)
    assert comment in held(stage)


# -- photos


def test_comments_under_single_photos_belong_to_the_post(stage: Stage) -> None:
    post = album(stage)
    subscribe(stage)
    read(stage)
    with stage.database.read() as session:
        photos = session.scalars(select(PostPhoto.remote_id).order_by(PostPhoto.number)).all()
    heard = say(stage, photos[1], "تحت الصورة الثانية")
    comments.work_deliveries(stage.worker.reader)
    assert (held(stage)[heard].publication_id, held(stage)[heard].photo) == (post.id, 2)
    stage.fault("webhook_lose", times=9)
    missed = say(stage, photos[0], "تحت الأولى")
    answer = say(stage, photos[0], "جواب", reply_to=missed)
    later(stage)
    rows = held(stage)
    assert {(rows[key].publication_id, rows[key].photo) for key in (missed, answer)} == {(post.id, 1)}
    assert rows[answer].parent_id == rows[missed].id
    stage.tell("comment", id=missed, delete=True)
    later(stage)
    later(stage)
    assert {held(stage)[key].state for key in (missed, answer)} == {CommentState.GONE}
    with stage.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Publication)) == 1


def album(stage: Stage) -> Publication:
    from tests.posting import publish, schedule

    key = schedule(stage, "page", "صور من الجلسة", images=3)
    publish(stage)
    with stage.database.read() as session:
        return session.get_one(Publication, key)


@sqlite_only
def test_a_comment_under_a_photo_of_an_album_that_we_do_not_know_adopts_the_album(stage: Stage) -> None:
    post = album(stage)
    with stage.database.write() as session:
        session.execute(update(Publication).values(remote_id=None, status="cancelled"))
    photo = stage.state()["photos"][1]["id"]
    subscribe(stage)
    comment = say(stage, photo, "كلام")
    comments.work_deliveries(stage.worker.reader)
    adopted = row_of(stage, str(post.remote_id))
    assert (held(stage)[comment].publication_id, held(stage)[comment].photo) == (adopted.id, 2)


# -- floors and counts


@pytest.mark.parametrize("channel", ["page", "insta"])
def test_a_count_that_moved_brings_the_read_of_an_old_post_forward(stage: Stage, channel: str) -> None:
    post = posted(stage, channel)
    read(stage)
    later(stage, days=20)
    later(stage, days=1, minutes=1)
    first = say(stage, post, "بعد عشرين يوماً")
    later(stage, minutes=11)
    assert first in held(stage)
    answer = say(stage, post, "جواب", reply_to=first)
    later(stage, minutes=11)
    assert answer in held(stage)


@sqlite_only
@pytest.mark.parametrize("channel", ["page", "insta"])
def test_under_a_post_too_old_for_the_floor_a_count_that_moved_brings_a_full_read(stage: Stage, channel: str) -> None:
    post = posted(stage, channel)
    with stage.database.write() as session:
        session.get_one(Publication, post.id).published_at = stage.clock.now() - timedelta(days=95)
    read(stage)
    assert row_of(stage, str(post.remote_id)).next_read_at is None
    later(stage, hours=30)
    first = say(stage, post, "بعد ثلاثة أشهر")
    later(stage, minutes=11)
    assert first in held(stage)
    assert row_of(stage, str(post.remote_id)).next_read_at is None


@sqlite_only
def test_a_post_that_meta_never_lets_be_read_keeps_no_other_waiting_and_nobody_calls_that_complete(
    stage: Stage,
) -> None:
    good = posted(stage)
    bad, gone = (post_by_another_tool(stage, f"باليد {number}") for number in range(2))
    later(stage, minutes=11)
    complete = status_of(stage)["last_complete_read"]
    stage.fault("error", "GET", path=f"{bad}/comments", code=10, times=None)
    token = {"access_token": stage.sandbox.page_token}
    requests.delete(f"{stage.sandbox.base_url}/v26.0/{gone}", data=token, timeout=20).raise_for_status()
    for number in range(4):
        heard = say(stage, good, f"كلام {number}")
        later(stage, minutes=16)
        assert heard in held(stage)
    found = status_of(stage)
    assert (found["last_complete_read"], found["posts_late"]) == (complete, 1)
    assert found["overdue_seconds"] >= 45 * 60
    requests.delete(f"{stage.sandbox.base_url}/_sandbox/faults", json={}, timeout=20).raise_for_status()
    later(stage, minutes=16)
    found = status_of(stage)
    assert (found["posts_late"], found["overdue_seconds"]) == (0, 0)
    assert found["last_complete_read"] > complete


@sqlite_only
def test_after_the_clock_went_back_nothing_waits_for_that_time_to_return(stage: Stage) -> None:
    post = posted(stage)
    read(stage)
    future = stage.clock.now() + timedelta(days=3)
    with stage.database.write() as session:
        session.execute(update(Publication).values(read_at=future, next_read_at=future + timedelta(minutes=15)))
        session.execute(update(Channel).values(looked_at=future, read_at=future))
    heard = say(stage, post, "كلام")
    read(stage)
    assert heard in held(stage)
    assert row_of(stage, str(post.remote_id)).read_at == stage.clock.now()


def status_of(stage: Stage) -> dict[str, Any]:
    return next(
        each for each in comments.pull_status(stage.database, now=stage.clock.now()) if each["channel"] == "page"
    )


@sqlite_only
def test_counts_that_do_not_move_bring_nothing_forward_and_are_read_on_the_floor_all_the_same(stage: Stage) -> None:
    post = posted(stage)
    first = say(stage, post, "أول")
    read(stage)
    stage.jump(hours=49)
    read(stage)
    stage.tell("comment", id=first, delete=True)
    stage.tell("switches", counts_drift=False)
    second = say(stage, post, "ثانٍ مكانه")
    at = row_of(stage, str(post.remote_id)).read_at
    later(stage, minutes=11)
    assert row_of(stage, str(post.remote_id)).read_at == at
    later(stage, hours=2)
    assert second in held(stage)


@sqlite_only
def test_a_difference_that_stays_is_not_read_for_again_and_again(stage: Stage) -> None:
    post = posted(stage)
    first = say(stage, post, "أول")
    say(stage, post, "ثانٍ")
    read(stage)
    stage.jump(days=8)
    stage.tell("comment", id=first, delete=True)  # and Meta goes on counting it
    for _ in range(3):
        read(stage)
        stage.jump(minutes=11)
    at = row_of(stage, str(post.remote_id)).read_at
    for _ in range(5):
        later(stage, minutes=11)
    assert row_of(stage, str(post.remote_id)).read_at == at


def test_a_post_with_an_open_case_stays_hot(stage: Stage) -> None:
    post = posted(stage)
    comment = say(stage, post, "كلام")
    read(stage)
    later(stage, days=40)
    with stage.database.write() as session:
        row = session.scalars(select(Comment)).one()
        session.add(Case(comment_id=row.id, route="shared", severity=1, opened_by="person", opened_at=NOW))
    stage.tell("switches", counts_drift=False)
    later(stage, minutes=11)
    stage.tell("comment", id=comment, text="تعديل لا يغيّر أي عدد")
    later(stage, minutes=16)
    assert held(stage)[comment].revision == 2
    with stage.database.write() as session:
        session.execute(update(Case).values(status=CaseStatus.CLOSED))
    later(stage, minutes=16)
    assert row_of(stage, str(post.remote_id)).next_read_at == stage.clock.now() + timedelta(days=7)


# -- Meta's limits


def fill(stage: Stage, percent: int, minutes: int = 0) -> None:
    """As if an answer of Meta's had told how full the limit is."""
    with stage.database.read() as session:
        rows = session.scalars(select(Channel)).all()
    header = f'{{"1":[{{"type":"pages","call_count":{percent},"estimated_time_to_regain_access":{minutes}}}]}}'
    for row in rows:
        stage.worker.usage_of(row).on_response("GET", "x", 200, {"X-Business-Use-Case-Usage": header})


@sqlite_only
def test_short_of_calls_a_post_with_an_open_case_is_read_and_then_the_youngest(stage: Stage) -> None:
    posts = []
    for number in range(3):
        posts.append(posted(stage, text=f"منشور {number}"))
        stage.jump(minutes=20)
    say(stage, posts[0], "كلام")
    read(stage)
    with stage.database.write() as session:
        row = session.scalars(select(Comment)).one()
        session.add(Case(comment_id=row.id, route="shared", severity=1, opened_by="person", opened_at=NOW))
    stage.jump(minutes=16)
    began = stage.clock.now()
    fill(stage, 85)
    assert turns(stage) == [posts[0].id]  # the others wait until the channel has rested
    for expected in (posts[2], posts[1]):
        stage.jump(seconds=11)
        assert turns(stage) == [expected.id]
    assert stage.clock.now() - began < timedelta(minutes=1)


def turns(stage: Stage) -> list[str]:
    """Which posts are read when everything that may be read now is."""
    before = read_times(stage)
    stage.until_quiet(lambda: comments.pull_due(stage.worker.reader))
    return [key for key, at in read_times(stage).items() if at != before[key]]


def read_times(stage: Stage) -> dict[str, datetime | None]:
    with stage.database.read() as session:
        return {row.id: row.read_at for row in session.scalars(select(Publication))}


@sqlite_only
def test_a_channel_that_meta_has_shut_out_is_not_asked_and_its_posts_keep_their_turn(stage: Stage) -> None:
    post = posted(stage)
    read(stage)
    stage.jump(minutes=16)
    due = row_of(stage, str(post.remote_id)).next_read_at
    fill(stage, 100, minutes=30)
    assert not comments.look_due(stage.worker.reader)
    assert turns(stage) == []
    assert row_of(stage, str(post.remote_id)).next_read_at == due
    stage.jump(minutes=31)
    fill(stage, 10)
    assert turns(stage) == [post.id]


def test_calls_are_counted_by_channel_and_hour(stage: Stage) -> None:
    post = posted(stage)
    say(stage, post, "كلام")
    later(stage, hours=2)
    later(stage, minutes=16)
    with stage.database.read() as session:
        rows = session.execute(
            select(Channel.name, CallCount.hour, CallCount.calls).join(Channel, Channel.id == CallCount.channel_id)
        ).all()
    assert {row.name for row in rows} == {"page", "insta"}
    assert all(row.hour.minute == 0 and row.calls > 0 for row in rows)
    assert len({(row.name, row.hour) for row in rows}) == len(rows)
    assert Usage(stage.clock).take(stage.clock.now()).percent is None
