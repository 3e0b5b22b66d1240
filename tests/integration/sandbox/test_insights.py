"""Insights, as graph-api.md §9 says, and as consistent as the audience is."""

from __future__ import annotations

from datetime import timedelta

import pytest


@pytest.fixture
def post(api):
    """A post that an audience has seen for three days."""
    api.switch(audience=True)
    post = api.post()
    api.jump(days=3)
    return post


def values(api, path, metric, **params):
    return {entry["name"]: entry["values"] for entry in api("GET", f"{path}/insights", metric=metric, **params)["data"]}


def test_a_post_s_figures_agree_with_its_audience(api, server, post):
    found = values(api, post, "post_media_view,post_total_media_view_unique,post_reactions_by_type_total,post_clicks")
    views, reach = found["post_media_view"][0]["value"], found["post_total_media_view_unique"][0]["value"]
    reactions = sum(found["post_reactions_by_type_total"][0]["value"].values())
    summary = api("GET", post, fields="reactions.summary(true).limit(0)")["reactions"]["summary"]
    assert views >= reach > reactions > 0
    assert 0 <= summary["total_count"] - reactions <= reactions // 4  # CARE is in no metric
    authors = {comment["author_id"] for comment in api.state("comments")}
    assert reach > len(authors) > 0
    assert "end_time" not in found["post_media_view"][0]


def test_figures_grow_and_do_not_shrink(api, post):
    before = values(api, post, "post_media_view")["post_media_view"][0]["value"]
    api.jump(days=2)
    assert values(api, post, "post_media_view")["post_media_view"][0]["value"] >= before


def test_days_end_at_midnight_in_california(api, server, post):
    series = values(api, server.page_id, "page_media_view", period="day")["page_media_view"]
    assert [value["end_time"] for value in series] == ["2026-11-25T08:00:00+0000", "2026-11-26T08:00:00+0000"]
    summer = server.world.now() - timedelta(days=120)
    params = {"since": str(int(summer.timestamp())), "until": str(int((summer + timedelta(days=2)).timestamp()))}
    old = values(api, server.page_id, "page_media_view", period="day", **params)["page_media_view"]
    assert {value["end_time"][11:] for value in old} == {"07:00:00+0000"}
    assert {value["value"] for value in old} == {0}


def test_days_add_up_to_the_post(api, server, post):
    api.jump(days=20)
    since = str(int((server.world.now() - timedelta(days=25)).timestamp()))
    series = values(api, server.page_id, "page_media_view", period="day", since=since)["page_media_view"]
    total = values(api, post, "post_media_view")["post_media_view"][0]["value"]
    assert sum(value["value"] for value in series) == total


def test_followers_are_the_same_as_a_field_and_as_a_metric(api, server, post):
    shown = api("GET", server.page_id, fields="followers_count,fan_count")
    api.jump(days=30)  # the talk is over: the last whole day is as it is now
    since = str(int((server.world.now() - timedelta(days=2)).timestamp()))
    series = values(api, server.page_id, "page_follows", period="day", since=since)["page_follows"]
    after = api("GET", server.page_id, fields="followers_count")["followers_count"]
    assert 4200 < shown["followers_count"] == shown["fan_count"] <= series[-1]["value"] == after


def test_next_never_ends(api, server, post):
    answer = api("GET", f"{server.page_id}/insights", metric="page_follows", period="day")
    assert {"previous", "next"} == set(answer["paging"])


def test_without_a_period_each_valid_one_is_given(api, server):
    answer = api("GET", f"{server.page_id}/insights", metric="page_media_view")
    assert [entry["period"] for entry in answer["data"]] == ["day", "week", "days_28"]


@pytest.mark.parametrize("metric", ["page_impressions", "page_fans", "page_engaged_users", "nonsense"])
def test_a_dead_metric_fails_the_whole_call(api, server, metric):
    answer = api("GET", f"{server.page_id}/insights", metric=f"page_follows,{metric}")
    assert (answer["http"], answer["error"]["code"]) == (400, 100)


