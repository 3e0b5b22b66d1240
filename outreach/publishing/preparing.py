"""The invisible half of publishing: parts are made at Meta one write at a time, ahead of the slot.

Preparing may be repeated: what a lost answer left behind is invisible. It is repeated from the start, since a photo
that a lost post has taken up is refused to a second one; but an upload goes on behind the bytes that have arrived.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from outreach.errors import MetaError, NotFoundError
from outreach.meta import protocol, uploads
from outreach.publishing.desk import (
    EXPIRED,
    LEASE,
    Desk,
    abandon_attempts,
    back_off,
    change,
    end_attempt,
    error_params,
    hold,
    is_approved,
    is_late,
    is_open,
    is_stopped,
    served_content,
    start_attempt,
    stop_channel,
)
from outreach.publishing.videos import goes_on, has_video, lease
from outreach.states import ChannelKind, HeldReason, PublicationStatus
from outreach.tables import Channel, Consent, Publication

REMADE = (EXPIRED, "meta.media_unreachable")  #: a container that could not fetch its image never will
CONTAINER_GOOD_FOR = timedelta(hours=22)  #: of the day that it has (graph-api.md §5), with room to make it again
HURRY = timedelta(minutes=10)
POLL = timedelta(seconds=30)  #: between looks at a container that Meta still works on


def prepare_due(desk: Desk, *, videos: bool | None = None) -> bool:
    """Prepare one publication whose slot is near, or go on with one that waits for Meta. True if there may be more.

    `videos`: only these, or none of these, since one of them may take long to send.
    """
    publication = _claim(desk, videos=videos)
    if publication is None:
        return False if videos else _renew(desk)
    try:
        _make_parts(desk, publication)
    except NotFoundError as error:
        fail(desk, publication, error)
    except MetaError as error:
        give_way(desk, publication, error)
    return True


def _claim(desk: Desk, *, videos: bool | None) -> Publication | None:
    """Lease the next one; a row left PREPARING by a crash is taken up again when its lease is over."""
    now = desk.clock.now()
    with desk.database.write() as session:
        waiting = _waiting(desk, now) if videos is None else _waiting(desk, now).where(has_video() == videos)
        for publication in session.scalars(waiting):
            if not is_open(publication.channel) or is_late(publication, now) or not _has_room(desk, publication, now):
                continue
            if not is_approved(session, publication):
                change(session, publication, _back_to_draft(publication), retry_at=None)
            elif not consent_holds(session, publication):
                hold(session, publication, HeldReason.CONSENT)
            elif change(session, publication, PublicationStatus.PREPARING, retry_at=now + LEASE):
                kept = goes_on(session, publication)
                if abandon_attempts(session, publication, now) and not kept:
                    change(session, publication, PublicationStatus.PREPARING, parts={})
                return publication
    return None


def _renew(desk: Desk) -> bool:
    """Containers that expire before long are made again, while nothing hurries. True if there were any."""
    now = desk.clock.now()
    old = select(Publication).where(
        Publication.status == PublicationStatus.PREPARED,
        Publication.prepared_at <= now - CONTAINER_GOOD_FOR,
        Publication.channel.has(Channel.kind == ChannelKind.INSTAGRAM_ACCOUNT),
        or_(Publication.due_at > now, is_stopped()),
    )
    with desk.database.read() as session:
        found = session.scalars(old).all()
    for publication in found:
        with desk.database.write() as session:
            change(session, publication, PublicationStatus.SCHEDULED, parts={}, prepared_at=None, retry_at=None)
    return bool(found)


def _waiting(desk: Desk, now: datetime) -> Select[Publication]:
    on_account = Publication.channel.has(Channel.kind == ChannelKind.INSTAGRAM_ACCOUNT)
    return (
        select(Publication)
        .where(
            Publication.status.in_([PublicationStatus.SCHEDULED, PublicationStatus.PREPARING]),
            or_(
                Publication.due_at <= now + desk.prepare_ahead,
                and_(or_(on_account, has_video()), Publication.due_at <= now + desk.containers_ahead),
            ),
            or_(Publication.retry_at.is_(None), Publication.retry_at <= now),
            ~is_stopped(),
        )
        .order_by(Publication.due_at, Publication.id)
    )


def _has_room(desk: Desk, publication: Publication, now: datetime) -> bool:
    """Near Meta's limits what is still far off waits, so that what is due can go out."""
    return publication.due_at <= now + HURRY or desk.has_room(publication.channel)


