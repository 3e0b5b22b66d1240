"""What is wrong with this installation: settings, keys, database, model, mail, people, channels, jobs, posts.

What settings and jobs tell, the page of health shows too.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach import channels, notices, settings, wiring
from outreach.errors import MailError, ModelError, OutreachError
from outreach.installation import Opened
from outreach.jobs import cadences, patience
from outreach.settings import Settings
from outreach.states import WAITING_FOR_A_PERSON, Mode, Role
from outreach.tables import Alert, JobRun, Publication, User
from outreach.vault import KEYRING_FILE

Grade = Literal["fine", "warning", "wrong"]
LEAST_DISK = 1_000_000_000  #: bytes
NEEDED_ROLES = (Role.FOCAL_POINT, Role.PSEA_FOCAL_POINT, Role.MODERATOR, Role.APPROVER, Role.ADMIN)


@dataclass(frozen=True)
class Finding:
    grade: Grade
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


def examine() -> tuple[Finding, ...]:
    """Look at everything that can be looked at; what cannot even be opened is a finding, not an exception."""
    try:
        used = settings.load()
        opened = wiring.open(settings=used)
    except OutreachError as error:
        return (Finding("wrong", error.code, error.params),)
    found = [finding for check in CHECKS for finding in check(opened)]
    return tuple(found) or (Finding("fine", "doctor.fine", {"mode": opened.mode.value}),)


def _folders(opened: Opened) -> Iterator[Finding]:
    used = opened.settings
    for path in (used.data_dir, used.key_dir, used.key_dir / KEYRING_FILE):
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield Finding("wrong", "doctor.open_to_others", {"path": str(path)})
    if used.data_dir.exists() and os.access(used.data_dir, os.R_OK):
        free = shutil.disk_usage(used.data_dir).free
        if free < LEAST_DISK:
            yield Finding("wrong", "doctor.disk", {"megabytes": free // 1_000_000})


def _model(opened: Opened) -> Iterator[Finding]:
    from outreach import classifier  # noqa: PLC0415  numpy, only when asked

    try:
        classifier.in_use(opened.settings)
    except ModelError as error:
        yield Finding("wrong", "doctor.model", {"model": opened.settings.model, "code": error.code})


def of_settings(used: Settings) -> Iterator[Finding]:
    """What is not set, and what does not happen therefore."""
    missing: tuple[tuple[Grade, str, object], ...] = (
        ("wrong", "service.no_mail", used.mail.host),
        ("wrong", "service.no_app_secret", used.meta.app_secret.get_secret_value()),
        ("warning", "service.no_heartbeat", used.heartbeat_url),
    )
    return (Finding(grade, code) for grade, code, value in missing if not value)


def _settings(opened: Opened) -> Iterator[Finding]:
    return of_settings(opened.settings)


def _mail(opened: Opened) -> Iterator[Finding]:
    if not opened.settings.mail.host:
        return
    try:
        wiring.Worker(opened).mailer.check()
    except MailError as error:
        yield Finding("wrong", error.code, error.params)


def _meta(opened: Opened) -> Iterator[Finding]:
    used = opened.settings.meta
    for name in ("app_id", "verify_token"):
        value = getattr(used, name)
        if not (value if isinstance(value, str) else value.get_secret_value()):
            yield Finding("wrong", "doctor.setting_missing", {"setting": f"meta.{name}"})
    if opened.mode is Mode.LIVE and not opened.settings.media_base_url.startswith("https://"):
        yield Finding("wrong", "doctor.media_address", {"address": opened.settings.media_base_url})


def _people(opened: Opened) -> Iterator[Finding]:
    with opened.database.read() as session:
        active = session.scalars(select(User).where(User.disabled_at.is_(None))).all()
    held = {role for user in active for role in user.roles}
    for role in NEEDED_ROLES:
        if role.value not in held:
            yield Finding("wrong", "doctor.nobody", {"role": role.value})


def _notices(opened: Opened) -> Iterator[Finding]:
    for trouble in notices.troubles(opened.database, wiring.Worker(opened).courier.push):
        yield Finding("wrong" if trouble.grave else "warning", trouble.code, trouble.params)


def _channels(opened: Opened) -> Iterator[Finding]:
    reports = channels.listed(opened.database, now=opened.clock.now())
    if not reports:
        yield Finding("warning", "doctor.no_channels")
    for report in reports:
        for code, params in report.problems:
            yield Finding("wrong" if report.status == "stopped" else "warning", code, params)


@dataclass(frozen=True)
class JobHealth:
    name: str
    succeeded_at: datetime | None
    error_code: str | None
    state: Literal["ok", "stale", "never", "failing"]

    @property
    def finding(self) -> Finding | None:
        """None while it runs well; one failure alone is tried again by itself."""
        if self.state == "ok":
            return None
        grade: Grade = "warning" if self.state == "failing" else "wrong"
        return Finding(grade, f"service.job_{self.state}", {"job": self.name, "code": self.error_code or "–"})


def of_jobs(session: Session, judged: Mapping[str, timedelta], *, now: datetime) -> list[JobHealth]:
    """Every job that ran or that is `judged`, which says how often it should end well."""
    runs = {run.id: run for run in session.scalars(select(JobRun))}
    return [_job(name, runs.get(name), judged.get(name), now) for name in sorted({*runs, *judged})]


def _job(name: str, run: JobRun | None, cadence: timedelta | None, now: datetime) -> JobHealth:
    if run is None or run.succeeded_at is None:
        return JobHealth(name, None, run.error_code if run else None, "never")
    if cadence and now - run.succeeded_at > patience(cadence):
        return JobHealth(name, run.succeeded_at, run.error_code, "stale")
    return JobHealth(name, run.succeeded_at, run.error_code, "failing" if run.error_code else "ok")


def _jobs(opened: Opened) -> Iterator[Finding]:
    """A service that was never started is one finding, not fifteen."""
    with opened.database.read() as session:
        found = of_jobs(session, cadences(), now=opened.clock.now())
        if session.scalar(select(func.count()).select_from(JobRun)) == 0:
            yield Finding("warning", "doctor.never_ran")
            return
    yield from (each.finding for each in found if each.finding is not None)


def _waiting(opened: Opened) -> Iterator[Finding]:
    with opened.database.read() as session:
        counts = session.execute(
            select(Publication.status, func.count())
            .where(Publication.status.in_(WAITING_FOR_A_PERSON))
            .group_by(Publication.status)
        ).all()
        failed = session.scalar(select(func.count()).where(Alert.status == "failed"))
    for status, count in counts:
        yield Finding("warning", f"doctor.posts_{status}", {"count": count})
    if failed:
        yield Finding("wrong", "doctor.alerts_failed", {"count": failed})


CHECKS = (_folders, _model, _settings, _mail, _meta, _people, _notices, _channels, _jobs, _waiting)
