"""The safety net: posts entrusted to Meta's own scheduler go out during a power cut, and are verified afterwards.

A publication is ENTRUSTED from before the call that arms it, whose answer may be lost, until Meta, read back, has
published it or dropped it. Whatever takes it out of that state (a change, a hold, a cancellation) leaves its post at
Meta to `leftovers`, which deletes it; nothing else goes out for it until that is confirmed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from outreach.errors import MetaError, NotFoundError
from outreach.meta import protocol
from outreach.publishing import alterations, leftovers, twins
from outreach.publishing.desk import (
    ENTRUST,
    LEASE,
    Desk,
    abandon_attempts,
    back_off,
    change,
    content_of,
    end_attempt,
    error_params,
    format_of,
    hold,
    is_approved,
    is_armed,
    is_late,
    is_open,
    is_stopped,
    is_withdrawn,
    load,
    may_write,
    served_content,
    start_attempt,
    stop_channel,
)
from outreach.publishing.preparing import consent_holds, fail, give_way, make_part
from outreach.publishing.releasing import published
from outreach.states import ChannelKind, ChannelStatus, Format, HeldReason, PublicationStatus
from outreach.tables import Channel, Publication, PublishAttempt

_S = PublicationStatus
#: Meta asks for ten minutes at least; in the field twenty are kept (graph-api.md §4.2)
EARLIEST = timedelta(minutes=20)
REFUSED = "entrust.refused"  #: Meta does not take it into its schedule: we publish it ourselves
READ_BACK = timedelta(minutes=1)  #: after arming, and after the slot
UNCLEAR = timedelta(minutes=2)  #: between looks for what an arming call without an answer has made
LOOKS = 2  #: that must not find it before it counts as absent
EVERY = timedelta(minutes=30)  #: between looks at what waits in Meta's schedule
LAST_LOOK = timedelta(minutes=5)  #: before the slot: has somebody posted the same by hand?
#: our clock may be wrong by hours; whose post it is follows from words and time, and from its id
SKEW = timedelta(hours=24)
PART = "post"  #: the name, among a publication's parts, of its post in Meta's schedule


# -- handing over -------------------------------------------------------------------------------------------------


def entrust_due(desk: Desk) -> bool:
    """Hand one approved post to Meta's scheduler, where its channel is set to it. True if there may be more."""
    publication = _claim(desk)
    if publication is None:
        return False
    try:
        _hand_over(desk, publication)
    except NotFoundError as error:
        fail(desk, publication, error)
    except MetaError as error:
        give_way(desk, publication, error)
    return True


def _claim(desk: Desk) -> Publication | None:
    now = desk.clock.now()
    with desk.database.write() as session:
        for publication in session.scalars(_waiting(desk, now)):
            ready = is_open(publication.channel) and is_approved(session, publication)
            ready = ready and desk.has_room(publication.channel)
            if not ready or not consent_holds(session, publication) or not _suits(publication):
                continue  # `prepare_due` says what is missing, once its slot is near
            if change(session, publication, _S.PREPARING, retry_at=now + LEASE):
                kept = {} if abandon_attempts(session, publication, now) else _for_schedule(publication.parts)
                change(session, publication, _S.PREPARING, parts=kept)
                return publication
    return None


def _waiting(desk: Desk, now: datetime) -> Select[Publication]:
    """A row left PREPARING by a crash is taken up again when its lease is over."""
    return (
        select(Publication)
        .join(Channel)
        .where(
            Channel.entrusts,
            Channel.kind == ChannelKind.FACEBOOK_PAGE,
            Publication.status.in_((_S.SCHEDULED, _S.PREPARING)),
            Publication.due_at.between(now + EARLIEST, now + desk.entrust_ahead),
            or_(Publication.retry_at.is_(None), Publication.retry_at <= now),
            or_(Publication.error_code.is_(None), Publication.error_code != REFUSED),
            ~is_stopped(),
            ~is_armed(),
        )
        .order_by(Publication.due_at, Publication.id)
    )


def _for_schedule(parts: Mapping[str, str]) -> dict[str, str]:
    """Without what was prepared to be released by us: an invisible post must not pass for the one that is armed."""
    return {name: part for name, part in parts.items() if name.startswith("temporary-")}


