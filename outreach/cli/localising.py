"""Help, usage and usage errors in Arabic, for who reads messages in Arabic. The English stands in the commands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from outreach.wording.helps import ARABIC, USAGE_ERRORS

_ISOLATE, _POP = "\u2066", "\u2069"  #: a left-to-right island, so that `--option` keeps its dashes in front


def commands(command: Any) -> Iterator[Any]:
    """A command and all below it."""
    yield command
    for each in getattr(command, "commands", {}).values():
        yield from commands(each)


def helps(command: Any) -> set[str]:
    """Every help text of a command tree, in English."""
    texts = {each.help for each in commands(command)}
    texts |= {getattr(parameter, "help", None) for each in commands(command) for parameter in each.params}
    return {text for text in texts if text}


def localise(command: Any) -> Any:
    """The same command tree, which speaks Arabic."""
    for each in commands(command):
        each.help = ARABIC.get(each.help, each.help)
        each.context_class = _arabic_context(each.context_class)
        for parameter in each.params:
            if getattr(parameter, "help", None):
                parameter.help = ARABIC.get(parameter.help, parameter.help)
    return command


def usage_error(error: Any) -> str:
    """What is wrong with a command line. What was typed is shown; it is the reader's own."""
    usage = [error.ctx.get_usage()] if getattr(error, "ctx", None) else []
    return "\n".join([*usage, f"{_in_words(error.format_message())}. {ARABIC['see_help']}"])


def _in_words(english: str) -> str:
    for pattern, arabic in USAGE_ERRORS:
        if found := re.search(pattern, english):
            return arabic.format(*(f"{_ISOLATE}{part}{_POP}" for part in found.groups()))
    return f"{ARABIC['usage_error']}: {_ISOLATE}{english}{_POP}"


def _arabic_context(base: Any) -> Any:
    return type("ArabicContext", (base,), {"formatter_class": _arabic_formatter(base.formatter_class)})


def _arabic_formatter(base: Any) -> Any:
    class Formatter(base):  # type: ignore[misc]  # typer keeps the class to itself
        def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
            super().write_usage(prog, args, prefix or f"{ARABIC['Usage']}: ")

        def write_heading(self, heading: str) -> None:
            super().write_heading(ARABIC.get(heading, heading))

        def write_dl(self, rows: Any, *more: Any) -> None:
            super().write_dl([(left, _said(right)) for left, right in rows], *more)

    return Formatter


def _said(text: str) -> str:
    for english in ("Show this message and exit.", "[required]", "default:"):
        text = text.replace(english, ARABIC[english])
    return text
