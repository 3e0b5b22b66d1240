"""The HTTP side: an ASGI application that reads requests, hands them to threads, and can drop a connection."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from outreach.sandbox import pictures
from outreach.sandbox.control import Control
from outreach.sandbox.graph import JSON_TYPE, UPLOAD_PREFIXES, Answer, Graph, Request
from outreach.sandbox.world import World

CONTROL_PREFIX = "_sandbox"


class SandboxApp:
    """Plays graph.facebook.com at the root, graph.instagram.com under `/ig-graph`; its own desk is `/_sandbox`."""

    def __init__(self, world: World) -> None:
        self.install(world)

    def install(self, world: World) -> None:
        """Serve another world from now on."""
        self.world, self.graph, self.control = world, Graph(world), Control(world)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        answer = await _serve(HttpRequest(scope, receive), self.graph, self.control)
        if answer.reset:
            await _drop(receive, send)
            return
        await Response(answer.body, answer.status, dict(answer.headers))(scope, receive, send)


def create_app(world: World) -> SandboxApp:
    return SandboxApp(world)


async def _serve(http: HttpRequest, graph: Graph, control: Control) -> Answer:
    path = http.url.path.lstrip("/")
    if path.partition("/")[0] == CONTROL_PREFIX:
        text = await http.body()
        return await run_in_threadpool(control.serve, http.method, path[len(CONTROL_PREFIX) + 1 :], text)
    params: dict[str, str] = dict(http.query_params)
    files: dict[str, bytes] = {}
    try:
        if path.startswith(UPLOAD_PREFIXES):
            await _read_upload(http, params, files)
        else:
            await _read_body(http, params, files)
    except ValueError:
        return Answer(400, b'{"error":{"message":"Malformed body","type":"OAuthException","code":100}}',
                      {"content-type": JSON_TYPE})  # fmt: skip
    token = params.pop("access_token", None) or _header_token(http)
    request = Request(http.method, path, params, f"{http.url.scheme}://{http.url.netloc}", token, files)
    serve = graph.picture if path.startswith(f"{pictures.PREFIX}/") else graph.serve
    return await run_in_threadpool(serve, request)


async def _read_body(http: HttpRequest, params: dict[str, str], files: dict[str, bytes]) -> None:
    kind = http.headers.get("content-type", "")
    if http.method not in ("POST", "DELETE") or not kind:
        return
    if kind.startswith("application/json"):
        params.update(_texts(json.loads(await http.body() or b"{}")))
        return
    async with http.form(max_part_size=16 * 1024 * 1024) as form:
        for name, value in form.multi_items():
            if isinstance(value, str):
                params[name] = value
            else:
                files[name] = await value.read()


async def _read_upload(http: HttpRequest, params: dict[str, str], files: dict[str, bytes]) -> None:
    """Bytes with headers for parameters. What had arrived when a connection broke has arrived."""
    params.update({name: http.headers[name] for name in ("offset", "file_size", "file_url") if name in http.headers})
    if not http.headers.get("authorization", "").lower().startswith("oauth "):
        params["scheme"] = "not OAuth"
    data = bytearray()
    with suppress(ClientDisconnect):
        async for chunk in http.stream():
            data += chunk
    files["bytes"] = bytes(data)


def _texts(values: Any) -> dict[str, str]:
    """A JSON body as parameters: nested values back to JSON text, as the form encoding has them."""
    if not isinstance(values, dict):
        raise ValueError("a JSON body must be an object")  # noqa: TRY004  a value of the request, not of a caller
    return {key: value if isinstance(value, str) else json.dumps(value) for key, value in values.items()}


def _header_token(http: HttpRequest) -> str | None:
    scheme, _, value = http.headers.get("authorization", "").partition(" ")
    return value.strip() or None if scheme.lower() in ("bearer", "oauth") else None


async def _drop(receive: Receive, send: Send) -> None:
    """Close the connection without an answer. Uvicorn's own cycle, which `send` is bound to, holds the transport."""
    transport = send.__self__.transport  # type: ignore[attr-defined]
    transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass
