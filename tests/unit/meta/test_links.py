"""Ids out of links as people copy them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.meta import links


@pytest.mark.parametrize(
    ("link", "found"),
    [
        ("200_1", "200_1"),
        (" 17841400008460056 ", "17841400008460056"),
        ("https://www.facebook.com/p/posts/pfbid0?comment_id=12&__cft__=x", "12"),
        ("https://www.facebook.com/p/posts/9?comment_id=12&reply_comment_id=34", "34"),  # an answer's own id
        ("https://www.facebook.com/p/posts/9?comment_id=Y29tbWVudDoyMDBfMQ%3D%3D", "200_1"),  # "comment:200_1"
        ("https://www.instagram.com/p/Cabc/c/178/", "178"),
        ("https://www.instagram.com/p/Cabc/c/178/r/179/", "179"),
        ("https://www.instagram.com/p/Cabc/", None),
        ("https://[broken", None),
        ("هلا", None),
    ],
)
def test_the_comment_of_a_link(link, found):
    assert links.comment_id(link) == found


@pytest.mark.parametrize(
    ("link", "found"),
    [
        ("100_200", "100_200"),
        ("https://www.facebook.com/100/posts/200", "200"),
        ("https://www.facebook.com/100/posts/a-long-title/200/?comment_id=1", "200"),
        ("https://www.facebook.com/permalink.php?story_fbid=200&id=100", "200"),
        ("https://www.facebook.com/photo?fbid=77&set=a.1", "77"),
        ("https://www.facebook.com/page/posts/pfbid02abc", None),
    ],
)
def test_the_post_of_a_link(link, found):
    assert links.post_id(link) == found


def test_two_links_to_one_thing_have_one_address():
    forms = (
        "https://www.instagram.com/p/Cabc/",
        "http://instagram.com/p/Cabc?igsh=1",
        "https://m.instagram.com/p/Cabc#x",
    )
    assert len({links.address(form) for form in forms}) == 1


@given(st.text())
def test_no_text_breaks_them(text):
    for read in (links.comment_id, links.post_id, links.address):
        read(text)
