"""kill -9 while a video, a reel or a story goes out: nothing twice, nothing lost, what is unclear is a person's."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from outreach import publishing
from outreach.publishing import Choice
from outreach.states import PublicationStatus, Role
from outreach.tables import Publication, PublishAttempt
from tests.e2e.test_kills import Forge, forge, left_started
from tests.factories import make_user
from tests.integration.conftest import Stage, sandbox, stage
from tests.posting import schedule

__all__ = ["forge", "sandbox", "stage"]
pytestmark = pytest.mark.kills

#: Channel, format, whether it is a video, and which events to die at: not the same ones on both databases, since both
#: take the same steps (start, upload, finish, each with its commits and calls).
KINDS = {
    "page-feed": ("page", "feed", True, 11),
    "page-reel": ("page", "reel", True, 11),
    "page-story": ("page", "story", True, 11),
    "page-photo-story": ("page", "story", False, 7),
    "insta-reel": ("insta", "reel", True, 11),
    "insta-story": ("insta", "story", True, 11),
}


def seen(stage: Stage) -> list[dict[str, Any]]:
    state = stage.state()
    return [each for each in (*state["posts"], *state["media"]) if each["visible"]]


def row(stage: Stage, publication: str) -> Publication:
    with stage.database.read() as session:
        return session.get_one(Publication, publication)


def settle(stage: Stage, forge: Forge, publication: str, user: str, before: set[str]) -> bool:
    """Let everything go on; where it stops at a person, she looks at the feed and says what she sees."""
    for _ in range(4):
        forge.order("publish")
        found = row(stage, publication)
        if found.status == PublicationStatus.PUBLISHED:
            return False
        if found.status == PublicationStatus.UNKNOWN and found.retry_at is None:
            break
    new = [each["id"] for each in seen(stage) if each["id"] not in before]
    choices = [(Choice.IS_OUT, new[0])] if new else [(Choice.IS_NOT_OUT, ""), (Choice.PUBLISH_NOW, "")]
    for choice, remote_id in choices:
        now = stage.clock.now()
        publishing.decide(stage.database, publication, choice, user_id=user, now=now, remote_id=remote_id)
    forge.order("publish")
    return True


def test_each_video_and_story_is_there_once_wherever_the_process_died(stage: Stage, forge: Forge) -> None:
    """All kinds in one test: the warm process takes longer to start than to be killed."""
    stage.tell("switches", reels_a_day=100)
    with stage.database.write() as session:
        user = make_user(session, Role.APPROVER).id
    for kind in KINDS:
        kills, asked = forge.kills, die_everywhere(stage, forge, kind, user)
        assert forge.kills - kills >= 2, kind
        assert asked < forge.kills - kills, kind
        assert asked == 0 or kind != "insta-reel", "Instagram's container proves what became of it"
    with stage.database.read() as session:
        rows = session.scalars(select(Publication).where(Publication.origin == "campaign")).all()
        assert not left_started(session, PublishAttempt)
    assert {each.status for each in rows} == {PublicationStatus.PUBLISHED}
    assert sorted(str(each.remote_id) for each in rows) == sorted(each["id"] for each in seen(stage))


def die_everywhere(stage: Stage, forge: Forge, kind: str, user: str) -> int:
    """How many of them a person had to settle."""
    channel, form, video, every = KINDS[kind]
    asked = 0
    for event in range(3 if stage.database.is_sqlite else 3 + every // 2, 200, every):
        before = {each["id"] for each in seen(stage)}
        publication = schedule(stage, channel, f"{kind} {event}", images=int(not video), form=form, video=video)
        killed = forge.order("publish", kill_at=event)
        asked += settle(stage, forge, publication, user, before)
        (new,) = [each for each in seen(stage) if each["id"] not in before]
        assert (new["format"], row(stage, publication).remote_id) == (form, new["id"]), (kind, event)
        if not killed:
            break
    return asked
