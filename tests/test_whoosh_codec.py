"""A Whoosh program that writes with our codec: everything is as with Whoosh's own.

- Terms, postings, positions, lengths, stored fields and columns are the same.
- So are the answers: matches, scores, order, facets.
- Deletions, updates, several segments, merging and optimizing work.
- What cannot be kept is refused in one sentence.
- Reading unpickles nothing of ours and is safe from several threads.
"""

import math
import pickle
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh import columns, fields, query
from whoosh.codec.whoosh3 import W3Codec
from whoosh.filedb.filestore import FileStorage, RamStorage
from whoosh.index import create_in, open_dir
from whoosh.matching import ReadTooFar
from whoosh.qparser import QueryParser
from whoosh.reading import TermNotFound
from whoosh.sorting import FieldFacet
from whoosh.util.numeric import byte_to_length, length_to_byte

from index.codec.whoosh_codec import NutgrafCodec
from index.codec.whoosh_segment import NutgrafSegment
from index.codec.whoosh_values import NotSupported, from_json, to_json
from index.errors import IndexDamaged

CODECS = {"stock": W3Codec, "nutgraf": NutgrafCodec}

SCHEMA = fields.Schema(
    key=fields.ID(unique=True, stored=True, sortable=True),
    text=fields.TEXT(stored=True),
    loose=fields.TEXT(phrase=False),
    tags=fields.KEYWORD(commas=True, scorable=True, sortable=True, stored=True),
    size=fields.NUMERIC(stored=True, sortable=True),
    share=fields.NUMERIC(float, sortable=True),
    large=fields.NUMERIC(int, 64, signed=False, sortable=True),
    when=fields.DATETIME(stored=True, sortable=True),
    ready=fields.BOOLEAN(stored=True),
    note=fields.STORED(),
    rank=fields.COLUMN(columns.NumericColumn("i", default=-1)),
    flag=fields.COLUMN(columns.BitColumn()),
    code=fields.COLUMN(columns.RefBytesColumn()),
    many=fields.COLUMN(columns.VarBytesListColumn()),
)


@pytest.fixture(params=CODECS)
def codec(request):
    """Whoosh's codec and ours; a test that takes it runs with each."""
    return CODECS[request.param]


@pytest.fixture
def make(tmp_path, codec):
    """An index with a segment for each list of documents."""

    def make(*segments, schema=SCHEMA):
        index = create_in(tmp_path, schema.copy())
        for documents in segments:
            add(index, codec, documents, merge=False)
        return index

    return make


def add(index, codec, documents, **options):
    """Add documents and commit."""
    writer = index.writer(codec=codec())
    for document in documents:
        writer.add_document(**document)
    writer.commit(**options)


def texts(*given):
    """Documents of one text each, with the keys 0, 1, 2 …"""
    return [{"key": str(number), "text": text} for number, text in enumerate(given)]


def keys(index, wanted, **options):
    """The keys of the documents that a query finds, sorted unless an order is wanted."""
    with index.searcher() as searcher:
        found = [hit["key"] for hit in searcher.search(wanted, limit=None, **options)]
    return found if options else sorted(found)


def contents(index):
    """All that a reader tells of an index."""
    with index.reader() as reader:
        terms = {}
        for name, text in reader.all_terms():
            info = reader.term_info(name, text)
            try:
                postings = reader.postings(name, text)
            except TermNotFound:
                continue
            found = []
            while postings.is_active():
                here = [postings.id(), postings.weight(), postings.value_as("frequency")]
                if postings.supports("positions"):
                    here.append([span.start for span in postings.spans()])
                found.append(here)
                postings.next()
            terms[name, text] = (
                info.weight(),
                info.doc_frequency(),
                info.max_weight(),
                info.min_id(),
                info.max_id(),
                found,
            )
        scored = [name for name, field in reader.schema.items() if field.scorable]
        lengths = {
            name: (
                reader.field_length(name),
                [reader.doc_field_length(doc, name) or 0 for doc in reader.all_doc_ids()],
            )
            for name in scored
        }
        values = {
            name: [  # over several segments, Whoosh counts wrongly if one has no column
                [leaf.column_reader(name, translate=False)[doc] for doc in leaf.all_doc_ids()]
                for leaf, _ in reader.leaf_readers()
                if leaf.has_column(name)
            ]
            for name, field in reader.schema.items()
            if field.column_type
        }
        return terms, lengths, values, list(reader.iter_docs()), reader.doc_count()


