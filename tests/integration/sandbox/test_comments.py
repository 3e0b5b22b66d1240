"""Comments on both platforms and private replies, as graph-api.md §6 says."""

from __future__ import annotations

import json

import pytest


@pytest.fixture
def post(api):
    return api.post()


@pytest.fixture
def media(api, site):
    return api.media(site.picture())


def texts(answer, name="message"):
    return [one[name] for one in answer["data"]]


# -- Facebook


def test_a_list_is_top_level_and_a_stream_is_everything(api, post):
    first = api.comment(post, "أول")
    api.jump(minutes=1)
    api.comment(post, "رد", reply_to=first)
    api.jump(minutes=1)
    api.comment(post, "ثاني")
    assert texts(api("GET", f"{post}/comments")) == ["أول", "ثاني"]
    assert texts(api("GET", f"{post}/comments", filter="stream")) == ["أول", "رد", "ثاني"]
    assert texts(api("GET", f"{post}/comments", order="reverse_chronological")) == ["ثاني", "أول"]
    assert texts(api("GET", f"{first}/comments")) == ["رد"]


def test_a_reply_carries_its_whole_parent(api, post):
    first = api.comment(post, "أول")
    reply = api.comment(post, "رد", reply_to=first)
    shown = api("GET", reply, fields="parent,object")
    assert (shown["parent"]["id"], shown["parent"]["message"]) == (first, "أول")
    assert shown["object"]["id"] == post


def test_a_person_s_token_sees_no_comments(api, server, post):
    api.comment(post)
    assert api("GET", f"{post}/comments", token=server.user_token)["data"] == []


def test_a_token_that_may_not_read_people_s_words_is_refused(api, server, post):
    api.desk("token", token=server.page_token, scopes=["pages_show_list", "pages_read_engagement"])
    assert api("GET", f"{post}/comments")["error"]["code"] == 10


def test_a_nameless_comment_has_no_from(api, post):
    assert "from" not in api("GET", api.comment(post, nameless=True), fields="from,message")


def test_a_sticker_is_an_attachment_without_words(api, post):
    shown = api("GET", api.comment(post, "", attachment="sticker"), fields="message,attachment")
    assert (shown["message"], shown["attachment"]["type"]) == ("", "sticker")


def test_counts_are_one_too_high_after_a_deletion_and_the_list_is_short(api, post):
    comments = [api.comment(post, str(number)) for number in range(3)]
    api.desk("comment", id=comments[0], delete=True)
    answer = api("GET", f"{post}/comments", limit="1", summary="true")
    assert (answer["data"], answer["summary"]["total_count"]) == ([], 3)
    assert "next" in answer["paging"]


def test_the_page_replies_to_a_comment(api, server, post):
    comment = api.comment(post)
    reply = api("POST", f"{comment}/comments", message="أهلا بك")["id"]
    shown = api("GET", reply, fields="from,parent,can_hide")
    assert (shown["from"]["id"], shown["parent"]["id"], shown["can_hide"]) == (server.page_id, comment, False)


def test_an_answer_to_a_reply_stands_under_the_first_comment(api, post):
    first = api.comment(post)
    reply = api.comment(post, reply_to=first)
    answer = api("POST", f"{reply}/comments", message="أهلا")["id"]
    assert api("GET", answer, fields="parent")["parent"]["id"] == first


def test_a_comment_is_hidden_and_shown_again(api, post):
    comment = api.comment(post)
    assert api("POST", comment, is_hidden="true")["success"]
    assert api("GET", comment, fields="is_hidden")["is_hidden"] is True
    api("POST", comment, is_hidden="false")
    assert api.state("comments")[0]["hidden"] is False


def test_the_page_s_own_comment_cannot_be_hidden(api, post):
    own = api("POST", f"{post}/comments", message="رابط التسجيل")["id"]
    answer = api("POST", own, is_hidden="true")
    assert (answer["http"], answer["error"]["code"]) == (403, 200)


def test_only_own_comments_can_be_edited(api, post):
    comment = api.comment(post, "كلامها")
    assert api("POST", comment, message="كلامنا")["error"]["code"] == 200
    assert api("GET", comment)["message"] == "كلامها"
    own = api("POST", f"{post}/comments", message="قبل")["id"]
    assert api("POST", own, message="بعد")["success"]


def test_a_person_s_token_cannot_moderate(api, server, post):
    assert api("POST", api.comment(post), is_hidden="true", token=server.user_token)["error"]["code"] == 1705


def test_deleting_a_comment_deletes_its_replies(api, post):
    first = api.comment(post)
    reply = api.comment(post, reply_to=first)
    api("DELETE", first)
    for gone in (first, reply):
        assert api("GET", gone)["error"]["error_subcode"] == 33
    assert api("DELETE", first)["error"]["error_subcode"] == 33


def test_comments_come_with_the_post_through_its_fields(api, post):
    api.comment(post, "أول")
    shown = api("GET", post, fields="comments.limit(0).summary(true),message")
    assert shown["comments"] == {"data": [], "summary": {"order": "ranked", "total_count": 1, "can_comment": True}}
    inner = api("GET", post, fields="comments.filter(stream){message,like_count}")["comments"]["data"][0]
    assert set(inner) == {"message", "like_count", "id"}


# -- Instagram


def test_instagram_lists_top_level_newest_first_and_fifty_at_most(api, media):
    first = api.comment(media, "0")
    api.comment(media, "رد", reply_to=first)
    for number in range(1, 60):
        api.jump(seconds=1)
        api.comment(media, str(number))
    answer = api("GET", f"{media}/comments", limit="100")
    assert texts(answer, "text") == [str(number) for number in range(59, 9, -1)]
    rest = api("GET", f"{media}/comments", limit="50", after=answer["paging"]["cursors"]["after"])
    assert len(rest["data"]) == 10
    assert "next" not in rest["paging"]


