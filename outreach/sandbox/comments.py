"""Comments on both platforms: read, write, edit, hide, delete (graph-api.md §6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from outreach.sandbox import notices, private_replies
from outreach.sandbox.call import PAGING, Call, Json, instagram_scope, key_of, stamp
from outreach.sandbox.crowd import Crowd
from outreach.sandbox.fields import Field
from outreach.sandbox.nodes import OMIT, Show, pick, plain, render
from outreach.sandbox.objects import Account, Author, Comment, Media, Page, Photo, Post, TokenKind
from outreach.sandbox.refusals import gone, invalid, must_be, refuse
from outreach.sandbox.world import World

FACEBOOK_DEFAULT = "created_time,from,message,id"
INSTAGRAM_DEFAULT = "timestamp,text,id"
INSTAGRAM_MOST = 50
LONGEST_FACEBOOK, LONGEST_INSTAGRAM = 8000, 2200


# -- Facebook ---------------------------------------------------------------------------------------------------


def list_facebook(call: Call, under: Post | Photo | Comment) -> Json:
    """Of a post or photo: top level, or all levels with `filter=stream`. Of a comment: its replies."""
    call.only("filter", "order", "since", "summary", "live_filter", *PAGING)
    owner = _facebook_owner(call, under)
    mode = _one_of(call, "filter", "toplevel", ("toplevel", "stream"))
    order = _one_of(call, "order", "chronological", ("chronological", "reverse_chronological"))
    found = [] if call.someone().kind is TokenKind.USER else _facebook_items(call.world, under, mode)
    since = call.moment("since")
    if since:
        found = [comment for comment in found if comment.created_at >= since]
    wanted = call.fields(FACEBOOK_DEFAULT)
    answer = call.listed(
        found,
        lambda comment: None if comment.deleted else _render_facebook(call, comment, wanted),
        key=key_of,
        most=call.world.switches.comments_page_max,
        newest_first=order == "reverse_chronological",
    )
    if call.flag("summary", default=False):
        call.need("pages_read_user_content", target=owner.id, code=10)
        total = shown_count(call.world, found)
        answer["summary"] = {"order": "ranked" if mode == "toplevel" else order, "total_count": total,
                             "can_comment": True}  # fmt: skip
    return answer


def _facebook_owner(call: Call, under: Post | Photo | Comment) -> Page:
    owner_id = under.owner_id if isinstance(under, Comment) else under.page_id
    page = call.world.nodes[owner_id]
    if not isinstance(page, Page) or not call.manages(page):
        raise gone(under.id, call.method)
    call.need("pages_read_engagement", "pages_read_user_content", target=owner_id, code=10)
    return page


def _facebook_items(world: World, under: Post | Photo | Comment, mode: str) -> Sequence[Comment]:
    if isinstance(under, Comment):
        return [c for c in world.comments.get(under.object_id, []) if c.parent_id == under.id]
    crowd = world.crowds.get(under.id.rpartition("_")[2])
    if crowd is not None:
        return crowd
    every = world.comments.get(thread_id(world, under), [])
    return list(every) if mode == "stream" else [comment for comment in every if comment.parent_id is None]


def thread_id(world: World, under: Post | Photo | Media) -> str:
    """Each photo of several has a thread of its own; a single one shares that of its post."""
    post = world.find(under.post_id or "") if isinstance(under, Photo) else None
    return post.id if isinstance(post, Post) and len(post.photo_ids) == 1 else under.id


def shown_count(world: World, found: Sequence[Comment]) -> int:
    """Meta's counts are not exact: one too many is seen where something was deleted."""
    if isinstance(found, Crowd):
        return len(found)
    live = sum(not comment.deleted for comment in found)
    return live + int(world.switches.counts_drift and live < len(found))


def _one_of(call: Call, name: str, default: str, choices: tuple[str, ...]) -> str:
    value = call.text(name, default)
    if value not in choices:
        raise must_be(name, f"one of {{{', '.join(choices)}}}")
    return value


