"""A nutgraf index for Whoosh programs: as if Whoosh had indexed a document a paragraph.

- Terms, postings, lengths, columns and stored fields are those of ``index.schema.documents``.
- So are the answers of any query: matches, scores, order, groups.
- ``open_index`` reads no pickle; ``whoosh.index.open_dir`` finds the same.
- What a Whoosh program writes leaves nutgraf's files alone.
"""

import pickle
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from tempfile import TemporaryFile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import query
from whoosh.filedb.filestore import RamStorage, ReadOnlyError
from whoosh.index import open_dir
from whoosh.qparser import QueryParser
from whoosh.reading import SegmentReader as WhooshReader
from whoosh.searching import Searcher
from whoosh.sorting import FieldFacet
from whoosh.writing import OPTIMIZE

from index.analysis import tokenize
from index.article import Article, PublicationDate
from index.builder import SegmentBuilder
from index.codec.sealed import SealedFile, SealedWriter
from index.codec.segment import SegmentReader
from index.codec.whoosh_index import make_reader, open_index
from index.codec.whoosh_toc import table_of_contents
from index.commits import (
    Commit,
)
from index.commits import open_index as open_commit
from index.errors import IndexNotFound, NotAnIndex
from index.schema import documents, make_schema
from index.store import Store
from index.tokens import BatchTokenizer
from index.writer import open_writer
from tests.make import write_index

WORDS = (
    "Syria syria’s SYRIA Aleppo well-known U.S. house Houses naïve run running 97 漢字 the".split()
)
TERMS = sorted({token.term for token in tokenize(" ".join(WORDS))})
DATES = [
    PublicationDate(),
    PublicationDate("2016", "year"),
    PublicationDate("2016-09", "month"),
    PublicationDate("2016-09-26T21:11", "minute"),
    PublicationDate("1987-02-28", "day"),
]
FIELDS = ("text", "title", "author", "source")

texts = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)
articles = st.builds(
    Article,
    id=st.just(""),
    paragraphs=st.lists(texts | st.just("house " * 300), min_size=1, max_size=3).map(tuple),
    title=texts,
    author=st.sampled_from(["", "admin", "Ali Aleppo"]),
    source=st.sampled_from(["", "The House"]),
    language=st.sampled_from(["", "en", "de-AT"]),
    date=st.sampled_from(DATES),
)
corpora = st.lists(st.lists(articles, min_size=1, max_size=6), min_size=1, max_size=3)

names = st.sampled_from(FIELDS)
terms = st.builds(query.Term, names, st.sampled_from(TERMS))
days = st.integers(0, 2**32 - 1) | st.sampled_from(range(735964, 736234))
leaves = st.one_of(
    terms,
    st.builds(query.Phrase, names, st.lists(st.sampled_from(TERMS), min_size=2, max_size=3)),
    st.builds(query.Prefix, names, st.sampled_from(["s", "ho", "9", "al", "z"])),
    st.builds(query.Wildcard, names, st.sampled_from(["*a", "?ou*", "h*s*"])),
    st.builds(query.FuzzyTerm, names, st.sampled_from(["hose", "alepo", "runn"])),
    st.builds(query.TermRange, names, st.just("a"), st.sampled_from(["h", "s"])),
    st.builds(query.Term, st.just("language"), st.sampled_from(["en", "de-AT"])),
    st.builds(query.Term, st.just("compound"), st.just("well known")),
    st.builds(
        lambda name, low, high: query.NumericRange(name, min(low, high), max(low, high)),
        st.sampled_from(["first_day", "last_day"]),
        days,
        days,
    ),
    st.just(query.Every()),
    st.just(query.Every("title")),
)
queries = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(query.And),
        st.lists(inner, min_size=2, max_size=3).map(query.Or),
        st.builds(lambda one, other: query.And([one, query.Not(other)]), inner, inner),
        st.builds(query.AndMaybe, inner, inner),
    ),
    max_leaves=5,
)


class MemoryFile:
    """A file for a sealed writer that is not on a disk."""

    name = "memory"

    def __init__(self):
        self.data = bytearray()

    def write(self, data):
        self.data += data

    def sync(self):
        pass

    def close(self):
        pass


