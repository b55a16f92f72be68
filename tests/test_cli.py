"""The command line: results to standard output, the rest to standard error, exit codes 0, 1, 2."""

import csv
import io
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from cli.main import _COMMANDS, run
from tests.make import article

EXAMPLE = """\
Ferry strike enters a second week

26/09/2016 21:11 by Maren Oduya

The ferry strike entered its second week on Monday, and the harbour stayed empty.

"We are not asking for the moon," said a deckhand.

Nobody could say when the ferry strike would end.
"""


@pytest.fixture
def nutgraf(tmp_path, capfd, monkeypatch):
    """Run a command on an index of its own: (exit code, standard output, standard error)."""
    monkeypatch.setenv("NUTGRAF_INDEX", str(tmp_path / "an index"))
    monkeypatch.setenv("COLUMNS", "100")

    def command(*arguments: str | Path) -> tuple[int, str, str]:
        code = run([str(each) for each in arguments])
        captured = capfd.readouterr()
        return code, captured.out, captured.err

    return command


@pytest.fixture
def ferry(tmp_path):
    """A file with one article."""
    path = tmp_path / "ferry.txt"
    path.write_text(EXAMPLE)
    return path


def test_a_file_is_indexed_and_searched(nutgraf, ferry):
    assert nutgraf("index", ferry) == (0, "Articles: 1 added, 0 replaced, 0 unchanged, 0 removed, 0 failed\n", "")  # fmt: skip
    code, out, err = nutgraf("search", '"ferry strike"')
    assert code == 0
    assert out.splitlines() == [
        "Ferry strike enters a second week",
        "Maren Oduya · 26 September 2016, 21:11 · ferry.txt",
        "  1  The ferry strike entered its second week on Monday, and the harbour stayed empty.",
        "  3  Nobody could say when the ferry strike would end.",
        "",
    ]
    assert err == "2 paragraphs in 1 article\n"


def test_each_suggestion_is_a_command_that_finds_what_it_says(nutgraf, ferry, tmp_path):
    nutgraf("index", ferry)
    code, out, err = nutgraf(
        "--index", tmp_path / "an index", "search", "moon", "harbur", "-zebra", "--sort", "date"
    )
    assert (code, out) == (1, "")
    commands = re.findall(r"^    (nutgraf .*)$", err, re.MULTILINE)
    counts = re.findall(r"^  (\d+) paragraphs? in 1 article, .* \(--relax", err, re.MULTILINE)
    assert len(commands) == len(counts) >= 2
    for command, count in zip(commands, counts, strict=True):
        words = shlex.split(command)
        assert words[:3] == ["nutgraf", "--index", str(tmp_path / "an index")]
        assert words[4:6] == ["--sort", "date"] or words[4:7] == ["--any", "--sort", "date"]
        assert nutgraf(*words[1:], "--count") == (0, f"{count}\n", "")


def test_a_command_may_begin_with_what_is_not_wanted(nutgraf, ferry):
    nutgraf("index", ferry)
    err = nutgraf("search", "-moon harbur")[2]
    (command,) = re.findall(r"^    (nutgraf search -- .*harbour.*)$", err, re.MULTILINE)
    assert nutgraf(*shlex.split(command)[1:])[0] == 0


def test_advice_is_taken_with_one_option(nutgraf, ferry):
    nutgraf("index", ferry)
    code, out, err = nutgraf("search", "harbur", "--relax", "spelling")
    assert code == 0
    assert "and the harbour stayed empty" in out
    assert err == "Searched instead: harbour\n1 paragraph in 1 article\n"
    code, out, err = nutgraf("search", "moon", "harbour", "--relax", "any", "--count")
    assert (code, out) == (0, "2\n")
    assert err == "Searched instead with any of the words: moon harbour\n"
    code, out, err = nutgraf("search", "zebra", "--relax", "article")
    assert (code, out) == (1, "")
    assert err == "Note: --relax article would not find more\nNo paragraph matches\n"


