from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import asdict
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.errors import DeniedError, InvalidError
from outreach.meta.webhooks import WebhookEvent, challenge, parse, verify, without_messages

SECRETS = ("made-up-secret", "made-up-instagram-secret")
ARABIC = rb'{"object":"page","entry":[],"x":"\u0645\u0633\u0627\u0639\u062f\u0629 https:\/\/example.org"}'


def sign(raw, secret=SECRETS[0]):
    return "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()


def page(value, *, field="feed", **entry):
    body = {
        "object": "page",
        "entry": [{"id": "100", "time": 1520544816, "changes": [{"field": field, "value": value}], **entry}],
    }
    return json.dumps(body).encode()


def comment(**changes):
    value = {
        "item": "comment",
        "verb": "add",
        "comment_id": "200_5",
        "post_id": "100_200",
        "parent_id": "100_200",
        "from": {"id": "7", "name": "canary name"},
        "message": "canary text",
        "created_time": 1520544814,
    }
    value.update(changes)
    return {name: part for name, part in value.items() if part is not None}


INSTAGRAM_VALUE = {
    "id": "17900",
    "text": "canary text",
    "from": {"id": "8", "username": "canary"},
    "media": {"id": "18000"},
}


@pytest.mark.parametrize("secret", SECRETS)
def test_a_body_signed_with_any_of_our_secrets_is_accepted_as_it_came(secret):
    assert verify(ARABIC, sign(ARABIC, secret), SECRETS)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "sha256=",
        sign(ARABIC, "another"),
        sign(ARABIC + b" "),
        sign(ARABIC).upper(),
        sign(ARABIC)[7:],
        "sha1=00",
        "é" * 71,
    ],
)
def test_any_other_signature_is_refused(header):
    assert not verify(ARABIC, header, SECRETS)


def test_without_a_secret_nothing_is_accepted():
    assert not verify(ARABIC, sign(ARABIC, ""), ("",))
    assert not verify(ARABIC, sign(ARABIC), ())


def test_a_body_that_was_parsed_and_written_again_is_refused():
    assert not verify(json.dumps(json.loads(ARABIC), ensure_ascii=False).encode(), sign(ARABIC), SECRETS)


@given(st.binary(), st.text())
def test_no_header_can_break_the_check(raw, header):
    assert verify(raw, header, SECRETS) == (header in [sign(raw, secret) for secret in SECRETS])


HANDSHAKE = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": "ours"}


def test_the_handshake_is_answered_with_the_bare_challenge():
    assert challenge(HANDSHAKE, "ours") == "1158201444"


@pytest.mark.parametrize(
    ("changes", "token"), [({"hub.verify_token": "theirs"}, "ours"), ({}, "other"), ({"hub.verify_token": ""}, "")]
)
def test_a_handshake_with_a_wrong_token_is_denied(changes, token):
    with pytest.raises(DeniedError):
        challenge({**HANDSHAKE, **changes}, token)


@pytest.mark.parametrize("changes", [{"hub.mode": "unsubscribe"}, {"hub.challenge": ""}, {"hub.challenge": "<script>"}])
def test_a_handshake_that_is_none_is_invalid(changes):
    with pytest.raises(InvalidError):
        challenge({**HANDSHAKE, **changes}, "ours")


def test_a_page_comment_becomes_an_event():
    assert parse(page(comment())) == (
        WebhookEvent(
            object="page",
            channel_id="100",
            verb="add",
            comment_id="200_5",
            post_id="100_200",
            created_at=datetime(2018, 3, 8, 21, 33, 34, tzinfo=UTC),
        ),
    )


@pytest.mark.parametrize("verb", ["add", "edited", "remove", "hide", "unhide"])
def test_every_verb_is_kept(verb):
    assert parse(page(comment(verb=verb)))[0].verb == verb


@pytest.mark.parametrize("missing", ["from", "message", "parent_id", "post_id", "created_time", "verb"])
def test_no_key_beside_the_comment_id_has_to_be_there(missing):
    (event,) = parse(page(comment(**{missing: None})))
    assert event.comment_id == "200_5"


def test_the_time_of_the_entry_stands_in_for_a_missing_one():
    assert parse(page(comment(created_time=None)))[0].created_at == datetime(2018, 3, 8, 21, 33, 36, tzinfo=UTC)


@pytest.mark.parametrize(("parent", "kept"), [("100_200", None), ("200", None), ("200_4", "200_4")])
def test_only_a_comment_counts_as_parent(parent, kept):
    assert parse(page(comment(parent_id=parent)))[0].parent_id == kept


def test_our_own_comments_echo_back_as_own():
    assert parse(page(comment(**{"from": {"id": "100"}})))[0].own


@pytest.mark.parametrize("item", ["post", "photo", "video", "status", "share", "link"])
def test_a_post_event_has_no_comment(item):
    (event,) = parse(page({"item": item, "verb": "add", "post_id": "100_200", "created_time": 1}))
    assert (event.comment_id, event.post_id) == (None, "100_200")


@pytest.mark.parametrize(
    "raw",
    [
        page({"item": "reaction", "verb": "add", "post_id": "100_200"}),
        page(comment(comment_id=None)),
        page(comment(), field="mention"),
    ],
)
def test_what_we_do_not_use_is_left_out(raw):
    assert parse(raw) == ()


