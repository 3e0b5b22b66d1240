from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.errors import VaultError
from outreach.vault import KEYRING_FILE, load_keyring, new_keyring, save_keyring

KEYS = new_keyring()
#: with lone surrogates and NULs: whatever JSON may hold
ANY_TEXT = st.text(st.characters(), max_size=400)


@given(ANY_TEXT)
def test_what_is_sealed_opens_as_it_was(text: str) -> None:
    assert KEYS.open(KEYS.seal(text, "t.c:1"), "t.c:1") == text


@given(ANY_TEXT)
def test_after_rotations_old_values_open_and_old_hashes_are_found(text: str) -> None:
    later = KEYS.with_new_encryption_key().with_new_hmac_key().with_new_encryption_key()
    assert later.open(KEYS.seal(text, "t.c:1"), "t.c:1") == text
    assert later.seal(text, "t.c:1").startswith("k3:")
    assert KEYS.digest(text, "p") in later.digests(text, "p")
    assert later.digests(text, "p")[0] == later.digest(text, "p") != KEYS.digest(text, "p")
    assert later.fingerprint() == KEYS.fingerprint()


def test_a_value_opens_in_its_own_row_and_column_alone() -> None:
    sealed = KEYS.seal("x", "comments.text:1")
    for other in ("comments.text:2", "comments.author_name:1", "channels.text:1", ""):
        with pytest.raises(VaultError):
            KEYS.open(sealed, other)


@given(st.integers(min_value=0), st.integers(0, 7))
def test_one_wrong_bit_is_damage(place: int, bit: int) -> None:
    import base64

    sealed = KEYS.seal("كلام", "t.c:1")
    head, _, value = sealed.partition(":")
    raw = bytearray(base64.b64decode(value))
    raw[place % len(raw)] ^= 1 << bit
    with pytest.raises(VaultError):
        KEYS.open(f"{head}:{base64.b64encode(bytes(raw)).decode()}", "t.c:1")


@pytest.mark.parametrize("value", ["", "k1:", "k1:%%%", "k9:AAAA", "no colon", "k1:QUJD"])
def test_what_was_never_sealed_is_an_error_of_ours(value: str) -> None:
    with pytest.raises(VaultError):
        KEYS.open(value, "t.c:1")


@given(st.text(max_size=100), st.text(max_size=100))
def test_short_texts_cannot_be_told_apart_by_length(one: str, two: str) -> None:
    if len(one.encode()) < 128 > len(two.encode()):
        assert len(KEYS.seal(one, "c")) == len(KEYS.seal(two, "c"))


def test_the_same_text_is_sealed_differently_and_hashed_alike_within_one_purpose() -> None:
    assert KEYS.seal("x", "c") != KEYS.seal("x", "c")
    assert KEYS.digest("x", "comment") == KEYS.digest("x", "comment") != KEYS.digest("x", "author")


def test_keys_are_kept_for_their_owner_alone_and_come_back(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    save_keyring(KEYS, folder)
    assert load_keyring(folder) == KEYS
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / KEYRING_FILE).stat().st_mode) == 0o600
    assert [path.name for path in folder.iterdir()] == [KEYRING_FILE]


@pytest.mark.parametrize("damage", ["", "[]", "{", '{"encryption": 3}', '"text"'])
def test_a_damaged_key_file_says_so_and_shows_nothing(tmp_path: Path, damage: str) -> None:
    save_keyring(KEYS, tmp_path)
    (tmp_path / KEYRING_FILE).write_text(damage)
    with pytest.raises(VaultError, match=r"vault\.bad_keys"):
        load_keyring(tmp_path)


def test_a_keyring_shows_no_key(tmp_path: Path) -> None:
    save_keyring(KEYS, tmp_path)
    kept = json.loads((tmp_path / KEYRING_FILE).read_text())["encryption"]["k1"]
    assert kept not in repr(KEYS)
    assert repr(KEYS.encryption["k1"]) not in f"{KEYS} {KEYS!r}"
