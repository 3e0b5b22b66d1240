"""Webhooks: stored sealed at once, worked after. An event is only a hint to read the comment again by its id."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select, update

from outreach.comments.adopting import ON_THEIR_WAY, adopt_unseen, find_posts, tail
from outreach.comments.ingesting import find, whole_hour
from outreach.comments.looking import look
from outreach.comments.pulling import mark_absent, read_soon, store
from outreach.comments.reader import Reader
from outreach.db import Database, is_keyed
from outreach.errors import DeniedError, InvalidError, MetaError
from outreach.meta import webhooks
from outreach.meta.protocol import RemotePost
from outreach.tables import Action, Channel, PostPhoto, Publication, WebhookDelivery

ONE_BY_ONE = 25  #: changed comments of one post in a delivery; beyond it the whole post is read instead
TRIES = 5


def receive(database: Database, raw: bytes, signature: str | None, keys: Sequence[str], *, now: datetime) -> str:
    """Check the signature over the raw bytes, store the body sealed, and return the row's id.

    Raises DeniedError for a wrong signature. Nothing is worked here: Meta wants its answer within seconds. What people
    write to us privately is left out before anything is kept, sealed or not.
    """
    if not webhooks.verify(raw, signature, keys):
        raise DeniedError("webhook.signature")
    body = webhooks.without_messages(raw).decode("utf-8", "surrogateescape")
    delivery = WebhookDelivery(body=body, received_hour=whole_hour(now))
    with database.write() as session:
        session.add(delivery)
    return str(delivery.id)


def work_deliveries(reader: Reader) -> bool:
    """Work one stored delivery and delete its body. True if there may be more."""
    delivery = _claim(reader.database)
    if delivery is None:
        return False
    events: tuple[webhooks.WebhookEvent, ...] = ()
    try:
        events = webhooks.parse((delivery.body or "").encode("utf-8", "surrogateescape"))
        for channel_id in dict.fromkeys(event.channel_id for event in events):
            _work_channel(reader, channel_id, [event for event in events if event.channel_id == channel_id])
    except InvalidError as error:
        _finish(reader.database, delivery, status="failed", error_code=error.code)
    except MetaError as error:
        return _put_off(reader, delivery, events, error_code=error.code, permanent=error.permanent)
    except Exception:
        # It ends at the border of jobs; the body must not stay behind for ever.
        _put_off(reader, delivery, events, error_code="error.unexpected")
        raise
    else:
        _finish(reader.database, delivery, status="done")
    return True


def _claim(database: Database) -> WebhookDelivery | None:
    """A worker that died leaves its delivery `working`; it is only a hint, and the complete reads stand behind it."""
    with database.write() as session:
        waiting = select(WebhookDelivery).where(WebhookDelivery.status == "new").limit(1)
        delivery = session.scalar(waiting.with_for_update(skip_locked=True))
        if delivery is not None:
            delivery.status = "working"
            delivery.tries += 1
    return delivery


def _put_off(
    reader: Reader,
    delivery: WebhookDelivery,
    events: Sequence[webhooks.WebhookEvent],
    *,
    error_code: str,
    permanent: bool = False,
) -> bool:
    """Once more, or, after some tries, never again: then its posts are read in full. True when it is over."""
    over = permanent or delivery.tries >= TRIES
    if over:
        _read_in_full(reader, events)
    _finish(reader.database, delivery, status="failed" if over else "new", error_code=error_code)
    return over


def _read_in_full(reader: Reader, events: Sequence[webhooks.WebhookEvent]) -> None:
    """A post of some age is read once a week: a hint that could not be followed must not wait for that."""
    for event in {(event.channel_id, event.post_id): event for event in events}.values():
        channel = _channel(reader, event.channel_id)
        publication = _publication(reader, channel, event) if channel else None
        if publication is not None:
            with reader.database.write() as session:
                read_soon(session, publication.id, reader.clock.now())


def _finish(database: Database, delivery: WebhookDelivery, *, status: str, error_code: str | None = None) -> None:
    with database.write() as session:
        row = session.get_one(WebhookDelivery, delivery.id)
        row.status = status
        row.error_code = error_code
        if status != "new":
            row.body_sealed = None


def _work_channel(reader: Reader, remote_id: str, events: Sequence[webhooks.WebhookEvent]) -> None:
    channel = _channel(reader, remote_id)
    if channel is None:
        return
    _note_heard(reader, channel)
    comments = {event.comment_id: event for event in events if event.comment_id}
    for event in events:
        if event.comment_id is None and event.post_id:
            _publication(reader, channel, event)
        if event.person_id:
            _note_answer(reader, event.person_id)
    by_post: dict[str | None, list[webhooks.WebhookEvent]] = {}
    for event in comments.values():
        by_post.setdefault(event.post_id, []).append(event)
    for group in by_post.values():
        _work_post(reader, channel, group)


def _channel(reader: Reader, remote_id: str) -> Channel | None:
    with reader.database.read() as session:
        return session.scalar(select(Channel).where(Channel.remote_id == remote_id))


def _note_heard(reader: Reader, channel: Channel) -> None:
    """That Meta tells us of this channel at all: no other answer of Meta's proves it."""
    hour = whole_hour(reader.clock.now())
    if channel.heard_at != hour:
        with reader.database.write() as session:
            session.execute(update(Channel).where(Channel.id == channel.id).values(heard_at=hour))


