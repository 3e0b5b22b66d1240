from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from outreach.clock import SteppedClock
from outreach.db import Database
from tests.sites import Site, serving


@pytest.fixture
def site(sqlite_url: str, clock: SteppedClock, tmp_path: Path) -> Iterator[Site]:
    database = Database(sqlite_url)
    with serving(database, clock, tmp_path) as running:
        yield running
    database.close()


@pytest.fixture
def site_on_both(database: Database, clock: SteppedClock, tmp_path: Path) -> Iterator[Site]:
    """The same on SQLite and on PostgreSQL."""
    with serving(database, clock, tmp_path) as running:
        yield running
