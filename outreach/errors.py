"""Every exception of the product, under one base; each is a message code with parameters, never somebody's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


class OutreachError(Exception):
    """What went wrong, as a message code and parameters that `messages.py` words in Arabic and English.

    Parameters are ids, field names, numbers and paths. They reach logs and pages, so a comment's text, a name,
    a phone number or a token must never be one.
    """

    code = "error"

    def __init__(self, code: str | None = None, **params: object) -> None:
        self.code = code or self.code
        self.params = params
        super().__init__(self.code, *(f"{key}={value}" for key, value in sorted(params.items())))


@dataclass(frozen=True, repr=False)
class SettingProblem:
    """A wrong setting: its name, what was read (unless it may be a secret), and what is allowed."""

    name: str
    read: str
    kind: str  #: pydantic's name of the rule
    allowed: str  #: in pydantic's English
    limits: Mapping[str, object]

    def __repr__(self) -> str:
        return f"{self.name}: {self.read}: {self.allowed}"


class SettingsError(OutreachError):
    """A setting has a value that cannot be used. Parameter `problems`: a tuple of SettingProblem."""

    code = "settings.invalid"


class InstallationError(OutreachError):
    """The installation is missing, of the wrong mode, or does not match its keys."""

    code = "installation.invalid"


class VaultError(OutreachError):
    """A sealed value cannot be opened: wrong key, wrong row, or damage."""

    code = "vault.sealed"


class CampaignError(OutreachError):
    """A campaign file cannot be used; `problems` lists everything that is wrong with it."""

    code = "campaign.invalid"

    def __init__(self, problems: tuple[object, ...] = (), **params: object) -> None:
        self.problems = problems
        super().__init__(None, problems=len(problems), **params)


class ConflictError(OutreachError):
    """Somebody else was first: the row is no longer in the state this step started from."""

    code = "conflict"


class NotFoundError(OutreachError):
    """No such row, or none that this user may see: the two are deliberately one answer."""

    code = "not_found"


class DeniedError(OutreachError):
    """The user's roles do not allow this."""

    code = "denied"


class InvalidError(OutreachError):
    """A value given by a person cannot be used."""

    code = "invalid"


class ModelError(OutreachError):
    """A model folder is missing, damaged, or not of this version."""

    code = "model.invalid"


class NoticeError(OutreachError):
    """A notice was not taken by a path: a mail server, a service."""

    code = "notice.failed_path"

    def __init__(self, code: str | None = None, *, permanent: bool = False, **params: object) -> None:
        self.permanent = permanent
        super().__init__(code, **params)


class MailError(NoticeError):
    """A mail was not taken by the server."""

    code = "mail.failed"


class MetaError(OutreachError):
    """A call to Meta did not succeed (graph-api.md §7).

    `graph_code`/`subcode` are Meta's; `permanent` means that the same call can never work; `retry_after` is in
    seconds, where Meta names a time; `maybe_done` means that a write may have happened all the same (a lost answer,
    a 5xx, an undocumented 4xx on a write), so that the outcome must be read back and never be repeated blindly.
    """

    code = "meta.error"

    def __init__(  # noqa: PLR0913  the fields of one answer of Meta's belong together
        self,
        code: str | None = None,
        *,
        graph_code: int | None = None,
        subcode: int | None = None,
        http_status: int | None = None,
        permanent: bool = False,
        maybe_done: bool = False,
        retry_after: float | None = None,
        trace_id: str | None = None,
        **params: object,
    ) -> None:
        self.graph_code = graph_code
        self.subcode = subcode
        self.http_status = http_status
        self.permanent = permanent
        self.maybe_done = maybe_done
        self.retry_after = retry_after
        self.trace_id = trace_id
        super().__init__(code, graph_code=graph_code, subcode=subcode, http_status=http_status, **params)


def describe(error: BaseException) -> dict[str, object]:
    """Turn any exception into type, code and ids: all that may reach a log, a mail, a page or a row (design §2.15)."""
    if isinstance(error, OutreachError):
        return {"error": type(error).__name__, "code": error.code, **error.params}
    return {"error": type(error).__name__, "code": "error.unexpected"}
