from __future__ import annotations

import pytest

from outreach.states import Capability, Mode, Proof, Role
from outreach.tables import AuditEvent, CapabilityCheck, Channel, Installation, LiveConfirmation
from tests.factories import make_channel
from tests.sites import Site

COLLEAGUE = "زميلة الرسائل (MESSAGING)"


@pytest.fixture
def covered(site: Site) -> Site:
    now = site.clock.now()
    with site.database.write() as session:
        session.add(Installation(mode=Mode.LIVE, keys="x", created_at=now))
        channel = make_channel(session, name="basra-page", mode="read_only")
        rows = (
            (Capability.TOKEN, Proof.PROVEN, "coverage.token.endless", {}, None),
            (Capability.INSIGHTS, Proof.REFUSED, "coverage.insights.refused", {"meta": "[]"}, None),
            (Capability.STAFF, Proof.PROVEN, "coverage.staff.proven", {"messaging": 1, "moderate": 2}, COLLEAGUE),
        )
        for name, proof, code, params, people in rows:
            found = CapabilityCheck(channel_id=channel.id, capability=name, proof=proof, code=code, params=params)
            found.people, found.checked_at, found.proven_at = people, now, now if proof is Proof.PROVEN else None
            session.add(found)
    return site


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("ar", ("مُثبَت", "مرفوض", "غير مُثبَت", "ينقص", "الكلمات المخفية", 'dir="rtl"', "أي حساب رآه؟")),
        ("en", ("proven", "refused", "unproven", "is missing", "Hidden Words", 'dir="ltr"', "Which account saw it?")),
    ],
)
def test_each_capability_is_said_in_words_with_the_fix_and_its_date(covered: Site, language, expected):
    page = covered.sign_in(Role.ADMIN, language=language).client.get("/coverage")
    assert page.status_code == 200
    for words in (*expected, "basra-page", "Meta []", COLLEAGUE):
        assert words in page.text
    assert page.text.count('class="capability ') == len(Capability) - 2  # two are Instagram's alone
    assert "coverage." not in page.text.replace("/coverage", "")


def test_names_of_staff_are_for_administrators(covered: Site):
    page = covered.sign_in(Role.MODERATOR).client.get("/coverage")
    assert page.status_code == 200
    assert COLLEAGUE not in page.text
    assert '<form method="post" action="/coverage' not in page.text
    assert covered.visitor().get("/coverage").status_code == 303


def test_a_channel_goes_live_with_a_witness_and_the_name_of_who_says_so(covered: Site):
    admin = covered.sign_in(Role.ADMIN)
    refused = admin.client.post("/coverage/basra-page/mode", data={"to": "live", "seen_by": " "})
    assert refused.status_code == 422
    assert "outreach channels try" in refused.text
    done = admin.client.post("/coverage/basra-page/mode", data={"to": "live", "seen_by": "هاتف أم نور"})
    assert (done.status_code, done.headers["location"]) == (303, "/coverage#basra-page")
    with covered.database.read() as session:
        row = session.query(LiveConfirmation).one()
        assert (row.user_id, row.seen_by, row.at) == (admin.user.id, "هاتف أم نور", covered.clock.now())
        assert session.query(Channel).one().mode == "live"
        assert "هاتف" not in str(session.query(AuditEvent).filter_by(event="channel.mode").one().details)
    assert admin.user.display_name in admin.client.get("/coverage").text
    back = admin.client.post("/coverage/basra-page/mode", data={"to": "read_only"})
    assert back.status_code == 303


def test_only_who_keeps_channels_may_change_them(covered: Site):
    person = covered.sign_in(Role.COMMUNICATIONS)
    assert person.client.post("/coverage/basra-page/mode", data={"to": "live", "seen_by": "x"}).status_code == 403
