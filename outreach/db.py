"""Engine, sessions and column types. SQLite by default, PostgreSQL by one URL; sealed text and keyed hashes."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, overload

from sqlalchemy import ColumnElement, DateTime, Dialect, String, create_engine, event, update
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Mapped, Session
from sqlalchemy.types import TypeDecorator

from outreach.errors import VaultError
from outreach.vault import Keyring

ID_LENGTH = 32
HASH_LENGTH = 72


def new_id() -> str:
    """A random row id. Random, not time-ordered: the order of rows must not tell which public comment one is."""
    return secrets.token_hex(ID_LENGTH // 2)


class Base(DeclarativeBase):
    id: Any

    def __init__(self, **values: Any) -> None:
        """Take the id first: sealed columns bind it into their ciphertext."""
        if isinstance(getattr(type(self), "id", None), InstrumentedAttribute):
            values = {"id": values.pop("id", None) or new_id(), **values}
        for name, value in values.items():
            if not hasattr(type(self), name):
                raise TypeError(f"{type(self).__name__} has no column {name}")
            setattr(self, name, value)


class UTCDateTime(TypeDecorator[datetime]):
    """Aware UTC in Python on both databases; a naive value is an error."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError("naive datetime")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class KeyedHash(TypeDecorator[str]):
    """An HMAC with its key's id ("h1:…"). Refuses anything else, so that no clear id is stored by mistake."""

    impl = String(HASH_LENGTH)
    cache_ok = True

    def __init__(self, purpose: str) -> None:
        super().__init__()
        self.purpose = purpose

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        if value is not None and not (value.startswith("h") and ":" in value):
            raise TypeError("not a keyed hash")
        return value


class EncryptedText:
    """Reads and writes the column `<name>_sealed` as clear text, bound to its table, column and row id."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name
        self.column = f"{name}_sealed"

    @overload
    def __get__(self, row: None, owner: type) -> EncryptedText: ...
    @overload
    def __get__(self, row: Base, owner: type) -> str | None: ...
    def __get__(self, row: Base | None, owner: type) -> EncryptedText | str | None:
        if row is None:
            return self
        sealed = getattr(row, self.column)
        return None if sealed is None else current_keyring().open(sealed, self.context(row))

    def __set__(self, row: Base, text: str | None) -> None:
        setattr(row, self.column, None if text is None else current_keyring().seal(text, self.context(row)))

    def context(self, row: Base) -> str:
        return f"{row.__tablename__}.{self.name}:{row.id}"


_keyring: Keyring | None = None


def install_keyring(keyring: Keyring) -> None:
    """Give this process its keys; `wiring` calls it once."""
    global _keyring  # noqa: PLW0603  one installation per process, by design
    _keyring = keyring


def current_keyring() -> Keyring:
    if _keyring is None:
        raise VaultError("vault.not_open")
    return _keyring


def keyed(column: Mapped[Any] | InstrumentedAttribute[Any], value: str) -> str:
    """The hash to store in a KeyedHash column."""
    return current_keyring().digest(value, _purpose(column))


def is_keyed(column: Mapped[Any] | InstrumentedAttribute[Any], value: str) -> ColumnElement[bool]:
    """The condition that a KeyedHash column holds this value, under whichever HMAC epoch it was written."""
    return column.in_(current_keyring().digests(value, _purpose(column)))


def every_key(column: Mapped[Any] | InstrumentedAttribute[Any], values: Iterable[str]) -> set[str]:
    """The hashes of many values under every HMAC epoch: to tell which rows are not among them."""
    purpose = _purpose(column)
    return {key for value in values for key in current_keyring().digests(value, purpose)}


def _purpose(column: Any) -> str:
    return str(column.property.columns[0].type.purpose)


def sealed_columns() -> list[tuple[type[Base], EncryptedText]]:
    """Every sealed column of every table, for key rotation and for tests that look for clear text."""
    tables: list[type[Base]] = [mapper.class_ for mapper in Base.registry.mappers]
    return [(table, value) for table in tables for value in vars(table).values() if isinstance(value, EncryptedText)]


def readable(row: Base, name: str) -> str | None:
    """A sealed value, or None where it cannot be opened: one damaged row must not cost the others theirs."""
    try:
        value: str | None = getattr(row, name)
    except VaultError:
        return None
    return value


class Database:
    """The database of one installation. `read` for looking; `write` for a short transaction that commits at its end.

    No network call may be made inside either.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = _open_engine(url)
        # SQLite: take the write lock at once; upgrading a read snapshot later fails at once with "database is locked".
        self._writer = self.engine.execution_options(sqlite_begin="IMMEDIATE")

    @contextmanager
    def read(self) -> Iterator[Session]:
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        with Session(self._writer, expire_on_commit=False) as session, session.begin():
            yield session

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    def close(self) -> None:
        self.engine.dispose()


def move(session: Session, row: Base, *, column: str = "status", to: str, **values: Any) -> bool:
    """Change a row's status only if it still is what `row` says (design §2.8); False when another was first."""
    table = type(row)
    old = getattr(row, column)
    changed = session.execute(
        update(table)
        .where(table.id == row.id, getattr(table, column) == old)
        .values({column: to, **values})
        .execution_options(synchronize_session=False)
    )
    won = bool(changed.rowcount == 1)  # type: ignore[attr-defined]  # a CursorResult for UPDATE
    if won:
        session.refresh(row)
    return won


def _open_engine(url: str) -> Engine:
    # hide_parameters: an SQL error would print the values of the row (design §2.15).
    if url.startswith("sqlite"):
        engine = create_engine(url, hide_parameters=True, connect_args={"timeout": 30, "check_same_thread": False})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(url, hide_parameters=True, pool_pre_ping=True, pool_size=10, max_overflow=10)


def _prepare_sqlite(connection: DBAPIConnection, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun by _begin_sqlite
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "secure_delete=ON", "foreign_keys=ON", "synchronous=FULL", "busy_timeout=30000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    kind = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {kind}")
