"""Tries a channel at Meta: a rehearsal that nobody sees, and a test post that a person asks for and looks at.

A row is committed before each call, so that what a crash leaves at Meta is found and removed by the next trial.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from outreach.channels.coverage import record
from outreach.channels.rows import named
from outreach.db import Database
from outreach.errors import ConflictError, InvalidError, MetaError, NotFoundError
from outreach.meta.capabilities import Checked
from outreach.meta.protocol import Channel as Remote
from outreach.meta.protocol import Content, Readiness
from outreach.states import Capability, ChannelKind, ChannelStatus, PauseKind, Proof
from outreach.tables import AuditEvent, Channel, Pause, Trial

REHEARSAL = "rehearsal"
TEST_POST = "test_post"
#: What stands on the Page for some minutes: it says what it is, and nothing about the programme's work.
WORDS = "تجربة فنية، تُحذف بعد قليل. · A technical test; it will be removed shortly."

OpenChannel = Callable[[Channel], Remote]


class FetchAnswer(Protocol):
    """What came of having Meta fetch an image of ours (`publishing.prove_fetch`)."""

    @property
    def state(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def params(self) -> Mapping[str, Any]: ...


ProveFetch = Callable[[Channel], FetchAnswer]


def rehearse(
    database: Database,
    open_channel: OpenChannel,
    name: str,
    *,
    prove_fetch: ProveFetch,
    user_id: str | None,
    now: datetime,
) -> None:
    """Make what nobody sees and remove it: an unpublished post, or a container that is never released.

    What Meta refuses is written down, not raised. Raises NotFoundError, ConflictError.
    """
    channel, trial = _begin(database, name, REHEARSAL, user_id=user_id, now=now)
    if channel.kind == ChannelKind.FACEBOOK_PAGE:
        found, code = _rehearse_post(database, open_channel, channel, trial)
    else:
        found, code = _rehearse_fetch(prove_fetch(channel))
    left_behind = code is not None and bool(trial.parts)
    with database.write() as session:
        row = session.get_one(Trial, trial.id)
        row.error_code = code
        row.ended_at = None if left_behind else now
        session.flush()
        record(session, session.get_one(Channel, channel.id), found, now=now)


def test_post(
    database: Database, open_channel: OpenChannel, name: str, *, user_id: str | None, now: datetime
) -> str | None:
    """Publish a post that says that it is a test; its address, for an outside account to look at.

    Raises InvalidError for Instagram (it has no post without an image, and cannot always be deleted), MetaError.
    """
    with database.read() as session:
        if named(session, name).kind != ChannelKind.FACEBOOK_PAGE:
            raise InvalidError("channel.no_test_post", channel=name)
    channel, trial = _begin(database, name, TEST_POST, user_id=user_id, now=now)
    remote = open_channel(channel)
    try:
        parts = _make(database, remote, trial)
        _note(database, trial, remote_id=parts["post"])  # should the answer be lost, it is removed as what may be out
        released = remote.release(parts)
    except MetaError as error:
        _note(database, trial, error_code=error.code)
        raise
    _note(database, trial, remote_id=released.remote_id, permalink=released.permalink)
    return released.permalink


test_post.__test__ = False  # type: ignore[attr-defined]  # no test, whatever pytest reads into the name


def remove_test_post(
    database: Database, open_channel: OpenChannel, name: str, *, user_id: str | None, now: datetime
) -> None:
    """Take the test posts of a channel down again. Raises NotFoundError when there is none, MetaError."""
    with database.read() as session:
        channel = named(session, name)
        _refuse_paused(session, channel, PauseKind.RESTORED)
        standing = [each for each in _unfinished(session, channel) if each.kind == TEST_POST]
    if not standing:
        raise NotFoundError("channel.no_trial", channel=name)
    for trial in standing:
        _clear(open_channel(channel), trial)
        _note(database, trial, ended_at=now)
    with database.write() as session:
        session.add(AuditEvent(at=now, user_id=user_id, event="channel.test_post_removed", subject=channel.id))


def _begin(database: Database, name: str, kind: str, *, user_id: str | None, now: datetime) -> tuple[Channel, Trial]:
    with database.write() as session:
        channel = named(session, name)
        if channel.status == ChannelStatus.STOPPED:
            raise ConflictError("channel.stopped", channel=name)
        _refuse_paused(session, channel, *PauseKind)
        trial = Trial(channel_id=channel.id, user_id=user_id, kind=kind, parts={}, started_at=now)
        session.add(trial)
        session.add(AuditEvent(at=now, user_id=user_id, event=f"channel.{kind}", subject=channel.id))
    return channel, trial


def _refuse_paused(session: Session, channel: Channel, *kinds: PauseKind) -> None:
    """A pause is of every write that people could see, and a copy or a restored state makes none at all."""
    on_it = or_(Pause.channel_id.is_(None), Pause.channel_id == channel.id)
    standing = select(Pause.id).where(Pause.ended_at.is_(None), Pause.kind.in_(kinds), on_it)
    if session.scalar(standing.limit(1)) is not None:
        raise ConflictError("pause.stands", channel=channel.name)


def _make(database: Database, remote: Remote, trial: Trial) -> dict[str, str]:
    content = Content(WORDS)
    parts: dict[str, str] = {}
    while step := remote.next_step(content, parts):
        parts[step.name] = remote.make(step, content, parts)
        _note(database, trial, parts=dict(parts))
    if remote.readiness(parts) is not Readiness.READY:
        raise MetaError("meta.not_ready")
    return parts


def _rehearse_post(
    database: Database, open_channel: OpenChannel, channel: Channel, trial: Trial
) -> tuple[list[Checked], str | None]:
    """What it showed, and the code of what went wrong. First what earlier trials left behind is removed."""
    names = (Capability.PUBLISH, Capability.RETRACT)
    try:
        remote = open_channel(channel)
        _sweep(database, remote, channel, trial)
        remote.discard(_make(database, remote, trial))
    except MetaError as error:
        name = names[1] if trial.parts else names[0]
        said = {"meta": str(error.graph_code or error.code), "reason": error.code}
        if error.permanent:
            return [Checked(name, Proof.REFUSED, f"coverage.{name}.refused", said)], error.code
        return [Checked(name, Proof.UNPROVEN, "coverage.no_answer", said)], error.code
    return [Checked(name, Proof.UNPROVEN, f"coverage.{name}.unproven") for name in names], None  # the trial proves it


def _rehearse_fetch(answer: FetchAnswer) -> tuple[list[Checked], str | None]:
    proof = Proof(answer.state)
    found = Checked(Capability.MEDIA_FETCH, proof, answer.code, answer.params)
    return [found], None if proof is Proof.PROVEN else answer.code


def _sweep(database: Database, remote: Remote, channel: Channel, trial: Trial) -> None:
    with database.read() as session:
        left = [each for each in _unfinished(session, channel) if each.kind == REHEARSAL and each.id != trial.id]
    for each in left:
        _clear(remote, each)
        _note(database, each, ended_at=trial.started_at, error_code=each.error_code or "publish.interrupted")


def _clear(remote: Remote, trial: Trial) -> None:
    """A post that a person removed by hand is gone as well."""
    try:
        if trial.remote_id:
            remote.retract(trial.remote_id)
        else:
            remote.discard(trial.parts)
    except MetaError as error:
        if error.code != "meta.gone":
            raise


def _unfinished(session: Session, channel: Channel) -> list[Trial]:
    return list(session.scalars(select(Trial).where(Trial.channel_id == channel.id, Trial.ended_at.is_(None))))


def _note(database: Database, trial: Trial, **values: object) -> None:
    with database.write() as session:
        row = session.get_one(Trial, trial.id)
        for name, value in values.items():
            setattr(row, name, value)
            setattr(trial, name, value)
