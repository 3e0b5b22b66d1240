"""The switchboard: every fault strikes where, as often and as it is told to."""

from __future__ import annotations

import json

import pytest
import requests

from outreach.sandbox.faults import KINDS


def feed(api, server, message="x"):
    return api.raw("POST", f"{server.page_id}/feed", message=message)


@pytest.mark.parametrize(("kind", "posts"), [("reset_before", 0), ("reset_after", 1)])
def test_a_reset_closes_the_connection_before_or_after_the_deed(api, server, kind, posts):
    api.desk("faults", kind=kind, match={"method": "POST", "path_regex": "/feed$"})
    with pytest.raises(requests.ConnectionError):
        feed(api, server)
    assert len(api.state("posts")) == posts
    assert feed(api, server, "y").ok


@pytest.mark.parametrize(("kind", "status"), [("500_after", 500), ("400_after", 400)])
def test_an_error_may_come_after_the_deed(api, server, kind, status):
    api.desk("faults", kind=kind)
    answer = feed(api, server)
    assert (answer.status_code, "error" in answer.json()) == (status, True)
    assert len(api.state("posts")) == 1


def test_an_html_page_stands_in_for_an_answer(api, server):
    api.desk("faults", kind="html500")
    answer = feed(api, server)
    assert (answer.status_code, answer.headers["content-type"]) == (500, "text/html; charset=utf-8")
    assert api.state("posts") == []


def test_the_right_answer_may_have_the_wrong_type(api, server):
    api.desk("faults", kind="text_javascript")
    answer = feed(api, server)
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "id" in answer.json()


def test_a_given_error_has_status_headers_and_subcode(api, server):
    error = {"code": 80001, "error_subcode": 7, "message": "(#80001) Too many", "is_transient": True}
    usage = '{"1":[{"estimated_time_to_regain_access":5}]}'
    api.desk("faults", kind="error", error=error, status=429, headers={"X-Business-Use-Case-Usage": usage})
    answer = feed(api, server)
    assert answer.status_code == 429
    assert answer.headers["x-business-use-case-usage"] == usage
    shown = answer.json()["error"]
    assert (shown["code"], shown["error_subcode"], shown["is_transient"]) == (80001, 7, True)
    assert api.state("posts") == []


def test_a_fault_strikes_so_many_times_after_so_many_calls(api, server):
    api.desk("faults", kind="error", code=2, match={"method": "GET"}, skip=1, times=2)
    assert ["error" in api("GET", server.page_id) for _ in range(5)] == [False, True, True, False, False]


def test_a_fault_may_be_for_ever_by_chance_or_for_one_token(api, server):
    api.desk("faults", kind="error", code=2, times=None, match={"token": server.user_token})
    assert ["error" in api("GET", server.page_id, token=server.user_token) for _ in range(4)] == [True] * 4
    assert api("GET", server.page_id)["http"] == 200
    requests.delete(f"{server.base_url}/_sandbox/faults", timeout=5)
    api.desk("faults", kind="error", code=2, probability=0.5)
    struck = ["error" in api("GET", server.page_id) for _ in range(40)]
    assert 5 < sum(struck) < 35


def test_faults_are_listed_and_cleared(api, server):
    first = api.desk("faults", kind="html500")["id"]
    api.desk("faults", kind="slow", seconds=0)
    listed = requests.get(f"{server.base_url}/_sandbox/faults", timeout=5).json()["faults"]
    assert [fault["kind"] for fault in listed] == ["html500", "slow"]
    requests.delete(f"{server.base_url}/_sandbox/faults", json={"id": first}, timeout=5)
    assert api.desk("faults", kind="slow", seconds=0)["kind"] == "slow"
    requests.delete(f"{server.base_url}/_sandbox/faults", timeout=5)
    assert requests.get(f"{server.base_url}/_sandbox/faults", timeout=5).json() == {"faults": []}


def test_an_unknown_fault_is_refused(server):
    answer = requests.post(f"{server.base_url}/_sandbox/faults", json={"kind": "flood"}, timeout=5)
    assert (answer.status_code, answer.json()["error"]) == (400, "sandbox.unknown_fault")


