"""Nobody gets an answer from damaged bytes, and a stranger's index is data.

- Whatever happened to a file, reading gives what was written or an error that names the file.
- ``verify`` finds every damage.
- A file whose checksums were made to fit a lie is refused or read, without much memory.
- Nothing in the packages can run what an index says.
"""

import ast
import json
import pickle
import struct
import time
import tracemalloc
import zlib
from pathlib import Path

import pytest

from index.codec import layout
from index.codec.sealed import SealedFile
from index.commits import open_index
from index.errors import IndexDamaged, StoreError
from index.store import Store
from tests.disks import FOLDER, Cycle, MemoryDisk, fresh_random, many, observe

PACKAGES = ("index", "search", "web", "cli")
MODULES = [
    path
    for package in PACKAGES
    for path in sorted((Path(__file__).parent.parent / package).rglob("*.py"))
]
HOSTILE = [
    *(0, 1, -1, 63, 64, 1 << 31, (1 << 32) - 1, 1 << 32, 1 << 62, 1 << 63, 1 << 64, 10**30),
    *(True, None, 1.5, 1e308, "", "x", "|O", "<u8", "<U9", "../../etc/passwd", "0" * 32),
    *([], {}, [[]], {"": []}, ["|u1", 64, 1 << 62], [[["a", "<u8"]] * 2, 64, 1], "x" * 100_000),
]


def history_of(cycle):
    """The files of an index after each commit of a cycle."""
    disk, found = MemoryDisk(), []
    cycle.run(Store(FOLDER, disk), then=lambda _: found.append(disk.contents()))
    return found


def needed(files):
    """The names of the files that are read to open the last commit."""
    commit = open_index(Store(FOLDER, MemoryDisk(files))).commit
    return ["nutgraf.json", *sorted(commit.files())]


def kind_of(name):
    kinds = {"commit": "commit", "nut": "segment", "deleted": "deleted"}
    return kinds.get(name.partition(".")[0]) or kinds.get(name.rpartition(".")[2], "marker")


def place(data, draw):
    """A place in a file, half of them in its header, directory or footer."""
    end = len(data) - 1
    return draw.choice([draw.randint(0, end), draw.choice([min(64, end), max(0, end - 400)])])


def flip(data, draw):
    at = draw.randrange(len(data)) if draw.random() < 0.5 else place(data, draw)
    return data[:at] + bytes([data[at] ^ 1 << draw.randrange(8)]) + data[at + 1 :]


def zero_a_page(data, draw):
    at = place(data, draw) & ~511
    return data[:at] + bytes(len(data[at : at + 512])) + data[at + 512 :]


def cut(data, draw):
    return data[: place(data, draw)]


def lengthen(data, draw):
    more = draw.randrange(1, 300)
    return data + draw.choice([bytes(more), data[-more:], draw.randbytes(more)])


def exchange_two_blocks(data, draw):
    size = draw.choice([16, 64, 512, layout.BLOCK])
    blocks = [data[at : at + size] for at in range(0, len(data), size)]
    one, two = draw.randrange(len(blocks)), draw.randrange(len(blocks))
    blocks[one], blocks[two] = blocks[two], blocks[one]
    return b"".join(blocks)


DAMAGES = [flip, flip, flip, zero_a_page, cut, lengthen, exchange_two_blocks]


@pytest.fixture(scope="module")
def cycle():
    """Commits whose segments have a block in full, and some."""
    return Cycle(bytes_each=70_000)


@pytest.fixture(scope="module")
def history(cycle):
    """The files of an index after each of them."""
    return history_of(cycle)


@pytest.fixture(scope="module")
def files(history):
    """The files of the index after all of them."""
    return history[-1]


def test_damage_gives_what_was_written_or_an_error_that_names_the_file(cycle, history):
    draw, files = fresh_random(), history[-1]
    others = [file for each in [*history, *history_of(Cycle(7))] for file in each.items()]
    for _ in range(many(3000)):
        name = draw.choice(needed(files))
        damaged = dict(files)
        damage = draw.choice([*DAMAGES, "swap", "swap", "delete"])
        if damage == "delete":
            del damaged[name]
        elif damage == "swap":
            same = [data for each, data in others if kind_of(each) == kind_of(name)]
            damaged[name] = draw.choice(same)
        else:
            damaged[name] = damage(files[name], draw)
        try:
            state = observe(Store(FOLDER, MemoryDisk(damaged)))
        except StoreError as error:
            # A marker of another index is whole; it is the commit that does not fit to it.
            assert name in str(error) or name == "nutgraf.json"
        else:
            assert state == cycle.states[-1]


def test_verify_finds_every_damage(files):
    draw = fresh_random()
    sealed = [name for name in needed(files) if kind_of(name) != "marker"]
    for _ in range(many(3000)):
        name = draw.choice(sealed)
        data = draw.choice(DAMAGES)(files[name], draw)
        if data != files[name]:
            with pytest.raises(IndexDamaged, match=name):
                SealedFile(data, name, kind_of(name)).verify()


def test_verify_finds_every_bit_of_a_small_file():
    files = history_of(Cycle())[-1]
    (data, *_) = [data for name, data in files.items() if kind_of(name) == "segment"]
    SealedFile(data, "file", "segment").verify()
    for bit in range(len(data) * 8):
        damaged = bytearray(data)
        damaged[bit >> 3] ^= 1 << (bit & 7)
        with pytest.raises(IndexDamaged):
            SealedFile(bytes(damaged), "file", "segment").verify()


