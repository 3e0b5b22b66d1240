"""The posts commands: what waits for a person, and what the person decides."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from outreach.cli import posts, review, users
from outreach.errors import ConflictError, DeniedError, InvalidError
from outreach.states import HeldReason, PublicationStatus, Role
from outreach.tables import Approval, Campaign, Publication
from outreach.wording import word
from tests.factories import make_channel, make_post, make_publication, make_user
from tests.integration.cli.test_review import PASSWORD, Desk, desk

__all__ = ["desk"]


@pytest.fixture
def held(desk: Desk) -> str:
    """A post that was approved, and held because it was late; signed in is an approver."""
    desk.run(users.app, "add", "huda", "approver", text=f"{PASSWORD}\n")
    desk.sign_in("huda")
    now = desk.opened.clock.now()
    with desk.opened.database.write() as session:
        post = make_post(session)
        approver = make_user(session, Role.APPROVER).id
        session.add(Approval(post_id=post.id, content_hash=post.content_hash, user_id=approver, at=now))
        late = {"status": PublicationStatus.HELD, "held_reason": HeldReason.LATE, "due_at": now - timedelta(hours=5)}
        return str(make_publication(session, make_channel(session), post, **late).id)


def status(desk: Desk) -> str:
    (publication,) = desk.rows(Publication)
    return str(publication.status)


def test_what_waits_is_listed_with_why(desk: Desk, held: str) -> None:
    (row,) = json.loads(desk.run(posts.app, "waiting", "--json").stdout)
    assert (row["id"], row["status"], row["why"]) == (held, "held", "late")


def test_what_somebody_changed_at_meta_is_listed_with_what_stands_there_now(desk: Desk, held: str) -> None:
    changed = {"text": "كلام آخر", "picture": "2", "due_at": "2099-01-01T07:00:00+00:00"}
    with desk.opened.database.write() as session:
        row = session.get_one(Publication, held)
        row.status, row.held_reason, row.altered = PublicationStatus.ENTRUSTED, None, changed
    shown = desk.run(posts.app, "waiting").output
    for words in ("Words as they stand there: كلام آخر", "Another image, no.: 2", "New time: 01-01 10:00"):
        assert words in shown
    (row,) = json.loads(desk.run(posts.app, "waiting", "--json").stdout)
    assert row["changed"] == changed


@pytest.mark.parametrize(
    ("choice", "after"), [(["publish_now"], "scheduled"), (["reschedule", "--at", "2099-01-01 10:00"], "scheduled"),
                          (["drop"], "cancelled")]
)  # fmt: skip
def test_a_person_decides_once(desk: Desk, held: str, choice: list[str], after: str) -> None:
    desk.run(posts.app, "decide", held, *choice)
    assert status(desk) == after
    assert "No post waits" in desk.run(posts.app, "waiting").stdout
    with pytest.raises(ConflictError):
        desk.run(posts.app, "decide", held, *choice)


def test_a_time_to_come_is_needed_and_unknown_choices_list_those_that_are(desk: Desk, held: str) -> None:
    with pytest.raises(InvalidError, match="time_in_past"):
        desk.run(posts.app, "decide", held, "reschedule", "--at", "2020-01-01 10:00")
    with pytest.raises(InvalidError, match="publish_now, reschedule, drop"):
        desk.run(posts.app, "decide", held, "send")
    assert status(desk) == "held"


@pytest.mark.parametrize("many", [False, True])
def test_nothing_is_moved_into_a_blackout_of_its_campaign(desk: Desk, held: str, many: bool) -> None:
    with desk.opened.database.write() as session:
        (campaign,) = session.query(Campaign)
        mourning = {"from": "2099-01-01T07:00:00+00:00", "to": "2099-01-02T07:00:00+00:00", "reason": "حداد"}
        campaign.blackouts = [mourning]
    which = ["--all"] if many else [held]
    for time in ("2099-01-01 10:00", "2099-01-02 09:59"):
        with pytest.raises(InvalidError, match=r"publication\.blackout") as caught:
            desk.run(posts.app, "decide", *which, "reschedule", "--at", time)
        said = word(caught.value.code, caught.value.params, language="en")
        assert "a blackout from 2099-01-01 10:00 to 2099-01-02 10:00 (حداد)" in said
    assert status(desk) == "held"
    desk.run(posts.app, "decide", *which, "reschedule", "--at", "2099-01-02 10:00")
    assert status(desk) == "scheduled"


def test_only_approvers_decide(desk: Desk, held: str) -> None:
    desk.sign_in("zainab")
    with pytest.raises(DeniedError):
        desk.run(posts.app, "decide", held, "publish_now")
    assert status(desk) == "held"


def test_a_role_that_sees_no_comment_is_told_so_and_not_that_nothing_waits(desk: Desk, held: str) -> None:
    with pytest.raises(DeniedError):
        desk.run(review.app, "list")
