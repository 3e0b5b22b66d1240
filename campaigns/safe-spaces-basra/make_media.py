"""Draws the cards of cards.toml: HTML and SVG, photographed by headless Chromium, saved as plain sRGB JPEGs.

Needs Chromium and the Noto Arabic fonts: `python campaigns/safe-spaces-basra/make_media.py [names…]`.
No faces and no real places inside: shanasheel windows, palms, the Shatt al-Arab, eight-pointed stars.
"""

# ruff: noqa: E501, INP001  drawings are long lines of numbers, and a campaign's folder is no package

from __future__ import annotations

import html
import math
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

HERE = Path(__file__).parent
WIDTH = 1080
SQUARE = 1080
LONG_TITLE = 16  #: letters in a line
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or "google-chrome"


@dataclass(frozen=True)
class Palette:
    ground: str
    ink: str
    accent: str
    art: str  #: main colour of the drawing
    art2: str  #: second colour of the drawing


NIGHT = Palette("#12343b", "#fdf3e3", "#f08a3c", "#1d4d55", "#e9b872")
SAND = Palette("#f7ecdc", "#3a2417", "#c4571b", "#a8642f", "#17606a")
RIVER = Palette("#0f5f69", "#fdf6ea", "#ffb562", "#0b4a53", "#8fd0cb")
PALM = Palette("#eef2e2", "#20382a", "#c4571b", "#3f6b4f", "#8aa66f")
PLUM = Palette("#5a2a52", "#fdf1ea", "#ffb35c", "#472042", "#c98bb4")
DAWN = Palette("#fbd9b5", "#4a2415", "#a63c14", "#d9772f", "#0f5f69")
PALETTES = {"night": NIGHT, "sand": SAND, "river": RIVER, "palm": PALM, "plum": PLUM, "dawn": DAWN}


@dataclass(frozen=True)
class Card:
    name: str
    palette: Palette
    art: str
    kicker: str
    title: str
    english: str
    body: str = ""
    facts: tuple[str, ...] = ()  #: date, place
    step: str = ""  #: "٢ من ٤" on the cards of a series
    height: int = SQUARE


def star(x: float, y: float, size: float) -> str:
    """An eight-pointed star: two squares on one centre."""
    points = (
        (
            x + (size if turn % 2 == 0 else size * 0.765) * math.cos(turn * math.pi / 8),
            y + (size if turn % 2 == 0 else size * 0.765) * math.sin(turn * math.pi / 8),
        )
        for turn in range(16)
    )
    return " ".join(f"{px:.1f},{py:.1f}" for px, py in points)


