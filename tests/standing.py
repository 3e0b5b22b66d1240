"""Servers that stand for a whole run: the application or the world behind them is exchanged from test to test.

Starting and stopping a server costs more than most tests (uvicorn looks every 0.1 s whether it shall end).
"""

from __future__ import annotations

import atexit
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fastapi import FastAPI

from outreach.sandbox.seeding import START
from outreach.sandbox.server import SandboxServer
from outreach.settings import Settings, WebSettings
from outreach.web.app import server


class Door:
    """The product's own web server on a free port, whose application is put in when a test has one."""

    def __init__(self) -> None:
        self.app: Any = None
        self._open = 0
        self._server = server(self, Settings(web=WebSettings(port=0)))  # type: ignore[arg-type]  any ASGI application
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        while not self._server.started:
            assert self._thread.is_alive(), "the server did not start"
            time.sleep(0.002)
        atexit.register(self.close)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self._open += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self._open -= 1

    def leave(self) -> None:
        """Wait for what is still being answered: its log lines belong to the test that asked."""
        while self._open:
            time.sleep(0.001)
        self.app = _gone

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.servers[0].sockets[0].getsockname()[1]}"

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=5)


_doors: list[Door] = []
_sandboxes: list[SandboxServer] = []


@contextmanager
def door() -> Iterator[Door]:
    """A door nobody else uses; one test may have several."""
    mine = _doors.pop() if _doors else Door()
    try:
        yield mine
    finally:
        mine.leave()
        _doors.append(mine)


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """The address under which an application answers while the block lasts."""
    with door() as mine:
        mine.app = app
        yield mine.url


@contextmanager
def sandbox(**options: Any) -> Iterator[SandboxServer]:
    """A sandbox with a new world; `options` as of `SandboxServer.reset`."""
    mine = _sandboxes.pop() if _sandboxes else _open_sandbox()
    mine.reset(**{"start": START, **options})
    try:
        yield mine
    finally:
        _sandboxes.append(mine)


def _open_sandbox() -> SandboxServer:
    opened = SandboxServer().__enter__()
    atexit.register(opened.__exit__, None, None, None)
    return opened


async def _gone(_scope: Any, _receive: Any, send: Any) -> None:
    """What a request that outlived its test is told."""
    await send({"type": "http.response.start", "status": 503, "headers": []})
    await send({"type": "http.response.body", "body": b""})
