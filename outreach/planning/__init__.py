"""Campaign files become rows: what would change, changing it, approving it, and writing the rows out again."""

from __future__ import annotations

from outreach.planning.applying import apply
from outreach.planning.approving import Pending, approve, pending
from outreach.planning.comparing import Change, ChangeKind, Plan, Shown, compare
from outreach.planning.exporting import export

__all__ = ["Change", "ChangeKind", "Pending", "Plan", "Shown", "apply", "approve", "compare", "export", "pending"]
