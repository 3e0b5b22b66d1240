"""The review and users commands over a real installation in a temporary folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from outreach import accounts, cli, installation, moderation, settings
from outreach.cli import review, users
from outreach.cli.frame import SESSION_FILE, close_here
from outreach.clock import RealClock
from outreach.errors import ConflictError, DeniedError, InvalidError, NotFoundError
from outreach.states import Mode
from outreach.tables import AuditEvent, User
from tests.factories import make_comment
from tests.integration.moderation.conftest import ByWord

PASSWORD = "نخلة وشط العرب 12"


class Desk:
    def __init__(self, folder: Path) -> None:
        self.opened = installation.open_installation(settings.load())
        self.folder = folder
        self.runner = CliRunner()

    def run(self, app, *args: str, text: str | None = None):
        result = self.runner.invoke(app, list(args), input=text, catch_exceptions=True)
        close_here()
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    def json(self, *args: str):
        return json.loads(self.run(review.app, *args, "--json").stdout)

    def comment(self, text: str) -> str:
        now = self.opened.clock.now()
        with self.opened.database.write() as session:
            comment_id = make_comment(session, text=text, times=None, hour=now, seen_hour=now).id
        moderation.classify_pending(self.opened.database, ByWord(), now=now, settings=self.opened.settings)
        return str(comment_id)

    def sign_in(self, login: str) -> None:
        token = accounts.sign_in(
            self.opened.database, login=login, password=PASSWORD, address="cli", now=self.opened.clock.now()
        )
        (self.opened.settings.key_dir / SESSION_FILE).write_text(token)

    def rows(self, table):
        with self.opened.database.read() as session:
            return list(session.query(table))


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OUTREACH_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("OUTREACH_KEY_DIR", str(tmp_path / "keys"))
    monkeypatch.setenv("OUTREACH_LANGUAGE", "en")
    monkeypatch.setenv("OUTREACH_CONFIG", str(tmp_path / "none.toml"))
    for name in ("GRAPH_URL", "INSTAGRAM_URL", "RUPLOAD_URL"):
        monkeypatch.setenv(f"OUTREACH_META__{name}", "http://127.0.0.1:9")
    installation.init(settings.load(), Mode.SANDBOX, clock=RealClock()).database.close()
    desk = Desk(tmp_path)
    for login, role in (("zainab", "moderator"), ("maryam", "focal_point")):
        desk.run(users.app, "add", login, role, "--name", login.title(), text=f"{PASSWORD}\n")
    desk.sign_in("zainab")
    yield desk
    desk.opened.database.close()


def test_users_are_added_listed_changed_and_disabled_and_no_password_is_shown(desk):
    desk.run(users.app, "roles", "zainab", "lead", "moderator")
    desk.run(users.app, "disable", "maryam")
    found = desk.run(users.app, "list", "--json")
    rows = {row["login"]: row for row in json.loads(found.stdout)}
    assert (rows["zainab"]["roles"], rows["zainab"]["name"]) == ("lead, moderator", "Zainab")
    assert (rows["maryam"]["disabled"], PASSWORD in found.output) == (True, False)
    desk.run(users.app, "enable", "maryam")
    (desk.folder / "new").write_text("another good sentence\n")
    desk.run(users.app, "password", "maryam", "--password-file", str(desk.folder / "new"))
    with pytest.raises(DeniedError):
        desk.sign_in("maryam")
    assert all(user.password_hash.startswith("$argon2id$") for user in desk.rows(User))


def test_a_weak_password_or_an_unknown_role_is_refused(desk):
    with pytest.raises(InvalidError):
        desk.run(users.app, "add", "noor", "lead", text="short\n")
    with pytest.raises(InvalidError):
        desk.run(users.app, "add", "noor", "boss", text=f"{PASSWORD}\n")


def test_the_queue_is_listed_veiled_like_on_the_pages(desk):
    desk.comment("survivor_disclosure كناري")
    desk.comment("self_harm")
    spam = desk.comment("spam 0770 000 0000")
    found = desk.json("list")
    assert (found["total"], [item["text"] for item in found["items"]]) == (2, [None, "spam •••• ••• ••••"])
    table = desk.run(review.app, "list").stdout
    assert spam in table
    assert "كناري" not in table
    assert desk.json("list", "--severity", "s1")["total"] == 1
    assert desk.json("list", "--flag", "spam")["total"] == 1
    with pytest.raises(InvalidError):
        desk.run(review.app, "list", "--severity", "s9")


def test_showing_words_of_a_disclosure_is_written_down(desk):
    comment_id = desk.comment("survivor_disclosure كناري")
    assert "كناري" not in desk.run(review.app, "show", comment_id).stdout
    assert "كناري" in desk.run(review.app, "show", comment_id, "--reveal").stdout
    assert [row.event for row in desk.rows(AuditEvent) if row.subject == comment_id] == [
        "comment.claimed",
        "comment.revealed",
    ]


def test_a_hidden_comment_does_not_exist_on_the_terminal_either(desk):
    comment_id = desk.comment("self_harm")
    with pytest.raises(NotFoundError):
        desk.run(review.app, "show", comment_id)
    desk.sign_in("maryam")
    assert desk.json("show", comment_id)["item"]["severity"] == 0


def test_deciding_shows_the_words_and_asks_and_can_be_undone(desk):
    comment_id = desk.comment("spam عروض")
    refused = desk.run(review.app, "decide", comment_id, "hide", "spam", text="n\n")
    assert refused.exit_code == 1
    assert "عروض" in refused.stdout
    assert desk.json("show", comment_id)["item"]["holder"] is None
    assert desk.run(review.app, "decide", comment_id, "hide", "spam", text="y\n").exit_code == 0
    (decision,) = desk.json("show", comment_id)["history"]
    assert [action["status"] for action in decision["actions"]] == ["pending"]
    desk.run(review.app, "undo", decision["id"])
    assert desk.json("list")["total"] == 1


def test_a_script_decides_with_the_key_of_what_it_saw(desk):
    comment_id = desk.comment("spam")
    key = desk.json("show", comment_id)["seen_text_key"]
    with pytest.raises(ConflictError):
        desk.run(review.app, "decide", comment_id, "keep", "ordinary", "--seen", "h1:another")
    assert desk.json("decide", comment_id, "keep", "ordinary", "--seen", key)["decision"]


def test_claiming_and_releasing_and_referring(desk):
    comment_id = desk.comment("survivor_disclosure")
    assert "You hold it until" in desk.run(review.app, "claim", comment_id).output
    desk.run(review.app, "release", comment_id)
    desk.run(review.app, "decide", comment_id, "refer", "disclosure", "--to", "maryam", text="y\n")
    with pytest.raises(DeniedError):
        desk.run(review.app, "acknowledge", desk.json("cases")[0]["id"])
    desk.sign_in("maryam")
    (case,) = desk.json("cases")
    desk.run(review.app, "acknowledge", case["id"])
    assert "Maryam" in desk.run(review.app, "cases").stdout
    desk.run(review.app, "close", case["id"], "answered")
    assert desk.json("cases") == []


def test_a_pipe_signs_in_by_the_login_command_alone(desk):
    (desk.opened.settings.key_dir / SESSION_FILE).unlink()
    with pytest.raises(DeniedError):  # what is piped there may be a token or an answer
        desk.run(review.app, "list", text=f"zainab\n{PASSWORD}\n")
    with pytest.raises(DeniedError):
        desk.run(cli.app, "login", text="zainab\nwrong password 1\n")
    assert desk.run(cli.app, "login", text=f"zainab\n{PASSWORD}\n").exit_code == 0
    assert desk.json("list")["total"] == 0
    token = desk.opened.settings.key_dir / SESSION_FILE
    assert token.stat().st_mode & 0o777 == 0o600


def test_a_comment_cannot_draw_on_the_terminal_or_turn_a_line_around(desk):
    desk.comment("spam \x1b[2J\u202eقلب [/bold] [red]")
    shown = desk.run(review.app, "list").stdout
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "[red]" in shown
