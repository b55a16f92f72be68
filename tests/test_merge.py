"""Merging segments gives the segment of all their articles; jobs and memory do not show."""

from __future__ import annotations

import io
import itertools
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.article import Article, PublicationDate
from index.builder import SegmentBuilder
from index.codec.merge import Source, merge, merged_first_doc
from index.codec.run import RunReader
from index.codec.sealed import SealedFile, SealedWriter
from index.codec.segment import SegmentReader, SegmentWriter
from index.tokens import BatchTokenizer
from tests.memory_file import MemoryFile

WORDS = ["siege", "Siege", "SIEGE", "sieges", "town", "Town’s", "cease-fire", "the", "The", "état",
         "中国", "U.S.", "275,000", "x" * 300]  # fmt: skip
TEXTS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(" ".join)
ARTICLES = st.builds(
    lambda paragraphs, title, source, year: (paragraphs, title, source, year),
    st.lists(TEXTS, min_size=1, max_size=4),
    st.one_of(st.just(""), TEXTS),
    st.sampled_from(["", "Coast Wire", "The Ledger"]),
    st.sampled_from([None, "2016", "2017"]),
)


def articles_of(drawn) -> list[Article]:
    return [
        Article(
            f"a{number}",
            tuple(paragraphs),
            title=title,
            source=source,
            language=("", "de", "en", "ru")[number % 4],
            date=PublicationDate(year, "year") if year else PublicationDate(),
        )
        for number, (paragraphs, title, source, year) in enumerate(drawn)
    ]


def sealed(write, kind="segment") -> SealedFile:
    file = MemoryFile()
    write(SealedWriter(file, kind, bytes(16)))
    return SealedFile(file.data, "a segment", kind)


def built(*units: list[Article], tokenizer: BatchTokenizer | None = None) -> SealedFile:
    with ThreadPoolExecutor(1) as pool:
        builder = SegmentBuilder(tokenizer or BatchTokenizer(), io.BytesIO, pool)
        for unit in units:
            builder.add([(article, article.content_hash()) for article in unit])
        builder.take_words()
        return sealed(builder.write)


def run_of(unit: list[Article]) -> RunReader:
    """The articles as a run, which is not packed."""
    with ThreadPoolExecutor(1) as pool:
        builder = SegmentBuilder(BatchTokenizer(), io.BytesIO, pool)
        builder.add([(article, article.content_hash()) for article in unit])
        builder.take_words()
        return RunReader(sealed(lambda file: builder.write(file, as_run=True), "run"))


def merged(*sources: Source) -> SealedFile:
    def write(file: SealedWriter) -> None:
        with ThreadPoolExecutor(1) as pool:
            writer = SegmentWriter(file, merged_first_doc(sources), io.BytesIO, pool)
            merge(sources, writer)
            writer.close()

    return sealed(write)


def arrays(file: SealedFile, *, without: tuple[str, ...] = ()) -> dict[str, object]:
    found = {
        name: file.array(name).tolist() for name in file.names() if not name.startswith(without)
    }
    return found | {"meta": file.meta}


@settings(max_examples=25)
@given(st.lists(st.lists(ARTICLES, max_size=5).filter(bool), min_size=1, max_size=4))
def test_a_merged_segment_is_the_segment_of_all_articles(drawn):
    articles = articles_of([each for unit in drawn for each in unit])
    edges = np.cumsum([0, *map(len, drawn)]).tolist()
    units = [articles[low:high] for low, high in itertools.pairwise(edges)]
    tokenizer = BatchTokenizer()
    parts = [Source(SegmentReader(built(unit, tokenizer=tokenizer))) for unit in units]
    assert arrays(merged(*parts)) == arrays(built(*units))
    runs = [Source(run_of(unit)) for unit in units]
    assert arrays(merged(*runs)) == arrays(built(*units))
    assert arrays(merged(parts[0], *runs[1:])) == arrays(built(*units))


@settings(max_examples=25)
@given(st.lists(ARTICLES, min_size=1, max_size=8), st.data())
def test_deleted_articles_leave_no_trace_in_a_merged_segment(drawn, data):
    articles = articles_of(drawn)
    live = np.array(
        data.draw(st.lists(st.booleans(), min_size=len(articles), max_size=len(articles)))
    )
    live[data.draw(st.integers(0, len(articles) - 1))] = True
    cut = data.draw(st.integers(0, len(articles)))
    sources = [
        Source(SegmentReader(built(articles[low:high])), live[low:high])
        for low, high in ((0, cut), (cut, len(articles)))
        if low < high
    ]
    left = [article for article, kept in zip(articles, live, strict=True) if kept]
    blocks = (
        "text.blocks",
        "text.ends",
        "text.firsts",
        "header.blocks",
        "header.ends",
        "header.firsts",
    )
    again, anew = merged(*sources), built(left)
    assert arrays(again, without=blocks) == arrays(anew, without=blocks)
    one, other = SegmentReader(again), SegmentReader(anew)
    assert [one.text(doc) for doc in range(one.max_doc)] == [
        other.text(doc) for doc in range(other.max_doc)
    ]
    assert [one.header(at) for at in range(one.num_articles)] == [
        other.header(at) for at in range(other.num_articles)
    ]


def test_what_the_tokenizer_knew_before_does_not_show():
    tokenizer = BatchTokenizer()
    tokenizer.add(["The siege of other towns, long ago"])
    article = Article("a", ("The SIEGE of the town",))
    assert arrays(built([article], tokenizer=tokenizer)) == arrays(built([article]))


@pytest.mark.parametrize("size", [300, 3000])
def test_large_merges_go_range_by_range(size, monkeypatch):
    monkeypatch.setattr("index.codec.merge._RANGE", 100)
    monkeypatch.setattr("index.codec.field._RANGE", 130)
    chance = np.random.default_rng(3)
    articles = [
        Article(str(n), tuple(" ".join(chance.choice(WORDS, 6)) + f" n{n % 50}" for _ in range(3)))
        for n in range(size // 3)
    ]
    half = len(articles) // 2
    parts = [Source(SegmentReader(built(part))) for part in (articles[:half], articles[half:])]
    assert arrays(merged(*parts)) == arrays(built(articles[:half], articles[half:]))
