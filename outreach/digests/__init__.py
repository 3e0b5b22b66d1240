"""The weekly digest: a week's figures built, stored, worded in Arabic and English, and mailed once to each person."""

from __future__ import annotations

from outreach.digests.building import WeekView, build, find, weeks
from outreach.digests.mailing import Mail, render_mail
from outreach.digests.pages import render_page, render_text
from outreach.digests.sending import send, work_due

__all__ = [
    "Mail",
    "WeekView",
    "build",
    "find",
    "render_mail",
    "render_page",
    "render_text",
    "send",
    "weeks",
    "work_due",
]
