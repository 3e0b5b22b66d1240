"""What a channel can do at Meta, each asked by a call that shows nothing to anybody (graph-api.md §3-§6, §9, §10).

Where no call can tell, the answer is `unproven` with what a person should look at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from outreach.meta import answers, refusals
from outreach.meta.graph import GraphClient, items_of
from outreach.meta.refusals import GraphError
from outreach.meta.tokens import REQUIRED, TokenInfo
from outreach.states import Capability, ChannelKind, Proof

NEEDED_TASKS = frozenset({"CREATE_CONTENT", "MODERATE", "MESSAGING", "ANALYZE"})
#: Who holds these reads what people in need write to the Page, and may answer them.
WATCHED_TASKS = ("MESSAGING", "MODERATE")
#: The fields without which we do not hear of comments.
HEARD = {ChannelKind.FACEBOOK_PAGE: ("page", "feed"), ChannelKind.INSTAGRAM_ACCOUNT: ("instagram", "comments")}
LOOKED_AT = 10  #: newest posts
SEES_BUSINESS = "business_management"  #: without this permission Meta does not tell which business owns a Page


@dataclass(frozen=True)
class Checked:
    """One capability and the proof for it; `code` says in words what was found and what to do."""

    capability: Capability
    proof: Proof
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)  #: codes, ids, counts, dates
    people: tuple[str, ...] = field(default=(), repr=False)  #: names of staff, for administrators' eyes


@dataclass(frozen=True)
class Subject:
    """A channel with its Page token's client, a client without a token, and what Meta says of the token."""

    kind: ChannelKind
    remote_id: str
    page_id: str
    graph: GraphClient
    bare: GraphClient
    app_id: str
    app_secret: str = field(repr=False)
    info: TokenInfo
    callback_url: str  #: where our webhooks are received
    now: datetime

    @property
    def is_page(self) -> bool:
        return self.kind is ChannelKind.FACEBOOK_PAGE

    @property
    def needed(self) -> frozenset[str]:
        return frozenset().union(*REQUIRED[self.kind].values())


def check(subject: Subject) -> tuple[Checked, ...]:
    """Ask everything, one capability after the other; one that fails does not keep the others unasked."""
    token = _token(subject)
    if token.proof is Proof.REFUSED:
        others = (each for each in applicable(subject.kind) if each is not Capability.TOKEN)
        return (token, *(Checked(each, Proof.UNPROVEN, "coverage.token_first") for each in others))
    asked = (_asked(name, CHECKS[name], subject) for name in applicable(subject.kind) if name in CHECKS)
    return (token, *asked)


def applicable(kind: ChannelKind) -> tuple[Capability, ...]:
    """The capabilities that this kind of channel has, in order."""
    only_instagram = {Capability.PUBLISH_LIMIT, Capability.MEDIA_FETCH}
    return tuple(each for each in Capability if kind is ChannelKind.INSTAGRAM_ACCOUNT or each not in only_instagram)


def _asked(name: Capability, ask: Callable[[Subject], Checked], subject: Subject) -> Checked:
    try:
        return ask(subject)
    except GraphError as error:
        said = {"meta": meta_number(error), "reason": error.code}
        # A missing edge or field is no refusal of the capability: Meta's documents do not promise it.
        refused = error.code in {refusals.PERMISSION.code, refusals.CONFIG.code, refusals.BLOCKED.code}
        if refused and name not in ADVISORY:
            return Checked(name, Proof.REFUSED, f"coverage.{name}.refused", said)
        code = f"coverage.{name}.unproven" if error.permanent else "coverage.no_answer"
        return Checked(name, Proof.UNPROVEN, code, said)


def meta_number(error: GraphError) -> str:
    """As people look it up in Meta's documents: code, or code/subcode."""
    return f"{error.graph_code}/{error.subcode}" if error.subcode else str(error.graph_code or error.code)


# -- the token ----------------------------------------------------------------------------------------------------


def _token(subject: Subject) -> Checked:
    info = subject.info
    if not info.valid:
        return Checked(Capability.TOKEN, Proof.REFUSED, refusals.token_reason(info.error_subcode))
    wrong = (
        ("other_app", info.app_id not in (None, subject.app_id)),
        ("not_a_page", info.type not in ("PAGE", "")),
        ("other_page", info.profile_id not in (None, subject.page_id)),
    )
    for name, is_so in wrong:
        if is_so:
            return Checked(Capability.TOKEN, Proof.REFUSED, f"coverage.token.{name}")
    if info.expires_at is None:
        return Checked(Capability.TOKEN, Proof.PROVEN, "coverage.token.endless")
    return Checked(Capability.TOKEN, Proof.PROVEN, "coverage.token.proven", {"until": _day(info.expires_at)})