def show_facebook(call: Call, comment: Comment) -> Json:
    call.only("fields")
    _facebook_owner(call, comment)
    return _render_facebook(call, comment, call.fields(FACEBOOK_DEFAULT))


def _render_facebook(call: Call, comment: Comment, wanted: tuple[Field, ...]) -> Json:
    return render(call, comment, "Comment", FACEBOOK_FIELDS, wanted=wanted)


def comment_on_facebook(call: Call, under: Post | Photo | Comment) -> Json:
    call.only("message", "attachment_url", "attachment_id", "attachment_share_url")
    page = _moderator(call, under)
    if isinstance(under, Post) and not under.is_published:
        raise gone(under.id, "POST")
    if isinstance(under, Post) and not under.takes_comments:
        raise invalid("A story takes no comments")
    text = _words(call, LONGEST_FACEBOOK)
    parent = under if isinstance(under, Comment) else None
    author = Author(page.id, page.name, "")
    post_id = under.object_id if isinstance(under, Comment) else thread_id(call.world, under)
    comment = new_facebook(call, post_id, author, text, parent=parent)
    return {"id": comment.id}


def new_facebook(call: Call, post_id: str, author: Author, text: str, *, parent: Comment | None) -> Comment:
    comment = Comment(facebook_id(call.world, post_id), post_id, author.id, author, text, call.now, facebook=True,
                      parent_id=thread_of(parent), own=True)  # fmt: skip
    put(call.world, comment)
    return comment


def facebook_id(world: World, post_id: str) -> str:
    return f"{post_id.rpartition('_')[2]}_{world.new_id('9')}"


def thread_of(parent: Comment | None) -> str | None:
    """Threads are one level deep: the answer to a reply stands under the reply's own parent."""
    return (parent.parent_id or parent.id) if parent else None


def put(world: World, comment: Comment) -> None:
    world.add(comment)
    world.comments.setdefault(comment.object_id, []).append(comment)
    notices.comment_added(world, comment)
    for listener in world.on_comment:
        listener(comment)


def _words(call: Call, longest: int) -> str:
    text = call.required("message")
    if len(text) > longest:
        raise must_be("message", f"at most {longest} characters long")
    return text


def _moderator(call: Call, under: Post | Photo | Comment) -> Page:
    page = _facebook_owner(call, under)
    call.need("pages_manage_engagement", target=page.id)
    if not call.as_page(page.id):
        raise refuse(1705, "(#1705) There was an error posting to this wall: act as the Page, not as a person")
    if "MODERATE" not in page.tasks:
        raise refuse(200, "(#200) The user does not have the MODERATE task on this Page.", status=403)
    return page


def change_facebook(call: Call, comment: Comment) -> Json:
    call.only("is_hidden", "message")
    _moderator(call, comment)
    if not {"is_hidden", "message"} & set(call.params):
        raise invalid("The parameter message is required")
    if "is_hidden" in call.params:
        _hide_facebook(call, comment)
    if "message" in call.params:
        if not comment.own:
            raise refuse(200, "(#200) You do not have permission to edit this comment", status=403)
        edit(call.world, comment, _words(call, LONGEST_FACEBOOK))
    return {"success": True}


def _hide_facebook(call: Call, comment: Comment) -> None:
    hidden = call.flag("is_hidden", default=True)
    if comment.own:
        raise refuse(200, "(#200) Can not hide or unhide this comment", status=403)
    set_hidden(call.world, comment, hidden=hidden)


def set_hidden(world: World, comment: Comment, *, hidden: bool) -> None:
    changed = comment.hidden != hidden
    comment.hidden = hidden
    if changed and comment.facebook:
        notices.comment_changed(world, comment, "hide" if hidden else "unhide")


def edit(world: World, comment: Comment, text: str) -> None:
    comment.text, comment.edited_at = text, world.now()
    if comment.facebook:
        notices.comment_changed(world, comment, "edited")


def delete_facebook(call: Call, comment: Comment) -> Json:
    call.only()
    _moderator(call, comment)
    remove(call.world, comment)
    return {"success": True}


