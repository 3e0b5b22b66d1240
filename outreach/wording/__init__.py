"""What message codes say to people, in Arabic and English. Codes and parameters travel; words are chosen here, last."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module

from outreach.errors import SettingProblem

Messages = Mapping[str, tuple[str, str]]  #: code → (Arabic, English), with {parameters}

#: imported when the first message is worded, so that a command without one starts fast
_CATALOGUES = (
    "outreach.wording.general",
    "outreach.wording.channels",
    "outreach.wording.notices",
    "outreach.wording.refusals",
    "outreach.wording.stopping",
    "outreach.wording.review",
    "outreach.wording.digest",
    "outreach.wording.commands",
    "outreach.wording.insights",
    "outreach.wording.pictures",
    "outreach.wording.videos",
    "outreach.wording.running",
    "outreach.campaigns.wording",
)


@cache
def catalogue() -> Messages:
    merged: dict[str, tuple[str, str]] = {}
    for name in _CATALOGUES:
        merged.update(import_module(name).MESSAGES)
    return merged


def word(code: str, params: Mapping[str, object] | None = None, *, language: str = "ar") -> str:
    """The message in words; an unknown code is shown as it is, with its parameters, rather than hidden."""
    found = _found(code, params or {})
    if found is None:
        return " ".join([code, *(f"{key}={value}" for key, value in (params or {}).items() if value is not None)])
    given = {key: _said(key, value, language) for key, value in (params or {}).items()}
    return found[0 if language == "ar" else 1].format_map(_Given(given))


def _found(code: str, params: Mapping[str, object]) -> tuple[str, str] | None:
    """The message; of a refusal by Meta the one for its very subcode or code, where that says more."""
    numbered = (f"{code}.{params.get(name)}" for name in ("subcode", "graph_code"))
    known = catalogue()
    return next((known[each] for each in (*numbered, code) if each in known), None)


def _said(key: str, value: object, language: str) -> object:
    """A job by its name for people, wrong settings a line each, any other parameter as it is."""
    if key == "job" and f"job.{value}" in catalogue():
        return word(f"job.{value}", language=language)
    if not isinstance(value, tuple) or not all(isinstance(each, SettingProblem) for each in value):
        return value
    return "\n".join(f"  {each.name}: {each.read}: {_allowed(each, language)}" for each in value)


def _allowed(problem: SettingProblem, language: str) -> str:
    """Of a rule that we have no words for, pydantic's own."""
    code = f"setting.{problem.kind}"
    return word(code, problem.limits, language=language) if code in catalogue() else problem.allowed


class _Given(dict[str, object]):
    """Parameters; one that is missing leaves its name in the message instead of an exception in its place."""

    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"
