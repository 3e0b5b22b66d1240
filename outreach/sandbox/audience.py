"""The people under the posts: they see, react, comment, answer each other, edit and delete, as the hours pass."""

from __future__ import annotations

import bisect
import math
import random
from datetime import datetime, timedelta
from functools import cached_property, partial
from zoneinfo import ZoneInfo

from outreach.sandbox import comments, words
from outreach.sandbox.objects import Attention, Author, Comment, Media, Post
from outreach.sandbox.world import World

BASRA = ZoneInfo("Asia/Baghdad")
NIGHT = range(1, 7)  # hours at which most people sleep
LONGEST = timedelta(days=6)
CROWD = 600
REACTIONS = {"LIKE": 62, "LOVE": 24, "CARE": 5, "SAD": 4, "HAHA": 3, "WOW": 1, "ANGRY": 1}
STICKER_SHARE = 0.25  # of comments that are emoji alone
EDIT_SHARE, DELETE_SHARE, THREAD_SHARE, THANKS_SHARE = 0.04, 0.03, 0.22, 0.4


class Audience:
    """Listens to a world. Everything it will do about a post is drawn when the post becomes visible."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.seen = 0
        world.on_visible.append(self.notice)
        world.on_comment.append(self.answer_back)

    @cached_property  # many worlds never hear anybody
    def crowd(self) -> list[Author]:
        dice = self._dice("crowd")
        return [words.person(dice, number) for number in range(CROWD)]

    def _dice(self, name: object) -> random.Random:
        return random.Random(f"{self.world.seed}:{name}")  # noqa: S311  a repeatable audience, no secret

    def notice(self, item: Post | Media) -> None:
        """A post is out: draw how far it reaches and who will say what, when."""
        if not self.world.switches.audience or not self.world.switches.app_live:
            return
        self.seen += 1
        dice = self._dice(self.seen)
        count = min(400, max(0, round(dice.lognormvariate(0, 0.55) * self.world.switches.comments_per_post)))
        reach = max(round(dice.lognormvariate(0, 0.5) * self.world.switches.reach_per_post), 25 * count)
        attention = Attention(self.world.now(), reach, timedelta(hours=dice.uniform(7, 24)))
        attention.views_per_person = dice.uniform(1.2, 1.8)
        attention.reactions = _reactions(dice, attention)
        item.attention = attention
        for _ in range(count if item.takes_comments else 0):
            self._plan_comment(dice, item, attention)

    def _plan_comment(self, dice: random.Random, item: Post | Media, attention: Attention) -> None:
        at = _moment(dice, attention)
        text, kind = self._line(dice)
        sticker = isinstance(item, Post) and kind == "emoji" and words.chance(dice, STICKER_SHARE)
        if sticker:
            text = ""
        inner = random.Random(dice.random())  # noqa: S311  as above
        speak = partial(self._speak, item, inner, text, kind, "sticker" if sticker else None)
        self.world.plan(at, speak)

    def _line(self, dice: random.Random) -> tuple[str, str]:
        if self.world.replay:
            return self.world.replay.popleft(), "replay"
        return words.say(dice, ordinary_share=self.world.switches.ordinary_share)

    def _speak(
        self, item: Post | Media, dice: random.Random, text: str, kind: str, attachment: str | None, at: datetime
    ) -> None:
        if item.deleted or not item.takes_comments:
            return
        comment = self._put(item, dice, text, kind=kind, at=at, attachment=attachment)
        if words.chance(dice, THREAD_SHARE):
            for number in range(dice.choice((1, 1, 1, 2, 3))):
                later = awake(dice, at + timedelta(minutes=dice.expovariate(1 / 50) + 4 * number))
                self.world.plan(later, partial(self._reply, item, dice, comment, "reply"))
        if text and comment.facebook and words.chance(dice, EDIT_SHARE):
            fixed = words.misspell(dice, text) + dice.choice(("", " *", "."))
            self.world.plan(at + timedelta(minutes=dice.uniform(1, 40)), partial(self._edit, comment, fixed))
        if words.chance(dice, DELETE_SHARE):
            self.world.plan(at + timedelta(minutes=dice.uniform(3, 900)), partial(self._delete, comment))

    def _put(  # noqa: PLR0913  one comment is all of this
        self, item: Post | Media, dice: random.Random, text: str, *, kind: str, at: datetime,
        attachment: str | None = None, parent: Comment | None = None, author: Author | None = None,
    ) -> Comment:  # fmt: skip
        facebook = isinstance(item, Post)
        number = comments.facebook_id(self.world, item.id) if facebook else self.world.new_id("180")
        owner_id = item.page_id if isinstance(item, Post) else item.account_id
        comment = Comment(
            number, item.id, owner_id, author or dice.choice(self.crowd), text, at, facebook,
            comments.thread_of(parent), nameless=words.chance(dice, self.world.switches.nameless_share),
            attachment=attachment, likes=int(dice.expovariate(0.6)), kind=kind,
        )  # fmt: skip
        comments.put(self.world, comment)
        return comment

    def _reply(self, item: Post | Media, dice: random.Random, parent: Comment, kind: str, at: datetime) -> None:
        if item.deleted or parent.deleted or parent.hidden:
            return
        author = parent.author if kind == "thanks_back" else None
        self._put(item, dice, words.answer(dice, kind), kind=kind, at=at, parent=parent, author=author)

    def _edit(self, comment: Comment, text: str, _at: datetime) -> None:
        if self.world.find(comment.id):
            comments.edit(self.world, comment, text)

    def _delete(self, comment: Comment, _at: datetime) -> None:
        if self.world.find(comment.id):
            comments.remove(self.world, comment)

    def answer_back(self, comment: Comment) -> None:
        """When the Page answers somebody, that person may say thanks."""
        parent = self.world.find(comment.parent_id or "")
        item = self.world.find(comment.object_id)
        if not comment.own or not isinstance(parent, Comment) or not isinstance(item, Post | Media):
            return
        dice = self._dice(comment.id)
        if self.world.switches.audience and not parent.own and words.chance(dice, THANKS_SHARE):
            later = awake(dice, self.world.now() + timedelta(minutes=dice.uniform(3, 120)))
            self.world.plan(later, partial(self._reply, item, dice, parent, "thanks_back"))


def _reactions(dice: random.Random, attention: Attention) -> list[tuple[datetime, str]]:
    """Never more than people reached: each reaction waits until one more person has seen the post."""
    count = round(attention.reach * dice.uniform(0.02, 0.06))
    kinds, weights = list(REACTIONS), list(REACTIONS.values())
    found: list[tuple[datetime, str]] = []
    for _ in range(count):
        bisect.insort(found, (_moment(dice, attention), dice.choices(kinds, weights=weights)[0]))
    return found


def _moment(dice: random.Random, attention: Attention) -> datetime:
    """Front-loaded as the post's reach is, at most some days later, mostly by day."""
    wait = -attention.half_life * math.log2(1.0 - dice.random() * 0.98)
    return awake(dice, attention.since + min(wait, LONGEST) + timedelta(seconds=dice.randrange(20, 300)))


def awake(dice: random.Random, at: datetime) -> datetime:
    """Most of what would be said at night in Basra is said in the morning."""
    local = at.astimezone(BASRA)
    if local.hour not in NIGHT or words.chance(dice, 0.15):
        return at
    morning = local.replace(hour=NIGHT.stop, minute=0, second=0)
    return (morning + timedelta(minutes=dice.expovariate(1 / 70))).astimezone(at.tzinfo)