def test_facets_are_printed_below_the_results(nutgraf, ferry):
    nutgraf("index", ferry)
    code, out, _ = nutgraf("search", "strike", "--facets", "date:2016")
    assert code == 0
    assert "By author:\n  Maren Oduya  2 paragraphs in 1 article\n" in out
    assert "By year:\n+ 2016  2 paragraphs in 1 article\n" in out
    assert "By language:\n  en English  2 paragraphs in 1 article\n" in out
    assert "By source" not in out  # as none is known


def test_marks_are_in_colour_where_colour_is_wanted(nutgraf, ferry):
    nutgraf("index", ferry)
    out = nutgraf("search", '"ferry strike"', "--color", "always")[1]
    assert out.count("\x1b[1;30;43mferry strike\x1b[0m") == 2
    assert "\x1b" not in nutgraf("search", '"ferry strike"', "--color", "never")[1]


def test_a_second_run_says_that_nothing_changed(nutgraf, ferry):
    nutgraf("index", ferry)
    assert nutgraf("index", ferry) == (0, "The article is unchanged\n", "")


def test_explain_says_which_clauses_made_each_paragraph_match(nutgraf, ferry):
    nutgraf("index", ferry)
    code, out, err = nutgraf("search", "--explain", "(strike w/4 week) OR no?ody date:2016")
    assert code == 0
    assert out.splitlines() == [
        "1 strike w/4 week",
        "2 no?ody → nobody",
        "3 date:2016 → 1 January 2016 to 31 December 2016",
        "",
        "Ferry strike enters a second week",
        "Maren Oduya · 26 September 2016, 21:11 · ferry.txt",
        "  1  The ferry strike entered its second week on Monday, and the harbour stayed empty.",
        "     [1 strike w/4 week (4 apart)]",
        "  3  Nobody could say when the ferry strike would end.",
        "     [2 no?ody; 3 date:2016]",
        "",
    ]
    assert err == "2 paragraphs in 1 article\n"


def test_a_time_zone_is_asked_for_by_its_name(nutgraf, ferry):
    nutgraf("index", ferry)
    assert nutgraf("search", "--tz", "Europe/Vilnius", "strike", "-date:today")[0] == 0
    code, _, err = nutgraf("search", "--tz", "Mars/Olympus", "strike")
    assert (code, err) == (2, "Error: There is no time zone 'Mars/Olympus'; write one such as Europe/Vilnius or UTC\n")  # fmt: skip


def test_nothing_found_is_exit_code_1(nutgraf, ferry):
    nutgraf("index", ferry)
    code, out, err = nutgraf("search", "moon harbour")
    assert (code, out) == (1, "")
    assert "  moon: 1 paragraph in 1 article\n  harbour: 1 paragraph in 1 article\n" in err
    assert "  2 paragraphs in 1 article, all of it in one article (--relax article):\n" in err
    assert " search 'article(moon harbour)'\n" in err
    assert nutgraf("search", "moon", "harbour", "--any")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "numbers"),
    [
        (["strike", "-harbour"], [3]),
        (["-strike"], [2]),
        (["--", "-strike"], [2]),
        (["moon", "-C", "1"], [1, 2, 3]),
        (["moon", "-A1"], [2, 3]),
        (["moon", "-B", "1"], [1, 2]),
        (["strike", "-n", "1"], [1, 3]),
        (["-nobody", "strike"], [1]),
        (["strike", "--sort=date"], [1, 3]),
    ],
)
def test_the_query_and_the_options_are_told_apart(nutgraf, ferry, arguments, numbers):
    nutgraf("index", ferry)
    code, out, _ = nutgraf("search", *arguments)
    assert [int(line.split()[0]) for line in out.splitlines()[2:] if line] == numbers
    assert code == 0


def test_json_is_the_contract_and_jsonl_has_a_hit_a_line(nutgraf, ferry):
    nutgraf("index", ferry)
    page = json.loads(nutgraf("search", "strike", "--json")[1])
    lines = [json.loads(line) for line in nutgraf("search", "strike", "--jsonl")[1].splitlines()]
    folded = {"paragraphs": 2, "articles": 1}
    assert page["total"] == {"paragraphs": 2, "articles": 1, "same_article": 1, "folded": folded}
    assert [line["paragraph"] for line in lines] == [1, 3]
    assert {line["article"]["id"] for line in lines} == {"ferry.txt"}


