"""Every choice that Meta's documents leave open, and every habit of Meta's that a test may want on or off."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

from outreach.errors import InvalidError


@dataclass(frozen=True)
class Switches:
    """Defaults are the stricter reading; the README of this package says what each one stands for."""

    status_invalid_token: int = 400  #: 400 or 401 with code 190
    status_rate_limit: int = 403  #: 400, 403 or 429
    proof_error_code: int = 100  #: 100 or 104 for a wrong `appsecret_proof`
    require_proof: bool = False
    unknown_version_code: int = 2500
    schedule_days: int = 30  #: 30 by the guide, 75 by the reference
    quota_total: int = 50  #: 25, 50 or 100; 0 keeps what the account has
    republish_is_error: bool = True  #: publishing a PUBLISHED container: error, or the same media again
    second_delete_is_error: bool = True
    container_seconds: float = 0.0  #: how long a container stays IN_PROGRESS; 0 answers with the result itself
    video_seconds: float = 0.0  #: how long a Page's video is processed; 0: it is ready at once
    video_chunk_bytes: int = 4_194_304  #: how much a Page's upload asks for at a time
    video_post_id_bare: bool = True  #: a video names its post without the Page's id in front
    reel_names_post: bool = False  #: `post_id` in the answer that finishes a reel
    story_names_post: bool = True  #: … and a story
    reels_a_day: int = 30
    comments_page_max: int = 100
    ids_max: int = 50
    insights_without_scope_empty: bool = True  #: `data: []` without `read_insights`, or the values
    page_follows_places: bool = True  #: `page_follows_city` and `_country`, or error 100
    paid_share: float = 0.0  #: of the views, from ads
    private_reply_needs_messaging_scope: bool = True
    created_time_moves: bool = True  #: a post's `created_time` becomes the time when it was published
    duplicate_minutes: int = 60  #: the same words twice on a Page within this time: code 506; 0 never
    strict_parameters: bool = True  #: an unknown parameter is an error (Meta often ignores it)
    extra_keys: bool = True  #: unknown keys in answers
    counts_drift: bool = True  #: `total_count` sometimes off by one
    nameless_share: float = 0.1  #: comments without `from`
    token_in_next: bool = True
    usage_after: int = 5  #: usage headers appear after so many calls
    page_calls: int = 240_000  #: calls a Page may take in 24 hours before 80001 (80002 for Instagram)
    app_calls: int = 200_000  #: calls of an app or person in one hour before code 4 or 17
    fetch_seconds: float = 5.0  #: how long a media host may take
    webhook_batch: int = 1  #: updates in one delivery, up to 1000
    webhook_seconds: float = 5.0
    webhook_instagram_flat: bool = False  #: `entry[].field/value` instead of `changes[]`
    app_live: bool = True  #: False: development mode, only people with a role on the app see its posts
    advanced_access: bool = True  #: False: no Instagram webhooks, no private replies to people without a role
    app_permissions_listed: bool = True  #: `/{app}/permissions`; else there is no such edge
    page_roles_listed: bool = True  #: `/{page}/roles` and `/assigned_users`; else there are no such edges
    business_shown: bool = True  #: the field `business` of a Page; else there is no such field
    in_business: bool = False  #: every Page belongs to a business portfolio, and so do those who work on it
    business_verified: bool = True
    audience: bool = True
    comments_per_post: float = 18.0
    reach_per_post: float = 1800.0
    ordinary_share: float = 0.88  #: comments without any flag


def switched(switches: Switches, changes: dict[str, object]) -> Switches:
    """Raises InvalidError for a name that is not a switch or a value of another type."""
    known = {field.name: type(getattr(switches, field.name)) for field in fields(switches)}
    for name, value in changes.items():
        if name not in known:
            raise InvalidError("sandbox.unknown_switch", switch=name)
        if not isinstance(value, known[name]) and not (known[name] is float and isinstance(value, int)):
            raise InvalidError("sandbox.bad_switch", switch=name)
    return replace(switches, **changes)  # type: ignore[arg-type]
