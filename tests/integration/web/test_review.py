from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from outreach.states import ActionStatus, CaseStatus, Flag, ReviewState, Role
from outreach.tables import Action, AuditEvent, Case, Comment, Prediction, ReviewDecision
from tests.factories import make_comment, make_flag, make_publication
from tests.sites import Person, Site

HOUR = timedelta(hours=1)
WORDS = "رجلي كل يوم يضربني والناس تگول اصبري"


def queued(site: Site, *flags: tuple[Flag, int], minutes_ago: int = 5, text: str = WORDS, **values: Any) -> str:
    """A comment in the queue, seen some minutes ago, with these flags."""
    at = site.clock.now() - timedelta(minutes=minutes_ago)
    times = json.dumps({"created_at": at.isoformat(), "seen_at": at.isoformat()})
    hour = at.replace(minute=0, second=0, microsecond=0)
    severity = min((severity for _, severity in flags), default=30)
    defaults = {"review_state": ReviewState.QUEUED, "severity": severity, "text": text, "times": times}
    with site.database.write() as session:
        comment = make_comment(session, hour=hour, seen_hour=hour, **{**defaults, **values})
        for flag, value in flags:
            make_flag(session, comment, flag, value)
        return str(comment.id)


def row(site: Site, table: Any, **conditions: Any) -> Any:
    with site.database.read() as session:
        return session.scalar(select(table).filter_by(**conditions))


def seen(page: str) -> str:
    found = re.search(r'name="seen"\s+value="([^"]*)"', page)
    assert found, "there is no form to decide with"
    return found[1]


def decide(person: Person, comment_id: str, page: str, **form: str) -> Any:
    return person.client.post(f"/review/{comment_id}/decide", data={"seen": seen(page), **form})


def test_the_worst_and_oldest_come_first(site_on_both: Site):
    site = site_on_both
    new_spam = queued(site, (Flag.SPAM, 30), minutes_ago=1)
    old_spam = queued(site, (Flag.SPAM, 30), minutes_ago=600)
    help_ = queued(site, (Flag.HELP_SEEKING, 20), minutes_ago=1)
    unscored = queued(site, severity=15, minutes_ago=1)
    young = queued(site, (Flag.SURVIVOR_DISCLOSURE, 10), minutes_ago=2)
    old = queued(site, (Flag.SURVIVOR_DISCLOSURE, 10), minutes_ago=50)
    danger = queued(site, (Flag.IMMINENT_DANGER, 0), minutes_ago=1)
    page = site.sign_in(Role.FOCAL_POINT).client.get("/review").text
    assert re.findall(r'data-id="(\w+)"', page) == [danger, old, young, unscored, help_, old_spam, new_spam]


def test_serious_text_is_veiled_until_it_is_revealed_and_each_look_is_logged(site_on_both: Site):
    site = site_on_both
    comment_id = queued(site, (Flag.SURVIVOR_DISCLOSURE, 10))
    person = site.sign_in(Role.MODERATOR)
    for path in ("/review", f"/review/{comment_id}"):
        assert "يضربني" not in person.client.get(path).text
    revealed = person.client.post(f"/review/{comment_id}/reveal")
    assert revealed.status_code == 200
    assert WORDS in revealed.text
    assert "يضربني" not in person.client.get(f"/review/{comment_id}").text
    event = row(site, AuditEvent, event="comment.revealed")
    assert (event.user_id, event.subject) == (person.user.id, comment_id)


def test_of_two_people_one_holds_it_and_the_other_is_told_who(site_on_both: Site):
    site = site_on_both
    comment_id = queued(site, (Flag.SPAM, 30))
    first, second = site.sign_in(Role.MODERATOR, display_name="أم علي"), site.sign_in(Role.MODERATOR)
    assert first.client.post(f"/review/{comment_id}/claim").status_code == 303
    refused = second.client.post(f"/review/{comment_id}/claim")
    assert refused.status_code == 409
    assert "يعمل عليه الآن \u2068أم علي\u2069" in refused.text
    assert 'name="verdict"' not in second.client.get(f"/review/{comment_id}").text
    state = second.client.get("/review/poll").json()["items"][comment_id]
    assert state["holder"] == "بيد \u2068أم علي\u2069"
    assert first.client.post(f"/review/{comment_id}/release").status_code == 303
    assert second.client.post(f"/review/{comment_id}/claim").status_code == 303


def test_a_hold_runs_out_by_itself(site: Site):
    comment_id = queued(site, (Flag.SPAM, 30))
    first, second = site.sign_in(Role.MODERATOR), site.sign_in(Role.MODERATOR)
    first.client.post(f"/review/{comment_id}/claim")
    site.clock.jump(site.clock.now() + timedelta(minutes=11))
    assert second.client.post(f"/review/{comment_id}/claim").status_code == 303


