"""Calls on Meta that decisions ask for: the real client against the sandbox, with crashes and lost answers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import requests

from outreach import moderation
from outreach.db import keyed
from outreach.meta.channels import GraphHosts, open_channel
from outreach.meta.protocol import Content
from outreach.sandbox.server import SandboxServer
from outreach.sandbox.switches import Switches
from outreach.states import ActionStatus, ChannelKind, ChannelMode, CommentState, Outcome
from outreach.tables import Action, ActionAttempt, Channel, Comment
from tests.integration.moderation.conftest import Room


class Page:
    """A Page in the sandbox with one published post, and a row for it in the room's database."""

    def __init__(self, server: SandboxServer, room: Room, number: int) -> None:
        self.server, self.room = server, room
        self.account = server.channels[number]
        self.calls: list[tuple[str, int]] = []
        channel = self.open()
        parts: dict[str, str] = {}
        content = Content("مساحات آمنة")
        while step := channel.next_step(content, parts):
            parts[step.name] = channel.make(step, content, parts)
        self.post_id = channel.release(parts).remote_id

    def open(self, _row: Channel | None = None):
        return open_channel(
            ChannelKind.FACEBOOK_PAGE,
            self.account.page_id,
            self.account.page_token,
            page_id=self.account.page_id,
            app_secret=self.server.app_secret,
            hosts=GraphHosts(graph=self.server.base_url),
            on_response=lambda method, _path, status, _: self.calls.append((method, status)),
            sleep=lambda _: None,
        )

    def desk(self, path: str, **order):
        answer = requests.post(f"{self.server.base_url}/_sandbox/{path}", json=order, timeout=5)
        assert answer.ok, answer.text
        return answer.json()

    def comment(self, text: str = "spam") -> str:
        """A comment of a person in the sandbox, read and queued here."""
        remote_id = str(self.desk("comment", post=self.post_id, text=text)["id"])
        comment_id = self.room.arrive(text)
        with self.room.database.write() as session:
            row = session.get_one(Comment, comment_id)
            row.remote_id, row.remote_key = remote_id, keyed(Comment.remote_key, remote_id)
        self.room.classify()
        return comment_id

    def remote(self, comment_id: str):
        return self.open().comment(str(self.room.row(comment_id).remote_id))

    def run(self) -> int:
        """Until nothing is due; how many steps."""
        self.calls.clear()
        steps = 0
        while moderation.run_actions(self.room.database, self.open, now=self.room.now):
            steps += 1
        return steps

    @property
    def writes(self) -> int:
        return sum(method != "GET" for method, _ in self.calls)

    @property
    def action(self) -> Action:
        return max(self.room.rows(Action), key=lambda row: row.created_at)

    def outcomes(self) -> list[str]:
        return [row.outcome for row in sorted(self.room.rows(ActionAttempt), key=lambda row: row.started_at)]


@pytest.fixture(scope="module")
def server() -> Iterator[SandboxServer]:
    with SandboxServer(pages=60, switches=Switches(audience=False)) as server:
        yield server


@pytest.fixture(scope="module")
def numbers() -> Iterator[int]:
    return iter(range(60))


@pytest.fixture
def page(server: SandboxServer, numbers: Iterator[int], room: Room) -> Page:
    with server.world.lock:
        server.world.faults.remove()
    return Page(server, room, next(numbers))


def test_a_hide_is_carried_out_once_and_then_shown_as_done(page, room):
    comment_id = page.comment()
    room.decide(room.mod, comment_id, "hide", "spam")
    assert page.run() == 1
    assert page.remote(comment_id).hidden
    assert (page.action.status, page.action.done_at) == (ActionStatus.DONE, room.now)
    assert room.row(comment_id).state == CommentState.HIDDEN
    assert page.outcomes() == [Outcome.OK]
    assert page.run() == 0


def test_a_deletion_waits_for_its_grace_and_is_then_done(page, room):
    comment_id = page.comment()
    room.decide(room.mod, comment_id, "delete", "spam")
    assert page.run() == 0
    room.later(minutes=room.settings.review.undo_minutes)
    assert page.run() == 1
    assert page.remote(comment_id) is None
    assert room.row(comment_id).state == CommentState.GONE


def test_undoing_a_hide_that_was_done_shows_the_comment_again(page, room):
    comment_id = page.comment()
    decision_id = room.decide(room.mod, comment_id, "hide", "spam")
    page.run()
    room.later(minutes=1)
    room.undo(room.mod, decision_id)
    page.run()
    assert not page.remote(comment_id).hidden
    assert room.row(comment_id).state == CommentState.VISIBLE


