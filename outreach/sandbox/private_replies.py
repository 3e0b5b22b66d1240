"""Private replies: one message to the person behind a comment, within seven days (graph-api.md §6)."""

from __future__ import annotations

from datetime import timedelta

from outreach.sandbox.call import Call, Json, instagram_scope
from outreach.sandbox.objects import Account, Comment, Page
from outreach.sandbox.refusals import gone, invalid, must_be, refuse
from outreach.sandbox.world import World

REPLY_WINDOW = timedelta(days=7)


def possible(call: Call, comment: Comment) -> bool:
    fresh = call.now - comment.created_at <= REPLY_WINDOW
    return fresh and not comment.own and not comment.answered_privately


def send(call: Call, sender: Page | Account) -> Json:
    call.only("recipient", "message", "messaging_type")
    if not call.manages(sender):
        raise gone(sender.id, "POST")
    if "messaging_type" in call.params or "tag" in call.params:
        raise invalid("messaging_type is not supported for private replies")
    comment = _recipient(call, sender)
    _may_message(call, comment)
    text = call.json("message", dict).get("text") if "message" in call.params else None
    if not isinstance(text, str) or not text:
        raise must_be("message[text]", "a non-empty UTF-8 encoded string")
    _check_private_reply(call, comment)
    comment.answered_privately = True
    return {"recipient_id": in_messages(comment), "message_id": f"m_{call.world.new_id('7')}"}


def in_messages(comment: Comment) -> str:
    """A person has another id in private messages than in comments."""
    return comment.author.id[::-1]


def write_back(world: World, comment: Comment, text: str) -> None:
    """The person answers our private reply: subscribers of `messages` are told, words included."""
    value: dict[str, object] = {
        "sender": {"id": in_messages(comment)},
        "recipient": {"id": comment.owner_id},
        "timestamp": int(world.now().timestamp() * 1000),
        "message": {"mid": f"m_{world.new_id('7')}", "text": text},
    }
    topic = "page" if comment.facebook else "instagram"
    world.update(value, topic=topic, owner_id=comment.owner_id, field_name="messages")


def _recipient(call: Call, sender: Page | Account) -> Comment:
    call.required("recipient")
    comment_id = call.json("recipient", dict).get("comment_id")
    comment = call.world.find(comment_id) if isinstance(comment_id, str) else None
    owners = {sender.id, sender.account_id if isinstance(sender, Page) else sender.page_id}
    if not isinstance(comment, Comment) or comment.owner_id not in owners:
        raise refuse(100, "(#100) No matching user found", subcode=2534014)
    return comment


def _may_message(call: Call, comment: Comment) -> None:
    if not call.world.switches.advanced_access:
        raise refuse(10, "(#10) Application does not have permission for this action", status=403)
    if comment.facebook:
        if not call.as_page(comment.owner_id):
            raise refuse(1705, "(#1705) Private replies are sent by the Page, not by a person")
        call.need("pages_messaging", target=comment.owner_id)
        return
    call.need(instagram_scope(call, "instagram_manage_comments"), target=comment.owner_id)
    if call.world.switches.private_reply_needs_messaging_scope:
        call.need(instagram_scope(call, "instagram_manage_messages"), target=comment.owner_id)


def _check_private_reply(call: Call, comment: Comment) -> None:
    if call.now - comment.created_at > REPLY_WINDOW:
        subcode = None if comment.facebook else 2534022
        raise refuse(10, "(#10) This message is sent outside of allowed window.", subcode=subcode, status=403)
    if comment.answered_privately:
        if comment.facebook:
            raise refuse(10900, "(#10900) Activity already replied to")
        raise refuse(100, "(#100) The comment is invalid for a private reply", subcode=2534025)
    if comment.own:
        if comment.facebook:
            raise refuse(10903, "(#10903) This user can't reply to this activity")
        raise refuse(100, "(#100) The comment is invalid for a private reply", subcode=2534025)
