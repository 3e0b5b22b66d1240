"""Installations that tests make, fill, close and open again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from outreach import installation, settings
from outreach.clock import SteppedClock
from outreach.db import Database, current_keyring, install_keyring, sealed_columns
from outreach.errors import InstallationError
from outreach.installation import Opened
from outreach.media import MediaStore
from outreach.states import Mode, Role
from outreach.tables import CommentRevision, Medium
from tests.factories import NOW, make_channel, make_comment, make_publication, make_user

SANDBOX = "http://127.0.0.1:1"
SECRET = "نص لا يقرأه أحد"
JPEG = b"\xff\xd8 not really an image \xff\xd9"


@dataclass
class Places:
    folder: Path
    database_url: str

    def settings(self, name: str = "one", url: str | None = None, **meta: str) -> settings.Settings:
        hosts = {"graph_url": SANDBOX, "instagram_url": SANDBOX, "rupload_url": SANDBOX}
        return settings.load(
            data_dir=self.folder / name / "data",
            key_dir=self.folder / name / "keys",
            database_url=self.database_url if url is None else url,
            meta={**hosts, **meta},
        )

    def live(self) -> settings.Settings:
        return self.settings(
            graph_url=settings.META_GRAPH, instagram_url=settings.META_INSTAGRAM, rupload_url=settings.META_RUPLOAD
        )


@pytest.fixture
def places(database_url: str, tmp_path: Path) -> Iterator[Places]:
    before = current_keyring()
    yield Places(tmp_path, database_url)
    install_keyring(before)


@pytest.fixture
def opened(places: Places, clock: SteppedClock) -> Iterator[Opened]:
    made = installation.init(places.settings(), Mode.SANDBOX, clock=clock)
    yield made
    made.database.close()


def reopen(used: settings.Settings, clock: SteppedClock | None = None) -> Opened:
    return installation.open_installation(used, clock=clock or SteppedClock(NOW))


def refused(call: Callable[[], Any]) -> str:
    with pytest.raises(InstallationError) as caught:
        call()
    return caught.value.code


def fill(opened: Opened) -> list[str]:
    """Something in every kind of sealed place that comments and channels have; the comments' remote ids."""
    with opened.database.write() as session:
        channel = make_channel(session, token="TOKEN-1", name="page")
        publication = make_publication(session, channel, status="published", remote_id="1_2", published_at=NOW)
        rows = [make_comment(session, publication, remote_id=f"9_{n}", text=f"{SECRET} {n}") for n in range(7)]
        session.add(CommentRevision(comment_id=rows[0].id, number=1, text=f"before {SECRET}", replaced_hour=NOW))
        make_user(session, Role.LEAD, email="lead@example.org")
        session.add(Medium(id=kept(opened), file_name="x.jpg", width=1, height=1, bytes=1, created_at=NOW))
    return [str(row.remote_id) for row in rows]


def kept(opened: Opened) -> str:
    return MediaStore(opened.settings.data_dir / "media").put(JPEG)


def everything(database: Database) -> list[tuple[str, str, str | None]]:
    """Every sealed value, opened."""
    with database.read() as session:
        return sorted(
            (column.context(row), table.__tablename__, column.__get__(row, table))
            for table, column in sealed_columns()
            for row in session.scalars(select(table))
            if getattr(row, column.column) is not None
        )
