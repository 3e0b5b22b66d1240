"""The command line as people use it: real processes, from `init` to a restored backup, on both databases.

Each database has one flow, run once; the tests look at what its commands printed and did.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PIL import Image
from sqlalchemy import text
from sqlalchemy.engine import make_url

from outreach.channels import BLIND_SPOTS
from outreach.db import Database, new_id
from outreach.sandbox.server import SandboxServer
from tests.e2e.terminal import Done, Terminal, environment, on_sandbox, sandbox_of_now, tell, until, visible

PASSWORD = "نخلة وشط العرب كناري 12"
SPAM = "عروض وخصومات على الملابس توصيل مجاني راسلونا على الخاص قميصكناري"
DISCLOSURE = "زوجي يضربني كل يوم وما اعرف وين اروح سركناري"
BASRA = ZoneInfo("Asia/Baghdad")
HEAVY = {"numpy", "scipy", "sqlalchemy", "fastapi", "sklearn", "matplotlib", "requests", "uvicorn", "PIL", "alembic"}
OPEN_PAUSE = "SELECT count(*) FROM pauses WHERE kind = 'restored' AND channel_id IS NULL AND ended_at IS NULL"
QUEUED = "SELECT count(*) FROM comments WHERE review_state = 'queued'"
POST = "مساء الخير، نلتقي يوم السبت"

CAMPAIGN = """\
campaign: small
title: {{ar: حملة, en: Campaign}}
timezone: Asia/Baghdad
channels: [page, insta]
window: {{from: {first}, to: {last}}}
posts:
  - id: now
    kind: dialogue
    at: {now}
    channels: [page]
    text: {{ar: "{post}"}}
  - id: later
    kind: story
    consent: CR-014
    at: {later}
    text: {{ar: "حكاية"}}
    media: [{{file: card.jpg, alt: {{ar: "بطاقة"}}}}]
"""
BAD = """\
campaign: small
title: {ar: حملة, en: Campaign}
channels: [page]
window: {from: 2026-11-20, to: 2026-12-31}
posts:
  - id: one
    kind: dialog
    att: 2026-11-26 18:30
    text: {ar: "نص"}
