"""From a request to an answer: version, token, faults, limits, batches and `ids`, headers, error bodies."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl

from outreach.errors import MetaError
from outreach.sandbox import faults, identity, pictures, routes, subscriptions
from outreach.sandbox.call import Call, Json
from outreach.sandbox.faults import Fault, named
from outreach.sandbox.fetching import FACEBOOK_LIMIT, VIDEO_LIMIT, Fetched, fetch
from outreach.sandbox.limits import Usage, count_call
from outreach.sandbox.refusals import body, invalid, refuse
from outreach.sandbox.world import World

Version = tuple[int, int]
CURRENT: Version = (26, 0)
OLDEST: Version = (21, 0)
INSTAGRAM_PREFIX = "ig-graph"
UPLOAD_PREFIXES = ("video-upload", "ig-api-upload")  #: what rupload.facebook.com serves
#: Parameters that name media, by edge.
MEDIA = {"media": ("image_url", "video_url", "cover_url"), "photos": ("url",), "videos": ("file_url",)}
BATCH_MOST = 50
_VERSION = re.compile(r"v(\d+)\.(\d+)(?:/|$)")
SORRY = b"<!DOCTYPE html><html><body>Sorry, something went wrong.</body></html>"
JSON_TYPE = "application/json; charset=UTF-8"


@dataclass(frozen=True)
class Request:
    method: str
    path: str  #: after `opened`: without host prefix and version
    params: Mapping[str, str]
    base: str  #: scheme and host
    token: str | None = None
    files: Mapping[str, bytes] = field(default_factory=dict)
    instagram_host: bool = False
    upload_host: str = ""  #: one of UPLOAD_PREFIXES
    version: Version = CURRENT  #: the one asked for

    @property
    def served_by(self) -> Version:
        """A version that has expired is served by the oldest usable one."""
        return min(max(self.version, OLDEST), CURRENT)

    @property
    def root(self) -> str:
        """What the addresses in `paging` begin with."""
        prefix = f"/{INSTAGRAM_PREFIX}" if self.instagram_host else ""
        return f"{self.base}{prefix}/v{self.served_by[0]}.{self.served_by[1]}"


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    reset: bool = False  #: close the connection instead of answering


class Graph:
    """Serves Graph calls on one world. Thread-safe: the world's lock is held while a handler runs."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.usages: dict[str, Usage] = {}
        self.calls = 0

    def serve(self, sent: Request) -> Answer:
        self.world.settle()
        request = opened(sent)
        if request.version > CURRENT:
            code = self.world.switches.unknown_version_code
            return self._refused(refuse(code, "Unknown Graph API version"), request)
        if not request.path and request.method == "POST" and "batch" in request.params:
            return self._spoilt_by(self._strike(request, envelope=True), request, self._batch)
        if not request.path and "ids" in request.params:
            return self._many(request)
        return self.one(request)

    def picture(self, request: Request) -> Answer:
        """An image as Meta's carriers serve it; faults reach it like any call."""
        return self._spoilt_by(self._strike(request), request, self._picture)

    def _picture(self, request: Request) -> Answer:
        with self.world.lock:
            data = pictures.find(self.world, request.path)
        return Answer(200, data, {"content-type": "image/jpeg"}) if data else Answer(404, b"")

    def one(self, request: Request) -> Answer:
        """One call with the faults it meets."""
        struck = self._strike(request)
        return self._spoilt_by(struck, request, lambda called: self._answer(called, struck))

    def _strike(self, request: Request, *, envelope: bool = False) -> tuple[Fault, ...]:
        with self.world.lock:
            self.calls += 1
            host = f"/{request.upload_host}" if request.upload_host else ""
            return self.world.faults.strike(self.world.random, request.method, f"{host}/{request.path}",
                                            params=request.params, token=request.token, envelope=envelope)  # fmt: skip

    def _spoilt_by(self, struck: tuple[Fault, ...], request: Request, do: Callable[[Request], Answer]) -> Answer:
        """Do it as faults let it happen, and let the answer arrive as they let it."""
        if slow := named(struck, "slow"):
            time.sleep(float(slow.details.get("seconds", 1)))
        if named(struck, "reset_before"):
            return Answer(0, b"", reset=True)
        if named(struck, "html500"):
            return Answer(500, SORRY, {"content-type": "text/html; charset=utf-8"})
        with self.world.lock:
            instagram = routes.about_instagram(self.world, request.path, instagram_host=request.instagram_host)
        for fault in struck:
            if error := faults.refusal(fault, instagram=instagram):
                return self._refused(error, request, struck)
        return _spoilt(do(request), struck)

    def _answer(self, request: Request, struck: tuple[Fault, ...]) -> Answer:
        try:
            call = self._call(request, struck)
            call = replace(call, fetched=self._fetched(call), proven=self._proven(call))
            with self.world.lock:
                about = routes.about_instagram(self.world, call.path, instagram_host=call.instagram_host)
                usage = count_call(self.world, self.usages, token_value=request.token or "", instagram=about)
                shown = routes.answer(replace(call, now=self.world.now()))
        except MetaError as error:
            return self._refused(error, request, struck)
        return Answer(200, _json(shown), {**self._headers(request), **usage})

    def _call(self, request: Request, struck: tuple[Fault, ...]) -> Call:
        with self.world.lock:
            anonymous = request.path == "oauth/access_token"
            token = None if anonymous else identity.token_of(self.world, request.token)
            identity.check_host(token, instagram_host=request.instagram_host)
            call = Call(self.world, request.method, request.path, request.params, token, request.root,
                        self.world.now(), request.instagram_host, request.files, faults=struck,
                        uploading=bool(request.upload_host))  # fmt: skip
            identity.check_proof(call)
            return call

    def _fetched(self, call: Call) -> dict[str, Fetched]:
        """Media named by address, read before the world is locked."""
        names = ("file_url",) if call.uploading else MEDIA.get(call.path.rpartition("/")[2], ())
        named_here = (name for name in names if call.method == "POST" and name in call.params)
        return {name: self._fetch(name, call.params[name]) for name in named_here}

    def _fetch(self, name: str, url: str) -> Fetched:
        most = VIDEO_LIMIT if name in ("video_url", "file_url") else FACEBOOK_LIMIT
        return fetch(url, seconds=self.world.switches.fetch_seconds, most=most)

    def _proven(self, call: Call) -> bool:
        if call.method != "POST" or not call.path.endswith("/subscriptions") or "callback_url" not in call.params:
            return False
        seconds = self.world.switches.webhook_seconds
        return subscriptions.prove(call.params["callback_url"], call.text("verify_token"), seconds=seconds)

    def _many(self, request: Request) -> Answer:
        """`?ids=a,b`: an object keyed by id; one bad id fails all."""
        ids = [part for part in request.params["ids"].split(",") if part]
        if request.method != "GET" or not ids or len(ids) > self.world.switches.ids_max:
            return self._refused(invalid(f"ids must be a list of at most {self.world.switches.ids_max}"), request)
        params = {key: value for key, value in request.params.items() if key != "ids"}
        shown: Json = {}
        for node_id in ids:
            answer = self.one(replace(request, path=node_id, params=params))
            if answer.reset or answer.status != 200:  # noqa: PLR2004  HTTP's own number
                return answer
            shown[node_id] = json.loads(answer.body)
        return replace(answer, body=_json(shown))

    def _batch(self, request: Request) -> Answer:
        try:
            items = _items(request)
        except MetaError as error:
            return self._refused(error, request)
        return Answer(200, _json([self._item(request, item) for item in items]), self._headers(request))

    def _item(self, request: Request, item: Json) -> Json | None:
        path, _, query = str(item["relative_url"]).partition("?")
        params = dict(parse_qsl(query, keep_blank_values=True))
        params |= dict(parse_qsl(str(item.get("body", "")), keep_blank_values=True))
        token = params.pop("access_token", request.token)
        host = f"{INSTAGRAM_PREFIX}/" if request.instagram_host else ""
        method = str(item["method"]).upper()
        inner = opened(replace(request, method=method, path=host + path, params=params, token=token))
        unfinished = self._unfinished(inner)
        if unfinished is not None and not unfinished.details.get("done"):
            return None
        answer = self.one(inner)
        if unfinished is not None or answer.reset:
            return None
        headers = [{"name": name, "value": value} for name, value in answer.headers.items()]
        return {"code": answer.status, "headers": headers, "body": answer.body.decode()}

    def _unfinished(self, inner: Request) -> Fault | None:
        with self.world.lock:
            return self.world.faults.strike_kind(self.world.random, "batch_null", inner.method, f"/{inner.path}")

    def _refused(self, error: MetaError, request: Request, struck: tuple[Fault, ...] = ()) -> Answer:
        headers = self._headers(request)
        for fault in struck:
            headers |= {str(name).lower(): str(value) for name, value in (fault.details.get("headers") or {}).items()}
        headers["www-authenticate"] = f'OAuth "Facebook Platform" "invalid_request" "code {error.graph_code}"'
        return Answer(error.http_status or 400, _json(body(error, headers["x-fb-trace-id"])), headers)

    def _headers(self, request: Request) -> dict[str, str]:
        version = request.served_by
        trace = f"A{self.world.seed:x}{self.calls:010x}"
        return {"content-type": JSON_TYPE, "facebook-api-version": f"v{version[0]}.{version[1]}",
                "x-fb-trace-id": trace, "x-fb-rev": "1031000000", "x-fb-request-id": trace,
                "cache-control": "private, no-cache, no-store, must-revalidate"}  # fmt: skip


