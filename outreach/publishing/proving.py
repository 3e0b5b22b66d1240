"""Proves that Meta can fetch our images, without publishing: a container is made for Instagram and never released."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Any, Literal

from PIL import Image
from sqlalchemy import delete

from outreach.errors import InvalidError, MetaError
from outreach.meta import protocol
from outreach.publishing.desk import Desk
from outreach.states import ChannelKind
from outreach.tables import AuditEvent, Channel, MediaGrant

SERVED = timedelta(minutes=10)
LOOKS = 10  #: at the container, with a pause between
PAUSE = 3.0  #: seconds
_PART = "container"


@dataclass(frozen=True)
class FetchProof:
    """`code` and `params` are worded by `wording.word`; a refusal's words say what to mend."""

    state: Literal["proven", "refused", "unproven"]
    code: str
    params: dict[str, Any] = field(default_factory=dict)


def prove_fetch(
    channel: Channel, desk: Desk, *, user_id: str | None = None, pause: Callable[[float], object] = time.sleep
) -> FetchProof:
    """Whether Meta can fetch images from our public address; takes up to half a minute.

    Instagram alone fetches: InvalidError for a Page, which is sent the bytes. Never raises MetaError: what stood in the
    way without saying anything about the address (a dead token, a throttle) is `unproven` under that error's code.
    One container of Instagram's 400 a day is used, and expires there by itself.
    """
    if channel.kind != ChannelKind.INSTAGRAM_ACCOUNT:
        raise InvalidError("fetch.not_needed", channel=channel.name)
    grant_id = _serve(desk, channel, user_id)
    try:
        proof = _ask(channel, desk, grant_id, pause)
    except MetaError as error:
        proof = _refusal(channel, desk, error)
    _stop_serving(desk, channel, grant_id, proof, user_id)
    return proof


def _ask(channel: Channel, desk: Desk, grant_id: str, pause: Callable[[float], object]) -> FetchProof:
    remote = desk.open_channel(channel)
    medium = protocol.Medium(desk.media.path(_kept(desk)), f"{desk.media_base_url}/m/{grant_id}/0.jpg")
    parts = {_PART: remote.make(protocol.Step(_PART), protocol.Content("", media=(medium,)), {})}
    for _ in range(LOOKS):
        if remote.readiness(parts) is protocol.Readiness.READY:
            return FetchProof("proven", "fetch.proven", {"address": desk.media_base_url})
        pause(PAUSE)
    return FetchProof("unproven", "fetch.no_answer")


def _refusal(channel: Channel, desk: Desk, error: MetaError) -> FetchProof:
    codes = {"meta.media_unreachable": "fetch.unreachable", "meta.media_refused": "fetch.wrong_answer"}
    if error.code not in codes:
        return FetchProof("unproven", error.code, dict(error.params))
    return FetchProof("refused", codes[error.code], {"address": desk.media_base_url, "channel": channel.name})


def _serve(desk: Desk, channel: Channel, user_id: str | None) -> str:
    """Committed before the call, like an attempt: the grant, and the line of the audit log that says what is tried."""
    now = desk.clock.now()
    grant = MediaGrant(publication_id=None, media=[_kept(desk)], expires_at=now + SERVED)
    with desk.database.write() as session:
        session.execute(delete(MediaGrant).where(MediaGrant.expires_at <= now))  # whoever left them behind
        session.add(grant)
        session.add(AuditEvent(at=now, user_id=user_id, event="channel.fetch_tried", subject=channel.id))
    return grant.id


def _stop_serving(desk: Desk, channel: Channel, grant_id: str, proof: FetchProof, user_id: str | None) -> None:
    now = desk.clock.now()
    event = AuditEvent(
        at=now, user_id=user_id, event="channel.fetch_answered", subject=channel.id, details={"code": proof.code}
    )
    with desk.database.write() as session:
        session.execute(delete(MediaGrant).where(MediaGrant.id == grant_id))
        session.add(event)


def _kept(desk: Desk) -> str:
    return desk.media.put(_trial())


@cache
def _trial() -> bytes:
    """The smallest image that Instagram takes (graph-api.md §5), always the same."""
    buffer = io.BytesIO()
    Image.new("RGB", (320, 320), "#808080").save(buffer, "JPEG", quality=80)
    return buffer.getvalue()