def test_instagram_has_no_filter_by_time(api, media):
    assert api("GET", f"{media}/comments", since="1")["error"]["code"] == 100


def test_replies_are_nested_and_name_their_parent(api, media):
    first = api.comment(media, "سؤال")
    reply = api("POST", f"{first}/replies", message="جواب")["id"]
    shown = api("GET", f"{media}/comments", fields="text,replies{text,parent_id,from}")["data"]
    assert shown[0]["replies"]["data"][0]["parent_id"] == first
    assert api("GET", f"{first}/replies")["data"][0]["id"] == reply


def test_only_visible_top_level_comments_take_a_reply(api, media):
    first = api.comment(media)
    reply = api("POST", f"{first}/replies", message="جواب")["id"]
    assert api("POST", f"{reply}/replies", message="ثاني")["error"]["code"] == 100
    api("POST", first, hide="true")
    assert api("POST", f"{first}/replies", message="ثالث")["error"]["code"] == 100


def test_hiding_the_own_comment_says_success_and_does_nothing(api, media):
    own = api("POST", f"{media}/comments", message="لنا")["id"]
    assert api("POST", own, hide="true")["success"]
    assert api("GET", own, fields="hidden")["hidden"] is False


def test_the_other_platform_s_verb_is_unknown(api, media, post):
    assert api("POST", api.comment(media), is_hidden="true")["error"]["code"] == 100
    assert api("POST", api.comment(post), hide="true")["error"]["code"] == 100


def test_instagram_comments_need_their_scope(api, server, media):
    api.desk("token", token=server.page_token, scopes=["instagram_basic", "pages_read_engagement"])
    assert api("GET", f"{media}/comments")["error"]["code"] == 10


def test_comments_can_be_switched_off(api, media):
    assert api("POST", media, comment_enabled="false")["success"]
    assert api("POST", f"{media}/comments", message="x")["error"]["code"] == 100


# -- private replies


def private(api, comment, sender, **more):
    message = json.dumps({"text": "نحن معك"})
    return api("POST", f"{sender}/messages", recipient=json.dumps({"comment_id": comment}), message=message, **more)


def test_a_private_reply_goes_out_once(api, server, post):
    comment = api.comment(post)
    assert api("GET", comment, fields="can_reply_privately")["can_reply_privately"] is True
    assert set(private(api, comment, server.page_id)) == {"recipient_id", "message_id", "http"}
    assert private(api, comment, server.page_id)["error"]["code"] == 10900
    assert api("GET", comment, fields="can_reply_privately")["can_reply_privately"] is False


def test_a_private_reply_is_refused_after_seven_days(api, server, post):
    comment = api.comment(post)
    api.jump(days=7, seconds=1)
    assert private(api, comment, server.page_id)["error"]["code"] == 10


def test_nobody_replies_privately_to_the_page_itself(api, server, post):
    own = api("POST", f"{post}/comments", message="لنا")["id"]
    assert private(api, own, server.page_id)["error"]["code"] == 10903


def test_instagram_says_it_with_subcodes(api, server, media):
    comment, late = api.comment(media), api.comment(media)
    assert "message_id" in private(api, comment, server.ig_id)
    assert private(api, comment, server.page_id)["error"]["error_subcode"] == 2534025
    api.jump(days=8)
    assert private(api, late, server.ig_id)["error"]["error_subcode"] == 2534022


def test_recipient_and_message_are_json(api, server, post):
    comment = api.comment(post)
    answer = api("POST", f"{server.page_id}/messages", recipient="comment_id", message='{"text":"x"}')
    assert answer["error"]["code"] == 100
    recipient = json.dumps({"comment_id": comment})
    assert api("POST", f"{server.page_id}/messages", recipient=recipient, message="x")["error"]["code"] == 100


def test_the_old_edge_for_private_replies_is_gone(api, post):
    assert api("POST", f"{api.comment(post)}/private_replies", message="x")["error"]["error_subcode"] == 33


def test_a_crowd_is_read_page_by_page_the_same_each_time_and_takes_what_is_done_to_it(api, server, post):
    api.jump(days=3)
    api.desk("crowd", post=post, comments=230)
    wanted = {"filter": "stream", "limit": 100, "fields": "id,message,created_time,from"}
    read, more = [], {}
    while more is not None:
        page = api("GET", f"{post}/comments", **wanted, **more)
        read += page["data"]
        more = {"after": page["paging"]["cursors"]["after"]} if "next" in page["paging"] else None
    assert len({one["id"] for one in read}) == 230
    assert [one["created_time"] for one in read] == sorted(one["created_time"] for one in read)
    assert api("GET", f"{post}/comments", summary="true", limit=0)["summary"]["total_count"] == 230
    backwards = api("GET", f"{post}/comments", order="reverse_chronological", limit=2)
    assert [one["id"] for one in backwards["data"]] == [read[-1]["id"], read[-2]["id"]]
    some = read[150]["id"]
    assert api("GET", some)["message"] == read[150]["message"]
    assert api("POST", some, is_hidden="true")["success"]
    assert api("GET", f"{post}/comments", **wanted, after=page["paging"]["cursors"]["before"])["data"]
    assert api("GET", some, fields="is_hidden")["is_hidden"]
    assert len(server.world.nodes) < 20, "nobody keeps what nobody touched"