@pytest.mark.parametrize(
    "entry",
    [
        {"changes": [{"field": "comments", "value": INSTAGRAM_VALUE}]},  # Facebook Login
        {"field": "comments", "value": INSTAGRAM_VALUE},  # Instagram Login
        # the key of the example page
        {"changes": [{"field": "comments", "value": {**INSTAGRAM_VALUE, "id": None, "comment_id": "17900"}}]},
    ],
)
def test_both_envelopes_of_instagram_are_read(entry):
    raw = json.dumps({"object": "instagram", "entry": [{"id": "178", "time": 1520544816, **entry}]}).encode()
    (event,) = parse(raw)
    assert (event.object, event.channel_id, event.comment_id, event.post_id, event.verb) == (
        "instagram",
        "178",
        "17900",
        "18000",
        "add",
    )


def test_an_id_that_could_reach_another_path_is_left_out():
    assert parse(page(comment(comment_id="me/accounts?x="))) == ()
    assert parse(page(comment(), id="../me")) == ()


def test_a_thousand_updates_in_one_delivery_are_all_read():
    changes = [{"field": "feed", "value": comment(comment_id=f"200_{n}")} for n in range(1000)]
    raw = json.dumps({"object": "page", "entry": [{"id": "100", "changes": changes}]}).encode()
    assert len({event.comment_id for event in parse(raw)}) == 1000


def test_no_word_of_a_person_is_kept():
    raw = page(comment())
    assert "canary" in raw.decode()
    assert "canary" not in str([asdict(event) for event in parse(raw)])


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"canary",
        b'{"object":"page","canary',
        b"[]",
        b'"page"',
        b'{"object":"user"}',
        b"\xff\xfe",
        b"[" * 100_000,
        b"\x80canary",
    ],
)
def test_what_is_no_webhook_is_invalid_and_says_nothing_of_it(raw):
    with pytest.raises(InvalidError) as caught:
        parse(raw)
    assert "canary" not in f"{caught.value!r} {caught.value.params}"
    assert caught.value.__context__ is None


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from(["comment", "add", "1_2"]),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["id", "from", "item", "comment_id"]), inner),
)
bodies = st.fixed_dictionaries(
    {}, optional={"item": anything, "comment_id": anything, "from": anything, "id": anything}
)
changes = st.fixed_dictionaries({"field": st.sampled_from(["feed", "comments"]), "value": bodies | anything})
entries = st.fixed_dictionaries({"id": st.just("1") | anything, "changes": st.lists(changes | anything) | anything})


@given(st.sampled_from(["page", "instagram"]), st.lists(entries | anything) | anything)
def test_no_signed_body_can_break_the_reading(kind, value):
    events = parse(json.dumps({"object": kind, "entry": value}).encode())
    assert all(event.channel_id and (event.comment_id or event.post_id) for event in events)


# -- private messages: that a person wrote back, and nothing else

WORDS = "كلام خاص لا يُحفظ"


def message(**more):
    said = {"mid": "m", "text": WORDS}
    return {"sender": {"id": "700"}, "recipient": {"id": "100"}, "timestamp": 1, "message": said, **more}


def kept(body):
    return without_messages(json.dumps(body).encode())


@pytest.mark.parametrize("object_", ["page", "instagram"])
@pytest.mark.parametrize(
    "entry",
    [
        {"messaging": [message()]},
        {"changes": [{"field": "messages", "value": message()}]},
        {"field": "messages", "value": message()},
    ],
)
def test_of_a_message_only_who_wrote_is_kept(object_, entry):
    raw = kept({"object": object_, "entry": [{"id": "100", "time": 1, **entry}]})
    assert WORDS.encode("unicode_escape") not in raw
    assert b'"m"' not in raw
    (event,) = parse(raw)
    assert (event.verb, event.channel_id, event.person_id) == ("message", "100", "700")
    assert (event.comment_id, event.post_id) == (None, None)


@pytest.mark.parametrize(
    "item",
    [
        message(message={"mid": "m", "text": WORDS, "is_echo": True}),  # our own, echoed back
        message(sender={"id": "100"}),
        {"sender": {"id": "700"}, "read": {"watermark": 1}},
        {"sender": {"id": "700"}, "reaction": {"emoji": "❤"}},
        {"sender": {"id": "../700"}, "message": {}},
        {},
    ],
)
def test_what_is_nobodys_answer_is_left_out(item):
    raw = kept({"object": "page", "entry": [{"id": "100", "messaging": [item]}]})
    assert WORDS.encode("unicode_escape") not in raw
    assert parse(raw) == ()


def test_comments_beside_messages_are_kept_and_bodies_without_messages_stay_byte_for_byte():
    both = {"object": "page", "entry": [{"id": "100", "messaging": [message()]}, *json.loads(page(comment()))["entry"]]}
    assert [event.verb for event in parse(kept(both))] == ["add", "message"]
    assert without_messages(ARABIC) == ARABIC
    assert without_messages(b'{"messaging" broken') == b'{"messaging" broken'


@given(st.sampled_from(["page", "instagram"]), st.lists(entries | anything) | anything)
def test_no_signed_body_can_break_the_leaving_out_of_messages(kind, value):
    body = json.dumps({"object": kind, "entry": value, "x": "messages"}).encode().replace(b'"x"', b'"messaging"')
    parse(without_messages(body))
