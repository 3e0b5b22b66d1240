"""What stands in the world, as JSON for tests and for people who look."""

from __future__ import annotations

from outreach.sandbox.call import Json
from outreach.sandbox.insights import figures
from outreach.sandbox.objects import Account, Comment, Media, Page, Photo, Post
from outreach.sandbox.uploads import Video
from outreach.sandbox.world import World


def state(world: World) -> Json:
    nodes = list(world.nodes.values())
    return {
        "now": world.now().isoformat(),
        "pages": [_page(node) for node in nodes if isinstance(node, Page)],
        "accounts": [_account(node) for node in nodes if isinstance(node, Account)],
        "posts": [_post(world, node) for node in nodes if isinstance(node, Post)],
        "media": [_media(world, node) for node in nodes if isinstance(node, Media) and not node.is_child],
        "photos": [_photo(node) for node in nodes if isinstance(node, Photo)],
        "videos": [_video(world, node) for node in nodes if isinstance(node, Video)],
        "comments": [comment_json(node) for node in nodes if isinstance(node, Comment)],
    }


def _page(page: Page) -> Json:
    return {"id": page.id, "name": page.name, "instagram": page.account_id, "followers": page.followers}


def _account(account: Account) -> Json:
    return {"id": account.id, "username": account.username, "page": account.page_id, "followers": account.followers}


def _post(world: World, post: Post) -> Json:
    return {
        "id": post.id,
        "page_id": post.page_id,
        "text": post.message,
        "link": post.link,
        "photos": list(post.photo_ids),
        "video": post.video_id,
        "format": post.form,
        "visible": post.is_published and not post.deleted,
        "deleted": post.deleted,
        "created_at": post.created_at.isoformat(),
        "published_at": post.published_at.isoformat() if post.published_at else None,
        "scheduled_at": post.scheduled_at.isoformat() if post.scheduled_at else None,
        "counts": figures(world, post, world.now()),
    }


def _media(world: World, media: Media) -> Json:
    return {
        "id": media.id,
        "account_id": media.account_id,
        "text": media.caption,
        "alt": media.alt,
        "media_type": media.media_type,
        "format": {"REELS": "reel", "STORY": "story"}.get(media.product, "feed"),
        "children": list(media.children),
        "visible": not media.deleted,
        "deleted": media.deleted,
        "published_at": media.created_at.isoformat(),
        "counts": figures(world, media, world.now()),
    }


def _photo(photo: Photo) -> Json:
    return {"id": photo.id, "page_id": photo.page_id, "alt": photo.alt, "caption": photo.caption,
            "post_id": photo.post_id, "deleted": photo.deleted, "size": list(photo.size)}  # fmt: skip


def _video(world: World, video: Video) -> Json:
    return {"id": video.id, "page_id": video.page_id, "format": video.form, "status": video.status(world.now()),
            "received": video.upload.received, "size": video.upload.size, "post_id": video.post_id,
            "title": video.title, "deleted": video.deleted}  # fmt: skip


def comment_json(comment: Comment) -> Json:
    return {
        "id": comment.id,
        "object_id": comment.object_id,
        "parent_id": comment.parent_id,
        "platform": "facebook" if comment.facebook else "instagram",
        "author_id": comment.author.id,
        "author_name": comment.author.name,
        "author_username": comment.author.username,
        "nameless": comment.nameless,
        "own": comment.own,
        "text": comment.text,
        "attachment": comment.attachment,
        "created_at": comment.created_at.isoformat(),
        "edited_at": comment.edited_at.isoformat() if comment.edited_at else None,
        "hidden": comment.hidden,
        "deleted": comment.deleted,
        "answered_privately": comment.answered_privately,
        "likes": comment.likes,
        "kind": comment.kind,
    }
