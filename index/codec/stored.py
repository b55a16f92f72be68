"""What a segment stores beside its fields: where articles begin, columns, texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from index.codec.arrays import Ints
from index.codec.columns import read_numbers, read_words
from index.codec.sealed import SealedFile
from index.codec.sketches import StoredSketches, read_sketches
from index.codec.texts import TextsReader
from index.shingles import Sketches


class StoredReader:
    """The stored parts of a segment, read as they are asked for.

    Attributes:
        sealed: the file.
        id: 32 hexadecimal digits.
        max_doc: paragraphs, deleted ones included.
        num_articles: articles, deleted ones included.
    """

    def __init__(self, sealed: SealedFile) -> None:
        self.sealed = sealed
        self.id = sealed.identity.hex()
        self._numbers: dict[str, Ints] = {}
        try:
            self._read(sealed.meta)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            sealed.damaged(f"its meta is not that of a segment: {error!r}")

    def _read(self, meta: Mapping[str, Any]) -> None:
        """Take in what the meta says."""
        self.max_doc: int = meta["documents"]
        self.num_articles: int = meta["articles"]
        self._texts = {name: TextsReader(self.sealed, name) for name in meta["texts"]}
        if self.sealed.count("first_doc") != self.num_articles + 1:
            self.sealed.damaged("it has not the articles that its meta says")

    @property
    def first_doc(self) -> npt.NDArray[np.int32]:
        """Where each article begins, and the number of documents; int32[num_articles + 1]."""
        return self.sealed.array("first_doc").view(np.int32)

    @property
    def names(self) -> dict[str, list[str]]:
        """The names of the columns of numbers and of words, and of the texts."""
        meta = self.sealed.meta
        return {"numbers": list(meta["numbers"]), "words": meta["words"], "texts": meta["texts"]}

    def numbers(self, name: str) -> Ints:
        """A column of numbers, int64[num_articles]."""
        if name not in self._numbers:
            about = self.sealed.meta["numbers"][name]
            self._numbers[name] = read_numbers(self.sealed, name, about)
        return self._numbers[name]

    def unknown(self, name: str) -> int:
        """The number that stands for no number in a column."""
        unknown: int = self.sealed.meta["numbers"][name]["unknown"]
        return unknown

    def codes(self, name: str) -> tuple[npt.NDArray[np.int32], list[str]]:
        """A column of words: for each article the number of its word, and the words."""
        return read_words(self.sealed, name)

    def sketches(self) -> Sketches:
        """The sketches of all paragraphs."""
        return read_sketches(self.sealed, self.max_doc)

    def few_sketches(self) -> StoredSketches:
        """The sketches, for who asks for a few of them."""
        return StoredSketches(self.sealed, self.max_doc)

    def word_count(self, doc: int) -> int:
        """How many words the sketch of a paragraph is of; 255 if there are more."""
        return int(self.sealed.slice("sketch.words", doc, doc + 1)[0])

    def texts(self, name: str) -> TextsReader:
        """Texts by name: "text" of the paragraphs, "header" of the articles."""
        return self._texts[name]

    def text(self, doc: int) -> str:
        """The text of a paragraph."""
        return self._texts["text"][doc]

    def header(self, article: int) -> str:
        """The header of an article, JSON."""
        return self._texts["header"][article]
