"""Words that were too old to keep when we first read them: scored in memory, never stored (design §2.14)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from outreach import logs, policy
from outreach.comments.ingesting import Ingested, Known
from outreach.comments.reader import Reader, Scores
from outreach.db import keyed
from outreach.errors import describe
from outreach.meta.protocol import RemoteComment
from outreach.policy import Context
from outreach.states import CommentState, ReviewState, Route, Source
from outreach.tables import Comment, Flag, Prediction, Publication

log = logs.get("comments")


def is_too_old(reader: Reader, remote: RemoteComment, known: Collection[str]) -> bool:
    """One that we hold already is followed as long as we hold it."""
    return remote.id not in known and remote.created_at < reader.clock.now() - reader.keep


def bury(reader: Reader, publication: Publication, old: Sequence[RemoteComment]) -> list[Ingested]:
    """Keep of each its keyed id, its labels and its week. Without a classifier nothing is kept, not even that."""
    try:
        scores = _score(reader, old)
    except Exception as error:  # noqa: BLE001  whatever breaks in the model, the younger comments must be read
        log.warning("comment.old_not_scored", count=len(old), **describe(error))
        return [Ingested.LEFT] * len(old)
    at_hand: Known = {}
    with reader.database.write() as session:
        return [_bury(session, reader, publication, remote, scores.get(remote.id), at_hand) for remote in old]


def _score(reader: Reader, old: Sequence[RemoteComment]) -> Mapping[str, Scores]:
    """By id; our own words are not scored."""
    theirs = [remote for remote in old if not remote.own]
    if not theirs:
        return {}
    answers = reader.classifier().classify(
        [remote.text for remote in theirs], attachments=[remote.has_attachment for remote in theirs]
    )
    return {remote.id: scores for remote, scores in zip(theirs, answers, strict=True)}


def _bury(
    session: Session,
    reader: Reader,
    publication: Publication,
    remote: RemoteComment,
    scores: Scores | None,
    at_hand: Known,
) -> Ingested:
    now = reader.clock.now()
    row = _tombstone(reader, publication, remote, now)
    parent = at_hand.get(remote.parent_id or "")
    row.parent_id = parent.id if parent else None
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return Ingested.PURGED  # another reader was first
    at_hand[remote.id] = row
    if scores is not None:
        _label(session, row, scores)
    # What is about our own staff stands in no count that others see (design §6).
    grave = policy.is_serious(row.severity) and row.route != Route.PSEA
    return Ingested.GRAVE if grave else Ingested.OLD


def _tombstone(reader: Reader, publication: Publication, remote: RemoteComment, now: datetime) -> Comment:
    return Comment(
        channel_id=publication.channel_id,
        publication_id=publication.id,
        photo=remote.photo,
        remote_key=keyed(Comment.remote_key, remote.id),
        own=remote.own,
        hour=policy.week_of(remote.created_at, reader.zone),
        seen_hour=policy.week_of(now, reader.zone),
        state=CommentState.PURGED,
        has_attachment=remote.has_attachment,
        review_state=ReviewState.CLEAR,
    )


def _label(session: Session, row: Comment, scores: Scores) -> None:
    """The labels that purging would have left; nobody is paged for words that nobody can read any more."""
    assessment = policy.assess(scores, Context())
    row.severity, row.route = assessment.severity, assessment.route
    session.add(
        Prediction(
            comment_id=row.id,
            revision=row.revision,
            model=scores.model or "none",
            status=scores.status,
            reason=scores.reason,
            sentiment=scores.sentiment,
            sentiment_probabilities=_json(scores.sentiment_probabilities),
            probabilities=_json(scores.probabilities),
            hour=row.hour,
        )
    )
    for item in assessment.flags:
        session.add(
            Flag(
                comment_id=row.id,
                revision=row.revision,
                flag=item.flag,
                severity=item.severity,
                source=Source.CLASSIFIER,
                score=item.score,
                alert=item.alert,
                hour=row.hour,
            )
        )


def _json(values: Mapping[Any, float] | None) -> dict[str, float] | None:
    return None if values is None else {str(key): value for key, value in values.items()}
