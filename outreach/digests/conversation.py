"""Comments of a week as counts, by SQL aggregates: sentiment, days, what was flagged. No text is read here.

Totals count every comment of other people. What is counted by flags leaves `staff_misconduct` out altogether, and
with it the comments that only the PSEA focal point may see.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import Session

from outreach.digests.calendar import Week
from outreach.digests.hiding import tell_parts, tell_sum
from outreach.states import CommentState, Flag, Route, ScoreStatus, Sentiment, Severity
from outreach.tables import Comment, Prediction
from outreach.tables import Flag as FlagRow

#: one group for each comment, by the worst flag that stands; a sum of them counts nobody twice
GROUPS = ("life", "safeguarding", "support", "abuse", "spam")


def written_in(week: Week) -> tuple[ColumnElement[bool], ...]:
    return (Comment.own.is_(False), Comment.hour >= week.start, Comment.hour < week.end)


def count_comments(session: Session, week: Week) -> dict[str, Any]:
    """How many, with which sentiment, how many could not be scored, and how many on each day."""
    written = session.execute(_written(week)).all()
    scores = session.execute(_scores(week)).all()
    total = sum(count for _, _, count in written)
    by_status = _sums((status, count) for status, _, count in scores)
    by_sentiment = _sums((sentiment, count) for _, sentiment, count in scores if sentiment)
    return {
        "total": total,
        "sentiment": {str(each): by_sentiment.get(each, 0) for each in Sentiment},
        "not_scored": by_status.get(ScoreStatus.NOT_SCORED, 0),
        "unread": total - sum(by_status.values()),
        "by_day": _by_day(written, week),
    }


def _written(week: Week) -> Select[datetime, str, int]:
    return (
        select(Comment.hour, Comment.state, func.count()).where(*written_in(week)).group_by(Comment.hour, Comment.state)
    )


def _scores(week: Week) -> Select[str, str | None, int]:
    newest = and_(Prediction.comment_id == Comment.id, Prediction.revision == Comment.revision)
    return (
        select(Prediction.status, Prediction.sentiment, func.count())
        .join(Comment, newest)
        .where(*written_in(week))
        .group_by(Prediction.status, Prediction.sentiment)
    )


def _sums(pairs: Any) -> dict[str, int]:
    sums: dict[str, int] = {}
    for name, count in pairs:
        sums[name] = sums.get(name, 0) + count
    return sums


def _by_day(written: Iterable[Any], week: Week) -> list[int] | None:
    """Saturday to Friday. None once some are purged: what is missing from each day would tell which were serious."""
    counts = dict.fromkeys(week.days, 0)
    for hour, state, count in written:
        if state == CommentState.PURGED:
            return None
        counts[hour.astimezone(ZoneInfo(week.zone)).date()] += count
    return list(counts.values())


def count_flagged(session: Session, week: Week) -> dict[str, Any]:
    """Comments with a flag that stands, by the worst group of each; small counts and their sums are not told."""
    found = {group: count for group, count in session.execute(_by_group(week)).all() if group}
    parts = tell_parts({group: found.get(group, 0) for group in GROUPS})
    return {"groups": parts, "total": tell_sum(parts.values())}


def _by_group(week: Week) -> Select[Any]:
    flagged = standing_flags(week).subquery()
    group = case(
        (flagged.c.severity <= Severity.S0, "life"),
        (flagged.c.severity <= Severity.S1, "safeguarding"),
        (flagged.c.severity <= Severity.S2, "support"),
        (flagged.c.abusive > 0, "abuse"),
        else_="spam",
    )
    return select(group.label("name"), func.count()).group_by("name")


def standing_flags(week: Week) -> Select[str, int, Any]:
    """Each flagged comment with its worst severity, leaving out whatever is the PSEA focal point's alone."""
    return (
        select(
            Comment.id.label("id"),
            func.min(FlagRow.severity).label("severity"),
            func.sum(case((FlagRow.flag == Flag.SPAM, 0), else_=1)).label("abusive"),
        )
        .join(FlagRow, FlagRow.comment_id == Comment.id)
        .where(
            *written_in(week), Comment.route != Route.PSEA, FlagRow.dismissed_at.is_(None), Comment.id.not_in(_psea())
        )
        .group_by(Comment.id)
    )


def _psea() -> Select[Any]:
    return select(FlagRow.comment_id).where(FlagRow.flag == Flag.STAFF_MISCONDUCT)
