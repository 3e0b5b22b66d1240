"""Fetches media from the addresses that a publisher names, as Meta would: no redirects, a time limit, a size limit."""

from __future__ import annotations

import io
import time
from dataclasses import dataclass

import requests
from PIL import Image, UnidentifiedImageError

from outreach.errors import MetaError
from outreach.sandbox.refusals import refuse

MEGABYTE = 1024 * 1024
INSTAGRAM_LIMIT = 8 * MEGABYTE
FACEBOOK_LIMIT = 10 * MEGABYTE
VIDEO_LIMIT = 300 * MEGABYTE
NARROWEST, WIDEST = 4 / 5, 1.91  # width ÷ height, graph-api.md §5
FACEBOOK_FORMATS = ("JPEG", "BMP", "PNG", "GIF", "TIFF")


@dataclass(frozen=True)
class Fetched:
    data: bytes = b""
    timed_out: bool = False
    unreachable: bool = False


def fetch(url: str, *, seconds: float, most: int = FACEBOOK_LIMIT) -> Fetched:
    """Read one address with a limit on the whole time, not only on each read."""
    started = time.monotonic()
    try:
        with requests.get(url, stream=True, timeout=seconds, allow_redirects=False) as answer:
            if answer.status_code != requests.codes.ok:
                return Fetched(unreachable=True)
            data = bytearray()
            for chunk in answer.iter_content(65536):
                data += chunk
                if time.monotonic() - started > seconds:
                    return Fetched(timed_out=True)
                if len(data) > most:
                    break
            return Fetched(bytes(data))
    except requests.Timeout:
        return Fetched(timed_out=True)
    except (requests.RequestException, ValueError):
        return Fetched(unreachable=True)


def instagram_problem(fetched: Fetched, *, any_aspect: bool = False) -> MetaError | None:
    """What Instagram says about an image, None when it takes it (graph-api.md §5 and §7.2)."""
    return not_fetched(fetched) or _too_large(fetched) or _not_taken(*measure(fetched.data), any_aspect=any_aspect)


def not_fetched(fetched: Fetched) -> MetaError | None:
    if fetched.timed_out:
        return _said(-2, 2207003, "It takes too long to download the media.", "Media download timeout")
    if fetched.unreachable:
        return _said(9004, 2207052, "The media could not be fetched from this URI.", "Media not fetched")
    return None


def _too_large(fetched: Fetched) -> MetaError | None:
    if len(fetched.data) > INSTAGRAM_LIMIT:
        return _said(
            36000, 2207004, "The image is too large to download. It should be less than 8 MiB.", "Image size too large"
        )
    return None


def _not_taken(form: str | None, size: tuple[int, int], *, any_aspect: bool) -> MetaError | None:
    if form is None:
        return _said(9004, 2207052, "Only photo or video can be accepted as media type.", "Media not fetched")
    if form != "JPEG":
        return _said(
            36001,
            2207005,
            f"The image format is not supported. Supported: JPEG, got: {form}.",
            "Image format not supported",
        )
    ratio = size[0] / size[1]
    if not any_aspect and not NARROWEST - 0.005 <= ratio <= WIDEST + 0.005:
        return _said(
            36003,
            2207009,
            f"The submitted image with aspect ratio {ratio:.3f} cannot be published.",
            "Aspect ratio not supported",
        )
    return None


def measure(data: bytes) -> tuple[str | None, tuple[int, int]]:
    """Format and size; the pixels are decoded, so a truncated file is no image."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            image.load()
            return image.format, image.size
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None, (0, 0)


def _said(code: int, subcode: int, message: str, title: str) -> MetaError:
    return refuse(code, message, subcode=subcode, is_transient=False, error_user_title=title, error_user_msg=message)
