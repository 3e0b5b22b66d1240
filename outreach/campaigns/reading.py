"""YAML into plain dicts, lists and text, with the place of every key and value. Nothing in a file can run or explode.

The parser's events are read one by one instead of composing a document: tags, anchors and aliases are refused where
they stand, depth is bounded, and every scalar stays text, so that the schema alone decides what `18:30` or `no` is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from outreach.campaigns.problems import Mark, Marks, Path, Problem

MAX_BYTES = 1_000_000
MAX_DEPTH = 12  #: the schema itself is eight deep
MAX_SCALARS = 50_000

_NULLS = {"", "~", "null", "Null", "NULL"}


@dataclass(frozen=True)
class Tree:
    """A file's content as far as it could be read; `whole` when that is to its end."""

    value: Any
    marks: Marks
    whole: bool
    problems: tuple[Problem, ...] = ()


@dataclass
class _Open:
    """A mapping or list that is still being read."""

    value: dict[str, Any] | list[Any]
    path: Path
    key: str | None = None


@dataclass
class _Builder:
    """Puts events together. A problem is noted and reading goes on, as long as the events still make sense."""

    file: str
    root: Any = None
    open: list[_Open] = field(default_factory=list)
    keys: dict[Path, Mark] = field(default_factory=dict)
    values: dict[Path, Mark] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    documents: int = 0
    scalars: int = 0

    def note(self, mark: Mark, code: str, **params: object) -> None:
        self.problems.append(Problem(self.file, *mark, "", f"yaml.{code}", params))

    def take(self, event: Any) -> bool:
        """Add one event; False when reading must stop."""
        mark = (event.start_mark.line + 1, event.start_mark.column + 1)
        match event:
            case DocumentStartEvent():
                return self._start(event, mark)
            case AliasEvent():
                self.note(mark, "alias")
                return self._put("", mark)
            case ScalarEvent():
                self._refuse_extras(event, mark)
                self.scalars += 1
                return self._scalar(event, mark)
            case MappingStartEvent() | SequenceStartEvent():
                self._refuse_extras(event, mark)
                return self._enter({} if isinstance(event, MappingStartEvent) else [], mark)
            case MappingEndEvent() | SequenceEndEvent():
                self.open.pop()
        return True

    def _start(self, event: DocumentStartEvent, mark: Mark) -> bool:
        self.documents += 1
        if self.documents > 1:
            self.note(mark, "documents")
        elif event.version or event.tags:
            self.note(mark, "directive")
        return self.documents == 1

    def _refuse_extras(self, event: Any, mark: Mark) -> None:
        if event.anchor is not None:
            self.note(mark, "anchor")
        if event.tag is not None:
            self.note(mark, "tag")

    def _scalar(self, event: ScalarEvent, mark: Mark) -> bool:
        if self.scalars > MAX_SCALARS:
            self.note(mark, "too_many", limit=MAX_SCALARS)
            return False
        top = self.open[-1] if self.open else None
        if top and isinstance(top.value, dict) and top.key is None:
            return self._key(top, event.value, mark)
        empty = event.style is None and event.value in _NULLS
        return self._put(None if empty else event.value, mark)

    def _key(self, top: _Open, key: str, mark: Mark) -> bool:
        path = (*top.path, key)
        if path in self.keys:
            self.note(mark, "duplicate_key", key=key[:60], first=self.keys[path][0])
        else:
            self.keys[path] = mark
        top.key = key
        return True

    def _enter(self, value: dict[str, Any] | list[Any], mark: Mark) -> bool:
        if len(self.open) >= MAX_DEPTH:
            self.note(mark, "depth", limit=MAX_DEPTH)
            return False
        top = self.open[-1] if self.open else None
        if top and isinstance(top.value, dict) and top.key is None:
            self.note(mark, "key")
            return False
        path = self._path()
        self._put(value, mark)
        self.open.append(_Open(value, path))
        return True

    def _path(self) -> Path:
        if not self.open:
            return ()
        top = self.open[-1]
        return (*top.path, len(top.value) if isinstance(top.value, list) else str(top.key))

    def _put(self, value: Any, mark: Mark) -> bool:
        path = self._path()
        self.values.setdefault(path, mark)
        if not self.open:
            self.root = value
        elif isinstance(top := self.open[-1].value, list):
            top.append(value)
        elif self.open[-1].key is None:
            return False  # an alias in the place of a key
        else:
            top[str(self.open[-1].key)] = value
            self.open[-1].key = None
        return True


def read(raw: bytes, *, file: str) -> Tree:
    """Everything that the bytes hold, and everything that is wrong with them as YAML."""
    builder = _Builder(file)
    text = _decode(raw, builder)
    whole = text is not None and _follow(text, builder)
    if not builder.problems and builder.root is None:
        builder.note((1, 1), "empty")
    return Tree(builder.root, Marks(builder.keys, builder.values), whole, tuple(builder.problems))


def _decode(raw: bytes, builder: _Builder) -> str | None:
    if len(raw) > MAX_BYTES:
        builder.note((1, 1), "size", limit=MAX_BYTES)
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "ignore")) + 1
        builder.note((line, column), "encoding")
        return None


def _follow(text: str, builder: _Builder) -> bool:
    """Whether the text could be read to its end."""
    try:
        return all(builder.take(event) for event in YAML().parse(text))
    except ReaderError as error:
        builder.note(_mark_at(text, error.position), "character", number=f"U+{int(error.character):04X}")
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        tab = text.splitlines()[place[0] - 1 : place[0]]
        is_tab = bool(tab) and bool(re.match(r"[ ]*\t", tab[0]))
        builder.note(place, "tab" if is_tab else "syntax")
    except (YAMLError, ValueError, OverflowError):
        builder.note((1, 1), "syntax")
    return False


def _mark_at(text: str, position: int) -> Mark:
    before = text[:position]
    return (before.count("\n") + 1, position - before.rfind("\n"))
