"""Insights of Pages, posts, Instagram media and accounts (graph-api.md §9), all read off one record per post."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from outreach.sandbox.call import Call, Json, instagram_scope, stamp, unix
from outreach.sandbox.fields import Field
from outreach.sandbox.refusals import gone, invalid, refuse
from outreach.sandbox.world import Account, Attention, Media, Node, Page, Post, World

PACIFIC = ZoneInfo("America/Los_Angeles")
DAY = timedelta(days=1)
SPANS = {"day": 1, "week": 7, "days_28": 28}
PAGE_SPAN_MOST, ACCOUNT_SPAN_MOST = timedelta(days=90), timedelta(days=30)
BY_TYPE = {"like": "LIKE", "love": "LOVE", "wow": "WOW", "haha": "HAHA", "sorry": "SAD", "anger": "ANGRY"}

_VIDEO = ("", "_paid", "_organic", "_by_paid_non_paid", "_by_uploaded_hosted", "_autoplayed", "_click_to_play")
_ALL, _DAY = ("day", "week", "days_28"), ("day",)
PAGE_METRICS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("page_media_view", "page_total_media_view_unique", "page_post_engagements", "page_total_actions",
                     "page_views_total", "page_daily_follows_unique", "page_daily_unfollows_unique"), _ALL),
    **dict.fromkeys(("page_follows", "page_daily_follows", "page_video_view_time",
                     "page_actions_post_reactions_total"), _DAY),
    **{f"page_actions_post_reactions_{name}_total": _ALL for name in BY_TYPE},
    **{f"page_video_views{ending}": _ALL for ending in _VIDEO},
}  # fmt: skip
POST_METRICS = (
    "post_media_view", "post_total_media_view_unique", "post_clicks", "post_clicks_by_type",
    "post_reactions_by_type_total", "post_activity_by_action_type", "post_activity_by_action_type_unique",
    "post_video_views", *(f"post_reactions_{name}_total" for name in BY_TYPE),
)  # fmt: skip
MEDIA_METRICS = (
    "reach",
    "views",
    "shares",
    "total_interactions",
    "reposts",
    "total_views",
    "likes",
    "comments",
    "saved",
    "total_likes",
    "total_comments",
    "follows",
    "profile_visits",
    "profile_activity",
)
ACCOUNT_METRICS: dict[str, tuple[str, ...]] = {  # metric → breakdowns
    "reach": ("media_product_type", "follow_type"),
    "views": ("media_product_type", "follow_type"),
    **dict.fromkeys(("accounts_engaged", "replies", "reposts", "profile_views", "website_clicks"), ()),
    **dict.fromkeys(("likes", "comments", "saves", "shares", "total_interactions"), ("media_product_type",)),
    "follows_and_unfollows": ("follow_type",),
    "profile_links_taps": ("contact_button_type",),
    "follower_count": (),
}
TIME_SERIES = ("reach", "follower_count")
MEDIA_UNSHARED = ("facebook_views", "crossposted_views")


# -- figures ----------------------------------------------------------------------------------------------------


#: Counts that follow from how many people a post has reached: one in so many.
ONE_IN = {"clicks": 25, "shares": 120, "saved": 90, "follows": 400, "profile_visits": 60}
FIGURES = ("reach", "views", *ONE_IN, "reactions", "comments")


def figure(world: World, item: Post | Media, name: str, at: datetime) -> int:
    """One count of one post at a time, 0 for a name that counts nothing here."""
    attention = item.attention
    if name == "comments":
        return sum(comment.created_at <= at for comment in world.live_comments(item.id))
    if attention is None:
        return 0
    if name in ONE_IN:
        return attention.reached(at) // ONE_IN[name]
    counts = {"reach": attention.reached, "views": attention.views, "reactions": attention.reacted}
    return counts[name](at) if name in counts else 0


def figures(world: World, item: Post | Media, at: datetime) -> dict[str, int]:
    return {name: figure(world, item, name, at) for name in FIGURES}


def _visible(world: World, owner: Page | Account) -> Iterator[tuple[Post | Media, Attention]]:
    items = world.posts(owner.id) if isinstance(owner, Page) else world.media(owner.id)
    return ((item, item.attention) for item in items if item.attention is not None)


def gained(world: World, owner: Page | Account, name: str, start: datetime, end: datetime) -> int:
    """How much a count grew over all posts between two times."""
    return sum(
        figure(world, item, name, end) - figure(world, item, name, start)
        for item, attention in _visible(world, owner)
        if attention.since < end
    )


def _reactions_gained(world: World, page: Page, kind: str, start: datetime, end: datetime) -> int:
    spans = (attention for _, attention in _visible(world, page))
    return sum(a.reactions_by(end).get(kind, 0) - a.reactions_by(start).get(kind, 0) for a in spans)


# -- Page -------------------------------------------------------------------------------------------------------


def page_insights(call: Call, page: Page) -> Json:
    names = _asked(call, tuple(PAGE_METRICS))
    call.only("metric", "period", "since", "until", "breakdown", "date_preset", "show_description_from_api_doc")
    _may_read(call, page)
    until = call.moment("until") or call.now
    since = call.moment("since")
    if since and until - since > PAGE_SPAN_MOST:
        raise invalid("There cannot be more than 90 days (7776000 s) between since and until")
    if _withheld(call):
        return {"data": []}
    ends = list(_midnights(since or until - 2 * DAY, min(until, call.now)))
    data = [_page_series(call.world, page, name, period, ends) for name in names for period in _periods(call, name)]
    return {"data": data, "paging": _endless(call, since or until - 2 * DAY, until)}


def _asked(call: Call, known: tuple[str, ...]) -> list[str]:
    text = call.text("metric") or call.path.partition("/insights/")[2]
    if not text:
        raise refuse(3001, "(#3001) No metric was specified to be fetched. Please specify one or more metrics to be "
                     "fetched and try again.", subcode=1504028)  # fmt: skip
    try:
        names = json.loads(text) if text.startswith("[") else [name.strip() for name in text.split(",")]
    except ValueError:
        raise invalid("The value must be a valid insights metric") from None
    if not names or any(name not in known for name in names):
        raise invalid("The value must be a valid insights metric")
    return list(names)


def _periods(call: Call, name: str) -> tuple[str, ...]:
    period = call.params.get("period")
    if period is None:
        return PAGE_METRICS[name]
    if period not in (*SPANS, "month", "lifetime", "total_over_range"):
        raise invalid("period must be one of {day, week, days_28, month, lifetime, total_over_range}")
    return (period,) if period in PAGE_METRICS[name] else ()


def _may_read(call: Call, page: Page) -> None:
    if not call.manages(page):
        raise gone(page.id)
    if not call.as_page(page.id):
        raise refuse(190, "(#190) This method must be called with a Page Access Token")
    call.need("pages_read_engagement", target=page.id, code=10)


def _withheld(call: Call) -> bool:
    missing = "read_insights" not in call.someone().scopes and call.world.switches.insights_without_scope_empty
    return missing or call.fault("no_read_insights") is not None


def _midnights(since: datetime, until: datetime) -> Iterator[datetime]:
    """Ends of whole days in Pacific time, after `since` and up to `until`."""
    local = since.astimezone(PACIFIC).replace(hour=0, minute=0, second=0, microsecond=0)
    while (local := local + DAY).astimezone(PACIFIC) <= until:
        yield local


def _page_series(world: World, page: Page, name: str, period: str, ends: list[datetime]) -> Json:
    values = [
        {"value": _page_value(world, page, name, end - DAY * SPANS[period], end), "end_time": stamp(end)}
        for end in ends
    ]
    title = name.removeprefix("page_").replace("_", " ").title()
    return {"name": name, "period": period, "values": values, "title": f"{period.title()} {title}",
            "description": f"{period.title()}: {title}", "id": f"{page.id}/insights/{name}/{period}"}  # fmt: skip


def _page_value(world: World, page: Page, name: str, start: datetime, end: datetime) -> Any:
    if name == "page_follows":
        return page.followers + gained(world, page, "follows", page_birth(world, page), end)
    if name == "page_actions_post_reactions_total":
        return {key: n for key, kind in BY_TYPE.items() if (n := _reactions_gained(world, page, kind, start, end))}
    if name.startswith("page_actions_post_reactions_"):
        return _reactions_gained(world, page, BY_TYPE[name.split("_")[4]], start, end)
    if name == "page_post_engagements":
        return sum(gained(world, page, part, start, end) for part in ("reactions", "comments", "clicks", "shares"))
    counts = {
        "page_media_view": "views",
        "page_total_media_view_unique": "reach",
        "page_total_actions": "profile_visits",
        "page_views_total": "profile_visits",
        "page_daily_follows_unique": "follows",
        "page_daily_follows": "follows",
    }
    return gained(world, page, counts[name], start, end) if name in counts else 0


def page_birth(world: World, page: Page) -> datetime:
    """A time before anything was visible."""
    return min((attention.since for _, attention in _visible(world, page)), default=world.now()) - DAY


def _endless(call: Call, since: datetime, until: datetime) -> Json:
    """Insights always have a next window; following it blindly never ends."""
    span = max(until - since, DAY)
    return {
        "previous": call.link({"since": str(unix(since - span)), "until": str(unix(since))}),
        "next": call.link({"since": str(unix(until)), "until": str(unix(until + span))}),
    }


# -- post -------------------------------------------------------------------------------------------------------


def post_insights(call: Call, post: Post) -> Json:
    names = _asked(call, POST_METRICS)
    call.only("metric", "period", "since", "until", "breakdown", "date_preset", "show_description_from_api_doc")
    page = call.world.nodes[post.page_id]
    if not isinstance(page, Page):
        raise gone(post.id)
    _may_read(call, page)
    if _withheld(call) or post.attention is None or call.text("period", "lifetime") != "lifetime":
        return {"data": []}
    data = [_post_entry(call.world, post, name, call.now) for name in names]
    return {"data": data, "paging": _endless(call, call.now - 2 * DAY, call.now)}


def insights_field(call: Call, post: Post, one: Field) -> Any:
    return post_insights(call.within(one), post)


def _post_entry(world: World, post: Post, name: str, at: datetime) -> Json:
    title = "Lifetime " + name.removeprefix("post_").replace("_", " ").title()
    return {"name": name, "period": "lifetime", "values": [{"value": _post_value(world, post, name, at)}],
            "title": title, "description": title, "id": f"{post.id}/insights/{name}/lifetime"}  # fmt: skip


def _post_value(world: World, post: Post, name: str, at: datetime) -> Any:
    count = figures(world, post, at)
    by_type = post.attention.reactions_by(at) if post.attention else {}
    values: dict[str, Callable[[], Any]] = {
        "post_media_view": lambda: count["views"],
        "post_total_media_view_unique": lambda: count["reach"],
        "post_clicks": lambda: count["clicks"],
        "post_clicks_by_type": lambda: _without_zeros({"other clicks": count["clicks"]}),
        "post_reactions_by_type_total": lambda: _without_zeros({k: by_type.get(v, 0) for k, v in BY_TYPE.items()}),
        "post_activity_by_action_type": lambda: _activity(count),
        "post_activity_by_action_type_unique": lambda: _activity(count),
        "post_video_views": lambda: 0,
    }
    if name in values:
        return values[name]()
    return by_type.get(BY_TYPE[name.split("_")[2]], 0)


def _activity(count: dict[str, int]) -> dict[str, int]:
    return _without_zeros({"like": count["reactions"], "comment": count["comments"], "share": count["shares"]})


def _without_zeros(values: dict[str, int]) -> dict[str, int]:
    return {key: value for key, value in values.items() if value}


# -- Instagram --------------------------------------------------------------------------------------------------


def media_insights(call: Call, media: Media) -> Json:
    text = call.text("metric")
    if any(name in MEDIA_UNSHARED for name in text.split(",")):
        raise refuse(100, "(#100) The media is not shared to Facebook", subcode=2207086)
    names = _asked(call, MEDIA_METRICS)
    call.only("metric", "breakdown", "period")
    _may_read_account(call, call.world.nodes[media.account_id])
    if "breakdown" in call.params and names != ["profile_activity"]:
        raise refuse(1, "An unknown error has occurred.", status=500)
    if media.is_child or media.attention is None or call.fault("no_read_insights"):
        return {"data": []}
    return {"data": [_media_entry(call.world, media, name, call.now) for name in names]}


def _may_read_account(call: Call, account: Node) -> None:
    if not isinstance(account, Account) or not call.manages(account):
        raise gone(account.id)
    call.need(instagram_scope(call, "instagram_manage_insights"), target=account.id, code=10)


def _media_entry(world: World, media: Media, name: str, at: datetime) -> Json:
    title = name.replace("_", " ").title()
    value = media_figures(world, media, at)[name]
    entry: Json = {"name": name, "period": "lifetime", "values": [{"value": value}], "title": title,
                   "description": title, "id": f"{media.id}/insights/{name}/lifetime"}  # fmt: skip
    return entry


def media_figures(world: World, media: Media, at: datetime) -> dict[str, int]:
    count = figures(world, media, at)
    interactions = count["reactions"] + count["comments"] + count["saved"] + count["shares"]
    return {
        **count,
        "likes": count["reactions"],
        "total_likes": count["reactions"],
        "total_comments": count["comments"],
        "total_views": count["views"],
        "total_interactions": interactions,
        "reposts": count["shares"] // 3,
        "profile_activity": count["profile_visits"] // 8,
    }


def account_insights(call: Call, account: Account) -> Json:
    call.only("metric", "period", "metric_type", "breakdown", "timeframe", "since", "until")
    names = _asked(call, tuple(ACCOUNT_METRICS))
    if call.params.get("period") != "day":
        raise invalid("period must be one of {day} for these metrics" if "period" in call.params else
                      "The parameter period is required")  # fmt: skip
    until = call.moment("until") or call.now
    since = call.moment("since") or until - DAY
    if until - since > ACCOUNT_SPAN_MOST:
        raise invalid("There cannot be more than 30 days (2592000 s) between since and until")
    _may_read_account(call, account)
    if call.fault("no_read_insights"):
        return {"data": []}
    data = [_account_entry(call, account, name, since, until) for name in names]
    return {"data": data, "paging": _endless(call, since, until)}


def _account_entry(call: Call, account: Account, name: str, since: datetime, until: datetime) -> Json:
    kind = call.params.get("metric_type", "time_series")
    entry: Json = {"name": name, "period": "day", "title": name.replace("_", " ").title(), "description": name,
                   "id": f"{account.id}/insights/{name}/day"}  # fmt: skip
    if kind == "total_value":
        return {**entry, "total_value": _total(call, account, name, since, until)}
    if kind != "time_series" or name not in TIME_SERIES:
        raise invalid(f"metric[0] must be one of the following values: {', '.join(TIME_SERIES)}")
    ends = _midnights(since, min(until, call.now))
    return {**entry, "values": [{"value": _account_value(call.world, account, name, end - DAY, end),
                                 "end_time": stamp(end)} for end in ends]}  # fmt: skip


def _total(call: Call, account: Account, name: str, since: datetime, until: datetime) -> Json:
    breakdown = call.params.get("breakdown")
    if name == "follows_and_unfollows" and breakdown is None:
        return {}
    value = _account_value(call.world, account, name, since, min(until, call.now))
    if breakdown is None:
        return {"value": value}
    if breakdown not in ACCOUNT_METRICS[name]:
        raise refuse(1, "An unknown error has occurred.", status=500)
    dimension = {"media_product_type": "POST", "follow_type": "NON_FOLLOWER"}.get(breakdown, "UNDEFINED")
    results = [{"dimension_values": [dimension], "value": value}] if value else []
    return {"value": value, "breakdowns": [{"dimension_keys": [breakdown], "results": results}]}


def _account_value(world: World, account: Account, name: str, since: datetime, until: datetime) -> int:
    parts = {"likes": ("reactions",), "saves": ("saved",), "profile_views": ("profile_visits",),
             "accounts_engaged": ("reactions", "comments"), "follower_count": ("follows",),
             "follows_and_unfollows": ("follows",), "website_clicks": ("clicks",),
             "total_interactions": ("reactions", "comments", "saved", "shares")}.get(name, (name,))  # fmt: skip
    return sum(gained(world, account, part, since, until) for part in parts)
