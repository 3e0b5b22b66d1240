"""Insights of Pages and posts (graph-api.md §9.1), all read off one record per post."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from outreach.sandbox.call import Call, Json, stamp, unix
from outreach.sandbox.fields import Field
from outreach.sandbox.objects import Account, Attention, Media, Page, Post
from outreach.sandbox.refusals import gone, invalid, refuse
from outreach.sandbox.world import World

PACIFIC = ZoneInfo("America/Los_Angeles")
DAY = timedelta(days=1)
SPANS = {"day": 1, "week": 7, "days_28": 28}
PAGE_SPAN_MOST = timedelta(days=90)
BY_TYPE = {"like": "LIKE", "love": "LOVE", "wow": "WOW", "haha": "HAHA", "sorry": "SAD", "anger": "ANGRY"}

_VIDEO = ("", "_paid", "_organic", "_by_paid_non_paid", "_by_uploaded_hosted", "_autoplayed", "_click_to_play")
_WHOLE = ("", "_paid", "_organic", "_autoplayed", "_click_to_play", "_unique", "_repeat_views")
_ALL, _DAY, _DAY_WEEK = ("day", "week", "days_28"), ("day",), ("day", "week")
PAGE_METRICS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("page_media_view", "page_total_media_view_unique", "page_post_engagements", "page_total_actions",
                     "page_views_total", "page_daily_follows_unique", "page_daily_unfollows_unique"), _ALL),
    **dict.fromkeys(("page_follows", "page_daily_follows", "page_video_view_time", "page_actions_post_reactions_total",
                     "page_fan_adds_by_paid_non_paid_unique", "page_lifetime_engaged_followers_unique",
                     "page_tab_views_logout_top"), _DAY),
    **dict.fromkeys(("page_tab_views_login_top", "page_tab_views_login_top_unique"), _DAY_WEEK),
    **{f"page_actions_post_reactions_{name}_total": _ALL for name in BY_TYPE},
    **{f"page_video_views{ending}": _ALL for ending in _VIDEO},
    **{f"page_video_complete_views_30s{ending}": _ALL for ending in _WHOLE},
    "page_video_repeat_views": _ALL,
}  # fmt: skip
#: accepted by a live app although one of Meta's lists calls them removed
PAGE_PLACES = {"page_follows_city": "city", "page_follows_country": "country"}
POST_VIDEO_METRICS = (
    *(f"post_video_views{ending}" for ending in ("", "_organic", "_paid", "_autoplayed", "_clicked_to_play", "_15s",
                                                  "_60s_excludes_shorter", "_sound_on")),
    "post_video_avg_time_watched", "post_video_length", "post_video_view_time", "post_video_view_time_organic",
    "post_video_social_actions_count_unique",
)  # fmt: skip
POST_METRICS = (
    "post_media_view", "post_total_media_view_unique", "post_clicks", "post_clicks_by_type",
    "post_reactions_by_type_total", "post_activity_by_action_type", "post_activity_by_action_type_unique",
    *(f"post_reactions_{name}_total" for name in BY_TYPE), *POST_VIDEO_METRICS,
)  # fmt: skip
FOLLOWERS_LEAST = 100  # of whom Meta tells anything
FOLLOWING = 0.4  # of the views: from followers
PLAY_MILLISECONDS = 6_000
#: of the followers of a page in Basra, as shares
PEOPLE: dict[str, dict[str, float]] = {
    "city": {"Basra, Iraq": 0.58, "Az Zubayr, Iraq": 0.09, "Baghdad, Iraq": 0.14, "Abu al-Khasib, Iraq": 0.05},
    "country": {"IQ": 0.93, "KW": 0.02, "SE": 0.01},
    "age": {"13-17": 0.04, "18-24": 0.31, "25-34": 0.37, "35-44": 0.18, "45-54": 0.07, "55-64": 0.02, "65+": 0.01},
    "gender": {"F": 0.55, "M": 0.41, "U": 0.04},
}


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
    places = tuple(PAGE_PLACES) if call.world.switches.page_follows_places else ()
    names = asked(call, (*PAGE_METRICS, *places))
    call.only("metric", "period", "since", "until", "breakdown", "date_preset", "show_description_from_api_doc")
    _may_read(call, page)
    _only_media_views(call, names)
    until = call.moment("until") or call.now
    since = call.moment("since")
    if since and until - since > PAGE_SPAN_MOST:
        raise invalid("There cannot be more than 90 days (7776000 s) between since and until")
    if _withheld(call):
        return {"data": []}
    ends = list(midnights(since or until - 2 * DAY, min(until, call.now)))
    data = [_page_series(call, page, name, period, ends) for name in names for period in _periods(call, name)]
    return {"data": data, "paging": endless(call, since or until - 2 * DAY, until)}


def asked(call: Call, known: tuple[str, ...]) -> list[str]:
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
        return PAGE_METRICS.get(name, _DAY)
    if period not in (*SPANS, "month", "lifetime", "total_over_range"):
        raise invalid("period must be one of {day, week, days_28, month, lifetime, total_over_range}")
    return (period,) if period in PAGE_METRICS.get(name, _DAY) else ()


def _may_read(call: Call, page: Page) -> None:
    if not call.manages(page):
        raise gone(page.id)
    if not call.as_page(page.id):
        raise refuse(190, "(#190) This method must be called with a Page Access Token")
    call.need("pages_read_engagement", target=page.id, code=10)


def _withheld(call: Call) -> bool:
    missing = "read_insights" not in call.someone().scopes and call.world.switches.insights_without_scope_empty
    return missing or call.fault("no_read_insights") is not None


def midnights(since: datetime, until: datetime) -> Iterator[datetime]:
    """Ends of whole days in Pacific time, after `since` and up to `until`."""
    local = since.astimezone(PACIFIC).replace(hour=0, minute=0, second=0, microsecond=0)
    while (local := local + DAY).astimezone(PACIFIC) <= until:
        yield local


def _only_media_views(call: Call, names: list[str]) -> None:
    """Views alone have a breakdown; any other metric with one is not told from a defect of Meta's (§9.2)."""
    breakdown = call.params.get("breakdown")
    if breakdown is None:
        return
    if breakdown not in ("is_from_ads", "is_from_followers") or any(not name.endswith("_media_view") for name in names):
        raise refuse(1, "An unknown error has occurred.", status=500)


