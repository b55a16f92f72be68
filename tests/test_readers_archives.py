"""Archives: each member is read, none of them can do harm, and damage is named."""

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile

import pytest

from index.article import Article
from index.errors import InputError
from index.readers import Failure, Input, Skip, read
from index.readers.limits import MAX_MEMBERS, MAX_UNPACKED_BYTES, Allowance, TooMuch

STORY = b"Ferry stops\n\nThe ferry stopped at noon.\n\nIt did not start again.\n"
OTHER = b"Bridge opens\n\nThe bridge opened at dawn.\n\nNobody came.\n"


def read_bytes(data, name):
    return list(read(io.BufferedReader(io.BytesIO(data)), Input(name, name)))


def make_zip(*members, method=zipfile.ZIP_DEFLATED):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return packed.getvalue()


def make_tar(*members, mode="w"):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=mode) as archive:
        for name, data in members:
            info = name if isinstance(name, tarfile.TarInfo) else tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return packed.getvalue()


def ids(found):
    return [each.id for each in found if isinstance(each, Article)]


PACKERS = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}
TARS = [
    (".tar", "w"),
    (".tar.gz", "w:gz"),
    (".tgz", "w:gz"),
    (".tar.bz2", "w:bz2"),
    (".txz", "w:xz"),
]


@pytest.mark.parametrize(("ending", "pack"), PACKERS.items())
def test_a_compressed_file_is_read_under_its_own_name(ending, pack):
    (found,) = read_bytes(pack(STORY), f"ferry.txt{ending}")
    assert (found.id, found.title) == (f"ferry.txt{ending}", "Ferry stops")


@pytest.mark.parametrize(("ending", "mode"), TARS)
def test_the_members_of_a_tar_archive_are_articles(ending, mode):
    packed = make_tar(("a/ferry.txt", STORY), ("bridge.txt", OTHER), mode=mode)
    name = f"news{ending}"
    assert ids(read_bytes(packed, name)) == [f"{name}/a/ferry.txt", f"{name}/bridge.txt"]


def test_the_members_of_a_zip_archive_are_articles_whatever_its_name_is():
    packed = make_zip(("a/ferry.txt", STORY), ("a/", b""), ("bridge.txt", OTHER))
    assert ids(read_bytes(packed, "news.dat")) == ["news.dat/a/ferry.txt", "news.dat/bridge.txt"]


def test_a_file_in_an_archive_may_be_called_like_a_part_of_a_document():
    packed = make_zip(("content.xml", STORY), ("ferry.txt", STORY))
    assert "archive.zip/ferry.txt" in ids(read_bytes(packed, "archive.zip"))
    (failure,) = read_bytes(make_zip(("content.xml", b""), ("META-INF/manifest.xml", b"")), "a.odt")
    assert "OpenDocument" in failure.reason


def test_archives_are_opened_in_archives_but_not_in_those():
    inner = make_zip(("ferry.txt", STORY))
    middle = make_zip(("inner.zip", inner), ("bridge.txt", OTHER))
    (first,) = read_bytes(make_zip(("inner.zip", inner)), "a.zip")
    assert first.id == "a.zip/inner.zip/ferry.txt"
    refused, bridge = read_bytes(make_zip(("middle.zip", middle)), "a.zip")
    assert refused.name == "a.zip/middle.zip/inner.zip"
    assert "an archive in an archive in an archive" in refused.reason
    assert bridge.id == "a.zip/middle.zip/bridge.txt"


def test_a_compressed_tar_archive_counts_as_one():
    inner = make_tar(("ferry.txt", STORY), mode="w:gz")
    assert ids(read_bytes(make_zip(("b.tar.gz", inner)), "a.zip")) == ["a.zip/b.tar.gz/ferry.txt"]


@pytest.mark.parametrize(
    ("name", "article_id"),
    [
        ("../../etc/ferry.txt", "n.zip/etc/ferry.txt"),
        ("/etc/ferry.txt", "n.zip/etc/ferry.txt"),
        ("..\\..\\ferry.txt", "n.zip/ferry.txt"),
        ("a/./b//ferry.txt", "n.zip/a/b/ferry.txt"),
    ],
)
def test_no_name_of_a_member_leads_out_of_the_archive(name, article_id):
    assert ids(read_bytes(make_zip((name, STORY)), "n.zip")) == [article_id]


def test_the_name_of_a_member_may_be_utf8_that_does_not_say_so():
    packed = make_zip(("xxxxxx.txt", STORY)).replace(b"xxxxxx", "Łódź"[:3].encode() + b"z")
    assert ids(read_bytes(packed, "n.zip")) == ["n.zip/Łódz.txt"]


def test_a_member_of_tar_may_have_a_name_that_is_not_utf_8():
    packed = make_tar(("caf\udce9.txt", STORY), ("a\x1bb.txt", OTHER))
    assert ids(read_bytes(packed, "a.tar")) == ["a.tar/caf\xe9.txt", "a.tar/a\\x1bb.txt"]


def test_of_two_members_with_one_name_the_second_is_named():
    with pytest.warns(UserWarning, match="Duplicate name"):
        packed = make_zip(("a.txt", STORY), ("a.txt", OTHER))
    first, second = read_bytes(packed, "n.zip")
    assert first.title == "Ferry stops"
    assert second == Failure("n.zip/a.txt", "an earlier member of the archive has its name")


