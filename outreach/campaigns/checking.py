"""`outreach campaigns check`: one file read, planned and linted, with everything that was found."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from outreach import lint, slots
from outreach.campaigns.loading import load
from outreach.campaigns.problems import Problem
from outreach.campaigns.schema import Campaign
from outreach.errors import CampaignError
from outreach.states import ChannelKind


@dataclass(frozen=True)
class Checked:
    """`campaign` is None and `planned` empty where the file cannot be read as a campaign at all."""

    file: str
    campaign: Campaign | None
    planned: tuple[slots.PlannedPublication, ...]
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity == "error")

    @property
    def usable(self) -> bool:
        return self.campaign is not None and not self.errors


def check(
    path: Path,
    *,
    kinds: Mapping[str, ChannelKind] | None = None,
    allowed_numbers: Collection[str] = (),
    live: bool = False,
) -> Checked:
    """Never raises for what is wrong with the file; `kinds`, `allowed_numbers` and `live` as in lint.lint."""
    try:
        campaign = load(path)
    except CampaignError as error:
        problems = tuple(problem for problem in error.problems if isinstance(problem, Problem))
        return Checked(str(path), None, (), problems)
    planned = slots.plan(campaign)
    found = (
        *slots.problems(campaign, planned),
        *lint.lint(campaign, planned, kinds=kinds, allowed_numbers=allowed_numbers, live=live),
    )
    ordered = sorted(found, key=lambda problem: (problem.line, problem.column, problem.code))
    return Checked(str(path), campaign, planned, tuple(ordered))
