"""A week's figures: worked out, stored, found again. They hold counts and codes; nothing that a commenter wrote."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from math import ceil
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from outreach import policy
from outreach.db import Database
from outreach.digests.answering import count_answers, queue_health
from outreach.digests.calendar import SETTLED, Week, last_complete, week_with
from outreach.digests.conversation import count_comments, count_flagged
from outreach.digests.hiding import tell_roughly
from outreach.digests.outputs import count_posts, find_tasks
from outreach.digests.reach import channel_figures, post_figures
from outreach.errors import NotFoundError
from outreach.settings import Settings
from outreach.tables import AuditEvent, Digest

Figures = dict[str, Any]
VERSION = 1
#: Counted once the week is settled and then left alone: two builds with a comment between them would tell about that
#: one comment, and what is purged later must not change them either.
SETTLES = ("conversation", "answers")


@dataclass(frozen=True)
class WeekView:
    week: str  #: its first day, YYYY-MM-DD
    first: date
    last: date
    complete: bool
    built_at: datetime


def build(database: Database, *, day: date | None, now: datetime, settings: Settings) -> Digest:
    """Work out and store the week that contains `day`; without a day, the last complete week."""
    zone = settings.timezone
    week = week_with(day, zone) if day else last_complete(now, zone)
    with database.read() as session:
        figures = _figures(session, week, now=now, settings=settings)
    return _store(database, week, figures, now)


def _figures(session: Session, week: Week, *, now: datetime, settings: Settings) -> Figures:
    return {
        **_frame(week, now, settings),
        "posts": count_posts(session, week),
        "channels": channel_figures(session, week),
        "published": post_figures(session, week),
        **(_settled(session, week) or _counted(session, week, now=now, settings=settings)),
        "queue": queue_health(session, now=now),
        "checks": _checks(session, week),
        "purged": _purged(session, week),
        "tasks": find_tasks(session, week, now=now),
    }


def _frame(week: Week, now: datetime, settings: Settings) -> Figures:
    return {
        "version": VERSION,
        "week": week.name,
        "until": week.last.isoformat(),
        "timezone": week.zone,
        "built_at": now.isoformat(),
        "complete": now >= week.end,
        "digits": settings.web.digits,
    }


def _counted(session: Session, week: Week, *, now: datetime, settings: Settings) -> Figures:
    """What people wrote and how they were answered, beside the week before."""
    before = _stored(session, week.before())
    hours = policy.staffed_hours(settings.review.staffed_from, settings.review.staffed_until, week.zone)
    earlier = before or {
        "conversation": {"this": _conversation(session, week.before(), now)},
        "answers": {"this": count_answers(session, week.before(), hours=hours, now=now)},
    }
    answers = count_answers(session, week, hours=hours, now=now) if now >= week.end else None
    return {
        "conversation": {"this": _conversation(session, week, now), "last": earlier["conversation"]["this"]},
        "answers": {"this": answers, "last": earlier["answers"]["this"]},
    }


def _conversation(session: Session, week: Week, now: datetime) -> Figures:
    """Flags are told of whole weeks alone; of a running one, a look each day would tell the day."""
    flagged = count_flagged(session, week) if now >= week.end else None
    return {**count_comments(session, week), "flagged": flagged}


def _settled(session: Session, week: Week) -> Figures:
    stored = _stored(session, week)
    return {key: stored[key] for key in SETTLES} if stored else {}


def _stored(session: Session, week: Week) -> Figures | None:
    """The figures of a week that was built when it had settled."""
    row = session.scalar(select(Digest).where(Digest.week == week.name))
    if row is None or row.figures.get("version") != VERSION or row.figures["timezone"] != week.zone:
        return None
    return dict(row.figures) if row.built_at >= week.end + SETTLED else None


def _purged(session: Session, week: Week) -> int | str | None:
    """Comments whose words retention deleted in the week; None where no run of it is on record."""
    runs = session.scalars(
        select(AuditEvent.details).where(
            AuditEvent.event == "retention.purged", AuditEvent.at >= week.start, AuditEvent.at < week.end
        )
    ).all()
    return tell_roughly(sum(int(run.get("serious", 0)) + int(run.get("other", 0)) for run in runs)) if runs else None


def _checks(session: Session, week: Week) -> Figures | None:
    """What the draw after the week knew of comments without a flag that people had checked: about how many, and below
    which share, in whole percent, what was missed lies. None where they are too few to tell."""
    query = select(AuditEvent.details).where(AuditEvent.event == "sample.drawn", AuditEvent.at < week.after().end)
    details = session.scalars(query.order_by(AuditEvent.at.desc()).limit(1)).first() or {}
    checked = tell_roughly(int(details.get("checked", 0)))
    if isinstance(checked, str):
        return None
    return {"checked": checked, "at_most": ceil(details["at_most"] * 100) / 100, "weeks": details["weeks"]}


def _store(database: Database, week: Week, figures: Figures, now: datetime) -> Digest:
    try:
        return _put(database, week, figures, now)
    except IntegrityError:  # another process stored the week's first digest just now
        return _put(database, week, figures, now)


def _put(database: Database, week: Week, figures: Figures, now: datetime) -> Digest:
    with database.write() as session:
        row = session.scalar(select(Digest).where(Digest.week == week.name).with_for_update())
        if row is None:
            row = Digest(week=week.name)
            session.add(row)
        row.figures, row.built_at = figures, now
        session.flush()
        return row


def weeks(database: Database) -> tuple[WeekView, ...]:
    """The digests that are stored, newest first."""
    with database.read() as session:
        rows = session.scalars(select(Digest).order_by(Digest.week.desc())).all()
    return tuple(
        WeekView(
            row.week,
            date.fromisoformat(row.week),
            date.fromisoformat(row.figures["until"]),
            bool(row.figures["complete"]),
            row.built_at,
        )
        for row in rows
    )


def find(database: Database, week: str) -> Figures:
    """The stored figures of a week, named by its first day. Raises NotFoundError."""
    with database.read() as session:
        row = session.scalar(select(Digest).where(Digest.week == week))
    if row is None:
        raise NotFoundError("digest.not_found", week=week)
    return dict(row.figures)
