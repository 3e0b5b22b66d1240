"""A stage: the sandbox of Meta, an installation on it, a web server that Meta fetches images from; a stepped clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import requests

from outreach import channels, settings
from outreach.clock import SteppedClock
from outreach.db import Database
from outreach.installation import Opened
from outreach.meta.channels import open_channel
from outreach.meta.graph import GraphClient
from outreach.sandbox.server import SandboxServer
from outreach.states import ChannelMode, Mode
from outreach.tables import Installation
from outreach.vault import Keyring
from outreach.web.app import create_app
from outreach.wiring import Worker
from tests import standing
from tests.factories import NOW


@dataclass
class Stage:
    sandbox: SandboxServer
    worker: Worker
    clock: SteppedClock
    folder: Path

    @property
    def database(self) -> Database:
        return self.worker.opened.database

    def jump(self, **delta: float) -> datetime:
        """Both clocks move on; what is due at Meta happens and its webhooks are delivered."""
        to = self.clock.now() + timedelta(**delta)
        self.tell("clock", to=to.isoformat())
        self.clock.jump(to)
        return to

    def tell(self, what: str, **order: Any) -> Any:
        answer = requests.post(f"{self.sandbox.base_url}/_sandbox/{what}", json=order, timeout=20)
        answer.raise_for_status()
        return answer.json()

    def state(self) -> dict[str, Any]:
        return requests.get(f"{self.sandbox.base_url}/_sandbox/state", timeout=20).json()

    def visible(self) -> list[str]:
        """The texts of all that the public sees, on Page and account."""
        state = self.state()
        return [each["text"] for each in (*state["posts"], *state["media"]) if each["visible"]]

    def fault(self, kind: Any, method: str = "POST", path: str = ".*", **more: Any) -> None:
        self.tell("faults", match={"method": method, "path_regex": path}, kind=kind, **{"times": 1, **more})

    def until_quiet(self, *steps: Callable[[], bool]) -> None:
        """Run steps until none has anything to do."""
        while sum(step() for step in steps):  # every step has its turn, whatever the others had
            pass


@contextmanager
def staging(
    database: Database, clock: SteppedClock, keyring: Keyring, sandbox: SandboxServer, folder: Path
) -> Iterator[Stage]:
    """A stage with a Page, `page`, and the account that is linked to it, `insta`, both live."""
    used = settings.load(
        data_dir=folder / "data",
        key_dir=folder / "keys",
        database_url=database.url,
        meta={
            "app_id": sandbox.app_id,
            "app_secret": sandbox.app_secret,
            "verify_token": sandbox.verify_token,
            "graph_url": sandbox.base_url,
            "instagram_url": sandbox.base_url,
            "rupload_url": sandbox.base_url,
        },
    )
    with database.write() as session:
        session.add(Installation(mode=Mode.SANDBOX, keys=keyring.fingerprint(), created_at=NOW))
    worker = Worker(Opened(used, database, clock, keyring, mode=Mode.SANDBOX))
    app = create_app(used, database, clock, mode=Mode.SANDBOX, media=worker.media)
    with standing.serving(app) as address, _unhurried(GraphClient.__init__), _unhurried(open_channel):
        used.media.public_base_url = address
        used.web.base_url = address
        staged = Stage(sandbox, worker, clock, folder)
        _add_channels(staged)
        yield staged


def _unhurried(opens: Any) -> Any:
    """Reads that failed are asked again after a pause; here the clock is stepped, so nobody sleeps."""
    return patch.dict(opens.__kwdefaults__, {"sleep": lambda _: None})


def _add_channels(stage: Stage) -> None:
    found = channels.discover(stage.worker.meta_app, stage.sandbox.user_token, now=NOW)
    for candidate, name in zip(found.candidates, ("page", "insta"), strict=True):
        channels.add(
            stage.database, stage.worker.meta_app, candidate, name, mode=ChannelMode.LIVE, user_id=None, now=NOW
        )
