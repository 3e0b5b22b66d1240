"""Comments: each in the store once and as Meta has it, however it was told; nothing of them readable without keys."""

from __future__ import annotations

import json
import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from outreach import channels, comments, retention
from outreach.comments import Ingested
from outreach.comments.ingesting import ingest
from outreach.db import Database
from outreach.errors import MetaError
from outreach.meta.protocol import RemoteComment
from outreach.states import CommentState, PublicationStatus, ReviewState
from outreach.tables import (
    Channel,
    Comment,
    CommentRevision,
    Publication,
    WebhookDelivery,
)
from tests.factories import NOW, make_channel, make_publication
from tests.integration.conftest import Stage
from tests.posting import posted
from tests.reading import held, later, read, say, sqlite_only, subscribe

CANARY = "كناري-في-تعليق-CANARY"


@pytest.fixture(autouse=True)
def _quiet(request: pytest.FixtureRequest) -> None:
    """No audience but the test itself."""
    if "stage" in request.fixturenames:
        request.getfixturevalue("stage").tell("switches", audience=False)


def left_in_inbox(stage: Stage) -> list[str]:
    with stage.database.read() as session:
        return [row.status for row in session.scalars(select(WebhookDelivery)) if row.status != "done"]


def by_hand(stage: Stage, channel: str) -> Publication:
    """A post that is out, and that our database does not know."""
    post = posted(stage, channel)
    with stage.database.write() as session:
        session.query(Publication).filter_by(id=post.id).update({"remote_id": None, "status": "cancelled"})
    return post


# -- reading ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("channel", ["page", "insta"])
def test_comments_and_replies_are_read_once_with_their_thread(stage: Stage, channel: str) -> None:
    post = posted(stage, channel)
    first = say(stage, post, "سؤال عن الموعد")
    reply = say(stage, post, "الساعة خمسة", reply_to=first)
    read(stage)
    later(stage)
    rows = held(stage)
    assert {rows[first].text, rows[reply].text} == {"سؤال عن الموعد", "الساعة خمسة"}
    assert rows[reply].parent_id == rows[first].id
    assert {row.review_state for row in rows.values()} == {ReviewState.PENDING}


def test_an_edit_is_a_new_revision_and_the_old_words_stay(stage: Stage) -> None:
    post = posted(stage)
    comment = say(stage, post, "قبل")
    read(stage)
    stage.tell("comment", id=comment, text="بعد")
    later(stage)
    later(stage)
    row = held(stage)[comment]
    assert (row.text, row.revision) == ("بعد", 2)
    with stage.database.read() as session:
        (old,) = session.scalars(select(CommentRevision)).all()
    assert (old.number, old.text) == (1, "قبل")


@sqlite_only
def test_what_a_person_hides_or_shows_on_the_page_is_seen(stage: Stage) -> None:
    post = posted(stage)
    comment = say(stage, post, "كلام")
    read(stage)
    with stage.database.read() as session:
        page = stage.worker.open_channel(session.get_one(Channel, post.channel_id))
    page.hide(comment)
    later(stage)
    assert held(stage)[comment].state == CommentState.HIDDEN
    page.unhide(comment)
    later(stage)
    assert held(stage)[comment].state == CommentState.VISIBLE


@pytest.mark.parametrize("channel", ["page", "insta"])
def test_a_deletion_is_proven_twice_before_it_counts(stage: Stage, channel: str) -> None:
    post = posted(stage, channel)
    comment, other = say(stage, post, "سيُحذف"), say(stage, post, "يبقى")
    read(stage)
    stage.tell("comment", id=comment, delete=True)
    later(stage)
    assert held(stage)[comment].state == CommentState.VISIBLE
    later(stage)
    assert held(stage)[comment].state == CommentState.GONE
    assert held(stage)[other].state == CommentState.VISIBLE


@sqlite_only
def test_a_list_that_comes_back_empty_deletes_nothing(stage: Stage) -> None:
    post = posted(stage)
    comment = say(stage, post, "كلام")
    read(stage)
    stage.fault("error", "GET", r".*/comments$", times=4, status=200, error={"code": 2, "message": "x"})
    for _ in range(3):
        later(stage)
    assert held(stage)[comment].state == CommentState.VISIBLE


