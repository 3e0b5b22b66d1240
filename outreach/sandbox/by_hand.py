"""What a person does on a Page or account with Meta's own tools: posts, and changes what waits in the Planner."""

from __future__ import annotations

import base64
import io

from PIL import Image

from outreach.errors import InvalidError
from outreach.sandbox import pages, pictures
from outreach.sandbox.call import Json
from outreach.sandbox.instagram import ALPHABET
from outreach.sandbox.objects import Account, Media, Page, Photo, Post
from outreach.sandbox.world import World, utc

APP = "business-suite"  #: another app than ours, so that ours may not change what is made here


def post(world: World, order: Json) -> Json:
    """A visible post: `on` (Page or account), `text`, maybe `image` in base64."""
    owner = world.find(str(order["on"]))
    data = base64.b64decode(str(order["image"])) if order.get("image") else b""
    if isinstance(owner, Page):
        return {"id": _on_page(world, owner, str(order.get("text", "")), data).id}
    if isinstance(owner, Account):
        return {"id": _on_account(world, owner, str(order.get("text", "")), data).id}
    raise InvalidError("sandbox.no_such_page")


def plan(world: World, order: Json) -> Json:
    """Change a scheduled post (`id`): other `text`, another time `at`, another first `image` (base64), `delete` it, or
    `publish` it at once."""
    found = world.find(str(order["id"]))
    if not isinstance(found, Post) or found.is_published:
        raise InvalidError("sandbox.no_such_post")
    found.message = str(order.get("text", found.message))
    if order.get("image"):
        photo = _photo(world, found, base64.b64decode(str(order["image"])))
        found.photo_ids = (photo.id, *found.photo_ids[1:])
    if "at" in order:
        pages.schedule(world, found, utc(str(order["at"])))
    if order.get("delete"):
        found.deleted = True
    if order.get("publish"):
        world.make_visible(found, world.now())
    return {"id": found.id}


def _on_page(world: World, page: Page, text: str, data: bytes) -> Post:
    made = Post(pages.new_post_id(world, page), page.id, APP, world.now(), text)
    if data:
        made.photo_ids = (_photo(world, made, data).id,)
    world.add(made)
    world.make_visible(made, world.now())
    return made


def _photo(world: World, post: Post, data: bytes) -> Photo:
    with Image.open(io.BytesIO(data)) as image:
        made = Photo(world.new_id("123"), post.page_id, world.now(), image.size, published=True, post_id=post.id)
    world.add(made)
    pictures.keep(world, made.id, data)
    return made


def _on_account(world: World, account: Account, text: str, data: bytes) -> Media:
    shortcode = "".join(world.random.choice(ALPHABET) for _ in range(11))
    made = Media(world.new_id("1791"), account.id, world.now(), shortcode, caption=text)
    if data:
        pictures.keep(world, made.id, data)
    world.add(made)
    world.make_visible(made, world.now())
    return made
