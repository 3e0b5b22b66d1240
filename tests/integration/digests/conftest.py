from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from outreach.settings import DigestSettings, Settings
from outreach.tables import Comment, EngagementSnapshot, Prediction
from tests.factories import make_comment

WEEK = "2026-11-28"
START = datetime(2026, 11, 27, 21, tzinfo=UTC)  #: midnight in Basra
END = START + timedelta(days=7)
DUE = datetime(2026, 12, 6, 5, tzinfo=UTC)  #: Sunday, 8:00 in Basra


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        data_dir=tmp_path / "data", key_dir=tmp_path / "keys", digest=DigestSettings(recipients=["lead@example.org"])
    )


@pytest.fixture
def comment() -> Callable[..., Comment]:
    """A comment of the week, `after` so many hours of it, with what a model said of it."""

    def make(
        session: Session, *, after: float = 30, sentiment: str | None = "neutral", status: str = "scored", **values: Any
    ) -> Comment:
        hour = START + timedelta(hours=after)
        found = make_comment(session, **{"hour": hour, "seen_hour": hour, "times": None, **values})
        session.add(
            Prediction(comment_id=found.id, revision=1, model="m", status=status, sentiment=sentiment, hour=hour)
        )
        return found

    return make


@pytest.fixture
def snapshot() -> Callable[..., None]:
    def add(session: Session, channel_id: str, metric: str, period: str, value: float | None, **values: Any) -> None:
        defaults = {"publication_id": None, "unique": False, "period_end": None, "taken_at": END}
        session.add(
            EngagementSnapshot(
                **{**defaults, "channel_id": channel_id, "metric": metric, "period": period, "value": value, **values}
            )
        )

    return add
