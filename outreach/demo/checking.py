"""The demo checks itself: what the sandbox's public sees against what our database says."""

from __future__ import annotations

from collections import Counter
from typing import Any

import requests
from sqlalchemy import func, select

from outreach import digests
from outreach.db import every_key
from outreach.demo.setting_up import Scene
from outreach.states import CommentState, PublicationStatus, ReviewState
from outreach.tables import Comment, Publication, ReviewDecision


def check(scene: Scene) -> list[str]:
    """Everything that is not as it should be, in words for whoever runs the tests; empty when all is well."""
    state = requests.get(f"{scene.sandbox.base_url}/_sandbox/state", timeout=60).json()
    return [*_posts(scene, state), *_comments(scene, state), *_work(scene), *_pages(scene)]


def _posts(scene: Scene, state: dict[str, Any]) -> list[str]:
    with scene.opened.database.read() as session:
        rows = session.scalars(select(Publication).where(Publication.origin == "campaign")).all()
    out = Counter(row.remote_id for row in rows if row.status == PublicationStatus.PUBLISHED)
    seen = Counter(each["id"] for each in (*state["posts"], *state["media"]) if each["visible"])
    found = [f"{len(rows)} publications, {sum(out.values())} published"] if not out else []
    if out != seen:
        found.append(f"posts: {sum(seen.values())} visible at Meta, {sum(out.values())} published here")
    left = Counter(row.status for row in rows if row.status != PublicationStatus.PUBLISHED)
    if left:
        found.append(f"publications not out at the end: {dict(left)}")
    return found


def _comments(scene: Scene, state: dict[str, Any]) -> list[str]:
    """By keyed hash, since the oldest disclosures are tombstones by the end of the fortnight."""
    alive = {each["id"] for each in state["comments"] if not each["deleted"]}
    with scene.opened.database.read() as session:
        rows = session.scalars(select(Comment).where(Comment.state != CommentState.GONE)).all()
    held = {row.remote_key for row in rows}
    missing = [remote_id for remote_id in alive if held.isdisjoint(every_key(Comment.remote_key, [remote_id]))]
    pending = [row for row in rows if row.review_state == ReviewState.PENDING]
    found = [f"comments missing here: {len(missing)} of {len(alive)}"] if missing else []
    if pending:
        found.append(f"comments not classified: {len(pending)}")
    return found


def _work(scene: Scene) -> list[str]:
    with scene.opened.database.read() as session:
        decisions = session.scalar(select(func.count()).select_from(ReviewDecision)) or 0
        queued = session.scalar(select(func.count()).where(Comment.review_state == ReviewState.QUEUED)) or 0
    found = [] if decisions else ["nobody decided on anything"]
    if not queued:
        found.append("the queue is empty: nothing to look at")
    if not digests.weeks(scene.opened.database):
        found.append("no digest was built")
    if not scene.worker.outbox.sent:
        found.append("no mail was sent")
    return found


def _pages(scene: Scene) -> list[str]:
    base = scene.opened.settings.web.base_url
    with requests.Session() as browser:
        browser.headers["Sec-Fetch-Site"] = "same-origin"
        form = {"login": "focal", "password": scene.password}
        answers = {"/login": browser.post(f"{base}/login", data=form, timeout=20).status_code}
        for path in ("/review", "/posts", "/privacy"):
            answers[path] = browser.get(f"{base}{path}", timeout=20, allow_redirects=False).status_code
    return [f"{path} answers {status}" for path, status in answers.items() if status != requests.codes.ok]
