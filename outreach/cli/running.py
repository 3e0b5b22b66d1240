"""Commands that run for long: the scheduler, the web pages, a full read, the sandbox, the demo."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from outreach.cli.frame import EXIT_FAILED, AsJson, language, note, open_here, progress, say, show
from outreach.errors import InvalidError

if TYPE_CHECKING:
    import uvicorn

    from outreach.errors import MetaError
    from outreach.installation import Opened
    from outreach.settings import WebSettings
    from outreach.wiring import Worker

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


def pull(
    status: Annotated[bool, typer.Option("--status", help="Only show how far reading is")] = False,
    as_json: AsJson = False,
) -> None:
    """Read the comments of every post in full, now; exit code 1 when Meta let some of them not be read."""
    from outreach import comments
    from outreach.wiring import Worker
    from outreach.wording import word

    opened = open_here()
    failed = [] if status else _pull_all(Worker(opened))
    rows = comments.pull_status(opened.database, now=opened.clock.now())
    show(rows if as_json else [_in_minutes(row, opened.settings.timezone) for row in rows], as_json=as_json)
    for said in dict.fromkeys(word(error.code, error.params, language=language()) for error in failed):
        note(said)
    if failed:
        raise typer.Exit(EXIT_FAILED)


def _in_minutes(row: Mapping[str, Any], zone: str) -> dict[str, Any]:
    """The exact time is for programs; people read local minutes."""
    at = row["last_complete_read"]
    local = datetime.fromisoformat(str(at)).astimezone(ZoneInfo(zone)) if at else None
    return {**row, "last_complete_read": f"{local:%Y-%m-%d %H:%M}" if local else None}


def _pull_all(worker: Worker) -> list[MetaError]:
    """What kept posts from being read; one that cannot be read does not stop the others."""
    from sqlalchemy import select

    from outreach.comments import read_in_full
    from outreach.states import PublicationStatus
    from outreach.tables import Publication

    with worker.opened.database.read() as session:
        published = session.scalars(select(Publication).where(Publication.status == PublicationStatus.PUBLISHED)).all()
    failed = []
    with progress("comments", len(published)) as advance:
        for publication in published:
            failed.append(read_in_full(worker.reader, publication))
            advance(1)
    return [error for error in failed if error is not None]


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
