"""Writing: articles are added, replaced and removed whole, by one writer at a time."""

import io
import os
import signal
import subprocess
import sys
import tempfile
import threading
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from whoosh.index import LockError, open_dir

from index import worker
from index.article import Article
from index.codec.segment import SegmentReader
from index.commits import open_index, publish
from index.committed import Committed
from index.errors import (
    IndexDamaged,
    IndexLocked,
    IndexNotFound,
    InputError,
    NotAnIndex,
    StoreError,
)
from index.header import read_header
from index.store import Store
from index.writer import open_writer
from search.searcher import Searcher
from tests.make import article, write_index


def texts(path: Path, article_id: str) -> list[str]:
    searcher = Searcher.open(path)
    found = [each.text for each in searcher.article(article_id).paragraphs]
    searcher.close()
    return found


def test_an_article_that_is_there_already_is_replaced(make_index):
    path = make_index(article("a", "old text\nsecond"), article("b", "other"))
    with open_writer(Store(path)) as writer:
        assert writer.add(article("a", "new text")) == "replaced"
    assert texts(path, "a") == ["new text"]
    assert texts(path, "b") == ["other"]


def test_an_article_that_did_not_change_is_not_written_again(make_index):
    path = make_index(article("a", "text"))
    before = sorted(each.name for each in path.iterdir())
    with open_writer(Store(path)) as writer:
        assert writer.add(article("a", "text")) == "unchanged"
    assert sorted(each.name for each in path.iterdir()) == before


@pytest.mark.parametrize(
    "changed", [{"title": "T"}, {"author": "A"}, {"source": "S"}, {"url": "u"}, {"language": "fr"}]
)
def test_a_change_of_any_field_is_a_change(make_index, changed):
    path = make_index(article("a", "text"))
    with open_writer(Store(path)) as writer:
        assert writer.add(article("a", "text", **changed)) == "replaced"


def test_of_an_article_that_comes_twice_the_later_one_stays(make_index):
    path = make_index(article("a", "first"), article("a", "second"))
    assert texts(path, "a") == ["second"]


def test_an_article_that_comes_again_after_many_others_is_still_one(make_index):
    many = [article(f"n{number}", "x") for number in range(600)]
    path = make_index(article("a", "first"), *many, article("a", "second"))
    searcher = Searcher.open(path)
    assert searcher.info().articles == 601
    searcher.close()
    assert texts(path, "a") == ["second"]


def test_removing_removes_every_paragraph(make_index):
    path = make_index(article("a", "one\ntwo"), article("b", "one"))
    with open_writer(Store(path)) as writer:
        assert writer.remove("a")
        assert not writer.remove("a")
        assert not writer.remove("c")
    searcher = Searcher.open(path)
    assert searcher.search("one OR two").total.paragraphs == 1
    searcher.close()


def test_an_error_leaves_the_index_as_it_was(make_index):
    path = make_index(article("a", "text"))
    with pytest.raises(RuntimeError), open_writer(Store(path)) as writer:
        writer.add(article("a", "other"))
        writer.remove("a")
        raise RuntimeError
    assert texts(path, "a") == ["text"]
    with open_writer(Store(path)) as writer:
        assert writer.add(article("a", "text")) == "unchanged"


def press_ctrl_c() -> None:
    """Send the signal to the process, so that any of its threads may get it, and wait for it."""
    os.kill(os.getpid(), signal.SIGINT)
    for _ in range(1000):
        threading.Event().wait(0.0001)


def test_ctrl_c_waits_until_the_commit_is_done(make_index, monkeypatch):
    def interrupted(*given):
        press_ctrl_c()
        return publish(*given)

    path = make_index(article("a", "old"))
    monkeypatch.setattr("index.committing.publish", interrupted)
    with pytest.raises(KeyboardInterrupt), open_writer(Store(path)) as writer:
        writer.add(article("a", "one\ntwo"))
    assert texts(path, "a") == ["one", "two"]


