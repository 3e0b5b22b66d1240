"""One author planted in every table that can hold her; found, given out, erased; nothing of her is left."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from outreach import alerts, jobs, moderation, notices, policy, retention, subjects
from outreach.comments.ingesting import Ingested, ingest
from outreach.db import Base, every_key, install_keyring, keyed, sealed_columns
from outreach.errors import ConflictError, DeniedError, InvalidError, MetaError, NotFoundError
from outreach.meta.protocol import RemoteComment
from outreach.states import CommentState, Role
from outreach.subjects.holding import belonging
from outreach.tables import (
    Action,
    ActionAttempt,
    Alert,
    AuditEvent,
    Case,
    Comment,
    CommentRevision,
    DeletionRequest,
    Erasure,
    Prediction,
    Publication,
    Referral,
    ReviewDecision,
    WebhookDelivery,
)
from tests.factories import NOW, make_channel, make_comment, make_flag, make_publication, make_user
from tests.posting import posted
from tests.reading import held, later, read, say, sqlite_only

HER = "7700112233"
WORDS = ("رجلي كل يوم يضربني", "چنت خايفة وگلت اسكت", "محتاجة أحچي ويا أحد")
NAME = "أم سجاد البصراوية"
ZONE = "Asia/Baghdad"


class Meta:
    """A channel that gives the author's id, or nothing."""

    def __init__(self, author_id: str | None = HER) -> None:
        self.author_id = author_id
        self.asked: list[str] = []

    def __call__(self, _row: Any) -> Meta:
        return self

    def comment(self, remote_id: str) -> RemoteComment | None:
        self.asked.append(remote_id)
        if self.author_id is None:
            raise MetaError("meta.gone", permanent=True)
        return RemoteComment(remote_id, WORDS[0], NOW, author_id=self.author_id, author_name=NAME)


class Life:
    """Two comments of hers in different epochs of hashes, one of somebody else, and all that can hang on them."""

    def __init__(self, database, keyring) -> None:
        self.database = database
        self.remembered: list[str] = []
        with database.write() as session:
            self.focal = make_user(session, Role.FOCAL_POINT)
            self.both = make_user(session, Role.FOCAL_POINT, Role.PSEA_FOCAL_POINT)
            self.mod = make_user(session, Role.MODERATOR)
            channel = make_channel(session)
            self.post = make_publication(session, channel, remote_id="100_200", published_at=NOW, status="published")
            self.old = self._comment(session, "200_1", WORDS[0], author_name=NAME)
            self.other = make_comment(session, self.post, remote_id="200_9", text="كلام غيرها", parent_id=self.old.id)
        install_keyring(keyring.with_new_hmac_key())
        with database.write() as session:
            self.new = self._comment(session, "200_2", WORDS[1], author_name=NAME)
            for comment in (self.old, self.new, self.other):
                self._hang(session, comment)
            self._notify(session)

    def _comment(self, session, remote_id: str, text: str, **more: Any) -> Comment:
        key = keyed(Comment.author_key, HER)
        link = f"https://www.facebook.com/100/posts/200?comment_id={remote_id.partition('_')[2]}"
        values = {"author_key": key, "permalink": link, "text": text, "severity": 10, **more}
        return make_comment(session, self.post, remote_id=remote_id, **values)

    def _hang(self, session, comment: Comment) -> None:
        of = {"comment_id": comment.id}
        hers = comment is not self.other
        text_key = keyed(Comment.text_key, comment.text or "")
        decision = ReviewDecision(
            **of, user_id=self.mod.id, revision=1, text_key=text_key, verdict="refer", reason="disclosure", at=NOW
        )
        session.add_all(
            [
                CommentRevision(**of, number=1, text=WORDS[2] if hers else "قبل", replaced_hour=NOW),
                Prediction(**of, revision=1, model="m", status="scored", spans={"spam": [[0, 4]]}, hour=NOW),
                Case(**of, route="shared", severity=10, status="closed", opened_by="alert", opened_at=NOW),
                decision,
            ]
        )
        session.flush()
        make_flag(session, comment, "survivor_disclosure", 10)
        action = Action(
            **of,
            decision_id=decision.id,
            kind="private_reply",
            status="done",
            created_at=NOW,
            recipient_key=keyed(Action.recipient_key, HER if hers else "5"),
        )
        session.add_all(
            [
                action,
                Referral(**of, decision_id=decision.id, to_user_id=self.focal.id, created_at=NOW),
                AuditEvent(at=NOW, event="flag.added", subject=comment.id, user_id=self.mod.id, details={"flag": "x"}),
            ]
        )
        session.flush()
        session.add(ActionAttempt(action_id=action.id, started_at=NOW, outcome="ok"))

    def _notify(self, session) -> None:
        keys = {each: notices.key_of("alert.s1", each.id) for each in (self.old, self.new, self.other)}
        notices.write(session, self.focal, "alert.s1", [keys[self.old], keys[self.other]], now=NOW)
        notices.write(session, self.focal, "alert.s1", [keys[self.new]], now=NOW)
        changes = [
            {"field": "feed", "value": {"from": {"id": HER, "name": NAME}, "comment_id": "200_3", "message": WORDS[0]}},
            {"field": "feed", "value": {"from": {"id": "5"}, "comment_id": "200_9", "message": "كلام غيرها"}},
        ]
        body = json.dumps({"object": "page", "entry": [{"id": "100", "time": 1, "changes": changes}]})
        session.add(WebhookDelivery(body=body, received_hour=NOW))

    def find(self, link="200_1", user=None, meta=None):
        return subjects.find_subject(self.database, user or self.both, link, meta or Meta(), now=NOW)

    def erase(self, subject, user=None, **more):
        who = user or self.both
        return subjects.erase(self.database, who, subject, now=NOW, zone=ZONE, remember=self.remembered.extend, **more)

    def everything(self) -> list[tuple[str, str]]:
        """Every value of every table, sealed ones opened, as (table.column, text)."""
        found = []
        with self.database.read() as session:
            for table in Base.metadata.sorted_tables:
                for row in session.execute(select(table)).mappings():
                    found += [(f"{table.name}.{column}", str(value)) for column, value in row.items()]
            for table, column in sealed_columns():
                found += [
                    (f"{table.__tablename__}.{column.name}", str(getattr(row, column.name)))
                    for row in session.scalars(select(table))
                ]
        return found


