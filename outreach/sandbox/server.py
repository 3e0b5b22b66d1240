"""Runs the sandbox: `serve` blocks, `SandboxServer` runs it in a thread beside a test or a demo."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import uvicorn

from outreach.errors import InstallationError
from outreach.sandbox import delivery
from outreach.sandbox.app import SandboxApp, create_app
from outreach.sandbox.objects import TokenKind
from outreach.sandbox.seeding import APP_ID, APP_SECRET, START, VERIFY_TOKEN, Channel, create_world
from outreach.sandbox.switches import Switches
from outreach.sandbox.words import read_replay
from outreach.sandbox.world import World

TICK = 0.05  # seconds between looks at the outbox and, while the clock runs, at what is due


class SandboxServer:
    """A sandbox on 127.0.0.1 at a free port, for as long as the `with` block lasts. Options: see `create_world`."""

    def __init__(
        self,
        *,
        seed: int = 1,
        start: datetime = START,
        pages: int = 1,
        switches: Switches | None = None,
        replay: Iterable[str] = (),
        port: int = 0,
    ) -> None:
        world, self.channels = create_world(seed=seed, start=start, pages=pages, switches=switches, replay=replay)
        self._app = create_app(world)
        self._socket = _listen(port)
        self._server = uvicorn.Server(_config(self._app))
        self._stop = threading.Event()
        self._threads = (
            threading.Thread(target=self._server.run, args=([self._socket],), daemon=True),
            threading.Thread(target=tick, args=(self._app, self._stop), daemon=True),
        )

    def reset(
        self, *, seed: int = 1, start: datetime = START, pages: int = 1, switches: Switches | None = None
    ) -> None:
        """Begin anew with another world on the same port; starting a server takes longer than this."""
        world, self.channels = create_world(seed=seed, start=start, pages=pages, switches=switches)
        self._app.install(world)

    def replay(self, path: Path, *, column: str = "text") -> int:
        """Let the audience say a TSV's or CSV's comments first; how many there are. Posts already out are not meant."""
        lines = read_replay(path, column=column)
        with self.world.lock:
            self.world.replay.extend(lines)
        return len(lines)

    @property
    def world(self) -> World:
        return self._app.world

    app_id, app_secret, verify_token = APP_ID, APP_SECRET, VERIFY_TOKEN

    @property
    def user_token(self) -> str:
        return next(token.value for token in self.world.tokens.values() if token.kind is TokenKind.USER)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    @property
    def channel(self) -> Channel:
        return self.channels[0]

    @property
    def page_id(self) -> str:
        return self.channel.page_id

    @property
    def page_token(self) -> str:
        return self.channel.page_token

    @property
    def ig_id(self) -> str:
        return self.channel.ig_id

    @property
    def ig_token(self) -> str:
        """An Instagram User token, for the `/ig-graph` host."""
        return self.channel.ig_token

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        while not self._server.started:
            if not self._threads[0].is_alive():
                raise InstallationError("sandbox.not_started")
            time.sleep(0.002)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._server.should_exit = True
        for thread in self._threads:
            thread.join(timeout=5)
        self._socket.close()


def serve(world: World, *, host: str = "127.0.0.1", port: int = 0) -> None:
    """Serve a world until interrupted."""
    stop = threading.Event()
    app = create_app(world)
    threading.Thread(target=tick, args=(app, stop), daemon=True).start()
    config = _config(app)
    config.host, config.port = host, port
    try:
        uvicorn.Server(config).run()
    finally:
        stop.set()


def tick(app: SandboxApp, stop: threading.Event) -> None:
    """Send what an API call has left to send and, while the clock runs, let happen what is due."""
    while not stop.wait(TICK):
        app.world.settle()
        if app.world.outbox or app.world.letters:
            delivery.deliver(app.world)


def _config(app: SandboxApp) -> uvicorn.Config:
    return uvicorn.Config(app, http="h11", ws="none", lifespan="off", log_level="warning",
                          access_log=False, timeout_graceful_shutdown=1)  # fmt: skip


def _listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # asyncio sets NODELAY by it
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    return listener
