"""What Meta delivers: hints worked once, in any order, whatever is wrong with them."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from outreach import comments
from outreach.db import keyed
from outreach.errors import DeniedError
from outreach.states import Role
from outreach.tables import (
    Action,
    Channel,
    Comment,
    Publication,
    ReviewDecision,
    WebhookDelivery,
)
from tests.factories import NOW, make_user
from tests.integration.conftest import Stage
from tests.integration.test_comments import CANARY, _quiet, by_hand, left_in_inbox
from tests.posting import posted, schedule
from tests.reading import held, later, read, say, sqlite_only, subscribe

__all__ = ["_quiet"]  # fixtures


@sqlite_only
@pytest.mark.parametrize("channel", ["page", "insta"])
@pytest.mark.parametrize("flat", [False, True])
def test_a_webhook_brings_a_comment_without_waiting_for_the_next_read(stage: Stage, channel: str, flat: bool) -> None:
    post = posted(stage, channel)
    read(stage)
    subscribe(stage, webhook_instagram_flat=flat)
    comment = say(stage, post, "كلام")
    comments.work_deliveries(stage.worker.reader)
    assert held(stage)[comment].text == "كلام"
    assert left_in_inbox(stage) == []


@pytest.mark.parametrize("fault", ["webhook_duplicate", "webhook_reorder", "webhook_lose", "webhook_bad_signature"])
def test_spoilt_deliveries_neither_double_nor_lose(stage: Stage, fault: str) -> None:
    post = posted(stage)
    subscribe(stage)
    stage.fault(fault, times=20)
    comment = say(stage, post, "أول")
    say(stage, post, "ثانٍ")
    stage.tell("comment", id=comment, text="أول معدّل")
    read(stage)
    later(stage)
    assert sorted(str(row.text) for row in held(stage).values()) == ["أول معدّل", "ثانٍ"]


def test_a_body_of_a_thousand_entries_is_worked_once(stage: Stage) -> None:
    post = posted(stage)
    wanted = {say(stage, post, f"تعليق {number}") for number in range(60)}
    entry = {"id": stage.sandbox.page_id, "time": 1, "changes": []}
    entries = [
        {**entry, "changes": [{"field": "feed", "value": feed(post, sorted(wanted)[number % 60])}]}
        for number in range(1000)
    ]
    deliver(stage, {"object": "page", "entry": entries})
    read(stage)
    assert set(held(stage)) == wanted
    assert left_in_inbox(stage) == []


def feed(post: Publication, comment_id: str) -> dict[str, Any]:
    return {"item": "comment", "verb": "add", "comment_id": comment_id, "post_id": post.remote_id, "created_time": 1}


def deliver(stage: Stage, body: Any, *, secret: str | None = None) -> None:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    used = secret or stage.sandbox.app_secret
    signature = "sha256=" + hmac.new(used.encode(), raw, hashlib.sha256).hexdigest()
    comments.receive(stage.database, raw, signature, [stage.sandbox.app_secret], now=stage.clock.now())


@sqlite_only
def test_an_answer_to_our_private_reply_is_noted_and_its_words_are_kept_nowhere(stage: Stage) -> None:
    post = posted(stage)
    comment = say(stage, post, "أحتاج مساعدة", author_id="5512")
    other = say(stage, post, "وأنا", author_id="5513")
    subscribe(stage)
    read(stage)
    with stage.database.read() as session:
        page = stage.worker.open_channel(session.get_one(Channel, post.channel_id))
    with stage.database.write() as session:
        for remote_id in (comment, other):
            sent = page.private_reply(remote_id, "نحن هنا")
            make_private_reply(session, held(stage)[remote_id], str(sent.recipient_id))
    stage.tell("message", comment=comment, text=CANARY)
    with stage.database.read() as session:
        assert CANARY not in "".join(row.body or "" for row in session.scalars(select(WebhookDelivery)))
    read(stage)
    with stage.database.read() as session:
        noted = {row.comment_id: row.answered_hour for row in session.scalars(select(Action))}
    assert noted == {held(stage)[comment].id: NOW, held(stage)[other].id: None}
    assert left_in_inbox(stage) == []


def make_private_reply(session: Session, comment: Comment, recipient_id: str) -> None:
    user = make_user(session, Role.FOCAL_POINT)
    decision = ReviewDecision(
        comment_id=comment.id, user_id=user.id, revision=1, verdict="refer", reason="help", at=NOW
    )
    session.add(decision)
    session.flush()
    key = keyed(Action.recipient_key, recipient_id)
    session.add(
        Action(
            comment_id=comment.id, decision_id=decision.id, kind="private_reply", status="done", recipient_key=key,
            created_at=NOW,
        )
    )  # fmt: skip


def test_a_wrong_signature_stores_nothing(stage: Stage) -> None:
    with pytest.raises(DeniedError):
        deliver(stage, {"object": "page", "entry": []}, secret="other")
    with stage.database.read() as session:
        assert session.scalar(select(func.count()).select_from(WebhookDelivery)) == 0


@sqlite_only
@pytest.mark.parametrize("body", [b"\xff\xfe not utf-8", b"{}", b"[1, 2", b'{"object":"page","entry":[{"id":"1"}]}'])
def test_a_signed_body_of_rubbish_is_put_away(stage: Stage, body: bytes) -> None:
    deliver(stage, body)
    read(stage)
    with stage.database.read() as session:
        (row,) = session.scalars(select(WebhookDelivery)).all()
    assert row.status in {"failed", "done"}
    assert row.body_sealed is None


@sqlite_only
def test_a_delivery_that_breaks_its_work_is_put_away_after_some_tries(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = posted(stage)
    comment = say(stage, post, "كلام")
    change = {"field": "feed", "value": feed(post, comment)}
    deliver(stage, {"object": "page", "entry": [{"id": stage.sandbox.page_id, "changes": [change]}]})

    def breaks(*_: object) -> None:
        raise RuntimeError(CANARY)

    monkeypatch.setattr("outreach.comments.receiving.store", breaks)
    for _ in range(5):
        with pytest.raises(RuntimeError):
            comments.work_deliveries(stage.worker.reader)
    assert not comments.work_deliveries(stage.worker.reader)
    with stage.database.read() as session:
        (row,) = session.scalars(select(WebhookDelivery)).all()
    assert (row.status, row.body_sealed) == ("failed", None)


@sqlite_only
@pytest.mark.parametrize("many", [False, True])
def test_a_hint_about_an_old_post_that_cannot_be_followed_has_the_post_read_in_full(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, many: bool
) -> None:
    post = posted(stage)
    with stage.database.write() as session:
        session.execute(update(Publication).values(next_read_at=None))
    wanted = {say(stage, post, f"كلام {number}") for number in range(26 if many else 1)}
    changes = [{"field": "feed", "value": feed(post, comment)} for comment in wanted]
    deliver(stage, {"object": "page", "entry": [{"id": stage.sandbox.page_id, "changes": changes}]})
    with monkeypatch.context() as broken:
        broken.setattr("outreach.comments.receiving.store", lambda *_: 1 // 0)
        for _ in range(0 if many else 5):
            with pytest.raises(ZeroDivisionError):
                comments.work_deliveries(stage.worker.reader)
    read(stage)
    assert set(held(stage)) == wanted


@pytest.mark.parametrize("channel", ["page", "insta"])
def test_a_comment_on_a_post_made_by_hand_adopts_the_post(stage: Stage, channel: str) -> None:
    post = by_hand(stage, channel)
    subscribe(stage)
    comment = say(stage, post, "كلام تحت منشور باليد")
    read(stage)
    row = held(stage)[comment]
    with stage.database.read() as session:
        adopted = session.get_one(Publication, row.publication_id)
    assert (adopted.origin, adopted.remote_id) == ("adopted", post.remote_id)
    assert adopted.published_at
    assert adopted.published_at.minute == 0
    second = say(stage, post, "وآخر")
    read(stage)
    assert held(stage)[second].publication_id == adopted.id


@pytest.mark.parametrize("channel", ["page", "insta"])
def test_a_comment_that_comes_before_the_answer_to_our_release_ends_under_our_post(stage: Stage, channel: str) -> None:
    post = schedule(stage, channel, "منشورنا", images=int(channel == "insta"))
    from outreach import publishing
    from outreach.publishing.releasing import _claim

    desk = stage.worker.desk
    publishing.prepare_due(desk)
    claimed = _claim(desk)
    assert claimed
    publication, _attempt = claimed
    released = stage.worker.open_channel(publication.channel).release(publication.parts)
    subscribe(stage)
    comment = str(stage.tell("comment", post=released.remote_id, text="سريع")["id"])
    read(stage)
    stage.clock.jump(stage.clock.now() + timedelta(minutes=8))
    stage.until_quiet(lambda: publishing.settle_due(desk))
    read(stage)
    with stage.database.read() as session:
        rows = session.scalars(select(Publication)).all()
    assert [(row.id, row.status, row.remote_id) for row in rows] == [(post, "published", released.remote_id)]
    assert held(stage)[comment].publication_id == post
