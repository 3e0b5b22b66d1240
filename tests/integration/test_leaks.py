"""A canary in a comment, a name and a token; then every failure that libraries like to print (design §2.15)."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError, StatementError

from outreach import campaigns, comments, jobs, logs, moderation, settings
from outreach.db import keyed
from outreach.errors import InvalidError, MetaError, OutreachError, describe
from outreach.jobs import Clerk, Job, step
from outreach.meta import webhooks
from outreach.settings import MailSettings
from outreach.tables import Channel, Comment, JobRun
from tests.factories import make_channel, make_comment
from tests.integration.conftest import Stage
from tests.posting import posted

CANARY = "CANARY0770"


class Lines:
    """Everything that was logged, by us and by libraries at their most talkative."""

    def __init__(self) -> None:
        self.ours, self.theirs = io.StringIO(), io.StringIO()

    def __str__(self) -> str:
        return self.ours.getvalue() + self.theirs.getvalue()


@pytest.fixture
def lines() -> Iterator[Lines]:
    found = Lines()
    root, before = logging.getLogger(), logging.getLogger().level
    handler = logging.StreamHandler(found.theirs)
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    logs.configure(level="DEBUG", stream=found.ours)
    yield found
    root.removeHandler(handler)
    root.setLevel(before)
    logs.configure()


def assert_silent(lines: Lines, *more: object) -> None:
    for where in (str(lines), *(str(each) for each in more)):
        assert CANARY not in where
        assert json.dumps("كناري")[1:-1] not in where
        assert "كناري" not in where


@pytest.fixture
def planted(stage: Stage) -> str:
    """A comment whose text and author carry the canary, read from the sandbox; its row's id."""
    stage.tell("switches", audience=False)
    post = posted(stage)
    stage.tell("comment", post=post.remote_id, text=f"كناري {CANARY}", author=f"كناري {CANARY}")
    comments.pull(stage.worker.reader, post)
    with stage.database.read() as session:
        row = session.scalars(select(Comment)).one()
    assert CANARY in str(row.text)
    return str(row.id)


def test_an_error_of_the_database_shows_no_value(stage: Stage, lines: Lines) -> None:
    errors: list[SQLAlchemyError] = []
    for statement, values in (
        ("INSERT INTO comments (id, nothing) VALUES (:id, :value)", {"id": "1", "value": CANARY}),
        ("SELECT * FROM nowhere WHERE x = :value", {"value": CANARY}),
    ):
        with pytest.raises(SQLAlchemyError) as caught, stage.database.write() as session:
            session.execute(text(statement), values)
        errors.append(caught.value)
    with pytest.raises(StatementError) as broken, stage.database.write() as session:
        session.add(make_channel(session, created_at=CANARY))
    errors.append(broken.value)
    assert_silent(lines, *errors, *(describe(error) for error in errors))


def test_a_job_that_fails_over_a_comment_says_only_which_job(stage: Stage, planted: str, lines: Lines) -> None:
    def explode(worker: Any) -> bool:
        with worker.opened.database.read() as session:
            row = session.get_one(Comment, planted)
            raise RuntimeError(row.text, row.author_name)

    def duplicate(worker: Any) -> bool:
        with worker.opened.database.write() as session:
            row = session.get_one(Comment, planted)
            make_comment(session, row.publication, id=planted, text=row.text, remote_id=CANARY)
        return True

    clerk = Clerk(stage.database)
    for name, work in (("explode", explode), ("duplicate", duplicate)):
        assert step(stage.worker, Job(name, jobs.JOBS[0].every, work), clerk) is False
    with stage.database.read() as session:
        runs = session.scalars(select(JobRun)).all()
    assert {run.id for run in runs} == {"explode", "duplicate"}
    assert str(lines).count("job.failed") == 2
    assert_silent(lines, *[vars(run) for run in runs])


def test_every_job_may_fail_with_a_row_in_its_hands(
    stage: Stage, planted: str, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object, **__: object) -> Any:
        raise ValueError(f"{CANARY} كناري")

    class Broken:
        classify = staticmethod(breaks)

    monkeypatch.setattr(type(stage.worker), "classifier", Broken())
    monkeypatch.setattr(type(stage.worker), "open_channel", breaks)
    clerk = Clerk(stage.database)
    for job in (*jobs.JOBS, jobs.RELEASE):
        if job.name != "heartbeat":
            step(stage.worker, job, clerk)
    with stage.database.read() as session:
        runs = [json.dumps(vars(run), default=str) for run in session.scalars(select(JobRun))]
    assert_silent(lines, *runs)


