"""What reading needs of its process, handed from step to step."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from outreach.clock import Clock
from outreach.db import Database
from outreach.meta import protocol
from outreach.meta.usage import Usage
from outreach.states import Flag, ScoreStatus
from outreach.tables import Channel


class Scores(Protocol):
    """What is kept of the classifier's answer about words that are not."""

    @property
    def status(self) -> ScoreStatus: ...
    @property
    def reason(self) -> str | None: ...
    @property
    def model(self) -> str | None: ...
    @property
    def sentiment(self) -> Any: ...
    @property
    def sentiment_probabilities(self) -> Mapping[Any, float] | None: ...
    @property
    def flags(self) -> Collection[Flag]: ...
    @property
    def alerts(self) -> Collection[Flag]: ...
    @property
    def probabilities(self) -> Mapping[Flag, float] | None: ...


class Classifier(Protocol):
    def classify(self, texts: Sequence[str], *, attachments: Sequence[bool]) -> Sequence[Scores]: ...


@dataclass(frozen=True)
class Reader:
    database: Database
    clock: Clock
    open_channel: Callable[[Channel], protocol.Channel]
    usage_of: Callable[[Channel], Usage]
    classifier: Callable[[], Classifier]  #: loaded when words that are too old to keep are met
    keep: timedelta  #: how long words are kept
    zone: str  #: of weeks