def _suits(publication: Publication) -> bool:
    """Videos, reels and stories are not documented to stand in a Page's schedule; they are published by us."""
    media = publication.content.get("media") or ()
    return format_of(publication) is Format.FEED and not any(item.get("video") for item in media)


def _hand_over(desk: Desk, publication: Publication) -> None:
    content = served_content(desk, publication)
    schedule = _schedule(desk, publication)
    while step := schedule.next_step(content, publication.parts):
        if not make_part(desk, publication, step, partial(schedule.make, step, content)):
            return
    standing = schedule.find(content, publication.due_at, desk.clock.now() - desk.entrust_ahead - SKEW)
    _arm(desk, publication, schedule, content, [each for each in standing if not each.published])


def _schedule(desk: Desk, publication: Publication) -> protocol.Schedule:
    schedule = desk.open_channel(publication.channel).schedule
    if schedule is None:
        raise MetaError(REFUSED, permanent=True)
    return schedule


def _arm(
    desk: Desk,
    publication: Publication,
    schedule: protocol.Schedule,
    content: protocol.Content,
    standing: Iterable[protocol.Entrusted],
) -> None:
    attempt = _begin(desk, publication, standing)
    if attempt is None:
        return
    try:
        remote_id = schedule.arm(content, publication.parts, publication.due_at)
    except MetaError as error:
        _not_armed(desk, publication, attempt, error)
        return
    with desk.database.write() as session:
        end_attempt(session, attempt, desk.clock.now(), remote_id=remote_id)
        _stands(session, publication, remote_id, desk.clock.now())


def _begin(desk: Desk, publication: Publication, standing: Iterable[protocol.Entrusted]) -> PublishAttempt | None:
    """ENTRUSTED is committed before the call: from here on it may go out by itself, whatever the answer. None where no
    call is to be made.

    `standing`: these words at this time, in Meta's schedule. What no attempt knows was armed by one that is forgotten,
    since the whole machine was set back, or that Meta listed too late: it is this one, and no second is made.
    """
    now = desk.clock.now()
    with desk.database.write() as session:
        armed = {"retry_at": now + LEASE, "tries": 0, "altered": {}, "error_code": None, "error_params": {}}
        if not may_write(session, publication) or not change(session, publication, _S.ENTRUSTED, **armed):
            return None
        attempt = start_attempt(session, publication, ENTRUST, now)
        forgotten = next((each for each in standing if _may_be_ours(session, each)), None)
        if forgotten is None:
            return attempt
        session.flush()
        end_attempt(session, attempt, now, remote_id=forgotten.remote_id)
        _stands(session, publication, forgotten.remote_id, now)
    return None


def _stands(session: Session, publication: Publication, remote_id: str, now: datetime) -> bool:
    parts = {**publication.parts, PART: remote_id}
    return change(session, publication, _S.ENTRUSTED, parts=parts, prepared_at=now, retry_at=now + READ_BACK, tries=0)


def _not_armed(desk: Desk, publication: Publication, attempt: PublishAttempt, error: MetaError) -> None:
    """A refusal is no harm: we publish it ourselves. An answer that is missing is looked for at Meta."""
    now = desk.clock.now()
    seen = {"error_code": error.code, "error_params": error_params(error)}
    with desk.database.write() as session:
        end_attempt(session, attempt, now, error=error)
        stopped = stop_channel(session, publication, error)
        if error.maybe_done:
            change(session, publication, _S.ENTRUSTED, retry_at=now + UNCLEAR, **seen)
        elif error.permanent and not stopped:
            change(session, publication, _S.SCHEDULED, parts={}, retry_at=None, error_code=REFUSED)
        else:
            again = {"retry_at": back_off(publication.tries, error, now), "tries": publication.tries + 1}
            change(session, publication, _S.SCHEDULED, parts={}, **again, **seen)


# -- watching -----------------------------------------------------------------------------------------------------


