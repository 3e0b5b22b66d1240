"""Moderators' corrections as training rows. Their texts stay in memory: neither files nor figures hold any."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from outreach.errors import InvalidError
from outreach.states import Flag
from outreach.training.examples import DECISIONS, Example, example

#: Fewer say more about who decided than about comments; each flag needs both kinds to be learned from.
LEAST_ROWS, LEAST_WRITERS = 50, 10


class Corrected(Protocol):
    @property
    def text(self) -> str: ...
    @property
    def author(self) -> str: ...
    @property
    def labels(self) -> Mapping[Flag, bool]: ...


def examples_of_decisions(found: Iterable[Corrected]) -> list[Example]:
    """Raises InvalidError when there are too few, or too few people wrote them."""
    rows = [example(one.text, source=DECISIONS, group=one.author, labels=dict(one.labels)) for one in found]
    if len(rows) < LEAST_ROWS or len({row.group for row in rows}) < LEAST_WRITERS:
        raise InvalidError("train.few_decisions", found=len(rows), least=LEAST_ROWS, writers=LEAST_WRITERS)
    return rows