def test_a_document_is_found_by_its_words(make):
    index = make(texts("alpha beta", "beta gamma", ""))
    assert keys(index, query.Term("text", "beta")) == ["0", "1"]
    assert keys(index, query.Term("text", "gamma")) == ["1"]
    assert keys(index, query.Term("text", "delta")) == []
    assert keys(index, query.Every()) == ["0", "1", "2"]


def test_the_scores_are_those_of_bm25(make):
    index = make(texts("a1 a1 b1", "a1 b1 b1 c1", "c1 " * 40), texts("a1"))
    with index.searcher() as searcher:
        hits = searcher.search(query.Or([query.Term("text", "a1"), query.Term("text", "c1")]))
        found = {hit.docnum: hit.score for hit in hits}
    mean = (3 + 4 + 40 + 1) / 4
    length = byte_to_length(length_to_byte(40))
    expected = {
        0: bm25(2, 3 / mean, doc_freq=3, docs=4),
        1: bm25(1, 4 / mean, doc_freq=3, docs=4) + bm25(1, 4 / mean, doc_freq=2, docs=4),
        2: bm25(40, length / mean, doc_freq=2, docs=4),
        3: bm25(1, 1 / mean, doc_freq=3, docs=4),
    }
    assert found == pytest.approx(expected)


def bm25(term_freq, length, doc_freq, docs):
    """The score of a word; ``length`` is that of the document, where that of the mean is 1."""
    idf = math.log(docs / (doc_freq + 1)) + 1
    return idf * term_freq * 2.2 / (term_freq + 1.2 * (0.25 + 0.75 * length))


def test_phrases_are_found_by_positions(make):
    index = make(texts("alpha beta gamma", "beta alpha gamma"))
    assert keys(index, query.Phrase("text", ["alpha", "beta"])) == ["0"]
    assert keys(index, query.Phrase("text", ["alpha", "gamma"], slop=2)) == ["0", "1"]
    near = query.SpanNear(query.Term("text", "beta"), query.Term("text", "gamma"), slop=2)
    assert keys(index, near) == ["0", "1"]
    assert keys(index, query.SpanFirst(query.Term("text", "beta"))) == ["1"]


def test_frequencies_come_with_the_postings(make):
    index = make(texts("one two two three three three", "two"))
    with index.reader() as reader:
        postings = reader.postings("text", "two")
        assert list(postings.items_as("frequency")) == [(0, 2), (1, 1)]
        assert reader.frequency("text", "two") == 3
        assert reader.doc_frequency("text", "two") == 2
        assert reader.frequency("text", "four") == reader.doc_frequency("text", "four") == 0


def test_prefixes_wildcards_and_similar_words_are_found(make):
    index = make(texts("house", "houses", "mouse", "hose", "naïve house"))
    assert keys(index, query.Prefix("text", "hous")) == ["0", "1", "4"]
    assert keys(index, query.Wildcard("text", "?ouse*")) == ["0", "1", "2", "4"]
    assert keys(index, query.Regex("text", "m.*")) == ["2"]
    assert keys(index, query.FuzzyTerm("text", "house")) == ["0", "1", "3", "4"]
    assert keys(index, query.FuzzyTerm("text", "naive")) == ["4"]
    assert keys(index, query.TermRange("text", "hose", "house")) == ["0", "3", "4"]


