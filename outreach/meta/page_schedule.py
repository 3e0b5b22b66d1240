"""Meta's own scheduler of a Page (graph-api.md §4.2, §4.3): posts that Meta publishes by itself at their time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from outreach.meta import answers
from outreach.meta.dates import parse_time
from outreach.meta.graph import GraphClient
from outreach.meta.protocol import Content, Entrusted, Medium, Picture, Step

PAGE_SIZE = 100
FIELDS = (
    "id",
    "message",
    "scheduled_publish_time",
    "created_time",
    "permalink_url",
    "is_published",
    "attachments{type,target,media,subattachments}",
)
STEP = "entrust"  #: the write that lets Meta publish; its result is the part "post"
PHOTO = "temporary-"


class PageSchedule:
    def __init__(
        self,
        graph: GraphClient,
        page_id: str,
        *,
        upload: Callable[[Medium], str],
        message_of: Callable[[Content], str],
    ) -> None:
        self._graph = graph
        self._id = page_id
        self._upload = upload
        self._message_of = message_of

    def next_step(self, content: Content, parts: Mapping[str, str]) -> Step | None:
        names = (f"{PHOTO}{n}" for n in range(len(content.media)))
        return next((Step(name) for name in names if name not in parts), None)

    def make(self, step: Step, content: Content) -> str:
        return self._upload(content.media[int(step.name.removeprefix(PHOTO))])

    def arm(self, content: Content, parts: Mapping[str, str], at: datetime) -> str:
        photos = [{"media_fbid": parts[f"{PHOTO}{n}"]} for n in range(len(content.media))]
        values = {
            "message": self._message_of(content) or None,
            "link": None if photos else content.link,
            "attached_media": photos or None,
            "published": False,
            "scheduled_publish_time": int(at.timestamp()),
            "unpublished_content_type": "SCHEDULED",
        }
        return answers.id_in(answers.post(self._graph, f"{self._id}/feed", values))

    def read(self, remote_id: str) -> Entrusted | None:
        found = answers.node(self._graph, remote_id, *FIELDS)
        return answers.read_one(found, _entrusted) if found else None

    def find(self, content: Content, at: datetime | None, since: datetime) -> tuple[Entrusted, ...]:
        words = self._message_of(content)
        return tuple(
            each
            for each in self._standing(since)
            if each.created_at >= since
            and answers.same_words(words, each.text)
            and (each.published or at is None or each.at == _second(at))
        )

    def altered(self, seen: Entrusted, content: Content, at: datetime) -> dict[str, str]:
        changed: dict[str, str] = {}
        if not answers.same_words(self._message_of(content), seen.text):
            changed["text"] = seen.text
        if seen.images is not None and seen.images != len(content.media):
            changed["media"] = str(seen.images)
        if not seen.published and seen.at != _second(at):
            changed["due_at"] = seen.at.isoformat() if seen.at else ""
        return changed

    def _standing(self, since: datetime) -> Iterator[Entrusted]:
        """What waits in the scheduler, then what is out already."""
        args = {"fields": ",".join(FIELDS), "limit": PAGE_SIZE}
        for edge, more in (("scheduled_posts", {}), ("published_posts", {"since": int(since.timestamp())})):
            for item in self._graph.get_all_connections(self._id, edge, **args, **more):
                # One that cannot be read may be the one that is looked for, so it is an error.
                yield answers.read_one(item, _entrusted)


def _entrusted(item: Mapping[str, Any]) -> Entrusted:
    seconds = item.get("scheduled_publish_time")
    return Entrusted(
        remote_id=item["id"],
        text=item.get("message") or "",
        at=datetime.fromtimestamp(int(seconds), UTC) if seconds else None,
        published=item["is_published"] is True,
        created_at=parse_time(item["created_time"]),
        permalink=item.get("permalink_url"),
        images=_images(item),
        pictures=tuple(_pictures(item)),
    )


def _images(item: Mapping[str, Any]) -> int | None:
    """How many photos it has; None where Meta does not say."""
    shown = _attachments(item)
    if shown is None:
        return None
    return sum(_is_photo(each) if parts is None else len(parts) for each, parts in shown)


def _pictures(item: Mapping[str, Any]) -> Iterator[Picture]:
    for each, parts in _attachments(item) or ():
        for part in filter(_is_photo, [each] if parts is None else parts):
            photo_id = answers.mapping(answers.mapping(part).get("target")).get("id")
            image = answers.mapping(answers.mapping(answers.mapping(part).get("media")).get("image"))
            if photo_id:
                yield Picture(str(photo_id), image.get("src"))


def _attachments(item: Mapping[str, Any]) -> list[tuple[object, list[Any] | None]] | None:
    """Each with its parts, if it is an album; None where Meta does not say."""
    shown = answers.mapping(item.get("attachments")).get("data")
    if not isinstance(shown, list):
        return None
    parts = [answers.mapping(answers.mapping(each).get("subattachments")).get("data") for each in shown]
    return [(each, part if isinstance(part, list) else None) for each, part in zip(shown, parts, strict=True)]


def _is_photo(attachment: object) -> bool:
    return answers.mapping(attachment).get("type") == "photo"


def _second(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)
