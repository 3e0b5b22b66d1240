"""Images of every kind, drawn for tests."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from PIL import Image

from outreach.pictures import reading  # noqa: F401  registers HEIC


def noise(size: tuple[int, int] = (400, 400), mode: str = "RGB") -> Image.Image:
    """The same each time; as hard to compress as an image can be."""
    width, height = size
    values = np.random.default_rng(7).integers(0, 256, (height, width, 3), dtype=np.uint8)
    if mode.startswith("I;16"):
        return Image.fromarray(values[:, :, 0].astype(np.uint16) * 257)
    return Image.fromarray(values).convert(mode)


def quarters(size: tuple[int, int] = (400, 400)) -> Image.Image:
    """Red, green over blue, white: shows which way up it is and what was cut away."""
    width, height = size
    image = Image.new("RGB", size, "white")
    image.paste("red", (0, 0, width // 2, height // 2))
    image.paste("lime", (width // 2, 0, width, height // 2))
    image.paste("blue", (0, height // 2, width // 2, height))
    return image


def saved(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def exif(*, orientation: int = 1, gps: bool = False) -> Image.Exif:
    written = Image.Exif()
    written[0x010F] = "CAMERA-CANARY"
    if orientation != 1:
        written[0x0112] = orientation
    if gps:
        written[0x8825] = {1: "N", 2: (30.0, 30.0, 0.0)}
    return written