def test_numbers_and_dates_are_found_by_range(make):
    index = make(
        [{"key": str(n), "size": n * 7 - 20, "when": datetime(2000 + n, 5, 17)} for n in range(9)]
    )
    assert keys(index, query.NumericRange("size", -6, 8)) == ["2", "3", "4"]
    assert keys(index, query.Term("size", -20)) == ["0"]
    dates = query.DateRange("when", datetime(2002, 5, 17), datetime(2004, 1, 1))
    assert keys(index, dates) == ["2", "3"]


def test_truth_and_keywords_are_found(make):
    documents = [{"key": "0", "ready": True, "tags": "a b,c"}, {"key": "1", "ready": False}]
    index = make(documents)
    assert keys(index, query.Term("ready", True)) == ["0"]
    assert keys(index, query.Term("tags", "a b")) == ["0"]


def test_an_empty_field_has_no_terms(make):
    index = make(texts("alpha"))
    with index.reader() as reader:
        assert list(reader.lexicon("loose")) == []
        assert reader.field_length("loose") == 0
        assert not reader.has_column("rank")
        assert ("loose", "alpha") not in reader
        with pytest.raises(TermNotFound):
            reader.term_info("loose", "alpha")


def test_an_index_without_documents_answers(make):
    index = make([])
    assert keys(index, query.Every()) == []
    assert index.is_empty()


def test_terms_of_any_script_keep_the_order_of_their_bytes(make):
    index = make(texts("Ωmega ñandú 漢字 𝄞𝄞 zeta"))
    with index.reader() as reader:
        found = [text.decode() for text in reader.lexicon("text")]
        assert found == sorted(found)
        assert {"ωmega", "ñandú", "漢字", "zeta"} <= set(found)
        assert [text.decode() for text in reader.expand_prefix("text", "ñ")] == ["ñandú"]


def test_terms_are_listed_from_any_place(make):
    index = make(texts("alpha beta gamma"))
    with index.reader() as reader:
        assert [t for n, t in reader.terms_from("text", "b") if n == "text"] == [b"beta", b"gamma"]
        cursor = reader.cursor("text")
        assert cursor.first() == "alpha"
        assert cursor.next() == "beta"
        assert cursor.find("bz") == "gamma"
        assert cursor.term_info().doc_frequency() == 1
        assert cursor.next() is None
        assert not cursor.is_valid()
        assert [info.weight() for (name, _), info in reader if name == "text"] == [1, 1, 1]
        assert next(term for term, _ in reader.iter_from("text", "beta")) == ("text", b"beta")


def test_the_first_document_of_a_term_is_told(make):
    index = make(texts("alpha", "beta"), texts("gamma", "beta"))
    with index.reader() as reader:
        assert reader.first_id("text", "beta") == 1
        assert reader.first_id("text", "gamma") == 2
        with pytest.raises(TermNotFound):
            reader.first_id("text", "delta")


def test_lengths_are_told_on_the_scale_of_the_length_byte(make):
    index = make(texts("one two", "word " * 100, ""))
    with index.reader() as reader:
        assert [reader.doc_field_length(doc, "text") or 0 for doc in range(3)] == [2, 101, 0]
        assert reader.field_length("text") == 102
        assert reader.max_field_length("text") == 101
        assert reader.min_field_length("text") == 0


def test_the_statistics_of_a_term_are_told(make):
    index = make(texts("b1", "a1 b1 b1 b1", "c1"))
    with index.reader() as reader:
        info = reader.term_info("text", "b1")
        assert (info.weight(), info.doc_frequency(), info.max_weight()) == (4, 2, 3)
        assert (info.min_length(), info.max_length()) == (1, 4)
        assert (info.min_id(), info.max_id()) == (0, 1)
        assert reader.most_frequent_terms("text", 1) == [(4, b"b1")]


def test_matchers_skip_forward_only(make):
    index = make(texts(*["even odd"[n % 2 * 5 : n % 2 * 5 + 4] for n in range(1000)]))
    with index.reader() as reader:
        matcher = reader.postings("text", "even")
        matcher.skip_to(501)
        assert matcher.id() == 502
        matcher.skip_to(3)
        assert matcher.id() == 502
        matcher.reset()
        assert matcher.id() == 0


