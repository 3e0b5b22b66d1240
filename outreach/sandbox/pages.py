"""Facebook Pages, and what is written to them: posts and photos (graph-api.md §4). `posts` says how they are read."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from outreach.sandbox import apps, posts
from outreach.sandbox.call import Call, Json
from outreach.sandbox.fields import Field
from outreach.sandbox.insights import followers
from outreach.sandbox.nodes import OMIT, Show, pick, plain, render
from outreach.sandbox.objects import Account, Page, Photo, Post, TokenKind
from outreach.sandbox.refusals import gone, invalid, must_be, refuse
from outreach.sandbox.uploads import Video
from outreach.sandbox.world import World

CONTENT_TYPES = ("SCHEDULED", "DRAFT", "PUBLISHED", "ADS_POST", "INLINE_CREATED", "PUBLISH_PENDING",
                 "SCHEDULED_RECURRING", "REVIEWABLE_BRANDED_CONTENT")  # fmt: skip
EARLIEST = timedelta(minutes=10)
MANY = 10  # photos of one post

PAGE_DEFAULT = "name,id"


def show_page(call: Call, page: Page) -> Json:
    call.only("fields")
    call.need("pages_show_list", target=page.id, code=10)
    return render(call, page, "Page", PAGE_FIELDS, wanted=call.fields(PAGE_DEFAULT))


def _page_token(call: Call, page: Page, _one: Field) -> Any:
    if not call.manages(page):
        return OMIT
    return page_token_of(call, page)


def page_token_of(call: Call, page: Page) -> Any:
    """The Page token that this caller's token stands for: the seeded one where the scopes are the same."""
    token = call.someone()
    if token.kind is TokenKind.PAGE:
        return token.value
    return call.world.page_token(page, token).value


def _linked_account(call: Call, page: Page, one: Field) -> Any:
    account = call.world.find(page.account_id or "")
    if not isinstance(account, Account):
        return OMIT
    values = {"id": account.id, "username": account.username, "name": account.name,
              "followers_count": followers(call.world, account, call.world.now())}  # fmt: skip
    return pick(one, values, ["id"], "ShadowIGUser")


PAGE_FIELDS: dict[str, Show | None] = {
    "id": plain(lambda page: page.id),
    "name": plain(lambda page: page.name),
    "access_token": _page_token,
    "category": plain(lambda page: page.category),
    "category_list": plain(lambda page: [{"id": "2603", "name": page.category}]),
    "tasks": plain(lambda page: list(page.tasks)),
    "instagram_business_account": _linked_account,
    "connected_instagram_account": _linked_account,
    "business": apps.business_of,
    "fan_count": lambda call, page, _one: followers(call.world, page, call.world.now()),
    "followers_count": lambda call, page, _one: followers(call.world, page, call.world.now()),
    "is_published": plain(lambda _page: True),
    "has_transitioned_to_new_page_experience": plain(lambda _page: True),
    "link": plain(lambda page: f"https://www.facebook.com/{page.id}"),
    "username": None,
    "about": None,
    "description": None,
    "website": None,
    "picture": None,
}


# -- posts ------------------------------------------------------------------------------------------------------


def create_post(call: Call, page: Page) -> Json:
    call.only("message", "link", "published", "scheduled_publish_time", "attached_media", "unpublished_content_type",
              "targeting", "feed_targeting", "place", "tags", "backdated_time")  # fmt: skip
    check_publisher(call, page)
    published = call.flag("published", default=True)
    photos = _attached(call, page)
    if not call.text("message") and not call.text("link") and not photos:
        raise invalid("The parameter message or link is required")
    scheduled_at = scheduled_time(call, published=published)
    _check_link(call)
    if published:
        _refuse_duplicate(call, page)
    post = Post(
        new_post_id(call.world, page),
        page.id,
        call.someone().app_id,
        call.now,
        call.text("message"),
        call.text("link") or None,
        tuple(photo.id for photo in photos),
    )
    place(call.world, post, photos, published=published, scheduled_at=scheduled_at)
    answer: Json = {"id": post.id}
    if call.world.switches.extra_keys:
        answer["post_supports_client_mutation_id"] = True
    return answer


def new_post_id(world: World, page: Page) -> str:
    return f"{page.id}_{world.new_id('122')}"


def check_publisher(call: Call, page: Page) -> None:
    if not call.manages(page):
        raise gone(page.id, "POST")
    call.need("pages_manage_posts", "pages_read_engagement", "pages_show_list", target=page.id)
    if not call.as_page(page.id):
        raise refuse(200, "(#200) Unpublished posts must be posted to a page as the page itself.", status=403)
    if "CREATE_CONTENT" not in page.tasks:
        raise refuse(200, "(#200) The user does not have the CREATE_CONTENT task on this Page.", status=403)


