"""What shape and size a picture has on each kind of channel, and what is cut away for it (graph-api.md §4.3, §5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from math import ceil, floor

from outreach.errors import InvalidError
from outreach.states import ChannelKind, Format

SMALL = 900  #: pixels; a longest side up to this is most often a copy that a messenger has shrunk
#: of a side; so much is cut without being asked for: a telephone's upright 3:4 loses a sixteenth
UNASKED = 0.07


class Crop(StrEnum):
    """The part to keep where a channel takes no picture of this shape."""

    CENTER = "center"
    TOP = "top"
    BOTTOM = "bottom"
    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True)
class Rules:
    """Lengths in pixels; `aspects` are the least and the greatest width ÷ height."""

    width: int
    height: int
    bytes: int
    least_width: int = 1
    aspects: tuple[float, float] | None = None


#: Facebook shows no more than 2048 pixels and names no shape; Instagram makes wider ones 1440 wide by itself.
RULES: Mapping[ChannelKind, Rules] = {
    ChannelKind.FACEBOOK_PAGE: Rules(2048, 2048, 10_000_000),
    ChannelKind.INSTAGRAM_ACCOUNT: Rules(1440, 1800, 8_000_000, least_width=320, aspects=(4 / 5, 1.91)),
}


def rules_for(kind: ChannelKind, form: Format) -> Rules:
    """A story fills an upright screen and takes every shape."""
    rules = RULES[kind]
    return rules if form is not Format.STORY else replace(rules, width=1080, height=1920, aspects=None)


@dataclass(frozen=True)
class Fit:
    """`box`: left, top, right, bottom of what is kept, in pixels of the upright image; `size`: of the picture."""

    box: tuple[int, int, int, int]
    size: tuple[int, int]
    cut: float = 0.0  #: share of a side that is cut away
    upright: bool = False  #: the cut is at top or bottom, else at left or right


def fit(width: int, height: int, rules: Rules, crop: Crop | None = None) -> Fit:
    """Raises InvalidError: `picture.narrow`, or `picture.shape` where more would be cut than is done unasked."""
    kept = _kept(width, height, rules)
    cut = max(1 - kept[0] / width, 1 - kept[1] / height)
    if cut > UNASKED and crop is None:
        raise InvalidError("picture.shape", width=width, height=height, percent=ceil(cut * 100))
    if kept[0] < rules.least_width:
        raise InvalidError("picture.narrow", width=kept[0], limit=rules.least_width)
    left, top = _corner(width - kept[0], height - kept[1], crop or Crop.CENTER)
    box = (left, top, left + kept[0], top + kept[1])
    return Fit(box, _scaled(*kept, rules), cut, upright=kept[1] < height)


def _kept(width: int, height: int, rules: Rules) -> tuple[int, int]:
    if rules.aspects is None:
        return width, height
    least, most = rules.aspects
    if width / height < least:
        return width, max(1, floor(width / least))
    if width / height > most:
        return max(1, floor(height * most)), height
    return width, height


def _corner(spare_width: int, spare_height: int, crop: Crop) -> tuple[int, int]:
    left = {Crop.LEFT: 0, Crop.RIGHT: spare_width}.get(crop, spare_width // 2)
    top = {Crop.TOP: 0, Crop.BOTTOM: spare_height}.get(crop, spare_height // 2)
    return left, top


def _scaled(width: int, height: int, rules: Rules) -> tuple[int, int]:
    """Never larger than it was, and still of a shape that is taken after rounding."""
    share = min(1.0, rules.width / width, rules.height / height)
    if share == 1.0:
        return width, height
    wide, high = max(1, round(width * share)), max(1, round(height * share))
    if rules.aspects:
        high = max(ceil(wide / rules.aspects[1]), min(high, floor(wide / rules.aspects[0])))
    return wide, high
