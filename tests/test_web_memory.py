"""What is remembered is what was put there, whoever else writes, and whoever dies of it.

- The newest answers are known; what is asked for again stays longer than what is not.
- What is damaged, overwritten or forgotten is unknown; no wrong byte is ever given.
- Processes see each other's answers, and nobody waits for one that was killed or stands still.
"""

from __future__ import annotations

import contextlib
import math
import multiprocessing
import os
import random
import signal
import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web import memory as module
from web.memory import Answer, Memory

KIND = "application/json; charset=utf-8"
SIZE = 4000
FORK = multiprocessing.get_context("fork")


@pytest.fixture(autouse=True)
def _always_the_same_slots(monkeypatch):
    monkeypatch.setattr(module.secrets, "token_bytes", bytes)


def an_answer(number: int, size: int = SIZE) -> Answer:
    """An answer that no other number has, of so many bytes."""
    return Answer(random.Random(number).randbytes(size), KIND, math.inf)


def put(memory: Memory, *numbers: int, size: int = SIZE) -> None:
    for number in numbers:
        memory.put(b"%d" % number, an_answer(number, size))


def known(memory: Memory, numbers, size: int = SIZE) -> list[int]:
    """The numbers whose answers are known; all that is known has to be right."""
    found = {number: memory.get(b"%d" % number) for number in numbers}
    assert all(got in (None, an_answer(number, size)) for number, got in found.items())
    return [number for number, got in found.items() if got]


def test_an_answer_is_given_as_it_was_put():
    memory = Memory()
    for answer in (Answer(b"", "", 1e18), Answer("é".encode(), "text/csv; x=é", math.inf)):
        memory.put(b"siege", answer)
        assert memory.get(b"siege") == answer
    assert memory.get(b"truce") is None
    assert memory.get(b"") is None


def test_the_newest_are_known():
    memory = Memory(400_000)
    put(memory, *range(500))
    found = known(memory, range(500))
    assert found == list(range(found[0], 500))
    assert 95 <= len(found) <= 98


def test_what_is_asked_for_again_stays():
    memory = Memory(400_000)
    put(memory, 0)
    for number in range(1, 1000):
        put(memory, number)
        assert known(memory, [0]) == [0]
    assert len(known(memory, range(1, 1000))) >= 75


def test_what_was_asked_before_is_all_known_if_there_is_room_for_it():
    memory = Memory(400_000)
    asked = range(85)  # of which the last are asked for when they are old
    put(memory, *asked)
    for _ in range(5):
        assert known(memory, asked) == list(asked)


def test_a_large_answer_does_not_throw_out_the_others():
    memory = Memory(400_000)
    put(memory, *range(50))
    put(memory, 50, size=50_000)
    assert known(memory, range(50)) == list(range(50))
    assert memory.get(b"50") is None
    put(memory, 50, size=49_900)
    assert known(memory, [50], size=49_900) == [50]


def test_where_there_is_no_room_nothing_is_remembered():
    memory = Memory(0)
    put(memory, 0, size=0)
    memory.clear()
    assert memory.get(b"0") is None


def test_everything_can_be_forgotten():
    memory = Memory()
    put(memory, *range(100))
    memory.clear()
    assert known(memory, range(100)) == []
    put(memory, *range(100))
    assert known(memory, range(100)) == list(range(100))


def test_an_answer_is_replaced_by_a_newer_one():
    memory = Memory()
    for number in range(3):
        memory.put(b"siege", an_answer(number))
        assert memory.get(b"siege") == an_answer(number)


def test_it_is_forgotten_in_its_time(monkeypatch):
    now = 1000.0
    monkeypatch.setattr(module.time, "monotonic", lambda: now)
    memory = Memory()
    memory.put(b"siege", Answer(b"{}", KIND, until=1010.0))
    now = 1010.0
    assert memory.get(b"siege")
    now = 1010.1
    assert memory.get(b"siege") is None


@given(st.integers(0), st.integers(1, 255))
def test_a_damaged_answer_is_unknown(place, change):
    memory = Memory(400_000)
    put(memory, 0)
    written = len(bytes(memory._ring).rstrip(b"\0"))
    assert known(memory, [0]) == [0]
    memory._ring[place % written] ^= change
    assert known(memory, [0]) == []


@given(st.integers(1, 255), st.data())
def test_a_damaged_table_gives_no_wrong_answer(change, data):
    memory = Memory(100_000)
    put(memory, *range(10))
    table = memory._table.cast("B")
    places = [place for place in range(8, len(table)) if table[place]]
    table[data.draw(st.sampled_from(places))] ^= change
    assert len(known(memory, range(10))) >= 9
    put(memory, 10)
    assert 10 in known(memory, range(11))


