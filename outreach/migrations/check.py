"""Lint: one head, and it makes the very tables of `tables.py`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from outreach import tables  # noqa: F401  registers the tables
from outreach.db import Base, Database
from outreach.migrations import head, migrate


def differences(database: Database) -> list[object]:
    """What autogenerate would still change on a database that is at head."""
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'check.db'}")
        migrate(database)
        found = differences(database)
        database.close()
    for difference in found:
        print(difference)  # noqa: T201
    print(f"migrations: head {head()}, {len(found)} differences from the tables")  # noqa: T201
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
