from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
import typer

from outreach import states
from outreach.cli import app, frame
from outreach.cli.localising import commands, helps, localise, usage_error
from outreach.settings import Settings
from outreach.wording import catalogue
from outreach.wording.commands import COLUMNS
from outreach.wording.helps import ARABIC

SOURCES = sorted(Path(frame.__file__).parent.glob("*.py"))


def tree() -> Any:
    return typer.main.get_command(app)


def test_every_help_text_has_its_arabic() -> None:
    assert helps(tree()) - ARABIC.keys() == set()


def test_no_arabic_is_kept_for_a_help_text_that_nobody_shows() -> None:
    framework = {key for key in ARABIC if key[:1].islower() or key[0] == "[" or " " not in key}
    assert ARABIC.keys() - helps(tree()) - framework == {"Show this message and exit."}


def test_help_in_arabic_has_no_english_heading() -> None:
    command = localise(tree())
    for each in commands(command):
        text = each.get_help(each.context_class(each, info_name="outreach"))
        assert text.startswith("الاستعمال: "), text
        assert not any(word in text for word in ("Usage", "Options:", "Commands:", "Show this"))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (["frobnicate"], ("لا يوجد أمر", "frobnicate")),
        (["doctor", "--nope"], ("لا يوجد خيار", "--nope")),
        (["campaigns", "check"], ("ينقص", "file")),
        (["campaigns", "check", "no-such-file.yaml"], ("لا وجود", "no-such-file.yaml")),
        (["doctor", "more", "words"], ("كلام زائد", "more words")),
        (["review", "list", "--severity"], ("يحتاج قيمة", "--severity")),
    ],
)
def test_a_wrong_command_line_is_explained_in_arabic(line: list[str], words: tuple[str, ...]) -> None:
    with pytest.raises(typer.TyperException) as caught:
        localise(tree())(line, standalone_mode=False)
    said = usage_error(caught.value)
    assert all(word in said for word in words), said


def columns() -> set[str]:
    """Keys of the rows that commands show: of every dictionary with only plain names as keys."""
    found: set[str] = set()
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name.endswith("row"):
                keys = [key for each in ast.walk(node) if isinstance(each, ast.Dict) for key in each.keys]
                found |= {key.value for key in keys if isinstance(key, ast.Constant)}
    return found


def test_every_column_of_a_table_has_its_arabic() -> None:
    assert columns() - COLUMNS.keys() == set()


@pytest.mark.parametrize(
    "words",
    [states.PublicationStatus, states.HeldReason, states.ChannelKind, states.ChannelMode, states.ChannelStatus,
     states.PostKind],
)  # fmt: skip
def test_every_state_in_a_table_has_its_words(words: Any) -> None:
    assert {f"value.{each.value}" for each in words} - catalogue().keys() == set()


def rules(schema: Any) -> set[str]:
    """The rules that a settings schema can break, by pydantic's names."""
    kinds = {"integer": "int_parsing", "number": "float_parsing", "boolean": "bool_parsing", "string": "string_type"}
    limits = {
        "exclusiveMinimum": "greater_than",
        "minimum": "greater_than_equal",
        "exclusiveMaximum": "less_than",
        "maximum": "less_than_equal",
        "pattern": "string_pattern_mismatch",
        "enum": "literal_error",
        "minLength": "string_too_short",
        "maxLength": "string_too_long",
    }
    if isinstance(schema, list):
        return set().union(*map(rules, schema))
    if not isinstance(schema, dict):
        return set()
    own = {kinds.get(str(schema.get("type")))} | {name for key, name in limits.items() if key in schema}
    return (own - {None}).union(*map(rules, schema.values()))


def test_every_rule_of_the_settings_has_its_arabic() -> None:
    assert {f"setting.{rule}" for rule in rules(Settings.model_json_schema())} - catalogue().keys() == set()
