"""The posts: a week at a time, by day, with what was tried and what a person should do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from outreach import publishing
from outreach.publishing import PublicationView
from outreach.states import WAITING_FOR_A_PERSON, Permission
from outreach.web.deps import Page, allowed

router = APIRouter(prefix="/posts")
Reader = Annotated[Page, Depends(allowed(Permission.POSTS_READ))]
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Day:
    date: date
    name: str  #: today, tomorrow, yesterday or nothing
    posts: tuple[PublicationView, ...]


@router.get("")
def show(page: Reader, week: Annotated[date | None, Query()] = None) -> Response:
    today = page.words.local(page.now).date()
    first = saturday(week or today)
    since, until = (_midnight(day, page.words.zone) for day in (first, first + WEEK))
    found = publishing.overview(page.database, since=since, until=until)
    waiting = [post for status in WAITING_FOR_A_PERSON for post in publishing.overview(page.database, status=status)]
    return page.render(
        "posts.html",
        days=_by_day(found, page, today),
        attention=waiting,
        week=first,
        before=first - WEEK,
        after=first + WEEK,
    )


@router.get("/{publication_id}")
def show_one(page: Reader, publication_id: str) -> Response:
    found = publishing.detail(page.database, publication_id)
    down = publishing.takedowns(page.database, publication_ids=[publication_id])
    choices = publishing.choices(found.publication) if page.may(Permission.POSTS_APPROVE) and not down else ()
    return page.render(
        "post.html",
        post=found.publication,
        attempts=found.attempts,
        down=next(iter(down), None),
        choices=choices,
        waits=found.publication.status in WAITING_FOR_A_PERSON,
    )


def saturday(day: date) -> date:
    """The first day of its week, as weeks run in Iraq."""
    return day - timedelta(days=(day.weekday() + 2) % 7)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _by_day(posts: tuple[PublicationView, ...], page: Page, today: date) -> list[Day]:
    names = {today: "today", today + timedelta(days=1): "tomorrow", today - timedelta(days=1): "yesterday"}
    days: dict[date, list[PublicationView]] = {}
    for post in posts:
        days.setdefault(page.words.local(post.due_at).date(), []).append(post)
    return [Day(day, names.get(day, ""), tuple(found)) for day, found in days.items()]
