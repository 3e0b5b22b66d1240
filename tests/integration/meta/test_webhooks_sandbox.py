"""The sandbox's deliveries, as they arrive over HTTP, through `verify` and `parse`."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator

import pytest

from outreach.errors import InvalidError
from outreach.meta import webhooks
from outreach.meta.protocol import Content
from outreach.states import ChannelKind


class Inbox:
    """A callback that keeps every body with its signature, exactly as it came."""

    def __init__(self) -> None:
        self.deliveries: list[tuple[bytes, str | None]] = []
        inbox = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["content-length"]))
                inbox.deliveries.append((raw, self.headers["x-hub-signature-256"]))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/webhooks/meta"

    def events(self, secret: str) -> list[webhooks.WebhookEvent]:
        assert self.deliveries
        assert all(webhooks.verify(raw, signature, (secret,)) for raw, signature in self.deliveries)
        return [event for raw, _ in self.deliveries for event in webhooks.parse(raw)]


@pytest.fixture
def inbox(meta) -> Iterator[Inbox]:
    inbox = Inbox()
    meta.desk("webhooks", callback_url=inbox.url)
    yield inbox
    meta.server.world.subscriptions.clear()
    inbox.server.shutdown()
    inbox.server.server_close()


@pytest.fixture(params=list(ChannelKind))
def kind(request):
    return request.param


@pytest.mark.parametrize("flat", [False, True])
def test_a_new_comment_in_arabic_arrives_signed_and_points_at_its_node(meta, inbox, kind, flat):
    meta.desk("switches", webhook_instagram_flat=flat)
    channel = meta.open(kind)
    posted = meta.publish(channel, Content("سلام", media=meta.media()))
    comment_id = meta.comment(posted, "ساعدوني رجاءً / https://example.org")
    (event,) = [event for event in inbox.events(meta.server.app_secret) if event.comment_id]
    assert (event.comment_id, event.post_id, event.verb, event.parent_id) == (comment_id, posted, "add", None)
    assert event.channel_id == (meta.account.page_id if kind is ChannelKind.FACEBOOK_PAGE else meta.account.ig_id)
    assert event.created_at is not None
    assert channel.comment(event.comment_id).text.startswith("ساعدوني")


def test_a_reply_names_its_parent(meta, inbox, kind):
    channel = meta.open(kind)
    posted = meta.publish(channel, Content("سلام", media=meta.media()))
    first = meta.comment(posted, "سؤال")
    reply = meta.comment(posted, "جواب", reply_to=first)
    assert {
        event.comment_id: event.parent_id for event in inbox.events(meta.server.app_secret) if event.comment_id
    } == {
        first: None,
        reply: first,
    }


def test_edits_hides_and_deletions_on_a_page_arrive_as_verbs(meta, inbox):
    page = meta.page
    posted = meta.publish(page, Content("سلام"))
    comment_id = meta.comment(posted, "نص")
    meta.desk("comment", id=comment_id, text="نص آخر")
    page.hide(comment_id)
    page.delete(comment_id)
    meta.desk("clock", to=meta.start.isoformat())  # delivers what is waiting before it answers
    found = [event.verb for event in inbox.events(meta.server.app_secret) if event.comment_id == comment_id]
    assert found == ["add", "edited", "hide", "remove"]


def test_a_delivery_with_a_wrong_signature_is_refused(meta, inbox):
    posted = meta.publish(meta.page, Content("سلام"))
    meta.desk("clock", to=meta.start.isoformat())
    inbox.deliveries.clear()
    meta.fault("webhook_bad_signature")
    meta.comment(posted, "نص")
    ((raw, signature),) = inbox.deliveries
    assert not webhooks.verify(raw, signature, (meta.server.app_secret,))


def test_half_a_delivery_is_invalid(meta, inbox):
    posted = meta.publish(meta.page, Content("سلام"))
    meta.comment(posted, "نص")
    raw = inbox.deliveries[-1][0]
    with pytest.raises(InvalidError):
        webhooks.parse(raw[: len(raw) // 2])
