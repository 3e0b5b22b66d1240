"""The client over a real socket: what it sends, what it makes of every kind of answer, and what it never shows."""

from __future__ import annotations

import json
import logging
import socket
import traceback

import facebook
import pytest

from outreach.errors import OutreachError, describe
from outreach.meta.graph import GraphClient
from outreach.meta.refusals import GraphError

TOKEN = "EAAcanaryToken123"
SECRET = "canaryAppSecret456"
TEXT = "canary-text زوجي يضربني ولا أعرف أين أذهب"


def client(wire, **more):
    how = {"app_secret": SECRET, "base_url": wire.url, "timeout": (1.0, 0.2), "sleep": lambda _: None, **more}
    return GraphClient(TOKEN, **how)


def sent(wire, index=-1):
    head, _, body = wire.requests[index].partition(b"\r\n\r\n")
    return head.decode(), body.decode()


def test_the_token_goes_in_a_header_and_the_proof_beside_it(wire):
    client(wire).get_object("100", fields="id")
    head, _ = sent(wire)
    assert head.startswith("GET /v26.0/100?fields=id&appsecret_proof=")
    assert f"Authorization: Bearer {TOKEN}" in head
    assert TOKEN not in head.split("\r\n")[0]


def test_a_write_sends_json_strings_and_plain_booleans_in_its_body(wire):
    client(wire).put_object("100", "feed", published=False, attached_media=[{"media_fbid": "1"}], message="سلام")
    head, body = sent(wire)
    assert head.startswith("POST /v26.0/100/feed HTTP")
    assert "published=false" in body
    assert "attached_media=%5B%7B%22media_fbid%22%3A%221%22%7D%5D" in body
    assert "appsecret_proof=" in body
    assert TOKEN not in body


def test_a_call_that_brings_its_own_token_sends_no_other(wire):
    client(wire).debug_access_token("input", "1", SECRET)
    head, _ = sent(wire)
    assert "Authorization" not in head
    assert "appsecret_proof" not in head


def test_without_a_secret_no_proof_is_sent(wire):
    GraphClient(TOKEN, base_url=wire.url).get_object("100")
    assert "appsecret_proof" not in sent(wire)[0]


@pytest.mark.parametrize("kind", ["text/javascript; charset=UTF-8", "text/html", "application/json"])
def test_json_is_read_whatever_it_calls_itself(wire, kind):
    wire.answers = [wire.http('{"id": "100", "name": "\\u0633"}', kind=kind)]
    assert client(wire).get_object("100") == {"id": "100", "name": "س"}


def test_the_hook_sees_headers_of_success_and_of_failure_but_no_query(wire):
    seen = []
    wire.answers = [
        wire.http("{}", X_App_Usage="{}"),
        wire.http('{"error":{"code":100}}', status=400, X_App_Usage="{}"),
    ]
    graph = client(wire, on_response=lambda *args: seen.append(args))
    graph.get_object("100")
    with pytest.raises(GraphError):
        graph.put_object("100", "feed", message=TEXT)
    assert [(method, path, status) for method, path, status, _ in seen] == [
        ("GET", "v26.0/100", 200), ("POST", "v26.0/100/feed", 400),
    ]  # fmt: skip
    assert all(headers["x-app-usage"] == "{}" for *_, headers in seen)


def test_a_read_is_tried_again_with_growing_jittered_pauses(wire):
    pauses = []
    html, busy = wire.http("<html>", status=500), wire.http('{"error":{"code":2}}', status=503)
    wire.answers = [wire.RESET, html, busy, wire.http('{"id":"1"}')]  # fmt: skip
    assert client(wire, sleep=pauses.append).get_object("1") == {"id": "1"}
    assert len(wire.requests) == 4
    assert [0.5 <= pauses[0] <= 1.5, 2 <= pauses[1] <= 6, 7.5 <= pauses[2] <= 22.5] == [True] * 3


def test_a_read_gives_up_after_four_tries(wire):
    wire.answers = [wire.http('{"error":{"code":1}}', status=500)]
    with pytest.raises(GraphError):
        client(wire).get_object("1")
    assert len(wire.requests) == 4


@pytest.mark.parametrize("code", [4, 17, 32, 613, 80001, 100, 190, 200, 368])
def test_a_read_that_must_wait_or_cannot_work_is_asked_once(wire, code):
    wire.answers = [wire.http(json.dumps({"error": {"code": code}}), status=400)]
    with pytest.raises(GraphError):
        client(wire).get_object("1")
    assert len(wire.requests) == 1


