"""Texts of documents, in compressed blocks: TextsWriter, TextsReader.

Arrays, with the name in front:

====== ====== ==============================================================================
blocks u1     Zstandard frames with their size, each of the UTF-8 bytes of some texts
ends   u4, u8 where each block ends in ``blocks``
firsts u4     the first document of each block, and after the last the number of documents
sizes  u1     the bytes of each text; 255 and more are patched
====== ====== ==============================================================================
"""

from __future__ import annotations

import functools
import itertools
import threading
from collections.abc import Callable, Iterable, Sequence
from typing import IO, TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from index.codec.arrays import Ints, starts_of
from index.codec.sealed import SealedFile, SealedWriter

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future

BLOCK = 4096  # bytes of text that make a block; smaller ones open faster, larger ones pack better
_LEVEL = 1
_WAITING = 4  # texts to be packed that are waited for, in the calls that gave them
_KEPT = 64  # blocks that a reader keeps open
_COPY = 1 << 20
_APART = (
    1 << 11
)  # documents from one to the next, on average, up to which the sizes of all are read
_MOST = 1 << 15  # bytes that a byte of Zstandard can stand for
_LARGE = 255  # what stands for the size of a text of at least so many bytes


class _Packed(NamedTuple):
    """Texts in blocks: the bytes of each text, the first text of each block, the blocks."""

    sizes: npt.NDArray[np.uint32]
    firsts: list[int]
    blocks: list[bytes]


class TextsWriter:
    """Collects the texts of all documents in order, and packs them meanwhile."""

    def __init__(self, scratch: Callable[[], IO[bytes]], pool: Executor) -> None:
        """Begin. ``pool`` packs beside us: Zstandard lets other threads run."""
        self._file = scratch()
        self._pool = pool
        self._waiting: list[Future[_Packed]] = []
        self._block_sizes: list[int] = []
        self._firsts: list[int] = []
        self._sizes: list[npt.NDArray[np.uint32]] = []
        self._count = 0

    def extend(self, texts: Sequence[str]) -> None:
        """Add the texts of the documents that follow; they begin and end a block."""
        self._waiting.append(self._pool.submit(_pack, texts))
        if len(self._waiting) >= _WAITING:
            self._write(self._waiting.pop(0).result())

    def copy(self, texts: TextsReader) -> None:
        """Add all the texts of a segment, as they are packed."""
        self._drain()
        self._sizes.append(texts.sizes)
        self._firsts += (texts.firsts[:-1].astype(np.int64) + self._count).tolist()
        self._block_sizes += np.diff(texts.ends, prepend=0).tolist()
        self._count += len(texts.sizes)
        for part in texts.packed():
            self._file.write(part.data)

    def _drain(self) -> None:
        """Write all that was packed."""
        while self._waiting:
            self._write(self._waiting.pop(0).result())

    def _write(self, packed: _Packed) -> None:
        self._sizes.append(packed.sizes)
        self._firsts += [first + self._count for first in packed.firsts]
        self._block_sizes += map(len, packed.blocks)
        self._count += len(packed.sizes)
        self._file.write(b"".join(packed.blocks))

    def finish(self, sealed: SealedWriter, name: str) -> None:
        """Write the arrays."""
        self._drain()
        ends = np.cumsum(self._block_sizes, dtype=np.uint64)
        narrow = not len(ends) or ends[-1] < 1 << 32
        sealed.put(f"{name}.ends", ends.astype(np.uint32) if narrow else ends)
        sealed.put(f"{name}.firsts", np.array([*self._firsts, self._count], np.uint32))
        sizes = np.concatenate(self._sizes) if self._sizes else np.empty(0, np.uint32)
        sealed.put(f"{name}.sizes", np.minimum(sizes, _LARGE).astype(np.uint8))
        at = np.flatnonzero(sizes >= _LARGE)
        sealed.put(f"{name}.size_at", at.astype(np.uint32))
        sealed.put(f"{name}.size_big", sizes[at])
        sealed.begin(f"{name}.blocks", np.uint8)
        self._file.seek(0)
        while data := self._file.read(_COPY):
            sealed.append(data)
        sealed.end()
        self._file.close()


def _pack(texts: Sequence[str]) -> _Packed:
    """Pack texts in blocks of at least BLOCK bytes; the last may be smaller."""
    import zstandard  # which takes a while to load, and not every process needs it

    compress = zstandard.ZstdCompressor(level=_LEVEL).compress
    encoded = [text.encode() for text in texts]
    sizes = np.fromiter(map(len, encoded), np.uint32, len(encoded))
    firsts: list[int] = []
    blocks: list[bytes] = []
    start = size = 0
    for at, length in enumerate(sizes.tolist(), start=1):
        size += length
        if size >= BLOCK or at == len(encoded):
            firsts.append(start)
            blocks.append(compress(b"".join(encoded[start:at])))
            start, size = at, 0
    return _Packed(sizes, firsts, blocks)


