r"""The files of an index: what stands in them, byte for byte.

Words. An index is a set of *segments*. A segment holds *articles*, and of each its *paragraphs*
in order; paragraphs are numbered through the segment from 0 (``doc``), articles too. A *field*
is what is indexed of them. A field of level "paragraph" is posted by paragraph, one of level
"article" by article: a title counts for every paragraph of its article, and is stored once.
A *term* is what a field is asked for, bytes of UTF-8; a *posting* is one term in one document
(of the field's level); a *token* is one occurrence; a *form* is how it was printed.

Files. Every file is sealed: a header, arrays, a directory of the arrays in JSON, checksums of
each 64 KiB, a footer; ``layout`` tells every byte. Numbers are little-endian. Nothing is ever
pickled, evaluated or imported by name; no file is changed once it is written.

======================== ========= =========================================================
nutgraf.json             JSON      says that the folder is ours, the format, which index it is
commit.N                 commit    which segments make up the index since commit N
segment-ID.nut           segment   a segment
segment-ID.N.deleted     deleted   a bit a paragraph, high bits first: 1 is deleted by commit N
families.N               families  which paragraphs are copies of each other, since commit N
_MAIN_N.toc              Whoosh's  for other Whoosh programs; nutgraf writes it and never reads it
======================== ========= =========================================================

Arrays of a segment. Names are those of fields, columns and texts, with the part after a point.
An array is left out where it would be empty and its table says so ("if any").

============================= ============== ================================================
first_doc                     segment        where each article begins
F.terms, infos, heads,        terms          the sorted dictionary of a field
F.reversed
F.gaps, gap_at, gap_big       gaps           the documents of each term
F.freq_bits, freqs, freq_at,  field          how often in each document
freq_big
F.positions, high_bits, highs field          where in each document
F.position_at, position_big
F.forms, form_bits, form_at,  forms          how it was printed there
form_big
F.lengths, length_at,         field          the tokens of each document
length_big
F.champion_terms,             champions      the best postings of frequent terms
champion_docs, champion_codes
C.values                      columns        numbers: days and moments of publication
C.codes, words                columns        words: source, author, language
sketch.words, keys, highs,    sketches       by which copies find each other
lows
T.blocks, ends, firsts,       texts          the paragraphs, and the headers of the articles
sizes, size_at, size_big
============================= ============== ================================================

The modules of the right column tell what the numbers in the arrays mean; ``index.shingles`` how
the hashes of sketches are made, ``index.family_file`` what stands in the file of families.

A Whoosh program can write segments in this format, too (``whoosh_codec``). Each of its documents
is an article of its own; the meta says ``whoosh``; stored fields are the texts "stored fields",
columns are called "column NAME". nutgraf makes none of them and names none in its commits.

A worked example: two articles, of two paragraphs and of one.

>>> import io
>>> from concurrent.futures import ThreadPoolExecutor
>>> from index.article import Article
>>> from index.builder import SegmentBuilder
>>> from index.codec.sealed import SealedFile, SealedWriter
>>> from index.tokens import BatchTokenizer
>>> class File(io.BytesIO):
...     name = "segment"
...     def sync(self): pass
...     def close(self): pass
>>> file = File()
>>> with ThreadPoolExecutor(1) as pool:
...     builder = SegmentBuilder(BatchTokenizer(), io.BytesIO, pool)
...     siege = Article("a", ("The siege.", "A siege, the Siege of Acre"), title="Siege")
...     builder.add([(siege, "hash of a"), (Article("b", ("Sieges",)), "hash of b")])
...     builder.take_words()
...     builder.write(SealedWriter(file, "segment", bytes(16)))
>>> segment = SealedFile(file.getvalue(), "segment", "segment")
>>> segment.array("first_doc").tolist()  # "a" has the documents 0 and 1, "b" has 2
[0, 2, 3]

The dictionary has five terms. A row of ``infos`` says where the parts of a term begin, and the
row below where they end: its text in ``terms``, its first posting, its first byte in ``gaps``,
its first document, then its first item in ``freqs``, ``positions``, ``forms``, ``form_bits``
and ``highs``.

>>> segment.array("text.terms").tobytes()
b'a\nacr\nof\nsieg\nthe\n'
>>> segment.array("text.infos").reshape(-1, 9)[3:5].tolist()
[[9, 3, 0, 0, 0, 3, 7, 0, 0], [14, 6, 2, 0, 1, 7, 26, 1, 0]]

So "sieg" has the postings 3 to 5: document 0, and then, by the gaps 1 and 1, 1 and 2. In
``freq_bits`` the bit of posting 4 is set: its frequency, 2, is the first one in ``freqs``.

>>> segment.array("text.gaps")[0:2].tolist()
[1, 1]
>>> segment.array("text.freq_bits").tolist(), segment.array("text.freqs").tolist()
([16], [2])

Its four tokens stand at position 1 in document 0, at 1 and 3 in document 1, at 0 in document 2.
Their forms, two bits each, low bits first: 0, 0, 1, 2, in the table of the term's forms.

>>> segment.array("text.positions")[3:7].tolist()
[1, 1, 3, 0]
>>> bin(segment.array("text.form_bits")[0])
'0b10010000'
>>> segment.array("text.forms").tobytes()[7:26]
b'siege\nSiege\nSieges\n'

The title is that of both paragraphs of "a", and stands there once.

>>> segment.array("title.terms").tobytes(), segment.array("title.lengths").tolist()
(b'sieg\n', [1, 0])
"""
