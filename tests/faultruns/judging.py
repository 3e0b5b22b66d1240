"""What must hold when a history is over: nothing twice, nothing forgotten, and what our pages say is so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from outreach import publishing
from outreach.states import (
    WAITING_FOR_A_PERSON,
    HeldReason,
    LeftoverStatus,
    Outcome,
    PublicationStatus,
    WithdrawalKind,
    WithdrawalStatus,
)
from outreach.tables import Leftover, Publication, PublishAttempt, Withdrawal
from tests.faultruns.history import History, Seen, armed, visible

_S = PublicationStatus
NOT_OUT = (_S.DRAFT, _S.FAILED, _S.HELD, _S.CANCELLED, _S.RETRACTED)
AT_REST = (_S.PUBLISHED, _S.CANCELLED, _S.RETRACTED, *WAITING_FOR_A_PERSON)


@dataclass
class Tally:
    """Over one or many histories.

    `untrue`: a page says of a post, a comment, a takedown or of what is armed what is not so. `despite_pause`: a
    channel was written to that was paused.
    """

    histories: int = 0
    posts: int = 0
    faults: int = 0
    deaths: int = 0
    restores: int = 0
    renewals: int = 0
    published: int = 0
    left_to_people: int = 0
    retracted: int = 0
    dropped: int = 0
    duplicates: int = 0
    losses: int = 0
    untrue: int = 0
    despite_pause: int = 0
    stories: list[str] = field(default_factory=list)  #: seeds and places of what went wrong
    told: list[str] = field(default_factory=list)  #: of those histories, what happened in them

    def add(self, other: Tally) -> None:
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)


@dataclass(frozen=True)
class Truth:
    """What stands at Meta."""

    seen: list[Seen]
    comments: list[dict[str, Any]]
    armed: dict[str, str]
    by_hand: set[str]  #: publications that a person has been asked to delete
    worked_on: set[str]  #: video stories that Meta has taken and named, and does not show yet

    def ours(self, publication: Publication) -> list[Seen]:
        return [each for each in self.seen if each.publication == publication.id and not each.by_hand]

    def post(self, remote_id: str | None) -> Seen | None:
        return next((each for each in self.seen if each.id == remote_id), None)


def judge(history: History, seed: int) -> Tally:
    state = history.stage.state()
    asked = select(Withdrawal.publication_id).where(Withdrawal.status == WithdrawalStatus.BY_HAND)
    with history.database.read() as session:
        rows = session.scalars(select(Publication).where(Publication.id.in_(history.texts))).all()
        by_hand = set(session.scalars(asked))
    comments = [each for each in state["comments"] if not each["deleted"]]
    stories = (each for each in state["posts"] if each["format"] == "story" and not each["deleted"])
    worked_on = {each["id"] for each in stories if not each["visible"]}
    truth = Truth(visible(history, state), comments, armed(history, state), by_hand, worked_on)
    tally = Tally(histories=1, posts=len(rows), deaths=history.deaths, restores=history.restores,
                  renewals=history.renewals)  # fmt: skip
    tally.published = sum(row.status == _S.PUBLISHED for row in rows)
    tally.left_to_people = sum(row.status in WAITING_FOR_A_PERSON for row in rows)
    tally.retracted = sum(row.status == _S.RETRACTED for row in rows)
    tally.dropped = sum(row.status == _S.CANCELLED for row in rows)
    found = [*(each for row in rows for each in _of_post(history, row, truth)), *_of_all(history, truth)]
    found += [("untrue", what) for what in history.wrong]
    for kind, what in found:
        setattr(tally, kind, getattr(tally, kind) + 1)
        tally.stories.append(f"seed {seed}: {kind}: {what}")
    tally.told = [f"seed {seed}: {what}" for what in history.told] if found else []
    return tally


def _of_post(history: History, row: Publication, truth: Truth) -> Iterator[tuple[str, str]]:
    ours = truth.ours(row)
    where = f"{row.id[:6]} {row.status} {row.held_reason or ''} {row.error_code or ''} on {row.channel.name}"
    adopted = row.remote_id in history.by_hand
    for _ in ours[0 if adopted and row.status == _S.PUBLISHED else 1 :]:
        yield "duplicates", where
    if row.status not in AT_REST or (row.status == _S.UNKNOWN and row.retry_at is not None):
        yield "losses", f"never at rest: {where}"
    if row.status == _S.PUBLISHED:
        yield from _of_published(history, row, truth, where)
    elif row.status == _S.HELD and row.held_reason == HeldReason.ALREADY_POSTED:
        yield from _of_twin(history, row, truth, where)
    elif row.status in NOT_OUT and ours and row.id not in truth.by_hand:
        yield "untrue", f"is out: {where}"
    forgotten = row.id in history.removed or history.restores > 0  # or taken back by us after the backup
    if row.status == _S.HELD and row.held_reason == HeldReason.ALTERED and not forgotten:
        yield "untrue", f"nobody removed it: {where}"


def _of_published(history: History, row: Publication, truth: Truth, where: str) -> Iterator[tuple[str, str]]:
    out = truth.post(row.remote_id)
    if out is None or out.publication != row.id:
        if row.id not in history.removed and row.remote_id not in truth.worked_on:
            yield "losses", f"not there: {where}"
        return
    changed = out.text != history.texts[row.id] and history.shapes[row.id][1] != "story"
    if changed != ("text" in row.altered):
        yield "untrue", f"altered {row.altered}: {where}"
    if row.error_code == "publish.twice":
        yield "untrue", f"it is out once: {where}"
    wanted = row.content.get("first_comment")
    written = [each for each in truth.comments if each["object_id"] == out.id and each["text"] == wanted]
    if len(written) > 1:
        yield "duplicates", f"first comment: {where}"
    if row.first_comment_id and row.first_comment_id not in {each["id"] for each in written}:
        yield "untrue", f"no first comment: {where}"
    stopped = out.by_hand or row.id in truth.by_hand
    if wanted and not row.first_comment_id and row.error_code is None and not stopped:
        yield "losses", f"first comment: {where}"


def _of_twin(history: History, row: Publication, truth: Truth, where: str) -> Iterator[tuple[str, str]]:
    """It says that another post is out that looks like it, and which one; of a story, that it may be out."""
    named = row.error_params.get("post")
    if history.shapes[row.id][1] == "story":
        return
    twin = truth.post(named) if named else None
    if named and (twin is None or twin.publication != row.id):
        yield "untrue", f"no such twin: {where}"
    elif named is None and not any(each.publication == row.id for each in truth.seen):
        yield "untrue", f"no twin at all: {where}"
    elif twin is not None and not twin.by_hand:
        yield "untrue", f"its twin is itself: {where}"


def _of_all(history: History, truth: Truth) -> Iterator[tuple[str, str]]:
    for pause in publishing.standing(history.database).pauses:
        yield "losses", f"still paused: {pause.kind}"
    publishing.pause(history.database, why="x", user_id=history.person, now=history.now)
    said = {each.publication.id for each in publishing.standing(history.database).armed}
    if said != set(truth.armed.values()):
        yield "untrue", f"armed: {len(said)} said, {len(truth.armed)} so"
    with history.database.read() as session:
        for row in session.scalars(select(Withdrawal)):
            yield from _of_withdrawal(row, truth)
        for left in session.scalars(select(Leftover)):
            out = truth.post(left.remote_id) is not None
            said = left.status == LeftoverStatus.OUT and left.publication.status != _S.RETRACTED
            if left.status == LeftoverStatus.WAITING or said != out:
                yield "untrue", f"leftover {left.status} {left.error_code} {left.step}, out {out}"
        started = select(PublishAttempt).where(PublishAttempt.outcome == Outcome.STARTED)
        for attempt in session.scalars(started):
            yield "losses", f"attempt left: {attempt.publication_id[:6]} {attempt.step}"
    for (_, text), count in Counter((each["object_id"], each["text"]) for each in truth.comments).items():
        if count > 1:
            yield "duplicates", f"comment {text}"


def _of_withdrawal(row: Withdrawal, truth: Truth) -> Iterator[tuple[str, str]]:
    where = f"{row.publication_id[:6]} {row.kind} {row.status} {row.error_code or ''}"
    if row.status == WithdrawalStatus.PENDING:
        yield "losses", f"never ended: {where}"
    mine = [each for each in truth.seen if each.publication == row.publication_id and not each.by_hand]
    if row.kind == WithdrawalKind.TAKEDOWN and row.status == WithdrawalStatus.DONE and mine:
        yield "untrue", f"taken down and out: {where}"
    if row.status == WithdrawalStatus.DONE and row.publication_id in truth.armed.values():
        yield "untrue", f"taken back and armed: {where}"
