"""Containers, publishing and media of an Instagram account, as graph-api.md §5 says."""

from __future__ import annotations

import json
import time

import pytest

from tests.integration.sandbox.conftest import picture


@pytest.fixture
def make(api, server):
    return lambda **params: api("POST", f"{server.ig_id}/media", **params)


@pytest.fixture
def publish(api, server):
    return lambda container: api("POST", f"{server.ig_id}/media_publish", creation_id=container)


def status(api, container):
    return api("GET", container, fields="status_code,status")["status_code"]


def test_an_image_goes_from_container_to_media(api, server, site, make, publish):
    container = make(image_url=site.picture(), caption="مساحة آمنة", alt_text="نساء في ورشة")["id"]
    assert status(api, container) == "FINISHED"
    assert api.state("media") == []
    media = publish(container)["id"]
    assert status(api, container) == "PUBLISHED"
    shown = api("GET", media, fields="caption,alt_text,media_type,media_product_type,permalink,username,timestamp")
    assert (shown["caption"], shown["alt_text"]) == ("مساحة آمنة", "نساء في ورشة")
    assert (shown["media_type"], shown["media_product_type"]) == ("IMAGE", "FEED")
    assert [one["id"] for one in api("GET", f"{server.ig_id}/media")["data"]] == [media]


def test_publishing_again_is_an_error_or_the_same_media(api, site, make, publish):
    container = make(image_url=site.picture())["id"]
    media = publish(container)["id"]
    assert publish(container)["error"]["code"] == 100
    api.switch(republish_is_error=False)
    assert publish(container)["id"] == media
    assert len(api.state("media")) == 1


def test_a_carousel_has_its_children_in_order(api, site, make, publish):
    items = [make(image_url=site.picture(), is_carousel_item="true", alt_text=str(n))["id"] for n in range(3)]
    media = publish(make(media_type="CAROUSEL", children=json.dumps(items), caption="ثلاث")["id"])["id"]
    shown = api("GET", media, fields="media_type,children{alt_text}")
    assert shown["media_type"] == "CAROUSEL_ALBUM"
    assert [child["alt_text"] for child in shown["children"]["data"]] == ["0", "1", "2"]
    assert [one["id"] for one in api.state("media")] == [media]


@pytest.mark.parametrize("count", [1, 11])
def test_a_carousel_has_two_to_ten_children(site, make, count):
    items = [make(image_url=site.picture(), is_carousel_item="true")["id"] for _ in range(count)]
    assert make(media_type="CAROUSEL", children=",".join(items))["error"]["error_subcode"] == 2207028


def test_a_carousel_item_is_not_published_by_itself(site, make, publish):
    item = make(image_url=site.picture(), is_carousel_item="true")["id"]
    assert publish(item)["error"]["code"] == 100


@pytest.mark.parametrize(
    ("options", "code", "subcode"),
    [
        ({"form": "PNG"}, 36001, 2207005),
        ({"size": (300, 400)}, 36003, 2207009),  # taller than 4:5
        ({"size": (400, 200)}, 36003, 2207009),  # wider than 1.91:1
    ],
)
def test_a_picture_that_instagram_does_not_take(site, make, options, code, subcode):
    error = make(image_url=site.picture(**options))["error"]
    assert (error["code"], error["error_subcode"]) == (code, subcode)


@pytest.mark.parametrize("size", [(320, 400), (400, 320), (382, 200)])
def test_the_limits_of_the_aspect_are_legal(site, make, size):
    assert "id" in make(image_url=site.picture(size=size))


def test_a_redirect_is_not_followed(site, make):
    site.picture()
    url = site.put("/moved.jpg", b"", status=302, location="/picture.jpg")
    assert make(image_url=url)["error"]["error_subcode"] == 2207052


