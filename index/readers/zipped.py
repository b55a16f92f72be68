"""Documents that are zip archives: members are read by name, within limits, never unpacked."""

from __future__ import annotations

import io
import lzma
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import BinaryIO
from urllib.parse import unquote

from lxml import etree

from index.errors import InputError

MAX_FILE_BYTES = 256_000_000
MAX_UNPACKED_BYTES = 1_000_000_000
MAX_UNPACKED_RATIO = 200
MAX_MEMBERS = 10_000
MAX_PART_BYTES = 64_000_000  # of XML: its tree takes a multiple of that in memory
_SMALL = 1_000_000  # bytes that any file may unpack to
_ENCRYPTED = 0x1  # a flag of a member
_READ_ERRORS = (  # of zipfile, when what it reads is damaged
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error,
    EOFError, NotImplementedError, OSError, RuntimeError, ValueError,
)  # fmt: skip


class Zipped:
    """The members of an archive that has been found to keep the limits.

    Attributes:
        damaged: the members that could be done without but not read, and why.
    """

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.damaged: dict[str, str] = {}
        self._archive = archive
        self._names = {name.lower(): name for name in reversed(archive.namelist())}

    def __contains__(self, name: str) -> bool:
        return _plain(name) in self._names

    def names(self) -> list[str]:
        """The names of all members."""
        return self._archive.namelist()

    def read(self, name: str) -> bytes:
        """The bytes of a member. Raises InputError if there is none, or it cannot be read."""
        try:
            member = self._archive.getinfo(self._names[_plain(name)])
        except KeyError as error:
            raise InputError(f"the part {name} is missing in it") from error
        if member.flag_bits & _ENCRYPTED:
            raise InputError("it is locked with a password; save it without one")
        if member.file_size > MAX_PART_BYTES:
            raise InputError(f"the part {name} in it is longer than {MAX_PART_BYTES // 10**6} MB")
        try:
            return self._archive.read(member)
        except _READ_ERRORS as error:
            raise InputError(f"the part {name} in it is damaged") from error

    def parse(self, name: str) -> etree._Element:
        """A member as XML, without what it refers to. Raises InputError if it is none."""
        return parse_xml(self.read(name), name)

    def parse_if_whole(
        self, name: str, parser: Callable[[bytes, str], etree._Element] | None = None
    ) -> etree._Element | None:
        """A member that can be done without; None if it is missing or damaged."""
        if name not in self:
            return None
        try:
            return (parser or parse_xml)(self.read(name), name)
        except InputError as error:
            self.damaged[name] = str(error)
            return None


def open_zipped(stream: BinaryIO) -> Zipped:
    """Open an archive of at most 256 MB that unpacks to no more than the limits allow.

    The sizes that the archive declares can be trusted, for no more is ever read of a member.
    Raises InputError if it is no zip archive, or beyond the limits.
    """
    data = stream.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        raise InputError(f"it is longer than {MAX_FILE_BYTES // 10**6} MB; divide it")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except _READ_ERRORS as error:
        raise InputError("it is damaged or cut short: it is not a whole zip archive") from error
    members = archive.infolist()
    if len(members) > MAX_MEMBERS:
        raise InputError(f"it holds more than {MAX_MEMBERS:,} parts")
    unpacked = sum(member.file_size for member in members)
    if unpacked > min(MAX_UNPACKED_BYTES, max(MAX_UNPACKED_RATIO * len(data), _SMALL)):
        raise InputError(
            f"it unpacks to more than {MAX_UNPACKED_BYTES // 10**9} GB or to more "
            f"than {MAX_UNPACKED_RATIO} times its size"
        )
    return Zipped(archive)


def parse_xml(data: bytes, name: str, *, lenient: bool = False) -> etree._Element:
    """Parse XML; no entity is expanded, nothing is fetched, no file is opened.

    Args:
        data: the bytes.
        name: how an error calls them.
        lenient: whether to make the best of XML that is not well-formed.

    Raises:
        InputError: it is not XML.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=lenient
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise InputError(f"the part {name} in it is not XML") from error
    if root is None:
        raise InputError(f"the part {name} in it is not XML")
    return root


def local_name(element: etree._Element) -> str:
    """The name of an element without its namespace; empty for comments and entities."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def resolve(base: str, reference: str) -> str:
    """The member that a member refers to; no name leads out of the archive.

    >>> resolve("OEBPS/content.opf", "text/ch%201.xhtml#top")
    'OEBPS/text/ch 1.xhtml'
    """
    path = unquote(reference.partition("#")[0])
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(base), path)).lstrip("/")


def _plain(name: str) -> str:
    """A name as it is looked up: Office and e-book readers do not care for capitals."""
    return name.lstrip("/").lower()
