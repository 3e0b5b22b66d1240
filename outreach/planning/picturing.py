"""The pictures of a campaign: what each channel gets of each image; a plan shows it, an approval covers it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from outreach import pictures, slots
from outreach.campaigns import Campaign
from outreach.errors import ConflictError, InvalidError
from outreach.pictures import Crop, Done, Picture, Rules
from outreach.slots import PlannedPublication, ResolvedMedium
from outreach.states import ChannelKind


@dataclass(frozen=True)
class Gallery:
    """Pictures by their SHA-256, the images' names in the folder by the same, and what no picture can be made for.

    Two images may give one picture, so what was done is kept by image and picture.
    """

    pictures: dict[str, Picture] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    done: dict[tuple[str, str], tuple[Done, ...]] = field(default_factory=dict)
    refused: dict[tuple[str, str], InvalidError] = field(default_factory=dict)  #: by post and channel

    def done_to(self, medium: ResolvedMedium) -> tuple[Done, ...]:
        return self.done.get((medium.file, medium.sha256), ())


def pictured(
    file: Campaign, planned: Iterable[PlannedPublication], kinds: Mapping[str, ChannelKind]
) -> tuple[tuple[PlannedPublication, ...], Gallery]:
    """The publications with their channels' pictures in place of the images, and these pictures.

    Raises ConflictError when an image is not the one any more that was checked.
    """
    gallery = Gallery()
    return tuple(_pictured(file, each, kinds.get(each.channel), gallery) for each in planned), gallery


def _pictured(
    file: Campaign, each: PlannedPublication, kind: ChannelKind | None, gallery: Gallery
) -> PlannedPublication:
    """An unknown channel keeps the images: the plan refuses it."""
    if kind is None or not each.goes_out:
        return each
    try:
        media = [
            _hang(file, medium, pictures.rules_for(kind, each.content.format), gallery) for medium in each.content.media
        ]
    except InvalidError as error:
        gallery.refused[each.post_id, each.channel] = error
        return each
    return slots.with_media(each, file.posts[each.index], media)


def _hang(file: Campaign, medium: ResolvedMedium, rules: Rules, gallery: Gallery) -> ResolvedMedium:
    if video := file.source.videos.get(medium.file):
        facts = video.facts
        shown = {"seconds": round(facts.seconds, 1), "width": facts.width, "height": facts.height}
        gallery.done[medium.file, medium.sha256] = (Done("picture.video", shown),)
    image = file.source.images.get(medium.file)
    if image is None:
        return medium
    try:
        picture = _made(image.path, image.sha256, rules, medium.crop)
    except InvalidError as error:
        raise InvalidError(error.code, name=medium.file, **error.params) from None
    gallery.pictures[picture.sha256] = picture
    gallery.done[medium.file, picture.sha256] = picture.done
    gallery.names[picture.sha256] = image.path.name[:200]  # as much as the table holds
    return replace(medium, sha256=picture.sha256)


@lru_cache(maxsize=64)
def _made(path: Path, sha256: str, rules: Rules, crop: Crop | None) -> Picture:
    """Once for a plan and its apply; of the very bytes that were checked."""
    raw = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(raw).hexdigest() != sha256:
        raise ConflictError("plan.image_changed", file=path.name)
    return pictures.make(raw, rules, crop)
