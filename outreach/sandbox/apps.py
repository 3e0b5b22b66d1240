"""The app itself, which permissions it was given, and who else works on a Page.

Meta's references of Application Permissions, Page Roles, Page Assigned Users and Business name these calls (v26).
"""

from __future__ import annotations

from outreach.sandbox.call import Call, Json
from outreach.sandbox.fields import Field
from outreach.sandbox.nodes import OMIT, Show, pick, plain, render
from outreach.sandbox.objects import App, Page, TokenKind, User
from outreach.sandbox.refusals import invalid, refuse, unknown_field

#: The others on a Page's staff: name and tasks.
COLLEAGUES = (
    ("320000000000001", "زميلة الرسائل", ("MESSAGING", "MODERATE", "ANALYZE")),
    ("320000000000002", "زميل الإعلانات", ("ADVERTISE", "ANALYZE")),
)
BUSINESS_COLLEAGUE = ("320000000000003", "زميلة من المؤسسة", ("MESSAGING",))
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
    """Only people who do not belong to a business; those stand in `/assigned_users`."""
    _check_manager(call, page, "roles")
    call.only("fields")
    people = [] if in_business(call, page) else _staff(call, page)
    return {"data": [each for each in people if each["id"] != BUSINESS_COLLEAGUE[0]]}


def list_assigned_users(call: Call, page: Page) -> Json:
    """People of the business that owns the Page, under ids of that business."""
    _check_manager(call, page, "assigned_users")
    call.only("fields", "business")
    if call.required("business") != business_id(page) or not in_business(call, page):
        raise invalid("Param business must be the business that is associated with this Page")
    return {"data": [{**each, "id": f"7{each['id']}"} for each in _staff(call, page)]}


def _check_manager(call: Call, page: Page, edge: str) -> None:
    if not call.world.switches.page_roles_listed:
        raise invalid(f"Tried accessing nonexisting field ({edge}) on node type (Page)")
    call.need("pages_manage_metadata", target=page.id)
    if not call.as_page(page.id) or "MANAGE" not in page.tasks:
        raise refuse(200, "(#200) Requires MANAGE on the Page", status=403)


def _staff(call: Call, page: Page) -> list[Json]:
    people: list[Json] = [
        {"id": user.id, "name": user.name, "tasks": list(page.tasks)} for user in _managers(call, page)
    ]
    others = (*COLLEAGUES, BUSINESS_COLLEAGUE)
    return people + [{"id": number, "name": name, "tasks": list(tasks)} for number, name, tasks in others]


def _managers(call: Call, page: Page) -> list[User]:
    return [node for node in call.world.nodes.values() if isinstance(node, User) and page.id in node.page_ids]


def in_business(call: Call, page: Page) -> bool:
    return page.business or call.world.switches.in_business


def business_id(page: Page) -> str:
    return f"4{page.id}"


def business_of(call: Call, page: Page, one: Field) -> object:
    """The business portfolio that owns a Page, and whether Meta has verified it; nothing without the permission."""
    if not call.world.switches.business_shown:
        raise unknown_field("business", "Page")
    if not in_business(call, page) or not call.someone().holds("business_management", call.now):
        return OMIT
    status = "verified" if call.world.switches.business_verified else "not_verified"
    values = {"id": business_id(page), "name": page.name, "verification_status": status}
    return pick(one, values, ["id", "name"], "Business")
