"""Posts and photos of a Page, as graph-api.md §4 says."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from tests.integration.sandbox.conftest import picture


def test_a_prepared_post_is_invisible_until_it_is_released(api, server):
    post = api("POST", f"{server.page_id}/feed", message="غدا", published="false")["id"]
    assert api("GET", post, fields="is_published")["is_published"] is False
    assert api("GET", post, token=server.user_token)["error"]["error_subcode"] == 33
    assert api("GET", f"{server.page_id}/published_posts")["data"] == []
    assert [found["id"] for found in api("GET", f"{server.page_id}/feed")["data"]] == [post]


def test_releasing_twice_gives_success_and_one_post(api, server):
    post = api("POST", f"{server.page_id}/feed", message="غدا", published="false")["id"]
    assert api("POST", post, is_published="true") == {"success": True, "http": 200}
    assert api("POST", post, is_published="true") == {"success": True, "http": 200}
    assert [found["visible"] for found in api.state("posts")] == [True]


def test_a_published_post_cannot_be_unpublished(api):
    assert api("POST", api.post(), is_published="false")["error"]["code"] == 100


@pytest.mark.parametrize("spelling", ["True", "False", "yes", ""])
def test_a_boolean_is_spelt_as_meta_spells_it(api, server, spelling):
    answer = api("POST", f"{server.page_id}/feed", message="x", published=spelling)
    assert (answer["http"], answer["error"]["code"]) == (400, 100)
    assert "must be a boolean" in answer["error"]["message"]


@pytest.mark.parametrize("spelling", ["false", "0"])
def test_false_has_two_spellings(api, server, spelling):
    post = api("POST", f"{server.page_id}/feed", message="x", published=spelling)["id"]
    assert api("GET", post, fields="is_published")["is_published"] is False


def test_a_post_needs_words_or_a_link(api, server):
    assert api("POST", f"{server.page_id}/feed")["error"]["code"] == 100


def test_unknown_parameters_and_fields_fail_the_call(api, server):
    assert "caption" in api("POST", f"{server.page_id}/feed", message="x", caption="y")["error"]["message"]
    answer = api("GET", api.post(), fields="id,mesage")
    assert (answer["http"], answer["error"]["code"]) == (400, 100)
    assert "nonexisting field (mesage)" in answer["error"]["message"]


def test_date_format_is_an_error_and_pretty_is_ignored(api):
    post = api.post()
    assert api("GET", post, date_format="U")["error"]["code"] == 100
    assert api("GET", post, pretty="1", debug="all")["id"] == post


def test_ids_are_strings_and_dates_have_no_colon(api, server):
    shown = api("GET", api.post(), fields="id,created_time,permalink_url,from,status_type")
    assert shown["id"].startswith(f"{server.page_id}_")
    assert shown["created_time"] == "2026-11-24T06:00:00+0000"
    assert shown["from"]["id"] == server.page_id


def test_the_same_words_twice_are_a_duplicate(api, server):
    api.post("اليوم")
    assert api("POST", f"{server.page_id}/feed", message="اليوم")["error"]["code"] == 506
    api.jump(hours=2)
    assert "id" in api("POST", f"{server.page_id}/feed", message="اليوم")


def test_a_person_cannot_post_as_the_page(api, server):
    answer = api("POST", f"{server.page_id}/feed", message="x", token=server.user_token)
    assert (answer["http"], answer["error"]["code"]) == (403, 200)


def test_a_token_without_the_scope_is_refused(api, server):
    api.desk("token", token=server.page_token, scopes=["pages_show_list", "pages_read_engagement"])
    answer = api("POST", f"{server.page_id}/feed", message="x")
    assert (answer["http"], answer["error"]["code"]) == (403, 200)
    assert api("GET", f"{server.page_id}/feed")["error"]["code"] == 10


def test_a_native_schedule_fires_on_the_clock(api, server):
    at = server.world.now() + timedelta(hours=3)
    params = {"published": "false", "scheduled_publish_time": str(int(at.timestamp()))}
    post = api("POST", f"{server.page_id}/feed", message="لاحقا", unpublished_content_type="SCHEDULED", **params)["id"]
    assert [found["id"] for found in api("GET", f"{server.page_id}/scheduled_posts")["data"]] == [post]
    assert api.jump(minutes=1)["next_event_at"] == at.isoformat()
    api.jump(hours=4)
    shown = api("GET", post, fields="is_published,created_time,scheduled_publish_time")
    assert shown["is_published"]
    assert shown["created_time"] == "2026-11-24T09:00:00+0000"
    assert "scheduled_publish_time" not in shown


@pytest.mark.parametrize(("minutes", "published"), [(9, "false"), (60 * 24 * 30 + 1, "false"), (60, "true")])
def test_a_schedule_outside_of_the_window_is_refused(api, server, minutes, published):
    at = server.world.now() + timedelta(minutes=minutes)
    answer = api(
        "POST", f"{server.page_id}/feed", message="x", published=published, scheduled_publish_time=at.isoformat()
    )
    assert answer["error"]["code"] == 100


def test_a_deleted_post_is_gone_for_good(api, server):
    post = api.post()
    assert api("DELETE", post)["success"]
    for method in ("GET", "DELETE"):
        error = api(method, post)["error"]
        assert (error["code"], error["error_subcode"]) == (100, 33)
    assert api("GET", f"{server.page_id}/posts")["data"] == []


def test_a_message_can_be_changed(api):
    post = api.post("قبل")
    api("POST", post, message="بعد")
    assert api("GET", post, fields="message")["message"] == "بعد"


def test_pages_of_a_list_end_when_next_is_missing(api, server):
    posts = []
    for number in range(5):
        posts.append(api.post(f"منشور {number}"))
        api.jump(minutes=1)
    seen, after = [], {}
    for _ in range(3):
        answer = api("GET", f"{server.page_id}/posts", limit="2", **after)
        seen += [found["id"] for found in answer["data"]]
        after = {"after": answer["paging"]["cursors"]["after"]}
    assert seen == posts[::-1]
    assert "next" not in answer["paging"]


def test_next_carries_the_token_in_clear(api, server):
    api.post("أ")
    api.post("ب")
    assert server.page_token in api("GET", f"{server.page_id}/posts", limit="1")["paging"]["next"]


def test_more_than_a_hundred_posts_a_page_are_refused(api, server):
    assert api("GET", f"{server.page_id}/feed", limit="101")["error"]["code"] == 100


def test_since_and_until_cut_the_list(api, server):
    early = api.post("أ")
    cut = server.world.now() + timedelta(minutes=5)
    api.jump(minutes=10)
    late = api.post("ب")
    assert [p["id"] for p in api("GET", f"{server.page_id}/posts", since=cut.isoformat())["data"]] == [late]
    assert [p["id"] for p in api("GET", f"{server.page_id}/posts", until=str(int(cut.timestamp())))["data"]] == [early]


# -- photos


def upload(api, server, **params):
    files = {"source": ("a.jpg", params.pop("data", picture()), "image/jpeg")}
    return api("POST", f"{server.page_id}/photos", files=files, **params)


def test_photos_are_attached_in_order(api, server):
    photos = [upload(api, server, published="false", alt_text_custom=f"صورة {n}")["id"] for n in range(3)]
    media = {f"attached_media[{n}]": json.dumps({"media_fbid": photo}) for n, photo in enumerate(photos)}
    post = api("POST", f"{server.page_id}/feed", message="ثلاث صور", published="false", **media)["id"]
    assert api.state("posts")[0]["photos"] == photos
    shown = api("GET", post, fields="attachments")["attachments"]["data"][0]["subattachments"]["data"]
    assert [one["target"]["id"] for one in shown] == photos
    assert api.state("photos")[1]["alt"] == "صورة 1"


def test_a_photo_belongs_to_one_post(api, server):
    photo = upload(api, server, published="false")["id"]
    media = json.dumps([{"media_fbid": photo}])
    api("POST", f"{server.page_id}/feed", message="أ", attached_media=media)
    assert api("POST", f"{server.page_id}/feed", message="ب", attached_media=media)["error"]["code"] == 100
    assert api("DELETE", photo)["error"]["error_subcode"] == 33


@pytest.mark.parametrize("media", ["media_fbid", '["1"]', '[{"media_fbid":1}]', '{"media_fbid":"1"}'])
def test_attached_media_is_json_with_ids_as_strings(api, server, media):
    assert api("POST", f"{server.page_id}/feed", message="x", attached_media=media)["error"]["code"] == 100


def test_a_published_photo_is_a_post(api, server):
    answer = upload(api, server, caption="نص")
    assert api("GET", answer["post_id"], fields="message,is_published")["message"] == "نص"


def test_an_unattached_photo_vanishes_after_a_day(api, server):
    photo = upload(api, server, published="false")["id"]
    assert api("GET", photo, fields="width")["width"] == 400
    api.jump(hours=25)
    assert api("GET", photo)["error"]["error_subcode"] == 33


def test_what_is_no_picture_is_refused(api, server):
    assert upload(api, server, data=b"no picture")["error"]["code"] == 324
    assert upload(api, server, data=picture()[:200])["error"]["code"] == 324
    assert api("POST", f"{server.page_id}/photos", published="false")["error"]["code"] == 324


def test_a_photo_may_be_named_by_its_address(api, server, site):
    answer = api("POST", f"{server.page_id}/photos", url=site.picture(), published="false")
    assert api("GET", answer["id"])["http"] == 200
    assert api("POST", f"{server.page_id}/photos", url=site.url + "/nothing")["error"]["code"] == 324


def test_a_temporary_photo_has_no_schedule_of_its_own(api, server):
    at = (server.world.now() + timedelta(hours=1)).isoformat()
    answer = upload(api, server, published="false", temporary="true", scheduled_publish_time=at)
    assert answer["error"]["code"] == 100