# Numbers of answers, with how many bytes are put, or None where one is asked for. A memory of 20,000
# has room for those of 2,400 and less.
SIZES = st.none() | st.integers(0, 2400) | st.integers(2501, 4000)
STEPS = st.lists(st.tuples(st.integers(0, 30), SIZES), max_size=200)


@given(STEPS)
def test_whatever_is_known_is_what_was_put_last(steps):
    memory = Memory(20_000)
    last: dict[int, Answer] = {}
    for number, size in steps:
        if size is not None:
            answer = Answer(bytes([number]) * size, KIND, math.inf)
            memory.put(b"%d" % number, answer)
            if size <= 2400:
                last[number] = answer
                assert memory.get(b"%d" % number) == answer
        assert memory.get(b"%d" % number) in (None, last.get(number))


def hammer(memory: Memory, seed: int, turns: int, largest: int) -> int:
    """Put and get answers of many sizes, of which all bytes are the same; how many were known."""
    chance, found = random.Random(seed), 0
    for _ in range(turns):
        question = b"%d" % chance.randrange(20)
        got = memory.get(question)
        if got is None or chance.random() < 0.5:
            letter = chance.randrange(1, 256)
            body = question + bytes([letter]) * chance.randrange(largest)
            memory.put(question, Answer(body, KIND, math.inf))
        if got is not None:
            rest = got.body.removeprefix(question)
            assert got.body.startswith(question)
            assert rest == rest[:1] * len(rest)
            found += 1
    return found


def test_threads_that_write_over_each_other_read_no_wrong_byte():
    memory, found = Memory(100_000), []
    threads = [
        threading.Thread(target=lambda seed=seed: found.append(hammer(memory, seed, 1000, 12_000)))
        for seed in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6  # none failed
    assert min(found) > 100


def test_processes_that_write_over_each_other_read_no_wrong_byte():
    memory = Memory(8_000_000)  # of large answers, which take long to be copied
    with FORK.Pool(4, initializer=globals().__setitem__, initargs=("shared", memory)) as pool:
        found = pool.map(hammer_shared, range(4))
    assert min(found) > 50


def hammer_shared(seed: int) -> int:
    return hammer(globals()["shared"], seed, 500, 990_000)


def test_processes_see_each_others_answers():
    memory = Memory()
    put(memory, 0)
    with FORK.Pool(1, initializer=globals().__setitem__, initargs=("shared", memory)) as pool:
        assert pool.apply(answer_shared, (0, 1)) == [0]
    assert known(memory, [0, 1]) == [0, 1]


def answer_shared(asked: int, new: int) -> list[int]:
    memory = globals()["shared"]
    put(memory, new)
    return known(memory, [asked])


class Stuck:
    """The ring of a process that comes no further than to the middle of an answer."""

    def __init__(self, ring: memoryview, there: int) -> None:
        self.ring, self.there = ring, there

    def __setitem__(self, where: slice, record: bytes) -> None:
        half = len(record) // 2
        self.ring[where.start : where.start + half] = record[:half]
        os.write(self.there, b".")
        while True:
            signal.pause()


@contextlib.contextmanager
def writing(memory: Memory, ring=lambda ring, there: ring) -> Iterator[None]:
    """Fork a process that puts answers without end; in the end it is killed."""
    here, there = os.pipe()
    child = os.fork()
    if not child:
        try:
            memory._ring = ring(memory._ring, there)
            put(memory, 0)
            os.write(there, b".")
            while True:
                put(memory, *range(100))
        finally:
            os._exit(1)
    os.close(there)
    try:
        assert os.read(here, 1) == b"."  # it has begun
        yield
    finally:
        os.close(here)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def test_nobody_waits_for_a_process_that_stands_still_while_it_writes(monkeypatch):
    monkeypatch.setattr(module, "_PATIENCE", 0.0)
    memory = Memory(400_000)
    put(memory, *range(200, 260))
    with writing(memory, Stuck):
        assert known(memory, range(200, 260)) == list(range(200, 260))
        put(memory, 300)  # returns, and remembers nothing
        assert known(memory, [0, 300]) == []
    put(memory, 300)
    assert known(memory, [0, 300]) == [300]


def test_processes_that_are_killed_leave_nothing_wrong_behind():
    memory, chance = Memory(100_000), random.Random(7)
    for number in range(20):
        with writing(memory):
            for _ in range(chance.randrange(10)):
                known(memory, range(100))
        known(memory, range(100))
        put(memory, 100 + number)
        assert known(memory, [100 + number]) == [100 + number]
