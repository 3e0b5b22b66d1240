"""Both kinds of channel against the sandbox, over HTTP: publish, find, read, moderate, measure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from outreach.clock import SteppedClock
from outreach.errors import InvalidError, MetaError
from outreach.meta.metrics import Subject, calls
from outreach.meta.protocol import Content, Presence, Readiness, Step
from outreach.meta.usage import Usage
from outreach.sandbox.objects import Attention
from outreach.states import ChannelKind

TEXT = "حملة الأمان تبدأ اليوم. كلنا مع بعض."
LONG_AGO = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture(params=list(ChannelKind))
def channel(request, meta):
    return meta.open(request.param)


def post_on(meta, channel, text=TEXT):
    return meta.publish(channel, Content(text, media=meta.media()))


# -- publishing on Facebook


@pytest.mark.parametrize(
    ("link", "count", "steps"),
    [
        (None, 0, ["post"]),
        ("https://example.org/help", 0, ["post"]),
        (None, 1, ["photo-0", "post"]),
        (None, 3, ["photo-0", "photo-1", "photo-2", "post"]),
    ],
)
def test_a_page_post_is_invisible_until_it_is_released(meta, link, count, steps):
    page, content = meta.page, Content(TEXT, link=link, media=meta.media("0.jpg", "1.jpg", "2.jpg")[:count])
    parts = meta.prepare(page, content)
    assert list(parts) == steps
    assert page.recent_posts(LONG_AGO) == ()
    assert page.readiness(parts) is Readiness.READY
    released = page.release(parts)
    assert released.remote_id == parts["post"]
    assert released.permalink
    assert [(post.id, post.text) for post in page.recent_posts(LONG_AGO)] == [(parts["post"], TEXT)]


def test_photos_keep_their_order_and_their_alternative_text(meta):
    page = meta.page
    parts = meta.prepare(page, Content(TEXT, media=meta.media("2.jpg", "0.jpg")))
    world = meta.server.world
    assert world.find(parts["post"]).photo_ids == (parts["photo-0"], parts["photo-1"])
    assert world.find(parts["photo-0"]).alt == "وصف 2.jpg"


def test_beside_photos_a_link_joins_the_words(meta):
    page, link = meta.page, "https://example.org/help"
    meta.publish(page, Content(TEXT, link=link, media=meta.media()))
    assert page.recent_posts(LONG_AGO)[0].text == f"{TEXT}\n\n{link}"


def test_releasing_a_page_post_twice_makes_no_second_one(meta):
    page = meta.page
    parts = meta.prepare(page, Content(TEXT))
    assert page.release(parts) == page.release(parts)
    assert len(page.recent_posts(LONG_AGO)) == 1


def test_a_released_post_is_a_success_although_its_address_cannot_be_read(meta):
    page = meta.page
    parts = meta.prepare(page, Content(TEXT))
    meta.fault("error", code=100, match={"method": "GET"})
    assert page.release(parts).permalink is None


def test_a_photo_that_is_missing_on_our_side_is_permanent(meta, tmp_path):
    medium = meta.media()[0]
    gone = type(medium)(tmp_path / "none.jpg", medium.url)
    with pytest.raises(MetaError) as caught:
        meta.page.make(Step("photo-0"), Content(TEXT, media=(gone,)), {})
    assert (caught.value.code, caught.value.permanent) == ("meta.media_missing", True)


def test_uploads_that_have_vanished_ask_for_new_ones(meta):
    content = Content(TEXT, media=meta.media())
    parts = {"photo-0": "999999999999"}
    with pytest.raises(MetaError) as caught:
        meta.page.make(Step("post"), content, parts)
    assert (caught.value.code, caught.value.permanent, caught.value.maybe_done) == ("meta.expired", False, False)


def test_a_prepared_page_post_that_is_gone_is_made_again(meta):
    page = meta.page
    parts = meta.prepare(page, Content(TEXT))
    page.discard(parts)
    assert page.readiness(parts) is Readiness.REMAKE


def test_discarding_takes_the_post_and_its_photos_away(meta):
    page = meta.page
    parts = meta.prepare(page, Content(TEXT, media=meta.media("0.jpg", "1.jpg")))
    page.discard(parts)
    assert [meta.server.world.find(part) for part in parts.values()] == [None] * 3
    page.discard(parts)


def test_discarding_never_deletes_what_is_out(meta):
    page = meta.page
    parts = meta.prepare(page, Content(TEXT))
    page.release(parts)
    with pytest.raises(MetaError) as caught:
        page.discard(parts)
    assert caught.value.code == "meta.already_published"
    assert len(page.recent_posts(LONG_AGO)) == 1


# -- publishing on Instagram


@pytest.mark.parametrize(
    ("names", "steps"),
    [(["0.jpg"], ["container"]), (["0.jpg", "1.jpg", "2.jpg"], ["child-0", "child-1", "child-2", "container"])],
)
def test_an_instagram_post_is_invisible_until_it_is_released(meta, names, steps):
    account, content = meta.instagram, Content(TEXT, media=meta.media(*names))
    parts = meta.prepare(account, content)
    assert list(parts) == steps
    assert account.readiness(parts) is Readiness.READY
    assert account.recent_posts(LONG_AGO) == ()
    released = account.release(parts)
    assert released.permalink
    assert [(post.id, post.text) for post in account.recent_posts(LONG_AGO)] == [(released.remote_id, TEXT)]


def test_a_container_is_waited_for_and_not_released_early(meta):
    meta.desk("switches", container_seconds=60.0)
    account = meta.instagram
    parts = meta.prepare(account, Content(TEXT, media=meta.media()))
    assert account.readiness(parts) is Readiness.WAIT
    with pytest.raises(MetaError) as caught:
        account.release(parts)
    assert (caught.value.code, caught.value.permanent, caught.value.maybe_done) == ("meta.not_ready", False, False)
    meta.desk("clock", to=(meta.start + timedelta(minutes=2)).isoformat())
    assert account.readiness(parts) is Readiness.READY


def test_an_expired_container_is_made_again(meta):
    account = meta.instagram
    parts = meta.prepare(account, Content(TEXT, media=meta.media()))
    meta.desk("clock", to=(meta.start + timedelta(hours=25)).isoformat())
    assert account.readiness(parts) is Readiness.REMAKE
    assert account.find(parts, Content(TEXT), LONG_AGO).presence is Presence.ABSENT


def test_a_refused_container_is_permanent_with_meta_s_reason(meta):
    meta.fault("container_error", subcode=2207026)
    account = meta.instagram
    parts = meta.prepare(account, Content(TEXT, media=meta.media()))
    with pytest.raises(MetaError) as caught:
        account.readiness(parts)
    assert (caught.value.code, caught.value.permanent, caught.value.subcode) == ("meta.media_refused", True, 2207026)


@pytest.mark.parametrize(
    ("name", "code", "permanent"),
    [("not-a.jpg", "meta.media_refused", True), ("absent.jpg", "meta.media_unreachable", False)],
)
def test_what_instagram_cannot_take_or_fetch_is_told_apart(meta, name, code, permanent):
    with pytest.raises(MetaError) as caught:
        meta.prepare(meta.instagram, Content(TEXT, media=meta.media(name)))
    assert (caught.value.code, caught.value.permanent) == (code, permanent)


def test_instagram_takes_no_post_without_an_image(meta):
    with pytest.raises(MetaError) as caught:
        meta.prepare(meta.instagram, Content(TEXT))
    assert (caught.value.code, caught.value.permanent) == ("meta.media_missing", True)
    assert meta.calls == []


def test_a_container_that_is_out_is_not_published_again(meta):
    account = meta.instagram
    parts = meta.prepare(account, Content(TEXT, media=meta.media()))
    account.release(parts)
    with pytest.raises(MetaError) as caught:
        account.release(parts)
    assert (caught.value.code, caught.value.maybe_done) == ("meta.already_published", True)
    assert len(account.recent_posts(LONG_AGO)) == 1


def test_a_publication_that_overtakes_ours_does_not_look_like_a_failure(meta):
    """The status was read as FINISHED, then an earlier call whose answer was lost went through at Meta."""
    account = meta.instagram
    parts = meta.prepare(account, Content(TEXT, media=meta.media()))
    read_status = account._status
    account._status = lambda container: (read_status(container), meta.instagram.release(parts))[0]
    with pytest.raises(MetaError) as caught:
        account.release(parts)
    assert (caught.value.code, caught.value.maybe_done) == ("meta.already_published", True)


def test_a_full_quota_is_no_permanent_refusal(meta):
    account = meta.instagram
    parts = meta.prepare(account, Content(TEXT, media=meta.media()))
    meta.fault("quota_full")
    with pytest.raises(MetaError) as caught:
        account.release(parts)
    assert (caught.value.code, caught.value.permanent, caught.value.maybe_done) == ("meta.quota", False, False)


# -- exactly once


@pytest.mark.parametrize("fault", ["reset_after", "500_after", "400_after"])
def test_a_release_whose_answer_is_lost_is_found_to_be_out(meta, channel, fault):
    content = Content(TEXT, media=meta.media())
    parts = meta.prepare(channel, content)
    meta.fault(fault, match={"method": "POST"})
    with pytest.raises(MetaError) as caught:
        channel.release(parts)
    assert caught.value.maybe_done
    finding = channel.find(parts, content, LONG_AGO)
    assert finding.presence is Presence.PUBLISHED
    assert finding.released.remote_id == channel.recent_posts(LONG_AGO)[0].id
    assert len(channel.recent_posts(LONG_AGO)) == 1


@pytest.mark.parametrize("fault", ["reset_before", "html500"])
def test_a_release_that_never_happened_is_found_to_be_absent_and_can_be_repeated(meta, channel, fault):
    content = Content(TEXT, media=meta.media())
    parts = meta.prepare(channel, content)
    meta.fault(fault, match={"method": "POST"})
    with pytest.raises(MetaError) as caught:
        channel.release(parts)
    assert caught.value.maybe_done
    assert channel.find(parts, content, LONG_AGO).presence is Presence.ABSENT
    channel.release(parts)
    assert len(channel.recent_posts(LONG_AGO)) == 1


def test_a_post_is_found_by_its_words_when_its_parts_are_lost(meta, channel):
    posted = post_on(meta, channel)
    finding = channel.find({}, Content(f"  {TEXT.replace(' ', '  ')}\n"), LONG_AGO)
    assert (finding.presence, finding.released.remote_id) == (Presence.PUBLISHED, posted)


def test_other_words_or_an_older_post_are_not_taken_for_it(meta, channel):
    post_on(meta, channel)
    assert channel.find({}, Content("منشور آخر"), LONG_AGO).presence is Presence.ABSENT
    assert channel.find({}, Content(TEXT), meta.start + timedelta(hours=1)).presence is Presence.ABSENT


def test_a_page_post_that_was_taken_down_is_left_to_a_person(meta):
    page = meta.page
    parts = meta.prepare(page, Content(TEXT))
    page.retract(page.release(parts).remote_id)
    assert page.find(parts, Content(TEXT), LONG_AGO).presence is Presence.UNCLEAR


def test_a_post_is_retracted(meta, channel):
    channel.retract(post_on(meta, channel))
    assert channel.recent_posts(LONG_AGO) == ()


def test_recent_posts_come_newest_first_over_many_pages(meta):
    page = meta.page
    for number in range(3):
        meta.desk("clock", to=(meta.start + timedelta(minutes=number)).isoformat())
        meta.publish(page, Content(f"{TEXT} {number}"))
    assert [post.text[-1] for post in page.recent_posts(meta.start + timedelta(minutes=1))] == ["2", "1"]


# -- figures


@pytest.fixture
def audience(meta):
    """Five hundred people who see and three who react, without a word."""
    world = meta.server.world

    def look(item):
        reactions = [(world.now() + timedelta(hours=hour), "LOVE") for hour in (1, 2, 3)]
        item.attention = Attention(world.now(), 500, timedelta(hours=6), reactions)

    world.on_visible.append(look)
    yield
    world.on_visible.remove(look)


def metrics(found):
    return {(metric.name, metric.period): metric for metric in found}


def test_a_page_post_has_figures_and_missing_ones_are_none(audience, meta):
    page = meta.page
    posted = meta.publish(page, Content(TEXT))
    meta.desk("clock", to=(meta.start + timedelta(days=2)).isoformat())
    found = metrics(page.post_insights(posted))
    assert found["post_media_view", "lifetime"].value > 0
    assert found["post_total_media_view_unique", "lifetime"].unique
    assert not found["post_media_view", "lifetime"].unique
    reactions = found["post_reactions_by_type_total", "lifetime"]
    assert (reactions.value, reactions.breakdown, found["reactions", "lifetime"].value) == (3, {"love": 3}, 3)
    assert found["comments", "lifetime"].value == 0


def test_an_instagram_post_has_figures(audience, meta):
    account = meta.instagram
    posted = post_on(meta, account)
    meta.desk("clock", to=(meta.start + timedelta(days=2)).isoformat())
    found = metrics(account.post_insights(posted))
    assert found["reach", "lifetime"].unique
    assert 0 < found["reach", "lifetime"].value <= found["views", "lifetime"].value
    assert found["reposts", "lifetime"].value is not None


def test_figures_that_meta_withholds_are_none_and_never_zero(meta, channel):
    posted = post_on(meta, channel)
    meta.fault("no_read_insights", times=None)
    found = [
        metric for metric in channel.post_insights(posted) if metric.name not in ("comments", "reactions", "shares")
    ]
    assert {metric.value for metric in found} == {None}
    assert len(found) >= 5


def test_one_refused_metric_cannot_empty_the_others(audience, meta, channel):
    posted = post_on(meta, channel)
    whole = channel.post_insights(posted)
    meta.fault("error", code=100, match={"path_regex": "/insights"}, times=2)  # the group, then its first metric
    found = channel.post_insights(posted)
    assert [metric.name for metric in found] == [metric.name for metric in whole]
    lost = {old.name for old, new in zip(whole, found, strict=True) if old.value is not None and new.value is None}
    assert len(lost) == 1


def test_a_dead_token_is_an_error_and_not_a_missing_figure(meta, channel):
    posted = post_on(meta, channel)
    meta.fault("token_event", subcode=460, match={"path_regex": "/insights"})
    with pytest.raises(MetaError) as caught:
        channel.post_insights(posted)
    assert caught.value.code == "meta.token_dead"


def test_a_page_s_days_end_at_midnight_in_california_and_the_endless_next_is_not_followed(meta):
    page = meta.page
    meta.publish(page, Content(TEXT))
    meta.desk("clock", to=(meta.start + timedelta(days=9)).isoformat())
    found = page.account_insights(meta.start, meta.start + timedelta(days=8))
    days = [metric for metric in found if (metric.name, metric.period) == ("page_media_view", "day")]
    assert {metric.end.hour for metric in days} == {8}
    assert len(days) == 8
    weeks = [metric for metric in found if (metric.name, metric.period) == ("page_total_media_view_unique", "week")]
    assert weeks
    assert all(metric.unique for metric in weeks)
    assert metrics(found)["followers_count", "lifetime"].value == 4200
    groups = [*calls(Subject.PAGE), *calls(Subject.PAGE_WEEK)]
    assert sum("insights" in path for _, path, _ in meta.calls) == len(groups)


@pytest.mark.parametrize(("days", "label"), [(1, "day"), (7, "range")])
def test_an_account_s_figures_are_totals_over_the_span(audience, meta, days, label):
    account = meta.instagram
    post_on(meta, account)
    meta.desk("clock", to=(meta.start + timedelta(days=9)).isoformat())
    until = meta.start + timedelta(days=days)
    found = metrics(account.account_insights(meta.start, until))
    reach = found["reach", label]
    assert reach.value > 0
    assert (reach.unique, reach.end) == (True, until)
    assert found["follows_and_unfollows/follow_type", label].breakdown
    assert found["followers_count", "lifetime"].value == 2601  # one followed from the post


@pytest.mark.parametrize("days", [-1, 0, 91])
def test_a_span_that_meta_would_refuse_is_not_asked_for(meta, channel, days):
    with pytest.raises(InvalidError):
        channel.account_insights(meta.start, meta.start + timedelta(days=days))
    assert meta.calls == []


# -- limits


def test_the_usage_headers_of_the_sandbox_reach_the_limiter(meta):
    clock = SteppedClock(meta.start)
    usage = Usage(clock)
    page = meta.open(ChannelKind.FACEBOOK_PAGE, on_response=usage.on_response)
    meta.desk("switches", page_calls=10, usage_after=0)
    for _ in range(9):
        page.recent_posts(LONG_AGO)
    assert usage.slow(clock.now())
    assert not usage.may_call(clock.now())
    assert usage.may_call(clock.now(), urgent=True)
    page.recent_posts(LONG_AGO)
    assert not usage.may_call(clock.now(), urgent=True)
    with pytest.raises(MetaError) as caught:
        page.recent_posts(LONG_AGO)
    assert (caught.value.code, caught.value.permanent) == ("meta.throttled", False)