def test_dead_metrics_of_posts_fail_too(api):
    assert api("GET", f"{api.post()}/insights", metric="post_impressions")["error"]["code"] == 100


def test_a_metric_must_be_named(api, server):
    error = api("GET", f"{server.page_id}/insights")["error"]
    assert (error["code"], error["error_subcode"]) == (3001, 1504028)
    assert api("GET", f"{server.page_id}/insights/page_follows")["data"][0]["name"] == "page_follows"


def test_without_read_insights_the_answer_is_empty_or_full(api, server):
    kept = ["pages_show_list", "pages_read_engagement"]
    api.desk("token", token=server.page_token, scopes=kept)
    assert api("GET", f"{server.page_id}/insights", metric="page_follows") == {"data": [], "http": 200}
    api.switch(insights_without_scope_empty=False)
    assert api("GET", f"{server.page_id}/insights", metric="page_follows", period="day")["data"]


def test_ninety_days_are_the_most(api, server):
    since = str(int((server.world.now() - timedelta(days=91)).timestamp()))
    assert api("GET", f"{server.page_id}/insights", metric="page_follows", since=since)["error"]["code"] == 100


@pytest.fixture
def media(api, site):
    api.switch(audience=True)
    media = api.media(site.picture())
    api.jump(days=3)
    return media


def test_media_figures_agree(api, media):
    found = values(api, media, "reach,views,likes,comments,saved,shares,total_interactions")
    number = {name: series[0]["value"] for name, series in found.items()}
    assert number["views"] >= number["reach"] > number["total_interactions"] > 0
    assert number["total_interactions"] == sum(number[name] for name in ("likes", "comments", "saved", "shares"))
    live = [comment for comment in api.state("comments") if not comment["deleted"]]
    assert number["comments"] == len(live)


def test_media_metrics_are_checked(api, media):
    assert api("GET", f"{media}/insights", metric="reach,plays")["error"]["code"] == 100
    assert api("GET", f"{media}/insights", metric="facebook_views")["error"]["error_subcode"] == 2207086
    assert api("GET", f"{media}/insights", metric="reach", breakdown="action_type")["error"]["code"] == 1


def test_an_account_is_asked_by_day_and_as_a_total(api, server, media):
    path = f"{server.ig_id}/insights"
    assert api("GET", path, metric="reach")["error"]["code"] == 100
    assert api("GET", path, metric="views", period="day")["error"]["message"].startswith("(#100) metric[0] must be")
    since = str(int((server.world.now() - timedelta(days=3)).timestamp()))
    total = api("GET", path, metric="views", period="day", metric_type="total_value", since=since)["data"][0]
    assert total["total_value"]["value"] == values(api, media, "views")["views"][0]["value"]
    series = api("GET", path, metric="reach", period="day", since=since)["data"][0]["values"]
    assert len(series) == 3
    early = str(int((server.world.now() - timedelta(days=31)).timestamp()))
    assert "30 days" in api("GET", path, metric="reach", period="day", since=early)["error"]["message"]


def test_a_breakdown_sums_to_its_total(api, server, media):
    params = {"metric": "reach", "period": "day", "metric_type": "total_value", "breakdown": "follow_type"}
    total = api("GET", f"{server.ig_id}/insights", **params)["data"][0]["total_value"]
    assert sum(result["value"] for result in total["breakdowns"][0]["results"]) == total["value"]


def test_follows_without_a_breakdown_are_a_skeleton(api, server):
    params = {"metric": "follows_and_unfollows", "period": "day", "metric_type": "total_value"}
    assert api("GET", f"{server.ig_id}/insights", **params)["data"][0]["total_value"] == {}


def test_account_insights_need_their_scope(api, server):
    api.desk("token", token=server.page_token, scopes=["instagram_basic"])
    assert api("GET", f"{server.ig_id}/insights", metric="reach", period="day")["error"]["code"] == 10
