"""pause, resume, posts takedown and decisions on many, as typed, against the sandbox."""

from __future__ import annotations

import json
import os
import pty
from datetime import timedelta

import pytest
import typer
from sqlalchemy import update
from typer.testing import CliRunner, Result

from outreach import consents, installation, publishing
from outreach.cli import app, frame
from outreach.errors import ConflictError, DeniedError, InvalidError
from outreach.states import HeldReason, PublicationStatus, Role
from outreach.tables import Channel, Pause, Post, Publication, User
from outreach.vault import save_keyring
from tests.factories import make_user
from tests.integration.conftest import Stage
from tests.posting import posted, publish, schedule
from tests.reading import sqlite_only

S = PublicationStatus


class Terminal:
    """Commands on a stage: its installation, clock and sandbox; `roles` are of who is signed in."""

    def __init__(self, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        self.stage = stage
        self.roles: tuple[Role, ...] = (Role.APPROVER,)
        self._runner = CliRunner()
        opened = stage.worker.opened
        monkeypatch.setenv("OUTREACH_LANGUAGE", "en")
        monkeypatch.setattr("outreach.wiring.open", lambda **_: opened)
        monkeypatch.setattr(frame, "close_here", lambda: None)
        monkeypatch.setattr("outreach.accounts.session_user", lambda *_, **__: self.person)

    @property
    def person(self) -> User:
        with self.stage.database.write() as session:
            return make_user(session, *self.roles)

    def answer(self, word: str, *args: str) -> None:
        """Type it into a real terminal. Raises what the command raises."""
        above, below = pty.openpty()
        os.write(above, f"{word}\n".encode())
        with pytest.MonkeyPatch.context() as patch, os.fdopen(below, "r") as keyboard:
            patch.setattr("sys.stdin", keyboard)
            try:
                typer.main.get_command(app)(list(args), standalone_mode=False)
            finally:
                os.close(above)

    def run(self, *args: str) -> Result:
        result = self._runner.invoke(app, list(args))
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result


@pytest.fixture
def terminal(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    return Terminal(stage, monkeypatch)


def row(stage: Stage, publication_id: str) -> Publication:
    with stage.database.read() as session:
        return session.get_one(Publication, publication_id)


def entrusted(stage: Stage) -> str:
    with stage.database.write() as session:
        session.execute(update(Channel).values(entrusts=True))
    publication_id = schedule(stage, "page", "لدى ميتا", ahead=timedelta(hours=3))
    stage.until_quiet(lambda: publishing.entrust_due(stage.worker.desk))
    assert row(stage, publication_id).status == S.ENTRUSTED
    return publication_id


@sqlite_only
def test_pause_takes_back_at_once_what_meta_holds_and_resume_ends_it(stage: Stage, terminal: Terminal) -> None:
    publication_id = entrusted(stage)
    result = terminal.run("pause", "--why", "خبر")
    assert (result.exit_code, "Nothing is armed at Meta" in result.output) == (0, True)
    assert row(stage, publication_id).held_reason == HeldReason.PAUSED
    stage.jump(hours=4)
    publish(stage)
    assert stage.visible() == []
    assert "Publishing goes on" in terminal.run("resume").output
    with pytest.raises(ConflictError, match=r"pause\.none"):
        terminal.run("resume")


@sqlite_only
def test_while_meta_is_away_pause_says_what_goes_out_and_when_and_fails(stage: Stage, terminal: Terminal) -> None:
    publication_id = entrusted(stage)
    stage.fault("reset_before", method="DELETE", times=9)
    result = terminal.run("pause", "--why", "خبر")
    assert result.exit_code == 1
    assert "Still armed at Meta: 1" in result.output
    assert "11-26 15:00" in result.output
    assert publication_id in result.output


@sqlite_only
def test_pausing_and_resuming_are_for_those_who_may(stage: Stage, terminal: Terminal) -> None:
    with pytest.raises(InvalidError, match=r"pause\.why"):
        terminal.run("pause")
    terminal.roles = (Role.MODERATOR,)
    terminal.run("pause", "--why", "خبر", "--channel", "page")
    with pytest.raises(DeniedError):
        terminal.run("resume")
    terminal.roles = (Role.PSEA_FOCAL_POINT,)
    with pytest.raises(DeniedError):
        terminal.run("pause", "--why", "خبر")


@sqlite_only
def test_takedown_by_name_takes_it_from_every_channel(stage: Stage, terminal: Terminal) -> None:
    first = posted(stage, "page", "واحد")
    second = schedule(stage, "insta", "واحد", images=1)
    with stage.database.write() as session:
        post = session.get_one(Post, first.post_id)
        other = session.get_one(Publication, second)
        other.post_id = post.id
        name = f"{post.campaign.name}/{post.name}"
    result = terminal.run("posts", "takedown", name, "--why", "unsafe", "--yes")
    assert (result.exit_code, "All of it is down" in result.output) == (0, True)
    assert {row(stage, each).status for each in (first.id, other.id)} == {S.RETRACTED}
    publish(stage)
    assert stage.visible() == []


@sqlite_only
def test_takedown_shows_what_goes_and_asks_and_no_means_no(
    stage: Stage, terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    out, waits = posted(stage, "page", "واحد"), schedule(stage, "insta", "واحد", images=1)
    with stage.database.write() as session:
        post = session.get_one(Post, out.post_id)
        session.get_one(Publication, waits).post_id = post.id
        name = f"{post.campaign.name}/{post.name}"
    with pytest.raises(InvalidError, match=r"ask\.yes_needed"):
        terminal.run("posts", "takedown", name)  # nobody to ask
    with pytest.raises(typer.Abort):
        terminal.answer("n", "posts", "takedown", name)
    said = capsys.readouterr()
    assert [out.id in said.out, waits in said.out] == [True, True]
    assert ("deleted at Meta" in said.out, "cancelled, never goes out" in said.out) == (True, True)
    assert "All of these (2)" in said.err
    assert (row(stage, out.id).status, row(stage, waits).status) == (S.PUBLISHED, S.SCHEDULED)
    terminal.answer("y", "posts", "takedown", name)
    assert {row(stage, each).status for each in (out.id, waits)} == {S.RETRACTED}
    with pytest.raises(ConflictError, match=r"takedown\.already"):
        terminal.run("posts", "takedown", name)


@sqlite_only
def test_what_must_be_done_by_hand_is_said_step_by_step(stage: Stage, terminal: Terminal) -> None:
    post = posted(stage, "insta")
    stage.fault("error", method="DELETE", error={"code": 10, "message": "no"}, status=403)
    result = terminal.run("posts", "takedown", post.id, "--yes")
    assert result.exit_code == 1
    assert "Recently deleted" in result.output
    assert post.permalink is not None
    assert post.permalink in result.output
    terminal.run("posts", "takedown", post.id, "--seen-gone")
    assert row(stage, post.id).status == S.RETRACTED


@sqlite_only
def test_a_withdrawn_consent_lists_what_is_out_and_one_command_takes_it_all(stage: Stage, terminal: Terminal) -> None:
    terminal.roles = (Role.COMMUNICATIONS,)
    post = posted(stage, "insta")
    consents.add(
        stage.database, "CR-7", consents.Terms(("instagram",)), until=None, user_id=None, now=stage.clock.now()
    )
    with stage.database.write() as session:
        session.execute(update(Post).where(Post.id == post.post_id).values(consent="CR-7"))
    said = terminal.run("consents", "withdraw", "CR-7").output
    assert post.id in said
    assert "outreach posts takedown --consent CR-7" in said
    assert f"outreach posts takedown {post.id}" in terminal.run("posts", "waiting").output
    result = terminal.run("posts", "takedown", "--consent", "CR-7", "--yes")
    assert "Our copies would be destroyed: x.jpg" in result.output
    assert "Our copies are destroyed: x.jpg" in result.output
    assert stage.visible() == []


@sqlite_only
@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["takedown"], "takedown.what"),
        (["takedown", "x", "--why", "fun"], "takedown.bad_reason"),
        (["decide", "publish_now"], "posts.which"),
        (["decide", "--all", "is_out"], "posts.not_for_all"),
    ],
)
def test_what_is_missing_or_wrong_is_said(terminal: Terminal, args: list[str], code: str) -> None:
    terminal.roles = (Role.APPROVER, Role.COMMUNICATIONS)
    with pytest.raises(InvalidError) as caught:
        terminal.run("posts", *args)
    assert caught.value.code == code


