from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.web import security


@given(st.text(max_size=60) | st.text(alphabet="/\\.:@?#%abcde", max_size=20))
def test_the_way_on_after_signing_in_is_always_a_path_of_ours(path: str):
    after = security.safe_next(path)
    assert after.startswith("/")
    assert not after.startswith(("//", "/\\"))
    assert not set(after) & set(":\\@?#%\r\n\t ")


@pytest.mark.parametrize("path", ["/review", "/review/0a1b", "/digests/2026-11-21", "/"])
def test_paths_of_ours_are_kept(path: str):
    assert security.safe_next(path) == path


@pytest.mark.parametrize(
    ("path", "public"),
    [
        ("/login", True),
        ("/static/outreach.css", True),
        ("/m/0a/0.jpg", True),
        ("/login/", False),
        ("/loginx", False),
        ("/static", False),
        ("/mx", False),
        ("/webhooks/meta/x", False),
        ("/", False),
        ("", False),
    ],
)
def test_a_path_is_public_only_when_it_is_exactly_one_of_the_list(path: str, public: bool):
    assert security.is_public(path) is public


def test_over_https_the_cookie_is_bound_to_this_host():
    assert security.cookie_name("https://desk.example.org") == "__Host-outreach"
    assert security.cookie_name("http://127.0.0.1:8400") == "outreach"
