"""The app itself, which permissions it was given, and who else works on a Page.

None of these three is in Meta's documents as we hold them; the names are those of Meta's own SDK.
"""

from __future__ import annotations

from outreach.sandbox.call import Call, Json
from outreach.sandbox.fields import Field
from outreach.sandbox.nodes import OMIT, Show, pick, plain, render
from outreach.sandbox.refusals import invalid, refuse, unknown_field
from outreach.sandbox.world import App, Page, TokenKind, User

#: The others on a Page's staff: name and tasks.
COLLEAGUES = (
    ("320000000000001", "زميلة الرسائل", ("MESSAGING", "MODERATE", "ANALYZE")),
    ("320000000000002", "زميل الإعلانات", ("ADVERTISE", "ANALYZE")),
)
APP_FIELDS: dict[str, Show | None] = {
    "id": plain(lambda app: app.id),
    "name": plain(lambda app: app.name),
    "category": plain(lambda _app: "Business"),
    "link": None,
    "privacy_policy_url": None,
}


def show_app(call: Call, app: App) -> Json:
    call.only("fields")
    return render(call, app, "Application", APP_FIELDS, wanted=call.fields("name,id"))


def list_permissions(call: Call, app: App) -> Json:
    """Which permissions reach people without a role on the app (Advanced Access); the others are left out."""
    if not call.world.switches.app_permissions_listed:
        raise invalid("Tried accessing nonexisting field (permissions) on node type (Application)")
    call.only()
    token = call.someone()
    if token.kind is not TokenKind.APP or token.app_id != app.id:
        raise refuse(15, "(#15) This method must be called with an app access_token.")
    if not call.world.switches.advanced_access:
        return {"data": []}
    scopes = sorted({scope for one in call.world.tokens.values() for scope in one.scopes})
    return {"data": [{"permission": scope, "status": "live"} for scope in scopes]}


def list_roles(call: Call, page: Page) -> Json:
    if not call.world.switches.page_roles_listed:
        raise invalid("Tried accessing nonexisting field (roles) on node type (Page)")
    call.only("fields")
    if not call.as_page(page.id) or "MANAGE" not in page.tasks:
        raise refuse(200, "(#200) Requires MANAGE on the Page", status=403)
    people = [{"id": user.id, "name": user.name, "tasks": list(page.tasks)} for user in _managers(call, page)]
    people += [{"id": number, "name": name, "tasks": list(tasks)} for number, name, tasks in COLLEAGUES]
    return {"data": people}


def _managers(call: Call, page: Page) -> list[User]:
    return [node for node in call.world.nodes.values() if isinstance(node, User) and page.id in node.page_ids]


def business_of(call: Call, page: Page, one: Field) -> object:
    """The business portfolio that owns a Page, and whether Meta has verified it."""
    if not call.world.switches.business_shown:
        raise unknown_field("business", "Page")
    if not page.business:
        return OMIT
    status = "verified" if call.world.switches.business_verified else "not_verified"
    values = {"id": f"4{page.id}", "name": page.name, "verification_status": status}
    return pick(one, values, ["id", "name"], "Business")