def test_meta_s_waiting_time_is_told_in_seconds(wire):
    usage = json.dumps({"1": [{"type": "pages", "call_count": 100, "estimated_time_to_regain_access": 12}]})
    wire.answers = [wire.http('{"error":{"code":80001}}', status=400, X_Business_Use_Case_Usage=usage)]
    with pytest.raises(GraphError) as caught:
        client(wire).get_object("1")
    assert (caught.value.code, caught.value.retry_after) == ("meta.throttled", 720.0)


WRITES_IN_DOUBT = [
    ("reset", "meta.no_answer"),
    ("hang", "meta.no_answer"),
    ("cut", "meta.no_answer"),
    (("<html>", 500), "meta.unavailable"),
    (("<html>", 200), "meta.unreadable"),
    (("<html>", 404), "meta.error"),
    (('{"error":{"code":1}}', 400), "meta.unavailable"),
    (('{"error":{"code":987654}}', 400), "meta.error"),
    (('{"error":{"code":100}}', 500), "meta.invalid"),
    (("", 302), "meta.unreadable"),
    (("", 200), "meta.unreadable"),
    (("[" * 100_000, 200), "meta.unreadable"),
    (('{"error":"x"}', 200), "meta.unreadable"),
    (("null", 200), "meta.unreadable"),
]


