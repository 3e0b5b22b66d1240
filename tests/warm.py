"""What one test has compiled serves the next: all engines of one kind share their dialect and its compiled statements.

A new engine compiles each statement anew, and that costs a test more than to run them.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from outreach import db

_open_cold = db._open_engine
_known: dict[str, tuple[Any, Any]] = {}


def install() -> None:
    db._open_engine = _open


def _open(url: str) -> Engine:
    engine = _open_cold(url)
    name = engine.dialect.name
    if name in _known:
        engine.dialect, engine._compiled_cache = _known[name]
        engine.pool._dialect = engine.dialect
    else:  # a dialect knows its database from the first connection on
        event.listen(engine, "connect", lambda *_: _known.setdefault(name, (engine.dialect, engine._compiled_cache)))
    return engine
