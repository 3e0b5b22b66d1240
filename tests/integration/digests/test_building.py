from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from outreach import digests, policy
from outreach.db import Database
from outreach.errors import NotFoundError
from outreach.settings import Settings
from outreach.states import CommentState, Flag, PublicationStatus, ReviewState, Route
from outreach.tables import AuditEvent, Case, Comment, Digest, ReviewDecision
from tests.factories import make_channel, make_comment, make_flag, make_post, make_publication, make_user
from tests.integration.digests.conftest import DUE, END, START, WEEK

_P = PublicationStatus
MakeComment = Callable[..., Comment]
AddSnapshot = Callable[..., None]


def _built(database: Database, settings: Settings, *, now: datetime = DUE, day: date | None = None) -> dict[str, Any]:
    return digests.build(database, day=day, now=now, settings=settings).figures


def _flag(session: Any, comment: Comment, flag: Flag, **values: Any) -> None:
    make_flag(session, comment, flag, int(policy.RULES[flag].severity), **values)


# -- weeks --------------------------------------------------------------------------------------------------------


def test_without_a_day_it_is_the_last_complete_week(database: Database, settings: Settings) -> None:
    figures = _built(database, settings)
    assert (figures["week"], figures["until"], figures["complete"]) == (WEEK, "2026-12-04", True)
    assert digests.find(database, WEEK) == figures
    with pytest.raises(NotFoundError):
        digests.find(database, "2026-12-05")


def test_building_again_renews_the_week_and_lists_it_once(database: Database, settings: Settings) -> None:
    for day in (date(2026, 11, 30), date(2026, 12, 4), date(2026, 12, 5)):
        _built(database, settings, day=day)
    assert [(view.week, view.complete) for view in digests.weeks(database)] == [("2026-12-05", False), (WEEK, True)]


def test_an_empty_installation_has_a_digest_in_both_languages(database: Database, settings: Settings) -> None:
    figures = _built(database, settings)
    for language in ("ar", "en"):
        assert digests.render_text(figures, language)
        assert digests.render_page(figures, language)
        assert digests.render_mail(figures, language, base_url="https://o.example", sandbox=False).images == {}


# -- posts --------------------------------------------------------------------------------------------------------


def test_posts_are_counted_by_channel_and_outcome(database: Database, settings: Settings) -> None:
    with database.write() as session:
        page, other = make_channel(session, name="a-page"), make_channel(session, name="b-page")
        for number, status in enumerate((_P.PUBLISHED, _P.PUBLISHED, _P.HELD, _P.FAILED, _P.UNKNOWN, _P.CANCELLED)):
            out = START + timedelta(days=1) if status == _P.PUBLISHED else None
            due = START + timedelta(days=1)
            make_publication(session, page, due_at=due, status=status, published_at=out, remote_id=f"r{number}")
        for outside in (START - timedelta(seconds=1), END):  # the weeks on both sides
            make_publication(session, other, due_at=outside, status=_P.PUBLISHED, published_at=outside)
        by_hand = {"origin": "adopted", "status": _P.PUBLISHED, "published_at": START, "due_at": START}
        make_publication(session, other, **by_hand)
    first, second = _built(database, settings)["posts"]
    assert (first["planned"], first["published"]) == (5, 2)  # a cancelled post is not planned any more
    assert (first["held"], first["failed"], first["unknown"], first["adopted"]) == (1, 1, 1, 0)
    assert (second["planned"], second["published"], second["adopted"]) == (0, 0, 1)


def test_what_to_do_next_names_what_waits(database: Database, settings: Settings) -> None:
    with database.write() as session:
        ending = make_channel(session, name="ending", token_expires_at=DUE + timedelta(days=3))
        make_channel(session, name="stopped", status="stopped", token_expires_at=DUE + timedelta(days=60))
        make_publication(session, ending, due_at=DUE + timedelta(days=1), status=_P.DRAFT)
        make_publication(session, ending, due_at=DUE - timedelta(days=1), status=_P.DRAFT)  # its time is over
        make_publication(session, ending, due_at=START, status=_P.HELD)
    tasks = _built(database, settings)["tasks"]
    assert (tasks["approvals"], tasks["held"], tasks["failed"], tasks["planned"]) == (1, 1, 0, 2)
    assert [token["channel"] for token in tasks["tokens"]] == ["ending"]
    assert tasks["stopped"] == ["stopped"]


# -- Meta's figures -----------------------------------------------------------------------------------------------


