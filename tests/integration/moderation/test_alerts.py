"""Who is told, when, how often; and that a notice gives nothing away."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import event, update

from outreach import alerts, moderation, notices, retention
from outreach.errors import MailError
from outreach.pushing import Push
from outreach.states import Mode, Role
from outreach.tables import Alert, Case, Channel, Comment, Installation, Publication, User
from tests.factories import make_channel, make_flag, make_publication, make_user


@dataclass
class Outbox:
    """A mailer that keeps what it is given, or refuses as told."""

    mails: list[tuple[str, str, str]] = field(default_factory=list)
    refusals: list[MailError] = field(default_factory=list)

    def send(self, to, subject, text, html=None):
        if self.refusals:
            raise self.refusals.pop(0)
        self.mails.append((to, subject, text))


@pytest.fixture
def outbox() -> Outbox:
    return Outbox()


def _round(room, outbox):
    """What the job does: the mails that went out."""
    before = len(outbox.mails)
    alerts.raise_due(room.database, now=room.now, settings=room.settings)
    notices.raise_due(room.database, now=room.now)
    while _send(room, outbox):
        pass
    return [(to, text) for to, _, text in outbox.mails[before:]]


def _send(room, outbox):
    courier = notices.Courier(outbox, Push(sandbox=False))
    return notices.send_due(room.database, courier, now=room.now, settings=room.settings)


def _kinds(room):
    return [row.kind for row in sorted(room.rows(Alert), key=lambda row: row.created_at)]


def test_s0_pages_at_night_every_ten_minutes_until_acknowledged(room, outbox):
    room.later(hours=14)  # 02:00 in Basra
    room.queued("imminent_danger!")
    assert [to for to, _ in _round(room, outbox)] == ["focal@example.org"]
    room.later(minutes=9)
    assert _round(room, outbox) == []
    room.later(minutes=1)
    assert len(_round(room, outbox)) == 1
    (case,) = room.rows(Case)
    moderation.acknowledge(room.database, room.focal, case.id, now=room.now)
    room.later(minutes=10)
    assert _round(room, outbox) == []
    assert set(_kinds(room)) == {"alert.s0"}


def test_a_new_s0_does_not_wait_when_the_earlier_ones_are_acknowledged(room, outbox):
    room.queued("imminent_danger!")
    _round(room, outbox)
    (case,) = room.rows(Case)
    moderation.acknowledge(room.database, room.focal, case.id, now=room.now)
    room.later(minutes=2)
    room.queued("self_harm!")
    assert len(_round(room, outbox)) == 1


def test_s1_of_the_night_is_told_at_seven_in_the_morning(room, outbox):
    room.later(hours=14)
    room.queued("survivor_disclosure")
    assert _round(room, outbox) == []
    room.later(hours=4, minutes=59)
    assert _round(room, outbox) == []
    room.later(minutes=1)
    ((_, text),) = _round(room, outbox)
    assert "1" in text


def test_s1_is_told_once_and_merged_within_fifteen_minutes(room, outbox):
    room.queued("survivor_disclosure")
    assert len(_round(room, outbox)) == 1
    room.later(minutes=5)
    room.queued("third_party_disclosure")
    room.queued("blackmail")
    assert _round(room, outbox) == []
    room.later(minutes=10)
    assert len(_round(room, outbox)) == 1
    assert [row.count for row in sorted(room.rows(Alert), key=lambda row: row.created_at)] == [1, 2]
    room.later(minutes=14)
    assert _round(room, outbox) == []


def test_a_decided_s1_is_told_to_nobody(room, outbox):
    comment_id = room.queued("exposed_personal_data")
    case_id = moderation.open_case(room.database, room.mod, comment_id, now=room.now)
    moderation.acknowledge(room.database, room.focal, case_id, now=room.now)
    assert _round(room, outbox) == []


def test_an_item_unseen_at_half_its_target_pages_and_a_claimed_one_does_not(room, outbox):
    room.queued("imminent_danger")  # below the alert threshold: no case, no page by itself
    claimed = room.queued("imminent_danger")
    room.claim(room.mod, claimed)
    room.later(minutes=7)
    assert _round(room, outbox) == []
    room.later(minutes=1)
    assert len(_round(room, outbox)) == 1
    assert [(row.kind, row.count) for row in room.rows(Alert)] == [("alert.half", 1)]


def test_an_overdue_case_of_s1_is_told(room, outbox):
    room.queued("survivor_disclosure")
    _round(room, outbox)
    room.later(minutes=61)
    moderation.open_overdue_cases(room.database, now=room.now, settings=room.settings)
    _round(room, outbox)
    assert _kinds(room) == ["alert.s1", "alert.case"]


def test_s2_and_s3_wake_nobody(room, outbox):
    for text in ("help_seeking", "gendered_abuse", "spam"):
        room.queued(text)
    room.later(hours=5)
    assert _round(room, outbox) == []


def test_staff_misconduct_is_told_to_the_psea_focal_point_alone(room, outbox):
    room.queued("staff_misconduct imminent_danger!")
    assert [to for to, _ in _round(room, outbox)] == ["psea@example.org"]


def test_without_a_focal_point_the_admins_learn_that_something_waits(room, outbox):
    with room.database.write() as session:
        session.execute(update(User).where(User.id == room.focal.id).values(disabled_at=room.now))
        session.execute(update(User).where(User.id == room.psea.id).values(disabled_at=room.now))
    room.queued("imminent_danger!")
    room.queued("staff_misconduct")
    assert [to for to, _ in _round(room, outbox)] == ["admin@example.org"]
    assert [row.count for row in room.rows(Alert)] == [1]


def test_too_many_unscored_comments_in_an_hour_raise_one_notice(room, outbox):
    for _ in range(8):
        room.arrive("هلا")
    for _ in range(2):
        room.arrive("BREAK")
    room.classify()
    _round(room, outbox)
    assert "alert.not_scored" not in _kinds(room)
    room.queued("BREAK")
    _round(room, outbox)
    room.later(minutes=5)
    _round(room, outbox)
    told = [row.user_id for row in room.rows(Alert) if row.kind == "alert.not_scored"]
    assert sorted(told) == sorted([room.focal.id, room.admin.id])


def test_a_notice_holds_no_word_flag_name_or_id_of_a_person(room, outbox):
    canary = "كناري imminent_danger! self_harm 0770 000 0000"
    comment_id = room.queued(canary, author_name="Canary Author")
    _round(room, outbox)
    ((_, subject, text),) = outbox.mails
    row = room.row(comment_id)
    for secret in (comment_id, "كناري", "Canary", "imminent", "self_harm", "0770", row.remote_id, "خطر", "إيذاء"):
        assert secret not in subject + text
    assert re.search(r"http://127\.0\.0\.1:8400/review", text)
    (alert,) = room.rows(Alert)
    assert comment_id not in str(alert.details)


def test_notices_are_in_the_users_language_and_marked_in_a_sandbox(room, outbox):
    with room.database.write() as session:
        session.add(Installation(mode=Mode.SANDBOX, keys="k", created_at=room.now))
        make_user(session, Role.FOCAL_POINT, email="en@example.org", language="en")
    room.queued("imminent_danger!")
    _round(room, outbox)
    subjects = {to: subject for to, subject, _ in outbox.mails}
    assert subjects == {
        "focal@example.org": "[تجربة] outreach: مطلوب الآن",
        "en@example.org": "[sandbox] outreach: needed now",
    }


def test_a_mail_that_fails_is_tried_again_and_one_that_cannot_go_is_failed(room, outbox):
    outbox.refusals = [MailError("mail.unreachable")]
    room.queued("imminent_danger!")
    assert _round(room, outbox) == []
    (alert,) = room.rows(Alert)
    assert (alert.status, alert.error_code) == ("pending", "mail.unreachable")
    room.later(minutes=1)
    assert len(_round(room, outbox)) == 1
    with room.database.write() as session:
        session.get_one(User, room.focal.id).email = None
    room.later(minutes=10)
    _round(room, outbox)
    assert sorted(row.status for row in room.rows(Alert)) == ["failed", "sent"]


def test_notices_do_not_pile_up_while_the_mail_server_is_down(room, outbox):
    outbox.refusals = [MailError("mail.unreachable") for _ in range(100)]
    room.queued("imminent_danger!")
    for _ in range(30):
        _round(room, outbox)
        room.later(minutes=2)
    assert len([row for row in room.rows(Alert) if row.status in {"pending", "sending"}]) <= 1


def test_what_failed_to_be_told_is_told_once_mail_works_again(room, outbox):
    outbox.refusals = [MailError("mail.refused", permanent=True)]
    room.queued("survivor_disclosure")
    assert _round(room, outbox) == []
    assert [row.status for row in room.rows(Alert)] == ["failed"]
    room.later(minutes=15)
    assert len(_round(room, outbox)) == 1


def test_weighing_what_waits_costs_as_many_queries_for_many_as_for_one(room):
    def queries():
        asked = []

        def note(*_):
            asked.append(1)

        event.listen(room.database.engine, "before_cursor_execute", note)
        alerts.raise_due(room.database, now=room.now, settings=room.settings)
        event.remove(room.database.engine, "before_cursor_execute", note)
        return len(asked)

    room.queued("survivor_disclosure")
    queries()
    one = queries()
    for _ in range(5):
        room.queued("survivor_disclosure")
    queries()
    assert queries() <= one


def test_a_notice_left_sending_by_a_crash_is_sent_again(room, outbox):
    room.queued("imminent_danger!")
    alerts.raise_due(room.database, now=room.now, settings=room.settings)
    with room.database.write() as session:
        session.execute(update(Alert).values(status="sending", retry_at=room.now + timedelta(minutes=5), tries=1))
    assert not _send(room, outbox)
    room.later(minutes=5)
    assert _send(room, outbox)
    assert len(outbox.mails) == 1


def test_a_damaged_row_keeps_nobody_from_being_told(room, outbox):
    damaged, strange = room.queued("imminent_danger"), room.queued("imminent_danger")
    room.queued("imminent_danger!")
    with room.database.write() as session:
        make_flag(session, session.get_one(Comment, strange), "no_such_flag", 30)
        session.execute(update(Comment).where(Comment.id == damaged).values(times_sealed="k1:AAAA"))
    assert len(_round(room, outbox)) == 1


@pytest.fixture
def writer(room):
    with room.database.write() as session:
        return make_user(session, Role.COMMUNICATIONS, email="writer@example.org", language="en")


@pytest.mark.parametrize("status", ["failed", "held", "unknown"])
def test_a_post_that_waits_for_a_person_is_told_once_to_those_who_write_posts(room, outbox, writer, status):
    with room.database.write() as session:
        post = make_publication(session, status=status, content={"text": "كناري"})
        make_publication(session, status="unknown", retry_at=room.now)  # still being read back
    ((to, text),) = _round(room, outbox)
    assert (to, "Count: 1" in text, "/posts" in text) == ("writer@example.org", True, True)
    assert "كناري" not in text
    assert post.id not in text
    for _ in range(3):
        room.later(days=3)
        retention.purge_due(room.database, now=room.now, settings=room.settings)
        assert _round(room, outbox) == []
    with room.database.write() as session:
        session.get_one(Publication, post.id).status = "failed" if status != "failed" else "held"
    assert len(_round(room, outbox)) == 1


def test_posts_that_fail_together_are_one_notice(room, outbox, writer):
    with room.database.write() as session:
        make_publication(session, status="failed")
    assert len(_round(room, outbox)) == 1
    with room.database.write() as session:
        for _ in range(4):
            make_publication(session, status="failed")
    assert _round(room, outbox) == []
    room.later(minutes=15)
    ((_, text),) = _round(room, outbox)
    assert "Count: 4" in text


def test_a_stopped_channel_is_told_to_the_admins_until_it_is_mended(room, outbox, writer):
    with room.database.write() as session:
        channel = make_channel(session, status="stopped")
    assert [to for to, _ in _round(room, outbox)] == ["admin@example.org"]
    room.later(days=1)
    assert _round(room, outbox) == []
    room.later(days=1)
    assert len(_round(room, outbox)) == 1
    with room.database.write() as session:
        session.get_one(Channel, channel.id).status = "active"
    room.later(days=3)
    assert _round(room, outbox) == []
