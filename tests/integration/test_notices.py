"""Notices over a real SMTP server and a real HTTP receiver: what is told, to whom, by which path; nothing leaks."""

from __future__ import annotations

import io
import logging
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from outreach import logs, notices, retention
from outreach.clock import SteppedClock
from outreach.db import Database
from outreach.errors import InvalidError, NoticeError
from outreach.mail import SmtpMailer
from outreach.notices import Courier, Kind
from outreach.pushing import ALLOWED, Push
from outreach.settings import Settings
from outreach.states import ChannelStatus, Mode, Role
from outreach.tables import Alert, AlertAttempt, AuditEvent, Channel, Installation, Pause, Publication, User
from outreach.wording import catalogue
from tests.factories import make_channel, make_publication, make_user
from tests.mailboxes import Mailbox, mailbox
from tests.receivers import Receiver, receiver

CANARY = "CANARY0770"
SECRET = "SECRETPATH"


@dataclass
class Desk:
    database: Database
    clock: SteppedClock
    box: Mailbox
    hook: Receiver
    courier: Courier
    writer: User
    admin: User

    def round(self) -> None:
        """What the job does."""
        notices.raise_due(self.database, now=self.clock.now())
        while notices.send_due(self.database, self.courier, now=self.clock.now(), settings=Settings()):
            pass

    def later(self, **delta: float) -> None:
        self.clock.jump(self.clock.now() + timedelta(**delta))

    def rows(self, table: Any) -> list[Any]:
        with self.database.read() as session:
            return list(session.scalars(select(table)))

    def change(self, table: Any, **values: Any) -> None:
        with self.database.write() as session:
            session.execute(update(table).values(**values))

    def give_service(self, person: User, *addresses: str) -> None:
        with self.database.write() as session:
            notices.set_urls(session.get_one(User, person.id), addresses)

    def mails(self) -> list[tuple[str, str, str]]:
        return [(m["To"], m["Subject"], m.get_body(("plain",)).get_content()) for m in self.box.messages]  # type: ignore[union-attr]


@pytest.fixture
def desk(sqlite_url: str, clock: SteppedClock) -> Iterator[Desk]:
    database = Database(sqlite_url)
    with database.write() as session:
        session.add(Installation(mode=Mode.SANDBOX, keys="k", created_at=clock.now()))
        writer = make_user(session, Role.COMMUNICATIONS, email="writer@example.org", language="en")
        admin = make_user(session, Role.ADMIN, email="admin@example.org", language="ar")
    with mailbox() as box, receiver() as hook:
        courier = Courier(SmtpMailer(box.settings()), Push(sandbox=True))
        yield Desk(database, clock, box, hook, courier, writer, admin)
    database.close()


def held(desk: Desk, **values: Any) -> Publication:
    with desk.database.write() as session:
        given = {"status": "held", "content": {"text": f"{CANARY} كناري"}, "permalink": f"https://x/{CANARY}"}
        return make_publication(session, **{**given, **values})


# -- what is told -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        ("failed", "notice.failed", ("refused a post for good", "not tried again", "read the reason")),
        ("unknown", "notice.unknown", ("answer was lost", "was not sent again", "say what you saw")),
        ("held", "notice.held", ("is held", "does not until a person decides", "reschedule")),
    ],
)
def test_a_post_that_waits_says_what_happened_what_did_not_and_one_thing_to_do(
    desk: Desk, status: str, kind: str, words: tuple[str, ...]
) -> None:
    held(desk, status=status)
    desk.round()
    ((to, subject, text),) = desk.mails()
    assert to == "writer@example.org"
    assert subject.startswith("[sandbox] outreach: ")
    for each in (*words, desk.rows(Channel)[0].name, "http://127.0.0.1:8400/posts", "Count: 1"):
        assert each in text
    assert [row.kind for row in desk.rows(Alert)] == [kind]
    desk.later(hours=1)
    desk.round()
    assert len(desk.box.messages) == 1