def watch_due(desk: Desk) -> bool:
    """Read one entrusted post back: does it stand there as we made it, is it out? True if there may be more."""
    recalled = _recall(desk)
    publication = _claim_watch(desk)
    if publication is None:
        return recalled
    try:
        if PART in publication.parts:
            _look(desk, publication)
        else:
            _look_for(desk, publication)
    except MetaError as error:
        _look_later(desk, publication, error)
    return True


def _recall(desk: Desk) -> bool:
    """A paused channel sends nothing, by Meta's hand neither; where entrusting was turned off we publish ourselves."""
    unwanted = or_(Channel.status == ChannelStatus.PAUSED, Channel.entrusts.is_(False))
    standing = select(Publication).join(Channel).where(Publication.status == _S.ENTRUSTED, unwanted)
    with desk.database.read() as session:
        found = [each for each in session.scalars(standing) if PART in each.parts]
    for publication in found:
        with desk.database.write() as session:
            if publication.channel.status == ChannelStatus.PAUSED:
                hold(session, publication, HeldReason.PAUSED)
            else:
                change(session, publication, _S.SCHEDULED, parts={}, retry_at=None, altered={})
    return bool(found)


def _claim_watch(desk: Desk) -> Publication | None:
    """What is being withdrawn is left to that, once it is known what stands at Meta."""
    now = desk.clock.now()
    due = select(Publication).where(Publication.status == _S.ENTRUSTED, Publication.retry_at <= now)
    with desk.database.write() as session:
        withdrawn = set(session.scalars(due.where(is_withdrawn()).with_only_columns(Publication.id)))
        for publication in session.scalars(due.order_by(Publication.retry_at)):
            if publication.id in withdrawn and PART in publication.parts:
                continue
            if now < publication.due_at - LAST_LOOK and not desk.has_room(publication.channel):
                continue
            if change(session, publication, _S.ENTRUSTED, retry_at=now + LEASE):
                abandon_attempts(session, publication, now)
                return publication
    return None


def _look(desk: Desk, publication: Publication) -> None:
    schedule = _schedule(desk, publication)
    seen = schedule.read(publication.parts[PART])
    now = desk.clock.now()
    if seen is None:
        with desk.database.write() as session:
            hold(session, publication, HeldReason.ALTERED)
        return
    altered = alterations.found(desk, publication, schedule, seen)
    if seen.published:
        with desk.database.write() as session:
            _is_out(session, publication, seen, altered, now)
    else:
        _go_on(desk, publication, seen, altered)


def _is_out(
    session: Session, publication: Publication, seen: protocol.Entrusted, altered: dict[str, str], now: datetime
) -> None:
    """Meta's `created_time` is of the making or of the publishing (it is not documented): the later of both holds."""
    at = min(now, max(seen.created_at, publication.due_at))
    if published(session, publication, protocol.Released(seen.remote_id, seen.permalink), at):
        change(session, publication, _S.PUBLISHED, altered=altered, retry_at=None)


def _go_on(desk: Desk, publication: Publication, seen: protocol.Entrusted, altered: dict[str, str]) -> None:
    """Still in the schedule. What a person altered there is shown, and neither taken over nor undone."""
    now = desk.clock.now()
    reason, told = _objection(desk, publication, seen, now)
    with desk.database.write() as session:
        if reason is not None:
            hold(session, publication, reason, altered=altered, **told)
            return
        next_at = _next_look(now, seen.at or publication.due_at)
        change(session, publication, _S.ENTRUSTED, altered=altered, retry_at=next_at, tries=0, error_code=None)


def _objection(
    desk: Desk, publication: Publication, seen: protocol.Entrusted, now: datetime
) -> tuple[HeldReason | None, dict[str, Any]]:
    """Why it must not go out any more: the looks of a release, as far as the power holds."""
    with desk.database.read() as session:
        if not is_approved(session, publication):
            return HeldReason.NOT_APPROVED, {}
        if not consent_holds(session, publication):
            return HeldReason.CONSENT, {}
    at = seen.at or publication.due_at
    if at == _second(publication.due_at) and is_late(publication, now):
        return HeldReason.LATE, {}  # Meta has let its time pass
    if now < at - LAST_LOOK:
        return None, {}
    found = twins.find(desk, publication, desk.open_channel(publication.channel), now)
    told = {"error_code": twins.CODE, "error_params": twins.described(found)} if found else {}
    return (HeldReason.ALREADY_POSTED if found else None), told


