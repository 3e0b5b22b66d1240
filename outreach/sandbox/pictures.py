"""The images behind posts and media, as Meta's carriers serve them: by address, to anybody, without a token."""

from __future__ import annotations

from typing import Any

from outreach.sandbox.call import Call, Json
from outreach.sandbox.fields import Field
from outreach.sandbox.nodes import OMIT
from outreach.sandbox.objects import Media, Photo, Post
from outreach.sandbox.world import World

PREFIX = "carrier"


def keep(world: World, node_id: str, data: bytes) -> None:
    world.pictures[node_id] = data


def hand_on(world: World, node_id: str, *, to: str) -> None:
    """What is published shows the image of what it was made from."""
    if node_id in world.pictures:
        world.pictures[to] = world.pictures[node_id]


def full_picture(call: Call, post: Post, _one: Field) -> Any:
    return _address(call, post.photo_ids[0]) if post.photo_ids else OMIT


def shown(call: Call, photo_id: str) -> Json:
    """Of an attachment: where its image lies, and how big it is."""
    address = _address(call, photo_id)
    photo = call.world.nodes.get(photo_id)
    if address is OMIT or not isinstance(photo, Photo):
        return {}
    width, height = photo.size
    return {"media": {"image": {"height": height, "src": address, "width": width}}}


def media_url(call: Call, media: Media, _one: Field) -> Any:
    shown = _address(call, media.id)
    return shown if shown is not OMIT or media.image_url is None else media.image_url


def find(world: World, path: str) -> bytes | None:
    return world.pictures.get(path.removeprefix(f"{PREFIX}/").removesuffix(".jpg"))


def _address(call: Call, node_id: str) -> Any:
    return f"{call.root}/{PREFIX}/{node_id}.jpg" if node_id in call.world.pictures else OMIT
