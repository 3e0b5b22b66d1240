"""What a person changed in Meta's own schedule, by field: words, images, time. Shown, neither taken over nor undone."""

from __future__ import annotations

from collections.abc import Iterator

from outreach.errors import MetaError
from outreach.fingerprints import image_fingerprint, near_identical
from outreach.meta import protocol
from outreach.publishing.desk import Desk, content_of
from outreach.tables import Publication

OTHER = "picture"  #: the field that names the images which are others than ours, by their places


def found(
    desk: Desk, publication: Publication, schedule: protocol.Schedule, seen: protocol.Entrusted
) -> dict[str, str]:
    content = content_of(desk, publication)
    changed = schedule.altered(seen, content, publication.due_at)
    try:
        others = ", ".join(str(number) for number in _others(desk, publication, seen, content))
    except MetaError:  # what was known of the images stands until they can be looked at
        others = str(publication.altered.get(OTHER, ""))
    return {**changed, OTHER: others} if others else changed


def _others(desk: Desk, publication: Publication, seen: protocol.Entrusted, content: protocol.Content) -> Iterator[int]:
    """An image that we uploaded is known by its id; of another id, it may be a copy that Meta made: so it is looked at.

    Raises MetaError.
    """
    uploaded = set(publication.parts.values())
    strange = [(n, each.address) for n, each in enumerate(seen.pictures, 1) if each.id not in uploaded and each.address]
    if not strange:
        return
    channel = desk.open_channel(publication.channel)
    ours = [image_fingerprint(medium.path.read_bytes()) for medium in content.media if medium.path.is_file()]
    for number, address in strange:
        data = channel.picture(address)
        theirs = image_fingerprint(data) if data else None
        if data and not any(near_identical(each, theirs) for each in ours):
            yield number
