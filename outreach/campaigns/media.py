"""The images of a campaign: found inside its folder only, read once, measured and hashed."""

from __future__ import annotations

import hashlib
import io
import warnings
from collections.abc import Iterator
from pathlib import Path as FilePath
from pathlib import PurePosixPath

from PIL import Image as Pillow
from PIL import UnidentifiedImageError

from outreach.campaigns.problems import Finding, Path
from outreach.campaigns.schema import Image, ImageFacts, Post
from outreach.errors import InvalidError

MAX_BYTES = 20_000_000  #: twice what any channel takes; more is not even opened
MAX_PIXELS = 60_000_000
_GPS = 0x8825  #: EXIF pointer to where a picture was taken


def read_images(posts: list[tuple[Path, Post]], folder: FilePath) -> tuple[dict[str, Image], list[Finding]]:
    """Every image that the posts name, by its name in the file."""
    images: dict[str, Image] = {}
    findings: list[Finding] = []
    for path, name in _named(posts):
        try:
            images[name] = images.get(name) or read_image(name, folder)
        except InvalidError as error:
            findings.append(Finding((*path, "file"), error.code, {"name": name, **error.params}))
    return images, findings


def read_image(name: str, folder: FilePath) -> Image:
    """Raises InvalidError where the file is outside of the folder, missing, or not an image that opens."""
    path = _inside(name, folder)
    if path.stat().st_size > MAX_BYTES:
        raise InvalidError("media.size", limit=MAX_BYTES // 1_000_000)
    raw = path.read_bytes()
    return Image(path, hashlib.sha256(raw).hexdigest(), _measure(raw))


def _named(posts: list[tuple[Path, Post]]) -> Iterator[tuple[Path, str]]:
    for path, post in posts:
        yield from (((*path, "media", number), medium.file) for number, medium in enumerate(post.media))
        for channel, override in post.on.items():
            base = (*path, "on", channel, "media")
            yield from (((*base, number), medium.file) for number, medium in enumerate(override.media or ()))


def _inside(name: str, folder: FilePath) -> FilePath:
    pure = PurePosixPath(name)
    if pure.is_absolute() or ".." in pure.parts or "\\" in name or ":" in name or "\0" in name:
        raise InvalidError("media.outside")
    try:
        path = (folder / pure).resolve(strict=True)
    except (OSError, RuntimeError, ValueError):
        raise InvalidError("media.missing") from None
    if not path.is_relative_to(folder.resolve()):  # a link led out
        raise InvalidError("media.outside")
    if not path.is_file():
        raise InvalidError("media.missing")
    return path


def _measure(raw: bytes) -> ImageFacts:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of bombs, which are refused by their pixels below
            return _facts(raw)
    except (UnidentifiedImageError, Pillow.DecompressionBombError, OSError, ValueError, SyntaxError, EOFError):
        raise InvalidError("media.unreadable") from None


def _facts(raw: bytes) -> ImageFacts:
    with Pillow.open(io.BytesIO(raw)) as image:
        if image.width * image.height > MAX_PIXELS:
            raise InvalidError("media.pixels", limit=MAX_PIXELS // 1_000_000)
        has_gps = bool(image.getexif().get_ifd(_GPS)) or b"GPSLatitude" in raw  # EXIF, and XMP beside it
        frames = getattr(image, "n_frames", 1)
        image.load()
        kind = image.format or ""
        return ImageFacts(kind, image.width, image.height, len(raw), image.mode, has_gps=has_gps, frames=frames)
