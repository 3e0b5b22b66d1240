"""Where something of one author may lie: every table, with the condition that picks what is hers."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from outreach import notices
from outreach.db import Base, Database, every_key, readable
from outreach.states import CommentState
from outreach.subjects.finding import Subject
from outreach.tables import (
    Action,
    ActionAttempt,
    Alert,
    AuditEvent,
    Case,
    Comment,
    CommentRevision,
    Flag,
    Prediction,
    Referral,
    ReviewDecision,
    WebhookDelivery,
)

Hers = tuple[type[Base], ColumnElement[bool]]


def belonging(ids: Collection[str]) -> list[Hers]:
    """What hangs on comments, in the order in which it may be deleted."""
    actions = select(Action.id).where(Action.comment_id.in_(ids))
    return [
        (ActionAttempt, ActionAttempt.action_id.in_(actions)),
        (Referral, Referral.comment_id.in_(ids)),
        (Action, Action.comment_id.in_(ids)),
        (Case, Case.comment_id.in_(ids)),
        (ReviewDecision, ReviewDecision.comment_id.in_(ids)),
        (Flag, Flag.comment_id.in_(ids)),
        (Prediction, Prediction.comment_id.in_(ids)),
        (CommentRevision, CommentRevision.comment_id.in_(ids)),
    ]


def held(database: Database, subject: Subject) -> dict[str, int]:
    """Rows by table; `tombstones` are keyed ids without words, which keep a comment from coming back."""
    with database.read() as session:
        return count(session, subject)


def count(session: Session, subject: Subject) -> dict[str, int]:
    ids = subject.comment_ids
    gone = Comment.state == CommentState.PURGED
    conditions: list[tuple[str, type[Base], ColumnElement[bool]]] = [
        ("comments", Comment, Comment.id.in_(ids) & ~gone),
        ("tombstones", Comment, Comment.id.in_(ids) & gone),
        *((table.__tablename__, table, hers) for table, hers in belonging(ids)),
        ("audit_events", AuditEvent, AuditEvent.subject.in_(subject.traces)),
    ]
    counts = {
        name: session.scalar(select(func.count()).select_from(table).where(hers)) or 0
        for name, table, hers in conditions
    }
    counts["alerts"] = len(told(session, ids))
    counts["webhook_deliveries"] = len(hinted(session, subject))
    return {name: number for name, number in counts.items() if number}


def told(session: Session, ids: Collection[str]) -> list[tuple[Alert, list[str]]]:
    """Notices that count comments of hers, with the keys of theirs that are about others."""
    keys = {key for each in ids for key in notices.every_key_of(each)}
    rows = ((alert, list(alert.details.get("keys", ()))) for alert in session.scalars(select(Alert)))
    return [(alert, [key for key in given if key not in keys]) for alert, given in rows if keys & set(given)]


def hinted(session: Session, subject: Subject) -> list[tuple[WebhookDelivery, str]]:
    """Webhooks not worked yet that name her or a comment of hers, with what is left of them without that."""
    waiting = session.scalars(select(WebhookDelivery).where(WebhookDelivery.body_sealed.is_not(None)))
    bodies = ((row, readable(row, "body")) for row in waiting)
    stripped = ((row, body, _without(body, subject)) for row, body in bodies if body)
    return [(row, left) for row, body, left in stripped if left is not None]


def _without(body: str, subject: Subject) -> str | None:
    """None where she is not in it, or where it cannot be read as what Meta sends."""
    try:
        envelope = json.loads(body)
        entries = [_entry(entry, subject) for entry in envelope["entry"]]
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    kept = [entry for entry in entries if entry is not None]
    return json.dumps({**envelope, "entry": kept}) if kept != envelope["entry"] else None


def _entry(entry: Mapping[str, Any], subject: Subject) -> dict[str, Any] | None:
    """Instagram's second form has no list of changes: there the entry is the change (graph-api.md §10)."""
    if "changes" not in entry:
        return None if _names(entry.get("value"), subject) else dict(entry)
    changes = [change for change in entry["changes"] if not _names(change, subject)]
    return {**entry, "changes": changes} if changes or not entry["changes"] else None


def _names(value: Any, subject: Subject) -> bool:
    if isinstance(value, Mapping):
        return any(_names(each, subject) for each in value.values())
    if isinstance(value, list):
        return any(_names(each, subject) for each in value)
    text = str(value)
    return bool(
        subject.author_keys & every_key(Comment.author_key, [text])
        or subject.remote_keys & every_key(Comment.remote_key, [text])
    )
