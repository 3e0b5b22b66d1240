"""Instagram accounts: publishing what containers hold, and media (graph-api.md §5)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from outreach.sandbox import comments, pictures
from outreach.sandbox.call import PAGING, Call, Json, instagram_scope, key_of, stamp
from outreach.sandbox.fields import Field
from outreach.sandbox.insights import followers
from outreach.sandbox.nodes import OMIT, Show, pick, plain, render
from outreach.sandbox.objects import Account, Container, Media
from outreach.sandbox.refusals import gone, invalid, refuse

DAY = timedelta(hours=24)
MEDIA_MOST = 100
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def check_reader(call: Call, account: Account, *scopes: str) -> None:
    if not call.manages(account):
        raise gone(account.id, call.method)
    for scope in ("instagram_basic", *scopes):
        call.need(instagram_scope(call, scope), target=account.id, code=10)


def show_account(call: Call, account: Account) -> Json:
    call.only("fields")
    check_reader(call, account)
    return render(call, account, "IGUser", ACCOUNT_FIELDS, wanted=call.fields("id"))


def account_of(call: Call, node: Container | Media) -> Account:
    account = call.world.nodes[node.account_id]
    if not isinstance(account, Account) or not call.manages(account):
        raise gone(node.id, call.method)
    return account


# -- publishing -------------------------------------------------------------------------------------------------


def publish(call: Call, account: Account) -> Json:
    call.only("creation_id")
    check_reader(call, account, "instagram_content_publish")
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
    media = _media(call, container)
    media.children = children
    pictures.hand_on(world, children[0] if children else container.id, to=media.id)
    container.media_id = media.id
    account.published_at.append(call.now)
    world.add(media)
    world.make_visible(media, call.now)
    return media


def _child_media(call: Call, container: Any) -> Media:
    child = _media(call, container)
    child.is_child, container.media_id = True, child.id
    pictures.hand_on(call.world, container.id, to=child.id)
    call.world.add(child)
    return child


def _media(call: Call, container: Container) -> Media:
    """A reel, and any other video, reads back as VIDEO; only its product tells what it is."""
    world = call.world
    is_video = container.video_url is not None or container.upload is not None
    kind = "CAROUSEL_ALBUM" if container.children else "VIDEO" if is_video else "IMAGE"
    product = {"REELS": "REELS", "STORIES": "STORY"}.get(container.media_type, "FEED")
    shortcode = "".join(world.random.choice(ALPHABET) for _ in range(11))
    return Media(world.new_id("1791"), container.account_id, call.now, shortcode, kind, product,
                 container.caption, container.alt, container.image_url or container.video_url)  # fmt: skip


def quota_total(call: Call, account: Account) -> int:
    return call.world.switches.quota_total or account.quota_total


def quota_used(call: Call, account: Account, since: datetime | None = None) -> int:
    if call.fault("quota_full"):
        return quota_total(call, account)
    start = since or call.now - DAY
    return sum(at > start for at in account.published_at)


def publishing_limit(call: Call, account: Account) -> Json:
    call.only("fields", "since")
    check_reader(call, account, "instagram_content_publish")
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
    check_reader(call, account)
    since, until = call.moment("since"), call.moment("until")
    chosen = [
        media
        for media in call.world.media(account.id)
        if media.product != "STORY"
        and (since is None or media.created_at >= since)
        and (until is None or media.created_at <= until)
    ]
    wanted = call.fields("id")
    return call.listed(chosen, lambda media: render(call, media, "IGMedia", MEDIA_FIELDS, wanted=wanted), key=key_of,
                       most=MEDIA_MOST, newest_first=True)  # fmt: skip


def list_children(call: Call, media: Media) -> Json:
    call.only("fields")
    check_reader(call, account_of(call, media))
    wanted = call.fields("id")
    found = [call.world.nodes[child_id] for child_id in media.children]
    return {"data": [render(call, child, "IGMedia", MEDIA_FIELDS, wanted=wanted) for child in found]}


def list_stories(call: Call, account: Account) -> Json:
    """Those of the last 24 hours; `media` lists none."""
    call.only("fields", *PAGING)
    check_reader(call, account)
    wanted = call.fields("id")
    live = [m for m in call.world.media(account.id) if m.product == "STORY" and call.now - m.created_at < DAY]
    return call.listed(live, lambda media: render(call, media, "IGMedia", MEDIA_FIELDS, wanted=wanted), key=key_of,
                       most=MEDIA_MOST, newest_first=True)  # fmt: skip


def show_media(call: Call, media: Media) -> Json:
    call.only("fields")
    check_reader(call, account_of(call, media))
    return render(call, media, "IGMedia", MEDIA_FIELDS, wanted=call.fields("id"))


def change_media(call: Call, media: Media) -> Json:
    call.only("comment_enabled")
    check_reader(call, account_of(call, media), "instagram_manage_comments")
    call.required("comment_enabled")
    media.comment_enabled = call.flag("comment_enabled", default=True)
    return {"success": True}


def delete_media(call: Call, media: Media) -> Json:
    call.only()
    if call.instagram_host:
        raise refuse(-1, "Media deletion needs a Facebook Login", subcode=2207073)
    check_reader(call, account_of(call, media), "instagram_manage_contents")
    media.deleted = True
    return {"success": True, "deleted_id": media.id}


def _comments_count(call: Call, media: Media, _one: Field) -> Any:
    return comments.shown_count(call.world, call.world.comments.get(media.id, []))


def _likes(call: Call, media: Media, _one: Field) -> Any:
    return media.attention.reacted(call.now) if media.attention else 0


def _username(call: Call, media: Media, _one: Field) -> Any:
    return account_of(call, media).username


def _owner(call: Call, media: Media, one: Field) -> Any:
    account = account_of(call, media)
    return pick(one, {"id": account.id, "username": account.username}, ["id"], "IGUser")


def _children_field(call: Call, media: Media, one: Field) -> Any:
    return list_children(call.within(one), media) if media.children else OMIT


def _permalink(media: Media) -> str:
    place = {"REELS": "reel", "STORY": "stories"}.get(media.product, "p")
    return f"https://www.instagram.com/{place}/{media.shortcode}/"


MEDIA_FIELDS: dict[str, Show | None] = {
    **dict.fromkeys(("thumbnail_url", "media_audio_type", "reposts_count", "saved_count", "shares_count",
                     "total_like_count", "total_comments_count", "total_views_count", "collaborators",
                     "is_ai_generated")),
    "id": plain(lambda media: media.id),
    "caption": plain(lambda media: media.caption or None),
    "alt_text": plain(lambda media: media.alt or None),
    "media_type": plain(lambda media: media.media_type),
    "media_product_type": plain(lambda media: media.product),
    "media_url": pictures.media_url,
    "permalink": plain(_permalink),
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
    "followers_count": lambda call, account, _one: followers(call.world, account, call.world.now()),
    "follows_count": plain(lambda _account: 180),
    "media_count": lambda call, account, _one: len(call.world.media(account.id)),
    "account_type": plain(lambda _account: "BUSINESS"),
    "media": lambda call, account, one: list_media(call.within(one), account),
}