def test_count_prints_the_number_of_paragraphs(nutgraf, ferry):
    nutgraf("index", ferry)
    assert nutgraf("search", "--count", "strike") == (0, "2\n", "")
    assert nutgraf("search", "--count", "nothing") == (1, "0\n", "")


@pytest.mark.parametrize("option", ["--count", "--jsonl"])
def test_notices_are_told_beside_every_output_but_json(nutgraf, ferry, option):
    nutgraf("index", ferry)
    assert "Note: The quotation mark" in nutgraf("search", option, '"strike')[2]
    assert nutgraf("search", "--json", '"strike')[2] == ""


def test_notices_are_told_and_strict_makes_them_errors(nutgraf, ferry):
    nutgraf("index", ferry)
    assert "Note: The quotation mark at character 1 has no partner" in nutgraf("search", '"moon')[2]
    assert nutgraf("search", "--strict", '"moon') == (2, "", "Error: The quotation mark at character 1 has no partner\n")  # fmt: skip


def test_an_article_or_a_paragraph_of_it_is_shown(nutgraf, ferry):
    nutgraf("index", ferry)
    assert nutgraf("show", "ferry.txt")[1].splitlines()[3:] == [
        "  1  The ferry strike entered its second week on Monday, and the harbour stayed empty.",
        '  2  "We are not asking for the moon," said a deckhand.',
        "  3  Nobody could say when the ferry strike would end.",
    ]
    for address in ("ferry.txt#p2", "/articles/ferry.txt#p2"):
        assert nutgraf("show", address)[1].splitlines()[3:] == [
            '  2  "We are not asking for the moon," said a deckhand.',
            "     ferry.txt#p2@97ee04f68b",
        ]
    assert len(json.loads(nutgraf("show", "ferry.txt#p2", "--json")[1])["paragraphs"]) == 1


def test_articles_are_removed(nutgraf, ferry):
    nutgraf("index", ferry)
    assert nutgraf("remove", "ferry.txt", "x") == (1, "1 article removed\n", "There is no article 'x' in the index\n")  # fmt: skip
    assert nutgraf("remove", "ferry.txt")[0] == 2
    assert nutgraf("search", "strike")[0] == 1


def test_info_says_what_is_there(nutgraf, ferry):
    nutgraf("index", ferry)
    code, out, _ = nutgraf("info")
    info = json.loads(nutgraf("info", "--json")[1])
    assert code == 0
    assert "26 September 2016 to 26 September 2016" in out
    assert (info["articles"], info["paragraphs"], info["dates"]["first"]) == (1, 3, "2016-09-26")


