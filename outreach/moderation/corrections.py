"""What people's decisions teach: comments with the flags that hold, as they said; and comments worth their word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import policy
from outreach.db import Database, readable
from outreach.moderation.access import flags_of_all
from outreach.states import CommentState, Flag, ReviewState, Route, ScoreStatus, Source, Verdict
from outreach.tables import Comment, Prediction, ReviewDecision
from outreach.tables import Flag as FlagRow

#: reasons to keep a comment that say that no flag holds
_ORDINARY = frozenset({"ordinary", "criticism"})
_RECENT = 2_000


@dataclass(frozen=True)
class Correction:
    """`labels` holds only flags that somebody judged; `author` is a keyed hash, which keeps one writer's together."""

    text: str = field(repr=False)
    author: str
    labels: dict[Flag, bool]
    discloses: bool  #: somebody's own or another's trouble: text that nothing but a case should hold


def corrections(database: Database, *, disclosures: bool = False) -> list[Correction]:
    """Of decided comments whose text still stands. What belongs to the PSEA focal point is never among them."""
    with database.read() as session:
        found = list(_corrections(session))
    return [one for one in found if disclosures or not one.discloses]


def counts(found: Sequence[Correction]) -> dict[Flag, tuple[int, int]]:
    """Per flag: how often people said that it holds, and that it does not."""
    yes = Counter(flag for one in found for flag, on in one.labels.items() if on)
    no = Counter(flag for one in found for flag, on in one.labels.items() if not on)
    return {flag: (yes[flag], no[flag]) for flag in Flag}


def _corrections(session: Session) -> Iterator[Correction]:
    decided = (
        select(Comment, ReviewDecision)
        .join(ReviewDecision, ReviewDecision.comment_id == Comment.id)
        .where(
            Comment.review_state == ReviewState.DECIDED,
            # What somebody took back teaches nobody.
            Comment.state.not_in((CommentState.PURGED, CommentState.GONE)),
            Comment.route != Route.PSEA,
            ReviewDecision.undone_at.is_(None),
            ReviewDecision.user_id.is_not(None),
            ReviewDecision.revision == Comment.revision,
        )
        .order_by(ReviewDecision.at, ReviewDecision.id)
    )
    last = {comment.id: (comment, decision) for comment, decision in session.execute(decided)}
    flags = flags_of_all(session, list(last))
    for comment, decision in last.values():
        text, labels = readable(comment, "text"), _labels(decision, flags[comment.id])
        if text and labels and decision.reason != "misconduct" and not labels.get(Flag.STAFF_MISCONDUCT):
            yield Correction(text, comment.author_key or comment.id, labels, _discloses(comment, decision, labels))


def _discloses(comment: Comment, decision: ReviewDecision, labels: dict[Flag, bool]) -> bool:
    """Unless a person said the opposite, whatever was passed on or stands in the queue as S0 or S1 counts as one."""
    serious = any(on and policy.is_serious(policy.RULES[flag].severity) for flag, on in labels.items())
    harmless = decision.verdict == Verdict.KEEP and decision.reason in {*_ORDINARY, "wrong_flag"}
    return serious or decision.verdict == Verdict.REFER or (policy.is_serious(comment.severity) and not harmless)


def _labels(decision: ReviewDecision, flags: Sequence[FlagRow]) -> dict[Flag, bool]:
    """A verdict counts for what it names; a flag that was neither dismissed nor named was perhaps not looked at."""
    if decision.verdict == Verdict.KEEP and decision.reason in _ORDINARY:
        return dict.fromkeys(Flag, False)
    labels = {Flag(row.flag): False for row in flags if row.dismissed_at is not None}
    labels |= {Flag(row.flag): True for row in flags if row.dismissed_at is None and row.source == Source.PERSON}
    if decision.reason in set(Flag):
        labels[Flag(decision.reason)] = True
    if decision.verdict == Verdict.KEEP and decision.reason == "wrong_flag":
        labels |= {Flag(row.flag): False for row in flags if row.source == Source.CLASSIFIER}
    return labels


@dataclass(frozen=True)
class Doubt:
    """A comment that waits for nobody and whose nearest flag was almost raised; no text."""

    comment_id: str
    flag: Flag
    probability: float
    threshold: float


def doubtful(database: Database, thresholds: dict[Flag, float], *, model: str, limit: int = 20) -> list[Doubt]:
    """Recent comments without a flag that lie nearest below a threshold: a person's word on these teaches most."""
    recent = (
        select(Prediction.comment_id, Prediction.probabilities)
        .join(Comment, Comment.id == Prediction.comment_id)
        .where(
            Comment.review_state == ReviewState.CLEAR,
            Comment.state != CommentState.PURGED,
            Prediction.model == model,
            Prediction.status == ScoreStatus.SCORED,
        )
        .order_by(Prediction.hour.desc())
        .limit(_RECENT)
    )
    with database.read() as session:
        rows = [(comment_id, chances) for comment_id, chances in session.execute(recent) if chances]
    found = [_nearest(comment_id, chances, thresholds) for comment_id, chances in rows]
    return sorted(found, key=lambda one: -one.probability / one.threshold)[:limit]


def _nearest(comment_id: str, chances: dict[str, float], thresholds: dict[Flag, float]) -> Doubt:
    flag = max(thresholds, key=lambda each: chances.get(each, 0.0) / thresholds[each])
    return Doubt(comment_id, flag, chances.get(flag, 0.0), thresholds[flag])
