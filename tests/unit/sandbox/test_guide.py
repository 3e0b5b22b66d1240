"""The sandbox's page about itself names everything that it has."""

from __future__ import annotations

import re
from dataclasses import asdict, fields
from html import unescape

import pytest

from outreach.sandbox import guide
from outreach.sandbox.control import DESK
from outreach.sandbox.faults import KINDS
from outreach.sandbox.routes import INSTAGRAM_ROOTS, ROOTS, ROUTES
from outreach.sandbox.switches import Switches

SWITCHES = Switches(schedule_days=75)
PAGE = guide.page(SWITCHES).decode()
ROWS = [re.findall(r"<td>(.*?)</td>", row) for row in re.findall(r"<tr>(.*?)</tr>", PAGE)]


@pytest.mark.parametrize("name", [field.name for field in fields(Switches)])
def test_every_switch_is_on_it_with_its_value(name):
    (row,) = [row for row in ROWS if row and row[0] == f"<code>{name}</code>" and len(row) == 4]
    assert unescape(row[3]) == f"<code>{asdict(SWITCHES)[name]}</code>"


@pytest.mark.parametrize("key", ROUTES)
def test_every_route_is_on_it(key):
    kind, edge, method = key
    (row,) = [row for row in ROWS if row[:2] == [kind, f"<code>{edge}</code>" if edge else "itself"]]
    assert method in row[2].split(", ")


@pytest.mark.parametrize(("path", "method"), [*ROOTS, *INSTAGRAM_ROOTS])
def test_every_call_without_a_node_is_on_it(path, method):
    assert [row for row in ROWS if row[1:] == [f"<code>{path}</code>", method]]


@pytest.mark.parametrize("kind", KINDS)
def test_every_fault_is_on_it(kind):
    assert f"<code>{kind}</code>" in PAGE


@pytest.mark.parametrize("key", DESK)
def test_every_call_of_the_desk_is_on_it(key):
    assert f"<code>{' '.join(key)}</code>" in PAGE


def test_it_shows_no_raw_markdown():
    text = re.sub(r"<(pre|code)>.*?</\1>", "", PAGE, flags=re.DOTALL)
    assert [mark for mark in ("**", "](", "`", "\n#", "|--") if mark in text] == []
