"""Tokens: exchange, what one may do and until when, which Pages and accounts it opens (graph-api.md §3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from outreach.meta import answers, refusals
from outreach.meta.dates import parse_time
from outreach.meta.graph import GraphClient
from outreach.meta.refusals import GraphError
from outreach.states import ChannelKind

PAGE_FIELDS = ("id", "name", "access_token", "instagram_business_account{id,username}")

#: What each feature of ours needs, by kind of channel, with a Facebook Login (graph-api.md §3).
REQUIRED: Mapping[ChannelKind, Mapping[str, frozenset[str]]] = {
    ChannelKind.FACEBOOK_PAGE: {
        "publish": frozenset({"pages_manage_posts", "pages_read_engagement", "pages_show_list"}),
        "read": frozenset({"pages_read_engagement", "pages_read_user_content"}),
        "moderate": frozenset({"pages_manage_engagement"}),
        "insights": frozenset({"read_insights", "pages_read_engagement"}),
        "webhooks": frozenset({"pages_manage_metadata", "pages_show_list"}),
        "private_reply": frozenset({"pages_messaging"}),
    },
    ChannelKind.INSTAGRAM_ACCOUNT: {
        "publish": frozenset({"instagram_basic", "pages_read_engagement", "instagram_content_publish"}),
        "read": frozenset({"instagram_basic", "pages_read_engagement", "pages_show_list"}),
        "moderate": frozenset({"instagram_manage_comments"}),
        "insights": frozenset({"instagram_manage_insights"}),
        "retract": frozenset({"instagram_manage_contents"}),
        "private_reply": frozenset({"instagram_manage_comments", "instagram_manage_messages"}),
    },
}


@dataclass(frozen=True)
class Token:
    value: str = field(repr=False)
    expires_at: datetime | None  #: None: no date, it dies only by events


@dataclass(frozen=True)
class LinkedInstagram:
    id: str
    username: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class PageAccess:
    """A Page that a token opens, with the Page's own token."""

    id: str
    name: str = field(repr=False)
    token: str = field(repr=False)
    instagram: LinkedInstagram | None = None


@dataclass(frozen=True)
class TokenInfo:
    """What Meta says about a token. `targets[scope]` are the only assets that a scope is for; no entry means all."""

    valid: bool
    type: str  #: "USER", "PAGE", "APP", …; empty where Meta does not say
    scopes: frozenset[str] = frozenset()
    targets: Mapping[str, frozenset[str]] = field(default_factory=dict)
    app_id: str | None = None
    user_id: str | None = None
    profile_id: str | None = None  #: the Page of a Page token
    issued_at: datetime | None = None
    expires_at: datetime | None = None  #: None: no date
    data_access_expires_at: datetime | None = None  #: from then on data calls fail though the token is valid
    error_code: int | None = None
    error_subcode: int | None = None


def exchange(graph: GraphClient, *, app_id: str, app_secret: str, now: datetime) -> Token:
    """A token of about sixty days for the short-lived one that `graph` was made with."""
    answer = answers.mapping(graph.extend_access_token(app_id, app_secret))
    value, seconds = answer.get("access_token"), answer.get("expires_in")
    if not isinstance(value, str):
        raise refusals.broken(refusals.UNREADABLE, writing=False)
    return Token(value, now + timedelta(seconds=seconds) if isinstance(seconds, int) else None)


def inspect(graph: GraphClient, token: str, *, app_id: str, app_secret: str) -> TokenInfo:
    """Ask Meta about a token. A dead one is an answer (`valid` False with codes), not an error."""
    answer = answers.mapping(graph.debug_access_token(token, app_id, app_secret))
    data = answers.mapping(answer.get("data"))
    if not data:
        raise refusals.broken(refusals.UNREADABLE, writing=False)
    error = answers.mapping(data.get("error"))
    return TokenInfo(
        valid=data.get("is_valid") is True,
        type=str(data.get("type", "")).upper(),
        scopes=frozenset(map(str, data.get("scopes") or ())),
        targets=_targets(data),
        app_id=_id(data.get("app_id")),
        user_id=_id(data.get("user_id")),
        profile_id=_id(data.get("profile_id")),
        issued_at=_moment(data.get("issued_at")),
        expires_at=_moment(data.get("expires_at")),
        data_access_expires_at=_moment(data.get("data_access_expires_at")),
        error_code=error.get("code"),
        error_subcode=error.get("subcode"),
    )


