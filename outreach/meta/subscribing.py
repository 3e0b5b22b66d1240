"""Asks Meta to tell us of comments: the app's callback, then the Page or account (graph-api.md §10)."""

from __future__ import annotations

from outreach.meta import answers
from outreach.meta.capabilities import HEARD, Subject


def subscribe(subject: Subject, *, verify_token: str) -> None:
    """Both may be repeated. Meta calls the address at once, so it must be public by now. Raises MetaError."""
    topic, name = HEARD[subject.kind]
    callback = {
        "object": topic,
        "callback_url": subject.callback_url,
        "fields": name,
        "verify_token": verify_token,
        "access_token": f"{subject.app_id}|{subject.app_secret}",
    }
    answers.confirm(answers.post(subject.bare, f"{subject.app_id}/subscriptions", callback))
    fields = {"subscribed_fields": name}
    answers.confirm(answers.post(subject.graph, f"{subject.remote_id}/subscribed_apps", fields))