def test_our_matchers_are_copied_and_end(tmp_path):
    index = create_in(tmp_path, SCHEMA)
    add(index, NutgrafCodec, texts("alpha", "alpha", "beta"))
    with index.reader() as reader:
        matcher = reader.postings("text", "alpha")
        copied = matcher.copy()
        assert not matcher.next()
        assert (copied.id(), matcher.id()) == (0, 1)
        assert matcher.next()
        for step in (matcher.next, lambda: matcher.skip_to(2)):
            with pytest.raises(ReadTooFar):
                step()
        assert list(copied.all_ids()) == [0, 1]
        assert (copied.value_as("frequency"), copied.value_as("weight")) == (1, 1)
        assert (copied.block_min_length(), copied.block_max_length()) == (1, 1)


def test_values_of_every_kind_are_stored(make):
    values = [
        *(None, True, 2**70, -1.5, float("inf"), "ü\ud800", b"\0\xff", [1, [b"2"]], (1, ())),
        *({"a": {1: date(2000, 1, 2)}}, {1, 2}, frozenset([b"x"]), Decimal("1.50")),
        *(datetime(2000, 1, 2, 3, tzinfo=UTC), datetime(1, 1, 1), time(1, 2), timedelta(-1, 3)),
    ]
    index = make([{"key": str(n), "note": value} for n, value in enumerate(values)])
    with index.reader() as reader:
        stored = [each.get("note") for _, each in reader.iter_docs()]
    assert stored == values
    assert [type(value) for value in stored] == [type(value) for value in values]


def test_another_value_than_the_indexed_one_can_be_stored(make):
    index = make([{"key": "0", "text": "alpha", "_stored_text": "shown"}])
    with index.searcher() as searcher:
        assert searcher.search(query.Term("text", "alpha"))[0]["text"] == "shown"


COLUMNS = {
    "rank": [3, None, -(2**31)],
    "flag": [True, None, False],
    "code": [b"x", None, b"x"],
    "many": [[b"a", b"bc"], None, [b""]],
    "size": [7, None, -7],
    "share": [0.5, None, -1e300],
    "large": [2**64 - 1, None, 0],
    "when": [datetime(2016, 9, 26, 21, 11), None, datetime(1987, 2, 26)],
}


@pytest.mark.parametrize("name", COLUMNS)
def test_columns_give_back_their_values(make, name):
    given = COLUMNS[name]
    index = make([{name: value} if value is not None else {"key": "x"} for value in given])
    with index.reader() as reader:
        assert reader.has_column(name)
        column = reader.column_reader(name)
        assert [column[0], column[2]] == [given[0], given[2]]
        raw = reader.column_reader(name, translate=False)
        assert next(iter(raw)) == raw[0]
        assert len(list(raw)) == 3


def test_documents_without_a_value_have_the_default_of_the_column(make):
    index = make([{"key": "a", "rank": 5, "flag": True, "code": b"x"}, {"key": "b"}])
    with index.reader() as reader:
        found = [reader.column_reader(name)[1] for name in ("rank", "flag", "code")]
        assert found == [-1, False, b""]


ORDERS = ["size", "when", "share", "rank", "key", "flag"]


@pytest.mark.parametrize("name", ORDERS)
@pytest.mark.parametrize("reverse", [False, True])
def test_results_are_sorted_by_a_column(tmp_path, name, reverse):
    given = [
        {"key": key, "size": n * 37 % 11, "when": datetime(2000, 1, 1 + n * 5 % 7),
         "share": n * 0.7 % 1.0, "rank": -n * 7 % 5, "flag": n % 3 == 0}
        for n, key in enumerate("dbacfge")
    ]  # fmt: skip
    found = []
    for number, codec in enumerate(CODECS.values()):
        (tmp_path / str(number)).mkdir()
        index = create_in(tmp_path / str(number), SCHEMA)
        add(index, codec, given[:4], merge=False)
        add(index, codec, given[4:], merge=False)
        found.append(keys(index, query.Every(), sortedby=name, reverse=reverse))
        facet = FieldFacet(name, reverse=reverse)
        found.append(keys(index, query.Every(), sortedby=facet))
    assert found[:2] == found[2:]