def missing_scopes(kind: ChannelKind, info: TokenInfo, *, remote_id: str | None = None) -> tuple[str, ...]:
    """The permissions that a channel of this kind lacks, sorted; with `remote_id` also those given for others only."""
    needed = frozenset().union(*REQUIRED[kind].values())
    lacking = {scope for scope in needed if scope not in info.scopes}
    elsewhere = {scope for scope in needed if remote_id and _excludes(kind, info.targets.get(scope), scope, remote_id)}
    return tuple(sorted(lacking | elsewhere))


def list_pages(graph: GraphClient, info: TokenInfo | None = None) -> tuple[PageAccess, ...]:
    """Every Page that the person's token opens.

    Pages linked to a business are left out of the list unless the token has `business_management`, so those that the
    token's own scopes name are asked for one by one (graph-api.md §1, v17).
    """
    listed = graph.get_all_connections("me", "accounts", fields=",".join(PAGE_FIELDS), limit=100)
    pages = {page.id: page for page in map(_page, listed) if page}
    for page_id in sorted(_named_pages(info) - pages.keys()) if info else ():
        if page := _page(_visible(graph, page_id)):
            pages[page.id] = page
    return tuple(pages.values())


def linked_instagram(graph: GraphClient, page_id: str) -> LinkedInstagram | None:
    """The professional account that belongs to a Page, None when there is none."""
    found = answers.node(graph, page_id, "instagram_business_account{id,username}")
    return _instagram(found or {})


def _visible(graph: GraphClient, page_id: str) -> Mapping[str, Any]:
    """A Page that this token may not see is no Page of ours."""
    try:
        return answers.node(graph, page_id, *PAGE_FIELDS) or {}
    except GraphError as error:
        if error.code != refusals.PERMISSION.code:
            raise
        return {}


def _named_pages(info: TokenInfo) -> frozenset[str]:
    """Targets of Page permissions only: those of Instagram permissions are Instagram accounts."""
    named = (ids for scope, ids in info.targets.items() if scope.startswith("pages_"))
    return frozenset().union(*named)


def _excludes(kind: ChannelKind, targets: frozenset[str] | None, scope: str, remote_id: str) -> bool:
    """Instagram accounts need Page permissions too, but for their Page, whose id is not known here."""
    if targets is None or (kind is ChannelKind.INSTAGRAM_ACCOUNT and not scope.startswith("instagram_")):
        return False
    return remote_id not in targets


def _page(item: Mapping[str, Any]) -> PageAccess | None:
    page_id, token = _id(item.get("id")), item.get("access_token")
    if page_id is None or not isinstance(token, str):
        return None
    return PageAccess(page_id, str(item.get("name", "")), token, _instagram(item))


def _instagram(item: Mapping[str, Any]) -> LinkedInstagram | None:
    account = answers.mapping(item.get("instagram_business_account"))
    account_id = _id(account.get("id"))
    return LinkedInstagram(account_id, account.get("username")) if account_id else None


def _targets(data: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    return dict(_granted(data.get("granular_scopes") or ()))


def _granted(granular: Any) -> Iterator[tuple[str, frozenset[str]]]:
    for grant in granular:
        if "target_ids" in grant:
            yield str(grant.get("scope")), frozenset(map(str, grant["target_ids"]))


def _id(value: object) -> str | None:
    return str(value) if isinstance(value, str | int) and value else None


def _moment(value: object) -> datetime | None:
    """Unix seconds; 0 and absence both mean that there is no date."""
    return parse_time(value) if value else None
