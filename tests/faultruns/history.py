"""One history: the stage, the machines on it, and what its people did that the database need not know of."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from outreach.clock import Clock
from outreach.db import Database
from tests.stages import Stage


@dataclass
class OurClock:
    """The machine's own clock, which may be wrong; the stage's is right, and Meta's."""

    right: Clock
    wrong_by: timedelta = timedelta(0)

    def now(self) -> datetime:
        return self.right.now() + self.wrong_by


@dataclass
class History:
    stage: Stage
    dice: random.Random
    clock: OurClock
    person: str  #: id of the user who pauses, decides, takes down
    texts: dict[str, str]  #: by publication; nothing else resembles them
    shapes: dict[str, tuple[str, str]]  #: by publication: channel and format
    by_hand: set[str] = field(default_factory=set)  #: ids of what a person posted with Meta's own tools
    altered: dict[str, str] = field(default_factory=dict)  #: by id at Meta: the publication whose words she changed
    removed: set[str] = field(default_factory=set)  #: publications whose post she deleted at Meta
    backup: Path | None = None
    shown_at_pause: dict[str, int] = field(default_factory=dict)  #: by pause: attempts to show something until then
    deaths: int = 0
    restores: int = 0
    renewals: int = 0
    alone: bool = True  #: nothing comes between a call and its answer
    told: list[str] = field(default_factory=list)  #: what happened, for whoever looks at a bad one
    wrong: list[str] = field(default_factory=list)  #: what was untrue while it went on

    @property
    def database(self) -> Database:
        return self.stage.database

    @property
    def now(self) -> datetime:
        """As our machine and whoever sits at its pages see it."""
        return self.clock.now()

    def note(self, what: str) -> None:
        self.told.append(f"{self.stage.clock.now():%d %H:%M:%S} {what}")

    @contextmanager
    def undisturbed(self) -> Iterator[None]:
        was, self.alone = self.alone, True
        try:
            yield
        finally:
            self.alone = was

    def publication_of(self, channel: str, seen: dict[str, Any]) -> str | None:
        """Which publication something at Meta is, as whoever wrote it knows.

        What got other words in Meta's Planner after a backup is nobody's to recognise once that is restored.
        """
        altered = self.altered.get(seen["id"])
        if altered is not None and (not self.restores or seen["text"] == self.texts[altered]):
            return altered
        if seen["format"] == "story":
            return next((key for key, shape in self.shapes.items() if shape == (channel, "story")), None)
        same = (key for key, text in self.texts.items() if text == seen["text"] and self.shapes[key][0] == channel)
        return next(same, None)


@dataclass(frozen=True)
class Seen:
    """A post that the public sees."""

    id: str
    channel: str
    publication: str | None
    text: str
    by_hand: bool


def visible(history: History, state: dict[str, Any] | None = None) -> list[Seen]:
    return [
        Seen(each["id"], channel, history.publication_of(channel, each), each["text"], each["id"] in history.by_hand)
        for channel, each in everything(state or history.stage.state())
        if each["visible"]
    ]


def everything(state: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [*(("page", each) for each in state["posts"]), *(("insta", each) for each in state["media"])]


def armed(history: History, state: dict[str, Any] | None = None) -> dict[str, str]:
    """By id: what Meta will show by itself at its time, and of which publication."""
    posts = (state or history.stage.state())["posts"]
    waiting = (each for each in posts if each["scheduled_at"] and not each["visible"] and not each["deleted"])
    found = {each["id"]: history.publication_of("page", each) for each in waiting}
    return {post: publication for post, publication in found.items() if publication}
