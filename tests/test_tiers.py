"""Merging: there are never many segments, and no article is rewritten often."""

from hypothesis import given
from hypothesis import strategies as st

from index.tiers import FACTOR, segments_to_merge


def commit(sizes: list[int], added: int) -> tuple[list[int], int]:
    """The sizes after a commit, and the paragraphs that it wrote."""
    chosen = segments_to_merge([(size, 0) for size in sizes], added)
    written = added + sum(sizes[at] for at in chosen)
    return [*(size for at, size in enumerate(sizes) if at not in chosen), written], written


def test_a_thousand_small_commits_leave_few_segments_and_write_little():
    sizes, written = [1_000_000], 0
    for _ in range(1000):
        sizes, cost = commit(sizes, 30)
        written += cost
    assert sum(sizes) == 1_030_000
    assert 1_000_000 in sizes  # the large one was never touched
    assert len(sizes) <= 3 * FACTOR
    assert written < 1000 * 30 * 20


@given(st.lists(st.integers(1, 50_000), min_size=1, max_size=200))
def test_however_they_come_segments_stay_few(added):
    sizes: list[int] = []
    for each in added:
        sizes, _ = commit(sizes, each)
        assert len(sizes) <= 6 * FACTOR
    assert sum(sizes) == sum(added)


def test_a_segment_of_which_much_is_deleted_is_rewritten():
    assert segments_to_merge([(1000, 100), (1000, 300)], 0) == {1}


def test_an_index_without_segments_has_nothing_to_merge():
    assert segments_to_merge([], 10) == set()
