"""Back up, publish and moderate, restore, run: each post is there once, no moderation act is doubled or undone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import requests
from sqlalchemy import select

from outreach import backups, comments, installation, jobs, moderation, publishing
from outreach.errors import ConflictError
from outreach.states import (
    ActionKind,
    ActionStatus,
    CommentState,
    HeldReason,
    PublicationStatus,
    ReviewState,
    Role,
    TakedownReason,
    Verdict,
)
from outreach.tables import Action, Comment, Pause, Publication, ReviewDecision
from outreach.vault import save_keyring
from outreach.wiring import Worker
from tests.copies import copied, empty_database
from tests.factories import make_user
from tests.integration.conftest import Stage
from tests.posting import posted, publish, schedule

S = PublicationStatus
POSTS, ACTS = 20, 20


@dataclass
class Wire:
    """What was written to Meta, counted where it leaves the process."""

    writes: Counter[str]

    def paths(self, method: str, part: str = "") -> Counter[str]:
        return Counter({key: n for key, n in self.writes.items() if key.startswith(method) and part in key})


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Iterator[Wire]:
    seen: Counter[str] = Counter()
    plain = requests.Session.send

    def send(session: requests.Session, request: Any, **options: Any) -> Any:
        if request.method != "GET" and "_sandbox" not in request.url:
            seen[f"{request.method} {request.url.rpartition('/')[2].partition('?')[0]}"] += 1
        return plain(session, request, **options)

    monkeypatch.setattr(requests.Session, "send", send)
    return Wire(seen)


@pytest.fixture
def person(stage: Stage) -> str:
    with stage.database.write() as session:
        return str(make_user(session, Role.APPROVER).id)


def kept(stage: Stage) -> Any:
    """The installation's backup, as it is now."""
    save_keyring(stage.worker.opened.keyring, stage.worker.settings.key_dir)
    target = stage.folder / "kept.outreach"
    backups.backup(stage.worker.opened, target)
    return target


def restored(stage: Stage, source: Any) -> Stage:
    """The same sandbox, and an installation made from the backup on a disk of its own, in a database of that kind."""
    url = type(stage.worker.settings.database_url)(empty_database(stage, "restored"))
    used = stage.worker.settings.model_copy(update={"data_dir": stage.folder / "new" / "data", "database_url": url})
    backups.restore(used, source, clock=stage.clock)
    opened = installation.open_installation(used, clock=stage.clock)
    return Stage(stage.sandbox, Worker(opened), stage.clock, stage.folder)


def run_all(stage: Stage) -> None:
    """Everything that could write: posts, first comments, withdrawals, moderation."""
    publish(stage)
    opened = stage.worker.opened
    stage.until_quiet(
        lambda: publishing.withdraw_due(stage.worker.desk),
        lambda: moderation.run_actions(opened.database, stage.worker.open_channel, now=opened.clock.now()),
    )


def go_on(stage: Stage, person: str) -> None:
    assert jobs.read_back(stage.worker, publishing.unread(stage.database)) == []
    publishing.resume(stage.database, user_id=person, now=stage.clock.now(), after_restore=True)
    installation.adopt(stage.worker.opened)


def commented(stage: Stage, count: int) -> list[str]:
    post = posted(stage, "page", "المنشور الأول")
    for number in range(count):
        stage.tell("comment", post=post.remote_id, text=f"تعليق {number}")
    comments.pull(stage.worker.reader, post)
    with stage.database.read() as session:
        return [row.id for row in session.scalars(select(Comment).where(~Comment.own))]