@pytest.fixture
def life(database, keyring):
    yield Life(database, keyring)
    install_keyring(keyring)


def test_nothing_of_an_erased_person_is_left_in_any_table_and_others_are_untouched(life):
    subject = life.find()
    assert set(subject.comment_ids) == {life.old.id, life.new.id}
    assert subject.complete
    before = subjects.held(life.database, subject)
    tables = {table.__tablename__ for table, _ in belonging(())}
    assert before.keys() == {"comments", "alerts", "audit_events", "webhook_deliveries", *tables}
    traces = {
        *every_key(Comment.author_key, [HER]),
        *every_key(Action.recipient_key, [HER]),
        *every_key(Comment.text_key, WORDS),
        *(key for each in subject.comment_ids for key in notices.every_key_of(each)),
        *(HER, NAME, *WORDS),
    }
    assert sum(any(trace in text for trace in traces) for _, text in life.everything()) > 15
    done = life.erase(subject)
    assert done.counts == before
    left = life.everything()
    assert [(where, text) for where, text in left if any(trace in text for trace in traces)] == []
    allowed = {"comments.id", "comments.parent_id"}  # of the tombstone, and of the answer of somebody else
    assert {where for where, text in left if any(each in text for each in subject.comment_ids)} <= allowed
    with life.database.read() as session:
        other = session.get_one(Comment, life.other.id)
        assert (other.text, other.author_name is not None) == ("كلام غيرها", True)
        assert len(session.scalars(select(Prediction)).all()) == 1
        assert [alert.count for alert in session.scalars(select(Alert))] == [1]
        (delivery,) = session.scalars(select(WebhookDelivery))
        assert [change["value"]["comment_id"] for change in json.loads(delivery.body)["entry"][0]["changes"]] == [
            "200_9"
        ]
        receipt = session.get_one(Erasure, done.receipt)
        assert (receipt.by_id, receipt.counts, receipt.at) == (life.both.id, before, NOW)


def test_every_table_that_can_hang_on_a_comment_is_searched():
    """A new table with a reference to one of these must be added to `belonging`."""
    known = {Comment.__table__, *(table.__table__ for table, _ in belonging(()))}
    hanging = {
        table
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table in known and table not in known
    }
    assert hanging == set()
    assert set(policy.COMMENT_NOTICES) == set(alerts.Kind) - {alerts.Kind.NOT_SCORED}


def test_reading_never_restores_what_was_erased(life):
    life.erase(life.find())
    with life.database.write() as session:
        post = session.get_one(Publication, life.post.id)
        for remote_id, text in (("200_1", WORDS[0]), ("200_2", "نص معدَّل")):
            remote = RemoteComment(remote_id, text, NOW, author_id=HER, author_name=NAME)
            assert ingest(session, post, remote, NOW) is Ingested.PURGED
    assert not any(HER in text or NAME in text or WORDS[0] in text for _, text in life.everything())
    assert subjects.held(life.database, life.find()) == {"tombstones": 1, "audit_events": 1}


