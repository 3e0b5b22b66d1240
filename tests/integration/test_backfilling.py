"""A channel's past: read once, taken up where it stood, and words that are too old are scored and never stored."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from outreach import comments
from outreach.comments import Ingested, Reader
from outreach.errors import ModelError
from outreach.states import CommentState, Flag, ReviewState, Route, Severity
from outreach.tables import Channel, Comment, Prediction, Publication
from outreach.tables import Flag as FlagRow
from tests.integration.conftest import Stage
from tests.integration.moderation.conftest import ByWord
from tests.posting import posted
from tests.reading import held, later, post_by_another_tool, say, sqlite_only

CANARY = "كناري-قديم-CANARY"
SINCE = datetime(2026, 1, 1, tzinfo=UTC)


class Killed(BaseException):
    """As if the process had been killed at this line: nothing of ours catches it."""


@pytest.fixture(autouse=True)
def _quiet(stage: Stage) -> None:
    stage.tell("switches", audience=False)


@pytest.fixture
def reader(stage: Stage) -> Reader:
    return replace(stage.worker.reader, classifier=ByWord)


class Counting:
    """A channel that counts the pages of comments it was asked for, by post and position."""

    def __init__(self, channel: Any, asked: Counter[tuple[str, str | None]]) -> None:
        self._channel = channel
        self._asked = asked

    def __getattr__(self, name: str) -> Any:
        return getattr(self._channel, name)

    def comment_pages(self, post: str, *, photos: Sequence[str] = (), start: str | None = None) -> Iterator[Any]:
        at = start
        for page in self._channel.comment_pages(post, photos=photos, start=start):
            self._asked[post, at] += 1
            yield page
            at = page.position


def page_of(stage: Stage) -> Channel:
    with stage.database.read() as session:
        return session.scalars(select(Channel).where(Channel.name == "page")).one()


def run(reader: Reader, channel: Channel) -> Counter[Ingested]:
    """What `outreach pull --since` does for one channel."""
    backfill = comments.take_up(reader, channel, SINCE)
    counts: Counter[Ingested] = Counter()
    for post in comments.posts_left(reader, backfill):
        counts.update(comments.read_past(reader, backfill, post))
    comments.finish(reader, backfill)
    return counts


def rows(stage: Stage) -> list[Comment]:
    with stage.database.read() as session:
        return list(session.scalars(select(Comment)))


def test_the_past_is_adopted_and_read_once(stage: Stage, reader: Reader) -> None:
    posts = [post_by_another_tool(stage, f"منشور {number}") for number in range(3)]
    said = {say(stage, post, f"كلام {number}") for post in posts for number in range(4)}
    assert run(reader, page_of(stage))[Ingested.NEW] == 12
    assert set(held(stage)) == said
    with stage.database.read() as session:
        assert {row.review_state for row in session.scalars(select(Comment))} == {ReviewState.PENDING}
        assert set(session.scalars(select(Publication.remote_id))) == set(posts)
    stage.jump(minutes=1)
    assert run(reader, page_of(stage)) == {Ingested.SAME: 12}


@pytest.mark.parametrize("channel", ["page", "insta"])
def test_a_run_that_was_killed_is_taken_up_without_reading_twice(
    stage: Stage, reader: Reader, channel: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("outreach.meta.facebook_page.PAGE_SIZE", 4)
    monkeypatch.setattr("outreach.meta.instagram_account.PAGE_SIZE", 4)
    posts = []
    for number in range(3):
        posts.append(posted(stage, channel, f"منشور {number}"))
        stage.jump(minutes=70)
    said = {say(stage, post, f"كلام {number}") for post in posts for number in range(10)}
    asked: Counter[tuple[str, str | None]] = Counter()
    kept: list[int] = []
    counted = replace(reader, open_channel=lambda row: Counting(stage.worker.open_channel(row), asked))

    def store(*given: Any) -> list[Ingested]:
        if len(kept) in {4, 9}:
            kept.append(0)
            raise Killed
        kept.append(1)
        return real(*given)

    from outreach.comments.backfilling import store as real

    monkeypatch.setattr("outreach.comments.backfilling.store", store)
    with stage.database.read() as session:
        row = session.scalars(select(Channel).where(Channel.name == channel)).one()
    for _ in range(2):
        with pytest.raises(Killed):
            run(counted, row)
    run(counted, row)
    assert set(held(stage)) == said
    assert sum(asked.values()) == 3 * 3 + 2  # a page that was on its way when the process died comes again, no more
    assert {post for post, _ in asked} == {post.remote_id for post in posts}


@sqlite_only
def test_a_position_that_meta_no_longer_knows_has_the_post_read_from_its_start(stage: Stage, reader: Reader) -> None:
    post = posted(stage)
    said = {say(stage, post, f"كلام {number}") for number in range(3)}
    channel = page_of(stage)
    comments.take_up(reader, channel, SINCE)
    with stage.database.write() as session:
        session.get_one(Publication, post.id).position = json.dumps([0, {"after": "zzz"}])
    run(reader, channel)
    assert set(held(stage)) == said


def test_words_that_are_too_old_are_scored_and_never_stored(stage: Stage, reader: Reader) -> None:
    post = posted(stage)
    old = {
        "survivor_disclosure": say(stage, post, f"{CANARY} survivor_disclosure"),
        "plain": say(stage, post, f"{CANARY} شكراً"),
        "staff_misconduct": say(stage, post, f"{CANARY} staff_misconduct"),
    }
    answer = say(stage, post, CANARY, reply_to=old["plain"])
    stage.jump(days=120)
    young = say(stage, post, "جديد")
    counts = run(reader, page_of(stage))
    assert counts == {Ingested.NEW: 1, Ingested.OLD: 3, Ingested.GRAVE: 1}
    found = {row.remote_key: row for row in rows(stage)}
    kept = [row for row in found.values() if row.state != CommentState.PURGED]
    assert [row.remote_id for row in kept] == [young]
    buried = [row for row in found.values() if row.state == CommentState.PURGED]
    assert len(buried) == 4
    for row in buried:
        assert (row.text_sealed, row.author_name_sealed, row.remote_id_sealed, row.times_sealed) == (None,) * 4
        assert row.author_key is None
        assert row.text_key is None
        assert row.review_state == ReviewState.CLEAR
        assert row.hour == datetime(2026, 11, 20, 21, tzinfo=UTC)  # its week, which begins on a Saturday in Basra
    assert {(row.severity, row.route) for row in buried} == {
        (None, Route.SHARED),
        (Severity.S1, Route.SHARED),
        (Severity.S1, Route.PSEA),
    }
    with stage.database.read() as session:
        flags = session.scalars(select(FlagRow.flag)).all()
        assert set(flags) == {Flag.SURVIVOR_DISCLOSURE, Flag.STAFF_MISCONDUCT}
        assert session.scalar(select(func.count()).select_from(Prediction)) == 4
        assert set(session.scalars(select(Prediction.spans))) == {None}
    assert answer
    if stage.database.is_sqlite:
        files = list((stage.folder).glob("outreach.db*"))
        assert files
        assert not any(CANARY.encode() in file.read_bytes() for file in files)


@sqlite_only
def test_tombstones_of_the_past_stay_when_it_is_read_again_or_told_of(stage: Stage, reader: Reader) -> None:
    post = posted(stage)
    comment = say(stage, post, CANARY)
    stage.jump(days=120)
    run(reader, page_of(stage))
    stage.tell("comment", id=comment, text=f"{CANARY} معدّل")
    stage.jump(minutes=1)
    assert run(reader, page_of(stage)) == {Ingested.SAME: 1}
    (row,) = rows(stage)
    assert (row.state, row.text_sealed) == (CommentState.PURGED, None)


@sqlite_only
def test_without_a_model_the_past_is_not_read_and_nothing_of_it_is_lost(stage: Stage, reader: Reader) -> None:
    post = posted(stage)
    say(stage, post, CANARY)
    say(stage, post, "BREAK")
    stage.jump(days=120)
    say(stage, post, "جديد")

    class NoModel:
        def classify(self, texts: Sequence[str], *, attachments: Sequence[bool]) -> list[Any]:
            raise ModelError("model.missing", folder="x")

    with pytest.raises(ModelError):
        run(replace(reader, classifier=NoModel), page_of(stage))
    assert rows(stage) == []
    with pytest.raises(ModelError):  # one text breaks it half-way
        run(reader, page_of(stage))
    later(stage, minutes=11)  # the service reads what is young all the same
    assert [row.text for row in rows(stage) if row.state != CommentState.PURGED] == ["جديد"]


@sqlite_only
def test_posts_that_the_service_reads_meanwhile_are_not_read_again(stage: Stage, reader: Reader) -> None:
    post = posted(stage)
    say(stage, post, "كلام")
    backfill = comments.take_up(reader, page_of(stage), SINCE)
    (left,) = comments.posts_left(reader, backfill)
    stage.jump(minutes=1)
    comments.read_in_full(reader, post)
    assert comments.read_past(reader, backfill, left) == {}
    assert comments.posts_left(reader, backfill) == []
