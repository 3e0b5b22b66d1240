"""Figures of posts and channels: measured into append-only snapshots, and read out of them for people."""

from __future__ import annotations

from outreach.engagement.figures import (
    MEASURES,
    RATES,
    Audience,
    Followers,
    PostFigures,
    audiences,
    figures_of,
    followers,
    growth,
    post_figures,
    samples,
)
from outreach.engagement.measuring import Gauge, measure_due
from outreach.engagement.timing import Finding, Timing, Verdict, compare

__all__ = [
    "MEASURES",
    "RATES",
    "Audience",
    "Finding",
    "Followers",
    "Gauge",
    "PostFigures",
    "Timing",
    "Verdict",
    "audiences",
    "compare",
    "figures_of",
    "followers",
    "growth",
    "measure_due",
    "post_figures",
    "samples",
]