def test_people_in_a_week_are_one_figure_of_metas_and_never_a_sum(
    database: Database, settings: Settings, snapshot: AddSnapshot
) -> None:
    with database.write() as session:
        page = make_channel(session)
        for day in range(-6, 2):  # a window of seven days ends each morning
            end = END + timedelta(hours=11, days=day - 1)
            snapshot(session, page.id, "page_total_media_view_unique", "week", 1000 + day, unique=True, period_end=end)
    (channel,) = _built(database, settings)["channels"]
    assert channel["reach"]["value"] == 1001  # the window whose end is nearest to the week's
    assert datetime.fromisoformat(channel["reach"]["at"]) == END + timedelta(hours=11)


def test_the_last_reading_of_a_period_counts(database: Database, settings: Settings, snapshot: AddSnapshot) -> None:
    with database.write() as session:
        account = make_channel(session, kind="instagram_account")
        for hours, value in ((10, 40.0), (30, 44.0), (20, 42.0)):
            taken = END + timedelta(hours=hours)
            snapshot(session, account.id, "reach", "range", value, unique=True, period_end=END, taken_at=taken)
    (channel,) = _built(database, settings)["channels"]
    assert channel["reach"]["value"] == 44


@pytest.mark.parametrize(("days", "value"), [(7, 28.0), (6, None), (0, None)])
def test_days_add_up_to_a_week_only_if_all_seven_are_there(
    database: Database, settings: Settings, snapshot: AddSnapshot, days: int, value: float | None
) -> None:
    with database.write() as session:
        page = make_channel(session)
        for day in range(days):
            end = START + timedelta(days=day + 1, hours=10)
            snapshot(session, page.id, "page_post_engagements", "day", day + 1, period_end=end)
        before, after = START + timedelta(hours=10), END + timedelta(days=1, hours=10)
        for outside in (before, after):
            snapshot(session, page.id, "page_post_engagements", "day", 1000, period_end=outside)
        snapshot(session, page.id, "page_post_engagements", "day", None)  # asked in vain
    (channel,) = _built(database, settings)["channels"]
    assert (channel["interactions"]["value"], channel["interactions"]["days"]) == (value, days)


def test_missing_is_told_as_missing_and_a_true_zero_as_zero(
    database: Database, settings: Settings, snapshot: AddSnapshot
) -> None:
    with database.write() as session:
        post = make_publication(
            session, make_channel(session), make_post(session, name="post-a"), status=_P.PUBLISHED, published_at=START
        )
        snapshot(session, post.channel_id, "post_media_view", "lifetime", 0, publication_id=post.id)
        snapshot(session, post.channel_id, "reactions", "lifetime", None, publication_id=post.id)
    figures = _built(database, settings)
    (shown,) = figures["published"]["posts"]
    assert (shown["views"]["value"], shown["reactions"]["value"], shown["reach"]["value"]) == (0, None, None)
    text = digests.render_text(figures, "en")
    assert "Views: 0\u00a0[1]" in text
    assert "Reactions: missing\u00a0[3]" in text
    assert "Times the post was shown (post_media_view), read on 5 Dec" in text


# -- comments -----------------------------------------------------------------------------------------------------


def test_comments_are_counted_beside_the_week_before(
    database: Database, settings: Settings, comment: MakeComment
) -> None:
    with database.write() as session:
        for sentiment, this, last in (("positive", 3, 1), ("neutral", 2, 0), ("negative", 1, 4)):
            for number in range(this):
                comment(session, sentiment=sentiment, after=24 * number)
            for _ in range(last):
                comment(session, sentiment=sentiment, after=-30)
        comment(session, sentiment=None, status="not_scored")
        comment(session, own=True)
        comment(session, after=168)  # the next week's first
        make_comment(session, hour=START, seen_hour=START)  # not classified yet
    talk = _built(database, settings)["conversation"]
    assert talk["this"]["total"] == 8
    assert talk["this"]["sentiment"] == {"positive": 3, "neutral": 2, "negative": 1}
    assert (talk["this"]["not_scored"], talk["this"]["unread"]) == (1, 1)
    assert talk["this"]["by_day"] == [4, 3, 1, 0, 0, 0, 0]
    assert talk["last"]["sentiment"] == {"positive": 1, "neutral": 0, "negative": 4}


def test_only_the_newest_text_of_an_edited_comment_counts(
    database: Database, settings: Settings, comment: MakeComment
) -> None:
    with database.write() as session:
        edited = comment(session, sentiment="negative", revision=2)
        from outreach.tables import Prediction

        session.add(
            Prediction(comment_id=edited.id, revision=2, model="m", status="scored", sentiment="positive", hour=START)
        )
    assert _built(database, settings)["conversation"]["this"]["sentiment"]["negative"] == 0


def test_days_are_not_told_once_some_of_the_week_is_purged(
    database: Database, settings: Settings, comment: MakeComment
) -> None:
    """The public count of a day less ours would be the serious comments of that day."""
    with database.write() as session:
        comment(session)
        comment(session, state=CommentState.PURGED, after=0)
    figures = _built(database, settings)
    assert figures["conversation"]["this"]["by_day"] is None
    assert "By day: missing" in digests.render_text(figures, "en")


