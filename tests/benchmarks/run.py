"""Runs the benchmarks, prints a table and writes build/bench/<name>.json. `make bench [ONLY=name]` calls it.

A benchmark is a module beside this one with `run() -> dict`: figures by key, units in the keys' names.
"""

from __future__ import annotations

import json
import platform
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = Path(__file__).parent


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.py") if path.stem not in {"run", "__init__"})


def main(wanted: list[str]) -> int:
    sys.path.insert(0, str(ROOT))
    for name in wanted or names():
        module = name.replace("-", "_")
        if module not in names():
            print(f"no benchmark {name}; there are: {', '.join(each.replace('_', '-') for each in names())}")
            return 2
        began = time.monotonic()
        figures = import_module(f"tests.benchmarks.{module}").run()
        write(module.replace("_", "-"), figures, time.monotonic() - began)
    return 0


def write(name: str, figures: dict[str, Any], seconds: float) -> None:
    folder = ROOT / "build" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    machine = {"python": platform.python_version(), "machine": platform.machine()}
    text = json.dumps({"name": name, "figures": figures, "took_s": round(seconds, 1), **machine}, indent=1, default=str)
    (folder / f"{name}.json").write_text(text + "\n")
    print(f"\n{name} ({seconds:.1f} s)")
    for key, value in figures.items():
        print(f"  {key:<36} {value}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