def stars(palette: Palette, height: int) -> str:
    rows = []
    for row in range(height // 150 + 2):
        for column in range(9):
            x, y = column * 150 + (75 if row % 2 else 0), row * 150
            rows.append(f'<polygon points="{star(x, y, 62)}"/><circle cx="{x}" cy="{y}" r="17"/>')
    lines = f'<g fill="none" stroke="{palette.art2}" stroke-width="3" opacity=".8">{"".join(rows)}</g>'
    fade = (
        '<linearGradient id="f" x1="0" x2="0" y1="0" y2="1"><stop offset=".46" stop-color="#000"/>'
        '<stop offset="1" stop-color="#fff"/></linearGradient><mask id="m"><rect width="1080" height="100%" fill="url(#f)"/></mask>'
    )
    return f'<defs>{fade}</defs><g mask="url(#m)">{lines}</g>'


def window(x: float, base: float, width: float, height: float, palette: Palette) -> str:
    """One shanasheel bay: pointed arch, lattice, cornice and brackets."""
    top, mid = base - height, x + width / 2
    arch = (
        f"M{x},{base} V{top + width * 0.62} C{x},{top + width * 0.3} {mid - width * 0.12},{top + width * 0.16} {mid},{top} "
        f"C{mid + width * 0.12},{top + width * 0.16} {x + width},{top + width * 0.3} {x + width},{top + width * 0.62} V{base} Z"
    )
    ident = f"c{int(x)}"
    step = width / 6
    slants = "".join(
        f'<path d="M{x + k * step},{top} l{height},{height} M{x + width - k * step},{top} l{-height},{height}"/>'
        for k in range(-int(height / step), 7)
    )
    return (
        f'<clipPath id="{ident}"><path d="{arch}"/></clipPath><path d="{arch}" fill="{palette.art2}" opacity=".92"/>'
        f'<g clip-path="url(#{ident})" stroke="{palette.art}" stroke-width="5" fill="none">{slants}</g>'
        f'<path d="{arch}" fill="none" stroke="{palette.art}" stroke-width="15" stroke-linejoin="round"/>'
        f'<rect x="{x - 8}" y="{base - height * 0.36}" width="{width + 16}" height="13" fill="{palette.art}"/>'
    )


def shanasheel(palette: Palette, height: int) -> str:
    base, tall, width = height - 70, 400, 184
    bays = "".join(window(82 + k * 244, base - 34, width, tall, palette) for k in range(4))
    crown = "".join(f'<path d="M{40 + k * 50},{base - 462} l25,-34 l25,34 z" fill="{palette.art}"/>' for k in range(20))
    brackets = "".join(
        f'<path d="M{60 + k * 122},{base + 12} h52 q0,58 -52,58 z" fill="{palette.art}"/>' for k in range(8)
    )
    return (
        f'{crown}<rect x="40" y="{base - 464}" width="1000" height="26" fill="{palette.art}"/>{bays}'
        f'<rect x="30" y="{base - 28}" width="1020" height="42" rx="6" fill="{palette.art}"/>{brackets}'
    )


def palm(x: float, base: float, tall: float, palette: Palette, lean: float = 0.0) -> str:
    crown_x, crown_y = x + lean, base - tall
    size = tall * 0.42
    leaves = []
    for turn in range(-5, 6):
        angle = math.radians(-90 + turn * 25)
        tip_x, tip_y = (
            crown_x + size * math.cos(angle),
            crown_y + size * math.sin(angle) * 0.75 + abs(turn) * size * 0.075,
        )
        bend_x, bend_y = crown_x + size * 0.55 * math.cos(angle), crown_y + size * 0.72 * math.sin(angle) - size * 0.16
        leaves.append(
            f'<path d="M{crown_x:.0f},{crown_y:.0f} Q{bend_x:.0f},{bend_y:.0f} {tip_x:.0f},{tip_y:.0f} '
            f'Q{bend_x:.0f},{bend_y + size * 0.2:.0f} {crown_x:.0f},{crown_y:.0f}Z"/>'
        )
    dates = "".join(
        f'<circle cx="{crown_x + dx * size:.0f}" cy="{crown_y + dy * size:.0f}" r="{size * 0.035:.1f}"/>'
        for dx, dy in (
            (-0.12, 0.14),
            (-0.07, 0.2),
            (-0.15, 0.22),
            (0.1, 0.15),
            (0.15, 0.22),
            (0.07, 0.22),
            (-0.1, 0.28),
            (0.12, 0.3),
        )
    )
    trunk = size * 0.075
    return (
        f'<path d="M{x - trunk * 1.4:.0f},{base} Q{x + lean * 0.2:.0f},{base - tall / 2:.0f} {crown_x - trunk / 2:.0f},{crown_y:.0f} '
        f'h{trunk:.0f} Q{x + lean * 0.2 + trunk * 1.6:.0f},{base - tall / 2:.0f} {x + trunk * 1.4:.0f},{base} Z" fill="{palette.art}"/>'
        f'<g fill="{palette.art}">{"".join(leaves)}<circle cx="{crown_x:.0f}" cy="{crown_y:.0f}" r="{size * 0.07:.1f}"/></g><g fill="{palette.accent}">{dates}</g>'
    )


def waves(palette: Palette, top: float, height: int) -> str:
    rows = []
    for number in range(5):
        y = top + number * 46
        path = f"M-60,{y:.0f} " + "".join(f"q45,{-22 if k % 2 else 22} 90,0 " for k in range(14)) + f"V{height} H-60 Z"
        rows.append(
            f'<path d="{path}" fill="{palette.art if number % 2 else palette.art2}" opacity="{0.45 + number * 0.13:.2f}"/>'
        )
    return "".join(rows)


def boat(x: float, y: float, palette: Palette) -> str:
    """A mashhouf, the marshes' long canoe."""
    return (
        f'<path d="M{x},{y} q40,10 60,52 q150,34 300,0 q20,-42 60,-52 q-22,74 -66,92 q-150,34 -288,0 q-44,-18 -66,-92z" fill="{palette.ink}"/>'
        f'<path d="M{x + 316},{y - 150} L{x + 240},{y + 110}" stroke="{palette.ink}" stroke-width="8" stroke-linecap="round"/>'
    )


def river(palette: Palette, height: int) -> str:
    top = height - 240
    return (
        f'<circle cx="270" cy="{top - 40}" r="150" fill="{palette.accent}"/>'
        f"{palm(880, top + 26, 290, palette, -22)}{palm(985, top + 30, 220, palette, 14)}"
        f"{waves(palette, top, height)}{boat(310, top + 6, palette)}"
    )


def grove(palette: Palette, height: int) -> str:
    base = height - 62
    back = Palette(palette.ground, palette.ink, palette.art2, palette.art2, palette.art2)
    far = "".join(
        palm(x, base, tall, back, lean) for x, tall, lean in ((330, 290, 10), (560, 330, -14), (760, 280, 16))
    )
    near = "".join(
        palm(x, base, tall, palette, lean) for x, tall, lean in ((150, 440, 30), (930, 470, -34), (660, 360, 20))
    )
    return f'{far}{near}<path d="M0,{base} q270,-36 540,-6 t540,-8 V{height} H0z" fill="{palette.art}"/>'


def bubbles(palette: Palette, height: int) -> str:
    base = height - 150
    dots = "".join(f'<circle cx="{x}" cy="{base - 292}" r="19" fill="{palette.ground}"/>' for x in (250, 330, 410))
    lattice = "".join(
        f'<polygon points="{star(x, base - 118, 40)}" fill="none" stroke="{palette.ground}" stroke-width="6"/>'
        for x in (640, 750, 860)
    )
    return (
        f'<path d="M130,{base - 400} h400 a44,44 0 0 1 44,44 v128 a44,44 0 0 1 -44,44 h-250 l-84,78 v-78 h-66 a44,44 0 0 1 -44,-44 v-128 '
        f'a44,44 0 0 1 44,-44z" fill="{palette.art}"/>{dots}'
        f'<path d="M520,{base - 226} h430 a44,44 0 0 1 44,44 v128 a44,44 0 0 1 -44,44 h-64 v78 l-86,-78 h-280 a44,44 0 0 1 -44,-44 v-128 '
        f'a44,44 0 0 1 44,-44z" fill="{palette.accent}"/>{lattice}'
    )


def phone(palette: Palette, height: int) -> str:
    base = height - 84
    return (
        f'<g transform="rotate(-8 300 {base - 200})"><rect x="180" y="{base - 430}" width="250" height="440" rx="36" fill="{palette.art}"/>'
        f'<rect x="200" y="{base - 394}" width="210" height="350" rx="14" fill="{palette.art2}"/>'
        f'<path d="M262,{base - 236} v-34 a43,43 0 0 1 86,0 v34" fill="none" stroke="{palette.accent}" stroke-width="17"/>'
        f'<rect x="245" y="{base - 240}" width="120" height="96" rx="14" fill="{palette.accent}"/>'
        f'<circle cx="305" cy="{base - 196}" r="13" fill="{palette.art}"/><rect x="297" y="{base - 194}" width="16" height="30" fill="{palette.art}"/>'
        f'<circle cx="305" cy="{base - 18}" r="14" fill="{palette.art2}"/></g>'
        f'<g fill="none" stroke="{palette.art2}" stroke-width="5" opacity=".8">'
        + "".join(f'<polygon points="{star(640 + 150 * (k % 3), base - 340 + 150 * (k // 3), 62)}"/>' for k in range(9))
        + "</g>"
    )


def door(palette: Palette, height: int) -> str:
    """An open door with light in it, between two palms."""
    base, x, wide, tall = height - 66, 400, 280, 430
    arch = f"M{x},{base} V{base - tall + 150} Q{x},{base - tall} {x + wide / 2},{base - tall - 40} Q{x + wide},{base - tall} {x + wide},{base - tall + 150} V{base} Z"
    leaf = (
        f"M{x},{base} L{x - 96},{base + 26} V{base - tall + 186} Q{x - 74},{base - tall + 78} {x},{base - tall + 118}Z"
    )
    studs = "".join(
        f'<circle cx="{x - 48}" cy="{base - 70 - 62 * k}" r="8" fill="{palette.accent}"/>' for k in range(4)
    )
    return (
        f'<path d="{arch}" fill="{palette.accent}"/><path d="{arch}" fill="none" stroke="{palette.art}" stroke-width="26"/>'
        f'<path d="M{x},{base} L{x + wide},{base} L{x + wide + 130},{base + 66} H{x - 20}Z" fill="{palette.accent}" opacity=".55"/>'
        f'<path d="{leaf}" fill="{palette.art}"/>{studs}{palm(128, base + 20, 330, palette, 10)}{palm(905, base + 20, 400, palette, -22)}'
    )


def book(palette: Palette, height: int) -> str:
    base = height - 150
    lines = "".join(
        f'<path d="M{x},{base - 232 + k * 46} q90,-30 190,6" stroke="{palette.art}" stroke-width="9" fill="none" stroke-linecap="round"/>'
        for x in (304, 590)
        for k in range(4)
    )
    return (
        f'<path d="M540,{base - 270} q-140,-70 -310,-14 v290 q170,-52 310,14 q140,-66 310,-14 v-290 q-170,-56 -310,14z" fill="{palette.art2}"'
        f' stroke="{palette.art}" stroke-width="14" stroke-linejoin="round"/><path d="M540,{base - 270} v290" stroke="{palette.art}" stroke-width="10"/>'
        f'{lines}<path d="M196,{base + 50} q344,-90 688,0" fill="none" stroke="{palette.accent}" stroke-width="14" stroke-linecap="round"/>'
    )


def tea(palette: Palette, height: int) -> str:
    """Two istikans: a conversation over tea."""
    base = height - 92

    def glass(x: float) -> str:
        body = f"M{x},{base - 250} q34,92 10,128 q-20,66 40,86 h84 q60,-20 40,-86 q-24,-36 10,-128 z"
        drink = f"M{x + 20},{base - 176} q8,34 -8,60 q-16,54 40,70 h80 q56,-16 40,-70 q-16,-26 -8,-60 z"
        steam = "".join(
            f'<path d="M{x + 56 + k * 36},{base - 290} q-22,-36 0,-66 t0,-62" stroke="{palette.art2}" stroke-width="9" fill="none" stroke-linecap="round"/>'
            for k in range(3)
        )
        return (
            f'{steam}<path d="{body}" fill="{palette.art2}" opacity=".55"/><path d="{drink}" fill="{palette.accent}"/>'
            f'<path d="{body}" fill="none" stroke="{palette.art}" stroke-width="10" stroke-linejoin="round"/>'
            f'<ellipse cx="{x + 92}" cy="{base - 18}" rx="150" ry="26" fill="{palette.art}"/>'
        )

    return f'{glass(220)}{glass(664)}<rect x="0" y="{base + 2}" width="1080" height="{height - base}" fill="{palette.art}" opacity=".9"/>'


ART: dict[str, Callable[[Palette, int], str]] = {
    "stars": stars,
    "shanasheel": shanasheel,
    "river": river,
    "grove": grove,
    "bubbles": bubbles,
    "phone": phone,
    "door": door,
    "book": book,
    "tea": tea,
}

STYLE = """
*{margin:0;box-sizing:border-box}
body{background:#fff}
.card{position:relative;width:1080px;overflow:hidden;font-family:'Noto Sans Arabic','Noto Sans',sans-serif;direction:rtl}
.card svg{position:absolute;inset:0}
.in{position:absolute;inset:0;padding:76px 80px 0}
.kicker{display:inline-block;font-weight:700;font-size:32px;padding:8px 30px 12px;border-radius:40px}
.step{margin-right:18px;border:4px solid currentColor;padding:4px 26px 8px}
h1{font-family:'Noto Kufi Arabic';font-weight:700;font-size:var(--title);line-height:1.5;margin-top:20px;white-space:pre-line}
.en{direction:ltr;text-align:right;font-family:'Noto Sans';font-size:31px;line-height:1.35;margin-top:12px;opacity:.86}
.body{font-size:39px;line-height:1.62;margin-top:24px;white-space:pre-line;font-weight:500}
.facts{margin-top:26px;display:flex;flex-wrap:wrap;gap:14px 18px}
.facts span{font-size:35px;font-weight:700;padding:8px 26px 12px;border-radius:16px}
.foot{position:absolute;right:0;left:0;bottom:0;height:58px;display:flex;align-items:center;justify-content:space-between;padding:0 44px;font-size:25px;font-weight:700}
.foot i{font-style:normal;font-family:'Noto Sans';font-weight:600;direction:ltr}
"""


def render(card: Card) -> str:
    palette = card.palette
    size = 92 if len(max(card.title.split("\n"), key=len)) <= LONG_TITLE else 74
    body = f'<p class="body">{html.escape(card.body)}</p>' if card.body else ""
    style = f"background:{palette.ink};color:{palette.ground}"
    facts = "".join(f'<span style="{style}">{html.escape(fact)}</span>' for fact in card.facts)
    step = f'<span class="kicker step">{html.escape(card.step)}</span>' if card.step else ""
    return (
        f'<div class="card" style="height:{card.height}px;background:{palette.ground};color:{palette.ink};--title:{size}px">'
        f'<svg width="1080" height="{card.height}" viewBox="0 0 1080 {card.height}">{ART[card.art](palette, card.height)}</svg>'
        f'<div class="in"><span class="kicker" style="background:{palette.accent};color:{palette.ground}">{html.escape(card.kicker)}</span>{step}'
        f'<h1>{html.escape(card.title)}</h1><p class="en">{html.escape(card.english)}</p>{body}<div class="facts">{facts}</div></div>'
        f'<div class="foot" style="background:{palette.ink};color:{palette.ground}"><span>مساحات آمنة · البصرة</span><i>Safe spaces · Basra</i></div></div>'
    )


def photograph(card: Card) -> None:
    with tempfile.TemporaryDirectory() as folder:
        page, shot = Path(folder) / "card.html", Path(folder) / "card.png"
        page.write_text(f'<!doctype html><meta charset="utf-8"><style>{STYLE}</style>{render(card)}', encoding="utf-8")
        command = [
            CHROMIUM,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            "--force-color-profile=srgb",
        ]
        command += [
            f"--user-data-dir={folder}/profile",
            f"--window-size={WIDTH},{card.height}",
            f"--screenshot={shot}",
            page.as_uri(),
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=120)  # noqa: S603  our own command line
        with Image.open(shot) as image:
            flat = image.convert("RGB").crop((0, 0, WIDTH, card.height))
        flat.save(HERE / "media" / f"{card.name}.jpg", quality=86, optimize=True, progressive=True)


def main(names: list[str]) -> None:
    for table in tomllib.loads((HERE / "cards.toml").read_text(encoding="utf-8"))["card"]:
        card = Card(**{**table, "palette": PALETTES[table["palette"]], "facts": tuple(table.get("facts", ()))})
        if not names or card.name in names:
            photograph(card)
            print(card.name)  # noqa: T201  a script


if __name__ == "__main__":
    main(sys.argv[1:])