@pytest.mark.parametrize(("kind", "code", "subcode"), [("hide_refused", 200, None), ("comment_gone", 100, 33)])
def test_a_hide_may_be_refused_or_come_too_late(api, kind, code, subcode):
    post = api.post()
    comment = api.comment(post)
    api.desk("faults", kind=kind)
    assert api("POST", post, is_published="true")["success"]  # posts are not meant
    error = api("POST", comment, is_hidden="true")["error"]
    assert (error["code"], error.get("error_subcode")) == (code, subcode)
    assert api("POST", comment, is_hidden="true")["success"]


@pytest.mark.parametrize("subcode", [458, 459, 460, 463, 464, 467, 492, None])
def test_any_token_event_can_be_played(api, server, subcode):
    api.desk("faults", kind="token_event", subcode=subcode)
    error = api("GET", server.page_id)["error"]
    assert (error["code"], error.get("error_subcode")) == (190, subcode)


def test_lists_may_come_back_empty(api, server):
    api.desk("faults", kind="accounts_empty")
    assert api("GET", "me/accounts", token=server.user_token)["data"] == []
    api.desk("faults", kind="no_read_insights")
    assert api("GET", f"{server.page_id}/insights", metric="page_follows")["data"] == []


@pytest.mark.parametrize(
    ("kind", "status"),
    [("container_stuck", "IN_PROGRESS"), ("container_error", "ERROR"), ("container_expired", "EXPIRED")],
)
def test_a_container_may_go_wrong(api, server, site, kind, status):
    api.desk("faults", kind=kind, subcode=2207003)
    container = api("POST", f"{server.ig_id}/media", image_url=site.picture())["id"]
    shown = api("GET", container, fields="status_code,status")
    assert shown["status_code"] == status
    assert "error" in api("POST", f"{server.ig_id}/media_publish", creation_id=container)
    assert ("2207003" in shown["status"]) is (kind == "container_error")


def test_the_quota_may_be_full(api, server, site):
    container = api("POST", f"{server.ig_id}/media", image_url=site.picture())["id"]
    api.desk("faults", kind="quota_full", times=2)
    assert api("GET", f"{server.ig_id}/content_publishing_limit")["data"] == [{"quota_usage": 50}]
    assert api("POST", f"{server.ig_id}/media_publish", creation_id=container)["error"]["error_subcode"] == 2207042


@pytest.mark.parametrize(("kind", "subcode"), [("media_unreachable", 2207052), ("media_timeout", 2207003)])
def test_a_media_host_may_be_down(api, server, site, kind, subcode):
    api.desk("faults", kind=kind)
    assert api("POST", f"{server.ig_id}/media", image_url=site.picture())["error"]["error_subcode"] == subcode


def test_a_private_reply_may_have_been_sent_by_somebody_else(api, server):
    comment = api.comment(api.post())
    api.desk("faults", kind="private_reply_used")
    params = {"recipient": f'{{"comment_id":"{comment}"}}', "message": '{"text":"x"}'}
    assert api("POST", f"{server.page_id}/messages", **params)["error"]["code"] == 10900


def test_every_kind_is_explained():
    assert all(KINDS.values())


@pytest.mark.parametrize(("kind", "posts"), [("reset_before", 0), ("reset_after", 1)])
def test_a_whole_batch_may_be_lost(api, server, kind, posts):
    api.desk("faults", kind=kind, match={"method": "POST", "path_regex": "^/$"})
    item = {"method": "POST", "relative_url": f"{server.page_id}/feed", "body": "message=x"}
    with pytest.raises(requests.ConnectionError):
        api.raw("POST", "", batch=json.dumps([item]))
    assert len(api.state("posts")) == posts


def test_a_fault_without_a_path_strikes_the_items_of_a_batch(api, server):
    api.desk("faults", kind="error", code=2, status=500)
    items = [{"method": "GET", "relative_url": server.page_id}] * 2
    assert [answer["code"] for answer in api("POST", "", batch=json.dumps(items))] == [500, 200]
