"""Words that were too old to keep when we first read them: scored in memory, never stored (design §2.14)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from outreach import logs, policy
from outreach.comments.ingesting import Ingested, find_known
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
    with reader.database.write() as session:
        try:
            with session.begin_nested():
                return _bury(session, reader, publication, old, scores)
        except IntegrityError:
            # Another reader met some of them first, perhaps only now: this one leaves all of them to the next read.
            return [Ingested.LEFT] * len(old)


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
    old: Sequence[RemoteComment],
    scores: Mapping[str, Scores],
) -> list[Ingested]:
    known = find_known(session, publication.channel_id, old)
    new = {remote.id: remote for remote in old if remote.id not in known}
    rows = {remote_id: _tombstone(reader, publication, remote) for remote_id, remote in new.items()}
    at_hand = known | rows
    for remote_id, remote in new.items():
        rows[remote_id].parent_id = at_hand[remote.parent_id].id if remote.parent_id in at_hand else None
    labels = [label for remote_id, row in rows.items() for label in _label(row, scores.get(remote_id))]
    # Comments before their answers, and both before what is said of them.
    ordered = sorted(rows.values(), key=lambda row: row.parent_id is not None)
    session.add_all(ordered)
    session.flush()
    session.add_all(labels)
    return [_outcome(rows.get(remote.id)) for remote in old]


def _outcome(row: Comment | None) -> Ingested:
    """What is about our own staff stands in no count that others see (design §6)."""
    if row is None:
        return Ingested.PURGED
    return Ingested.GRAVE if policy.is_serious(row.severity) and row.route != Route.PSEA else Ingested.OLD


def _tombstone(reader: Reader, publication: Publication, remote: RemoteComment) -> Comment:
    return Comment(
        channel_id=publication.channel_id,
        publication_id=publication.id,
        photo=remote.photo,
        remote_key=keyed(Comment.remote_key, remote.id),
        own=remote.own,
        hour=policy.week_of(remote.created_at, reader.zone),
        seen_hour=policy.week_of(reader.clock.now(), reader.zone),
        state=CommentState.PURGED,
        has_attachment=remote.has_attachment,
        review_state=ReviewState.CLEAR,
        severity=None,
        route=Route.SHARED,
    )


def _label(row: Comment, scores: Scores | None) -> Iterator[Prediction | Flag]:
    """The labels that purging would have left; nobody is paged for words that nobody can read any more."""
    if scores is None:
        return
    assessment = policy.assess(scores, Context())
    row.severity, row.route = assessment.severity, assessment.route
    yield Prediction(
        comment_id=row.id,
        revision=1,
        model=scores.model or "none",
        status=scores.status,
        reason=scores.reason,
        sentiment=scores.sentiment,
        sentiment_probabilities=_json(scores.sentiment_probabilities),
        probabilities=_json(scores.probabilities),
        hour=row.hour,
    )
    for item in assessment.flags:
        yield Flag(
            comment_id=row.id,
            revision=1,
            flag=item.flag,
            severity=item.severity,
            source=Source.CLASSIFIER,
            score=item.score,
            alert=item.alert,
            hour=row.hour,
        )


def _json(values: Mapping[Any, float] | None) -> dict[str, float] | None:
    return None if values is None else {str(key): value for key, value in values.items()}
