"""Commands about channels: what a list says without asking Meta."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from outreach.cli import channels
from tests.factories import make_channel
from tests.integration.cli.test_review import desk  # noqa: F401  a fixture


def test_times_in_the_list_are_those_of_the_clock_on_the_wall(desk):  # noqa: F811
    evening = datetime(2026, 12, 1, 22, 5, tzinfo=UTC)
    with desk.opened.database.write() as session:
        make_channel(session, name="basra", checked_at=evening, token_expires_at=evening)
    rows = {row["channel"]: row for row in json.loads(desk.run(channels.app, "list", "--json").stdout)}
    assert rows["basra"]["checked"] == "2026-12-02 01:05"
    assert rows["basra"]["token_ends"] == "2026-12-02"
