"""The command that shows what posts reached: a table, CSV or JSON, with what each rate means."""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from outreach.cli.frame import AsJson, note, open_here, said, say, show
from outreach.errors import NotFoundError

if TYPE_CHECKING:
    from outreach.engagement import PostFigures, Verdict
    from outreach.installation import Opened

_DIGITS = 4  #: of a rate, for programs


def insights(
    campaign: Annotated[str | None, typer.Option(help="Only of this campaign")] = None,
    post: Annotated[str | None, typer.Option(help="Only of this post")] = None,
    channel: Annotated[str | None, typer.Option(help="Only on this channel")] = None,
    times: Annotated[bool, typer.Option("--times", help="Which days and hours did better, on each channel")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV on standard output, for a spreadsheet")] = False,
    as_json: AsJson = False,
) -> None:
    """What posts reached, as Meta said last, the newest first. Missing is shown as missing, never as 0."""
    from outreach import engagement

    opened = open_here()
    if times:
        _show_times(opened, channel, as_json=as_json)
        return
    found = engagement.post_figures(opened.database, campaign=campaign, post=post, channel=channel)
    if not found and (campaign or post or channel):
        raise NotFoundError("insights.nothing")
    zone = ZoneInfo(opened.settings.timezone)
    if as_csv:
        _write_csv([_record(each, zone) for each in found])
        return
    rows = [_record(each, zone) if as_json else _row(each, zone) for each in found]
    show(rows, as_json=as_json, empty=said("insights.none_yet"))
    if rows and not as_json:
        for rate in engagement.RATES:
            note(f"{said(f'insights.rate.{rate}')}: {said(f'insights.rate.{rate}.means')}")


def _row(found: PostFigures, zone: ZoneInfo) -> dict[str, Any]:
    """What fits into a terminal; `--csv` and --json have the rest."""
    return {
        "at": found.published_at.astimezone(zone).strftime("%Y-%m-%d %H:%M"),
        "channel": found.channel,
        "post": found.post or said("insights.by_hand"),
        "views": _count(found.values.get("views")),
        "reach": _count(found.values.get("reach")),
        "reactions": _count(found.values.get("reactions")),
        "comments": _count(found.values.get("comments")),
        "shares": _count(found.values.get("shares")),
        "engagement": _percent(found.rate("engagement")),
        "as_of": found.as_of.astimezone(zone).strftime("%m-%d %H:%M") if found.as_of else "–",
    }


def _record(found: PostFigures, zone: ZoneInfo) -> dict[str, Any]:
    """Every figure; None is missing."""
    from outreach import engagement

    rates = {f"{name}_rate": found.rate(name) for name in engagement.RATES}
    return {
        "published": found.published_at.astimezone(zone).isoformat(timespec="minutes"),
        "channel": found.channel,
        "platform": found.channel_kind,
        "campaign": found.campaign,
        "post": found.post,
        "kind": found.kind,
        "format": found.form,
        **{measure: found.values.get(measure) for measure in engagement.MEASURES},
        **{name: None if value is None else round(value, _DIGITS) for name, value in rates.items()},
        "as_of": found.as_of.astimezone(zone).isoformat(timespec="minutes") if found.as_of else None,
        "permalink": found.permalink,
    }


def _write_csv(rows: Sequence[dict[str, Any]]) -> None:
    """With a byte order mark, without which Excel reads no Arabic."""
    from outreach import engagement

    heads = ["published", "channel", "platform", "campaign", "post", "kind", "format", *engagement.MEASURES]
    heads += [*(f"{name}_rate" for name in engagement.RATES), "as_of", "permalink"]
    sys.stdout.write("\ufeff")
    writer = csv.DictWriter(sys.stdout, heads)
    writer.writeheader()
    writer.writerows(rows)


def _show_times(opened: Opened, channel: str | None, *, as_json: bool) -> None:
    from outreach import channels, engagement

    zone = ZoneInfo(opened.settings.timezone)
    names = [each.name for each in channels.listed(opened.database, now=opened.clock.now())]
    rows: list[dict[str, Any]] = []
    for name in names if channel is None else [channel]:
        timing = engagement.compare(engagement.samples(opened.database, name), zone)
        rows += [_timing(name, "day", each) for each in timing.days]
        rows += [_timing(name, "hours", each) for each in timing.hours]
        if not timing.days and not as_json:
            say(said("insights.times.too_few", channel=name, posts=timing.posts))
    if rows or as_json:
        show(rows if as_json else [_time_said(row) for row in rows], as_json=as_json)
        note(said("insights.times.means"))


def _timing(channel: str, what: str, found: Verdict) -> dict[str, Any]:
    times = {"times": found.times, "low": found.low, "high": found.high}
    return {
        "channel": channel,
        "what": what,
        "part": found.part,
        "posts": found.posts,
        "finding": found.finding.value,
        **{name: None if value is None else round(value, 2) for name, value in times.items()},
    }


def _time_said(row: dict[str, Any]) -> dict[str, Any]:
    part = said(f"insights.{row['what']}.{row['part']}")
    span = "" if row["low"] is None else f"{row['low']}-{row['high']}"
    return {**row, "what": part, "part": None, "finding": said(f"insights.finding.{row['finding']}"),
            "low": None, "high": None, "between": span}  # fmt: skip


def _count(value: float | None) -> str:
    return "–" if value is None else f"{value:,.0f}"


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f}%"