@sqlite_only
def test_a_read_that_breaks_off_keeps_what_it_had_and_the_next_completes_it(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = posted(stage)
    monkeypatch.setattr("outreach.meta.facebook_page.PAGE_SIZE", 5)
    wanted = {say(stage, post, f"تعليق {number}") for number in range(23)}
    stage.fault("reset_before", "GET", r".*/comments$", times=9, skip=2)
    with pytest.raises(MetaError):
        comments.pull(stage.worker.reader, post)
    assert 0 < len(held(stage)) < len(wanted)
    for _ in range(4):
        later(stage)
    assert set(held(stage)) == wanted


def test_a_reader_that_died_leaves_its_post_for_the_next_one(stage: Stage) -> None:
    post = posted(stage)
    say(stage, post, "كلام")
    from outreach.comments.pulling import _claim

    assert _claim(stage.worker.reader) is not None
    assert not comments.pull_due(stage.worker.reader)
    assert held(stage) == {}
    later(stage)
    assert len(held(stage)) == 1


def test_half_an_emoji_stops_neither_its_post_nor_its_neighbours(database: Database) -> None:
    with database.write() as session:
        post = make_publication(session, status=PublicationStatus.PUBLISHED, remote_id="1_2", published_at=NOW)
    for _ in range(2):
        with database.write() as session:
            for number, text in enumerate(("قبل", "مقطوع \ud83d", "بعد")):
                ingest(session, post, remote(f"1_2_{number}", text), NOW)
    with database.read() as session:
        rows = session.scalars(select(Comment)).all()
    assert sorted(str(row.text) for row in rows) == sorted(["قبل", "مقطوع \ufffd", "بعد"])
    assert {row.revision for row in rows} == {1}


@sqlite_only
def test_a_dead_token_does_not_put_reading_off_for_hours(stage: Stage) -> None:
    post = posted(stage)
    stage.tell("token", token=stage.sandbox.page_token, subcode=463)
    say(stage, post, "كلام")
    read(stage)
    stage.tell("token", token=stage.sandbox.page_token, subcode=None)
    later(stage, minutes=6)
    assert len(held(stage)) == 1


@sqlite_only
def test_a_dead_token_that_reading_meets_stops_its_channel_within_the_hour(stage: Stage) -> None:
    post = posted(stage)
    stage.until_quiet(lambda: channels.check_due(stage.database, stage.worker.meta_app, now=stage.clock.now()))
    stage.tell("token", token=stage.sandbox.page_token, subcode=463)
    say(stage, post, "كلام")
    read(stage)
    stage.until_quiet(lambda: channels.check_due(stage.database, stage.worker.meta_app, now=stage.clock.now()))
    with stage.database.read() as session:
        assert session.get_one(Channel, post.channel_id).status == "stopped"


# -- what was forgotten stays forgotten ------------------------------------------------------------------------------


def test_a_purged_comments_text_never_comes_back(stage: Stage) -> None:
    post = posted(stage)
    subscribe(stage)
    comment = say(stage, post, CANARY)
    read(stage)
    with stage.database.write() as session:
        session.query(Comment).update({"review_state": ReviewState.CLEAR})  # what nobody has heard is kept
    retention.purge_due(stage.database, now=stage.clock.now() + timedelta(days=91), settings=stage.worker.settings)
    key = {row.remote_key for row in rows(stage)}
    stage.tell("comment", id=comment, text=f"{CANARY} معدّل")
    later(stage)
    with stage.database.read() as session:
        channel_id = session.scalars(select(Publication.channel_id)).first()
        assert comments.ingesting.find(session, str(channel_id), comment) is not None
    (row,) = rows(stage)
    assert (row.state, row.text_sealed, row.author_name_sealed, row.remote_key) == (
        CommentState.PURGED,
        None,
        None,
        next(iter(key)),
    )


def rows(stage: Stage) -> list[Comment]:
    with stage.database.read() as session:
        return list(session.scalars(select(Comment)))


# -- two readers at once ---------------------------------------------------------------------------------------------


def remote(comment_id: str, text: str, **more: Any) -> RemoteComment:
    given: dict[str, Any] = {"id": comment_id, "text": text, "created_at": NOW, "author_id": "7", "author_name": "زائر"}
    return RemoteComment(**{**given, **more})


def test_two_readers_of_the_same_comments_store_and_revise_each_once(database: Database) -> None:
    with database.write() as session:
        post = make_publication(session, status=PublicationStatus.PUBLISHED, remote_id="1_2", published_at=NOW)
    found: list[Ingested] = []
    errors: list[BaseException] = []

    def work(word: str, order: list[int]) -> None:
        try:
            for number in order:
                with database.write() as session:
                    found.append(ingest(session, post, remote(f"1_2_{number}", f"{word} {number}"), NOW))
        except BaseException as error:  # noqa: BLE001  handed to the test
            errors.append(error)

    for word in ("first", "second"):
        threads = [
            threading.Thread(target=work, args=(word, order))
            for order in (list(range(40)), list(range(40)), list(reversed(range(40))))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert errors == []
    assert (found.count(Ingested.NEW), found.count(Ingested.EDITED)) == (40, 40)
    with database.read() as session:
        assert {row.revision for row in session.scalars(select(Comment))} == {2}
        assert session.scalar(select(func.count()).select_from(CommentRevision)) == 40


# -- at rest ---------------------------------------------------------------------------------------------------------


@sqlite_only
def test_the_database_file_tells_nothing_of_a_comment(stage: Stage) -> None:
    if not stage.database.is_sqlite:
        pytest.skip("a file of SQLite's")
    subscribe(stage)
    post = posted(stage)
    stage.jump(minutes=3)
    foreign = by_hand(stage, "page")
    stage.jump(minutes=4, seconds=13)
    read(stage)
    written = stage.jump(minutes=3)
    name = "اسم-CANARY-كامل"
    ids = [say(stage, each, f"{CANARY} {each.id}", author=name) for each in (post, foreign)]
    read(stage)
    stage.tell("comment", id=ids[0], text=f"{CANARY} مرة أخرى")
    stage.jump(minutes=40)
    read(stage)
    assert {row.author_name for row in rows(stage)} == {name}
    data = raw(stage)
    assert post.remote_id
    assert post.remote_id.encode() in data  # what is public about our own post is in clear: the search works
    for secret in (CANARY, name, *ids, *(each.rpartition("_")[2] for each in ids)):
        for form in (secret.encode(), secret.encode("utf-16-le"), json.dumps(secret).strip('"').encode()):
            assert form not in data, secret
    for minute in (f"{written:%Y-%m-%d %H:%M}", f"{written:%Y-%m-%dT%H:%M}", str(int(written.timestamp()))):
        assert minute.encode() not in data, minute


def raw(stage: Stage) -> bytes:
    """The database and its write-ahead log, as they lie on the disk."""
    path = stage.folder / "outreach.db"
    return b"".join(each.read_bytes() for each in path.parent.glob("outreach.db*"))


@sqlite_only
def test_a_failed_read_says_nothing_of_what_it_read(stage: Stage) -> None:
    post = posted(stage)
    say(stage, post, CANARY)
    stage.fault("reset_after", "GET", r".*/comments$", times=9)
    with pytest.raises(MetaError) as caught:
        comments.pull(stage.worker.reader, post)
    assert CANARY not in repr(caught.value)


def test_adding_the_same_channel_twice_is_one_store(database: Database) -> None:
    with database.write() as session:
        channels = [make_channel(session), make_channel(session)]
        posts = [make_publication(session, channel, status="published", remote_id="1_2") for channel in channels]
        seen = [ingest(session, post, remote("1_2_3", "كلام"), datetime.now(NOW.tzinfo)) for post in posts]
    assert seen == [Ingested.NEW, Ingested.NEW]  # an id is one of its channel
