"""The fault switchboard: what goes wrong on purpose, for which calls and how often (graph-api.md §12)."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from outreach.errors import InvalidError, MetaError
from outreach.sandbox.refusals import refuse

#: Kind → what it does. `error` and `token_event` answer instead of doing; `*_after` do it and then answer wrongly.
KINDS: dict[str, str] = {
    "error": "answers with `error` (code, subcode, message, …), `status` and `headers`",
    "token_event": "190 with `subcode`: 458, 459, 460, 463, 464, 467, 492, or none",
    "html500": "an HTML page with status 500, nothing done",
    "text_javascript": "the right answer as text/javascript",
    "slow": "waits `seconds` first",
    "reset_before": "closes the connection, nothing done",
    "reset_after": "does it, then closes the connection without an answer",
    "500_after": "does it, then answers 500 with code 2",
    "400_after": "does it, then answers 400 with code 1",
    "batch_null": "this item of a batch is null; `done`: whether it was done",
    "hide_refused": "403/200 on hide and unhide",
    "comment_gone": "100/33",
    "private_reply_used": "10900, on Instagram 2534025",
    "quota_full": "Instagram's publishing quota is used up",
    "accounts_empty": "/me/accounts lists no Page",
    "no_read_insights": "insights answer `data: []`",
    "media_unreachable": "9004/2207052: the media host cannot be reached",
    "media_timeout": "-2/2207003",
    "container_stuck": "the container made by this call stays IN_PROGRESS until it expires",
    "container_error": "… ends in ERROR with `subcode`",
    "container_expired": "… is EXPIRED",
    "upload_cut": "of this upload only `bytes` arrive, then the connection is closed",
    "processing_stuck": "the video completed by this call is processed without end",
    "processing_error": "the video that this call finishes ends in an error",
    "webhook_duplicate": "the delivery is sent twice",
    "webhook_reorder": "what is waiting is delivered last first",
    "webhook_lose": "the delivery is never sent",
    "webhook_bad_signature": "the delivery carries a wrong signature",
}
_BEFORE = frozenset({"error", "token_event", "html500", "hide_refused", "comment_gone", "private_reply_used",
                     "media_unreachable", "media_timeout"})  # fmt: skip
_COMMENT = r"^/([0-9]+_9[0-9]{16}|180[0-9]{14})(/|$)"  #: as the sandbox numbers comments
#: Where a kind strikes when `match` names no path.
_USUAL_PATH = {
    "quota_full": r"/(media_publish|content_publishing_limit)$",
    "accounts_empty": r"/accounts$",
    "no_read_insights": r"/insights",
    "private_reply_used": r"/messages$",
    "media_unreachable": r"/(media|photos)$",
    "media_timeout": r"/(media|photos)$",
    "container_stuck": r"/media$",
    "container_error": r"/media$",
    "container_expired": r"/media$",
    "upload_cut": r"^/(video-upload|ig-api-upload)/",
    "processing_error": r"/(videos|video_reels|video_stories)$",
    "comment_gone": _COMMENT,
    "hide_refused": _COMMENT,
}
_USUAL_METHOD = dict.fromkeys(
    ("hide_refused", "private_reply_used", "media_unreachable", "media_timeout", "container_stuck", "container_error",
     "container_expired"), "POST"
)  # fmt: skip


@dataclass
class Fault:
    id: int
    kind: str
    method: str | None = None
    path: re.Pattern[str] | None = None
    token: str | None = None
    skip: int = 0  #: let so many matching calls pass first
    times: int | None = 1  #: None: for ever
    probability: float = 1.0
    details: dict[str, Any] = field(default_factory=dict)
    struck: int = 0

    def show(self) -> dict[str, Any]:
        match = {"method": self.method, "path_regex": self.path.pattern if self.path else None}
        return {"id": self.id, "kind": self.kind, "match": match, "times": self.times, "struck": self.struck,
                "probability": self.probability, **self.details}  # fmt: skip


class Switchboard:
    """The faults that are set. Use under the world's lock."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self._ids = itertools.count(1)

    def add(self, order: dict[str, Any]) -> Fault:
        """Raises InvalidError for a kind or a key that does not exist."""
        rest = dict(order)
        kind, match = rest.pop("kind", None), rest.pop("match", None) or {}
        if kind not in KINDS:
            raise InvalidError("sandbox.unknown_fault", kind=str(kind))
        probability = float(rest.pop("probability", 1.0))
        times = rest.pop("times", None if "probability" in order else 1)
        pattern = match.get("path_regex") or _USUAL_PATH.get(kind)
        fault = Fault(next(self._ids), kind, match.get("method") or _USUAL_METHOD.get(kind),
                      re.compile(pattern) if pattern else None, match.get("token"), int(rest.pop("skip", 0)), times,
                      probability, rest)  # fmt: skip
        self.faults.append(fault)
        return fault

    def remove(self, fault_id: int | None = None) -> None:
        self.faults = [fault for fault in self.faults if fault_id is not None and fault.id != fault_id]

    def strike(
        self,
        dice: random.Random,
        method: str,
        path: str,
        *,
        params: Iterable[str] = (),
        token: str | None = None,
        envelope: bool = False,
    ) -> tuple[Fault, ...]:
        """The faults that this call meets; each is used up once. A batch itself is met by those that name a path."""
        hides = not {"is_hidden", "hide"}.isdisjoint(params)
        calls = [fault for fault in self.faults if not fault.kind.startswith(("webhook_", "batch_"))]
        meant = (f for f in calls if (hides or f.kind != "hide_refused") and (f.path is not None or not envelope))
        return tuple(fault for fault in meant if _meets(fault, method, path, token) and _spend(dice, fault))

    def strike_kind(self, dice: random.Random, kind: str, method: str, path: str) -> Fault | None:
        """The fault of one kind that this call meets, used up once."""
        return next(
            (f for f in self.faults if f.kind == kind and _meets(f, method, path, None) and _spend(dice, f)), None
        )

    def strike_delivery(self, dice: random.Random, kind: str) -> bool:
        return any(_spend(dice, fault) for fault in self.faults if fault.kind == kind)


