"""Which handler answers which method on which kind of object and edge."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from outreach.sandbox import (
    apps,
    comments,
    containers,
    identity,
    insights,
    instagram,
    instagram_insights,
    pages,
    photos,
    posts,
    private_replies,
    rupload,
    subscriptions,
    videos,
)
from outreach.sandbox.call import Call, Json
from outreach.sandbox.objects import Account, App, Comment, Container, Media, Node, Page, Photo, Post, User
from outreach.sandbox.refusals import gone, invalid
from outreach.sandbox.uploads import Video
from outreach.sandbox.world import World

Handler = Callable[[Call, Any], Json]

#: (kind of node, edge, method); the edge "" is the node itself.
ROUTES: dict[tuple[str, str, str], Handler] = {
    ("user", "", "GET"): identity.show_user,
    ("user", "accounts", "GET"): identity.accounts,
    ("user", "permissions", "GET"): identity.permissions,
    ("app", "", "GET"): apps.show_app,
    ("app", "permissions", "GET"): apps.list_permissions,
    ("app", "subscriptions", "GET"): subscriptions.list_callbacks,
    ("app", "subscriptions", "POST"): subscriptions.set_callback,
    ("page", "", "GET"): pages.show_page,
    ("page", "roles", "GET"): apps.list_roles,
    ("page", "assigned_users", "GET"): apps.list_assigned_users,
    ("page", "feed", "GET"): posts.feed,
    ("page", "feed", "POST"): pages.create_post,
    ("page", "posts", "GET"): posts.published_posts,
    ("page", "published_posts", "GET"): posts.published_posts,
    ("page", "scheduled_posts", "GET"): posts.scheduled_posts,
    ("page", "photos", "POST"): photos.create_photo,
    ("page", "insights", "GET"): insights.page_insights,
    ("page", "messages", "POST"): private_replies.send,
    ("page", "subscribed_apps", "GET"): subscriptions.list_subscribed,
    ("page", "subscribed_apps", "POST"): subscriptions.subscribe,
    ("page", "subscribed_apps", "DELETE"): subscriptions.unsubscribe,
    ("page", "videos", "POST"): videos.create_video,
    ("page", "video_reels", "POST"): videos.create_reel,
    ("page", "video_stories", "POST"): videos.create_video_story,
    ("page", "photo_stories", "POST"): videos.create_photo_story,
    ("page", "stories", "GET"): videos.list_stories,
    ("video", "", "GET"): videos.show_video,
    ("video", "comments", "GET"): videos.list_comments,
    ("photo", "", "GET"): photos.show_photo,
    ("photo", "", "DELETE"): photos.delete_photo,
    ("photo", "comments", "GET"): comments.list_facebook,
    ("photo", "comments", "POST"): comments.comment_on_facebook,
    ("post", "", "GET"): posts.show_post,
    ("post", "", "POST"): pages.change_post,
    ("post", "", "DELETE"): pages.delete_post,
    ("post", "comments", "GET"): comments.list_facebook,
    ("post", "comments", "POST"): comments.comment_on_facebook,
    ("post", "reactions", "GET"): posts.list_reactions,
    ("post", "insights", "GET"): insights.post_insights,
    ("facebook comment", "", "GET"): comments.show_facebook,
    ("facebook comment", "", "POST"): comments.change_facebook,
    ("facebook comment", "", "DELETE"): comments.delete_facebook,
    ("facebook comment", "comments", "GET"): comments.list_facebook,
    ("facebook comment", "comments", "POST"): comments.comment_on_facebook,
    ("facebook comment", "likes", "POST"): comments.like_facebook,
    ("facebook comment", "likes", "DELETE"): comments.like_facebook,
    ("account", "", "GET"): instagram.show_account,
    ("account", "media", "GET"): instagram.list_media,
    ("account", "media", "POST"): containers.create_container,
    ("account", "media_publish", "POST"): instagram.publish,
    ("account", "content_publishing_limit", "GET"): instagram.publishing_limit,
    ("account", "stories", "GET"): instagram.list_stories,
    ("account", "insights", "GET"): instagram_insights.account_insights,
    ("account", "messages", "POST"): private_replies.send,
    ("account", "subscribed_apps", "GET"): subscriptions.list_subscribed,
    ("account", "subscribed_apps", "POST"): subscriptions.subscribe,
    ("account", "subscribed_apps", "DELETE"): subscriptions.unsubscribe,
    ("container", "", "GET"): containers.show_container,
    ("media", "", "GET"): instagram.show_media,
    ("media", "", "POST"): instagram.change_media,
    ("media", "", "DELETE"): instagram.delete_media,
    ("media", "children", "GET"): instagram.list_children,
    ("media", "comments", "GET"): comments.list_instagram,
    ("media", "comments", "POST"): comments.comment_on_instagram,
    ("media", "insights", "GET"): instagram_insights.media_insights,
    ("instagram comment", "", "GET"): comments.show_instagram,
    ("instagram comment", "", "POST"): comments.change_instagram,
    ("instagram comment", "", "DELETE"): comments.delete_instagram,
    ("instagram comment", "replies", "GET"): comments.list_replies,
    ("instagram comment", "replies", "POST"): comments.reply_on_instagram,
}
ROOTS: dict[tuple[str, str], Callable[[Call], Json]] = {
    ("oauth/access_token", "GET"): identity.access_token,
    ("debug_token", "GET"): identity.debug_token,
}
INSTAGRAM_ROOTS: dict[tuple[str, str], Callable[[Call], Json]] = {
    ("access_token", "GET"): identity.exchange_instagram,
    ("refresh_access_token", "GET"): identity.refresh_instagram,
}
_KINDS: dict[type[Any], str] = {User: "user", App: "app", Page: "page", Photo: "photo", Video: "video", Post: "post",
                                Account: "account", Container: "container", Media: "media"}  # fmt: skip
INSTAGRAM_KINDS = frozenset({"account", "container", "media", "instagram comment"})


def kind_of(node: Node) -> str:
    if isinstance(node, Comment):
        return "facebook comment" if node.facebook else "instagram comment"
    return _KINDS[type(node)]


def answer(call: Call) -> Json:
    """Find the handler and let it answer; raises MetaError for what Meta refuses."""
    if "date_format" in call.params:
        raise invalid("The parameter date_format is not supported")
    roots = INSTAGRAM_ROOTS if call.instagram_host else ROOTS
    root = roots.get((call.path, call.method))
    if root is not None:
        return root(call)
    call.someone()
    node_id, _, edge = call.path.partition("/")
    node = _node(call, node_id)
    if call.uploading:
        return rupload.receive(call, node)
    name = edge.partition("/")[0] if edge.startswith("insights/") else edge
    handler = ROUTES.get((kind_of(node), name, call.method))
    if handler is None or (call.instagram_host and kind_of(node) not in INSTAGRAM_KINDS):
        raise _no_such_edge(node_id, kind_of(node), name, call.method)
    return handler(call, node)


def _node(call: Call, node_id: str) -> Node:
    token = call.someone()
    if node_id == "me":
        node_id = (token.account_id if call.instagram_host else token.page_id) or token.user_id
    node = call.world.find(node_id)
    if node is None and call.method == "DELETE" and not call.world.switches.second_delete_is_error:
        node = call.world.nodes.get(node_id)
    if node is None:
        raise gone(node_id, call.method)
    return node


def _no_such_edge(node_id: str, kind: str, edge: str, method: str) -> Exception:
    known = any(key[:2] == (kind, edge) for key in ROUTES)
    if edge and not known and method == "GET":
        return invalid(f"Tried accessing nonexisting field ({edge}) on node type ({kind})")
    return gone(node_id, method)


def about_instagram(world: World, path: str, *, instagram_host: bool) -> bool:
    """It decides which limit a call counts against and which errors it meets."""
    node = world.nodes.get(path.partition("/")[0])
    return instagram_host or (node is not None and kind_of(node) in INSTAGRAM_KINDS)