def _attached(call: Call, page: Page) -> list[Photo]:
    found = []
    for item in call.array("attached_media"):
        photo_id = item.get("media_fbid") if isinstance(item, dict) else None
        if not isinstance(photo_id, str):
            raise must_be("attached_media", "a list of objects with a media_fbid string")
        photo = call.world.find(photo_id)
        if not isinstance(photo, Photo) or photo.page_id != page.id:
            raise refuse(100, "(#100) Param attached_media has an invalid fbid", subcode=33)
        if photo.post_id or photo.published:
            raise invalid("Param attached_media: this photo is already part of a post")
        found.append(photo)
    if len(found) > MANY or len({photo.id for photo in found}) < len(found):
        raise must_be("attached_media", f"at most {MANY} different photos")
    return found


def scheduled_time(call: Call, *, published: bool) -> datetime | None:
    kind = call.params.get("unpublished_content_type")
    if kind is not None and kind not in CONTENT_TYPES:
        raise must_be("unpublished_content_type", f"one of {{{', '.join(CONTENT_TYPES)}}}")
    at = call.moment("scheduled_publish_time")
    if at is None:
        if kind == "SCHEDULED":
            raise invalid("The parameter scheduled_publish_time is required")
        return None
    if published:
        raise invalid("You can only schedule an unpublished post: published must be false")
    check_window(call, at)
    return at


def check_window(call: Call, at: datetime) -> None:
    latest = timedelta(days=call.world.switches.schedule_days)
    if not EARLIEST <= at - call.now <= latest:
        raise invalid("The specified scheduled publish time is invalid.")


def _check_link(call: Call) -> None:
    link = call.text("link")
    if link and not link.startswith(("http://", "https://")):
        raise refuse(1609005, "(#1609005) Error occurred while scraping the link", status=500)


def _refuse_duplicate(call: Call, page: Page) -> None:
    window = timedelta(minutes=call.world.switches.duplicate_minutes)
    same = (call.text("message"), call.text("link") or None)
    for post in posts.on_feed(call, page):
        if post.published_at and call.now - post.published_at < window and (post.message, post.link) == same:
            raise refuse(506, "(#506) Duplicate status message", error_user_title="Duplicate Status Update")


def place(world: World, post: Post, photos: list[Photo], *, published: bool, scheduled_at: datetime | None) -> None:
    for photo in photos:
        photo.post_id = post.id
    world.add(post)
    if published:
        world.make_visible(post, post.created_at)
    elif scheduled_at:
        schedule(world, post, scheduled_at)


def schedule(world: World, post: Post, at: datetime) -> None:
    post.scheduled_at = at
    world.plan(at, partial(_publish_scheduled, world, post, at))


def _publish_scheduled(world: World, post: Post, planned: datetime, at: datetime) -> None:
    if not post.deleted and not post.is_published and post.scheduled_at == planned:
        world.make_visible(post, at)


def change_post(call: Call, post: Post) -> Json:
    call.only("message", "is_published", "scheduled_publish_time", "is_hidden", "is_pinned", "attached_media")
    _owned(call, post)
    at = call.moment("scheduled_publish_time")
    if at is not None:
        if post.is_published:
            raise invalid("You cannot schedule a post that is published")
        check_window(call, at)
        schedule(call.world, post, at)
    if "message" in call.params:
        post.message, post.updated_at = call.required("message"), call.now
    if "is_hidden" in call.params:
        post.is_hidden = call.flag("is_hidden", default=False)
    if "is_published" in call.params:
        _set_published(call, post)
    return {"success": True}


def _set_published(call: Call, post: Post) -> None:
    if not call.flag("is_published", default=True):
        if post.is_published:
            raise invalid("A published post cannot be made unpublished")
    elif not post.is_published:
        call.world.make_visible(post, call.now)


def _owned(call: Call, post: Post) -> Page:
    posts.readable(call, post)
    page = call.world.nodes[post.page_id]
    if not isinstance(page, Page):
        raise gone(post.id, call.method)
    check_publisher(call, page)
    if post.app_id != call.someone().app_id:
        raise refuse(200, "(#200) The post was not created by this application", status=403)
    return page


def delete_post(call: Call, post: Post) -> Json:
    call.only()
    _owned(call, post)
    post.deleted = True
    for photo_id in post.photo_ids:
        photo = call.world.find(photo_id)
        if isinstance(photo, Photo):
            photo.deleted = True
    video = call.world.find(post.video_id or "")
    if isinstance(video, Video):
        video.deleted = True
    return {"success": True}
