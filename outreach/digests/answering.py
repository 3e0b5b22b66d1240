"""How soon people in need were answered, and how the queue stands.

Exact times are sealed, so those of the flagged comments of one week are opened here, one after the other; what comes
out are medians and shares over at least five.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, load_only

from outreach import policy
from outreach.db import readable
from outreach.digests.calendar import Week
from outreach.digests.conversation import standing_flags
from outreach.digests.hiding import percentile, share_floor
from outreach.policy import StaffedHours
from outreach.states import CommentState, Flag, ReviewState, Route, Severity
from outreach.tables import Case, Comment, ReviewDecision
from outreach.tables import Flag as FlagRow

SEVERITIES = {"life": Severity.S0, "safeguarding": Severity.S1, "support": Severity.S2}
BATCH = 500
STEP = 5  #: minutes; what is told is no finer
#: upper ends of what the age of the oldest open item is told in; its exact age would point at one public comment
AGES = (
    ("hours", timedelta(hours=4)),
    ("day", timedelta(days=1)),
    ("three_days", timedelta(days=3)),
    ("week", timedelta(days=7)),
)


@dataclass(frozen=True)
class Wait:
    """From arrival to the first sign of a person: a verdict, or an acknowledged Case."""

    group: str
    minutes: float | None  #: None: nobody yet
    in_time: bool | None  #: None: nobody yet, and the target has not passed


def count_answers(session: Session, week: Week, *, hours: StaffedHours, now: datetime) -> dict[str, Any]:
    """By group: median and ninetieth percentile in minutes, and the share that met the target."""
    waits = list(_waits(session, week, hours=hours, now=now))
    return {group: _summary([wait for wait in waits if wait.group == group]) for group in SEVERITIES}


def _summary(waits: list[Wait]) -> dict[str, float | None]:
    answered = [wait.minutes for wait in waits if wait.minutes is not None]
    judged = [wait.in_time for wait in waits if wait.in_time is not None]
    return {
        "median": _rounded(percentile(answered, 0.5)),
        "ninetieth": _rounded(percentile(answered, 0.9)),
        "in_time": share_floor(sum(judged), len(judged)),
    }


def _rounded(minutes: float | None) -> float | None:
    return None if minutes is None else float(max(STEP, STEP * round(minutes / STEP)))


def _waits(session: Session, week: Week, *, hours: StaffedHours, now: datetime) -> Iterator[Wait]:
    wanted = standing_flags(week).having(func.min(FlagRow.severity) <= Severity.S2)
    ids = [row.id for row in session.execute(wanted)]
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        seen, flags, answers = _arrivals(session, batch), _flags(session, batch), _answers(session, batch)
        for comment_id, at in seen.items():
            yield _wait(at, flags[comment_id], answers.get(comment_id), hours=hours, now=now)


def _wait(
    seen: datetime, flags: list[tuple[Flag, int]], answered: datetime | None, *, hours: StaffedHours, now: datetime
) -> Wait:
    worst = min(severity for _, severity in flags)
    group = next(name for name, severity in SEVERITIES.items() if worst <= severity)
    due = seen + policy.due_after(flags, staffed=hours.cover(seen))
    if answered is None:
        return Wait(group, None, False if due < now else None)
    return Wait(group, max((answered - seen).total_seconds(), 0) / 60, answered <= due)


def _arrivals(session: Session, ids: list[str]) -> dict[str, datetime]:
    """Purged comments have lost their times and are left out."""
    rows = session.scalars(
        select(Comment)
        .options(load_only(Comment.id, Comment.times_sealed, Comment.seen_hour, raiseload=True))
        .where(Comment.id.in_(ids), Comment.state != CommentState.PURGED)
    )
    found = {row.id: policy.exact_time(readable(row, "times"), "seen_at", row.seen_hour) for row in rows}
    session.expunge_all()
    return found


def _flags(session: Session, ids: list[str]) -> dict[str, list[tuple[Flag, int]]]:
    query = select(FlagRow.comment_id, FlagRow.flag, FlagRow.severity)
    found: dict[str, list[tuple[Flag, int]]] = {}
    for comment_id, flag, severity in session.execute(
        query.where(FlagRow.comment_id.in_(ids), FlagRow.dismissed_at.is_(None))
    ):
        found.setdefault(comment_id, []).append((Flag(flag), severity))
    return found


def _answers(session: Session, ids: list[str]) -> dict[str, datetime]:
    decided = (
        select(ReviewDecision.comment_id, func.min(ReviewDecision.at))
        .where(
            ReviewDecision.comment_id.in_(ids), ReviewDecision.user_id.is_not(None), ReviewDecision.undoes_id.is_(None)
        )
        .group_by(ReviewDecision.comment_id)
    )
    acknowledged = select(Case.comment_id, Case.acknowledged_at).where(
        Case.comment_id.in_(ids), Case.acknowledged_at.is_not(None)
    )
    return _earliest([*session.execute(decided), *session.execute(acknowledged)])


def _earliest(pairs: Iterable[Any]) -> dict[str, datetime]:
    found: dict[str, datetime] = {}
    for comment_id, at in pairs:
        found[comment_id] = min(at, found.get(comment_id, at))
    return found


def queue_health(session: Session, *, now: datetime) -> dict[str, Any]:
    """How long the oldest open item has waited, as a span of time; a sample to check is nobody who waits."""
    oldest = session.scalar(
        select(func.min(Comment.seen_hour)).where(
            Comment.review_state == ReviewState.QUEUED,
            Comment.route != Route.PSEA,
            Comment.own.is_(False),
            Comment.severity.is_distinct_from(Severity.SAMPLE),
        )
    )
    return {"oldest": None if oldest is None else age_band(now - oldest)}


def age_band(age: timedelta) -> str:
    return next((name for name, limit in AGES if age < limit), "longer")
