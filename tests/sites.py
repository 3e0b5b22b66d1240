"""A real web server over a test's database, and people signed in to it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from outreach.clock import SteppedClock
from outreach.db import Database
from outreach.media import MediaStore
from outreach.settings import MetaSettings, Settings, WebSettings
from outreach.states import Mode, Role
from outreach.tables import LoginSession, User
from outreach.web.app import create_app
from tests import standing
from tests.factories import make_user

APP_SECRET = "app-secret-for-tests"
VERIFY_TOKEN = "verify-token-for-tests"


@dataclass(frozen=True)
class Person:
    """Somebody signed in, with a client that sends what a browser on our own pages sends."""

    user: User
    token: str
    client: requests.Session


@dataclass(frozen=True)
class Site:
    url: str
    database: Database
    clock: SteppedClock
    settings: Settings
    media: MediaStore

    def visitor(self, token: str = "") -> requests.Session:
        client = _Client(self.url)
        client.headers["origin"] = self.url
        if token:
            client.cookies.set("outreach", token)
        return client

    def sign_in(self, *roles: Role, **values: Any) -> Person:
        """A new person with an open session, without the cost of hashing a password."""
        token = secrets.token_urlsafe(32)
        hashed = hashlib.sha256(token.encode()).hexdigest()
        now = self.clock.now()
        with self.database.write() as session:
            user = make_user(session, *roles, **values)
            session.add(LoginSession(token_hash=hashed, user_id=user.id, created_at=now, seen_at=now))
        return Person(user, token, self.visitor(token))


class _Client(requests.Session):
    """Takes paths, and shows each answer as it is: redirects are not followed."""

    def __init__(self, base_url: str) -> None:
        super().__init__()
        self.base_url = base_url

    def request(self, method: Any, url: Any, *args: Any, **options: Any) -> requests.Response:
        options["allow_redirects"] = False
        options.setdefault("timeout", 20)
        return super().request(method, f"{self.base_url}{url}", *args, **options)


@contextmanager
def serving(database: Database, clock: SteppedClock, folder: Path, **options: Any) -> Iterator[Site]:
    """`options`: mode and cadences of the app; `web`: values of its settings."""
    settings = Settings(
        data_dir=folder / "data",
        key_dir=folder / "keys",
        web=WebSettings(port=0, **options.pop("web", {})),
        meta=MetaSettings(app_secret=APP_SECRET, verify_token=VERIFY_TOKEN),
    )
    media = MediaStore(folder / "media")
    app = create_app(settings, database, clock, media=media, mode=options.pop("mode", Mode.LIVE), **options)
    with standing.serving(app) as url:
        yield Site(url, database, clock, settings, media)
