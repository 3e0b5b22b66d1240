from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
import structlog
from fastapi.routing import APIRoute
from sqlalchemy import text

from outreach.settings import Settings
from outreach.states import Mode, Role, Route
from outreach.web import security
from outreach.web.app import create_app
from tests.factories import make_comment
from tests.sites import Site, serving

CANARY = "كناري-CANARY-7b1f"
EVERYBODY = tuple(Role)


def paths(site: Site) -> list[tuple[str, str]]:
    app = create_app(Settings(), site.database, site.clock, mode=Mode.LIVE, media=site.media)
    routes = [route for route in _routes(app.routes) if isinstance(route, APIRoute)]
    return [(method, re.sub(r"\{\w+\}", "0", route.path)) for route in routes for method in route.methods]


def _routes(routes: Any) -> Any:
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is None:
            yield route
        else:
            yield from _routes(inner.routes)


def test_without_a_session_every_page_but_the_public_ones_leads_to_sign_in(site: Site):
    visitor = site.visitor()
    guarded = [(method, path) for method, path in paths(site) if not security.is_public(path)]
    assert len(guarded) > 20
    for method, path in [
        *guarded,
        ("GET", "/nothing"),
        ("GET", "/docs"),
        ("GET", "/openapi.json"),
        ("GET", "/staticx"),
    ]:
        answer = visitor.request(method, path)
        assert answer.status_code == 303, (method, path)
        assert answer.headers["location"].startswith("/login"), path


def test_only_the_paths_that_must_be_public_are():
    expected = {"/login", "/language", "/healthz", "/privacy", "/privacy/deletion", "/webhooks/meta", "/favicon.ico"}
    assert expected == security.PUBLIC_PATHS
    assert security.PUBLIC_FOLDERS == ("/static/", "/m/")


def test_a_program_without_a_session_gets_401_and_no_page(site: Site):
    answer = site.visitor().get("/review/poll", headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()) == (401, {"error": "signed_out"})


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "none"}, 403),
        ({"sec-fetch-site": "same-origin"}, 303),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": None}, 403),  # neither header: no browser of today
        ({}, 303),  # the visitor's own origin
    ],
)
def test_a_write_from_another_site_is_refused(site: Site, headers: dict[str, str | None], status: int):
    person = site.sign_in(Role.MODERATOR)
    assert person.client.post("/logout", headers=headers).status_code == status
    assert person.client.get("/review").status_code == (200 if status == 403 else 303)


@pytest.mark.parametrize("path", ["/login", "/review", "/nothing", "/static/outreach.css", "/privacy", "/healthz"])
def test_every_answer_carries_the_guarding_headers(site: Site, path: str):
    headers = site.sign_in(Role.MODERATOR).client.get(path).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert path.startswith("/static/") or headers["cache-control"] == "no-store"
    assert "server" not in headers


