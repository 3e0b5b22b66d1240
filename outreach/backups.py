"""One encrypted file with every row and image, and back. It never holds the keys: without the key folder it is noise.

Format: a magic line and the key's id, then chunks of AES-256-GCM (length, nonce, ciphertext), each bound to its number
and to whether it is the last, so that a file cut short does not open. Inside: gzip, one JSON value a line.
"""

from __future__ import annotations

import base64
import gzip
import io
import json
import os
import secrets
import struct
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, Table, Update, func, insert, select, update

from outreach import migrations, subjects
from outreach.clock import Clock
from outreach.db import Base, Database, UTCDateTime, install_keyring
from outreach.errors import InstallationError, NotFoundError, OutreachError
from outreach.installation import Opened, check_folders, check_mode, keep_private, last_commit
from outreach.media import MediaStore
from outreach.settings import Settings
from outreach.states import HeldReason, Mode, PauseKind, PublicationStatus
from outreach.tables import Medium, Pause, Publication
from outreach.vault import NONCE_BYTES, Keyring, load_keyring

MAGIC = b"outreach-backup-1\n"
CHUNK = 1 << 20  #: bytes of clear text a chunk
ROWS = 500  #: rows a statement


def backup(opened: Opened, target: Path) -> dict[str, int]:
    """Write one consistent snapshot and return the rows by table. Raises OutreachError when the file exists."""
    if target.exists():
        raise OutreachError("backup.exists", file=str(target))
    partial = target.with_name(f"{target.name}.partial")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        with SealingWriter(file, opened.keyring) as sealed, gzip.GzipFile(fileobj=sealed, mode="wb") as packed:
            counts = _write(opened, packed)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(target)
    return counts


def restore(settings: Settings, source: Path, *, clock: Clock) -> dict[str, int]:
    """Fill an empty database from a backup; all or nothing. Every channel starts paused (design: a copy must not post),
    and what was due meanwhile is held: it may have gone out after the backup was made.

    Raises InstallationError when there is an installation already, OutreachError when the file cannot be opened.
    """
    check_folders(settings)
    keyring = load_keyring(settings.key_dir)
    _check_whole(source, keyring)
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    keep_private(settings)
    database = Database(settings.database)
    migrations.migrate(database)
    try:
        with source.open("rb") as file, database.write() as session:
            connection = session.connection()
            _refuse_filled(connection, settings)
            counts = _read(connection, _lines(file, keyring), MediaStore(settings.data_dir / "media"))
            _check_stamp(connection, settings, keyring, clock)
            now = clock.now()
            since = last_commit(session) or now
            session.add(Pause(kind=PauseKind.RESTORED, code="installation.restored", at=now, since=since))
            session.execute(_hold_due(now))
            install_keyring(keyring)
            subjects.erase_again(session, settings.key_dir, zone=settings.timezone)
    except (OSError, EOFError, ValueError, KeyError) as error:
        raise OutreachError("backup.unreadable", file=str(source), error=type(error).__name__) from None
    finally:
        database.close()
    return counts


def _hold_due(now: datetime) -> Update:
    under_way = (PublicationStatus.SCHEDULED, PublicationStatus.PREPARING, PublicationStatus.PREPARED)
    held = {"status": PublicationStatus.HELD, "held_reason": HeldReason.ALREADY_POSTED, "retry_at": None}
    return update(Publication).where(Publication.status.in_(under_way), Publication.due_at <= now).values(**held)


def _check_whole(source: Path, keyring: Keyring) -> None:
    """Open it once to its end before anything is touched: a damaged file must leave no trace."""
    try:
        with source.open("rb") as file:
            for _ in _opened_chunks(file, keyring):
                pass
    except (InvalidTag, OSError, ValueError, KeyError, struct.error) as error:
        raise OutreachError("backup.unreadable", file=str(source), error=type(error).__name__) from None


class SealingWriter(io.RawIOBase):
    """A writable stream that encrypts in chunks; the last is marked when it is closed."""

    def __init__(self, file: BinaryIO, keyring: Keyring) -> None:
        super().__init__()
        self._file = file
        self._cipher = AESGCM(keyring.encryption[keyring.encryption_id])
        self._pending = bytearray()
        self._number = 0
        file.write(MAGIC + keyring.encryption_id.encode() + b"\n")

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._pending += data
        while len(self._pending) > CHUNK:
            self._seal(bytes(self._pending[:CHUNK]), last=False)
            del self._pending[:CHUNK]
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._seal(bytes(self._pending), last=True)
            super().close()

    def _seal(self, data: bytes, *, last: bool) -> None:
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, data, _place(self._number, last=last))
        self._file.write(struct.pack(">I", len(sealed)) + nonce + sealed)
        self._number += 1


def _place(number: int, *, last: bool) -> bytes:
    return f"outreach-backup:{number}:{int(last)}".encode()