def _back_to_draft(publication: Publication) -> PublicationStatus:
    """An approval that was withdrawn meanwhile: nothing visible has happened, so it waits for a new one."""
    return PublicationStatus.DRAFT if publication.status == PublicationStatus.SCHEDULED else PublicationStatus.SCHEDULED


def consent_holds(session: Session, publication: Publication, now: datetime | None = None) -> bool:
    """Whether the story's consent record exists, has not run out at its slot, nor `now`, and was not withdrawn."""
    reference = publication.post.consent if publication.post else None
    if reference is None:
        return True
    consent = session.scalar(select(Consent).where(Consent.reference == reference))
    if consent is None or consent.withdrawn_at is not None:
        return False
    return consent.expires_at is None or consent.expires_at > max(publication.due_at, now or publication.due_at)


def _make_parts(desk: Desk, publication: Publication) -> None:
    content = served_content(desk, publication)
    channel = desk.open_channel(publication.channel)
    while step := channel.next_step(content, publication.parts):
        if not make_part(desk, publication, step, partial(channel.make, step, content, publication.parts)):
            return
        if step.name == protocol.UPLOAD and desk.stopping():
            raise MetaError(uploads.STOPPED)  # a large video goes up in many of these
    readiness = _readiness(publication, channel)
    now = desk.clock.now()
    with desk.database.write() as session:
        if readiness is protocol.Readiness.READY:
            ready = {"prepared_at": now, "retry_at": None, "tries": 0, "error_code": None}
            change(session, publication, PublicationStatus.PREPARED, **ready)
        elif readiness is protocol.Readiness.WAIT:
            change(session, publication, PublicationStatus.PREPARING, retry_at=now + POLL)
        else:
            change(session, publication, PublicationStatus.SCHEDULED, parts={}, retry_at=None)


def make_part(desk: Desk, publication: Publication, step: protocol.Step, make: Callable[[], str]) -> bool:
    """One write with its attempt row before and its outcome after; False when the row is no longer ours."""
    now = desk.clock.now()
    with desk.database.write() as session:
        if not change(session, publication, PublicationStatus.PREPARING, retry_at=now + lease(step)):
            return False
        attempt = start_attempt(session, publication, step.name, now)
    try:
        remote_id = make()
    except MetaError as error:
        error.params.update(_medium_of(publication, error, step.name))
        with desk.database.write() as session:
            end_attempt(session, attempt, desk.clock.now(), error=error)
        raise
    with desk.database.write() as session:
        end_attempt(session, attempt, desk.clock.now(), remote_id=remote_id)
        parts = {**publication.parts, step.name: remote_id}
        return change(session, publication, PublicationStatus.PREPARING, parts=parts)


def _readiness(publication: Publication, channel: protocol.Channel) -> protocol.Readiness:
    try:
        return channel.readiness(publication.parts)
    except MetaError as error:
        error.params.update(_medium_of(publication, error, "container"))
        raise


def _medium_of(publication: Publication, error: MetaError, step: str) -> dict[str, object]:
    """The file that was refused, so that the refusal names it: one refused medium stops the whole post."""
    media = publication.content.get("media") or []
    number = re.search(r"\d+$", str(error.params.pop("part", step)))
    if number is None and (len(media) != 1 or step == "post"):
        return {}
    return {"file": media[int(number[0]) if number else 0]["file"]}


def give_way(desk: Desk, publication: Publication, error: MetaError) -> None:
    """A refusal is final; a passing fault waits its time and is tried again, from the parts that surely exist."""
    waited = {
        "tries": publication.tries + 1,
        "retry_at": back_off(publication.tries, error, desk.clock.now()),
        "error_code": error.code,
        "parts": {} if error.maybe_done or error.code in REMADE else publication.parts,
    }
    with desk.database.write() as session:
        stopped = stop_channel(session, publication, error)
        if error.permanent and not error.maybe_done and not stopped:
            failed = {"error_code": error.code, "error_params": error_params(error), "retry_at": None}
            change(session, publication, PublicationStatus.FAILED, **failed)
        else:
            change(session, publication, PublicationStatus.SCHEDULED, **waited)


def fail(desk: Desk, publication: Publication, error: NotFoundError) -> None:
    """Our copy of a medium is missing or damaged: the post waits for a person, who applies the campaign again."""
    lost = error.params.get("sha256")
    files = (item["file"] for item in publication.content.get("media") or () if item["sha256"] == lost)
    failed = {"error_code": error.code, "error_params": {"file": next(files, "")}, "retry_at": None}
    with desk.database.write() as session:
        change(session, publication, PublicationStatus.FAILED, **failed)
