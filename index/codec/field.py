"""One indexed field of a segment: FieldWriter, FieldReader.

Arrays, with the name of the field in front, beside those of terms, gaps, forms and champions:

============== ====== ======================================================================
freq_bits      u1     a bit a posting, low bits first: whether the term comes more than once
freqs          u1     the frequencies above 1; 255 and more are patched
freq_at        u4, u8 numbers of the postings with a frequency of 255 or more
freq_big       u4     those frequencies
positions      u1     the position of each token in its document, modulo 256
high_bits      u1     a bit a token, low bits first: whether its position is above 255
highs          u1     of those, position / 256; from 255 on they are patched
position_at    u4, u8 indices of the tokens with a position of 65,280 and more
position_big   u4     those positions
lengths        u1     tokens of each document; above 255 they are patched (scored fields)
length_at      u4     documents with more than 255 tokens
length_big     u4     their lengths
============== ====== ======================================================================
"""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from index.codec.arrays import AnyInts, Ints, patch, run_sums
from index.codec.champions import Codes, score_factors
from index.codec.encoded import DOCUMENTS_ONLY, EncodedTerms, encode_terms
from index.codec.forms import decode_forms, decode_many_forms, form_width
from index.codec.gaps import decode_gaps, decode_many
from index.codec.norms import length_bytes, length_bytes_of
from index.codec.postings import Postings
from index.codec.ranges import ranges
from index.codec.sealed import SealedFile, SealedWriter
from index.codec.side_by_side import side_by_side
from index.codec.terms import COLUMNS, TermDictionary, TermWriter
from index.codec.tokens import Bits, PackedForms, TermTokens

Level = Literal["paragraph", "article"]
Scratch = Callable[[], IO[bytes]]
"""Makes a file for what is not yet in its place; it is gone when it is closed."""

(_TEXT, _POSTING, _GAP, _FIRST, _FREQ, _TOKEN, _FORM, _FORM_BITS, _HIGH) = range(len(COLUMNS))
_STREAMS = (
    "gaps", "freq_bits", "freqs", "positions", "high_bits", "highs", "forms", "form_bits",
)  # fmt: skip
_PATCHES_OF_POSTINGS = ("gap", "freq")
_PATCHES = (*_PATCHES_OF_POSTINGS, "position", "form")
_COPY = 1 << 20
_NO_PATCHES: tuple[Ints, AnyInts] = np.empty(0, np.int64), np.empty(0, np.uint32)
_LOOKUPS = 100  # of patches, until all of them are read
_RANGE = 1 << 18  # postings that are encoded at a time: what caches hold, and memory allows


class FieldKind(NamedTuple):
    """How a field is indexed: what its documents are, and whether it keeps more than those."""

    level: Level
    has_tokens: bool


