"""The segments of a JPEG file: what is said about the picture is taken out, the picture itself is not touched."""

from __future__ import annotations

import re
from collections.abc import Iterator

_SOI, _EOI, _SOS, _COM = 0xD8, 0xD9, 0xDA, 0xFE
_APP = range(0xE0, 0xF0)
_ALONE = {0x01, *range(0xD0, 0xD8)}  #: markers without a length
#: ends the coded pixels: any marker but a stuffed zero and the restarts
_NEXT = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")
_JFIF_SIZE = 18  #: marker, length, and no thumbnail, which may show what was cropped away


def strip(raw: bytes) -> bytes:
    """The same pixels without EXIF, XMP, IPTC, comments, thumbnails, or whatever follows the picture.

    An ICC profile and what decoding needs (JFIF, Adobe) stay. Raises ValueError for a file that breaks the format.
    """
    return b"\xff\xd8" + b"".join(part for part in _segments(raw) if _is_picture(part))


def _is_picture(part: bytes) -> bool:
    marker, body = part[1], part[4:]
    if marker not in _APP:
        return marker != _COM
    plain_jfif = body.startswith(b"JFIF\0") and len(part) == _JFIF_SIZE
    return plain_jfif or body.startswith((b"ICC_PROFILE\0", b"Adobe"))


def _segments(raw: bytes) -> Iterator[bytes]:
    """Each with its marker, without fill bytes; coded pixels belong to the segment before them."""
    if raw[:2] != b"\xff\xd8":
        raise ValueError("no JPEG")
    at = 2
    while at < len(raw) - 1:
        if raw[at] != 0xFF:  # noqa: PLR2004  every marker begins so
            raise ValueError("no marker")
        marker = raw[at + 1]
        if marker == 0xFF:  # noqa: PLR2004  a fill byte
            at += 1
            continue
        end = _end(raw, at, marker)
        yield raw[at:end]
        if marker == _EOI:
            return
        at = end
    raise ValueError("no end")


def _end(raw: bytes, at: int, marker: int) -> int:
    if marker == _EOI or marker in _ALONE:
        return at + 2
    end = at + 2 + int.from_bytes(raw[at + 2 : at + 4])
    if end < at + 4 or end > len(raw):
        raise ValueError("a length that leads out")
    if marker != _SOS:
        return end
    following = _NEXT.search(raw, end)
    if following is None:
        raise ValueError("no end")
    return following.start()