def test_some_of_many_inputs_fail_and_the_rest_is_done(nutgraf, ferry, tmp_path):
    (tmp_path / "empty.txt").touch()
    (tmp_path / "lines.jsonl").write_text('{"id": "1", "text": "x"}\n{broken\n')
    code, out, err = nutgraf("index", ferry, tmp_path / "empty.txt", tmp_path / "lines.jsonl")
    assert code == 1
    assert out == "Articles: 2 added, 0 replaced, 0 unchanged, 0 removed, 2 failed\n"
    assert "empty.txt: it is empty: there is no article in it" in err
    assert "lines.jsonl, line 2: not JSON" in err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["search", "x"], "There is no index in"),
        (["show", "x"], "There is no index in"),
        (["remove", "x"], "There is no index in"),
        (["info"], "There is no index in"),
        (["serve"], "There is no index in"),
        (["index", ""], "'': the path is empty"),
        (["search", "good", "-n"], "Option -n needs a value"),
        (["search", "good", "-C", "-1"], "-1 is not in the range 0<=x<=10"),
        (["demo", "--host", "no.such.host.invalid"], "There is no host"),
        (["index", "/nowhere/at/all"], "/nowhere/at/all: there is no such file or folder"),
        (["search"], "Missing argument 'QUERY…'"),
        (["index"], "Missing argument 'PATH…'"),
        (["serch", "x"], "No such command 'serch'"),
        (["search", "x", "-n", "many"], "'many' is not a valid integer"),
        (
            ["--index", "README.md", "search", "x"],
            "README.md is a file, not the folder of an index",
        ),
        (["--index", "docs", "search", "x"], "docs is not a nutgraf index"),
        (["--index", "docs", "index", "README.md"], "docs is not a nutgraf index"),
        (["--index", "/proc/x/y", "index", "README.md"], "/proc/x/y cannot be written"),
    ],
)
def test_a_wrong_input_is_one_sentence_and_exit_code_2(nutgraf, arguments, sentence, monkeypatch):
    monkeypatch.chdir(Path(__file__).parent.parent)
    code, out, err = nutgraf(*arguments)
    assert (code, out) == (2, "")
    assert sentence in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("date:2016-13", "months go from 01 to 12; write date:2016, "),
        ("a*", "write at least 2 letters before the star"),
        ("x" * 100_000, "at most 512 are read"),
        ("…", "The query has no words in it"),
    ],
)
def test_a_query_that_cannot_be_answered_is_one_sentence(nutgraf, ferry, query, sentence):
    nutgraf("index", ferry)
    code, out, err = nutgraf("search", query)
    assert (code, out) == (2, "")
    assert sentence in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("data", [b"", b"text\0\1\2", b" \n"])
def test_a_file_without_an_article_is_exit_code_2(nutgraf, tmp_path, data):
    (tmp_path / "a.txt").write_bytes(data)
    code, _, err = nutgraf("index", tmp_path / "a.txt")
    assert code == 2
    assert "a.txt: it " in err


def test_a_folder_without_articles_names_what_is_read(nutgraf, tmp_path):
    (tmp_path / "docs").mkdir()
    code, _, err = nutgraf("index", tmp_path / "docs")
    assert code == 2
    assert "files are read by what they hold" in err


def test_standard_input_is_indexed(nutgraf, monkeypatch):
    lines = io.TextIOWrapper(io.BytesIO(b'{"id": "x", "text": "siege"}'))
    monkeypatch.setattr(sys, "stdin", lines)
    assert nutgraf("index", "-")[0] == 0
    assert nutgraf("search", "--count", "siege")[1] == "1\n"


def test_a_port_in_use_is_one_sentence(nutgraf, ferry):
    nutgraf("index", ferry)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, _, err = nutgraf("serve", "--port", port)
    assert code == 2
    assert f"Port {port} of 127.0.0.1 cannot be served: address already in use" in err


def test_a_port_that_is_none_is_one_sentence(nutgraf, ferry):
    nutgraf("index", ferry)
    code, _, err = nutgraf("serve", "--port", "99999")
    assert code == 2
    assert "choose another with --port" in err


def test_every_command_has_help_and_stands_in_the_readme(nutgraf):
    readme = (Path(__file__).parent.parent / "README.md").read_text()
    assert nutgraf("--help")[0] == 0
    for name in _COMMANDS:
        code, out, _ = nutgraf(name, "--help")
        assert code == 0
        assert len(out.splitlines()) > 4
        assert f"nutgraf {name}" in readme


def test_the_examples_in_the_help_keep_their_lines(nutgraf):
    for name, lines in {"search": 11, "check": 3, "verify": 4, "trend": 3}.items():
        out = nutgraf(name, "--help")[1]
        assert "\\b" not in out, name
        assert any(len(each.splitlines()) == lines for each in out.split("\n\n")), name


