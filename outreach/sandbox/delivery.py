"""Sends webhooks: signed over the raw bytes, retried on the sandbox's clock, and spoilt where a fault says so."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from datetime import timedelta
from functools import partial
from typing import Any

import requests

from outreach.sandbox.objects import Delivery, Update
from outreach.sandbox.world import World

#: Waits between tries after the immediate one: 36 hours in all, then the update is dropped (graph-api.md §10).
RETRY_AFTER = tuple(timedelta(minutes=minutes) for minutes in (0, 1, 5, 15, 60, 180, 360, 720, 819))
MOST = 1000

_one_sender = threading.Lock()


def deliver(world: World) -> None:
    """Send all that waits, in order. One thread sends at a time; never call it with the world's lock held."""
    with _one_sender:
        while world.letters:
            world.letters.popleft()()
        while batch := _next(world):
            for raw, headers, url in _letters(world, batch):
                _send(world, batch[0].topic, raw, headers=headers, url=url, tries=0)


def _next(world: World) -> list[Update]:
    with world.lock:
        if len(world.outbox) > 1 and world.faults.strike_delivery(world.random, "webhook_reorder"):
            world.outbox.reverse()
        batch: list[Update] = []
        while world.outbox and len(batch) < min(world.switches.webhook_batch, MOST):
            if batch and world.outbox[0].topic != batch[0].topic:
                break
            batch.append(world.outbox.popleft())
        return batch


def _letters(world: World, batch: list[Update]) -> list[tuple[bytes, dict[str, str], str]]:
    """The POSTs that one batch becomes: none when lost, two when duplicated."""
    with world.lock:
        subscription = world.subscriptions.get(batch[0].topic)
        strikes = {kind: world.faults.strike_delivery(world.random, f"webhook_{kind}")
                   for kind in ("lose", "duplicate", "bad_signature")}  # fmt: skip
        if subscription is None or strikes["lose"]:
            return []
        raw = envelope(world, batch)
        secret = next(iter(world.apps.values())).secret
        headers = {"content-type": "application/json", "x-hub-signature-256": sign(raw, secret)}
        if strikes["bad_signature"]:
            headers["x-hub-signature-256"] = sign(raw, secret + "?")
        return [(raw, headers, subscription.callback_url)] * (2 if strikes["duplicate"] else 1)


def envelope(world: World, batch: list[Update]) -> bytes:
    """Non-ASCII escaped, and `/` as `\\/`: whoever re-serialises before checking the signature fails on Arabic."""
    flat = world.switches.webhook_instagram_flat and batch[0].topic == "instagram"
    entries = [_entry(update, flat=flat) for update in batch]
    text = json.dumps({"object": batch[0].topic, "entry": entries}, ensure_ascii=True, separators=(",", ":"))
    return text.replace("/", "\\/").encode()


def _entry(update: Update, *, flat: bool) -> dict[str, Any]:
    head = {"id": update.owner_id, "time": int(update.at.timestamp())}
    if update.field_name == "messages":
        return {**head, "messaging": [update.value]}
    change = {"field": update.field_name, "value": update.value}
    return {**head, **change} if flat else {**head, "changes": [change]}


def sign(raw: bytes, secret: str) -> str:
    return "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()


def _send(world: World, name: str, raw: bytes, *, headers: dict[str, str], url: str, tries: int) -> None:
    status = _post(raw, headers=headers, url=url, seconds=world.switches.webhook_seconds)
    with world.lock:
        world.deliveries.append(Delivery(name, raw.decode(), status, world.now().isoformat()))
    if status == requests.codes.ok or tries >= len(RETRY_AFTER):
        return
    if RETRY_AFTER[tries] == timedelta(0):
        _send(world, name, raw, headers=headers, url=url, tries=tries + 1)
        return
    again = partial(_again, world, name, raw, headers, url, tries + 1)
    with world.lock:
        world.plan(world.now() + RETRY_AFTER[tries], again)


def _again(world: World, name: str, raw: bytes, headers: dict[str, str], url: str, tries: int, _at: Any) -> None:
    """A planned retry: it joins the letters that go out after this event, since the world is locked now."""
    world.letters.append(partial(_send, world, name, raw, headers=headers, url=url, tries=tries))


def _post(raw: bytes, *, headers: dict[str, str], url: str, seconds: float) -> int:
    try:
        answer = requests.post(url, data=raw, headers=headers, timeout=seconds, allow_redirects=False)
    except (requests.RequestException, ValueError):
        return 0
    return answer.status_code