def write(some, sealed):
    """Write a segment of articles."""
    with ThreadPoolExecutor(1) as pool, ExitStack() as stack:
        builder = SegmentBuilder(
            BatchTokenizer(), lambda: stack.enter_context(TemporaryFile()), pool
        )
        builder.add([(each, each.content_hash()) for each in some])
        builder.take_words()
        builder.write(sealed)


def segment(some):
    """A segment of articles, in memory."""
    file = MemoryFile()
    write(some, SealedWriter(file, "segment", np.random.default_rng().bytes(16)))
    return SegmentReader(SealedFile(bytes(file.data), "memory", "segment"))


def numbered(corpus):
    """The corpus with an id for every article."""
    numbers = iter(range(1000))
    return [[named(each, next(numbers)) for each in some] for some in corpus]


def named(one, number):
    """The article with an id."""
    rest = (one.title, one.author, one.source, one.url, one.language, one.date)
    return Article(f"id {number}", one.paragraphs, *rest)


def ours(corpus):
    """A Whoosh searcher over nutgraf's segments."""
    return Searcher(make_reader([segment(some) for some in corpus], [None] * len(corpus), 1))


def stock(corpus):
    """A Whoosh searcher over Whoosh's segments."""
    index = RamStorage().create_index(make_schema())
    for some in corpus:
        writer = index.writer()
        for each in some:
            for document in documents(each):
                writer.add_document(**document)
        writer.commit(merge=False)
    return index.searcher()


def answer(searcher, wanted, **options):
    """The documents that a query finds, with their scores, best first."""
    options = {"limit": None, **options}
    return [(hit.docnum, hit.score) for hit in searcher.search(wanted, **options)]


def contents(reader):
    """All that a reader tells of an index, leaf by leaf."""
    terms = {}
    for name, text in reader.all_terms():
        info = reader.term_info(name, text)
        postings = reader.postings(name, text)
        found = []
        while postings.is_active():
            here = [postings.id(), postings.weight()]
            if postings.supports("positions"):
                here.append([span.start for span in postings.spans()])
            found.append(here)
            postings.next()
        statistics = info.weight(), info.doc_frequency(), info.max_weight()
        ids = info.min_id(), info.max_id(), reader.first_id(name, text)
        terms[name, text] = statistics, ids, found
    lengths = {
        name: [
            reader.field_length(name),
            *(reader.doc_field_length(doc, name) or 0 for doc in reader.all_doc_ids()),
        ]
        for name in FIELDS
    }
    columns = {name: list(reader.column_reader(name)) for name in ("published", "paragraph")}
    return list(terms.items()), lengths, columns, list(reader.iter_docs())


@given(corpora)
@settings(max_examples=30)
def test_all_that_a_reader_tells_is_as_if_paragraphs_were_documents(corpus):
    corpus = numbered(corpus)
    with ours(corpus) as found, stock(corpus) as expected:
        assert contents(found.reader()) == contents(expected.reader())


@given(corpora, st.lists(queries, min_size=1, max_size=8), st.sampled_from([1, 3, None]))
@settings(max_examples=50)
def test_every_query_has_the_answer_of_the_stock_codec(corpus, wanted, limit):
    corpus = numbered(corpus)
    with ours(corpus) as found, stock(corpus) as expected:
        for each in wanted:
            assert answer(found, each, limit=limit) == answer(expected, each, limit=limit), each


@given(corpora)
@settings(max_examples=30)
def test_order_and_groups_are_those_of_the_stock_codec(corpus):
    corpus = numbered(corpus)
    with ours(corpus) as found, stock(corpus) as expected:
        for facet in (FieldFacet("published"), FieldFacet("published", reverse=True)):
            results = [
                [doc for doc, _ in answer(searcher, query.Every(), sortedby=facet)]
                for searcher in (found, expected)
            ]
            assert results[0] == results[1]
        for name in ("source", "language", "published", "first_day"):
            groups = [
                searcher.search(query.Every(), groupedby=name, limit=None).groups(name)
                for searcher in (found, expected)
            ]
            assert groups[0] == groups[1]


