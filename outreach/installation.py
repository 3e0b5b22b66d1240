"""One installation: made once by `init`, stamped live or sandbox, and checked at every start (design §2.11)."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import lazyload

from outreach import logs, migrations
from outreach.clock import Clock, RealClock
from outreach.db import Base, Database, EncryptedText, current_keyring, install_keyring, sealed_columns
from outreach.errors import InstallationError, VaultError, describe
from outreach.settings import Settings
from outreach.states import Mode
from outreach.tables import Channel, Installation, User
from outreach.vault import KEYRING_FILE, Keyring, load_keyring, new_keyring, save_keyring

SQLITE = "sqlite:///"
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
    with database.write() as session:
        session.add(Installation(mode=mode, keys=keyring.fingerprint(), created_at=clock.now()))
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
    return Opened(settings, database, clock, keyring, stamp.id, mode)


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
