"""Logs: one JSON or console line an event, ids bound; what could be somebody's words or a secret is dropped."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog

#: keys that may never be logged, whoever passes them
FORBIDDEN = frozenset({"text", "message", "body", "name", "author", "token", "url", "password", "secret", "phone"})
#: library loggers that print URLs with query strings or request bodies at INFO or DEBUG
NOISY = ("urllib3", "requests", "httpx2", "httpcore2", "apscheduler", "sqlalchemy", "matplotlib", "PIL", "asyncio")
_LONG_DIGITS = re.compile(r"\d{10,}")


class _StandardError:
    """Standard error as it is when a line is written, not as it was when logging was set up."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


def configure(*, level: str = "INFO", stream: TextIO | None = None, json: bool = True) -> None:
    """Set up structlog and the standard library's loggers for this process."""
    renderer: Any = structlog.processors.JSONRenderer(ensure_ascii=False) if json else structlog.dev.ConsoleRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            drop_forbidden,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(stream or _StandardError()),  # type: ignore[arg-type]  # a stream
        cache_logger_on_first_use=False,
    )
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.CRITICAL)


def drop_forbidden(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The last guard: a forbidden key, a traceback or a long run of digits does not reach the line."""
    for key in list(event):
        if key != "timestamp":
            event[key] = _guarded(key, event[key])
    return event


def _guarded(key: str, value: Any) -> Any:
    if key.rpartition("_")[2] in FORBIDDEN or key in {"exc_info", "exception", "stack_info"}:
        return "[dropped]"
    if isinstance(value, dict):
        return {name: _guarded(str(name), each) for name, each in value.items()}
    return _LONG_DIGITS.sub("[digits]", value) if isinstance(value, str) else value


def get(name: str) -> Any:
    return structlog.get_logger(log=name)