def _scopes(subject: Subject) -> Checked:
    lacking = subject.needed - subject.info.scopes
    return _listed(Capability.SCOPES, "scopes", lacking)


def _targets(subject: Subject) -> Checked:
    """Permissions that were given, but for other Pages or accounts only."""
    excluded = {
        scope
        for scope in subject.needed & subject.info.scopes
        if (targets := subject.info.targets.get(scope)) is not None and _asset(subject, scope) not in targets
    }
    return _listed(Capability.TARGETS, "scopes", excluded)


def _asset(subject: Subject, scope: str) -> str:
    return subject.remote_id if scope.startswith("instagram_") else subject.page_id


def _listed(name: Capability, key: str, missing: frozenset[str] | set[str]) -> Checked:
    if missing:
        return Checked(name, Proof.REFUSED, f"coverage.{name}.refused", {key: ", ".join(sorted(missing))})
    return Checked(name, Proof.PROVEN, f"coverage.{name}.proven")


def _data_access(subject: Subject) -> Checked:
    """Ninety days after the person was last active; Page permissions are not among those that end (graph-api.md §3)."""
    ends = subject.info.data_access_expires_at
    if ends is None or subject.is_page:
        return Checked(Capability.DATA_ACCESS, Proof.PROVEN, "coverage.data_access.endless")
    if ends <= subject.now:
        return Checked(Capability.DATA_ACCESS, Proof.REFUSED, "coverage.data_access.refused", {"until": _day(ends)})
    return Checked(Capability.DATA_ACCESS, Proof.PROVEN, "coverage.data_access.proven", {"until": _day(ends)})


# -- people, business, app ----------------------------------------------------------------------------------------


def _tasks(subject: Subject) -> Checked:
    page = answers.node(subject.graph, subject.page_id, "tasks") or {}
    if not isinstance(page.get("tasks"), list):
        return Checked(Capability.TASKS, Proof.UNPROVEN, "coverage.tasks.unproven")
    return _listed(Capability.TASKS, "tasks", NEEDED_TASKS - set(map(str, page["tasks"])))


def _staff(subject: Subject) -> Checked:
    """Two lists, since `roles` leaves out whoever belongs to a business, and these have other ids (the token's owner
    too, so she is counted)."""
    listed = _people(subject, "roles")
    try:
        colleagues = _colleagues(subject)
    except GraphError as error:
        if not error.permanent:
            raise
        colleagues = None
    everybody = [*listed, *(colleagues or ())]
    holders = {task: [each for each in everybody if task in (each.get("tasks") or ())] for task in WATCHED_TASKS}
    counts = {task.lower(): len(people) for task, people in holders.items()}
    names = {f"{person.get('name', '')} ({task})" for task, people in holders.items() for person in people}
    proof, code = (Proof.UNPROVEN, "partly") if colleagues is None else (Proof.PROVEN, "proven")
    return Checked(Capability.STAFF, proof, f"coverage.staff.{code}", counts, tuple(sorted(names)))


def _colleagues(subject: Subject) -> list[dict[str, Any]] | None:
    """People of the business that owns the Page; none where there is no business; None where Meta does not tell."""
    business = _owner(subject)
    if business is None:
        return [] if SEES_BUSINESS in subject.info.scopes else None
    return _people(subject, "assigned_users", business=str(business.get("id")))


def _people(subject: Subject, edge: str, **more: str) -> list[dict[str, Any]]:
    return list(subject.graph.get_all_connections(subject.page_id, edge, fields="id,name,tasks", **more))


def _owner(subject: Subject) -> Mapping[str, Any] | None:
    """The business portfolio that owns the Page; None where there is none, or Meta does not tell."""
    page = answers.node(subject.graph, subject.page_id, "business{id,verification_status}") or {}
    return answers.mapping(page.get("business")) or None


def _business(subject: Subject) -> Checked:
    owner = _owner(subject)
    if owner is None and SEES_BUSINESS in subject.info.scopes:
        return Checked(Capability.BUSINESS, Proof.UNPROVEN, "coverage.business.none")
    status = (owner or {}).get("verification_status")
    if status is None:
        return Checked(Capability.BUSINESS, Proof.UNPROVEN, "coverage.business.unproven")
    verified = status == "verified"
    proof = Proof.PROVEN if verified else Proof.REFUSED
    return Checked(Capability.BUSINESS, proof, f"coverage.business.{proof}")


