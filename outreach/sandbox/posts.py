"""Posts of a Page as they are read: one post, its reactions, and the lists that it stands in (graph-api.md §4)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from outreach.sandbox import comments, pictures
from outreach.sandbox.call import PAGING, Call, Json, stamp, unix
from outreach.sandbox.fields import Field
from outreach.sandbox.insights import insights_field
from outreach.sandbox.nodes import OMIT, Show, plain, render
from outreach.sandbox.objects import Page, Post
from outreach.sandbox.refusals import gone

FEED_MOST = 100
POST_DEFAULT = "created_time,message,id"


def show_post(call: Call, post: Post) -> Json:
    call.only("fields")
    readable(call, post)
    return render(call, post, "PagePost", POST_FIELDS, wanted=call.fields(POST_DEFAULT))


def readable(call: Call, post: Post) -> None:
    page = call.world.nodes[post.page_id]
    if not isinstance(page, Page) or not call.manages(page):
        raise gone(post.id, call.method)
    if not post.is_published and not call.as_page(page.id):
        raise gone(post.id, call.method)
    call.need("pages_read_engagement", target=page.id, code=10)


def feed(call: Call, page: Page) -> Json:
    call.need("pages_read_user_content", target=page.id, code=10)
    return _list_posts(call, page, unpublished=True)


def published_posts(call: Call, page: Page) -> Json:
    return _list_posts(call, page, unpublished=False)


def scheduled_posts(call: Call, page: Page) -> Json:
    call.only("fields", *PAGING)
    check_reader(call, page)
    waiting = [post for post in on_feed(call, page) if post.scheduled_at and post.form != "reel"]
    return _shown(call, waiting)


def on_feed(call: Call, page: Page) -> list[Post]:
    return [post for post in call.world.posts(page.id) if post.form != "story"]


def check_reader(call: Call, page: Page) -> None:
    if not call.manages(page):
        raise gone(page.id)
    call.need("pages_read_engagement", target=page.id, code=10)


def _list_posts(call: Call, page: Page, *, unpublished: bool) -> Json:
    call.only("fields", "since", "until", "include_hidden", "show_expired", "with", *PAGING)
    check_reader(call, page)
    hidden = call.flag("include_hidden", default=False)
    since, until = call.moment("since"), call.moment("until")
    unpublished = unpublished and call.as_page(page.id)
    chosen = [
        post
        for post in on_feed(call, page)
        if (post.is_published or unpublished)
        and (hidden or not post.is_hidden)
        and (since is None or created_time(call, post) >= since)
        and (until is None or created_time(call, post) <= until)
    ]
    return _shown(call, chosen)


def _shown(call: Call, posts: list[Post]) -> Json:
    wanted = call.fields(POST_DEFAULT)
    return call.listed(
        posts,
        lambda post: render(call, post, "PagePost", POST_FIELDS, wanted=wanted),
        key=lambda post: (created_time(call, post).isoformat(timespec="microseconds"), post.id),
        most=FEED_MOST,
        newest_first=True,
    )


def created_time(call: Call, post: Post) -> datetime:
    moved = call.world.switches.created_time_moves and post.published_at
    return moved or post.created_at


def _post_comments(call: Call, post: Post, one: Field) -> Any:
    return comments.list_facebook(call.within(one), post)


def _reactions(call: Call, post: Post, one: Field) -> Any:
    inner = call.within(one)
    inner.only("summary", "type", "limit", "after", "before")
    kind = inner.params.get("type")
    counts = post.attention.reactions_by(call.now) if post.attention else {}
    total = counts.get(kind, 0) if kind and kind != "NONE" else sum(counts.values())
    answer: Json = {"data": []}
    if inner.flag("summary", default=False):
        call.need("pages_read_user_content", target=post.page_id, code=10)
        answer["summary"] = {"total_count": total, "viewer_reaction": "NONE"}
    return answer


def _likes(call: Call, post: Post, one: Field) -> Any:
    answer = _reactions(call, post, Field("reactions", {**one.arguments, "type": "LIKE"}))
    if "summary" in answer:
        answer["summary"] = {"total_count": answer["summary"]["total_count"], "can_like": True, "has_liked": False}
    return answer


def list_reactions(call: Call, post: Post) -> Json:
    readable(call, post)
    arguments = {k: v for k, v in call.params.items() if k in ("summary", "type", "limit")}
    return dict(_reactions(call, post, Field("reactions", arguments)))


def _shares(call: Call, post: Post, _one: Field) -> Any:
    count = post.attention.reacted(call.now) // 12 if post.attention else 0
    return {"count": count} if count else OMIT


def _attachments(call: Call, post: Post, _one: Field) -> Any:
    media = [
        {"target": {"id": photo_id}, "type": "photo", **pictures.shown(call, photo_id)} for photo_id in post.photo_ids
    ]
    if post.video_id:
        media = [{"target": {"id": post.video_id}, "type": "video_inline"}]
    if not media:
        return {"data": [{"type": "share", "unshimmed_url": post.link}]} if post.link else OMIT
    if len(media) == 1:
        return {"data": media}
    return {"data": [{"type": "album", "subattachments": {"data": media}}]}


def _status_type(post: Post) -> str:
    if post.video_id:
        return "added_video"
    if post.photo_ids:
        return "added_photos"
    return "shared_story" if post.link else "mobile_status_update"


def _from(call: Call, post: Post, _one: Field) -> Any:
    page = call.world.nodes[post.page_id]
    return {"name": getattr(page, "name", ""), "id": page.id}


POST_FIELDS: dict[str, Show | None] = {
    **dict.fromkeys(("actions", "admin_creator", "icon", "message_tags", "parent_id", "picture",
                     "place", "properties", "story", "target", "targeting", "to", "sharedposts")),
    "id": plain(lambda post: post.id),
    "message": plain(lambda post: post.message or None),
    "created_time": lambda call, post, _one: stamp(created_time(call, post)),
    "updated_time": lambda call, post, _one: stamp(post.updated_at or created_time(call, post)),
    "from": _from,
    "is_published": plain(lambda post: post.is_published),
    "is_hidden": plain(lambda post: post.is_hidden),
    "is_expired": plain(lambda _post: False),
    "is_popular": plain(lambda _post: False),
    "privacy": plain(lambda _post: {"description": "Public", "value": "EVERYONE"}),
    "promotable_id": plain(lambda post: post.id),
    "timeline_visibility": plain(lambda post: "normal" if post.is_published else "no_timeline_unit_for_this_post"),
    "scheduled_publish_time": plain(lambda post: unix(post.scheduled_at) if post.scheduled_at else None),
    "permalink_url": plain(lambda post: f"https://www.facebook.com/{post.page_id}/posts/{post.tail}"),
    "status_type": plain(_status_type),
    "attachments": _attachments,
    "full_picture": pictures.full_picture,
    "comments": _post_comments,
    "reactions": _reactions,
    "likes": _likes,
    "shares": _shares,
    "insights": insights_field,
}  # fmt: skip
