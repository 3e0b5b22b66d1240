from __future__ import annotations

import json
from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.errors import InvalidError
from outreach.meta.graph import GraphClient, encode, next_page
from outreach.meta.refusals import GraphError


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (True, "true"),
        (False, "false"),
        ([{"media_fbid": "1"}], '[{"media_fbid":"1"}]'),
        ({"comment_id": "1_2"}, '{"comment_id":"1_2"}'),
        (("1", "2"), '["1","2"]'),
        ({"text": "سلامتكم تهمنا"}, '{"text":"سلامتكم تهمنا"}'),
        (25, "25"),
        ("نص", "نص"),
    ],
)
def test_values_are_written_as_meta_reads_them(value, written):
    assert encode({"x": value}) == {"x": written}


def test_what_is_none_is_not_sent():
    assert encode({"link": None, "message": ""}) == {"message": ""}


@pytest.mark.parametrize(
    "name", ["pretty", "debug", "date_format", "method", "format", "callback", "suppress_http_code"]
)
def test_parameters_that_meta_removed_cannot_be_sent(name):
    with pytest.raises(InvalidError):
        encode({name: "1"})


values = st.recursive(
    st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=8,
)


@given(st.lists(values) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), values))
def test_nested_values_survive_the_way_to_meta(value):
    body = urlencode(encode({"x": value}))
    assert json.loads(parse_qs(body, keep_blank_values=True)["x"][0]) == value


def paging(after=None, url="https://graph.facebook.com/v26.0/1/comments?access_token=t&after=b&limit=25"):
    return {"data": [], "paging": {"cursors": {"before": "a", **({"after": after} if after else {})}, "next": url}}


def test_the_next_page_is_asked_for_by_its_cursor():
    assert next_page(paging("b")) == {"after": "b"}


def test_a_cursor_alone_does_not_mean_that_there_is_more():
    assert next_page({"data": [{}], "paging": {"cursors": {"after": "b"}}}) is None
    assert next_page({"data": []}) is None


def test_without_cursors_the_bounds_of_next_are_used_but_never_its_token_or_host():
    url = "https://elsewhere.example/x?access_token=canary&until=17&__paging_token=e&limit=3"
    assert next_page({"data": [], "paging": {"next": url}}) == {"until": "17", "__paging_token": "e"}


def test_a_next_that_cannot_be_followed_is_an_error_and_not_the_end():
    with pytest.raises(GraphError):
        next_page({"data": [], "paging": {"next": "https://graph.facebook.com/x?access_token=t"}})


@pytest.mark.parametrize("token", ["", "a b", "a\nb", "رمز", "a\r\nHost: x"])
def test_a_token_that_cannot_be_a_header_is_refused_without_being_shown(token):
    with pytest.raises(InvalidError) as caught:
        GraphClient(token)
    assert caught.value.params == {}


@pytest.mark.parametrize(
    "path", ["v26.0/1?x=1", "v26.0/../me", "v26.0//1", "v26.0/1#a", "v26.0/a b", "http://x", "", "v26.0/نص"]
)
def test_an_id_cannot_lead_to_another_path(path):
    with pytest.raises(InvalidError):
        GraphClient("t", base_url="http://127.0.0.1:1").request(path)


def test_the_version_is_the_one_that_the_sdk_refuses():
    assert GraphClient("t").version == "v26.0"
