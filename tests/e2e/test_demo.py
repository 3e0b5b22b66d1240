"""`make demo ONCE=1`, as a stranger runs it: a fortnight on the sandbox, checked against what its public sees."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.demo


def test_the_demo_runs_to_its_end_and_finds_nothing_wrong(tmp_path: Path) -> None:
    env = {key: value for key, value in os.environ.items() if not key.startswith("OUTREACH_")}
    command = [sys.executable, "-m", "outreach", "demo", "--once", "--port", "0"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, cwd=tmp_path, env=env, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert "every post out once" in done.stdout
