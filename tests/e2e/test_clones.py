"""A live clone in processes of its own: a copy of a killed installation writes nothing; the original ends its work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from typing import Any

import pytest
from sqlalchemy import select

from outreach import installation, publishing
from outreach.db import Database
from outreach.states import ActionKind, PublicationStatus, Role, TakedownReason
from outreach.tables import ActionAttempt, Pause, Publication, PublishAttempt
from tests.copies import copied
from tests.e2e.test_kills import Forge, arrived, decide, forge, left_started, sandbox, stage
from tests.factories import make_user
from tests.integration.conftest import Stage
from tests.posting import posted, schedule

__all__ = ["forge", "sandbox", "stage"]
pytestmark = pytest.mark.kills

EVERYTHING = ("publish", "withdraw", "act")
RELEASING = 9  #: the event just after the call that shows a text post


@pytest.fixture
def opened() -> Iterator[Callable[[str], Database]]:
    with ExitStack() as stack:
        yield lambda url: stack.enter_context(closing(Database(url)))


def test_a_clone_of_an_installation_that_was_killed_writes_nothing_and_the_original_ends_its_work(
    stage: Stage, forge: Forge, opened: Callable[[str], Database]
) -> None:
    assert installation.keep_watch(stage.worker.opened) is None
    down, out = posted(stage, "page", "to be taken down"), posted(stage, "insta", "stays")
    decide(stage, arrived(stage, out.remote_id, "to be hidden"), ActionKind.HIDE)
    for number in range(3):
        schedule(stage, "page", f"post {number}", first_comment=f"first {number}")
    assert forge.order("publish", kill_at=RELEASING)
    clone = copied(stage, "clone")
    here = opened(clone.database)
    with here.write() as session:  # before anybody looks, somebody asks for more on the copy
        by = make_user(session, Role.APPROVER).id
    publishing.take_down(here, stage.worker.media, [down.id], TakedownReason.UNSAFE, user_id=by, now=stage.clock.now())
    before, tried = shown(stage), attempts(here)

    forge.order(*EVERYTHING, of=clone)
    assert (shown(stage), attempts(here)) == (before, tried)

    forge.order(*EVERYTHING)
    forge.order(*EVERYTHING, of=clone)
    assert attempts(here) == tried
    with here.read() as session:
        assert [each.code for each in session.scalars(select(Pause))] == ["installation.copied"]
    assert sorted(stage.visible()) == ["post 0", "post 1", "post 2", "stays", "to be taken down"]
    comments = {each["text"]: each["hidden"] for each in stage.state()["comments"]}
    assert comments == {"to be hidden": True, "first 0": False, "first 1": False, "first 2": False}
    with stage.database.read() as session:
        assert set(session.scalars(select(Publication.status))) == {PublicationStatus.PUBLISHED}
        assert not left_started(session, PublishAttempt)


def shown(stage: Stage) -> dict[str, Any]:
    state = stage.state()
    return {what: state[what] for what in ("posts", "media", "photos", "comments")}


def attempts(database: Database) -> set[str]:
    """A row stands before every write."""
    with database.read() as session:
        return {each for table in (PublishAttempt, ActionAttempt) for each in session.scalars(select(table.id))}
