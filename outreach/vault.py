"""Keys, and what is sealed with them: AES-256-GCM for text, HMAC-SHA256 for ids that must be found again."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from outreach.errors import VaultError

KEYRING_FILE = "keyring.json"
NONCE_BYTES = 12  # NIST SP 800-38D
PAD_BYTES = (
    128  # text is padded to a multiple of this, since a comment's length alone can point to it on the public page
)


@dataclass(frozen=True)
class Keyring:
    """Encryption keys and HMAC keys by id; new values use the current one, old ones stay readable."""

    encryption: dict[str, bytes]
    encryption_id: str
    hmac: dict[str, bytes]
    hmac_id: str

    def __repr__(self) -> str:
        return f"<Keyring {self.encryption_id} {self.hmac_id}>"

    def seal(self, text: str, context: str) -> str:
        """Encrypt; `context` (table, column, row id) is bound in, so a value cannot be moved to another row."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = AESGCM(self.encryption[self.encryption_id]).encrypt(nonce, _pad(_bytes(text)), context.encode())
        return f"{self.encryption_id}:{base64.b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str, context: str) -> str:
        """Raises VaultError for an unknown key, another row's value, or damage."""
        key_id, _, value = sealed.partition(":")
        key = self.encryption.get(key_id)
        if key is None:
            raise VaultError("vault.unknown_key", key=key_id)
        try:
            raw = base64.b64decode(value, validate=True)
            data = AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], context.encode())
            return _unpad(data).decode("utf-8", "surrogatepass")
        except (ValueError, InvalidTag) as error:
            raise VaultError("vault.sealed", key=key_id) from error

    def digest(self, value: str, purpose: str) -> str:
        return self._digest(self.hmac_id, value, purpose)

    def digests(self, value: str, purpose: str) -> tuple[str, ...]:
        """The value under every HMAC epoch, newest first: what to look an older row up by."""
        older = [key_id for key_id in reversed(self.hmac) if key_id != self.hmac_id]
        return tuple(self._digest(key_id, value, purpose) for key_id in [self.hmac_id, *older])

    def _digest(self, key_id: str, value: str, purpose: str) -> str:
        mac = hmac.digest(self.hmac[key_id], _bytes(f"{purpose}\0{value}"), "sha256")
        return f"{key_id}:{mac.hex()}"

    def with_new_encryption_key(self) -> Keyring:
        key_id = f"k{len(self.encryption) + 1}"
        return replace(self, encryption={**self.encryption, key_id: _new_key()}, encryption_id=key_id)

    def with_new_hmac_key(self) -> Keyring:
        key_id = f"h{len(self.hmac) + 1}"
        return replace(self, hmac={**self.hmac, key_id: _new_key()}, hmac_id=key_id)

    def fingerprint(self) -> str:
        """Says whether a key folder belongs to a database, without showing a key; rotation does not change it."""
        return hashlib.sha256(b"outreach" + self.encryption["k1"] + self.hmac["h1"]).hexdigest()[:16]


def new_keyring() -> Keyring:
    return Keyring({"k1": _new_key()}, "k1", {"h1": _new_key()}, "h1")


def save_keyring(keyring: Keyring, folder: Path) -> None:
    """Write the key file, readable by its owner only, in one step so that a crash leaves the old or the new one."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    text = json.dumps(
        {
            "encryption": {key_id: base64.b64encode(key).decode() for key_id, key in keyring.encryption.items()},
            "encryption_id": keyring.encryption_id,
            "hmac": {key_id: base64.b64encode(key).decode() for key_id, key in keyring.hmac.items()},
            "hmac_id": keyring.hmac_id,
        },
        indent=1,
    )
    partial = folder / f"{KEYRING_FILE}.new"
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(folder / KEYRING_FILE)
    _sync_folder(folder)


def load_keyring(folder: Path) -> Keyring:
    """Raises VaultError when the key file is missing or cannot be read as one."""
    path = folder / KEYRING_FILE
    try:
        stored = json.loads(path.read_text())
        return Keyring(
            {key_id: base64.b64decode(key) for key_id, key in stored["encryption"].items()},
            stored["encryption_id"],
            {key_id: base64.b64decode(key) for key_id, key in stored["hmac"].items()},
            stored["hmac_id"],
        )
    except FileNotFoundError as error:
        raise VaultError("vault.no_keys", folder=str(folder)) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise VaultError("vault.bad_keys", folder=str(folder)) from error


def _sync_folder(folder: Path) -> None:
    """After a power cut the new file must be there: values sealed with its keys may be on the disk already."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _bytes(text: str) -> bytes:
    """Half a surrogate pair, or bytes that were no UTF-8, must not make a value impossible to keep."""
    return text.encode("utf-8", "surrogatepass")


def _new_key() -> bytes:
    return secrets.token_bytes(32)


def _pad(data: bytes) -> bytes:
    return data + b"\x80" + b"\0" * (-(len(data) + 1) % PAD_BYTES)


def _unpad(data: bytes) -> bytes:
    return data.rstrip(b"\0")[:-1]
