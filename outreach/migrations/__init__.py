"""The schema's history, one head. Run by `migrate`, without an alembic.ini."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from outreach.db import Database


def config(database: Database | None = None) -> Config:
    result = Config()
    result.set_main_option("script_location", str(Path(__file__).parent))
    result.set_main_option("path_separator", "os")
    result.attributes["database"] = database
    return result


def migrate(database: Database, revision: str = "head") -> None:
    """Bring the schema up to a revision; each step is one transaction."""
    command.upgrade(config(database), revision)


def downgrade(database: Database, revision: str) -> None:
    command.downgrade(config(database), revision)


def head() -> str:
    """The newest revision; more than one head raises."""
    return ScriptDirectory.from_config(config()).get_current_head() or ""


def current(database: Database) -> str | None:
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()
