"""A notice in words: what happened, what did not, one thing to do. No word of a comment or post, no flag, no name."""

from __future__ import annotations

from outreach.tables import Alert
from outreach.wording import catalogue, word

URGENT = ("alert.s0",)
#: where to look; everything about comments is in the queue
PAGES = {
    "notice.token": "/coverage",
    "notice.ends": "/coverage",
    "notice.pause": "/pause",
    "alert.unknown_post": "/posts",
    "alert.gone": "/cases",
    "notice.deletion": "/privacy/deletion",
}


def compose(alert: Alert, language: str, base_url: str, *, sandbox: bool) -> tuple[str, str]:
    """Subject and body."""
    mark = word("alert.sandbox", language=language) + " " if sandbox else ""
    about_us = alert.kind.startswith("notice.")
    page = PAGES.get(alert.kind, "/posts" if about_us else "/review")
    lines = (_operational if about_us else _comments)(alert, language, f"{base_url.rstrip('/')}{page}")
    return mark + _subject(alert, language), mark + "\n\n".join(lines) + "\n"


def _subject(alert: Alert, language: str) -> str:
    own = f"{alert.kind}.subject"
    if own in catalogue():
        return word(own, _params(alert), language=language)
    return word("alert.subject.now" if alert.kind in URGENT else "alert.subject", language=language)


def _operational(alert: Alert, language: str, link: str) -> list[str]:
    params = {**_params(alert), "link": link}
    parts = [word(f"{alert.kind}{part}", params, language=language) for part in ("", ".not", ".do")]
    reason = str(alert.details.get("code") or "")
    if reason in catalogue():  # one channel, one remedy: it says more than the general one
        parts.append(word(reason, params, language=language))
    return parts


def _comments(alert: Alert, language: str, link: str) -> list[str]:
    worded = f"alert.link.{alert.kind.partition('.')[2]}"
    return [
        word(alert.kind, {"count": alert.count}, language=language),
        word(worded if worded in catalogue() else "alert.link", {"link": link}, language=language),
        word("alert.privacy", language=language),
    ]


def _params(alert: Alert) -> dict[str, object]:
    channels = ", ".join(map(str, alert.details.get("channels") or ())) or "—"
    days = alert.details.get("days")
    return {"count": alert.count, "channels": channels, "channel": channels, "days": days}
