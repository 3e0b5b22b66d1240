"""Every metric that is asked for, in one table: valid in v26 (graph-api.md §9), what it counts, and how it is asked.

A metric that one channel may refuse is asked alone, so that its refusal cannot empty the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Subject(StrEnum):
    """What a metric is about, as far as Meta answers differently."""

    PAGE = "page"
    PAGE_WEEK = "page_week"  #: people in a week, which cannot be summed from days
    PAGE_AUDIENCE = "page_audience"
    POST = "post"
    POST_VIDEO = "post_video"
    MEDIA = "media"
    MEDIA_REEL = "media_reel"
    MEDIA_STORY = "media_story"
    ACCOUNT = "account"
    ACCOUNT_AUDIENCE = "account_audience"


class Additive(StrEnum):
    YES = "yes"
    NO = "no"  #: people, averages and stocks: a sum of them means nothing


@dataclass(frozen=True)
class Measure:
    name: str
    subjects: tuple[Subject, ...]
    additive: Additive
    definition: str  #: Meta's own, shortened
    alone: bool = False  #: a channel may refuse it
    breakdown: str | None = None  #: asked for by this dimension, in a call of its own
    since: str = ""  #: when it came, or what it took the place of

    @property
    def label(self) -> str:
        """The name under which its figures are kept: a breakdown never stands in for the plain figure."""
        return f"{self.name}/{self.breakdown}" if self.breakdown else self.name


_S = Subject
_YES, _NO = Additive.YES, Additive.NO
_PAGE, _WEEK, _POST, _ACCOUNT = (_S.PAGE,), (_S.PAGE_WEEK,), (_S.POST, _S.POST_VIDEO), (_S.ACCOUNT,)
_MEDIA = (_S.MEDIA, _S.MEDIA_REEL)
_ANY_MEDIA = (*_MEDIA, _S.MEDIA_STORY)
_VIEWS_SINCE = "2025-11-15, in place of impressions"
_VIEWERS_SINCE = "2026-06-15, in place of impressions_unique"
_FOLLOWS_SINCE = "2025-11-15, in place of page_fans"

MEASURES: tuple[Measure, ...] = (
    # -- a Page's days
    Measure("page_media_view", (*_PAGE, *_WEEK), _YES, "times content was played or displayed", since=_VIEWS_SINCE),
    Measure(
        "page_total_media_view_unique", (*_PAGE, *_WEEK), _NO, "people who saw content", since=_VIEWERS_SINCE
    ),
    Measure("page_post_engagements", _PAGE, _YES, "reactions, comments, shares and clicks; those on reels left out"),
    Measure("page_views_total", _PAGE, _YES, "visits to the Page itself"),
    Measure("page_follows", _PAGE, _NO, "followers at the end of the day", alone=True, since=_FOLLOWS_SINCE),
    Measure("page_daily_follows_unique", _PAGE, _NO, "people who began to follow", alone=True),
    Measure("page_daily_unfollows_unique", _PAGE, _NO, "people who stopped following", alone=True),
    Measure("page_actions_post_reactions_total", _PAGE, _YES, "reactions by kind", alone=True),
    Measure("page_media_view", _PAGE, _YES, "views from ads apart from the others", breakdown="is_from_ads"),
    Measure("page_follows_city", (_S.PAGE_AUDIENCE,), _NO, "followers by city; not documented for v26", alone=True),
    Measure("page_follows_country", (_S.PAGE_AUDIENCE,), _NO, "followers by country; likewise", alone=True),
    # -- posts of a Page
    Measure("post_media_view", _POST, _YES, "times that the post was played or displayed", since=_VIEWS_SINCE),
    Measure("post_total_media_view_unique", _POST, _NO, "people who saw the post", since=_VIEWERS_SINCE),
    Measure("post_clicks", _POST, _YES, "clicks anywhere in the post"),
    Measure("post_reactions_by_type_total", _POST, _YES, "reactions by kind"),
    Measure("post_activity_by_action_type", _POST, _YES, "likes, comments and shares, by kind", alone=True),
    Measure("post_media_view", _POST, _YES, "views from ads apart from the others", breakdown="is_from_ads"),
    Measure("post_video_views", (_S.POST_VIDEO,), _YES, "plays of three seconds or more", alone=True),
    Measure("post_video_avg_time_watched", (_S.POST_VIDEO,), _NO, "milliseconds a play", alone=True),
    Measure("post_video_view_time", (_S.POST_VIDEO,), _YES, "milliseconds played in all", alone=True),
    # -- media of an Instagram account
    Measure("reach", _ANY_MEDIA, _NO, "accounts that saw it; an estimate"),
    Measure("views", _ANY_MEDIA, _YES, "times that it was played or displayed", since="2025-04-21, in place of plays"),
    Measure("shares", _ANY_MEDIA, _YES, "times that it was shared"),
    Measure("total_interactions", _ANY_MEDIA, _YES, "likes, saves, comments and shares, less those taken back"),
    Measure("likes", _MEDIA, _YES, "likes"),
    Measure("comments", _MEDIA, _YES, "comments"),
    Measure("saved", _MEDIA, _YES, "times that it was saved"),
    Measure("reposts", _ANY_MEDIA, _YES, "reposts", alone=True),
    Measure("follows", (_S.MEDIA, _S.MEDIA_STORY), _YES, "accounts that followed from it", alone=True),
    Measure("profile_visits", (_S.MEDIA, _S.MEDIA_STORY), _YES, "visits to the profile from it", alone=True),
    Measure("ig_reels_avg_watch_time", (_S.MEDIA_REEL,), _NO, "milliseconds a play", alone=True),
    Measure("ig_reels_video_view_total_time", (_S.MEDIA_REEL,), _YES, "milliseconds played in all", alone=True),
    Measure("reels_skip_rate", (_S.MEDIA_REEL,), _NO, "share that left within three seconds", alone=True),
    Measure("replies", (_S.MEDIA_STORY,), _YES, "replies by message", alone=True),
    Measure("link_clicks", (_S.MEDIA_STORY,), _YES, "taps on its link", alone=True),
    Measure(
        "navigation",
        (_S.MEDIA_STORY,),
        _YES,
        "taps forward, back and out",
        breakdown="story_navigation_action_type",
    ),
    # -- an Instagram account's days
    Measure("reach", _ACCOUNT, _NO, "accounts that saw any of its content; an estimate"),
    Measure("views", _ACCOUNT, _YES, "times that its content was played or displayed"),
    Measure("accounts_engaged", _ACCOUNT, _NO, "accounts that interacted; an estimate"),
    Measure("likes", _ACCOUNT, _YES, "likes"),
    Measure("comments", _ACCOUNT, _YES, "comments"),
    Measure("saves", _ACCOUNT, _YES, "times that something was saved"),
    Measure("shares", _ACCOUNT, _YES, "times that something was shared"),
    Measure("total_interactions", _ACCOUNT, _YES, "likes, saves, comments, shares and replies"),
    Measure("replies", _ACCOUNT, _YES, "replies to stories"),
    Measure("reposts", _ACCOUNT, _YES, "reposts", alone=True),
    Measure(
        "follows_and_unfollows", _ACCOUNT, _NO, "accounts that came and went; a hundred followers needed",
        breakdown="follow_type",
    ),
    Measure("views", _ACCOUNT, _YES, "views by kind of content; AD apart", breakdown="media_product_type"),
    Measure("reach", _ACCOUNT, _NO, "accounts reached, followers and others", breakdown="follow_type"),
    Measure("follower_demographics", (_S.ACCOUNT_AUDIENCE,), _NO, "followers by age", breakdown="age"),
    Measure("follower_demographics", (_S.ACCOUNT_AUDIENCE,), _NO, "followers by city, 45 at most", breakdown="city"),
    Measure("follower_demographics", (_S.ACCOUNT_AUDIENCE,), _NO, "followers by gender", breakdown="gender"),
)  # fmt: skip

#: kept on the node itself and read with it, not from the insights edge
STOCKS = ("followers_count", "follower_count")
_NOT_ADDITIVE = {measure.name for measure in MEASURES if measure.additive is Additive.NO}


def is_additive(name: str) -> bool:
    """Whether figures of this metric (by its label or name) may be added up."""
    plain = name.partition("/")[0]
    return not (plain in _NOT_ADDITIVE or plain in STOCKS or plain.endswith("_unique"))


def of(subject: Subject) -> tuple[Measure, ...]:
    return tuple(measure for measure in MEASURES if subject in measure.subjects)


def calls(subject: Subject) -> Iterator[tuple[Measure, ...]]:
    """What is asked together: the plain ones in one call, each of the others in its own."""
    together = tuple(measure for measure in of(subject) if not (measure.alone or measure.breakdown))
    if together:
        yield together
    yield from ((measure,) for measure in of(subject) if measure.alone or measure.breakdown)


#: what people compare, by kind of channel: measure → Meta's name
POST_FIGURES: dict[str, dict[str, str]] = {
    "facebook_page": {
        "views": "post_media_view",
        "reach": "post_total_media_view_unique",
        "reactions": "reactions",
        "comments": "comments",
        "shares": "shares",
        "clicks": "post_clicks",
    },
    "instagram_account": {
        "views": "views",
        "reach": "reach",
        "reactions": "likes",
        "comments": "comments",
        "shares": "shares",
        "saves": "saved",
    },
}
