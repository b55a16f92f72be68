"""Web archives: a page is an article, whole or not at all, wherever the archive was cut."""

import base64
import gzip
import hashlib
import io
import tarfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import Article
from index.errors import InputError
from index.readers import Failure, Input, Skip, read

WORDS = "The ferry to Tarn Cross stopped at noon on Monday and did not start again before dusk."
PAGE = (
    "<!doctype html><html lang=en><head><title>Ferry stops</title></head><body><article>"
    "<h1>Ferry stops</h1>"
    + "".join(f"<p>Paragraph {n}. {WORDS} {WORDS}</p>" for n in range(4))
    + "</article></body></html>"
).encode()
URL = "https://example.org/ferry"


def http(body=PAGE, *headers, status="200 OK", kind="text/html; charset=utf-8"):
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


def record(block, *headers, url=URL, kind="response", length=None, content="application/http"):
    lines = [
        "WARC/1.0", f"WARC-Type: {kind}", f"WARC-Target-URI: {url}",
        "WARC-Date: 2021-03-04T05:06:07Z", f"Content-Type: {content}; msgtype={kind}",
        *headers, f"Content-Length: {len(block) if length is None else length}",
    ]  # fmt: skip
    return "\r\n".join([*lines, "", ""]).encode() + block + b"\r\n\r\n"


def digest(data):
    return "sha1:" + base64.b32encode(hashlib.sha1(data).digest()).decode()


def chunked(body, size=300):
    chunks = [body[place : place + size] for place in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(each), each) for each in [*chunks, b""])


def read_bytes(data, name="a.warc"):
    return list(read(io.BufferedReader(io.BytesIO(data)), Input(name, name)))


def articles(found):
    return [each for each in found if isinstance(each, Article)]


(WHOLE,) = articles(read_bytes(record(http())))


def test_a_page_is_an_article_at_its_address():
    assert (WHOLE.id, WHOLE.url, WHOLE.title) == (URL, URL, "Ferry stops")
    assert len(WHOLE.paragraphs) == 4
    assert WHOLE.date.value is None  # of when it was kept, nothing follows


TEXT = b"Ferry stops\n\n" + b"\n\n".join(b"%d. %s" % (n, WORDS.encode()) for n in range(5))


def make_forms(page, kind):
    """One page in all the ways in which it can be sent and kept."""
    zipped, deflated = gzip.compress(page), zlib.compress(page)
    packer = zlib.compressobj(wbits=-15)
    raw_deflated = packer.compress(page) + packer.flush()

    def answer(body, *headers):
        return http(body, *headers, kind=kind)

    in_chunks = "Transfer-Encoding: chunked"
    return {
        "plain": record(answer(page)),
        "with a length": record(answer(page, f"Content-Length: {len(page)}")),
        "in chunks": record(answer(chunked(page), in_chunks)),
        "gzip": record(answer(zipped, "Content-Encoding: gzip", f"Content-Length: {len(zipped)}")),
        "deflate": record(answer(deflated, "Content-Encoding: deflate")),
        "raw deflate": record(answer(raw_deflated, "Content-Encoding: deflate")),
        "gzip in chunks": record(answer(chunked(zipped), in_chunks, "Content-Encoding: gzip")),
        "chunks joined when it was kept": record(answer(page, in_chunks)),
        "unpacked when it was kept": record(
            answer(page, "Content-Encoding: br", "Content-Length: 9999")
        ),
        "with digests": record(
            answer(page),
            f"WARC-Block-Digest: {digest(answer(page))}",
            f"WARC-Payload-Digest: {digest(page)}",
        ),
        "with the digest of the joined chunks": record(
            answer(chunked(page), in_chunks), f"WARC-Payload-Digest: {digest(page)}"
        ),
        "a resource": record(page, kind="resource", content=kind),
    }


FORMS = make_forms(PAGE, "text/html; charset=utf-8")
TEXT_FORMS = make_forms(TEXT, "text/plain; charset=utf-8")


@pytest.mark.parametrize("form", FORMS)
def test_a_page_is_the_same_however_it_was_sent(form):
    (found,) = articles(read_bytes(FORMS[form]))
    assert found.paragraphs == WHOLE.paragraphs


def parts_of_cut(data, name):
    """What is read of a cut file: articles, and whether something is said to be wrong."""
    found, failed = [], False
    try:
        for each in read(io.BufferedReader(io.BytesIO(data)), Input(name, name)):
            found.append(each)
    except InputError:
        failed = True
    return articles(found), failed or any(isinstance(each, Failure) for each in found)


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gz"])
@pytest.mark.parametrize("form", TEXT_FORMS)
def test_a_record_cut_at_any_byte_never_becomes_a_shorter_article(form, pack):
    first = pack(TEXT_FORMS[form])
    second = pack(record(http(TEXT, kind="text/plain"), url=f"{URL}/2"))
    (article,) = articles(read_bytes(first))
    data = first + second
    end_of_first = len(first) if pack is gzip.compress else len(first) - 4  # the lines behind it
    end_of_second = len(data) if pack is gzip.compress else len(data) - 4
    for cut in range(1, len(data)):
        found, failed = parts_of_cut(data[:cut], "a.warc")
        assert all(each.paragraphs == article.paragraphs for each in found), cut
        whole = (cut >= end_of_first) + (cut >= end_of_second)
        assert len(found) == whole or (failed and len(found) < whole), cut
        at_a_border = end_of_first <= cut <= len(first) or cut >= end_of_second
        assert failed or at_a_border, cut