class FieldWriter:
    """Writes a field of a segment, given its postings in the order of the terms."""

    def __init__(
        self, lengths: AnyInts | None, *, has_tokens: bool, level: Level, scratch: Scratch
    ) -> None:
        """Begin.

        Args:
            lengths: integers [documents of the level], the tokens of each; None if the field
                is not scored.
            has_tokens: whether there are frequencies, positions and forms.
            level: what the field's documents are.
            scratch: where to keep arrays until they can be written.
        """
        self._lengths = lengths
        self._has_tokens = has_tokens
        self._level = level
        self._terms = TermWriter(len(COLUMNS) if has_tokens else DOCUMENTS_ONLY)
        names = _STREAMS if has_tokens else ("gaps",)
        self._streams = {name: scratch() for name in names}
        self._patches: dict[str, list[tuple[Ints, AnyInts]]] = {name: [] for name in _PATCHES}
        self._champions: list[tuple[int, npt.NDArray[np.int32], Codes]] = []
        self._bits_left = {name: np.empty(0, np.bool_) for name in ("freq_bits", "high_bits")}
        self._postings = self._tokens = 0
        if lengths is not None:
            self._length_bytes = length_bytes(lengths)
            self._factors = score_factors(max(1.0, float(lengths.mean())) if len(lengths) else 1.0)

    def add(self, postings: Postings) -> None:
        """Add the postings of the terms that follow those that were added before."""
        for encoded in side_by_side(self.encode, ranges(postings, _RANGE)):
            self.append(encoded)

    def encode(self, postings: Postings) -> EncodedTerms:
        """Encode postings of at least one term, for ``append``; safe in several threads."""
        norms = None if self._lengths is None else (self._length_bytes, self._factors)
        return encode_terms(postings, norms, has_tokens=self._has_tokens)

    def append(self, encoded: EncodedTerms) -> None:
        """Write what was encoded, of the terms that follow those before."""
        for name, values in encoded.streams.items():
            self._write(name, values)
        for name, bits in encoded.bits.items():
            self._write_bits(name, bits)
        for name, (at, big) in encoded.patches.items():
            if len(at):
                before = self._postings if name in _PATCHES_OF_POSTINGS else self._tokens
                self._patches[name].append((at + before, big))
        for term, docs, codes in encoded.champions:
            self._champions.append((self._terms.count + term, docs, codes))
        self._terms.add(encoded.terms, encoded.sizes, encoded.first_docs)
        self._postings += encoded.num_postings
        self._tokens += encoded.num_tokens

    def _write(self, name: str, values: npt.NDArray[np.uint8]) -> None:
        self._streams[name].write(np.ascontiguousarray(values).data)

    def _write_bits(self, name: str, bits: npt.NDArray[np.bool_], *, last: bool = False) -> None:
        """Write whole bytes of bits; keep the rest for the next time."""
        bits = np.concatenate((self._bits_left[name], bits))
        whole = len(bits) if last else len(bits) & ~7
        self._write(name, np.packbits(bits[:whole], bitorder="little"))
        self._bits_left[name] = bits[whole:]

    def finish(self, sealed: SealedWriter, name: str) -> dict[str, Any]:
        """Write the arrays; what the segment's meta says of the field."""
        if self._has_tokens:
            for bits in self._bits_left:
                self._write_bits(bits, np.empty(0, np.bool_), last=True)
        self._terms.finish(sealed, name, by_ending=self._has_tokens)
        for stream, file in self._streams.items():
            file.seek(0)
            sealed.begin(f"{name}.{stream}", np.uint8)
            while data := file.read(_COPY):
                sealed.append(data)
            sealed.end()
            file.close()
        for patched in _PATCHES if self._has_tokens else _PATCHES[:1]:
            _put_patches(sealed, f"{name}.{patched}", self._patches[patched])
        meta = {"level": self._level, "terms": self._terms.count, "tokens": self._has_tokens}
        meta |= {"length": 0, "scored": self._lengths is not None}
        if self._lengths is not None:
            put_lengths(sealed, name, self._lengths)
            self._put_champions(sealed, name)
            meta["length"] = int(self._lengths.sum(dtype=np.int64))
        return meta

    def _put_champions(self, sealed: SealedWriter, name: str) -> None:
        if self._champions:
            terms, docs, codes = zip(*self._champions, strict=True)
            sealed.put(f"{name}.champion_terms", np.array(terms, np.uint32))
            sealed.put(f"{name}.champion_docs", np.concatenate(docs).astype(np.uint32))
            sealed.put(f"{name}.champion_codes", np.concatenate(codes))


def _put_patches(sealed: SealedWriter, name: str, patches: list[tuple[Ints, AnyInts]]) -> None:
    """Write the indices and the values of what did not fit."""
    if patches:
        at = np.concatenate([at for at, _ in patches])
        big = np.concatenate([big for _, big in patches])
        sealed.put(f"{name}_at", at.astype(np.uint32 if at[-1] < 1 << 32 else np.uint64))
        sealed.put(f"{name}_big", big.astype(np.uint32))


def put_lengths(sealed: SealedWriter, name: str, lengths: AnyInts) -> None:
    """Write the lengths of a field's documents."""
    sealed.put(f"{name}.lengths", np.minimum(lengths, 255).astype(np.uint8))
    at = np.flatnonzero(lengths > 255)
    _put_patches(sealed, f"{name}.length", [(at, lengths[at])] if len(at) else [])


def read_lengths(sealed: SealedFile, name: str) -> npt.NDArray[np.int32]:
    """The lengths of a field's documents; a new int32[documents]."""
    low = sealed.array(f"{name}.lengths")
    return patch(low, *_read_patches(sealed, f"{name}.length"), 0)


def _read_patches(sealed: SealedFile, name: str) -> tuple[AnyInts, AnyInts]:
    if f"{name}_at" not in sealed:
        return np.empty(0, np.uint32), np.empty(0, np.uint32)
    return sealed.array(f"{name}_at"), sealed.array(f"{name}_big")


