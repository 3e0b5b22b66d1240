from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from outreach.states import HeldReason, Outcome, PublicationStatus, Role
from outreach.tables import PublishAttempt
from tests.factories import make_post, make_publication
from tests.sites import Site


def planned(site: Site, name: str, due_at: datetime, **values: object) -> str:
    with site.database.write() as session:
        post = make_post(session, name=name)
        return str(make_publication(session, post=post, due_at=due_at, **values).id)


def test_a_week_is_shown_by_local_days_from_saturday_to_friday(site_on_both: Site):
    site = site_on_both
    late_friday = datetime(2026, 11, 27, 20, 59, tzinfo=UTC)  # 23:59 in Basra
    planned(site, "on-friday", late_friday)
    planned(site, "on-saturday", late_friday + timedelta(minutes=1))
    client = site.sign_in(Role.COMMUNICATIONS, language="en").client
    this_week, next_week = client.get("/posts").text, client.get("/posts?week=2026-11-28").text
    assert "Week of 21 November" in this_week
    assert "Friday 27 November" in this_week
    assert ("on-friday" in this_week, "on-saturday" in this_week) == (True, False)
    assert ("on-friday" in next_week, "on-saturday" in next_week) == (False, True)
    assert client.get("/posts?week=2026-12-04").text == next_week


def test_what_waits_for_a_person_stands_on_top_in_every_week(site: Site):
    planned(site, "late-one", site.clock.now(), status=PublicationStatus.HELD, held_reason=HeldReason.LATE)
    page = site.sign_in(Role.COMMUNICATIONS).client.get("/posts?week=2027-03-06").text
    assert "late-one" in page
    assert "فات وقته المسموح" in page
    assert "لا شيء مخطط في هذا الأسبوع" in page


@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_status_and_every_reason_to_hold_has_words(site: Site, language: str):
    ids = [planned(site, "one", site.clock.now(), status=status) for status in PublicationStatus]
    held = {"status": PublicationStatus.HELD}
    ids += [planned(site, "one", site.clock.now(), held_reason=reason, **held) for reason in HeldReason]
    client = site.sign_in(Role.COMMUNICATIONS, language=language).client
    for path in ("/posts", *(f"/posts/{each}" for each in ids)):
        assert client.get(path).status_code == 200, path


def test_a_post_shows_what_was_tried_and_what_came_of_it(site: Site):
    publication_id = planned(site, "one", site.clock.now(), status=PublicationStatus.UNKNOWN)
    with site.database.write() as session:
        for number, outcome in enumerate(Outcome, start=1):
            attempt = PublishAttempt(
                publication_id=publication_id,
                step="release",
                number=number,
                started_at=site.clock.now(),
                outcome=outcome,
                error_code="meta.no_answer" if outcome is Outcome.UNKNOWN else "never.worded",
            )
            session.add(attempt)
    page = site.sign_in(Role.COMMUNICATIONS, language="en").client.get(f"/posts/{publication_id}").text
    assert re.findall(r'title="release">(\w+)</span>\s*(?:<span class="soft">\((\d)\))?', page) == [
        ("Release", tried) for tried in ("", "2", "3", "4")
    ]
    outcomes = ("under way", "refused", "no clear answer", "done", "Something went wrong (\u2068never.worded\u2069).")
    for words in outcomes:
        assert words in page
    assert "it is never sent again by itself" in page


def test_a_post_made_by_hand_has_a_page_and_can_be_taken_down(site: Site):
    with site.database.write() as session:
        found = make_publication(session, status="published", published_at=site.clock.now())
        found.post_id, publication_id = None, found.id
    client = site.sign_in(Role.APPROVER, language="en").client
    for path in (f"/posts/{publication_id}", f"/posts/{publication_id}/takedown"):
        answer = client.get(path)
        assert (answer.status_code, "posted by hand" in answer.text) == (200, True)


def test_what_somebody_changed_in_the_planner_is_shown_as_it_stands_there(site: Site):
    changed = {"text": "كلام آخر", "picture": "2", "due_at": "2026-11-27T07:00:00+00:00"}
    publication_id = planned(site, "one", site.clock.now(), status="entrusted", altered=changed)
    page = site.sign_in(Role.COMMUNICATIONS, language="en").client.get(f"/posts/{publication_id}").text
    page = re.sub(r"\s+", " ", page)
    for words in ("Words as they stand there", "كلام آخر", "Another image, no.: 2", "New time: 27 November, 10:00"):
        assert words in page


def test_a_post_and_its_figures_lead_to_each_other(site: Site):
    publication_id = planned(site, "one", site.clock.now(), status="published", published_at=site.clock.now())
    client = site.sign_in(Role.COMMUNICATIONS).client
    assert f'href="/insights/{publication_id}"' in client.get(f"/posts/{publication_id}").text
    assert f'href="/posts/{publication_id}"' in client.get(f"/insights/{publication_id}").text
    waiting = planned(site, "two", site.clock.now(), status="held", held_reason="late")
    assert "/insights/" not in client.get(f"/posts/{waiting}").text.partition("<main")[2]


@pytest.mark.parametrize("reason", list(HeldReason))
def test_a_held_post_says_what_to_do_next_and_who_may(site: Site, reason: HeldReason):
    publication_id = planned(site, "one", site.clock.now(), status="held", held_reason=reason)
    page = site.sign_in(Role.COMMUNICATIONS, language="en").client.get(f"/posts/{publication_id}").text
    assert "Next: " in page
    assert f"outreach posts decide {publication_id}" in page
    page = site.sign_in(Role.APPROVER, language="en").client.get(f"/posts/{publication_id}").text
    assert 'action="/posts/confirm"' in page


def test_an_unknown_post_is_not_found(site: Site):
    assert site.sign_in(Role.COMMUNICATIONS).client.get(f"/posts/{'0' * 32}").status_code == 404


def test_only_a_safe_link_becomes_a_link(site: Site):
    publication_id = planned(site, "one", site.clock.now(), status="published", permalink="javascript:alert(1)")
    assert "javascript:" not in site.sign_in(Role.COMMUNICATIONS).client.get(f"/posts/{publication_id}").text
