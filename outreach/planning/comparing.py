"""The difference between a campaign file and the database, like a migration plan; changes nothing."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import slots
from outreach.campaigns import Campaign as CampaignFile
from outreach.db import Database
from outreach.pictures import Done
from outreach.planning.picturing import Gallery, pictured
from outreach.slots import PlannedPublication, ResolvedMedium
from outreach.states import ChannelKind, Format, PublicationStatus
from outreach.tables import Campaign, Channel, Consent, Post, Publication

_S = PublicationStatus
Key = tuple[str, str, int]  #: post, channel, occurrence

#: Meta may have seen it: `apply` never touches these
OUT = frozenset({_S.PUBLISHED, _S.RELEASING, _S.UNKNOWN, _S.RETRACTED})
REPEAT = timedelta(days=slots.REPEAT_DAYS)


class ChangeKind(StrEnum):
    ADD = "add"
    CHANGE = "change"  #: other words or images, same time
    MOVE = "move"  #: another time, perhaps other words too
    CANCEL = "cancel"
    KEEP = "keep"
    REFUSE = "refuse"  #: cannot be done; as long as there is one, nothing is applied


@dataclass(frozen=True)
class Change:
    kind: ChangeKind
    post: str
    channel: str
    occurrence: int
    due_at: datetime
    was_due_at: datetime | None = None
    fields: tuple[str, ...] = ()
    reason: str = ""  #: a message code: why it is refused, cancelled or kept
    params: Mapping[str, Any] = ()  # type: ignore[assignment]  # an empty mapping, hashable
    status: str = ""  #: of the existing publication

    @property
    def key(self) -> Key:
        return self.post, self.channel, self.occurrence


@dataclass(frozen=True)
class Shown:
    """What becomes of one image on one channel, for people who read a plan."""

    post: str
    channel: str
    file: str
    done: tuple[Done, ...]


@dataclass(frozen=True)
class Plan:
    campaign: str
    changes: tuple[Change, ...]
    pictures: tuple[Shown, ...] = ()  #: of what is added or changed

    def of(self, *kinds: ChangeKind) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.kind in kinds)

    @property
    def refused(self) -> tuple[Change, ...]:
        return self.of(ChangeKind.REFUSE)

    @property
    def is_empty(self) -> bool:
        return not self.of(ChangeKind.ADD, ChangeKind.CHANGE, ChangeKind.MOVE, ChangeKind.CANCEL, ChangeKind.REFUSE)


def compare(database: Database, file: CampaignFile, *, now: datetime, prune: bool = False) -> Plan:
    """What `apply` would do. `prune` also cancels what the file no longer names."""
    planned, gallery = pictured(file, slots.plan(file), kinds_of(database))
    with database.read() as session:
        return compare_in(session, file, planned, gallery, now=now, prune=prune)


def kinds_of(database: Database) -> dict[str, ChannelKind]:
    """Every channel's kind, by its name."""
    with database.read() as session:
        return {name: ChannelKind(kind) for name, kind in session.execute(select(Channel.name, Channel.kind))}


def compare_in(
    session: Session,
    file: CampaignFile,
    planned: tuple[PlannedPublication, ...],
    gallery: Gallery,
    *,
    now: datetime,
    prune: bool = False,
) -> Plan:
    existing = _existing(session, file.campaign)
    wanted = {(each.post_id, each.channel, each.occurrence) for each in planned}
    absent = [row for key, row in existing.items() if key not in wanted]
    stays = {row.id for row in absent if not (prune and _cancellable(row))}
    world = _World(session, file, planned, gallery, existing, stays, now)
    changes = [change for each in planned if (change := world.change(each))]
    if prune:
        changes += [_cancel(row, "plan.pruned") for row in absent if _cancellable(row)]
    changes += world.renamed(absent)
    changes.sort(key=lambda each: (each.due_at, each.channel, each.post))
    return Plan(file.campaign, tuple(changes), world.shown(changes))


def approval_hash(planned: Iterable[PlannedPublication]) -> str:
    """Over everything that an approver of one post sees: what goes out where and when."""
    parts = sorted([each.channel, each.occurrence, each.due_at.isoformat(), each.content_hash] for each in planned)
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def stored_content(planned: PlannedPublication) -> dict[str, Any]:
    """The content column of a publication."""
    content = planned.content
    return {
        "text": content.text,
        "link": content.link,
        "first_comment": content.first_comment,
        "media": [_stored_medium(medium) for medium in content.media],
        "format": None if content.format is Format.FEED else content.format.value,
    }


