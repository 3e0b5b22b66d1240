"""Which videos Meta takes for which kind of post, and what it says of the others (graph-api.md §4, §5, §7.2)."""

from __future__ import annotations

from outreach.campaigns.videos import VideoFacts
from outreach.errors import MetaError
from outreach.sandbox.refusals import refuse

MEGABYTE = 1_000_000
TOO_SMALL = 1_000  #: bytes; Meta names no number
CODECS = ("h264", "hevc")
REEL_ASPECT = 9 / 16
SLACK = 0.02
#: seconds, by Meta's kind
PAGE_LENGTHS = {"reel": (3, 90), "story": (3, 60)}
ACCOUNT_LENGTHS = {"REELS": (3, 900), "STORIES": (3, 60), "VIDEO": (3, 60)}
ACCOUNT_BYTES = {"REELS": 300 * MEGABYTE, "STORIES": 100 * MEGABYTE, "VIDEO": 100 * MEGABYTE}


def page_problem(facts: VideoFacts | None, form: str, *, size: int) -> MetaError | None:
    """What a Page says of a video, None when it takes it."""
    if size < TOO_SMALL:
        return refuse(382, "(#382) The video file you selected is too small")
    if facts is None or facts.codec not in CODECS:
        return refuse(6000, "(#6000) There was a problem uploading your video file")
    return None if form == "feed" else _reel_problem(facts, form)


def _reel_problem(facts: VideoFacts, form: str) -> MetaError | None:
    least, most = PAGE_LENGTHS[form]
    if abs(facts.aspect / REEL_ASPECT - 1) > SLACK:
        return refuse(1363040, "(#1363040) The aspect ratio must be 9:16")
    if facts.width < 540 or facts.height < 960:  # noqa: PLR2004  Meta's own numbers
        return refuse(1363127, "(#1363127) The resolution must be at least 540 x 960")
    if not least <= facts.seconds <= most + 0.5:
        return refuse(1363128, f"(#1363128) The length must be {least} to {most} seconds")
    if not 24 <= round(facts.fps, 2) <= 60:  # noqa: PLR2004  as above
        return refuse(1363129, "(#1363129) The frame rate must be 24 to 60 frames per second")
    return None


def account_problem(facts: VideoFacts | None, kind: str, *, size: int, thumb_ms: int | None) -> MetaError | None:
    """What Instagram says of a video, None when it takes it; `kind` is the container's `media_type`."""
    least, most = ACCOUNT_LENGTHS[kind]
    taken = (
        facts is not None
        and facts.codec in CODECS
        and facts.audio in (None, "aac")
        and facts.audio_rate <= 48_000  # noqa: PLR2004  Meta's own numbers, as all below
        and 23 <= round(facts.fps, 2) <= 60  # noqa: PLR2004
        and facts.width <= 1920  # noqa: PLR2004
        and facts.bits_per_second <= 25 * MEGABYTE
        and least <= facts.seconds <= most + 0.5
        and size <= ACCOUNT_BYTES[kind]
    )
    if not taken:
        return refuse(352, "The video format is not supported.", subcode=2207026,
                      error_user_title="Unsupported video format", is_transient=False)  # fmt: skip
    if thumb_ms is not None and facts is not None and thumb_ms > facts.seconds * 1000:
        return refuse(1, "The thumbnail offset must be within the video.", subcode=2207057,
                      error_user_title="Thumbnail offset invalid", is_transient=False)  # fmt: skip
    return None