def remove(world: World, comment: Comment) -> None:
    """Delete a comment and the replies under it."""
    for one in world.comments.get(comment.object_id, ()):
        if not one.deleted and comment.id in (one.id, one.parent_id):
            one.deleted = True
            if one.facebook:
                notices.comment_changed(world, one, "remove")


def like_facebook(call: Call, comment: Comment) -> Json:
    call.only()
    _moderator(call, comment)
    comment.likes = max(0, comment.likes + (1 if call.method == "POST" else -1))
    return {"success": True}


def _from_facebook(call: Call, comment: Comment, one: Field) -> Any:
    if comment.nameless or not call.as_page(comment.owner_id):
        return OMIT
    return pick(one, {"name": comment.author.name, "id": comment.author.id}, ["name", "id"], "User")


def _parent_facebook(call: Call, comment: Comment, one: Field) -> Any:
    parent = call.world.find(comment.parent_id or "")
    if not isinstance(parent, Comment):
        return OMIT
    wanted = one.inner or call.within(replace(one, inner=None)).fields("created_time,from,message,id")
    return _render_facebook(call, parent, wanted)


def _object_facebook(call: Call, comment: Comment, one: Field) -> Any:
    post = call.world.find(comment.object_id)
    if not isinstance(post, Post):
        return OMIT
    values = {"id": post.id, "created_time": stamp(post.created_at), "message": post.message or None}
    return pick(one, values, ["created_time", "message", "id"], "PagePost")


def _attachment(comment: Comment) -> Json | None:
    if comment.attachment is None:
        return None
    target = {"id": comment.id.rpartition("_")[2], "url": "https://www.facebook.com/stickers/"}
    return {"type": comment.attachment, "title": "", "url": "https://www.facebook.com/stickers/", "target": target}


def _replies_of(world: World, comment: Comment) -> list[Comment]:
    return [c for c in world.comments.get(comment.object_id, []) if c.parent_id == comment.id]


FACEBOOK_FIELDS: dict[str, Show | None] = {
    **dict.fromkeys(("admin_creator", "application", "live_broadcast_timestamp", "message_tags",
                     "private_reply_conversation", "reactions", "likes")),
    "id": plain(lambda comment: comment.id),
    "message": plain(lambda comment: comment.text),
    "created_time": plain(lambda comment: stamp(comment.created_at)),
    "from": _from_facebook,
    "parent": _parent_facebook,
    "object": _object_facebook,
    "attachment": plain(_attachment),
    "can_comment": plain(lambda _comment: True),
    "can_hide": plain(lambda comment: not comment.own),
    "can_like": plain(lambda _comment: True),
    "can_remove": plain(lambda _comment: True),
    "can_reply_privately": lambda call, comment, _one: private_replies.possible(call, comment),
    "comment_count": lambda call, comment, _one: shown_count(call.world, _replies_of(call.world, comment)),
    "comments": lambda call, comment, one: list_facebook(call.within(one), comment),
    "is_hidden": plain(lambda comment: comment.hidden),
    "is_private": plain(lambda _comment: False),
    "like_count": plain(lambda comment: comment.likes),
    "permalink_url": plain(notices.permalink),
    "user_likes": plain(lambda _comment: False),
}  # fmt: skip


# -- Instagram --------------------------------------------------------------------------------------------------


def list_instagram(call: Call, media: Media) -> Json:
    """Top level only, newest first, at most fifty a page, no filter by time."""
    call.only(*PAGING)
    _instagram_owner(call, media)
    return _page_of_instagram(call, [c for c in call.world.comments.get(media.id, []) if c.parent_id is None])


def list_replies(call: Call, comment: Comment) -> Json:
    call.only(*PAGING)
    _instagram_owner(call, comment)
    return _page_of_instagram(call, _replies_of(call.world, comment))


def _page_of_instagram(call: Call, found: list[Comment]) -> Json:
    wanted = call.fields(INSTAGRAM_DEFAULT)
    return call.listed(
        found,
        lambda comment: None if comment.deleted else _render_instagram(call, comment, wanted),
        key=key_of,
        most=INSTAGRAM_MOST,
        newest_first=True,
        clamp=True,
    )