def _parted(call: Call, value: Any) -> list[Json]:
    """One value, or its parts where a breakdown is asked for."""
    breakdown = call.params.get("breakdown")
    if breakdown is None or not isinstance(value, int):
        return [{"value": value}]
    share = call.world.switches.paid_share if breakdown == "is_from_ads" else FOLLOWING
    part = int(value * share)
    return [{"value": part, breakdown: True}, {"value": value - part, breakdown: False}]


def _page_series(call: Call, page: Page, name: str, period: str, ends: list[datetime]) -> Json:
    values = [
        {**part, "end_time": stamp(end)}
        for end in ends
        for part in _parted(call, _page_value(call.world, page, name, end - DAY * SPANS[period], end))
    ]
    title = name.removeprefix("page_").replace("_", " ").title()
    return {"name": name, "period": period, "values": values, "title": f"{period.title()} {title}",
            "description": f"{period.title()}: {title}", "id": f"{page.id}/insights/{name}/{period}"}  # fmt: skip


def _page_value(world: World, page: Page, name: str, start: datetime, end: datetime) -> Any:
    if name in PAGE_PLACES:
        return people(page.followers, PAGE_PLACES[name])
    if name == "page_follows":
        return followers(world, page, end)
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


def people(followers: int, dimension: str) -> dict[str, int]:
    """Nothing of fewer than a hundred followers, as Meta has it."""
    few = followers < FOLLOWERS_LEAST
    return {} if few else {name: int(followers * share) for name, share in PEOPLE[dimension].items()}


def followers(world: World, owner: Page | Account, at: datetime) -> int:
    """Those of the beginning, and those whom posts brought."""
    return owner.followers + gained(world, owner, "follows", page_birth(world, owner), at)


def page_birth(world: World, owner: Page | Account) -> datetime:
    """A time before anything was visible."""
    return min((attention.since for _, attention in _visible(world, owner)), default=world.now()) - DAY


def endless(call: Call, since: datetime, until: datetime) -> Json:
    """Insights always have a next window; following it blindly never ends."""
    span = max(until - since, DAY)
    return {
        "previous": call.link({"since": str(unix(since - span)), "until": str(unix(since))}),
        "next": call.link({"since": str(unix(until)), "until": str(unix(until + span))}),
    }


# -- post -------------------------------------------------------------------------------------------------------


def post_insights(call: Call, post: Post) -> Json:
    names = asked(call, POST_METRICS)
    _only_media_views(call, names)
    call.only("metric", "period", "since", "until", "breakdown", "date_preset", "show_description_from_api_doc")
    page = call.world.nodes[post.page_id]
    if not isinstance(page, Page):
        raise gone(post.id)
    _may_read(call, page)
    if _withheld(call) or post.attention is None or call.text("period", "lifetime") != "lifetime":
        return {"data": []}
    told = [name for name in names if name not in POST_VIDEO_METRICS or post.video_id]
    data = [_post_entry(call, post, name) for name in told]
    return {"data": data, "paging": endless(call, call.now - 2 * DAY, call.now)}


def insights_field(call: Call, post: Post, one: Field) -> Any:
    return post_insights(call.within(one), post)


def _post_entry(call: Call, post: Post, name: str) -> Json:
    title = "Lifetime " + name.removeprefix("post_").replace("_", " ").title()
    values = _parted(call, _post_value(call.world, post, name, call.now))
    return {"name": name, "period": "lifetime", "values": values,
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
    }
    if name in values:
        return values[name]()
    if name in POST_VIDEO_METRICS:
        return _video_value(name, count["views"])
    return by_type.get(BY_TYPE[name.split("_")[2]], 0)


def _video_value(name: str, views: int) -> int:
    """Plays are most of the views; a play lasts six seconds."""
    if "paid" in name:
        return 0
    if name in ("post_video_avg_time_watched", "post_video_length"):
        return PLAY_MILLISECONDS
    return views * PLAY_MILLISECONDS if "time" in name else views * 3 // 4


def _activity(count: dict[str, int]) -> dict[str, int]:
    return _without_zeros({"like": count["reactions"], "comment": count["comments"], "share": count["shares"]})


def _without_zeros(values: dict[str, int]) -> dict[str, int]:
    return {key: value for key, value in values.items() if value}
