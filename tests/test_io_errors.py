"""Whatever operation of the disk fails, once or from then on, is told in one sentence.

- The sentence names the file, the operation and the cause.
- The index is as it was at the last commit, the lock is free, no file is left open.
- The same again without the fault succeeds.
- A file whose fsync failed is never synced again.
"""

import errno
import os

import pytest

from index.commit_file import Commit
from index.commits import latest, make_index, publish
from index.disk import Disk
from index.errors import IndexDamaged, StoreError
from index.store import Store
from tests.disks import FOLDER, Cycle, Fault, MemoryDisk, fresh_random, many, observe

ERRORS = [errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EMFILE, errno.EACCES]


def operations(cycle, number, files):
    """How many operations the disk does for a commit."""
    disk = MemoryDisk(files)
    counted = Fault(disk, -1)
    cycle.write(Store(FOLDER, disk), number)
    return counted.count


def before_each_commit(cycle):
    """The files of the folder before each commit."""
    disk = MemoryDisk()
    found = [disk.contents()]
    cycle.run(Store(FOLDER, disk), then=lambda _: found.append(disk.contents()))
    return found[:-1]


def faults():
    """(files, number of the commit, operation that fails, error, sticky), a random sample."""
    draw, cycle = fresh_random(), Cycle()
    every = [
        (files, number, nth, code, sticky)
        for number, files in enumerate(before_each_commit(cycle))
        for nth in range(1, operations(cycle, number, files) + 1)
        for code in ERRORS
        for sticky in (False, True)
    ]
    return cycle, draw.sample(every, min(len(every), many(2000)))


def test_a_commit_that_fails_anywhere_says_why_and_changes_nothing():
    cycle, sample = faults()
    for files, number, nth, code, sticky in sample:
        disk = MemoryDisk(files)
        store, fault = Store(FOLDER, disk), Fault(disk, nth, code, sticky=sticky)
        told = None
        try:
            cycle.write(store, number)
        except StoreError as error:
            told = error
        assert disk.open == {}
        assert disk.locked == set()
        disk.before = lambda operation, name: None
        state = observe(store)
        if told is None:  # it counts: only what comes after it has failed
            assert state == cycle.states[number + 1]
            continue
        operation, name = fault.hit[0]
        assert os.strerror(code).lower() in str(told)
        assert operation in str(told)
        assert str(FOLDER / name) in str(told) or name == "MAIN_WRITELOCK"
        if not sticky:
            assert state == cycle.states[number]
        assert state in (cycle.states[number], cycle.states[number + 1])
        if state == cycle.states[number]:
            cycle.write(store, number)
        assert observe(store) == cycle.states[number + 1]


@pytest.mark.parametrize("taken", [1, 7])
def test_short_writes_are_continued(taken):
    disk, cycle = MemoryDisk(), Cycle()
    disk.taken = taken
    cycle.run(Store(FOLDER, disk))
    assert observe(Store(FOLDER, disk)) == cycle.states[-1]


def test_a_disk_that_takes_nothing_more_is_an_error_not_a_loop():
    disk = MemoryDisk()
    disk.taken = 0
    with pytest.raises(StoreError, match="nothing more is written"):
        make_index(Store(FOLDER, disk), b"toc")


@pytest.mark.parametrize("code", ERRORS)
@pytest.mark.parametrize("sticky", [False, True])
def test_opening_that_fails_anywhere_says_why(code, sticky):
    disk, cycle = MemoryDisk(), Cycle()
    store = Store(FOLDER, disk)
    cycle.run(store)
    counted = Fault(disk, -1)
    observe(store)
    for nth in range(1, counted.count + 1):
        for starting in (False, True):
            fault = Fault(disk, nth, code, sticky=sticky)
            with pytest.raises(StoreError, match=os.strerror(code).lower()) as told:
                observe(store, starting=starting)
            operation, name = fault.hit[0]
            assert f"({operation}" in str(told.value)
            assert str(FOLDER / name) in str(told.value)
            assert not isinstance(told.value, IndexDamaged)


def test_a_full_disk_is_noticed_before_anything_is_written():
    disk = MemoryDisk()
    store = Store(FOLDER, disk)
    make_index(store, b"toc")
    before = disk.contents()
    with pytest.raises(StoreError, match=r"takes 12 MB, and only 7 MB are free.*make room"):
        store.require_space(10_000_000)
    with pytest.raises(StoreError, match="only 7 MB are free"):
        publish(store, Commit(1), bytes(7_000_000))
    assert disk.contents() == before


def test_a_failed_commit_leaves_no_file_behind():
    disk = MemoryDisk()
    store = Store(FOLDER, disk)
    make_index(store, b"toc")
    before = set(disk.files)

    def fail(operation, name):
        if operation == "fsync folder":
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    disk.before = fail
    with pytest.raises(StoreError):
        publish(store, Commit(1), b"toc")
    assert set(disk.files) == before


def test_a_real_disk_that_fails_is_told_in_the_same_way(tmp_path):
    class Failing(Disk):
        def sync(self, descriptor):
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    make_index(Store(tmp_path / "index"), b"toc")
    with pytest.raises(StoreError, match=r"commit\.1-\w+\.tmp cannot be written: input/output"):
        publish(Store(tmp_path / "index", Failing()), Commit(1), b"toc")
    assert latest(Store(tmp_path / "index")).generation == 0
    publish(Store(tmp_path / "index"), Commit(1), b"toc")
    assert latest(Store(tmp_path / "index")).generation == 1
