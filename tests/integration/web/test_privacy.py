"""The public pages, and Meta's data deletion callback to the letter: signed, answered with an address and a code."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select

from outreach import notices
from outreach.db import every_key, keyed
from outreach.states import Role
from outreach.tables import Alert, Comment, DeletionRequest
from tests.factories import make_comment
from tests.sites import APP_SECRET, Site

HER = "7700112233"


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def signed(secret: str = APP_SECRET, **changed: object) -> str:
    payload = b64(json.dumps({"algorithm": "HMAC-SHA256", "issued_at": 1, "user_id": HER, **changed}).encode())
    return f"{b64(hmac.digest(secret.encode(), payload.encode(), hashlib.sha256))}.{payload}"


def ask(site: Site, request: str):
    """As Meta does it: from elsewhere, as a form."""
    headers = {"origin": "https://www.facebook.com", "sec-fetch-site": "cross-site"}
    return site.visitor().post("/privacy/deletion", data={"signed_request": request}, headers=headers)


def requests_of(site: Site) -> list[DeletionRequest]:
    with site.database.read() as session:
        return list(session.scalars(select(DeletionRequest)))


def test_a_request_about_nothing_that_we_hold_is_done_and_keeps_nothing_of_the_person(site_on_both: Site):
    answer = ask(site_on_both, signed())
    assert answer.status_code == 200
    body = answer.json()
    assert body.keys() == {"url", "confirmation_code"}
    (row,) = requests_of(site_on_both)
    assert (row.id, row.author_keys) == (body["confirmation_code"], [])
    parts = urlsplit(body["url"])
    assert parts.path == "/privacy/deletion"
    page = site_on_both.visitor().get(f"{parts.path}?{parts.query}&lang=en")
    assert "We hold nothing under the account" in page.text


def test_a_request_about_comments_that_we_hold_waits_and_a_focal_point_is_told(site_on_both: Site):
    site = site_on_both
    with site.database.write() as session:
        make_comment(session, author_key=keyed(Comment.author_key, HER))
    focal, lead = site.sign_in(Role.FOCAL_POINT), site.sign_in(Role.LEAD)
    code = ask(site, signed()).json()["confirmation_code"]
    (row,) = requests_of(site)
    assert set(row.author_keys) == every_key(Comment.author_key, [HER])
    page = site.visitor().get(f"/privacy/deletion?code={code}&lang=en").text
    assert "a person is seeing to it" in page
    notices.raise_due(site.database, now=site.clock.now())
    with site.database.read() as session:
        told = list(session.scalars(select(Alert).where(Alert.kind == "notice.deletion")))
    assert [alert.user_id for alert in told] == [focal.user.id]
    assert lead.user.id not in {alert.user_id for alert in told}
    for language in ("ar", "en"):
        _, body = notices.compose(told[0], language, "https://desk.example.org", sandbox=False)
        assert "outreach subject erase" in body
        assert HER not in body


@pytest.mark.parametrize(
    "request_",
    [
        "",
        ".",
        "no dots",
        signed("another secret"),
        signed()[:-4] + "AAAA",
        "." + signed().partition(".")[2],
        "ملف." + signed().partition(".")[2],
    ],
)
def test_an_unsigned_request_is_refused_and_leaves_no_row(site: Site, request_: str):
    assert ask(site, request_).status_code in {403, 422}
    assert requests_of(site) == []


@pytest.mark.parametrize("changed", [{"algorithm": "none"}, {"user_id": "a b"}, {"user_id": None}])
def test_a_signed_request_of_another_form_is_refused(site: Site, changed: dict[str, object]):
    assert ask(site, signed(**changed)).status_code == 422
    with site.database.read() as session:
        assert session.scalar(select(func.count()).select_from(DeletionRequest)) == 0


@pytest.mark.parametrize(
    ("language", "words", "direction"),
    [("ar", "كيف تطلب إزالة تعليق", "rtl"), ("en", "How to have one removed", "ltr")],
)
@pytest.mark.parametrize("path", ["/privacy", "/privacy/deletion"])
def test_the_address_chooses_the_language_without_a_cookie(
    site: Site, path: str, language: str, words: str, direction: str
):
    page = site.visitor().get(f"{path}?lang={language}")
    assert page.status_code == 200
    assert f'dir="{direction}"' in page.text
    assert f"{path}?lang=ar" in page.text
    assert (words in page.text) == (path == "/privacy")
    assert "set-cookie" not in page.headers


def test_an_unknown_code_says_so_and_nothing_of_it_is_shown_again(site: Site):
    page = site.visitor().get("/privacy/deletion?code=%3Cscript%3E&lang=en")
    assert "There is no request with this code" in page.text
    assert "<script>" not in page.text
