"""When each post goes out on each channel, and with what words: a campaign into planned publications. Pure.

The only place that turns local time into UTC and back. Where clocks are put forward, a time that does not exist
moves on by the gap; where they are put back, the first of the two is meant; both are reported.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Literal, cast
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rrulestr

from outreach.campaigns import Blackout, Campaign, Finding, Language, Post, PostStatus, Problem, Text
from outreach.campaigns.problems import Grade
from outreach.campaigns.schema import Medium, Override
from outreach.pictures import Crop
from outreach.states import Format, PostKind

REPEAT_DAYS = 14  #: a channel does not say the same within this time unless the post has `repeat: true`
MAX_OCCURRENCES = 367  #: one a day through the longest window
SLOTS_A_WEEK = 100  #: occurrence 302 of a post with slots is the second slot of the third week

EVENTS = {PostKind.DIALOGUE, PostKind.OFFICIALS, PostKind.TRAINING}

_GRADES: dict[str, Grade] = {
    "slots.blackout_skipped": "warning",
    "slots.gap_moved": "warning",
    "slots.fold": "warning",
}
ClockNote = Literal["", "gap", "fold"]


@dataclass(frozen=True)
class ResolvedMedium:
    file: str  #: as written, inside the campaign's folder
    path: Path
    alt: str
    sha256: str  #: of the image in the folder; of the picture once planning has made it
    crop: Crop | None = None
    video: bool = False
    cover_ms: int | None = None


@dataclass(frozen=True)
class ResolvedContent:
    """What one channel gets: its language order and overrides applied, UTM tags in the link."""

    text: str
    link: str | None = None  #: for the channel's own link preview; None where the text or first comment holds it
    media: tuple[ResolvedMedium, ...] = ()
    first_comment: str | None = None
    format: Format = Format.FEED


@dataclass(frozen=True)
class Skipped:
    """Why an occurrence does not go out; `reason` is the blackout's own, for people."""

    code: Literal["blackout", "outside_window"]
    reason: str = ""


@dataclass(frozen=True)
class PlannedPublication:
    """Key: campaign, post_id, channel, occurrence. The time is an attribute and may move (design §2.9)."""

    campaign: str
    post_id: str
    kind: PostKind
    channel: str
    occurrence: int  #: 1 for `at`; number in the series for `every`; 100 × week + position for `slots`
    due_at: datetime
    content: ResolvedContent
    max_lateness: timedelta
    approvals: int
    repeat: bool
    consent: str | None
    cancelled: bool
    content_hash: str  #: of all that an approver sees: text, link, images with alt text, first comment, kind, consent
    said_hash: str  #: of text, media and format: what must not be said twice within 14 days
    skipped: Skipped | None = None
    clock: ClockNote = ""
    index: int = field(default=0, compare=False)  #: of the post in its file, for messages

    @property
    def goes_out(self) -> bool:
        return self.skipped is None and not self.cancelled


def plan(campaign: Campaign) -> tuple[PlannedPublication, ...]:
    """One publication for each post, channel and occurrence, by due time; also the cancelled and the skipped ones."""
    planned = (
        publication
        for index, post in enumerate(campaign.posts)
        for channel in campaign.channels_of(post)
        for publication in _publications(campaign, post, channel, index)
    )
    return tuple(sorted(planned, key=lambda each: (each.due_at, each.channel, each.post_id, each.occurrence)))


def blackouts(campaign: Campaign) -> list[dict[str, str]]:
    """Each from its first moment to the first moment after it, as the database keeps them (UTC, ISO 8601)."""
    zone = ZoneInfo(campaign.timezone)
    found = []
    for each in campaign.blackouts:
        start, end = (to_utc(moment, zone)[0].isoformat() for moment in _bounds(each))
        found.append({"from": start, "to": end, "reason": each.reason})
    return found


def with_media(publication: PlannedPublication, post: Post, media: Iterable[ResolvedMedium]) -> PlannedPublication:
    """The same publication with the very bytes that go out, so that they are what is approved."""
    content = replace(publication.content, media=tuple(media))
    return replace(publication, content=content, content_hash=_content_hash(content, post))


