"""The page of a Case whose comment is gone: said in words, locked, noted, unlocked by name."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from outreach import moderation
from outreach.comments.pulling import mark_absent
from outreach.states import CommentState, Flag, Role
from outreach.tables import AuditEvent, Case, Comment
from tests.integration.web.test_review import queued
from tests.sites import Person, Site


def case_of(site: Site, owner: Person, *, state: str = CommentState.VISIBLE) -> tuple[str, str]:
    comment_id = queued(site, (Flag.SURVIVOR_DISCLOSURE, 10), state=state)
    case_id = moderation.open_case(site.database, owner.user, comment_id, now=site.clock.now())
    moderation.acknowledge(site.database, owner.user, case_id, now=site.clock.now())
    with site.database.write() as session:
        for _ in range(2):
            mark_absent(session.get_one(Comment, comment_id), site.clock.now())
    return comment_id, case_id


@pytest.mark.parametrize(
    ("language", "gone", "locked", "noted"),
    [
        ("ar", "حذفته صاحبته أو حُذف من الصفحة", "مقفلة", "أعلم أن التعليق اختفى"),
        ("en", "by her or by the Page: unknown", "are locked", "I know that it is gone"),
    ],
)
def test_it_is_said_in_words_noted_and_unlocked_with_a_reason(
    site: Site, language: str, gone: str, locked: str, noted: str
):
    focal = site.sign_in(Role.FOCAL_POINT, language=language)
    comment_id, case_id = case_of(site, focal)
    for path in ("/cases", f"/review/{comment_id}"):
        page = focal.client.get(path).text
        assert gone in page
        assert locked in page
    assert noted in focal.client.get(f"/review/{comment_id}").text
    form = {"comment": comment_id}
    assert focal.client.post(f"/cases/{case_id}/gone", data=form).status_code == 303
    assert noted not in focal.client.get(f"/review/{comment_id}").text
    assert focal.client.post(f"/cases/{case_id}/gone", data=form).status_code == 409
    assert focal.client.post(f"/cases/{case_id}/unlock", data={**form, "reason": "x"}).status_code == 422
    assert focal.client.post(f"/cases/{case_id}/unlock", data={**form, "reason": "she_wrote"}).status_code == 303
    page = focal.client.get(f"/review/{comment_id}").text
    assert locked not in page
    assert focal.user.display_name in page
    with site.database.read() as session:
        assert session.get_one(Case, case_id).unlocked_at is not None
        event = session.scalars(select(AuditEvent).where(AuditEvent.event == "case.unlocked")).one()
    assert (event.user_id, event.details["reason"]) == (focal.user.id, "she_wrote")


def test_a_moderator_can_neither_note_nor_unlock(site: Site):
    focal, mod = site.sign_in(Role.FOCAL_POINT), site.sign_in(Role.MODERATOR)
    comment_id, case_id = case_of(site, focal)
    for path, form in (("gone", {}), ("unlock", {"reason": "she_wrote"})):
        assert mod.client.post(f"/cases/{case_id}/{path}", data={"comment": comment_id, **form}).status_code == 403
    assert "/unlock" not in mod.client.get(f"/review/{comment_id}").text


def test_what_is_hidden_is_called_hidden_and_never_gone(site: Site):
    focal = site.sign_in(Role.FOCAL_POINT, language="en")
    case_of(site, focal, state=CommentState.HIDDEN)
    page = focal.client.get("/cases").text
    assert "Hidden" in page
    assert "is gone from the page" not in page


def test_the_verdicts_that_reach_the_page_cannot_be_chosen_while_it_is_locked(site: Site):
    focal = site.sign_in(Role.FOCAL_POINT)
    comment_id, _ = case_of(site, focal)
    page = focal.client.post(f"/review/{comment_id}/reveal").text
    assert page.count("disabled") == 2
    seen = page.split('name="seen" value="')[1].split('"')[0]
    form = {"seen": seen, "verdict": "hide", "reason_hide": "protect_person"}
    assert focal.client.post(f"/review/{comment_id}/decide", data=form).status_code == 409