def _note_answer(reader: Reader, person_id: str) -> None:
    """A person to whom we wrote privately has written back: that is all that we keep of it."""
    waiting = (is_keyed(Action.recipient_key, person_id), Action.answered_hour.is_(None))
    with reader.database.write() as session:
        session.execute(update(Action).where(*waiting).values(answered_hour=whole_hour(reader.clock.now())))


def _work_post(reader: Reader, channel: Channel, events: Sequence[webhooks.WebhookEvent]) -> None:
    publication = _publication(reader, channel, events[0])
    if publication is None:
        return
    if len(events) > ONE_BY_ONE:
        with reader.database.write() as session:
            read_soon(session, publication.id, reader.clock.now())
        return
    for event in events:
        _read_again(reader, channel, publication, event)


def _read_again(reader: Reader, channel: Channel, publication: Publication, event: webhooks.WebhookEvent) -> None:
    comment_id = event.comment_id or ""
    remote = reader.open_channel(channel).comment(comment_id)
    if remote is not None:
        store(reader, publication, [replace(remote, photo=_photo(reader, publication, event))])
        return
    with reader.database.write() as session:
        row = find(session, channel.id, comment_id)
        if row is not None:
            mark_absent(row, reader.clock.now())
            read_soon(session, publication.id, reader.clock.now())


def _photo(reader: Reader, publication: Publication, event: webhooks.WebhookEvent) -> int | None:
    """Which of several photos the comment stands under: its thread is told of as if it were a post."""
    under = PostPhoto.publication_id == publication.id, PostPhoto.remote_id == tail(event.post_id or "")
    with reader.database.read() as session:
        return session.scalar(select(PostPhoto.number).where(*under))


def _publication(reader: Reader, channel: Channel, event: webhooks.WebhookEvent) -> Publication | None:
    """The post that an event is about; one that we did not make is adopted, and read like ours.

    None for a post of ours that is on its way out: once it is out it is read in full. Instagram gives a post its id
    only then; one that we adopt before is handed over (`publishing.desk.take_over`), so that no comment waits for an
    outcome that a person may have to find out.
    """
    if event.post_id is None:
        return _known(reader, channel, event)
    with reader.database.read() as session:
        found = find_posts(session, channel, [event.post_id]).get(event.post_id)
    if found is None:
        found = _adopt(reader, channel, event.post_id, said=event.comment_id is not None)
    return None if found is None or found.status in ON_THEIR_WAY else found


def _adopt(reader: Reader, channel: Channel, remote_id: str, *, said: bool) -> Publication | None:
    """As Meta shows it now. One that cannot be seen is adopted only for a comment's sake."""
    post = _shown(reader, channel, remote_id)
    if post is None:
        look(reader, channel)  # it may be a photo of a post that is not known yet
    now = reader.clock.now()
    with reader.database.write() as session:
        known = find_posts(session, channel, [remote_id, *([post.id] if post else [])])
        found = next(iter(known.values()), None)
        return found or (adopt_unseen(session, channel, remote_id, post, now) if post or said else None)


def _shown(reader: Reader, channel: Channel, remote_id: str) -> RemotePost | None:
    try:
        return reader.open_channel(channel).post(remote_id)
    except MetaError:
        return None  # the comment itself will be refused too, and is asked for again


def _known(reader: Reader, channel: Channel, event: webhooks.WebhookEvent) -> Publication | None:
    """An event that does not name its post may be about a comment that we hold."""
    with reader.database.read() as session:
        row = find(session, channel.id, event.comment_id or "")
        return session.get(Publication, row.publication_id) if row else None


def recover(database: Database) -> int:
    """At start: deliveries that a killed process was working on are new again."""
    with database.write() as session:
        left = session.execute(update(WebhookDelivery).where(WebhookDelivery.status == "working").values(status="new"))
    return int(left.rowcount)  # type: ignore[attr-defined]  # a CursorResult for UPDATE
