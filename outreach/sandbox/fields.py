"""The `fields` parameter: `a,b{c,d},comments.limit(0).summary(true){id}` as a tree."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from outreach.sandbox.refusals import refuse

_NAME = re.compile(r"[a-z_0-9]+", re.IGNORECASE)
_ARGUMENT = re.compile(r"\.([a-z_]+)\(([^()]*)\)")


@dataclass(frozen=True)
class Field:
    name: str
    arguments: dict[str, str] = field(default_factory=dict)
    inner: tuple[Field, ...] | None = None


def parse(text: str) -> tuple[Field, ...]:
    """Raises Meta's 2500 for text that is no list of fields."""
    found, end = _parse_list(text, 0)
    if end != len(text):
        raise _syntax(text, end)
    return found


def _parse_list(text: str, start: int) -> tuple[tuple[Field, ...], int]:
    found = []
    at = start
    while True:
        one, at = _parse_one(text, at)
        found.append(one)
        if at >= len(text) or text[at] != ",":
            return tuple(found), at
        at += 1


def _parse_one(text: str, start: int) -> tuple[Field, int]:
    name = _NAME.match(text, start)
    if not name:
        raise _syntax(text, start)
    at = name.end()
    arguments: dict[str, str] = {}
    while argument := _ARGUMENT.match(text, at):
        arguments[argument[1]] = argument[2]
        at = argument.end()
    inner = None
    if at < len(text) and text[at] == "{":
        inner, at = _parse_list(text, at + 1)
        if at >= len(text) or text[at] != "}":
            raise _syntax(text, at)
        at += 1
    return Field(name[0], arguments, inner), at


def _syntax(text: str, at: int) -> Exception:
    found = f"unexpected character at {at}" if at < len(text) else "unexpected end of string"
    return refuse(2500, f'Syntax error "Expected name, found {found}." at character {at}: fields')