def test_links_devices_and_hidden_files_are_skipped():
    link, device = tarfile.TarInfo("link.txt"), tarfile.TarInfo("device")
    link.type, link.linkname, device.type = tarfile.SYMTYPE, "/etc/passwd", tarfile.CHRTYPE
    found = read_bytes(
        make_tar((link, b""), (device, b""), (".hidden", b"x"), ("__MACOSX/a", b"x")), "n.tar"
    )
    assert [type(each) for each in found] == [Skip] * 4
    linked = zipfile.ZipInfo("link.txt")
    linked.external_attr = 0o120777 << 16
    assert read_bytes(make_zip((linked, "/etc/passwd")), "n.zip") == [
        Skip("n.zip/link.txt", "it is a link")
    ]


def test_an_encrypted_member_is_a_failure_with_the_way_out():
    packed = bytearray(make_zip(("a.txt", STORY), ("b.txt", OTHER), method=zipfile.ZIP_STORED))
    packed[6] |= 1
    packed[packed.index(b"PK\1\2") + 8] |= 1
    refused, read_on = read_bytes(bytes(packed), "n.zip")
    assert "encrypted" in refused.reason
    assert read_on.id == "n.zip/b.txt"


def test_a_damaged_member_is_named_and_the_others_are_read():
    packed = make_zip(("a.txt", STORY), ("b.txt", OTHER), method=zipfile.ZIP_STORED)
    damaged, whole = read_bytes(packed.replace(b"at noon", b"at moon"), "n.zip")
    assert damaged.name == "n.zip/a.txt"
    assert "damaged" in damaged.reason
    assert whole.id == "n.zip/b.txt"


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_a_tar_archive_cut_anywhere_says_so(mode):
    packed = make_tar(("a.txt", STORY), ("b.txt", OTHER), mode=mode)
    whole = ids(read_bytes(packed, "n.tar"))
    end = 2048 if mode == "w" else len(packed)  # behind it there is only the mark of the end
    for cut in range(1, end + 1 if mode == "w" else end, 7):
        found = []
        with pytest.raises(InputError):
            for each in read(io.BufferedReader(io.BytesIO(packed[:cut])), Input("n.tar", "n.tar")):
                found.append(each)
                if isinstance(each, Failure):
                    raise InputError(each.reason)
        articles = [each for each in found if isinstance(each, Article)]
        assert ids(articles) == whole[: len(articles)]
        assert all(each.paragraphs[-1][-1] == "." for each in articles)


def test_a_zip_archive_cut_anywhere_is_a_failure():
    packed = make_zip(("a.txt", STORY), ("b.txt", OTHER))
    for cut in range(4, len(packed)):
        with pytest.raises(InputError, match="damaged or cut short"):
            read_bytes(packed[:cut], "n.zip")


@pytest.mark.parametrize(("ending", "pack"), PACKERS.items())
def test_a_compressed_file_cut_anywhere_is_a_failure(ending, pack):
    packed = pack(STORY)
    for cut in range(10, len(packed)):
        with pytest.raises(InputError, match="damaged or cut short"):
            read_bytes(packed[:cut], f"a.txt{ending}")


def test_a_member_of_tar_that_cannot_be_that_large_ends_the_archive():
    packed = bytearray(make_tar(("a.txt", STORY)))
    packed[124:136] = b"\x80" + struct.pack(">xxxQ", 1 << 62)
    packed[148:156] = b" " * 8
    packed[148:156] = b"%06o\0 " % sum(packed[:512])
    with pytest.raises(InputError, match="cannot be that large"):
        read_bytes(bytes(packed), "n.tar")


def test_a_member_that_unpacks_to_too_much_is_named_and_the_others_are_read():
    plain = b"".join(b"%d " % (number * 7919) for number in range(100_000))
    bomb, story = read_bytes(
        make_zip(("bomb.txt", b"\0" * (4 << 20)), ("a.txt", STORY), ("b.txt", plain)), "n.zip"
    )[:2]
    assert "200 times" in bomb.reason
    assert story.id == "n.zip/a.txt"


def test_bombs_in_bombs_do_not_go_off():
    with pytest.raises(InputError, match="200 times"):
        read_bytes(gzip.compress(gzip.compress(b"\n" * 10**8)), "bomb.gz")
    with pytest.raises(InputError, match="200 times"):
        read_bytes(make_zip(*((f"{n}.dat", b"\0" * 10**6) for n in range(500))), "bomb.zip")


@pytest.mark.parametrize("make", [make_zip, make_tar])
def test_an_archive_may_have_ten_thousand_members_and_no_more(make):
    members = [(f"{number}", b"\xff\xd8\xff") for number in range(MAX_MEMBERS)]
    assert len(read_bytes(make(*members), "n")) == MAX_MEMBERS
    with pytest.raises(InputError, match="more than 10,000 members"):
        read_bytes(make(*members, ("one", b"more")), "n")


def test_a_file_may_unpack_to_a_gigabyte_and_no_more():
    allowance = Allowance()
    allowance.take(MAX_UNPACKED_BYTES)
    with pytest.raises(TooMuch, match="1 GB"):
        allowance.take(1)


def test_a_file_called_an_archive_that_is_none_is_a_failure():
    for name in ("a.zip", "a.tar", "a.gz", "a.bz2", "a.xz"):
        with pytest.raises(InputError, match="damaged or cut short"):
            read_bytes(b"this is not packed at all, whatever it is called", name)


@pytest.mark.parametrize("data", [make_zip(), make_zip(("a/", b"")), make_tar()])
def test_an_archive_of_nothing_is_skipped(data):
    assert read_bytes(data, "n.tar") == [Skip("n.tar", "there is nothing in it")]
