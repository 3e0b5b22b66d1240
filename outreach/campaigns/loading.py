"""A campaign file into a Campaign, or into everything that is wrong with it at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import cache
from pathlib import Path as FilePath
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from outreach.campaigns import reading, rules
from outreach.campaigns.media import read_images, read_videos
from outreach.campaigns.problems import Finding, Path, Problem, place
from outreach.campaigns.schema import Campaign, Post, Source
from outreach.campaigns.values import SLUG, SLUG_LENGTH
from outreach.errors import CampaignError

#: what to say for pydantic's own error types; those of values.py carry their code as their type
_CODES = {
    "missing": "campaign.missing",
    "string_type": "campaign.text",
    "string_unicode": "campaign.text",
    "string_too_short": "campaign.text",
    "string_too_long": "campaign.too_long",
    "string_pattern_mismatch": "campaign.form",
    "model_type": "campaign.mapping",
    "dict_type": "campaign.mapping",
    "tuple_type": "campaign.list",
    "list_type": "campaign.list",
    "too_short": "campaign.list_empty",
    "too_long": "campaign.list_long",
    "enum": "campaign.choice",
    "int_parsing": "campaign.number",
    "int_type": "campaign.number",
    "int_from_float": "campaign.number",
    "greater_than_equal": "campaign.number_range",
    "less_than_equal": "campaign.number_range",
    "float_parsing": "campaign.seconds",
    "float_type": "campaign.seconds",
    "finite_number": "campaign.seconds",
    "bool_parsing": "campaign.yes_no",
    "bool_type": "campaign.yes_no",
}
#: what stands in for a wrong field while the rest of its post is checked
_STAND_INS = {
    "kind": "notice",
    "text": {"ar": "-"},
    "at": "2026-01-01 00:00",
    "slots": ["sun 00:00"],
    "every": {"rrule": "FREQ=WEEKLY", "at": "00:00"},
    "consent": "CR-0",
}
#: the form that a field's pattern asks for, by the name of the field
_FORMS = {
    "link": "https://…",
    "consent": "CR-014",
}


def load(path: FilePath) -> Campaign:
    """Read one campaign file. Raises CampaignError with every problem of the file in the order of its lines."""
    file = str(path)
    tree = reading.read(_bytes(path), file=file)
    problems = list(tree.problems)
    if tree.whole and tree.value is not None:  # half a file would only seem to lack its other half
        campaign, found = _validate(tree, file=file, folder=path.parent)
        if campaign and not problems and not found:
            return campaign
        problems += found
    problems.sort(key=lambda problem: (problem.line, problem.column, problem.code))
    raise CampaignError(tuple(problems))


def _bytes(path: FilePath) -> bytes:
    try:
        if not path.is_file():
            raise CampaignError((Problem(str(path), 1, 1, "", "file.missing"),))
        with path.open("rb") as stream:
            return stream.read(reading.MAX_BYTES + 1)
    except (OSError, ValueError):
        raise CampaignError((Problem(str(path), 1, 1, "", "file.unreadable"),)) from None


def _validate(tree: reading.Tree, *, file: str, folder: FilePath) -> tuple[Campaign | None, list[Problem]]:
    """The header and each post are checked apart, so that a mistake in one hides none in another."""
    if not isinstance(tree.value, dict):
        return None, [place(Finding((), "campaign.mapping"), file=file, marks=tree.marks)]
    header, problems = _header(tree, file=file)
    posts, more = _posts(tree, file=file)
    problems += more
    images, findings = read_images(posts, folder)
    videos, more_findings = read_videos(posts, folder)
    findings += more_findings
    findings += rules.repeated_ids(posts)
    for path, post in posts:
        findings += rules.post_findings(post, path, header.channels if header else None)
    if header:
        findings += rules.header_findings(header.window, header.blackouts)
    problems += [place(finding, file=file, marks=tree.marks) for finding in findings]
    if problems:
        return None, problems
    source = Source(file, folder, tree.marks, images, videos)
    return Campaign.model_validate(tree.value, context=source), []


def _header(tree: reading.Tree, *, file: str) -> tuple[Campaign | None, list[Problem]]:
    has_list = isinstance(tree.value.get("posts"), list)
    try:
        return Campaign.model_validate({**tree.value, "posts": []} if has_list else tree.value), []
    except ValidationError as error:
        return None, list(_worded(error, (), Campaign, tree, file))


def _posts(tree: reading.Tree, *, file: str) -> tuple[list[tuple[Path, Post]], list[Problem]]:
    posts: list[tuple[Path, Post]] = []
    problems: list[Problem] = []
    listed = tree.value.get("posts")
    for number, value in enumerate(listed if isinstance(listed, list) else ()):
        try:
            posts.append((("posts", number), Post.model_validate(value)))
        except ValidationError as error:
            problems += _worded(error, ("posts", number), Post, tree, file)
            posts += _salvaged(value, number, {details["loc"][0] for details in error.errors() if details["loc"]})
    return posts, problems


def _salvaged(value: Any, number: int, wrong: set[str | int]) -> list[tuple[Path, Post]]:
    """The post without its wrong fields, so that the rest of it is checked as well."""
    if not isinstance(value, dict):
        return []
    kept = {key: part for key, part in value.items() if key not in wrong}
    if isinstance(on := value.get("on"), dict) and "on" in wrong:
        named = (channel for channel in on if len(channel) <= SLUG_LENGTH and re.fullmatch(SLUG, channel))
        kept["on"] = {channel: {} for channel in named}
    replaced = {key: part for key, part in _STAND_INS.items() if key in wrong}
    return [(("posts", number), Post.model_validate({**replaced, "id": f"post-{number}", **kept}))]


def _worded(
    error: ValidationError, base: Path, model: type[BaseModel], tree: reading.Tree, file: str
) -> Iterator[Problem]:
    for details in error.errors(include_url=False):
        path = (*base, *details["loc"])
        unknown = details["type"] == "extra_forbidden"
        finding = _unknown_key(path, model, details["loc"]) if unknown else _finding(path, details)
        yield place(finding, file=file, marks=tree.marks, key=unknown)


def _finding(path: Path, details: ErrorDetails) -> Finding:
    kind = details["type"]
    given: dict[str, Any] = details.get("ctx", {})
    if kind.startswith("campaign."):
        return Finding(path, kind, given)
    named = [part for part in path if isinstance(part, str)]
    params = {
        "key": named[-1] if named else "",
        "form": _FORMS.get(named[-1] if named else "", "safe-spaces-01"),
        "limit": given.get("max_length", given.get("le", given.get("ge", ""))),
        "allowed": str(given.get("expected", "")).replace(" or ", ", ").replace("'", ""),
    }
    return Finding(path, _CODES.get(kind, "campaign.value"), params)


def _unknown_key(path: Path, model: type[BaseModel], loc: Iterable[str | int]) -> Finding:
    allowed = _allowed(model, list(loc)[:-1])
    near = get_close_matches(str(path[-1]), allowed, n=1, cutoff=0.5)
    params = {"key": str(path[-1])[:60], "allowed": ", ".join(allowed)}
    if near:
        return Finding(path, "campaign.unknown_key_near", {**params, "suggestion": near[0]})
    return Finding(path, "campaign.unknown_key", params)


def _allowed(model: type[BaseModel], inside: list[str | int]) -> list[str]:
    """The keys that may stand at a place: walks the JSON Schema, which knows every nesting."""
    schema = _json_schema(model)
    node: dict[str, Any] = schema
    for part in inside:
        node = _resolve(node, schema)
        if isinstance(part, int):
            node = node.get("items", {})
        else:
            node = node.get("properties", {}).get(part) or next(iter(node.get("patternProperties", {}).values()), {})
    return sorted(_resolve(node, schema).get("properties", {}))


@cache
def _json_schema(model: type[BaseModel]) -> dict[str, Any]:
    return model.model_json_schema(by_alias=True)


def _resolve(node: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    for option in node.get("anyOf", ()):
        if option.get("type") != "null":
            node = option
    if "$ref" in node:
        return _resolve(schema["$defs"][node["$ref"].rsplit("/", 1)[1]], schema)
    return node
