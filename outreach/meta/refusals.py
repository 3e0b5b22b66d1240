"""What Meta's error codes mean for us: one table (graph-api.md §7.2) and the one exception that it ends in."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass

from outreach.errors import MetaError

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its version pattern is no raw string: people would see a SyntaxWarning
    import facebook


@dataclass(frozen=True)
class Rule:
    code: str
    permanent: bool = True  #: the same call can never work
    retryable: bool = False  #: a read may be asked again at once, with backoff
    certain: bool = True  #: the answer proves that a write did nothing


INVALID = Rule("meta.invalid")
GONE = Rule("meta.gone")
TOKEN_DEAD = Rule("meta.token_dead")
PERMISSION = Rule("meta.permission")
CONFIG = Rule("meta.config")
MEDIA = Rule("meta.media_refused")
MEDIA_UNREACHABLE = Rule("meta.media_unreachable", permanent=False)
EXPIRED = Rule("meta.expired", permanent=False)
NOT_READY = Rule("meta.not_ready", permanent=False)
INTERRUPTED = Rule("meta.upload_interrupted", permanent=False)
BLOCKED = Rule("meta.blocked")
QUOTA = Rule("meta.quota", permanent=False)
THROTTLED = Rule("meta.throttled", permanent=False)
DUPLICATE = Rule("meta.duplicate")
LINK = Rule("meta.link_refused")
ALREADY_REPLIED = Rule("meta.already_replied")
CANNOT_REPLY = Rule("meta.cannot_reply")
WINDOW_CLOSED = Rule("meta.window_closed")
CANNOT_HIDE = Rule("meta.cannot_hide")
NO_DATA = Rule("meta.no_data")
TOO_MUCH = Rule("meta.too_much", permanent=False, certain=False)
UNAVAILABLE = Rule("meta.unavailable", permanent=False, retryable=True, certain=False)
UNREADABLE = Rule("meta.unreadable", permanent=False, certain=False)
UNKNOWN = Rule("meta.error", certain=False)

#: Told by the code alone.
BY_CODE: Mapping[int, Rule] = {
    -2: EXPIRED,
    -1: UNAVAILABLE,
    1: UNAVAILABLE,
    2: UNAVAILABLE,
    3: CONFIG,
    4: THROTTLED,
    9: QUOTA,
    10: PERMISSION,
    17: THROTTLED,
    24: GONE,
    25: BLOCKED,
    32: THROTTLED,
    100: INVALID,
    102: TOKEN_DEAD,
    104: CONFIG,
    190: TOKEN_DEAD,
    324: MEDIA,
    341: UNAVAILABLE,
    352: MEDIA,
    368: BLOCKED,
    382: MEDIA,
    389: MEDIA,
    506: DUPLICATE,
    613: THROTTLED,
    1705: CONFIG,
    2500: INVALID,
    3001: INVALID,
    6000: MEDIA,
    6001: UNAVAILABLE,
    9004: MEDIA_UNREACHABLE,
    9007: NOT_READY,
    10900: ALREADY_REPLIED,
    10903: CANNOT_REPLY,
    36000: MEDIA,
    36001: MEDIA,
    36003: MEDIA,
    36004: MEDIA,
    1363040: MEDIA,
    1363127: MEDIA,
    1363128: MEDIA,
    1363129: MEDIA,
    1609005: LINK,
    **dict.fromkeys(range(200, 300), PERMISSION),
    **dict.fromkeys((*range(80000, 80007), 80008, 80009, 80014), THROTTLED),
}

#: Told by the subcode, whatever code comes with it; goes before `BY_CODE`.
BY_SUBCODE: Mapping[int, Rule] = {
    33: GONE,
    1545133: UNAVAILABLE,
    2108006: NO_DATA,
    2207001: UNAVAILABLE,
    2207003: MEDIA_UNREACHABLE,
    2207006: GONE,
    2207008: NOT_READY,
    2207020: EXPIRED,
    2207027: NOT_READY,
    2207042: QUOTA,
    2207050: BLOCKED,
    2207051: BLOCKED,
    2207052: MEDIA_UNREACHABLE,
    2207073: INVALID,
    2534001: CANNOT_REPLY,
    2534013: CANNOT_REPLY,
    2534014: CANNOT_REPLY,
    2534022: WINDOW_CLOSED,
    2534025: ALREADY_REPLIED,
}

#: What happened to a token, by the subcode of error 190: each needs another remedy (graph-api.md §7.2).
TOKEN_REASONS: Mapping[int, str] = {
    458: "meta.token_app_removed",
    459: "meta.token_checkpoint",
    460: "meta.token_password_changed",
    463: "meta.token_expired",
    464: "meta.token_unconfirmed",
    467: "meta.token_invalidated",
    492: "meta.token_role_lost",
}

#: Codes that carry two meanings, told apart by Meta's English wording alone.
BY_WORDING: Mapping[tuple[int, str], Rule] = {
    (1, "reduce the amount of data"): TOO_MUCH,
    (10, "not enough viewers"): NO_DATA,
    (10, "outside of allowed window"): WINDOW_CLOSED,
    (200, "can not hide or unhide"): CANNOT_HIDE,
}

#: Transport failures and answers that break the protocol; not in Meta's tables.
UNREACHABLE = Rule("meta.unreachable", permanent=False, retryable=True)
UNANSWERED = Rule("meta.no_answer", permanent=False, retryable=True, certain=False)
UNSENDABLE = Rule("meta.unsendable")

_TRACE = re.compile(r"[A-Za-z0-9_+/=-]{1,64}")


class GraphError(facebook.GraphAPIError, MetaError):  # type: ignore[misc]
    """The one exception of this package. It holds codes and ids, never Meta's wording, a URL, or a token.

    `retryable` says that a read may be repeated as it is. The fields of facebook-sdk's own error are filled from ours.
    """

    def __init__(self, code: str, *, retryable: bool = False, **fields: object) -> None:
        MetaError.__init__(self, code, **fields)  # type: ignore[arg-type]
        self.retryable = retryable
        self.message = code
        self.type = ""
        self.result = {"error": {"code": self.graph_code, "error_subcode": self.subcode}}


def broken(rule: Rule, *, writing: bool, status: int | None = None, **fields: object) -> GraphError:
    """An error for `rule`; of a write it says whether something may have happened."""
    unproven = not rule.certain or (status or 0) >= 500  # noqa: PLR2004  graph-api.md §2.8
    return GraphError(
        rule.code,
        permanent=rule.permanent,
        retryable=rule.retryable,
        http_status=status,
        maybe_done=writing and unproven,
        **fields,
    )


def refused(error: Mapping[str, object], *, status: int, writing: bool, retry_after: float | None = None) -> GraphError:
    """Classify one `error` object of Meta's; `retry_after` (seconds) is kept where waiting helps."""
    code, subcode = number(error.get("code")), number(error.get("error_subcode"))
    rule = _rule(error, code, subcode, status)
    return broken(
        rule,
        writing=writing,
        status=status,
        graph_code=code,
        subcode=subcode,
        trace_id=_trace(error.get("fbtrace_id")),
        retry_after=retry_after if rule is THROTTLED else None,
    )


