"""Tokens: who a token stands for, exchange, `debug_token`, Pages and permissions of a person (graph-api.md §3)."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta
from typing import Any

from outreach.errors import MetaError
from outreach.sandbox import pages
from outreach.sandbox.call import PAGING, Call, Json, unix
from outreach.sandbox.fields import Field
from outreach.sandbox.nodes import render
from outreach.sandbox.objects import App, Page, Token, TokenKind, User
from outreach.sandbox.refusals import invalid, refuse
from outreach.sandbox.world import World

LONG_LIVED = 5_183_944  # seconds, as Meta answers
PROOF_LIFE = 300  # seconds
WORDS = {458: "has not authorized application", 459: "must log in at www.facebook.com", 460: "has changed the password",
         463: "Session has expired", 464: "is not a confirmed user", 467: "session has been invalidated",
         492: "must be an administrator, editor, or moderator of the page"}  # fmt: skip


def token_of(world: World, value: str | None) -> Token | None:
    """The token behind a value; raises 190 for one that is not good any more."""
    if not value:
        return None
    token = world.tokens.get(value) or _app_token(world, value)
    if token is None:
        raise _unusable(world, "Invalid OAuth access token - Cannot parse access token", None)
    problem = trouble(world, token)
    if problem is not None:
        raise problem
    return token


def check_host(token: Token | None, *, instagram_host: bool) -> None:
    """A token of an Instagram Login is no token at Facebook's host, and the other way round."""
    if token is not None and (token.kind is TokenKind.IGUSER) is not instagram_host:
        raise refuse(190, "Invalid OAuth access token - Cannot parse access token")


def trouble(world: World, token: Token) -> MetaError | None:
    now = world.now()
    if token.subcode is not None:
        text = f"Error validating access token: the user {WORDS.get(token.subcode, 'is not valid')}."
        return _unusable(world, text, token.subcode or None)
    if token.expires_at and now >= token.expires_at:
        return _unusable(world, "Error validating access token: Session has expired.", 463)
    return None


def _unusable(world: World, message: str, subcode: int | None) -> MetaError:
    return refuse(190, message, subcode=subcode, status=world.switches.status_invalid_token)


def _app_token(world: World, value: str) -> Token | None:
    app_id, bar, secret = value.partition("|")
    app = world.apps.get(app_id)
    if not bar or app is None or not hmac.compare_digest(secret, app.secret):
        return None
    return Token(value, TokenKind.APP, app.id, "", world.now())


def check_proof(call: Call) -> None:
    proof, token = call.params.get("appsecret_proof"), call.token
    if token is None or token.kind is TokenKind.APP:
        return
    if proof is None:
        if call.world.switches.require_proof:
            raise refuse(100, "API calls from the server require an appsecret_proof argument")
        return
    if not _proven(call, token, proof):
        code = call.world.switches.proof_error_code
        raise refuse(code, "Invalid appsecret_proof provided in the API argument")


def _proven(call: Call, token: Token, proof: str) -> bool:
    message = token.value
    when = call.params.get("appsecret_time")
    if when is not None:
        if not when.isdecimal() or abs(unix(call.now) - int(when)) > PROOF_LIFE:
            return False
        message += f"|{when}"
    key = call.world.apps[token.app_id].secret.encode()
    return hmac.compare_digest(hmac.new(key, message.encode(), hashlib.sha256).hexdigest(), proof)


def access_token(call: Call) -> Json:
    grant = call.text("grant_type")
    app = _client(call)
    if grant == "client_credentials":
        call.only("grant_type", "client_id", "client_secret")
        return {"access_token": f"{app.id}|{app.secret}", "token_type": "bearer"}
    if grant != "fb_exchange_token":
        raise invalid("Unsupported grant_type; the sandbox knows fb_exchange_token and client_credentials")
    call.only("grant_type", "client_id", "client_secret", "fb_exchange_token")
    token = token_of(call.world, call.required("fb_exchange_token"))
    if token is None or token.kind is not TokenKind.USER or token.app_id != app.id:
        raise _unusable(call.world, "Invalid OAuth access token.", None)
    longer = call.world.longer(token, timedelta(seconds=LONG_LIVED))
    return {"access_token": longer.value, "token_type": "bearer", "expires_in": LONG_LIVED}


def _client(call: Call) -> App:
    app = call.world.apps.get(call.required("client_id"))
    if app is None:
        raise refuse(101, "Error validating application. Cannot get application info due to a system error.")
    if not hmac.compare_digest(app.secret, call.required("client_secret")):
        raise refuse(1, "Error validating client secret.")
    return app


