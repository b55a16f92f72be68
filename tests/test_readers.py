"""Reading: files of each kind become articles; what cannot be read is named, the rest goes on."""

import gzip
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import Article, PublicationDate
from index.errors import InputError
from index.readers import Failure, Input, Notice, Skip, read
from index.readers.text import read_text


def read_bytes(data: bytes, name: str = "a.txt") -> list[Article | Failure]:
    return list(read(io.BufferedReader(io.BytesIO(data)), Input(name, name)))


def read_lines(*records: object) -> list[Article | Failure]:
    lines = [each if isinstance(each, str) else json.dumps(each) for each in records]
    return read_bytes("\n".join(lines).encode(), "a.jsonl")


def test_the_example_article_is_read_as_a_newspaper_would_set_it(data):
    (found,) = read_bytes(data("aleppo.txt").read_bytes(), "aleppo.txt")
    assert found.title == "Russia hits back at US after 'barbarism' tag over Aleppo airstrikes"
    assert found.date == PublicationDate("2016-09-26T21:11", "minute")
    assert found.author == "admin"
    assert found.paragraphs[0].startswith("Beirut: Amid continuing airstrikes")
    assert "Â" not in "".join(found.paragraphs)


@pytest.mark.parametrize(
    ("head", "author", "date"),
    [
        ("26/09/2016 21:11 by admin", "admin", "2016-09-26T21:11"),
        ("By Tomas Eld\nSeptember 3, 2022", "Tomas Eld", "2022-09-03"),
        ("By Tomas Eld | September 3, 2022", "Tomas Eld", "2022-09-03"),
        ("Published: 3 September 2022", "", "2022-09-03"),
        ("2022-09-03", "", "2022-09-03"),
        ("Posted by Ann Lee on May 3, 2021", "Ann Lee", "2021-05-03"),
        ("By J. R. Hartley and Ann de Vries", "J. R. Hartley and Ann de Vries", None),
        ("BY ANN LEE, STAFF WRITER", "ANN LEE, STAFF WRITER", None),
    ],
)
def test_the_lines_below_the_headline_say_who_and_when(head, author, date):
    article = read_text(f"A headline\n\n{head}\n\nThe text.\n\nMore.", "a.txt")
    assert (article.title, article.author, article.date.value) == ("A headline", author, date)
    assert article.paragraphs == ("The text.", "More.")


def test_a_wire_dateline_names_the_agency_and_stays_in_the_text():
    article = read_text("Head\n\nBeirut, Sept. 26 (AP) - Planes came.\n\nMore.", "a.txt")
    assert article.source == "AP"
    assert article.date.precision == "unknown"
    assert article.paragraphs[0] == "Beirut, Sept. 26 (AP) - Planes came."


@pytest.mark.parametrize(
    ("dateline", "source", "date"),
    [
        ("BEIRUT (AP) --", "AP", None),
        ("NEW YORK (Reuters) -", "Reuters", None),
        ("NEW YORK, Sept. 26, 2016 /PRNewswire/ --", "PRNewswire", "2016-09-26"),
        ("Oslo, May 3, 2021 /PRNewswire-Asia/ --", "PRNewswire-Asia", "2021-05-03"),
    ],
)
def test_a_wire_dateline_may_lack_the_day_or_name_a_service(dateline, source, date):
    article = read_text(f"Head\n\n{dateline} Planes came.\n\nMore.", "a.txt")
    assert (article.source, article.date.value) == (source, date)
    assert article.paragraphs[0] == f"{dateline} Planes came."


def test_the_day_of_a_dateline_was_found_in_the_text_and_may_not_be_to_come():
    (found,) = read_bytes(b"Head\n\n26/09/2016 21:11 by admin\n\nPlanes came.")
    assert found.date.evidence == "text"
    found, notice = read_bytes(b"Head\n\n26/09/2096 21:11 by admin\n\nPlanes came.")
    assert found.date.value is None
    assert isinstance(notice, Notice)


def test_a_wire_dateline_on_a_line_of_its_own_opens_the_first_paragraph():
    article = read_text("Head\n\nBEIRUT, Sept. 26, 2016 (AP) -\n\nPlanes came.", "a.txt")
    assert article.paragraphs == ("BEIRUT, Sept. 26, 2016 (AP) - Planes came.",)
    assert article.date.value == "2016-09-26"