def scripted(wire, answer):
    named = {"reset": wire.RESET, "hang": wire.HANG, "cut": b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"}
    return named[answer] if isinstance(answer, str) else wire.http(answer[0], status=answer[1], kind="text/html")


@pytest.mark.parametrize(("answer", "code"), WRITES_IN_DOUBT)
def test_a_write_without_a_clear_answer_is_in_doubt_and_never_repeated(wire, answer, code):
    wire.answers = [scripted(wire, answer)]
    with pytest.raises(GraphError) as caught:
        client(wire).put_object("100", "feed", message=TEXT)
    assert (caught.value.code, caught.value.maybe_done) == (code, True)
    assert len(wire.requests) == 1


def test_a_delete_is_a_write_too(wire):
    wire.answers = [wire.RESET]
    with pytest.raises(GraphError) as caught:
        client(wire).delete_object("100")
    assert caught.value.maybe_done
    assert len(wire.requests) == 1


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@pytest.mark.parametrize("host", ["refused", "unknown"])
def test_a_write_that_never_left_is_not_in_doubt(host):
    url = f"http://127.0.0.1:{free_port()}" if host == "refused" else "http://nowhere.invalid"
    with pytest.raises(GraphError) as caught:
        GraphClient(TOKEN, base_url=url, timeout=(1.0, 1.0)).put_object("100", "feed", message=TEXT)
    assert (caught.value.code, caught.value.maybe_done, caught.value.permanent) == ("meta.unreachable", False, False)


def test_a_redirect_is_not_followed(wire):
    wire.answers = [wire.http("", status=302, Location=f"{wire.url}/elsewhere"), wire.http("{}")]
    with pytest.raises(GraphError):
        client(wire).get_object("100")
    assert len(wire.requests) == 1


def page(items, after=None, limit=2):
    follow = {"cursors": {"after": after}, "next": f"https://graph.facebook.com/x?access_token={TOKEN}&limit={limit}"}
    return json.dumps({"data": items, **({"paging": follow} if after else {"paging": {"cursors": {"after": "end"}}})})


def test_pages_are_followed_by_cursor_through_an_empty_one_to_the_end(wire):
    pages = [page([{"id": "1"}, {"id": "2"}], "a"), page([], "b"), page([{"id": "3"}])]
    wire.answers = [wire.http(body) for body in pages]
    found = list(client(wire).get_all_connections("9", "comments", limit=2, filter="stream"))
    assert [item["id"] for item in found] == ["1", "2", "3"]
    assert [("after=b" in sent(wire, n)[0], "filter=stream" in sent(wire, n)[0]) for n in range(3)] == [
        (False, True), (False, True), (True, True),
    ]  # fmt: skip


def test_cursors_that_run_in_a_circle_are_an_error_and_not_the_end(wire):
    wire.answers = [wire.http(page([{"id": "1"}], "a"))]
    with pytest.raises(GraphError) as caught:
        list(client(wire).get_all_connections("9", "comments"))
    assert caught.value.code == "meta.paging"
    assert len(wire.requests) == 2


def test_a_page_that_is_too_much_for_meta_is_asked_for_in_smaller_pieces(wire):
    refusal = wire.http(json.dumps({"error": {"code": 1, "message": "Please reduce the amount of data"}}), status=500)
    wire.answers = [refusal, refusal, wire.http(page([{"id": "1"}], "a")), wire.http(page([{"id": "2"}]))]
    assert len(list(client(wire).get_all_connections("9", "comments", limit=100))) == 2
    assert ["limit=25&" in sent(wire, n)[0] for n in range(4)] == [False, False, True, True]


def echo(wire, status, code):
    error = {"code": code, "message": f"{TEXT} {TOKEN}", "error_user_msg": TEXT, "fbtrace_id": TEXT}
    return wire.http(json.dumps({"error": error}), status=status, X_App_Usage=TOKEN)


def failures(wire):
    """Every kind of failure, with the token and the words in every place where an answer could hold them."""
    codes = (1, 4, 10, 100, 190, 200, 368, 506, 80001, 987654)
    yield from (echo(wire, status, code) for code in codes for status in (400, 500))
    yield from (scripted(wire, answer) for answer, _ in WRITES_IN_DOUBT)
    yield wire.http(f"<html>{TEXT} {TOKEN}", status=500, kind="text/html")
    yield wire.http(f'{{"{TEXT} {TOKEN}', kind="application/json")
    yield wire.http("", status=302, Location=f"http://x/?access_token={TOKEN}")
    yield b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nxyz"
    yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + TOKEN.encode() + b"\r\n"
    yield f"{TOKEN} {SECRET}\r\n\r\n".encode()
    yield f"HTTP/1.1 400 Bad\r\n bad {TOKEN}\r\nX: y\r\n\r\n".encode()


CALLS = [
    lambda graph: graph.get_object("100", fields="id"),
    lambda graph: graph.put_object("100", "feed", message=TEXT),
    lambda graph: graph.put_object("100", "messages", recipient={"comment_id": "1_2"}, message={"text": TEXT}),
    lambda graph: graph.delete_object("100_2"),
    lambda graph: graph.debug_access_token(TOKEN, "1", SECRET),
    lambda graph: graph.extend_access_token("1", SECRET),
    lambda graph: list(graph.get_all_connections("100", "comments", limit=1)),
    lambda graph: graph.put_photo(b"bytes", album_path="100/photos", alt_text_custom=TEXT),
    lambda graph: graph.put_object("100", "feed", message=f"{TEXT} \ud800"),  # cannot be written as UTF-8
]


def leaks(*texts):
    return [text for text in texts for secret in (TOKEN, SECRET, "canary", "زوجي") if secret in text]


@pytest.fixture
def records(caplog):
    """Everything that anybody logs, at the lowest level."""
    caplog.set_level(logging.DEBUG)
    for name in ("urllib3", "urllib3.connectionpool", "urllib3.util.retry", "requests"):
        caplog.set_level(logging.DEBUG, logger=name)
    return caplog


def shown(error):
    """All that a log, a mail, a page or a traceback could print of an error."""
    chain = [error, error.__cause__, error.__context__]
    fields = [vars(error), getattr(error, "params", {}), error.args, describe(error)]
    return [*map(str, chain), *map(repr, chain), *map(str, fields), *traceback.format_exception(error)]


@pytest.mark.parametrize("call", CALLS)
def test_no_failure_shows_the_token_or_a_word_of_anybody(wire, records, call):
    count = 0
    for answer in failures(wire):
        wire.answers = [answer]
        with pytest.raises(OutreachError) as caught:
            call(client(wire, timeout=(1.0, 0.02)))
        assert leaks(*shown(caught.value)) == []
        count += 1
    assert count > 35
    assert leaks(records.text, *(str(vars(record)) for record in records.records)) == []


@pytest.mark.parametrize("call", CALLS)
def test_a_call_that_never_left_shows_nothing_either(records, call):
    graph = GraphClient(TOKEN, app_secret=SECRET, base_url=f"http://127.0.0.1:{free_port()}", sleep=lambda _: None)
    with pytest.raises(OutreachError) as caught:
        call(graph)
    assert leaks(*shown(caught.value), records.text) == []


def test_the_canary_would_be_seen_without_the_client(wire, records, monkeypatch):
    """The check itself works: urllib3 logs the query, and the SDK's own error holds the words."""
    monkeypatch.setattr(logging.getLogger("urllib3.connectionpool"), "filters", [])
    client(wire).debug_access_token(TOKEN, "1", SECRET)
    assert leaks(records.text)
    assert leaks(*shown(facebook.GraphAPIError({"error": {"message": TEXT, "code": 1}})))
