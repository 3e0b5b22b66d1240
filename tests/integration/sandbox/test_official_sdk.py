"""Clients that we did not write, against the sandbox: Meta's own `facebook-business`, and plain `facebook-sdk`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import facebook
import pytest
from facebook_business.adobjects.comment import Comment
from facebook_business.adobjects.igcomment import IGComment
from facebook_business.adobjects.igmedia import IGMedia
from facebook_business.adobjects.iguser import IGUser
from facebook_business.adobjects.page import Page
from facebook_business.adobjects.pagepost import PagePost
from facebook_business.adobjects.photo import Photo
from facebook_business.adobjects.user import User
from facebook_business.api import FacebookAdsApi
from facebook_business.exceptions import FacebookRequestError
from facebook_business.session import FacebookSession

from outreach.sandbox.server import SandboxServer
from tests.integration.sandbox.conftest import Api, Site, picture

#: the SDK's own table of fields and types is behind Meta's, and says so
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:facebook_business")
TEXT = "شنو يعني إلكم مكان آمن؟ احچولنا"


def sdk(server: SandboxServer, token: str) -> FacebookAdsApi:
    """The SDK as its users make it, with nothing changed but the host."""
    session = FacebookSession(server.app_id, server.app_secret, token)
    session.GRAPH = server.base_url
    session.requests.verify = True  # its own certificate file is for https
    return FacebookAdsApi(session, api_version="v26.0")


@pytest.fixture
def api_of_page(server: SandboxServer) -> Iterator[FacebookAdsApi]:
    made = sdk(server, server.page_token)
    yield made
    made._session.requests.close()


@pytest.fixture
def page(server: SandboxServer, api_of_page: FacebookAdsApi) -> Page:
    return Page(server.page_id, api=api_of_page)


@pytest.fixture
def account(server: SandboxServer, api_of_page: FacebookAdsApi) -> IGUser:
    return IGUser(server.ig_id, api=api_of_page)


@pytest.fixture
def image(tmp_path: Path) -> str:
    path = tmp_path / "card.jpg"
    path.write_bytes(picture())
    return str(path)


@pytest.fixture
def image_url(site: Site) -> str:
    return site.picture()


def publish(account: IGUser, image_url: str, **values: Any) -> IGMedia:
    container = account.create_media(params={"image_url": image_url, **values})
    done = account.create_media_publish(params={"creation_id": container["id"]})
    return IGMedia(done["id"], api=account.get_api())


# -- people and Pages ---------------------------------------------------------------------------------------------


def test_a_persons_pages_come_with_tokens_tasks_and_accounts(server: SandboxServer) -> None:
    me = User("me", api=sdk(server, server.user_token))
    (page,) = me.get_accounts(fields=["id", "name", "access_token", "tasks", "instagram_business_account"])
    assert page["id"] == server.page_id
    assert "CREATE_CONTENT" in page["tasks"]
    assert page["instagram_business_account"]["id"] == server.ig_id


def test_a_page_shows_its_fields(page: Page) -> None:
    found = page.api_get(fields=["name", "followers_count", "link"])
    assert found["followers_count"] > 100
    assert found["name"]


# -- publishing ---------------------------------------------------------------------------------------------------


def test_text_is_published_read_changed_and_deleted(page: Page) -> None:
    made = page.create_feed(params={"message": TEXT})
    post = PagePost(made["id"], api=page.get_api())
    assert post.api_get(fields=["message", "is_published"])["message"] == TEXT
    post.api_update(params={"message": TEXT + " 2"})
    assert [each["message"] for each in page.get_published_posts(fields=["message"])] == [TEXT + " 2"]
    post.api_delete()
    assert list(page.get_published_posts(fields=["message"])) == []
    with pytest.raises(FacebookRequestError) as caught:
        post.api_get(fields=["message"])
    assert (caught.value.api_error_code(), caught.value.api_error_subcode()) == (100, 33)


def test_a_photo_is_uploaded_by_file_and_several_make_one_post(page: Page, image: str) -> None:
    photos = [page.create_photo(params={"published": False, "filename": image}) for _ in range(2)]
    attached = [{"media_fbid": photo["id"]} for photo in photos]
    made = page.create_feed(params={"message": TEXT, "attached_media": attached})
    found = PagePost(made["id"], api=page.get_api()).api_get(fields=["attachments", "message"])
    parts = found["attachments"]["data"][0]["subattachments"]["data"]
    assert {part["target"]["id"] for part in parts} == {photo["id"] for photo in photos}
    assert Photo(photos[0]["id"], api=page.get_api()).api_get(fields=["id"])["id"] == photos[0]["id"]


def test_a_scheduled_post_is_listed_and_goes_out_at_its_time(api: Api, page: Page) -> None:
    at = int((api.server.world.now() + timedelta(hours=2)).timestamp())
    page.create_feed(params={"message": TEXT, "published": False, "scheduled_publish_time": at})
    (waiting,) = page.get_scheduled_posts(fields=["message", "scheduled_publish_time"])
    assert waiting["scheduled_publish_time"] == at
    assert list(page.get_published_posts(fields=["id"])) == []
    api.jump(hours=2, minutes=1)
    assert [each["message"] for each in page.get_published_posts(fields=["message"])] == [TEXT]


def test_an_image_is_published_on_instagram(account: IGUser, image_url: str) -> None:
    media = publish(account, image_url, caption=TEXT, alt_text="بطاقة")
    found = media.api_get(fields=["caption", "media_type", "permalink", "timestamp"])
    assert (found["caption"], found["media_type"]) == (TEXT, "IMAGE")
    assert [each["id"] for each in account.get_media(fields=["id"])] == [media["id"]]
    (limit,) = account.get_content_publishing_limit(fields=["quota_usage", "config"])
    assert limit["quota_usage"] == 1


def test_a_carousel_is_published_on_instagram(account: IGUser, image_url: str) -> None:
    children = [account.create_media(params={"image_url": image_url, "is_carousel_item": True})["id"] for _ in range(3)]
    whole = account.create_media(params={"media_type": "CAROUSEL", "children": children, "caption": TEXT})
    done = account.create_media_publish(params={"creation_id": whole["id"]})
    found = IGMedia(done["id"], api=account.get_api()).api_get(fields=["media_type", "children"])
    assert found["media_type"] == "CAROUSEL_ALBUM"
    assert len(found["children"]["data"]) == 3


# -- comments -----------------------------------------------------------------------------------------------------


def test_comments_of_a_post_are_read_answered_hidden_and_deleted(api: Api, page: Page) -> None:
    post = PagePost(api.post(TEXT), api=page.get_api())
    said = api.comment(post["id"], "عاشت ايدكم")
    (found,) = post.get_comments(fields=["message", "is_hidden", "can_hide"], params={"filter": "stream"})
    assert (found["id"], found["message"], found["is_hidden"]) == (said, "عاشت ايدكم", False)
    comment = Comment(said, api=page.get_api())
    answer = comment.create_comment(params={"message": "هلا بيچ"})
    assert [each["id"] for each in comment.get_comments(fields=["id"])] == [answer["id"]]
    comment.api_update(params={"is_hidden": True})
    assert comment.api_get(fields=["is_hidden"])["is_hidden"] is True
    comment.api_delete()
    with pytest.raises(FacebookRequestError) as caught:
        comment.api_get(fields=["message"])
    assert caught.value.api_error_code() == 100


def test_many_comments_come_page_by_page(api: Api, page: Page) -> None:
    post = PagePost(api.post(TEXT), api=page.get_api())
    said = {api.comment(post["id"], f"تعليق {number}") for number in range(60)}
    cursor = post.get_comments(fields=["id"], params={"filter": "stream", "limit": 25})
    assert {each["id"] for each in cursor} == said


def test_comments_on_instagram_are_read_answered_hidden_and_deleted(api: Api, account: IGUser, image_url: str) -> None:
    media = publish(account, image_url, caption=TEXT)
    said = api.comment(media["id"], "كلش حلو")
    (found,) = media.get_comments(fields=["text", "hidden", "username"])
    assert (found["id"], found["text"], found["hidden"]) == (said, "كلش حلو", False)
    comment = IGComment(said, api=account.get_api())
    answer = comment.create_reply(params={"message": "شكرا"})
    assert [each["id"] for each in comment.get_replies(fields=["id"])] == [answer["id"]]
    comment.api_update(params={"hide": True})
    assert comment.api_get(fields=["hidden"])["hidden"] is True
    comment.api_delete()
    assert list(media.get_comments(fields=["id"])) == []


# -- insights -----------------------------------------------------------------------------------------------------


def test_insights_of_page_post_media_and_account(api: Api, page: Page, account: IGUser, image_url: str) -> None:
    api.switch(audience=True)
    post = PagePost(api.post(TEXT), api=page.get_api())
    media = publish(account, image_url)
    api.jump(days=3)
    (views,) = post.get_insights(params={"metric": "post_media_view"})
    assert views["values"][0]["value"] > 0
    days = page.get_insights(params={"metric": "page_media_view", "period": "day"})
    assert [each["name"] for each in days[:1]] == ["page_media_view"]
    (reach,) = media.get_insights(params={"metric": ["reach"]})
    assert reach["values"][0]["value"] > 0
    (total,) = account.get_insights(params={"metric": ["views"], "period": "day", "metric_type": "total_value"})
    assert total["total_value"]["value"] >= 0


# -- errors, batches, other versions --------------------------------------------------------------------------------


def test_a_retired_metric_is_the_error_that_meta_gives(page: Page) -> None:
    with pytest.raises(FacebookRequestError) as caught:
        page.get_insights(params={"metric": "page_impressions", "period": "day"})
    assert caught.value.api_error_code() == 100
    assert "valid insights metric" in caught.value.api_error_message()


@pytest.mark.parametrize("subcode", [458, 459, 460, 463, 464, 467, 492])
def test_a_dead_token_is_190_with_its_subcode(api: Api, page: Page, subcode: int) -> None:
    api.desk("faults", kind="token_event", subcode=subcode)
    with pytest.raises(FacebookRequestError) as caught:
        page.api_get(fields=["name"])
    assert (caught.value.api_error_code(), caught.value.api_error_subcode()) == (190, subcode)


def test_a_throttle_is_told_as_transient_with_its_code(api: Api, page: Page) -> None:
    api.desk("faults", kind="error", error={"code": 80001, "message": "There have been too many calls"}, status=400)
    with pytest.raises(FacebookRequestError) as caught:
        page.api_get(fields=["name"])
    assert caught.value.api_error_code() == 80001


def test_several_calls_go_in_one_batch(page: Page) -> None:
    batch = page.get_api().new_batch()
    done: list[Any] = []
    refused: list[Any] = []
    for message in ("واحد", "اثنين"):
        page.create_feed(params={"message": message}, batch=batch, success=done.append, failure=refused.append)
    PagePost(f"{page['id']}_404", api=page.get_api()).api_get(
        fields=["id"], batch=batch, success=done.append, failure=refused.append
    )
    batch.execute()
    assert len(done) == 2
    assert [each.error().api_error_code() for each in refused] == [100]
    assert {each["message"] for each in page.get_published_posts(fields=["message"])} == {"واحد", "اثنين"}


def test_plain_facebook_sdk_works_when_its_version_is_set(server: SandboxServer) -> None:
    graph = facebook.GraphAPI(server.page_token)
    graph.version = "v26.0"
    graph.session.close()
    facebook.FACEBOOK_GRAPH_URL, kept = f"{server.base_url}/", facebook.FACEBOOK_GRAPH_URL
    try:
        made = graph.put_object(server.page_id, "feed", message=TEXT)
        assert graph.get_object(made["id"], fields="message")["message"] == TEXT
        answer = graph.put_comment(made["id"], "تعليق")
        assert [each["id"] for each in graph.get_connections(made["id"], "comments")["data"]] == [answer["id"]]
        assert graph.put_photo(picture(), f"{server.page_id}/photos", published="false")["id"]
        graph.delete_object(made["id"])
        with pytest.raises(facebook.GraphAPIError) as caught:
            graph.get_object(made["id"])
        assert caught.value.code == 100
    finally:
        facebook.FACEBOOK_GRAPH_URL = kept
        graph.session.close()


def test_the_clock_of_the_sandbox_is_what_its_answers_tell(api: Api, page: Page) -> None:
    post = PagePost(api.post(TEXT), api=page.get_api())
    told = datetime.strptime(post.api_get(fields=["created_time"])["created_time"], "%Y-%m-%dT%H:%M:%S%z")
    assert abs(told.astimezone(UTC) - api.server.world.now()) < timedelta(seconds=2)