def refresh_instagram(call: Call) -> Json:
    call.only("grant_type")
    token = call.someone()
    if call.text("grant_type") != "ig_refresh_token" or token.kind is not TokenKind.IGUSER:
        raise invalid("grant_type must be ig_refresh_token, with an Instagram User token")
    if call.now - token.issued_at < timedelta(hours=24):
        raise invalid("The access token is less than 24 hours old")
    longer = call.world.longer(token, timedelta(seconds=LONG_LIVED))
    return {"access_token": longer.value, "token_type": "bearer", "expires_in": LONG_LIVED,
            "permissions": ",".join(sorted(longer.scopes))}  # fmt: skip


def exchange_instagram(call: Call) -> Json:
    call.only("grant_type", "client_secret")
    token = call.someone()
    if not hmac.compare_digest(call.required("client_secret"), call.world.apps[token.app_id].secret):
        raise refuse(1, "Error validating client secret.")
    longer = call.world.longer(token, timedelta(seconds=LONG_LIVED))
    return {"access_token": longer.value, "token_type": "bearer", "expires_in": LONG_LIVED}


def debug_token(call: Call) -> Json:
    call.only("input_token")
    if call.someone().kind not in (TokenKind.APP, TokenKind.USER):
        raise refuse(100, "(#100) You must provide an app access token, or a user access token of an app owner")
    value = call.required("input_token")
    token = call.world.tokens.get(value) or _app_token(call.world, value)
    if token is None:
        error = {"code": 190, "message": "The access token could not be decrypted", "subcode": 0}
        return {"data": {"error": error, "is_valid": False, "scopes": []}}
    return {"data": _described(call.world, token)}


def _described(world: World, token: Token) -> Json:
    problem = trouble(world, token)
    shown: Json = {
        "app_id": token.app_id,
        "application": world.apps[token.app_id].name,
        "type": "USER" if token.kind is TokenKind.IGUSER else token.kind.value,
        "is_valid": problem is None,
        "issued_at": unix(token.issued_at),
        "expires_at": unix(token.expires_at) if token.expires_at else 0,
        "data_access_expires_at": unix(token.data_access_expires_at) if token.data_access_expires_at else 0,
        "scopes": sorted(token.scopes),
        "granular_scopes": [_granular(token, scope) for scope in sorted(token.scopes)],
        "user_id": token.user_id,
    }
    if token.kind is TokenKind.PAGE:
        shown["profile_id"] = token.page_id
    if problem is not None:
        shown["error"] = {"code": 190, "message": problem.params["message"], "subcode": problem.subcode or 0}
    return shown


def _granular(token: Token, scope: str) -> Json:
    targets = token.targets.get(scope)
    return {"scope": scope} if targets is None else {"scope": scope, "target_ids": list(targets)}


def accounts(call: Call, user: User) -> Json:
    call.only("fields", *PAGING)
    if user.id != call.someone().user_id:
        raise refuse(200, "(#200) You do not have sufficient permissions to see this", status=403)
    call.need("pages_show_list", code=10)
    if call.fault("accounts_empty"):
        return {"data": []}
    found = [page for page in call.world.pages() if page.id in user.page_ids and _listed(call, page)]
    wanted = call.fields("access_token,category,category_list,name,id,tasks")
    return call.listed(found, lambda page: render(call, page, "Page", pages.PAGE_FIELDS, wanted=wanted),
                       key=lambda page: ("", page.id), most=100)  # fmt: skip


def _listed(call: Call, page: Page) -> bool:
    """Since v17 a Page of a business is left out without `business_management`."""
    token = call.someone()
    targets = token.targets.get("pages_show_list")
    return (targets is None or page.id in targets) and (not page.business or "business_management" in token.scopes)


def permissions(call: Call, user: User) -> Json:
    call.only()
    if user.id != call.someone().user_id:
        raise refuse(200, "(#200) You do not have sufficient permissions to see this", status=403)
    token = call.someone()
    granted = [{"permission": scope, "status": "granted"} for scope in sorted(token.scopes)]
    return {"data": granted + [{"permission": scope, "status": "declined"} for scope in sorted(token.declined)]}


def show_user(call: Call, user: User) -> Json:
    call.only("fields")
    return render(call, user, "User", USER_FIELDS, wanted=call.fields("name,id"))


def _user_name(_call: Call, user: Any, _one: Field) -> Any:
    return user.name


USER_FIELDS = {"id": lambda _call, user, _one: user.id, "name": _user_name, "email": None}