class _Opener(threading.local):
    """What opens Zstandard frames. To make one takes longer than to open a block."""

    def __init__(self) -> None:
        import zstandard

        self.open: Callable[[Any], bytes] = zstandard.ZstdDecompressor().decompress


@functools.cache
def _opener() -> _Opener:
    """That of each thread, made when the first block is opened."""
    return _Opener()


class TextsReader:
    """The texts of all documents of a segment; blocks are opened as they are asked for."""

    def __init__(self, sealed: SealedFile, name: str) -> None:
        self._sealed = sealed
        self._name = name
        self.ends = sealed.array(f"{name}.ends")
        self.firsts = sealed.array(f"{name}.firsts")
        self._open: dict[int, list[bytes]] = {}

    @property
    def sizes(self) -> npt.NDArray[np.uint32]:
        """The bytes of each text; a new uint32[documents]."""
        return self._sizes(0, int(self.firsts[-1]))

    def _sizes(self, first: int, last: int) -> npt.NDArray[np.uint32]:
        sizes = self._sealed.slice(f"{self._name}.sizes", first, last).astype(np.uint32)
        many = np.flatnonzero(sizes == _LARGE)
        if len(many):
            start, _ = self._sealed.between(f"{self._name}.size_at", first, last)
            sizes[many] = self._sealed.slice(f"{self._name}.size_big", start, start + len(many))
        return sizes

    def __getitem__(self, doc: int) -> str:
        """The text of a document."""
        return self._text(doc).decode()

    def _text(self, doc: int) -> bytes:
        """The text of a document, UTF-8."""
        block = int(self.firsts.searchsorted(self.firsts.dtype.type(doc), "right")) - 1
        texts = self._open.get(block)
        if texts is None:
            if len(self._open) >= _KEPT:
                self._open = {}
            texts = self._open[block] = self._texts(block)
        return texts[doc - int(self.firsts[block])]

    def several(self, docs: Ints) -> list[bytes]:
        """The texts of ascending documents, UTF-8; each block is opened once."""
        if not len(docs) or int(docs[-1] - docs[0]) > _APART * len(docs):
            return [self._text(doc) for doc in docs.tolist()]
        of_docs = self.firsts.searchsorted(docs.astype(self.firsts.dtype), "right") - 1
        blocks, counts = np.unique(of_docs, return_counts=True)
        lows, ends = self.firsts[blocks].astype(np.int64), self.firsts[blocks + 1].astype(np.int64)
        first = int(lows[0])
        edges = starts_of(self._sizes(first, int(ends[-1])))
        begins = np.repeat(edges[lows - first], counts)
        places = zip(
            (edges[docs - first] - begins).tolist(),
            (edges[docs - first + 1] - begins).tolist(),
            strict=True,
        )
        sizes = (edges[ends - first] - edges[lows - first]).tolist()
        texts: list[bytes] = []
        for block, size, count in zip(blocks.tolist(), sizes, counts.tolist(), strict=True):
            text = self._decompress(self._packed(block), size)
            texts += [text[low:high] for low, high in itertools.islice(places, count)]
        return texts

    def _packed(self, block: int) -> npt.NDArray[np.uint8]:
        """A block as it is stored."""
        start = int(self.ends[block - 1]) if block else 0
        return self._sealed.slice(f"{self._name}.blocks", start, int(self.ends[block]))

    def _texts(self, block: int) -> list[bytes]:
        """The texts of a block. They are few: with arrays it would take longer."""
        first, last = int(self.firsts[block]), int(self.firsts[block + 1])
        sizes: list[int] = self._sealed.slice(f"{self._name}.sizes", first, last).tolist()
        if many := sizes.count(_LARGE):
            start, _ = self._sealed.between(f"{self._name}.size_at", first, last)
            large = iter(self._sealed.slice(f"{self._name}.size_big", start, start + many).tolist())
            sizes = [next(large) if size == _LARGE else size for size in sizes]
        edges = list(itertools.accumulate(sizes, initial=0))
        text = self._decompress(self._packed(block), edges[-1])
        return [text[low:high] for low, high in itertools.pairwise(edges)]

    def _decompress(self, packed: npt.NDArray[np.uint8], size: int) -> bytes:
        """Open a block; as its size is known, and so is how small it can be packed, none can
        make us allocate more.
        """
        import zstandard

        try:
            said = zstandard.frame_content_size(packed.data)
            if said != size or size > len(packed) * _MOST:
                self._sealed.damaged("a block of texts has not the size that is noted")
            return _opener().open(packed.data)
        except zstandard.ZstdError as error:
            self._sealed.damaged(f"a block of texts does not open: {error}")

    def packed(self) -> Iterable[npt.NDArray[np.uint8]]:
        """All blocks as they are stored, in parts of a megabyte."""
        size = self._sealed.count(f"{self._name}.blocks")
        for start in range(0, size, _COPY):
            yield self._sealed.slice(f"{self._name}.blocks", start, min(start + _COPY, size))
