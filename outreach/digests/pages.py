"""A digest as plain text and as a piece of a page."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from outreach.digests.building import Figures
from outreach.digests.report import report

FOLDER = Path(__file__).parent / "templates"


@cache
def template(name: str) -> Template:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=name.endswith(".html"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template(name)


def render_text(figures: Figures, language: str) -> str:
    return template("digest.txt").render(report=report(figures, language), banner=None, address=None)


def render_page(figures: Figures, language: str) -> str:
    """HTML for the inside of a page of the site: no inline style, no script, charts as SVG without text."""
    return template("page.html").render(report=report(figures, language))