def test_many_paragraphs_are_skipped_without_losing_the_best():
    rng = np.random.default_rng(3)
    corpus = [
        [
            Article(f"{part} {n}", tuple(" ".join(rng.choice(WORDS, 9)) for _ in range(4)))
            for n in range(120 * part)
        ]
        for part in (1, 2)
    ]
    with ours(corpus) as found, stock(corpus) as expected:
        for wanted in (
            query.Term("text", "house"),
            query.Or([query.Term("text", t) for t in TERMS]),
        ):
            assert answer(found, wanted, limit=5) == answer(expected, wanted, limit=5)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An index of nutgraf's with two segments and a deleted article."""
    monkeypatch.setattr("index.committing.segments_to_merge", lambda *_: set())
    path = tmp_path / "an index"
    lists = [
        [Article("a", ("Syria is here", "and Aleppo"), title="A house"), Article("b", ("Syria",))],
        [Article("c", ("well-known houses", "97 houses"), author="admin", date=DATES[3])],
    ]
    for some in lists:
        write_index(path, some)
    with open_writer(Store(path)) as writer:
        writer.remove("b")
    return path


QUERIES = ["syria", "title:house", '"well known"', "hous*", "author:admin AND 97", "aleppo OR 97"]


def answers(index):
    """What an index answers to all queries: the texts that are found, and their scores."""
    parser = QueryParser("text", make_schema())
    with index.searcher() as searcher:
        return [
            [(hit["text"], hit.score) for hit in searcher.search(parser.parse(text))]
            for text in QUERIES
        ]


def test_a_folder_of_nutgrafs_is_opened_by_whoosh(folder):
    index = open_dir(folder)
    found = answers(index)
    assert [[text for text, _ in hits] for hits in found] == [
        ["Syria is here"],
        ["Syria is here", "and Aleppo"],
        ["well-known houses"],
        ["97 houses", "well-known houses"],
        ["97 houses"],
        ["and Aleppo", "97 houses"],
    ]
    assert index.doc_count() == 4
    assert answers(open_index(folder)) == found


def test_the_last_commit_is_told_to_whoosh(folder):
    index = open_index(folder)
    generation = open_commit(Store(folder)).commit.generation
    assert index.latest_generation() == open_dir(folder).latest_generation() == generation
    assert index.last_modified() == int((folder / f"commit.{generation}").stat().st_mtime)
    assert not index.is_empty()
    assert index.schema.names() == make_schema().names()
    assert index.refresh().up_to_date()


def test_a_searcher_is_refreshed_after_a_commit(folder):
    searcher = open_index(folder).searcher()
    assert searcher.up_to_date()
    with open_writer(Store(folder)) as writer:
        writer.add(Article("d", ("new",)))
    assert not searcher.up_to_date()
    with searcher.refresh() as refreshed:
        assert refreshed.doc_count() == 5


def test_an_empty_index_answers(tmp_path):
    with open_writer(Store(tmp_path / "new")):
        pass
    assert open_index(tmp_path / "new").is_empty()
    assert answers(open_index(tmp_path / "new")) == [[]] * len(QUERIES)
    assert answers(open_dir(tmp_path / "new")) == [[]] * len(QUERIES)


def test_where_there_is_no_index_one_is_told_so(tmp_path):
    with pytest.raises(IndexNotFound):
        open_index(tmp_path / "nothing")
    (tmp_path / "else").write_text("x")
    with pytest.raises(NotAnIndex):
        open_index(tmp_path)


def forbidden(*_, **__):
    raise AssertionError("something was unpickled")


@pytest.fixture
def without_pickle(monkeypatch):
    """Let every attempt to unpickle anything fail."""
    for place in ("pickle", "whoosh.index.pickle", "_pickle"):
        for name in ("load", "loads", "Unpickler"):
            monkeypatch.setattr(f"{place}.{name}", forbidden)
    for place in (
        "codec.whoosh3.loads",
        "columns.loads",
        "formats.loads",
        "filedb.structfile.load",
    ):
        monkeypatch.setattr(f"whoosh.{place}", forbidden)


@pytest.mark.usefixtures("without_pickle")
def test_our_way_in_reads_no_pickle(folder):
    index = open_index(folder)
    assert sum(map(len, answers(index))) == 9
    with index.searcher() as searcher:
        near = query.SpanNear(query.Term("text", "well"), query.Term("text", "known"))
        found = searcher.search(near, sortedby="published", groupedby="author", limit=None)
        assert [hit["text"] for hit in found] == ["well-known houses"]
        assert len(list(searcher.reader().iter_postings())) > 10
        assert len(list(searcher.documents())) == 4
    assert runs_code(folder / "_MAIN_2.toc")