def to_utc(local: datetime, zone: ZoneInfo) -> tuple[datetime, ClockNote]:
    """A wall-clock time as UTC, and whether the clock made it doubtful."""
    first, second = (local.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    due = first.astimezone(UTC)
    if first.utcoffset() == second.utcoffset():
        return due, ""
    exists = due.astimezone(zone).replace(tzinfo=None) == local
    return due, "fold" if exists else "gap"


def problems(campaign: Campaign, planned: Iterable[PlannedPublication]) -> tuple[Problem, ...]:
    """What is wrong with the times of a whole campaign: errors, and warnings about what is skipped or doubtful."""
    going = [publication for publication in planned if not publication.cancelled]
    found = [*_misplaced(campaign, going), *_short(campaign, going)]
    out = [publication for publication in going if publication.goes_out]
    found += [*_collisions(out), *_repetitions(out)]
    once = {(finding.path, finding.code): finding for finding in reversed(found)}
    return tuple(campaign.source.problem(finding) for finding in reversed(once.values()))


def field_path(publication: PlannedPublication, post: Post, name: str) -> tuple[str | int, ...]:
    """Where the value that one channel gets for a field is written: in its override, else in the post."""
    override = post.on.get(publication.channel)
    if override and name in override.model_fields_set:
        return ("posts", publication.index, "on", publication.channel, name)
    return ("posts", publication.index, name)


def _publications(campaign: Campaign, post: Post, channel: str, index: int) -> Iterator[PlannedPublication]:
    content = _content(campaign, post, channel)
    zone = ZoneInfo(campaign.timezone)
    for number, local in _occurrences(campaign, post, channel):
        due, clock = to_utc(local, zone)
        yield PlannedPublication(
            campaign=campaign.campaign,
            post_id=post.id,
            kind=post.kind,
            channel=channel,
            occurrence=number,
            due_at=due,
            content=content,
            max_lateness=post.max_lateness or campaign.defaults.max_lateness,
            approvals=post.approvals or campaign.defaults.approvals,
            repeat=post.repeat,
            consent=post.consent,
            cancelled=post.status is PostStatus.CANCELLED,
            content_hash=_content_hash(content, post),
            said_hash=_hash([content.text, content.format, [medium.sha256 or medium.file for medium in content.media]]),
            skipped=_skip(campaign, local),
            clock=clock,
            index=index,
        )


def _occurrences(campaign: Campaign, post: Post, channel: str) -> Iterator[tuple[int, datetime]]:
    override = post.on.get(channel)
    if at := (override and override.at) or post.at:
        yield 1, at
    elif post.slots:
        yield from _weekly(campaign, post)
    elif post.every:
        start = datetime.combine(campaign.window.start, post.every.at)
        end = datetime.combine(min(post.every.until or date.max, campaign.window.end), time.max)
        rule = cast("rrule", rrulestr(post.every.rrule, dtstart=start))  # one rule, never a set: values.check_rule
        dates = rule.replace(until=end)
        yield from zip(range(1, (post.every.count or MAX_OCCURRENCES) + 1), dates, strict=False)


def _weekly(campaign: Campaign, post: Post) -> Iterator[tuple[int, datetime]]:
    window = campaign.window
    for week in range((window.end - window.start).days // 7 + 1):
        for position, slot in enumerate(post.slots or (), start=1):
            days = week * 7 + (slot.weekday - window.start.weekday()) % 7
            day = window.start + timedelta(days=days)
            if day <= window.end:
                yield (week + 1) * SLOTS_A_WEEK + position, datetime.combine(day, slot.at)


def _skip(campaign: Campaign, local: datetime) -> Skipped | None:
    if not campaign.window.start <= local.date() <= campaign.window.end:
        return Skipped("outside_window")
    for blackout in campaign.blackouts:
        start, end = _bounds(blackout)
        if start <= local < end:
            return Skipped("blackout", blackout.reason)
    return None


def _bounds(blackout: Blackout) -> tuple[datetime, datetime]:
    """From its first moment to the first moment after it."""
    start, end = blackout.start, blackout.end
    return (
        start if isinstance(start, datetime) else datetime.combine(start, time.min),
        end if isinstance(end, datetime) else datetime.combine(end, time.min) + timedelta(days=1),
    )


def _content(campaign: Campaign, post: Post, channel: str) -> ResolvedContent:
    override = post.on.get(channel) or Override()
    languages = override.languages or campaign.defaults.languages
    link = _tagged(campaign, post, channel, _chosen(post, override, "link"))
    text = "\n\n".join(_said(_chosen(post, override, "text"), languages, note=post.content_note))
    first = "\n\n".join(_said(_chosen(post, override, "first_comment"), languages))
    placed = "{link}" in text + first
    return ResolvedContent(
        text=text.replace("{link}", link or ""),
        link=None if placed else link,
        media=tuple(_medium(campaign, medium, languages) for medium in _chosen(post, override, "media") or ()),
        first_comment=first.replace("{link}", link or "") or None,
        format=_chosen(post, override, "format") or Format.FEED,
    )


def _chosen(post: Post, override: Override, name: str) -> Any:
    return getattr(override if name in override.model_fields_set else post, name)


def _said(text: Text | None, languages: tuple[Language, ...], *, note: Text | None = None) -> list[str]:
    """The text in the wanted languages, or in the one that it has; a content note stands above each."""
    if text is None:
        return []
    wanted = [language for language in languages if text.said(language)] or list(Language)
    parts = ((note.said(language) if note else None, text.said(language)) for language in wanted)
    return ["\n\n".join(part for part in pair if part) for pair in parts if pair[1]]


def _medium(campaign: Campaign, medium: Medium, languages: tuple[Language, ...]) -> ResolvedMedium:
    source = campaign.source
    image = source.images.get(medium.file) or source.videos.get(medium.file)
    return ResolvedMedium(
        file=medium.file,
        path=image.path if image else source.folder / medium.file,
        alt=_said(medium.alt, languages)[0],
        sha256=image.sha256 if image else "",
        crop=medium.crop,
        video=medium.file in source.videos,
        cover_ms=None if medium.cover_at is None else round(medium.cover_at * 1000),
    )


def _tagged(campaign: Campaign, post: Post, channel: str, link: str | None) -> str | None:
    """The link with its UTM tags; a tag that the link has already is left as it is, an empty one is left out."""
    if link is None:
        return None
    words = {"campaign": campaign.campaign, "channel": channel, "post": post.id, "kind": post.kind.value}
    written = campaign.defaults.utm if post.utm is None else post.utm
    tags = {f"utm_{key}": _filled(value, words) for key, value in written.items()}
    parts = urlsplit(link)
    has = dict(parse_qsl(parts.query, keep_blank_values=True))
    added = urlencode({key: value for key, value in tags.items() if value and key not in has})
    return urlunsplit(parts._replace(query="&".join(part for part in (parts.query, added) if part)))


def _filled(template: str, words: dict[str, str]) -> str:
    for word, value in words.items():
        template = template.replace(f"{{{word}}}", value)
    return template


def _content_hash(content: ResolvedContent, post: Post) -> str:
    media = [[medium.sha256 or medium.file, medium.alt] for medium in content.media]
    shown = [] if content.format is Format.FEED else [content.format, [medium.cover_ms for medium in content.media]]
    return _hash([content.text, content.link, content.first_comment, media, post.kind, post.consent, *shown])


def _hash(parts: list[Any]) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def _misplaced(campaign: Campaign, going: Iterable[PlannedPublication]) -> Iterator[Finding]:
    for publication in going:
        post = campaign.posts[publication.index]
        path = _time_path(publication, post)
        params = {"post": post.id, "occurrence": publication.occurrence, "day": _day(publication, campaign)}
        if doubt := _doubt(publication, once=post.at is not None):
            reason = publication.skipped.reason if publication.skipped else ""
            yield Finding(path, doubt, {**params, "reason": reason}, _GRADES.get(doubt, "error"))
        if post.event and post.kind in EVENTS and publication.due_at >= _starts(campaign, post):
            yield Finding(("posts", publication.index, "event", "starts"), "slots.after_event", params, "warning")


def _doubt(publication: PlannedPublication, *, once: bool) -> str | None:
    """A post that goes out once must have a sound time; of a series, the doubtful ones are only reported."""
    if publication.skipped:
        return f"slots.{publication.skipped.code}" if once else "slots.blackout_skipped"
    if publication.clock == "gap":
        return "slots.gap" if once else "slots.gap_moved"
    return "slots.fold" if publication.clock else None


def _short(campaign: Campaign, going: Iterable[PlannedPublication]) -> Iterator[Finding]:
    """Posts that come to fewer occurrences than they ask for, or to none."""
    numbers: dict[int, set[int]] = defaultdict(set)
    for publication in going:
        numbers[publication.index].add(publication.occurrence)
    for index, post in enumerate(campaign.posts):
        if post.status is PostStatus.CANCELLED:
            continue
        wanted = (post.every.count if post.every else None) or 1
        if len(numbers[index]) < wanted:
            params = {"post": post.id, "wanted": wanted, "found": len(numbers[index])}
            yield Finding(("posts", index), "slots.short", params, "warning" if numbers[index] else "error")


def _collisions(out: Iterable[PlannedPublication]) -> Iterator[Finding]:
    taken: dict[tuple[str, datetime], str] = {}
    for publication in out:
        key = (publication.channel, publication.due_at)
        if key in taken:
            params = {"post": publication.post_id, "other": taken[key], "channel": publication.channel}
            yield Finding(("posts", publication.index), "slots.same_minute", params)
        taken.setdefault(key, publication.post_id)


def _repetitions(out: Iterable[PlannedPublication]) -> Iterator[Finding]:
    last: dict[tuple[str, str], PlannedPublication] = {}
    for publication in out:
        key = (publication.channel, publication.said_hash)
        before = last.get(key)
        near = before and publication.due_at - before.due_at < timedelta(days=REPEAT_DAYS)
        if before and near and not publication.repeat:
            params = {"post": publication.post_id, "other": before.post_id, "channel": publication.channel}
            yield Finding(("posts", publication.index), "slots.repeated", {**params, "days": REPEAT_DAYS})
        last[key] = publication


def _time_path(publication: PlannedPublication, post: Post) -> tuple[str | int, ...]:
    if post.at:
        return field_path(publication, post, "at")
    return ("posts", publication.index, "slots" if post.slots else "every")


def _day(publication: PlannedPublication, campaign: Campaign) -> str:
    return publication.due_at.astimezone(ZoneInfo(campaign.timezone)).date().isoformat()


def _starts(campaign: Campaign, post: Post) -> datetime:
    starts = post.event.starts if post.event else datetime.max  # noqa: DTZ901  only called with an event
    return to_utc(starts, ZoneInfo(campaign.timezone))[0]
