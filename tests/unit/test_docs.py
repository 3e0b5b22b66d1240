"""The documents keep up with the program: every command, setting, state and file that they name, and the reverse."""

from __future__ import annotations

import enum
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
import typer.core
from pydantic import BaseModel

import outreach
from outreach import states
from outreach.cli import app
from outreach.settings import Section, Settings
from outreach.states import Flag, Permission, Severity

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = ("README.md", "CHANGELOG.md", "campaigns/README.md", "models/README.md", "outreach/sandbox/README.md")
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")
#: a path in backticks: with a folder or an ending that we use, without blanks, patterns or placeholders
PATH = re.compile(r"`((?:[\w.-]+/)+[\w.-]*|[\w-]+\.(?:py|toml|md|lock))`")
NO_FILES = {"outreach.toml", "Asia/Baghdad"}  #: made by people, or no file at all
FENCE = re.compile(r"```sh\n(.*?)```", re.DOTALL)


def section(title: str) -> str:
    """One part of the README, without the parts below another heading of its level."""
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", README, re.MULTILINE | re.DOTALL)
    assert found, title
    return found[1]


def commands(group: typer.core.TyperGroup, path: str = "outreach") -> Iterator[tuple[str, typer.core.TyperCommand]]:
    for name, command in group.commands.items():
        if isinstance(command, typer.core.TyperGroup):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


COMMANDS = dict(commands(typer.main.get_command(app)))


def settings(model: type[BaseModel] = Settings, path: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, Section):
            yield from settings(field.annotation, f"{name}.")
        else:
            yield f"{path}{name}"


def words() -> Iterator[str]:
    """Every status, role, verdict and flag that a person may meet; permissions and severities have their own form."""
    for kind in vars(states).values():
        if isinstance(kind, type) and issubclass(kind, enum.StrEnum) and kind not in (enum.StrEnum, Permission):
            yield from (f"`{member.value}`" for member in kind)


def named(path: str) -> bool:
    """Written out (`outreach keys rotate`), or in a list of its group (`outreach users list|roles`)."""
    _, *group, name = path.split()
    if not group:
        return bool(re.search(rf"outreach {name}\b", README))
    lists = re.findall(rf"\b{group[0]} ([a-z_|]+)", README)
    return any(name in each.split("|") for each in lists)


@pytest.mark.parametrize("path", COMMANDS)
def test_every_command_has_help_and_every_argument_is_explained(path: str) -> None:
    command = COMMANDS[path]
    assert command.help
    assert command.get_short_help_str(limit=70).rstrip(".").count("..") == 0, "its first sentence is cut off in lists"
    unexplained = [each.name for each in command.params if not getattr(each, "help", "") and each.name != "page"]
    assert unexplained == []


@pytest.mark.parametrize("path", COMMANDS)
def test_every_command_is_named_in_the_readme(path: str) -> None:
    assert named(path)


@pytest.mark.parametrize("name", sorted(settings()))
def test_every_setting_stands_in_the_table(name: str) -> None:
    table = section("Running it for real")
    assert f"`{name}`" in table


def test_the_table_names_no_setting_that_is_gone() -> None:
    rows = re.findall(r"^\| (`[^|]+) \|", section("Running it for real"), re.MULTILINE)
    listed = {name for row in rows for name in re.findall(r"`([^`]+)`", row)}
    assert listed == set(settings())


@pytest.mark.parametrize("word", sorted(set(words())))
def test_every_state_role_and_flag_is_in_the_glossary(word: str) -> None:
    assert word in section("Words")


def test_the_glossary_puts_every_flag_under_its_severity() -> None:
    from outreach.policy import RULES

    rows = re.findall(r"^\| (S\d) [^|]*\| (.*) \|$", section("Words"), re.MULTILINE)
    listed = {Flag(name): Severity[level] for level, row in rows for name in re.findall(r"`(\w+)`", row)}
    # by design §6 child_at_risk stands with the safeguarding flags and is ordered as S0
    assert listed == {flag: rule.severity for flag, rule in RULES.items()} | {Flag.CHILD_AT_RISK: Severity.S1}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_somewhere(document: str) -> None:
    file = ROOT / document
    broken = [link for link in LINK.findall(file.read_text(encoding="utf-8")) if not (file.parent / link).exists()]
    assert broken == []


def test_files_named_in_the_readme_exist() -> None:
    prose = FENCE.sub("", README)
    named_files = set(PATH.findall(prose)) - NO_FILES
    assert len(named_files) > 20
    missing = [name for name in named_files if not any((at / name).exists() for at in (ROOT, ROOT / "outreach"))]
    assert sorted(missing) == []


def test_every_make_target_in_the_readme_exists_and_the_reverse() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    assert set(re.findall(r"`make ([a-z]+)", README)) == targets


def test_every_outreach_command_typed_in_the_readme_is_one() -> None:
    typed = re.findall(r"(?:^|[|;&(]\s*|`)outreach ([a-z][^\n`|;&#>)]*)", README, re.MULTILINE)
    known = {tuple(path.split()[1:]) for path in COMMANDS}
    groups = {path[0] for path in known if len(path) > 1}
    assert len(typed) > 30
    for line in typed:
        first, *rest = [word.strip() for word in shlex.split(line.replace("'", "")) if word.strip()]
        assert (first,) in known or first in groups, line
        if first in groups and rest and re.fullmatch(r"[a-z_]+", rest[0]):
            assert (first, rest[0]) in known, line


def test_figures_of_the_classifier_are_those_of_its_card() -> None:
    card = (ROOT / "models/comments-1/card.md").read_text(encoding="utf-8")
    figures = re.findall(r"\d+\.\d+(?: %)?", section("The classifier"))
    assert len(figures) >= 6
    assert [figure for figure in figures if figure not in card] == []


def test_the_changelog_begins_with_this_version() -> None:
    first = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert first
    assert first[1] == outreach.__version__
