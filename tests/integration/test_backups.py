"""Backup and restore: whole, with its own keys, onto nothing that is there."""

from __future__ import annotations

import base64
import gzip
import json
import shutil
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from outreach import backups, installation, migrations, publishing, settings
from outreach.clock import SteppedClock
from outreach.db import Database
from outreach.errors import ConflictError, InstallationError, OutreachError
from outreach.installation import Opened
from outreach.media import MediaStore
from outreach.states import Mode, PauseKind, Role
from outreach.tables import Comment, Installation, Medium, Pause, Publication
from outreach.vault import load_keyring, new_keyring, save_keyring
from tests.clips import clip
from tests.factories import NOW, make_publication, make_user
from tests.installations import JPEG, SECRET, Places, everything, fill, kept, opened, places, refused, reopen

__all__ = ["opened", "places"]  # fixtures


def carried(places: Places, opened: Opened, url: str, name: str = "two") -> settings.Settings:
    """Another place with the same keys, and an empty database."""
    used = places.settings(name, url)
    shutil.copytree(opened.settings.key_dir, used.key_dir)
    return used


@pytest.fixture
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'empty.db'}"


def test_a_backup_comes_back_whole_and_every_channel_starts_paused(
    places: Places, opened: Opened, clock: SteppedClock, empty_url: str
) -> None:
    fill(opened)
    with opened.database.write() as session:
        parent, child = session.scalars(select(Comment).limit(2))
        child.parent_id = parent.id
    before = everything(opened.database)
    counts = backups.backup(opened, places.folder / "b.outreach")
    used = carried(places, opened, empty_url)
    assert backups.restore(used, places.folder / "b.outreach", clock=clock) == {k: v for k, v in counts.items() if v}
    again = reopen(used)
    assert everything(again.database) == before
    with again.database.read() as session:
        assert session.get_one(Comment, child.id).parent_id == parent.id
        (paused,) = session.scalars(select(Pause))
        assert (paused.kind, paused.code, paused.channel_id) == (PauseKind.RESTORED, "installation.restored", None)
        sha256 = session.scalars(select(Medium.id)).one()
    assert MediaStore(used.data_dir / "media").path(sha256).read_bytes() == JPEG
    again.database.close()


def test_a_video_comes_back_as_a_video(places: Places, opened: Opened, clock: SteppedClock, empty_url: str) -> None:
    fill(opened)
    sha256 = MediaStore(opened.settings.data_dir / "media").put(clip())
    with opened.database.write() as session:
        session.add(Medium(id=sha256, file_name="x.mp4", width=1, height=1, bytes=1, created_at=NOW))
    backups.backup(opened, places.folder / "b.outreach")
    used = carried(places, opened, empty_url)
    backups.restore(used, places.folder / "b.outreach", clock=clock)
    found = MediaStore(used.data_dir / "media").intact(sha256)
    assert (found.suffix, found.read_bytes()) == (".mp4", clip())


def test_a_lost_copy_of_an_image_does_not_cost_the_backup(
    places: Places, opened: Opened, clock: SteppedClock, empty_url: str
) -> None:
    fill(opened)
    MediaStore(opened.settings.data_dir / "media").drop(kept(opened))
    backups.backup(opened, places.folder / "b.outreach")
    used = carried(places, opened, empty_url)
    assert backups.restore(used, places.folder / "b.outreach", clock=clock)["media"] == 1


def test_what_was_due_between_backup_and_restore_is_held_since_it_may_be_out(
    places: Places, opened: Opened, clock: SteppedClock, empty_url: str
) -> None:
    fill(opened)
    now = clock.now()
    with opened.database.write() as session:
        gone = [make_publication(session, due_at=now + timedelta(hours=1), status=s) for s in ("scheduled", "prepared")]
        ahead = make_publication(session, due_at=now + timedelta(hours=9), status="scheduled")
    backups.backup(opened, places.folder / "b.outreach")
    clock.jump(now + timedelta(hours=2))
    used = carried(places, opened, empty_url)
    backups.restore(used, places.folder / "b.outreach", clock=clock)
    again = reopen(used)
    with again.database.read() as session:
        assert {session.get_one(Publication, row.id).held_reason for row in gone} == {"already_posted"}
        assert {session.get_one(Publication, row.id).status for row in gone} == {"held"}
        assert session.get_one(Publication, ahead.id).status == "scheduled"
        admin = make_user(session, Role.ADMIN)
        session.commit()
    # Nobody says what became of it before Meta was read back, which may know.
    found = {"user_id": admin.id, "now": now, "remote_id": "1_2"}
    with pytest.raises(ConflictError, match=r"pause\.not_read_back"):
        publishing.decide(again.database, gone[0].id, publishing.Choice.IS_OUT, **found)
    again.database.close()


