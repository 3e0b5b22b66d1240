"""What a channel can do, asked of the sandbox; how it goes live; what a trial leaves behind."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from outreach import channels, comments, notices, publishing
from outreach.channels import Line
from outreach.errors import InvalidError, MetaError, NotFoundError
from outreach.meta.tokens import REQUIRED
from outreach.states import Capability, ChannelMode, Mode, Proof, Role
from outreach.tables import Alert, Channel, Installation, LiveConfirmation, Trial
from outreach.wording import catalogue, word
from tests.factories import make_user
from tests.integration.conftest import Stage
from tests.posting import posted

C, P = Capability, Proof


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Nothing here is special to one kind of database."""
    return sqlite_url


@pytest.fixture
def checked(stage: Stage) -> Any:
    """Checks a channel and gives its lines by capability; every one is worded in both languages."""

    def check(name: str = "page") -> dict[Capability, Line]:
        channels.check(stage.database, stage.worker.meta_app, name, now=stage.clock.now())
        lines = line_of(stage, name)
        for line in lines.values():
            assert_worded(line)
        return lines

    return check


def line_of(stage: Stage, name: str) -> dict[Capability, Line]:
    (found,) = [each for each in channels.coverage(stage.database) if each.name == name]
    return {line.capability: line for line in found.lines}


def assert_worded(line: Line) -> None:
    assert {line.code, f"capability.{line.capability}", f"proof.{line.proof}"} <= catalogue().keys()
    for language in ("ar", "en"):
        said = channels.wording_of(line, language=language)
        assert "{" not in said, line.code


def standing(stage: Stage) -> list[Any]:
    return [each for each in stage.state()["posts"] if not each.get("deleted")]


def proofs(lines: dict[Capability, Line]) -> dict[str, str]:
    return {name.value: line.proof.value for name, line in lines.items()}


def rehearse(stage: Stage, name: str) -> None:
    desk = stage.worker.desk
    channels.rehearse(
        stage.database,
        stage.worker.open_channel,
        name,
        prove_fetch=lambda channel: publishing.prove_fetch(channel, desk, pause=lambda _: None),
        user_id=None,
        now=stage.clock.now(),
    )


def test_a_new_page_says_of_each_capability_what_is_known(stage: Stage, checked: Any) -> None:
    lines = checked()
    assert proofs(lines) == {
        "token": "proven",
        "scopes": "proven",
        "targets": "proven",
        "data_access": "proven",
        "tasks": "proven",
        "staff": "proven",
        "business": "unproven",
        "access_level": "proven",
        "app_mode": "unproven",
        "publish": "unproven",
        "read_comments": "unproven",
        "moderate": "unproven",
        "private_reply": "unproven",
        "retract": "unproven",
        "insights": "proven",
        "webhooks": "refused",
    }
    assert lines[C.TOKEN].proven_at == stage.clock.now()
    assert lines[C.PUBLISH].proven_at is None


def test_an_account_is_asked_for_its_daily_limit_too(stage: Stage, checked: Any) -> None:
    lines = checked("insta")
    assert lines[C.PUBLISH_LIMIT].params == {"used": 0, "total": 50}
    assert lines[C.DATA_ACCESS].code == "coverage.data_access.proven"
    assert lines[C.MEDIA_FETCH].proof is P.UNPROVEN


def test_checking_shows_nothing_to_anybody(stage: Stage, checked: Any) -> None:
    before = stage.state()
    checked()
    checked("insta")
    after = stage.state()
    assert (after["posts"], after["media"]) == (before["posts"], before["media"])


def test_what_was_done_for_real_is_proven_with_its_date(stage: Stage, checked: Any) -> None:
    posted(stage)
    done_at = stage.clock.now()
    stage.jump(hours=30)
    line = checked()[C.PUBLISH]
    assert (line.proof, line.code) == (P.PROVEN, "coverage.publish.done")
    assert line.proven_at is not None
    assert done_at - timedelta(hours=1) <= line.proven_at <= stage.clock.now() - timedelta(hours=29)
    stage.jump(days=91)  # a permission that was not used for ninety days may have lapsed
    with stage.database.write() as session:
        session.execute(update(Channel).values(token_expires_at=None))
    stage.tell("token", token=stage.sandbox.page_token, expires_at=None)
    assert checked()[C.PUBLISH].proof is P.UNPROVEN


