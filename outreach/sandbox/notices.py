"""What subscribers are told about a comment: the `value` of each webhook change (graph-api.md §10)."""

from __future__ import annotations

from outreach.sandbox.objects import Comment, Media, Photo, Post
from outreach.sandbox.world import World


def permalink(comment: Comment) -> str:
    post, _, tail = comment.id.rpartition("_")
    return f"https://www.facebook.com/{comment.owner_id}/posts/{post}?comment_id={tail}"


def visible(world: World, item: Post | Media) -> None:
    """A Page's own post echoes back as a change of its feed; Instagram does not tell about media."""
    if not isinstance(item, Post):
        return
    page = world.nodes[item.page_id]
    kind = "photo" if item.photo_ids else "share" if item.link else "status"
    value: dict[str, object] = {
        "item": kind,
        "verb": "add",
        "post_id": item.id,
        "message": item.message,
        "published": 1,
        "created_time": int(world.now().timestamp()),
        "from": {"id": page.id, "name": getattr(page, "name", "")},
    }
    world.update(value, topic="page", owner_id=page.id, field_name="feed")


def comment_added(world: World, comment: Comment) -> None:
    if comment.facebook:
        comment_changed(world, comment, "add")
    elif world.switches.advanced_access:
        world.update(_instagram(world, comment), topic="instagram", owner_id=comment.owner_id, field_name="comments")


def comment_changed(world: World, comment: Comment, verb: str) -> None:
    """Facebook alone tells about edits, hides and deletions."""
    value = _facebook(world, comment, verb)
    world.update(value, topic="page", owner_id=comment.owner_id, field_name="feed")


def _facebook(world: World, comment: Comment, verb: str) -> dict[str, object]:
    value: dict[str, object] = {
        "item": "comment",
        "verb": verb,
        "comment_id": comment.id,
        "post_id": _post_id(world, comment),
        "parent_id": comment.parent_id or _post_id(world, comment),
        "created_time": int(world.now().timestamp()),
    }
    if not comment.nameless:
        value["from"] = {"id": comment.author.id, "name": comment.author.name}
    if verb in ("add", "edited"):
        value |= {"message": comment.text, "is_hidden": comment.hidden, "permalink_url": permalink(comment)}
    return value


def _post_id(world: World, comment: Comment) -> str:
    """A photo's thread is told of as a post of the Page's own; nothing says which post the photo is part of."""
    under = world.nodes.get(comment.object_id)
    return f"{comment.owner_id}_{comment.object_id}" if isinstance(under, Photo) else comment.object_id


def _instagram(world: World, comment: Comment) -> dict[str, object]:
    value: dict[str, object] = {
        "id": comment.id,
        "text": comment.text,
        "media": {
            "id": comment.object_id,
            "media_product_type": getattr(world.nodes[comment.object_id], "product", "FEED"),
        },
    }
    if not comment.nameless:
        value["from"] = {"id": comment.author.id, "username": comment.author.username}
    if comment.parent_id:
        value["parent_id"] = comment.parent_id
    return value
