"""Nothing that a commenter wrote, and no name or handle, is anywhere in a digest (design §2.17)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy.orm import Session

from outreach import digests, policy
from outreach.db import Database
from outreach.mail import SmtpMailer
from outreach.settings import Settings
from outreach.states import Flag, Sentiment
from outreach.tables import Case, Comment, CommentRevision, ReviewDecision
from tests.factories import make_channel, make_flag, make_publication, make_user
from tests.integration.digests.conftest import DUE, START
from tests.mailboxes import mailbox

CANARIES = ("CANARYTEXT", "CANARYNAME", "CANARYHANDLE", "CANARYLINK", "CANARYSTAFF", "TOKEN-CANARY", "0770 000 0000")


def _plant(session: Session, comment: Callable[..., Comment]) -> None:
    staff = make_user(session, display_name="CANARYSTAFF", login="canarystaff", email="CANARYSTAFF@example.org")
    post = make_publication(session, make_channel(session), status="published", published_at=START, remote_id="1_2")
    for number, flag in enumerate(Flag):
        for copy in range(6):
            planted = comment(
                session,
                publication=post,
                after=number + copy,
                text=f"CANARYTEXT {number} 0770 000 0000",
                author_name="CANARYNAME",
                remote_id=f"CANARYHANDLE_{number}_{copy}",
                permalink="https://example.org/CANARYLINK",
                sentiment=list(Sentiment)[copy % 3],
                severity=int(policy.RULES[flag].severity),
                route=policy.RULES[flag].route,
                review_state="queued",
                claimed_by_id=staff.id,
            )
            make_flag(session, planted, flag, int(policy.RULES[flag].severity))
            seal = CommentRevision(comment_id=planted.id, number=0, text="CANARYTEXT", replaced_hour=START)
            verdict = {"revision": 1, "verdict": "keep", "reason": "ordinary"}
            decision = ReviewDecision(comment_id=planted.id, user_id=staff.id, at=START + timedelta(days=2), **verdict)
            case = {"route": "focal", "severity": 0, "opened_by": "alert", "opened_at": START}
            session.add_all([seal, decision, Case(comment_id=planted.id, owner_id=staff.id, **case)])


def _leaks(where: bytes | str) -> list[str]:
    shown = where if isinstance(where, bytes) else where.encode()
    return [canary for canary in CANARIES if re.search(re.escape(canary.encode()), shown, re.IGNORECASE)]


def test_no_words_names_handles_or_tokens_in_any_form_of_the_digest(
    database: Database, settings: Settings, comment: Callable[..., Comment]
) -> None:
    with database.write() as session:
        _plant(session, comment)
    with mailbox() as box:
        assert digests.send(database, SmtpMailer(box.settings()), day=None, now=DUE, settings=settings) == 2
    (view,) = digests.weeks(database)
    figures = digests.find(database, view.week)
    assert figures["conversation"]["this"]["total"] == 90  # the canaries were really counted
    assert _leaks(json.dumps(figures, ensure_ascii=False)) == []
    for language in ("ar", "en"):
        mail = digests.render_mail(figures, language, base_url="https://o.example", sandbox=True)
        assert set(mail.images) == {"sentiment", "days"}
        for form in (mail.subject, mail.text, mail.html, *mail.images.values()):
            assert _leaks(form) == []
        assert _leaks(digests.render_text(figures, language)) == []
        assert _leaks(digests.render_page(figures, language)) == []
    assert [_leaks(message.as_bytes()) for message in box.messages] == [[], []]


def test_staff_misconduct_is_not_even_named(
    database: Database, settings: Settings, comment: Callable[..., Comment]
) -> None:
    with database.write() as session:
        _plant(session, comment)
    figures = digests.build(database, day=None, now=DUE, settings=settings).figures
    forms = [json.dumps(figures, ensure_ascii=False)]
    forms += [digests.render_page(figures, language) for language in ("ar", "en")]
    assert not any("misconduct" in form or "psea" in form.lower() or "سلوك أحد" in form for form in forms)
    assert figures["conversation"]["this"]["flagged"]["total"] == 6 * (len(Flag) - 1)


def test_no_flag_stands_beside_a_post_or_a_day(
    database: Database, settings: Settings, comment: Callable[..., Comment]
) -> None:
    with database.write() as session:
        _plant(session, comment)
    figures = digests.build(database, day=None, now=DUE, settings=settings).figures
    told = set(figures["conversation"]["this"]["flagged"])
    assert told == {"groups", "total"}
    assert all(isinstance(count, int | str) for count in figures["conversation"]["this"]["flagged"]["groups"].values())
    for post in figures["published"]["posts"]:
        assert set(post) == {"post", "campaign", "channel", "published_at", "comments", "views", "reach", "reactions"}