def test_a_dead_token_names_its_remedy_and_is_told_again_after_two_days(desk: Desk) -> None:
    with desk.database.write() as session:
        make_channel(session, name="basra-page", status=ChannelStatus.STOPPED, status_code="meta.token_role_lost")
    desk.round()
    ((to, subject, text),) = desk.mails()
    assert to == "admin@example.org"
    assert "basra-page" in subject
    assert "فقدت صاحبة الرمز دورها" in text
    assert "/coverage" in text
    desk.later(days=1)
    desk.round()
    assert len(desk.box.messages) == 1
    desk.later(days=1)
    desk.round()
    assert len(desk.box.messages) == 2


def test_what_ends_is_told_at_14_7_3_and_1_days_once_each(desk: Desk) -> None:
    with desk.database.write() as session:
        make_channel(
            session,
            kind="instagram_account",
            name="insta",
            token_expires_at=None,
            data_access_expires_at=desk.clock.now() + timedelta(days=20),
        )
        make_channel(session, name="page", data_access_expires_at=desk.clock.now() + timedelta(days=2))
    told: list[int] = []
    for _ in range(22 * 4):
        desk.round()
        retention.purge_due(desk.database, now=desk.clock.now(), settings=Settings())
        told.append(len(desk.box.messages))
        desk.later(hours=6)
    days = [20 - number / 4 for number, (before, now) in enumerate(zip([0, *told], told, strict=False)) if now > before]
    assert days == [14, 7, 3, 1, 0]
    assert "insta" in desk.mails()[0][1]
    with desk.database.write() as session:
        session.query(Channel).filter_by(name="insta").one().data_access_expires_at += timedelta(days=4)
    desk.round()  # renewed, and two days are left again: told anew
    assert len(desk.box.messages) == 6


def test_a_pause_is_told_once_and_a_new_one_again(desk: Desk) -> None:
    with desk.database.write() as session:
        channel = make_channel(session, name="page", status=ChannelStatus.PAUSED, status_code="channel.paused")
        session.add(AuditEvent(at=desk.clock.now(), event="channel.paused", subject=channel.id))
        session.add(Pause(kind="crisis", why=CANARY, at=desk.clock.now()))
    desk.round()
    ((_, _, text),) = desk.mails()
    assert "Count" not in text
    assert "page" in text
    desk.later(hours=1)
    desk.round()
    assert len(desk.box.messages) == 1
    with desk.database.write() as session:
        session.add(AuditEvent(at=desk.clock.now(), event="channel.paused", subject=channel.id))
    desk.round()
    assert len(desk.box.messages) == 2


def test_every_kind_is_worded_in_full() -> None:
    for kind in Kind:
        parts = ("", ".subject", ".not", ".do") if kind.startswith("notice.") else ("",)
        assert {f"{kind}{part}" for part in parts} <= catalogue().keys()


# -- paths --------------------------------------------------------------------------------------------------------


def test_a_service_comes_first_and_mail_stays_quiet(desk: Desk) -> None:
    desk.give_service(desk.writer, desk.hook.address)
    held(desk)
    desk.round()
    (body,) = desk.hook.bodies
    assert "is held" in body["message"]
    assert body["title"].startswith("[sandbox]")
    assert desk.box.messages == []
    assert [(row.path, row.outcome) for row in desk.rows(AlertAttempt)] == [("json", "ok")]


def test_a_path_that_is_down_falls_to_the_next_at_once(desk: Desk) -> None:
    with receiver() as gone:
        dead = gone.address.replace("/hook", f"/{SECRET}")
    desk.give_service(desk.writer, dead, desk.hook.address)
    held(desk)
    desk.round()
    assert len(desk.hook.bodies) == 1
    tries = sorted(desk.rows(AlertAttempt), key=lambda row: row.outcome)
    assert [(row.outcome, row.error_code) for row in tries] == [("failed", "notice.not_taken"), ("ok", None)]
    assert [row.status for row in desk.rows(Alert)] == ["sent"]
    assert tries[0].finished_at - tries[0].started_at < timedelta(minutes=2)


def test_a_service_that_answers_with_an_error_falls_to_mail(desk: Desk) -> None:
    desk.hook.answers = [500, 503]
    desk.give_service(desk.writer, desk.hook.address)
    held(desk)
    desk.round()
    assert [to for to, _, _ in desk.mails()] == ["writer@example.org"]
    assert desk.hook.bodies == []


