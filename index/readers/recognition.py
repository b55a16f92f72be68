"""Which kind of file is it? By what its bytes say, and only then by the ending of its name."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file.

    Attributes:
        name: how messages call it, as in "it is a picture".
        module: the module of ``index.readers`` that reads it; empty if none does.
        extra: the extra of the distribution that brings the library that it needs.
        advice: what to do with one that may hold an article, but is not read. Without it, a
            kind that is not read holds none.
        seeks: whether its bytes are not read in their order.
    """

    name: str
    module: str = ""
    extra: str = ""
    advice: str = ""
    seeks: bool = False


TEXT = Kind("plain text", "text")
MARKDOWN = Kind("Markdown", "markdown")
HTML = Kind("an HTML page", "html")
JSON = Kind("JSON", "json_objects")
JSONL = Kind("JSON Lines", "jsonl")
TABLE = Kind("a table", "table")
FEED = Kind("a feed", "feed")
WARC = Kind("a web archive", "warc")
MAIL = Kind("a mail", "mail")
MBOX = Kind("a mailbox", "mbox")
PDF = Kind("a PDF file", "pdf", extra="pdf", seeks=True)
DOCX = Kind("a Word document", "docx", seeks=True)
EPUB = Kind("an EPUB book", "epub", seeks=True)
ZIP = Kind("a zip archive", "archives.zips", seeks=True)
TAR = Kind("a tar archive", "archives.tars")
GZIP = Kind("a gzip file", "archives.compressed")
BZIP2 = Kind("a bzip2 file", "archives.compressed")
XZ = Kind("an xz file", "archives.compressed")
COMPRESSED = (GZIP, BZIP2, XZ)

PICTURE = Kind("a picture")
SOUND = Kind("a sound recording")
FILM = Kind("a film")
FONT = Kind("a font")
PROGRAM = Kind("a program")
SCRIPT = Kind("a script")
STYLES = Kind("a style sheet")
SETTINGS = Kind("a file of settings")
LOG = Kind("a log")
DATABASE = Kind("a database")
DATA = Kind("data of a program")
SPREADSHEET = Kind("a spreadsheet", advice="save it as CSV and index that")
SLIDES = Kind("a presentation", advice="save it as PDF and index that")
OLD_WORD = Kind("an old Office document", advice="save it as DOCX and index that")
OPEN_DOCUMENT = Kind("an OpenDocument file", advice="save it as DOCX and index that")
RICH_TEXT = Kind("an RTF document", advice="save it as DOCX and index that")
POSTSCRIPT = Kind("PostScript", advice="convert it to PDF and index that")
ARC = Kind("an ARC file, the older web archive", advice="convert it to WARC and index that")
PACKED = Kind("compressed in a way that is not read", advice="unpack it and index the result")
OTHER_XML = Kind("XML that is neither a page nor a feed")
UNKNOWN = Kind("a binary file of a kind that is not known")

HEAD_BYTES = 8192  # as many as are looked at

