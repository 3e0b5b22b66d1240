"""What a video file holds, read with FFmpeg's libraries, which load only when there is one; nothing is converted."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

#: names that FFmpeg gives to MP4 and QuickTime, which it cannot tell apart
CONTAINERS = {"mp4", "mov"}
_A_SECOND = 1_000_000  #: in which FFmpeg counts a file's length (AV_TIME_BASE)
_TAIL = 0.5  #: seconds that may be missing at the end: sound and picture seldom end together


@dataclass(frozen=True)
class VideoFacts:
    """`width` and `height` as people see the picture: a phone held upright writes it lying, with a rotation."""

    codec: str  #: FFmpeg's name: "h264", "hevc", …
    width: int
    height: int
    seconds: float
    fps: float
    bytes: int
    audio: str | None = None  #: codec of the sound; None without any
    audio_rate: int = 0  #: in Hz
    has_gps: bool = False  #: it says where it was taken

    @property
    def aspect(self) -> float:
        return self.width / self.height

    @property
    def bits_per_second(self) -> float:
        return self.bytes * 8 / self.seconds


def look(file: Path | bytes) -> VideoFacts | None:
    """None for anything but an MP4 or MOV whose picture opens and whose data reach to its end."""
    import av.error

    size = len(file) if isinstance(file, bytes) else file.stat().st_size
    try:
        with av.open(BytesIO(file) if isinstance(file, bytes) else str(file)) as opened:
            return _facts(opened, size)
    except (av.error.FFmpegError, OSError, ValueError, IndexError, ZeroDivisionError, StopIteration):
        return None


def still(file: Path) -> Image.Image | None:
    """A picture from early in the video, upright; the very first is often black."""
    import av.error

    try:
        with av.open(str(file)) as opened:
            opened.seek(int(min(opened.duration or 0, _A_SECOND)), backward=True)
            frame: Any = next(opened.decode(video=0))
            image: Image.Image = frame.to_image()
            return image.rotate(frame.rotation, expand=True) if frame.rotation else image
    except (av.error.FFmpegError, OSError, ValueError, StopIteration):
        return None


def _facts(opened: Any, size: int) -> VideoFacts | None:
    if CONTAINERS.isdisjoint(opened.format.name.split(",")) or not opened.streams.video or not opened.duration:
        return None
    picture, sound = opened.streams.video[0], next(iter(opened.streams.audio), None)
    rotation = next(opened.decode(picture)).rotation
    seconds = opened.duration / _A_SECOND
    if not picture.average_rate or _reach(opened, picture) < seconds - _TAIL:
        return None
    size_seen = (picture.width, picture.height) if rotation % 180 == 0 else (picture.height, picture.width)
    return VideoFacts(
        codec=picture.codec_context.name,
        width=size_seen[0],
        height=size_seen[1],
        seconds=seconds,
        fps=float(picture.average_rate),
        bytes=size,
        audio=sound.codec_context.name if sound else None,
        audio_rate=sound.codec_context.sample_rate if sound else 0,
        has_gps=_has_place(opened),
    )


def _reach(opened: Any, picture: Any) -> float:
    """Until which second there are pictures: a file whose copying was cut short claims more than it holds."""
    opened.seek(0)
    ends = [
        float((packet.pts + (packet.duration or 0)) * packet.time_base)
        for packet in opened.demux(picture)
        if packet.pts is not None and not packet.is_corrupt
    ]
    return max(ends, default=0.0)


def _has_place(opened: Any) -> bool:
    """Phones write it as `location` or `com.apple.quicktime.location.ISO6709`, for the file or for a track."""
    return any("location" in key.lower() for part in (opened, *opened.streams) for key in part.metadata)