def test_a_mail_server_that_is_down_leaves_the_service_and_is_not_waited_for_again(desk: Desk) -> None:
    dead = SmtpMailer(desk.box.settings(port=1))
    desk.courier = Courier(dead, Push(sandbox=True))
    desk.give_service(desk.admin, desk.hook.address)
    with desk.database.write() as session:
        make_channel(session, status=ChannelStatus.STOPPED, status_code="meta.token_dead")
        make_publication(session, status="held")
    desk.round()
    assert len(desk.hook.bodies) == 1  # the admin's; the writer has mail alone
    assert sorted(row.status for row in desk.rows(Alert)) == ["pending", "sent"]
    desk.courier = Courier(SmtpMailer(desk.box.settings()), Push(sandbox=True))
    desk.later(minutes=1)
    desk.round()
    assert [to for to, _, _ in desk.mails()] == ["writer@example.org"]
    assert [row.status for row in desk.rows(Alert)] == ["sent", "sent"]


def test_paths_that_have_just_failed_go_last(desk: Desk) -> None:
    paths = [notices.paths.Path("json", desk.hook.address), notices.paths.Path("mail", "a@example.org")]
    desk.hook.answers = [500]
    with pytest.raises(NoticeError):
        desk.courier.hand_over(paths[0], "s", "t")
    assert [path.kind for path in desk.courier.in_order(paths)] == ["mail", "json"]
    desk.courier.hand_over(paths[0], "s", "t")
    assert [path.kind for path in desk.courier.in_order(paths)] == ["json", "mail"]


def test_who_has_no_path_at_all_is_noted(desk: Desk) -> None:
    with desk.database.write() as session:
        session.get_one(User, desk.writer.id).email = None
    held(desk)
    desk.round()
    assert [(row.status, row.error_code) for row in desk.rows(Alert)] == [("failed", "alert.no_address")]


def test_tries_go_with_their_notice(desk: Desk) -> None:
    held(desk)
    desk.round()
    desk.later(days=91)
    retention.purge_due(desk.database, now=desk.clock.now(), settings=Settings())
    assert (desk.rows(Alert), desk.rows(AlertAttempt)) == ([], [])


def test_a_trial_goes_by_every_path_and_says_which_failed(desk: Desk) -> None:
    with receiver() as gone:
        dead = gone.address
    desk.give_service(desk.writer, dead, desk.hook.address)
    (person,) = [row for row in desk.rows(User) if row.id == desk.writer.id]
    found = notices.send_trial(desk.courier, person, sandbox=True)
    assert found == [("json", "notice.not_taken"), ("json", None), ("mail", None)]


# -- what services may be -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "ntfys://ntfy.sh/some-topic",
        "tgram://123456789:abcdefg_hijklmnop/12315544",
        "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
        "matrixs://user:pass@example.org/#room",
        "mmosts://example.org/3ccdd113474722377935511fc85d3dd4",
        "workflows://example.org/workflow-id/signature",
        "jsons://example.org/hook",
    ],
)
def test_these_services_are_allowed_and_speak_https(address: str) -> None:
    assert Push(sandbox=False).kind_of(address) in ALLOWED


@pytest.mark.parametrize(
    "address",
    [
        "ntfy://ntfy.sh/topic",  # no TLS
        "json://example.org/hook",
        "mailto://user:pass@example.org",
        "syslog://",
        "file:///etc/passwd",
        "dbus://",
        "sns://key/secret/region/+9647700000000",
        "ntfys://ntfy.sh/topic?verify=no",  # no certificate
        "jsons://example.org/hook?redirect=yes",
        "ntfys://ntfy.sh/topic?attach=http://127.0.0.1/secret",
        "jsons://example.org:notaport/hook",
        "ntfys://",
        "no address at all",
        "",
    ],
)
def test_other_addresses_are_refused_without_repeating_them(address: str) -> None:
    with pytest.raises(InvalidError) as caught:
        Push(sandbox=False).kind_of(address)
    assert "example.org" not in str(caught.value)
    assert caught.value.code in catalogue()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "10.1.2.3", "192.168.1.1", "169.254.169.254", "[::1]",
                                  "[::ffff:127.0.0.1]", "0.0.0.0", "[fe80::1]", "100.64.0.1"])  # fmt: skip
