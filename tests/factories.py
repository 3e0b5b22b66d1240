"""Rows for tests, valid by default; a test names only what it is about."""

from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from outreach.db import keyed
from outreach.states import (
    ChannelKind,
    ChannelMode,
    PostKind,
    PublicationStatus,
    ReviewState,
    Role,
)
from outreach.tables import Campaign, Channel, Comment, Flag, Post, Publication, User

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
_number = itertools.count(1)


def make_user(session: Session, *roles: Role, **values: Any) -> User:
    number = next(_number)
    defaults: dict[str, Any] = {
        "login": f"user{number}",
        "display_name": f"User {number}",
        "roles": [str(role) for role in roles],
        "password_hash": "!",
        "created_at": NOW,
    }
    return _add(session, User(**{**defaults, **values}))


def make_channel(session: Session, **values: Any) -> Channel:
    number = next(_number)
    defaults: dict[str, Any] = {
        "name": f"page-{number}",
        "kind": ChannelKind.FACEBOOK_PAGE,
        "remote_id": f"10{number}",
        "title": f"Page {number}",
        "mode": ChannelMode.LIVE,
        "token": "TOKEN-CANARY",
        "created_at": NOW,
    }
    return _add(session, Channel(**{**defaults, **values}))


def make_campaign(session: Session, **values: Any) -> Campaign:
    defaults: dict[str, Any] = {
        "name": f"campaign-{next(_number)}",
        "title": {"ar": "حملة", "en": "Campaign"},
        "timezone": "Asia/Baghdad",
        "file_hash": "0" * 64,
        "applied_at": NOW,
    }
    return _add(session, Campaign(**{**defaults, **values}))


def make_post(session: Session, campaign: Campaign | None = None, **values: Any) -> Post:
    defaults: dict[str, Any] = {
        "campaign_id": (campaign or make_campaign(session)).id,
        "name": f"post-{next(_number)}",
        "kind": PostKind.AWARENESS,
        "content_hash": "0" * 64,
    }
    return _add(session, Post(**{**defaults, **values}))


def make_publication(
    session: Session, channel: Channel | None = None, post: Post | None = None, **values: Any
) -> Publication:
    number = next(_number)
    defaults: dict[str, Any] = {
        "channel_id": (channel or make_channel(session)).id,
        "post_id": (post or make_post(session)).id,
        "due_at": NOW,
        "content": {"text": f"نص {number}", "link": None, "first_comment": None, "media": []},
        "content_hash": "0" * 64,
        "status": PublicationStatus.SCHEDULED,
    }
    return _add(session, Publication(**{**defaults, **values}))


def make_comment(
    session: Session, publication: Publication | None = None, *, remote_id: str | None = None, **values: Any
) -> Comment:
    number = next(_number)
    if publication is None:
        publication = make_publication(
            session, status=PublicationStatus.PUBLISHED, remote_id=f"90_{number}", published_at=NOW
        )
    text = values.get("text", f"تعليق رقم {number}")
    remote = remote_id or f"55_{number}"
    defaults: dict[str, Any] = {
        "channel_id": publication.channel_id,
        "publication_id": publication.id,
        "remote_key": keyed(Comment.remote_key, remote),
        "remote_id": remote,
        "author_key": keyed(Comment.author_key, f"author-{number}"),
        "author_name": f"Author {number}",
        "hour": NOW,
        "seen_hour": NOW,
        "text": text,
        "text_key": keyed(Comment.text_key, text),
        "times": json.dumps({"created_at": NOW.isoformat(), "seen_at": NOW.isoformat()}),
        "review_state": ReviewState.PENDING,
    }
    return _add(session, Comment(**{**defaults, **values}))


def make_flag(session: Session, comment: Comment, flag: str, severity: int, **values: Any) -> Flag:
    defaults: dict[str, Any] = {
        "comment_id": comment.id,
        "revision": comment.revision,
        "flag": flag,
        "severity": severity,
        "source": "classifier",
        "score": 0.9,
        "hour": NOW,
    }
    return _add(session, Flag(**{**defaults, **values}))


def _add(session: Session, row: Any) -> Any:
    session.add(row)
    session.flush()
    return row
