"""Commands that run for long: the scheduler, the web pages, the sandbox, the demo."""

from __future__ import annotations

import signal
import socket
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from outreach.cli.frame import note, open_here, say
from outreach.errors import InvalidError

if TYPE_CHECKING:
    import uvicorn

    from outreach.installation import Opened
    from outreach.settings import WebSettings

sandbox = typer.Typer(no_args_is_help=True)


def run() -> None:
    """Run the scheduler until told to stop. It publishes, reads, classifies, alerts."""
    from outreach import jobs

    jobs.run()


def serve(
    jobs: Annotated[bool, typer.Option(help="Run the scheduler in the same process")] = True,
) -> None:
    """Serve the web pages, and run the scheduler beside them."""
    from outreach.jobs import Runner, cadences
    from outreach.web.app import create_app, server
    from outreach.wiring import Worker

    opened = open_here()
    worker = Worker(opened)
    app = create_app(
        opened.settings,
        opened.database,
        opened.clock,
        mode=opened.mode,
        media=worker.media,
        cadences=cadences() if jobs else None,
    )
    pages = server(app, opened.settings)
    _outlive_signals(pages)
    listener = _listen(opened.settings.web)
    runner = Runner(worker) if jobs else None
    if runner:
        runner.start()
    note(_addresses(opened, listener))
    try:
        pages.run(sockets=[listener])
    finally:
        if runner:
            runner.stop()


def _outlive_signals(pages: uvicorn.Server) -> None:
    """uvicorn stops by itself on a signal, and raises it once more when it has; by then the jobs have yet to stop."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: setattr(pages, "should_exit", True))


def _addresses(opened: Opened, listener: socket.socket) -> str:
    """Where it listens, and how people reach it where that is another address."""
    web = opened.settings.web
    listens = f"http://{web.host}:{listener.getsockname()[1]}"
    return listens if listens == web.base_url else f"{listens} ({web.base_url})"


def _listen(web: WebSettings) -> socket.socket:
    """Before any job starts, so that a second service by mistake ends at once. Raises InvalidError."""
    family = socket.AF_INET6 if ":" in web.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # asyncio sets NODELAY by the protocol
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((web.host, web.port))
        listener.listen()
    except OSError as error:
        listener.close()
        raise InvalidError("serve.no_port", host=web.host, port=web.port, error=error.strerror) from None
    return listener


def demo(
    once: Annotated[bool, typer.Option("--once", help="Step through, check, and exit")] = False,
    port: Annotated[int, typer.Option(help="Of the web page; 0: any free one")] = 8400,
    database_url: Annotated[str, typer.Option(envvar="OUTREACH_DEMO_DATABASE", help="Default: SQLite")] = "",
) -> None:
    """Show everything on the sandbox: two weeks in about a minute. No network, no token."""
    from outreach.demo.running import run as show

    show(once=once, port=port, database_url=database_url)


@sandbox.command("serve")
def serve_sandbox(
    port: Annotated[int, typer.Option(help="0: any free one")] = 8500,
    seed: Annotated[int, typer.Option(help="Of the audience")] = 1,
    replay: Annotated[
        Path | None, typer.Option(help="TSV or CSV with a column `text`: the audience's words", exists=True)
    ] = None,
) -> None:
    """Serve a stand-in for Meta on 127.0.0.1 until interrupted."""
    from outreach.clock import RealClock
    from outreach.sandbox import server

    with server.SandboxServer(seed=seed, port=port, start=RealClock().now()) as running:
        running.world.clock.run()
        running.world.running = True
        if replay is not None:
            running.replay(replay)
        for key in ("base_url", "page_id", "ig_id", "app_id", "app_secret", "verify_token", "user_token", "page_token"):
            say(f"{key}={getattr(running, key)}")
        threading.Event().wait()