def _render_instagram(call: Call, comment: Comment, wanted: tuple[Field, ...]) -> Json:
    return render(call, comment, "IGComment", INSTAGRAM_FIELDS, wanted=wanted)


def _instagram_owner(call: Call, under: Media | Comment) -> Account:
    owner_id = under.account_id if isinstance(under, Media) else under.owner_id
    account = call.world.nodes[owner_id]
    if not isinstance(account, Account) or not call.manages(account):
        raise gone(under.id, call.method)
    call.need(instagram_scope(call, "instagram_basic"), target=owner_id, code=10)
    call.need(instagram_scope(call, "instagram_manage_comments"), target=owner_id, code=10)
    return account


def show_instagram(call: Call, comment: Comment) -> Json:
    call.only("fields")
    _instagram_owner(call, comment)
    return _render_instagram(call, comment, call.fields(INSTAGRAM_DEFAULT))


def comment_on_instagram(call: Call, media: Media) -> Json:
    call.only("message")
    account = _instagram_owner(call, media)
    if not media.takes_comments:
        raise invalid("Comments are disabled for this media")
    return {"id": _new_instagram(call, account, media.id, None).id}


def reply_on_instagram(call: Call, comment: Comment) -> Json:
    call.only("message")
    account = _instagram_owner(call, comment)
    if comment.parent_id or comment.hidden:
        raise invalid("You can only reply to top-level comments that are not hidden")
    return {"id": _new_instagram(call, account, comment.object_id, comment).id}


def _new_instagram(call: Call, account: Account, media_id: str, parent: Comment | None) -> Comment:
    author = Author(account.id, account.name, account.username)
    comment = Comment(call.world.new_id("180"), media_id, account.id, author, _words(call, LONGEST_INSTAGRAM), call.now,
                      facebook=False, parent_id=thread_of(parent), own=True)  # fmt: skip
    put(call.world, comment)
    return comment


def change_instagram(call: Call, comment: Comment) -> Json:
    call.only("hide")
    _instagram_owner(call, comment)
    call.required("hide")
    hidden = call.flag("hide", default=True)
    if not comment.own:  # the owner's own comments stay visible, and the answer is success all the same
        set_hidden(call.world, comment, hidden=hidden)
    return {"success": True}


def delete_instagram(call: Call, comment: Comment) -> Json:
    call.only()
    _instagram_owner(call, comment)
    remove(call.world, comment)
    return {"success": True}


def _from_instagram(_call: Call, comment: Comment, one: Field) -> Any:
    if comment.nameless:
        return OMIT
    return pick(one, {"id": comment.author.id, "username": comment.author.username}, ["id", "username"], "IGUser")


def _media_of(call: Call, comment: Comment, one: Field) -> Any:
    product = getattr(call.world.nodes[comment.object_id], "product", "FEED")
    return pick(one, {"id": comment.object_id, "media_product_type": product}, ["id", "media_product_type"], "IGMedia")


def _replies(call: Call, comment: Comment, one: Field) -> Any:
    found = _replies_of(call.world, comment)
    if comment.parent_id or not any(not reply.deleted for reply in found):
        return OMIT
    return list_replies(call.within(one), comment)


INSTAGRAM_FIELDS: dict[str, Show | None] = {
    "id": plain(lambda comment: comment.id),
    "text": plain(lambda comment: comment.text),
    "timestamp": plain(lambda comment: stamp(comment.created_at)),
    "username": plain(lambda comment: None if comment.nameless else comment.author.username),
    "from": _from_instagram,
    "hidden": plain(lambda comment: comment.hidden),
    "like_count": plain(lambda comment: comment.likes),
    "media": _media_of,
    "parent_id": plain(lambda comment: comment.parent_id),
    "replies": _replies,
    "user": plain(lambda comment: {"id": comment.owner_id} if comment.own else None),
    "legacy_instagram_comment_id": None,
}
