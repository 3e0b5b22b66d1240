"""Which models there are, which is in use, and the way back. The choice is a small file beside the database."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from outreach.classifier.weights import read_model
from outreach.errors import ModelError

_CHOICE = "models-used.json"
_KEPT = 20  #: earlier choices


@dataclass(frozen=True)
class Shelf:
    """`models` holds a folder a model; `data` the choice; `default` counts until somebody chose."""

    models: Path
    data: Path
    default: str

    @property
    def in_use(self) -> str:
        used = self._used()
        return used[-1] if used else self.default

    @property
    def folder(self) -> Path:
        return self.models / self.in_use

    def names(self) -> list[str]:
        return sorted(path.parent.name for path in self.models.glob("*/model.json"))

    def metrics(self, name: str) -> dict[str, Any]:
        """Raises ModelError for a name that is no model."""
        try:
            found: dict[str, Any] = json.loads((self._known(name) / "metrics.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            raise ModelError("model.missing", folder=name) from None
        return found

    def use(self, name: str) -> None:
        """From the next start on; a model that cannot be loaded is refused."""
        read_model(self._known(name))
        if name != self.in_use:
            self._write([*(self._used() or [self.default]), name])

    def rollback(self) -> str:
        """Back to the model before; raises ModelError when there was none."""
        used = self._used()
        if len(used) < 2:  # noqa: PLR2004  one in use, one before
            raise ModelError("model.no_earlier")
        read_model(self._known(used[-2]))
        self._write(used[:-1])
        return used[-2]

    def _known(self, name: str) -> Path:
        if name not in self.names():
            raise ModelError("model.missing", folder=name)
        return self.models / name

    def _used(self) -> list[str]:
        try:
            found = json.loads((self.data / _CHOICE).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return []
        except (OSError, ValueError):
            raise ModelError("model.choice", file=_CHOICE) from None
        return [str(name) for name in found]

    def _write(self, used: Sequence[str]) -> None:
        """Whole or not at all: a reader never meets half a file."""
        self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = self.data / f"{_CHOICE}.new"
        fresh.write_text(json.dumps(list(used[-_KEPT:])), encoding="utf-8")
        fresh.replace(self.data / _CHOICE)


class Engine(Protocol):
    @property
    def engine(self) -> str: ...


class Wanted(Protocol):
    """What the settings say of models."""

    @property
    def models_dir(self) -> Path: ...
    @property
    def data_dir(self) -> Path: ...
    @property
    def model(self) -> str: ...
    @property
    def sentiment(self) -> Engine: ...


def shelf_of(settings: Wanted) -> Shelf:
    return Shelf(settings.models_dir, settings.data_dir, settings.model)
