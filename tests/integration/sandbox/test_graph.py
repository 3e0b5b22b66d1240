"""Versions, encodings, batches, many ids, headers and error bodies, as graph-api.md §2, §7 and §8 say."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests


@pytest.mark.parametrize(
    ("prefix", "served"), [("/v26.0/", "v26.0"), ("/v21.0/", "v21.0"), ("/v19.0/", "v21.0"), ("/", "v26.0")]
)
def test_an_expired_version_is_served_by_the_oldest_usable(api, server, prefix, served):
    answer = api.raw("GET", server.page_id, prefix=prefix)
    assert answer.headers["facebook-api-version"] == served
    assert answer.headers["content-type"] == "application/json; charset=UTF-8"


def test_a_version_of_the_future_is_unknown(api, server):
    answer = api("GET", server.page_id, prefix="/v99.0/")
    assert (answer["http"], answer["error"]["code"]) == (400, 2500)


def test_an_error_has_its_four_keys_and_its_trace(api):
    answer = api.raw("GET", "123")
    error = answer.json()["error"]
    assert {"message", "type", "code", "fbtrace_id", "error_subcode"} == set(error)
    assert error["fbtrace_id"] == answer.headers["x-fb-trace-id"]
    assert (error["code"], error["error_subcode"], error["type"]) == (100, 33, "GraphMethodException")


@pytest.mark.parametrize("path", ["nothing/at/all", "110000000000001/nothing", "110000000000001/albums"])
def test_an_unknown_path_is_refused(api, path):
    for method in ("GET", "POST", "DELETE"):
        assert api(method, path)["error"]["code"] == 100


@pytest.mark.parametrize("fields", ["id,", "id{", "id}", "from{id", ",", "a b"])
def test_bad_field_lists_are_a_syntax_error(api, server, fields):
    assert api("GET", server.page_id, fields=fields)["error"]["code"] == 2500


def test_a_body_may_be_json_a_form_or_the_query(api, server):
    url = f"{server.base_url}/v26.0/{server.page_id}/feed"
    headers = {"Authorization": f"Bearer {server.page_token}"}
    bodies = [{"json": {"message": "أ", "published": False}}, {"data": {"message": "ب", "published": "false"}},
              {"params": {"message": "ج", "published": "false"}},
              {"files": {"message": (None, "د"), "published": (None, "false")}}]  # fmt: skip
    for body in bodies:
        assert requests.post(url, headers=headers, timeout=5, **body).ok
    assert [post["text"] for post in api.state("posts")] == ["أ", "ب", "ج", "د"]
    assert requests.post(url, headers=headers, json=[1], timeout=5).status_code == 400


def test_a_token_may_stand_in_the_query_or_the_form(api, server):
    assert api("GET", server.page_id, token=None, access_token=server.page_token)["id"] == server.page_id
    answer = api("POST", f"{server.page_id}/feed", token=None, access_token=server.page_token, message="x")
    assert answer["http"] == 200


def test_answers_escape_what_is_not_ascii(api):
    raw = api.raw("GET", api.post("مرحبا/")).content
    assert raw.isascii()
    assert b"\\/" in raw


def test_many_ids_are_an_object_and_one_bad_id_fails_all(api):
    first, second = api.post("أ"), api.post("ب")
    found = api("GET", "", ids=f"{first},{second}", fields="message")
    assert (found[first]["message"], found[second]["message"]) == ("أ", "ب")
    assert api("GET", "", ids=f"{first},123")["error"]["error_subcode"] == 33
    assert api("GET", "", ids=",".join(["1"] * 51))["error"]["code"] == 100


def batch(api, items):
    return api("POST", "", batch=json.dumps(items))


def test_a_batch_answers_in_order(api, server):
    items = [
        {"method": "GET", "relative_url": f"{server.page_id}?fields=name"},
        {"method": "POST", "relative_url": f"v26.0/{server.page_id}/feed", "body": "message=hello&published=false"},
        {"method": "GET", "relative_url": "123"},
    ]
    answers = batch(api, items)
    assert [answer["code"] for answer in answers] == [200, 200, 400]
    assert json.loads(answers[0]["body"])["id"] == server.page_id
    assert json.loads(answers[2]["body"])["error"]["code"] == 100
    assert {"name", "value"} == set(answers[0]["headers"][0])


def test_a_batch_has_fifty_items_at_most(api, server):
    assert len(batch(api, [{"method": "GET", "relative_url": server.page_id}] * 50)) == 50
    assert batch(api, [{"method": "GET", "relative_url": server.page_id}] * 51)["error"]["code"] == 100
    assert batch(api, {})["error"]["code"] == 100


@pytest.mark.parametrize("done", [False, True])
def test_an_item_of_a_batch_may_be_null_done_or_not(api, server, done):
    api.desk("faults", kind="batch_null", match={"path_regex": "/feed$"}, done=done)
    items = [{"method": "GET", "relative_url": server.page_id},
             {"method": "POST", "relative_url": f"{server.page_id}/feed", "body": "message=x"}]  # fmt: skip
    assert batch(api, items)[1] is None
    assert len(api.state("posts")) == int(done)


def test_usage_headers_come_after_some_calls(api, server):
    assert "x-business-use-case-usage" not in api.raw("GET", server.page_id).headers
    for _ in range(6):
        answer = api.raw("GET", server.page_id)
    usage = json.loads(answer.headers["x-business-use-case-usage"])[server.page_id][0]
    assert usage["type"] == "pages"
    assert set(usage) >= {"call_count", "total_time", "total_cputime", "estimated_time_to_regain_access"}
    for _ in range(6):
        answer = api.raw("GET", "me", token=server.user_token)
    assert set(json.loads(answer.headers["x-app-usage"])) == {"call_count", "total_time", "total_cputime"}


def test_calls_run_out_and_come_back(api, server):
    api.switch(page_calls=3)
    for _ in range(3):
        assert api("GET", server.page_id)["http"] == 200
    answer = api("GET", server.page_id)
    assert (answer["http"], answer["error"]["code"]) == (403, 80001)
    assert api("GET", server.ig_id)["http"] == 200
    api.jump(hours=25)
    assert api("GET", server.page_id)["http"] == 200


def test_each_item_of_a_batch_counts(api, server):
    api.switch(page_calls=3)
    answers = batch(api, [{"method": "GET", "relative_url": server.page_id}] * 4)
    assert [answer["code"] for answer in answers] == [200, 200, 200, 403]


def test_calls_from_many_threads_are_all_done_once(api, server):
    def write(number):
        return requests.post(
            f"{server.base_url}/{server.page_id}/feed",
            data={"message": str(number), "published": "false"},
            headers={"Authorization": f"Bearer {server.page_token}"},
            timeout=10,
        ).json()["id"]

    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(write, range(80)))
    assert len(set(ids)) == 80
    assert sorted(int(post["text"]) for post in api.state("posts")) == list(range(80))
