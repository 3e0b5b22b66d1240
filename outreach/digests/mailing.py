"""A digest as a mail: subject, plain text, HTML with inline styles, and its charts as PNGs by content id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from outreach import charts
from outreach.digests.building import Figures
from outreach.digests.pages import template
from outreach.digests.report import Report, report


@dataclass(frozen=True)
class Mail:
    subject: str
    text: str
    html: str
    images: Mapping[str, bytes]


def render_mail(figures: Figures, language: str, *, base_url: str, sandbox: bool) -> Mail:
    found = report(figures, language)
    base = base_url.rstrip("/")
    banner = found.words("digest.sandbox") if sandbox else None
    given = {"report": found, "banner": banner, "base": base, "address": f"{base}/digests/{found.week}"}
    return Mail(
        (found.words("digest.sandbox_prefix") if sandbox else "") + found.subject,
        template("digest.txt").render(given),
        template("mail.html").render(given, colours=charts.COLOURS),
        _images(found),
    )


def _images(found: Report) -> dict[str, bytes]:
    return {chart.name: charts.draw(chart) for section in found.sections for chart in section.charts}