def test_metas_errors_carry_no_words_and_no_token(stage: Stage, planted: str, lines: Lines) -> None:
    error = {"code": 100, "message": f"{CANARY} كناري", "error_user_msg": CANARY, "error_data": {"x": CANARY}}
    token = f"{CANARY}-token"
    with stage.database.write() as session:
        channel = session.query(Channel).filter_by(name="page").one()
    page = stage.worker.open_channel(channel)
    found: list[MetaError] = []
    for kind, more in (
        ("error", {"error": error, "status": 400}),
        ("html500", {}),
        ("reset_after", {}),
        ("400_after", {}),
    ):
        stage.fault(kind, "POST", **more)
        with pytest.raises(MetaError) as caught:
            page.add_comment("1_2", f"{CANARY} كناري")
        found.append(caught.value)
    channel.token = token
    with pytest.raises(MetaError) as caught:
        stage.worker.open_channel(channel).hide("1_2")
    found.append(caught.value)
    assert_silent(lines, *found, *(repr(each) for each in found), *(describe(each) for each in found))


def test_pages_that_break_show_a_code(stage: Stage, lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object, **__: object) -> Any:
        raise RuntimeError(f"{CANARY} كناري")

    base = stage.worker.settings.web.base_url
    monkeypatch.setattr(comments, "receive", breaks)
    answers = [
        requests.post(f"{base}/webhooks/meta", data=CANARY, headers={"x-hub-signature-256": CANARY}, timeout=10),
        requests.get(f"{base}/nowhere/{CANARY}"[:-4], timeout=10),
    ]
    assert answers[0].status_code == 500
    assert_silent(lines, answers[0].text, answers[0].headers)


def test_a_body_that_is_no_webhook_is_not_quoted(stage: Stage, lines: Lines) -> None:
    for raw in (CANARY, json.dumps({"object": CANARY}), json.dumps([CANARY]), '{"object": "page", ' + CANARY):
        with pytest.raises(InvalidError) as caught:
            webhooks.parse(raw.encode())
        assert_silent(lines, caught.value, describe(caught.value), caught.value.__cause__, caught.value.__context__)


def test_settings_and_campaigns_show_no_secret(tmp_path: Path, lines: Lines) -> None:
    with pytest.raises(OutreachError) as caught:
        settings.load(meta={"app_secret": [CANARY]}, mail={"password": {"x": CANARY}}, wrong=CANARY)
    path = tmp_path / "x.yaml"
    path.write_text(f"campaign: [{CANARY}\n")
    with pytest.raises(OutreachError) as broken:
        campaigns.load(path)
    assert_silent(lines, caught.value, describe(caught.value), broken.value, describe(broken.value))


def test_a_mail_server_that_quotes_is_not_quoted(lines: Lines) -> None:
    from outreach.errors import MailError
    from outreach.mail import SmtpMailer

    mailer = SmtpMailer(MailSettings(host="127.0.0.1", port=1, user=CANARY, password=CANARY))  # type: ignore[arg-type]
    with pytest.raises(MailError) as caught:
        mailer.check()
    assert_silent(lines, caught.value, describe(caught.value), repr(mailer))


def test_the_last_guard_drops_what_somebody_passes_by_mistake(lines: Lines) -> None:
    log = logs.get("x")
    log.info("event", text=CANARY, token=CANARY, author=CANARY, url=CANARY, exc_info=RuntimeError(CANARY), id="7")
    log.error("event", error_text=CANARY, details={"text": CANARY}, phone_given="07700000000")
    assert '"id": "7"' in str(lines)
    assert "07700000000" not in str(lines)
    assert_silent(lines)


def test_libraries_print_no_address_and_no_body(stage: Stage, planted: str, lines: Lines) -> None:
    stage.tell("comment", post=stage.state()["posts"][0]["id"], text=f"كناري {CANARY} 2")
    stage.jump(minutes=20)
    step(stage.worker, next(job for job in jobs.JOBS if job.name == "pull"), Clerk(stage.database))
    assert stage.sandbox.page_token not in str(lines)
    assert_silent(lines)


def test_a_repr_of_a_row_or_a_part_shows_nothing(stage: Stage, planted: str) -> None:
    with stage.database.read() as session:
        row = session.get_one(Comment, planted)
        channel = session.get_one(Channel, row.channel_id)
    shown = f"{row!r} {channel!r} {stage.worker.meta_app!r} {stage.worker.opened!r} {stage.worker.desk!r}"
    assert CANARY not in shown
    assert stage.sandbox.page_token not in shown
    assert stage.sandbox.app_secret not in shown
    assert CANARY not in keyed(Comment.text_key, CANARY)
    assert moderation
