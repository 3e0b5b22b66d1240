"""Installations: stamped once, opened only where they belong, keys rotated, backed up and restored."""

from __future__ import annotations

import json
import shutil
import stat
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from outreach import installation, migrations, settings
from outreach.clock import RealClock, SteppedClock
from outreach.comments.ingesting import find
from outreach.db import Database, EncryptedText, install_keyring, sealed_columns
from outreach.errors import InstallationError, VaultError
from outreach.installation import Opened
from outreach.states import CommentState, Mode, Role
from outreach.tables import Channel, Comment, Installation, Pause, User
from outreach.vault import KEYRING_FILE, Keyring, load_keyring, new_keyring, save_keyring
from tests.factories import NOW, make_channel, make_user
from tests.installations import SANDBOX, Places, everything, fill, opened, places, refused, reopen

__all__ = ["opened", "places"]  # fixtures


def test_it_is_stamped_once(opened: Opened, clock: SteppedClock) -> None:
    keys = (opened.settings.key_dir / KEYRING_FILE).read_bytes()
    for mode in Mode:
        used = opened.settings
        if mode is Mode.LIVE:
            continue  # refused earlier, for its hosts
        assert refused(lambda: installation.init(used, mode, clock=clock)) == "installation.exists"  # noqa: B023
    assert (opened.settings.key_dir / KEYRING_FILE).read_bytes() == keys
    with opened.database.read() as session:
        assert [row.mode for row in session.scalars(select(Installation))] == [Mode.SANDBOX]


def test_a_live_installation_opens_with_metas_hosts_and_the_real_clock_alone(places: Places) -> None:
    made = installation.init(places.live(), Mode.LIVE, clock=RealClock())
    made.database.close()
    assert refused(lambda: reopen(places.live(), SteppedClock(NOW))) == "installation.live_needs_real_clock"
    real: Any = RealClock()
    for name in ("graph_url", "instagram_url", "rupload_url"):
        for host in (SANDBOX, "http://graph.facebook.com", "https://graph.facebook.com.example"):
            used = places.live()
            setattr(used.meta, name, host)
            assert refused(lambda: reopen(used, real)) == "installation.live_needs_meta"  # noqa: B023
    again = reopen(places.live(), real)
    assert again.mode is Mode.LIVE
    again.database.close()


def test_a_live_installation_refuses_demo_users_and_tokens_of_the_sandbox(places: Places) -> None:
    made = installation.init(places.live(), Mode.LIVE, clock=RealClock())
    real: Any = RealClock()
    with made.database.write() as session:
        user = make_user(session, Role.ADMIN, demo=True)
    assert refused(lambda: reopen(places.live(), real)) == "installation.demo_users"
    with made.database.write() as session:
        session.get_one(User, user.id).demo = False
        make_channel(session, token="SANDBOXpage0123")
    assert refused(lambda: reopen(places.live(), real)) == "installation.sandbox_token"
    made.database.close()


@pytest.mark.parametrize("host", [settings.META_GRAPH, "https://GRAPH.Facebook.com", "https://graph.instagram.com"])
def test_a_sandbox_never_reaches_meta(places: Places, clock: SteppedClock, host: str) -> None:
    used = places.settings(graph_url=host)
    assert refused(lambda: installation.init(used, Mode.SANDBOX, clock=clock)) == "installation.sandbox_refuses_meta"


def test_folders_together_or_in_a_git_tree_are_refused_before_anything_is_made(
    tmp_path: Path, clock: SteppedClock
) -> None:
    (tmp_path / "repo" / ".git").mkdir(parents=True)
    wrong = {
        (tmp_path / "a", tmp_path / "a"): "installation.folders_together",
        (tmp_path / "a", tmp_path / "a" / "keys"): "installation.folders_together",
        (tmp_path / "b" / "data", tmp_path / "b"): "installation.folders_together",
        (tmp_path / "repo" / "deep" / "data", tmp_path / "k"): "installation.in_git",
        (tmp_path / "d", tmp_path / "repo"): "installation.in_git",
    }
    for (data, keys), code in wrong.items():
        used = settings.load(data_dir=data, key_dir=keys, meta={"graph_url": SANDBOX})
        assert refused(lambda: installation.init(used, Mode.SANDBOX, clock=clock)) == code  # noqa: B023
    assert sorted(path.name for path in tmp_path.iterdir()) == ["repo"]


