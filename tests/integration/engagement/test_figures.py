"""Figures as people read them: the last that Meta gave, rates only of what is whole, nothing summed that may not be."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from outreach import engagement
from outreach.clock import SteppedClock
from outreach.db import Database
from outreach.tables import EngagementSnapshot, Publication
from tests.factories import make_channel, make_post, make_publication
from tests.integration.conftest import Stage
from tests.posting import posted


def out(session: Any, now: Any, **values: Any) -> Publication:
    channel = values.pop("channel", None) or make_channel(session)
    return make_publication(
        session, channel, make_post(session), status="published", published_at=now - timedelta(days=3), **values
    )


def told(session: Any, publication: Publication, at: Any, **figures: float | None) -> None:
    for metric, value in figures.items():
        session.add(
            EngagementSnapshot(channel_id=publication.channel_id, publication_id=publication.id, metric=metric,
                               period="lifetime", value=value, unique=False, taken_at=at)
        )  # fmt: skip


WHOLE = {"reactions": 40, "comments": 8, "shares": 2, "post_total_media_view_unique": 1000, "post_media_view": 1500}


def test_a_figure_is_the_last_that_meta_gave_with_its_time(database: Database, clock: SteppedClock) -> None:
    now = clock.now()
    with database.write() as session:
        post = out(session, now)
        told(session, post, now - timedelta(days=2), **{**WHOLE, "reactions": 10})
        told(session, post, now - timedelta(days=1), **WHOLE)
        told(session, post, now, reactions=None)
    (found,) = engagement.post_figures(database)
    assert (found.values["reactions"], found.as_of) == (40, now - timedelta(days=1))
    assert found.rate("engagement") == pytest.approx(0.05)
    assert found.rate("discussion") == pytest.approx(0.008)


@pytest.mark.parametrize("lost", ["comments", "post_total_media_view_unique"])
def test_a_rate_with_a_missing_part_is_missing(database: Database, clock: SteppedClock, lost: str) -> None:
    with database.write() as session:
        told(session, out(session, clock.now()), clock.now(), **{**WHOLE, lost: None})
    (found,) = engagement.post_figures(database)
    assert found.rate("engagement") is None
    assert None in found.values.values()


def test_a_rate_of_a_handful_of_people_is_not_worked_out(database: Database, clock: SteppedClock) -> None:
    with database.write() as session:
        told(session, out(session, clock.now()), clock.now(), **{**WHOLE, "post_total_media_view_unique": 19})
    (found,) = engagement.post_figures(database)
    assert found.rate("engagement") is None


def test_posts_are_compared_at_the_reading_nearest_to_two_days(database: Database, clock: SteppedClock) -> None:
    now = clock.now()
    with database.write() as session:
        post = out(session, now)
        for hours, reactions in ((10, 1), (40, 30), (49, 50), (71, 70)):
            told(session, post, now - timedelta(days=3) + timedelta(hours=hours), **{**WHOLE, "reactions": reactions})
        channel = post.channel.name
    assert [sample.interactions for sample in engagement.samples(database, channel)] == [60]


def test_what_the_sandbox_says_comes_out_as_figures(stage: Stage) -> None:
    post, media = posted(stage), posted(stage, "insta")
    for _ in range(4):
        stage.jump(hours=12)
        stage.until_quiet(lambda: engagement.measure_due(stage.worker.gauge))
    by_id = {each.publication_id: each for each in engagement.post_figures(stage.database)}
    assert all(value is not None for each in by_id.values() for value in each.values.values())
    assert {by_id[post.id].form, by_id[media.id].form} == {"feed"}
    grown = [values["views"] for _, values in engagement.growth(stage.database, post.id)]
    assert grown == sorted(grown)
    assert grown[-1] == by_id[post.id].values["views"]
    dimensions = {(each.channel, each.dimension) for each in engagement.audiences(stage.database)}
    assert dimensions >= {("page", "city"), ("insta", "city"), ("insta", "age"), ("insta", "gender")}
    lines = {
        each.channel: each.days
        for each in engagement.followers(stage.database, since=stage.clock.now() - timedelta(days=9))
    }
    assert len(lines["page"]) >= 2
    assert all(value > 1000 for days in lines.values() for _, value in days)
