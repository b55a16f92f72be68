"""Tokens by their places: every position of a field has a number of its own.

A *unit* is what a field's positions count in: a paragraph, or an article for its title. Units
take slots of 64 positions, the longer ones several, with free positions at the end, so that
what stands side by side has numbers that follow each other, and no phrase runs from one unit
into the next. A *place* is slot * 64 + position.

Terms that were never asked for are only looked at in the units that have all of them: in a
LocalSpace, whose places are those of a few units.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from index.analysis import form_of
from index.codec.arrays import ragged
from search.deadline import check_time
from search.dense import Dense
from search.fields import FieldView, Part, TermView
from search.postings import Postings, docs_of_all, held, tokens_of
from search.query.accepting import Acceptor, acceptor_of
from search.query.accepting import ElementKind as Kind
from search.sets import NO_DOCS, DocIds, Ints, Mask, contains, first_of_runs, places_in, ranges

SPACED = 1 << 22
"""In an index of more documents, tokens are only looked at in the units that have all terms."""

PART = 1 << 15
"""The units of a LocalSpace that are looked at together."""

SLOT_BITS = 6
FREE = 4  # positions at least that stay free behind a unit
_LOCAL_BITS = 24  # of a place in a LocalSpace; a paragraph has no more than 2 ** 23 positions
_OVERHEAD = 400

Places = npt.NDArray[Any]
"""uint32, uint64 or int64, ascending, distinct."""


class TokenSpace:
    """Units -> places and back, for one field."""

    def __init__(self, field: FieldView) -> None:
        segments = field.segments
        sizes = np.zeros(segments.num_articles if field.by_article else segments.max_doc, np.int32)
        for part in field.parts:
            lengths = part.reader.lengths
            assert lengths is not None  # fields with positions are scored
            base = unit_base(part)
            sizes[base : base + len(lengths)] = lengths
        self._slots: npt.NDArray[np.uint32] | None = None
        self.num_units = len(sizes)
        slots = (sizes + (FREE - 1) >> SLOT_BITS) + 1
        count = len(sizes)
        if len(sizes) and int(slots.max()) > 1:
            ends = np.cumsum(slots, dtype=np.int64)
            self._slots = (ends - slots).astype(np.uint32)
            count = int(ends[-1])
            self._unit_of = np.repeat(np.arange(len(sizes), dtype=np.int32), slots)
        self.nbytes = 0 if self._slots is None else self._slots.nbytes + self._unit_of.nbytes
        self.dtype = np.dtype(np.uint32 if count + 2 < 1 << 32 - SLOT_BITS else np.uint64)

    @property
    def none(self) -> Places:
        """No places."""
        return np.empty(0, self.dtype)

    def first_place(self, unit: int) -> Places:
        """Where a unit begins, of no dimensions; behind all of them for numbers beyond the last."""
        at = min(unit, self.num_units)
        if self._slots is not None:
            at = int(self._slots[at]) if at < self.num_units else len(self._unit_of)
        return np.asarray((at + 1) << SLOT_BITS, self.dtype)

    def places(
        self, units: DocIds, freqs: npt.NDArray[np.int32], positions: npt.NDArray[np.int32]
    ) -> Places:
        """The places of the tokens of a term.

        Args:
            units: int32[n], ascending.
            freqs: int32[n], the tokens in each.
            positions: int32[freqs.sum()].
        """
        slots = units if self._slots is None else self._slots.take(units)
        # The first slot stays free, so that one can look back from the first position.
        starts = (slots.astype(self.dtype) + self.dtype.type(1)) << self.dtype.type(SLOT_BITS)
        if len(positions) != len(units):
            starts = np.repeat(starts, freqs)
        return starts + positions.astype(self.dtype)

    def units(self, places: Places) -> DocIds:
        """The unit of each place, int32[n]."""
        slots = (places >> self.dtype.type(SLOT_BITS)).astype(np.int64) - 1
        found: DocIds = slots.astype(np.int32) if self._slots is None else self._unit_of.take(slots)
        return found


class LocalSpace:
    """Units -> places and back, for some units only.

    Attributes:
        chosen: the units, int32[n], ascending.
        terms: the keys of terms that all of the units have.
    """

    def __init__(self, chosen: DocIds, terms: Collection[tuple[str, str]]) -> None:
        self.chosen = chosen
        self.terms = terms
        self.dtype = np.dtype(np.int64)

    @property
    def none(self) -> Places:
        """No places."""
        return np.empty(0, self.dtype)

    def units(self, places: Places) -> DocIds:
        """The unit of each place, int32[n]."""
        return self.chosen.take(places >> _LOCAL_BITS)

    def apart(self, places: Places) -> tuple[Ints, Ints]:
        """Of each place the number of its unit among the chosen, and its position there."""
        numbers = places >> _LOCAL_BITS
        return numbers, places - (numbers << _LOCAL_BITS)

    def decode(self, term: TermView, part: Part, number: int) -> tuple[Places, Ints]:
        """The places of a term of one segment, and which of its tokens they are."""
        base = unit_base(part)
        low, high = self.chosen.searchsorted((base, base + part.num_units)).tolist()
        own = self.chosen[low:high]
        having = np.arange(low, high)
        arrays = None
        if len(term.places) == 1 and part.live is None and not part.by_article:
            arrays = held(term)
            units = arrays.docs if isinstance(arrays, Postings) else NO_DOCS
        else:
            units = part.reader.docs(number) + np.int32(base)
        if term.key not in self.terms:
            kept = contains(units, own) if arrays is None else arrays.has(own)
            own, having = own.compress(kept), having.compress(kept)
        rows: npt.NDArray[Any]
        if isinstance(arrays, Dense):
            rows = arrays.rows(own)
        else:
            rows = places_in(units, own, term.field.segments.scratch)
        read = tokens_of(term, part, number)
        firsts, counts = read.of_rows(rows)
        tokens = ragged(firsts, counts)
        starts = np.repeat(having << _LOCAL_BITS, counts)
        return starts + read.positions(tokens), tokens


Space = TokenSpace | LocalSpace


class Units(Protocol):
    """What knows the units of places."""

    def units(self, places: Places) -> DocIds:
        """The unit of each place, int32[n]."""


@dataclass(frozen=True, slots=True)
class Spots:
    """Where an element of a pattern stands, by the width in positions of the token.

    Attributes:
        narrow: places of tokens that take one position.
        wide: places of those that take two: hyphenated words, pairs of characters.
    """

    narrow: Places
    wide: Places

    def __len__(self) -> int:
        return len(self.narrow) + len(self.wide)


def unit_base(part: Part) -> int:
    """The first unit of a segment."""
    return part.first_article if part.by_article else part.base


def space_of(field: FieldView) -> TokenSpace:
    """The numbers of a field's tokens, worked out once."""
    known: TokenSpace | None = field.segments.cache.get(("space", field.name))
    if known is None:
        space = TokenSpace(field)
        known = field.segments.cache.put(("space", field.name), space, space.nbytes + _OVERHEAD)
    return known


