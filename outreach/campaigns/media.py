"""The images and videos of a campaign: found inside its folder only, looked into and hashed.

Pictures are made of the images later; videos stay as they are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path as FilePath
from pathlib import PurePosixPath
from typing import TypeVar

from outreach import pictures
from outreach.campaigns import videos
from outreach.campaigns.problems import Finding, Path
from outreach.campaigns.schema import Image, Post, Video
from outreach.errors import InvalidError

File = TypeVar("File", bound=Image | Video)
TAKEN = (".mp4", ".mov", ".m4v")
NOT_TAKEN = (".avi", ".mkv", ".webm", ".wmv", ".3gp", ".mpg", ".mpeg", ".flv")
MAX_VIDEO = 300_000_000  #: Instagram's most; a Page's is our own
MAX_BYTES = 60_000_000  #: a camera's largest; more is not even opened


def read_videos(posts: list[tuple[Path, Post]], folder: FilePath) -> tuple[dict[str, Video], list[Finding]]:
    """Every video that the posts name, by its name in the file."""
    return _read(((path, name) for path, name in _named(posts) if _is_video(name)), folder, read_video)


def read_video(name: str, folder: FilePath) -> Video:
    """Raises InvalidError where the file is outside of the folder, missing, or no video that Meta could open."""
    path = _inside(name, folder)
    if path.suffix.lower() not in TAKEN:
        raise InvalidError("media.video_kind")
    if path.stat().st_size > MAX_VIDEO:
        raise InvalidError("media.video_size", limit=MAX_VIDEO // 1_000_000)
    facts = videos.look(path)
    if facts is None:
        raise InvalidError("media.video_unreadable")
    with path.open("rb") as file:
        return Video(path, hashlib.file_digest(file, "sha256").hexdigest(), facts)


def _is_video(name: str) -> bool:
    return PurePosixPath(name).suffix.lower() in (*TAKEN, *NOT_TAKEN)


def read_images(posts: list[tuple[Path, Post]], folder: FilePath) -> tuple[dict[str, Image], list[Finding]]:
    """Every image that the posts name, by its name in the file."""
    return _read(((path, name) for path, name in _named(posts) if not _is_video(name)), folder, read_image)


def _read(
    named: Iterable[tuple[Path, str]], folder: FilePath, read: Callable[[str, FilePath], File]
) -> tuple[dict[str, File], list[Finding]]:
    files: dict[str, File] = {}
    findings: list[Finding] = []
    for path, name in named:
        try:
            files[name] = files.get(name) or read(name, folder)
        except InvalidError as error:
            findings.append(Finding((*path, "file"), error.code, {"name": name, **error.params}))
    return files, findings


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
