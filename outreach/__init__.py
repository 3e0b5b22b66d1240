"""Schedules a programme's posts, publishes them exactly once, and reads, flags and reviews what people answer."""

__version__ = "0.1.0"
