"""Webhooks from Meta: the signature over the raw body, the handshake, and which comments and posts changed.

An event is a hint to read the node again: no text, name or other word of a person is taken from it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from outreach.errors import DeniedError, InvalidError
from outreach.meta.dates import parse_time

#: Items of a Page's feed that are posts (graph-api.md §10).
_POST_ITEMS = frozenset({"album", "event", "link", "note", "photo", "post", "share", "status", "video"})
_ID = re.compile(r"[A-Za-z0-9_]{1,128}")
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{1,128}")


@dataclass(frozen=True)
class WebhookEvent:
    """One change. Deliveries repeat and overtake each other: dedupe on object, comment, verb and time."""

    object: str  #: "page" or "instagram"
    channel_id: str
    verb: str  #: "add", "edited", "remove", "hide", …; Instagram tells of "add" alone
    comment_id: str | None = None  #: None for an event about a post
    post_id: str | None = None
    parent_id: str | None = None  #: the comment that this one answers; None at top level
    created_at: datetime | None = None
    own: bool = False  #: the channel's own doing, echoed back
    person_id: str | None = None  #: of a message: who wrote to us; nothing else of it is ever read


def verify(raw: bytes, signature_header: str | None, secrets: Sequence[str]) -> bool:
    """Whether the body was signed with one of the app secrets; every secret is tried, in constant time."""
    given = (signature_header or "").encode("utf-8", "replace")
    return sum([hmac.compare_digest(given, _signature(raw, secret)) for secret in secrets if secret]) > 0


def _signature(raw: bytes, secret: str) -> bytes:
    return b"sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest().encode()


def requester(signed_request: str, secrets: Sequence[str]) -> str:
    """The id of the person for whom Meta asks us to delete; DeniedError for a wrong signature.

    The form is `signature.payload`, both base64url; the HMAC-SHA256 is over the payload as it was sent.
    """
    signature, _, payload = signed_request.partition(".")
    given = _decoded(signature)
    expected = [
        hmac.digest(secret.encode(), payload.encode("utf-8", "replace"), "sha256") for secret in secrets if secret
    ]
    if sum([hmac.compare_digest(given, each) for each in expected]) == 0:
        raise DeniedError("webhook.signature")
    try:
        data = json.loads(_decoded(payload))
        algorithm, person = str(data["algorithm"]), str(data["user_id"])
    except (ValueError, KeyError, TypeError):
        raise InvalidError("webhook.body") from None
    if algorithm.upper() != "HMAC-SHA256" or not re.fullmatch("[0-9]{1,64}", person):
        raise InvalidError("webhook.body")
    return person


def _decoded(text: str) -> bytes:
    """Empty for what is no base64: no signature is empty."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return b""


def challenge(params: Mapping[str, str], verify_token: str) -> str:
    """The text to answer Meta's handshake with; DeniedError (403) for a wrong token."""
    given = params.get("hub.verify_token", "").encode("utf-8", "replace")
    if not verify_token or not hmac.compare_digest(given, verify_token.encode()):
        raise DeniedError("webhook.token")
    answer = params.get("hub.challenge", "")
    if params.get("hub.mode") != "subscribe" or not _CHALLENGE.fullmatch(answer):
        raise InvalidError("webhook.challenge")
    return answer


def parse(raw: bytes) -> tuple[WebhookEvent, ...]:
    """Every change to a comment or post that the body tells of; InvalidError when it is not a webhook at all.

    Call `verify` first. Kinds of event that we do not use, and entries too bare to point at anything, are left out.
    """
    body = _json(raw)
    if not isinstance(body, dict) or body.get("object") not in ("page", "instagram"):
        raise InvalidError("meta.webhook_unreadable", bytes=len(raw))
    read = _page_event if body["object"] == "page" else _instagram_event
    found = (read(channel_id, entry, change) for channel_id, entry, change in _changes(body))
    return (*(event for event in found if event), *_message_events(body))


def without_messages(raw: bytes) -> bytes:
    """The body as it may be kept: of what people write to us privately only who and when.

    A body without messages stays byte for byte. Call `verify` first.
    """
    if not any(name in raw for name in (b'"messaging"', b'"standby"', b'"messages"')):
        return raw
    body = _json(raw)
    if not isinstance(body, dict):
        return raw
    entries = [_bare_entry(entry) for entry in _dicts(body.get("entry"))]
    return json.dumps({"object": body.get("object"), "entry": entries}).encode()


def _bare_entry(entry: Mapping[str, object]) -> Mapping[str, object]:
    kept = {name: value for name, value in entry.items() if name not in ("messaging", "standby", "changes", "value")}
    if "messaging" in entry:
        kept["messaging"] = [_bare_message(item) for item in _dicts(entry.get("messaging"))]
    if "changes" in entry:
        kept["changes"] = [_bare_change(change) for change in _dicts(entry.get("changes"))]
    return {**kept, **_bare_change(entry)} if "value" in entry else kept


