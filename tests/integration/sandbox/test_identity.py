"""Tokens, exchange, Pages of a person, secrets' proofs, as graph-api.md §2.2 and §3 say."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

import pytest


@pytest.fixture
def app_token(server):
    return f"{server.app_id}|{server.app_secret}"


def client(server, **more):
    return {"client_id": server.app_id, "client_secret": server.app_secret, **more}


def test_a_token_is_exchanged_for_a_longer_one(api, server):
    params = client(server, grant_type="fb_exchange_token", fb_exchange_token=server.user_token)
    answer = api("GET", "oauth/access_token", token=None, **params)
    assert (answer["token_type"], answer["expires_in"]) == ("bearer", 5183944)
    assert api("GET", "me", token=answer["access_token"])["id"] == api("GET", "me", token=server.user_token)["id"]


def test_an_expired_token_cannot_be_exchanged(api, server):
    token = server.user_token
    api.jump(days=61)
    params = client(server, grant_type="fb_exchange_token", fb_exchange_token=token)
    error = api("GET", "oauth/access_token", token=None, **params)["error"]
    assert (error["code"], error["error_subcode"]) == (190, 463)


def test_a_wrong_secret_gets_nothing(api, server):
    params = {"grant_type": "client_credentials", "client_id": server.app_id, "client_secret": "x"}
    assert "error" in api("GET", "oauth/access_token", token=None, **params)


def test_an_app_asks_for_its_own_token(api, server, app_token):
    answer = api("GET", "oauth/access_token", token=None, **client(server, grant_type="client_credentials"))
    assert answer["access_token"] == app_token


def test_a_token_is_described(api, server, app_token):
    data = api("GET", "debug_token", token=app_token, input_token=server.page_token)["data"]
    assert (data["type"], data["is_valid"], data["profile_id"]) == ("PAGE", True, server.page_id)
    assert data["expires_at"] == 0
    assert {"pages_manage_posts", "read_insights"} <= set(data["scopes"])
    assert {"scope": "pages_manage_posts"} in data["granular_scopes"]
    user = api("GET", "debug_token", token=app_token, input_token=server.user_token)["data"]
    assert user["expires_at"] == int((server.world.now() + timedelta(days=60)).timestamp())


def test_a_dead_token_is_described_as_such(api, server, app_token):
    assert api("GET", "debug_token", token=app_token, input_token="x")["data"]["is_valid"] is False
    api.desk("token", token=server.page_token, subcode=460)
    data = api("GET", "debug_token", token=app_token, input_token=server.page_token)["data"]
    assert (data["is_valid"], data["error"]["subcode"]) == (False, 460)


@pytest.mark.parametrize("subcode", [458, 459, 460, 463, 464, 467, 492])
def test_what_happens_to_a_token_has_a_subcode(api, server, subcode):
    api.desk("token", token=server.page_token, subcode=subcode)
    answer = api("GET", server.page_id)
    assert (answer["http"], answer["error"]["code"], answer["error"]["error_subcode"]) == (400, 190, subcode)
    api.switch(status_invalid_token=401)
    assert api("GET", server.page_id)["http"] == 401


def test_without_a_token_nothing_is_shown(api, server):
    assert api("GET", server.page_id, token=None)["error"]["code"] == 104
    assert api("GET", server.page_id, token="EAAnothing")["error"]["code"] == 190


def test_pages_of_a_person_come_with_their_tokens(api, server):
    params = {"fields": "id,name,access_token,tasks,instagram_business_account{id,username}"}
    page = api("GET", "me/accounts", token=server.user_token, **params)["data"][0]
    assert (page["id"], page["access_token"]) == (server.page_id, server.page_token)
    assert page["instagram_business_account"] == {"id": server.ig_id, "username": server.channel.ig_username}
    assert "MODERATE" in page["tasks"]


def test_a_page_of_a_business_is_left_out_without_the_scope(api, server):
    server.world.pages()[0].business = True
    assert len(api("GET", "me/accounts", token=server.user_token)["data"]) == 1
    api.desk("token", token=server.user_token, scopes=["pages_show_list", "pages_read_engagement"])
    assert api("GET", "me/accounts", token=server.user_token)["data"] == []
    assert api("GET", server.page_id, token=server.user_token, fields="id,access_token")["access_token"]


def test_permissions_are_listed(api, server):
    data = api("GET", "me/permissions", token=server.user_token)["data"]
    assert {"permission": "pages_manage_posts", "status": "granted"} in data


@pytest.mark.parametrize("timed", [False, True])
def test_a_proof_is_checked(api, server, timed):
    now = str(int(server.world.now().timestamp()))
    message = server.page_token + (f"|{now}" if timed else "")
    proof = hmac.new(server.app_secret.encode(), message.encode(), hashlib.sha256).hexdigest()
    more = {"appsecret_time": now} if timed else {}
    assert api("GET", server.page_id, appsecret_proof=proof, **more)["http"] == 200
    assert api("GET", server.page_id, appsecret_proof="0" * 64, **more)["error"]["code"] == 100
    if timed:
        api.jump(minutes=6)
        assert api("GET", server.page_id, appsecret_proof=proof, **more)["error"]["code"] == 100


def test_a_proof_can_be_demanded(api, server):
    api.switch(require_proof=True)
    assert api("GET", server.page_id)["error"]["code"] == 100


def test_an_instagram_token_is_refreshed_after_a_day(api, server):
    params = {"grant_type": "ig_refresh_token", "token": server.ig_token, "prefix": "/ig-graph/"}
    assert api("GET", "refresh_access_token", **params)["error"]["code"] == 100
    api.jump(hours=25)
    assert api("GET", "refresh_access_token", **params)["expires_in"] == 5183944


def test_tokens_can_be_told_from_meta_s(server):
    assert all(value.startswith("SANDBOX") for value in server.world.tokens)


def test_a_scope_may_be_granted_for_some_assets_only(api, server, app_token):
    api.desk("token", token=server.page_token, targets={"pages_manage_posts": ["1"]})
    assert api("POST", f"{server.page_id}/feed", message="x")["error"]["code"] == 200
    data = api("GET", "debug_token", token=app_token, input_token=server.page_token)["data"]
    assert {"scope": "pages_manage_posts", "target_ids": ["1"]} in data["granular_scopes"]


def test_instagram_s_scopes_lapse_after_ninety_days_and_pages_do_not(api, server):
    api.jump(days=90)
    assert api("GET", server.ig_id)["error"]["code"] == 10
    assert api("GET", server.page_id)["http"] == 200
