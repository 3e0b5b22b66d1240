"""Instagram's containers: images, carousels, reels and stories before they are published (graph-api.md §5)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from outreach.campaigns import videos as files
from outreach.errors import MetaError
from outreach.sandbox import pictures
from outreach.sandbox.call import Call, Json
from outreach.sandbox.fetching import instagram_problem, not_fetched
from outreach.sandbox.fields import Field
from outreach.sandbox.footage import account_problem
from outreach.sandbox.instagram import DAY, account_of, check_reader
from outreach.sandbox.nodes import OMIT, Show, plain, render
from outreach.sandbox.objects import Account, Container
from outreach.sandbox.refusals import invalid, must_be, refuse
from outreach.sandbox.uploads import Upload

CAPTION_MOST, HASHTAGS_MOST, MENTIONS_MOST, ALT_MOST = 2200, 30, 20, 1000
CONTAINERS_MOST = 400
CHILDREN_LEAST, CHILDREN_MOST = 2, 10
NOT_IN_STORIES = (
    "caption",
    "alt_text",
    "collaborators",
    "share_to_feed",
    "cover_url",
    "thumb_offset",
    "is_carousel_item",
)


def create_container(call: Call, account: Account) -> Json:
    call.only("image_url", "video_url", "upload_type", "caption", "alt_text", "media_type", "children",
              "is_carousel_item", "user_tags", "location_id", "collaborators", "is_ai_generated", "share_to_feed",
              "cover_url", "thumb_offset", "audio_name", "trial_params")  # fmt: skip
    check_reader(call, account, "instagram_content_publish")
    _count_container(call, account)
    kind = call.text("media_type", "IMAGE")
    if kind not in _KINDS:
        raise must_be("media_type", f"one of {{{', '.join(_KINDS)}}}")
    _check_caption(call)
    container = _KINDS[kind](call, account)
    _misbehave(call, container)
    call.world.add(container)
    if container.image_url:
        pictures.keep(call.world, container.id, call.fetched["image_url"].data)
    _plan_states(call, container)
    if container.upload is None:
        return {"id": container.id}
    return {"id": container.id, "uri": f"{call.root}/ig-api-upload/v26.0/{container.id}"}


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
    return _of_image(call, account, "IMAGE", is_item=is_item)


def _of_image(call: Call, account: Account, kind: str, *, is_item: bool = False) -> Container:
    for name in ("video_url", "upload_type", "share_to_feed", "thumb_offset", "cover_url"):
        if name in call.params:
            raise invalid(f"{name} goes with a video")
    url = call.required("image_url")
    if not url.isascii():
        raise invalid("image_url must be US-ASCII")
    problem = instagram_problem(call.fetched["image_url"], any_aspect=kind == "STORIES")
    if problem is not None and not call.world.switches.container_seconds:
        raise problem
    return _container(call, account, kind, image_url=url, is_item=is_item, problem=problem)


def _reel(call: Call, account: Account) -> Container:
    if call.flag("is_carousel_item", default=False):
        raise invalid("A reel cannot be a carousel item")
    return _of_video(call, account, "REELS")


def _story(call: Call, account: Account) -> Container:
    for name in NOT_IN_STORIES:
        if name in call.params:
            raise invalid(f"A story has no {name}")
    if "image_url" in call.params:
        return _of_image(call, account, "STORIES")
    return _of_video(call, account, "STORIES")


def _item(call: Call, account: Account) -> Container:
    if not call.flag("is_carousel_item", default=False) or "caption" in call.params:
        raise invalid("media_type VIDEO is for carousel items, without a caption; use REELS")
    return _of_video(call, account, "VIDEO")


def _of_video(call: Call, account: Account, kind: str) -> Container:
    if "alt_text" in call.params or "image_url" in call.params:
        raise invalid("A video has no alt_text and no image_url")
    thumb = call.whole("thumb_offset", 0) if "thumb_offset" in call.params else None
    share = call.flag("share_to_feed", default=True)
    if "upload_type" in call.params:
        return _resumable(call, account, kind, thumb_ms=thumb, share=share)
    url = call.required("video_url")
    fetched = call.fetched["video_url"]
    problem = not_fetched(fetched) or look(fetched.data, kind, thumb)
    if problem is not None and not call.world.switches.container_seconds:
        raise problem
    made = _container(call, account, kind, is_item=kind == "VIDEO", problem=problem)
    made.video_url, made.thumb_ms, made.share_to_feed = url, thumb, share
    return made


def _resumable(call: Call, account: Account, kind: str, *, thumb_ms: int | None, share: bool) -> Container:
    if call.text("upload_type") != "resumable" or "video_url" in call.params:
        raise must_be("upload_type", "resumable, without a video_url")
    if call.instagram_host:
        raise invalid("Resumable uploads need a Facebook Login")
    made = _container(call, account, kind, is_item=kind == "VIDEO")
    made.upload, made.ready_at, made.thumb_ms, made.share_to_feed = Upload(), None, thumb_ms, share
    return made


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


_KINDS: dict[str, Callable[[Call, Account], Container]] = {
    "IMAGE": _image,
    "CAROUSEL": _carousel,
    "REELS": _reel,
    "STORIES": _story,
    "VIDEO": _item,
}


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


def _plan_states(call: Call, container: Container) -> None:
    """Status is read off the clock; the events only tell a stepping clock when to look again."""
    if container.ready_at and container.ready_at > call.now:
        call.world.plan(container.ready_at, _nothing)


def _nothing(_at: object) -> None:
    return


def look(data: bytes, kind: str, thumb_ms: int | None) -> MetaError | None:
    return account_problem(files.look(data), kind, size=len(data), thumb_ms=thumb_ms)


def uploaded(call: Call, container: Container) -> None:
    """All bytes have arrived: Instagram looks at them, and says later what it thinks."""
    if container.upload is None:
        return
    problem = look(container.upload.take(), container.media_type, container.thumb_ms)
    if problem is not None:
        container.error_subcode = problem.subcode
    if not call.fault("container_stuck"):
        container.ready_at = call.now + timedelta(seconds=call.world.switches.container_seconds)
        _plan_states(call, container)


def show_container(call: Call, container: Container) -> Json:
    call.only("fields")
    check_reader(call, account_of(call, container))
    return render(call, container, "ShadowIGMediaBuilder", CONTAINER_FIELDS, wanted=call.fields("id"))


def _status_words(call: Call, container: Container) -> str:
    code = container.status(call.now)
    return {
        "ERROR": f"Error: Media upload has failed with error code {container.error_subcode}",
        "EXPIRED": "Expired: Media was not published within 24 hours and has expired",
        "FINISHED": "Finished: Media has been uploaded and it is ready to be published.",
        "IN_PROGRESS": "In Progress: Media is still being processed.",
        "PUBLISHED": "Published: Media has been successfully published.",
    }[code]


def _video_status(call: Call, container: Container, _one: Field) -> Any:
    """Its shape is not in the documents at hand; the spelling differs from that of a Page's video."""
    if container.upload is None:
        return OMIT
    status = container.status(call.now)
    processing = {"FINISHED": "complete", "PUBLISHED": "complete", "ERROR": "error"}.get(status, "in_progress")
    return {
        "uploading_phase": {"status": "complete" if container.upload.complete else "in_progress",
                            "bytes_transferred": container.upload.received},
        "processing_phase": {"status": processing if container.upload.complete else "not_started"},
    }  # fmt: skip


CONTAINER_FIELDS: dict[str, Show | None] = {
    "id": plain(lambda container: container.id),
    "status_code": lambda call, container, _one: container.status(call.now),
    "status": lambda call, container, _one: _status_words(call, container),
    "video_status": _video_status,
    "copyright_check_status": None,
}
