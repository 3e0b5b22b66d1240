"""Random histories of publishing under faults, on both databases: what went out twice, was forgotten or untrue."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from outreach.clock import SteppedClock
from outreach.db import Database, install_keyring
from outreach.migrations import migrate
from outreach.vault import new_keyring
from tests import standing
from tests.benchmarks.digest import _urls
from tests.factories import NOW
from tests.faultruns import Tally, play
from tests.stages import staging

HISTORIES = int(os.environ.get("OUTREACH_BENCH_HISTORIES", "120"))  #: on each database, six posts each


def run(histories: int = HISTORIES) -> dict[str, Any]:
    keyring = new_keyring()
    install_keyring(keyring)
    total = Tally()
    with tempfile.TemporaryDirectory() as folder:
        for _, url in _urls(Path(folder)):
            for seed in range(histories):
                total.add(_play(url, seed, keyring))
    figures = {name: value for name, value in vars(total).items() if name not in ("stories", "told")}
    return {**figures, "stories": total.stories[:20], "told": total.told[:200]}


def _play(url: str, seed: int, keyring: Any) -> Tally:
    """Each history on a database of its own, as it was after `init`."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(url)
        migrate(database)
        try:
            with (
                standing.sandbox(start=NOW) as sandbox,
                staging(database, SteppedClock(NOW), keyring, sandbox, Path(folder)) as stage,
            ):
                return play(stage, 1000 + seed)
        finally:
            _empty(database)
            database.close()


def _empty(database: Database) -> None:
    from outreach.db import Base

    with database.write() as session:
        for table in reversed(Base.metadata.sorted_tables):
            session.execute(table.delete())
