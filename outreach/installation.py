"""One installation: made once by `init`, stamped live or sandbox, and checked at every start (design §2.11).

It also knows where it belongs and how far it has come: the database and a file beside the keys count up together. Where
machine, folder, count or clock disagree this is a copy or an older state, and every channel starts paused.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, lazyload

from outreach import logs, migrations
from outreach.clock import Clock, RealClock
from outreach.db import Base, Database, EncryptedText, current_keyring, install_keyring, sealed_columns
from outreach.errors import InstallationError, VaultError, describe
from outreach.settings import Settings
from outreach.states import Mode, PauseKind
from outreach.tables import AuditEvent, Channel, Installation, JobRun, Pause, PublishAttempt, User
from outreach.vault import KEYRING_FILE, Keyring, load_keyring, new_keyring, save_keyring

SQLITE = "sqlite:///"
EPOCH_FILE = "epoch.json"  #: in the key folder, so that a copy or a restore of the data does not take it along
BACKWARDS = timedelta(minutes=5)  #: a clock may be set right by so much
BATCH = 500  #: rows resealed in one transaction
SANDBOX_TOKEN = "SANDBOX"  #: every token of the sandbox begins so  # noqa: S105
log = logs.get("installation")


@dataclass(frozen=True)
class Opened:
    """An open installation: its settings, database, clock and keys belong together."""

    settings: Settings
    database: Database
    clock: Clock
    keyring: Keyring = field(repr=False)
    id: str = ""
    mode: Mode = Mode.LIVE


def init(settings: Settings, mode: Mode, *, clock: Clock) -> Opened:
    """Make keys, folders and tables, and stamp the mode. Raises InstallationError when there is one already."""
    check_folders(settings)
    check_mode(settings, mode, clock)
    for folder in (settings.data_dir, settings.key_dir):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
    keep_private(settings)
    database = Database(settings.database)
    migrations.migrate(database)
    if _stamp(database) is not None:
        database.close()
        raise InstallationError("installation.exists", data_dir=str(settings.data_dir))
    keyring = load_keyring(settings.key_dir) if (settings.key_dir / KEYRING_FILE).exists() else new_keyring()
    save_keyring(keyring, settings.key_dir)
    stamp = Installation(mode=mode, keys=keyring.fingerprint(), created_at=clock.now())
    with _counting(settings.key_dir), database.write() as session:
        session.add(stamp)
        _count(session, stamp, host_of(settings), clock.now())
        _keep(settings.key_dir, stamp)
    database.close()
    return open_installation(settings, clock=clock)


def keep_private(settings: Settings) -> None:
    """SQLite gives a new file the rights that the umask leaves, and its log files those of the database."""
    if settings.database.startswith(SQLITE):
        path = Path(settings.database.removeprefix(SQLITE))
        path.touch(mode=0o600)
        path.chmod(0o600)


def open_installation(settings: Settings, *, clock: Clock | None = None) -> Opened:
    """Open and check. Raises InstallationError, VaultError; never opens a live database on another host or clock."""
    used = clock or RealClock()
    database = Database(settings.database)
    try:
        return _checked(settings, database, used)
    except BaseException:
        database.close()
        raise


def _checked(settings: Settings, database: Database, clock: Clock) -> Opened:
    stamp = _read_stamp(settings, database)
    if stamp is None:
        raise InstallationError("installation.missing", data_dir=str(settings.data_dir))
    mode = Mode(stamp.mode)
    check_mode(settings, mode, clock)
    keyring = load_keyring(settings.key_dir)
    if stamp.keys != keyring.fingerprint():
        raise InstallationError("installation.wrong_keys", key_dir=str(settings.key_dir))
    install_keyring(keyring)
    if mode is Mode.LIVE:
        _refuse_demo_users(database)
        _refuse_sandbox_tokens(database)
    opened = Opened(settings, database, clock, keyring, stamp.id, mode)
    keep_watch(opened, count=False)
    return opened


def keep_watch(opened: Opened, *, count: bool = True) -> str | None:
    """Count up, here and in the key folder; None while both agree on where this belongs and how far it has come.

    Otherwise the code of what was found, and every channel is paused until `outreach resume --after-restore`.
    """
    now, folder, host = opened.clock.now(), opened.settings.key_dir, host_of(opened.settings)
    with _counting(folder):
        with opened.database.read() as session:
            stamp = session.scalars(select(Installation)).one()
        code = _disagreement(stamp, _kept(folder), host, now)
        if code is None and not count and stamp.epoch is not None:
            return None
        with opened.database.write() as session:
            if code is not None:
                _pause_all(session, code, now)
                return code
            stamp = session.scalars(select(Installation)).one()
            _count(session, stamp, host, now)
        _keep(folder, stamp)
    return None


def adopt(opened: Opened) -> None:
    """A named person said that this is the installation that goes on: it belongs here, and counts from here."""
    with _counting(opened.settings.key_dir), opened.database.write() as session:
        stamp = session.scalars(select(Installation)).one()
        stamp.epoch = max(stamp.epoch or 0, (_kept(opened.settings.key_dir) or {}).get("epoch", 0))
        _count(session, stamp, host_of(opened.settings), opened.clock.now())
        session.commit()
        _keep(opened.settings.key_dir, stamp)


def last_commit(session: Session) -> datetime | None:
    """The newest time that the database knows of: what happened after it must be read back from Meta."""
    newest = (Installation.seen_at, JobRun.succeeded_at, AuditEvent.at, PublishAttempt.started_at)
    times = [session.scalar(select(func.max(column))) for column in newest]
    return max((time for time in times if time is not None), default=None)


def host_of(settings: Settings) -> str:
    """A fingerprint of the machine, the data folder and the database: a copy of any differs."""
    try:
        machine = settings.host_id_file.read_text().strip()
    except OSError:
        machine = ""
    place = make_url(settings.database).set(password=None).render_as_string()
    parts = (machine or platform.node(), str(settings.data_dir), place)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _disagreement(stamp: Installation, kept: dict[str, Any] | None, host: str, now: datetime) -> str | None:
    """A crash between the two counts leaves the database one ahead."""
    if stamp.epoch is None and kept is None:
        return None
    if stamp.host != host or (kept is not None and kept["id"] != stamp.id):
        return "installation.copied"
    if kept is None or stamp.epoch is None:
        return "installation.no_epoch"
    if not kept["epoch"] <= stamp.epoch <= kept["epoch"] + 1:
        return "installation.other_epoch"
    back = stamp.seen_at is not None and now < stamp.seen_at - BACKWARDS
    return "installation.clock_back" if back else None


def _pause_all(session: Session, code: str, now: datetime) -> None:
    standing = select(Pause.id).where(
        Pause.kind == PauseKind.RESTORED, Pause.channel_id.is_(None), Pause.ended_at.is_(None)
    )
    if session.scalar(standing) is None:
        since = last_commit(session)
        session.add(Pause(kind=PauseKind.RESTORED, code=code, at=now, since=min(since or now, now)))
        log.warning("installation.paused", reason=code)


def _count(session: Session, stamp: Installation, host: str, now: datetime) -> None:
    stamp.epoch, stamp.seen_at, stamp.host = (stamp.epoch or 0) + 1, now, host
    session.flush()


def _kept(folder: Path) -> dict[str, Any] | None:
    """None when it is missing or damaged, which counts as a disagreement."""
    try:
        found = json.loads((folder / EPOCH_FILE).read_text())
        return {"id": str(found["id"]), "epoch": int(found["epoch"])}
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _keep(folder: Path, stamp: Installation) -> None:
    partial = folder / f"{EPOCH_FILE}.new"
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump({"id": stamp.id, "epoch": stamp.epoch}, file)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(folder / EPOCH_FILE)


@contextmanager
def _counting(folder: Path) -> Iterator[None]:
    """One process of this machine at a time compares and counts."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder / "epoch.lock", os.O_WRONLY | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def check_mode(settings: Settings, mode: Mode, clock: Clock) -> None:
    """A test switch must not reach people, nor a test reach Meta."""
    if mode is Mode.LIVE and not settings.is_meta:
        raise InstallationError("installation.live_needs_meta", host=settings.meta.graph_url)
    if mode is Mode.LIVE and not isinstance(clock, RealClock):
        raise InstallationError("installation.live_needs_real_clock")
    if mode is Mode.SANDBOX and any("facebook.com" in url or "instagram.com" in url for url in _hosts(settings)):
        raise InstallationError("installation.sandbox_refuses_meta")