def test_ctrl_c_while_an_article_is_replaced_leaves_the_old_or_the_new_one(make_index, monkeypatch):
    path = make_index(article("a", "old"), article("b", "old"))
    delete = Committed.delete

    def interrupted(self, article_id):
        press_ctrl_c()
        return delete(self, article_id)

    monkeypatch.setattr(Committed, "delete", interrupted)
    with open_writer(Store(path)) as writer:
        with pytest.raises(KeyboardInterrupt):
            writer.add(article("a", "new"))
    assert texts(path, "a") == ["new"]
    assert texts(path, "b") == ["old"]


def test_an_article_without_text_is_refused_and_the_others_go_in(make_index):
    path = make_index()
    with open_writer(Store(path)) as writer:
        with pytest.raises(InputError, match="has no text"):
            writer.add(Article("a", ()))
        writer.add(article("b", "text"))
    assert texts(path, "b") == ["text"]


def test_a_second_writer_is_told_which_process_holds_the_index(make_index):
    path = make_index(article("a", "text"))
    with open_writer(Store(path)):
        code = (
            "import sys; from pathlib import Path; from index.store import Store\n"
            "from index.writer import open_writer\n"
            "with open_writer(Store(Path(sys.argv[1]))): pass"
        )
        second = subprocess.run(
            [sys.executable, "-c", code, str(path)], capture_output=True, text=True
        )
    assert f"process {os.getpid()}, since" in second.stderr


def test_the_holder_is_named_within_one_process_too(make_index):
    path = make_index()
    with open_writer(Store(path)), pytest.raises(IndexLocked, match=f"process {os.getpid()}"):
        with open_writer(Store(path)):
            pass


