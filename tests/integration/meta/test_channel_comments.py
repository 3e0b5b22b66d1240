"""Comments of a Page and an account: read, hidden, shown, answered; against the sandbox."""

from __future__ import annotations

from datetime import timedelta

import pytest

from outreach.errors import MetaError
from outreach.meta.protocol import Content
from tests.integration.meta.test_channels import LONG_AGO, TEXT, channel, post_on

__all__ = ["channel"]  # fixtures


def test_every_comment_and_reply_is_read_over_many_pages(meta, channel):
    posted = post_on(meta, channel)
    tops = [meta.comment(posted, f"تعليق {number}") for number in range(130)]
    replies = [meta.comment(posted, f"رد {number}", reply_to=tops[0]) for number in range(60)]
    own = channel.reply(tops[1], "شكراً")
    found = {comment.id: comment for comment in channel.comments(posted)}
    assert set(found) == {*tops, *replies, own}
    assert {found[reply].parent_id for reply in replies} == {tops[0]}
    assert found[own].parent_id == tops[1]
    assert {found[top].parent_id for top in tops} == {None}


def test_a_comment_is_read_with_its_words_its_time_and_its_author(meta, channel):
    posted = post_on(meta, channel)
    comment_id = meta.comment(posted, "وين أقرب مركز؟", author="زهراء", author_id="5500")
    comment = channel.comment(comment_id)
    assert (comment.text, comment.created_at, comment.author_id) == ("وين أقرب مركز؟", meta.start, "5500")
    assert (comment.hidden, comment.own, comment.has_attachment) == (False, False, False)
    assert comment in list(channel.comments(posted))


def test_single_photos_of_a_post_have_threads_of_their_own(meta):
    page = meta.page
    posted = meta.publish(page, Content(TEXT, media=meta.media("0.jpg", "1.jpg", "2.jpg")))
    (post,) = page.newest_posts()
    assert (post.id, len(post.photos)) == (posted, 3)
    said = [meta.comment(under, f"تحت {number}") for number, under in enumerate((posted, *post.photos))]
    answer = meta.comment(post.photos[1], "جواب", reply_to=said[2])
    pages = list(page.comment_pages(posted, photos=post.photos))
    found = {comment.id: comment for each in pages for comment in each.comments}
    assert {key: comment.photo for key, comment in found.items()} == {
        said[0]: None, said[1]: 1, said[2]: 2, answer: 2, said[3]: 3,
    }  # fmt: skip
    assert found[answer].parent_id == said[2]
    rest = [
        c.id for each in page.comment_pages(posted, photos=post.photos, start=pages[1].position) for c in each.comments
    ]
    assert rest == [said[2], answer, said[3]]
    assert page.post(posted).photos == post.photos


def test_the_single_photo_of_a_post_shares_its_thread(meta):
    page = meta.page
    posted = meta.publish(page, Content(TEXT, media=meta.media()))
    (post,) = page.newest_posts()
    assert post.photos == ()
    photo = meta.server.world.find(posted).photo_ids[0]
    comment = meta.comment(photo, "كلام")
    assert [each.id for each in page.comments(posted)] == [comment]


def test_reading_goes_on_from_a_position(meta, channel):
    posted = post_on(meta, channel)
    said = {meta.comment(posted, f"تعليق {number}") for number in range(120)}
    pages = channel.comment_pages(posted)
    first = next(pages)
    rest = list(channel.comment_pages(posted, start=first.position))
    assert rest[-1].position is None
    ids = [comment.id for page in (first, *rest) for comment in page.comments]
    assert len(ids) == len(set(ids)) == 120
    assert set(ids) == said


def test_one_call_tells_the_newest_posts_with_their_counts_of_all_levels(meta, channel):
    posted = post_on(meta, channel)
    first = meta.comment(posted, "سؤال")
    meta.comment(posted, "جواب", reply_to=first)
    meta.calls.clear()
    assert [(post.id, post.comment_count) for post in channel.newest_posts()] == [(posted, 2)]
    assert len(meta.calls) == 1