def sealed_again(body, directory, fields=(), header=None):
    """A sealed file with a directory and fields of one's own, and checksums that fit."""
    body = (header or body[: layout.HEADER.size]) + body[layout.HEADER.size :]
    blocks = [body[at : at + layout.BLOCK] for at in range(0, len(body), layout.BLOCK)]
    after = directory + b"".join(struct.pack("<I", zlib.crc32(block)) for block in blocks)
    size = len(body) + len(after) + layout.FOOTER.size
    length, at, long = fields or (size, len(body), len(directory))
    seal = zlib.crc32(after, zlib.crc32(body[: layout.HEADER.size]))
    footer = layout.FOOTER_FIELDS.pack(length, at, long, seal)
    return body + after + footer + struct.pack("<I", zlib.crc32(footer)) + layout.MAGIC


def poison(value, draw):
    """A JSON value with something hostile at one place of it."""
    if isinstance(value, dict | list) and value and draw.random() < 0.9:
        items = value if isinstance(value, dict) else dict(enumerate(value))
        key = draw.choice(list(items))
        items = {**items, key: poison(items[key], draw)}
        if draw.random() < 0.1:
            del items[key]
        return items if isinstance(value, dict) else list(items.values())
    if type(value) is int and draw.random() < 0.3:
        return value + draw.choice([-64, -1, 1, 64])
    return draw.choice(HOSTILE)


def hostile(data, draw):
    """A sealed file with a lie in it, and checksums that fit."""
    _, at, long, *_ = layout.FOOTER.unpack(data[-layout.FOOTER.size :])
    body, directory = data[:at], data[at : at + long]
    lie = draw.choice(["directory", "directory", "directory", "bytes", "footer", "header"])
    if lie == "directory":
        return sealed_again(body, json.dumps(poison(json.loads(directory), draw)).encode())
    if lie == "bytes":
        nested = b"[" * 100_000, b'{"meta":' * 50_000, b"\xff\xfe", b"", b"1" * 10_000, b"NaN"
        return sealed_again(body, draw.choice(nested))
    if lie == "footer":
        numbers = [len(data), at, long, 0, 1, 1 << 31, 1 << 32, 1 << 63, (1 << 64) - 1]
        return sealed_again(body, directory, [draw.choice(numbers) for _ in range(3)])
    header = draw.choice([bytes(64), draw.randbytes(64), b"nutgraf\n" + draw.randbytes(56)])
    return sealed_again(body, directory, header=header)


@pytest.mark.parametrize("kind", ["commit", "segment", "deleted"])
def test_a_lie_under_fitting_checksums_is_refused_without_much_memory(kind):
    draw = fresh_random()
    files = history_of(Cycle())[-1]
    names = [name for name in needed(files) if kind_of(name) == kind]
    refused = 0
    tracemalloc.start()
    try:
        for _ in range(many(1000)):
            name = draw.choice(names)
            store = Store(FOLDER, MemoryDisk({**files, name: hostile(files[name], draw)}))
            tracemalloc.reset_peak()
            before, since = tracemalloc.get_traced_memory()[0], time.monotonic()
            try:
                observe(store)
            except IndexDamaged:
                refused += 1
            assert tracemalloc.get_traced_memory()[1] - before < 32 << 20
            assert time.monotonic() - since < 2
    finally:
        tracemalloc.stop()
    assert refused > many(1000) // 2


def test_a_large_directory_is_refused_before_it_is_parsed():
    with pytest.raises(IndexDamaged, match="contradicts itself"):
        SealedFile(sealed_again(bytes(64), b" " * (layout.DIRECTORY_LIMIT + 1)), "file", "x")


def test_arrays_that_overlap_are_refused():
    directory = {"meta": {}, "arrays": {"a": ["|u1", 64, 65], "b": ["|u1", 128, 1]}}
    body = layout.HEADER.pack(layout.MAGIC, b"segment", layout.VERSION, bytes(16)) + bytes(256)
    with pytest.raises(IndexDamaged, match="overlap"):
        SealedFile(sealed_again(body, json.dumps(directory).encode()), "file", "segment")


class Payload:
    """What runs code when it is unpickled."""

    def __reduce__(self):
        return pytest.fail, ("it was unpickled",)


def test_a_poisoned_table_of_contents_is_never_read(cycle, files, monkeypatch, caplog):
    for name in ("load", "loads", "Unpickler"):
        monkeypatch.setattr(pickle, name, lambda *_: pytest.fail("something was unpickled"))
    newest = f"_MAIN_{len(cycle) - 1}.toc"
    assert newest in files
    poisoned = {**files, newest: pickle.dumps(Payload())}
    assert observe(Store(FOLDER, MemoryDisk(poisoned))) == cycle.states[-1]
    assert "another Whoosh program has changed the index" in caplog.text


@pytest.mark.parametrize("path", MODULES, ids=lambda path: "/".join(path.parts[-2:]))
def test_no_module_can_run_what_it_reads(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = {
        name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in [getattr(node, "module", None) or "", *(alias.name for alias in node.names)]
    }
    called = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    given = {word.arg for word in ast.walk(tree) if isinstance(word, ast.keyword)}
    assert imported.isdisjoint({"pickle", "cPickle", "dill", "marshal", "shelve", "joblib"})
    assert called.isdisjoint({"eval", "exec", "compile", "__import__", "np.load", "yaml.load"})
    assert "allow_pickle" not in given