def test_a_backup_from_before_does_not_bring_her_back(life, tmp_path):
    """`erase_again` is what a restore ends with; here the old rows still stand, as they do after one."""
    subject = life.find()
    subjects.remember(tmp_path, subject.remote_keys)
    subjects.remember(tmp_path, ["h1:of-a-comment-that-is-not-in-the-backup"])
    with life.database.write() as session:
        assert subjects.erase_again(session, tmp_path, zone=ZONE) == 2
    assert not any(trace in text for _, text in life.everything() for trace in (HER, NAME, *WORDS))
    assert subjects.held(life.database, life.find()) == {"tombstones": 1, "audit_events": 1}
    with life.database.write() as session:
        assert subjects.erase_again(session, tmp_path, zone=ZONE) == 0
    assert oct((tmp_path / "erased-comments").stat().st_mode & 0o777) == "0o600"


def test_what_is_erased_is_remembered_outside_of_the_database(life):
    subject = life.find()
    life.erase(subject)
    assert set(life.remembered) == subject.remote_keys


def test_an_open_case_refuses_until_a_reason_is_named_and_the_receipt_keeps_it(life):
    with life.database.write() as session:
        session.query(Case).update({"status": "open"})
    subject = life.find()
    with pytest.raises(ConflictError) as refused:
        life.erase(subject)
    assert (refused.value.code, refused.value.params) == ("subject.open_case", {"count": 2})
    with pytest.raises(InvalidError):
        life.erase(subject, open_case="because")
    receipt = life.erase(subject, open_case="her_wish").receipt
    with life.database.read() as session:
        assert session.get_one(Erasure, receipt).reason == "her_wish"


def test_a_decision_that_is_being_carried_out_is_not_cut_off(life):
    with life.database.write() as session:
        session.query(Action).update({"status": "pending"})
    with pytest.raises(ConflictError) as refused:
        life.erase(life.find())
    assert refused.value.code == "subject.under_way"


@sqlite_only
def test_only_focal_points_may_and_a_report_about_staff_does_not_show_to_the_others(life):
    with pytest.raises(NotFoundError):
        life.find(user=life.mod)
    with pytest.raises(DeniedError):
        life.erase(life.find(), user=life.mod)
    with life.database.write() as session:
        session.get_one(Comment, life.new.id).route = "psea"
    mine = life.find(user=life.focal)
    assert mine.comment_ids == (life.old.id,)
    life.erase(mine, user=life.focal)
    with life.database.read() as session:
        assert session.get_one(Comment, life.new.id).text == WORDS[1]


@sqlite_only
@pytest.mark.parametrize(
    "link",
    [
        "200_1",
        "https://www.facebook.com/100/posts/200?comment_id=1",
        "https://www.facebook.com/somepage/posts/pfbid02abc?comment_id=1&__tn__=R",
        "https://www.facebook.com/somepage/posts/pfbid02abc?comment_id=7&reply_comment_id=1",
        "https://www.facebook.com/100/posts/200?comment_id=Y29tbWVudDoyMDBfMQ==",
    ],
)
def test_a_comment_is_found_by_the_links_that_people_copy(life, link):
    assert life.old.id in life.find(link).comment_ids


@sqlite_only
@pytest.mark.parametrize("link", ["", "200_77", "https://www.facebook.com/100", "https://example.org/?comment_id=x"])
def test_a_link_that_leads_nowhere_says_so(life, link):
    with pytest.raises(NotFoundError):
        life.find(link)


@sqlite_only
def test_without_meta_only_the_known_hash_is_searched_and_it_says_so(life):
    subject = life.find(meta=Meta(None))
    assert subject.comment_ids == (life.old.id,)
    assert not subject.complete


def test_finding_is_written_down_with_a_keyed_hash_and_erasing_takes_that_out_too(life):
    for link, meta in (("200_1", None), ("200_2", Meta(None))):
        life.find(link, meta=meta)
    with pytest.raises(NotFoundError):
        life.find("200_77")
    with pytest.raises(NotFoundError):
        life.find(user=life.mod)
    found = select(AuditEvent).where(AuditEvent.event == "subject.found").order_by(AuditEvent.id)
    with life.database.read() as session:
        rows = session.scalars(found).all()
        keys = {key[: len(row.subject)] for row in rows for key in every_key(Comment.author_key, [HER])}
        assert {row.subject for row in rows} == keys
        assert [(row.user_id, row.at, row.subject[:2]) for row in rows if row.subject[:2] == "h1"] == [
            (life.both.id, NOW, "h1")
        ]
        assert not any(HER in str(row.details) or row.subject in (life.old.id, life.new.id) for row in rows)
    life.erase(life.find())
    with life.database.read() as session:
        rows = session.scalars(found).all()
        assert [(row.subject, row.details, row.user_id) for row in rows] == [(None, {}, life.both.id)] * 3


