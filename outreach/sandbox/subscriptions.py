"""Who is told what: an app's callback per webhook object, and the fields a Page or account is subscribed to."""

from __future__ import annotations

import secrets
from typing import Any

import requests

from outreach.sandbox.call import Call, Json
from outreach.sandbox.objects import Account, App, Page, Subscription, TokenKind
from outreach.sandbox.refusals import gone, must_be, refuse
from outreach.sandbox.world import World

FIELDS = {
    "page": ("feed", "mention", "messages", "message_deliveries", "ratings"),
    "instagram": ("comments", "live_comments", "mentions", "messages", "story_insights"),
}


def subscribe(call: Call, owner: Page | Account) -> Json:
    call.only("subscribed_fields")
    _may_subscribe(call, owner)
    known = FIELDS["page" if isinstance(owner, Page) else "instagram"]
    names = _names(call)
    if unknown := [name for name in names if name not in known]:
        raise must_be("subscribed_fields", f"a list of known fields; {unknown[0]} is not one")
    owner.subscribed[call.someone().app_id] = tuple(names)
    return {"success": True}


def _names(call: Call) -> list[str]:
    text = call.required("subscribed_fields")
    names = call.json("subscribed_fields", list) if text.startswith("[") else text.split(",")
    return [str(name).strip() for name in names]


def _may_subscribe(call: Call, owner: Page | Account) -> None:
    if not call.manages(owner):
        raise gone(owner.id, call.method)
    if isinstance(owner, Page):
        call.need("pages_manage_metadata", target=owner.id)
        if not call.as_page(owner.id):
            raise refuse(210, "(#210) A page access token is required to request this resource.", status=403)


def list_subscribed(call: Call, owner: Page | Account) -> Json:
    call.only("fields")
    _may_subscribe(call, owner)
    return {"data": [_app_entry(call.world, app_id, names) for app_id, names in owner.subscribed.items()]}


def _app_entry(world: World, app_id: str, names: tuple[str, ...]) -> Json:
    return {"id": app_id, "name": world.apps[app_id].name, "subscribed_fields": list(names)}


def unsubscribe(call: Call, owner: Page | Account) -> Json:
    call.only()
    _may_subscribe(call, owner)
    owner.subscribed.pop(call.someone().app_id, None)
    return {"success": True}


def set_callback(call: Call, app: App) -> Json:
    """`POST /{app}/subscriptions`: the callback must answer Meta's challenge first (see `prove`)."""
    call.only("object", "callback_url", "fields", "verify_token", "include_values")
    _app_only(call, app)
    name = call.required("object")
    if name not in FIELDS:
        raise must_be("object", "one of {page, instagram}")
    chosen = tuple(part.strip() for part in (call.params.get("fields") or ",".join(FIELDS[name])).split(","))
    subscription = Subscription(name, call.required("callback_url"), chosen, call.text("verify_token"))
    if not call.proven:
        raise refuse(2200, "(#2200) Callback verification failed: the URL did not echo the challenge")
    call.world.subscriptions[name] = subscription
    return {"success": True}


def list_callbacks(call: Call, app: App) -> Json:
    call.only()
    _app_only(call, app)
    return {"data": [_callback_entry(one) for one in call.world.subscriptions.values()]}


def _callback_entry(one: Subscription) -> Json:
    names: list[Any] = [{"name": name, "version": "v26.0"} for name in one.fields]
    return {"object": one.topic, "callback_url": one.callback_url, "active": True, "fields": names}


def _app_only(call: Call, app: App) -> None:
    token = call.someone()
    if token.kind is not TokenKind.APP or token.app_id != app.id:
        raise refuse(15, "(#15) This method must be called with an app access_token.")


def prove(callback_url: str, verify_token: str, *, seconds: float) -> bool:
    """Meta's verification call: the bare challenge must come back."""
    challenge = str(secrets.randbelow(10**9))
    query = {"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": verify_token}
    try:
        answer = requests.get(callback_url, params=query, timeout=seconds, allow_redirects=False)
    except (requests.RequestException, ValueError):
        return False
    return answer.status_code == requests.codes.ok and answer.text.strip() == challenge