def _access_level(subject: Subject) -> Checked:
    granted = items_of(_as_app(subject, "permissions"))
    live = {str(each.get("permission")) for each in granted if each.get("status") == "live"}
    return _listed(Capability.ACCESS_LEVEL, "scopes", subject.needed - live)


def _app_mode(_subject: Subject) -> Checked:
    """No call tells it: only an outside account that sees a post does."""
    return Checked(Capability.APP_MODE, Proof.UNPROVEN, "coverage.app_mode.unproven")


def _as_app(subject: Subject, edge: str) -> Any:
    """The one kind of call that carries the app's secret in its query, which is never logged nor raised."""
    secret = f"{subject.app_id}|{subject.app_secret}"
    return subject.bare.request(f"{subject.bare.version}/{subject.app_id}/{edge}", {"access_token": secret})


# -- publishing ---------------------------------------------------------------------------------------------------


def _publish(_subject: Subject) -> Checked:
    return Checked(Capability.PUBLISH, Proof.UNPROVEN, "coverage.publish.unproven")


def _publish_limit(subject: Subject) -> Checked:
    answer = subject.graph.get_connections(
        subject.remote_id, "content_publishing_limit", fields="quota_usage,config{quota_total}"
    )
    found = next(iter(items_of(answer)), {})
    used, total = found.get("quota_usage"), answers.mapping(found.get("config")).get("quota_total")
    if not isinstance(used, int) or not isinstance(total, int):
        return Checked(Capability.PUBLISH_LIMIT, Proof.UNPROVEN, "coverage.publish_limit.unproven")
    code = "coverage.publish_limit.full" if used >= total else "coverage.publish_limit.proven"
    return Checked(Capability.PUBLISH_LIMIT, Proof.PROVEN, code, {"used": used, "total": total})


def _media_fetch(_subject: Subject) -> Checked:
    return Checked(Capability.MEDIA_FETCH, Proof.UNPROVEN, "coverage.media_fetch.unproven")


def _retract(_subject: Subject) -> Checked:
    return Checked(Capability.RETRACT, Proof.UNPROVEN, "coverage.retract.unproven")


# -- comments -----------------------------------------------------------------------------------------------------


def _read_comments(subject: Subject) -> Checked:
    return _read_page(subject) if subject.is_page else _read_account(subject)


def _read_page(subject: Subject) -> Checked:
    """A count without the comments is the silent trap of a person's token (graph-api.md §6.1)."""
    posts = _page_posts(subject)
    if any(_comments_of(post) for post in posts):
        return Checked(Capability.READ_COMMENTS, Proof.PROVEN, "coverage.read_comments.proven")
    # Counts drift by one (graph-api.md §6.1), so a single comment that is not listed proves nothing.
    if any(_counted(post) > 1 for post in posts):
        return Checked(Capability.READ_COMMENTS, Proof.REFUSED, "coverage.read_comments.silent")
    return Checked(Capability.READ_COMMENTS, Proof.UNPROVEN, "coverage.read_comments.unproven")


def _page_posts(subject: Subject) -> list[dict[str, Any]]:
    fields = "id,comments.limit(5).summary(true){id,from{id},can_hide,can_remove,can_reply_privately}"
    return items_of(subject.graph.get_connections(subject.page_id, "feed", fields=fields, limit=LOOKED_AT))


