"""Figures of posts and channels: measured into append-only snapshots, and read out of them for people."""

from __future__ import annotations

from outreach.engagement.measuring import Gauge, measure_due

__all__ = ["Gauge", "measure_due"]
