"""The command that reads comments: all posts now, a channel's past, or how far reading is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from outreach.cli.frame import EXIT_FAILED, AsJson, language, note, open_here, progress, said, show
from outreach.errors import InvalidError, MetaError, NotFoundError, OutreachError

if TYPE_CHECKING:
    from outreach.comments import Reader
    from outreach.tables import Channel

#: columns of a table for people; --json has them all, under their own names
COLUMNS = ("channel", "status", "posts_read", "last_complete_read", "lag", "calls_24h", "limit_percent", "comments",
           "counted_by_meta", "gap", "gap_reasons")  # fmt: skip


def pull(
    status: Annotated[bool, typer.Option("--status", help="Only show how far reading is")] = False,
    since: Annotated[str, typer.Option(help="Read what was posted since this day, YYYY-MM-DD, once")] = "",
    channel: Annotated[str, typer.Option(help="Only this channel")] = "",
    as_json: AsJson = False,
) -> None:
    """Read the comments of every post in full, now; exit code 1 when Meta let some of them not be read."""
    from outreach import comments
    from outreach.wiring import Worker

    opened = open_here()
    start = _start(since, opened.settings.timezone) if since else None
    if start and start > opened.clock.now():
        raise InvalidError("pull.future", since=since)
    worker = Worker(opened)
    channels = _channels(worker.reader, channel)
    failed: Sequence[OutreachError] = ()
    if start:
        failed = _read_past(worker.reader, channels, start, as_json=as_json)
    elif not status:
        failed = _read_all(worker.reader, channels)
    if not start:
        names = {each.name for each in channels}
        rows = [r for r in comments.pull_status(opened.database, now=opened.clock.now()) if r["channel"] in names]
        show(rows if as_json else [_for_people(row, opened.settings.timezone) for row in rows], as_json=as_json)
    for words in dict.fromkeys(said(error.code, **error.params) for error in failed):
        note(words)
    if failed:
        raise typer.Exit(EXIT_FAILED)


def _start(text: str, zone: str) -> datetime:
    """Midnight of the day here. Raises InvalidError."""
    try:
        return datetime.combine(date.fromisoformat(text), time(), ZoneInfo(zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidError("pull.since", since=text) from None


def _channels(reader: Reader, name: str) -> list[Channel]:
    """All, or the one of this name. Raises NotFoundError."""
    from sqlalchemy import select

    from outreach.tables import Channel

    with reader.database.read() as session:
        rows = list(session.scalars(select(Channel).order_by(Channel.name)))
    chosen = [row for row in rows if name in ("", row.name)]
    if name and not chosen:
        raise NotFoundError("channel.not_found", channel=name)
    return chosen


def _for_people(row: Mapping[str, Any], zone: str) -> dict[str, Any]:
    """The exact figures are for programs; people read local minutes, and reasons in words."""
    at = row["last_complete_read"]
    local = datetime.fromisoformat(str(at)).astimezone(ZoneInfo(zone)) if at else None
    reasons = (f"{said(f'pull.gap.{reason}')}: {count}" for reason, count in row["gap_reasons"].items())
    lag = said("pull.lag", minutes=row["overdue_seconds"] // 60)
    percent = row["limit_percent"]
    worded = {
        "last_complete_read": f"{local:%Y-%m-%d %H:%M}" if local else None,
        "lag": lag,
        "limit_percent": None if percent is None else f"{percent:.0f}%",
        "gap_reasons": ("، " if language() == "ar" else ", ").join(reasons),
    }
    return {name: {**row, **worded}[name] for name in COLUMNS}


def _read_all(reader: Reader, channels: Sequence[Channel]) -> list[OutreachError]:
    """What kept posts from being read; one that cannot be read does not stop the others."""
    from sqlalchemy import select

    from outreach.comments import look, read_in_full
    from outreach.states import PublicationStatus
    from outreach.tables import Publication

    failed: list[OutreachError | None] = [look(reader, each) for each in channels]
    ids = [each.id for each in channels]
    published = (Publication.status == PublicationStatus.PUBLISHED, Publication.channel_id.in_(ids))
    with reader.database.read() as session:
        posts = session.scalars(select(Publication).where(*published)).all()
    with progress(said("pull.posts"), len(posts)) as advance:
        for post in posts:
            failed.append(read_in_full(reader, post))
            advance(1)
    return [error for error in failed if error is not None]


def _read_past(
    reader: Reader, channels: Sequence[Channel], since: datetime, *, as_json: bool
) -> Sequence[OutreachError]:
    failed: list[OutreachError] = []
    rows = []
    for channel in channels:
        try:
            counts, errors = _read_channel(reader, channel, since)
        except OutreachError as error:
            failed.append(error)
            continue
        failed += errors
        rows.append({"channel": channel.name, **counts, "left": len(errors)})
    show(rows, as_json=as_json)
    if any(row["grave"] for row in rows):
        note(said("pull.grave"))
    return failed


def _read_channel(reader: Reader, channel: Channel, since: datetime) -> tuple[dict[str, int], list[OutreachError]]:
    """What was new, and what kept posts from being read. Raises MetaError, ModelError."""
    from outreach.comments import Ingested, finish, posts_left, read_past, take_up

    run = take_up(reader, channel, since)
    posts = posts_left(reader, run)
    counts: Counter[Ingested] = Counter()
    failed: list[OutreachError] = []
    with progress(channel.name, len(posts)) as advance:
        for post in posts:
            try:
                counts.update(read_past(reader, run, post))
            except OutreachError as error:
                if not _is_gone(error):
                    failed.append(error)
            advance(1)
    if not failed:
        finish(reader, run)
    shown = (Ingested.NEW, Ingested.EDITED, Ingested.SAME, Ingested.OLD, Ingested.GRAVE)
    return {"posts": len(posts), **{each.value: counts[each] for each in shown}}, failed


def _is_gone(error: OutreachError) -> bool:
    """A post that was taken down has nothing left to be read."""
    return isinstance(error, MetaError) and error.code == "meta.gone"