def space_for(field: FieldView, terms: Sequence[TermView]) -> Space:
    """Where to look for terms together: in all units if they are asked for again.

    In an index of many paragraphs, always in the units that have all of the terms: the places of
    all their tokens would leave no room in the cache.
    """
    asked_again = [term.is_asked_again() for term in terms]
    if all(asked_again) and field.segments.max_doc <= SPACED:
        return space_of(field)
    distinct_terms = sorted(dict.fromkeys(terms), key=lambda term: term.doc_freq)
    keys = {term.key for term in terms}
    if not field.by_article:
        return LocalSpace(docs_of_all(distinct_terms), keys)
    chosen, *others = (units_of(term) for term in distinct_terms)
    for units in others:
        chosen = chosen.compress(contains(units, chosen))
    return LocalSpace(chosen, keys)


def in_parts(space: Space, find: Callable[[Space], DocIds]) -> DocIds:
    """Documents that are found in a space; in parts of it, if it has many units.

    What a part takes in memory stays in the caches of the processor.
    """
    if not isinstance(space, LocalSpace) or len(space.chosen) <= PART:
        return find(space)
    parts = [space.chosen[at : at + PART] for at in range(0, len(space.chosen), PART)]
    return np.concatenate([find(LocalSpace(part, space.terms)) for part in parts])


def units_of(term: TermView) -> DocIds:
    """The units of a term of a field of articles, also those that are deleted; ascending."""
    lists = [part.reader.docs(number) + np.int32(unit_base(part)) for part, number in term.places]
    return np.concatenate([NO_DOCS, *lists])


