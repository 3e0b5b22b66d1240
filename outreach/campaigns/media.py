"""The images of a campaign: found inside its folder only, looked into and hashed; pictures are made of them later."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path as FilePath
from pathlib import PurePosixPath

from outreach import pictures
from outreach.campaigns.problems import Finding, Path
from outreach.campaigns.schema import Image, Post
from outreach.errors import InvalidError

MAX_BYTES = 60_000_000  #: a camera's largest; more is not even opened


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
    """Raises InvalidError where the file is outside of the folder, missing, or no image to make a picture of."""
    path = _inside(name, folder)
    if path.stat().st_size > MAX_BYTES:
        raise InvalidError("media.size", limit=MAX_BYTES // 1_000_000)
    raw = path.read_bytes()
    return Image(path, hashlib.sha256(raw).hexdigest(), pictures.inspect(raw, name))


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
