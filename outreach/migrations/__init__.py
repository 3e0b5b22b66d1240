"""The schema's history, one head. Run by `migrate`, without an alembic.ini.

Every command asks which revision the tables are of; only a migration pays for Alembic's import.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from outreach.db import Database

if TYPE_CHECKING:
    from alembic.config import Config

VERSIONS = Path(__file__).parent / "versions"


def config(database: Database | None = None) -> Config:
    from alembic.config import Config

    result = Config()
    result.set_main_option("script_location", str(VERSIONS.parent))
    result.set_main_option("path_separator", "os")
    result.attributes["database"] = database
    return result


def migrate(database: Database, revision: str = "head") -> None:
    """Bring the schema up to a revision; each step is one transaction."""
    from alembic import command

    command.upgrade(config(database), revision)


def downgrade(database: Database, revision: str) -> None:
    from alembic import command

    command.downgrade(config(database), revision)


def head() -> str:
    """The newest revision; files are named by it, in order."""
    return max(path.name.partition("_")[0] for path in VERSIONS.glob("[0-9]*_*.py"))


def current(database: Database) -> str | None:
    """None while there are no tables."""
    with database.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
