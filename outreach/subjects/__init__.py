"""What is held on the author of a comment: found by keyed hashes, given to her, or erased so that it stays away."""

from __future__ import annotations

from outreach.subjects.asking import RequestStatus, receive_request, status_of, waiting
from outreach.subjects.erasing import Erased, erase
from outreach.subjects.exporting import export
from outreach.subjects.finding import Subject, find_subject
from outreach.subjects.holding import held
from outreach.subjects.remembering import erase_again, remember

__all__ = [
    "Erased",
    "RequestStatus",
    "Subject",
    "erase",
    "erase_again",
    "export",
    "find_subject",
    "held",
    "receive_request",
    "remember",
    "status_of",
    "waiting",
]
