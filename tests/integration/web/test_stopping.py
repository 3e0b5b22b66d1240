"""The pause, taking down and deciding as people meet them: forms without JavaScript, and who may send them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from outreach.states import HeldReason, PublicationStatus, Role, WithdrawalStatus
from outreach.tables import Approval, AuditEvent, Campaign, Pause, Post, Publication, Withdrawal
from tests.factories import make_channel, make_post, make_publication, make_user
from tests.sites import Site

S = PublicationStatus


def planned(site: Site, **values: object) -> str:
    with site.database.write() as session:
        channel = values.pop("channel", None) or make_channel(session, name=f"page-{len(values)}-{id(values)}")
        post = make_post(session)
        approver = make_user(session, Role.APPROVER).id
        now = site.clock.now()
        session.add(Approval(post_id=post.id, content_hash=post.content_hash, user_id=approver, at=now))
        return str(make_publication(session, channel, post, **values).id)  # type: ignore[arg-type]


def held(site: Site, reason: HeldReason = HeldReason.LATE, **values: object) -> str:
    at = site.clock.now() - timedelta(hours=5)
    return planned(site, status=S.HELD, held_reason=reason, due_at=at, **values)


def row(site: Site, publication_id: str) -> Publication:
    with site.database.read() as session:
        return session.get_one(Publication, publication_id)


# -- the pause ----------------------------------------------------------------------------------------------------


def test_two_taps_stop_everything(site_on_both: Site):
    site = site_on_both
    person = site.sign_in(Role.MODERATOR, display_name="زينب")
    assert 'href="/pause"' in person.client.get("/posts").text  # the first tap, on every page
    page = person.client.get("/pause").text
    assert "إيقاف كل شيء الآن" in page
    answer = person.client.post("/pause", data={"why": "news"})  # what the browser sends without another choice
    assert (answer.status_code, answer.headers["location"]) == (303, "/pause")
    page = person.client.get("/pause").text
    assert "توقّف النشر على كل القنوات" in page
    assert "لم يبقَ لدى ميتا شيء مجدول" in page
    assert "زينب" in page
    with site.database.read() as session:
        assert session.scalars(select(Pause)).one().by_id == person.user.id


def test_every_page_says_so_while_publishing_stands_still(site: Site):
    lead = site.sign_in(Role.LEAD, language="en").client
    assert "Publishing is stopped" not in lead.get("/digests").text
    lead.post("/pause", data={"why": "threat"})
    psea = site.sign_in(Role.PSEA_FOCAL_POINT, language="en").client
    assert "Publishing is stopped" in lead.get("/digests").text
    page = psea.get("/cases").text
    assert "Publishing is stopped" in page
    assert 'href="/pause"' not in page


def test_what_is_still_armed_is_counted_and_what_cannot_be_reached_is_said_with_its_time(site: Site):
    person = site.sign_in(Role.APPROVER, language="en")
    at = site.clock.now() + timedelta(hours=3)
    planned(site, status=S.ENTRUSTED, due_at=at, parts={"post": "1_2"})
    person.client.post("/pause", data={"why": "news"})
    page = person.client.get("/pause").text
    assert "Still armed at Meta: 1" in page
    assert 'http-equiv="refresh"' in page
    assert "These could not" not in page
    with site.database.write() as session:
        session.scalars(select(Withdrawal)).one().error_code = "meta.unavailable"
    page = person.client.get("/pause").text
    assert "They go out at these times" in page
    assert "26 November" in page
    assert "15:00" in page
    assert "Delete post" in page


def test_one_channel_can_be_stopped_alone(site: Site):
    with site.database.write() as session:
        make_channel(session, name="basra-page")
        make_channel(session, name="basra-insta")
    client = site.sign_in(Role.COMMUNICATIONS, language="en").client
    client.post("/pause", data={"why": "news", "channel": "basra-page"})
    page = client.get("/pause").text
    assert "stopped on \u2068basra-page\u2069" in page
    assert "stopped on every channel" not in page


def test_only_who_may_resume_is_offered_it_and_is_asked_whether_sure(site: Site):
    moderator, approver = site.sign_in(Role.MODERATOR), site.sign_in(Role.APPROVER)
    moderator.client.post("/pause", data={"why": "news"})
    assert "/pause/end" not in moderator.client.get("/pause").text
    assert moderator.client.post("/pause/end", data={"sure": "true"}).status_code == 403
    assert "/pause/end" in approver.client.get("/pause").text
    assert approver.client.post("/pause/end", data={}).status_code == 422
    assert approver.client.post("/pause/end", data={"sure": "true"}).status_code == 303
    assert approver.client.post("/pause/end", data={"sure": "true"}).status_code == 409  # nothing stands any more
    with site.database.read() as session:
        ended = session.scalars(select(AuditEvent).where(AuditEvent.event == "pause.ended")).one()
    assert ended.user_id == approver.user.id


def test_a_restored_pause_does_not_end_on_the_page(site: Site):
    with site.database.write() as session:
        session.add(Pause(kind="restored", code="installation.copied", at=site.clock.now()))
    client = site.sign_in(Role.APPROVER, language="en").client
    page = client.get("/pause").text
    assert "This is a copy" in page
    assert "outreach resume --after-restore" in page
    assert "/pause/end" not in page
    assert client.post("/pause/end", data={"sure": "true"}).status_code == 409


@pytest.mark.parametrize("role", [Role.PSEA_FOCAL_POINT])
def test_who_may_not_stop_posts_is_refused(site: Site, role: Role):
    client = site.sign_in(role).client
    assert client.get("/pause").status_code == 403
    assert client.post("/pause", data={"why": "news"}).status_code == 403
    with site.database.read() as session:
        assert session.scalars(select(Pause)).all() == []


# -- deciding -----------------------------------------------------------------------------------------------------


def test_many_are_decided_on_at_once_after_a_look(site_on_both: Site):
    site = site_on_both
    with site.database.write() as session:
        channel = make_channel(session)
    ids = [held(site, channel=channel) for _ in range(3)]
    alone = held(site, HeldReason.ALREADY_POSTED, channel=channel)
    client = site.sign_in(Role.APPROVER, language="en").client
    page = client.get("/posts/waiting").text
    assert page.count('name="ids"') == 3
    assert "Decide on it alone" in page
    wish = {"choice": "publish_now", "ids": ids, "at": ""}
    shown = client.post("/posts/confirm", data=wish).text
    assert "Publish it now" in shown
    assert "it cannot be undone" in shown
    assert {row(site, each).status for each in ids} == {S.HELD}  # looking does nothing
    assert client.post("/posts/decide", data=wish).status_code == 303
    times = sorted(row(site, each).due_at for each in ids)
    assert [time - times[0] for time in times] == [timedelta(0), timedelta(minutes=1), timedelta(minutes=2)]
    assert {row(site, each).status for each in ids} == {S.SCHEDULED}
    assert row(site, alone).status == S.HELD


def test_one_gets_a_new_time_in_local_hours(site: Site):
    publication_id = held(site)
    client = site.sign_in(Role.APPROVER, language="en").client
    assert 'value="reschedule"' in client.get(f"/posts/{publication_id}").text
    wish = {"choice": "reschedule", "ids": [publication_id], "at": "2026-11-27T18:30"}
    assert "27 November" in client.post("/posts/confirm", data=wish).text
    client.post("/posts/decide", data=wish)
    assert row(site, publication_id).due_at.isoformat() == "2026-11-27T15:30:00+00:00"
    again = client.post("/posts/decide", data=wish)  # a reload, or two people at once
    assert again.status_code == 409


def test_a_time_in_a_blackout_is_refused_with_its_reason(site: Site):
    ids = [held(site), held(site)]
    with site.database.write() as session:
        for campaign in session.scalars(select(Campaign)):
            campaign.blackouts = [
                {"from": "2026-11-25T21:00:00+00:00", "to": "2026-11-27T21:00:00+00:00", "reason": "يوم حداد"}
            ]
    client = site.sign_in(Role.APPROVER, language="en").client
    for chosen in (ids[:1], ids):
        for wish in ({"choice": "publish_now"}, {"choice": "reschedule", "at": "2026-11-27T18:30"}):
            answer = client.post("/posts/decide", data={**wish, "ids": chosen})
            assert (answer.status_code, "يوم حداد" in answer.text, "2026-11-28 00:00" in answer.text) == (
                422,
                True,
                True,
            )
    assert {row(site, each).status for each in ids} == {S.HELD}
    client.post("/posts/decide", data={"choice": "reschedule", "at": "2026-11-28T00:00", "ids": ids})
    assert {row(site, each).status for each in ids} == {S.SCHEDULED}


@pytest.mark.parametrize(
    ("wish", "words"),
    [({"choice": "drop", "ids": []}, "Choose at least one"), ({"choice": "reschedule"}, "Give the new time")],
)
def test_what_is_missing_is_said(site: Site, wish: dict[str, object], words: str):
    publication_id = held(site)
    client = site.sign_in(Role.APPROVER, language="en").client
    answer = client.post("/posts/confirm", data={"ids": [publication_id], **wish})
    assert (answer.status_code, words in answer.text) == (422, True)


def test_an_unknown_outcome_is_settled_by_who_has_looked(site: Site):
    publication_id = planned(site, status=S.UNKNOWN)
    client = site.sign_in(Role.APPROVER, language="en").client
    page = client.get(f"/posts/{publication_id}").text
    assert "I have seen it on the page" in page
    client.post("/posts/decide", data={"choice": "is_out", "ids": [publication_id], "remote_id": "10_20"})
    assert (row(site, publication_id).status, row(site, publication_id).remote_id) == (S.PUBLISHED, "10_20")


def test_who_does_not_approve_decides_on_nothing(site: Site):
    publication_id = held(site)
    client = site.sign_in(Role.COMMUNICATIONS).client
    assert 'name="choice"' not in client.get(f"/posts/{publication_id}").text
    for method, path in (("GET", "/posts/waiting"), ("POST", "/posts/confirm"), ("POST", "/posts/decide")):
        wish = {"choice": "drop", "ids": [publication_id]}
        assert client.request(method, path, data=wish).status_code == 403
    assert row(site, publication_id).status == S.HELD


# -- taking down --------------------------------------------------------------------------------------------------


def test_taking_down_says_first_what_it_does_and_then_how_far_it_is(site: Site):
    publication_id = planned(site, status=S.PUBLISHED, remote_id="1_2", published_at=site.clock.now())
    client = site.sign_in(Role.FOCAL_POINT, language="en").client
    assert f"/posts/{publication_id}/takedown" in client.get(f"/posts/{publication_id}").text
    page = client.get(f"/posts/{publication_id}/takedown").text
    assert "This cannot be undone" in page
    wish = {"reason": "unsafe", "sure": "true"}
    assert client.post(f"/posts/{publication_id}/takedown", data={"reason": "unsafe"}).status_code == 422
    assert client.post(f"/posts/{publication_id}/takedown", data=wish).status_code == 303
    page = client.get(f"/posts/{publication_id}").text
    assert "It is being taken down at Meta" in page
    with site.database.write() as session:
        asked = session.scalars(select(Withdrawal)).one()
        asked.status, asked.error_code = WithdrawalStatus.BY_HAND, "meta.permission"
    page = client.get(f"/posts/{publication_id}").text
    assert "Move to trash" in page
    assert client.post(f"/posts/{publication_id}/gone").status_code == 303
    assert row(site, publication_id).status == S.RETRACTED


def test_a_post_goes_from_every_channel_if_wanted(site: Site):
    with site.database.write() as session:
        post = make_post(session)
        ids = [str(make_publication(session, post=post).id) for _ in range(2)]
    client = site.sign_in(Role.COMMUNICATIONS, language="en").client
    page = client.get(f"/posts/{ids[0]}/takedown").text
    assert "On every channel" in page
    assert page.count("cancelled, never goes out") == 2
    assert f'href="/posts/{ids[1]}"' in page
    client.post(f"/posts/{ids[0]}/takedown", data={"reason": "mistake", "sure": "true", "everywhere": "true"})
    assert {row(site, each).status for each in ids} == {S.RETRACTED}


def test_a_withdrawn_consent_says_what_was_destroyed(site: Site):
    sha = site.media.put(b"\xff\xd8 a picture \xff\xd9")
    content = {
        "text": "قصة",
        "link": None,
        "first_comment": None,
        "media": [{"sha256": sha, "alt": "", "file": "s.jpg"}],
    }
    publication_id, other = planned(site, content=content), planned(site)
    with site.database.write() as session:
        for each in (publication_id, other):
            session.get_one(Post, session.get_one(Publication, each).post_id).consent = "CR-9"
    client = site.sign_in(Role.FOCAL_POINT, language="en").client
    asked = client.get(f"/posts/{publication_id}/takedown").text
    assert "our copies are destroyed: s.jpg" in asked
    assert f'href="/posts/{other}"' in asked.split("these go too")[1]
    wish = {"reason": "consent_withdrawn", "sure": "true"}
    page = client.post(f"/posts/{publication_id}/takedown", data=wish).text
    assert "Our copies are destroyed: s.jpg" in page
    assert not site.media.place(sha).exists()


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.LEAD, Role.ADMIN])
def test_who_may_not_take_down_is_refused(site: Site, role: Role):
    publication_id = planned(site)
    client = site.sign_in(role).client
    wish = {"reason": "unsafe", "sure": "true"}
    assert client.get(f"/posts/{publication_id}/takedown").status_code == 403
    assert client.post(f"/posts/{publication_id}/takedown", data=wish).status_code == 403
    assert client.post(f"/posts/{publication_id}/gone").status_code == 403
