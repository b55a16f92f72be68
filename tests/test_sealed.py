"""A sealed file gives back what was written, and only that.

- Arrays of every dtype come back, whole or in slices, whatever pieces they were written in.
- The views cannot be written, and keep the file alive.
- Opening reads no array; a block is checked at its first use.
"""

import gc
import mmap
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.codec import layout
from index.codec.sealed import SealedFile, SealedWriter
from index.errors import IndexDamaged
from index.store import Store
from tests.disks import FOLDER, MemoryDisk

IDENTITY = bytes(range(16))
SIZES = st.sampled_from([0, 1, 15, 16, 17, 1000, layout.BLOCK - 64, layout.BLOCK, 100_000])


def seal(arrays, meta=None, kind="segment", identity=IDENTITY):
    """The bytes of a sealed file of some arrays."""
    disk = MemoryDisk()
    with SealedWriter(Store(FOLDER, disk).create("file"), kind, identity) as sealed:
        for name, array in arrays.items():
            sealed.put(name, array)
        sealed.close(meta or {})
    assert disk.open == {}
    return disk.contents()["file"]


def reopened(data, **given):
    return SealedFile(data, "file", given.get("kind", "segment"), given.get("identity"))


def numbers(count, dtype):
    return (np.arange(count) * 7919 % 251).astype(dtype)


@given(st.lists(st.tuples(SIZES, st.sampled_from(layout.DTYPES)), max_size=6), st.data())
@settings(max_examples=60)
def test_arrays_come_back_whole_and_in_slices(given_sizes, data):
    arrays = {
        f"array {number}": numbers(count, dtype)
        for number, (count, dtype) in enumerate(given_sizes)
    }
    sealed = reopened(seal(arrays, {"title": "ü"}), identity=IDENTITY)
    assert sealed.meta == {"title": "ü"}
    assert sealed.names() == list(arrays)
    for name, array in arrays.items():
        start = data.draw(st.integers(0, len(array)))
        stop = data.draw(st.integers(start, len(array)))
        found = sealed.slice(name, start, stop)
        assert found.dtype == array.dtype
        assert found.tobytes() == array[start:stop].tobytes()
        assert sealed.array(name).tobytes() == array.tobytes()
        assert sealed.count(name) == len(array)
        assert name in sealed
    sealed.verify()


@given(SIZES, st.sampled_from(["<u4", "<u8"]), st.integers(1, 3), st.data())
@settings(max_examples=60)
def test_items_between_two_values_are_found_in_an_ascending_array(before, dtype, step, data):
    array = np.arange(before + 70_000, dtype=dtype) // step * 3
    given_arrays = {"before": numbers(before, "<u1"), "ascending": array}
    sealed = reopened(seal(given_arrays))
    low = data.draw(st.integers(0, int(array[-1]) + 2))
    high = data.draw(st.integers(low, int(array[-1]) + 2))
    wanted = (np.count_nonzero(array < low), np.count_nonzero(array < high))
    assert sealed.between("ascending", low, high) == wanted
    sealed.array("ascending")
    assert sealed.between("ascending", low, high) == wanted