class FieldReader:
    """The postings of one field, decoded as they are asked for.

    Documents are numbered by the field's level: paragraphs, or articles. All arrays that are
    handed out are new, or views that cannot be written to.
    """

    def __init__(self, sealed: SealedFile, name: str, meta: dict[str, Any], num_docs: int) -> None:
        """Begin.

        Args:
            sealed: the file of the segment.
            name: of the field.
            meta: what the segment's meta says of it.
            num_docs: how many documents its level has.
        """
        self._sealed = sealed
        self._name = name
        self.level: Level = meta["level"]
        self.has_tokens: bool = meta["tokens"]
        self.is_scored: bool = meta["scored"]
        self.total_length: int = meta["length"]
        self.num_docs = num_docs
        self.terms = TermDictionary(
            sealed, name, len(COLUMNS) if self.has_tokens else DOCUMENTS_ONLY
        )
        self._width = len(COLUMNS) if self.has_tokens else DOCUMENTS_ONLY
        self._known_patches: dict[str, tuple[AnyInts, AnyInts]] = {}
        self._lookups = 0
        self._lengths: npt.NDArray[np.int32] | None = None
        self._champion_rows: dict[int, int] | None = None

    def _slice(self, array: str, start: int, stop: int) -> npt.NDArray[Any]:
        return self._sealed.slice(f"{self._name}.{array}", start, stop)

    def _patches(self, array: str, start: int, stop: int) -> tuple[Ints, AnyInts]:
        """The patches of a range: indices from its start, int64[m], and values [m].

        The first are searched for, so that little of the file has to be checked; who asks for
        more has them all checked, once, and finds them faster.
        """
        known = self._known_patches.get(array)
        if known is None:
            name = f"{self._name}.{array}"
            if self._lookups < _LOOKUPS and f"{name}_at" in self._sealed:
                self._lookups += 1
                first, last = self._sealed.between(f"{name}_at", start, stop)
                at = self._sealed.slice(f"{name}_at", first, last).astype(np.int64)
                return at - start, self._slice(f"{array}_big", first, last)
            known = self._known_patches[array] = _read_patches(self._sealed, name)
        every, big = known
        if not len(every):
            return _NO_PATCHES
        first, last = every.searchsorted(np.array((start, stop), every.dtype))
        return every[first:last].astype(np.int64) - start, big[first:last]

    @property
    def num_terms(self) -> int:
        """How many terms the field has."""
        return len(self.terms)

    @property
    def length_bytes(self) -> npt.NDArray[np.uint8]:
        """The length of each document as scores see it; a new uint8[num_docs].

        Only for scored fields.
        """
        found = length_bytes_of(self._sealed.array(f"{self._name}.lengths"))
        at, big = _read_patches(self._sealed, f"{self._name}.length")
        found[at] = length_bytes(big)
        return found

    @property
    def lengths(self) -> npt.NDArray[np.int32] | None:
        """The tokens of each document, int32[num_docs]; None if the field is not scored."""
        if self._lengths is None and self.is_scored:
            self._lengths = read_lengths(self._sealed, self._name)
        return self._lengths

    def all_terms(self) -> list[bytes]:
        """All terms, in the order of their bytes."""
        return self.terms.texts(0, self.num_terms)

    def doc_freqs(self) -> Ints:
        """How many documents each term has, deleted ones included; int64[num_terms]."""
        return np.diff(self.terms.infos(0, self.num_terms)[:, _POSTING])

    def doc_freq(self, term: int) -> int:
        """How many documents have a term, deleted ones included."""
        info = self.terms.info(term)
        return info[self._width + _POSTING] - info[_POSTING]

    def docs(self, term: int) -> npt.NDArray[np.int32]:
        """The documents of a term, ascending; int32[doc_freq]."""
        info = self.terms.info(term)
        start, stop = info[_POSTING], info[self._width + _POSTING]
        if stop - start == 1:
            return np.array([info[_FIRST]], np.int32)
        encoded = self._slice("gaps", info[_GAP], info[self._width + _GAP])
        if stop <= start or len(encoded) not in _sizes(stop - start):
            self._sealed.damaged("the gaps of a term have not the width that they should")
        at, big = self._patches("gap", start, stop)
        docs = decode_gaps(encoded, info[_FIRST], stop - start, at, big)
        if docs[-1] >= self.num_docs:
            self._sealed.damaged("a term has documents that are not there")
        return docs

    def freqs(self, term: int) -> npt.NDArray[np.int32]:
        """How often a term comes in each of its documents; int32[doc_freq]."""
        info = self.terms.info(term)
        start, stop = info[_POSTING], info[self._width + _POSTING]
        if not self.has_tokens:
            return np.ones(stop - start, np.int32)
        return self._freqs(start, stop, info[_FREQ], info[self._width + _FREQ])

    def _freqs(self, start: int, stop: int, first: int, last: int) -> npt.NDArray[np.int32]:
        freqs = np.ones(stop - start, np.int32)
        if first < last:
            freqs[self._set_bits("freq_bits", start, stop)] = self._slice("freqs", first, last)
            at, big = self._patches("freq", start, stop)
            freqs[at] = big
        return freqs

    def _set_bits(self, name: str, start: int, stop: int) -> Ints:
        """Which of the bits from ``start`` to ``stop - 1`` are set, counted from ``start``."""
        packed = self._slice(name, start >> 3, (stop + 7) >> 3)
        bits = np.unpackbits(packed, bitorder="little")[start & 7 :][: stop - start]
        return np.flatnonzero(bits)

    def positions(self, term: int) -> npt.NDArray[np.int32]:
        """The positions of a term, document by document; int32[total_term_freq]."""
        info = self.terms.info(term)
        start, stop = info[_TOKEN], info[self._width + _TOKEN]
        return self._positions(start, stop, info[_HIGH], info[self._width + _HIGH])

    def _positions(self, start: int, stop: int, first: int, last: int) -> npt.NDArray[np.int32]:
        positions = self._slice("positions", start, stop).astype(np.int32)
        if first < last:
            highs = self._slice("highs", first, last).astype(np.int32)
            positions[self._set_bits("high_bits", start, stop)] += highs << 8
            at, big = self._patches("position", start, stop)
            positions[at] = big
        return positions

    def forms(self, term: int) -> npt.NDArray[np.int32]:
        """The number of the printed form of each occurrence; int32[total_term_freq]."""
        info = self.terms.info(term)
        start, stop = info[_TOKEN], info[self._width + _TOKEN]
        bits = self._slice("form_bits", info[_FORM_BITS], info[self._width + _FORM_BITS])
        return decode_forms(bits, stop - start, *self._patches("form", start, stop))

    def tokens(self, term: int) -> TermTokens:
        """The tokens of a term, to be read document by document."""
        info = self.terms.info(term)
        start, stop = info[_POSTING], info[self._width + _POSTING]
        first, last = info[_TOKEN], info[self._width + _TOKEN]
        repeated, freqs = None, np.empty(0, np.int32)
        if info[_FREQ] < info[self._width + _FREQ]:
            repeated = self._bits("freq_bits", start, stop)
            freqs = self._slice("freqs", info[_FREQ], info[self._width + _FREQ]).astype(np.int32)
            at, big = self._patches("freq", start, stop)
            if len(at):
                freqs[repeated.before(at)[1]] = big
        highs = self._slice("highs", info[_HIGH], info[self._width + _HIGH])
        bits = self._slice("form_bits", info[_FORM_BITS], info[self._width + _FORM_BITS])
        forms = PackedForms(
            bits, form_width(len(bits), last - first), *self._patches("form", first, last)
        )
        return TermTokens(
            repeated,
            freqs,
            self._slice("positions", first, last),
            self._bits("high_bits", first, last) if len(highs) else None,
            highs,
            self._patches("position", first, last),
            forms,
        )

    def _bits(self, name: str, start: int, stop: int) -> Bits:
        """The bits from ``start`` to ``stop - 1``, to be asked about."""
        return Bits(self._slice(name, start >> 3, (stop + 7) >> 3), start & 7)

    def form_texts(self, term: int) -> list[str]:
        """The printed forms of a term, by their numbers."""
        info = self.terms.info(term)
        if info[_FORM] == info[self._width + _FORM]:
            return [self.terms.term(term).decode()]
        table = self._slice("forms", info[_FORM], info[self._width + _FORM]).tobytes()
        return table.decode().split("\n")[:-1]

    def form_tables(self, low: int, high: int) -> tuple[npt.NDArray[np.uint8], Ints]:
        """The tables of forms of terms, a line a form, and where each begins; [high - low + 1].

        A term whose only form is the term itself has no line.
        """
        starts = self.terms.infos(low, high)[:, _FORM]
        return self._slice("forms", int(starts[0]), int(starts[-1])), starts - starts[0]

    def forms_between(self, low: int, high: int) -> tuple[Ints, list[bytes]]:
        """How many forms each of some terms has, int64[high - low], and all of them."""
        tables, starts = self.form_tables(low, high)
        return _tables(tables, starts, self.terms.texts(low, high))

    def docs_of(self, low: int, high: int) -> npt.NDArray[np.int32]:
        """The documents of the terms from ``low`` to ``high - 1``, one term after the other."""
        if low >= high:
            return np.empty(0, np.int32)
        infos = self.terms.infos(low, high)
        start, stop = int(infos[0, _POSTING]), int(infos[-1, _POSTING])
        at, big = self._patches("gap", start, stop)
        encoded = self._slice("gaps", int(infos[0, _GAP]), int(infos[-1, _GAP]))
        sizes, doc_freqs = np.diff(infos[:, _GAP]), np.diff(infos[:, _POSTING])
        if doc_freqs.min() < 1 or len(encoded) < stop - start - len(doc_freqs):
            self._sealed.damaged("the gaps of some terms are missing")
        docs = decode_many(encoded, sizes, infos[:-1, _FIRST], doc_freqs, at, big)
        if docs.max() >= self.num_docs:
            self._sealed.damaged("a term has documents that are not there")
        return docs

    def postings(self, low: int, high: int) -> Postings:
        """All there is of the terms from ``low`` to ``high - 1``, at least one."""
        infos = self.terms.infos(low, high)
        counts = np.diff(infos[:, _POSTING])
        docs = self.docs_of(low, high)
        terms = self.terms.texts(low, high)
        if not self.has_tokens:
            return Postings(terms, counts, docs, None, None, None, None, [])
        start, stop = int(infos[0, _POSTING]), int(infos[-1, _POSTING])
        freqs = self._freqs(start, stop, int(infos[0, _FREQ]), int(infos[-1, _FREQ]))
        start, stop = int(infos[0, _TOKEN]), int(infos[-1, _TOKEN])
        positions = self._positions(start, stop, int(infos[0, _HIGH]), int(infos[-1, _HIGH]))
        bits = self._slice("form_bits", int(infos[0, _FORM_BITS]), int(infos[-1, _FORM_BITS]))
        at, big = self._patches("form", start, stop)
        sizes = np.diff(infos[:, _FORM_BITS])
        forms = decode_many_forms(bits, sizes, np.diff(infos[:, _TOKEN]), at, big)
        form_counts, texts = self.forms_between(low, high)
        return Postings(terms, counts, docs, freqs, positions, forms, form_counts, texts)

    def champions(self, term: int) -> tuple[npt.NDArray[np.int32], Codes] | None:
        """The best documents of a frequent term, ascending, and their codes; None of others."""
        if self._champion_rows is None:
            self._champion_rows = {}
            if f"{self._name}.champion_terms" in self._sealed:
                terms = self._sealed.array(f"{self._name}.champion_terms").tolist()
                self._champion_rows = {number: row for row, number in enumerate(terms)}
                self._per_term = self._sealed.count(f"{self._name}.champion_docs") // len(terms)
        row = self._champion_rows.get(term)
        if row is None:
            return None
        start, stop = row * self._per_term, (row + 1) * self._per_term
        docs = self._slice("champion_docs", start, stop).astype(np.int32)
        return docs, self._slice("champion_codes", start, stop)


def _sizes(doc_freq: int) -> tuple[int, int, int]:
    """The bytes that the gaps of a term can take."""
    return doc_freq - 1, 2 * (doc_freq - 1), 4 * (doc_freq - 1)


def _tables(
    tables: npt.NDArray[np.uint8], starts: Ints, terms: list[bytes]
) -> tuple[Ints, list[bytes]]:
    """How many forms each term has, int64[t], and all of them, term after term."""
    counts = run_sums(tables == ord("\n"), starts)
    if counts.all():
        return counts, tables.tobytes().split(b"\n")[:-1]
    texts: list[bytes] = []
    stored = iter(tables.tobytes().split(b"\n"))
    for term, count in zip(terms, counts.tolist(), strict=True):
        texts += [next(stored) for _ in range(count)] if count else [term]
    return np.maximum(counts, 1), texts