@pytest.mark.parametrize(
    "text",
    [
        "By the time the boats were out, the storm had passed.",
        "Head\n\nBy the time the boats were out, the storm had passed.",
        "Head\n\nIn 2016 it rained.\n\nIt did.",
        "Head\n\n2015\n\nIt rained.",
        "Head\n\n3 May 2021, by which time the bridge was gone\n\nIt rained.",
        "Head\n\nMay 2021 by far the worst\n\nIt rained.",
        "Head\n\n3 May 2021 by Ann Lee was the date that everybody remembers\n\nIt rained.",
        "Head\n\n2016 by women\n\nIt rained.",
        "Head\n\nBy Friday\n\nthe council had voted.",
        "Head\n\n1 May 2019\n\n2 May 2019\n\n3 May 2019\n\nEnd.",
        "Head\n\nJohn Smith, May 3, 1921 (London) - June 4, 1999 (Paris).\n\nHe was.",
        "Head\n\nJFK, May 29, 1917 - November 22, 1963, was a president.\n\nHe was.",
        "Head\n\nIn a speech in Rome, May 3, 2020 (Easter) - a feast - he spoke.\n\nHe did.",
        "Head\n\nBy noon the crowd had gone home\n\nIt rained.",
        "Head\n\nThe bank (RBS) - a giant - fell.\n\nIt did.",
        "Head\n\nIn Rome, May 3, 2020 /Easter/ - a feast - he spoke and/or sang.\n\nHe did.",
        "Head\n\nAbraham Lincoln, February 12, 1809 - April 15, 1865, was a president.\n\nHe was.",
        "Head\n\nThe treaty was signed in Vienna, May 15, 1955 - a date to keep.\n\nIt was.",
    ],
)
def test_a_sentence_is_no_dateline(text):
    article = read_text(text, "a.txt")
    assert article.date.precision == "unknown"
    assert article.author == ""
    assert article.paragraphs[0] == text.split("\n\n")[1 if text.startswith("Head") else 0]


@pytest.mark.parametrize(
    "dateline",
    [
        "BEIRUT, Sept. 26, 2016 -",
        "Beirut, Sept. 26, 2016 (AP) —",
        "LONDON, 26 September 2016 (AP) -",
    ],
)
def test_a_wire_lead_without_a_headline_is_a_paragraph(dateline):
    article = read_text(f"{dateline} Planes came.\n\nMore.", "wire.txt")
    assert article.title == "wire"
    assert article.paragraphs == (f"{dateline} Planes came.", "More.")
    assert article.date.value == "2016-09-26"


def test_a_dateline_above_the_headline_is_one_too():
    article = read_text("26/09/2016 21:11 by admin\n\nA headline\n\nText.\n\nMore.", "a.txt")
    assert (article.title, article.author) == ("A headline", "admin")
    assert article.date.value == "2016-09-26T21:11"


@pytest.mark.parametrize(
    "headline",
    ["September 11, 2001", "May 2021", "1984", "By Any Means Necessary", "2016 by the numbers"],
)
def test_a_headline_may_look_like_a_dateline(headline):
    article = read_text(f"{headline}\n\nNobody forgot it.\n\nMore.", "a.txt")
    assert (article.title, article.date.precision) == (headline, "unknown")


def test_what_is_said_twice_stays_in_the_text():
    article = read_text("Head\n\nBy Ann Lee\nBy Bob Ray\n\nText.", "a.txt")
    assert article.author == "Ann Lee"
    assert article.paragraphs == ("By Bob Ray", "Text.")


def test_a_line_below_the_headline_is_no_paragraph():
    article = read_text("Bridge vote\n===========\n\nThe council voted.", "a.txt")
    assert (article.title, article.paragraphs) == ("Bridge vote", ("The council voted.",))


def test_a_first_sentence_is_no_headline():
    article = read_text("He left.\n\nShe stayed.", "a.txt")
    assert (article.title, article.paragraphs) == ("a", ("He left.", "She stayed."))


@pytest.mark.parametrize("text", ["By Ann Lee", "3 May 2021", "26/09/2016 21:11 by admin"])
def test_a_text_that_is_only_a_dateline_is_text(text):
    assert read_text(text, "a.txt").paragraphs == (text,)


@pytest.mark.parametrize("end", ["\r", "\r\n", "\n"])
def test_lines_end_as_on_any_system(end):
    text = "Bridge vote\n\nBy Ann Lee\n3 May 2021\n\nThe council voted.\n\nAgain.\n"
    (found,) = read_bytes(text.replace("\n", end).encode())
    assert (found.title, found.author, found.date.value) == ("Bridge vote", "Ann Lee", "2021-05-03")
    assert found.paragraphs == ("The council voted.", "Again.")


def test_a_text_without_a_headline_is_called_like_its_file():
    assert read_text("Only one paragraph.", "notes/storm.txt").title == "storm"


