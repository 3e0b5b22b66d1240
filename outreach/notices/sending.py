"""Hands notices over: each path is tried in turn within one step, and every try is a row before it is made."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from outreach import logs
from outreach.db import Database, move
from outreach.errors import NoticeError, OutreachError, describe
from outreach.notices.composing import compose
from outreach.notices.paths import Courier, Path, paths_of
from outreach.notices.rows import Status
from outreach.settings import Settings
from outreach.states import Mode, Outcome
from outreach.tables import Alert, AlertAttempt, Installation, User
from outreach.wording import word

log = logs.get("notices")

LEASE = timedelta(minutes=5)  #: a notice left `sending` by a crash is sent again: twice is better than never
TRIES = 10


def send_due(database: Database, courier: Courier, *, now: datetime, settings: Settings) -> bool:
    """Hand one notice over; the row says `sending` before anything leaves. True if there may be more."""
    with database.write() as session:
        alert = _next(session, now=now)
        if alert is None:
            return False
        if not move(session, alert, to=Status.SENDING, retry_at=now + LEASE, tries=alert.tries + 1):
            return True
        sandbox = session.scalar(select(Installation.mode)) == Mode.SANDBOX
    error = _delivered(database, courier, alert, settings, sandbox=sandbox, now=now)
    _record(database, alert, error, now=now)
    return True


def send_trial(courier: Courier, person: User, *, sandbox: bool) -> list[tuple[str, str | None]]:
    """A notice that says that it is a trial, by every path of a person: kinds, and the code of what went wrong."""
    mark = word("alert.sandbox", language=person.language) + " " if sandbox else ""
    subject, text = (mark + word(code, language=person.language) for code in ("notice.trial.subject", "notice.trial"))
    found: list[tuple[str, str | None]] = []
    for path in paths_of(person):
        error = _tried(courier, path, subject, text)
        found.append((path.kind, error.code if error else None))
    return found


def reachable(database: Database) -> bool:
    """Whether any notice reached anybody by its newest try: False while all paths are down. No tries count as well."""
    with database.read() as session:
        last = session.scalars(select(AlertAttempt.outcome).order_by(AlertAttempt.started_at.desc()).limit(5)).all()
    return not last or Outcome.OK in last


def _next(session: Session, *, now: datetime) -> Alert | None:
    waits = (Alert.status == Status.PENDING) & or_(Alert.retry_at.is_(None), Alert.retry_at <= now)
    left_over = (Alert.status == Status.SENDING) & (Alert.retry_at <= now)
    return session.scalar(select(Alert).where(or_(waits, left_over)).order_by(Alert.created_at).limit(1))


def _delivered(
    database: Database, courier: Courier, alert: Alert, settings: Settings, *, sandbox: bool, now: datetime
) -> NoticeError | None:
    """None once one path has taken it; else what went wrong with the last, permanent only if it is so for all."""
    person = alert.user
    try:
        subject, text = compose(alert, person.language, settings.web.base_url, sandbox=sandbox)
    except OutreachError as error:
        return NoticeError(error.code, permanent=True)
    failure = NoticeError("alert.no_address", permanent=True)
    lasting = True
    for path in courier.in_order(paths_of(person)):
        attempt_id = _start(database, alert, path, now=now)
        trouble = _tried(courier, path, subject, text)
        _end(database, attempt_id, trouble, now=now)
        if trouble is None:
            return None
        log.warning("notice.path_failed", alert=alert.id, path=path.kind, **describe(trouble))
        lasting = lasting and trouble.permanent
        failure = NoticeError(trouble.code, permanent=lasting)
    return failure


def _tried(courier: Courier, path: Path, subject: str, text: str) -> NoticeError | None:
    try:
        courier.hand_over(path, subject, text)
    except NoticeError as error:
        return error
    except OutreachError as error:
        return NoticeError(error.code, permanent=True)
    return None


def _start(database: Database, alert: Alert, path: Path, *, now: datetime) -> str:
    with database.write() as session:
        attempt = AlertAttempt(alert_id=alert.id, path=path.kind, started_at=now, outcome=Outcome.STARTED)
        session.add(attempt)
    return str(attempt.id)


def _end(database: Database, attempt_id: str, error: NoticeError | None, *, now: datetime) -> None:
    with database.write() as session:
        attempt = session.get(AlertAttempt, attempt_id)
        if attempt is not None:  # the notice may have been forgotten meanwhile, its tries with it
            attempt.finished_at = now
            attempt.outcome = Outcome.FAILED if error else Outcome.OK
            attempt.error_code = error.code if error else None


def _record(database: Database, alert: Alert, error: NoticeError | None, *, now: datetime) -> None:
    with database.write() as session:
        row = session.get_one(Alert, alert.id)
        if error is None:
            move(session, row, to=Status.SENT, sent_at=now, retry_at=None, error_code=None)
            return
        log.warning("alert.not_sent", alert=alert.id, **describe(error))
        over = error.permanent or row.tries >= TRIES
        retry_at = None if over else now + timedelta(minutes=min(2 ** (row.tries - 1), 10))
        move(session, row, to=Status.FAILED if over else Status.PENDING, retry_at=retry_at, error_code=error.code)
