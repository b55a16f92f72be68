"""A power cut at any moment leaves the last commit that was acknowledged, or the next one.

- The names and bytes that were not synced are kept, lost, cut or zeroed as they please.
- The index opens by itself, without going back to an earlier commit.
- The next writer goes on from there and leaves nothing behind that no commit needs.
- A second power cut, or a failing disk, while the first one is recovered from changes nothing.
"""

import contextlib

from index.commit_file import generations, read_commit
from index.commits import sweep
from index.errors import StoreError
from index.store import Store
from tests.disks import (
    FOLDER,
    Cycle,
    Fault,
    MemoryDisk,
    after_power_cut,
    fresh_random,
    many,
    observe,
)


def pictures(cycle, files=None, done=0):
    """(picture, commits acknowledged) before each operation of a cycle, and at its end."""
    disk, acknowledged, taken = MemoryDisk(files), [done], []
    changing = {"create", "write", "fsync", "close", "rename", "unlink", "fsync folder"}

    def take(operation, _):
        if operation in changing:
            taken.append((disk.picture(), acknowledged[-1]))

    disk.before = take
    cycle.run(Store(FOLDER, disk), done, acknowledged.append)
    take("close", "")
    return taken


def go_on(cycle, store, done):
    """Write the commits that are missing, and look at the index after each."""

    def look(number):
        assert observe(store) == cycle.states[number]

    cycle.run(store, done, look)


def commits_done(cycle, state):
    """How many commits lead to a state; fails if none does."""
    assert state in cycle.states
    return cycle.states.index(state)


def leftovers(store):
    """Files that the last two commits do not need."""
    kept = {"nutgraf.json", "writer.lock", "MAIN_WRITELOCK"}
    for generation in generations(store.names())[-2:]:
        kept |= read_commit(store, generation).files() | {f"_MAIN_{generation}.toc"}
    return set(store.names()) - kept


def test_the_commit_before_the_last_stays_whole():
    cycle, disk = Cycle(), MemoryDisk()

    def go_back(done):
        if done > 1:
            without = disk.contents()
            del without[f"commit.{done - 1}"]
            store = Store(FOLDER, MemoryDisk(without))
            assert observe(store, starting=True) == cycle.states[done - 1]

    cycle.run(Store(FOLDER, disk), then=go_back)


def test_every_power_cut_leaves_the_last_commit_or_the_next():
    draw, cycle = fresh_random(), Cycle()
    taken = pictures(cycle)
    assert len(taken) > 100
    for number in range(max(many(5000), len(taken))):
        picture, acknowledged = taken[number % len(taken)]
        disk = after_power_cut(picture, draw)
        state = observe(Store(FOLDER, disk))
        assert acknowledged <= commits_done(cycle, state) <= acknowledged + 1


def test_the_next_writer_goes_on_after_a_power_cut():
    draw, cycle = fresh_random(), Cycle()
    taken = pictures(cycle)
    for number in range(max(many(500), len(taken))):
        picture, acknowledged = taken[number % len(taken)]
        store = Store(FOLDER, after_power_cut(picture, draw))
        done = commits_done(cycle, observe(store))
        assert acknowledged <= done <= acknowledged + 1
        go_on(cycle, store, done)
        with store.lock():
            sweep(store)
        assert observe(store) == cycle.states[-1]
        assert leftovers(store) == set()


def test_a_power_cut_while_one_is_recovered_from_loses_nothing():
    draw, cycle = fresh_random(), Cycle()
    taken = pictures(cycle)
    tried = 0
    while tried < many(2000):
        picture, _ = draw.choice(taken)
        disk = after_power_cut(picture, draw)
        done = commits_done(cycle, observe(Store(FOLDER, disk)))
        again = pictures(cycle, disk.contents(), done)
        for second, acknowledged in draw.sample(again, min(20, len(again))):
            state = observe(Store(FOLDER, after_power_cut(second, draw)))
            assert acknowledged <= commits_done(cycle, state) <= acknowledged + 1
            tried += 1


def test_what_a_writer_finds_after_a_killed_one_survives_a_power_cut():
    draw, cycle = fresh_random(), Cycle()

    class Killed(BaseException):
        pass

    for nth in range(20, len(pictures(cycle)) * 2):
        disk = MemoryDisk()
        store = Store(FOLDER, disk)
        fault = Fault(disk, nth, error=Killed)
        with contextlib.suppress(Killed):
            cycle.run(store)
        disk.killed()
        if not fault.hit or not store.exists():
            continue
        with store.lock():
            sweep(store)
        found = observe(store)
        assert observe(Store(FOLDER, after_power_cut(disk.picture(), draw))) == found
        assert leftovers(store) == set()


def test_a_failing_disk_and_then_a_power_cut_lose_nothing():
    draw, cycle = fresh_random(), Cycle()
    for _ in range(many(200)):
        disk, acknowledged = MemoryDisk(), [0]
        Fault(disk, draw.randrange(250), sticky=draw.random() < 0.5)
        with contextlib.suppress(StoreError):
            cycle.run(Store(FOLDER, disk), then=acknowledged.append)
        for _ in range(3):
            cut = Store(FOLDER, after_power_cut(disk.picture(), draw))
            done = commits_done(cycle, observe(cut))
            assert acknowledged[-1] <= done <= acknowledged[-1] + 1
            go_on(cycle, cut, done)
