"""Opens a channel: a Facebook Page or an Instagram account behind the one protocol of `protocol.py`."""

from __future__ import annotations

import time
from collections.abc import Callable

import requests

from outreach.meta.facebook_page import FacebookPage
from outreach.meta.graph import TIMEOUT, GraphClient, GraphHosts, OnError, OnResponse, ignore_error
from outreach.meta.instagram_account import InstagramAccount
from outreach.meta.protocol import Channel
from outreach.states import ChannelKind

__all__ = ["FacebookPage", "GraphHosts", "InstagramAccount", "open_channel"]


def open_channel(  # noqa: PLR0913  what a client needs from its surroundings
    kind: ChannelKind,
    remote_id: str,
    token: str,
    *,
    app_secret: str | None,
    hosts: GraphHosts,
    on_response: OnResponse,
    on_error: OnError = ignore_error,
    page_id: str | None = None,
    session: requests.Session | None = None,
    timeout: tuple[float, float] = TIMEOUT,
    sleep: Callable[[float], None] = time.sleep,
    stopping: Callable[[], bool] = lambda: False,
) -> Channel:
    """`token` is a Page's token for both kinds (a person's token reads no comments, without an error).

    `page_id` is the Page that an Instagram account is linked to; messages go through it. `sleep` is
    called between the tries of a read, `stopping` while a video is sent.
    """
    graph = GraphClient(
        token,
        app_secret=app_secret,
        base_url=hosts.graph,
        session=session,
        timeout=timeout,
        on_response=on_response,
        on_error=on_error,
        sleep=sleep,
        stopping=stopping,
    )
    if kind is ChannelKind.FACEBOOK_PAGE:
        return FacebookPage(graph, remote_id, rupload=hosts.rupload)
    return InstagramAccount(graph, remote_id, page_id=page_id, rupload=hosts.rupload)