def test_a_private_address_is_refused(host: str) -> None:
    with pytest.raises(NoticeError, match=r"notice\.host_private") as caught:
        Push(sandbox=False).send(f"jsons://{host}/hook", "t", "t")
    assert caught.value.permanent
    if host in {"10.1.2.3", "169.254.169.254"}:  # nor is it a neighbour's door in a sandbox
        with pytest.raises(NoticeError, match=r"notice\.host_private"):
            Push(sandbox=True).send(f"jsons://{host}/hook", "t", "t")


def test_a_sandbox_speaks_without_tls_to_this_machine_alone() -> None:
    with pytest.raises(NoticeError, match=r"notice\.host_private"):
        Push(sandbox=True).send("json://93.184.215.14/hook", "t", "t")


def test_a_redirect_is_not_followed(desk: Desk) -> None:
    with receiver() as inner:
        desk.hook.answers, desk.hook.location = [307, 307, 307], inner.address.replace("json:", "http:")
        with pytest.raises(NoticeError):
            desk.courier.push.send(desk.hook.address, "t", "t")
        assert inner.paths == []


# -- nothing leaks ------------------------------------------------------------------------------------------------


def test_no_text_name_or_address_reaches_a_notice_a_row_or_a_log(desk: Desk) -> None:
    ours, theirs = io.StringIO(), io.StringIO()
    root, handler, before = logging.getLogger(), logging.StreamHandler(theirs), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    logs.configure(level="DEBUG", stream=ours)
    with receiver() as gone:
        dead = gone.address.replace("/hook", f"/{SECRET}?token={SECRET}")
    desk.give_service(desk.writer, dead, desk.hook.address.replace("/hook", f"/{SECRET}"))
    desk.hook.answers = [500]
    try:
        held(desk, error_code="meta.invalid")
        desk.change(User, display_name=CANARY)
        desk.round()
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
        logs.configure()
    assert "notice.path_failed" in ours.getvalue()
    assert len(desk.box.messages) == 1
    rows = [str(vars(row)) for table in (Alert, AlertAttempt) for row in desk.rows(table)]
    seen = "\n".join([ours.getvalue(), theirs.getvalue(), *rows, *map(str, desk.mails())])
    for secret in (CANARY, SECRET, "كناري"):
        assert secret not in seen
    with desk.database.read() as session:
        assert SECRET not in str(session.get_one(User, desk.writer.id).notice_urls_sealed)


def test_sending_writes_nothing_to_disk_and_the_library_is_loaded_late(tmp_path: Path) -> None:
    code = (
        "import sys, outreach.pushing, outreach.notices; assert 'apprise' not in sys.modules;"
        "from outreach.pushing import Push\n"
        "try: Push(sandbox=True).send('json://127.0.0.1:9/x', 't', 't')\n"
        "except Exception as error: print(error)"
    )
    environment = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "PYTHONPATH": str(Path(notices.__file__).parents[2]),
                   "PYTHONDONTWRITEBYTECODE": "1"}  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert "notice.not_taken" in done.stdout
    assert list(tmp_path.rglob("*")) == []


def test_what_stands_in_the_way_of_notices_is_found(desk: Desk) -> None:
    def codes() -> list[tuple[str, bool]]:
        return sorted((each.code, each.grave) for each in notices.troubles(desk.database, Push(sandbox=False)))

    assert codes() == [("doctor.one_path", False)]
    with desk.database.write() as session:
        make_user(session, Role.FOCAL_POINT, email=None)
    desk.give_service(desk.writer, desk.hook.address)  # allowed in a sandbox, not where it is live
    assert codes() == [("doctor.no_path", True), ("doctor.path_refused", True)]
    desk.hook.answers = [500]
    desk.courier = Courier(SmtpMailer(desk.box.settings(port=1)), Push(sandbox=True))
    held(desk)
    desk.round()
    assert ("doctor.unreachable", True) in codes()
    assert {code for code, _ in codes()} <= catalogue().keys()
