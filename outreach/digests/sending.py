"""Mails a digest to each recipient once in each language. The row is committed before the mail leaves.

A row left at `sending` by a crash may have gone out or not: it becomes `unknown` and is not sent again by itself.
`sent_at` is when the mail was last handed to the server.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import product
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from outreach import logs
from outreach.db import Database, is_keyed, keyed, move
from outreach.digests.building import build
from outreach.digests.calendar import Week, last_complete, last_due, week_with
from outreach.digests.mailing import Mail, render_mail
from outreach.errors import MailError, describe
from outreach.mail import Mailer
from outreach.settings import Settings
from outreach.states import Mode
from outreach.tables import Digest, DigestDelivery, Installation

ABANDONED = timedelta(minutes=15)  #: longer than any exchange with a mail server that still lives
TRIES = 8
FIRST_WAIT = timedelta(minutes=10)
LONGEST_WAIT = timedelta(hours=6)
NOT_CONFIGURED = "mail.not_configured"

log = logs.get("digests")


@dataclass(frozen=True)
class Envelope:
    recipient: str
    language: str

    @property
    def key(self) -> str:
        return f"{self.language}:{self.recipient.casefold()}"


def send(database: Database, mailer: Mailer, *, day: date | None, now: datetime, settings: Settings) -> int:
    """Send the week's digest to everybody who has not had it; returns how many mails the server took.

    Raises MailError only where no mail server is set; what goes wrong with one recipient is kept in their row.
    """
    week = week_with(day, settings.timezone) if day else last_complete(now, settings.timezone)
    digest = _find(database, week) or build(database, day=week.first, now=now, settings=settings)
    return _send_all(database, mailer, digest, now=now, settings=settings)


def work_due(database: Database, mailer: Mailer, *, now: datetime, settings: Settings) -> bool:
    """Build and send last week's digest when it is due; after a time of standing still only the newest one."""
    wanted = settings.digest
    due = last_due(now, weekday=wanted.weekday, hour=wanted.hour, zone=settings.timezone)
    week = last_complete(due, settings.timezone)
    if _installed_after(database, due):
        return False
    digest = _find(database, week)
    if digest is None or digest.built_at < due:
        digest = build(database, day=week.first, now=now, settings=settings)
    try:
        _send_all(database, mailer, digest, now=now, settings=settings)
    except MailError as error:
        if error.code != NOT_CONFIGURED:
            raise
    return False


def _installed_after(database: Database, moment: datetime) -> bool:
    """Before the installation there was nothing to tell."""
    with database.read() as session:
        since = session.scalar(select(Installation.created_at))
    return since is not None and since > moment


def _find(database: Database, week: Week) -> Digest | None:
    with database.read() as session:
        return session.scalar(select(Digest).where(Digest.week == week.name))


def _send_all(database: Database, mailer: Mailer, digest: Digest, *, now: datetime, settings: Settings) -> int:
    """One recipient after the other: what a crash leaves unknown is one mail."""
    sandbox, sent = _is_sandbox(database), 0
    mails: dict[str, Mail] = {}
    for envelope in _envelopes(settings):
        if not _is_open(database, digest, envelope, now):
            continue
        if envelope.language not in mails:
            mails[envelope.language] = render_mail(
                digest.figures, envelope.language, base_url=settings.web.base_url, sandbox=sandbox
            )
        sent += _send_one(database, mailer, digest, envelope, mails[envelope.language], now=now)
    return sent


def _envelopes(settings: Settings) -> Iterator[Envelope]:
    wanted = settings.digest
    for recipient, language in product(dict.fromkeys(wanted.recipients), dict.fromkeys(wanted.languages)):
        yield Envelope(recipient, language)


def _is_sandbox(database: Database) -> bool:
    with database.read() as session:
        return session.scalar(select(Installation.mode)) == Mode.SANDBOX


def _row(session: Session, digest: Digest, envelope: Envelope) -> DigestDelivery | None:
    return session.scalar(
        select(DigestDelivery).where(
            DigestDelivery.digest_id == digest.id, is_keyed(DigestDelivery.recipient_key, envelope.key)
        )
    )


def _is_open(database: Database, digest: Digest, envelope: Envelope, now: datetime) -> bool:
    """Whether this recipient is to get it now; what was abandoned is marked on the way."""
    with database.write() as session:
        row = _row(session, digest, envelope)
        if row is not None and row.status == "sending" and (row.sent_at is None or row.sent_at <= now - ABANDONED):
            move(session, row, to="unknown")
            log.warning("digest.unknown", delivery=row.id)
        return row is None or (row.status == "pending" and _may_retry(row, now))


def _may_retry(row: DigestDelivery, now: datetime) -> bool:
    return row.sent_at is None or row.sent_at + min(FIRST_WAIT * 2 ** (row.tries - 1), LONGEST_WAIT) <= now


def _send_one(
    database: Database, mailer: Mailer, digest: Digest, envelope: Envelope, mail: Mail, *, now: datetime
) -> bool:
    row = _take(database, digest, envelope, now)
    if row is None:
        return False
    try:
        mailer.send(envelope.recipient, mail.subject, mail.text, mail.html, images=mail.images)
    except MailError as error:
        _not_sent(database, row, error)
        return False
    _settle(database, row, to="sent", error_code=None)
    log.info("digest.sent", delivery=row.id, digest=digest.id)
    return True


def _take(database: Database, digest: Digest, envelope: Envelope, now: datetime) -> DigestDelivery | None:
    """The recipient's row, committed as `sending`; None when another process was first."""
    try:
        with database.write() as session:
            row = _row(session, digest, envelope)
            if row is not None:
                taken = row.status == "pending" and move(session, row, to="sending", sent_at=now, tries=row.tries + 1)
                return row if taken else None
            row = DigestDelivery(
                digest_id=digest.id,
                recipient_key=keyed(DigestDelivery.recipient_key, envelope.key),
                recipient=envelope.recipient,
                status="sending",
                tries=1,
                sent_at=now,
            )
            session.add(row)
    except IntegrityError:
        return None
    return row


def _not_sent(database: Database, row: DigestDelivery, error: MailError) -> None:
    """Back to `pending` while trying again makes sense. Raises the error where no mail server is set at all."""
    unset = error.code == NOT_CONFIGURED
    over = not unset and (error.permanent or row.tries >= TRIES)
    values: dict[str, Any] = {"sent_at": None, "tries": 0} if unset else {}
    _settle(database, row, to="failed" if over else "pending", error_code=error.code, **values)
    log.warning("digest.not_sent", delivery=row.id, final=over, **describe(error))
    if unset:
        raise error


def _settle(database: Database, row: DigestDelivery, *, to: str, **values: Any) -> None:
    """The outcome of this try; a row that was given up as `unknown` meanwhile stays so."""
    with database.write() as session:
        found = session.get_one(DigestDelivery, row.id)
        if found.status == "sending" and found.tries == row.tries:
            move(session, found, to=to, **values)
