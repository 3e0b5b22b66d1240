"""The links that people copy from Facebook and Instagram, and the ids in them. Pure text: nothing is fetched."""

from __future__ import annotations

import base64
import binascii
import re
from urllib.parse import parse_qs, urlsplit

_ID = re.compile(r"[0-9]+(?:_[0-9]+)?")
_INSTAGRAM = re.compile(r"/(?:c|r)/([0-9]+)")
_POST = re.compile(r"/(?:posts|videos|photos|permalink|reel)/(?:[^/]*/)*?([0-9]+(?:_[0-9]+)?)/?$")
_POST_PARAMETERS = ("story_fbid", "fbid", "v")


def comment_id(link: str) -> str | None:
    """Of the comment that a link leads to, or the id itself; an answer's own id stands behind its thread's."""
    text = link.strip()
    if _ID.fullmatch(text):
        return text
    parts = _split(text)
    query = parse_qs(parts[1])
    named = [*query.get("reply_comment_id", ()), *query.get("comment_id", ())][:1] or _INSTAGRAM.findall(parts[0])[-1:]
    found = [each for each in map(_plain, named) if _ID.fullmatch(each)]
    return found[0] if found else None


def post_id(link: str) -> str | None:
    """The post's id, where the link names it by one: short names of Facebook's and Instagram's are none."""
    text = link.strip()
    if _ID.fullmatch(text):
        return text
    path, query = _split(text)
    named = [value for name in _POST_PARAMETERS for value in parse_qs(query).get(name, ())]
    in_path = _POST.search(path)
    found = [*named, *([in_path[1]] if in_path else [])]
    return next((each for each in found if _ID.fullmatch(each)), None)


def address(link: str) -> str:
    """What two links to the same thing have in common: host without `www.` and path, nothing behind them."""
    parts = link.strip().partition("?")[0].partition("#")[0].partition("://")[2]
    return parts.removeprefix("www.").removeprefix("m.").rstrip("/").lower()


def _split(link: str) -> tuple[str, str]:
    try:
        parts = urlsplit(link)
    except ValueError:
        return "", ""
    return parts.path, parts.query


def _plain(value: str) -> str:
    """Newer links of Facebook's hold base64 of "comment:{post}_{comment}"."""
    try:
        decoded = base64.b64decode(value, validate=True).decode("ascii")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return value
    return decoded.removeprefix("comment:") if decoded.startswith("comment:") else value
