"""Opens image files of the kinds that people save, and tells each trouble with them apart."""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath

import pillow_heif
from PIL import Image, UnidentifiedImageError

from outreach.errors import InvalidError

pillow_heif.register_heif_opener()

MAX_PIXELS = 60_000_000
#: Pillow's names, with the endings that a file of each kind may have. Others are not even tried: some run programs.
FORMATS = {
    "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "MPO": (".jpg", ".jpeg", ".mpo"),  # a telephone's JPEG with a second picture behind the first; opened as JPEG
    "PNG": (".png",),
    "WEBP": (".webp",),
    "HEIF": (".heic", ".heif", ".hif"),
    "AVIF": (".avif",),
    "GIF": (".gif",),
    "BMP": (".bmp",),
    "TIFF": (".tif", ".tiff"),
}
#: of colour, as Pillow names them; floating point and Lab have no plain meaning on a screen
MODES = {"1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "YCbCr", "I", "I;16", "I;16B", "I;16L"}
_SEVERAL = {"MPO", "HEIF"}  #: what else these hold belongs to the telephone
_ORIENTATION, _GPS = 0x0112, 0x8825
_SIDEWAYS = range(5, 9)
_BROKEN = (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError, struct.error, RuntimeError)


@dataclass(frozen=True)
class ImageFacts:
    """What is known of an image before anything is done to it; width and height as it is looked at, upright."""

    format: str  #: Pillow's name: "JPEG", "PNG", …
    width: int
    height: int
    bytes: int
    mode: str  #: Pillow's colour mode: "RGB", "CMYK", …
    has_gps: bool = False  #: it says where it was taken
    frames: int = 1
    orientation: int = 1  #: EXIF's: 1 is upright


def inspect(raw: bytes, name: str = "") -> ImageFacts:
    """Raises InvalidError: unreadable, of another type than `name` says, too many pixels, animated, cut off."""
    with loaded(raw, name) as image:
        return facts_of(image, raw)


@contextmanager
def loaded(raw: bytes, name: str = "") -> Iterator[Image.Image]:
    """The decoded image. Raises InvalidError as `inspect` does."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of bombs, which are refused by their pixels, and of odd metadata
        with _opened(raw) as image:
            _check(image, name)
            try:
                image.load()
            except _BROKEN:
                raise InvalidError("media.truncated") from None
            yield image


def facts_of(image: Image.Image, raw: bytes) -> ImageFacts:
    """Of a decoded image: some kinds turn themselves upright as they are decoded."""
    exif = _exif(image)
    orientation = exif.get(_ORIENTATION, 1)
    width, height = image.size[::-1] if orientation in _SIDEWAYS else image.size
    has_gps = _GPS in exif or b"GPSLatitude" in raw  # EXIF, and XMP beside it
    frames = _frames(image)
    kind = image.format or ""
    return ImageFacts(
        kind, width, height, len(raw), image.mode, has_gps=has_gps, frames=frames, orientation=orientation
    )


def _opened(raw: bytes) -> Image.Image:
    try:
        return Image.open(io.BytesIO(raw), formats=[kind for kind in FORMATS if kind != "MPO"])
    except Image.DecompressionBombError:
        raise InvalidError("media.pixels", limit=MAX_PIXELS // 1_000_000) from None
    except (UnidentifiedImageError, *_BROKEN):
        raise InvalidError("media.unreadable") from None


def _check(image: Image.Image, name: str) -> None:
    """All that can be told from the header, before memory is spent on pixels."""
    kind = image.format or ""
    endings = FORMATS.get(kind, ())
    if name and PurePosixPath(name).suffix.lower() not in endings:
        raise InvalidError("media.type", format=shown(kind), ending=endings[0] if endings else "")
    if image.width * image.height > MAX_PIXELS:
        raise InvalidError("media.pixels", limit=MAX_PIXELS // 1_000_000)
    if _frames(image) > 1:
        raise InvalidError("media.animated", frames=_frames(image))
    if image.mode not in MODES:
        raise InvalidError("media.colours", mode=image.mode)


def shown(kind: str) -> str:
    """A format as people know it."""
    return {"MPO": "JPEG", "WEBP": "WebP", "HEIF": "HEIC"}.get(kind, kind)


def _frames(image: Image.Image) -> int:
    return 1 if image.format in _SEVERAL else int(getattr(image, "n_frames", 1))


def _exif(image: Image.Image) -> dict[int, int]:
    """The orientation, and whether there is a place; damaged EXIF says nothing."""
    try:
        exif = image.getexif()
        found = {_ORIENTATION: int(exif.get(_ORIENTATION, 1))}
        if exif.get_ifd(_GPS):
            found[_GPS] = 1
    except _BROKEN:
        return {}
    return found if found[_ORIENTATION] in range(1, 9) else {**found, _ORIENTATION: 1}
