"""Photos of a Page: uploaded, attached to posts, gone after a day when no post takes them (graph-api.md §4.3)."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from outreach.sandbox import pages, pictures
from outreach.sandbox.call import Call, Json, stamp
from outreach.sandbox.fetching import FACEBOOK_FORMATS, FACEBOOK_LIMIT, measure
from outreach.sandbox.nodes import Show, plain, render
from outreach.sandbox.objects import Page, Photo, Post
from outreach.sandbox.refusals import gone, invalid, refuse

PHOTO_LIFE = timedelta(hours=24)
PHOTO_DEFAULT = "created_time,name,id"


def create_photo(call: Call, page: Page) -> Json:
    call.only("url", "source", "filename", "caption", "alt_text_custom", "published", "temporary",
              "scheduled_publish_time", "unpublished_content_type", "no_story", "targeting")  # fmt: skip
    pages.check_publisher(call, page)
    published = call.flag("published", default=True)
    temporary = call.flag("temporary", default=False)
    if temporary and "scheduled_publish_time" in call.params:
        raise invalid("A temporary photo cannot have a scheduled_publish_time")
    scheduled_at = pages.scheduled_time(call, published=published)
    data, size = _image(call)
    photo = Photo(call.world.new_id("123"), page.id, call.now, size, call.text("caption"),
                  call.text("alt_text_custom"), published, temporary)  # fmt: skip
    call.world.add(photo)
    pictures.keep(call.world, photo.id, data)
    if not published and scheduled_at is None:
        call.world.plan(call.now + PHOTO_LIFE, partial(_drop_unattached, photo), wanted=False)
        return {"id": photo.id}
    post = Post(pages.new_post_id(call.world, page), page.id, call.someone().app_id, call.now, photo.caption,
                photo_ids=(photo.id,))  # fmt: skip
    pages.place(call.world, post, [photo], published=published, scheduled_at=scheduled_at)
    return {"id": photo.id, "post_id": post.id} if published else {"id": photo.id}


def _image(call: Call) -> tuple[bytes, tuple[int, int]]:
    if ("url" in call.params) == (len(call.files) > 0):
        raise refuse(324, "(#324) Requires upload file")
    data = call.fetched["url"].data if "url" in call.params else next(iter(call.files.values()))
    form, size = measure(data)
    if form not in FACEBOOK_FORMATS or len(data) > FACEBOOK_LIMIT:
        raise refuse(324, "(#324) Missing or invalid image file", error_user_title="Can't Read Files")
    return data, size


def _drop_unattached(photo: Photo, _at: datetime) -> None:
    photo.deleted = photo.deleted or photo.post_id is None


def show_photo(call: Call, photo: Photo) -> Json:
    call.only("fields")
    _see_photo(call, photo)
    return render(call, photo, "Photo", PHOTO_FIELDS, wanted=call.fields(PHOTO_DEFAULT))


def delete_photo(call: Call, photo: Photo) -> Json:
    call.only()
    pages.check_publisher(call, _see_photo(call, photo))
    if photo.post_id:
        raise refuse(100, "(#100) This photo is part of a post and cannot be deleted alone", subcode=33)
    photo.deleted = True
    return {"success": True}


def _see_photo(call: Call, photo: Photo) -> Page:
    page = call.world.nodes[photo.page_id]
    if not isinstance(page, Page) or not call.manages(page):
        raise gone(photo.id, call.method)
    return page


PHOTO_FIELDS: dict[str, Show | None] = {
    "id": plain(lambda photo: photo.id),
    "name": plain(lambda photo: photo.caption or None),
    "alt_text_custom": plain(lambda photo: photo.alt or None),
    "alt_text": plain(lambda photo: photo.alt or None),
    "created_time": plain(lambda photo: stamp(photo.created_at)),
    "width": plain(lambda photo: photo.size[0]),
    "height": plain(lambda photo: photo.size[1]),
    "page_story_id": plain(lambda photo: photo.post_id),
    "link": plain(lambda photo: f"https://www.facebook.com/photo.php?fbid={photo.id}"),
    "images": None,
    "from": None,
}
