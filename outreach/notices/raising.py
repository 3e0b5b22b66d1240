"""What the staff is told of posts and channels, once each: what failed or is held, tokens that die, pauses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, aliased

from outreach import policy
from outreach.db import Database
from outreach.notices.rows import MERGE, Status, write
from outreach.states import ChannelKind, ChannelStatus, Permission, PublicationStatus
from outreach.tables import Alert, AuditEvent, Channel, DeletionRequest, Pause, Publication, User

WARN_DAYS = (*policy.WARN_DAYS, 0)  #: 0: it has ended


class Kind(StrEnum):
    """Message codes."""

    FAILED = "notice.failed"  #: Meta refused a post for good
    UNKNOWN = "notice.unknown"  #: nobody knows whether it went out
    HELD = "notice.held"  #: a person decides
    TOKEN = "notice.token"  #: a channel stopped  # noqa: S105  a name
    ENDS = "notice.ends"  #: a token or data access ends soon
    PAUSE = "notice.pause"  #: somebody stopped all releases, or those of a channel
    DELETION = "notice.deletion"  #: somebody asked through Meta that what we hold of hers be erased
    UNKNOWN_POST = "alert.unknown_post"  #: on the Page, and not by us: the account may be in other hands


_P = PublicationStatus
OF_STATUS = {_P.FAILED: Kind.FAILED, _P.UNKNOWN: Kind.UNKNOWN, _P.HELD: Kind.HELD}
TOLD = {
    **dict.fromkeys((Kind.FAILED, Kind.UNKNOWN, Kind.HELD, Kind.PAUSE, Kind.UNKNOWN_POST), Permission.POSTS_WRITE),
    Kind.TOKEN: Permission.CHANNELS_MANAGE,
    Kind.ENDS: Permission.CHANNELS_MANAGE,
    Kind.DELETION: Permission.SUBJECTS_MANAGE,
}
#: A channel that still stands still after some days is told again: people on it go unheard.
AGAIN = {Kind.TOKEN: policy.KEEP_NOTICES}


@dataclass(frozen=True)
class Fact:
    """One thing to tell, once: `key` remembers it, `channel` is a name of campaign files, `code` a remedy."""

    kind: Kind
    key: str
    channel: str = ""
    code: str | None = None
    days: int | None = None


def raise_due(database: Database, *, now: datetime) -> bool:
    """Write the notices that are due now, one row a person and kind; False, since one round does all."""
    with database.read() as session:
        facts = [*_posts(session), *_strangers(session, now=now), *_channels(session, now=now), *_pauses(session)]
        facts += _deletions(session)
        people = list(session.scalars(select(User).where(User.disabled_at.is_(None)))) if facts else []
    for person in people:
        for kind in Kind:
            mine = [fact for fact in facts if fact.kind is kind and policy.may(person.roles, TOLD[kind])]
            if mine:
                with database.write() as session:
                    _tell(session, person, kind, mine, now=now)
    return False


# -- what there is to tell ----------------------------------------------------------------------------------------


def _posts(session: Session) -> Iterable[Fact]:
    """One key for each post in each state: that a person decides is told once."""
    read_back = (Publication.status == _P.UNKNOWN) & Publication.retry_at.is_not(None)
    waits = (Publication.status.in_(tuple(OF_STATUS)), ~read_back)
    rows = session.execute(
        select(Publication.id, Publication.status, Channel.name)
        .join(Channel, Channel.id == Publication.channel_id)
        .where(*waits)
    )
    return [Fact(OF_STATUS[_P(status)], f"{number}:{status}", name) for number, status, name in rows]


def _strangers(session: Session, *, now: datetime) -> Iterable[Fact]:
    """Posts that somebody else made since the channel is ours to read; not one of our own whose answer is due."""
    on_its_way = aliased(Publication)
    answer_due = exists().where(
        on_its_way.channel_id == Publication.channel_id,
        on_its_way.status.in_((_P.RELEASING, _P.UNKNOWN)),
        or_(on_its_way.status == _P.RELEASING, on_its_way.retry_at.is_not(None)),
        on_its_way.due_at <= Publication.published_at,
    )
    rows = (
        select(Publication.id, Channel.name)
        .join(Channel, Channel.id == Publication.channel_id)
        .where(
            Publication.origin == "adopted",
            Publication.published_at >= Channel.created_at,
            Publication.published_at > now - policy.KEEP_POST_NOTICES / 2,
            ~answer_due,
        )
    )
    return [Fact(Kind.UNKNOWN_POST, number, name) for number, name in session.execute(rows)]


def _channels(session: Session, *, now: datetime) -> Iterable[Fact]:
    for row in session.scalars(select(Channel)):
        if row.status == ChannelStatus.STOPPED:
            yield Fact(Kind.TOKEN, row.id, row.name, row.status_code)
        else:
            yield from _ending(row, now)


def _ending(row: Channel, now: datetime) -> Iterable[Fact]:
    """Once at each threshold; one date that moves on, since the token was renewed, begins anew."""
    dates = {"channel.token_ends": row.token_expires_at}
    if row.kind == ChannelKind.INSTAGRAM_ACCOUNT:  # Page permissions outlive data access (graph-api.md §3)
        dates["channel.data_access_ends"] = row.data_access_expires_at
    for code, at in dates.items():
        near = [days for days in WARN_DAYS if at is not None and at - now <= timedelta(days=days)]
        if at is not None and near:
            key = f"{row.id}:{code}:{at.date().isoformat()}:{min(near)}"
            yield Fact(Kind.ENDS, key, row.name, code, max(0, (at - now).days))


def _pauses(session: Session) -> Iterable[Fact]:
    for pause in session.scalars(select(Pause).where(Pause.ended_at.is_(None))):
        yield Fact(Kind.PAUSE, pause.id, pause.channel.name if pause.channel else "")
    paused = select(Channel).where(Channel.status == ChannelStatus.PAUSED)
    for row in session.scalars(paused):
        asked = select(AuditEvent.id).where(AuditEvent.subject == row.id, AuditEvent.event == "channel.paused")
        last = session.scalar(asked.order_by(AuditEvent.at.desc()).limit(1))
        yield Fact(Kind.PAUSE, last or row.id, row.name)


def _deletions(session: Session) -> Iterable[Fact]:
    """Under what is done, and where nothing was held, no keys are kept."""
    rows = session.scalars(select(DeletionRequest))
    return [Fact(Kind.DELETION, row.id) for row in rows if row.author_keys]


# -- whom, and how often ------------------------------------------------------------------------------------------


def _tell(session: Session, person: User, kind: Kind, facts: list[Fact], *, now: datetime) -> None:
    """Once each; what comes within minutes of a notice is merged into the next. What reached nobody is told again."""
    told = session.scalars(select(Alert).where(Alert.user_id == person.id, Alert.kind == kind)).all()
    since = now - AGAIN.get(kind, policy.KEEP_POST_NOTICES)
    heard = [alert for alert in told if alert.status != Status.FAILED and alert.created_at > since]
    known = {key for alert in heard for key in alert.details.get("keys", ())}
    fresh = [fact for fact in facts if fact.key not in known]
    if not fresh or any(now - alert.created_at < MERGE for alert in told):
        return
    codes, names = {fact.code for fact in fresh}, sorted({fact.channel for fact in fresh if fact.channel})
    days = [fact.days for fact in fresh if fact.days is not None]
    details = {
        "channels": names,
        "code": codes.pop() if len(codes) == 1 else None,
        "days": min(days) if days else None,
    }
    write(session, person, kind, {fact.key for fact in fresh}, now=now, details=details)
