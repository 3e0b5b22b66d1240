"""Pages of figures: missing stays missing, and no time is called the best too early."""

from __future__ import annotations

from outreach.states import ChannelKind, Role
from tests.factories import make_channel
from tests.integration.engagement.test_figures import WHOLE, out, told
from tests.sites import Site


def test_the_page_shows_missing_as_missing_and_names_no_time_the_best_too_early(site: Site) -> None:
    now = site.clock.now()
    with site.database.write() as session:
        insta = make_channel(session, kind=ChannelKind.INSTAGRAM_ACCOUNT)
        told(session, out(session, now), now, **WHOLE)
        lacking = out(session, now, channel=insta)
        told(session, lacking, now, views=12, reach=None)
        name, ident = insta.name, lacking.id
    client = site.sign_in(Role.LEAD, language="en").client
    page = client.get("/insights").text
    assert "5.0%" in page
    assert 'title="Meta gave no figure"' in page
    assert page.count("so no time is called better") == 2
    only = client.get(f"/insights?channel={name}").text
    assert "5.0%" not in only
    assert "Meta gave no figure" in client.get(f"/insights/{ident}").text
    assert client.get("/insights/none").status_code == 404
    assert site.visitor().get("/insights").headers["location"].startswith("/login")
