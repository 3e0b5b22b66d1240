"""Switches by name."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

import outreach.sandbox
from outreach.errors import InvalidError
from outreach.sandbox.switches import Switches, switched


def test_a_switch_changes_and_the_rest_stays():
    changed = switched(Switches(), {"quota_total": 100, "comments_per_post": 3})
    assert (changed.quota_total, changed.comments_per_post, changed.schedule_days) == (100, 3, 30)


@pytest.mark.parametrize("changes", [{"nonsense": 1}, {"quota_total": "50"}, {"audience": "no"}, {"audience": 1}])
def test_unknown_names_and_wrong_types_are_refused(changes):
    with pytest.raises(InvalidError):
        switched(Switches(), changes)


def test_the_readme_explains_every_switch_and_every_fault():
    from outreach.sandbox.faults import KINDS

    text = (Path(outreach.sandbox.__file__).parent / "README.md").read_text(encoding="utf-8")
    names = {field.name for field in fields(Switches)} | set(KINDS)
    assert {name for name in names if f"`{name}`" not in text} == set()
