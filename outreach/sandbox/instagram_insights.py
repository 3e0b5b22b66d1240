"""Insights of Instagram media and accounts (graph-api.md §9.2, §9.3), read off the same record per post."""

from __future__ import annotations

from datetime import datetime, timedelta

from outreach.sandbox.call import Call, Json, instagram_scope, stamp
from outreach.sandbox.insights import (
    DAY,
    FOLLOWERS_LEAST,
    PEOPLE,
    PLAY_MILLISECONDS,
    asked,
    endless,
    figures,
    gained,
    midnights,
    people,
)
from outreach.sandbox.objects import Account, Media, Node
from outreach.sandbox.refusals import gone, invalid, refuse
from outreach.sandbox.world import World

ACCOUNT_SPAN_MOST = timedelta(days=30)
_EVERY, _LASTING, _NOT_REELS = ("FEED", "REELS", "STORY"), ("FEED", "REELS"), ("FEED", "STORY")
MEDIA_METRICS: dict[str, tuple[str, ...]] = {  # metric → the products that have it (§9.2)
    **dict.fromkeys(("reach", "views", "shares", "total_interactions", "reposts", "total_views"), _EVERY),
    **dict.fromkeys(("likes", "comments", "saved", "total_likes", "total_comments"), _LASTING),
    **dict.fromkeys(("follows", "profile_visits", "profile_activity"), _NOT_REELS),
    **dict.fromkeys(("ig_reels_avg_watch_time", "ig_reels_video_view_total_time", "reels_skip_rate"), ("REELS",)),
    **dict.fromkeys(("navigation", "replies", "link_clicks"), ("STORY",)),
}
#: metric → the one breakdown that it takes, and the share of each part
MEDIA_BREAKDOWNS: dict[str, tuple[str, dict[str, float]]] = {
    "profile_activity": ("action_type", {"email": 0.2, "call": 0.3, "direction": 0.5}),
    "navigation": ("story_navigation_action_type", {"tap_forward": 0.7, "tap_back": 0.1, "tap_exit": 0.1,
                                                    "swipe_forward": 0.1}),
}  # fmt: skip
STORY_VIEWERS_LEAST, STORY_LASTS = 5, DAY
ACCOUNT_METRICS: dict[str, tuple[str, ...]] = {  # metric → breakdowns
    "reach": ("media_product_type", "follow_type"),
    "views": ("media_product_type", "follow_type"),
    **dict.fromkeys(("accounts_engaged", "replies", "reposts", "profile_views", "website_clicks"), ()),
    **dict.fromkeys(("likes", "comments", "saves", "shares", "total_interactions"), ("media_product_type",)),
    "follows_and_unfollows": ("follow_type",),
    "profile_links_taps": ("contact_button_type",),
    "follower_count": (),
}
DEMOGRAPHICS = ("follower_demographics", "engaged_audience_demographics")
TIME_SERIES = ("reach", "follower_count")
MEDIA_UNSHARED = ("facebook_views", "crossposted_views")


def media_insights(call: Call, media: Media) -> Json:
    text = call.text("metric")
    if any(name in MEDIA_UNSHARED for name in text.split(",")):
        raise refuse(100, "(#100) The media is not shared to Facebook", subcode=2207086)
    names = asked(call, tuple(name for name, products in MEDIA_METRICS.items() if media.product in products))
    call.only("metric", "breakdown", "period")
    _may_read_account(call, call.world.nodes[media.account_id])
    if "breakdown" in call.params and any(_breakdown_of(name) != call.params["breakdown"] for name in names):
        raise refuse(1, "An unknown error has occurred.", status=500)
    if media.is_child or media.attention is None or call.fault("no_read_insights"):
        return {"data": []}
    if media.product == "STORY":
        _story_is_told(call, media)
    return {"data": [_media_entry(call, media, name) for name in names]}


def _breakdown_of(name: str) -> str | None:
    return MEDIA_BREAKDOWNS[name][0] if name in MEDIA_BREAKDOWNS else None


