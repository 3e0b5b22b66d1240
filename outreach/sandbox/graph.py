"""From a request to an answer: version, token, faults, limits, batches and `ids`, headers, error bodies."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl

from outreach.errors import MetaError
from outreach.sandbox import faults, identity, routes, subscriptions
from outreach.sandbox.call import Call, Json
from outreach.sandbox.faults import Fault, named
from outreach.sandbox.fetching import Fetched, fetch
from outreach.sandbox.limits import Usage, count_call
from outreach.sandbox.refusals import body, invalid, refuse
from outreach.sandbox.world import World

CURRENT = (26, 0)
OLDEST = (21, 0)
INSTAGRAM_PREFIX = "ig-graph"
BATCH_MOST = 50
_VERSION = re.compile(r"v(\d+)\.(\d+)(?:/|$)")
JSON_TYPE = "application/json; charset=UTF-8"


@dataclass(frozen=True)
class Request:
    method: str
    path: str  #: as sent, no leading slash
    params: Mapping[str, str]
    base: str  #: scheme and host
    token: str | None = None
    files: Mapping[str, bytes] = field(default_factory=dict)


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

    def serve(self, request: Request) -> Answer:
        self.world.settle()
        instagram_host, version, path = _split(request.path)
        request = replace(request, path=path)
        base = f"{request.base}/{INSTAGRAM_PREFIX}/" if instagram_host else f"{request.base}/"
        base += f"v{version[0]}.{version[1]}"
        try:
            if version > CURRENT:
                raise refuse(self.world.switches.unknown_version_code, "Unknown Graph API version")
            if not path and request.method == "POST" and "batch" in request.params:
                return self._batch(request, base, instagram_host=instagram_host)
        except MetaError as error:
            return self._refused(error, version)
        if not path and "ids" in request.params:
            return self._many(request, base, instagram_host=instagram_host)
        return self.one(request, base, instagram_host=instagram_host)

    def one(self, request: Request, base: str, *, instagram_host: bool) -> Answer:
        """One call with the faults it meets."""
        version = _split(base.rpartition("/")[2])[1]
        with self.world.lock:
            self.calls += 1
            struck = self.world.faults.strike(
                self.world.random, request.method, f"/{request.path}", params=request.params, token=request.token
            )
        if slow := named(struck, "slow"):
            time.sleep(float(slow.details.get("seconds", 1)))
        if named(struck, "reset_before"):
            return Answer(0, b"", reset=True)
        if named(struck, "html500"):
            return Answer(500, b"<!DOCTYPE html><html><body>Sorry, something went wrong.</body></html>",
                          {"content-type": "text/html; charset=utf-8"})  # fmt: skip
        return _spoilt(self._answer(request, base, struck, instagram_host=instagram_host, version=version), struck)

    def _answer(
        self, request: Request, base: str, struck: tuple[Fault, ...], *, instagram_host: bool, version: tuple[int, int]
    ) -> Answer:
        try:
            call = self._call(request, base, struck, instagram_host=instagram_host)
            call = replace(call, fetched=self._fetched(call), proven=self._proven(call))
            with self.world.lock:
                usage = count_call(self.world, self.usages, token_value=request.token or "",
                                   instagram=routes.instagram_object(call))  # fmt: skip
                for fault in struck:
                    if error := faults.refusal(fault, instagram=routes.instagram_object(call)):
                        raise error
                shown = routes.answer(replace(call, now=self.world.now()))
        except MetaError as error:
            return self._refused(error, version, struck)
        return Answer(200, _json(shown), {**self._headers(version), **usage})

    def _call(self, request: Request, base: str, struck: tuple[Fault, ...], *, instagram_host: bool) -> Call:
        with self.world.lock:
            anonymous = request.path == "oauth/access_token"
            token = None if anonymous else identity.token_of(self.world, request.token)
            identity.check_host(token, instagram_host=instagram_host)
            call = Call(self.world, request.method, request.path, request.params, token, base, self.world.now(),
                        instagram_host, request.files, faults=struck)  # fmt: skip
            identity.check_proof(call)
            return call

    def _fetched(self, call: Call) -> dict[str, Fetched]:
        """Media named by address, read before the world is locked."""
        edge = call.path.rpartition("/")[2]
        name = {"media": "image_url", "photos": "url"}.get(edge, "")
        if call.method != "POST" or name not in call.params:
            return {}
        return {name: fetch(call.params[name], seconds=self.world.switches.fetch_seconds)}

    def _proven(self, call: Call) -> bool:
        if call.method != "POST" or not call.path.endswith("/subscriptions") or "callback_url" not in call.params:
            return False
        seconds = self.world.switches.webhook_seconds
        return subscriptions.prove(call.params["callback_url"], call.text("verify_token"), seconds=seconds)

    def _many(self, request: Request, base: str, *, instagram_host: bool) -> Answer:
        """`?ids=a,b`: an object keyed by id; one bad id fails all."""
        ids = [part for part in request.params["ids"].split(",") if part]
        version = _split(base.rpartition("/")[2])[1]
        if request.method != "GET" or not ids or len(ids) > self.world.switches.ids_max:
            return self._refused(invalid(f"ids must be a list of at most {self.world.switches.ids_max}"), version)
        params = {key: value for key, value in request.params.items() if key != "ids"}
        shown: Json = {}
        for node_id in ids:
            answer = self.one(replace(request, path=node_id, params=params), base, instagram_host=instagram_host)
            if answer.status != 200:  # noqa: PLR2004
                return answer
            shown[node_id] = json.loads(answer.body)
        return replace(answer, body=_json(shown))

    def _batch(self, request: Request, base: str, *, instagram_host: bool) -> Answer:
        items = _items(request)
        results = [self._item(request, item, base, instagram_host=instagram_host) for item in items]
        return Answer(200, _json(results), self._headers(_split(base.rpartition("/")[2])[1]))

    def _item(self, request: Request, item: Json, base: str, *, instagram_host: bool) -> Json | None:
        path, _, query = str(item["relative_url"]).partition("?")
        params = dict(parse_qsl(query, keep_blank_values=True))
        params |= dict(parse_qsl(str(item.get("body", "")), keep_blank_values=True))
        token = params.pop("access_token", request.token)
        inner = replace(request, method=item["method"].upper(), path=_split(path)[2], params=params, token=token)
        unfinished = self._unfinished(inner)
        if unfinished is not None and not unfinished.details.get("done"):
            return None
        answer = self.one(inner, base, instagram_host=instagram_host)
        if unfinished is not None or answer.reset:
            return None
        headers = [{"name": name, "value": value} for name, value in answer.headers.items()]
        return {"code": answer.status, "headers": headers, "body": answer.body.decode()}

    def _unfinished(self, inner: Request) -> Fault | None:
        with self.world.lock:
            return self.world.faults.strike_kind(self.world.random, "batch_null", inner.method, f"/{inner.path}")

    def _refused(self, error: MetaError, version: tuple[int, int], struck: tuple[Fault, ...] = ()) -> Answer:
        extra: dict[str, str] = {}
        for fault in struck:
            extra |= {str(k).lower(): str(v) for k, v in (fault.details.get("headers") or {}).items()}
        headers = {**self._headers(version), **extra}
        headers["www-authenticate"] = f'OAuth "Facebook Platform" "invalid_request" "code {error.graph_code}"'
        return Answer(error.http_status or 400, _json(body(error, headers["x-fb-trace-id"])), headers)

    def _headers(self, version: tuple[int, int]) -> dict[str, str]:
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


def _split(path: str) -> tuple[bool, tuple[int, int], str]:
    """Instagram host?, the version that serves the call, the rest of the path."""
    path = path.strip("/")
    instagram = path == INSTAGRAM_PREFIX or path.startswith(f"{INSTAGRAM_PREFIX}/")
    if instagram:
        path = path[len(INSTAGRAM_PREFIX) + 1 :]
    version = CURRENT
    if found := _VERSION.match(path):
        version = max((int(found[1]), int(found[2])), OLDEST)
        path = path[found.end() :]
    return instagram, version, path.strip("/")


def _spoilt(answer: Answer, struck: tuple[Fault, ...]) -> Answer:
    """The answer of a call that was carried out, as a fault lets it arrive."""
    if named(struck, "reset_after"):
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
