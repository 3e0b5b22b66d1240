"""The sandbox's page about itself: its README, each switch as it stands now, and every route that is served."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from html import escape
from importlib import resources
from itertools import groupby

from outreach.sandbox.routes import INSTAGRAM_ROOTS, ROOTS, ROUTES
from outreach.sandbox.switches import Switches

TITLE = "A sandbox of Meta"
STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}table{border-collapse:collapse}"
    "td,th{border:1px solid #999;padding:.2rem .6rem;text-align:start;vertical-align:top}"
    "pre{background:#eee;padding:1rem;overflow:auto}"
)
_SWITCH = re.compile(r"^\| `(\w+)` \|")
_TABLE, _CODE, _HEADING, _ITEM = "|", "```", "#", "* "


def readme() -> str:
    return resources.files("outreach.sandbox").joinpath("README.md").read_text(encoding="utf-8")


def page(switches: Switches) -> bytes:
    body = "\n".join(_blocks([*_with_values(readme().splitlines(), switches), "", *_routes()]))
    head = f'<meta charset="utf-8"><title>{TITLE}</title><style>{STYLE}</style>'
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{body}</body></html>'.encode()


def _with_values(lines: Iterable[str], switches: Switches) -> Iterator[str]:
    """A column more in the table of switches: the value now."""
    values, inside = asdict(switches), False
    for line in lines:
        inside = line.startswith("| Switch ") or (inside and line.startswith(_TABLE))
        found = _SWITCH.match(line) if inside else None
        now = f"`{values[found[1]]}`" if found else "---" if set(line) <= set("|-") else "Now"
        yield f"{line} {now} |" if inside else line


def _routes() -> Iterator[str]:
    yield from ("## Every route", "", "| Node | Edge | Methods |", "|---|---|---|")
    kinds = sorted(ROUTES, key=lambda key: key[:2])
    for (kind, edge), keys in groupby(kinds, key=lambda key: key[:2]):
        yield f"| {kind} | {f'`{edge}`' if edge else 'itself'} | {', '.join(key[2] for key in keys)} |"
    for host, roots in (("no node", ROOTS), ("no node, on Instagram's host", INSTAGRAM_ROOTS)):
        yield from (f"| {host} | `{path}` | {method} |" for path, method in sorted(roots))


def _blocks(lines: list[str]) -> Iterator[str]:
    """HTML of the little Markdown that the README uses: headings, tables, code, lists, paragraphs."""
    text = iter(lines)
    for kind, group in groupby(_fenced(text), key=_kind):
        found = list(group)
        if kind == _CODE:
            yield from (f"<pre>{escape(block.removeprefix(_CODE))}</pre>" for block in found)
        elif kind == _TABLE:
            yield _table(found)
        elif kind == _HEADING:
            yield from (_heading(line) for line in found)
        elif kind == _ITEM:
            yield f"<ul>{''.join(f'<li>{_inline(line.removeprefix(_ITEM))}</li>' for line in found)}</ul>"
        elif kind:
            yield f"<p>{_inline(' '.join(found))}</p>"


def _fenced(lines: Iterator[str]) -> Iterator[str]:
    """Lines; a block of code is one of them."""
    for line in lines:
        if not line.startswith(_CODE):
            yield line
            continue
        code = iter(lambda: next(lines, _CODE), _CODE)
        yield _CODE + "\n".join(code)


def _kind(line: str) -> str:
    marks = (mark for mark in (_CODE, _TABLE, _HEADING, _ITEM) if line.startswith(mark))
    return next(marks, "text" if line.strip() else "")


def _heading(line: str) -> str:
    level = len(line) - len(line.lstrip("#"))
    return f"<h{level}>{_inline(line.lstrip('# '))}</h{level}>"


def _table(lines: list[str]) -> str:
    head, _, *rows = ([cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines)
    first = "".join(f"<th>{_inline(cell)}</th>" for cell in head)
    rest = "".join(f"<tr>{''.join(f'<td>{_inline(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><tr>{first}</tr>{rest}</table>"


def _inline(text: str) -> str:
    text = re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))
    text = re.sub(r"\*\*([^*]+)\*\*", r"<b>\1</b>", text)
    return re.sub(r"\[([^\]]+)\]\((https?:[^)]+)\)", r'<a href="\2">\1</a>', text)
