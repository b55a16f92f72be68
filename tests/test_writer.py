"""Writing: articles are added, replaced and removed whole, by one writer at a time."""

import contextlib
import gc
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from whoosh.index import LockError, open_dir

from index.article import Article
from index.errors import (
    IndexDamaged,
    IndexLocked,
    IndexNotFound,
    InputError,
    NotAnIndex,
    StoreError,
)
from index.schema import documents
from index.store import Store
from index.writer import open_writer
from search.searcher import Searcher
from tests.make import article


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


def test_ctrl_c_waits_until_the_article_is_whole(make_index, monkeypatch):
    def interrupted(given):
        for document in documents(given):
            signal.raise_signal(signal.SIGINT)
            yield document

    path = make_index()
    monkeypatch.setattr("index.writer.documents", interrupted)
    with open_writer(Store(path)) as writer, contextlib.suppress(KeyboardInterrupt):
        writer.add(article("a", "one\ntwo"))
        writer.commit()
    assert texts(path, "a") == ["one", "two"]


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
        Store(tmp_path / "none").open()


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
    left = ["MAIN_abc123.trm", "_MAIN_7.toc.1234", "MAIN.tmp/x", "mine.txt", "MAIN_notes"]
    for name in left:
        (path / name).parent.mkdir(exist_ok=True)
        (path / name).touch()
    with open_writer(Store(path)):
        pass
    assert [name for name in left if (path / name).exists()] == ["mine.txt", "MAIN_notes"]


def test_a_file_is_no_index(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(NotAnIndex, match="is a file"):
        Store(tmp_path / "file").open()


def test_an_index_of_a_newer_format_says_what_to_do(make_index):
    path = make_index()
    (path / "nutgraf.json").write_text('{"format": 99}')
    with pytest.raises(NotAnIndex, match="format 99"):
        Store(path).open()


# Whoosh leaves the damaged file open until its error is forgotten.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("damage", ["nutgraf.json", "*.toc"])
def test_a_damaged_index_is_named(make_index, damage):
    path = make_index("text")
    (file,) = path.glob(damage)
    file.write_bytes(b"")
    with pytest.raises(IndexDamaged, match="an index"):
        Store(path).open()
    gc.collect()  # so that no later test is told of the file


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


def test_what_a_commit_names_is_on_the_disk_before_it_counts(make_index, monkeypatch):
    steps: list[tuple[str, str]] = []
    fsync, rename = os.fsync, os.replace

    def watched_fsync(descriptor):
        steps.append(("flush", os.readlink(f"/proc/self/fd/{descriptor}").rpartition("/")[2]))
        fsync(descriptor)

    def watched_rename(source, target):
        steps.append(("rename", Path(target).name))
        rename(source, target)

    path = make_index("text")
    monkeypatch.setattr(os, "fsync", watched_fsync)
    monkeypatch.setattr(os, "replace", watched_rename)
    with open_writer(Store(path)) as writer:
        writer.add(article("new", "text"))
    segments = {entry.name for entry in path.glob("MAIN_*.seg")}
    renamed = steps.index(("rename", "_MAIN_2.toc"))
    flushed = [name for step, name in steps[:renamed] if step == "flush"]
    assert segments <= set(flushed)
    assert any(name.startswith("_MAIN_2.toc.") for name in flushed)
    assert steps[renamed + 1] == ("flush", path.name)


# What Whoosh's writer has open when the disk is full stays open until it is forgotten.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_disk_that_is_full_while_paragraphs_are_written_is_one_sentence(make_index, monkeypatch):
    path = make_index("old text")

    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch, pytest.raises(StoreError, match="no space left"):
        with open_writer(Store(path)) as writer:
            writer.add(article("new", "text"))
            patch.setattr("whoosh.filedb.structfile.StructFile.write", full)
            writer.commit()
    assert texts(path, "0") == ["old text"]
    with open_writer(Store(path)) as writer:
        assert writer.add(article("new", "text")) == "added"
    assert texts(path, "new") == ["text"]
    gc.collect()  # so that no later test is told of the files


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
