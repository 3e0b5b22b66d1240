"""Figures: what Meta did not say is missing and not zero; snapshots are only ever added."""

from __future__ import annotations

import pytest
import requests
from sqlalchemy import select

from outreach import engagement
from outreach.engagement import measuring
from outreach.tables import EngagementSnapshot, Publication
from tests.integration.conftest import Stage
from tests.posting import posted, publish, schedule
from tests.reading import sqlite_only


def measure(stage: Stage, **delta: float) -> list[EngagementSnapshot]:
    """Move on, measure all that is due, and give what was added."""
    before = {row.id for row in snapshots(stage)}
    stage.jump(**delta)
    stage.until_quiet(lambda: engagement.measure_due(stage.worker.gauge))
    return [row for row in snapshots(stage) if row.id not in before]


def snapshots(stage: Stage) -> list[EngagementSnapshot]:
    with stage.database.read() as session:
        return list(session.scalars(select(EngagementSnapshot)))


@pytest.mark.parametrize("channel", ["page", "insta"])
def test_a_post_is_measured_with_its_cadence_and_snapshots_are_only_added(stage: Stage, channel: str) -> None:
    post = posted(stage, channel)
    measure(stage, minutes=10)
    first = [row for row in measure(stage, minutes=30) if row.publication_id == post.id]
    assert {row.period for row in first} == {"lifetime"}
    kept = {row.id: (row.metric, row.value, row.taken_at) for row in snapshots(stage)}
    assert not [row for row in measure(stage, hours=1) if row.publication_id == post.id]
    again = [row for row in measure(stage, hours=3) if row.publication_id == post.id]
    assert {row.metric for row in again} == {row.metric for row in first}
    now = {row.id: (row.metric, row.value, row.taken_at) for row in snapshots(stage)}
    assert kept.items() <= now.items()


@sqlite_only
def test_what_meta_does_not_say_is_missing_and_not_zero(stage: Stage) -> None:
    post = posted(stage)
    stage.fault("no_read_insights", "GET", r".*insights.*", times=99)
    found = [row for row in measure(stage, minutes=40) if row.publication_id == post.id]
    insights = [row for row in found if row.metric.startswith("post_")]
    assert all(row.value is None for row in insights)
    assert 0 not in {row.value for row in insights}


@sqlite_only
def test_one_retired_metric_does_not_empty_the_rest(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    post = posted(stage)
    from outreach.meta import metrics

    retired = metrics.Measure("post_impressions", (metrics.Subject.POST,), metrics.Additive.YES, "")
    monkeypatch.setattr(metrics, "MEASURES", (retired, *metrics.MEASURES))
    found = [row for row in measure(stage, minutes=40) if row.publication_id == post.id]
    assert {row.metric for row in found if row.value is not None} >= {"post_media_view", "post_clicks"}
    assert [row.value for row in found if row.metric == "post_impressions"] in ([], [None])


@sqlite_only
def test_figures_that_count_people_are_marked(stage: Stage) -> None:
    posted(stage)
    found = measure(stage, hours=25)
    assert {row.metric for row in found if row.unique} >= {"post_total_media_view_unique"}
    assert not any(row.unique for row in found if row.metric == "post_clicks")


@sqlite_only
def test_an_outage_stores_nothing_for_a_post_and_the_next_turn_measures_it(stage: Stage) -> None:
    post = posted(stage)
    stage.fault("html500", "GET", times=60)
    assert not [row for row in measure(stage, minutes=40) if row.publication_id == post.id]
    requests.delete(f"{stage.sandbox.base_url}/_sandbox/faults", timeout=5)
    assert [row for row in measure(stage, hours=4) if row.publication_id == post.id]


def test_of_two_that_measure_at_once_one_does(stage: Stage) -> None:
    post = posted(stage)
    now = stage.jump(minutes=40)
    with stage.database.read() as one:
        seen = one.get_one(Publication, post.id)
    with stage.database.write() as session:
        assert measuring._take(session, seen, now)
    with stage.database.write() as session:
        assert not measuring._take(session, seen, now)


@sqlite_only
def test_a_channel_is_asked_once_a_day_also_when_it_said_nothing(stage: Stage) -> None:
    stage.fault("html500", "GET", r".*insights.*", times=99)
    first = [row for row in measure(stage, minutes=1) if row.publication_id is None]
    assert first
    assert not [row for row in measure(stage, hours=2) if row.publication_id is None]
    assert [row for row in measure(stage, hours=23) if row.publication_id is None]


def test_days_are_those_that_meta_counts_and_the_last_two_are_asked_for(stage: Stage) -> None:
    posted(stage)
    found = [row for row in measure(stage, hours=50) if row.metric == "page_media_view" and row.period == "day"]
    ends = {row.period_end for row in found if row.period_end}
    assert {end.hour for end in ends} == {8}  # midnight in California in winter
    assert len(ends) >= 2


@sqlite_only
def test_who_follows_is_asked_once_a_week(stage: Stage) -> None:
    first = [row for row in measure(stage, minutes=1) if "/" in row.metric or "follows_" in row.metric]
    cities = [row for row in first if row.metric in ("follower_demographics/city", "page_follows_city")]
    assert {row.metric for row in cities} == {"follower_demographics/city", "page_follows_city"}
    assert all(row.breakdown["Basra, Iraq"] > 1000 for row in cities)
    assert all(row.value is None and row.unique for row in cities)  # people are never summed
    assert not [row for row in measure(stage, hours=25) if row.metric == "follower_demographics/city"]
    assert [row for row in measure(stage, days=7) if row.metric == "follower_demographics/city"]


@sqlite_only
def test_views_from_ads_are_kept_apart(stage: Stage) -> None:
    stage.tell("switches", paid_share=0.25)
    post = posted(stage)
    found = {row.metric: row for row in measure(stage, hours=30) if row.publication_id == post.id}
    apart = found["post_media_view/is_from_ads"]
    assert apart.value == found["post_media_view"].value
    assert apart.breakdown["true"] == pytest.approx(0.25 * (apart.value or 0), abs=1)


def story(stage: Stage) -> Publication:
    """A photo story of the account that is out."""
    publication_id = schedule(stage, "insta", "", images=1, form="story")
    publish(stage)
    with stage.database.read() as session:
        return session.get_one(Publication, publication_id)


@sqlite_only
def test_a_story_is_measured_in_its_last_hours_and_not_after_its_end(stage: Stage) -> None:
    post = story(stage)
    assert post.status == "published"
    measure(stage, hours=19, minutes=50)
    closing = [row for row in measure(stage, minutes=75) if row.publication_id == post.id]
    assert {row.metric for row in closing} >= {"reach", "replies", "navigation/story_navigation_action_type"}
    assert not any(row.metric in ("likes", "saved") for row in closing)
    assert not [row for row in measure(stage, minutes=20) if row.publication_id == post.id]
    assert not [row for row in measure(stage, hours=30) if row.publication_id == post.id]


@sqlite_only
def test_a_story_that_could_not_be_read_in_its_last_hours_is_tried_again_soon(stage: Stage) -> None:
    post = story(stage)
    measure(stage, hours=20, minutes=5)
    stage.fault("html500", "GET", r".*insights.*", times=99)
    assert not [row for row in measure(stage, minutes=61) if row.publication_id == post.id]
    requests.delete(f"{stage.sandbox.base_url}/_sandbox/faults", timeout=5)
    assert [row for row in measure(stage, minutes=21) if row.publication_id == post.id]
