"""Who sees what, in which order, and how much of it."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from outreach import moderation
from outreach.errors import ConflictError, DeniedError, NotFoundError
from outreach.moderation import QueueFilter
from outreach.states import Role, Severity
from outreach.tables import AuditEvent, Comment
from tests.factories import make_user


def test_the_queue_is_worst_and_oldest_first_to_the_minute(room):
    order = ["spam", "help_seeking", "survivor_disclosure", "imminent_danger", "survivor_disclosure", "BREAK"]
    ids = []
    for text in order:
        ids.append(room.queued(text))
        room.later(minutes=3)
    assert room.ids(room.mod) == [ids[3], ids[2], ids[4], ids[5], ids[1], ids[0]]


def test_within_a_severity_what_passed_the_alert_threshold_comes_first(room):
    ids = []
    for text in ("self_harm", "survivor_disclosure", "imminent_danger!", "imminent_danger", "child_at_risk!"):
        ids.append(room.queued(text))
        room.later(minutes=70)
    assert room.ids(room.focal) == [ids[2], ids[4], ids[0], ids[3], ids[1]]


def test_what_nobody_could_score_stands_among_s1_by_age_once_half_its_time_is_gone(room):
    older = {room.queued("BREAK"), room.queued("survivor_disclosure")}
    room.later(hours=2)
    unscored, told, dangerous = room.queued("BREAK"), room.queued("survivor_disclosure"), room.queued("imminent_danger")
    ids = room.ids(room.mod)
    assert (ids[0], set(ids[1:3]), ids[3:]) == (dangerous, older, [told, unscored])


def test_a_damaged_row_costs_nobody_the_queue(room):
    damaged, sound = room.queued("spam"), room.queued("spam")
    broken = {"times_sealed": "k1:AAAA", "text_sealed": "k1:AAAA", "author_name_sealed": "k0:AAAA"}
    with room.database.write() as session:
        session.execute(update(Comment).where(Comment.id == damaged).values(**broken))
    assert set(room.ids(room.mod)) == {damaged, sound}
    assert not room.open(room.mod, damaged).author
    assert moderation.overview(room.database, room.mod, now=room.now, settings=room.settings).counts


def test_words_that_nothing_has_read_yet_are_hidden_too(room):
    edited, fresh = room.queued("spam"), room.arrive("هلا")
    room.edit(edited, "كلام جديد")
    for state, comment_id in (("pending", fresh), ("queued", edited)):
        (item,) = room.queue(room.mod, filter=QueueFilter(review_state=state)).items
        assert (item.id, item.veiled, item.text, item.author) == (comment_id, True, None, None)
        assert room.open(room.mod, comment_id).text is None


def test_lists_hide_words_and_names_of_s0_s1_and_of_what_nobody_scored(room):
    for text in ("imminent_danger", "survivor_disclosure", "BREAK"):
        room.queued(text)
    for item in room.queue(room.mod).items:
        assert (item.veiled, item.text, item.author) == (True, None, None)
        assert item.channel
        assert item.post


def test_lists_show_s2_and_s3_with_numbers_masked(room):
    room.queued("help_seeking رقمي 0770 000 0000 و٠٧٧٠٠٠٠٠٠٠٠ وعمري 23")
    (item,) = room.queue(room.mod).items
    assert item.text == "help_seeking رقمي •••• ••• •••• و••••••••••• وعمري 23"
    assert item.author


@pytest.mark.parametrize("flag", ["self_harm", "child_at_risk", "forced_marriage", "blackmail"])
def test_what_only_focal_points_see_does_not_exist_for_moderators(room, flag):
    comment_id = room.queued(flag)
    assert room.ids(room.mod) == []
    assert room.queue(room.mod).total == 0
    assert room.ids(room.focal) == [comment_id]
    with pytest.raises(NotFoundError):
        room.open(room.mod, comment_id)


def test_staff_misconduct_exists_for_the_psea_focal_point_alone(room):
    comment_id = room.queued("staff_misconduct imminent_danger!")
    for user in (room.mod, room.focal, room.lead, room.admin):
        assert room.ids(user) == []
        assert room.ids(user, filter=QueueFilter(flag="staff_misconduct")) == []
        seen = moderation.overview(room.database, user, now=room.now, settings=room.settings)
        assert (sum(count.total for count in seen.counts), seen.open_cases, seen.psea) == (0, 0, None)
        assert moderation.cases(room.database, user) == []
        for call in (room.open, room.claim, room.reveal):
            with pytest.raises(NotFoundError):
                call(user, comment_id)
        with pytest.raises(NotFoundError):
            room.decide(user, comment_id, "keep", "ordinary")
    assert room.ids(room.psea) == [comment_id]
    mine = moderation.overview(room.database, room.psea, now=room.now, settings=room.settings)
    assert (sum(count.total for count in mine.counts), mine.psea) == (0, 1)


def test_the_psea_focal_point_sees_nothing_else(room):
    for text in ("imminent_danger", "spam", "self_harm"):
        room.queued(text)
    assert room.ids(room.psea) == []


def test_the_audit_log_shows_events_of_hidden_comments_to_nobody_else(room):
    hidden, shared = room.queued("staff_misconduct"), room.queued("spam")
    room.claim(room.psea, hidden)
    room.claim(room.mod, shared)
    subjects = {entry.subject for entry in moderation.audit_log(room.database, room.focal)}
    assert (hidden in subjects, shared in subjects) == (False, True)
    assert hidden in {entry.subject for entry in moderation.audit_log(room.database, room.psea)}
    assert {hidden, shared} & {entry.subject for entry in moderation.audit_log(room.database, room.admin)} == set()


def test_moderators_may_not_read_the_audit_log(room):
    with pytest.raises(DeniedError):
        moderation.audit_log(room.database, room.mod)


def test_a_thread_leaves_out_what_its_reader_may_not_see_and_veils_the_rest(room):
    top = room.queued("help_seeking")
    room.queued("staff_misconduct", parent_id=top)
    room.queued("survivor_disclosure", parent_id=top)
    room.queued("هلا", parent_id=top)
    room.arrive("imminent_danger", parent_id=top)  # not classified yet: may be anything
    texts = [neighbour.text for neighbour in room.open(room.mod, top).thread]
    assert sorted(texts, key=str) == [None, None, "هلا"]


def test_filters_narrow_the_queue(room):
    spam, abuse = room.queued("spam"), room.queued("abuse")
    assert room.ids(room.mod, filter=QueueFilter(flag="spam")) == [spam]
    assert room.ids(room.mod, filter=QueueFilter(severity=Severity.S1)) == []
    assert room.ids(room.mod, filter=QueueFilter(channel_id=room.row(abuse).channel_id)) == [abuse]
    room.claim(room.mod, abuse)
    assert room.ids(room.mod, filter=QueueFilter(held_by_me=True)) == [abuse]
    assert room.ids(room.other, filter=QueueFilter(held_by_me=True)) == []


def test_decided_items_are_listed_newest_first(room):
    first, second = room.queued("spam"), room.queued("spam")
    room.decide(room.mod, first, "keep", "ordinary")
    room.later(minutes=1)
    room.decide(room.mod, second, "keep", "ordinary")
    assert room.ids(room.mod, filter=QueueFilter(review_state="decided")) == [second, first]
    assert room.ids(room.mod) == []


def test_the_overview_counts_by_severity_with_the_oldest_age_and_what_is_overdue(room):
    start = room.now
    room.queued("survivor_disclosure")
    room.later(minutes=30)
    room.queued("third_party_disclosure")
    room.later(minutes=45)
    seen = moderation.overview(room.database, room.mod, now=room.now, settings=room.settings)
    (count,) = [count for count in seen.counts if count.severity == Severity.S1]
    assert (count.total, count.overdue, count.oldest_seen_at) == (2, 1, start)


def test_due_times_follow_the_office_hours(room):
    day = room.queued("survivor_disclosure")
    assert room.open(room.mod, day).item.due_at - room.now == _minutes(60)
    room.later(hours=12)  # 00:00 in Basra
    night = room.queued("survivor_disclosure")
    assert room.open(room.mod, night).item.due_at - room.now == _minutes(720)


def test_two_claim_at_once_and_the_second_is_told_who_holds_it(room):
    comment_id = room.queued("survivor_disclosure")
    room.claim(room.mod, comment_id)
    with pytest.raises(ConflictError) as refused:
        room.claim(room.other, comment_id)
    assert (refused.value.code, refused.value.params["holder"]) == ("review.held", "Zainab")
    assert room.queue(room.other).items[0].holder.name == "Zainab"


def test_a_claim_runs_out_and_can_be_renewed_and_released(room):
    comment_id = room.queued("spam")
    room.claim(room.mod, comment_id)
    room.later(minutes=9)
    room.claim(room.mod, comment_id)
    room.later(minutes=9)
    with pytest.raises(ConflictError):
        room.claim(room.other, comment_id)
    room.later(minutes=2)
    room.claim(room.other, comment_id)
    assert not moderation.release(room.database, room.mod, comment_id, now=room.now)
    assert moderation.release(room.database, room.other, comment_id, now=room.now)
    assert room.open(room.mod, comment_id).item.holder is None


def test_words_of_s1_are_shown_to_who_claimed_it_and_every_look_is_written_down(room):
    comment_id = room.queued("survivor_disclosure 0770 000 0000")
    view = room.open(room.mod, comment_id)
    assert (view.text, view.author, view.permalink, view.seen_text_key, view.spans) == (None, None, None, None, {})
    with pytest.raises(ConflictError):
        room.reveal(room.mod, comment_id)
    room.claim(room.mod, comment_id)
    with pytest.raises(ConflictError):
        room.reveal(room.other, comment_id)
    view = room.reveal(room.mod, comment_id)
    assert (view.text, bool(view.author), view.revealed) == ("survivor_disclosure 0770 000 0000", True, True)
    assert view.spans == {"survivor_disclosure": ((0, 19),)}
    room.reveal(room.mod, comment_id)
    looks = [row for row in room.rows(AuditEvent) if row.event == "comment.revealed"]
    assert [(row.user_id, row.subject) for row in looks] == [(room.mod.id, comment_id)] * 2


def test_a_lead_and_an_admin_see_no_comment(room):
    comment_id = room.queued("spam")
    for user in (room.lead, room.admin):
        assert room.ids(user) == []
        with pytest.raises(NotFoundError):
            room.open(user, comment_id)


def test_a_prediction_is_shown_in_words_with_the_number_beside(room):
    view = room.open(room.mod, room.queued("spam"))
    (flag,) = view.item.flags
    assert (flag.word, flag.score, view.item.sentiment) == ("very_likely", 0.95, "negative")
    assert view.prediction.probabilities[0].flag == "spam"
    assert len(view.prediction.probabilities) == 15


def test_a_user_with_two_roles_sees_both_routes(room):
    comment_ids = {room.queued("staff_misconduct"), room.queued("self_harm"), room.queued("spam")}
    with room.database.write() as session:
        both = make_user(session, Role.FOCAL_POINT, Role.PSEA_FOCAL_POINT)
    assert set(room.ids(both)) == comment_ids


def test_pages_hold_fifty_and_the_last_is_never_passed(room):
    for _ in range(52):
        room.arrive("spam")
    room.classify()
    first, second = room.queue(room.mod), room.queue(room.mod, page=99)
    assert (len(first.items), first.total, first.pages) == (50, 52, 2)
    assert (len(second.items), second.page) == (2, 2)


def _minutes(count: int):
    from datetime import timedelta

    return timedelta(minutes=count)
