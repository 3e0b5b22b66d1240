"""Random histories in which the process that reads is killed with -9 at any commit or call of its own.

OUTREACH_HISTORIES=50 plays as many of them on each database; the suite plays one.
"""

from __future__ import annotations

import os
from functools import partial

import pytest

from outreach import comments
from outreach.vault import Keyring
from tests.e2e.test_kills import Forge, forge, sandbox, stage
from tests.integration.conftest import Stage
from tests.integration.test_reading_histories import WEIGHTS, Act, History, begin, differences, play

__all__ = ["forge", "sandbox", "stage"]
pytestmark = pytest.mark.kills

HISTORIES = int(os.environ.get("OUTREACH_HISTORIES", "1"))
ACTS = 30
EVENTS = 24  #: about so many has a read of a few posts with news


def kill_for_real(forge: Forge, history: History) -> None:
    """Posts come due; a process reads them and dies at an event drawn by lot, if it comes so far; then a start."""
    history.stage.jump(minutes=history.chance.choice((11, 16, 130)))
    forge.order("read", kill_at=history.chance.randint(1, EVENTS))
    comments.recover(history.stage.database)


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_after_any_history_with_killed_processes_the_store_is_what_meta_has(
    stage: Stage, forge: Forge, keyring: Keyring, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = begin(stage, seed, monkeypatch)
    forge.order("read", later=False)
    killing: Act = partial(kill_for_real, forge)  # type: ignore[assignment]
    killing.__name__ = "kill_for_real"
    play(history, {**WEIGHTS, killing: 8}, ACTS)
    assert differences(history) == [], (seed, history.acts)
    assert forge.kills, (seed, history.acts)