def test_a_reader_that_has_seen_enough_is_no_error(make_index):
    path = make_index(*[article(str(number), "siege " * 200) for number in range(90)])
    searching = subprocess.Popen(
        [sys.executable, "-m", "cli", "--index", str(path), "search", "siege", "-n", "90"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    with searching:
        searching.stdout.read(10)
        searching.stdout.close()
        assert b"Traceback" not in searching.stderr.read()
    assert searching.returncode == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_disk_behind_the_output_is_one_sentence(make_index):
    path = make_index("siege")
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "cli", "--index", str(path), "search", "siege"],
            stdout=full, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
    assert done.returncode == 2
    assert "Error: the output cannot be written: no space left on device" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_interrupted_run_keeps_what_was_read(nutgraf, monkeypatch):
    class Interrupted(io.BytesIO):
        def readinto(self, buffer):
            count = super().readinto(buffer)
            if count == 0:
                raise KeyboardInterrupt
            return count

    lines = b"".join(b'{"id": "%d", "text": "siege"}\n' % number for number in range(300))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(Interrupted(lines)))
    code, out, err = nutgraf("index", "-")
    assert (code, out.split(",")[0]) == (2, "Articles: 300 added")
    assert "Interrupted: run the same command again to go on where it stopped" in err
    assert nutgraf("search", "--count", "siege")[1] == "300\n"


def test_the_demo_serves_the_samples_and_leaves_nothing_behind(tmp_path):
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    demo = subprocess.Popen(
        [sys.executable, "-m", "cli", "demo", "--port", "0"],
        stderr=subprocess.PIPE, env=environment, text=True,
    )  # fmt: skip
    with demo:
        line = ""
        while "http://" not in line:
            line = demo.stderr.readline()
            assert line, "the demo ended before it served"
        url = line.split(" at ")[1].split()[0]
        assert _ask(f"{url}/api/search?q=%22ferry+strike%22")["total"]["articles"] > 3
        demo.send_signal(signal.SIGINT)
        demo.wait()
    assert demo.returncode == 0
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_ends_the_demo_even_while_it_starts(tmp_path):
    demo = subprocess.Popen(
        [sys.executable, "-m", "cli", "demo", "--port", "0"],
        stderr=subprocess.PIPE, env={**os.environ, "TMPDIR": str(tmp_path)}, text=True,
        start_new_session=True,
    )  # fmt: skip
    with demo:
        while "http://" not in demo.stderr.readline():
            assert demo.poll() is None, "the demo ended before it served"
        os.killpg(demo.pid, signal.SIGINT)  # as a terminal does: to all of its processes
        demo.communicate(timeout=30)
    assert demo.returncode == 0
    assert list(tmp_path.iterdir()) == []


def _ask(url: str) -> dict:
    """The answer of a server that is about to take connections."""
    for _ in range(200):
        try:
            with urllib.request.urlopen(url) as answer:
                return json.load(answer)
        except urllib.error.URLError:
            time.sleep(0.05)
    raise AssertionError("the server takes no connections")


def test_a_check_finds_a_whole_index_whole(nutgraf, ferry):
    nutgraf("index", ferry)
    code, out, err = nutgraf("check")
    assert (code, err) == (0, "")
    assert out.endswith("the index is whole\n")


@pytest.mark.parametrize("lost", ["segment-*.nut", "commit.1"])
def test_a_check_names_what_is_lost(nutgraf, ferry, tmp_path, lost):
    nutgraf("index", ferry)
    (file,) = (tmp_path / "an index").glob(lost)
    file.unlink()
    code, out, err = nutgraf("check")
    assert code == 2
    assert file.name in err
    assert out.endswith("1 damaged\n")


def test_a_check_names_a_file_of_which_one_byte_is_another(nutgraf, ferry, tmp_path):
    nutgraf("index", ferry)
    (file,) = (tmp_path / "an index").glob("segment-*.nut")
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    code, _, err = nutgraf("check")
    assert code == 2
    assert str(file) in err


