"""Sets of documents as bits: one for every document, low bits first, in words of 64."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from search.sets import NO_DOCS, DocIds, Mask, Scratch, where

BLOCK_BITS = 4
BLOCK = 1 << BLOCK_BITS
"""The documents of a block: what two bytes of bits hold."""

Bits = npt.NDArray[np.uint64]
Bytes = npt.NDArray[np.uint8]
Blocks = npt.NDArray[np.intp]
"""Numbers of blocks, ascending."""

FINE = 1 << 18
"""In an index of more documents, bounds are kept for blocks; in others for each document."""

_SPARSE = 2  # of so many words one: if fewer are not 0, only those are unpacked


def block_bits(max_doc: int) -> int:
    """The documents that a bound is kept for, as a power of 2."""
    return BLOCK_BITS if max_doc > FINE else 0


def blocks_of(max_doc: int) -> int:
    """How many bounds the words of so many documents have."""
    return -(-max_doc // 64) * (64 >> block_bits(max_doc))


def pack(flags: npt.NDArray[np.bool_] | Bytes) -> Bits:
    """What is not 0 as bits; a new uint64[words]."""
    bits = np.zeros(-(-len(flags) // 64), "<u8")
    packed = np.packbits(flags, bitorder="little")
    bits.view(np.uint8)[: len(packed)] = packed
    return bits


def from_docs(docs: DocIds, scratch: Scratch) -> Bits:
    """Documents as bits; they may come in any order, and more than once.

    >>> from_docs(np.array([1, 3], np.int32), Scratch(5)).tolist()
    [10]
    """
    flags = scratch.flags
    at = docs.astype(np.intp)
    try:
        flags[at] = True
        return pack(flags)
    finally:
        flags[at] = False


def to_docs(bits: Bits) -> DocIds:
    """The documents that are set, ascending.

    >>> to_docs(np.array([10, 0, 1], "<u8")).tolist()
    [1, 3, 128]
    """
    words = bits.nonzero()[0]
    if len(words) * _SPARSE > len(bits):
        return where(np.unpackbits(bits.view(np.uint8), bitorder="little").view(np.bool_))
    flags = np.unpackbits(bits.take(words).view(np.uint8), bitorder="little")
    found = flags.view(np.bool_).nonzero()[0]
    docs: DocIds = ((words.take(found >> 6) << 6) + (found & 63)).astype(np.int32)
    return docs


def first_docs(bits: Bits, k: int) -> DocIds:
    """The first k documents that are set, or all of them."""
    looked_at, found = 64, NO_DOCS
    while True:
        found = to_docs(bits[:looked_at])
        if len(found) >= k or looked_at >= len(bits):
            return found[:k]
        looked_at *= 8


def has(bits: Bits, wanted: DocIds) -> Mask:
    """Which of some documents are set; bool[n] of int32[n]."""
    found = bits.view(np.uint8).take(wanted >> 3)
    found >>= (wanted & 7).astype(np.uint8)
    found &= 1
    return found.view(np.bool_)


def to_flags(bits: Bits, max_doc: int) -> Mask:
    """A flag for each document; a new bool[max_doc]."""
    flags: Mask = np.unpackbits(bits.view(np.uint8), count=max_doc, bitorder="little").view(
        np.bool_
    )
    return flags


def count(bits: Bits) -> int:
    """How many are set."""
    return int(np.bitwise_count(bits).sum(dtype=np.int64))


def in_blocks(bits: Bits, blocks: Blocks) -> Bytes:
    """The bits of some blocks, a byte each, 0 or 1; uint8[n, BLOCK]."""
    halves = bits.view("<u2").take(blocks)
    return np.unpackbits(halves.view(np.uint8), bitorder="little").reshape(-1, BLOCK)


def docs_in_blocks(bits: Bits, blocks: Blocks, max_doc: int) -> DocIds:
    """The documents of some blocks that are set, ascending."""
    if not block_bits(max_doc):
        docs = blocks.astype(np.int32)
        return docs.compress(has(bits, docs))
    return docs_at(blocks, in_blocks(bits, blocks).ravel().view(np.bool_).nonzero()[0])


def docs_at(blocks: Blocks, at: npt.NDArray[np.intp]) -> DocIds:
    """Places in some blocks as documents."""
    docs: DocIds = ((blocks.take(at >> BLOCK_BITS) << BLOCK_BITS) + (at & (BLOCK - 1))).astype(
        np.int32
    )
    return docs