@pytest.mark.parametrize("form", ["in chunks", "gzip", "with a length", "with digests"])
def test_a_page_that_was_cut_when_it_was_kept_is_a_failure(form):
    block = TEXT_FORMS[form].partition(b"\r\n\r\n")[2][:-4]
    body = block.index(b"\r\n\r\n") + 4
    headers = [f"WARC-Block-Digest: {digest(block)}"] if form == "with digests" else []
    for cut in range(body + 20, len(block) - 5, 97):  # less of a page would be no page
        found = read_bytes(record(block[:cut], *headers))
        assert articles(found) == []
        assert [type(each) for each in found] == [Failure]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (record(http(), "WARC-Truncated: length"), "cut short when it was kept"),
        (record(http(), f"WARC-Block-Digest: {digest(b'x')}"), "block does not match"),
        (record(http(), f"WARC-Payload-Digest: {digest(b'x')}"), "payload does not match"),
        (record(http(), length=200), "Content-Length is wrong"),
        (record(http(), length=-5), "its Content-Length is '-5'"),
        (record(http(), length="many"), "its Content-Length is 'many'"),
        (record(b"not HTTP"), "no answer of a web server"),
        (record(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"), "header of the answer"),
        (record(http(b"\x0b\x02\x80", "Content-Encoding: br")), "'br', which is not read"),
        (record(http(b"\x1f\x8b\x08\0\0", "Content-Encoding: gzip")), "cut short"),
        (
            record(http(gzip.compress(b" " * 10**7), "Content-Encoding: gzip")),
            "more than 200 times",
        ),
    ],
)
def test_a_record_that_is_not_whole_is_named_and_the_next_one_is_read(data, reason):
    failure, last = read_bytes(data + record(http(), url=f"{URL}/2"))
    assert isinstance(failure, Failure)
    assert failure.name == f"a.warc, record 1 ({URL})"
    assert reason in failure.reason
    assert last.id == f"{URL}/2"


def test_what_is_no_page_is_counted():
    data = b"".join(
        [
            record(b"software: x\r\n", kind="warcinfo", content="application/warc-fields"),
            record(b"GET / HTTP/1.1\r\n\r\n", kind="request"),
            record(b"GET / HTTP/1.1\r\n\r\n", kind="request"),
            record(http(), kind="revisit"),
            record(http(status="404 Not Found")),
            record(http(b"\xff\xd8\xff", kind="image/jpeg")),
            record(http(b"\xff\xd8\xff\xe0")),
        ]
    )
    found = read_bytes(data)
    assert all(isinstance(each, Skip) for each in found)
    assert {each.reason for each in found} == {
        "1 record: of the type 'warcinfo'",
        "2 records: of the type 'request'",
        "1 record: of the type 'revisit'",
        "1 record: answers with the status 404",
        "1 record: of the content type 'image/jpeg'",
        "1 record: pages that are none, by what they hold",
    }


def test_a_page_that_was_kept_twice_is_read_twice_only_if_it_had_changed():
    changed = PAGE.replace(b"noon", b"dawn")
    found = read_bytes(record(http()) + record(http()) + record(http(changed)))
    assert [each.id for each in articles(found)] == [URL, f"{URL}@2021-03-04T05:06:07Z"]
    assert found[-1].reason == "1 record: captures of pages that had not changed"


def test_a_text_is_an_article_and_its_encoding_is_that_of_the_header():
    block = http(
        "Łódź\n\nPadał deszcz.".encode("iso-8859-2"), kind="text/plain; charset=ISO-8859-2"
    )
    (found,) = read_bytes(record(block))
    assert (found.title, found.paragraphs) == ("Łódź", ("Padał deszcz.",))


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_real_archives_cut_anywhere_give_no_shorter_article(data, tmp_path, pack):
    with tarfile.open(data("formats.tar.xz")) as archive:
        names = [name for name in archive.getnames() if name.endswith("warcio/example-digest.warc")]
        whole = archive.extractfile(names[0]).read()
    known = {each.content_hash() for each in articles(read_bytes(whole))}
    packed = pack(whole)
    for cut in range(1, len(packed), 13):
        found, _ = parts_of_cut(packed[:cut], "a.warc")
        assert {each.content_hash() for each in found} <= known


@given(st.binary(max_size=400), st.integers(0, 2000))
def test_bytes_that_are_put_anywhere_do_no_harm(noise, place):
    data = TEXT_FORMS["with digests"]
    (whole,) = articles(read_bytes(data))
    for each in parts_of_cut(data[:place] + noise + data[place:], "a.warc")[0]:
        assert each.paragraphs == whole.paragraphs or b"WARC/" in noise
