from __future__ import annotations

import pytest

from outreach import errors
from outreach.errors import CampaignError, MailError, MetaError, OutreachError, describe

CANARY = "CANARY"
TREE = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, OutreachError)]


@pytest.mark.parametrize("kind", TREE)
def test_every_error_has_a_code_and_is_described_by_it(kind: type[OutreachError]) -> None:
    found = describe(kind())
    assert found["error"] == kind.__name__
    assert found["code"] == kind.code


@pytest.mark.parametrize(
    "error", [ValueError(CANARY), KeyError(CANARY), RuntimeError(CANARY, CANARY), OSError(2, CANARY)]
)
def test_of_an_error_of_others_only_the_type_is_told(error: Exception) -> None:
    assert describe(error) == {"error": type(error).__name__, "code": "error.unexpected"}


def test_what_an_error_was_caused_by_is_not_told() -> None:
    def fails() -> None:
        try:
            int(CANARY)
        except ValueError as error:
            raise OutreachError("x.y", row=7) from error

    with pytest.raises(OutreachError) as caught:
        fails()
    assert describe(caught.value) == {"error": "OutreachError", "code": "x.y", "row": 7}


def test_problems_of_a_campaign_are_counted_not_quoted() -> None:
    assert CANARY not in str(CampaignError((CANARY,)))
    assert CampaignError((CANARY,)).params == {"problems": 1}


def test_metas_and_mails_errors_say_whether_to_try_again() -> None:
    meta = MetaError("meta.x", graph_code=4, retry_after=60, maybe_done=True)
    assert (meta.permanent, meta.maybe_done, meta.retry_after) == (False, True, 60)
    assert MailError(permanent=True).permanent