def test_a_backup_of_sqlite_comes_back_in_postgresql(
    tmp_path: Path, clock: SteppedClock, request: pytest.FixtureRequest
) -> None:
    places = Places(tmp_path, "")
    made = installation.init(places.settings(), Mode.SANDBOX, clock=clock)
    fill(made)
    before = everything(made.database)
    backups.backup(made, tmp_path / "b.outreach")
    made.database.close()
    server = request.getfixturevalue("postgres_url")
    database = Database(server)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CREATE DATABASE from_sqlite"))
    database.close()
    url = server.rpartition("/")
    used = carried(places, made, f"{url[0]}/from_sqlite{'?' + server.partition('?')[2] if '?' in server else ''}")
    backups.restore(used, tmp_path / "b.outreach", clock=clock)
    again = reopen(used)
    assert not again.database.is_sqlite
    assert everything(again.database) == before
    again.database.close()


def broken_files(whole: bytes) -> dict[str, bytes]:
    middle = len(whole) // 2
    return {
        "cut in the middle": whole[:middle],
        "cut at the end": whole[:-1],
        "cut after the head": whole[: len(backups.MAGIC) + 3],
        "empty": b"",
        "one bit": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
        "last bit": whole[:-1] + bytes([whole[-1] ^ 1]),
        "more behind": whole + b"x",
        "twice": whole + whole,
        "foreign": b"PK\x03\x04" + whole,
        "other key": whole.replace(b"\nk1\n", b"\nk9\n", 1),
    }


def test_a_damaged_or_foreign_file_is_refused_and_leaves_nothing(
    places: Places, opened: Opened, clock: SteppedClock, empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backups, "CHUNK", 1500)  # several chunks, so that the first ones open well
    fill(opened)
    target = places.folder / "b.outreach"
    backups.backup(opened, target)
    used = carried(places, opened, empty_url)
    for what, data in broken_files(target.read_bytes()).items():
        wrong = places.folder / "wrong.outreach"
        wrong.write_bytes(data)
        with pytest.raises(OutreachError, match=r"backup\.unreadable"):
            backups.restore(used, wrong, clock=clock)
        assert not used.data_dir.exists(), what
    assert not (places.folder / "empty.db").exists()
    backups.restore(used, target, clock=clock)


def test_a_backup_opens_with_its_own_keys_alone(
    places: Places, opened: Opened, clock: SteppedClock, empty_url: str
) -> None:
    backups.backup(opened, places.folder / "b.outreach")
    used = places.settings("two", empty_url)
    save_keyring(new_keyring(), used.key_dir)
    with pytest.raises(OutreachError, match=r"backup\.unreadable"):
        backups.restore(used, places.folder / "b.outreach", clock=clock)


def test_a_backup_never_goes_over_an_installation_or_a_file(
    places: Places, opened: Opened, clock: SteppedClock
) -> None:
    fill(opened)
    before = everything(opened.database)
    target = places.folder / "b.outreach"
    backups.backup(opened, target)
    with pytest.raises(InstallationError, match=r"backup\.not_empty"):
        backups.restore(opened.settings, target, clock=clock)
    assert everything(opened.database) == before
    data = target.read_bytes()
    with pytest.raises(OutreachError, match=r"backup\.exists"):
        backups.backup(opened, target)
    assert target.read_bytes() == data


def test_a_sandbox_backup_does_not_become_a_live_installation(
    places: Places, opened: Opened, clock: SteppedClock, empty_url: str
) -> None:
    backups.backup(opened, places.folder / "b.outreach")
    used = carried(places, opened, empty_url)
    used.meta.graph_url = settings.META_GRAPH
    assert refused(lambda: backups.restore(used, places.folder / "b.outreach", clock=clock)) == (
        "installation.sandbox_refuses_meta"
    )
    database = Database(empty_url)
    with database.read() as session:
        assert session.scalars(select(Installation)).all() == []
        assert session.scalars(select(Publication)).all() == []
    database.close()


def test_neither_keys_nor_words_are_in_the_backup(places: Places, opened: Opened) -> None:
    fill(opened)
    target = places.folder / "b.outreach"
    backups.backup(opened, target)
    data = target.read_bytes()
    keyring = load_keyring(opened.settings.key_dir)
    for key in (*keyring.encryption.values(), *keyring.hmac.values()):
        assert key not in data
        assert base64.b64encode(key) not in data
    assert SECRET.encode() not in data
    with target.open("rb") as file:
        clear = gzip.decompress(b"".join(backups._opened_chunks(file, keyring)))
    assert json.loads(clear.splitlines()[0])["revision"] == migrations.head()
    for key in (*keyring.encryption.values(), *keyring.hmac.values()):
        assert key not in clear
        assert base64.b64encode(key) not in clear
    assert SECRET.encode() not in clear
    assert b"TOKEN-1" not in clear
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
