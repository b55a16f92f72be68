"""PDF files: paragraphs from lines, what the file says of itself, and clear refusals."""

import io
import sys
import tarfile
from datetime import date

import pytest

from index.article import Article
from index.errors import InputError, MissingExtra
from index.readers import pdf as reader
from index.readers import registry
from index.readers.reading import Input, Notice, ReadingOptions
from tests.make_pdf import column, pdf

TODAY = date(2026, 1, 1)
FULL = "It was a long day on the river, and the men who built the bridge were "
REST = ["tired when the evening came at last."]


def found(data, name="news.pdf"):
    return list(
        reader.read(io.BytesIO(data), Input(name, name, options=ReadingOptions(today=TODAY)))
    )


def article(data):
    (only,) = [each for each in found(data) if isinstance(each, Article)]
    return only


def paragraphs(*pages):
    return list(article(pdf(*pages)).paragraphs)


def refusal(data):
    with pytest.raises(InputError) as caught:
        found(data)
    return str(caught.value)


def prose(*endings, x=72, y=700):
    """A paragraph of full lines and a last one."""
    return column(x, y, *[FULL.strip()] * 2, *endings)


def test_lines_of_a_paragraph_are_joined():
    assert paragraphs(prose(*REST)) == [f"{FULL}{FULL}{REST[0]}"]


def test_a_paragraph_ends_where_the_spacing_is_wider():
    pages = [*prose(*REST), *prose(*REST, y=640)]
    assert paragraphs(pages) == [f"{FULL}{FULL}{REST[0]}"] * 2


def test_a_paragraph_ends_where_the_next_line_is_indented():
    lines = column(72, 700, FULL.strip(), FULL.strip())
    lines += [(90, 676, FULL[:68]), (72, 664, FULL.strip()), (72, 652, "and so on.")]
    assert len(paragraphs(lines)) == 2


def test_a_paragraph_ends_with_a_short_line_that_had_room_left():
    lines = column(72, 700, FULL.strip(), "were done.", FULL.strip(), "were home.")
    assert paragraphs(lines) == [f"{FULL}were done.", f"{FULL}were home."]


def test_items_of_a_list_are_paragraphs():
    lines = column(72, 700, *["• one of the many bridges of the town"] * 3)
    assert len(paragraphs(lines)) == 3


def test_a_word_that_was_divided_is_joined_again():
    lines = column(
        72, 700, FULL + "co-", "operation went on, and so did all of the others in the town."
    )
    assert "were cooperation went" in paragraphs(lines)[0]


def test_a_compound_that_the_text_knows_keeps_its_hyphen():
    lines = column(72, 700, "A well-known man said: " + FULL[:44] + "well-", "known to all.")
    assert paragraphs(lines)[0].endswith(" well-known to all.")


def test_a_hyphen_before_a_capital_stays():
    lines = column(72, 700, FULL + "Anglo-", "Saxon and old, and so were all of the others.")
    assert "Anglo-Saxon and old" in paragraphs(lines)[0]


def test_a_paragraph_goes_on_over_the_page():
    first = column(72, 700, FULL.strip(), FULL.strip())
    second = column(72, 760, "tired of it all, though they had slept.", FULL.strip(), "were home.")
    assert paragraphs(first, second) == [
        f"{FULL}{FULL}tired of it all, though they had slept.",
        f"{FULL}were home.",
    ]


def test_running_heads_and_page_numbers_are_dropped():
    words = ["once", "twice", "again"]
    pages = [
        [
            (72, 800, "THE RIVER NEWS"),
            *prose(f"tired {word}.", y=700 - 9 * page),
            (290, 40, str(page)),
        ]
        for page, word in enumerate(words, start=7)
    ]
    assert paragraphs(*pages) == [f"{FULL}{FULL}tired {word}." for word in words]


def test_headings_that_only_look_alike_stay():
    pages = [[(72, 800, f"Example {number}"), *prose("tired.")] for number in (3, 9, 11)]
    assert [text for text in paragraphs(*pages) if text.startswith("Example")] == [
        "Example 3", "Example 9", "Example 11",
    ]  # fmt: skip


def test_a_text_of_which_all_pages_say_the_same_is_kept():
    assert paragraphs([(72, 700, "Closed today")], [(72, 700, "Closed today")]) != []


def test_columns_are_read_one_after_the_other():
    left = column(72, 700, *["the left side goes on like that"] * 8)
    right = column(330, 700, *["the right one goes on like this"] * 8)
    rows = [line for pair in zip(left, right, strict=True) for line in pair]
    text = " ".join(paragraphs(rows))
    assert text.index("the right") > text.rindex("the left")