def _comments_of(post: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [each for each in answers.mapping(post.get("comments")).get("data") or () if isinstance(each, dict)]


def _counted(post: Mapping[str, Any]) -> int:
    count = answers.mapping(answers.mapping(post.get("comments")).get("summary")).get("total_count")
    return count if isinstance(count, int) else 0


def _read_account(subject: Subject) -> Checked:
    listed = items_of(
        subject.graph.get_connections(subject.remote_id, "media", fields="id,comments_count", limit=LOOKED_AT)
    )
    commented = next((each for each in listed if (each.get("comments_count") or 0) > 1), None)
    if commented is None:
        return Checked(Capability.READ_COMMENTS, Proof.UNPROVEN, "coverage.read_comments.unproven")
    found = items_of(subject.graph.get_connections(str(commented["id"]), "comments", fields="id,username", limit=5))
    if not found:
        return Checked(Capability.READ_COMMENTS, Proof.REFUSED, "coverage.read_comments.silent")
    return Checked(Capability.READ_COMMENTS, Proof.PROVEN, "coverage.read_comments.proven")


def _moderate(subject: Subject) -> Checked:
    """Facebook says of each comment whether we may; Instagram never does."""
    for comment in _strangers(subject):
        if comment.get("can_hide") is True and comment.get("can_remove") is True:
            return Checked(Capability.MODERATE, Proof.PROVEN, "coverage.moderate.proven")
        if comment.get("can_remove") is False:
            return Checked(Capability.MODERATE, Proof.REFUSED, "coverage.moderate.refused", {"meta": "can_remove"})
    return Checked(Capability.MODERATE, Proof.UNPROVEN, "coverage.moderate.unproven")


def _private_reply(subject: Subject) -> Checked:
    """`can_reply_privately` does not tell whether the app reaches people without a role on it, so it proves nothing."""
    scopes = REQUIRED[subject.kind]["private_reply"] - subject.info.scopes
    if scopes:
        return _listed(Capability.PRIVATE_REPLY, "scopes", scopes)
    return Checked(Capability.PRIVATE_REPLY, Proof.UNPROVEN, "coverage.private_reply.unproven")


def _strangers(subject: Subject) -> Iterator[dict[str, Any]]:
    """Comments that the Page did not write itself: of its own it may always dispose."""
    for post in _page_posts(subject) if subject.is_page else ():
        for comment in _comments_of(post):
            if answers.mapping(comment.get("from")).get("id") != subject.page_id:
                yield comment


# -- figures and webhooks -----------------------------------------------------------------------------------------


def _insights(subject: Subject) -> Checked:
    """Without the permission Meta answers an empty list, not an error (graph-api.md §9.1)."""
    asked: dict[str, str] = {"metric": "page_media_view", "period": "day"}
    if not subject.is_page:
        asked = {"metric": "reach", "period": "day", "metric_type": "total_value"}
    found = items_of(subject.graph.get_connections(subject.remote_id, "insights", **asked))
    if not found:
        return Checked(Capability.INSIGHTS, Proof.REFUSED, "coverage.insights.refused", {"meta": "[]"})
    return Checked(Capability.INSIGHTS, Proof.PROVEN, "coverage.insights.proven")


def _webhooks(subject: Subject) -> Checked:
    """The app's callback, then the subscription of this very Page or account. Only a notice that came proves more."""
    topic, name = HEARD[subject.kind]
    callbacks = [each for each in items_of(_as_app(subject, "subscriptions")) if each.get("object") == topic]
    if not any(each.get("active") and _has_field(each, name) for each in callbacks):
        return Checked(Capability.WEBHOOKS, Proof.REFUSED, "coverage.webhooks.no_callback", {"topic": topic})
    if not any(_same_address(each.get("callback_url"), subject.callback_url) for each in callbacks):
        return Checked(Capability.WEBHOOKS, Proof.REFUSED, "coverage.webhooks.elsewhere", {"topic": topic})
    subscribed = items_of(subject.graph.get_connections(subject.remote_id, "subscribed_apps"))
    ours = [each for each in subscribed if str(each.get("id")) == subject.app_id]
    if not any(name in (each.get("subscribed_fields") or ()) for each in ours):
        return Checked(Capability.WEBHOOKS, Proof.REFUSED, "coverage.webhooks.not_subscribed", {"field": name})
    return Checked(Capability.WEBHOOKS, Proof.UNPROVEN, f"coverage.webhooks.unproven_{topic}")


def _has_field(callback: Mapping[str, Any], name: str) -> bool:
    """A list of names, or of objects with a name; Meta's documents show both."""
    fields = callback.get("fields") or ()
    return any((each.get("name") if isinstance(each, dict) else each) == name for each in fields)


def _same_address(theirs: object, ours: str) -> bool:
    return str(theirs or "").rstrip("/") == ours.rstrip("/")


def _day(moment: datetime) -> str:
    return moment.date().isoformat()


#: A "no" to these is Meta not telling, not a capability that is missing.
ADVISORY = frozenset(
    {Capability.TASKS, Capability.STAFF, Capability.BUSINESS, Capability.ACCESS_LEVEL, Capability.APP_MODE}
)
CHECKS: Mapping[Capability, Callable[[Subject], Checked]] = {
    Capability.SCOPES: _scopes,
    Capability.TARGETS: _targets,
    Capability.DATA_ACCESS: _data_access,
    Capability.TASKS: _tasks,
    Capability.STAFF: _staff,
    Capability.BUSINESS: _business,
    Capability.ACCESS_LEVEL: _access_level,
    Capability.APP_MODE: _app_mode,
    Capability.PUBLISH: _publish,
    Capability.PUBLISH_LIMIT: _publish_limit,
    Capability.MEDIA_FETCH: _media_fetch,
    Capability.READ_COMMENTS: _read_comments,
    Capability.MODERATE: _moderate,
    Capability.PRIVATE_REPLY: _private_reply,
    Capability.RETRACT: _retract,
    Capability.INSIGHTS: _insights,
    Capability.WEBHOOKS: _webhooks,
}
