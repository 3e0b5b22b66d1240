"""The human double post: does a post that we did not make already say, or show, what ours is about to?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from outreach import fingerprints
from outreach.errors import MetaError
from outreach.meta import answers, protocol
from outreach.publishing.desk import Desk, content_of
from outreach.states import Format, PublicationStatus
from outreach.tables import Leftover, Publication, PublishAttempt, Trial

LOOK_BACK = timedelta(hours=24)
CODE = "publish.already_posted"


def find(
    desk: Desk, publication: Publication, channel: protocol.Channel, now: datetime
) -> tuple[protocol.RemotePost, ...]:
    """Posts of the last 24 hours that look like this one, newest first: one call, and one for each image of another's.

    A story is compared with nothing: it shows again what stands on the Page. Raises MetaError: what could not be read
    is not taken for absent.
    """
    content = content_of(desk, publication)
    if content.format is Format.STORY:
        return ()
    posts = channel.recent_posts(now - LOOK_BACK)
    known = _ours(desk, publication, [post.id for post in posts]) if posts else set()
    others = [post for post in posts if known.isdisjoint(_names(post.id))]
    found = tuple(alike(channel, content, others)) if others else ()
    if found and _one_of_ours_is_unclear(desk, publication):
        raise MetaError("publish.unclear")  # a video's post is known to be ours only once the video names it
    return found


def _one_of_ours_is_unclear(desk: Desk, publication: Publication) -> bool:
    unclear = select(Publication.id).where(
        Publication.channel_id == publication.channel_id,
        Publication.id != publication.id,
        Publication.status.in_((PublicationStatus.RELEASING, PublicationStatus.UNKNOWN)),
        Publication.retry_at.is_not(None),
    )
    with desk.database.read() as session:
        return session.scalar(unclear.limit(1)) is not None


def described(twins: Iterable[protocol.RemotePost]) -> dict[str, Any]:
    """What a held publication remembers of its twins: ids and times, never words. The newest one is offered first."""
    first, *more = twins
    return {
        "post": first.id,
        "permalink": first.permalink or "",
        "at": first.created_at.isoformat(),
        "others": [post.id for post in more],
    }


def named_in(publication: Publication) -> list[str]:
    """The ids that `described` left on a publication."""
    params = publication.error_params
    return [params["post"], *params["others"]] if publication.error_code == CODE else []


def _names(remote_id: str) -> set[str]:
    """An id, and its tail: a video is known by it alone."""
    return {remote_id, remote_id.rpartition("_")[2]}


def _ours(desk: Desk, publication: Publication, seen: list[str]) -> set[str]:
    """Names of the posts among these that we made, and of those that a person said are others than this one."""
    names = {name for remote_id in seen for name in _names(remote_id)}
    own = Publication.origin != "adopted"
    made = (
        select(PublishAttempt.remote_id).where(PublishAttempt.remote_id.in_(names)),
        select(Publication.remote_id).where(Publication.remote_id.in_(names), own),
        select(Leftover.remote_id).where(Leftover.remote_id.in_(names)),
        select(Trial.remote_id).where(Trial.remote_id.in_(names)),
    )
    with desk.database.read() as session:
        found = {remote_id for query in made for remote_id in session.scalars(query) if remote_id}
    parts = {str(part) for part in publication.parts.values()}
    return {name for remote_id in found | parts | set(publication.distinct_from) for name in _names(remote_id)}


def has_words(content: protocol.Content, text: str) -> bool:
    """Whether these are our very words; beside images the link joins them."""
    return any(answers.same_words(each, text) for each in (content.text, f"{content.text} {content.link}"))


def alike(
    channel: protocol.Channel, content: protocol.Content, others: Iterable[protocol.RemotePost]
) -> Iterator[protocol.RemotePost]:
    images = (medium.path for medium in content.media if not medium.video and medium.path.is_file())
    ours = [mark for path in images if (mark := fingerprints.image_fingerprint(path.read_bytes())) is not None]
    for post in others:
        if fingerprints.same_text(content.text, post.text) or (ours and _same_image(channel, ours, post)):
            yield post


def _same_image(channel: protocol.Channel, ours: Iterable[int], post: protocol.RemotePost) -> bool:
    data = channel.picture(post.picture) if post.picture else None
    theirs = fingerprints.image_fingerprint(data) if data else None
    return any(fingerprints.near_identical(each, theirs) for each in ours)