def test_folders_and_files_are_the_owners_alone(tmp_path: Path, clock: SteppedClock) -> None:
    used = Places(tmp_path, "").settings()
    made = installation.init(used, Mode.SANDBOX, clock=clock)
    with made.database.write() as session:
        make_user(session, Role.ADMIN)
    for folder in (used.data_dir, used.key_dir):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        for file in folder.iterdir():
            assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name
    assert (used.data_dir / "outreach.db").exists()
    made.database.close()


def test_other_keys_and_none_are_refused(opened: Opened) -> None:
    used = opened.settings
    save_keyring(new_keyring(), used.key_dir)
    assert refused(lambda: reopen(used)) == "installation.wrong_keys"
    (used.key_dir / KEYRING_FILE).write_text("{}")
    with pytest.raises(VaultError, match=r"vault\.bad_keys"):
        reopen(used)
    (used.key_dir / KEYRING_FILE).unlink()
    with pytest.raises(VaultError, match=r"vault\.no_keys"):
        reopen(used)


def test_an_older_schema_is_refused_by_its_number(opened: Opened) -> None:
    with opened.database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    with pytest.raises(InstallationError) as caught:
        reopen(opened.settings)
    assert (caught.value.code, caught.value.params) == (
        "installation.schema",
        {"found": "0000", "wanted": migrations.head()},
    )


def test_no_database_and_no_server_are_said_in_words(tmp_path: Path) -> None:
    used = Places(tmp_path, "").settings()
    assert refused(lambda: reopen(used)) in {"installation.no_database", "installation.missing"}
    used = Places(tmp_path, "postgresql+psycopg://nobody:CANARY@127.0.0.1:1/none").settings()
    with pytest.raises(InstallationError) as caught:
        reopen(used)
    assert caught.value.code == "installation.no_database"
    assert "CANARY" not in str(caught.value)


# -- where it belongs ------------------------------------------------------------------------------------------------


def pauses(opened: Opened) -> list[str | None]:
    with opened.database.read() as session:
        return [each.code for each in session.scalars(select(Pause).where(Pause.ended_at.is_(None)))]


def test_where_all_agree_nothing_is_paused_however_often_it_is_opened(opened: Opened, clock: SteppedClock) -> None:
    for _ in range(3):
        assert installation.keep_watch(opened) is None
        clock.jump(clock.now() + timedelta(minutes=1))
        reopen(opened.settings, clock).database.close()
    assert pauses(opened) == []


def epoch_of(opened: Opened) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((opened.settings.key_dir / installation.EPOCH_FILE).read_text())
    return found


def test_a_crash_between_the_two_counts_is_no_restore(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(installation, "_keep", lambda *_: None)  # the process dies after its commit
        installation.keep_watch(opened)
    before = epoch_of(opened)["epoch"]
    assert installation.keep_watch(opened) is None
    assert (epoch_of(opened)["epoch"], pauses(opened)) == (before + 2, [])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda stamp: setattr(stamp, "epoch", stamp.epoch - 1), "installation.other_epoch"),  # an older database
        (lambda stamp: setattr(stamp, "epoch", stamp.epoch + 2), "installation.other_epoch"),  # an older key folder
        (lambda stamp: setattr(stamp, "host", "f" * 32), "installation.copied"),
        (lambda stamp: setattr(stamp, "seen_at", stamp.seen_at + timedelta(minutes=6)), "installation.clock_back"),
    ],
    ids=["older database", "older keys", "other machine", "clock set back"],
)
def test_what_disagrees_pauses_every_channel_once(opened: Opened, change: Callable[[Any], None], code: str) -> None:
    installation.keep_watch(opened)
    with opened.database.write() as session:
        change(session.scalars(select(Installation)).one())
    for _ in range(2):
        reopen(opened.settings).database.close()
        assert installation.keep_watch(opened) == code
    assert pauses(opened) == [code]


def test_a_missing_or_damaged_count_pauses(opened: Opened) -> None:
    file = opened.settings.key_dir / installation.EPOCH_FILE
    for spoil in (lambda: file.write_text("{"), file.unlink):
        spoil()
        assert installation.keep_watch(opened) == "installation.no_epoch"
    assert pauses(opened) == ["installation.no_epoch"]