def test_all_that_is_held_gets_times_apart_from_each_other(stage: Stage, terminal: Terminal) -> None:
    ids = [schedule(stage, "page", f"رقم {number}") for number in range(3)]
    stage.jump(hours=5)
    stage.until_quiet(lambda: publishing.hold_due(stage.worker.desk))
    assert "for 3 posts" in terminal.run("posts", "decide", "--all", "reschedule", "--at", "2026-11-27 10:00").output
    assert sorted(f"{row(stage, each).due_at:%d %H:%M}" for each in ids) == ["27 07:00", "27 07:01", "27 07:02"]


def test_after_a_restore_resume_reads_back_first_and_says_what_it_found(stage: Stage, terminal: Terminal) -> None:
    save_keyring(stage.worker.opened.keyring, stage.worker.settings.key_dir)
    post = posted(stage, "page", "خرج بعد النسخة")
    with stage.database.write() as session:  # the database that came back does not know it
        forgotten = {"status": S.SCHEDULED, "remote_id": None, "published_at": None, "parts": {}}
        session.execute(update(Publication).where(Publication.id == post.id).values(**forgotten))
        session.add(Pause(kind="restored", code="installation.restored", at=stage.clock.now()))
    with pytest.raises(ConflictError, match=r"pause\.restored"):
        terminal.run("resume")
    said = terminal.run("resume", "--after-restore").output
    assert "page: out since then and found: 1" in said
    assert "Publishing goes on" in said
    assert row(stage, post.id).status == S.PUBLISHED
    assert installation.keep_watch(stage.worker.opened) is None
    publish(stage)
    assert stage.visible() == ["خرج بعد النسخة"]


@sqlite_only
def test_the_list_of_what_is_armed_is_for_programs_too(stage: Stage, terminal: Terminal) -> None:
    entrusted(stage)
    stage.fault("reset_before", method="DELETE", times=9)
    result = terminal.run("pause", "--why", "خبر", "--json")
    (armed,) = json.loads(result.stdout)
    assert (armed["status"], armed["why"] is not None) == ("entrusted", True)