def runs_code(toc):
    """Whether a table of contents has Whoosh unpickle something that we have forbidden."""
    storage = RamStorage()  # Whoosh would leave a file open
    storage.files[toc.name] = toc.read_bytes()
    try:
        storage.open_index()
    except AssertionError:
        return True
    return False


class Payload:
    """What an attacker puts into a table of contents."""

    def __reduce__(self):
        return forbidden, ()


def test_a_payload_in_the_table_of_contents_is_never_run_by_us(folder):
    toc = folder / "_MAIN_2.toc"
    whole = toc.read_bytes()
    payload = pickle.dumps(Payload())
    for at in range(0, len(whole) - len(payload), len(payload)):
        toc.write_bytes(whole[:at] + payload + whole[at + len(payload) :])
        assert answers(open_index(folder)) is not None
    segments = pickle.dumps([Payload()])
    start = whole.rindex(b"\x80\x05\x95")
    toc.write_bytes(whole[:start] + segments + b"\nnutgraf\n")
    assert runs_code(toc)
    assert len(answers(open_index(folder))[0]) == 1


def test_our_way_in_does_not_write(folder):
    for write in (open_index(folder).writer, open_index(folder).optimize):
        with pytest.raises(ReadOnlyError, match="with nutgraf"):
            write()
    with pytest.raises(ReadOnlyError):
        open_index(folder).delete_by_term("text", "syria")


def test_what_a_whoosh_program_writes_leaves_our_files_alone(folder):
    def files():
        return {path.name: path.read_bytes() for path in folder.glob("*.nut")}

    before, found = files(), answers(open_index(folder))
    for merge in (False, True):
        writer = open_dir(folder).writer()
        writer.add_document(text="Aleppo again", article="z")
        writer.commit(merge=merge)
    assert files() == before
    assert answers(open_index(folder)) == found
    assert open_dir(folder).doc_count() == 6
    texts = [text for text, _ in answers(open_dir(folder))[-1]]
    assert sorted(texts) == ["97 houses", "Aleppo again", "Aleppo again", "and Aleppo"]


def test_a_whoosh_program_deletes_more(folder):
    with open_dir(folder).writer() as writer:
        writer.delete_by_term("text", "aleppo")
    index = open_dir(folder)
    assert index.doc_count() == 3
    assert answers(index)[-1] == [hit for hit in answers(open_index(folder))[-1] if "97" in hit[0]]


def test_a_whoosh_program_deletes_by_number(folder):
    with open_dir(folder).writer() as writer:
        writer.delete_document(0)
    with open_dir(folder).searcher() as searcher:
        assert searcher.doc_count() == 3
        assert [doc for doc, _ in answer(searcher, query.Term("text", "syria"))] == []
        assert searcher.reader().is_deleted(0)


def test_a_whoosh_program_merges_our_segments(folder):
    found = answers(open_dir(folder))
    open_dir(folder).writer().commit(mergetype=OPTIMIZE)
    merged = open_dir(folder)
    assert merged.doc_count_all() == 4
    texts = [[text for text, _ in hits] for hits in found]
    assert [[text for text, _ in hits] for hits in answers(merged)] == texts


def test_a_program_that_has_the_files_open_reads_the_same_segments(folder):
    opened = open_commit(Store(folder))
    segments = [SegmentReader(sealed) for sealed in opened.segments]
    reader = make_reader(segments, opened.deletions, opened.commit.generation)
    with Searcher(reader) as searcher, open_index(folder).searcher() as expected:
        assert searcher.reader().generation() == opened.commit.generation
        for text in TERMS:
            wanted = query.Term("text", text)
            assert answer(searcher, wanted) == answer(expected, wanted)


def test_threads_share_a_reader(folder):
    with open_index(folder).searcher() as searcher:

        def ask(_):
            return [answer(searcher, query.Term("text", text)) for text in TERMS]

        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(ask, range(20)))
    assert all(each == found[0] for each in found)


def test_the_table_of_contents_of_an_empty_index_is_one():
    storage = RamStorage()
    storage.files["_MAIN_0.toc"] = table_of_contents(Commit(0))
    assert storage.open_index().is_empty()


def test_a_segment_without_articles_has_no_terms():
    with Searcher(make_reader([segment([])], [None], 0)) as searcher:
        assert isinstance(searcher.reader(), WhooshReader)
        assert list(searcher.reader().all_terms()) == []
        assert answer(searcher, query.Every()) == []