def test_results_are_grouped_by_facets(make):
    index = make(
        [{"key": "0", "tags": "a", "size": 1}, {"key": "1", "tags": "b,a", "size": 2}],
        [{"key": "2", "tags": "b", "size": 1}, {"key": "3"}],
    )
    with index.searcher() as searcher:
        found = searcher.search(query.Every(), limit=None, groupedby=["size", "tags"])
        assert found.groups("size")[1] == [0, 2]
        assert found.groups("size")[2] == [1]
        facet = FieldFacet("tags", allow_overlap=True)
        found = searcher.search(query.Every(), limit=None, groupedby={"tag": facet})
        assert found.groups("tag") == {"a": [0, 1], "b": [1, 2], None: [3]}


def test_a_column_of_bytes_has_no_opposite_order(make):
    index = make([{"code": b"x", "many": [b"b", b"a"]}])
    with index.reader() as reader:
        assert reader.column_reader("many").sort_key(0) == b"b"
        assert list(reader.column_reader("code", translate=False).load()) == [b"x"]
        with pytest.raises(NotImplementedError):
            reader.column_reader("code", reverse=True)


def test_documents_are_found_by_the_value_of_a_column(make):
    index = make([{"key": str(n), "rank": n} for n in range(5)])
    with index.searcher() as searcher:
        wanted = query.ColumnQuery("rank", lambda value: value > 2)
        assert list(searcher.docs_for_query(wanted)) == [3, 4]


def test_a_deleted_document_is_not_found(make, codec):
    index = make(texts("alpha", "alpha beta"), texts("alpha"))
    with index.writer(codec=codec()) as writer:
        assert writer.delete_by_term("text", "beta") == 1
    assert keys(index, query.Term("text", "alpha")) == ["0", "0"]
    assert (index.doc_count(), index.doc_count_all()) == (2, 3)
    with index.reader() as reader:
        assert [reader.is_deleted(doc) for doc in range(3)] == [False, True, False]
        assert list(reader.all_doc_ids()) == [0, 2]
    assert keys(open_dir(index.storage.folder), query.Term("text", "beta")) == []


def test_a_document_takes_the_place_of_the_one_with_its_key(make, codec):
    index = make([{"key": "a", "text": "alpha"}, {"key": "b", "text": "beta"}])
    with index.writer(codec=codec()) as writer:
        writer.update_document(key="a", text="gamma")
    assert keys(index, query.Every()) == ["a", "b"]
    assert keys(index, query.Term("text", "alpha")) == []
    assert keys(index, query.Term("text", "gamma")) == ["a"]


def test_a_cancelled_writer_leaves_nothing(make, codec):
    index = make(texts("alpha"))
    before = set(index.storage.list())
    writer = index.writer(codec=codec())
    writer.add_document(text="beta")
    writer.delete_document(0)
    writer.cancel()
    assert keys(index, query.Every()) == ["0"]
    if codec is NutgrafCodec:
        assert set(index.storage.list()) == before


def test_a_document_that_fails_is_left_out(make, codec):
    index = make([])
    writer = index.writer(codec=codec())
    with pytest.raises(ValueError, match="invalid literal"):
        writer.add_document(key="0", size="seven")
    writer.add_document(key="1", size=7)
    writer.commit()
    assert keys(index, query.Term("size", 7)) == ["1"]