def _opened_chunks(file: BinaryIO, keyring: Keyring) -> Iterator[bytes]:
    if file.readline() != MAGIC:
        raise ValueError("not a backup")
    cipher = AESGCM(keyring.encryption[file.readline().decode().strip()])
    size = os.fstat(file.fileno()).st_size
    number, last = 0, False
    while not last:
        (length,) = struct.unpack(">I", file.read(4))
        nonce, sealed = file.read(NONCE_BYTES), file.read(length)
        last = file.tell() >= size
        yield cipher.decrypt(nonce, sealed, _place(number, last=last))
        number += 1


class _Chunks(io.RawIOBase):
    """The opened chunks as one readable stream."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        super().__init__()
        self._chunks = chunks
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._rest:
            self._rest = next(self._chunks, b"")
        taken = self._rest[: len(buffer)]
        buffer[: len(taken)] = taken
        self._rest = self._rest[len(taken) :]
        return len(taken)


def _lines(file: BinaryIO, keyring: Keyring) -> Iterator[dict[str, Any]]:
    stream = io.BufferedReader(_Chunks(_opened_chunks(file, keyring)), CHUNK)
    with gzip.GzipFile(fileobj=stream) as unpacked:
        for line in unpacked:
            yield json.loads(line)


def _write(opened: Opened, packed: gzip.GzipFile) -> dict[str, int]:
    counts: dict[str, int] = {}
    store = MediaStore(opened.settings.data_dir / "media")
    _line(packed, {"revision": migrations.head(), "at": opened.clock.now().isoformat()})
    # One snapshot for all tables: SQLite's read transaction has it, PostgreSQL's must be asked for.
    level = {} if opened.database.is_sqlite else {"isolation_level": "REPEATABLE READ"}
    with opened.database.engine.connect().execution_options(**level) as connection:
        for table in Base.metadata.sorted_tables:
            rows = connection.execution_options(yield_per=ROWS).execute(select(table))
            counts[table.name] = 0
            for row in rows.mappings():
                _line(packed, {"table": table.name, "row": {key: _plain(value) for key, value in row.items()}})
                counts[table.name] += 1
        media = connection.execute(select(Medium.id)).scalars().all()
    for sha256 in media:
        with suppress(NotFoundError):  # a copy that is lost costs its own post, not the backup
            data = store.path(sha256).read_bytes()
            _line(packed, {"image": sha256, "data": base64.b64encode(data).decode()})
    return counts


def _line(packed: gzip.GzipFile, value: dict[str, Any]) -> None:
    packed.write(json.dumps(value, ensure_ascii=False).encode() + b"\n")


def _plain(value: Any) -> Any:
    return {"time": value.isoformat()} if isinstance(value, datetime) else value


def _python(table: Table, key: str, value: Any) -> Any:
    is_time = isinstance(table.c[key].type, UTCDateTime) and value is not None
    return datetime.fromisoformat(value["time"]) if is_time else value


def _read(connection: Connection, lines: Iterator[dict[str, Any]], store: MediaStore) -> dict[str, int]:
    header = next(lines)
    if header["revision"] != migrations.head():
        raise InstallationError("installation.schema", found=header["revision"], wanted=migrations.head())
    counts: dict[str, int] = {}
    later: list[tuple[Table, str, str, str]] = []
    for line in lines:
        if "image" in line:
            store.put(base64.b64decode(line["data"]))
            continue
        table = Base.metadata.tables[line["table"]]
        row = {key: _python(table, key, value) for key, value in line["row"].items()}
        later += _without_self_references(table, row)
        connection.execute(insert(table), row)
        counts[table.name] = counts.get(table.name, 0) + 1
    for table, column, row_id, value in later:
        connection.execute(update(table).where(table.c.id == row_id).values({column: value}))
    return counts


def _without_self_references(table: Table, row: dict[str, Any]) -> list[tuple[Table, str, str, str]]:
    """A row may point at a later one of its own table: such columns are filled when all rows are there."""
    taken = []
    for key in table.foreign_keys:
        name = key.parent.name
        if key.column.table is table and row[name] is not None:
            taken.append((table, name, cast("str", row["id"]), cast("str", row[name])))
            row[name] = None
    return taken


def _refuse_filled(connection: Connection, settings: Settings) -> None:
    installations = Base.metadata.tables["installations"]
    if connection.scalar(select(func.count()).select_from(installations)):
        raise InstallationError("backup.not_empty", data_dir=str(settings.data_dir))


def _check_stamp(connection: Connection, settings: Settings, keyring: Keyring, clock: Clock) -> None:
    installations = Base.metadata.tables["installations"]
    stamp = connection.execute(select(installations)).mappings().one()
    check_mode(settings, Mode(stamp["mode"]), clock)
    if stamp["keys"] != keyring.fingerprint():
        raise InstallationError("installation.wrong_keys", key_dir=str(settings.key_dir))