def test_comments_of_others_prove_reading_and_moderating(stage: Stage, checked: Any) -> None:
    stage.tell("switches", audience=False)
    post = posted(stage)
    assert checked()[C.READ_COMMENTS].proof is P.UNPROVEN
    stage.tell("comment", post=post.remote_id, text="شكراً")
    lines = checked()
    assert lines[C.READ_COMMENTS].proof is P.PROVEN
    assert lines[C.MODERATE].proof is P.PROVEN


def test_a_persons_token_is_found_out(stage: Stage, checked: Any) -> None:
    with stage.database.write() as session:
        session.query(Channel).filter_by(name="page").one().token = stage.sandbox.user_token
    assert checked()[C.TOKEN].code == "coverage.token.not_a_page"
    assert line_of(stage, "page")[C.READ_COMMENTS].code == "coverage.token_first"


def test_missing_and_misdirected_permissions_are_named(stage: Stage, checked: Any) -> None:
    token = stage.sandbox.page_token
    stage.tell("token", token=token, scopes=["pages_show_list", "pages_read_engagement", "pages_manage_posts"])
    lines = checked()
    assert lines[C.SCOPES].proof is P.REFUSED
    assert "read_insights" in lines[C.SCOPES].params["scopes"]
    assert lines[C.READ_COMMENTS].proof is P.REFUSED
    assert lines[C.READ_COMMENTS].params["meta"] == "10"
    assert lines[C.INSIGHTS].proof is P.REFUSED
    assert lines[C.PRIVATE_REPLY].params == {"scopes": "pages_messaging"}
    stage.tell("token", token=token, targets={"pages_manage_posts": ["1"]})
    assert checked()[C.TARGETS].params == {"scopes": "pages_manage_posts"}


def test_staff_business_and_access_level_are_told_where_meta_tells_them(stage: Stage, checked: Any) -> None:
    lines = checked()
    assert (lines[C.STAFF].proof, lines[C.STAFF].params) == (P.PROVEN, {"messaging": 2, "moderate": 2})
    assert lines[C.STAFF].people == ()  # names are for administrators who ask for them
    (page, *_) = [each for each in channels.coverage(stage.database, names=True) if each.name == "page"]
    (staff,) = [line for line in page.lines if line.capability is C.STAFF]
    assert len(staff.people) == 4
    assert lines[C.BUSINESS].code == "coverage.business.none"
    assert lines[C.ACCESS_LEVEL].proof is P.PROVEN
    stage.tell("switches", advanced_access=False)
    assert checked()[C.ACCESS_LEVEL].proof is P.REFUSED


def test_who_works_through_a_business_is_in_another_list(stage: Stage, checked: Any) -> None:
    stage.tell("switches", in_business=True)
    lines = checked()
    assert (lines[C.STAFF].proof, lines[C.STAFF].params) == (P.PROVEN, {"messaging": 3, "moderate": 2})
    assert lines[C.BUSINESS].proof is P.PROVEN
    stage.tell("switches", business_verified=False)
    assert checked()[C.BUSINESS].proof is P.REFUSED
    scopes = {scope for kind in REQUIRED.values() for needed in kind.values() for scope in needed}
    stage.tell("token", token=stage.sandbox.page_token, scopes=sorted(scopes))  # no business_management
    lines = checked()
    assert (lines[C.STAFF].proof, lines[C.STAFF].code) == (P.UNPROVEN, "coverage.staff.partly")
    assert lines[C.BUSINESS].code == "coverage.business.unproven"


def test_where_meta_does_not_tell_a_person_is_sent_to_the_very_place(stage: Stage, checked: Any) -> None:
    stage.tell("switches", page_roles_listed=False, business_shown=False, app_permissions_listed=False)
    lines = checked()
    places = {C.STAFF: "Page access", C.BUSINESS: "Security Centre", C.ACCESS_LEVEL: "App Review"}
    for capability, place in places.items():
        assert lines[capability].proof is P.UNPROVEN
        assert place in channels.wording_of(lines[capability], language="en")


def test_webhooks_are_refused_then_subscribed_then_proven_by_one_that_came(stage: Stage, checked: Any) -> None:
    app = stage.worker.meta_app
    for name in ("page", "insta"):
        assert checked(name)[C.WEBHOOKS].code == "coverage.webhooks.no_callback"
        channels.subscribe(stage.database, app, name, user_id=None, now=stage.clock.now())
    assert checked()[C.WEBHOOKS].code == "coverage.webhooks.unproven_page"
    assert checked("insta")[C.WEBHOOKS].code == "coverage.webhooks.unproven_instagram"
    stage.tell("switches", audience=False)
    post = posted(stage)
    stage.tell("comment", post=post.remote_id, text="سلام")
    stage.until_quiet(lambda: comments.work_deliveries(stage.worker.reader))
    line = checked()[C.WEBHOOKS]
    assert (line.proof, line.code) == (P.PROVEN, "coverage.webhooks.done")


