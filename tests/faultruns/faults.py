"""What goes wrong at Meta: answers that lie, calls that are not done, slow work, throttles, dead tokens."""

from __future__ import annotations

import json
from typing import Any

import requests

from tests.faultruns.history import History

USAGE = {"type": "pages", "call_count": 100, "total_cputime": 1, "total_time": 1, "estimated_time_to_regain_access": 4}
#: Every subcode of error 190 (graph-api.md §7.2), and none.
TOKEN_ENDS = (0, 458, 459, 460, 463, 464, 467, 492)
KINDS: tuple[dict[str, Any], ...] = (
    *({"kind": kind} for kind in ("reset_before", "reset_after", "500_after", "400_after", "html500")),
    {"kind": "text_javascript"},
    *({"kind": kind} for kind in ("container_stuck", "container_expired", "media_unreachable", "media_timeout")),
    {"kind": "container_error", "subcode": 2207052},
    {"kind": "upload_cut", "bytes": 900},
    *({"kind": kind} for kind in ("processing_stuck", "processing_error", "quota_full")),
    {"kind": "error", "error": {"code": 4, "message": "limit"}, "status": 400},
    {
        "kind": "error",
        "error": {"code": 32, "message": "limit"},
        "status": 400,
        "headers": {"X-Business-Use-Case-Usage": json.dumps({"1": [USAGE]})},
    },
    {"kind": "error", "error": {"code": 368, "message": "blocked"}, "status": 400},
    {"kind": "error", "error": {"code": 2, "message": "try later", "is_transient": True}, "status": 500},
    *({"kind": "token_event", "subcode": subcode or None} for subcode in TOKEN_ENDS),
)  # fmt: skip
PATHS = (None, None, r"/feed$", r"/photos$", r"/media$", r"/media_publish$", r"/comments$", r"/[0-9_]+$")


def strike(history: History, count: int) -> None:
    """Put faults on the switchboard."""
    dice = history.dice
    for _ in range(count):
        order = dict(dice.choice(KINDS))
        match = {"method": dice.choice(("POST", "POST", "GET"))}
        path = dice.choice(PATHS)
        if path and "_" not in order["kind"].removesuffix("_after").removesuffix("_before"):
            match["path_regex"] = path
        times, probability = dice.choice((1, 1, 2, 4)), dice.choice((1, 0.5))
        history.stage.tell("faults", match=match, times=times, probability=probability, **order)
    history.note(f"{count} faults")


def kill_token(history: History) -> None:
    """From now on Meta refuses the token of Page and account, until a person mends it."""
    subcode = history.dice.choice(TOKEN_ENDS)
    history.stage.tell("token", token=history.stage.sandbox.channel.page_token, subcode=subcode)
    history.note(f"token dead {subcode}")


def mend_token(history: History) -> None:
    history.stage.tell("token", token=history.stage.sandbox.channel.page_token, subcode=None)


def struck(history: History) -> int:
    answer = requests.get(f"{history.stage.sandbox.base_url}/_sandbox/faults", timeout=10).json()
    return sum(fault["struck"] for fault in answer["faults"])


def clear(history: History) -> None:
    requests.delete(f"{history.stage.sandbox.base_url}/_sandbox/faults", timeout=10)