def test_a_decision_shows_the_true_state_of_its_action_until_it_is_done(site_on_both: Site):
    site = site_on_both
    comment_id = queued(site, (Flag.SPAM, 30), text="DM me")
    person = site.sign_in(Role.MODERATOR, language="en")
    page = person.client.get(f"/review/{comment_id}").text
    assert decide(person, comment_id, page, verdict="hide", reason_hide="spam").status_code == 303
    assert "Hide on the page: Not done yet" in flat(person.client.get(f"/review/{comment_id}").text)
    for status, words in ((ActionStatus.FAILED, "Failed"), (ActionStatus.DONE, "Done")):
        with site.database.write() as session:
            session.scalar(select(Action)).status = status
        assert f"Hide on the page: {words}" in flat(person.client.get(f"/review/{comment_id}").text)


def flat(page: str) -> str:
    return re.sub(r"\s+", " ", page)


def test_an_undone_decision_is_back_in_the_queue(site: Site):
    comment_id = queued(site, (Flag.SPAM, 30), text="DM me")
    person = site.sign_in(Role.MODERATOR)
    decide(person, comment_id, person.client.get(f"/review/{comment_id}").text, verdict="hide", reason_hide="spam")
    assert comment_id not in person.client.get("/review").text
    decision = row(site, ReviewDecision, comment_id=comment_id)
    undone = person.client.post(f"/review/{comment_id}/undo", data={"decision": decision.id})
    assert undone.status_code == 303
    assert comment_id in person.client.get("/review").text
    assert row(site, Action).status == ActionStatus.CANCELLED


def test_a_verdict_needs_a_reason_of_its_own(site: Site):
    comment_id = queued(site, (Flag.SPAM, 30), text="DM me")
    person = site.sign_in(Role.MODERATOR)
    page = person.client.get(f"/review/{comment_id}").text
    for form in ({"verdict": "hide"}, {"verdict": "hide", "reason_keep": "ordinary"}):
        assert decide(person, comment_id, page, **form).status_code == 422
    assert decide(person, comment_id, page, verdict="burn", reason_hide="spam").status_code == 422
    assert row(site, Comment, id=comment_id).review_state == ReviewState.QUEUED


def test_a_text_that_was_edited_since_is_shown_again_instead_of_decided(site: Site):
    comment_id = queued(site, (Flag.SPAM, 30), text="buy followers")
    person = site.sign_in(Role.MODERATOR)
    page = person.client.get(f"/review/{comment_id}").text
    with site.database.write() as session:
        comment = session.get_one(Comment, comment_id)
        other = make_comment(session, text="please help me")
        comment.text, comment.text_key, comment.revision = "please help me", other.text_key, 2
    refused = decide(person, comment_id, page, verdict="hide", reason_hide="spam")
    assert refused.status_code == 409
    assert "please help me" in refused.text


def test_the_second_of_two_decisions_is_refused(site: Site):
    comment_id = queued(site, (Flag.SPAM, 30), text="DM me")
    first, second = site.sign_in(Role.MODERATOR), site.sign_in(Role.MODERATOR)
    page = second.client.get(f"/review/{comment_id}").text
    decide(first, comment_id, page, verdict="keep", reason_keep="ordinary")
    assert decide(second, comment_id, page, verdict="hide", reason_hide="spam").status_code == 409
    assert row(site, ReviewDecision).verdict == "keep"


def test_it_is_referred_to_a_colleague_who_sees_it_on_top(site: Site):
    comment_id = queued(site, (Flag.HELP_SEEKING, 20), text="أريد محامية")
    person, colleague = site.sign_in(Role.MODERATOR), site.sign_in(Role.FOCAL_POINT)
    outsider = site.sign_in(Role.COMMUNICATIONS)
    page = person.client.get(f"/review/{comment_id}").text
    assert colleague.user.id in page
    assert outsider.user.id not in page
    answer = decide(person, comment_id, page, verdict="refer", reason_refer="help", refer_to=colleague.user.id)
    assert answer.status_code == 303
    assert f'href="/review/{comment_id}"' in colleague.client.get("/review").text
    referral = re.search(r"/review/referrals/(\w+)/acknowledge", colleague.client.get("/review").text)
    assert referral
    taken = colleague.client.post(f"/review/referrals/{referral[1]}/acknowledge", data={"comment": comment_id})
    assert taken.headers["location"] == f"/review/{comment_id}"