def test_a_line_of_json_is_an_article_and_unknown_fields_are_left_out():
    (found,) = read_lines(
        {"id": "x", "title": "T", "date": "1987-02-26T15:01:01", "source": "S", "url": "",
         "language": "EN", "author": None, "paragraphs": ["One.", "Two."], "dateline": "D"}
    )  # fmt: skip
    assert found == Article(
        "x", ("One.", "Two."), "T", "", "S", "", "en",
        PublicationDate("1987-02-26T15:01:01", "second"),
    )  # fmt: skip


def test_text_is_divided_where_there_are_no_paragraphs():
    (found,) = read_lines({"id": "x", "text": "One.\n\nTwo."})
    assert found.paragraphs == ("One.", "Two.")


def test_an_article_without_an_id_is_called_by_its_url_or_its_line():
    by_url, by_line = read_lines({"url": "https://example.org/a", "text": "A"}, {"text": "B"})
    assert (by_url.id, by_line.id) == ("https://example.org/a", "a.jsonl:2")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "not JSON"),
        ("[1]", "one JSON object"),
        ('{"id": "x"}', 'neither "paragraphs" nor "text"'),
        ('{"id": "x", "paragraphs": []}', "has no text"),
        ('{"id": "x", "paragraphs": "y"}', "list of strings"),
        ('{"id": ["x"], "text": "y"}', '"id" must be a string, not a list'),
        ('{"id": "..", "text": "y"}', "cannot stand in a link"),
        ('{"id": "x\\u0000y\\nz", "text": " "}', "has no text"),
        ("[" * 100_000, "nested too deeply"),
        ('{"id": %s, "text": "y"}' % ("9" * 5000), "not an article"),
    ],
)
def test_a_broken_line_is_named_and_the_others_are_read(line, reason):
    first, broken, last = read_lines({"id": "1", "text": "a"}, line, {"id": "3", "text": "b"})
    assert (first.id, last.id) == ("1", "3")
    assert broken.name == "a.jsonl, line 2"
    assert reason in broken.reason


def test_a_line_that_is_not_utf8_is_named():
    (broken,) = read_bytes(b'{"id": "x", "text": "caf\xe9"}', "a.jsonl")
    assert "not UTF-8" in broken.reason


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "it is empty"),
        (b"  \n\n ", "it holds no text"),
        (b"The harbour \0\1\2\3", "binary"),
        (b"x" * 10_000_001, "longer than 10 MB"),
    ],
)
def test_a_file_that_holds_no_article_is_refused_with_the_reason(data, reason):
    with pytest.raises(InputError, match=reason):
        read_bytes(data)


def test_compressed_lines_are_read():
    (found,) = read_bytes(gzip.compress(b'{"id": "x", "text": "y"}'), "a.jsonl.gz")
    assert found.id == "x"


def test_a_compressed_file_that_is_cut_short_is_a_failure_after_its_whole_articles():
    lines = b"".join(b'{"id": "%d", "text": "%d"}\n' % (n, n * 7919) for n in range(9999))
    packed = gzip.compress(lines)
    found = []
    with pytest.raises(InputError, match="cut short"):
        for each in read(io.BufferedReader(io.BytesIO(packed[:-100])), Input("a.jsonl.gz", "a")):
            found.append(each)
    assert len(found) > 9000
    assert all(isinstance(each, Article) for each in found)


@pytest.mark.parametrize("size", [10**8, 10**9 + 10**7])
def test_a_file_that_unpacks_to_too_much_is_refused(size):
    chunk = gzip.compress(b"\n" * 10**7, 9)
    with pytest.raises(InputError, match="unpacks to more than"):
        read_bytes(chunk * (size // 10**7), "bomb.jsonl.gz")


@given(st.binary(max_size=300), st.sampled_from(["a.txt", "a.jsonl", "a.jsonl.gz", "a"]))
def test_any_bytes_become_articles_or_failures(data, name):
    try:
        found = read_bytes(data, name)
    except InputError as error:
        assert str(error)
    else:
        assert all(isinstance(each, Article | Failure | Skip | Notice) for each in found)


def test_lines_that_are_all_blank_are_no_article():
    with pytest.raises(InputError, match="it holds no article"):
        read_bytes(b"\n  \n", "a.jsonl")


def test_a_compressed_stream_may_come_through_a_pipe():
    class Pipe(io.BytesIO):
        def seekable(self):
            return False

        def tell(self):
            raise OSError(29, "Illegal seek")

    packed = Pipe(gzip.compress(b'{"id": "x", "text": "y"}'))
    (found,) = read(io.BufferedReader(packed), Input("standard input", ""), ".jsonl")
    assert found.id == "x"