def test_a_search_in_an_array_checks_the_blocks_that_it_comes_by_and_no_others():
    array = np.arange(64 * layout.BLOCK // 8, dtype="<u8")
    data = bytearray(seal({"ascending": array}))
    data[40 * layout.BLOCK] ^= 1
    assert reopened(bytes(data)).between("ascending", 5, 7) == (5, 7)
    with pytest.raises(IndexDamaged):
        reopened(bytes(data)).between("ascending", 41 * layout.BLOCK // 8, len(array))


@given(st.lists(st.integers(0, 70_000), max_size=8))
@settings(max_examples=30)
def test_it_makes_no_difference_in_which_pieces_an_array_is_written(pieces):
    whole = numbers(sum(pieces), "<u2")
    disk = MemoryDisk()
    with SealedWriter(Store(FOLDER, disk).create("file"), "segment", IDENTITY) as sealed:
        sealed.begin("numbers", np.uint16)
        for number, part in enumerate(np.split(whole, np.cumsum(pieces))):
            sealed.append(part if number % 2 else part.tobytes())
        sealed.end()
        sealed.close({})
    assert disk.contents()["file"] == seal({"numbers": whole})


def test_rows_come_back_with_their_fields():
    rows = np.array([(1, 2.5), (3, 4.5)], dtype=[("doc", "u4"), ("score", "f8")])
    found = reopened(seal({"rows": rows})).array("rows")
    assert found["doc"].tolist() == [1, 3]
    assert found["score"].tolist() == [2.5, 4.5]
    assert found.dtype.itemsize == 12


def test_numbers_are_little_endian_on_the_disk():
    data = seal({"numbers": np.array([1, 2], dtype=">u4")})
    assert data[64:72] == struct.pack("<II", 1, 2)
    assert reopened(data).array("numbers").tolist() == [1, 2]


def test_every_array_begins_at_a_multiple_of_64():
    data = seal({name: numbers(3, np.uint8) for name in "abc"})
    sealed = reopened(data)
    places = [sealed.array(name).__array_interface__["data"][0] for name in "abc"]
    assert [place - places[0] for place in places] == [0, 64, 128]


@pytest.mark.parametrize(
    "wrong", [np.array(["a"]), np.array([True]), np.array([1j]), np.array([{}])]
)
def test_what_is_no_plain_number_is_refused(wrong):
    with pytest.raises(TypeError, match="cannot be written"):
        seal({"wrong": wrong})


def test_a_piece_of_another_type_is_refused():
    file = Store(FOLDER, MemoryDisk()).create("file")
    with SealedWriter(file, "segment", IDENTITY) as sealed:
        sealed.begin("numbers", np.uint32)
        with pytest.raises(TypeError, match="does not go into numbers"):
            sealed.append(np.array([-1]))
        sealed.append(b"abc")
        with pytest.raises(ValueError, match="ends within an item"):
            sealed.end()


def test_a_file_that_is_given_up_is_gone():
    disk = MemoryDisk()
    with pytest.raises(KeyError), SealedWriter(Store(FOLDER, disk).create("f"), "x", IDENTITY):
        raise KeyError
    assert disk.files == {}
    assert disk.open == {}


def test_views_cannot_be_written():
    sealed = SealedFile(memoryview(bytearray(seal({"a": numbers(9, "<u4")}))), "file", "segment")
    for view in (sealed.array("a"), sealed.slice("a", 2, 4)):
        with pytest.raises(ValueError, match="read-only"):
            view[0] = 1


def test_views_keep_the_map_alive(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(seal({"a": numbers(9, "<u4")}))
    with path.open("rb") as file:
        view = SealedFile(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), "f", "segment")
        view = view.array("a")
    path.unlink()
    gc.collect()
    assert view.tolist() == numbers(9, "<u4").tolist()


def test_only_the_blocks_that_are_asked_for_are_checked():
    data = bytearray(seal({"a": numbers(3 * layout.BLOCK, np.uint8)}))
    data[2 * layout.BLOCK + 5] ^= 1
    sealed = SealedFile(bytes(data), "the file", "segment")
    assert sealed.slice("a", 0, layout.BLOCK).tolist() == numbers(layout.BLOCK, "u1").tolist()
    for look in (
        lambda: sealed.slice("a", 0, 3 * layout.BLOCK),
        lambda: sealed.array("a"),
        sealed.verify,
    ):
        with pytest.raises(IndexDamaged, match=r"the file is damaged.*index the articles again"):
            look()


@given(st.integers(0, (1 << 18) - 1), st.integers(1, 1 << 18), st.integers(0, 4))
@settings(max_examples=200)
def test_a_slice_is_refused_if_it_touches_a_damaged_block_and_only_then(start, count, block):
    stop = min(start + count, 1 << 18)
    data = bytearray(seal({"a": np.zeros(1 << 18, np.uint8)}))
    data[max(64, block * layout.BLOCK)] ^= 1
    first, last = (64 + start) // layout.BLOCK, (64 + stop - 1) // layout.BLOCK
    sealed = SealedFile(bytes(data), "file", "segment")
    if first <= block <= last:
        with pytest.raises(IndexDamaged):
            sealed.slice("a", start, stop)
    else:
        assert sealed.slice("a", start, stop).tobytes() == bytes(stop - start)


def test_a_file_that_goes_on_after_its_end_is_refused():
    data = seal({"a": numbers(9, np.uint8)})
    with pytest.raises(IndexDamaged, match=f"it has {len(data) + 40} bytes instead of {len(data)}"):
        reopened(data + data[-40:])


def test_a_block_is_checked_once(monkeypatch):
    sealed = reopened(seal({"a": numbers(3 * layout.BLOCK, np.uint8)}))
    sealed.array("a")
    monkeypatch.setattr(zlib, "crc32", None)
    sealed.array("a")
    sealed.slice("a", 5, 6)
    with pytest.raises(TypeError):
        sealed.verify()


@pytest.mark.parametrize(("start", "stop"), [(-1, 2), (2, 1), (0, 10), (10, 10)])
def test_items_that_are_not_there_are_damage(start, stop):
    with pytest.raises(IndexDamaged, match="no items"):
        reopened(seal({"a": numbers(9, "<u4")})).slice("a", start, stop)


def test_an_array_that_is_not_there_is_damage():
    sealed = reopened(seal({}))
    for look in (sealed.array, sealed.count, lambda name: sealed.slice(name, 0, 0)):
        with pytest.raises(IndexDamaged, match="no array missing"):
            look("missing")


def test_a_file_is_only_taken_for_what_it_is():
    data = seal({}, kind="deleted")
    assert reopened(data, kind="deleted", identity=IDENTITY).identity == IDENTITY
    with pytest.raises(IndexDamaged, match="not of the kind segment"):
        reopened(data)
    with pytest.raises(IndexDamaged, match="instead of 5555"):
        reopened(data, kind="deleted", identity=b"U" * 16)


def test_a_file_of_a_later_version_is_named():
    data = bytearray(seal({}))
    data[16] = 9
    end = len(data) - layout.FOOTER.size
    length, at, size, _, _, magic = layout.FOOTER.unpack(data[end:])
    fields = struct.pack("<QQQI", length, at, size, zlib.crc32(data[at:end], zlib.crc32(data[:64])))
    data[end:] = fields + struct.pack("<I", zlib.crc32(fields)) + magic
    with pytest.raises(IndexDamaged, match="of version 9 instead of 1"):
        reopened(bytes(data))


def test_a_meta_that_nobody_could_read_again_is_refused():
    with pytest.raises(ValueError, match="too large"):
        seal({}, {"sources": "x" * layout.DIRECTORY_LIMIT})