def check_folders(settings: Settings) -> None:
    """Data and keys apart, and neither inside a git tree, where they could be committed."""
    data, keys = settings.data_dir, settings.key_dir
    if data == keys or data in keys.parents or keys in data.parents:
        raise InstallationError("installation.folders_together", data_dir=str(data), key_dir=str(keys))
    for folder in (data, keys):
        if git := _git_tree(folder):
            raise InstallationError("installation.in_git", folder=str(folder), git=str(git))


def _git_tree(folder: Path) -> Path | None:
    return next((each for each in (folder, *folder.parents) if (each / ".git").exists()), None)


def _hosts(settings: Settings) -> tuple[str, ...]:
    return tuple(
        url.lower() for url in (settings.meta.graph_url, settings.meta.instagram_url, settings.meta.rupload_url)
    )


def _stamp(database: Database) -> Installation | None:
    with database.read() as session:
        return session.scalar(select(Installation))


def _read_stamp(settings: Settings, database: Database) -> Installation | None:
    """None as well when there are no tables or no file yet; an older schema is refused in words."""
    if settings.database.startswith(SQLITE) and not Path(settings.database.removeprefix(SQLITE)).exists():
        return None
    try:
        current = migrations.current(database)
    except SQLAlchemyError as error:
        raise InstallationError("installation.no_database", error=type(error).__name__) from None
    if current is None:
        return None
    if current != migrations.head():
        raise InstallationError("installation.schema", found=current, wanted=migrations.head())
    return _stamp(database)