def test_a_case_goes_from_untaken_to_an_outcome_code(site_on_both: Site):
    site = site_on_both
    comment_id = queued(site, (Flag.SURVIVOR_DISCLOSURE, 10))
    moderator, focal = site.sign_in(Role.MODERATOR), site.sign_in(Role.FOCAL_POINT)
    assert moderator.client.post(f"/review/{comment_id}/case").status_code == 303
    case = row(site, Case, comment_id=comment_id)
    assert "لم يستلمها أحد بعد" in focal.client.get("/cases").text
    assert moderator.client.post(f"/cases/{case.id}/acknowledge", data={"comment": comment_id}).status_code == 403
    focal.client.post(f"/cases/{case.id}/acknowledge", data={"comment": comment_id})
    closing = {"comment": comment_id, "outcome": "not_a_case"}
    too_early = focal.client.post(f"/cases/{case.id}/close", data=closing)
    assert too_early.status_code == 409
    assert "القرار في التعليق يسبق إغلاق الحالة" in too_early.text
    page = focal.client.post(f"/review/{comment_id}/reveal").text
    decide(focal, comment_id, page, verdict="keep", reason_keep="handled")
    assert focal.client.post(f"/cases/{case.id}/close", data=closing).status_code == 303
    assert row(site, Case, id=case.id).status == CaseStatus.CLOSED
    assert comment_id not in focal.client.get("/cases").text


def test_a_flag_is_added_and_taken_away(site: Site):
    comment_id = queued(site, (Flag.SPAM, 30), text="شلون أتواصل وياكم")
    person = site.sign_in(Role.MODERATOR)
    assert person.client.post(f"/review/{comment_id}/flags", data={"flag": "help_seeking"}).status_code == 303
    assert row(site, Comment, id=comment_id).severity == 20
    assert person.client.post(f"/review/{comment_id}/flags/spam/dismiss").status_code == 303
    page = flat(person.client.get(f"/review/{comment_id}").text)
    assert "struck" in page
    assert person.client.post(f"/review/{comment_id}/flags/threat/general").status_code == 422


