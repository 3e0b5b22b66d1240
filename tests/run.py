"""Runs the whole suite in parts and prints what each cost against its budget. `make test` calls it.

python tests/run.py [--workers 2] [part …]
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROOM = 2_000_000_000  #: bytes


@dataclass(frozen=True)
class Part:
    name: str
    budget: int  #: seconds on two cores
    options: tuple[str, ...]
    parallel: bool = True
    spread: str = "loadgroup"  #: what pytest-xdist hands to a worker: single tests, or whole files


PARTS = (
    Part("unit", 60, ("tests/unit",)),
    Part("integration", 150, ("tests/integration",)),
    Part("kills", 90, ("tests/e2e", "-m", "kills")),
    Part("browser", 120, ("tests/e2e", "-m", "browser")),
    Part("demo", 75, ("tests/e2e", "-m", "demo"), parallel=False),
    Part("rest", 60, ("tests/e2e", "-m", "not kills and not browser and not demo"), spread="loadfile"),
)
COUNTS = re.compile(r"(\d+) (passed|failed|skipped|error)")


@dataclass
class Result:
    part: Part
    seconds: float
    code: int
    counts: dict[str, int]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", default="2")
    parser.add_argument("parts", nargs="*", choices=[[], *(part.name for part in PARTS)])
    given = parser.parse_args()
    wanted = [part for part in PARTS if not given.parts or part.name in given.parts]
    if any(part.name == "browser" for part in wanted) and not has_browser():
        wanted = announce_missing_browser(wanted)
        if wanted is None:
            return 1
    results = [run(part, given.workers) for part in wanted]
    return report(results)


def has_browser() -> bool:
    names = ("chromium", "chromium-browser", "google-chrome")
    return any(shutil.which(name) for name in names) and shutil.which("chromedriver") is not None


def announce_missing_browser(parts: list[Part]) -> list[Part] | None:
    """Without Chromium the browser part is left out, and says so; in CI that is a failure."""
    count = len(collected("browser"))
    print(f"{count} browser tests skipped: install chromium and chromium-driver", flush=True)
    if os.environ.get("CI") == "true":
        print("with CI=true they may not be skipped", flush=True)
        return None
    return [part for part in parts if part.name != "browser"]


def collected(marker: str) -> list[str]:
    command = [sys.executable, "-m", "pytest", "tests/e2e", "-m", marker, "--collect-only"]  # -q once, by pyproject
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return [line for line in listed.stdout.splitlines() if "::" in line]


def run(part: Part, workers: str) -> Result:
    spread = ["-n", workers, "--dist", part.spread] if part.parallel and workers != "1" else []
    command = [sys.executable, "-m", "pytest", *part.options, *spread]
    print(f"== {part.name} (budget {part.budget} s)", flush=True)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="outreach-tests-", dir=in_memory()) as folder:
        code, last = follow(command, {**os.environ, "TMPDIR": folder})
    counts = {word: int(number) for number, word in COUNTS.findall(last)}
    return Result(part, time.monotonic() - began, code, counts)


def follow(command: list[str], environment: dict[str, str]) -> tuple[int, str]:
    """Run, show what it prints as it comes, and return its exit code and its last line of counts."""
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout is not None
    last = ""
    for line in process.stdout:
        sys.stdout.write(line)
        sys.stdout.flush()
        last = line if COUNTS.search(line) else last
    return process.wait(), last


def in_memory() -> str | None:
    """A folder in memory where there is one with room: thousands of small databases need no disk."""
    shared = Path("/dev/shm")
    roomy = shared.is_dir() and os.access(shared, os.W_OK) and shutil.disk_usage(shared).free > ROOM
    return str(shared) if roomy else None


def report(results: list[Result]) -> int:
    print(f"\n{'part':<14}{'seconds':>9}{'budget':>8}   tests")
    for result in results:
        over = "  over budget" if result.seconds > result.part.budget else ""
        counts = ", ".join(f"{number} {word}" for word, number in result.counts.items()) or "no tests"
        print(f"{result.part.name:<14}{result.seconds:>9.1f}{result.part.budget:>8}   {counts}{over}")
    total = {
        word: sum(result.counts.get(word, 0) for result in results) for word in ("passed", "failed", "skipped", "error")
    }
    seconds = sum(result.seconds for result in results)
    print(f"{'all':<14}{seconds:>9.1f}{sum(result.part.budget for result in results):>8}")
    print(
        f"{total['passed']} passed, {total['failed'] + total['error']} failed, {total['skipped']} skipped", flush=True
    )
    return 1 if any(result.code for result in results) or not total["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
