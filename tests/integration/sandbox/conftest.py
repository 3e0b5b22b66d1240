"""The sandbox over real HTTP, with a fresh world for each test, and hosts that misbehave for it to meet."""

from __future__ import annotations

import http.server
import io
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import requests
from PIL import Image

from outreach.sandbox.server import SandboxServer
from outreach.sandbox.switches import Switches

QUIET = {"audience": False}


class Api:
    """Calls on the sandbox as a Page's token makes them, unless told otherwise."""

    def __init__(self, server: SandboxServer) -> None:
        self.server = server
        self.session = requests.Session()

    def __call__(
        self, method: str, path: str, *, token: str | None = "", prefix: str = "/v26.0/", **params: Any
    ) -> Any:
        """The JSON of the answer, with its HTTP status under `http`; a list is given as it is."""
        answer = self.raw(method, path, token=token, prefix=prefix, **params)
        found = answer.json()
        return {**found, "http": answer.status_code} if isinstance(found, dict) else found

    def raw(
        self, method: str, path: str, *, token: str | None = "", prefix: str = "/v26.0/", **params: Any
    ) -> requests.Response:
        files = params.pop("files", None)
        value = self.server.page_token if token == "" else token
        headers = {"Authorization": f"Bearer {value}"} if value else {}
        place = "params" if method == "GET" else "data"
        return self.session.request(
            method, self.server.base_url + prefix + path, headers=headers, files=files, timeout=10, **{place: params}
        )

    def desk(self, path: str, **order: Any) -> Any:
        answer = requests.post(f"{self.server.base_url}/_sandbox/{path}", json=order, timeout=30)
        assert answer.ok, answer.text
        return answer.json()

    def jump(self, **span: float) -> Any:
        return self.desk("clock", to=(self.server.world.now() + timedelta(**span)).isoformat())

    def jump_to(self, moment: datetime) -> Any:
        return self.desk("clock", to=moment.isoformat())

    def switch(self, **changes: Any) -> None:
        self.desk("switches", **changes)

    def post(self, message: str = "مرحبا", **params: Any) -> str:
        """A visible post of the Page."""
        return str(self("POST", f"{self.server.page_id}/feed", message=message, **params)["id"])

    def comment(self, post_id: str, text: str = "شكرا الكم", **more: Any) -> str:
        return str(self.desk("comment", post=post_id, text=text, **more)["id"])

    def media(self, url: str, **params: Any) -> str:
        container = self("POST", f"{self.server.ig_id}/media", image_url=url, **params)["id"]
        return str(self("POST", f"{self.server.ig_id}/media_publish", creation_id=container)["id"])

    def state(self, kind: str) -> list[dict[str, Any]]:
        return list(requests.get(f"{self.server.base_url}/_sandbox/state", timeout=10).json()[kind])


@pytest.fixture(scope="session")
def running() -> Iterator[SandboxServer]:
    with SandboxServer() as server:
        yield server


@pytest.fixture
def server(running: SandboxServer) -> SandboxServer:
    running.reset(switches=Switches(audience=False))
    return running


@pytest.fixture
def api(server: SandboxServer) -> Iterator[Api]:
    api = Api(server)
    yield api
    api.session.close()


def picture(size: tuple[int, int] = (400, 400), form: str = "JPEG") -> bytes:
    data = io.BytesIO()
    Image.new("RGB", size, "teal").save(data, form)
    return data.getvalue()


class Host(http.server.BaseHTTPRequestHandler):
    """A media host and webhook receiver: what it answers stands in its server's `pages`, what it got in `got`."""

    def do_GET(self) -> None:
        status, headers, body = self.server.pages.get(self.path.partition("?")[0], (404, {}, b""))  # type: ignore[attr-defined]
        if callable(body):
            body = body(self.path)
        self._say(status, headers, body)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.got.append((dict(self.headers), body))  # type: ignore[attr-defined]
        statuses = self.server.statuses  # type: ignore[attr-defined]
        self._say(statuses.pop(0) if statuses else 200, {}, b"ok")

    def _say(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in {"content-length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Site:
    def __init__(self, server: Any) -> None:
        self._server = server
        self.url = f"http://127.0.0.1:{server.server_address[1]}"
        self.got: list[tuple[dict[str, str], bytes]] = server.got
        self.statuses: list[int] = server.statuses

    def put(self, path: str, body: bytes | Callable[[str], bytes], *, status: int = 200, **headers: str) -> str:
        self._server.pages[path] = (status, headers, body)
        return self.url + path

    def picture(self, **options: Any) -> str:
        return self.put("/picture.jpg", picture(**options))


@pytest.fixture(scope="session")
def _site_server() -> Iterator[Any]:
    server: Any = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Host)
    server.pages, server.got, server.statuses = {}, [], []
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def site(_site_server: Any) -> Site:
    _site_server.pages.clear()
    _site_server.got.clear()
    _site_server.statuses.clear()
    return Site(_site_server)
