"""Runs the demo from set-up to the open pages."""

from __future__ import annotations

import shutil
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import requests
import typer
import uvicorn

from outreach import jobs, logs
from outreach.demo.checking import check
from outreach.demo.setting_up import START, Scene, set_up
from outreach.demo.staff import Staff
from outreach.demo.stepping import Stepper
from outreach.sandbox.server import SandboxServer
from outreach.sandbox.switches import Switches
from outreach.web.app import create_app

LENGTH = timedelta(days=17)  #: the campaign, and a day before it
TALK = 11.0  #: comments a post, on average
STAFF_LEAVES = timedelta(hours=30)  #: before the end


def run(*, once: bool, port: int, database_url: str = "") -> None:
    """Step through the campaign; then keep the pages up, or with `once` check everything and exit (1: not well)."""
    logs.configure(level="ERROR")
    folder = Path(tempfile.mkdtemp(prefix="outreach-demo-"))
    try:
        with SandboxServer(start=START, switches=Switches(comments_per_post=TALK)) as sandbox:
            scene = set_up(folder, sandbox, port=port or _free_port(), database_url=database_url)
            with _served(scene):
                _listen(scene)
                _step_through(scene)
                if once:
                    _check(scene)
                else:
                    _stay(scene, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _step_through(scene: Scene) -> None:
    end = START + LENGTH
    stepper = Stepper(scene, Staff(scene, until=end - STAFF_LEAVES))
    stepper.work()
    with _days(LENGTH.days) as passed:
        for now in stepper.step_until(end):
            passed((now - START) / timedelta(days=1), now)
        stepper.finish()


def _check(scene: Scene) -> None:
    found = check(scene)
    for problem in found:
        typer.echo(f"demo: {problem}", err=True)
    if found:
        raise typer.Exit(1)
    typer.echo("demo: every post out once, every comment read and classified, digest built, pages answer")


def _stay(scene: Scene, folder: Path) -> None:
    """Real time from here: the clocks tick on from the campaign's end and the jobs run until Ctrl-C."""
    scene.clock.run()
    requests.post(f"{scene.sandbox.base_url}/_sandbox/clock", json={"run": True}, timeout=20).raise_for_status()
    runner = jobs.Runner(scene.worker)
    runner.start()
    _tell(scene, folder)
    runner.listen()
    runner.wait()


def _tell(scene: Scene, folder: Path) -> None:
    base = scene.opened.settings.web.base_url
    lines = (
        "",
        f"  {base}",
        f"  login: focal   password: {scene.password}   (also: moderator, lead, comms, approver, psea)",
        "",
        f"  {base}/review    the queue: open a flagged comment, reveal it, decide, undo   — المراجعة",
        f"  {base}/cases     what a focal point owns                                      — الحالات",
        f"  {base}/posts     what went out, when and how                                  — المنشورات",
        f"  {base}/insights  what posts reached, which times did better, who follows       — الأرقام",
        f"  {base}/coverage  what each channel can do, and what nobody sees                — ماذا تستطيع كل قناة",
        f"  {base}/pause     stops every release in two taps (sign in as approver)         — إيقاف النشر",
        f"  {base}/digests   the weekly digest (sign in as lead)                          — الملخّص الأسبوعي",
        f"  {folder / 'mail'}   mails as they would have been sent",
        "",
        "  Ctrl-C ends the demo and deletes everything.",
    )
    for line in lines:
        typer.echo(line)


def _listen(scene: Scene) -> None:
    """Let the sandbox deliver its webhooks to us."""
    callback = {"callback_url": f"{scene.opened.settings.web.base_url}/webhooks/meta"}
    requests.post(f"{scene.sandbox.base_url}/_sandbox/webhooks", json=callback, timeout=20).raise_for_status()


@contextmanager
def _served(scene: Scene) -> Iterator[None]:
    opened = scene.opened
    app = create_app(
        opened.settings,
        opened.database,
        opened.clock,
        mode=opened.mode,
        media=scene.worker.media,
        cadences=jobs.cadences(),
        mails=scene.worker.outbox.folder,
    )
    config = uvicorn.Config(
        app, host="127.0.0.1", port=opened.settings.web.port, log_config=None, access_log=False, lifespan="off"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        if not thread.is_alive():
            typer.echo(f"port {opened.settings.web.port} is taken: outreach demo --port 0", err=True)
            raise typer.Exit(1)
        time.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(timeout=5)


@contextmanager
def _days(total: int) -> Iterator[Callable[[float, datetime], None]]:
    """A bar of days on a terminal; a line a day elsewhere."""
    if not sys.stderr.isatty():
        told: set[int] = set()

        def tell(done: float, now: datetime) -> None:
            if int(done) not in told:
                told.add(int(done))
                typer.echo(f"{now:%Y-%m-%d}", err=True)

        yield tell
        return
    from rich.console import Console  # noqa: PLC0415  only a terminal needs it
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(f"{START:%Y-%m-%d}", total=total)
        yield lambda done, now: bar.update(task, completed=done, description=f"{now:%Y-%m-%d %H:%M}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