def token_reason(subcode: int | None) -> str:
    """Why a token is dead, as a message that says what to do; the general one where Meta gives no reason."""
    return TOKEN_REASONS.get(subcode or 0, TOKEN_DEAD.code)


def by_status(status: int) -> Rule:
    """For an answer that holds no error object of Meta's."""
    if status == 429:  # noqa: PLR2004  too many requests
        return Rule("meta.throttled", permanent=False, certain=False)
    if status >= 500:  # noqa: PLR2004
        return UNAVAILABLE
    return UNKNOWN if status >= 400 else UNREADABLE  # noqa: PLR2004


def _rule(error: Mapping[str, object], code: int | None, subcode: int | None, status: int) -> Rule:
    wording = str(error.get("message", "")).lower()
    for (worded_code, words), rule in BY_WORDING.items():
        if code == worded_code and words in wording:
            return rule
    if (rule_of_subcode := BY_SUBCODE.get(subcode or 0)) and (subcode != 33 or code == 100):  # noqa: PLR2004
        return rule_of_subcode
    if rule_of_code := BY_CODE.get(code or 0):
        return rule_of_code
    return UNAVAILABLE if error.get("is_transient") is True else by_status(status)


def number(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    return int(value) if re.fullmatch(r"-?[0-9]{1,12}", str(value)) else None


def _trace(value: object) -> str | None:
    return value if isinstance(value, str) and _TRACE.fullmatch(value) else None
