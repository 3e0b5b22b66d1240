"""Instagram accounts: containers, publishing, media (graph-api.md §5)."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from typing import Any

from outreach.errors import MetaError
from outreach.sandbox import comments
from outreach.sandbox.call import PAGING, Call, Json, instagram_scope, key_of, stamp
from outreach.sandbox.fetching import instagram_problem
from outreach.sandbox.fields import Field
from outreach.sandbox.nodes import OMIT, Show, pick, plain, render
from outreach.sandbox.refusals import gone, invalid, must_be, refuse
from outreach.sandbox.world import Account, Container, Media, World

CAPTION_MOST, HASHTAGS_MOST, MENTIONS_MOST, ALT_MOST = 2200, 30, 20, 1000
CONTAINERS_MOST = 400
CHILDREN_LEAST, CHILDREN_MOST = 2, 10
DAY = timedelta(hours=24)
MEDIA_MOST = 100
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def _reader(call: Call, account: Account, *scopes: str) -> None:
    if not call.manages(account):
        raise gone(account.id, call.method)
    for scope in ("instagram_basic", *scopes):
        call.need(instagram_scope(call, scope), target=account.id, code=10)


def show_account(call: Call, account: Account) -> Json:
    call.only("fields")
    _reader(call, account)
    return render(call, account, "IGUser", ACCOUNT_FIELDS, wanted=call.fields("id"))


def create_container(call: Call, account: Account) -> Json:
    call.only("image_url", "caption", "alt_text", "media_type", "children", "is_carousel_item", "user_tags",
              "location_id", "collaborators", "is_ai_generated")  # fmt: skip
    _reader(call, account, "instagram_content_publish")
    _count_container(call, account)
    kind = call.text("media_type", "IMAGE")
    if kind not in ("IMAGE", "CAROUSEL"):
        raise invalid("The sandbox publishes images and carousels: media_type must be one of {IMAGE, CAROUSEL}")
    _check_caption(call)
    container = _carousel(call, account) if kind == "CAROUSEL" else _image(call, account)
    _misbehave(call, container)
    call.world.add(container)
    _plan_states(call.world, container)
    return {"id": container.id}


def _count_container(call: Call, account: Account) -> None:
    account.containers_at = [at for at in account.containers_at if call.now - at < DAY]
    if len(account.containers_at) >= CONTAINERS_MOST:
        raise refuse(9, "(#9) Application request limit reached: 400 containers in 24 hours", subcode=2207042)
    account.containers_at.append(call.now)


def _check_caption(call: Call) -> None:
    caption = call.text("caption")
    too_much = (
        len(caption) > CAPTION_MOST
        or len(re.findall(r"#\w+", caption)) > HASHTAGS_MOST
        or len(re.findall(r"@[\w.]+", caption)) > MENTIONS_MOST
    )
    if too_much:
        raise refuse(36004, "The submitted caption is too long or has too many tags.", subcode=2207010,
                     error_user_title="Caption too long", is_transient=False)  # fmt: skip
    if len(call.text("alt_text")) > ALT_MOST:
        raise must_be("alt_text", f"at most {ALT_MOST} characters long")


def _image(call: Call, account: Account) -> Container:
    is_item = call.flag("is_carousel_item", default=False)
    if is_item and "caption" in call.params:
        raise invalid("A carousel item has no caption of its own")
    url = call.required("image_url")
    if not url.isascii():
        raise invalid("image_url must be US-ASCII")
    problem = instagram_problem(call.fetched["image_url"])
    later = call.world.switches.container_seconds > 0
    if problem is not None and not later:
        raise problem
    return _container(call, account, "IMAGE", image_url=url, is_item=is_item, problem=problem)


def _carousel(call: Call, account: Account) -> Container:
    children = _children(call)
    if not CHILDREN_LEAST <= len(children) <= CHILDREN_MOST or len(set(children)) < len(children):
        raise refuse(100, "(#100) A carousel has 2 to 10 children", subcode=2207028)
    for child_id in children:
        child = call.world.find(child_id)
        if not isinstance(child, Container) or child.account_id != account.id or not child.is_item:
            raise refuse(100, f"(#100) {child_id} is no carousel item of this account", subcode=2207028)
        if child.status(call.now) != "FINISHED":
            raise refuse(9007, "Media ID is not available: a child is not ready", subcode=2207027)
    if "alt_text" in call.params or "image_url" in call.params:
        raise invalid("A carousel takes alt_text and image_url on its items only")
    return _container(call, account, "CAROUSEL", children=tuple(children))


def _children(call: Call) -> list[str]:
    text = call.required("children")
    try:
        found = json.loads(text) if text.startswith("[") else text.split(",")
    except ValueError:
        raise must_be("children", "a JSON array or a list with commas") from None
    if any(not isinstance(child, str) for child in found):
        raise must_be("children", "ids as strings")
    return [child.strip() for child in found]


def _container(
    call: Call, account: Account, kind: str, *, image_url: str | None = None, children: tuple[str, ...] = (),
    is_item: bool = False, problem: MetaError | None = None,
) -> Container:  # fmt: skip
    wait = timedelta(seconds=call.world.switches.container_seconds)
    return Container(call.world.new_id("179"), account.id, call.now, kind, call.text("caption"), call.text("alt_text"),
                     image_url, children, is_item, ready_at=call.now + wait,
                     error_subcode=problem.subcode if problem else None)  # fmt: skip


def _misbehave(call: Call, container: Container) -> None:
    if call.fault("container_stuck"):
        container.ready_at = None
    if call.fault("container_expired"):
        container.expired = True
    if failing := call.fault("container_error"):
        container.error_subcode = int(failing.details.get("subcode", 2207053))


def _plan_states(world: World, container: Container) -> None:
    """Status is read off the clock; the events only tell a stepping clock when to look again."""
    if container.ready_at and container.ready_at > container.created_at:
        world.plan(container.ready_at, _nothing)


def _nothing(_at: datetime) -> None:
    return


def show_container(call: Call, container: Container) -> Json:
    call.only("fields")
    _reader(call, _account_of(call, container))
    return render(call, container, "ShadowIGMediaBuilder", CONTAINER_FIELDS, wanted=call.fields("id"))


def _account_of(call: Call, node: Container | Media) -> Account:
    account = call.world.nodes[node.account_id]
    if not isinstance(account, Account) or not call.manages(account):
        raise gone(node.id, call.method)
    return account


def _status_words(call: Call, container: Container) -> str:
    code = container.status(call.now)
    return {
        "ERROR": f"Error: Media upload has failed with error code {container.error_subcode}",
        "EXPIRED": "Expired: Media was not published within 24 hours and has expired",
        "FINISHED": "Finished: Media has been uploaded and it is ready to be published.",
        "IN_PROGRESS": "In Progress: Media is still being processed.",
        "PUBLISHED": "Published: Media has been successfully published.",
    }[code]


CONTAINER_FIELDS: dict[str, Show | None] = {
    "id": plain(lambda container: container.id),
    "status_code": lambda call, container, _one: container.status(call.now),
    "status": lambda call, container, _one: _status_words(call, container),
    "video_status": None,
    "copyright_check_status": None,
}


# -- publishing -------------------------------------------------------------------------------------------------


def publish(call: Call, account: Account) -> Json:
    call.only("creation_id")
    _reader(call, account, "instagram_content_publish")
    container = call.world.find(call.required("creation_id"))
    if not isinstance(container, Container) or container.account_id != account.id:
        raise refuse(24, "The requested resource does not exist", subcode=2207006, status=400)
    published = _published_already(call, container)
    if published:
        return {"id": published}
    _check_ready(call, container)
    if quota_used(call, account) >= quota_total(call, account):
        raise refuse(9, "(#9) Application request limit reached", subcode=2207042,
                     error_user_title="Publishing limit reached")  # fmt: skip
    return {"id": _publish_container(call, account, container).id}


def _published_already(call: Call, container: Container) -> str | None:
    if container.media_id and call.world.switches.republish_is_error:
        raise refuse(100, "(#100) The container has been published already", subcode=2207006)
    return container.media_id


def _check_ready(call: Call, container: Container) -> None:
    status = container.status(call.now)
    if container.is_item:
        raise invalid("A carousel item cannot be published by itself")
    if status == "EXPIRED":
        raise refuse(-2, "The media container has expired", subcode=2207020)
    if status == "ERROR":
        raise refuse(24, "The media builder could not be found", subcode=2207008)
    if status != "FINISHED":
        raise refuse(9007, "Media ID is not available", subcode=2207027,
                     error_user_msg="The media is not ready for publishing, please wait for a moment")  # fmt: skip


def _publish_container(call: Call, account: Account, container: Container) -> Media:
    world = call.world
    children = tuple(_child_media(call, world.nodes[child_id]).id for child_id in container.children)
    media = _media(call, container, "CAROUSEL_ALBUM" if children else "IMAGE")
    media.children = children
    container.media_id = media.id
    account.published_at.append(call.now)
    world.add(media)
    world.make_visible(media, call.now)
    return media


def _child_media(call: Call, container: Any) -> Media:
    child = _media(call, container, "IMAGE")
    child.is_child, container.media_id = True, child.id
    call.world.add(child)
    return child


def _media(call: Call, container: Container, kind: str) -> Media:
    world = call.world
    shortcode = "".join(world.random.choice(ALPHABET) for _ in range(11))
    return Media(world.new_id("1791"), container.account_id, call.now, shortcode, kind, container.caption,
                 container.alt, container.image_url)  # fmt: skip


def quota_total(call: Call, account: Account) -> int:
    return call.world.switches.quota_total or account.quota_total


def quota_used(call: Call, account: Account, since: datetime | None = None) -> int:
    if call.fault("quota_full"):
        return quota_total(call, account)
    start = since or call.now - DAY
    return sum(at > start for at in account.published_at)


def publishing_limit(call: Call, account: Account) -> Json:
    call.only("fields", "since")
    _reader(call, account, "instagram_content_publish")
    since = call.moment("since")
    if since and call.now - since > DAY:
        raise invalid("since must be within the last 24 hours")
    values: Json = {
        "quota_usage": quota_used(call, account, since),
        "config": {"quota_total": quota_total(call, account), "quota_duration": int(DAY.total_seconds())},
    }
    return {"data": [pick(Field("limit", inner=call.fields("quota_usage")), values, [], "IGContentPublishingLimit")]}


# -- media ------------------------------------------------------------------------------------------------------


def list_media(call: Call, account: Account) -> Json:
    call.only("fields", "since", "until", *PAGING)
    _reader(call, account)
    since, until = call.moment("since"), call.moment("until")
    chosen = [
        media
        for media in call.world.media(account.id)
        if (since is None or media.created_at >= since) and (until is None or media.created_at <= until)
    ]
    wanted = call.fields("id")
    return call.listed(chosen, lambda media: render(call, media, "IGMedia", MEDIA_FIELDS, wanted=wanted), key=key_of,
                       most=MEDIA_MOST, newest_first=True)  # fmt: skip


def list_children(call: Call, media: Media) -> Json:
    call.only("fields")
    _reader(call, _account_of(call, media))
    wanted = call.fields("id")
    found = [call.world.nodes[child_id] for child_id in media.children]
    return {"data": [render(call, child, "IGMedia", MEDIA_FIELDS, wanted=wanted) for child in found]}


def list_stories(call: Call, account: Account) -> Json:
    """The sandbox publishes no stories, so none is ever live."""
    call.only("fields", *PAGING)
    _reader(call, account)
    return {"data": []}


def show_media(call: Call, media: Media) -> Json:
    call.only("fields")
    _reader(call, _account_of(call, media))
    return render(call, media, "IGMedia", MEDIA_FIELDS, wanted=call.fields("id"))


def change_media(call: Call, media: Media) -> Json:
    call.only("comment_enabled")
    _reader(call, _account_of(call, media), "instagram_manage_comments")
    call.required("comment_enabled")
    media.comment_enabled = call.flag("comment_enabled", default=True)
    return {"success": True}


def delete_media(call: Call, media: Media) -> Json:
    call.only()
    if call.instagram_host:
        raise refuse(-1, "Media deletion needs a Facebook Login", subcode=2207073)
    _reader(call, _account_of(call, media), "instagram_manage_contents")
    media.deleted = True
    return {"success": True, "deleted_id": media.id}


def _comments_count(call: Call, media: Media, _one: Field) -> Any:
    return comments.shown_count(call.world, call.world.comments.get(media.id, []))


def _likes(call: Call, media: Media, _one: Field) -> Any:
    return media.attention.reacted(call.now) if media.attention else 0


def _username(call: Call, media: Media, _one: Field) -> Any:
    return _account_of(call, media).username


def _owner(call: Call, media: Media, one: Field) -> Any:
    account = _account_of(call, media)
    return pick(one, {"id": account.id, "username": account.username}, ["id"], "IGUser")


def _children_field(call: Call, media: Media, one: Field) -> Any:
    return list_children(call.within(one), media) if media.children else OMIT


MEDIA_FIELDS: dict[str, Show | None] = {
    **dict.fromkeys(("thumbnail_url", "media_audio_type", "reposts_count", "saved_count", "shares_count",
                     "total_like_count", "total_comments_count", "total_views_count", "collaborators",
                     "is_ai_generated")),
    "id": plain(lambda media: media.id),
    "caption": plain(lambda media: media.caption or None),
    "alt_text": plain(lambda media: media.alt or None),
    "media_type": plain(lambda media: media.media_type),
    "media_product_type": plain(lambda _media: "FEED"),
    "media_url": plain(lambda media: media.image_url),
    "permalink": plain(lambda media: f"https://www.instagram.com/p/{media.shortcode}/"),
    "shortcode": plain(lambda media: media.shortcode),
    "timestamp": plain(lambda media: stamp(media.created_at)),
    "is_comment_enabled": plain(lambda media: media.comment_enabled),
    "is_shared_to_feed": None,
    "username": _username,
    "owner": _owner,
    "comments_count": _comments_count,
    "like_count": _likes,
    "children": _children_field,
    "comments": lambda call, media, one: comments.list_instagram(call.within(one), media),
}  # fmt: skip

ACCOUNT_FIELDS: dict[str, Show | None] = {
    **dict.fromkeys(("biography", "profile_picture_url", "website", "ig_id", "has_profile_pic")),
    "id": plain(lambda account: account.id),
    "user_id": plain(lambda account: account.id),
    "username": plain(lambda account: account.username),
    "name": plain(lambda account: account.name),
    "followers_count": plain(lambda account: account.followers),
    "follows_count": plain(lambda _account: 180),
    "media_count": lambda call, account, _one: len(call.world.media(account.id)),
    "account_type": plain(lambda _account: "BUSINESS"),
    "media": lambda call, account, one: list_media(call.within(one), account),
}
