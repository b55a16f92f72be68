"""Mail and mailboxes: the text is an article, what is attached is read too."""

import io
import zipfile
from datetime import date
from email.message import EmailMessage

import pytest

from index.article import Article
from index.errors import InputError
from index.readers import Failure, Input, Notice, ReadingOptions, Skip, read

WORDS = "The ferry to Tarn Cross stopped at noon on Monday and did not start again before dusk."


def read_bytes(data, name="a.eml"):
    options = ReadingOptions(today=date(2024, 2, 28))
    return list(read(io.BufferedReader(io.BytesIO(data)), Input(name, name, options=options)))


def make_mail(text="One.\n\nTwo.\n", number=1, **headers):
    mail = EmailMessage()
    mail["Message-ID"] = f"<{number}@example.org>"
    mail["From"] = headers.get("sender", "Ann Lee <ann@example.org>")
    mail["Subject"] = headers.get("subject", "Łódź: the ferry")
    mail["Date"] = headers.get("date", "Thu, 04 Mar 2021 05:06:07 +0200")
    mail.set_content(text)
    return mail


def test_a_mail_is_an_article():
    (found,) = read_bytes(make_mail("Où est l’été ?\n\nTwo.\n").as_bytes())
    assert (found.id, found.title, found.author) == ("1@example.org", "Łódź: the ferry", "Ann Lee")
    assert (found.date.value, found.date.evidence) == ("2021-03-04T05:06:07+02:00", "meta")
    assert found.paragraphs == ("Où est l’été ?", "Two.")


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable", "8bit"])
def test_the_text_is_read_however_it_was_sent(encoding):
    mail = make_mail()
    mail.set_content("Padał deszcz w Łodzi.\n", charset="iso-8859-2", cte=encoding)
    assert read_bytes(mail.as_bytes())[0].paragraphs == ("Padał deszcz w Łodzi.",)


def test_plain_text_comes_before_the_page_and_the_page_before_nothing():
    mail = make_mail("Plain text.")
    mail.add_alternative(f"<p>{WORDS}</p>", subtype="html")
    assert read_bytes(mail.as_bytes())[0].paragraphs == ("Plain text.",)
    mail = make_mail()
    mail.set_content(f"<html><body><p>{WORDS}</p><p>{WORDS}</p></body></html>", subtype="html")
    assert read_bytes(mail.as_bytes())[0].paragraphs == (WORDS, WORDS)


def test_what_is_attached_is_read():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("c.txt", WORDS)
    mail = make_mail()
    mail.add_attachment("In a file.", filename="../a.txt")
    mail.add_attachment("In another.", filename="a.txt")
    mail.add_attachment(packed.getvalue(), "application", "zip", filename="b.zip")
    mail.add_attachment(b"\xff\xd8\xff\xe0", "image", "jpeg", filename="d.jpg")
    mail.add_attachment(make_mail("Forwarded.", number=2))
    mail.add_attachment(b"", "text", "x", filename="e.txt")
    found = read_bytes(mail.as_bytes())
    first = "1@example.org"
    assert [each.id for each in found if isinstance(each, Article)] == [
        first, f"{first}/a.txt", f"{first}/2 a.txt", f"{first}/b.zip/c.txt", "2@example.org",
    ]  # fmt: skip
    assert Skip("a.eml/d.jpg", "it is a picture") in found
    assert Failure("a.eml/e.txt", "it is empty: there is no article in it") in found


def test_a_mail_whose_end_is_missing_is_told():
    mail = make_mail()
    mail.add_attachment("In a file.", filename="a.txt")
    data = mail.as_bytes()
    found = read_bytes(data[: data.index(b"In a file") + 4])
    assert any(isinstance(each, Notice) and "no end" in each.sentence for each in found)


def test_a_mail_without_text_is_skipped_and_a_date_that_cannot_be_is_told():
    assert read_bytes(make_mail("").as_bytes()) == [Skip("a.eml", "there is no text in it")]
    article, notice = read_bytes(make_mail(date="Thu, 04 Mar 2031 05:06:07 +0200").as_bytes())
    assert article.date.value is None
    assert isinstance(notice, Notice)


@pytest.mark.parametrize(
    "header",
    [
        b"Subject: =?utf-8?q?=FF?=",
        b"Subject: =?no-such-charset?b?AAAA?=",
        b"Subject: =?utf-8?b?A?=",
        b"Subject: \xff\xfe caf\xe9",
        b"From: <<<>>>@@",
        b"Content-Type: text/plain; charset=no-such-charset",
        b"Content-Type: text/plain; charset*=utf-8''%ff",
        b"Content-Type: ;;;=",
        b"Content-Transfer-Encoding: no-such-encoding",
        b"Content-Disposition: inline; filename*0*=x''%; filename*2=y",
        b"Date: yesterday",
        b"Message-ID: <>",
    ],
)
def test_a_broken_header_does_no_harm(header):
    found = read_bytes(b"To: bob@example.org\r\n" + header + b"\r\n\r\nThe text.\r\n")
    assert any("The text." in each.paragraphs for each in found if isinstance(each, Article))


def make_mailbox(*mails, quote=True):
    border = b"From ann@example.org Thu Mar  4 05:06:07 2021\n"
    return b"\n".join(
        border + mail.as_bytes().replace(b"\nFrom ", b"\n>From " if quote else b"\nFrom ")
        for mail in mails
    )


def test_a_mailbox_is_divided_at_its_borders_only():
    text = "One.\n\nFrom the roof one saw the sea.\n"
    for quote in (True, False):
        data = make_mailbox(make_mail(text), make_mail("Two.", number=2), quote=quote)
        first, second = read_bytes(data, "all.mbox")
        assert first.paragraphs == ("One.", "From the roof one saw the sea.")
        assert (second.id, second.paragraphs) == ("2@example.org", ("Two.",))


def test_a_mail_that_is_in_a_mailbox_twice_is_read_once():
    first, again, other = read_bytes(
        make_mailbox(make_mail("One."), make_mail("One."), make_mail("Other.")), "all.mbox"
    )
    assert first.paragraphs == ("One.",)
    assert again == Skip("all.mbox, message 2", "the same mail is in the mailbox already")
    assert isinstance(other, Failure)


def test_a_file_called_a_mailbox_that_is_none_is_a_failure():
    with pytest.raises(InputError, match="no mailbox"):
        read_bytes(b"It rained.\n", "all.mbox")
    with pytest.raises(InputError, match="no mail"):
        read_bytes(b"\n\nIt rained.\n", "a.eml")