def test_a_body_that_is_too_large_is_refused_whether_it_says_so_or_not(site: Site):
    person = site.sign_in(Role.MODERATOR)
    assert person.client.post("/login", data=b"x" * (security.FORM_BYTES + 1)).status_code == 413
    chunks = (b"a" * 8192 for _ in range(security.FORM_BYTES // 8192 + 2))
    chunked = person.client.post("/login", data=chunks, headers={"content-type": "application/x-www-form-urlencoded"})
    assert chunked.status_code == 413


def logged(capsys: pytest.CaptureFixture[str], until: str) -> str:
    """What was printed; the line of a request is written just after its answer is out."""
    printed = ""
    for _ in range(400):
        captured = capsys.readouterr()
        printed += captured.out + captured.err
        if until in printed:
            return printed
        time.sleep(0.005)
    raise AssertionError("no line was logged")


def wait_until(happened: Callable[[], bool]) -> None:
    """The line of a request is written just after its answer is out."""
    for _ in range(400):
        if happened():
            return
        time.sleep(0.005)
    raise AssertionError("it did not happen")


def sent_twice(client: Any, path: str) -> Any:
    return client.post(path, data={"verdict": CANARY, "seen": CANARY, "login": CANARY, "language": CANARY})


@pytest.mark.parametrize(
    "ask",
    [
        lambda client: client.get("/review", params={"severity": CANARY, "flag": CANARY}),
        lambda client: client.get("/review", params={"page": CANARY}),
        lambda client: client.get("/posts", params={"week": CANARY}),
        lambda client: client.get(f"/review/{CANARY}"),
        lambda client: client.get(f"/posts/{CANARY}"),
        lambda client: client.get(f"/{CANARY}"),
        lambda client: sent_twice(client, f"/review/{'0' * 32}/decide"),
        lambda client: sent_twice(client, f"/review/{'0' * 32}/flags"),
        lambda client: sent_twice(client, "/login"),
        lambda client: sent_twice(client, "/language"),
        lambda client: client.post("/cases/x/close", json={"outcome": CANARY}),
    ],
)
def test_what_was_sent_is_in_no_error_page_and_in_no_log(
    site: Site, ask: Callable[[Any], Any], capsys: pytest.CaptureFixture[str]
):
    person = site.sign_in(*EVERYBODY)
    answer = ask(person.client)
    assert answer.status_code in {200, 404, 422}
    assert CANARY not in answer.text
    output = logged(capsys, "request_id")
    assert CANARY not in output
    assert "CANARY" not in output


def test_an_unexpected_error_shows_a_reference_and_neither_page_nor_log_hold_its_words(
    site: Site, capsys: pytest.CaptureFixture[str]
):
    """A table is taken away, so that reading a comment fails deep inside, with its words at hand."""
    person = site.sign_in(Role.MODERATOR)
    with site.database.write() as session:
        comment_id = make_comment(session, text=CANARY, review_state="queued", severity=30).id
    with site.database.write() as session:
        session.execute(text("ALTER TABLE review_decisions RENAME TO taken_away"))
    answer = person.client.get(f"/review/{comment_id}")
    assert answer.status_code == 500
    output = logged(capsys, "route=")
    request_id = re.search(r"<code dir=\"ltr\">([0-9a-f]{16})</code>", answer.text)
    assert request_id
    assert request_id[1] in output
    assert CANARY not in answer.text + output
    assert "Traceback" not in answer.text + output


def test_a_comment_about_staff_does_not_exist_for_anybody_but_its_focal_point(site_on_both: Site):
    site = site_on_both
    with site.database.write() as session:
        comment = make_comment(session, text=CANARY, review_state="queued", severity=10, route=Route.PSEA)
        comment_id = comment.id
    for role in (Role.MODERATOR, Role.FOCAL_POINT):
        client = site.sign_in(role).client
        missing = client.get(f"/review/{'f' * 32}")
        assert client.get(f"/review/{comment_id}").status_code == missing.status_code == 404
        for act in ("claim", "release", "reveal", "case"):
            assert client.post(f"/review/{comment_id}/{act}").status_code == 404, act
        assert comment_id not in client.get("/review").text + client.get("/review/poll").text
    owner = site.sign_in(Role.PSEA_FOCAL_POINT).client
    assert owner.get(f"/review/{comment_id}").status_code == 200
    assert comment_id in owner.get("/review").text


@pytest.mark.parametrize("role", [Role.COMMUNICATIONS, Role.APPROVER, Role.LEAD, Role.ADMIN])
def test_who_does_not_review_sees_no_comment_at_all(site: Site, role: Role):
    with site.database.write() as session:
        comment_id = make_comment(session, text=CANARY, review_state="queued", severity=30).id
    client = site.sign_in(role).client
    for path in ("/review", "/review/poll", f"/review/{comment_id}", "/cases", "/review/next"):
        answer = client.get(path)
        assert answer.status_code == 403, path
        assert CANARY not in answer.text


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_sandbox_says_so_on_every_page(sqlite_url, clock, tmp_path, language):
    from outreach.db import Database

    database = Database(sqlite_url)
    with serving(database, clock, tmp_path, mode=Mode.SANDBOX) as site:
        client = site.sign_in(*EVERYBODY, language=language).client
        for path in ("/review", "/cases", "/posts", "/health", "/privacy", "/nothing"):
            assert 'class="sandbox"' in client.get(path).text, path
        assert 'class="sandbox"' in site.visitor().get("/login").text
    database.close()


def test_a_live_installation_has_no_such_banner(site: Site):
    assert 'class="sandbox"' not in site.visitor().get("/login").text


def test_the_log_names_routes_and_never_paths(site: Site):
    with structlog.testing.capture_logs() as lines:
        site.sign_in(Role.MODERATOR).client.get(f"/review/{'a' * 32}")
        wait_until(lambda: any(line["event"] == "request" for line in lines))
    assert [line["route"] for line in lines if line["event"] == "request"] == ["/review/{comment_id}"]
    assert "a" * 32 not in str(lines)
