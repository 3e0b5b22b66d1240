"""Which videos a channel takes for which format, by graph-api.md §4 and §5. Pure; nothing is converted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from outreach.campaigns.videos import VideoFacts
from outreach.states import ChannelKind, Format

CODECS = ("h264", "hevc")
MEGABYTE = 1_000_000
SLACK = 0.02  #: of width ÷ height
#: seconds over the limit that editing programs leave at the end
OVERHANG = 0.5
_PAGE, _ACCOUNT = ChannelKind.FACEBOOK_PAGE, ChannelKind.INSTAGRAM_ACCOUNT


@dataclass(frozen=True)
class Limits:
    """Lengths in seconds, sizes in pixels and bytes, `bits` a second; None where Meta names none."""

    seconds: tuple[float, float]
    bytes: int = 300 * MEGABYTE
    fps: tuple[int, int] | None = None
    aspect: float | None = None
    least: tuple[int, int] = (1, 1)
    widest: int | None = None
    bits: int | None = None
    aac: bool = False  #: the sound, if any, must be AAC of at most 48 kHz


#: A video of a Page's feed has bounds of our own: what Iraqi lines can carry, and what people watch to the end.
#: Stories of a Page are documented by the API's names alone, so reels' rules hold for them, and Instagram's length.
LIMITS: Mapping[tuple[ChannelKind, Format], Limits] = {
    (_PAGE, Format.FEED): Limits((1, 3600)),
    (_PAGE, Format.REEL): Limits((3, 90), fps=(24, 60), aspect=9 / 16, least=(540, 960)),
    (_PAGE, Format.STORY): Limits((3, 60), 100 * MEGABYTE, fps=(24, 60), aspect=9 / 16, least=(540, 960)),
    (_ACCOUNT, Format.REEL): Limits((3, 900), fps=(23, 60), widest=1920, bits=25 * MEGABYTE, aac=True),
    (_ACCOUNT, Format.STORY): Limits((3, 60), 100 * MEGABYTE, fps=(23, 60), widest=1920, bits=25 * MEGABYTE, aac=True),
}

Fault = tuple[str, dict[str, Any]]  #: a message code and its parameters


def faults(facts: VideoFacts, limits: Limits) -> Iterator[Fault]:
    """Everything that keeps a channel from taking the video."""
    if facts.codec not in CODECS:
        yield "lint.video_codec", {"codec": facts.codec}
    if limits.aac and facts.audio not in (None, "aac"):
        yield "lint.video_audio", {"codec": facts.audio}
    if limits.aac and facts.audio_rate > 48_000:  # noqa: PLR2004  Meta's own number
        yield "lint.video_audio_rate", {"rate": facts.audio_rate // 1000}
    yield from _lengths(facts, limits)
    yield from _sizes(facts, limits)


def _lengths(facts: VideoFacts, limits: Limits) -> Iterator[Fault]:
    least, most = limits.seconds
    if not least <= facts.seconds <= most + OVERHANG:
        yield "lint.video_length", {"seconds": round(facts.seconds, 1), "least": least, "most": most}
    if facts.bytes > limits.bytes:
        yield "lint.video_big", {"limit": limits.bytes // MEGABYTE}
    if limits.bits is not None and facts.bits_per_second > limits.bits:
        yield "lint.video_bitrate", {"limit": limits.bits // MEGABYTE}
    if limits.fps is not None and not limits.fps[0] <= round(facts.fps, 2) <= limits.fps[1]:
        yield "lint.video_fps", {"fps": round(facts.fps, 2), "least": limits.fps[0], "most": limits.fps[1]}


def _sizes(facts: VideoFacts, limits: Limits) -> Iterator[Fault]:
    size = {"width": facts.width, "height": facts.height}
    if limits.aspect is not None and abs(facts.aspect / limits.aspect - 1) > SLACK:
        yield "lint.video_aspect", size
    elif facts.width < limits.least[0] or facts.height < limits.least[1]:
        yield "lint.video_small", {**size, "least": f"{limits.least[0]}×{limits.least[1]}"}
    if limits.widest is not None and facts.width > limits.widest:
        yield "lint.video_wide", {**size, "limit": limits.widest}