def test_a_writer_that_was_killed_blocks_nobody(make_index):
    path = make_index(article("a", "text"))
    code = (
        "import sys, time; from pathlib import Path; from index.store import Store\n"
        "from index.writer import open_writer\n"
        "with open_writer(Store(Path(sys.argv[1]))):\n"
        "    print('holding', flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE)
    with holder:
        assert holder.stdout.readline() == b"holding\n"
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    with open_writer(Store(path)) as writer:
        assert writer.add(article("b", "text")) == "added"


def test_a_folder_without_an_index_says_how_to_make_one(tmp_path):
    with pytest.raises(IndexNotFound, match="nutgraf index PATH"):
        open_index(Store(tmp_path / "none"))


def test_a_folder_of_other_files_is_never_written_to(tmp_path):
    (tmp_path / "article.txt").write_text("mine")
    with pytest.raises(NotAnIndex, match="it holds other files"), open_writer(Store(tmp_path)):
        pass
    assert [each.name for each in tmp_path.iterdir()] == ["article.txt"]


def test_an_index_that_was_half_made_is_made_again(make_index):
    path = make_index()
    (path / "nutgraf.json").unlink()
    with open_writer(Store(path)) as writer:
        assert writer.add(article("a", "text")) == "added"


def test_the_files_of_a_killed_writer_are_swept_away_and_others_stay(make_index):
    path = make_index("text")
    left = ["MAIN_abc123.trm", f"segment-{'0' * 32}.nut", "MAIN.tmp/x", "mine.txt", "MAIN_notes"]
    for name in left:
        (path / name).parent.mkdir(exist_ok=True)
        (path / name).touch()
    with open_writer(Store(path)):
        pass
    assert [name for name in left if (path / name).exists()] == ["mine.txt", "MAIN_notes"]


def test_a_file_is_no_index(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(NotAnIndex, match="is a file"):
        open_index(Store(tmp_path / "file"))


def test_an_index_of_a_newer_format_says_what_to_do(make_index):
    path = make_index()
    (path / "nutgraf.json").write_text('{"format": 99}')
    with pytest.raises(NotAnIndex, match="format 99"):
        open_index(Store(path))


@pytest.mark.parametrize("damage", ["nutgraf.json", "commit.1", "segment-*.nut"])
def test_a_damaged_index_is_named(make_index, damage):
    path = make_index("text")
    (file,) = path.glob(damage)
    file.write_bytes(b"")
    with pytest.raises(IndexDamaged, match=f"{file.name}.*move the folder"):
        open_index(Store(path))


class Writing(RuleBasedStateMachine):
    """Add, replace, remove, commit and fail in any order: the index is what a dict would be."""

    ids = st.sampled_from(["a", "b", "c", "a b/ü?#%"])
    paragraphs = st.lists(st.sampled_from(["one two", "two three", "cease-fire"]), min_size=1)

    @initialize()
    def start(self):
        self.folder = tempfile.TemporaryDirectory()
        self.store = Store(Path(self.folder.name) / "index")
        self.committed: dict[str, list[str]] = {}
        with open_writer(self.store):
            pass

    @rule(steps=st.lists(st.tuples(ids, st.none() | paragraphs), max_size=6), fails=st.booleans())
    def write(self, steps, fails):
        model = dict(self.committed)
        try:
            with open_writer(self.store) as writer:
                for article_id, texts in steps:
                    if texts is None:
                        assert writer.remove(article_id) == (
                            model.pop(article_id, None) is not None
                        )
                    else:
                        same = model.get(article_id) == texts
                        outcome = writer.add(article(article_id, "\n".join(texts)))
                        assert (outcome == "unchanged") == same
                        model[article_id] = texts
                if fails:
                    raise RuntimeError
        except RuntimeError:
            return
        self.committed = model

    @invariant()
    def equals_the_model(self):
        searcher = Searcher.open(self.store.path)
        assert searcher.info().articles == len(self.committed)
        for article_id, texts in self.committed.items():
            found = searcher.article(article_id)
            assert [each.text for each in found.paragraphs] == texts
        searcher.close()

    def teardown(self):
        self.folder.cleanup()


TestWriting = Writing.TestCase
TestWriting.settings = settings(max_examples=30, stateful_step_count=8, deadline=None)


@pytest.mark.parametrize("failing", [1, 2, 3])
def test_a_disk_that_fails_leaves_the_old_index_and_no_lock(make_index, monkeypatch, failing):
    path = make_index("old text")
    fsync, calls = os.fsync, []

    def broken(descriptor):
        calls.append(descriptor)
        if len(calls) >= failing:
            raise OSError(28, "No space left on device")
        fsync(descriptor)

    with monkeypatch.context() as patch, pytest.raises(StoreError, match="no space left"):
        patch.setattr(os, "fsync", broken)
        with open_writer(Store(path)) as writer:
            writer.add(article("new", "text"))
    assert texts(path, "0") == ["old text"]
    with open_writer(Store(path)) as writer:
        assert writer.add(article("new", "text")) == "added"
    assert texts(path, "new") == ["text"]


def test_another_whoosh_program_and_we_keep_each_other_out(make_index):
    path = make_index("text")
    theirs = open_dir(str(path)).writer()
    with pytest.raises(IndexLocked, match="A Whoosh program is writing"):
        with open_writer(Store(path)):
            pass
    theirs.cancel()
    with open_writer(Store(path)), pytest.raises(LockError):
        open_dir(str(path)).writer()


def everything(path: Path) -> dict[str, list[str]]:
    """All articles with their paragraphs, in the order of the index."""
    opened = open_index(Store(path))
    found: dict[str, list[str]] = {}
    for sealed, deleted in zip(opened.segments, opened.deletions, strict=True):
        segment = SegmentReader(sealed)
        for number, (first, last) in enumerate(pairwise(segment.first_doc.tolist())):
            if deleted is None or not deleted[first]:
                header = read_header(segment.header(number))
                assert header["id"] not in found
                found[header["id"]] = [segment.text(doc) for doc in range(first, last)]
    return found


def arrays(path: Path) -> list[dict[str, list[int]]]:
    """The arrays of all segments: what stands in the index, whatever its files are called."""
    return [
        {name: sealed.array(name).tolist() for name in sealed.names()}
        for sealed in open_index(Store(path)).segments
    ]


LONG = [
    article(f"n{number}", f"paragraph {number} of the siege\n" + "filler words " * 200)
    for number in range(400)
]


@pytest.mark.parametrize(("jobs", "memory"), [(1, 1), (2, 1), (3, 200 << 20)])
def test_the_index_is_the_same_for_any_number_of_jobs_and_any_memory(
    tmp_path, monkeypatch, jobs, memory
):
    monkeypatch.setattr("index.writer.UNIT", 20_000)
    for name, how in (("plain", {"jobs": 1}), ("other", {"jobs": jobs, "memory": memory})):
        with open_writer(Store(tmp_path / name), **how) as writer:
            for each in LONG:
                writer.add(each)
    assert arrays(tmp_path / "other") == arrays(tmp_path / "plain")
    assert everything(tmp_path / "other") == {each.id: list(each.paragraphs) for each in LONG}


@pytest.mark.parametrize("jobs", [1, 2])
def test_replaced_and_removed_while_they_are_on_their_way_articles_are_gone(
    tmp_path, monkeypatch, jobs
):
    monkeypatch.setattr("index.writer.UNIT", 20_000)
    with open_writer(Store(tmp_path / "index"), jobs=jobs, memory=1) as writer:
        for each in LONG[:100]:
            assert writer.add(each) == "added"
        assert writer.add(article("n7", "a new text")) == "replaced"
        assert writer.add(article("n8", *LONG[8].paragraphs[:1])) == "replaced"
        assert writer.add(LONG[9]) == "unchanged"
        assert writer.remove("n10")
        assert not writer.remove("n10")
    found = everything(tmp_path / "index")
    assert len(found) == 99
    assert found["n7"] == ["a new text"]
    assert "n10" not in found


def test_a_worker_that_dies_is_told_in_one_sentence_and_loses_nothing(tmp_path, monkeypatch):
    path = write_index(tmp_path / "index", [article("before", "text")])
    monkeypatch.setattr("index.writer.UNIT", 20_000)
    with pytest.raises(StoreError, match=r"ended with code -9.*--jobs 1"):
        with open_writer(Store(path), jobs=2) as writer:
            for number, each in enumerate(LONG):
                if number == 200:
                    kill_children()
                writer.add(each)
    assert everything(path) == {"before": ["text"]}
    write_index(path, LONG[:3])
    assert len(everything(path)) == 4


def kill_children() -> None:
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    assert children
    for child in children:
        os.kill(int(child), signal.SIGKILL)


def test_optimizing_leaves_one_segment_without_what_was_deleted(tmp_path):
    path = tmp_path / "index"
    for number in range(5):
        write_index(path, [article(f"a{number}", f"text {number}")])
    with open_writer(Store(path)) as writer:
        writer.remove("a3")
        writer.optimize()
    opened = open_index(Store(path))
    assert len(opened.segments) == 1
    assert opened.deletions == (None,)
    assert sorted(everything(path)) == ["a0", "a1", "a2", "a4"]
    generation = opened.commit.generation
    with open_writer(Store(path)) as writer:
        writer.optimize()  # there is nothing left to do
    assert open_index(Store(path)).commit.generation == generation


def test_many_small_commits_leave_few_segments(tmp_path):
    path = tmp_path / "index"
    for number in range(40):
        write_index(path, [article(f"a{number}", f"text {number}")])
    assert len(open_index(Store(path)).segments) <= 8
    assert len(everything(path)) == 40


def test_an_index_that_has_lost_its_commits_is_not_taken_for_an_empty_one(make_index):
    path = make_index("text")
    for file in [*path.glob("commit.*"), *path.glob("_MAIN*")]:
        file.unlink()
    with pytest.raises(IndexDamaged, match="has lost its commits"), open_writer(Store(path)):
        pass
    assert list(path.glob("segment-*.nut"))


def test_an_index_that_has_lost_its_marker_is_told_so(make_index):
    path = make_index("text")
    (path / "nutgraf.json").unlink()
    with pytest.raises(IndexDamaged, match=r"has lost the file nutgraf\.json"):
        open_index(Store(path))


def test_an_article_may_come_from_a_file_whose_name_is_not_utf_8(tmp_path):
    given = Article("1", ("It rained.",), origin="/news/caf\udce9.jsonl")
    with open_writer(Store(tmp_path / "index")) as writer:
        writer.add(given)
    with open_writer(Store(tmp_path / "index")) as writer:
        assert [header["origin"] for header in writer.headers()] == [given.origin]
    ((received, _),) = worker.read_frame(io.BytesIO(worker.frame([(given, "hash")])))
    assert received.origin == given.origin
