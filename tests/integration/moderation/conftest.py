"""A review room: people of each role, comments that are flagged by what they contain, and shorthand for the calls."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from outreach import moderation
from outreach.classifier import Prediction
from outreach.db import Database, keyed
from outreach.settings import Settings
from outreach.states import Flag, Role, ScoreStatus, Sentiment
from outreach.tables import Comment, CommentRevision, User
from tests.factories import NOW, make_comment, make_user

SETTINGS = Settings()


class ByWord:
    """Flags a comment by the names of flags in it; `!` after a name passes the alert threshold too."""

    def classify(self, texts: Sequence[str], *, attachments: Sequence[bool] | None = None) -> list[Prediction]:
        pictures = attachments or [False] * len(texts)
        return [self._one(text, picture) for text, picture in zip(texts, pictures, strict=True)]

    def _one(self, text: str, picture: bool) -> Prediction:
        if "BREAK" in text:
            raise ValueError(text)
        if not text.strip():
            status = ScoreStatus.NOT_SCORED if picture else ScoreStatus.NOTHING_TO_SCORE
            return Prediction(status, "attachment" if picture else "no_letters", None, None, None, model="by-word")
        flags = tuple(flag for flag in Flag if flag in text.replace("!", " ").split())
        alerts = tuple(flag for flag in Flag if f"{flag}!" in text)
        chances = {flag: 0.95 if flag in flags else 0.02 for flag in Flag}
        moods = {Sentiment.POSITIVE: 0.1, Sentiment.NEUTRAL: 0.2, Sentiment.NEGATIVE: 0.7}
        spans = {flag: ((text.index(flag), text.index(flag) + len(flag)),) for flag in flags}
        return Prediction(
            ScoreStatus.NOT_SCORED if picture else ScoreStatus.SCORED,
            "attachment" if picture else None,
            Sentiment.NEGATIVE,
            moods,
            chances,
            flags,
            alerts,
            spans,
            "by-word",
        )


class Room:
    def __init__(self, database: Database) -> None:
        self.database = database
        self.now = NOW
        self.settings = SETTINGS
        with database.write() as session:
            self.mod = make_user(session, Role.MODERATOR, display_name="Zainab")
            self.other = make_user(session, Role.MODERATOR, display_name="Hussein")
            self.focal = make_user(session, Role.FOCAL_POINT, display_name="Maryam", email="focal@example.org")
            self.psea = make_user(session, Role.PSEA_FOCAL_POINT, display_name="Noor", email="psea@example.org")
            self.lead = make_user(session, Role.LEAD)
            self.admin = make_user(session, Role.ADMIN, email="admin@example.org")

    def later(self, **by: float) -> datetime:
        self.now += timedelta(**by)
        return self.now

    def arrive(self, text: str, **values: Any) -> str:
        times = json.dumps({"created_at": self.now.isoformat(), "seen_at": self.now.isoformat()})
        hour = self.now.replace(minute=0, second=0, microsecond=0)
        with self.database.write() as session:
            defaults: dict[str, Any] = {"text": text, "times": times, "hour": hour, "seen_hour": hour}
            return str(make_comment(session, **{**defaults, **values}).id)

    def edit(self, comment_id: str, text: str) -> None:
        """As reading an edited comment does it."""
        with self.database.write() as session:
            row = session.get_one(Comment, comment_id)
            session.add(
                CommentRevision(comment_id=row.id, number=row.revision, text=row.text, replaced_hour=row.seen_hour)
            )
            row.revision += 1
            row.text = text
            row.text_key = keyed(Comment.text_key, text)

    def classify(self, classifier: Any = None) -> bool:
        return moderation.classify_pending(self.database, classifier or ByWord(), now=self.now, settings=self.settings)

    def queued(self, text: str, **values: Any) -> str:
        comment_id = self.arrive(text, **values)
        self.classify()
        return comment_id

    def row(self, comment_id: str) -> Comment:
        with self.database.read() as session:
            return session.get_one(Comment, comment_id)

    def rows(self, table: Any) -> list[Any]:
        with self.database.read() as session:
            return list(session.query(table).all())

    def queue(self, user: User, **options: Any) -> moderation.QueuePage:
        return moderation.queue(self.database, user, now=self.now, settings=self.settings, **options)

    def ids(self, user: User, **options: Any) -> list[str]:
        return [item.id for item in self.queue(user, **options).items]

    def open(self, user: User, comment_id: str) -> moderation.ItemView:
        return moderation.open_item(self.database, user, comment_id, now=self.now, settings=self.settings)

    def claim(self, user: User, comment_id: str) -> moderation.Holder:
        return moderation.claim(self.database, user, comment_id, now=self.now, settings=self.settings)

    def reveal(self, user: User, comment_id: str) -> moderation.ItemView:
        return moderation.reveal(self.database, user, comment_id, now=self.now, settings=self.settings)

    def decide(self, user: User, comment_id: str, verdict: str, reason: str, **more: Any) -> str:
        """Claim, reveal, decide, as a person would."""
        self.claim(user, comment_id)
        key = more.pop("seen_text_key", None) or self.reveal(user, comment_id).seen_text_key or ""
        return moderation.decide(
            self.database,
            user,
            comment_id,
            seen_text_key=key,
            verdict=verdict,
            reason=reason,
            now=self.now,
            settings=self.settings,
            **more,
        )

    def undo(self, user: User, decision_id: str) -> str:
        return moderation.undo(self.database, user, decision_id, now=self.now, settings=self.settings)


@pytest.fixture
def room(database: Database) -> Room:
    return Room(database)