# -- flags --------------------------------------------------------------------------------------------------------


def test_flagged_comments_count_once_in_their_gravest_group(
    database: Database, settings: Settings, comment: MakeComment
) -> None:
    with database.write() as session:
        for _ in range(5):
            both = comment(session)
            _flag(session, both, Flag.SELF_HARM)
            _flag(session, both, Flag.ABUSE)
        for flag, count in ((Flag.BLACKMAIL, 6), (Flag.HELP_SEEKING, 7), (Flag.HATE_SPEECH, 8), (Flag.SPAM, 9)):
            for _ in range(count):
                _flag(session, comment(session), flag)
        _flag(session, comment(session), Flag.BLACKMAIL, dismissed_at=DUE)  # a person said that it is wrong
    flagged = _built(database, settings)["conversation"]["this"]["flagged"]
    assert flagged["groups"] == {"life": 5, "safeguarding": 6, "support": 7, "abuse": 8, "spam": 9}
    assert flagged["total"] == 35


def test_a_small_group_is_hidden_and_so_is_the_sum(
    database: Database, settings: Settings, comment: MakeComment
) -> None:
    with database.write() as session:
        for flag, count in ((Flag.SELF_HARM, 4), (Flag.SPAM, 9)):
            for _ in range(count):
                _flag(session, comment(session), flag)
    figures = _built(database, settings)
    flagged = figures["conversation"]["this"]["flagged"]
    assert flagged == {
        "groups": {"life": "<5", "safeguarding": "<5", "support": "<5", "abuse": "<5", "spam": 9},
        "total": None,
    }
    assert "fewer than 5" in digests.render_text(figures, "en")


@pytest.mark.parametrize("dismissed", [False, True])
def test_staff_misconduct_is_in_no_count_of_flags_queue_or_answers(
    database: Database, settings: Settings, comment: MakeComment, *, dismissed: bool
) -> None:
    def add(session: Any, flags: tuple[Flag, ...], route: Route) -> None:
        for _ in range(6):
            found = comment(session, route=route, review_state=ReviewState.QUEUED, severity=10)
            for flag in flags:
                hidden = DUE if dismissed and flag is Flag.STAFF_MISCONDUCT else None
                _flag(session, found, flag, dismissed_at=hidden)

    without = _built(database, settings)
    with database.write() as session:
        add(session, (Flag.STAFF_MISCONDUCT, Flag.ABUSE, Flag.BLACKMAIL), Route.PSEA)
        session.query(Digest).delete()
    figures = _built(database, settings)
    for part in ("answers", "queue", "tasks", "purged"):
        assert figures[part] == without[part]
    assert figures["conversation"]["this"]["flagged"] == without["conversation"]["this"]["flagged"]


def test_a_running_week_tells_no_flags(database: Database, settings: Settings, comment: MakeComment) -> None:
    """A look each day would tell the day of each."""
    with database.write() as session:
        for _ in range(6):
            _flag(session, comment(session), Flag.SPAM)
    figures = _built(database, settings, now=END - timedelta(hours=1), day=date(2026, 12, 1))
    assert figures["conversation"]["this"]["flagged"] is None
    assert figures["answers"]["this"] is None
    for language in ("ar", "en"):
        assert digests.render_text(figures, language)


def test_a_settled_week_keeps_its_counts_whatever_comes_later(
    database: Database, settings: Settings, comment: MakeComment
) -> None:
    """Two builds with one comment between them would tell about that one; purging must not change them either."""
    with database.write() as session:
        made = [comment(session) for _ in range(6)]
        for each in made:
            _flag(session, each, Flag.BLACKMAIL)
    before = _built(database, settings)
    with database.write() as session:
        _flag(session, comment(session), Flag.BLACKMAIL)
        for row in session.scalars(select(Comment).where(Comment.id == made[0].id)):
            row.state, row.hour = CommentState.PURGED, START
        make_publication(session, due_at=START, status=_P.HELD)
    after = _built(database, settings, now=DUE + timedelta(days=10), day=date(2026, 12, 1))
    assert after["conversation"] == before["conversation"]
    assert after["tasks"]["held"] == 1  # what is to be done is of today


def test_next_week_compares_with_what_was_told_then(
    database: Database, settings: Settings, comment: MakeComment
) -> None:
    with database.write() as session:
        for _ in range(6):
            _flag(session, comment(session), Flag.SPAM)
    first = _built(database, settings)
    with database.write() as session:
        session.query(Comment).update({"state": CommentState.PURGED, "hour": START})
    second = _built(database, settings, now=DUE + timedelta(days=7))
    assert second["conversation"]["last"] == first["conversation"]["this"]
    assert second["answers"]["last"] == first["answers"]["this"]