@pytest.mark.parametrize(
    ("quotation", "code", "verdict"), [("ferry", 0, "Exact"), ("zeppelin", 1, "Not found")]
)
def test_quotations_of_a_file_are_checked(nutgraf, ferry, tmp_path, quotation, code, verdict):
    nutgraf("index", ferry)
    file = tmp_path / "quotes.csv"
    file.write_text(f"speaker,Quote\nA. Mayor,{quotation}\n")
    found, out, err = nutgraf("check", file)
    assert (found, err) == (code, "")
    assert verdict in out
    (told,) = json.loads(nutgraf("check", file, "--json")[1])
    assert told["columns"]["speaker"] == "A. Mayor"
    assert nutgraf("check", file, "--csv")[1].startswith("speaker,Quote,verdict")


def test_the_source_and_the_date_of_a_quotation_are_compared(nutgraf, ferry, tmp_path):
    nutgraf("index", ferry)
    file = tmp_path / "quotes.csv"
    file.write_text("quote,Source,date\nferry,The Gull,2016-09-26\nferry,,\nferry,,one day\n")
    code, out, err = nutgraf("check", file)
    assert code == 1
    assert out.count("   Said to be from The Gull, 26 September 2016; found in ") == 1
    assert "The date 'one day' of a quotation cannot be read" in out
    assert err == ""
    told = json.loads(nutgraf("check", file, "--json")[1])
    assert [each["claim"] and each["claim"]["agrees"] for each in told] == [False, None, None]
    rows = list(csv.DictReader(nutgraf("check", file, "--csv")[1].splitlines()))
    assert rows[0]["claim"].startswith("said to be from The Gull")
    assert rows[1]["claim"] == ""
    assert rows[2]["claim"].endswith("it is not compared")


@pytest.mark.parametrize("date", ["05/06/2016", "2016-02-30", "yesterday"])
def test_a_date_that_may_mean_several_days_agrees_with_none(nutgraf, ferry, tmp_path, date):
    file = tmp_path / "quotes.csv"
    nutgraf("index", ferry)
    file.write_text(f"quote,date\nferry,{date}\n")
    code, out, _ = nutgraf("check", file, "--csv")
    assert code == 1
    assert f"The date '{date}' of a quotation cannot be read" in out
    assert "agrees" not in out


@pytest.mark.parametrize("between", [";", "\t"])
def test_a_table_may_have_semicolons_or_tabs(nutgraf, ferry, tmp_path, between):
    file = tmp_path / "quotes.csv"
    nutgraf("index", ferry)
    file.write_text(f"quote{between}source\nferry{between}\n")
    code, out, err = nutgraf("check", file)
    assert (code, err) == (0, "")
    assert "Exact" in out


def test_it_is_told_which_column_is_checked(nutgraf, ferry, tmp_path):
    file = tmp_path / "quotes.csv"
    nutgraf("index", ferry)
    file.write_text("said\nferry\n")
    code, _, err = nutgraf("check", file)
    assert (code, err) == (0, "No column is called quote; the first, 'said', is checked\n")


def test_a_file_of_quotations_that_is_not_there_is_one_sentence(nutgraf, ferry, tmp_path):
    nutgraf("index", ferry)
    code, _, err = nutgraf("check", tmp_path / "none.csv")
    assert code == 2
    assert err == f"Error: {tmp_path / 'none.csv'} cannot be read: No such file or directory\n"


def test_a_quotation_that_cannot_be_checked_does_not_stop_the_others(nutgraf, ferry, tmp_path):
    nutgraf("index", ferry)
    file = tmp_path / "quotes.csv"
    file.write_text('quote,n\n!!!,1\nferry,2\n"' + "a " * 150_000 + '",3\n')
    code, out, _ = nutgraf("check", file)
    assert code == 1
    assert [line[:20].strip() for line in out.splitlines() if line[0] != " "] == [
        "1  Cannot be checked",
        "2  Exact",
        "3  Cannot be checked",
    ]
    told = json.loads(nutgraf("check", file, "--json")[1])
    assert [each["verdict"] for each in told] == ["unchecked", "exact", "unchecked"]
    rows = list(csv.reader(nutgraf("check", file, "--csv")[1].splitlines()))
    assert [(row[1], row[2]) for row in rows[1:]] == [
        ("1", "unchecked"),
        ("2", "exact"),
        ("3", "unchecked"),
    ]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("quote,Quote\na,b\n", "2 columns that are called quote"),
        ("quote\nferry, late\n", "Row 2"),
        ('quote\n"ferry\n', "is no table"),
        ("quote\n", "no quotation"),
    ],
)
def test_a_table_of_quotations_that_loses_something_is_refused(nutgraf, ferry, tmp_path, text, why):
    nutgraf("index", ferry)
    file = tmp_path / "quotes.csv"
    file.write_text(text)
    code, out, err = nutgraf("check", file)
    assert (code, out) == (2, "")
    assert why in err


