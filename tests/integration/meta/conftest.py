"""What the client is tried against: a wire that misbehaves as told, and the sandbox with a host for its media."""

from __future__ import annotations

import http.server
import io
import socket
import struct
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import requests
from PIL import Image

from outreach.meta.channels import GraphHosts, open_channel
from outreach.meta.graph import OnResponse
from outreach.meta.protocol import Channel, Content, Medium
from outreach.sandbox.seeding import Channel as Account
from outreach.sandbox.server import SandboxServer
from outreach.sandbox.switches import Switches
from outreach.states import ChannelKind

RESET, HANG = b"<reset>", b"<hang>"


def reply(body: bytes | str, *, status: int = 200, kind: str = "application/json", **headers: str) -> bytes:
    content = body.encode() if isinstance(body, str) else body
    named = {"Content-Type": kind, "Content-Length": str(len(content)), "Connection": "close"}
    named.update({name.replace("_", "-"): value for name, value in headers.items()})
    lines = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    return f"HTTP/1.1 {status} X\r\n{lines}\r\n".encode() + content


class Wire:
    """Answers each connection with the next of `answers`, the last one for ever, and keeps what it was sent."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.requests: list[bytes] = []
        self.answers: list[bytes] = [reply("{}")]
        self._held: list[socket.socket] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._socket.close()
        for connection in self._held:
            connection.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.requests.append(_received(connection))
            self._answer(connection, self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])

    def _answer(self, connection: socket.socket, answer: bytes) -> None:
        if answer == HANG:
            self._held.append(connection)
            return
        if answer == RESET:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        else:
            connection.sendall(answer)
        connection.close()


def _received(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [line.partition(b":")[2] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")]
    while lengths and len(body) < int(lengths[0]):
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


@pytest.fixture
def wire() -> Iterator[Wire]:
    wire = Wire()
    wire.http, wire.RESET, wire.HANG = reply, RESET, HANG  # type: ignore[attr-defined]
    yield wire
    wire.close()


class QuietFiles(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def media_host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A folder of JPEGs and the address where Instagram can fetch them."""
    folder = tmp_path_factory.mktemp("media")
    for number, colour in enumerate(("teal", "orange", "purple")):
        Image.new("RGB", (400, 400), colour).save(folder / f"{number}.jpg")
    data = io.BytesIO()
    Image.new("RGB", (400, 400)).save(data, "PNG")
    (folder / "not-a.jpg").write_bytes(data.getvalue())
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietFiles, directory=str(folder)))
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield folder, f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


class Meta:
    """The sandbox, its desk, and real channels of the client on it."""

    def __init__(self, server: SandboxServer, account: Account, media_host: tuple[Path, str]) -> None:
        self.server = server
        self.account = account
        self.start = server.world.now()
        self._folder, self._media_url = media_host
        self.calls: list[tuple[str, str, int]] = []

    def desk(self, path: str, **order: Any) -> Any:
        answer = requests.post(f"{self.server.base_url}/_sandbox/{path}", json=order, timeout=5)
        assert answer.ok, answer.text
        return answer.json()

    def fault(self, kind: str, **order: Any) -> None:
        self.desk("faults", kind=kind, **order)

    def open(self, kind: ChannelKind, *, on_response: OnResponse | None = None) -> Channel:
        remote_id = self.account.page_id if kind is ChannelKind.FACEBOOK_PAGE else self.account.ig_id
        return open_channel(
            kind,
            remote_id,
            self.account.page_token,
            page_id=self.account.page_id,
            app_secret=self.server.app_secret,
            hosts=GraphHosts(graph=self.server.base_url, rupload=self.server.base_url),
            on_response=on_response or (lambda method, path, status, _: self.calls.append((method, path, status))),
            sleep=lambda _: None,
        )

    @property
    def page(self) -> Channel:
        return self.open(ChannelKind.FACEBOOK_PAGE)

    @property
    def instagram(self) -> Channel:
        return self.open(ChannelKind.INSTAGRAM_ACCOUNT)

    def media(self, *names: str) -> tuple[Medium, ...]:
        names = names or ("0.jpg",)
        return tuple(Medium(self._folder / name, f"{self._media_url}/{name}", f"وصف {name}") for name in names)

    def prepare(self, channel: Channel, content: Content) -> dict[str, str]:
        parts: dict[str, str] = {}
        while step := channel.next_step(content, parts):
            parts[step.name] = channel.make(step, content, parts)
        return parts

    def publish(self, channel: Channel, content: Content) -> str:
        return channel.release(self.prepare(channel, content)).remote_id

    def comment(self, post_id: str, text: str, **more: Any) -> str:
        return str(self.desk("comment", post=post_id, text=text, **more)["id"])


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxServer]:
    """One server for a module, with a Page for each test, since starting and stopping one takes its time."""
    with SandboxServer(pages=150) as server:
        yield server


@pytest.fixture(scope="module")
def accounts(sandbox: SandboxServer) -> Iterator[Account]:
    return iter(sandbox.channels)


@pytest.fixture
def meta(sandbox: SandboxServer, accounts: Iterator[Account], media_host: tuple[Path, str]) -> Meta:
    with sandbox.world.lock:
        sandbox.world.faults.remove()
        sandbox.world.switches = Switches(audience=False)
    return Meta(sandbox, next(accounts), media_host)
