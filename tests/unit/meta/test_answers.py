from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from outreach.meta.answers import confirm, id_in, read_all, read_one, same_words
from outreach.meta.facebook_page import message_of
from outreach.meta.instagram_account import caption_of
from outreach.meta.protocol import Content, Medium
from outreach.meta.refusals import GraphError


@pytest.mark.parametrize("answer", [{"success": True}, {"success": "true"}, {"success": True, "deleted_id": "1"}])
def test_success_is_success_in_either_spelling(answer):
    confirm(answer)


@pytest.mark.parametrize("answer", [{}, {"success": False}, {"success": "false"}, {"success": 1.5}, [], None, True])
def test_a_write_that_does_not_say_success_is_in_doubt(answer):
    with pytest.raises(GraphError) as caught:
        confirm(answer)
    assert caught.value.maybe_done


@pytest.mark.parametrize("answer", [{}, {"id": ""}, {"id": None}, {"id": 5}])
def test_a_write_that_gives_no_id_is_in_doubt(answer):
    with pytest.raises(GraphError) as caught:
        id_in(answer)
    assert caught.value.maybe_done


def test_a_bad_item_does_not_hide_the_good_ones_and_is_told_of_in_the_log():
    with capture_logs() as logs:
        found = list(read_all([{}, {"id": "1"}, {}, {"id": "2"}], lambda item: item["id"]))
    assert found == ["1", "2"]
    assert logs == [{"event": "meta.unreadable", "skipped": 2, "log": "meta", "log_level": "warning"}]


def test_a_single_bad_item_is_an_error_without_its_words():
    with pytest.raises(GraphError) as caught:
        read_one({"message": "canary"}, lambda item: int(item["message"]))
    assert caught.value.code == "meta.unreadable"
    assert caught.value.__context__ is None


@given(st.text())
def test_meta_may_trim_and_normalise_without_making_other_words_of_it(text):
    theirs = unicodedata.normalize("NFD", f"\n {text}  ")
    assert same_words(text, theirs)


@pytest.mark.parametrize("theirs", ["حملة الامان", "حملة الأمان!", "", "حملةالأمان"])
def test_other_words_are_other_words(theirs):
    assert not same_words("حملة الأمان", theirs)


@pytest.mark.parametrize(
    ("text", "link", "photo", "message", "caption"),
    [
        ("نص", None, True, "نص", "نص"),
        ("نص", "https://x.org", False, "نص", "نص\n\nhttps://x.org"),  # the Page shows a card
        ("نص", "https://x.org", True, "نص\n\nhttps://x.org", "نص\n\nhttps://x.org"),
        ("نص https://x.org", "https://x.org", True, "نص https://x.org", "نص https://x.org"),
        ("", "https://x.org", True, "https://x.org", "https://x.org"),
    ],
)
def test_a_link_is_never_lost_and_never_doubled(tmp_path, text, link, photo, message, caption):
    content = Content(text, link=link, media=(Medium(tmp_path / "a.jpg", "https://x.org/a.jpg"),) if photo else ())
    assert (message_of(content), caption_of(content)) == (message, caption)