@pytest.mark.parametrize("fault", ["reset_after", "500_after"])
def test_a_lost_answer_is_read_back_and_not_repeated(page, room, fault):
    comment_id = page.comment()
    room.decide(room.mod, comment_id, "hide", "spam")
    page.desk("faults", kind=fault, method="POST", times=1)
    page.run()
    assert page.action.status == ActionStatus.UNKNOWN
    assert room.open(room.mod, comment_id).history[0].actions[0].status == "unknown"
    room.later(minutes=1)
    page.run()
    assert (page.action.status, page.writes) == (ActionStatus.DONE, 0)
    assert room.row(comment_id).state == CommentState.HIDDEN
    assert page.outcomes() == [Outcome.UNKNOWN, Outcome.OK]


def test_a_process_killed_before_the_call_makes_it_once_after_the_restart(page, room):
    comment_id = page.comment()
    room.decide(room.mod, comment_id, "hide", "spam")
    _killed(page, room)
    assert page.run() == 0  # another process may still be at it
    room.later(minutes=8)
    page.run()
    assert (page.action.status, page.writes) == (ActionStatus.DONE, 1)
    assert page.outcomes() == [Outcome.UNKNOWN, Outcome.OK]
    assert page.remote(comment_id).hidden


def test_a_process_killed_after_the_call_does_not_make_it_again(page, room):
    comment_id = page.comment()
    room.decide(room.mod, comment_id, "hide", "spam")
    _killed(page, room)
    page.open().hide(str(room.row(comment_id).remote_id))
    room.later(minutes=8)
    page.run()
    assert (page.action.status, page.writes) == (ActionStatus.DONE, 0)


def test_a_process_killed_after_a_deletion_finds_it_done(page, room):
    comment_id = page.comment()
    room.decide(room.mod, comment_id, "delete", "spam")
    room.later(minutes=11)
    _killed(page, room)
    page.open().delete(str(room.row(comment_id).remote_id))
    room.later(minutes=8)
    page.run()
    assert (page.action.status, page.writes) == (ActionStatus.DONE, 0)
    assert room.row(comment_id).state == CommentState.GONE


def test_a_refusal_for_good_is_failed_with_its_code(page, room):
    comment_id = page.comment()
    room.decide(room.mod, comment_id, "hide", "spam")
    page.desk("faults", kind="hide_refused", times=1)
    page.run()
    assert page.action.status == ActionStatus.FAILED
    assert page.action.error_code
    assert room.row(comment_id).state == CommentState.VISIBLE


def test_a_refusal_for_now_is_tried_again_later(page, room):
    comment_id = page.comment()
    room.decide(room.mod, comment_id, "hide", "spam")
    limit = {"message": "limit", "type": "OAuthException", "code": 32}
    page.desk("faults", kind="error", method="POST", times=1, status=400, error=limit)
    page.run()
    assert page.action.status == ActionStatus.PENDING
    assert page.action.retry_at > room.now
    room.now = page.action.retry_at
    page.run()
    assert page.action.status == ActionStatus.DONE


def test_a_read_only_channel_is_never_written_to(page, room):
    comment_id = page.comment()
    with room.database.write() as session:
        session.get_one(Channel, room.row(comment_id).channel_id).mode = ChannelMode.READ_ONLY
    room.decide(room.mod, comment_id, "hide", "spam")
    page.run()
    assert (page.action.status, page.action.error_code) == (ActionStatus.FAILED, "action.read_only")
    assert page.calls == []
    assert room.rows(ActionAttempt) == []


def test_a_broken_row_does_not_stop_the_others(page, room):
    broken, fine = page.comment(), page.comment()
    room.decide(room.mod, broken, "hide", "spam")
    room.later(seconds=1)
    room.decide(room.mod, fine, "hide", "spam")
    with room.database.write() as session:
        session.get_one(Comment, broken).remote_id_sealed = "k1:AAAA"
    page.run()
    assert page.remote(fine).hidden


def test_an_unhide_never_overtakes_its_hide(page, room):
    comment_id = page.comment()
    decision_id = room.decide(room.mod, comment_id, "hide", "spam")
    page.desk("faults", kind="reset_after", method="POST", times=1)
    page.run()
    room.undo(room.mod, decision_id)
    room.later(minutes=1)
    page.run()
    assert not page.remote(comment_id).hidden
    assert sorted(row.status for row in room.rows(Action)) == [ActionStatus.CANCELLED, ActionStatus.DONE]


def test_after_many_tries_an_unclear_outcome_is_left_to_a_person(page, room):
    comment_id = page.comment()
    room.decide(room.mod, comment_id, "hide", "spam")
    page.desk("faults", kind="html500", times=None)
    for _ in range(20):
        page.run()
        room.later(hours=1)
    assert (page.action.tries, page.action.retry_at) == (12, None)
    assert page.action.status in {ActionStatus.UNKNOWN, ActionStatus.FAILED}


def _killed(page: Page, room: Room) -> None:
    """As a process leaves it that dies between the committed attempt and the outcome."""
    with room.database.write() as session:
        action = session.query(Action).one()
        action.status, action.tries, action.retry_at = ActionStatus.RUNNING, 1, room.now + timedelta(minutes=7)
        session.add(ActionAttempt(action_id=action.id, started_at=room.now, outcome=Outcome.STARTED))
