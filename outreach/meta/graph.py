"""The HTTP client of the Graph API: one subclass of facebook-sdk's, since that is unmaintained (design §2.3)."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import random
import re
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import facebook
import requests
import urllib3.exceptions
from requests.auth import AuthBase

from outreach.errors import InvalidError
from outreach.meta import refusals
from outreach.meta.refusals import GraphError
from outreach.meta.usage import regain_seconds

VERSION = "v26.0"
#: Seconds for the connection and for each read; an upload or a publish may take Meta most of a minute.
TIMEOUT = (5.0, 60.0)
#: Seconds between the tries of a read, before jitter.
PAUSES = (1.0, 4.0, 15.0)
LARGEST_IMAGE = 30 * 1024 * 1024
_NO_MORE = (404, 410)
#: One object's edge never has this many pages; more means that the cursors run in a circle.
MAX_PAGES = 10_000

OnResponse = Callable[[str, str, int, Mapping[str, str]], None]
OnError = Callable[[GraphError], None]  #: a refusal for too many calls may come without a usage header

#: Removed in v26, or a way to change what a call does; none of them may ever be sent (graph-api.md §1).
_FORBIDDEN = frozenset({"pretty", "debug", "date_format", "callback", "method", "suppress_http_code", "format"})
#: A call that brings one of these authorises itself, in its query: `debug_token` and `oauth/access_token`.
_SECRETS = frozenset({"access_token", "client_secret"})
_BOUNDS: tuple[str, ...] = ("after", "since", "until", "__paging_token")
_PATH = re.compile(r"[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*/?")
_TOKEN = re.compile(r"[!-~]{1,4096}")


@dataclass(frozen=True)
class GraphHosts:
    """Base URLs; the sandbox answers for all of them."""

    graph: str = "https://graph.facebook.com"
    instagram: str = "https://graph.instagram.com"
    rupload: str = "https://rupload.facebook.com"


@dataclass(frozen=True)
class ConnectionPage:
    """One page of an edge; `following` is what to add to the parameters for the next, None after the last."""

    items: list[dict[str, Any]]
    following: dict[str, str] | None


def ignore_error(_error: GraphError) -> None:
    pass


def _ignore_response(_method: str, _path: str, _status: int, _headers: Mapping[str, str]) -> None:
    pass


class GraphClient(facebook.GraphAPI):  # type: ignore[misc]
    """`request` raises GraphError and nothing else. Reads are tried again, writes never.

    Everything that the SDK inherits from itself works on top of it, but for `get_version`, which ignores the base URL.
    `path` of `on_response` has no query.
    """

    def __init__(  # noqa: PLR0913  what a client needs from its surroundings
        self,
        access_token: str | None = None,
        *,
        app_secret: str | None = None,
        base_url: str = GraphHosts.graph,
        timeout: tuple[float, float] = TIMEOUT,
        session: requests.Session | None = None,
        on_response: OnResponse = _ignore_response,
        on_error: OnError = ignore_error,
        sleep: Callable[[float], None] = time.sleep,
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        if access_token is not None and not _TOKEN.fullmatch(access_token):
            raise InvalidError("meta.token_malformed")
        super().__init__(access_token, timeout=timeout, session=session)
        self.version = VERSION
        self.base_url = base_url.rstrip("/")
        self._app_secret = app_secret
        self._on_response = on_response
        self._on_error = on_error
        self._sleep = sleep
        self.stopping = stopping  #: whether the process is told to stop: a long upload breaks off

    def request(
        self,
        path: str,
        args: Mapping[str, object] | None = None,
        post_args: Mapping[str, object] | None = None,
        files: Mapping[str, object] | None = None,
        method: str | None = None,
    ) -> Any:
        verb = "POST" if post_args is not None else method or "GET"
        for pause in PAUSES if verb == "GET" else ():
            try:
                return self._call(verb, path, args or {}, post_args, files)
            except GraphError as error:
                if not error.retryable:
                    raise
            self._sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311  jitter is no secret
        return self._call(verb, path, args or {}, post_args, files)

    def get_all_connections(self, id: str, connection_name: str, **args: object) -> Iterator[dict[str, Any]]:  # noqa: A002
        """Every item of an edge."""
        for page in self.get_pages(id, connection_name, **args):
            yield from page.items

    def get_pages(self, node: str, edge: str, **args: Any) -> Iterator[ConnectionPage]:
        """Every page of an edge; only the absence of `paging.next` ends it (graph-api.md §2.5)."""
        seen: set[str] = set()
        while True:
            page, args = self._page(node, edge, args)
            following = next_page(page)
            yield ConnectionPage(items_of(page), following)
            if following is None:
                return
            args = {**args, **following}
            mark = json.dumps(following, sort_keys=True)
            if mark in seen or len(seen) >= MAX_PAGES:
                raise GraphError("meta.paging", pages=len(seen) + 1)
            seen.add(mark)

    def download(self, address: str) -> bytes | None:
        """An image at an address that Meta gave, of at most `LARGEST_IMAGE` bytes; None when it is gone.

        It lies with Meta's carriers, outside of the API: no token goes there, and no redirect is followed.
        """
        if not address.startswith(("https://", f"{self.base_url}/")):
            raise refusals.broken(refusals.UNREADABLE, writing=False)
        response = send(self.session, "GET", address, timeout=self.timeout, stream=True, auth=TokenHeader(None))
        with response:
            if response.status_code in _NO_MORE:
                return None
            if response.status_code != requests.codes.ok:
                raise refusals.broken(refusals.UNAVAILABLE, writing=False, status=response.status_code)
            return _limited(response)

    def _page(self, node: str, edge: str, args: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """One page; where Meta finds it too much to answer, a smaller one."""
        while True:
            try:
                return self.get_connections(node, edge, **args), args
            except GraphError as error:
                limit = int(args.get("limit", 1))
                if error.code != refusals.TOO_MUCH.code or limit <= 1:
                    raise
                args = {**args, "limit": limit // 2}

    def _call(
        self,
        verb: str,
        path: str,
        args: Mapping[str, object],
        post_args: Mapping[str, object] | None,
        files: Mapping[str, object] | None,
    ) -> Any:
        self_authorised = not _SECRETS.isdisjoint({*args, *(post_args or {})})
        proof = {} if self_authorised else self._proof()
        response = send(
            self.session,
            verb,
            f"{self.base_url}/{_checked(path)}",
            params=encode({**args, **({} if verb == "POST" else proof)}),
            data=encode({**(post_args or {}), **proof}) if verb == "POST" else None,
            files=files,
            timeout=self.timeout,
            auth=TokenHeader(None if self_authorised else self.access_token),
        )
        self._on_response(verb, path, response.status_code, response.headers)
        try:
            return read(response, writing=verb != "GET")
        except GraphError as error:
            self._on_error(error)
            raise

    def _proof(self) -> dict[str, str]:
        if not (self.access_token and self._app_secret):
            return {}
        digest = hmac.new(self._app_secret.encode(), self.access_token.encode(), hashlib.sha256)
        return {"appsecret_proof": digest.hexdigest()}


def _limited(response: requests.Response) -> bytes:
    data = bytearray()
    try:
        for chunk in response.iter_content(65536):
            data += chunk
            if len(data) > LARGEST_IMAGE:
                break
    except requests.RequestException:
        data.clear()
    if not data or len(data) > LARGEST_IMAGE:
        raise refusals.broken(refusals.UNREADABLE, writing=False)
    return bytes(data)


class TokenHeader(AuthBase):
    """The token as a header. Being `auth`, it also keeps requests from looking into a .netrc file."""

    def __init__(self, token: str | None, *, scheme: str = "Bearer") -> None:
        self._token = token
        self._scheme = scheme

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._token:
            request.headers["Authorization"] = f"{self._scheme} {self._token}"
        return request


def send(session: requests.Session, verb: str, url: str, **how: Any) -> requests.Response:
    """The one place that talks to Meta. A failure leaves as codes alone.

    The library's own errors hold the URL with its query, and the body in case of bad text: none of them may travel
    along as a cause or context, hence the raise outside of the `except`.
    """
    try:
        return session.request(verb, url, allow_redirects=False, **how)
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
        failure = refusals.broken(_transport_rule(error), writing=verb != "GET")
    raise failure


def read(response: requests.Response, *, writing: bool) -> Any:
    """The JSON of an answer, whatever content type it claims; GraphError for anything that is not a success."""
    status, body = response.status_code, _json(response.content)
    if isinstance(body, dict) and isinstance(body.get("error"), dict):
        wait = regain_seconds(response.headers)
        raise refusals.refused(body["error"], status=status, writing=writing, retry_after=wait)
    if not 200 <= status < 300 or body is None or (isinstance(body, dict) and "error" in body):  # noqa: PLR2004
        raise refusals.broken(refusals.by_status(status), writing=writing, status=status)
    return body


def encode(values: Mapping[str, object]) -> dict[str, str]:
    """Form values as Meta reads them: `true`, compact JSON for what is nested; what is None is not sent."""
    if forbidden := sorted(_FORBIDDEN & values.keys()):
        raise InvalidError("meta.parameter_forbidden", names=",".join(forbidden))
    return {name: _text(value) for name, value in values.items() if value is not None}


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return str(value)


def next_page(page: object) -> dict[str, str] | None:
    """What to add to the parameters for the page after this one; None when this was the last.

    `paging.next` itself is never followed: it may lead to any host and holds the token in clear. Where it pages by
    time, without a cursor, its own bounds are taken over.
    """
    paging = page.get("paging") if isinstance(page, dict) else None
    if not isinstance(paging, dict) or not paging.get("next"):
        return None
    after = (paging.get("cursors") or {}).get("after")
    query = dict(parse_qsl(urlsplit(str(paging["next"])).query))
    bounds = {name: query[name] for name in _BOUNDS if name in query}
    if not after and not bounds:
        raise GraphError("meta.paging")
    return {"after": str(after)} if after else bounds


def items_of(page: object) -> list[dict[str, Any]]:
    data = page.get("data") if isinstance(page, dict) else None
    if not isinstance(data, list):
        raise GraphError("meta.unreadable")
    return [item for item in data if isinstance(item, dict)]


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _checked(path: str) -> str:
    """Ids become parts of paths; one that could reach another edge or add a query must not be sent."""
    if not _PATH.fullmatch(path) or ".." in path:
        raise InvalidError("meta.path_malformed")
    return path


def _transport_rule(error: Exception) -> refusals.Rule:
    if isinstance(error, ValueError):
        return refusals.UNSENDABLE
    return refusals.UNREACHABLE if _never_sent(error) else refusals.UNANSWERED


def _never_sent(error: Exception) -> bool:
    """Whether no connection was made at all, so that a write cannot have happened."""
    if isinstance(error, requests.ConnectTimeout):
        return True
    cause: object = error
    for _ in range(5):
        if isinstance(cause, urllib3.exceptions.NewConnectionError | ssl.SSLCertVerificationError):
            return True
        args = getattr(cause, "args", ())
        cause = getattr(cause, "reason", None) or (args[0] if args else None)
    return False


class _WithoutUrls(logging.Filter):
    """urllib3 logs whole URLs: secrets in the query, comment ids in the path. Its warnings keep their bare form."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.args, record.exc_info, record.exc_text = (), None, None
        return record.levelno >= logging.WARNING


for _name in ("urllib3.connectionpool", "urllib3.util.retry", "urllib3.connection"):
    logging.getLogger(_name).addFilter(_WithoutUrls())