def test_optimizing_leaves_one_segment_without_deleted_documents(make, codec):
    index = make(texts("alpha", "beta"), [{"key": "2", "text": "alpha", "rank": 7, "note": (1,)}])
    with index.writer(codec=codec()) as writer:
        writer.delete_document(1)
    writer = index.writer(codec=codec())
    writer.commit(optimize=True)
    assert index.doc_count_all() == 2
    terms, _, values, stored, _ = contents(index)
    assert ("text", b"beta") not in terms
    assert values["rank"] == [[-1, 7]]
    assert stored[1][1]["note"] == (1,)
    if codec is NutgrafCodec:
        assert len([name for name in index.storage.list() if name.endswith(".nut")]) == 1


def test_many_small_commits_are_merged(make, codec):
    index = make()
    for number in range(20):
        add(index, codec, [{"key": str(number), "text": "alpha"}])
    assert keys(index, query.Term("text", "alpha")) == sorted(map(str, range(20)))
    with index.reader() as reader:
        assert len(reader.leaf_readers()) < 20


def test_an_index_of_deleted_documents_alone_can_be_optimized(make, codec):
    index = make(texts("alpha"))
    with index.writer(codec=codec()) as writer:
        writer.delete_document(0)
    index.writer(codec=codec()).commit(optimize=True)
    assert keys(index, query.Every()) == []
    add(index, codec, texts("beta"))
    assert keys(index, query.Term("text", "beta")) == ["0"]


def test_a_removed_field_is_gone_after_optimizing(make, codec):
    index = make(texts("alpha"))
    writer = index.writer(codec=codec())
    writer.remove_field("text")
    writer.commit(optimize=True)
    with index.reader() as reader:
        assert "text" not in reader.indexed_field_names()


def test_several_numbers_in_one_document_are_found(make):
    index = make([{"key": "0", "size": [1, 2, 300]}, {"key": "1", "size": 2}])
    assert keys(index, query.Term("size", 2)) == ["0", "1"]
    assert keys(index, query.NumericRange("size", 299, 301)) == ["0"]
    assert keys(index, query.NumericRange("size", 0, 1000)) == ["0", "1"]


def test_words_for_spelling_are_kept(make):
    schema = fields.Schema(text=fields.TEXT(spelling=True))
    index = make([{"text": "running houses"}, {"text": "houses"}], schema=schema)
    with index.searcher() as searcher:
        assert searcher.corrector("text").suggest("hoses", limit=1) == ["houses"]


def test_a_query_string_is_answered(make):
    index = make(texts("alpha beta", "alpha gamma", "delta"))
    parser = QueryParser("text", SCHEMA)
    assert keys(index, parser.parse('alpha AND NOT "alpha beta"')) == ["1"]
    assert keys(index, parser.parse("gam* OR key:2")) == ["1", "2"]


def test_an_index_in_memory_works(codec):
    index = RamStorage().create_index(SCHEMA)
    add(index, codec, texts("alpha", "beta"))
    with index.writer(codec=codec()) as writer:
        writer.delete_document(0)
    assert keys(index, query.Every()) == ["1"]


DOCUMENTS = st.fixed_dictionaries(
    {"key": st.sampled_from("abcdef")},
    optional={
        "text": st.lists(st.sampled_from("ha he ho hu ha! naïve 漢字".split())).map(" ".join),
        "loose": st.lists(st.sampled_from(["ha", "he"]), max_size=300).map(" ".join),
        "tags": st.sampled_from(["a", "a,b", "c,a,c", ""]),
        "size": st.integers(-(2**31), 2**31 - 1) | st.integers(0, 3),
        "when": st.datetimes(),
        "ready": st.booleans(),
        "note": st.none() | st.text(max_size=3) | st.binary(max_size=3) | st.floats(-9, 9),
        "rank": st.integers(-3, 3),
        "flag": st.booleans(),
        "code": st.binary(max_size=2),
    },
)
CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.lists(DOCUMENTS, max_size=4)),
        st.tuples(st.just("update"), DOCUMENTS),
        st.tuples(st.just("delete"), st.sampled_from("abcdef")),
        st.tuples(st.just("optimize"), st.none()),
    ),
    max_size=6,
)