# -- answers ------------------------------------------------------------------------------------------------------


def _arrived(at: datetime) -> str:
    return json.dumps({"created_at": at.isoformat(), "seen_at": at.isoformat()})


def test_waits_run_from_the_exact_arrival_to_the_first_sign_of_a_person(
    database: Database, settings: Settings, comment: MakeComment
) -> None:
    noon = START + timedelta(days=1, hours=12, minutes=40)  # staffed hours; the clear column says 12:00
    with database.write() as session:
        user = make_user(session)
        for minutes in (10, 20, 30, 40, 90):
            found = comment(session, after=36, times=_arrived(noon))
            _flag(session, found, Flag.BLACKMAIL)  # target: an hour
            answered = noon + timedelta(minutes=minutes)
            verdict = {"comment_id": found.id, "revision": 1, "verdict": "keep", "reason": "handled"}
            session.add(ReviewDecision(user_id=user.id, at=answered + timedelta(hours=5), **verdict))
            if minutes == 10:  # her acknowledgement came first
                case = {"comment_id": found.id, "route": "focal", "severity": 10, "opened_by": "alert"}
                session.add(Case(opened_at=noon, acknowledged_at=answered, **case))
            else:
                session.add(ReviewDecision(user_id=user.id, at=answered, **verdict))
    found = _built(database, settings)["answers"]["this"]
    assert found["safeguarding"] == {"median": 30, "ninetieth": 70, "in_time": 0.8}
    assert found["life"] == {"median": None, "ninetieth": None, "in_time": None}


def test_who_waits_beyond_the_target_counts_as_late_and_the_systems_own_hiding_is_no_answer(
    database: Database, settings: Settings, comment: MakeComment
) -> None:
    noon = START + timedelta(days=1, hours=12)
    with database.write() as session:
        for _ in range(5):
            found = comment(session, after=36, times=_arrived(noon))
            _flag(session, found, Flag.EXPOSED_PERSONAL_DATA)
            verdict = {"revision": 1, "verdict": "hide", "reason": "personal_data"}
            session.add(ReviewDecision(comment_id=found.id, user_id=None, at=noon, **verdict))
    found = _built(database, settings)["answers"]["this"]["safeguarding"]
    assert found == {"median": None, "ninetieth": None, "in_time": 0}


def test_the_age_of_the_oldest_item_is_told_in_bands(
    database: Database, settings: Settings, comment: MakeComment
) -> None:
    """To the hour, it would point at one public comment."""
    assert _built(database, settings)["queue"] == {"oldest": None}
    with database.write() as session:
        comment(session, review_state=ReviewState.QUEUED, severity=30, seen_hour=DUE - timedelta(hours=50))
        comment(session, review_state=ReviewState.DECIDED, severity=30, seen_hour=START)
        comment(session, review_state=ReviewState.QUEUED, severity=40, seen_hour=START)  # to check: nobody waits
    figures = _built(database, settings)
    assert figures["queue"] == {"oldest": "three_days"}
    assert "1 to 3 days" in digests.render_text(figures, "en")


def test_the_weekly_check_is_told_as_a_bound_and_of_five_at_least(database: Database, settings: Settings) -> None:
    def drawn(days: int, checked: int, at_most: float) -> None:
        with database.write() as session:
            details = {"drawn": 50, "of": 900, "checked": checked, "at_most": at_most, "weeks": 12}
            session.add(
                AuditEvent(at=END + timedelta(days=days), event="sample.drawn", subject=str(days), details=details)
            )

    assert _built(database, settings)["checks"] is None
    drawn(-7, 4, 0.6)
    figures = _built(database, settings)
    assert figures["checks"] is None
    assert "too few yet to tell" in digests.render_text(figures, "en")
    drawn(0, 212, 0.0431)
    drawn(7, 260, 0.02)  # knows of decisions that came after
    figures = _built(database, settings)
    assert figures["checks"] == {"checked": 210, "at_most": 0.05, "weeks": 12}
    assert "about 210" in digests.render_text(figures, "en")
    assert "at most 5%" in digests.render_text(figures, "en")


def test_deletions_are_told_roughly_and_as_missing_where_no_run_is_on_record(
    database: Database, settings: Settings
) -> None:
    assert _built(database, settings)["purged"] is None
    with database.write() as session:
        for hours, serious, other in ((3, 4, 7), (27, 1, 0), (200, 50, 50)):
            at = START + timedelta(hours=hours)
            session.add(AuditEvent(at=at, event="retention.purged", details={"serious": serious, "other": other}))
    figures = _built(database, settings)
    assert figures["purged"] == 10
    assert "about 10" in digests.render_text(figures, "en")
