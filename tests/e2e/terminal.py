"""A person's terminal: real `outreach` processes on an installation of their own, and everything that they printed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests

from outreach.sandbox.server import SandboxServer

OUTREACH = (sys.executable, "-m", "outreach")
ROOT = Path(__file__).parents[2]
PATIENCE = 30.0  #: seconds before something that should happen counts as not happening


@dataclass(frozen=True)
class Done:
    """What one command printed, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass
class Terminal:
    """`diary`: every command by the name that the test gave it; `counts`: rows found between two commands."""

    folder: Path
    settings: dict[str, str]
    diary: dict[str, Done] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def __call__(self, name: str, *arguments: str, piped: str = "", **settings: str) -> Done:
        done = subprocess.run(
            [*OUTREACH, *arguments],
            input=piped,
            capture_output=True,
            text=True,
            encoding="utf-8",
            cwd=self.folder,
            env=environment({**self.settings, **settings}),
            timeout=120,
            check=False,
        )
        self.diary[name] = Done(done.returncode, done.stdout, done.stderr)
        return self.diary[name]

    def must(self, name: str, *arguments: str, piped: str = "", **settings: str) -> Done:
        done = self(name, *arguments, piped=piped, **settings)
        assert done.code == 0, f"{name}: {done.code}\n{done.err[-2000:]}"
        return done

    @contextmanager
    def background(self, name: str, *arguments: str, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
        """A process beside the others; SIGTERM at the end of the block, and what it printed goes into the diary."""
        out, err = self.folder / f"{name}.out", self.folder / f"{name}.err"
        with out.open("wb") as out_file, err.open("wb") as err_file:
            process = subprocess.Popen(
                [*OUTREACH, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=out_file,
                stderr=err_file,
                cwd=self.folder,
                env=environment({**self.settings, **settings}),
            )
            try:
                yield process
                process.send_signal(signal.SIGTERM)
                process.wait(timeout=PATIENCE)
            finally:
                process.kill()
                process.wait()
        self.diary[name] = Done(process.returncode, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8"))

    def events(self, name: str) -> list[str]:
        """The events in the log lines that a process wrote."""
        return [json.loads(line)["event"] for line in self.diary[name].err.splitlines() if line.startswith("{")]


def environment(settings: dict[str, str]) -> dict[str, str]:
    """Nothing of the developer's own installation; one thread for numbers, since the machine is shared."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("OUTREACH_")}
    plain = {"PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1", "OUTREACH_CONFIG": os.devnull}
    named = {f"OUTREACH_{key.upper()}": value for key, value in settings.items()}
    return {**kept, **plain, **named}


def on_sandbox(sandbox: SandboxServer, folder: Path, database_url: str) -> Terminal:
    """A terminal whose settings name folders of its own and this sandbox; nothing is installed yet."""
    folder.mkdir(parents=True, exist_ok=True)
    meta = {
        "app_id": sandbox.app_id,
        "app_secret": sandbox.app_secret,
        "verify_token": sandbox.verify_token,
        **dict.fromkeys(("graph_url", "instagram_url", "rupload_url"), sandbox.base_url),
    }
    return Terminal(
        folder,
        {
            "data_dir": str(folder / "data"),
            "key_dir": str(folder / "keys"),
            "database_url": database_url,
            "language": "en",
            "publishing__spacing_seconds": "0",
            **{f"meta__{key}": value for key, value in meta.items()},
        },
    )


@contextmanager
def sandbox_of_now() -> Iterator[SandboxServer]:
    """Meta's stand-in in real time, without an audience of its own: tests say what is commented."""
    with SandboxServer(start=datetime.now(UTC)) as sandbox:
        tell(sandbox, "switches", audience=False)
        tell(sandbox, "clock", run=True)
        yield sandbox


def tell(sandbox: SandboxServer, what: str, **order: Any) -> Any:
    answer = requests.post(f"{sandbox.base_url}/_sandbox/{what}", json=order, timeout=20)
    answer.raise_for_status()
    return answer.json()


def visible(sandbox: SandboxServer) -> dict[str, str]:
    """What the public sees: ids of posts by their text."""
    state = requests.get(f"{sandbox.base_url}/_sandbox/state", timeout=20).json()
    return {each["text"]: each["id"] for each in (*state["posts"], *state["media"]) if each["visible"]}


def until(what: str, happened: Callable[[], Any], process: subprocess.Popen[bytes] | None = None) -> Any:
    """Look until it is so; fails after `PATIENCE`, or when the process that should do it has ended."""
    deadline = time.monotonic() + PATIENCE
    while not (found := happened()):
        assert time.monotonic() < deadline, f"still waiting: {what}"
        assert process is None or process.poll() is None, f"the process ended: {what}"
        time.sleep(0.1)
    return found
