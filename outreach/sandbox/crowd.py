"""A crowd under one post: as many comments as asked for, each made from the seed and its number whenever it is read."""

from __future__ import annotations

import random
from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import overload

from outreach.sandbox import words
from outreach.sandbox.objects import Comment, Node, Post

PREFIX = "98"  #: of their numbers; those of other comments never grow so far
REPEATED = 7_000  #: people, so that each says more than one thing in a long talk


@dataclass(frozen=True)
class Crowd(Sequence[Comment]):
    """Oldest first, spread evenly from the post's time until `until`. Only what a call changed or named is kept."""

    seed: int
    post: Post
    size: int
    until: datetime
    ordinary_share: float
    kept: MutableMapping[str, Node]

    def __len__(self) -> int:
        return self.size

    @overload
    def __getitem__(self, place: int) -> Comment: ...
    @overload
    def __getitem__(self, place: slice) -> list[Comment]: ...
    def __getitem__(self, place: int | slice) -> Comment | list[Comment]:
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(self.size))]
        number = range(self.size)[place]
        node = self.kept.get(self._id(number))
        return node if isinstance(node, Comment) else self._make(number)

    def find(self, comment_id: str) -> Comment | None:
        """From now on the same object is given, so that what a caller does to it lasts."""
        digits = comment_id.rpartition("_")[2].removeprefix(PREFIX)
        if not digits.isdecimal() or int(digits) >= self.size or self._id(int(digits)) != comment_id:
            return None
        return self.kept.setdefault(comment_id, self[int(digits)])  # type: ignore[return-value]

    def _id(self, number: int) -> str:
        return f"{self.post.tail}_{PREFIX}{number:015}"

    def _make(self, number: int) -> Comment:
        dice = random.Random(f"{self.seed}/{self.post.id}/{number}")  # noqa: S311  a repeatable talk, no secret
        text, kind = words.say(dice, ordinary_share=self.ordinary_share)
        step = (self.until - self.post.created_at) / self.size
        return Comment(self._id(number), self.post.id, self.post.page_id, words.person(dice, dice.randrange(REPEATED)),
                       text, self.post.created_at + step * number, facebook=True, kind=kind)  # fmt: skip