def test_without_the_permission_for_messages_comments_are_subscribed_all_the_same(stage: Stage, checked: Any) -> None:
    stage.fault("error", "POST", "/subscribed_apps", error={"code": 200}, status=403)
    channels.subscribe(stage.database, stage.worker.meta_app, "page", user_id=None, now=stage.clock.now())
    assert checked()[C.WEBHOOKS].code == "coverage.webhooks.unproven_page"


@pytest.mark.parametrize("subcode", [458, 459, 460, 463, 464, 467, 492])
def test_each_death_of_a_token_stops_the_channel_with_its_own_remedy(stage: Stage, checked: Any, subcode: int) -> None:
    stage.tell("token", token=stage.sandbox.page_token, subcode=subcode)
    lines = checked()
    (page,) = [each for each in channels.listed(stage.database, now=stage.clock.now()) if each.name == "page"]
    assert (page.status, page.status_code) == ("stopped", lines[C.TOKEN].code)
    assert lines[C.TOKEN].code != "meta.token_dead"
    assert word(lines[C.TOKEN].code, language="en") != word("meta.token_dead", language="en")
    stage.tell("token", token=stage.sandbox.page_token, subcode=None)
    assert checked()[C.TOKEN].proof is P.PROVEN
    (page,) = [each for each in channels.listed(stage.database, now=stage.clock.now()) if each.name == "page"]
    assert page.status == "active"


def test_a_question_without_an_answer_leaves_what_was_known(stage: Stage, checked: Any) -> None:
    first = checked()[C.INSIGHTS]
    stage.jump(days=1)
    stage.fault("error", "GET", "/insights", error={"code": 2}, status=503, times=20)
    again = checked()[C.INSIGHTS]
    assert (again.proof, again.checked_at) == (P.PROVEN, first.checked_at)


def test_a_rehearsal_of_the_page_proves_and_leaves_nothing(stage: Stage, checked: Any) -> None:
    checked()
    rehearse(stage, "page")
    lines = line_of(stage, "page")
    assert (lines[C.PUBLISH].proof, lines[C.RETRACT].proof) == (P.PROVEN, P.PROVEN)
    assert standing(stage) == []
    assert checked()[C.PUBLISH].proof is P.PROVEN  # the daily check does not forget it


def test_a_rehearsal_that_meta_refuses_stands_until_one_works(stage: Stage, checked: Any) -> None:
    stage.fault("error", "POST", "/feed", error={"code": 200}, status=403)
    rehearse(stage, "page")
    assert line_of(stage, "page")[C.PUBLISH].proof is P.REFUSED
    assert checked()[C.PUBLISH].proof is P.REFUSED
    assert_worded(line_of(stage, "page")[C.PUBLISH])
    stage.jump(minutes=1)
    rehearse(stage, "page")
    assert line_of(stage, "page")[C.PUBLISH].proof is P.PROVEN


def test_what_an_interrupted_rehearsal_left_is_removed_by_the_next(stage: Stage) -> None:
    stage.fault("error", "DELETE", ".*", error={"code": 1}, status=500)
    rehearse(stage, "page")
    assert len(standing(stage)) == 1
    assert stage.visible() == []
    rehearse(stage, "page")
    assert standing(stage) == []
    with stage.database.read() as session:
        assert all(trial.ended_at for trial in session.scalars(select(Trial)))


def test_a_rehearsal_of_the_account_has_meta_fetch_an_image(stage: Stage, checked: Any) -> None:
    rehearse(stage, "insta")
    line = line_of(stage, "insta")[C.MEDIA_FETCH]
    assert line.proof is P.PROVEN
    assert_worded(line)
    assert stage.visible() == []
    stage.worker.settings.media.public_base_url = "http://127.0.0.1:9"
    del stage.worker.__dict__["desk"]
    stage.jump(minutes=1)
    rehearse(stage, "insta")
    line = line_of(stage, "insta")[C.MEDIA_FETCH]
    assert (line.proof, line.code) == (P.REFUSED, "fetch.unreachable")
    assert checked("insta")[C.MEDIA_FETCH].proof is P.REFUSED