def test_what_cannot_be_fetched_is_refused(site, make):
    missing = make(image_url=site.url + "/missing.jpg")["error"]
    closed = make(image_url="http://127.0.0.1:9/x.jpg")["error"]
    html = make(image_url=site.put("/page.jpg", b"<html>"))["error"]
    assert {missing["error_subcode"], closed["error_subcode"], html["error_subcode"]} == {2207052}


def test_a_slow_host_times_out(api, site, make):
    api.switch(fetch_seconds=0.05)

    def slowly(_path):
        time.sleep(0.2)
        return picture()

    error = make(image_url=site.put("/slow.jpg", slowly))["error"]
    assert (error["code"], error["error_subcode"]) == (-2, 2207003)


def test_a_container_may_take_its_time(api, server, site, make, publish):
    api.switch(container_seconds=90.0)
    container = make(image_url=site.picture())["id"]
    assert status(api, container) == "IN_PROGRESS"
    error = publish(container)["error"]
    assert (error["code"], error["error_subcode"]) == (9007, 2207027)
    coming = api.desk("clock")["next_event_at"]
    assert (coming > server.world.now().isoformat()) is True
    api.desk("clock", to=coming)
    assert status(api, container) == "FINISHED"


def test_a_slow_container_may_end_in_an_error(api, site, make, publish):
    api.switch(container_seconds=30.0)
    container = make(image_url=site.picture(form="PNG"))["id"]
    api.jump(minutes=1)
    shown = api("GET", container, fields="status_code,status")
    assert (shown["status_code"], "2207005" in shown["status"]) == ("ERROR", True)
    assert publish(container)["error"]["error_subcode"] == 2207008


def test_a_container_expires_after_a_day(api, site, make, publish):
    container = make(image_url=site.picture())["id"]
    api.jump(hours=24)
    assert status(api, container) == "EXPIRED"
    error = publish(container)["error"]
    assert (error["code"], error["error_subcode"]) == (-2, 2207020)


def test_the_quota_counts_what_was_published_in_a_day(api, server, site, make, publish):
    api.switch(quota_total=2)
    for _ in range(2):
        assert "id" in publish(make(image_url=site.picture())["id"])
    limit = api("GET", f"{server.ig_id}/content_publishing_limit", fields="quota_usage,config")["data"]
    assert limit == [{"quota_usage": 2, "config": {"quota_total": 2, "quota_duration": 86400}}]
    error = publish(make(image_url=site.picture())["id"])["error"]
    assert (error["code"], error["error_subcode"]) == (9, 2207042)
    api.jump(hours=25)
    assert "id" in publish(make(image_url=site.picture())["id"])


@pytest.mark.parametrize("caption", ["س" * 2201, "#وسم " * 31, "@someone " * 21])
def test_a_caption_has_limits(site, make, caption):
    assert make(image_url=site.picture(), caption=caption)["error"]["error_subcode"] == 2207010


def test_native_scheduling_does_not_exist(site, make):
    assert make(image_url=site.picture(), scheduled_publish_time="1800000000")["error"]["code"] == 100


def test_media_are_deleted_through_facebook_login_only(api, server, site):
    media = api.media(site.picture())
    refused = api("DELETE", media, token=server.ig_token, prefix="/ig-graph/v26.0/")
    assert refused["error"]["error_subcode"] == 2207073
    assert api("DELETE", media)["deleted_id"] == media
    assert api("GET", media)["error"]["error_subcode"] == 33


def test_instagram_login_works_on_its_own_host_alone(api, server):
    shown = api("GET", "me", token=server.ig_token, prefix="/ig-graph/v26.0/", fields="id,username")
    assert (shown["id"], shown["username"]) == (server.ig_id, server.channel.ig_username)
    assert api("GET", server.ig_id, token=server.ig_token)["error"]["code"] == 190
    assert api("GET", server.ig_id, prefix="/ig-graph/v26.0/")["error"]["code"] == 190


def test_media_of_another_account_do_not_exist(api, server, site):
    media = api.media(site.picture())
    server.world.accounts()[0].page_id = "1"
    assert api("GET", media)["error"]["error_subcode"] == 33
