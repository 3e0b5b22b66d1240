"""Bytes of videos on their way to Meta, sent from where the last try stopped (graph-api.md §4, §5).

An answer that is lost here is harmless: before each try Meta is asked how much has arrived.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from outreach.meta import answers, refusals
from outreach.meta.graph import VERSION, GraphClient, TokenHeader, read, send
from outreach.meta.protocol import UPLOAD, Content, Medium, Step
from outreach.meta.refusals import GraphError

#: bytes a second, the slowest line that is waited for: how long a lease must last follows from it
SLOWEST = 100_000
BLOCK = 65_536
STOPPED = "publish.upload_stopped"


def next_step(content: Content, parts: Mapping[str, str]) -> Step | None:
    """The upload, as long as bytes are missing; `parts` hold how many Meta has, and maybe up to where it asks."""
    size = size_of(content.media[0])
    sent = int(parts.get(UPLOAD, "0").partition(":")[0])
    return Step(UPLOAD, seconds=size // SLOWEST) if sent < size else None


def size_of(medium: Medium) -> int:
    if not medium.path.is_file():
        raise GraphError("meta.media_missing", permanent=True)
    return medium.path.stat().st_size


def received(status: Mapping[str, Any]) -> int:
    """Of a video's or a container's status; Meta spells it in two ways."""
    phase = answers.mapping(status.get("uploading_phase"))
    count = phase.get("bytes_transfered", phase.get("bytes_transferred", 0))
    return int(count) if str(count).isdecimal() else 0


def send_rest(graph: GraphClient, host: str, node: str, medium: Medium, *, offset: int) -> str:
    """Send all bytes from `offset` on to the upload host and return how many it then has: all of them.

    `host` is a base URL with the kind of upload; the address that Meta names is not followed, since the token goes
    along.
    """
    size = size_of(medium)
    if offset < size:
        with medium.path.open("rb") as file, harmless():
            file.seek(offset)
            answer = _sent(
                graph,
                f"{host.rstrip('/')}/{VERSION}/{node}",
                Rest(file, size - offset, graph.stopping),
                headers={"offset": str(offset), "file_size": str(size), "Content-Type": "application/octet-stream"},
            )
            _check(answer)
    return str(size)


class Rest:
    """The bytes that are left to send, until the process is told to stop."""

    def __init__(self, file: BinaryIO, size: int, stopping: Callable[[], bool]) -> None:
        self.len = size  # as requests asks for it
        self.stopped = False
        self._file, self._stopping = file, stopping

    def read(self, size: int = -1) -> bytes:
        self.stopped = self._stopping()
        if self.stopped:
            raise OSError(STOPPED)
        return self._file.read(size)

    def __iter__(self) -> Iterator[bytes]:
        return iter(lambda: self.read(BLOCK), b"")


def _sent(graph: GraphClient, url: str, rest: Rest, *, headers: Mapping[str, str]) -> Any:
    """Raises GraphError; `STOPPED` where we broke off ourselves, and go on behind what has arrived."""
    auth = TokenHeader(graph.access_token, scheme="OAuth")
    try:
        return send(graph.session, "POST", url, data=rest, headers=headers, timeout=graph.timeout, auth=auth)
    except GraphError as error:
        failure = error
    raise GraphError(STOPPED) if rest.stopped else failure


def chunk(path: Path, *, offset: int, most: int) -> bytes:
    with path.open("rb") as file:
        file.seek(offset)
        return file.read(most)


class harmless:  # noqa: N801  reads as a word where it is used
    """Errors of an upload leave without `maybe_done`: what may have arrived is asked for before the next try."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, GraphError):
            error.maybe_done = False


def _check(answer: Any) -> None:
    """The upload host has refusals of a shape of its own."""
    debug = answers.mapping(answers.mapping(_json(answer)).get("debug_info"))
    if debug.get("type") == "ProcessingFailedError":
        raise refusals.broken(refusals.MEDIA, writing=True)
    if debug:
        raise refusals.broken(refusals.INTERRUPTED, writing=True)
    answers.confirm(read(answer, writing=True))


def _json(answer: Any) -> object:
    try:
        return answer.json()
    except ValueError:
        return None
