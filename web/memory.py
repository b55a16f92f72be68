"""Memory: the answers that all processes of a server remember together.

Answers are written one after the other into a ring of bytes that the processes share, each over
the oldest ones. Where one begins is told by how many bytes were written before it, a number that
only grows; so it also tells how old an answer is, and whether it is there still. A table of
slots, found by a keyed digest of the question, tells where its answer begins.

One thread of one process writes at a time. Who finds somebody writing does not wait for long:
what is not remembered is worked out again. Who reads waits for nobody, but takes a copy and then
looks whether that is whole: nobody has begun to write there, it answers this question, and its
checksum is right. So what is overwritten meanwhile, or was left half written by a process that
was killed, is not known, and never sent.
"""

from __future__ import annotations

import mmap
import secrets
import struct
import sys
import time
import zlib
from hashlib import blake2b
from typing import NamedTuple

from web.lanes import Lanes

SIZE = 64 << 20
"""Bytes of answers that a server remembers. They take no room before they are written."""

_OWN = 4 << 20  # bytes of an application that shares with no other
_LARGEST = 8  # an answer larger than such a part of the memory is not remembered
_AGED = 3 / 4  # of the ring, written since: what is asked for then is written again
_WAYS = 8  # slots of a set
_SPACING = 512  # bytes of the ring for each slot; most answers are much larger
_PATIENCE = 0.02  # seconds that somebody with a new answer waits for who is writing
_PIECE = 5 << 10  # bytes; of more at a time, zlib lets other threads run, and waits for them

_DIGEST = struct.Struct("=QQ")  # what tells a question in its set, and in which set that is
_RECORD = struct.Struct("=I16sdII")  # checksum, digest, until, bytes of the kind and of the body
_SUMMED = 4  # where that begins of which the checksum is


class Answer(NamedTuple):
    """An answer as it is sent.

    Attributes:
        body: all of it.
        kind: its content type.
        until: when it is forgotten at the latest, by time.monotonic.
    """

    body: bytes
    kind: str
    until: float


class Memory:
    """Answers by question. For all processes that are forked behind it, and their threads.

    >>> memory = Memory()
    >>> memory.put(b"siege", Answer(b"{}", "application/json", until=9e9))
    >>> memory.get(b"siege").body, memory.get(b"truce")
    (b'{}', None)
    """

    def __init__(self, size: int = _OWN) -> None:
        """Begin with nothing, and remember so many bytes at most."""
        self._size = size
        self._sets = max(1, size // (_SPACING * _WAYS))
        words = 1 + self._sets * 2 * _WAYS
        # The head of a record can be read from every place of the ring.
        shared = memoryview(mmap.mmap(-1, 8 * words + size + _RECORD.size))
        # How many bytes were written; then of each set what tells questions, and of each of them
        # where its answer begins. What begins at 0 is gone already, and so are all empty slots.
        self._table = shared[: 8 * words].cast("Q")
        self._table[0] = 2 * size
        self._ring = shared[8 * words :]
        self._key = secrets.token_bytes(16)
        self._writing = Lanes(1)  # which is given back when a process dies

    def get(self, question: bytes) -> Answer | None:
        """The answer to a question, if it is known and may still be given."""
        digest = self._digest(question)
        begin = self._find(digest)
        record = self._copy(begin) if begin else None
        if record is None:
            return None
        checksum, of, until, kind, body = _RECORD.unpack_from(record)
        if of != digest or checksum != _checksum(record) or until < time.monotonic():
            return None
        if self._table[0] - begin > _AGED * self._size:
            self._write(digest, record, patience=0.0, instead_of=begin)
        start = _RECORD.size + kind
        return Answer(record[start : start + body], record[_RECORD.size : start].decode(), until)

    def put(self, question: bytes, answer: Answer) -> None:
        """Remember the answer to a question, unless it is too large, or others write for long."""
        kind, digest = answer.kind.encode(), self._digest(question)
        lengths = len(kind), len(answer.body)
        if _RECORD.size + sum(lengths) > self._size // _LARGEST:
            return
        head = _RECORD.pack(0, digest, answer.until, *lengths)
        record = b"".join((head, kind, answer.body))
        summed = _checksum(record).to_bytes(_SUMMED, sys.byteorder)
        self._write(digest, summed + record[_SUMMED:], _PATIENCE)

    def clear(self) -> None:
        """Forget everything, as soon as nobody writes."""
        while (lane := self._writing.enter(_PATIENCE)) is None:
            pass
        self._table[0] += self._size  # so that everything was long ago
        self._writing.leave(lane)

    def _digest(self, question: bytes) -> bytes:
        return blake2b(question, digest_size=_DIGEST.size, key=self._key).digest()

    def _slots(self, digest: bytes) -> tuple[int, int, list[int]]:
        """What tells a question in its set, where the set stands, and what is in it."""
        tag, number = _DIGEST.unpack(digest)
        first = 1 + number % self._sets * 2 * _WAYS
        return tag, first, self._table[first : first + 2 * _WAYS].tolist()

    def _find(self, digest: bytes) -> int:
        """Where the answer to a question begins, if it is there still; 0 if none is known."""
        tag, _, slots = self._slots(digest)
        if tag not in slots[:_WAYS]:
            return 0
        begin = slots[_WAYS + slots.index(tag)]
        return begin if self._is_there(begin) else 0

    def _is_there(self, begin: int) -> bool:
        """Whether nobody has begun to write where a record begins that was written before."""
        return begin + self._size >= self._table[0]

    def _copy(self, begin: int) -> bytes | None:
        """The record that begins somewhere; None if something was written there since."""
        at = begin % self._size
        *_, kind, body = _RECORD.unpack_from(self._ring, at)
        length = _RECORD.size + kind + body
        if length > self._size // _LARGEST:  # it is none any more
            return None
        record = bytes(self._ring[at : at + length])
        return record if self._is_there(begin) else None

    def _write(self, digest: bytes, record: bytes, patience: float, instead_of: int = 0) -> None:
        """Write a record behind all others.

        Args:
            digest: of the question.
            record: its answer, no longer than the ring.
            patience: seconds to wait for who is writing.
            instead_of: where the same record begins, which is written only if it is the newest.
        """
        lane = self._writing.enter(patience)
        if lane is None:
            return
        try:
            if not instead_of or self._find(digest) == instead_of:
                self._write_alone(digest, record)
        finally:
            self._writing.leave(lane)

    def _write_alone(self, digest: bytes, record: bytes) -> None:
        """Write a record, and then where it is; first of all, that what stood there is gone."""
        begin = self._table[0]
        left = self._size - begin % self._size
        if left < len(record):  # it would not fit before the end
            begin += left
        self._table[0] = begin + len(record)
        at = begin % self._size
        self._ring[at : at + len(record)] = record
        tag, first, slots = self._slots(digest)
        begins = slots[_WAYS:]
        way = slots.index(tag) if tag in slots[:_WAYS] else begins.index(min(begins))
        self._table[first + way] = tag
        self._table[first + _WAYS + way] = begin


def _checksum(record: bytes) -> int:
    """The checksum of a record, of all that stands behind its own."""
    view, found = memoryview(record), 0
    for start in range(_SUMMED, len(record), _PIECE):
        found = zlib.crc32(view[start : start + _PIECE], found)
    return found
