"""An image, as somebody saved it, becomes a picture: the JPEG that a channel takes, and what was done to it. Pure.

The same bytes and rules give the same picture, so an approval of it stays good for as long as the image does.
"""

from __future__ import annotations

from outreach.pictures.fitting import RULES, SMALL, Crop, Fit, Rules, fit, rules_for
from outreach.pictures.making import Done, Picture, make
from outreach.pictures.reading import FORMATS, ImageFacts, inspect

__all__ = [
    "FORMATS",
    "RULES",
    "SMALL",
    "Crop",
    "Done",
    "Fit",
    "ImageFacts",
    "Picture",
    "Rules",
    "fit",
    "inspect",
    "make",
    "rules_for",
]
