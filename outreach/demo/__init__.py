"""The demo: a temporary installation on the sandbox, the sample campaign stepped through, and the pages to look at.

Time steps (design §2.10): both clocks jump to the next thing that is due, what is due runs, and so on; a fortnight
passes in about a minute. The real client, database, jobs and pages are used throughout.
"""

from __future__ import annotations

from outreach.demo.running import run

__all__ = ["run"]
