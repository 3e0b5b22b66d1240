"""The sandbox's own clock, the audience that lives by it, and the desk."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import requests

from outreach.sandbox.server import SandboxServer
from outreach.sandbox.switches import Switches
from outreach.sandbox.words import read_replay


def test_time_stands_still_until_it_is_moved(api, server):
    start = server.world.now()
    assert api.desk("clock")["now"] == start.isoformat()
    moved = api.jump(hours=1)
    assert moved == {"now": (start + timedelta(hours=1)).isoformat(), "next_event_at": None, "running": False}


def test_time_never_goes_back(api, server):
    start = server.world.now()
    assert api.jump(hours=-5)["now"] == start.isoformat()


def test_stepping_from_event_to_event_meets_every_comment(api, server):
    api.switch(audience=True)
    api.post()
    steps = 0
    while (coming := api.desk("clock")["next_event_at"]) and steps < 500:
        before = len(api.state("comments"))
        api.desk("clock", to=coming)
        steps += 1
        assert server.world.now().isoformat() == coming
        assert len(api.state("comments")) - before <= 1
    comments = api.state("comments")
    assert len(comments) > 3
    assert all(comment["created_at"] <= server.world.now().isoformat() for comment in comments)


def test_a_running_clock_ticks_and_fires(api, server):
    api.switch(audience=True)
    post = api.post()
    coming = server.world.next_event_at()
    api.desk("clock", to=(coming - timedelta(milliseconds=5)).isoformat())
    assert api.desk("clock", run=True)["running"] is True
    while server.world.now() < coming:
        pass
    assert len(api("GET", f"{post}/comments", filter="stream")["data"]) == 1


def test_the_same_seed_gives_the_same_audience(api, server):
    runs = []
    for seed in (7, 7, 8):
        server.reset(seed=seed)
        api.post()
        api.jump(days=4)
        runs.append([(comment["text"], comment["created_at"]) for comment in api.state("comments")])
    assert runs[0] == runs[1] != runs[2]


def test_nobody_comments_on_a_deleted_post(api):
    api.switch(audience=True)
    api("DELETE", api.post())
    api.jump(days=4)
    assert api.state("comments") == []


def test_somebody_says_thanks_when_the_page_answers(api, server):
    api.switch(audience=True, comments_per_post=0.0)
    post = api.post()
    for _ in range(12):
        api("POST", f"{api.comment(post, 'وين المكان؟')}/comments", message="قرب الكورنيش")
    api.jump(days=1)
    kinds = [comment["kind"] for comment in api.state("comments")]
    assert 0 < kinds.count("thanks_back") < 12


@pytest.mark.parametrize(
    ("name", "text"), [("words.tsv", 'n\ttext\n1\tهلا "بيكم\n2\t \n'), ("words.csv", 'text\n"هلا ""بيكم"\n')]
)
def test_given_comments_are_what_the_audience_says_first(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    lines = read_replay(path)
    assert lines == ['هلا "بيكم']
    with SandboxServer(replay=lines, switches=Switches(nameless_share=0.0)) as server:
        headers = {"Authorization": f"Bearer {server.page_token}"}
        requests.post(f"{server.base_url}/{server.page_id}/feed", data={"message": "x"}, headers=headers, timeout=5)
        order = {"to": (server.world.now() + timedelta(days=5)).isoformat()}
        requests.post(f"{server.base_url}/_sandbox/clock", json=order, timeout=5)
        comments = requests.get(f"{server.base_url}/_sandbox/state", timeout=5).json()["comments"]
    assert [comment["text"] for comment in comments if comment["kind"] == "replay"] == lines


def test_the_desk_names_what_it_cannot_use(server):
    desk = f"{server.base_url}/_sandbox/"
    for path, order in [("clock", {"to": "x"}), ("switches", {"nonsense": 1}), ("switches", {"quota_total": "x"}),
                        ("comment", {"post": "1"}), ("token", {"token": "x"})]:  # fmt: skip
        assert requests.post(desk + path, json=order, timeout=5).status_code == 400
    assert requests.get(desk + "nothing", timeout=5).status_code == 404
    assert requests.post(desk + "clock", data=b"[]", timeout=5).status_code == 400


def test_several_pages_have_their_own_accounts(running):
    running.reset(pages=5, switches=Switches(audience=False))
    assert (
        len({channel.page_id for channel in running.channels} | {channel.ig_id for channel in running.channels}) == 10
    )


def test_the_desk_gives_what_a_client_needs_to_begin(api, server):
    found = requests.get(f"{server.base_url}/_sandbox/channels", timeout=5).json()
    assert (found["app_id"], found["app_secret"]) == (server.app_id, server.app_secret)
    assert found["pages"] == [{"page_id": server.page_id, "name": server.channel.page_name, "ig_id": server.ig_id}]
    assert server.page_token in {token["token"] for token in found["tokens"] if token["page_id"] == server.page_id}


def test_a_second_delete_is_an_error_or_a_success(api):
    post = api.post()
    comment = api.comment(post)
    api("DELETE", comment)
    assert "error" in api("DELETE", comment)
    api.switch(second_delete_is_error=False)
    assert api("DELETE", comment)["success"]


REAL = Path(__file__).parents[4] / "shared" / "data" / "sets"


@pytest.mark.skipif(not REAL.is_dir(), reason="the labelled sets are not here")
def test_real_comments_pass_through_as_they_were_written():
    lines = [line for path in sorted(REAL.glob("*.tsv")) for line in read_replay(path)[:40]][:400]
    with SandboxServer(replay=lines, switches=Switches(counts_drift=False)) as server:
        headers = {"Authorization": f"Bearer {server.page_token}"}
        for number in range(60):
            order = {"message": f"منشور {number}"}
            requests.post(f"{server.base_url}/{server.page_id}/feed", data=order, headers=headers, timeout=5)
        order = {"to": (server.world.now() + timedelta(days=9)).isoformat()}
        requests.post(f"{server.base_url}/_sandbox/clock", json=order, timeout=30)
        seen: list[str] = []
        for post in requests.get(f"{server.base_url}/_sandbox/state", timeout=5).json()["posts"]:
            params = {"filter": "stream", "limit": "100"}
            url = f"{server.base_url}/{post['id']}/comments"
            seen += [one["message"] for one in requests.get(url, params, headers=headers, timeout=5).json()["data"]]
    unedited = set(lines) & set(seen)
    assert len(unedited) > 0.8 * len(set(lines))  # the rest was edited or deleted by its writers


def test_a_file_can_be_replayed_into_a_running_sandbox(api, server, tmp_path):
    path = tmp_path / "words.tsv"
    path.write_text("text\nالاولى\nالثانية\n", encoding="utf-8")
    assert server.replay(path) == 2
    api.desk("replay", texts=["الثالثة"])
    api.switch(audience=True)
    api.post()
    api.jump(days=9)
    replayed = {comment["text"] for comment in api.state("comments") if comment["kind"] == "replay"}
    assert replayed == {"الاولى", "الثانية", "الثالثة"}


def test_the_desk_has_a_page_for_people(api):
    answer = requests.get(f"{api.server.base_url}/_sandbox/", timeout=10)
    assert answer.headers["content-type"].startswith("text/html")
    assert "every route that is served" in answer.text
