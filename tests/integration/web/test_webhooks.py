from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import pytest
from sqlalchemy import func, select, text

from outreach.tables import WebhookDelivery
from outreach.web import security
from tests.sites import APP_SECRET, VERIFY_TOKEN, Site

CANARY = "CANARY-في-إشعار"
#: Meta escapes what is not ASCII and signs those bytes; parsing and writing it again would give others
BODY = json.dumps({"object": "page", "entry": [{"id": "1", "changes": [{"value": {"message": CANARY}}]}]}).encode()


def deliver(site: Site, body: bytes = BODY, *, secret: str = APP_SECRET, **headers: str) -> Any:
    signature = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    sent = {"x-hub-signature-256": signature, "content-type": "application/json", "origin": "https://meta.example"}
    return site.visitor().post("/webhooks/meta", data=body, headers={**sent, **headers})


def stored(site: Site) -> list[WebhookDelivery]:
    with site.database.read() as session:
        return list(session.scalars(select(WebhookDelivery)))


def test_a_signed_delivery_is_stored_byte_for_byte_and_sealed(site_on_both: Site):
    site = site_on_both
    assert deliver(site).status_code == 200
    (row,) = stored(site)
    assert (row.body or "").encode() == BODY
    assert row.status == "new"
    with site.database.read() as session:
        sealed = session.scalar(text("SELECT body_sealed FROM webhook_deliveries"))
    assert CANARY.encode("unicode_escape").decode() not in sealed


@pytest.mark.parametrize(
    "headers",
    [{"x-hub-signature-256": "sha256=" + "0" * 64}, {"x-hub-signature-256": ""}, {"x-hub-signature-256": "é"}],
)
def test_a_delivery_with_a_wrong_signature_is_refused_and_not_stored(site: Site, headers: dict[str, str]):
    answer = deliver(site, **{name: value.encode("latin-1") for name, value in headers.items()})  # type: ignore[arg-type]
    assert answer.status_code == 403
    assert CANARY not in answer.text
    assert not stored(site)


def test_a_delivery_without_a_signature_is_refused(site: Site):
    assert site.visitor().post("/webhooks/meta", data=BODY).status_code == 403
    assert not stored(site)


def test_one_byte_changed_breaks_the_signature(site: Site):
    signature = "sha256=" + hmac.new(APP_SECRET.encode(), BODY, hashlib.sha256).hexdigest()
    changed = BODY.replace(b'"1"', b'"2"')
    answer = site.visitor().post("/webhooks/meta", data=changed, headers={"x-hub-signature-256": signature})
    assert answer.status_code == 403


def test_a_thousand_changes_fit_and_more_than_the_limit_do_not(site: Site):
    change = {"field": "feed", "value": {"item": "comment", "message": "م" * 80, "comment_id": "1_2"}}
    many = json.dumps({"object": "page", "entry": [{"id": "1", "changes": [change] * 1000}]}).encode()
    assert len(many) > security.FORM_BYTES
    assert deliver(site, many).status_code == 200
    assert deliver(site, b"x" * (security.WEBHOOK_BYTES + 1)).status_code == 413
    with site.database.read() as session:
        assert session.scalar(select(func.count()).select_from(WebhookDelivery)) == 1


def test_the_handshake_gives_the_challenge_back(site: Site):
    asked = {"hub.mode": "subscribe", "hub.verify_token": VERIFY_TOKEN, "hub.challenge": "1158201444"}
    answer = site.visitor().get("/webhooks/meta", params=asked)
    assert (answer.status_code, answer.text) == (200, "1158201444")
    assert answer.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"hub.verify_token": "wrong"}, 403),
        ({"hub.verify_token": "كلمة"}, 403),
        ({"hub.verify_token": ""}, 403),
        ({"hub.mode": "unsubscribe"}, 422),
        ({"hub.challenge": "<script>"}, 422),
    ],
)
def test_a_wrong_handshake_is_refused_without_an_echo(site: Site, changed: dict[str, str], status: int):
    asked = {"hub.mode": "subscribe", "hub.verify_token": VERIFY_TOKEN, "hub.challenge": "1158201444", **changed}
    answer = site.visitor().get("/webhooks/meta", params=asked)
    assert answer.status_code == status
    assert "1158201444" not in answer.text
    assert "<script>" not in answer.text