@given(CHANGES)
def test_after_any_changes_the_index_is_that_of_the_stock_codec(changes):
    found = []
    for codec in CODECS.values():
        index = RamStorage().create_index(SCHEMA)
        for what, value in changes:
            writer = index.writer(codec=codec())
            if what == "add":
                for document in value:
                    writer.add_document(**document)
            elif what == "update":
                writer.update_document(**value)
            elif what == "delete":
                writer.delete_by_term("key", value)
            writer.commit(merge=False, optimize=what == "optimize")
        found.append(contents(index))
    assert found[0] == found[1]


def test_an_index_passes_from_one_codec_to_the_other_and_back(make, codec):
    index = make(texts("alpha beta", "beta"), [{"key": "2", "rank": 3, "size": 5, "note": b"x"}])
    index.writer(codec=codec()).commit(optimize=True)
    before = contents(index)
    for other in (NutgrafCodec, W3Codec, NutgrafCodec):
        writer = index.writer(codec=other())
        writer.commit(optimize=True)
    assert contents(index) == before


UNKEPT = {
    "vectors": (fields.TEXT(vector=True), "alpha", "no term vectors; define the field odd"),
    "characters": (fields.TEXT(chars=True), "alpha", "not their Characters; define the field odd"),
    "objects": (fields.STORED(), object(), "cannot keep a object in a stored field"),
}


@pytest.mark.parametrize("kind", UNKEPT)
def test_what_cannot_be_kept_is_refused_when_it_is_added(tmp_path, kind):
    field, value, sentence = UNKEPT[kind]
    index = create_in(tmp_path, fields.Schema(odd=field))
    with pytest.raises(NotSupported, match=sentence):
        with index.writer(codec=NutgrafCodec()) as writer:
            writer.add_document(odd=value)
    assert index.is_empty()


def test_boosts_of_single_documents_are_refused(tmp_path):
    index = create_in(tmp_path, SCHEMA)
    writer = index.writer(codec=NutgrafCodec())
    writer.add_document(text="alpha", _text_boost=2.5)
    with pytest.raises(NotSupported, match="no boosts of single documents or words; index the fi"):
        writer.commit()


def test_a_segment_by_several_processes_is_refused(tmp_path):
    index = create_in(tmp_path, SCHEMA)
    writer = index.writer(codec=NutgrafCodec())
    writer.add_document(text="alpha")
    partial = pickle.loads(pickle.dumps(writer._partial_segment()))
    with pytest.raises(NotSupported, match="make the writer with multisegment=True"):
        writer.codec.per_document_reader(index.storage, partial)
    writer._finish()


def test_several_processes_write_several_segments(tmp_path):
    index = create_in(tmp_path, SCHEMA)
    with index.writer(codec=NutgrafCodec(), procs=2, multisegment=True, batchsize=2) as writer:
        for document in texts("alpha", "beta", "alpha", "gamma"):
            writer.add_document(**document)
    assert keys(index, query.Term("text", "alpha")) == ["0", "2"]


def test_postings_outside_of_a_field_are_refused():
    for ask in (NutgrafCodec().postings_writer, NutgrafCodec().postings_reader):
        with pytest.raises(NotSupported, match="no postings outside of a field"):
            ask(None)


def test_the_boost_of_a_whole_field_counts(make):
    schema = fields.Schema(key=fields.STORED, text=fields.TEXT(field_boost=1.1))
    index = make([{"key": "0", "text": "a1 a1"}], schema=schema)
    with index.reader() as reader:
        assert reader.postings("text", "a1").weight() == pytest.approx(2.2)


def test_a_sealed_file_that_is_damaged_is_not_read(tmp_path):
    index = create_in(tmp_path, SCHEMA)
    add(index, NutgrafCodec, texts("alpha"))
    [path] = tmp_path.glob("*.nut")
    damaged = bytearray(path.read_bytes())
    damaged[70] ^= 1
    path.unlink()
    path.write_bytes(damaged)
    with pytest.raises(IndexDamaged, match=r"MAIN_.*\.nut is damaged"):
        keys(index, query.Term("text", "alpha"))


