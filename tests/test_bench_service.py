"""What the benchmark of the service asks, of which server, and how it reads what wrk says."""

import time
import urllib.request
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import service, wrk
from tests.make import article, write_index
from web.memory import SIZE

PATHS = [f"/api/search?q=word{number}" for number in range(200)]


def test_some_questions_come_often_and_most_seldom():
    asked = service.as_people_ask(PATHS, seed=1)
    counts = [count for _, count in Counter(asked).most_common()]
    assert set(asked) <= set(PATHS)
    assert 1.8 < counts[0] / counts[1] < 2.2
    assert 8 < counts[0] / counts[9] < 12


def test_which_come_often_is_drawn_for_each_round_and_the_same_each_time():
    first, second = (Counter(service.as_people_ask(PATHS, seed)) for seed in (1, 2))
    assert first == Counter(service.as_people_ask(PATHS, 1))
    assert first.most_common(1)[0][0] != second.most_common(1)[0][0]


def test_the_part_that_had_come_before_is_told():
    assert service.came_again(["a", "b", "a", "a"]) == 0.5
    assert service.came_again(["a", "b"]) == 0
    assert service.came_again([]) == 0


def as_wrk_corrects(taken, interval):
    """What wrk 4.1 makes of what answers took."""
    corrected = Counter(taken)
    for each in range(2 * interval, max(taken) + 1):
        for added in range(each - interval, interval, -interval):
            corrected[added] += taken[each]
    return corrected


@given(
    st.dictionaries(st.integers(1, 400), st.integers(1, 50), min_size=1).map(Counter),
    st.integers(1, 150),
)
def test_what_wrk_adds_to_its_figures_is_taken_out_again(taken, interval):
    assert wrk.uncorrected(as_wrk_corrects(taken, interval), interval) == taken


def test_the_figures_are_those_of_the_answers_that_there_were():
    said = "Running\nRESULT 100 2000000 1 1000:60 21000:40 41000:40 61000:40\nDone"
    assert wrk.read(said, connections=1) == (50.0, 1.0, 61.0, 1)


def test_figures_that_cannot_be_of_so_many_answers_are_not_told():
    with pytest.raises(SystemExit, match="tells of 7 answers, and had 100"):
        wrk.read("RESULT 100 2000000 0 1000:7", connections=1)


def answers(port, paths):
    """What is answered, within a quarter of an hour, for so long are answers remembered at most."""
    while True:
        quarter = time.time() // 900
        found = [urllib.request.urlopen(f"http://127.0.0.1:{port}{path}").read() for path in paths]
        if time.time() // 900 == quarter:
            return found


def test_all_processes_of_a_server_remember_together_and_forget_together(tmp_path):
    """Whatever is worked out again, by another process or later, took another time."""
    path = write_index(tmp_path / "archive", [article("a", "a siege")])
    asked = [f"/api/search?q=siege&n={number}" for number in range(1, 21)]
    with service.served("nutgraf", path, SIZE) as port:
        found = answers(port, asked * 10)
        assert found == found[:20] * 10
        assert service.questions_of(service.AS_IT_IS, asked, port, 1)[0] in asked
        assert answers(port, asked) != found[:20]
        assert service.ask(port, "/bare/hello") == [5]
