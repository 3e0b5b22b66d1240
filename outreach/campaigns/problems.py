"""What is wrong with a campaign file, where it stands, and how sure we are that it must be mended."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Path = tuple[str | int, ...]  #: of a field: ("posts", 3, "text", "ar")
Mark = tuple[int, int]  #: line and column, both from 1
Grade = Literal["error", "warning"]


@dataclass(frozen=True)
class Problem:
    """One problem; `code` and `params` are worded by `wording.MESSAGES`."""

    file: str
    line: int
    column: int
    field: str
    code: str
    params: Mapping[str, object] = dataclasses.field(default_factory=dict)
    severity: Grade = "error"


@dataclass(frozen=True)
class Finding:
    """A problem before it has a place: `path` names the field inside the file."""

    path: Path
    code: str
    params: Mapping[str, object] = dataclasses.field(default_factory=dict)
    severity: Grade = "error"


@dataclass(frozen=True)
class Marks:
    """Where every key and every value of a file stands."""

    keys: Mapping[Path, Mark] = dataclasses.field(default_factory=dict)
    values: Mapping[Path, Mark] = dataclasses.field(default_factory=dict)

    def of(self, path: Path, *, key: bool = False) -> Mark:
        """The place of a field, or of the nearest field around it that the file really has."""
        for length in range(len(path), -1, -1):
            places = (self.keys, self.values) if key else (self.values, self.keys)
            for found in places:
                if path[:length] in found:
                    return found[path[:length]]
        return (1, 1)


def field_name(path: Path) -> str:
    """`posts[3].text.ar`: what a person looks for in the file."""
    name = ""
    for part in path:
        name += f"[{part}]" if isinstance(part, int) else f".{part}" if name else part
    return name


def place(finding: Finding, *, file: str, marks: Marks, key: bool = False) -> Problem:
    line, column = marks.of(finding.path, key=key)
    return Problem(file, line, column, field_name(finding.path), finding.code, finding.params, finding.severity)