def docs_at(field: FieldView, places: Places, space: Units) -> DocIds:
    """The live documents in which places are, ascending, each once."""
    units = space.units(places)
    if len(units) > 1:
        units = units[first_of_runs(units)]
    if not field.by_article:
        return units
    segments = field.segments
    starts = segments.first_doc[units]
    docs = ranges(starts, segments.first_doc[units + 1] - starts)
    return docs if segments.live is None else docs[segments.live[docs]]


def all_places(term: TermView, space: Space) -> Places:
    """Where a term stands, however wide it is there."""
    check_time()
    if isinstance(space, LocalSpace):
        return _joined([space.decode(term, *place)[0] for place in term.places], space)
    cache = term.field.segments.cache
    key = ("places", *term.key)
    known: Places | None = cache.get(key)
    if known is None:
        known = _joined([_decode(part, number, space)[0] for part, number in term.places], space)
        known = cache.put(key, known, known.nbytes + _OVERHEAD)
    return known


def spots(term: TermView, kind: Kind, value: str, space: Space) -> Spots:
    """Where a term stands in a form that an element of a pattern accepts.

    Args:
        term: to look under.
        kind: of the element, which says with its value what forms it accepts.
        value: of the element.
        space: of the places.
    """
    check_time()
    cache = term.field.segments.cache
    key = ("spots", *term.key, kind, "" if kind == "term" else value)
    known: Spots | None = None if isinstance(space, LocalSpace) else cache.get(key)
    if known is not None:
        return known
    accepts = acceptor_of(kind, value)
    widths = [
        [_accepted(text, accepts) for text in part.reader.form_texts(number)]
        for part, number in term.places
    ]
    if all(width == 1 for of_part in widths for width in of_part):
        every = all_places(term, space)
        found, size = Spots(every, every[:0]), 0
    else:
        found = _select(term, widths, space)
        size = found.narrow.nbytes + found.wide.nbytes
    if not isinstance(space, LocalSpace):
        cache.put(key, found, size + _OVERHEAD)
    return found


def accepts_all(term: TermView, kind: Kind, value: str) -> bool:
    """Whether every form of a term is accepted."""
    accepts = acceptor_of(kind, value)
    return all(
        _accepted(text, accepts)
        for part, number in term.places
        for text in part.reader.form_texts(number)
    )


def _accepted(text: str, accepts: Acceptor) -> int:
    """The width of a printed form that is accepted, 0 of others."""
    form, width = form_of(text)
    return width if accepts(form, text) else 0


def _select(term: TermView, widths: list[list[int]], space: Space) -> Spots:
    """The places of tokens by the width of their form; those of width 0 are left out."""
    narrow, wide = [], []
    for (part, number), of_forms in zip(term.places, widths, strict=True):
        if isinstance(space, LocalSpace):
            places, tokens = space.decode(term, part, number)
            forms = tokens_of(term, part, number).forms.of(tokens)
        else:
            places, kept = _decode(part, number, space)
            forms = part.reader.forms(number)
            forms = forms if kept is None else forms[kept]
        width_of = np.array(of_forms, np.uint8).take(forms)
        narrow.append(places[width_of == 1])
        wide.append(places[width_of == 2])
    return Spots(_joined(narrow, space), _joined(wide, space))


def _decode(part: Part, number: int, space: TokenSpace) -> tuple[Places, Mask | None]:
    """The places of a term in one segment, and which of its tokens they are, if not all."""
    reader = part.reader
    units, freqs, positions = reader.docs(number), reader.freqs(number), reader.positions(number)
    kept = None
    if part.live is not None and not part.by_article:
        live = part.live[units]
        kept = np.repeat(live, freqs)
        units, freqs, positions = units[live], freqs[live], positions[kept]
    return space.places(units + np.int32(unit_base(part)), freqs, positions), kept


def _joined(lists: list[Places], space: Space) -> Places:
    """The places of all segments; two words that become one term may share a place."""
    if not lists:
        return space.none
    places = lists[0] if len(lists) == 1 else np.concatenate(lists)
    if len(places) > 1 and (places[1:] == places[:-1]).any():
        return places[first_of_runs(places)]
    return places
