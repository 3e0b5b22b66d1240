"""Videos on their way to Meta: bytes that arrive in pieces, and the phases that a Page's video goes through."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from outreach.campaigns.videos import VideoFacts

LIFE = timedelta(hours=24)  #: of what was begun and never published


@dataclass
class Upload:
    """Bytes arrive in order; `size` 0: not said yet. They are dropped once they have been looked at."""

    size: int = 0
    data: bytearray = field(default_factory=bytearray, repr=False)
    received: int = 0

    @property
    def complete(self) -> bool:
        return 0 < self.size == self.received

    def add(self, data: bytes) -> None:
        self.data += data
        self.received += len(data)

    def take(self) -> bytes:
        data, self.data = bytes(self.data), bytearray()
        return data


@dataclass
class Video:
    """A video of a Page: of the feed (`form` "feed"), a reel or a story."""

    id: str
    page_id: str
    app_id: str
    created_at: datetime
    form: str
    upload: Upload = field(default_factory=Upload)
    session_id: str = ""
    facts: VideoFacts | None = None
    error_code: int | None = None
    ready_at: datetime | None = None  #: when processing ends; None before it began
    finished: bool = False
    title: str = ""
    description: str = ""
    post_id: str | None = None
    published: bool = False
    deleted: bool = False

    def status(self, at: datetime) -> str:
        """One of the documented `video_status`es (graph-api.md §4)."""
        if not self.finished and at >= self.created_at + LIFE:
            return "expired"
        if not self.upload.complete:
            return "uploading"
        if self.ready_at is None:
            return "upload_complete"
        if at < self.ready_at:
            return "processing"
        return "error" if self.error_code else "ready"
