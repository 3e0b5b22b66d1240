"""What both kinds of channel need in order to read Meta's answers: success, ids, nodes that may be gone, same words."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from outreach import logs
from outreach.meta import refusals
from outreach.meta.graph import GraphClient
from outreach.meta.refusals import GraphError

T = TypeVar("T")
log = logs.get("meta")


def post(graph: GraphClient, path: str, values: Mapping[str, object], **how: Any) -> dict[str, Any]:
    answer = graph.request(f"{graph.version}/{path}", post_args=values, **how)
    return answer if isinstance(answer, dict) else {}


def confirm(answer: object) -> None:
    """A write whose answer does not say `success` may have happened all the same."""
    if not isinstance(answer, dict) or answer.get("success") not in (True, "true"):
        raise refusals.broken(refusals.UNREADABLE, writing=True)


def id_in(answer: Mapping[str, Any], key: str = "id") -> str:
    """The id of what a write made; without one we cannot know what happened."""
    value = answer.get(key)
    if not isinstance(value, str) or not value:
        raise refusals.broken(refusals.UNREADABLE, writing=True)
    return value


def node(graph: GraphClient, remote_id: str, *fields: str) -> dict[str, Any] | None:
    """A node, or None when Meta says that it is gone (100/33)."""
    try:
        answer = graph.get_object(remote_id, fields=",".join(fields))
    except GraphError as error:
        if error.code == refusals.GONE.code:
            return None
        raise
    if not isinstance(answer, dict):
        raise refusals.broken(refusals.UNREADABLE, writing=False)
    return answer


def link(graph: GraphClient, remote_id: str, field: str) -> str | None:
    """The address of what is out: that it could not be read must not look like a failure."""
    try:
        found: object = (node(graph, remote_id, field) or {}).get(field)
    except GraphError:
        return None
    return str(found) if found else None


def mapping(value: object) -> Mapping[str, Any]:
    """An object inside an answer; an empty one where Meta left it out."""
    return value if isinstance(value, dict) else {}


def read_one(item: Mapping[str, Any], read: Callable[[Mapping[str, Any]], T]) -> T:
    """GraphError for an item that breaks Meta's contract."""
    try:
        return read(item)
    except (KeyError, TypeError, ValueError, AttributeError):
        pass  # that error would carry what people wrote
    raise refusals.broken(refusals.UNREADABLE, writing=False)


def read_all(items: Iterable[Mapping[str, Any]], read: Callable[[Mapping[str, Any]], T]) -> Iterator[T]:
    """Everything that can be read: one bad item must not hide the others from whoever reads in batches."""
    skipped = 0
    for item in items:
        try:
            yield read_one(item, read)
        except GraphError:
            skipped += 1
    if skipped:
        log.warning(refusals.UNREADABLE.code, skipped=skipped)


def same_words(ours: str, theirs: str) -> bool:
    """Whether two texts are one: Meta trims, and joins letters with their marks in its own way."""
    return _plain(ours) == _plain(theirs)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