def _meets(fault: Fault, method: str, path: str, token: str | None) -> bool:
    if fault.method and fault.method != method:
        return False
    if fault.token and fault.token != token:
        return False
    return fault.path is None or fault.path.search(path) is not None


def _spend(dice: random.Random, fault: Fault) -> bool:
    if fault.skip > 0:
        fault.skip -= 1
        return False
    if fault.times == 0 or dice.random() >= fault.probability:
        return False
    if fault.times is not None:
        fault.times -= 1
    fault.struck += 1
    return True


def named(faults: Iterable[Fault], kind: str) -> Fault | None:
    return next((fault for fault in faults if fault.kind == kind), None)


def refusal(fault: Fault, *, instagram: bool) -> MetaError | None:
    """The error that stands in for the call, None for a fault of another sort."""
    if fault.kind not in _BEFORE or fault.kind == "html500":
        return None
    if fault.kind == "error":
        return _given(fault)
    if fault.kind == "token_event":
        return refuse(190, "Error validating access token", subcode=fault.details.get("subcode"),
                      status=int(fault.details.get("status", 400)))  # fmt: skip
    return _canned(fault.kind, instagram=instagram)


def _given(fault: Fault) -> MetaError:
    error = dict(fault.details.get("error") or {})
    code = int(error.pop("code", fault.details.get("code", 1)))
    subcode = error.pop("error_subcode", error.pop("subcode", fault.details.get("subcode")))
    message = error.pop("message", fault.details.get("message", f"(#{code}) An injected fault"))
    return refuse(code, message, subcode=subcode, status=int(fault.details.get("status", 400)), **error)


def _canned(kind: str, *, instagram: bool) -> MetaError:
    if kind == "hide_refused":
        return refuse(200, "(#200) Can not hide or unhide this comment", status=403)
    if kind == "private_reply_used" and not instagram:
        return refuse(10900, "(#10900) Activity already replied to")
    if kind == "private_reply_used":
        return refuse(100, "(#100) The comment is invalid for a private reply", subcode=2534025)
    if kind == "media_unreachable":
        return refuse(9004, "The media could not be fetched from this URI.", subcode=2207052)
    if kind == "media_timeout":
        return refuse(-2, "It takes too long to download the media.", subcode=2207003)
    text = "Unsupported get request. Object does not exist, cannot be loaded due to missing permissions."
    return refuse(100, text, subcode=33, type="GraphMethodException")