def test_a_page_that_was_written_from_the_bottom_is_read_from_the_top():
    assert paragraphs(prose(*REST)[::-1]) == [f"{FULL}{FULL}{REST[0]}"]


def test_a_page_of_many_thousand_pieces_takes_no_longer_than_others():
    pieces = [(n % 7 * 80, n // 7, 1, f"n{n}") for n in range(7000)]
    assert len(paragraphs(pieces)) == 1000


def test_a_row_of_a_table_is_one_paragraph():
    rows = [
        cell
        for y in (700, 688, 676)
        for cell in ((72, y, "Oslo"), (200, y, "1624"), (300, y, "new"))
    ]
    assert paragraphs(rows) == ["Oslo 1624 new"] * 3


def test_the_title_is_that_of_the_file_and_not_said_twice():
    lines = [(72, 760, 18, "The bridge opens"), *prose(*REST)]
    one = article(pdf(lines, info="/Title (The bridge opens) /Author (Ada Lind)"))
    assert (one.title, one.author) == ("The bridge opens", "Ada Lind")
    assert one.paragraphs == (f"{FULL}{FULL}{REST[0]}",)


def test_a_title_that_a_program_made_up_gives_way_to_the_largest_line():
    lines = [(72, 760, 18, "The bridge opens"), *prose(*REST)]
    one = article(pdf(lines, info="/Title (Microsoft Word - bridge7.doc) /Author (alind2)"))
    assert (one.title, one.author) == ("The bridge opens", "")


def test_without_any_title_the_file_gives_its_name():
    assert article(pdf(prose(*REST))).title == "news"


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("D:20160926211100+02'00'", "2016-09-26T21:11:00+02:00"),
        ("D:20160926211100Z", "2016-09-26T21:11:00+00:00"),
        ("D:201609262111", "2016-09-26T21:11"),
        ("D:20160926", "2016-09-26"),
        ("D:201609", "2016-09"),
        ("D:19700101000000Z", None),
        ("yesterday", None),
    ],
)
def test_the_date_is_read_as_precisely_as_it_is_written(written, value):
    one = article(pdf(prose(*REST), info=f"/CreationDate ({written})"))
    assert one.date.value == value
    assert one.date.evidence == ("meta" if value else "")


def test_a_date_that_is_printed_below_the_title_counts_more():
    lines = [(72, 760, 18, "The bridge opens"), (72, 735, "3 May 2015"), *prose(*REST)]
    one = article(pdf(lines, info="/CreationDate (D:20160926)"))
    assert (one.date.value, one.date.evidence) == ("2015-05-03", "text")


def test_a_date_to_come_is_unknown_and_told():
    notice, one = found(pdf(prose(*REST), info="/CreationDate (D:20990101)"))
    assert isinstance(notice, Notice)
    assert "2099-01-01" in notice.sentence
    assert one.date.value is None


def test_pictures_without_text_are_told_from_empty_pages():
    assert "ocrmypdf" in refusal(pdf([], picture=True))
    assert refusal(pdf([])) == "it holds no text"


def test_pages_without_text_among_others_are_told():
    notice, _ = found(pdf([], [], prose(*REST), picture=True))
    assert notice.sentence.startswith("2 of its 3 pages hold pictures but no text")


@pytest.mark.parametrize("data", [b"", b"%PDF-1.4\n", b"no PDF at all", pdf(prose(*REST))[:200]])
def test_what_is_no_whole_pdf_is_refused(data):
    assert refusal(data) == "it is not a PDF file, or it is damaged or cut short"


def test_without_the_extra_the_way_to_it_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    monkeypatch.delitem(sys.modules, "index.readers.pdf")
    source = Input("a.pdf", "a.pdf")
    with pytest.raises(MissingExtra) as error:
        list(registry.read_part(io.BufferedReader(io.BytesIO(b"%PDF-1.4\n")), source))
    assert str(error.value).endswith(f"{sys.executable} -m pip install 'nutgraf[pdf]'")


def test_real_files_are_read_or_refused(data):
    with tarfile.open(data("formats.tar.xz")) as archive:
        files = {
            member.name: archive.extractfile(member).read()
            for member in archive
            if member.name.endswith(("multicolumn.pdf", "libreoffice-writer-password.pdf"))
        }
    password, columns = (files[name] for name in sorted(files))
    assert refusal(password) == "it is locked with a password; save it without one"
    one = article(columns)
    assert one.title == "Two-Column Document with Lorem Ipsum"
    assert one.date.value == "2024-01-03"
    assert one.paragraphs[4].endswith("orci dignissim rutrum.")
    assert not [text for text in one.paragraphs if text.isdigit()]
