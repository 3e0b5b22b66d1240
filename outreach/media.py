"""Copies of media as they were when a campaign was applied, named by their SHA-256 under the data folder."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

from outreach.errors import NotFoundError

VIDEO = ".mp4"
_SHA256 = re.compile(r"[0-9a-f]{64}")


class MediaStore:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, data: bytes) -> str:
        """Keep a copy and return its SHA-256; written beside and moved, so that no half image is ever found.

        A copy that was damaged is mended by this.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        target = self.folder / f"{sha256}{_ending(data)}"
        if not target.is_file() or target.read_bytes() != data:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            partial = target.with_suffix(f".{os.getpid()}.new")
            partial.write_bytes(data)
            partial.replace(target)
        return sha256

    def place(self, sha256: str) -> Path:
        """Where the copy lies, or would lie."""
        video = self.folder / f"{sha256}{VIDEO}"
        return video if video.is_file() else self.folder / f"{sha256}.jpg"

    def path(self, sha256: str) -> Path:
        """Raises NotFoundError when there is no such copy."""
        target = self.place(sha256)
        if not _SHA256.fullmatch(sha256) or not target.is_file():
            raise NotFoundError("media.lost", sha256=sha256)
        return target

    def intact(self, sha256: str) -> Path:
        """As `path`, having read the copy: it still is what was approved. Raises NotFoundError when it is not."""
        target = self.path(sha256)
        with target.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
                raise NotFoundError("media.damaged", sha256=sha256)
        return target

    def drop(self, sha256: str) -> None:
        self.place(sha256).unlink(missing_ok=True)


def _ending(data: bytes) -> str:
    """MP4 and QuickTime begin with their type box; all else that is kept is JPEG."""
    return VIDEO if data[4:8] == b"ftyp" else ".jpg"