def test_a_copy_of_the_data_is_paused_and_the_original_goes_on(tmp_path: Path, clock: SteppedClock) -> None:
    places = Places(tmp_path, "")
    original = installation.init(places.settings(), Mode.SANDBOX, clock=clock)
    shutil.copytree(tmp_path / "one", tmp_path / "two")  # data and keys, on the same machine
    copy = reopen(places.settings("two"))
    assert pauses(copy) == ["installation.copied"]
    assert (installation.keep_watch(original), pauses(original)) == (None, [])
    installation.adopt(copy)
    assert installation.keep_watch(copy) is None
    for each in (original, copy):
        each.database.close()


def test_another_machine_is_told_by_its_id(places: Places, tmp_path: Path) -> None:
    (tmp_path / "id").write_text("one machine")
    used = places.settings()
    used.host_id_file = tmp_path / "id"
    here = installation.host_of(used)
    assert here == installation.host_of(used)
    (tmp_path / "id").write_text("another machine")
    assert installation.host_of(used) != here
    assert installation.host_of(used).isalnum()


# -- rotation --------------------------------------------------------------------------------------------------------


def sealed_with(database: Database) -> set[str]:
    with database.read() as session:
        return {
            getattr(row, column.column).partition(":")[0]
            for table, column in sealed_columns()
            for row in session.scalars(select(table))
            if getattr(row, column.column) is not None
        }


@pytest.mark.parametrize("hashes", [False, True])
def test_rotation_seals_all_anew_and_everything_is_read_and_found(
    opened: Opened, hashes: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installation, "BATCH", 3)
    remote_ids = fill(opened)
    before = everything(opened.database)
    assert installation.rotate_keys(opened, hashes=hashes) == len(before)
    assert everything(opened.database) == before
    assert sealed_with(opened.database) == {"k2"}
    again = reopen(opened.settings)
    with again.database.read() as session:
        channel_id = session.scalars(select(Channel.id)).one()
        assert all(find(session, channel_id, each) for each in remote_ids)
    again.database.close()
    # the old key alone opens nothing any more
    kept = load_keyring(opened.settings.key_dir)
    install_keyring(Keyring({"k1": kept.encryption["k1"]}, "k1", kept.hmac, kept.hmac_id))
    with pytest.raises(VaultError, match=r"vault\.unknown_key"):
        everything(opened.database)


def test_rotating_twice_from_one_process_loses_no_key(opened: Opened) -> None:
    fill(opened)
    before = everything(opened.database)
    installation.rotate_keys(opened)
    installation.rotate_keys(opened)
    install_keyring(load_keyring(opened.settings.key_dir))
    assert everything(opened.database) == before
    assert sealed_with(opened.database) == {"k3"}


def test_two_rotations_at_once_are_one(opened: Opened) -> None:
    with installation._alone(opened.settings.key_dir):
        assert refused(lambda: installation.rotate_keys(opened)) == "installation.rotating"
    assert load_keyring(opened.settings.key_dir).encryption_id == "k1"


def test_an_interrupted_rotation_is_readable_and_can_be_finished(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(opened)
    before = everything(opened.database)
    plain, calls = EncryptedText.__set__, iter(range(100))

    def breaks(self: EncryptedText, row: Any, value: str | None) -> None:
        if next(calls) == 5:
            raise KeyboardInterrupt
        plain(self, row, value)

    monkeypatch.setattr(installation, "BATCH", 2)
    with monkeypatch.context() as patch:
        patch.setattr(EncryptedText, "__set__", breaks)
        with pytest.raises(KeyboardInterrupt):
            installation.rotate_keys(opened)
    assert sealed_with(opened.database) == {"k1", "k2"}
    again = reopen(opened.settings)
    assert everything(again.database) == before
    installation.rotate_keys(again)
    assert sealed_with(again.database) == {"k3"}
    assert everything(again.database) == before
    again.database.close()


def test_a_damaged_value_does_not_stop_the_rotation_of_the_others(opened: Opened) -> None:
    fill(opened)
    with opened.database.write() as session:
        session.scalars(select(Channel)).one().token_sealed = "k1:AAAA"
    count = installation.rotate_keys(opened)
    assert count > 7
    with opened.database.read() as session:
        assert session.scalars(select(Channel)).one().token_sealed == "k1:AAAA"


def test_a_purged_text_is_not_sealed_into_life_by_rotation(opened: Opened) -> None:
    fill(opened)
    with opened.database.write() as session:
        row = session.scalars(select(Comment).limit(1)).one()
        row.text = None
        row.state = CommentState.PURGED
    installation.rotate_keys(opened)
    with opened.database.read() as session:
        assert session.get_one(Comment, row.id).text_sealed is None