def test_a_test_post_is_seen_confirmed_and_removed(stage: Stage) -> None:
    now = stage.clock.now()
    link = channels.test_post(stage.database, stage.worker.open_channel, "page", user_id=None, now=now)
    assert link is not None
    assert len(stage.visible()) == 1
    channels.remove_test_post(stage.database, stage.worker.open_channel, "page", user_id=None, now=now)
    assert stage.visible() == []
    with pytest.raises(NotFoundError):
        channels.remove_test_post(stage.database, stage.worker.open_channel, "page", user_id=None, now=now)
    with pytest.raises(InvalidError, match=r"channel\.no_test_post"):
        channels.test_post(stage.database, stage.worker.open_channel, "insta", user_id=None, now=now)


def test_a_test_post_whose_answer_is_lost_is_not_repeated_and_can_be_removed(stage: Stage) -> None:
    now = stage.clock.now()
    stage.fault("reset_after", "POST", r"/\d+_\d+$")
    with pytest.raises(MetaError):
        channels.test_post(stage.database, stage.worker.open_channel, "page", user_id=None, now=now)
    assert len(stage.visible()) == 1
    channels.remove_test_post(stage.database, stage.worker.open_channel, "page", user_id=None, now=now)
    assert stage.visible() == []


def test_a_live_installation_needs_a_named_persons_word(stage: Stage, checked: Any) -> None:
    with stage.database.write() as session:
        session.execute(update(Installation).values(mode=Mode.LIVE))
        session.execute(update(Channel).values(mode=ChannelMode.READ_ONLY))
        user = make_user(session)
    now = stage.jump(minutes=1)
    for words, who in (("", user.id), ("  ", user.id), ("Noor's phone", None)):
        with pytest.raises(InvalidError, match=r"channel\.not_seen"):
            channels.set_mode(stage.database, "page", ChannelMode.LIVE, seen_by=words, user_id=who, now=now)
    assert checked()[C.APP_MODE].proof is P.UNPROVEN
    channels.set_mode(stage.database, "page", ChannelMode.LIVE, seen_by="هاتف أم نور", user_id=user.id, now=now)
    assert checked()[C.APP_MODE].proven_at == now
    with stage.database.read() as session:
        row = session.scalars(select(LiveConfirmation).order_by(LiveConfirmation.at.desc())).first()
        assert row is not None
        assert (row.user_id, row.seen_by) == (user.id, "هاتف أم نور")
        assert "هاتف" not in str(row.seen_by_sealed)
    (page,) = [each for each in channels.coverage(stage.database) if each.name == "page"]
    assert page.confirmed_by == user.display_name


def test_in_a_sandbox_going_live_is_easy_and_recorded(stage: Stage) -> None:
    with stage.database.read() as session:
        assert len(session.scalars(select(LiveConfirmation)).all()) == 2  # both channels of the stage


def test_what_ends_soon_is_a_problem_and_page_permissions_outlive_data_access(stage: Stage) -> None:
    now = stage.clock.now()
    with stage.database.write() as session:
        session.execute(update(Channel).values(data_access_expires_at=now + timedelta(days=7)))
    found = {report.name: report.problems for report in channels.listed(stage.database, now=now)}
    assert found["insta"] == (("channel.data_access_ends", {"channel": "insta", "days": 7}),)
    assert found["page"] == ()


def test_data_access_ends_ninety_days_on_and_is_warned_of_at_14_7_3_and_1_days(stage: Stage) -> None:
    with stage.database.write() as session:
        make_user(session, Role.ADMIN)
    stage.jump(days=75, hours=1)
    left: list[int] = []
    for day in range(15, -2, -1):
        channels.check(stage.database, stage.worker.meta_app, "insta", now=stage.clock.now())
        notices.raise_due(stage.database, now=stage.clock.now())
        with stage.database.read() as session:
            told = session.scalars(select(Alert).where(Alert.kind == "notice.ends")).all()
        left += [day] * (len(told) - len(left))
        stage.jump(days=1)
    assert left == [14, 7, 3, 1, 0]
    line = line_of(stage, "insta")[C.DATA_ACCESS]
    assert (line.proof, line.code) == (P.REFUSED, "coverage.data_access.refused")


def test_blind_spots_are_worded() -> None:
    assert len(channels.BLIND_SPOTS) == 6
    assert set(channels.BLIND_SPOTS) <= catalogue().keys()