def _bare_change(change: Mapping[str, object]) -> Mapping[str, object]:
    value = _dict(change.get("value"))
    about_message = change.get("field") == "messages"
    return {"field": change.get("field"), "value": _bare_message(value) if about_message else value}


def _bare_message(item: Mapping[str, object]) -> Mapping[str, object]:
    return {"sender": {"id": _sender(item)}, "message": {}} if _is_from_a_person(item) else {}


def _is_from_a_person(item: Mapping[str, object]) -> bool:
    """Reactions, receipts and our own messages, which echo back, are nobody's answer."""
    return "message" in item and _dict(item["message"]).get("is_echo") is not True


def _sender(item: Mapping[str, object]) -> str | None:
    return _id(_dict(item.get("sender")).get("id"))


def _message_events(body: Mapping[str, object]) -> Iterator[WebhookEvent]:
    for entry in _dicts(body.get("entry")):
        channel_id = _id(entry.get("id"))
        changes = [_dict(change.get("value")) for change in (*_dicts(entry.get("changes")), entry)
                   if change.get("field") == "messages"]  # fmt: skip
        for item in (*_dicts(entry.get("messaging")), *changes):
            person_id = _sender(item) if _is_from_a_person(item) else None
            if channel_id and person_id and person_id != channel_id:
                yield WebhookEvent(str(body["object"]), channel_id, "message", person_id=person_id)


def _json(raw: bytes) -> object:
    """None for what is not JSON: the parser's own error carries the whole body, so it must not travel."""
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return None


def _changes(body: Mapping[str, object]) -> Iterator[tuple[str, Mapping[str, object], Mapping[str, object]]]:
    for entry in _dicts(body.get("entry")):
        channel_id = _id(entry.get("id"))
        # Instagram Login's older envelope has `field` and `value` in the entry itself.
        changes = _dicts(entry.get("changes")) if "changes" in entry else _dicts([entry])
        for change in changes if channel_id else ():
            yield str(channel_id), entry, change


def _page_event(channel_id: str, entry: Mapping[str, object], change: Mapping[str, object]) -> WebhookEvent | None:
    value = _dict(change.get("value"))
    item, comment_id, post_id = str(value.get("item")), _id(value.get("comment_id")), _id(value.get("post_id"))
    about_comment = item == "comment" and comment_id is not None
    about_post = item in _POST_ITEMS and post_id is not None
    if change.get("field") != "feed" or not (about_comment or about_post):
        return None
    parent_id = _id(value.get("parent_id"))
    answers_comment = about_comment and _tail(parent_id) != _tail(post_id)
    return WebhookEvent(
        object="page",
        channel_id=channel_id,
        verb=_verb(value.get("verb")),
        comment_id=comment_id if about_comment else None,
        post_id=post_id,
        parent_id=parent_id if answers_comment else None,
        created_at=_time(value.get("created_time"), entry.get("time")),
        own=_id(_dict(value.get("from")).get("id")) == channel_id,
    )


def _instagram_event(channel_id: str, entry: Mapping[str, object], change: Mapping[str, object]) -> WebhookEvent | None:
    value = _dict(change.get("value"))
    comment_id = _id(value.get("id")) or _id(value.get("comment_id"))
    if change.get("field") not in ("comments", "live_comments") or comment_id is None:
        return None
    return WebhookEvent(
        object="instagram",
        channel_id=channel_id,
        verb=_verb(value.get("verb")),
        comment_id=comment_id,
        post_id=_id(_dict(value.get("media")).get("id")),
        parent_id=_id(value.get("parent_id")),
        created_at=_time(value.get("created_time"), entry.get("time")),
        own=_id(_dict(value.get("from")).get("id")) == channel_id,
    )


def _dict(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _dicts(value: object) -> list[Mapping[str, object]]:
    return [part for part in value if isinstance(part, dict)] if isinstance(value, list) else []


def _id(value: object) -> str | None:
    """Ids are strings of digits and underscores; anything else must not end up in the path of a call."""
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return text if _ID.fullmatch(text) else None


def _tail(remote_id: str | None) -> str:
    """A Page's ids come as `{page}_{post}` and as the bare `{post}` (graph-api.md §2.4)."""
    return (remote_id or "").rpartition("_")[2]


def _verb(value: object) -> str:
    return value if isinstance(value, str) and re.fullmatch(r"[a-z_]{1,20}", value) else "add"


def _time(*values: object) -> datetime | None:
    for value in values:
        try:
            return parse_time(value)
        except ValueError:
            continue
    return None
