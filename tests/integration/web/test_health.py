from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from outreach.clock import SteppedClock
from outreach.db import Database
from outreach.states import ActionStatus, ChannelStatus, Role, Route
from outreach.tables import Action, Alert, JobRun, ReviewDecision, WebhookDelivery
from tests.factories import make_channel, make_comment, make_publication, make_user
from tests.sites import Site, serving

CADENCES = {"pull": timedelta(minutes=5), "release": timedelta(seconds=1)}


@pytest.fixture
def judged(database: Database, clock: SteppedClock, tmp_path: Path) -> Iterator[Site]:
    with serving(database, clock, tmp_path, cadences=CADENCES) as site:
        yield site


def ran(site: Site, name: str, ago: timedelta, error_code: str | None = None) -> None:
    now = site.clock.now()
    with site.database.write() as session:
        session.add(JobRun(id=name, started_at=now, succeeded_at=now - ago, error_code=error_code))


def test_it_is_well_while_every_loop_has_ended_well_lately(judged: Site):
    ran(judged, "pull", timedelta(minutes=14))
    ran(judged, "release", timedelta(seconds=100))  # fast loops are given two minutes
    answer = judged.visitor().get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {
        "ok": True,
        "jobs": {"pull": {"state": "ok", "age": 840}, "release": {"state": "ok", "age": 100}},
    }


def test_it_is_not_well_when_one_loop_has_stopped(judged: Site):
    ran(judged, "pull", timedelta(minutes=16))
    ran(judged, "release", timedelta(seconds=1))
    answer = judged.visitor().get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["jobs"]["pull"]["state"] == "stale"


def test_it_is_not_well_when_a_loop_never_ran(judged: Site):
    ran(judged, "pull", timedelta(0))
    assert judged.visitor().get("/healthz").json()["jobs"]["release"] == {"state": "never", "age": None}
    assert judged.visitor().get("/healthz").status_code == 503


def test_one_failure_alone_does_not_raise_the_alarm(judged: Site):
    ran(judged, "pull", timedelta(minutes=6), "meta.unavailable")
    ran(judged, "release", timedelta(0))
    answer = judged.visitor().get("/healthz")
    assert (answer.status_code, answer.json()["jobs"]["pull"]["state"]) == (200, "failing")


@pytest.mark.parametrize("language", ["ar", "en"])
def test_what_is_wrong_is_said_in_words(judged: Site, language: str):
    ran(judged, "pull", timedelta(hours=3), "meta.unavailable")
    now = judged.clock.now()
    with judged.database.write() as session:
        make_channel(session, name="stopped-page", status=ChannelStatus.STOPPED, status_code="meta.token_dead")
        make_channel(session, name="paused-page", status=ChannelStatus.PAUSED, token_expires_at=now + timedelta(days=3))
        make_publication(session, status="held")
        session.add(WebhookDelivery(status="failed", received_hour=now.replace(minute=0)))
        session.add(Alert(user_id=make_user(session, Role.LEAD).id, kind="alert.s0", status="failed", created_at=now))
        failed_action(session, now)
    page = judged.sign_in(Role.ADMIN, language=language).client.get("/health").text
    jobs = {"ar": ("قراءة التعليقات", "النشر في الموعد"), "en": ("Reading comments", "Releasing at the slot")}
    for words in (*jobs[language], "stopped-page", "paused-page", "mail.host", "meta.token_dead"):
        assert words in page
    expected = {
        "ar": ("منشور واحد ينتظر قرار شخص", "تنبيه عاجل واحد لم يصل إلى أحد", "قرار واحد لم يُنفَّذ"),
        "en": ("1 post waits for a person", "1 urgent notice did not reach anybody", "1 decision was not carried out"),
    }
    for words in expected[language]:
        assert words in page


def test_a_demo_says_that_its_mails_go_into_a_folder(database: Database, clock: SteppedClock, tmp_path: Path):
    with serving(database, clock, tmp_path, mails=tmp_path / "mail") as site:
        page = site.sign_in(Role.ADMIN, language="en").client.get("/health").text
    assert f"Mails are written into a folder and sent to nobody: \u2068{tmp_path / 'mail'}\u2069" in page
    assert "No mail server" not in page


def failed_action(session, now, **values) -> None:
    comment = make_comment(session, **values)
    decision = ReviewDecision(comment_id=comment.id, revision=1, verdict="hide", reason="spam", at=now)
    session.add(decision)
    session.flush()
    action = {"kind": "hide", "status": ActionStatus.FAILED, "tries": 1, "created_at": now}
    session.add(Action(comment_id=comment.id, decision_id=decision.id, **action))


def test_reports_about_staff_are_in_no_count_of_the_administrators(judged: Site):
    with judged.database.write() as session:
        failed_action(session, judged.clock.now(), route=Route.PSEA)
    page = judged.sign_in(Role.ADMIN, language="en").client.get("/health").text
    assert "not carried out" not in page


def test_only_administrators_see_it(judged: Site):
    assert judged.sign_in(Role.MODERATOR).client.get("/health").status_code == 403


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_public_page_says_who_reads_how_long_and_how_to_have_it_removed(judged: Site, language: str):
    visitor = judged.visitor()
    visitor.post("/language", data={"language": language})
    page = visitor.get("/privacy").text
    expected = {
        "ar": ("فريق صغير من مشرفينا", "14 يوماً", "90 يوماً", "كيف تطلب إزالة تعليق"),
        "en": ("A small team of our own moderators", "14 days", "90 days", "How to have one removed"),
    }
    for words in expected[language]:
        assert words in page


@pytest.mark.parametrize(("language", "words"), [("ar", "قراءة التعليقات"), ("en", "Reading of comments")])
def test_how_far_reading_is_stands_on_the_page_in_a_line(judged: Site, language: str, words: str):
    now = judged.clock.now()
    with judged.database.write() as session:
        channel = make_channel(session, name="basra-page", read_at=now - timedelta(minutes=12))
        post = make_publication(
            session, channel, status="published", remote_id="1_2", published_at=now, remote_count=3,
            counted_at=now, read_at=now - timedelta(minutes=12), next_read_at=now - timedelta(hours=2),
        )  # fmt: skip
        make_comment(session, post)
    admin = judged.sign_in(Role.ADMIN, language=language)
    text = admin.client.get("/health").text
    assert words in text
    assert "basra-page" in text
    assert ("120" in text, "لم تُقرأ بعد: 2" in text or "not yet read: 2" in text) == (True, True)
