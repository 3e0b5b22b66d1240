"""Makes the picture that a kind of channel takes: upright, cropped where it must be, sRGB on white, saying nothing."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from PIL import Image, ImageCms

from outreach.errors import InvalidError
from outreach.pictures import jpeg
from outreach.pictures.fitting import Crop, Fit, Rules, fit
from outreach.pictures.reading import ImageFacts, facts_of, loaded, shown

QUALITIES = (90, 85, 80, 75, 70, 65, 60)  #: tried in turn until the bytes are few enough
FINE = 85  #: from here on colours keep their full resolution: thin coloured letters need it
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True)
class Done:
    """One thing that was done to an image; worded by `wording.word`."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Picture:
    data: bytes = field(repr=False)
    sha256: str
    width: int
    height: int
    done: tuple[Done, ...]  #: in the order in which a person wants to read it


def make(raw: bytes, rules: Rules, crop: Crop | None = None) -> Picture:
    """Raises InvalidError as `inspect` and `fit` do, and `picture.bytes` where no quality makes it small enough.

    A JPEG that the rules allow keeps its bytes, less those that say where, when and with what it was taken.
    """
    with loaded(raw) as image:
        facts = facts_of(image, raw)
        fitted = fit(facts.width, facts.height, rules, crop)
        kept = _as_it_is(image, facts, fitted, rules, raw)
        if kept is not None:
            return _picture(kept, fitted.size, _said_of(facts, raw, kept))
        drawn = _turned(_plain(image), facts.orientation).resize(
            fitted.size, Image.Resampling.LANCZOS, box=fitted.box, reducing_gap=3.0
        )
        done = _changes(image, facts, fitted)
        data = _written(_in_srgb(drawn, image.info.get("icc_profile")), rules)
    return _picture(data, fitted.size, (_made(facts, fitted, data), *done))


def _picture(data: bytes, size: tuple[int, int], done: tuple[Done, ...]) -> Picture:
    return Picture(data, hashlib.sha256(data).hexdigest(), *size, done)


def _as_it_is(image: Image.Image, facts: ImageFacts, fitted: Fit, rules: Rules, raw: bytes) -> bytes | None:
    """The JPEG without what is said about it, where its pixels need no change; else None."""
    legal = facts.format in {"JPEG", "MPO"} and facts.mode in {"RGB", "L"} and facts.orientation == 1
    if not legal or fitted.size != (facts.width, facts.height) or not _is_srgb(image.info.get("icc_profile")):
        return None
    with suppress(ValueError):  # a file that only a patient decoder reads is written anew
        stripped = jpeg.strip(raw)
        return stripped if len(stripped) <= rules.bytes else None
    return None


def _said_of(facts: ImageFacts, raw: bytes, kept: bytes) -> tuple[Done, ...]:
    if raw == kept:
        return (Done("picture.as_it_is"),)
    return (Done("picture.stripped"), *_place(facts))


def _made(facts: ImageFacts, fitted: Fit, data: bytes) -> Done:
    sizes = {"was_width": facts.width, "was_height": facts.height, "width": fitted.size[0], "height": fitted.size[1]}
    return Done("picture.made", {"format": shown(facts.format), **sizes, "kb": max(1, len(data) // 1000)})


def _changes(image: Image.Image, facts: ImageFacts, fitted: Fit) -> tuple[Done, ...]:
    done = []
    if fitted.cut:
        code = "picture.cut_upright" if fitted.upright else "picture.cut_across"
        done.append(Done(code, {"percent": max(1, round(fitted.cut * 100))}))
    if facts.orientation != 1:
        done.append(Done("picture.turned"))
    if image.has_transparency_data:
        done.append(Done("picture.on_white"))
    if facts.mode == "CMYK" or not _is_srgb(image.info.get("icc_profile")):
        done.append(Done("picture.colours"))
    return (*done, *_place(facts))


def _place(facts: ImageFacts) -> tuple[Done, ...]:
    return (Done("picture.place_removed"),) if facts.has_gps else ()


def _plain(image: Image.Image) -> Image.Image:
    """Of a mode that can be made smaller: L, RGB, RGBA, CMYK."""
    if image.mode.startswith("I"):  # 16 bits a pixel: the upper eight are what a screen shows
        import numpy as np

        return Image.fromarray(np.clip(np.asarray(image).astype(np.int64) >> 8, 0, 255).astype(np.uint8))
    if image.has_transparency_data:
        return image.convert("RGBA")
    return image if image.mode in {"L", "RGB", "CMYK"} else image.convert("L" if image.mode == "1" else "RGB")


def _turned(image: Image.Image, orientation: int) -> Image.Image:
    return image.transpose(_TURNS[orientation]) if orientation in _TURNS else image


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    if image.mode != "RGBA":
        return _converted(image, profile)
    flat = Image.new("RGB", image.size, "white")
    flat.paste(_converted(image.convert("RGB"), profile), mask=image.getchannel("A"))
    return flat


def _converted(image: Image.Image, profile: bytes | None) -> Image.Image:
    """By the image's own profile, as browsers do it; one that is damaged or of another mode counts as none."""
    if profile and not _is_srgb(profile):
        with suppress(ImageCms.PyCMSError, OSError):
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            made = ImageCms.profileToProfile(
                image,
                source,
                _srgb(),
                renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
                outputMode="RGB",
                flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
            )
            if made is not None:
                return made
    return image.convert("RGB")


@cache
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def _is_srgb(profile: bytes | None) -> bool:
    """No profile means sRGB on every platform; which profile it is, it says in its description."""
    if not profile:
        return True
    try:
        return "sRGB" in ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile)))
    except (ImageCms.PyCMSError, OSError):
        return False


def _written(image: Image.Image, rules: Rules) -> bytes:
    image.info = {}  # a comment would be written again
    for quality in QUALITIES:
        buffer = io.BytesIO()
        subsampling = "4:4:4" if quality >= FINE else "4:2:0"
        image.save(buffer, "JPEG", quality=quality, subsampling=subsampling)
        if buffer.tell() <= rules.bytes:
            return buffer.getvalue()
    raise InvalidError("picture.bytes", limit=rules.bytes // 1_000_000)
