"""Words, names and ids of people stay sealed: in the database file, in logs, in errors, in the audit trail."""

from __future__ import annotations

import io
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from outreach import alerts, logs, moderation, notices
from outreach.db import Database
from outreach.errors import MailError, MetaError, OutreachError, describe
from outreach.moderation import QueueFilter
from outreach.pushing import Push
from outreach.tables import Alert, AuditEvent
from tests.integration.moderation.conftest import Room

CANARY = "كناري_الشاهد survivor_disclosure BREAK"
NAME = "Canary Name"
REMOTE = "900111_77700012345"
PERMALINK = "https://www.facebook.com/900111/posts/77700012345"
SECRETS = (*CANARY.split()[:1], NAME, REMOTE, PERMALINK, "TOKEN-CANARY")


class Furious:
    """A mailer and a channel that put all they are given into their exceptions."""

    def send(self, to, subject, text, html=None):
        raise MailError("mail.unreachable")

    def hide(self, remote_comment_id):
        raise RuntimeError(f"{remote_comment_id} {CANARY} TOKEN-CANARY")

    def comment(self, remote_comment_id):
        raise MetaError("meta.error", maybe_done=True)


@pytest.fixture
def log_lines():
    stream = io.StringIO()
    logs.configure(level="DEBUG", stream=stream)
    yield stream
    logs.configure(level="WARNING")


def test_nothing_of_a_person_reaches_logs_errors_alerts_or_the_audit_trail(room, log_lines):
    comment_id = room.queued(CANARY, author_name=NAME, remote_id=REMOTE, permalink=PERMALINK)
    errors = list(_provoke(room, comment_id))
    alerts.raise_due(room.database, now=room.now, settings=room.settings)
    courier = notices.Courier(Furious(), Push(sandbox=False))
    notices.send_due(room.database, courier, now=room.now, settings=room.settings)
    moderation.add_flag(room.database, room.mod, comment_id, "exposed_personal_data", now=room.now)
    spam = room.queued("spam", author_name=NAME, remote_id=REMOTE + "1")
    room.decide(room.mod, spam, "hide", "spam")
    moderation.run_actions(room.database, lambda _: Furious(), now=room.now)
    audit = [f"{row.event} {row.subject} {row.details}" for row in room.rows(AuditEvent)]
    told = [f"{row.details} {row.error_code}" for row in room.rows(Alert)]
    seen = "\n".join([log_lines.getvalue(), *errors, *audit, *told])
    assert "action.broke" in seen
    assert "classifier.failed" in seen
    assert len(errors) > 5
    assert [secret for secret in SECRETS if secret in seen] == []


def test_views_do_not_print_what_they_hold(room):
    comment_id = room.queued(CANARY, author_name=NAME, permalink=PERMALINK)
    room.claim(room.mod, comment_id)
    view = room.reveal(room.mod, comment_id)
    assert view.text == CANARY
    printed = repr(view) + repr(room.queue(room.mod)) + repr(room.open(room.mod, comment_id))
    assert [secret for secret in SECRETS if secret in printed] == []


def test_the_database_file_without_its_keys_tells_no_words_ids_or_exact_times(sqlite_url, tmp_path):
    database = Database(sqlite_url)
    room = Room(database)
    room.later(minutes=17, seconds=43)
    arrived = room.now
    comment_id = room.arrive(CANARY, author_name=NAME, remote_id=REMOTE, permalink=PERMALINK)
    paged = room.arrive("imminent_danger!", author_name=NAME, remote_id=REMOTE + "2")
    room.later(seconds=20)
    room.classify()
    room.later(hours=2)
    moderation.open_overdue_cases(database, now=room.now, settings=room.settings)
    with database.engine.connect() as connection:
        connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    raw = Path(sqlite_url.removeprefix("sqlite:///")).read_bytes()
    for secret in (*SECRETS, REMOTE.split("_")[1]):
        assert secret.encode() not in raw
    minutes = [arrived + timedelta(minutes=more) for more in (0, 1)]
    rows = _rows_about(sqlite_url, comment_id) + _rows_about(sqlite_url, paged)
    assert len(rows) > 4
    for minute in minutes:
        assert f"{minute:%H:%M}" not in "\n".join(rows)


def _provoke(room, comment_id):
    """Every way to be refused, as text and as what a log would get."""
    moderation.claim(room.database, room.other, comment_id, now=room.now, settings=room.settings)
    calls = [
        lambda: room.claim(room.mod, comment_id),
        lambda: room.reveal(room.mod, comment_id),
        lambda: room.open(room.lead, comment_id),
        lambda: room.decide(room.other, comment_id, "keep", CANARY),
        lambda: room.decide(room.other, comment_id, CANARY, "spam"),
        lambda: room.decide(room.other, comment_id, "refer", "danger", refer_to=CANARY),
        lambda: room.decide(room.other, comment_id, "keep", "ordinary", seen_text_key=CANARY),
        lambda: moderation.add_flag(room.database, room.mod, comment_id, CANARY, now=room.now),
        lambda: room.ids(room.mod, filter=QueueFilter(severity="كناري_الشاهد")),
    ]
    for call in calls:
        try:
            call()
        except OutreachError as error:
            yield f"{error} {error!r} {describe(error)}"
        except Exception as error:  # noqa: BLE001
            yield str(describe(error))


def _rows_about(url: str, comment_id: str) -> list[str]:
    """Every row that names the comment, in any table, as a thief would see it."""
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")]
    rows = [str(row) for table in tables for row in connection.execute(f"SELECT * FROM {table}")]
    connection.close()
    return [row for row in rows if comment_id in row]
