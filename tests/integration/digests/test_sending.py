from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from outreach import digests
from outreach.db import Database
from outreach.digests.sending import ABANDONED, FIRST_WAIT, TRIES
from outreach.errors import MailError
from outreach.mail import SmtpMailer
from outreach.settings import MailSettings, Settings
from outreach.states import Mode
from outreach.tables import Digest, DigestDelivery, Installation
from tests.factories import make_channel, make_publication
from tests.integration.digests.conftest import DUE, START, WEEK
from tests.mailboxes import Mailbox, mailbox


def _settings(settings: Settings, *recipients: str, languages: tuple[str, ...] = ("ar",)) -> Settings:
    wanted = settings.digest.model_copy(update={"recipients": list(recipients), "languages": list(languages)})
    return settings.model_copy(update={"digest": wanted})


def _send(database: Database, box: Mailbox, settings: Settings, now: datetime = DUE) -> int:
    return digests.send(database, SmtpMailer(box.settings()), day=None, now=now, settings=settings)


def _rows(database: Database) -> list[DigestDelivery]:
    with database.read() as session:
        return list(session.scalars(select(DigestDelivery).order_by(DigestDelivery.status)))


def _stamp(database: Database, mode: Mode, *, at: datetime = START) -> None:
    with database.write() as session:
        session.add(Installation(mode=mode, keys="k", created_at=at))


def test_everybody_gets_the_digest_once_in_each_language(database: Database, settings: Settings) -> None:
    wanted = _settings(settings, "a@example.org", "b@example.org", "a@example.org", languages=("ar", "en"))
    with mailbox() as box:
        assert _send(database, box, wanted) == 4
        assert _send(database, box, wanted) == 0
        assert _send(database, box, _settings(settings, "a@example.org", "c@example.org")) == 1
    subjects = [(message["To"], message["Subject"]) for message in box.messages]
    assert len(set(subjects)) == 5
    assert ("b@example.org", "الملخص الأسبوعي: 28 تشرين الثاني – 4 كانون الأول 2026") in subjects
    assert ("b@example.org", "Weekly digest: 28 November – 4 December 2026") in subjects
    assert {row.status for row in _rows(database)} == {"sent"}


def test_the_mail_that_arrives_is_whole(database: Database, settings: Settings) -> None:
    with database.write() as session:
        make_publication(session, make_channel(session, name="basra-page"), due_at=START, status="held")
    with mailbox() as box:
        _send(database, box, _settings(settings, "a@example.org"))
    (message,) = box.messages
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert "منشور واحد موقوف وينتظر قراركم." in plain.get_content()
    content = html.get_content()
    assert '<html lang="ar" dir="rtl">' in content
    assert f"{settings.web.base_url}/digests/{WEEK}" in content
    assert "<script" not in content
    assert "http-equiv" not in content


def test_a_practice_installation_says_so_in_subject_text_and_page(database: Database, settings: Settings) -> None:
    _stamp(database, Mode.SANDBOX)
    with mailbox() as box:
        _send(database, box, _settings(settings, "a@example.org"))
    (message,) = box.messages
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert message["Subject"].startswith("[تجربة] ")
    assert plain is not None
    assert "نسخة للتجربة" in plain.get_content()
    assert html is not None
    assert "repeating-linear-gradient" in html.get_content()


def test_a_live_installation_has_no_banner(database: Database, settings: Settings) -> None:
    _stamp(database, Mode.LIVE)
    with mailbox() as box:
        _send(database, box, _settings(settings, "a@example.org"))
    html = box.messages[0].get_body(("html",))
    assert html is not None
    assert "repeating-linear-gradient" not in html.get_content()
    assert box.messages[0]["Subject"].startswith("الملخص")


def test_the_row_is_committed_before_the_mail_leaves(database: Database, settings: Settings) -> None:
    seen = []
    with mailbox() as box:
        box.on_data = lambda: seen.extend(row.status for row in _rows(database))
        _send(database, box, _settings(settings, "a@example.org"))
    assert seen == ["sending"]


def test_what_a_crash_left_half_sent_becomes_unknown_and_is_not_sent_again(
    database: Database, settings: Settings
) -> None:
    class Crash(BaseException):
        """The process is gone at this point."""

    class DyingMailer:
        def send(self, *args: object, **options: object) -> None:
            raise Crash

    wanted = _settings(settings, "a@example.org")
    with pytest.raises(Crash):
        digests.send(database, DyingMailer(), day=None, now=DUE, settings=wanted)
    with mailbox() as box:
        assert _send(database, box, wanted, DUE + timedelta(minutes=1)) == 0  # another process may be at it
        assert [row.status for row in _rows(database)] == ["sending"]
        for later in (ABANDONED, timedelta(days=1)):
            assert _send(database, box, wanted, DUE + later) == 0
    assert box.messages == []
    assert [row.status for row in _rows(database)] == ["unknown"]


def test_several_processes_at_once_send_one_mail(database: Database, settings: Settings) -> None:
    wanted = _settings(settings, "a@example.org")
    together = threading.Barrier(4)
    with mailbox() as box:

        def work(_: int) -> int:
            together.wait(10)
            return _send(database, box, wanted)

        with ThreadPoolExecutor(4) as pool:
            sent = list(pool.map(work, range(4)))
    assert (sum(sent), len(box.messages)) == (1, 1)
    assert [row.status for row in _rows(database)] == ["sent"]


