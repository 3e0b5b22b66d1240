"""A wire that misbehaves as told: raw bytes in, raw bytes out, over a real socket."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator

import pytest

RESET, HANG = b"<reset>", b"<hang>"


def http(body: bytes | str, *, status: int = 200, kind: str = "application/json", **headers: str) -> bytes:
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
        self.answers: list[bytes] = [http("{}")]
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
    wire.http, wire.RESET, wire.HANG = http, RESET, HANG  # type: ignore[attr-defined]
    yield wire
    wire.close()
