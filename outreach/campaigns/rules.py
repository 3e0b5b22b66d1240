"""What the types of the schema cannot say: rules between the fields of one post and between posts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time

from outreach.campaigns.problems import Finding, Path
from outreach.campaigns.schema import Blackout, Override, Post, Text, Window
from outreach.campaigns.values import LONGEST
from outreach.states import PostKind


def header_findings(window: Window | None, blackouts: Iterable[Blackout]) -> Iterator[Finding]:
    if window and window.end < window.start:
        yield Finding(("window", "to"), "campaign.ends_before_start")
    if window and window.end - window.start > LONGEST:
        yield Finding(("window", "to"), "campaign.window_long", {"days": LONGEST.days})
    for number, blackout in enumerate(blackouts):
        if _first_moment(blackout.end) < _first_moment(blackout.start) or _is_empty(blackout):
            yield Finding(("blackouts", number, "to"), "campaign.ends_before_start")


def post_findings(post: Post, path: Path, channels: tuple[str, ...] | None) -> Iterator[Finding]:
    """`channels` are the campaign's, None where they cannot be read."""
    yield from _timing(post, path)
    yield from _texts(post, path)
    yield from _channels(post, path, channels)
    if post.kind is PostKind.STORY and post.consent is None:
        yield Finding((*path, "consent"), "campaign.story_without_consent", {"post": post.id})
    if post.event and post.event.ends and post.event.ends <= post.event.starts:
        yield Finding((*path, "event", "ends"), "campaign.ends_before_start")


def repeated_ids(posts: Iterable[tuple[Path, Post]]) -> Iterator[Finding]:
    seen: set[str] = set()
    for path, post in posts:
        if post.id in seen:
            yield Finding((*path, "id"), "campaign.repeated_id", {"post": post.id})
        seen.add(post.id)


def _first_moment(moment: date | datetime) -> datetime:
    return moment if isinstance(moment, datetime) else datetime.combine(moment, time.min)


def _is_empty(blackout: Blackout) -> bool:
    return isinstance(blackout.end, datetime) and blackout.end == _first_moment(blackout.start)


def _timing(post: Post, path: Path) -> Iterator[Finding]:
    given = [name for name in ("at", "slots", "every") if getattr(post, name) is not None]
    if len(given) != 1:
        code = "campaign.two_times" if given else "campaign.no_time"
        yield Finding((*path, given[1]) if given else path, code, {"post": post.id, "given": ", ".join(given)})
    for channel, override in post.on.items():
        if override.at and post.at is None:
            yield Finding((*path, "on", channel, "at"), "campaign.override_at", {"post": post.id})


def _texts(post: Post, path: Path) -> Iterator[Finding]:
    for where, text in _all_texts(post, path):
        if text.ar is None and text.en is None:
            yield Finding(where, "campaign.no_language")


def _all_texts(post: Post, path: Path) -> Iterator[tuple[Path, Text]]:
    parts: list[tuple[Path, Post | Override]] = [(path, post)]
    parts += [((*path, "on", channel), override) for channel, override in post.on.items()]
    for base, part in parts:
        for name in ("text", "content_note", "first_comment"):
            if text := getattr(part, name, None):
                yield (*base, name), text
        for number, medium in enumerate(part.media or ()):
            yield (*base, "media", number, "alt"), medium.alt
    if post.event and post.event.place:
        yield (*path, "event", "place"), post.event.place


def _channels(post: Post, path: Path, channels: tuple[str, ...] | None) -> Iterator[Finding]:
    for number, channel in enumerate(post.channels or ()):
        if channels is not None and channel not in channels:
            yield Finding((*path, "channels", number), "campaign.unknown_channel", {"channel": channel})
        if channel in (post.channels or ())[:number]:
            yield Finding((*path, "channels", number), "campaign.repeated_channel", {"channel": channel})
    for channel in post.on:
        if (post.channels or channels) is not None and channel not in (post.channels or channels or ()):
            yield Finding((*path, "on", channel), "campaign.unknown_channel", {"channel": channel})
