"""Asks Meta to tell us of comments: the app's callback, then the Page or account (graph-api.md §10)."""

from __future__ import annotations

from outreach.meta import answers
from outreach.meta.capabilities import HEARD, Subject
from outreach.meta.refusals import GraphError

ANSWERS = "messages"  #: only to learn that somebody answered a private reply


def subscribe(subject: Subject, *, verify_token: str) -> None:
    """Both may be repeated. Meta calls the address at once, so it must be public by now. Raises MetaError."""
    _, name = HEARD[subject.kind]
    try:
        _subscribe(subject, f"{name},{ANSWERS}", verify_token)
    except GraphError as error:
        if not error.permanent:
            raise
        _subscribe(subject, name, verify_token)  # without the permission for messages: comments are what counts


def _subscribe(subject: Subject, fields: str, verify_token: str) -> None:
    callback = {
        "object": HEARD[subject.kind][0],
        "callback_url": subject.callback_url,
        "fields": fields,
        "verify_token": verify_token,
        "access_token": f"{subject.app_id}|{subject.app_secret}",
    }
    answers.confirm(answers.post(subject.bare, f"{subject.app_id}/subscriptions", callback))
    chosen = {"subscribed_fields": fields}
    answers.confirm(answers.post(subject.graph, f"{subject.remote_id}/subscribed_apps", chosen))
