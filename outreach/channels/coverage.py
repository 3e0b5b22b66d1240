"""What is known of each channel's capabilities, kept as rows: the last check, and what was done for real."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.db import Database, readable
from outreach.meta.capabilities import Checked, applicable
from outreach.states import ActionKind, ActionStatus, Capability, ChannelKind, Proof
from outreach.tables import Action, CapabilityCheck, Channel, Comment, LiveConfirmation, Publication, Trial
from outreach.wording import word

#: A permission that was not used for so long may have lapsed (graph-api.md §3), so what was done then proves little.
EVIDENCE_LASTS = timedelta(days=90)
#: What no reading of ours reaches, on any channel; message codes.
BLIND_SPOTS = ("blind.ads", "blind.filters", "blind.shares", "blind.messages", "blind.restricted", "blind.old")
#: What no reading call tells.
TRIED_ONLY = frozenset({Capability.PUBLISH, Capability.RETRACT, Capability.MEDIA_FETCH})
UNDOING = (ActionKind.HIDE, ActionKind.UNHIDE, ActionKind.DELETE)


@dataclass(frozen=True)
class Line:
    """One capability as it was last found."""

    capability: Capability
    proof: Proof
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)
    checked_at: datetime | None = None
    proven_at: datetime | None = None
    people: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class ChannelCoverage:
    name: str
    kind: str
    mode: str
    status: str
    status_code: str | None
    checked_at: datetime | None
    lines: tuple[Line, ...]
    confirmed_by: str | None = field(default=None, repr=False)
    confirmed_at: datetime | None = None
    test_post: str | None = None  #: address of a test post that stands on the channel


def wording_of(line: Line, *, language: str) -> str:
    """What was found and what to do, with Meta's own number where it refused."""
    said = word(line.code, line.params, language=language)
    number = line.params.get("meta")
    return f"{said} (Meta {number})" if number else said


def coverage(database: Database, *, names: bool = False) -> tuple[ChannelCoverage, ...]:
    """Every channel's lines, unchecked ones too. With `names` also who else of the staff holds Page tasks."""
    with database.read() as session:
        rows = session.scalars(select(Channel).order_by(Channel.name)).all()
        return tuple(_coverage_of(session, row, names=names) for row in rows)


def record(session: Session, channel: Channel, found: Iterable[Checked], *, now: datetime) -> None:
    """Write down what a check found. A question that got no answer leaves what was known."""
    done = evidence(session, channel, now)
    rows = _rows(session, channel)
    for each in found:
        row = rows.get(each.capability)
        if row is not None and (each.code == "coverage.no_answer" or _stands(row, each, done)):
            continue
        if row is None:
            row = CapabilityCheck(channel_id=channel.id, capability=each.capability)
        _fill(row, each, done.get(each.capability), now)
        session.add(row)


def evidence(session: Session, channel: Channel, now: datetime) -> dict[Capability, datetime]:
    """When a capability was last used for real: better than any answer about permissions."""
    published = select(func.max(Publication.published_at)).where(
        Publication.channel_id == channel.id, Publication.origin == "campaign", Publication.remote_id.is_not(None)
    )
    confirmed = select(func.max(LiveConfirmation.at)).where(
        LiveConfirmation.channel_id == channel.id, LiveConfirmation.seen_by_sealed.is_not(None)
    )
    tried = select(func.max(Trial.ended_at)).where(Trial.channel_id == channel.id, Trial.error_code.is_(None))
    trial = session.scalar(tried)
    is_page = channel.kind == ChannelKind.FACEBOOK_PAGE
    dates = {
        Capability.PUBLISH: max(filter(None, (session.scalar(published), trial if is_page else None)), default=None),
        Capability.RETRACT: trial if is_page else None,
        Capability.MEDIA_FETCH: None if is_page else trial,
        Capability.MODERATE: session.scalar(_acted(channel, UNDOING)),
        Capability.PRIVATE_REPLY: session.scalar(_acted(channel, (ActionKind.PRIVATE_REPLY,))),
        Capability.APP_MODE: session.scalar(confirmed),
        Capability.WEBHOOKS: channel.heard_at,
    }
    return {name: at for name, at in dates.items() if at is not None and now - at <= EVIDENCE_LASTS}


def _stands(row: CapabilityCheck, each: Checked, done: Mapping[Capability, datetime]) -> bool:
    """A trial that Meta refused stands until a later one, or the real thing, worked: other checks do not try it."""
    if row.proof != Proof.REFUSED or each.proof is not Proof.UNPROVEN or each.capability not in TRIED_ONLY:
        return False
    worked = done.get(each.capability)
    return worked is None or worked <= row.checked_at


def refusals_of(session: Session, channel: Channel) -> tuple[tuple[str, dict[str, Any]], ...]:
    """That Meta refuses something, and where it is told; what the token explains is told by who reports on that."""
    told = {Capability.TOKEN, Capability.SCOPES, Capability.TARGETS}
    rows = [row for row in _rows(session, channel).values() if row.proof == Proof.REFUSED]
    count = sum(row.capability not in told for row in rows)
    return (("channel.refuses", {"channel": channel.name, "count": count}),) if count else ()


def _acted(channel: Channel, kinds: tuple[ActionKind, ...]) -> Any:
    return (
        select(func.max(Action.done_at))
        .join(Comment, Comment.id == Action.comment_id)
        .where(Comment.channel_id == channel.id, Action.kind.in_(kinds), Action.status == ActionStatus.DONE)
    )


def _rows(session: Session, channel: Channel) -> dict[str, CapabilityCheck]:
    found = session.scalars(select(CapabilityCheck).where(CapabilityCheck.channel_id == channel.id))
    return {row.capability: row for row in found}


def _fill(row: CapabilityCheck, each: Checked, done: datetime | None, now: datetime) -> None:
    proof, code, proven_at = each.proof, each.code, now if each.proof is Proof.PROVEN else row.proven_at
    if done is not None and proof is Proof.UNPROVEN and code != "coverage.token_first":
        proof, code, proven_at = Proof.PROVEN, f"coverage.{each.capability}.done", done
    row.proof, row.code, row.params = proof, code, dict(each.params)
    row.checked_at, row.proven_at = now, proven_at
    row.people = "\n".join(each.people) or None


def _coverage_of(session: Session, row: Channel, *, names: bool) -> ChannelCoverage:
    known = _rows(session, row)
    lines = tuple(_line(name, known.get(name), names=names) for name in applicable(ChannelKind(row.kind)))
    confirmed = session.scalar(
        select(LiveConfirmation).where(LiveConfirmation.channel_id == row.id).order_by(LiveConfirmation.at.desc())
    )
    standing = select(Trial.permalink).where(
        Trial.channel_id == row.id, Trial.kind == "test_post", Trial.ended_at.is_(None)
    )
    return ChannelCoverage(
        row.name,
        row.kind,
        row.mode,
        row.status,
        row.status_code,
        row.checked_at,
        lines,
        confirmed.user.display_name if confirmed and confirmed.user else None,
        confirmed.at if confirmed else None,
        session.scalar(standing.limit(1)),
    )


def _line(name: Capability, row: CapabilityCheck | None, *, names: bool) -> Line:
    if row is None:
        return Line(name, Proof.UNPROVEN, "coverage.never_checked")
    people = (readable(row, "people") or "").splitlines() if names else ()
    return Line(name, Proof(row.proof), row.code, row.params, row.checked_at, row.proven_at, tuple(people))
