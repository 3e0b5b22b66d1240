"""Figures: what Meta did not say is missing and not zero; snapshots are only ever added."""

from __future__ import annotations

import pytest
import requests
from sqlalchemy import select

from outreach import engagement
from outreach.tables import EngagementSnapshot, Publication
from tests.integration.conftest import Stage
from tests.posting import posted


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


def test_what_meta_does_not_say_is_missing_and_not_zero(stage: Stage) -> None:
    post = posted(stage)
    stage.fault("no_read_insights", "GET", r".*insights.*", times=99)
    found = [row for row in measure(stage, minutes=40) if row.publication_id == post.id]
    insights = [row for row in found if row.metric.startswith("post_")]
    assert all(row.value is None for row in insights)
    assert 0 not in {row.value for row in insights}


def test_one_retired_metric_does_not_empty_the_rest(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    post = posted(stage)
    from outreach.meta import facebook_page

    names = (("post_impressions", *facebook_page.POST_METRICS[0]), *facebook_page.POST_METRICS[1:])
    monkeypatch.setattr(facebook_page, "POST_METRICS", names)
    found = [row for row in measure(stage, minutes=40) if row.publication_id == post.id]
    assert {row.metric for row in found if row.value is not None} >= {"post_media_view", "post_clicks"}
    assert [row.value for row in found if row.metric == "post_impressions"] in ([], [None])


def test_figures_that_count_people_are_marked(stage: Stage) -> None:
    posted(stage)
    found = measure(stage, hours=25)
    assert {row.metric for row in found if row.unique} >= {"post_total_media_view_unique"}
    assert not any(row.unique for row in found if row.metric == "post_clicks")


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
        assert engagement._take(session, seen, now)
    with stage.database.write() as session:
        assert not engagement._take(session, seen, now)


def test_a_channel_is_asked_once_a_day_also_when_it_said_nothing(stage: Stage) -> None:
    stage.fault("html500", "GET", r".*insights.*", times=99)
    first = [row for row in measure(stage, minutes=1) if row.publication_id is None]
    assert first
    assert not [row for row in measure(stage, hours=2) if row.publication_id is None]
    assert [row for row in measure(stage, hours=23) if row.publication_id is None]
