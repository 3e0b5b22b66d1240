"""What people say on a stage, and the steps of reading that bring it into the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests
from sqlalchemy import select

from outreach import comments
from outreach.tables import Comment, Publication

if TYPE_CHECKING:
    from tests.integration.conftest import Stage

#: for what is the same on both databases
sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def say(stage: Stage, publication: Publication | str, text: str, **more: Any) -> str:
    post = publication if isinstance(publication, str) else publication.remote_id
    return str(stage.tell("comment", post=post, text=text, **more)["id"])


def read(stage: Stage) -> None:
    """What the reading jobs do until nothing is due."""
    reader = stage.worker.reader
    stage.until_quiet(
        lambda: comments.work_deliveries(reader),
        lambda: comments.look_due(reader),
        lambda: comments.pull_due(reader),
    )


def later(stage: Stage, **delta: float) -> None:
    stage.jump(**(delta or {"minutes": 16}))
    read(stage)


def held(stage: Stage) -> dict[str, Comment]:
    """The store by the remote id."""
    with stage.database.read() as session:
        rows = session.scalars(select(Comment)).all()
    assert len({row.remote_key for row in rows}) == len(rows)
    return {str(row.remote_id): row for row in rows}


def subscribe(stage: Stage, **switches: Any) -> None:
    stage.tell("webhooks", callback_url=f"{stage.worker.settings.web.base_url}/webhooks/meta")
    if switches:
        stage.tell("switches", **switches)


def post_by_another_tool(stage: Stage, text: str = "منشور باليد") -> str:
    """A post on the Page that this program did not make; its id at Meta."""
    answer = requests.post(
        f"{stage.sandbox.base_url}/v26.0/{stage.sandbox.page_id}/feed",
        data={"message": text, "access_token": stage.sandbox.page_token},
        timeout=20,
    )
    answer.raise_for_status()
    return str(answer.json()["id"])
