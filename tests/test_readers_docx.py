"""Word documents: what a reader sees of them becomes paragraphs; the rest does not."""

import io
from datetime import date

import pytest

from index.article import Article
from index.errors import InputError
from index.readers import docx as reader
from index.readers.reading import Failure, Input, ReadingOptions
from tests.make_zipped import W, docx, p, zipped

STYLES = {
    "word/styles.xml": f'<w:styles {W}><w:style w:styleId="Titre"><w:name w:val="Title"/></w:style>'
    f'<w:style w:styleId="T1"><w:name w:val="heading 1"/></w:style></w:styles>'
}


def found(data):
    source = Input("a.docx", "a.docx", options=ReadingOptions(today=date(2026, 1, 1)))
    return list(reader.read(io.BytesIO(data), source))


def article(*given, **more):
    (only,) = [each for each in found(docx(*given, **more)) if isinstance(each, Article)]
    return only


def refusal(data):
    with pytest.raises(InputError) as caught:
        found(data)
    return str(caught.value)


def test_paragraphs_lists_and_cells_follow_each_other():
    table = f"<w:tbl><w:tr><w:tc>{p('cell')}</w:tc><w:tc>{p('other')}</w:tc></w:tr></w:tbl>"
    assert article(p("One.") + table + p("Two.")).paragraphs == ("One.", "cell", "other", "Two.")


def test_deleted_and_moved_text_is_not_shown_and_inserted_text_is():
    run = "<w:r><w:t>{}</w:t></w:r>"
    body = (
        f"<w:p>{run.format('kept ')}<w:del><w:r><w:delText>gone</w:delText></w:r></w:del>"
        f"<w:moveFrom>{run.format('away')}</w:moveFrom><w:ins>{run.format('new')}</w:ins></w:p>"
    )
    assert article(body).paragraphs == ("kept new",)


def test_a_paragraph_whose_end_was_deleted_goes_on():
    assert article(p("One ", more="<w:rPr><w:del/></w:rPr>") + p("two.")).paragraphs == (
        "One two.",
    )


def test_a_large_initial_belongs_to_its_word():
    assert article(p("O", more='<w:framePr w:dropCap="drop"/>') + p("nce.")).paragraphs == (
        "Once.",
    )


def test_hidden_text_and_instructions_of_fields_are_not_shown():
    body = (
        "<w:p><w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:t>seen</w:t></w:r>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>unseen</w:t></w:r></w:p>"
    )
    assert article(body).paragraphs == ("seen",)


def test_tabs_and_breaks_divide_words():
    body = "<w:p><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t></w:r></w:p>"
    assert article(body).paragraphs == ("a b c",)


def test_a_text_box_is_read_once_though_it_is_there_twice():
    box = f"<w:txbxContent>{p('In the box.')}</w:txbxContent>"
    twice = f"<m:AlternateContent xmlns:m='m'><m:Choice>{box}</m:Choice><m:Fallback>{box}</m:Fallback></m:AlternateContent>"
    body = f"<w:p><w:r><w:t>Beside.</w:t>{twice}</w:r></w:p>"
    assert article(body).paragraphs == ("Beside.", "In the box.")


def test_notes_that_are_referred_to_follow_the_text():
    body = '<w:p><w:r><w:t>Text.</w:t><w:footnoteReference w:id="2"/></w:r></w:p>' + p("End.")
    notes = f'<w:footnotes {W}><w:footnote w:id="0">{p("no")}</w:footnote><w:footnote w:id="2">{p("A note.")}</w:footnote></w:footnotes>'
    parts = {"word/footnotes.xml": notes}
    assert article(body, parts=parts).paragraphs == ("Text.", "End.", "A note.")


def test_the_properties_tell_title_author_language_and_date():
    core = (
        "<dc:title>The bridge</dc:title><dc:creator>Ada Lind;Bo Ek</dc:creator>"
        "<dc:language>en-GB</dc:language><dcterms:created>2016-09-26T19:11:00Z</dcterms:created>"
        "<dcterms:modified>2020-01-01T00:00:00Z</dcterms:modified>"
    )
    one = article(p("Text."), core)
    assert (one.title, one.author, one.language) == ("The bridge", "Ada Lind, Bo Ek", "en")
    assert (one.date.value, one.date.evidence) == ("2016-09-26T19:11:00+00:00", "meta")


def test_a_paragraph_in_the_style_of_a_title_is_the_title_in_any_language():
    one = article(p("The bridge", "Titre") + p("Text."), "<dc:title>Other</dc:title>", parts=STYLES)
    assert (one.title, one.paragraphs) == ("The bridge", ("Text.",))


def test_a_heading_at_the_top_is_the_title_of_what_has_no_other():
    assert article(p("On bridges", "T1") + p("Text."), parts=STYLES).title == "On bridges"
    assert article(p("Text.") * 5 + p("References", "T1"), parts=STYLES).title == "a"


@pytest.mark.parametrize(
    "never", ["1980-01-01T00:00:00Z", "2013-12-23T23:15:00Z", "1601-01-01T00:00:00Z"]
)
def test_the_time_of_a_clock_that_nobody_set_is_no_date(never):
    assert article(p("Text."), f"<dcterms:created>{never}</dcterms:created>").date.value is None


def test_a_damaged_part_that_can_be_done_without_is_told():
    failure, one = found(docx(p("Text."), parts={"word/styles.xml": "<w:styles"}))
    assert failure == Failure(
        "a.docx, word/styles.xml", "the part word/styles.xml in it is not XML"
    )
    assert one.paragraphs == ("Text.",)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(99), "it is in the format of Word before 2007; save it as .docx"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"), "it is locked with a password; save it without one"),
        (rb"{\rtf1 text}", "it is a file in Rich Text Format; save it as .docx"),
        (b"PK\3\4", "it is damaged or cut short: it is not a whole zip archive"),
        (zipped({"a.txt": "a"}), "it is a zip archive, but not a Word document: it has no text part"),
        (docx(""), "it holds no text"),
        (docx("<w:p>"), "the part word/document.xml in it is not XML"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_in_a_clause(data, reason):
    assert refusal(data) == reason


def test_a_bomb_is_refused_before_it_is_unpacked():
    bomb = docx(p("Text."), parts={"word/a.bin": b"\0" * 5_000_000})
    assert refusal(bomb).startswith("it unpacks to more than 1 GB")


def test_too_many_parts_are_refused():
    assert refusal(zipped({str(n): "" for n in range(10_001)})) == "it holds more than 10,000 parts"


def test_entities_are_neither_expanded_nor_fetched(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    body = (
        f'<!DOCTYPE d [<!ENTITY x SYSTEM "file://{secret}"><!ENTITY y "bomb">]>'
        f"<w:document {W}><w:body><w:p><w:r><w:t>a&x;b&y;c</w:t></w:r></w:p></w:body></w:document>"
    )
    one = article("", parts={"word/document.xml": body})
    assert "secret" not in one.paragraphs[0]
    assert "bomb" not in one.paragraphs[0]