def _stored_medium(medium: ResolvedMedium) -> dict[str, Any]:
    stored = {"sha256": medium.sha256, "alt": medium.alt, "file": medium.file}
    return {**stored, "video": True, "cover_ms": medium.cover_ms} if medium.video else stored


@dataclass(frozen=True)
class _World:
    """One comparison's surroundings, read once."""

    session: Session
    file: CampaignFile
    planned: tuple[PlannedPublication, ...]
    gallery: Gallery
    existing: Mapping[Key, Publication]
    stays: Collection[str]  #: ids of existing ones that the file no longer names and that stay as they are
    now: datetime

    def change(self, each: PlannedPublication) -> Change | None:
        row = self.existing.get((each.post_id, each.channel, each.occurrence))
        if not each.goes_out:
            return self._stop(each, row)
        if row is None or row.status == _S.CANCELLED:
            return self._add(each, row)
        return self._update(each, row)

    def renamed(self, absent: Iterable[Publication]) -> Iterator[Change]:
        """A published post whose id has left the file while its very content stands there under a new id."""
        fresh: dict[tuple[str, str], PlannedPublication] = {
            (each.channel, each.content_hash): each
            for each in self.planned
            if each.goes_out and (each.post_id, each.channel, each.occurrence) not in self.existing
        }
        for row in absent:
            twin = fresh.get((row.channel.name, row.content_hash))
            if _is_out(row) and twin is not None:
                yield _refuse(twin, "plan.renamed_published", was=row.post.name if row.post else "")

    def shown(self, changes: Iterable[Change]) -> tuple[Shown, ...]:
        """The pictures of what is added or changed, each once however often its post recurs."""
        new = {change.key for change in changes if change.kind in {ChangeKind.ADD, ChangeKind.CHANGE, ChangeKind.MOVE}}
        found = {
            Shown(each.post_id, each.channel, medium.file, done): None
            for each in self.planned
            if (each.post_id, each.channel, each.occurrence) in new
            for medium in each.content.media
            if (done := self.gallery.done_to(medium))
        }
        return tuple(found)

    def _stop(self, each: PlannedPublication, row: Publication | None) -> Change | None:
        if row is None or row.status == _S.CANCELLED:
            return None
        if _is_being_entrusted(row):
            return _refuse(each, "publication.being_entrusted")
        if _is_out(row):
            return _change(ChangeKind.KEEP, each, row, reason="plan.already_out")
        return _cancel(row, "plan.cancelled" if each.cancelled else f"plan.{each.skipped.code if each.skipped else ''}")

    def _add(self, each: PlannedPublication, row: Publication | None) -> Change | None:
        if each.due_at + each.max_lateness < self.now:
            recurring = self.file.posts[each.index].at is None
            return None if recurring else _refuse(each, "plan.slot_in_past")
        return self._problem(each) or _change(ChangeKind.ADD, each, row)

    def _update(self, each: PlannedPublication, row: Publication) -> Change:
        moved = row.due_at != each.due_at
        fields = _different(each, row)
        if _is_being_entrusted(row) and (moved or fields):
            return _refuse(each, "publication.being_entrusted")
        if _is_out(row):
            if moved:
                return _refuse(each, "plan.moved_published", was=row.due_at.isoformat())
            return _change(ChangeKind.KEEP, each, row, fields=fields, reason="plan.already_out" if fields else "")
        if not moved and not fields:
            return _change(ChangeKind.KEEP, each, row)
        if moved and each.due_at + each.max_lateness < self.now:
            return _refuse(each, "plan.slot_in_past")
        kind = ChangeKind.MOVE if moved else ChangeKind.CHANGE
        return self._problem(each) or _change(kind, each, row, fields=fields)

    def _problem(self, each: PlannedPublication) -> Change | None:
        channel = self.session.scalar(select(Channel).where(Channel.name == each.channel))
        if channel is None:
            return _refuse(each, "plan.unknown_channel")
        if error := self.gallery.refused.get((each.post_id, each.channel)):
            return _refuse(each, error.code, channel=each.channel, **error.params)
        if each.consent and (reason := self._consent_problem(each, channel)):
            return _refuse(each, reason, consent=each.consent)
        return self._clash(each, channel)

    def _consent_problem(self, each: PlannedPublication, channel: Channel) -> str:
        consent = self.session.scalar(select(Consent).where(Consent.reference == each.consent))
        if consent is None:
            return "plan.consent_missing"
        if consent.withdrawn_at is not None:
            return "plan.consent_withdrawn"
        if consent.expires_at is not None and consent.expires_at <= each.due_at:
            return "plan.consent_expired"
        allowed = json.loads(consent.record or "{}").get("platforms", [])
        return "" if channel.kind.split("_")[0] in allowed else "plan.consent_platform"

    def _clash(self, each: PlannedPublication, channel: Channel) -> Change | None:
        """Another post of any campaign at the same minute, or with the same words and images within 14 days."""
        near = select(Publication).where(
            Publication.channel_id == channel.id,
            Publication.status != _S.CANCELLED,
            Publication.due_at.between(each.due_at - REPEAT, each.due_at + REPEAT),
        )
        for other in self.session.scalars(near):
            if other.post is None or (self.existing.get(_key(other)) is other and other.id not in self.stays):
                continue  # within one file slots.py has looked already
            if other.due_at == each.due_at:
                return _refuse(each, "plan.same_minute", other=other.post.name)
            if not each.repeat and _said(other.content) == _said(stored_content(each)):
                return _refuse(each, "plan.repeated", other=other.post.name)
        return None


