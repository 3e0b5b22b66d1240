"""Subscriptions and deliveries, as graph-api.md §10 says."""

from __future__ import annotations

import hashlib
import hmac
import json
from urllib.parse import parse_qs, urlsplit

import pytest

from outreach.sandbox.delivery import deliver


@pytest.fixture
def hooked(api, server, site):
    api.desk("webhooks", callback_url=site.url + "/hook")
    return api.post()


def settled(server, site):
    """What has arrived, once the outbox is empty."""
    deliver(server.world)
    return [json.loads(body) for _, body in site.got]


def comment_changes(server, site):
    changes = [change for body in settled(server, site) for change in body["entry"][0].get("changes", [])]
    return [change["value"] for change in changes if change["value"].get("item", "comment") == "comment"]


def test_a_subscription_proves_the_callback_first(api, server, site):
    app_token = f"{server.app_id}|{server.app_secret}"

    def challenge(path):
        query = parse_qs(urlsplit(path).query)
        return query["hub.challenge"][0].encode() if query["hub.verify_token"] == ["geheim"] else b"no"

    url = site.put("/hook", challenge)
    order = {"object": "page", "callback_url": url, "fields": "feed"}
    wrong = api("POST", f"{server.app_id}/subscriptions", token=app_token, verify_token="x", **order)
    assert wrong["error"]["code"] == 2200
    right = api("POST", f"{server.app_id}/subscriptions", token=app_token, verify_token="geheim", **order)
    assert right["success"]
    listed = api("GET", f"{server.app_id}/subscriptions", token=app_token)["data"]
    assert [one["callback_url"] for one in listed] == [url]


def test_a_page_is_subscribed_listed_and_removed(api, server):
    path = f"{server.page_id}/subscribed_apps"
    assert api("POST", path, subscribed_fields="feed,mention")["success"]
    assert api("GET", path)["data"][0]["subscribed_fields"] == ["feed", "mention"]
    assert api("POST", path, subscribed_fields="nonsense")["error"]["code"] == 100
    api("DELETE", path)
    assert api("GET", path)["data"] == []


def test_a_comment_arrives_signed_over_the_raw_bytes(api, server, site, hooked):
    api.comment(hooked, "شكرا / تمام")
    settled(server, site)
    headers, raw = site.got[-1]
    expected = hmac.new(server.app_secret.encode(), raw, hashlib.sha256).hexdigest()
    assert headers["x-hub-signature-256"] == f"sha256={expected}"
    assert raw.isascii()
    assert b"\\u0634" in raw
    assert b"\\/" in raw
    value = json.loads(raw)["entry"][0]["changes"][0]["value"]
    assert (value["item"], value["verb"], value["message"]) == ("comment", "add", "شكرا / تمام")
    assert value["parent_id"] == value["post_id"] == hooked


def test_facebook_tells_of_edits_hides_and_removals(api, server, site, hooked):
    comment = api.comment(hooked)
    api.desk("comment", id=comment, text="بعد التعديل")
    api("POST", comment, is_hidden="true")
    api("POST", comment, is_hidden="true")
    api("POST", comment, is_hidden="false")
    api("DELETE", comment)
    verbs = [value["verb"] for value in comment_changes(server, site)]
    assert verbs == ["add", "edited", "hide", "unhide", "remove"]


def test_instagram_tells_of_new_comments_only(api, server, site):
    api.desk("webhooks", callback_url=site.url + "/hook")
    media = api.media(site.picture())
    comment = api.comment(media, "هلا")
    reply = api.comment(media, "رد", reply_to=comment)
    api.desk("comment", id=comment, text="x")
    api("POST", comment, hide="true")
    api("DELETE", comment)
    values = comment_changes(server, site)
    assert [(value["id"], value.get("parent_id")) for value in values] == [(comment, None), (reply, comment)]
    assert values[0]["media"]["id"] == media


def test_the_other_instagram_envelope_can_be_chosen(api, server, site):
    api.switch(webhook_instagram_flat=True)
    api.desk("webhooks", callback_url=site.url + "/hook")
    api.comment(api.media(site.picture()), "هلا")
    entry = settled(server, site)[-1]["entry"][0]
    assert (entry["field"], entry["value"]["text"]) == ("comments", "هلا")


def test_the_page_s_own_reply_echoes(api, server, site, hooked):
    api("POST", f"{api.comment(hooked)}/comments", message="أهلا")
    assert comment_changes(server, site)[-1]["from"]["id"] == server.page_id


def test_nothing_is_sent_to_who_is_not_subscribed(api, server, site):
    api.comment(api.post())
    assert settled(server, site) == []


def test_the_audience_is_heard_during_the_jump(api, server, site):
    api.desk("webhooks", callback_url=site.url + "/hook")
    api.switch(audience=True)
    post = api.post()
    api.jump(days=2)
    told = [json.loads(body)["entry"][0]["changes"][0]["value"] for _, body in site.got]
    added = [value["comment_id"] for value in told if value["verb"] == "add" and value["item"] == "comment"]
    assert added == [comment["id"] for comment in api.state("comments") if comment["object_id"] == post]


@pytest.mark.parametrize(("kind", "count"), [("webhook_lose", 0), ("webhook_duplicate", 2)])
def test_a_delivery_may_be_lost_or_doubled(api, server, site, hooked, kind, count):
    settled(server, site)
    site.got.clear()
    api.desk("faults", kind=kind)
    api.comment(hooked)
    assert len(settled(server, site)) == count


def test_deliveries_may_come_in_any_order(api, server, site):
    api.desk("webhooks", callback_url=site.url + "/hook")
    api.desk("faults", kind="webhook_reorder")
    with server.world.lock:
        server.world.update({"n": 1}, topic="page", owner_id=server.page_id, field_name="feed")
        server.world.update({"n": 2}, topic="page", owner_id=server.page_id, field_name="feed")
    values = [body["entry"][0]["changes"][0]["value"]["n"] for body in settled(server, site)]
    assert values == [2, 1]


def test_a_signature_may_be_wrong(api, server, site, hooked):
    settled(server, site)
    api.desk("faults", kind="webhook_bad_signature")
    api.comment(hooked)
    settled(server, site)
    headers, raw = site.got[-1]
    expected = hmac.new(server.app_secret.encode(), raw, hashlib.sha256).hexdigest()
    assert headers["x-hub-signature-256"] != f"sha256={expected}"


def test_updates_may_be_batched(api, server, site):
    api.desk("webhooks", callback_url=site.url + "/hook")
    api.switch(webhook_batch=1000)
    with server.world.lock:
        for number in range(1200):
            server.world.update({"n": number}, topic="page", owner_id=server.page_id, field_name="feed")
    assert [len(body["entry"]) for body in settled(server, site)] == [1000, 200]


def test_a_failed_delivery_is_tried_again_at_once_and_later_on(api, server, site, hooked):
    settled(server, site)
    site.got.clear()
    site.statuses += [500, 500, 500]
    api.comment(hooked)
    assert len(settled(server, site)) == 2
    api.jump(minutes=1)
    assert len(site.got) == 3
    api.jump(minutes=10)
    assert len({body for _, body in site.got}) == 1
    assert len(site.got) == 4
    api.jump(days=2)
    assert len(site.got) == 4


def test_a_dead_subscriber_is_given_up_after_36_hours(api, server, site, hooked):
    settled(server, site)
    api.desk("webhooks", callback_url="http://127.0.0.1:9/hook")
    api.comment(hooked)
    api.jump(days=3)
    tries = [one for one in server.world.deliveries if one.status == 0]
    assert len(tries) == 10
    assert server.world.next_event_at() is None
