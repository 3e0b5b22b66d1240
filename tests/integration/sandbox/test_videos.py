"""Videos, reels and stories at the sandbox, in the phases and within the limits of graph-api.md §4 and §5."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.clips import clip
from tests.integration.sandbox.conftest import picture

SMALL = clip()


def upload(api: Any, host: str, node: str, data: bytes, *, offset: int = 0, size: int | None = None, **options: Any):
    headers = {"Authorization": f"{options.get('scheme', 'OAuth')} {api.server.page_token}", "offset": str(offset),
               "file_size": str(len(data) if size is None else size)}  # fmt: skip
    answer = requests.post(
        f"{api.server.base_url}/{host}/v26.0/{node}", headers=headers, data=data[offset:], timeout=10
    )
    return answer.json()


def status(api, video):
    return api("GET", video, fields="status")["status"]


@pytest.fixture
def videos(api, server):
    def post(edge: str, **params: Any) -> Any:
        return api("POST", f"{server.page_id}/{edge}", **params)

    return post


def transferred(videos: Any, data: bytes = SMALL) -> dict[str, Any]:
    started = videos("videos", upload_phase="start", file_size=len(data))
    start, end = int(started["start_offset"]), int(started["end_offset"])
    while start < end:
        part = videos("videos", upload_phase="transfer", upload_session_id=started["upload_session_id"],
                      start_offset=start, files={"video_file_chunk": data[start:end]})  # fmt: skip
        start, end = int(part["start_offset"]), int(part["end_offset"])
    return started


def test_a_video_of_the_feed_goes_through_start_transfer_and_finish(api, server, videos):
    api.switch(video_chunk_bytes=4000)
    started = transferred(videos)
    assert status(api, started["video_id"])["uploading_phase"] == {"status": "complete", "bytes_transfered": len(SMALL)}
    assert api.state("posts") == []
    done = videos("videos", upload_phase="finish", upload_session_id=started["upload_session_id"], description="فيديو")
    assert done["success"] is True
    shown = api("GET", started["video_id"], fields="post_id,permalink_url,published,length,status")
    assert (shown["published"], shown["length"]) == (True, 3.0)
    assert shown["status"]["publishing_phase"]["publish_status"] == "published"
    post = f"{server.page_id}_{shown['post_id']}"
    assert api("GET", post, fields="message,status_type,is_published")["status_type"] == "added_video"
    assert [one["id"] for one in api("GET", f"{server.page_id}/published_posts")["data"]] == [post]
    comment = api.comment(post, "شكرا")
    assert [one["id"] for one in api("GET", f"{started['video_id']}/comments")["data"]] == [comment]


def test_what_is_sent_out_of_order_is_refused(videos):
    started = videos("videos", upload_phase="start", file_size=len(SMALL))
    session = {"upload_session_id": started["upload_session_id"]}
    early = videos("videos", upload_phase="finish", **session)
    assert (early["error"]["code"], early["error"]["error_subcode"]) == (6000, 1363031)
    wrong = videos("videos", upload_phase="transfer", start_offset=5, files={"video_file_chunk": b"x"}, **session)
    assert wrong["error"]["error_data"] == {"start_offset": "0", "end_offset": str(len(SMALL))}
    much = videos(
        "videos", upload_phase="transfer", start_offset=0, files={"video_file_chunk": SMALL + b"x"}, **session
    )
    assert much["error"]["code"] == 100
    unknown = videos("videos", upload_phase="transfer", start_offset=0, upload_session_id="7")
    assert unknown["error"]["code"] == 6000
    assert videos("videos", upload_phase="begin")["error"]["code"] == 100


def test_a_finished_video_is_not_finished_again(videos, api):
    started = transferred(videos)
    finish = {"upload_phase": "finish", "upload_session_id": started["upload_session_id"]}
    assert videos("videos", **finish)["success"] is True
    assert videos("videos", **finish)["error"]["code"] == 100
    assert len(api.state("posts")) == 1


def test_a_cancelled_upload_is_gone(videos, api):
    started = transferred(videos)
    session = {"upload_session_id": started["upload_session_id"]}
    assert videos("videos", upload_phase="cancel", **session)["success"] is True
    assert api("GET", started["video_id"])["error"]["error_subcode"] == 33


def test_an_upload_expires_after_a_day(videos, api):
    started = transferred(videos)
    api.jump(hours=24)
    assert status(api, started["video_id"])["video_status"] == "expired"
    late = videos("videos", upload_phase="finish", upload_session_id=started["upload_session_id"])
    assert late["error"]["error_subcode"] == 1363030


@pytest.mark.parametrize(("data", "code"), [(b"x" * 500, 382), (b"x" * 5000, 6000), (SMALL[:6000], 6000)])
def test_what_is_no_video_is_refused(videos, data, code):
    started = transferred(videos, data)
    finished = videos("videos", upload_phase="finish", upload_session_id=started["upload_session_id"])
    assert finished["error"]["code"] == code


def test_processing_takes_its_time_and_may_fail(videos, api):
    api.switch(video_seconds=90.0)
    good, bad = transferred(videos), transferred(videos, b"x" * 5000)
    for started in (good, bad):
        videos("videos", upload_phase="finish", upload_session_id=started["upload_session_id"])
    assert status(api, good["video_id"])["video_status"] == "processing"
    assert [post["visible"] for post in api.state("posts")] == [False, False]
    api.jump(minutes=2)
    assert status(api, good["video_id"])["publishing_phase"]["status"] == "complete"
    failed = status(api, bad["video_id"])
    assert (failed["video_status"], failed["processing_phase"]["error"]["code"]) == ("error", 6000)
    assert [post["visible"] for post in api.state("posts")] == [True, False]


def test_a_video_in_one_call_by_file_or_address(videos, api, site):
    assert "id" in videos("videos", description="واحد", files={"source": SMALL})
    assert "id" in videos("videos", description="اثنان", file_url=site.put("/v.mp4", SMALL))
    assert videos("videos", file_url=site.url + "/none.mp4")["error"]["code"] == 389
    assert videos("videos")["error"]["code"] == 6000
    assert sorted(post["text"] for post in api.state("posts")) == ["اثنان", "واحد"]


def begun(videos: Any, edge: str = "video_reels") -> str:
    return str(videos(edge, upload_phase="start" if edge == "video_reels" else "START")["video_id"])


def test_a_reel_is_uploaded_then_finished(api, server, videos):
    started = videos("video_reels", upload_phase="start")
    video = started["video_id"]
    assert started["upload_url"] == f"{server.base_url}/video-upload/v26.0/{video}"
    finish = {"upload_phase": "finish", "video_id": video, "video_state": "PUBLISHED", "description": "ريل"}
    assert videos("video_reels", **finish)["error"]["error_subcode"] == 1363031
    assert upload(api, "video-upload", video, SMALL) == {"success": True}
    assert status(api, video)["video_status"] == "ready"
    assert {key: value for key, value in videos("video_reels", **finish).items() if key != "http"} == {"success": True}
    assert videos("video_reels", **finish)["error"]["code"] == 100
    (post,) = api.state("posts")
    assert (post["format"], post["visible"], post["text"]) == ("reel", True, "ريل")


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"size": (640, 640)}, 1363040),
        ({"size": (360, 640)}, 1363127),
        ({"seconds": 2}, 1363128),
        ({"fps": 15}, 1363129),
        ({"codec": "mpeg4"}, 6000),
    ],
)
def test_a_reel_outside_of_the_limits_ends_in_an_error(api, videos, options, code):
    video = begun(videos)
    upload(api, "video-upload", video, clip(**options))
    found = status(api, video)
    assert (found["video_status"], found["processing_phase"]["error"]["code"]) == ("error", code)
    finished = videos("video_reels", upload_phase="finish", video_id=video, video_state="PUBLISHED")
    assert finished["error"]["code"] == code


def test_bytes_arrive_from_the_offset_that_is_due(api, videos):
    video = begun(videos)
    half = len(SMALL) // 2
    part = upload(api, "video-upload", video, SMALL[:half], size=len(SMALL))
    assert part["debug_info"]["type"] == "PartialRequestError"
    assert status(api, video)["uploading_phase"]["bytes_transfered"] == half
    assert upload(api, "video-upload", video, SMALL)["debug_info"]["type"] == "OffsetInvalidError"
    assert upload(api, "video-upload", video, SMALL, offset=half) == {"success": True}
    again = upload(api, "video-upload", video, SMALL, offset=half)
    assert again["debug_info"]["type"] == "OffsetInvalidError"


def test_the_upload_host_wants_its_own_scheme(api, videos):
    refused = upload(api, "video-upload", begun(videos), SMALL, scheme="Bearer")
    assert refused["debug_info"]["type"] == "ProcessingFailedError"


def test_a_broken_connection_leaves_what_had_arrived(api, videos):
    video = begun(videos)
    api.desk("faults", kind="upload_cut", bytes=3000)
    with pytest.raises(requests.ConnectionError):
        upload(api, "video-upload", video, SMALL)
    assert status(api, video)["uploading_phase"]["bytes_transfered"] == 3000
    assert upload(api, "video-upload", video, SMALL, offset=3000) == {"success": True}


def test_thirty_reels_a_day_and_no_more(api, videos):
    api.switch(reels_a_day=1)
    for expected in (True, False):
        video = begun(videos)
        upload(api, "video-upload", video, SMALL)
        done = videos("video_reels", upload_phase="finish", video_id=video, video_state="PUBLISHED")
        assert ("success" in done) is expected
    assert done["error"]["code"] == 613


def test_stories_are_out_for_a_day_and_on_no_feed(api, server, videos):
    video = begun(videos, "video_stories")
    upload(api, "video-upload", video, SMALL)
    done = videos("video_stories", upload_phase="FINISH", video_id=video)
    photo = api("POST", f"{server.page_id}/photos", published="false", files={"source": picture()})["id"]
    shown = videos("photo_stories", photo_id=photo)
    assert [each["format"] for each in api.state("posts")] == ["story", "story"]
    assert api("GET", f"{server.page_id}/published_posts")["data"] == []
    live = api("GET", f"{server.page_id}/stories")["data"]
    assert [each["post_id"] for each in live] == [shown["post_id"], done["post_id"]]
    assert videos("photo_stories", photo_id=photo)["error"]["code"] == 100
    api.jump(hours=24)
    assert api("GET", f"{server.page_id}/stories")["data"] == []


def test_phases_are_spelled_as_each_edge_wants_them(videos):
    assert videos("video_stories", upload_phase="start")["error"]["code"] == 100
    assert videos("video_reels", upload_phase="START")["error"]["code"] == 100


@pytest.fixture
def make(api, server):
    return lambda **params: api("POST", f"{server.ig_id}/media", **params)


def published(api: Any, container: str) -> str:
    return str(api("POST", f"{api.server.ig_id}/media_publish", creation_id=container)["id"])


def test_a_reel_of_instagram_is_uploaded_into_its_container(api, server, make):
    container = make(media_type="REELS", upload_type="resumable", caption="ريل", thumb_offset=1000)
    assert container["uri"] == f"{server.base_url}/ig-api-upload/v26.0/{container['id']}"
    waiting = api("GET", container["id"], fields="status_code,video_status")
    assert (waiting["status_code"], waiting["video_status"]["uploading_phase"]["bytes_transferred"]) == (
        "IN_PROGRESS",
        0,
    )
    assert upload(api, "ig-api-upload", container["id"], SMALL)["message"] == "Upload successful."
    assert api("GET", container["id"], fields="status_code")["status_code"] == "FINISHED"
    media = published(api, container["id"])
    shown = api("GET", media, fields="media_type,media_product_type,caption,permalink")
    assert (shown["media_type"], shown["media_product_type"], shown["caption"]) == ("VIDEO", "REELS", "ريل")
    assert [one["id"] for one in api("GET", f"{server.ig_id}/media")["data"]] == [media]


def test_a_reel_may_be_fetched_from_an_address(api, site, make):
    container = make(media_type="REELS", video_url=site.put("/v.mp4", SMALL))["id"]
    assert published(api, container)
    missing = make(media_type="REELS", video_url=site.url + "/none.mp4")
    assert missing["error"]["error_subcode"] == 2207052


@pytest.mark.parametrize(
    ("options", "params", "subcode"),
    [
        ({"seconds": 2}, {}, 2207026),
        ({"codec": "mpeg4"}, {}, 2207026),
        ({"size": (1936, 1080)}, {}, 2207026),
        ({"rate": 96_000}, {}, 2207026),
        ({}, {"thumb_offset": 9000}, 2207057),
    ],
)
def test_a_video_that_instagram_does_not_take(api, make, options, params, subcode):
    container = make(media_type="REELS", upload_type="resumable", **params)["id"]
    upload(api, "ig-api-upload", container, clip(**options))
    found = api("GET", container, fields="status_code,status")
    assert (found["status_code"], str(subcode) in found["status"]) == ("ERROR", True)


def test_stories_of_instagram_have_no_words_and_are_on_no_list_of_media(api, server, site, make):
    image = published(api, make(media_type="STORIES", image_url=site.picture(size=(540, 960)))["id"])
    container = make(media_type="STORIES", upload_type="resumable")["id"]
    upload(api, "ig-api-upload", container, SMALL)
    video = published(api, container)
    assert api("GET", f"{server.ig_id}/media")["data"] == []
    assert [one["id"] for one in api("GET", f"{server.ig_id}/stories")["data"]] == [video, image]
    for name, value in (("caption", "نص"), ("alt_text", "وصف"), ("thumb_offset", "1")):
        assert make(media_type="STORIES", upload_type="resumable", **{name: value})["error"]["code"] == 100
    api.jump(hours=24)
    assert api("GET", f"{server.ig_id}/stories")["data"] == []


def test_resumable_uploads_need_a_facebook_login(api, server):
    refused = api("POST", f"{server.ig_id}/media", token=server.ig_token, prefix="/ig-graph/v26.0/",
                  media_type="REELS", upload_type="resumable")  # fmt: skip
    assert refused["error"]["code"] == 100


def test_a_story_takes_no_comments(api, server, site, make, videos):
    api.switch(audience=True, comments_per_post=40.0)
    media = published(api, make(media_type="STORIES", image_url=site.picture())["id"])
    photo = api("POST", f"{server.page_id}/photos", published="false", files={"source": picture()})["id"]
    post = f"{server.page_id}_{videos('photo_stories', photo_id=photo)['post_id']}"
    for item in (media, post):
        assert api("POST", f"{item}/comments", message="هلا")["error"]["code"] == 100
    api.jump(hours=20)
    assert api.state("comments") == []
