from __future__ import annotations

from datetime import timedelta

import pytest

from outreach import accounts
from outreach.db import Database
from outreach.states import Role
from tests.sites import Site, serving

PASSWORD = "a short sentence by the river"


def make_moderator(site: Site) -> None:
    accounts.create_user(
        site.database,
        login="zahra",
        display_name="زهراء",
        roles=[Role.MODERATOR],
        password=PASSWORD,
        now=site.clock.now(),
    )


def test_a_moderator_signs_in_works_and_signs_out(site_on_both: Site):
    site = site_on_both
    make_moderator(site)
    visitor = site.visitor()
    answer = visitor.post("/login", data={"login": "zahra", "password": PASSWORD, "next": "/review"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/review")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "zahra" not in cookie
    assert visitor.get("/review").status_code == 200
    assert visitor.post("/logout").headers["location"] == "/login"
    visitor.cookies.set("outreach", cookie.split("=", 1)[1].split(";")[0])
    assert visitor.get("/review").headers["location"] == "/login?next=/review"


def test_a_wrong_password_says_so_without_saying_which_part_was_wrong(site: Site):
    make_moderator(site)
    pages = [
        site.visitor().post("/login", data={"login": login, "password": "not the right sentence"})
        for login in ("zahra", "nobody-here")
    ]
    assert {page.status_code for page in pages} == {403}
    assert pages[0].text == pages[1].text
    assert "not the right sentence" not in pages[0].text


def test_guessing_is_slowed_down_after_five_failures(site: Site):
    make_moderator(site)
    for _ in range(5):
        site.visitor().post("/login", data={"login": "zahra", "password": "wrong-wrong-wrong"})
    refused = site.visitor().post("/login", data={"login": "zahra", "password": PASSWORD})
    assert refused.status_code == 403
    assert "15" in refused.text


@pytest.mark.parametrize("next_page", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"])
def test_signing_in_never_leads_off_our_own_pages(site: Site, next_page: str):
    make_moderator(site)
    answer = site.visitor().post("/login", data={"login": "zahra", "password": PASSWORD, "next": next_page})
    assert answer.headers["location"] == "/"


def test_an_idle_session_ends(site: Site):
    person = site.sign_in(Role.MODERATOR)
    site.clock.jump(site.clock.now() + timedelta(minutes=29))
    assert person.client.get("/review").status_code == 200
    site.clock.jump(site.clock.now() + timedelta(minutes=31))
    assert person.client.get("/review").status_code == 303


@pytest.mark.parametrize(
    ("role", "path"),
    [
        (Role.MODERATOR, "/review"),
        (Role.FOCAL_POINT, "/review"),
        (Role.PSEA_FOCAL_POINT, "/review"),
        (Role.COMMUNICATIONS, "/posts"),
        (Role.LEAD, "/posts"),
        (Role.ADMIN, "/health"),
    ],
)
def test_each_role_starts_where_its_work_is(site: Site, role: Role, path: str):
    person = site.sign_in(role)
    assert person.client.get("/").headers["location"] == path
    assert person.client.get(path).status_code == 200


def test_a_visitor_chooses_the_language_by_a_cookie_and_a_user_keeps_their_own(site: Site):
    visitor = site.visitor()
    assert '<html lang="ar" dir="rtl">' in visitor.get("/login").text
    visitor.post("/language", data={"language": "en", "next": "/login"})
    assert '<html lang="en" dir="ltr">' in visitor.get("/login").text
    person = site.sign_in(Role.MODERATOR)
    person.client.cookies.set("language", "en")
    assert '<html lang="ar" dir="rtl">' in person.client.get("/review").text
    person.client.post("/language", data={"language": "en", "next": "/review"})
    assert '<html lang="en" dir="ltr">' in person.client.get("/review").text


def test_the_cookie_is_bound_to_https_where_the_site_has_it(sqlite_url, clock, tmp_path):
    database = Database(sqlite_url)
    with serving(database, clock, tmp_path, web={"base_url": "https://desk.example.org"}) as site:
        make_moderator(site)
        answer = site.visitor().post("/login", data={"login": "zahra", "password": PASSWORD})
        assert answer.headers["set-cookie"].startswith("__Host-outreach=")
        assert "Secure" in answer.headers["set-cookie"]
        assert "max-age" in answer.headers["strict-transport-security"]
    database.close()