def _refuse_demo_users(database: Database) -> None:
    with database.read() as session:
        if session.scalar(select(User.id).where(User.demo).limit(1)):
            raise InstallationError("installation.demo_users")


def _refuse_sandbox_tokens(database: Database) -> None:
    with database.read() as session:
        for channel in session.scalars(select(Channel)):
            if (channel.token or "").startswith(SANDBOX_TOKEN):
                raise InstallationError("installation.sandbox_token", channel=channel.name)


def rotate_keys(opened: Opened, *, hashes: bool = False) -> int:
    """Make a new encryption key and seal every value anew; returns how many. With `hashes` also begin an HMAC epoch.

    Interrupted at any point nothing is lost: old keys stay in the key file and old values stay readable with them.
    Raises InstallationError while another rotation runs: two new keys of one name would lose what the first sealed.
    """
    with _alone(opened.settings.key_dir):
        keyring = load_keyring(opened.settings.key_dir).with_new_encryption_key()
        if hashes:
            keyring = keyring.with_new_hmac_key()
        save_keyring(keyring, opened.settings.key_dir)
        install_keyring(keyring)
        return sum(_reseal(opened.database, table, column) for table, column in sealed_columns())


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / "rotation.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise InstallationError("installation.rotating", key_dir=str(folder)) from None
        yield


def _reseal(database: Database, table: type[Base], column: EncryptedText) -> int:
    """Batch by batch, so that neither memory nor the write lock grows with the table.

    Rows are locked while they are sealed: what somebody purges or changes meanwhile must not come back (PostgreSQL).
    """
    done, last = 0, ""
    sealed = getattr(table, column.column)
    current = f"{current_keyring().encryption_id}:"
    old = select(table).where(sealed.is_not(None), ~sealed.startswith(current, autoescape=True))
    while True:
        with database.write() as session:
            batch = old.where(table.id > last).order_by(table.id).limit(BATCH).options(lazyload("*"))
            rows = session.scalars(batch.with_for_update()).all()
            done += sum(_reseal_one(column, row) for row in rows)
        if len(rows) < BATCH:
            return done
        last = rows[-1].id


def _reseal_one(column: EncryptedText, row: Base) -> bool:
    """A damaged value stays as it is: it must not keep all others under the old key."""
    try:
        column.__set__(row, column.__get__(row, type(row)))
    except VaultError as error:
        log.warning("keys.not_opened", table=row.__tablename__, row=row.id, **describe(error))
        return False
    return True
