"""Usage counters, the headers that show them, and the refusals when they are used up (graph-api.md §8)."""

from __future__ import annotations

import json
from collections import deque
from datetime import datetime, timedelta

from outreach.errors import MetaError
from outreach.sandbox.objects import TokenKind
from outreach.sandbox.refusals import refuse
from outreach.sandbox.world import World

HOUR, DAY = timedelta(hours=1), timedelta(hours=24)


class Usage:
    """Calls of one app, person, Page or account within a rolling window."""

    def __init__(self, *, window: timedelta) -> None:
        self.window = window
        self.calls: deque[datetime] = deque()

    def count(self, now: datetime) -> int:
        while self.calls and self.calls[0] <= now - self.window:
            self.calls.popleft()
        self.calls.append(now)
        return len(self.calls)


def count_call(world: World, usages: dict[str, Usage], *, token_value: str, instagram: bool) -> dict[str, str]:
    """Count one call and return its usage headers; raises the rate-limit error when nothing is left."""
    token = world.tokens.get(token_value)
    switches, now = world.switches, world.now()
    by_page = token is not None and token.kind in (TokenKind.PAGE, TokenKind.SYSTEM, TokenKind.IGUSER)
    if token is not None and by_page:
        owner = (token.account_id if instagram else token.page_id) or token.user_id
        total = usages.setdefault(owner, Usage(window=DAY)).count(now)
        if total > switches.page_calls:
            raise _too_many(80002 if instagram else 80001, switches.status_rate_limit)
        return _business_header(world, owner, total, instagram=instagram)
    owner = token.user_id if token else "app"
    total = usages.setdefault(owner, Usage(window=HOUR)).count(now)
    if total > switches.app_calls:
        raise _too_many(17 if token else 4, switches.status_rate_limit)
    share = 100 * total // switches.app_calls
    usage = json.dumps({"call_count": share, "total_cputime": share, "total_time": share}, separators=(",", ":"))
    return {"x-app-usage": usage} if total > switches.usage_after else {}


def _business_header(world: World, owner: str, total: int, *, instagram: bool) -> dict[str, str]:
    share = 100 * total // world.switches.page_calls
    entry = {"type": "instagram" if instagram else "pages", "call_count": share, "total_cputime": share,
             "total_time": share, "estimated_time_to_regain_access": 0}  # fmt: skip
    header = json.dumps({owner: [entry]}, separators=(",", ":"))
    return {"x-business-use-case-usage": header} if total > world.switches.usage_after else {}


def _too_many(code: int, status: int) -> MetaError:
    what = {80001: "this Page account", 80002: "this Instagram account"}.get(code, "this application")
    return refuse(code, f"(#{code}) There have been too many calls to {what}. Wait a bit and try again.", status=status)
