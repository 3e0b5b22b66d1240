"""`outreach serve` as it runs in production: pages, webhooks and jobs in one process and in real time."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from sqlalchemy import select

from outreach import channels, installation, settings
from outreach.clock import RealClock
from outreach.sandbox.server import SandboxServer
from outreach.states import ChannelMode, Mode, PublicationStatus, ReviewState, Role
from outreach.tables import Approval, Channel, Comment, Prediction, Publication, WebhookDelivery
from outreach.wiring import Worker
from tests.e2e.terminal import Terminal, on_sandbox, sandbox_of_now, tell, until, visible
from tests.factories import make_post, make_publication, make_user
from tests.posting import jpeg

WORDS = {"page": "نلتقي باچر بالعشار", "insta": "صورة من لقاء اليوم"}
DISCLOSURE = "زوجي يضربني كل يوم وما اعرف وين اروح"
SOON = timedelta(seconds=4)  #: the service starts meanwhile


@pytest.fixture
def sandbox() -> Iterator[SandboxServer]:
    with sandbox_of_now() as running:
        yield running


@pytest.fixture
def terminal(sandbox: SandboxServer, database_url: str, tmp_path: Path) -> Terminal:
    """A terminal on an installation with both channels, made in this process."""
    made = on_sandbox(sandbox, tmp_path, database_url)
    address = f"http://127.0.0.1:{free_port()}"
    made.settings |= {"web__port": address.rsplit(":", 1)[1], "web__base_url": address}
    return made


@pytest.fixture
def worker(terminal: Terminal, sandbox: SandboxServer) -> Iterator[Worker]:
    """The same installation, opened in this process."""
    used = settings.load(**nested(terminal.settings))
    worker = Worker(installation.init(used, Mode.SANDBOX, clock=RealClock()))
    now = datetime.now(UTC)
    found = channels.discover(worker.meta_app, sandbox.user_token, now=now)
    for candidate, name in zip(found.candidates, WORDS, strict=True):
        channels.add(
            worker.opened.database, worker.meta_app, candidate, name, mode=ChannelMode.LIVE, user_id=None, now=now
        )
    yield worker
    worker.opened.database.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def nested(flat: dict[str, str]) -> dict[str, object]:
    """`meta__app_id` and such as sections."""
    result: dict[str, object] = {}
    for key, value in flat.items():
        section, _, name = key.partition("__")
        if name:
            result.setdefault(section, {})[name] = value  # type: ignore[index]
        else:
            result[section] = value
    return result


def schedule(worker: Worker, due_at: datetime) -> None:
    """An approved post on each channel, with an image where the platform wants one."""
    sha = worker.media.put(jpeg(90))
    with worker.opened.database.write() as session:
        approver = make_user(session, Role.APPROVER).id
        for name, words in WORDS.items():
            post = make_post(session)
            session.add(Approval(post_id=post.id, content_hash=post.content_hash, user_id=approver, at=due_at))
            media = [{"sha256": sha, "alt": "", "file": "x.jpg"}] if name == "insta" else []
            content = {"text": words, "link": None, "first_comment": None, "media": media}
            channel = session.scalars(select(Channel).where(Channel.name == name)).one()
            make_publication(session, channel, post, due_at=due_at, content=content)


def test_posts_go_out_comments_come_in_and_the_service_stops_cleanly(
    terminal: Terminal, worker: Worker, sandbox: SandboxServer
) -> None:
    address = terminal.settings["web__base_url"]
    due_at = datetime.now(UTC) + SOON
    schedule(worker, due_at)
    with terminal.background("serve", "serve") as process:
        until("the pages answer", lambda: answers(f"{address}/login"), process)
        tell(sandbox, "webhooks", callback_url=f"{address}/webhooks/meta")
        posts = until("both posts are out", lambda: len(visible(sandbox)) == 2 and visible(sandbox), process)
        assert posts.keys() == set(WORDS.values())
        until("both are published here", lambda: len(published(worker)) == 2, process)
        for post in posts.values():
            tell(sandbox, "comment", post=post, text=DISCLOSURE)
        comments = until("both comments are queued", lambda: len(queued(worker)) == 2 and queued(worker), process)
        until("every job has run", lambda: answers(f"{address}/healthz"), process)
        assert requests.get(f"{address}/healthz", timeout=20).json()["ok"] is True
    done = terminal.diary["serve"]
    assert done.code == 0, done.err[-2000:]
    events = terminal.events("serve")
    assert (events[0], events[-1], "job.failed" in events) == ("jobs.started", "jobs.stopped", False)
    assert DISCLOSURE not in done.err + done.out
    assert all(row.published_at >= due_at for row in published(worker))
    assert {comment.text for comment in comments} == {DISCLOSURE}
    with worker.opened.database.read() as session:
        assert set(session.scalars(select(Prediction.status))) == {"scored"}
        deliveries = session.scalars(select(WebhookDelivery)).all()
    assert deliveries  # the comments came by webhook: nothing else reads a post again so soon
    assert all((row.status, row.body) == ("done", None) for row in deliveries)


def test_a_service_whose_port_is_taken_says_so_and_ends(terminal: Terminal, worker: Worker) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(terminal.settings["web__port"])))
        taken.listen()
        done = terminal("serve", "serve")
    assert done.code == 1
    assert "jobs.started" not in done.err
    assert terminal.settings["web__port"] in done.err
    assert "Traceback" not in done.err


def answers(address: str) -> bool:
    try:
        return requests.get(address, timeout=5).status_code == requests.codes.ok
    except requests.ConnectionError:
        return False


def published(worker: Worker) -> list[Publication]:
    wanted = select(Publication).where(Publication.status == PublicationStatus.PUBLISHED)
    with worker.opened.database.read() as session:
        return list(session.scalars(wanted))


def queued(worker: Worker) -> list[Comment]:
    with worker.opened.database.read() as session:
        return list(session.scalars(select(Comment).where(Comment.review_state == ReviewState.QUEUED)))
