"""Whether everything runs: `/healthz` for machines, and "what is wrong" in words for administrators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse, Response
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from outreach import comments, diagnosis, notices
from outreach.channels import ending
from outreach.diagnosis import Finding, JobHealth
from outreach.pushing import Push
from outreach.states import WAITING_FOR_A_PERSON, ActionStatus, ChannelStatus, Mode, Permission, Route
from outreach.tables import Action, Alert, Channel, Comment, Publication, WebhookDelivery
from outreach.web.deps import Page, Site, SiteDep, allowed

router = APIRouter()
READING_LATE = timedelta(hours=1)  #: four times the shortest floor


@dataclass(frozen=True)
class Problem:
    """Something that a person should mend; `code` and `params` are worded by the page."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)
    count: int | None = None
    since: datetime | None = None
    link: str | None = None


@router.api_route("/healthz", methods=["GET", "HEAD"])
def healthz(site: SiteDep) -> JSONResponse:
    """200 while every loop has ended well lately, else 503; ages in seconds."""
    now = site.clock.now()
    with site.database.read() as session:
        found = diagnosis.of_jobs(session, site.cadences, now=now)
    healthy = all(job.state in {"ok", "failing"} for job in found if job.name in site.cadences)
    body = {"ok": healthy, "jobs": {job.name: {"state": job.state, "age": _age(job, now)} for job in found}}
    return JSONResponse(body, HTTPStatus.OK if healthy else HTTPStatus.SERVICE_UNAVAILABLE)


def _age(job: JobHealth, now: datetime) -> int | None:
    return int((now - job.succeeded_at).total_seconds()) if job.succeeded_at else None


@router.get("/health")
def show(page: Annotated[Page, Depends(allowed(Permission.USERS_MANAGE, Permission.CHANNELS_MANAGE))]) -> Response:
    with page.site.database.read() as session:
        found = diagnosis.of_jobs(session, page.site.cadences, now=page.now)
        problems = [*_job_problems(found), *_settings_problems(page.site), *_row_problems(session, now=page.now)]
    problems += _notice_problems(page.site)
    reading = comments.pull_status(page.site.database, now=page.now)
    return page.render(
        "health.html",
        jobs=found,
        problems=[*problems, *_late_reading(reading)],
        reading=reading,
    )


def _late_reading(reading: Sequence[Mapping[str, Any]]) -> list[Problem]:
    """A service that looks well while it reads nothing is worse than one that has stopped."""
    late = [row for row in reading if row["status"] == ChannelStatus.ACTIVE]
    return [
        Problem("health.reading_late", {"channel": row["channel"], "minutes": row["overdue_seconds"] // 60})
        for row in late
        if timedelta(seconds=row["overdue_seconds"]) > READING_LATE
    ]


def _job_problems(found: list[JobHealth]) -> list[Problem]:
    return [_problem(job.finding, since=job.succeeded_at) for job in found if job.finding is not None]


def _problem(finding: Finding, *, since: datetime | None = None) -> Problem:
    return Problem(finding.code, finding.params, since=since)


def _notice_problems(site: Site) -> list[Problem]:
    found = notices.troubles(site.database, Push(sandbox=site.mode is Mode.SANDBOX))
    return [Problem(trouble.code, trouble.params) for trouble in found]


def _settings_problems(site: Site) -> list[Problem]:
    found = [_problem(each) for each in diagnosis.of_settings(site.settings)]
    if site.mails is not None:
        instead = Problem("service.mail_folder", {"folder": str(site.mails)})
        found = [instead if each.code == "service.no_mail" else each for each in found]
    if not site.https and "127.0.0.1" not in site.settings.web.base_url:
        found.append(Problem("health.no_https"))
    return found


def _row_problems(session: Session, *, now: datetime) -> list[Problem]:
    channels = [problem for channel in session.scalars(select(Channel)) for problem in _channel_problems(channel, now)]
    counted = {
        ("health.posts_waiting", "/posts"): _count(session, Publication.status.in_(WAITING_FOR_A_PERSON)),
        ("health.actions_failed", None): _count(session, *_failed_actions()),
        ("health.webhooks_failed", None): _count(session, WebhookDelivery.status == "failed"),
        ("health.alerts_failed", None): _count(session, Alert.status == "failed"),
    }
    return [*channels, *(Problem(code, count=n, link=link) for (code, link), n in counted.items() if n)]


def _channel_problems(channel: Channel, now: datetime) -> list[Problem]:
    status = Problem(f"health.channel_{channel.status}", {"channel": channel.name, "code": channel.status_code or ""})
    soon = [Problem(code, params, link="/coverage") for code, params in ending(channel, now)]
    if channel.status == ChannelStatus.STOPPED and channel.status_code:
        soon.insert(0, Problem(channel.status_code, {"channel": channel.name}, link="/coverage"))
    return soon if channel.status == ChannelStatus.ACTIVE else [status, *soon]


def _failed_actions() -> tuple[ColumnElement[bool], ...]:
    """Those about staff conduct are counted nowhere but with their own focal point (design §6)."""
    shared = Action.comment_id.in_(select(Comment.id).where(Comment.route != Route.PSEA))
    return Action.status.in_((ActionStatus.FAILED, ActionStatus.UNKNOWN)), shared


def _count(session: Session, *conditions: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).where(*conditions)) or 0
