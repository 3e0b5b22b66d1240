"""Meta's limits, against the sandbox: a throttle waits the time that Meta gives and pauses only what it covers."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from outreach import publishing
from outreach.errors import MetaError
from outreach.states import PublicationStatus
from outreach.tables import Channel, Publication
from tests.integration.conftest import Stage
from tests.posting import publish, schedule
from tests.reading import sqlite_only

pytestmark = sqlite_only  # the SQL is that of entrusting, which runs on both
S = PublicationStatus


@pytest.fixture(autouse=True)
def _quiet(stage: Stage) -> None:
    stage.tell("switches", audience=False)


def row(stage: Stage, publication_id: str) -> Publication:
    with stage.database.read() as session:
        return session.get_one(Publication, publication_id)


def channel(stage: Stage, name: str) -> Channel:
    with stage.database.read() as session:
        return session.scalars(select(Channel).where(Channel.name == name)).one()


def throttle(stage: Stage, code: int, path: str, *, minutes: int = 0) -> None:
    header = {stage.sandbox.page_id: [{"type": "pages", "call_count": 100, "total_cputime": 1, "total_time": 1,
                                       "estimated_time_to_regain_access": minutes}]}  # fmt: skip
    headers = {"X-Business-Use-Case-Usage": json.dumps(header)} if minutes else {}
    stage.fault("error", path=path, status=403, error={"code": code, "message": "too many calls"}, headers=headers)


@pytest.mark.parametrize(("minutes", "waits"), [(25, 25), (0, 10)], ids=["named", "without headers"])
def test_a_throttled_release_waits_the_time_that_meta_gives(stage: Stage, minutes: int, waits: int) -> None:
    ours = schedule(stage, "page", "نص")
    throttle(stage, 80001, r".*/\d+_\d+$", minutes=minutes)
    publish(stage)
    assert (row(stage, ours).status, row(stage, ours).error_code) == (S.PREPARED, "meta.throttled")
    before = stage.sandbox._app.graph.calls
    for _ in range(4):
        stage.jump(minutes=(waits - 1) / 4)
        publish(stage)
    assert stage.sandbox._app.graph.calls == before  # calls while throttled only lengthen the wait
    for _ in range(3):
        stage.jump(minutes=11)
        publish(stage)
    assert (row(stage, ours).status, stage.visible()) == (S.PUBLISHED, ["نص"])


def test_a_throttled_channel_does_not_pause_the_others(stage: Stage) -> None:
    page, insta = schedule(stage, "page", "على الصفحة"), schedule(stage, "insta", "على الحساب", images=1)
    throttle(stage, 80001, rf".*{stage.sandbox.page_id}/feed$", minutes=30)
    publish(stage)
    assert (row(stage, page).status, row(stage, insta).status) == (S.SCHEDULED, S.PUBLISHED)


def test_a_throttled_app_pauses_every_channel(stage: Stage) -> None:
    page = schedule(stage, "page", "على الصفحة")
    throttle(stage, 4, rf".*{stage.sandbox.page_id}/feed$")
    publish(stage)
    for name in ("page", "insta"):
        with pytest.raises(MetaError, match=r"meta\.throttled"):
            stage.worker.open_channel(channel(stage, name))
    stage.jump(minutes=11)
    publish(stage)
    assert row(stage, page).status == S.PUBLISHED


def test_too_many_messages_pause_neither_posts_nor_reading(stage: Stage) -> None:
    throttle(stage, 80006, r".*/messages$")
    with pytest.raises(MetaError, match=r"meta\.throttled"):
        stage.worker.open_channel(channel(stage, "page")).private_reply("1_2", "أهلاً")
    ours = schedule(stage, "page", "نص")
    publish(stage)
    assert row(stage, ours).status == S.PUBLISHED


def test_near_a_limit_what_is_far_off_waits_and_what_is_due_goes_out(stage: Stage) -> None:
    stage.tell("switches", usage_after=0, page_calls=60)
    page = channel(stage, "page")
    for _ in range(50):
        stage.worker.open_channel(page).newest_posts()
    assert not stage.worker.has_room(page)
    far = schedule(stage, "page", "بعيد", ahead=timedelta(minutes=25))
    now = schedule(stage, "page", "الآن")
    desk = stage.worker.desk
    stage.until_quiet(lambda: publishing.prepare_due(desk), lambda: publishing.release_due(desk))
    assert (row(stage, now).status, row(stage, far).status) == (S.PUBLISHED, S.SCHEDULED)
    stage.tell("switches", page_calls=240_000)
    stage.jump(hours=25 / 60)
    stage.until_quiet(lambda: publishing.prepare_due(desk), lambda: publishing.release_due(desk))
    assert row(stage, far).status == S.PUBLISHED
