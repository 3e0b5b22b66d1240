"""MurmurHash3 (32 bits, seed 0) of many n-grams at once, in the buckets of scikit-learn's `HashingVectorizer`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

U32 = NDArray[np.uint32]
_C1, _C2 = np.uint32(0xCC9E2D51), np.uint32(0x1B873593)
_BLOCK = 4


def _rotated(value: U32, by: int) -> U32:
    return (value << np.uint32(by)) | (value >> np.uint32(32 - by))


def _scrambled(block: U32) -> U32:
    return _rotated(block * _C1, 15) * _C2


def _with_block(state: U32, block: U32) -> U32:
    return _rotated(state ^ _scrambled(block), 13) * np.uint32(5) + np.uint32(0xE6546B64)


def _bucket(state: U32, length: U32 | np.uint32, bits: int) -> U32:
    """The finishing mix, then |signed hash| modulo 2**bits, as scikit-learn has it."""
    h = state ^ length
    h ^= h >> np.uint32(16)
    h *= np.uint32(0x85EBCA6B)
    h ^= h >> np.uint32(13)
    h *= np.uint32(0xC2B2AE35)
    h ^= h >> np.uint32(16)
    return np.where(h >> np.uint32(31), ~h + np.uint32(1), h) & np.uint32(2**bits - 1)


def char_ngrams(padded: NDArray[np.uint8], *, low: int, high: int, bits: int) -> list[tuple[NDArray[np.intp], U32]]:
    """For each n: where the n-grams start that lie inside one word, and their buckets.

    `padded` holds every word between two spaces of its own, so a window over two spaces side by side spans two words.
    """
    seam = np.zeros(len(padded) + 1, dtype=np.int32)
    np.cumsum((padded[:-1] == ord(" ")) & (padded[1:] == ord(" ")), out=seam[1:-1])
    seam[-1] = seam[-2]
    wide = padded.astype(np.uint32)
    found = []
    for n in range(low, high + 1):
        count = len(padded) - n + 1
        if count <= 0:
            break
        starts = np.flatnonzero(seam[:count] == seam[n - 1 : n - 1 + count])
        found.append((starts, _hash_windows(wide, starts, n=n, bits=bits)))
    return found


def _hash_windows(wide: U32, starts: NDArray[np.intp], *, n: int, bits: int) -> U32:
    state: U32 = np.zeros(len(starts), dtype=np.uint32)
    for at in range(0, n - n % _BLOCK, _BLOCK):
        state = _with_block(state, _packed(wide, starts + at, _BLOCK))
    if n % _BLOCK:
        state ^= _scrambled(_packed(wide, starts + n - n % _BLOCK, n % _BLOCK))
    return _bucket(state, np.uint32(n), bits)


def _packed(wide: U32, starts: NDArray[np.intp], size: int) -> U32:
    value = wide[starts]
    for at in range(1, size):
        value = value | (wide[starts + at] << np.uint32(8 * at))
    return value


def slices(
    buffer: NDArray[np.uint8], starts: NDArray[np.intp], lengths: NDArray[np.intp], *, bits: int
) -> NDArray[np.uint32]:
    """Buckets of slices of any length; longest first inside, so that each round works on a prefix."""
    order = np.argsort(-lengths, kind="stable")
    begin, size = starts[order], lengths[order]
    wide = np.concatenate([buffer, np.zeros(_BLOCK, dtype=np.uint8)]).astype(np.uint32)
    state = np.zeros(len(order), dtype=np.uint32)
    whole = size // _BLOCK
    for at in range(int(whole[0]) if len(whole) else 0):
        active = int(np.searchsorted(-whole, -at, side="left"))
        state[:active] = _with_block(state[:active], _packed(wide, begin[:active] + _BLOCK * at, _BLOCK))
    tail = _packed(wide, np.minimum(begin + whole * _BLOCK, len(buffer)), _BLOCK)
    rest = (size % _BLOCK).astype(np.uint32)
    tail &= (np.uint32(1) << (rest * np.uint32(8))) - np.uint32(1)
    state = np.where(rest > 0, state ^ _scrambled(tail), state)
    buckets = np.empty(len(order), dtype=np.uint32)
    buckets[order] = _bucket(state, size.astype(np.uint32), bits)
    return buckets


def encoded(texts: Sequence[str]) -> NDArray[np.uint8]:
    return np.frombuffer("".join(texts).encode("ascii", "replace"), dtype=np.uint8)
