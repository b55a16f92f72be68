"""Bytes of a web page -> a tree: the encoding that holds, and a parser that trusts nothing."""

from __future__ import annotations

import codecs
import re

from lxml import etree, html

from index.errors import InputError
from index.repair import decode

MAX_PAGE_BYTES = 20_000_000

_BOMS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_HEAD_BYTES = 8_192
_DECLARED = re.compile(
    rb"<meta[^<>]{0,400}?\bcharset\s*=\s*[\"']?\s*([\w.:-]{2,40})"
    rb"|<\?xml[^<>]{0,200}?\bencoding\s*=\s*[\"']([\w.:-]{2,40})",
    re.IGNORECASE,
)
# What pages that name these encodings are written in, as browsers read them.
_READ_AS = {
    "ascii": "cp1252", "us-ascii": "cp1252", "iso-8859-1": "cp1252", "iso8859-1": "cp1252",
    "latin1": "cp1252", "latin-1": "cp1252", "iso-8859-9": "cp1254", "iso-8859-11": "cp874",
    "tis-620": "cp874", "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030",
    "big5": "big5hkscs", "shift_jis": "cp932", "shift-jis": "cp932", "x-sjis": "cp932",
    "sjis": "cp932", "euc-kr": "cp949", "ks_c_5601-1987": "cp949", "windows-31j": "cp932",
    "x-mac-cyrillic": "mac-cyrillic", "x-cp1251": "cp1251", "x-cp1252": "cp1252",
}  # fmt: skip
# Of a thousand characters, so many may be broken before another encoding is tried.
_BROKEN = 5
_NO_XML = re.compile("[\x00-\x08\x0b\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
# Tags that old pages open and never close: where they nest too deeply, the page is read without.
_INLINE = re.compile(r"</?(?:font|b|i|u|em|strong|span|big|small|tt|center|a)\b[^<>]*>", re.I)

# The parser compares each attribute of an element with all others: tens of thousands take minutes.
_MAX_ATTRIBUTES = 5_000
_VALUE = r"=\s*+(?:\"[^\"]*+\"?|'[^']*+'?)"
_LONG_TAG = re.compile(rf"<[a-zA-Z](?:{_VALUE}|[^>])*+")


def decode_page(data: bytes, charset: str = "") -> str:
    """Decode a page: by its byte order mark, as its container or it itself declares, as detected.

    What declares an encoding of single bytes, but is UTF-8, is read as UTF-8.

    Args:
        data: the page.
        charset: the encoding that was declared in HTTP or by another container.

    Raises:
        InputError: the bytes are not text.
    """
    if data.startswith(_BOMS):
        return decode(data)
    encoding = _encoding(charset) or _encoding(_declared(data))
    if not encoding:
        return decode(data)
    if _is_utf8(data):
        return data.decode("utf-8")
    text = data.decode(encoding, errors="replace")
    broken = text.count("\ufffd") - data.count(b"\xef\xbf\xbd")
    return text if broken * 1000 <= len(text) * _BROKEN else decode(data)


def parse(page: str) -> html.HtmlElement:
    """Parse a page. Nothing is fetched, no entity of its own is expanded, and depth is limited.

    Raises:
        InputError: there is no markup and no text, or more nesting or attributes than any page has.
    """
    if _is_crowded(page):
        raise InputError(f"an element in it has more than {_MAX_ATTRIBUTES:,} attributes")
    root, whole = _parse(page)
    if not whole:
        root, whole = _parse(_INLINE.sub(" ", page))
    if not whole:
        raise InputError("its markup is nested too deeply, over 256 elements")
    return root


def _parse(page: str) -> tuple[html.HtmlElement, bool]:
    """The tree, and whether it holds all of the page."""
    parser = html.HTMLParser(
        encoding="utf-8",
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
        default_doctype=False,
        no_network=True,
        huge_tree=False,
    )
    data = _NO_XML.sub(" ", page).encode()
    try:
        root = html.document_fromstring(data, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, AssertionError) as error:
        raise InputError("it holds no article: there is no text in it") from error
    limited = any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log)
    return root, not limited


def _is_crowded(page: str) -> bool:
    """Tell whether an element has more attributes than the parser can compare in bounded time."""
    for tag in _LONG_TAG.finditer(page):
        if tag.end() - tag.start() > 2 * _MAX_ATTRIBUTES:
            names = re.sub(_VALUE, " ", tag[0])
            if len(re.findall(r"[\s/]++[^\s/]", names)) > _MAX_ATTRIBUTES:
                return True
    return False


def _declared(data: bytes) -> str:
    """The encoding that the page declares at its beginning."""
    match = _DECLARED.search(data[:_HEAD_BYTES])
    return (match[1] or match[2]).decode("ascii") if match else ""


def _encoding(label: str) -> str:
    """Python's name of a declared encoding; empty where it is none that text is written in."""
    label = label.strip().strip("\"'").lower()
    try:
        codec = codecs.lookup(_READ_AS.get(label, label))
        b"".decode(codec.name)  # some codecs turn bytes into bytes
    except (LookupError, TypeError, ValueError):
        return ""
    # A declaration that could be read byte by byte is not in UTF-16.
    return (
        ""
        if codec.name.startswith(("utf-16", "utf-32", "utf-7", "idna", "punycode"))
        else codec.name
    )


def _is_utf8(data: bytes) -> bool:
    """Tell whether bytes are UTF-8; others become so by chance only where they are very few."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
