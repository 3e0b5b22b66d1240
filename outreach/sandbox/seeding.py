"""Sets a world up: apps, people, Pages, accounts and their tokens, all under known ids."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from outreach.sandbox import notices
from outreach.sandbox.audience import Audience
from outreach.sandbox.objects import (
    INSTAGRAM_LOGIN_SCOPES,
    INSTAGRAM_SCOPES,
    PAGE_SCOPES,
    Account,
    App,
    Page,
    Token,
    TokenKind,
    User,
)
from outreach.sandbox.switches import Switches
from outreach.sandbox.world import World

START = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
APP_ID = "210000000000001"
APP_SECRET = "sandbox-app-secret"  # noqa: S105  opens nothing but the sandbox
VERIFY_TOKEN = "sandbox-verify-token"  # noqa: S105  as above
USER_ID = "310000000000001"
DATA_ACCESS = timedelta(days=90)
TITLES = (
    ("مساحات آمنة - البصرة", "safe.spaces.basra"),
    ("صوتها مسموع", "her.voice.basra"),
    ("حوارات الفيحاء", "fayhaa.talks"),
)


@dataclass(frozen=True)
class Channel:
    """What a client needs to act for one Page and the account linked to it."""

    page_id: str
    page_token: str
    ig_id: str
    ig_token: str
    page_name: str
    ig_username: str


def create_world(
    *,
    seed: int = 1,
    start: datetime = START,
    pages: int = 1,
    switches: Switches | None = None,
    replay: Iterable[str] = (),
) -> tuple[World, tuple[Channel, ...]]:
    """A new world: one app, one person who manages `pages` Pages, each with an Instagram account, and an audience.

    `replay`: texts that the audience says first, in order, instead of its own.
    """
    world = World(seed=seed, start=start, switches=switches)
    world.on_visible.append(partial(notices.visible, world))
    Audience(world)
    world.replay.extend(replay)
    world.apps[APP_ID] = App(APP_ID, APP_SECRET, VERIFY_TOKEN)
    world.add(world.apps[APP_ID])
    numbers = range(1, pages + 1)
    user = User(USER_ID, "مديرة الصفحات", tuple(_page_id(number) for number in numbers))
    world.add(user)
    user_token = world.mint(_token(world, TokenKind.USER, frozenset(PAGE_SCOPES + INSTAGRAM_SCOPES)))
    user_token.expires_at = start + timedelta(days=60)
    return world, tuple(_channel(world, user_token, number) for number in numbers)


def _page_id(number: int) -> str:
    return str(110_000_000_000_000 + number)


def _token(world: World, kind: TokenKind, scopes: frozenset[str]) -> Token:
    now = world.now()
    return Token("", kind, APP_ID, USER_ID, now, scopes=scopes, data_access_expires_at=now + DATA_ACCESS)


def _channel(world: World, user_token: Token, number: int) -> Channel:
    title, handle = TITLES[(number - 1) % len(TITLES)]
    suffix = "" if number <= len(TITLES) else f" {number}"
    page = Page(_page_id(number), title + suffix, account_id=str(17_841_400_000_000_000 + number))
    account = Account(page.account_id or "", handle + suffix.strip(), page.name, page.id,
                      quota_total=world.switches.quota_total or 50)  # fmt: skip
    world.add(page)
    world.add(account)
    page_token = world.page_token(page, user_token)
    login = _token(world, TokenKind.IGUSER, frozenset(INSTAGRAM_LOGIN_SCOPES))
    login.account_id, login.expires_at = account.id, world.now() + timedelta(days=60)
    return Channel(page.id, page_token.value, account.id, world.mint(login).value, page.name, account.username)
