"""Alembic's entry: takes the open Database from the config instead of an ini file."""

from typing import Any, Literal

from alembic import context

from outreach import tables  # noqa: F401  registers the tables
from outreach.db import Base, Database

#: PostgreSQL: two processes must not migrate at once
ADVISORY_LOCK = 5_118_236


def render_item(kind: str, item: Any, _context: object) -> str | Literal[False]:
    """Write our own column types as what they are in the database, so that old migrations outlive the classes."""
    if kind == "type":
        name = type(item).__name__
        if name == "UTCDateTime":
            return "sa.DateTime(timezone=True)"
        if name == "KeyedHash":
            return "sa.String(72)"
    return False


def run() -> None:
    database: Database = context.config.attributes["database"]
    with database.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=database.is_sqlite,
            render_item=render_item,
            compare_type=True,
            transactional_ddl=True,
        )
        with context.begin_transaction():
            if not database.is_sqlite:
                connection.exec_driver_sql("SET LOCAL lock_timeout = '10s'")
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})")
            context.run_migrations()
        connection.commit()


run()