def _story_is_told(call: Call, media: Media) -> None:
    """A story's figures end with it, and of a handful of viewers nothing is told."""
    if call.now >= media.created_at + STORY_LASTS:
        raise gone(media.id)
    if media.attention is not None and media.attention.reached(call.now) < STORY_VIEWERS_LEAST:
        raise refuse(10, "(#10) Not enough viewers for the media to show insights")


def _may_read_account(call: Call, account: Node) -> None:
    if not isinstance(account, Account) or not call.manages(account):
        raise gone(account.id)
    call.need(instagram_scope(call, "instagram_manage_insights"), target=account.id, code=10)


def _media_entry(call: Call, media: Media, name: str) -> Json:
    title = name.replace("_", " ").title()
    value = media_figures(call.world, media, call.now)[name]
    entry: Json = {"name": name, "period": "lifetime", "values": [{"value": value}], "title": title,
                   "description": title, "id": f"{media.id}/insights/{name}/lifetime"}  # fmt: skip
    if "breakdown" in call.params:
        entry["total_value"] = _shares(value, *MEDIA_BREAKDOWNS[name])
    return entry


def _shares(value: int, dimension: str, shares: dict[str, float]) -> Json:
    results = [{"dimension_values": [part], "value": int(value * share)} for part, share in shares.items()]
    return {"value": value, "breakdowns": [{"dimension_keys": [dimension], "results": results}]}


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
        "ig_reels_avg_watch_time": PLAY_MILLISECONDS,
        "ig_reels_video_view_total_time": count["views"] * PLAY_MILLISECONDS,
        "reels_skip_rate": 35,
        "navigation": count["views"],
        "replies": count["comments"],
        "link_clicks": count["clicks"],
    }


def account_insights(call: Call, account: Account) -> Json:
    call.only("metric", "period", "metric_type", "breakdown", "timeframe", "since", "until")
    names = asked(call, (*ACCOUNT_METRICS, *DEMOGRAPHICS))
    if any(name in DEMOGRAPHICS for name in names):
        return _demographics(call, account, names)
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
    return {"data": data, "paging": endless(call, since, until)}


def _demographics(call: Call, account: Account, names: list[str]) -> Json:
    if call.params.get("period") != "lifetime" or call.params.get("metric_type") != "total_value":
        raise invalid("period must be one of {lifetime} and metric_type total_value for these metrics")
    if call.params.get("timeframe") not in ("this_week", "this_month"):
        raise invalid("timeframe must be one of {this_week, this_month}")
    if (dimension := call.params.get("breakdown")) not in PEOPLE:
        raise invalid("breakdown must be one of {age, city, country, gender}")
    _may_read_account(call, account)
    if call.fault("no_read_insights") or account.followers < FOLLOWERS_LEAST:
        return {"data": []}
    return {"data": [_demographic(account, name, dimension) for name in names]}


def _demographic(account: Account, name: str, dimension: str) -> Json:
    results = [{"dimension_values": [part], "value": n} for part, n in people(account.followers, dimension).items()]
    return {"name": name, "period": "lifetime", "title": name.replace("_", " ").title(), "description": name,
            "total_value": {"breakdowns": [{"dimension_keys": [dimension], "results": results}]},
            "id": f"{account.id}/insights/{name}/lifetime"}  # fmt: skip


def _account_entry(call: Call, account: Account, name: str, since: datetime, until: datetime) -> Json:
    kind = call.params.get("metric_type", "time_series")
    entry: Json = {"name": name, "period": "day", "title": name.replace("_", " ").title(), "description": name,
                   "id": f"{account.id}/insights/{name}/day"}  # fmt: skip
    if kind == "total_value":
        return {**entry, "total_value": _total(call, account, name, since, until)}
    if kind != "time_series" or name not in TIME_SERIES:
        raise invalid(f"metric[0] must be one of the following values: {', '.join(TIME_SERIES)}")
    ends = midnights(since, min(until, call.now))
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
