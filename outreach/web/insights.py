"""Figures as pages: what posts reached, which times did better, who follows. No words of commenters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from outreach import channels, engagement
from outreach.engagement import Audience, Followers, PostFigures, Timing
from outreach.states import Permission
from outreach.web.deps import Page, allowed

router = APIRouter(prefix="/insights")
Reader = Annotated[Page, Depends(allowed(Permission.DIGEST_READ, Permission.POSTS_READ))]
SPANS = (30, 90, 365)  #: days
SHOWN = 20  #: posts at first; the other parts of the page are as much asked for
PARTS = 6  #: of an audience, the biggest; cities are many
LINE = (240.0, 48.0)  #: of the line of followers


@dataclass(frozen=True)
class Filters:
    campaign: str
    channel: str
    days: int


@router.get("")
def show(
    page: Reader,
    campaign: Annotated[str, Query(max_length=64)] = "",
    channel: Annotated[str, Query(max_length=64)] = "",
    days: Annotated[int, Query(ge=1, le=3650)] = 90,
    every: bool = False,  # noqa: FBT001, FBT002  a word in the address
) -> Response:
    since = page.now - timedelta(days=days)
    everything = engagement.post_figures(page.database, since=since)
    found = [each for each in everything if _fits(each, campaign, channel)]
    names = [each.name for each in channels.listed(page.database, now=page.now)]
    return page.render(
        "insights.html",
        filters=Filters(campaign, channel, days),
        campaigns=sorted({each.campaign for each in everything if each.campaign}),
        channels=names,
        spans=SPANS,
        posts=found if every else found[:SHOWN],
        left=0 if every else max(len(found) - SHOWN, 0),
        measures=engagement.MEASURES,
        rates=engagement.RATES,
        timings=_timings(page, [name for name in names if channel in ("", name)]),
        followers=[_line(each) for each in engagement.followers(page.database, since=since)],
        audiences=[_biggest(each) for each in engagement.audiences(page.database)],
    )


@router.get("/{publication_id}")
def show_growth(page: Reader, publication_id: str) -> Response:
    """NotFoundError for a post that is not out."""
    readings = engagement.growth(page.database, publication_id)
    post = engagement.figures_of(page.database, publication_id)
    return page.render("growth.html", post=post, readings=readings, measures=engagement.MEASURES)


def _fits(post: PostFigures, campaign: str, channel: str) -> bool:
    return campaign in ("", post.campaign) and channel in ("", post.channel)


def _timings(page: Page, names: list[str]) -> list[tuple[str, Timing]]:
    zone = page.words.zone
    return [(name, engagement.compare(engagement.samples(page.database, name), zone)) for name in names]


def _line(found: Followers) -> tuple[Followers, str]:
    """With the points of a line through its days, from the first to the last."""
    values = [value for _, value in found.days]
    low, high = min(values), max(values)
    width, height = LINE
    points = [
        (width * place / max(len(values) - 1, 1), height - height * (value - low) / ((high - low) or 1))
        for place, value in enumerate(values)
    ]
    return found, " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _biggest(found: Audience) -> tuple[Audience, list[tuple[str, float, float]]]:
    """Its biggest parts, each with its share of what Meta told in hundredths of the biggest."""
    top = found.parts[0][1] or 1
    return found, [(name, count, round(100 * count / top, 1)) for name, count in found.parts[:PARTS]]