def _next_look(now: datetime, at: datetime) -> datetime:
    last = at - LAST_LOOK
    if now < last:
        return min(now + EVERY, last)
    return at + READ_BACK if now < at else now + READ_BACK


def _second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


def _look_for(desk: Desk, publication: Publication) -> None:
    """What the arming call has made: by words and time, among what stands in the schedule and what is out."""
    with desk.database.read() as session:
        attempt = _last_attempt(session, publication)
    since = (attempt.started_at if attempt else publication.due_at) - SKEW
    found = _schedule(desk, publication).find(content_of(desk, publication), publication.due_at, since)
    now = desk.clock.now()
    with desk.database.write() as session:
        last = publication.tries + 1 >= LOOKS
        ours = [
            each for each in found if _may_be_ours(session, each) and (last or not _is_early(publication, each, now))
        ]
        if ours and attempt is not None:
            first = min(ours, key=lambda each: (_is_early(publication, each, now), each.created_at))
            end_attempt(session, attempt, now, remote_id=first.remote_id)
            _stands(session, publication, first.remote_id, now)
        elif not last:
            waits = {"retry_at": now + UNCLEAR, "tries": publication.tries + 1}
            change(session, publication, _S.ENTRUSTED, **waits)
        else:
            change(session, publication, _S.SCHEDULED, parts={}, retry_at=None, tries=0, error_code=None)


def _last_attempt(session: Session, publication: Publication) -> PublishAttempt | None:
    mine = PublishAttempt.publication_id == publication.id, PublishAttempt.step == ENTRUST
    return session.scalar(select(PublishAttempt).where(*mine).order_by(PublishAttempt.number.desc()).limit(1))


def _is_early(publication: Publication, seen: protocol.Entrusted, now: datetime) -> bool:
    """Out before its time: a person let it go out in Meta's Planner, or posted the same by hand. It stands for ours
    only where nothing else does."""
    return seen.published and now < publication.due_at


def _may_be_ours(session: Session, seen: protocol.Entrusted) -> bool:
    """What another attempt or publication has is not this one's."""
    taken: Iterable[Select[Any]] = (
        select(PublishAttempt.id).where(PublishAttempt.remote_id == seen.remote_id),
        select(Publication.id).where(Publication.remote_id == seen.remote_id, Publication.origin != "adopted"),
    )
    return not any(session.scalar(query.limit(1)) for query in taken)


def _look_later(desk: Desk, publication: Publication, error: MetaError) -> None:
    """Meta cannot be read now. It stays entrusted: it may go out all the same."""
    now = desk.clock.now()
    waits = {"retry_at": back_off(publication.tries, error, now), "tries": min(publication.tries + 1, LOOKS - 1)}
    with desk.database.write() as session:
        stop_channel(session, publication, error)
        change(session, publication, _S.ENTRUSTED, error_code=error.code, error_params=error_params(error), **waits)


# -- taking back --------------------------------------------------------------------------------------------------


def withdraw(desk: Desk, publication_id: str, *, reason: HeldReason = HeldReason.PAUSED) -> bool:
    """Take an entrusted post out of Meta's schedule, with an attempt row; it is held for a person from then on.

    True once Meta, read back, does not have it any more. False while that is not confirmed: `leftovers.clean_up_due`
    goes on with it; and while it is not known whether it stands there at all.
    """
    with desk.database.write() as session:
        publication = load(session, publication_id)
        if publication.status == _S.ENTRUSTED and (
            PART not in publication.parts or not hold(session, publication, reason)
        ):
            return False
    leftovers.clean_up(desk, publication_id)
    with desk.database.read() as session:
        return session.scalar(select(Publication.id).where(Publication.id == publication_id, is_armed())) is None


def still_armed(session: Session, publication: Publication) -> bool:
    """Whether Meta may publish it by itself, as far as we know."""
    if publication.status == _S.ENTRUSTED:
        return True
    return session.scalar(select(Publication.id).where(Publication.id == publication.id, is_armed())) is not None