def test_a_busy_server_is_asked_again_later_and_later(database: Database, settings: Settings) -> None:
    wanted = _settings(settings, "a@example.org")
    with mailbox() as box:
        box.answers = ["451 busy", "451 busy"]
        assert _send(database, box, wanted) == 0
        assert _send(database, box, wanted, DUE + FIRST_WAIT / 2) == 0
        assert len(box.answers) == 1  # too early: not asked
        assert _send(database, box, wanted, DUE + FIRST_WAIT) == 0
        assert _send(database, box, wanted, DUE + 2 * FIRST_WAIT) == 0
        assert _send(database, box, wanted, DUE + 3 * FIRST_WAIT) == 1
    assert len(box.messages) == 1
    (row,) = _rows(database)
    assert (row.status, row.tries, row.error_code) == ("sent", 3, None)


def test_a_server_that_never_comes_back_is_given_up(database: Database, settings: Settings) -> None:
    wanted = _settings(settings, "a@example.org")
    with mailbox() as box:
        box.answers = ["451 busy"] * (TRIES + 5)
        for number in range(TRIES + 3):
            _send(database, box, wanted, DUE + timedelta(days=1) * number / 4)
    (row,) = _rows(database)
    assert (row.status, row.tries, row.error_code) == ("failed", TRIES, "mail.refused")


def test_a_wrong_address_is_kept_as_failed_and_holds_up_nobody(database: Database, settings: Settings) -> None:
    wanted = _settings(settings, "gone@example.org", "b@example.org")
    with mailbox() as box:
        box.refused = {"gone@example.org"}
        assert _send(database, box, wanted) == 1
        assert _send(database, box, wanted, DUE + timedelta(days=1)) == 0
    assert [message["To"] for message in box.messages] == ["b@example.org"]
    assert [(row.status, row.error_code) for row in _rows(database)] == [
        ("failed", "mail.recipient_refused"),
        ("sent", None),
    ]


def test_without_a_mail_server_a_person_is_told_and_nothing_is_used_up(database: Database, settings: Settings) -> None:
    wanted = _settings(settings, "a@example.org")
    with pytest.raises(MailError, match=r"mail\.not_configured"):
        digests.send(database, SmtpMailer(MailSettings()), day=None, now=DUE, settings=wanted)
    assert not digests.work_due(database, SmtpMailer(MailSettings()), now=DUE, settings=wanted)
    with mailbox() as box:
        assert _send(database, box, wanted) == 1


def test_addresses_are_not_stored_in_clear(database: Database, settings: Settings) -> None:
    with mailbox() as box:
        _send(database, box, _settings(settings, "lead-canary@example.org"))
    (row,) = _rows(database)
    assert row.recipient == "lead-canary@example.org"
    stored = [str(value) for name, value in vars(row).items() if not name.startswith("_")]
    assert not any("canary" in value for value in stored)


# -- the job ------------------------------------------------------------------------------------------------------


def _work(database: Database, box: Mailbox, settings: Settings, now: datetime) -> list[str]:
    before = len(box.messages)
    digests.work_due(database, SmtpMailer(box.settings()), now=now, settings=settings)
    return [message["Subject"] for message in box.messages[before:]]


def test_the_digest_goes_out_at_its_hour_and_once(database: Database, settings: Settings) -> None:
    _stamp(database, Mode.LIVE, at=DUE - timedelta(days=1))
    wanted = _settings(settings, "a@example.org", languages=("en",))
    with mailbox() as box:
        assert _work(database, box, wanted, DUE - timedelta(minutes=1)) == []  # and nothing of before it was installed
        assert _work(database, box, wanted, DUE) == ["Weekly digest: 28 November – 4 December 2026"]
        for minutes in (10, 20, 60 * 24 * 6):
            assert _work(database, box, wanted, DUE + timedelta(minutes=minutes)) == []
        assert _work(database, box, wanted, DUE + timedelta(days=7)) == ["Weekly digest: 5 – 11 December 2026"]


def test_after_standing_still_only_the_newest_week_is_sent(database: Database, settings: Settings) -> None:
    _stamp(database, Mode.LIVE, at=START - timedelta(days=60))
    wanted = _settings(settings, "a@example.org", languages=("en",))
    with mailbox() as box:
        later = DUE + timedelta(days=23, hours=5)
        assert _work(database, box, wanted, later) == ["Weekly digest: 19 – 25 December 2026"]
        assert _work(database, box, wanted, later + timedelta(minutes=10)) == []


def test_what_was_built_early_is_built_again_when_it_is_due(database: Database, settings: Settings) -> None:
    early = DUE - timedelta(days=4)
    digests.build(database, day=date(2026, 12, 1), now=early, settings=settings)
    with mailbox() as box:
        _work(database, box, _settings(settings, "a@example.org"), DUE)
    with database.read() as session:
        (row,) = session.scalars(select(Digest)).all()
    assert (row.week, row.built_at, row.figures["complete"]) == (WEEK, DUE, True)


def test_without_recipients_the_digest_is_built_for_the_page(database: Database, settings: Settings) -> None:
    with mailbox() as box:
        assert _work(database, box, _settings(settings), DUE) == []
    assert [view.week for view in digests.weeks(database)] == [WEEK]