def test_a_comment_without_an_author_is_read_all_the_same(meta, channel):
    posted = post_on(meta, channel)
    meta.comment(posted, "ساعدوني", nameless=True)
    (comment,) = channel.comments(posted)
    assert (comment.text, comment.author_id, comment.own) == ("ساعدوني", None, False)


def test_a_sticker_is_a_comment_with_an_attachment(meta):
    page = meta.page
    posted = meta.publish(page, Content(TEXT))
    meta.comment(posted, "", attachment="sticker")
    (comment,) = page.comments(posted)
    assert (comment.text, comment.has_attachment) == ("", True)


def test_our_own_comments_are_marked(meta, channel):
    posted = post_on(meta, channel)
    first = channel.add_comment(posted, "للتواصل معنا راسلونا")
    (comment,) = channel.comments(posted)
    assert (comment.id, comment.own) == (first, True)


def test_a_deleted_comment_reads_as_none(meta, channel):
    posted = post_on(meta, channel)
    comment_id = meta.comment(posted, "تعليق")
    channel.delete(comment_id)
    assert channel.comment(comment_id) is None
    assert list(channel.comments(posted)) == []


def test_another_refusal_of_a_comment_does_not_read_as_gone(meta, channel):
    posted = post_on(meta, channel)
    comment_id = meta.comment(posted, "تعليق")
    meta.fault("token_event", subcode=463)
    with pytest.raises(MetaError) as caught:
        channel.comment(comment_id)
    assert caught.value.code == "meta.token_dead"


def test_hiding_and_showing_again(meta, channel):
    posted = post_on(meta, channel)
    comment_id = meta.comment(posted, "تعليق")
    channel.hide(comment_id)
    assert channel.comment(comment_id).hidden
    channel.unhide(comment_id)
    assert not channel.comment(comment_id).hidden


def test_a_private_reply_goes_out_once(meta, channel):
    posted = post_on(meta, channel)
    comment_id = meta.comment(posted, "أحتاج مساعدة")
    assert channel.private_reply(comment_id, "نحن هنا لمساعدتك")
    with pytest.raises(MetaError) as caught:
        channel.private_reply(comment_id, "نحن هنا لمساعدتك")
    assert (caught.value.code, caught.value.permanent) == ("meta.already_replied", True)


def test_a_private_reply_after_seven_days_is_refused_for_good(meta, channel):
    posted = post_on(meta, channel)
    comment_id = meta.comment(posted, "أحتاج مساعدة")
    meta.desk("clock", to=(meta.start + timedelta(days=8)).isoformat())
    with pytest.raises(MetaError) as caught:
        channel.private_reply(comment_id, "نحن هنا")
    assert (caught.value.code, caught.value.permanent) == ("meta.window_closed", True)


@pytest.mark.parametrize("bad", [{"id": "1"}, {}, {"id": "1", "created_time": "soon", "timestamp": "soon"}])
def test_a_comment_that_cannot_be_read_does_not_hide_the_others(meta, channel, monkeypatch, bad):
    posted = post_on(meta, channel)
    known = {meta.comment(posted, f"تعليق {number}") for number in range(3)}
    everything = channel._graph.get_all_connections
    monkeypatch.setattr(channel._graph, "get_all_connections", lambda *a, **k: iter([bad, *everything(*a, **k)]))
    assert {comment.id for comment in channel.comments(posted)} == known


def test_a_post_that_cannot_be_read_is_never_taken_for_absent(meta, channel, monkeypatch):
    monkeypatch.setattr(channel._graph, "get_all_connections", lambda *_, **__: iter([{"id": "1"}]))
    with pytest.raises(MetaError) as caught:
        channel.find({}, Content(TEXT), LONG_AGO)
    assert caught.value.code == "meta.unreadable"


def test_a_comment_that_cannot_be_hidden_is_no_matter_of_permissions(meta):
    page = meta.page
    own = page.add_comment(meta.publish(page, Content(TEXT)), "للتواصل")
    with pytest.raises(MetaError) as caught:
        page.hide(own)
    assert (caught.value.code, caught.value.permanent) == ("meta.cannot_hide", True)