def _items(request: Request) -> list[Json]:
    try:
        items: Any = json.loads(request.params["batch"])
    except ValueError:
        items = None
    if not isinstance(items, list) or not items:
        raise invalid("Param batch must be a JSON array")
    if len(items) > BATCH_MOST:
        raise invalid(f"Too many requests in batch message. Maximum batch size is {BATCH_MOST}")
    for item in items:
        if not isinstance(item, dict) or not item.get("method") or "relative_url" not in item:
            raise invalid("Each item of batch needs a method and a relative_url")
    return items


def opened(request: Request) -> Request:
    """The host prefix and the version, taken off the path. Without a version: the current one."""
    path = request.path.strip("/")
    host, _, rest = path.partition("/")
    instagram, upload = host == INSTAGRAM_PREFIX, host if host in UPLOAD_PREFIXES else ""
    path = rest if instagram or upload else path
    version = CURRENT
    if found := _VERSION.match(path):
        version = (int(found[1]), int(found[2]))
        path = path[found.end() :]
    return replace(request, path=path.strip("/"), instagram_host=instagram, upload_host=upload, version=version)


def _spoilt(answer: Answer, struck: tuple[Fault, ...]) -> Answer:
    """The answer of a call that was carried out, as a fault lets it arrive."""
    if named(struck, "reset_after") or named(struck, "upload_cut"):
        return replace(answer, reset=True)
    if named(struck, "text_javascript"):
        return replace(answer, headers={**answer.headers, "content-type": "text/javascript; charset=UTF-8"})
    for kind, code, status in (("500_after", 2, 500), ("400_after", 1, 400)):
        if named(struck, kind):
            error = refuse(
                code, "An unexpected error has occurred. Please retry your request later.", is_transient=True
            )
            return replace(answer, status=status, body=_json(body(error, answer.headers["x-fb-trace-id"])))
    return answer


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")).replace("/", "\\/").encode()