_MAGIC: tuple[tuple[Kind, int, tuple[bytes, ...]], ...] = (
    (GZIP, 0, (b"\x1f\x8b",)),
    (XZ, 0, (b"\xfd7zXZ\0",)),
    (ZIP, 0, (b"PK\3\4", b"PK\5\6", b"PK\7\x08PK\3\4", b"PK00PK\3\4")),
    (TAR, 257, (b"ustar",)),
    (WARC, 0, (b"WARC/",)),
    (ARC, 0, (b"filedesc://",)),
    (PICTURE, 0, (b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"\xff\xd8\xff", b"II*\0")),
    (PICTURE, 0, (b"MM\0*", b"8BPS\0", b"\0\0\1\0", b"\0\0\0\x0cjP  ")),
    (PICTURE, 8, (b"WEBP", b"avif", b"heic", b"mif1")),
    (SOUND, 0, (b"ID3\2", b"ID3\3", b"ID3\4", b"fLaC\0", b"OggS\0", b"\xff\xfb", b"MThd\0")),
    (SOUND, 8, (b"WAVE", b"AIFF", b"M4A ")),
    (POSTSCRIPT, 0, (b"%!PS-Adobe",)),
    (FILM, 4, (b"ftyp", b"moov", b"mdat")),
    (FILM, 0, (b"\x1aE\xdf\xa3", b"FLV\1", b"\0\0\1\xba", b"\0\0\1\xb3", b"0&\xb2u\x8ef\xcf\x11")),
    (FILM, 8, (b"AVI ",)),
    (FONT, 0, (b"wOFF", b"wOF2", b"OTTO", b"ttcf", b"\0\1\0\0\0")),
    (PROGRAM, 0, (b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe")),
    (PROGRAM, 0, (b"\0asm", b"!<arch>\n", b"dex\n03")),
    (SCRIPT, 0, (b"#!/", b"#! /", b"<?php")),
    (DATABASE, 0, (b"SQLite format 3\0", b"\0\1\0\0Standard ")),
    (DATA, 0, (b"\x93NUMPY", b"PAR1\x15", b"\x89HDF", b"Obj\1", b"ARROW1\0")),
    (RICH_TEXT, 0, (b"{\\rtf",)),
    (OLD_WORD, 0, (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",)),
    (PACKED, 0, (b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"\x28\xb5\x2f\xfd", b"\x04\x22\x4d\x18")),
    (PACKED, 0, (b"MSCF\0", b"\x1f\x9d", b"\x1f\xa0", b"LZIP\1")),
)
_BZIP2 = re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)")
_PDF = re.compile(rb"%PDF-\d")

_ENDINGS: dict[str, Kind] = {
    ending: kind
    for kind, endings in (
        (TEXT, ".txt .text .asc"),
        (MARKDOWN, ".md .markdown .mdown .mkd"),
        (HTML, ".html .htm .xhtml .shtml"),
        (JSON, ".json"),
        (JSONL, ".jsonl .ndjson"),
        (TABLE, ".csv .tsv .tab"),
        (FEED, ".rss .atom"),
        (WARC, ".warc"),
        (MAIL, ".eml"),
        (MBOX, ".mbox .mbx"),
        (PDF, ".pdf"),
        (DOCX, ".docx"),
        (EPUB, ".epub"),
        (ZIP, ".zip"),
        (TAR, ".tar"),
        (GZIP, ".gz .tgz"),
        (BZIP2, ".bz2 .tbz2"),
        (XZ, ".xz .txz"),
        (PICTURE, ".png .jpg .jpeg .gif .webp .tif .tiff .svg .ico .bmp .eps .xpm .heic .psd"),
        (SOUND, ".mp3 .wav .flac .ogg .m4a .mid"),
        (FILM, ".mp4 .mov .avi .mkv .webm .mpg .mpeg"),
        (FONT, ".woff .woff2 .ttf .otf .eot"),
        (PROGRAM, ".exe .dll .so .dylib .o .a .pyc .class .jar .wasm"),
        (DATABASE, ".db .sqlite .sqlite3 .mdb"),
        (DATA, ".pkl .pickle .npy .npz .parquet .cdx .cdxj"),
        (SCRIPT, ".js .mjs .cjs .ts .tsx .jsx .py .rb .pl .php .sh .bash .bat .ps1 .c .h .cc .cpp"),
        (SCRIPT, ".hpp .cs .java .go .rs .swift .kt .lua .r .sql .vbs .asp .aspx .jsp .m4 .mk"),
        (STYLES, ".css .scss .sass .less .xsl .xslt"),
        (SETTINGS, ".yaml .yml .toml .ini .cfg .conf .lock .properties .plist .xsd .dtd .map"),
        (LOG, ".log"),
    )
    for ending in endings.split()
}
READ_ENDINGS = tuple(sorted(ending for ending, kind in _ENDINGS.items() if kind.module))


def recognize(head: bytes, name: str) -> Kind:
    """Tell the kind of a file.

    Args:
        head: its first HEAD_BYTES bytes, or all if it has fewer.
        name: its name; only the ending counts.
    """
    by_name = _ENDINGS.get(ending_of(name))
    told = _by_magic(head) or _by_text(_as_text(head), by_name)
    if told:
        return told
    if _is_binary(head):
        return by_name or UNKNOWN  # which its reader will find damaged, if there is one
    return by_name or TEXT


def ending_of(name: str) -> str:
    """The ending of a name with its point; of ".jsonl", which is nothing else, the whole."""
    last = name.lower().rpartition("/")[2]
    return last[last.rfind(".") :] if "." in last else ""


def _by_magic(head: bytes) -> Kind | None:
    """The kind whose mark the first bytes bear."""
    for kind, place, marks in _MAGIC:
        if head.startswith(marks, place) and not (place == 8 and not _is_boxed(head)):
            return kind
    if _BZIP2.match(head):
        return BZIP2
    if _PDF.search(head, 0, 1024) and not head.lstrip().startswith((b"<", b"From ")):
        return PDF
    if head.startswith(b"MZ") and b"\0" in head[:64]:
        return PROGRAM
    return TAR if _is_tar_header(head) else None


def _is_boxed(head: bytes) -> bool:
    """Whether what stands at byte 8 is the name of a format."""
    return head.startswith((b"RIFF", b"FORM")) or head[4:8] == b"ftyp"


def _is_tar_header(head: bytes) -> bool:
    """Whether the first block is a header of tar, of the time before it had a mark."""
    block = head[:512]
    if len(block) < 512 or not block[0]:
        return False
    printed = block[148:156].strip(b" \0")
    if not re.fullmatch(rb"[0-7]{1,7}", printed):
        return False
    return int(printed, 8) == sum(block) - sum(block[148:156]) + 8 * 32


def _is_binary(head: bytes) -> bool:
    """Whether it is no text in any encoding: there are zeros in it, and not those of UTF-16."""
    return b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff"))


_ENCODED_WIDE = (
    (b"\xff\xfe\0\0", "utf-32-le"),
    (b"\0\0\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)


def _as_text(head: bytes) -> str:
    """The first characters; those beyond ASCII do not matter here."""
    for mark, encoding in _ENCODED_WIDE:
        if head.startswith(mark):
            return head[len(mark) :].decode(encoding, errors="replace").lstrip()
    return head.removeprefix(b"\xef\xbb\xbf").decode("latin-1").lstrip("\n\r\t ")


_PROLOGUE = re.compile(
    r"\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE\s+(?!html)[^>\[]*(?:\[.*?\]\s*)?>", re.S | re.I
)
_ROOT = re.compile(r"<(!doctype\s+html|[a-z][\w:.-]*)", re.I)
_PAGE_ROOTS = {"head", "body", "title", "meta", "div", "p", "article", "h1", "table", "link"}
_FEED_ROOTS = {"rss", "feed", "rdf:rdf", "channel"}
_FRONT_MATTER = re.compile(
    r"(---|\+\+\+)[ \t]*\r?\n(?:[ \t]*(?:#.*)?\r?\n)*[\w\"'-]+[ \t]*[:=]"
    r"(?:.*\r?\n){1,200}?\1[ \t]*\r?\n"
)
_JSON = re.compile(r"(?:\{\s*(?:\"|\}\s*$)|\[\s*\{)")
_JSON_LINES = re.compile(r"\{[^\n]*\}[ \t]*\r?\n\s*\{\s*\"")
_MBOX = re.compile(r"From \S+ [^\n]*\d{4}[^\n]*\r?\n[\w-]+:[ \t]")
_MAIL_LINE = re.compile(r"([A-Za-z][\w-]*):[^\n]*\n(?:[ \t][^\n]*\n)*")


def _by_text(text: str, by_name: Kind | None) -> Kind | None:
    """The kind of a text whose beginning has a form of its own."""
    if text.startswith("<"):
        return _by_root(text, by_name)
    if _JSON.match(text) and by_name not in (TABLE, MARKDOWN, SCRIPT, STYLES, SETTINGS):
        return JSONL if by_name is JSONL or _JSON_LINES.match(text) else JSON
    if _MBOX.match(text):
        return MBOX
    if by_name in (None, TEXT, MAIL) and _is_mail(text):
        return MAIL
    if by_name in (None, TEXT) and _FRONT_MATTER.match(text):
        return MARKDOWN
    return None


def _by_root(text: str, by_name: Kind | None) -> Kind | None:
    """The kind of a text that opens with a tag, by the first element of it."""
    place = 0
    while found := _PROLOGUE.match(text, place):
        place = found.end()
    root = _ROOT.match(text, place)
    name = " ".join(root[1].lower().split()) if root else ""
    is_xml = text.startswith("<?xml") or by_name is FEED
    if name in _FEED_ROOTS or name.endswith((":feed", ":rss")):
        return FEED
    if name in ("!doctype html", "html") or (name in _PAGE_ROOTS and by_name is not MARKDOWN):
        return HTML
    if name == "svg":
        return PICTURE
    if by_name in (HTML, MARKDOWN, TEXT, MAIL, MBOX, FEED, STYLES, SCRIPT):
        return None
    return OTHER_XML if is_xml and name else None


def _is_mail(text: str) -> bool:
    """Whether a text opens with a header of a mail: who, and when, to whom or about what."""
    names: set[str] = set()
    place = 0
    while found := _MAIL_LINE.match(text, place):
        names.add(found[1].lower())
        place = found.end()
    if names & {"received", "return-path", "mime-version", "message-id"}:
        return len(names) >= 2
    return "from" in names and len(names & {"date", "to", "subject"}) >= 2
