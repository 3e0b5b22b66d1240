"""Small videos for tests, made when they are asked for: plain colour, silence."""

from __future__ import annotations

import functools
import struct
import tempfile
from typing import Any

import av


@functools.cache
def clip(
    seconds: float = 3,
    *,
    size: tuple[int, int] = (540, 960),
    fps: int = 24,
    codec: str = "libx264",
    audio: str | None = "aac",
    rate: int = 44_100,
    shade: int = 120,
    form: str = "mp4",
    location: str = "",
) -> bytes:
    """The bytes of an MP4 or MOV, some 10 kB."""
    options = {"movflags": "+use_metadata_tags" + ("+faststart" if form == "mp4" else "")}
    with tempfile.NamedTemporaryFile(suffix=f".{form}") as file, av.open(file.name, "w", options=options) as out:
        if location:
            out.metadata["location"] = location
        picture = out.add_stream(codec, rate=fps, options={"preset": "ultrafast", "crf": "45"})
        picture.width, picture.height, picture.pix_fmt = *size, "yuv420p"
        sound = out.add_stream(audio, rate=rate, layout="mono") if audio else None
        for packet in (*_pictures(picture, size, round(seconds * fps), shade), *(_silence(sound, seconds, rate))):
            out.mux(packet)
        out.close()
        return file.read()


def turned(data: bytes) -> bytes:
    """As a phone writes it that is held upright: the picture lies, and its track says to turn it to the right."""
    matrix = data.index(b"tkhd") + 44
    right = struct.pack(">9i", 0, 1 << 16, 0, -(1 << 16), 0, 0, 0, 0, 1 << 30)
    return data[:matrix] + right + data[matrix + len(right) :]


def _pictures(stream: Any, size: tuple[int, int], count: int, shade: int) -> list[Any]:
    frame = av.VideoFrame(*size, "yuv420p")
    for plane, value in zip(frame.planes, (shade % 256, 100, 140), strict=True):
        plane.update(bytes([value]) * plane.buffer_size)
    packets = []
    for number in range(count):
        frame.pts = number
        packets += stream.encode(frame)
    return [*packets, *stream.encode()]


def _silence(stream: Any, seconds: float, rate: int) -> list[Any]:
    if stream is None:
        return []
    frame = av.AudioFrame(format=stream.format.name, layout="mono", samples=1024)
    frame.sample_rate = rate
    for plane in frame.planes:
        plane.update(bytes(plane.buffer_size))
    packets = []
    for number in range(int(seconds * rate / 1024)):
        frame.pts = number * 1024
        packets += stream.encode(frame)
    return [*packets, *stream.encode()]