@sqlite_only
def test_the_export_holds_her_words_and_nothing_about_anybody_else(life, tmp_path):
    file = tmp_path / "hers.json"
    assert subjects.export(life.database, life.focal, life.find(), file, now=NOW) == 2
    content = json.loads(file.read_text())
    assert {each["text"] for each in content["comments"]} == set(WORDS[:2])
    assert all(each["earlier_texts"] == [WORDS[2]] and each["name"] == NAME for each in content["comments"])
    assert oct(file.stat().st_mode & 0o777) == "0o600"
    for foreign in ("كلام غيرها", "survivor_disclosure", life.mod.display_name, life.old.id, "case"):
        assert foreign not in file.read_text()
    with pytest.raises(ConflictError):
        subjects.export(life.database, life.focal, life.find(), file, now=NOW)


@sqlite_only
def test_what_was_forgotten_before_is_found_as_a_tombstone_and_stripped_too(life):
    with life.database.write() as session:
        row = session.get_one(Comment, life.old.id)
        row.state, row.author_key, row.text_sealed = CommentState.PURGED, None, None
    subject = life.find()
    assert set(subject.comment_ids) == {life.old.id, life.new.id}
    assert subjects.held(life.database, subject)["tombstones"] == 1
    life.erase(subject)
    assert subjects.held(life.database, life.find()) == {"tombstones": 1, "audit_events": 1}


@sqlite_only
def test_a_request_that_came_through_meta_is_found_by_its_code(life):
    with life.database.write() as session:
        request = DeletionRequest(received_hour=NOW, author_keys=sorted(every_key(Comment.author_key, [HER])))
        session.add(request)
    assert subjects.status_of(life.database, request.id) == "waiting"
    life.erase(life.find(request.id))
    assert subjects.status_of(life.database, request.id) == "done"
    with life.database.read() as session:
        assert session.get_one(DeletionRequest, request.id).author_keys == []


# -- over the wire --------------------------------------------------------------------------------------------------


@sqlite_only
@pytest.mark.parametrize("channel", ["page", "insta"])
def test_an_author_is_found_in_both_epochs_through_meta_and_stays_erased_while_her_words_stand_there(
    stage, keyring, channel
):
    stage.tell("switches", audience=False)
    post = posted(stage, channel)
    first = say(stage, post, WORDS[0], author=NAME, author_id=HER)
    say(stage, post, "كلام غيرها")
    read(stage)
    install_keyring(keyring.with_new_hmac_key())
    try:
        say(stage, post, WORDS[1], author=NAME, author_id=HER)
        later(stage)
        with stage.database.write() as session:
            focal = make_user(session, Role.FOCAL_POINT)
        link = held(stage)[first].permalink or f"https://www.instagram.com/p/short/c/{first}/"
        subject = subjects.find_subject(stage.database, focal, link, stage.worker.open_channel, now=stage.clock.now())
        assert (len(subject.comment_ids), subject.complete) == (2, True)
        subjects.erase(stage.database, focal, subject, now=stage.clock.now(), zone=ZONE, remember=lambda _: None)
        later(stage, hours=3)
        with stage.database.read() as session:
            rows = session.scalars(select(Comment)).all()
        assert sorted(row.text or "" for row in rows) == ["", "", "كلام غيرها"]
    finally:
        install_keyring(keyring)


@sqlite_only
@pytest.mark.parametrize("channel", ["page", "insta"])
def test_a_deletion_at_meta_is_told_under_a_case_and_forgotten_without_one(stage, channel):
    stage.tell("switches", audience=False)
    post = posted(stage, channel)
    ids = [say(stage, post, text) for text in WORDS[:2]]
    read(stage)
    rows = held(stage)
    with stage.database.write() as session:
        focal = make_user(session, Role.FOCAL_POINT)
        session.query(Comment).update({"review_state": "clear"})
    case = moderation.open_case(stage.database, focal, rows[ids[0]].id, now=stage.clock.now())
    moderation.acknowledge(stage.database, focal, case, now=stage.clock.now())
    for each in ids:
        stage.tell("comment", id=each, delete=True)
    later(stage)
    later(stage)
    alerts.raise_due(stage.database, now=stage.clock.now(), settings=stage.worker.settings)
    with stage.database.read() as session:
        assert [alert.user_id for alert in session.scalars(select(Alert)) if alert.kind == "alert.gone"] == [focal.id]
    stage.jump(hours=24)
    jobs.step(stage.worker, next(job for job in jobs.JOBS if job.name == "forget"), jobs.Clerk(stage.database))
    with stage.database.read() as session:
        words = {row.id: row.text for row in session.scalars(select(Comment))}
    assert words == {rows[ids[0]].id: WORDS[0], rows[ids[1]].id: None}
    moderation.note_gone(stage.database, focal, case, now=stage.clock.now())
    stage.jump(hours=24)
    assert retention.forget_gone(stage.database, now=stage.clock.now(), settings=stage.worker.settings) == 1
