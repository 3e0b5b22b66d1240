"""The stage that tests play on, and a campaign file to fill in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from outreach import accounts
from outreach.clock import SteppedClock
from outreach.db import Database
from outreach.sandbox.server import SandboxServer
from outreach.tables import Channel
from outreach.vault import Keyring
from tests import standing
from tests.factories import NOW
from tests.stages import Stage, staging

__all__ = ["CAMPAIGN", "Stage"]

CAMPAIGN = """
campaign: {name}
title: {{ar: حملة, en: Campaign}}
timezone: Asia/Baghdad
channels: [page, insta]
window: {{from: 2026-11-20, to: 2026-12-31}}
posts:
{posts}
"""


@pytest.fixture(autouse=True)
def light_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same hashing of passwords, without the cost that is meant for who guesses."""
    monkeypatch.setattr(accounts, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))


@pytest.fixture
def sandbox() -> Iterator[SandboxServer]:
    with standing.sandbox(start=NOW) as running:
        yield running


@pytest.fixture
def stage(
    database: Database, clock: SteppedClock, keyring: Keyring, sandbox: SandboxServer, tmp_path: Path
) -> Iterator[Stage]:
    with staging(database, clock, keyring, sandbox, tmp_path) as staged:
        yield staged


@pytest.fixture
def page(stage: Stage) -> Channel:
    with stage.database.read() as session:
        return session.query(Channel).filter_by(name="page").one()