"""


def write_campaign(folder: Path) -> None:
    """A campaign with a post due this minute and one for next week."""
    now = datetime.now(BASRA)
    later = (now + timedelta(days=7)).replace(hour=18, minute=30)
    (folder / "campaign.yaml").write_text(
        CAMPAIGN.format(
            first=now.date() - timedelta(days=1),
            last=later.date() + timedelta(days=1),
            now=f"{now:%Y-%m-%d %H:%M}",
            later=f"{later:%Y-%m-%d %H:%M}",
            post=POST,
        ),
        encoding="utf-8",
    )
    Image.new("RGB", (1080, 1080), (40, 90, 120)).save(folder / "card.jpg", "JPEG")


@pytest.fixture(scope="module")
def flows(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Future[Terminal]]]:
    """Both flows at once: what costs time are their processes."""
    urls = {"sqlite": ("", ""), "postgres": tuple(empty_databases(postgres_url))}
    with ThreadPoolExecutor() as pool:
        yield {kind: pool.submit(whole_flow, tmp_path_factory.mktemp(kind), *two) for kind, two in urls.items()}


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def flow(request: pytest.FixtureRequest, flows: dict[str, Future[Terminal]]) -> Terminal:
    """The whole flow on one database, over; see `diary`."""
    return flows[request.param].result()


def whole_flow(folder: Path, here: str, there: str) -> Terminal:
    """`here`: address of the database; `there`: of the one that the backup is restored into."""
    with sandbox_of_now() as sandbox:
        terminal = on_sandbox(sandbox, folder / "here", here)
        set_up(terminal, sandbox)
        plan(terminal)
        work(terminal, sandbox)
        review(terminal)
        keep(terminal, folder / "there", there)
    return terminal


def empty_databases(server: str) -> Iterator[str]:
    admin = Database(server)
    with admin.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for _ in range(2):
            name = f"cli_{new_id()[:12]}"
            connection.execute(text(f"CREATE DATABASE {name}"))
            yield make_url(server).set(database=name).render_as_string(hide_password=False)
    admin.close()


def set_up(run: Terminal, sandbox: SandboxServer) -> None:
    run.must("init", "init", "--sandbox")
    roles = ("communications", "admin", "approver")
    run.must("add zahra", "users", "add", "zahra", *roles, piped=f"{PASSWORD}\n")
    roles = ("approver", "moderator", "focal_point", "lead")
    run.must("add huda", "users", "add", "huda", *roles, piped=f"{PASSWORD}\n")
    run("add channel as nobody", "channels", "add", piped=f"{sandbox.user_token}\n")
    run.must("login zahra", "login", piped=f"zahra\n{PASSWORD}\n")
    page = ("channels", "add", "page", "--id", sandbox.page_id, "--live")
    run.must("add page", *page, piped=f"{sandbox.user_token}\n")
    (run.folder / "token").write_text(f"{sandbox.user_token}\n")
    run.must("add insta", "channels", "add", "insta", "--id", sandbox.ig_id, "--token-file", "token")
    run("channels check", "channels", "check", "--rehearse", "--json")
    run.must("channels list", "channels", "list", "--json")
    run.must("blind spots", "channels", "blind", "--json")
    run.must("consent", "consents", "add", "CR-014", "--platform", "facebook", "--platform", "instagram", "--face")


def plan(run: Terminal) -> None:
    write_campaign(run.folder)
    run.must("plan", "campaigns", "plan", "campaign.yaml", "--json")
    run.counts["planned"] = count(run, "SELECT count(*) FROM publications")
    run.must("apply", "campaigns", "apply", "campaign.yaml", "--json")
    run.must("apply again", "campaigns", "apply", "campaign.yaml", "--json")
    run("approve own", "campaigns", "approve", "small")
    run.must("rotate", "keys", "rotate")
    run.must("login huda", "login", "huda", piped=f"{PASSWORD}\n")
    run.must("approve", "campaigns", "approve", "small")


def work(run: Terminal, sandbox: SandboxServer) -> None:
    with run.background("run", "run") as process:
        post = until("the post is out", lambda: visible(sandbox).get(POST), process)
        tell(sandbox, "comment", post=post, text=SPAM)
        tell(sandbox, "comment", post=post, text=DISCLOSURE)
        run.must("pull", "pull", "--json")
        until("both are in the queue", lambda: count(run, QUEUED) == 2, process)
    run.must("export", "campaigns", "export", "small", "--json")


def count(run: Terminal, query: str) -> int:
    """Straight from the database, which costs less than another process."""
    database = Database(run.settings["database_url"] or f"sqlite:///{run.settings['data_dir']}/outreach.db")
    with database.engine.connect() as connection:
        found = connection.execute(text(query)).scalar_one()
    database.close()
    return int(found)


def review(run: Terminal) -> None:
    items = run.must("list", "review", "list", "--json").json["items"]
    spam = next(item["id"] for item in items if not item["veiled"])
    seen = run.must("show", "review", "show", spam, "--reveal", "--json").json["seen_text_key"]
    run("decide unread", "review", "decide", spam, "hide", "spam", "--seen", "h1:another")
    decided = run.must("decide", "review", "decide", spam, "hide", "spam", "--seen", seen, "--json")
    run.counts["decided"] = count(run, QUEUED)
    run.must("undo", "review", "undo", decided.json["decision"])
    run.counts["undone"] = count(run, QUEUED)


def keep(run: Terminal, there: Path, url: str) -> None:
    """Diagnosis, digest, backup; and the backup opened in another place."""
    run("doctor", "doctor", "--json")
    run.must("digest", "digest", "build", "--json")
    run.must("backup", "backup", "saved", "--json")
    folders = {"data_dir": str(there / "data"), "key_dir": str(there / "keys"), "database_url": url}
    there.mkdir()
    other = Terminal(there, {**run.settings, **folders}, run.diary)
    other("restore without keys", "restore", str(run.folder / "saved"))
    shutil.copytree(run.settings["key_dir"], there / "keys")
    other.must("restore", "restore", str(run.folder / "saved"), "--json")
    run.counts["pauses of all after restore"] = count(other, OPEN_PAUSE)


@pytest.fixture
def diary(flow: Terminal) -> dict[str, Done]:
    return flow.diary


def rows(done: Done) -> dict[str, dict[str, object]]:
    """The rows of a plan by post and channel."""
    return {f"{row['post']} {row['channel']}": row for row in done.json}


def test_init_says_where_the_keys_are_and_that_it_is_a_sandbox(flow: Terminal, diary: dict[str, Done]) -> None:
    assert diary["init"].out.startswith("sandbox: ")
    assert flow.settings["key_dir"] in diary["init"].err


def test_a_token_in_a_pipe_is_not_taken_for_a_login(diary: dict[str, Done]) -> None:
    assert (diary["add channel as nobody"].code, diary["add channel as nobody"].out) == (1, "")
    assert "outreach login" in diary["add channel as nobody"].err


def test_channels_are_added_with_a_token_from_a_pipe_or_a_file_and_work(diary: dict[str, Done]) -> None:
    found = {row["channel"]: row for row in diary["channels list"].json}
    assert {name: row["kind"] for name, row in found.items()} == {
        "page": "facebook_page",
        "insta": "instagram_account",
    }
    assert all(row["status"] == "active" for row in found.values())
    assert (found["page"]["mode"], found["insta"]["mode"]) == ("live", "read_only")


def test_a_check_says_of_each_capability_whether_it_is_proven_and_fails_while_meta_refuses_one(
    diary: dict[str, Done],
) -> None:
    done = diary["channels check"]
    found = {(row["channel"], row["capability"]): row["proof"] for row in done.json}
    assert found["page", "publish"] == "proven"  # rehearsed: nobody saw it
    assert found["page", "webhooks"] == "refused"  # nobody has subscribed yet
    assert done.code == 1
    assert len(diary["blind spots"].json) == len(BLIND_SPOTS)


def test_plan_shows_every_publication_and_changes_nothing(flow: Terminal, diary: dict[str, Done]) -> None:
    assert set(rows(diary["plan"])) == {"now page", "later page", "later insta"}
    assert flow.counts["planned"] == 0


def test_apply_does_what_plan_said_and_again_nothing(diary: dict[str, Done]) -> None:
    assert rows(diary["apply"]) == rows(diary["plan"])
    assert diary["apply again"].json == []


def test_who_applied_a_campaign_may_not_approve_it_and_a_colleague_may(diary: dict[str, Done]) -> None:
    assert diary["approve own"].code == 1
    assert "small" in diary["approve own"].err
    assert diary["approve"].out.startswith("2: ")


def test_rotating_the_keys_seals_every_value_anew_and_all_goes_on(diary: dict[str, Done]) -> None:
    assert int(diary["rotate"].out) > 0
    assert diary["approve"].code == 0  # and every step after it


def test_run_publishes_what_is_due_once_and_ends_cleanly(flow: Terminal, diary: dict[str, Done]) -> None:
    assert diary["run"].code == 0, diary["run"].err[-2000:]
    events = flow.events("run")
    assert (events[0], events[-1], "job.failed" in events) == ("jobs.started", "jobs.stopped", False)
    statuses = {(row["post"], row["channel"]): row["status"] for row in diary["export"].json}
    assert statuses == {
        ("now", "page"): "published",
        ("later", "page"): "scheduled",
        ("later", "insta"): "scheduled",
    }


def test_pull_reads_every_comment_and_says_how_far_it_is(diary: dict[str, Done]) -> None:
    page = next(row for row in diary["pull"].json if row["channel"] == "page")
    assert (page["comments"], page["overdue_seconds"]) == (2, 0)
    assert page["last_complete_read"]


def test_the_queue_shows_words_but_not_those_of_a_disclosure(diary: dict[str, Done]) -> None:
    disclosure, spam = diary["list"].json["items"]
    assert (disclosure["text"], spam["veiled"]) == (None, False)
    assert "survivor_disclosure" in {flag["flag"] for flag in disclosure["flags"]}
    assert "سركناري" not in diary["list"].out


def test_a_decision_needs_the_words_as_they_are_and_can_be_undone(flow: Terminal, diary: dict[str, Done]) -> None:
    assert diary["decide unread"].code == 1
    assert SPAM in diary["show"].json["text"]
    assert (diary["list"].json["total"], flow.counts["decided"], flow.counts["undone"]) == (2, 1, 2)


def test_a_digest_is_figures_only(diary: dict[str, Done]) -> None:
    (figures,) = diary["digest"].json
    assert figures
    assert "كناري" not in diary["digest"].out


def test_doctor_says_in_words_what_is_wrong(diary: dict[str, Done]) -> None:
    found = diary["doctor"].json
    assert diary["doctor"].code == 1
    assert any("mail.host" in each["what"] for each in found if each["is"] == "wrong")
    assert not any(each["what"].startswith("doctor.") for each in found)


def test_a_backup_opens_with_its_keys_alone_and_every_channel_is_paused(flow: Terminal, diary: dict[str, Done]) -> None:
    assert diary["restore without keys"].code == 1
    assert diary["restore"].json == diary["backup"].json
    assert flow.counts["pauses of all after restore"] == 1


def test_no_password_token_or_word_of_a_comment_is_printed_or_logged(flow: Terminal) -> None:
    token = (flow.folder / "token").read_text().strip()
    for name, done in flow.diary.items():
        printed = done.err if name in {"show", "list"} else done.out + done.err
        for secret in (PASSWORD, token[:20], "SANDBOX", "كناري", "sandbox-app-secret"):
            assert secret not in printed, name


def test_no_command_met_a_defect(diary: dict[str, Done]) -> None:
    assert {name: done.code for name, done in diary.items() if done.code not in (0, 1)} == {}
    assert not any("Traceback" in done.err or "Warning" in done.err for done in diary.values())


# -- without an installation


@pytest.fixture
def bare(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path, {"data_dir": str(tmp_path / "data"), "key_dir": str(tmp_path / "keys")})


@pytest.mark.parametrize(("language", "words"), [("ar", "اختاروا"), ("en", "Choose one")])
def test_messages_are_in_the_language_asked_for(bare: Terminal, language: str, words: str) -> None:
    done = bare("init", "init", language=language)
    assert (done.code, done.out) == (1, "")
    assert words in done.err


def test_every_mistake_of_a_file_is_listed_at_once_with_line_and_column(bare: Terminal) -> None:
    (bare.folder / "bad.yaml").write_text(BAD, encoding="utf-8")
    done = bare("check", "campaigns", "check", "bad.yaml", language="ar")
    assert (done.code, done.out) == (1, "")
    assert "bad.yaml:7:11" in done.err
    assert "bad.yaml:8:5" in done.err
    assert any("\u0621" <= letter <= "\u064a" for letter in done.err)


def test_the_mistakes_of_a_file_as_json(bare: Terminal) -> None:
    (bare.folder / "bad.yaml").write_text(BAD, encoding="utf-8")
    done = bare("check", "campaigns", "check", "bad.yaml", "--json", language="en")
    assert (done.code, done.err) == (1, "")
    assert {(each["line"], each["column"]) for each in done.json} >= {(7, 11), (8, 5)}
    assert any("dialogue" in each["message"] for each in done.json)


def test_a_wrong_use_is_exit_code_two(bare: Terminal) -> None:
    assert bare("missing", "campaigns", "plan").code == 2
    assert bare("unknown", "campaigns", "check", "nothing.yaml").code == 2


def test_a_machine_without_an_installation_is_told_so(bare: Terminal) -> None:
    done = bare("pending", "campaigns", "pending", language="en")
    assert (done.code, done.out) == (1, "")
    assert "outreach init" in done.err


def test_a_wrong_setting_is_named_with_what_was_read_and_what_is_allowed(bare: Terminal) -> None:
    done = bare("pending", "campaigns", "pending", language="en", web__port="many")
    assert done.code == 1
    assert "web.port: 'many'" in done.err


def test_a_file_is_classified_without_any_installation(bare: Terminal) -> None:
    done = bare("classify", "classify", "-", "--format", "text", piped=f"{SPAM}\n😡\n")
    assert done.code == 0
    spam, anger = (json.loads(line) for line in done.out.splitlines())
    assert (spam["row"], spam["flags"], anger["row"]) == (1, ["spam"], 2)


def test_help_imports_nothing_heavy() -> None:
    command = [sys.executable, "-X", "importtime", "-m", "outreach", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment({}), timeout=60, check=True)
    imported = {line.rsplit("|", 1)[1].strip().split(".")[0] for line in done.stderr.splitlines() if "|" in line}
    assert "typer" in imported
    assert imported.isdisjoint(HEAVY)
