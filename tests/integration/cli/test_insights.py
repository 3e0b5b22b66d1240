"""`outreach insights`: a table, CSV for a spreadsheet, JSON; missing is empty and never 0."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta

import pytest
import typer

from outreach.cli import insights
from outreach.errors import NotFoundError
from outreach.tables import EngagementSnapshot
from tests.factories import make_channel, make_post, make_publication
from tests.integration.cli.test_review import Desk, desk

__all__ = ["desk"]

app = typer.Typer()
app.command()(insights.insights)


@pytest.fixture
def name(desk: Desk) -> str:
    """A post that is out, with views and reactions and nothing else."""
    now = desk.opened.clock.now()
    with desk.opened.database.write() as session:
        post = make_post(session)
        publication = make_publication(
            session, make_channel(session), post, status="published", published_at=now - timedelta(days=2)
        )
        for metric, value in (("post_media_view", 1500), ("reactions", 40), ("comments", None)):
            session.add(
                EngagementSnapshot(channel_id=publication.channel_id, publication_id=publication.id, metric=metric,
                                   period="lifetime", value=value, unique=False, taken_at=now)
            )  # fmt: skip
        return str(post.name)


def test_json_has_every_figure_and_none_for_what_is_missing(desk: Desk, name: str) -> None:
    (row,) = json.loads(desk.run(app, "--json", "--post", name).stdout)
    assert (row["post"], row["views"], row["comments"], row["engagement_rate"]) == (name, 1500, None, None)


def test_csv_is_for_excel_too_and_leaves_missing_cells_empty(desk: Desk, name: str) -> None:
    text = desk.run(app, "--csv").stdout
    assert text.startswith("\ufeff")
    (row,) = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    assert (row["post"], row["reactions"], row["reach"], row["comments"]) == (name, "40.0", "", "")


def test_the_table_shows_missing_as_a_dash_and_says_what_a_rate_is(desk: Desk, name: str) -> None:
    answer = desk.run(app)
    assert name in answer.stdout
    assert "–" in answer.stdout
    assert "for every hundred people" in answer.stderr


def test_names_that_nothing_has_are_refused(desk: Desk, name: str) -> None:
    with pytest.raises(NotFoundError):
        desk.run(app, "--campaign", "no-such")


def test_times_are_not_judged_from_one_post(desk: Desk, name: str) -> None:
    answer = desk.run(app, "--times")
    assert "20" in answer.stdout
    assert json.loads(desk.run(app, "--times", "--json").stdout) == []