def ask(stage: Stage, comment_id: str, kind: ActionKind) -> None:
    """What a decision writes: the comment is decided on, and an action asks for it."""
    now = stage.clock.now()
    with stage.database.write() as session:
        row = session.get_one(Comment, comment_id)
        row.review_state, row.decided_at = ReviewState.DECIDED, now
        decision = ReviewDecision(
            comment_id=comment_id, revision=1, verdict=Verdict.HIDE, reason="abuse", at=now, text_key=row.text_key
        )
        session.add(decision)
        session.flush()
        action = {"kind": kind, "status": ActionStatus.PENDING, "created_at": now}
        session.add(Action(comment_id=comment_id, decision_id=decision.id, **action))


def remote(stage: Stage) -> dict[str, tuple[bool, bool]]:
    return {each["text"]: (each["hidden"], each["deleted"]) for each in stage.state()["comments"]}


def test_each_post_is_there_once_and_no_act_is_doubled_or_undone(stage: Stage, person: str, wire: Wire) -> None:
    stage.tell("switches", audience=False, quota_total=100)
    ids = commented(stage, ACTS)
    texts = [f"منشور رقم {number} من الحملة" for number in range(POSTS)]
    for number, text in enumerate(texts):
        channel = "insta" if number % 2 else "page"
        schedule(stage, channel, text, images=number % 2, first_comment=f"تعليق أول {number}")
    for comment_id in ids[: ACTS // 2]:  # asked before the backup, done after it
        ask(stage, comment_id, ActionKind.HIDE)
    backup = kept(stage)

    for comment_id in ids[ACTS // 2 :]:  # asked and done after it
        ask(stage, comment_id, ActionKind.DELETE)
    for _ in range(POSTS + 2):
        run_all(stage)
        stage.jump(minutes=2)
    run_all(stage)
    ask(stage, ids[0], ActionKind.UNHIDE)  # and one taken back again
    run_all(stage)
    feed, acts, before = sorted(stage.visible()), remote(stage), Counter(wire.writes)
    assert feed == sorted([*texts, "المنشور الأول"])
    assert Counter(acts.values())[(False, True)] == ACTS // 2

    again = restored(stage, backup)
    for _ in range(3):  # nobody has said a word yet
        run_all(again)
        stage.jump(minutes=10)
    assert wire.writes == before
    with pytest.raises(ConflictError, match=r"pause\.not_read_back"):
        publishing.resume(again.database, user_id=person, now=stage.clock.now(), after_restore=True)

    go_on(again, person)
    for _ in range(6):
        run_all(again)
        stage.jump(minutes=10)
    assert sorted(stage.visible()) == feed
    assert remote(stage) == acts
    assert wire.writes == before  # not one write more
    with again.database.read() as session:
        rows = session.scalars(select(Publication).where(Publication.origin == "campaign")).all()
        assert {row.status for row in rows} == {S.PUBLISHED}
        assert len({row.remote_id for row in rows}) == POSTS + 1
        asked = {action.comment_id: action.status for action in session.scalars(select(Action))}
        assert Counter(asked.values()) == {ActionStatus.DONE: ACTS // 2 - 1, ActionStatus.FAILED: 1}
        undone = session.get_one(Comment, ids[0])
        assert (undone.state, undone.review_state) == (CommentState.VISIBLE, ReviewState.QUEUED)
    again.database.close()


def test_what_was_due_and_is_proven_absent_waits_for_a_person(stage: Stage, person: str) -> None:
    publication_id = schedule(stage, "page", "لم يخرج")
    backup = kept(stage)
    stage.jump(minutes=30)
    again = restored(stage, backup)
    go_on(again, person)
    run_all(again)
    with again.database.read() as session:
        row = session.get_one(Publication, publication_id)
        assert (row.status, row.held_reason) == (S.HELD, HeldReason.PAUSED)
    assert stage.visible() == []
    again.database.close()


def test_a_post_that_only_looks_like_ours_is_a_persons_to_compare(stage: Stage, person: str) -> None:
    text = "ندعوكم إلى جلسة حوار مفتوحة في قاعة المكتبة العامة في البصرة يوم السبت القادم"
    publication_id = schedule(stage, "page", text)
    with stage.database.write() as session:
        session.get_one(Publication, publication_id).due_at = stage.clock.now() + timedelta(days=2)
    backup = kept(stage)
    twin = posted(stage, "page", f"{text} مساء")
    again = restored(stage, backup)
    go_on(again, person)
    with again.database.read() as session:
        row = session.get_one(Publication, publication_id)
        assert (row.status, row.held_reason) == (S.HELD, HeldReason.ALREADY_POSTED)
        assert row.error_params["post"] == twin.remote_id
    again.database.close()


def test_a_post_that_was_moved_forward_and_went_out_after_the_backup_is_found(stage: Stage, person: str) -> None:
    publication_id = schedule(stage, "page", "نُقل إلى وقت أبكر")
    with stage.database.write() as session:
        session.get_one(Publication, publication_id).due_at = stage.clock.now() + timedelta(days=2)
    backup = kept(stage)
    with stage.database.write() as session:
        session.get_one(Publication, publication_id).due_at = stage.clock.now()
    run_all(stage)
    again = restored(stage, backup)
    go_on(again, person)
    stage.jump(days=2, minutes=5)
    run_all(again)
    assert stage.visible() == ["نُقل إلى وقت أبكر"]
    again.database.close()


def test_a_channel_that_cannot_be_read_stays_paused_while_another_goes_on(stage: Stage, person: str) -> None:
    again = restored(stage, kept(stage))
    stage.fault("html500", method="GET", path=rf".*/{stage.sandbox.ig_id}/media.*", times=99)
    (error,) = jobs.read_back(again.worker, publishing.unread(again.database))
    assert error.code == "meta.unavailable"
    now = stage.clock.now()
    with pytest.raises(ConflictError, match=r"pause\.not_read_back"):
        publishing.resume(again.database, user_id=person, now=now, after_restore=True)
    assert publishing.resume(again.database, user_id=person, now=now, after_restore=True, channel="page") == ("page",)
    assert [each.channel for each in publishing.standing(again.database).pauses] == ["insta"]
    again.database.close()


def test_only_after_restore_ends_it(stage: Stage, person: str) -> None:
    again = restored(stage, kept(stage))
    with pytest.raises(ConflictError, match=r"pause\.restored"):
        publishing.resume(again.database, user_id=person, now=stage.clock.now())
    again.database.close()


def test_a_live_clone_never_writes_and_the_original_goes_on(stage: Stage, wire: Wire) -> None:
    assert installation.keep_watch(stage.worker.opened) is None
    (comment_id,) = commented(stage, 1)
    stage.jump(minutes=2)
    taken, waiting = posted(stage, "page", "سيُزال").id, schedule(stage, "page", "في موعده", first_comment="أول")
    ask(stage, comment_id, ActionKind.HIDE)
    with stage.database.write() as session:
        user = make_user(session, Role.APPROVER).id
    there = installation.open_installation(copied(stage, "clone"), clock=stage.clock)
    clone = Stage(stage.sandbox, Worker(there), stage.clock, stage.folder)
    how = {"user_id": user, "now": stage.clock.now()}
    unsafe = TakedownReason.UNSAFE
    publishing.take_down(clone.database, clone.worker.media, [taken], unsafe, **how)
    before = Counter(wire.writes)
    for _ in range(3):
        run_all(clone)
        stage.jump(minutes=2)
    jobs.read_back(clone.worker, publishing.unread(clone.database))
    run_all(clone)
    assert wire.writes == before
    with clone.database.read() as session:
        assert [each.code for each in session.scalars(select(Pause))] == ["installation.copied"]
    run_all(stage)
    assert sorted(stage.visible()) == sorted(["المنشور الأول", "سيُزال", "في موعده"])
    with stage.database.read() as session:
        assert session.get_one(Publication, waiting).status == S.PUBLISHED
    assert installation.keep_watch(stage.worker.opened) is None
    clone.database.close()