def test_quotations_are_told_as_json_or_as_csv(nutgraf, ferry, tmp_path):
    nutgraf("index", ferry)
    (tmp_path / "quotes.txt").write_text("ferry\n")
    assert nutgraf("check", tmp_path / "quotes.txt", "--json", "--csv")[0] == 2


def test_optimizing_changes_no_answer(nutgraf, tmp_path):
    for number in range(3):
        (tmp_path / f"{number}.txt").write_text(f"A ferry strike, {number} days long.")
        nutgraf("index", tmp_path / f"{number}.txt")
    before = nutgraf("search", "ferry", "--json")[1]
    code, out, _ = nutgraf("optimize")
    assert code == 0
    assert out.startswith("The index has one segment: ")
    found = json.loads(nutgraf("search", "ferry", "--json")[1])
    assert found["articles"] == json.loads(before)["articles"]
    assert json.loads(nutgraf("info", "--json")[1])["segments"] == 1


def test_indexing_takes_as_many_processes_and_as_much_memory_as_it_is_told(nutgraf, ferry):
    assert nutgraf("index", "--jobs", "2", "--memory", "64", ferry)[0] == 0
    assert nutgraf("index", "--jobs", "0", ferry)[0] == 2
    assert nutgraf("index", "--memory", "63", ferry)[0] == 2


def test_a_search_starts_with_little_and_collects_garbage_afterwards(make_index):
    program = """
import gc, os, sys
from cli.__main__ import main
try:
    main()
except SystemExit as done:
    loaded = [each for each in ("numpy.ma", "rich", "whoosh") if each in sys.modules]
    print(done.code, gc.isenabled(), gc.get_freeze_count() > 0, loaded, file=sys.stderr)
    print(os.environ["OPENBLAS_NUM_THREADS"], file=sys.stderr)
"""
    path = str(make_index(article("1", "siege of the town"), article("2", "siege")))
    given = ["--index", path, "search", "--any", "siege", "town"]
    environment = {k: v for k, v in os.environ.items() if k != "OPENBLAS_NUM_THREADS"}
    ran = subprocess.run(
        [sys.executable, "-c", program, *given], capture_output=True, text=True, env=environment
    )
    assert ran.stderr.splitlines()[-2:] == ["0 True True []", "1"]


def test_what_could_not_be_read_is_listed_until_it_is_mended(nutgraf, ferry, tmp_path):
    broken = tmp_path / "lines.jsonl"
    broken.write_text('{"id": "1", "text": "x"}\n{broken\n')
    nutgraf("index", ferry, broken)
    code, out, err = nutgraf("failures")
    assert code == 1
    assert out.startswith(f"{broken}, line 2: not JSON: ")
    assert err == "1 failed, in 1 file\n"
    (failure,) = json.loads(nutgraf("failures", "--json")[1])["failures"]
    assert (failure["file"], failure["name"]) == (str(broken), f"{broken}, line 2")
    code, out, err = nutgraf("index", ferry, broken)
    assert (code, out) == (1, "All 2 articles are unchanged, 1 failed\n")
    assert "lines.jsonl, line 2: not JSON" in err
    broken.write_text('{"id": "1", "text": "x"}\n')
    assert nutgraf("index", "--retry-failed", ferry, broken)[0] == 0
    assert nutgraf("failures") == (0, "", "Nothing has failed\n")


