"""One call on the Graph API as a handler sees it: strict parameters, the token and what it may do, pages of a list."""

from __future__ import annotations

import base64
import binascii
import json
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import urlencode

from dateutil import parser as dates

from outreach.sandbox import fields as field_list
from outreach.sandbox.crowd import Crowd
from outreach.sandbox.faults import Fault, named
from outreach.sandbox.fetching import Fetched
from outreach.sandbox.objects import Account, Page, Token, TokenKind
from outreach.sandbox.refusals import invalid, must_be, refuse, unpermitted
from outreach.sandbox.world import World

Json = dict[str, Any]
Item = TypeVar("Item")
Key = tuple[str, str]

#: Allowed on every call. `pretty` and `debug` are ignored since v26; the others authenticate.
#: `summary`: Meta's own SDK asks for one with every list, and edges that have none leave it out
COMMON = frozenset(
    {"access_token", "appsecret_proof", "appsecret_time", "pretty", "debug", "locale", "fields", "summary"}
)
FIRST_YEAR, LAST_YEAR = 1970, 2199  # no span of insights can leave what a date can hold
PAGING = frozenset({"limit", "after", "before"})


@dataclass(frozen=True)
class Call:
    world: World
    method: str
    path: str  #: without host prefix and version, no slash at the ends
    params: Mapping[str, str]
    token: Token | None
    base: str  #: `http://host/v26.0`, what `paging.next` starts with
    now: datetime
    instagram_host: bool = False
    files: Mapping[str, bytes] = field(default_factory=dict)
    fetched: Mapping[str, Fetched] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    uploading: bool = False  #: on the host for uploads
    proven: bool = False  #: the callback named by this call has echoed its challenge
    tree: tuple[field_list.Field, ...] | None = None

    @property
    def root(self) -> str:
        """Scheme and host, as the caller reached this server."""
        scheme, _, rest = self.base.partition("://")
        return f"{scheme}://{rest.partition('/')[0]}"

    def fault(self, kind: str) -> Fault | None:
        return named(self.faults, kind)

    def only(self, *names: str) -> None:
        """Refuse every parameter that is not one of these, indexed forms (`attached_media[0]`) included."""
        if not self.world.switches.strict_parameters:
            return
        for name in (*self.params, *self.files):
            if name.partition("[")[0] not in COMMON.union(names):
                raise invalid(f"Unknown parameter: {name.partition('[')[0]}")

    def text(self, name: str, default: str = "") -> str:
        return self.params.get(name, default)

    def required(self, name: str) -> str:
        if not self.params.get(name):
            raise invalid(f"The parameter {name} is required")
        return self.params[name]

    def flag(self, name: str, *, default: bool) -> bool:
        value = self.params.get(name)
        if value is None:
            return default
        if value not in ("true", "false", "1", "0"):
            raise must_be(name, "a boolean")
        return value in ("true", "1")

    def whole(self, name: str, default: int, *, least: int = 0, most: int | None = None) -> int:
        value = self.params.get(name)
        if value is None:
            return default
        if not value.isdecimal() or int(value) < least:
            raise must_be(name, f"an integer, at least {least}")
        if most is not None and int(value) > most:
            raise invalid(f"The {name} parameter should not exceed {most}")
        return int(value)

    def json(self, name: str, kind: type[Any]) -> Any:
        """A nested value, which Meta wants as JSON text."""
        try:
            value = json.loads(self.params[name])
        except ValueError:
            value = None
        if not isinstance(value, kind):
            raise must_be(name, "a JSON object" if kind is dict else "a JSON array")
        return value

    def array(self, name: str) -> list[Any]:
        """A JSON array, or the indexed form `name[0]=…&name[1]=…`."""
        indexed = sorted((int(key[len(name) + 1 : -1]), value) for key, value in self.params.items() if _at(key, name))
        if name in self.params:
            return list(self.json(name, list))
        try:
            return [json.loads(value) for _, value in indexed]
        except ValueError:
            raise must_be(name, "an array of JSON values") from None

    def moment(self, name: str) -> datetime | None:
        """Unix seconds, ISO 8601, or a date as words."""
        value = self.params.get(name)
        if value is None:
            return None
        try:
            found = datetime.fromtimestamp(int(value), UTC) if value.isdecimal() else dates.parse(value)
            found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
        except (ValueError, OverflowError, OSError):
            raise must_be(name, "a valid timestamp") from None
        if not FIRST_YEAR <= found.year <= LAST_YEAR:
            raise must_be(name, "a valid timestamp")
        return found

    def fields(self, default: str) -> tuple[field_list.Field, ...]:
        if self.tree is not None:
            return self.tree
        return field_list.parse(self.params.get("fields") or default)

    def within(self, one: field_list.Field) -> Call:
        """The call that an edge named inside `fields` stands for."""
        return replace(self, params=one.arguments, tree=one.inner, method="GET")

    def need(self, *scopes: str, target: str | None = None, code: int = 200) -> None:
        """Refuse a token that lacks one of the scopes, or has it for other assets only."""
        token = self.someone()
        for scope in scopes:
            targets = token.targets.get(scope)
            if not token.holds(scope, self.now) or (target and targets is not None and target not in targets):
                raise unpermitted(scope, code=code)

    def someone(self) -> Token:
        if self.token is None:
            raise refuse(104, "An access token is required to request this resource.")
        return self.token

    def as_page(self, page_id: str) -> bool:
        return self.token is not None and self.token.kind is TokenKind.PAGE and self.token.page_id == page_id

    def manages(self, owner: Page | Account) -> bool:
        """Whether the token can see the Page or account at all."""
        token = self.token
        if token is None:
            return False
        if token.kind is TokenKind.IGUSER:
            return token.account_id == owner.id
        page_id = owner.id if isinstance(owner, Page) else owner.page_id
        if token.kind is TokenKind.PAGE:
            return token.page_id == page_id
        user = self.world.nodes.get(token.user_id)
        return page_id in getattr(user, "page_ids", ())

    def listed(
        self,
        items: Sequence[Item],
        render: Callable[[Item], Json | None],
        *,
        key: Callable[[Item], Key],
        most: int,
        default: int = 25,
        newest_first: bool = False,
        clamp: bool = False,
    ) -> Json:
        """One page of a list. What `render` answers None for is left out after the cut, so pages may be short."""
        limit = self.whole("limit", default, most=None if clamp else most)
        is_sorted = isinstance(items, Crowd)
        ordered: Sequence[Item] = items if is_sorted else sorted(items, key=key)
        after, before = self._cursor("after"), self._cursor("before")
        size = min(limit, most)
        older, newer = (before, after) if newest_first else (after, before)
        start = bisect_right(ordered, older, key=key) if older else 0
        end = bisect_left(ordered, newer, key=key) if newer else len(ordered)
        # A list read backwards is cut at its other end; so is a page before a cursor.
        span = (max(start, end - size), end) if newest_first is (before is None) else (start, min(end, start + size))
        window = ordered[span[0] : span[1]][:: -1 if newest_first else 1]
        answer: Json = {"data": [shown for item in window if (shown := render(item)) is not None]}
        if window:
            more = span[0] > 0 if newest_first else span[1] < len(ordered)
            answer["paging"] = self._paging(key(window[0]), key(window[-1]), more=more)
        return answer

    def _cursor(self, name: str) -> Key | None:
        value = self.params.get(name)
        if not value:
            return None
        try:
            when, node_id = json.loads(base64.urlsafe_b64decode(value.encode()))
        except (ValueError, binascii.Error):
            raise invalid("Invalid cursors values") from None
        return str(when), str(node_id)

    def _paging(self, first: Key, last: Key, *, more: bool) -> Json:
        paging: Json = {"cursors": {"before": _sealed(first), "after": _sealed(last)}}
        if more and self.params.get("limit") != "0":
            paging["next"] = self.link({"after": _sealed(last)})
        return paging

    def link(self, changes: Mapping[str, str]) -> str:
        """The address of this call with other parameters, and with the token in clear, as Meta gives it."""
        kept = {k: v for k, v in self.params.items() if k not in {"after", "before", *changes}}
        if self.token and self.world.switches.token_in_next:
            kept["access_token"] = self.token.value
        return f"{self.base}/{self.path}?{urlencode({**kept, **changes})}"


def key_of(node: Any) -> Key:
    """The order of things on a list: by time, then by id."""
    return node.created_at.isoformat(timespec="microseconds"), node.id


def instagram_scope(call: Call, name: str) -> str:
    """The same permission is named differently under an Instagram Login."""
    if call.someone().kind is not TokenKind.IGUSER:
        return name
    return name.replace("instagram_", "instagram_business_", 1)


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


def unix(moment: datetime) -> int:
    return int(moment.timestamp())


def _at(key: str, name: str) -> bool:
    return key.startswith(f"{name}[") and key.endswith("]") and key[len(name) + 1 : -1].isdecimal()


def _sealed(key: Key) -> str:
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode()