def _existing(session: Session, campaign: str) -> dict[Key, Publication]:
    rows = session.scalars(select(Publication).join(Post).join(Campaign).where(Campaign.name == campaign))
    return {_key(row): row for row in rows}


def _key(row: Publication) -> Key:
    return row.post.name if row.post else "", row.channel.name, row.occurrence


def _said(content: Mapping[str, Any]) -> tuple[str, str | None, tuple[str, ...]]:
    media = tuple(item["sha256"] for item in content.get("media") or ())
    return content.get("text") or "", content.get("format"), media


def _different(each: PlannedPublication, row: Publication) -> tuple[str, ...]:
    new = stored_content(each)
    fields = [name for name, value in new.items() if row.content.get(name) != value]
    if row.max_lateness != int(each.max_lateness.total_seconds()):
        fields.append("max_lateness")
    if row.post and (row.post.kind, row.post.consent) != (each.kind, each.consent):
        fields.append("kind" if row.post.kind != each.kind else "consent")
    if row.post and row.post.approvals != each.approvals:
        fields.append("approvals")
    return tuple(fields)


def _change(
    kind: ChangeKind,
    each: PlannedPublication,
    row: Publication | None,
    *,
    fields: tuple[str, ...] = (),
    reason: str = "",
) -> Change:
    was = row.due_at if row is not None and kind is ChangeKind.MOVE else None
    status = row.status if row is not None else ""
    return Change(kind, each.post_id, each.channel, each.occurrence, each.due_at, was, fields, reason, {}, status)


def _refuse(each: PlannedPublication, reason: str, **params: Any) -> Change:
    return Change(
        ChangeKind.REFUSE, each.post_id, each.channel, each.occurrence, each.due_at, reason=reason, params=params
    )


def _cancellable(row: Publication) -> bool:
    return not _is_out(row) and row.status != _S.CANCELLED


def _is_out(row: Publication) -> bool:
    return row.status in OUT or _is_being_entrusted(row)


def _is_being_entrusted(row: Publication) -> bool:
    """Whether it stands in Meta's schedule is not known yet, so nothing could be taken out of it."""
    return row.status == _S.ENTRUSTED and "post" not in row.parts


def _cancel(row: Publication, reason: str) -> Change:
    post, channel, occurrence = _key(row)
    return Change(ChangeKind.CANCEL, post, channel, occurrence, row.due_at, reason=reason, params={}, status=row.status)


def by_post(planned: Iterable[PlannedPublication]) -> dict[str, list[PlannedPublication]]:
    """What goes out, grouped by post."""
    grouped: dict[str, list[PlannedPublication]] = defaultdict(list)
    for each in planned:
        if each.goes_out:
            grouped[each.post_id].append(each)
    return grouped
