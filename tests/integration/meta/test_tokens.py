from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from outreach.errors import MetaError
from outreach.meta import tokens
from outreach.meta.graph import GraphClient
from outreach.sandbox.seeding import START
from outreach.sandbox.server import SandboxServer
from outreach.states import ChannelKind
from tests import standing


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    with standing.sandbox(pages=3) as server:
        yield server


@pytest.fixture
def graph(server):
    return GraphClient(server.user_token, app_secret=server.app_secret, base_url=server.base_url)


def inspected(server, graph, token=None):
    return tokens.inspect(graph, token or server.user_token, app_id=server.app_id, app_secret=server.app_secret)


def user_record(server):
    return server.world.tokens[server.user_token]


def test_a_short_token_is_exchanged_for_one_of_sixty_days(server, graph):
    longer = tokens.exchange(graph, app_id=server.app_id, app_secret=server.app_secret, now=START)
    assert longer.value != server.user_token
    assert timedelta(days=59) < longer.expires_at - START <= timedelta(days=60)
    assert longer.value not in repr(longer)


def test_an_expired_token_is_not_exchanged(server, graph):
    user_record(server).expires_at = START
    with pytest.raises(MetaError) as caught:
        tokens.exchange(graph, app_id=server.app_id, app_secret=server.app_secret, now=START)
    assert (caught.value.code, caught.value.subcode) == ("meta.token_dead", 463)


def test_a_person_s_token_tells_what_it_may_do_and_until_when(server, graph):
    info = inspected(server, graph)
    assert (info.valid, info.type, info.app_id) == (True, "USER", server.app_id)
    assert info.expires_at == START + timedelta(days=60)
    assert info.data_access_expires_at == START + timedelta(days=90)
    assert {"pages_manage_posts", "instagram_basic"} <= info.scopes
    assert info.targets == {}


def test_a_page_s_token_names_its_page_and_has_no_date(server, graph):
    info = inspected(server, graph, server.page_token)
    assert (info.type, info.profile_id, info.expires_at) == ("PAGE", server.page_id, None)


@pytest.mark.parametrize("subcode", [458, 460, 463])
def test_a_dead_token_is_an_answer_with_its_reason(server, graph, subcode):
    server.world.tokens[server.page_token].subcode = subcode
    info = inspected(server, graph, server.page_token)
    assert (info.valid, info.error_code, info.error_subcode) == (False, 190, subcode)


def test_nonsense_is_a_dead_token_too(server, graph):
    info = inspected(server, graph, "nonsense")
    assert (info.valid, info.error_code, info.type) == (False, 190, "")


@pytest.mark.parametrize("kind", list(ChannelKind))
def test_the_sandbox_s_own_token_lacks_nothing(server, graph, kind):
    assert tokens.missing_scopes(kind, inspected(server, graph)) == ()


@pytest.mark.parametrize(
    ("kind", "scope"),
    [
        (ChannelKind.FACEBOOK_PAGE, "pages_read_user_content"),
        (ChannelKind.FACEBOOK_PAGE, "read_insights"),
        (ChannelKind.FACEBOOK_PAGE, "pages_messaging"),
        (ChannelKind.INSTAGRAM_ACCOUNT, "instagram_manage_comments"),
        (ChannelKind.INSTAGRAM_ACCOUNT, "instagram_content_publish"),
    ],
)
def test_a_missing_permission_is_named(server, graph, kind, scope):
    user_record(server).scopes -= {scope}
    assert tokens.missing_scopes(kind, inspected(server, graph)) == (scope,)


def test_a_permission_for_another_page_is_missing_for_ours(server, graph):
    user_record(server).targets = {"pages_manage_posts": ("999",), "read_insights": (server.page_id,)}
    info = inspected(server, graph)
    kind = ChannelKind.FACEBOOK_PAGE
    assert tokens.missing_scopes(kind, info) == ()
    assert tokens.missing_scopes(kind, info, remote_id=server.page_id) == ("pages_manage_posts",)


def test_an_account_needs_page_permissions_for_its_page_and_not_for_itself(server, graph):
    targets = {"pages_read_engagement": (server.page_id,), "instagram_basic": (server.ig_id,)}
    user_record(server).targets = targets
    kind = ChannelKind.INSTAGRAM_ACCOUNT
    assert tokens.missing_scopes(kind, inspected(server, graph), remote_id=server.ig_id) == ()


def test_pages_come_with_their_tokens_and_their_accounts(server, graph):
    pages = tokens.list_pages(graph)
    assert [page.id for page in pages] == [channel.page_id for channel in server.channels]
    assert [page.instagram.id for page in pages] == [channel.ig_id for channel in server.channels]
    assert pages[0].instagram.username == server.channel.ig_username
    page = GraphClient(pages[0].token, base_url=server.base_url)
    assert page.get_object("me", fields="id") == {"id": server.page_id}


def test_what_is_printed_of_a_page_holds_neither_its_token_nor_a_name(server, graph):
    page = tokens.list_pages(graph)[0]
    assert page.token not in repr(page)
    assert page.name not in repr(page)


def test_pages_of_a_business_that_are_left_out_of_the_list_are_found_by_the_token_s_own_scopes(server, graph):
    first, second, _ = (channel.page_id for channel in server.channels)
    server.world.nodes[first].business = True
    record = user_record(server)
    record.scopes -= {"business_management"}
    record.targets = {"pages_show_list": (first, second), "instagram_basic": (server.ig_id,)}
    assert [page.id for page in tokens.list_pages(graph)] == [second]
    assert {page.id for page in tokens.list_pages(graph, inspected(server, graph))} == {first, second}


def test_an_empty_list_is_made_good_too(server, graph):
    server.world.faults.add({"kind": "accounts_empty", "times": None})
    user_record(server).targets = {"pages_manage_posts": (server.page_id, "999999")}
    assert tokens.list_pages(graph) == ()
    assert [page.id for page in tokens.list_pages(graph, inspected(server, graph))] == [server.page_id]


def test_the_account_of_a_page_is_found_or_there_is_none(server, graph):
    assert tokens.linked_instagram(graph, server.page_id).id == server.ig_id
    server.world.nodes[server.page_id].account_id = None
    assert tokens.linked_instagram(graph, server.page_id) is None


def test_a_wrong_proof_is_refused_so_the_proof_is_really_sent(server):
    server.world.switches = replace(server.world.switches, require_proof=True)
    assert GraphClient(server.page_token, app_secret=server.app_secret, base_url=server.base_url).get_object("me")
    for secret in ("wrong", None):
        with pytest.raises(MetaError):
            GraphClient(server.page_token, app_secret=secret, base_url=server.base_url).get_object("me")
