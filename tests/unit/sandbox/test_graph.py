"""Whatever is asked, the answer is one of Meta's: JSON, with an error body where it is refused."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.sandbox.comments import put
from outreach.sandbox.fetching import Fetched, instagram_problem
from outreach.sandbox.graph import Graph, Request, opened
from outreach.sandbox.objects import Author, Comment, Container, Media, Photo, Post, TokenKind
from outreach.sandbox.routes import ROUTES
from outreach.sandbox.seeding import create_world
from outreach.sandbox.switches import Switches
from outreach.sandbox.uploads import Video

WORLD, (CHANNEL,) = create_world(switches=Switches(strict_parameters=False))
NOW = WORLD.now()
USER_TOKEN = next(token.value for token in WORLD.tokens.values() if token.kind is TokenKind.USER)
POST, MEDIA = f"{CHANNEL.page_id}_1", "1791"
AUTHOR = Author("7", "زائرة", "za.ira")


def _fill() -> None:
    post = Post(POST, CHANNEL.page_id, "210000000000001", NOW, "مرحبا")
    WORLD.add(post)
    WORLD.add(Media(MEDIA, CHANNEL.ig_id, NOW, "abc", caption="مرحبا"))
    WORLD.add(Container("179", CHANNEL.ig_id, NOW, ready_at=NOW))
    WORLD.add(Photo("123", CHANNEL.page_id, NOW, (4, 4)))
    WORLD.add(Video("126", CHANNEL.page_id, "210000000000001", NOW, "reel", session_id="124"))
    put(WORLD, Comment("1_9", POST, CHANNEL.page_id, AUTHOR, "هلا", NOW, facebook=True))
    put(WORLD, Comment("180", MEDIA, CHANNEL.ig_id, AUTHOR, "هلا", NOW, facebook=False))
    WORLD.make_visible(post, NOW)


_fill()
NODES = {
    "user": "me",
    "app": "210000000000001",
    "page": CHANNEL.page_id,
    "account": CHANNEL.ig_id,
    "post": POST,
    "media": MEDIA,
    "container": "179",
    "photo": "123",
    "video": "126",
    "facebook comment": "1_9",
    "instagram comment": "180",
}
TOKENS = {"user": USER_TOKEN, "app": "210000000000001|sandbox-app-secret"}
NAMES = (
    "fields",
    "limit",
    "after",
    "before",
    "since",
    "until",
    "metric",
    "period",
    "message",
    "published",
    "attached_media",
    "attached_media[0]",
    "scheduled_publish_time",
    "is_published",
    "is_hidden",
    "hide",
    "recipient",
    "children",
    "media_type",
    "creation_id",
    "filter",
    "order",
    "summary",
    "metric_type",
    "breakdown",
    "subscribed_fields",
    "unpublished_content_type",
    "caption",
    "comment_enabled",
    "ids",
    "batch",
    "date_format",
    "link",
    "upload_phase",
    "upload_session_id",
    "file_size",
    "start_offset",
    "video_id",
    "video_state",
    "photo_id",
    "upload_type",
    "thumb_offset",
    "offset",
)
WORDS = (
    "id",
    "true",
    "1",
    "0",
    "-1",
    "٣",
    "[]",
    "{}",
    "[1]",
    '{"text":1}',
    '{"comment_id":"1_9"}',
    "CAROUSEL",
    "day",
    "179",
    "views",
    "page_follows",
    "99999999999",
    "253402300799",
    "9999-12-31",
    "0001-01-01",
    "id,from{id}",
    "total_value",
    "comments.limit(x)",
    "insights.metric(post_clicks)",
    "[[[",
    "start",
    "finish",
    "START",
    "FINISH",
    "PUBLISHED",
    "REELS",
    "STORIES",
    "resumable",
    "124",
    "126",
    "null",
    "1791,180",
    '[{"method":"GET","relative_url":"me"}]',
)
values = st.one_of(st.sampled_from(WORDS), st.text(max_size=12))


@settings(max_examples=600)
@given(
    st.sampled_from(sorted(ROUTES)),
    st.dictionaries(st.sampled_from(NAMES), values, max_size=5),
    st.sampled_from([CHANNEL.page_token, CHANNEL.ig_token, None]),
    st.sampled_from(["v26.0/", "v26.0/", "ig-graph/v26.0/", "video-upload/v26.0/", "ig-api-upload/v26.0/"]),
)
def test_every_call_has_an_answer_of_meta_s(route, params, token, prefix):
    kind, edge, method = route
    path = f"{prefix}{NODES[kind]}/{edge}"
    for node in WORLD.nodes.values():
        if hasattr(node, "deleted"):
            node.deleted = False
    answer = Graph(WORLD).serve(Request(method, path, params, "http://host", TOKENS.get(kind, token)))
    shown = json.loads(answer.body)
    if answer.status != 200:
        assert answer.status in (400, 403, 500)
        assert "debug_info" in shown or {"message", "type", "code", "fbtrace_id"} <= set(shown["error"])


@pytest.mark.parametrize(
    ("path", "rest", "version"),
    [("/v26.0/me/", "me", (26, 0)), ("me", "me", (26, 0)), ("v2.5", "", (2, 5)), ("vat/x", "vat/x", (26, 0))],
)
def test_the_version_is_taken_off_the_path(path, rest, version):
    request = opened(Request("GET", path, {}, "http://host"))
    assert (request.path, request.version, request.instagram_host) == (rest, version, False)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_picture_or_a_refusal(data):
    assert instagram_problem(Fetched(data)).subcode == 2207052


ENDS = st.one_of(
    st.none(), st.sampled_from(("0", "253402300799", "9999-12-31", "0001-01-01", "soon")), st.integers(0, 2**33)
)


@given(
    st.sampled_from((CHANNEL.page_id, CHANNEL.ig_id, POST, MEDIA)),
    st.sampled_from(
        ("page_follows", "page_media_view,page_actions_post_reactions_total", "reach", "views,likes", "post_clicks")
    ),
    ENDS,
    ENDS,
    st.sampled_from((None, "day", "week", "lifetime")),
    st.sampled_from((None, "total_value", "time_series")),
)
def test_insights_bear_any_span(node, metric, since, until, period, kind):
    asked = {"metric": metric, "since": since, "until": until, "period": period, "metric_type": kind}
    params = {name: str(value) for name, value in asked.items() if value is not None}
    answer = Graph(WORLD).serve(Request("GET", f"{node}/insights", params, "http://host", CHANNEL.page_token))
    assert answer.status in (200, 400, 403, 500)
    assert ("data" in json.loads(answer.body)) is (answer.status == 200)