def test_who_reports_a_colleague_is_led_away_since_the_item_is_gone_for_them(site: Site):
    comment_id = queued(site, (Flag.ABUSE, 30), text="واحد من عدكم")
    person = site.sign_in(Role.MODERATOR)
    answer = person.client.post(f"/review/{comment_id}/flags", data={"flag": "staff_misconduct"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/review")
    assert person.client.get(f"/review/{comment_id}").status_code == 404


def test_what_weighed_most_is_marked_in_the_writers_own_text(site: Site):
    comment_id = queued(site, (Flag.HELP_SEEKING, 20), text="سلام\nشلون أتواصل <وياكم>؟")
    with site.database.write() as session:
        prediction = {
            "status": "scored",
            "model": "comments-1",
            "hour": datetime.fromisoformat("2026-11-26T09:00+00:00"),
        }
        spans = {"help_seeking": [[5, 17]], "spam": [[0, 4]]}  # no spam flag stands: it is not marked
        scores = {str(flag): 0.04 for flag in Flag} | {"help_seeking": 0.81}
        values = {**prediction, "spans": spans, "probabilities": scores, "sentiment": "neutral"}
        session.add(Prediction(comment_id=comment_id, revision=1, **values))
    page = site.sign_in(Role.MODERATOR).client.get(f"/review/{comment_id}").text
    assert '<p class="words" dir="auto">سلام\n<mark>شلون أتواصل </mark>&lt;وياكم&gt;؟</p>' in page
    assert "81%" in page
    assert "4%" in page


def test_scores_about_staff_are_shown_to_nobody_but_their_focal_point(site: Site):
    comment_id = queued(site, (Flag.ABUSE, 30), text="كلام")
    with site.database.write() as session:
        hour = datetime.fromisoformat("2026-11-26T09:00+00:00")
        scores = dict.fromkeys(map(str, Flag), 0.2)
        prediction = Prediction(
            comment_id=comment_id, revision=1, model="comments-1", status="scored", probabilities=scores, hour=hour
        )
        session.add(prediction)
    page = site.sign_in(Role.MODERATOR, language="en").client.get(f"/review/{comment_id}").text
    scores_shown = page[page.index("What the classifier thinks") :]
    assert "Abuse of women" in scores_shown
    assert "Staff misconduct" not in scores_shown.split("</details>")[0]


def test_a_number_is_masked_until_it_is_revealed(site: Site):
    comment_id = queued(site, (Flag.HELP_SEEKING, 20), text="رقمي 0770 000 0000")
    page = site.sign_in(Role.MODERATOR).client.get(f"/review/{comment_id}").text
    assert "0770" not in page
    assert "••••" in page


def test_next_leads_to_the_worst_that_nobody_else_holds(site: Site):
    worst = queued(site, (Flag.HELP_SEEKING, 20))
    other = queued(site, (Flag.SPAM, 30))
    first, second = site.sign_in(Role.MODERATOR), site.sign_in(Role.MODERATOR)
    assert first.client.get("/review/next").headers["location"] == f"/review/{worst}"
    first.client.post(f"/review/{worst}/claim")
    assert second.client.get("/review/next").headers["location"] == f"/review/{other}"
    assert second.client.get(f"/review/next?after={other}").headers["location"] == "/review"


def test_filters_narrow_the_list_and_the_poll_alike(site: Site):
    wanted = queued(site, (Flag.SPAM, 30))
    queued(site, (Flag.HELP_SEEKING, 20))
    client = site.sign_in(Role.MODERATOR).client
    for query in ("severity=s3", "flag=spam", "flag=spam&severity=s3&state=queued"):
        assert re.findall(r'data-id="(\w+)"', client.get(f"/review?{query}").text) == [wanted], query
        assert list(client.get(f"/review/poll?{query}").json()["items"]) == [wanted], query
    assert "data-id=" not in client.get("/review?mine=true").text


def test_a_long_queue_has_pages(site: Site):
    with site.database.write() as session:
        publication = make_publication(session, status="published")
        for _ in range(51):
            make_flag(session, make_comment(session, publication, review_state="queued", severity=30), Flag.SPAM, 30)
    client = site.sign_in(Role.MODERATOR, language="en").client
    first, second = client.get("/review").text, client.get("/review?page=2").text
    assert (first.count("data-id="), second.count("data-id=")) == (50, 1)
    assert "Page 1 of 2" in first
    assert client.get("/review?page=99").text.count("data-id=") == 1


def test_an_empty_queue_is_a_calm_one(site: Site):
    assert "لا شيء ينتظرك" in site.sign_in(Role.MODERATOR).client.get("/review").text


@pytest.mark.parametrize("language", ["ar", "en"])
def test_an_overdue_item_says_so_in_words(site: Site, language: str):
    queued(site, (Flag.IMMINENT_DANGER, 0), minutes_ago=40)
    page = site.sign_in(Role.MODERATOR, language=language).client.get("/review").text
    assert {"ar": "متأخر، كان موعده قبل 25 دقيقة", "en": "overdue, was due 25 minutes ago"}[language] in page


def test_only_a_focal_point_may_say_that_a_serious_flag_is_wrong(site: Site):
    comment_id = queued(site, (Flag.THREAT, 10))
    moderator, focal = site.sign_in(Role.MODERATOR), site.sign_in(Role.FOCAL_POINT)
    dismiss = f"/review/{comment_id}/flags/threat/dismiss"
    assert dismiss not in moderator.client.post(f"/review/{comment_id}/reveal").text
    refused = moderator.client.post(dismiss)
    assert refused.status_code == 403
    assert "صلاحياتك لا تسمح" in refused.text
    assert moderator.client.post(f"/review/{comment_id}/flags/threat/general").status_code == 303
    assert row(site, Comment, id=comment_id).severity == 20
    assert focal.client.post(dismiss).status_code == 303


def test_a_report_about_staff_is_never_a_mere_reason_that_colleagues_could_read(site: Site):
    comment_id = queued(site, (Flag.ABUSE, 30))
    page = site.sign_in(Role.MODERATOR).client.get(f"/review/{comment_id}").text
    assert '<option value="misconduct">' not in page
    assert '<option value="staff_misconduct">' in page


def test_a_sample_to_check_says_so_and_its_list_shows_what_was_found(site: Site):
    comment_id = queued(site, severity=40, text="كلام عادي", minutes_ago=60 * 24 * 8)
    with site.database.write() as session:
        session.add(AuditEvent(at=site.clock.now(), event="comment.sampled", subject=comment_id, details={}))
    person = site.sign_in(Role.MODERATOR)
    item = person.client.get(f"/review/{comment_id}").text
    assert "اختير بالقرعة" in item
    assert "كلام عادي" in item
    assert "لم يُدقَّق شيء بعد" in person.client.get("/review?severity=sample").text
    decide(person, comment_id, item, verdict="keep", reason_keep="ordinary")
    found = person.client.get("/review?severity=sample").text
    assert re.search(r"دُقّق 1، وفات النموذجَ منها 0\..*بين 0[^ ]* و79", found), found
    assert "العدد قليل" in found