def test_a_reader_is_shared_by_threads(tmp_path):
    index = create_in(tmp_path, SCHEMA)
    words = "alpha beta gamma delta".split()
    add(index, NutgrafCodec, texts(*[" ".join(words[n % 4 :]) for n in range(500)]))
    with index.searcher() as searcher:
        wanted = [query.Phrase("text", words[n : n + 2]) for n in range(3)]
        wanted += [query.Term("text", word) for word in words] + [query.Prefix("text", "g")]

        def answers(_):
            return [
                [(hit.docnum, hit.score, hit["text"]) for hit in searcher.search(each, limit=20)]
                for each in wanted
            ]

        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(answers, range(12)))
    assert all(each == found[0] for each in found)


def test_two_states_of_deletions_are_two_segments(tmp_path):
    index = create_in(tmp_path, SCHEMA)
    add(index, NutgrafCodec, texts("alpha", "beta"))
    [before] = index._segments()
    assert before == index._segments()[0]
    with index.writer(codec=NutgrafCodec()) as writer:
        writer.delete_document(0)
    [after] = index._segments()
    assert before != after
    assert hash(before) == hash(after)
    assert isinstance(pickle.loads(pickle.dumps(after)), NutgrafSegment)
    assert pickle.loads(pickle.dumps(after)) == after


def test_a_deletion_can_be_taken_back(tmp_path):
    index = create_in(tmp_path, SCHEMA)
    add(index, NutgrafCodec, texts("alpha", "beta"))
    for deleted in (True, True, False):
        with index.writer(codec=NutgrafCodec()) as writer:
            writer.delete_document(1, delete=deleted)
        assert index.doc_count() == 2 - deleted


def test_values_are_refused_that_would_not_come_back_as_they_are():
    class Name(str):
        pass

    for value in (Name("x"), object(), [1j], {"a": print}):
        with pytest.raises(NotSupported, match="make it a text"):
            to_json(value)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text() | st.binary() | st.datetimes()
        | st.floats(allow_nan=False) | st.dates() | st.times() | st.timedeltas(),
        lambda inner: st.lists(inner) | st.tuples(inner) | st.dictionaries(st.text(), inner),
    )
)  # fmt: skip
def test_every_value_comes_back_from_json(value):
    assert from_json(to_json(value)) == value


FOREIGN = ["{}", '{"a":1,"b":2}', '{"code":"x"}', '{"decimal":"x"}', "[", '{"timedelta":1}', "x"]


@pytest.mark.parametrize("text", [*FOREIGN, "[" * 100_000])
def test_what_is_not_a_value_is_an_error_of_one_kind(text):
    with pytest.raises(ValueError, match=r".+"):
        from_json(text)


def test_a_damaged_value_is_told_with_its_file(tmp_path, monkeypatch):
    index = create_in(tmp_path, SCHEMA)
    with monkeypatch.context() as patched:
        patched.setattr("index.codec.whoosh_draft.to_json", lambda _: '{"code":"x"}')
        add(index, NutgrafCodec, [{"key": "0", "code": b"x"}])
    with index.reader() as reader:
        with pytest.raises(IndexDamaged, match=r"\.nut is damaged \(the stored fields of docume"):
            reader.stored_fields(0)
        with pytest.raises(IndexDamaged, match=r"\.nut is damaged \(a value of document 0"):
            reader.column_reader("code")[0]


def test_files_go_to_the_disk_before_the_table_of_contents_names_them(tmp_path, monkeypatch):
    synced = []
    monkeypatch.setattr("index.disk.Disk.sync", lambda _, descriptor: synced.append(descriptor))
    index = FileStorage(str(tmp_path)).create_index(SCHEMA)
    add(index, NutgrafCodec, texts("alpha"))
    assert len(synced) == 1
