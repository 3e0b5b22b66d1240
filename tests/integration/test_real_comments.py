"""Real comments of Iraqi people, where the public sets are at hand: read, stored, classified and queued as any other.

Nothing of them is printed: counts are compared, never texts.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from sqlalchemy import func, select

from outreach import comments, moderation
from outreach.states import ReviewState, ScoreStatus
from outreach.tables import Comment, Prediction
from tests.integration.conftest import Stage
from tests.posting import posted

SET = Path(__file__).parents[3] / "shared" / "data" / "sets" / "iraqi_unlabelled.tsv"
pytestmark = pytest.mark.skipif(not SET.exists(), reason="the public sets are not at hand")


def facebook_comments(folder: Path, limit: int) -> Path:
    with SET.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        texts = [row["text"] for row in rows if row["label"] == "facebook_comment"][:limit]
    chosen = folder / "replay.tsv"
    chosen.write_text("\n".join(["text", *texts]) + "\n", encoding="utf-8")
    return chosen


def test_real_comments_are_stored_scored_and_queued_without_an_exception(stage: Stage) -> None:
    wanted = stage.sandbox.replay(facebook_comments(stage.folder, 60))
    for number in range(3):
        posted(stage, text=f"منشور {number}")
        stage.jump(minutes=5)
    stage.jump(hours=47)
    stage.until_quiet(lambda: comments.pull_due(stage.worker.reader))
    opened = stage.worker.opened
    stage.until_quiet(
        lambda: moderation.classify_pending(
            opened.database, stage.worker.classifier, now=stage.clock.now(), settings=opened.settings
        )
    )
    there = [comment for comment in stage.state()["comments"] if not comment["deleted"]]
    with stage.database.read() as session:
        states = dict(session.execute(select(Comment.review_state, func.count()).group_by(Comment.review_state)).all())
        scores = dict(session.execute(select(Prediction.status, func.count()).group_by(Prediction.status)).all())
    assert sum(states.values()) == len(there) > wanted / 4
    assert ReviewState.PENDING not in states
    assert scores[ScoreStatus.SCORED] > sum(scores.values()) / 2
