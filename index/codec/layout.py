r"""The layout of a sealed file: header, directory, checksums, footer.

Every number is little-endian::

    offset               bytes  what
    0                       64  b"nutgraf\n", kind 8 bytes, version u4, identity 16 bytes, zeros
    64                          the arrays, each at a multiple of 64
    d, which the footer tells   the directory, JSON:
                                {"meta": {...}, "arrays": {name: [dtype, offset, count]}}
    then                        one u4 for every 64 KiB of the bytes 0 to d: their CRC-32
    file length - 40         8  file length
    - 32                     8  d
    - 24                     8  length of the directory
    - 16                     4  CRC-32 of header, directory and checksums
    - 12                     4  CRC-32 of the 28 bytes before
    - 8                      8  b"nutgraf\n"

Every byte of the file is under a checksum. A dtype is one of DTYPES, or a list of
[field, dtype] for an array of rows without gaps.
"""

from __future__ import annotations

import struct
from typing import Any

import numpy as np

DTYPES = ("|u1", "<u2", "<u4", "<u8", "<i4", "<i8", "<f4", "<f8")
VERSION = 1
BLOCK_BITS = 16
BLOCK = 1 << BLOCK_BITS
ALIGNMENT = 64
MAGIC = b"nutgraf\n"
HEADER = struct.Struct("<8s8sI16s28x")
FOOTER = struct.Struct("<QQQII8s")
FOOTER_FIELDS = struct.Struct("<QQQI")
"""The part of the footer that its own checksum is over."""

DIRECTORY_LIMIT = 16 << 20
"""Bytes of JSON that we are ready to parse, whatever a file claims."""

ARRAY_LIMIT = 4096
"""Arrays that we are ready to make views of, whatever a file claims."""

DTypeText = str | list[list[str]]


def kind_bytes(kind: str) -> bytes:
    """A kind as the header has it: eight bytes."""
    encoded = kind.encode("ascii")
    if len(encoded) > 8:
        raise ValueError(f"{kind} is longer than eight letters")
    return encoded.ljust(8, b"\0")


def little_endian(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """The dtype on disk, rows without gaps. Raises TypeError if it is none of ours."""
    if dtype.names:
        fields = [(name, little_endian(dtype[name])) for name in dtype.names]
        return np.dtype(fields)
    little = dtype.newbyteorder("<")
    if little.str not in DTYPES:
        raise TypeError(f"arrays of {dtype} cannot be written")
    return little


def describe(dtype: np.dtype[Any]) -> DTypeText:
    """A dtype as the directory has it."""
    if dtype.names:
        return [[name, dtype[name].str] for name in dtype.names]
    return dtype.str


def read_dtype(described: Any) -> np.dtype[Any] | None:
    """The dtype that the directory describes; None if it is none of ours."""
    if isinstance(described, str):
        return np.dtype(described) if described in DTYPES else None
    if not isinstance(described, list) or not 0 < len(described) <= 16:
        return None
    for field in described:
        if not (isinstance(field, list) and len(field) == 2 and isinstance(field[0], str)):
            return None
        if not (isinstance(field[1], str) and field[1] in DTYPES and field[0].isidentifier()):
            return None
    if len({name for name, _ in described}) != len(described):
        return None
    return np.dtype([(name, each) for name, each in described])
