"""What guards every request: size, origin, session, headers; and what becomes of an exception. Deny by default.

The layers are plain ASGI, outermost first: `Guard` (request id, headers, errors, one log line), `SameOrigin`,
`BodyLimit`, `SignedIn`. They see paths, never bodies; a path of ours holds ids only.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from outreach import logs
from outreach.errors import describe

#: paths that need no session; everything else does, also what does not exist
PUBLIC_PATHS = frozenset(
    {"/login", "/language", "/healthz", "/privacy", "/privacy/deletion", "/webhooks/meta", "/favicon.ico"}
)
PUBLIC_FOLDERS = ("/static/", "/m/")
#: signed by Meta instead, and sent from elsewhere by design
ORIGIN_EXEMPT = frozenset({"/webhooks/meta", "/privacy/deletion"})
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
FORM_BYTES = 64 * 1024
#: Meta sends up to 1000 changes in one delivery (graph-api.md §10)
WEBHOOK_BYTES = 4 * 1024 * 1024

HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; "
        "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), interest-cohort=()",
    "x-robots-tag": "noindex, nofollow",
}

ErrorPage = Callable[[Request, BaseException], Response]
FindUser = Callable[[str], object | None]


def is_public(path: str) -> bool:
    return path in PUBLIC_PATHS or path.startswith(PUBLIC_FOLDERS)


def cookie_name(base_url: str) -> str:
    """`__Host-` makes the browser itself insist on Secure, this host and path `/`; it needs https."""
    return "__Host-outreach" if base_url.startswith("https:") else "outreach"


def safe_next(path: str) -> str:
    """Where to go after signing in: a path of ours, else the start page."""
    fine = re.fullmatch(r"/[a-z0-9/_-]{0,200}", path)
    return path if fine and not path.startswith("//") else "/"


class Guard:
    """Gives each request an id, each answer its headers, and turns any exception into a page without its words."""

    def __init__(self, app: ASGIApp, *, error_page: ErrorPage, https: bool) -> None:
        self.app = app
        self.error_page = error_page
        self.https = https
        self.log = logs.get("web")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        answer = _Answer(send, self._headers(scope))
        scope.setdefault("state", {})["request_id"] = request_id = secrets.token_hex(8)
        started = time.monotonic()
        try:
            await self.app(scope, receive, answer)
        except Exception as error:  # noqa: BLE001  the border: nothing may reach the server's own traceback printer
            self.log.error("request_failed", request_id=request_id, **describe(error))  # noqa: TRY400  no traceback: it holds values
            if not answer.started:
                response = await run_in_threadpool(self.error_page, Request(scope), error)
                await response(scope, receive, answer)
        self.log.info(
            "request",
            request_id=request_id,
            method=scope["method"],
            route=_route(scope),
            status=int(answer.status or 0),
            ms=round((time.monotonic() - started) * 1000),
        )

    def _headers(self, scope: Scope) -> dict[str, str]:
        cache = {} if scope["path"].startswith("/static/") else {"cache-control": "no-store"}
        strict = {"strict-transport-security": "max-age=31536000"} if self.https else {}
        return {**HEADERS, **cache, **strict}


class _Answer:
    """Passes an answer on with our headers, and remembers its status."""

    def __init__(self, send: Send, headers: dict[str, str]) -> None:
        self.send = send
        self.headers = headers
        self.status: int | None = None

    @property
    def started(self) -> bool:
        return self.status is not None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            given = MutableHeaders(scope=message)
            for name, value in self.headers.items():
                given.setdefault(name, value)
        await self.send(message)


def _route(scope: Scope) -> str:
    """The route's pattern: a path that a stranger made up could hold anything."""
    return str(getattr(scope.get("route"), "path", "-"))


class SameOrigin:
    """Refuses a write that a browser sends from another site (style-anchors.md §6 c)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not _may_write(scope):
            await PlainTextResponse("cross-site", HTTPStatus.FORBIDDEN)(scope, receive, send)
            return
        await self.app(scope, receive, send)


def _may_write(scope: Scope) -> bool:
    if scope["method"] in SAFE_METHODS or scope["path"] in ORIGIN_EXEMPT:
        return True
    headers = Headers(scope=scope)
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = urlsplit(headers.get("origin", ""))
    return bool(origin.netloc) and origin.netloc == headers.get("host")


class BodyLimit:
    """Refuses a body that says or turns out to be too large, before a route sees any of it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in SAFE_METHODS:
            await self.app(scope, receive, send)
            return
        limit = WEBHOOK_BYTES if scope["path"] in ORIGIN_EXEMPT else FORM_BYTES
        length = Headers(scope=scope).get("content-length", "0")
        body = await _read(receive, limit) if length.isdigit() and int(length) <= limit else None
        if body is None:
            await PlainTextResponse("too large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)(scope, receive, send)
            return
        await self.app(scope, _replayed(body, receive), send)


async def _read(receive: Receive, limit: int) -> bytes | None:
    """The whole body, or None as soon as it is longer than the limit or its sender has gone."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > limit or message["type"] == "http.disconnect":
            return None
        if not message.get("more_body", False):
            return bytes(body)


def _replayed(body: bytes, receive: Receive) -> Receive:
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return waiting.pop() if waiting else await receive()

    return replay


class SignedIn:
    """Lets nothing but the public paths pass without a session; the user is then in `request.state.user`."""

    def __init__(self, app: ASGIApp, *, cookie: str, find_user: FindUser) -> None:
        self.app = app
        self.cookie = cookie
        self.find_user = find_user

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(PUBLIC_FOLDERS):
            await self.app(scope, receive, send)
            return
        token = Request(scope).cookies.get(self.cookie)
        user = await run_in_threadpool(self.find_user, token) if token else None
        scope.setdefault("state", {})["user"] = user
        if user is None and not is_public(scope["path"]):
            await _sign_in_first(scope)(scope, receive, send)
            return
        await self.app(scope, receive, send)


def _sign_in_first(scope: Scope) -> Response:
    if scope["method"] not in {"GET", "HEAD"}:
        return RedirectResponse("/login", HTTPStatus.SEE_OTHER)
    if "application/json" in Headers(scope=scope).get("accept", ""):
        return JSONResponse({"error": "signed_out"}, HTTPStatus.UNAUTHORIZED)
    after = safe_next(scope["path"])
    return RedirectResponse("/login" if after == "/" else f"/login?next={quote(after)}", HTTPStatus.SEE_OTHER)