def test_a_dry_run_shows_what_would_be_read_and_writes_nothing(nutgraf, ferry, tmp_path):
    (tmp_path / "empty.txt").touch()
    code, out, err = nutgraf("index", "--dry-run", ferry, tmp_path / "empty.txt")
    assert code == 1
    assert out.splitlines() == [
        f"{ferry} (plain text): 1 article",
        "  Ferry strike enters a second week",
        out.splitlines()[2],
        "    ferry.txt",
        f"{tmp_path}/empty.txt (plain text): 0 articles",
        f"  failed: {tmp_path}/empty.txt: it is empty: there is no article in it",
    ]
    assert re.fullmatch(
        r"    Maren Oduya · 26 September 2016, 21:11 \(from the text\) · en · 3 paragraphs",
        out.splitlines()[2],
    )
    assert err == "1 article would be read; nothing was written\n"
    assert not (tmp_path / "an index").exists()


def test_a_dry_run_as_json_has_every_file(nutgraf, ferry, tmp_path):
    (tmp_path / "lines.jsonl").write_text('{"id": "1", "text": "x", "date": "2021"}\n{broken\n')
    code, out, _ = nutgraf("index", "--dry-run", "--json", ferry, tmp_path / "lines.jsonl")
    first, second = json.loads(out)["files"]
    assert code == 1
    date = first["articles"][0]["date"]
    assert (date["value"], date["precision"]) == ("2016-09-26T21:11", "minute")
    assert date["evidence"] in ("", "text")
    assert [each["id"] for each in second["articles"]] == ["1"]
    assert "line 2" in second["failures"][0]["name"]
    assert nutgraf("index", "--json", ferry)[0] == 2


def test_a_file_alone_that_holds_no_article_is_told_why_it_was_skipped(nutgraf, tmp_path):
    (tmp_path / "data.bin").write_bytes(bytes(range(256)) * 20)
    code, out, err = nutgraf("index", tmp_path / "data.bin")
    assert code == 0
    assert "1 file of other kinds skipped" in out
    assert err.startswith(f"{tmp_path}/data.bin: skipped, it is ")


def test_skipped_files_are_named_if_that_is_asked_for(nutgraf, ferry):
    (ferry.parent / "picture.png").write_bytes(b"\x89PNG")
    out, err = nutgraf("index", ferry.parent)[1:]
    assert out.endswith("; 1 file of other kinds skipped\n")
    assert err == ""
    assert "picture.png: skipped, " in nutgraf("index", "-v", ferry.parent)[2]


def test_a_column_is_told_as_a_pair(nutgraf, ferry):
    code, _, err = nutgraf("index", "--column", "title", ferry)
    assert code == 2
    assert "write it as FIELD=NAME" in err
    assert nutgraf("index", "--column", "title=Headline", "--source", "{folder}", ferry)[0] == 0


def test_a_reason_cannot_drive_the_terminal(nutgraf, tmp_path):
    (tmp_path / "\x1b[31m.jsonl").write_text("broken\n")
    assert "\x1b" not in nutgraf("index", tmp_path)[2]
    assert "\x1b" not in nutgraf("failures")[1]


def test_json_is_whole_whatever_a_file_is_called(tmp_path):
    folder = os.fsencode(tmp_path / "in")
    os.mkdir(folder)
    with open(folder + b"/caf\xe9.txt", "wb") as file:
        file.write(b"")
    command = [sys.executable, "-m", "cli", "--index", str(tmp_path / "an index")]
    environment = os.environ | {"PYTHONIOENCODING": "utf-8:strict"}
    subprocess.run([*command, "index", str(tmp_path / "in")], capture_output=True, check=False)
    for asked in (["failures", "--json"], ["index", "--dry-run", "--json", str(tmp_path / "in")]):
        ran = subprocess.run([*command, *asked], capture_output=True, env=environment, check=False)
        assert b"Traceback" not in ran.stderr
        (named,) = next(iter(json.loads(ran.stdout.decode()).values()))
        assert named["file"] == os.fsdecode(folder + b"/caf\xe9.txt")
