"""Which comments were erased, outside of the database: a backup from before would bring them back.

Beside the keys lies a list of keyed hashes; without the keys it says nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.states import CommentState
from outreach.subjects.erasing import strip
from outreach.subjects.finding import Subject
from outreach.tables import Comment

FILE = "erased-comments"
BATCH = 500


def remember(key_dir: Path, remote_keys: Iterable[str]) -> None:
    """Append and sync: what is on the list may be erased once more, never once too little."""
    descriptor = os.open(key_dir / FILE, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.writelines(f"{key}\n" for key in sorted(remote_keys))
        file.flush()
        os.fsync(file.fileno())


def erase_again(session: Session, key_dir: Path, *, zone: str) -> int:
    """What a restored database holds of comments that were erased since; how many. The keyring must be installed."""
    file = key_dir / FILE
    keys = sorted(set(file.read_text().split())) if file.exists() else []
    found = 0
    for start in range(0, len(keys), BATCH):
        on_it = (Comment.remote_key.in_(keys[start : start + BATCH]), Comment.state != CommentState.PURGED)
        rows = session.scalars(select(Comment).where(*on_it)).all()
        if rows:
            authors = frozenset(row.author_key for row in rows if row.author_key)
            remote_keys = frozenset(row.remote_key for row in rows)
            strip(session, Subject(tuple(row.id for row in rows), authors, remote_keys, complete=False), rows, zone)
        found += len(rows)
    return found
