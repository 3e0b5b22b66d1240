"""Copies of images as they were when a campaign was applied, named by their SHA-256 under the data folder."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

from outreach.errors import NotFoundError

_SHA256 = re.compile(r"[0-9a-f]{64}")


class MediaStore:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, data: bytes) -> str:
        """Keep a copy and return its SHA-256; written beside and moved, so that no half image is ever found."""
        sha256 = hashlib.sha256(data).hexdigest()
        target = self.folder / f"{sha256}.jpg"
        if not target.exists():
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            partial = target.with_suffix(f".{os.getpid()}.new")
            partial.write_bytes(data)
            partial.replace(target)
        return sha256

    def path(self, sha256: str) -> Path:
        """Raises NotFoundError when there is no such copy."""
        target = self.folder / f"{sha256}.jpg"
        if not _SHA256.fullmatch(sha256) or not target.is_file():
            raise NotFoundError("media.missing", sha256=sha256)
        return target
