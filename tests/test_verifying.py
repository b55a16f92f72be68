"""Verifying: what has become of a cited paragraph, by its check and, where it is quoted, its words.

- An edited archive gets the right verdict for every citation, in every style.
- Moved is found by the check, the nearest first; changed and gone are told apart by the quotation.
- The command line, the page and the API say the same.
"""

import gzip
import json
from itertools import islice

import pytest

from bench import citing
from cli.main import run
from index.article import Article, PublicationDate
from search.address import Address, address_of
from search.citing.changes import Change
from search.citing.naming import named
from search.citing.reading import references
from search.citing.verdicts import verify, verify_one
from search.errors import QueryError
from tests.make import write_index
from web.app import create_app

TEXTS = (
    "The town council voted on Wednesday to close the old harbour bridge for good.",
    "Nobody could say for how long the ferry would have to replace it.",
    "The crews went home.",
)
BRIDGE = Article("harbour/bridge", TEXTS, title="Bridge", date=PublicationDate("2022", "year"))


def cited(number, text=None, article_id="harbour/bridge"):
    return address_of(article_id, number, text or TEXTS[number - 1])


def made(*paragraphs, article_id="harbour/bridge"):
    return Article(article_id, paragraphs, title="Bridge")


@pytest.fixture
def judged(make_searcher):
    """The verdict on an address in an archive of some articles."""
    return lambda address, *articles, text="": verify_one(make_searcher(*articles), address, text)


# Verdicts


def test_what_is_as_it_was_is_ok(judged):
    verdict = judged(cited(2), BRIDGE)
    assert (verdict.fate, verdict.told, verdict.now) == ("ok", "OK", cited(2))


def test_a_paragraph_that_stands_elsewhere_has_moved(judged):
    verdict = judged(cited(2), made("New.", *TEXTS))
    assert (verdict.told, verdict.now) == (
        "MOVED p2→p3",
        Address("harbour/bridge", 3, cited(2).check),
    )


def test_of_several_that_say_the_same_the_nearest_is_told(judged):
    crews = TEXTS[2]
    assert judged(cited(4, crews), made(crews, "A.", crews, "B.", "C.")).now.paragraph == 3


def test_without_a_quotation_an_article_that_does_not_say_it_has_changed(judged):
    assert judged(cited(2), made(TEXTS[0], "Other.")).now.paragraph == 2
    assert judged(cited(3), made(TEXTS[0], "Other."))[1:3] == ("changed", None)


def test_with_a_quotation_the_words_that_changed_are_told(judged):
    now = TEXTS[0].replace("Wednesday", "Thursday").replace(" old", "")
    verdict = judged(cited(1), made("Other.", now), text=TEXTS[0])
    assert (verdict.fate, verdict.now.paragraph) == ("changed", 2)
    assert verdict.changes == (Change("Wednesday", "Thursday"), Change("old", ""))


def test_with_a_quotation_a_paragraph_that_was_taken_out_is_gone(judged):
    assert judged(cited(1), made(*TEXTS[1:]), text=TEXTS[0]).fate == "gone"


def test_an_article_that_is_not_there_is_gone(judged):
    assert judged(cited(1), made("Other.", article_id="x"))[1:3] == ("gone", None)


def test_of_what_is_gone_another_article_with_the_same_words_is_named(judged):
    verdict = judged(cited(1), made("New.", *TEXTS, article_id="copy"), text=TEXTS[0])
    assert (verdict.fate, verdict.now) == ("gone", cited(2, TEXTS[0], "copy"))


def test_an_id_with_spaces_is_found_in_a_sentence(make_searcher):
    searcher = make_searcher(made(*TEXTS, article_id="two words"), made("A.", article_id="words"))
    address = cited(3, article_id="two words")
    for sentence in ("See {} there.", "({})", "{}", "in the “{}”"):
        (verdict,) = verify(searcher, references(sentence.format(address)))
        assert (verdict.address, verdict.fate) == (address, "ok")


def test_every_verdict_on_an_edited_archive_is_right(data, tmp_path):
    with gzip.open(data("reuters.jsonl.gz"), "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in islice(lines, 400)]
    articles = [Article(each["id"], tuple(each["paragraphs"]), each["title"]) for each in records]
    outcome = citing.run(citing.cases(articles, 25), tmp_path / "index")
    assert outcome.wrong == []
    assert dict(outcome.right) == dict.fromkeys(citing.EDITS, 25)


# Which paragraph is meant


@pytest.mark.parametrize(
    "written",
    [
        "two words & more#p3", "two words & more#p3@1f3a9c20b7", "two%20words%20%26%20more#p3",
        "/articles/two%20words%20%26%20more#p3", "https://a.org/articles/two%20words%20%26%20more?q=x#p3",
        "http://localhost:8000/articles/two%20words%20%26%20more?q=x&cited=3-1f3a9c20b7#p3",
    ],
)  # fmt: skip
def test_an_address_is_understood_as_it_is_printed_and_as_a_link(make_searcher, written):
    address = named(make_searcher(made("A.", article_id="two words & more")), written)
    assert address[:2] == ("two words & more", 3)


@pytest.mark.parametrize("written", ["", "bridge", "#p1", "bridge#p0"])
def test_what_names_no_paragraph_is_an_error_that_shows_how(make_searcher, written):
    with pytest.raises(QueryError, match=r"siege\.txt#p3"):
        named(make_searcher("A."), written)


# The command line


@pytest.fixture
def archive(tmp_path):
    return write_index(tmp_path / "archive", [BRIDGE])


@pytest.fixture
def nutgraf(archive, capfd):
    def command(*arguments):
        code = run(["--index", str(archive), *map(str, arguments)])
        return code, *capfd.readouterr()

    return command


@pytest.mark.parametrize("style", ["chicago", "apa", "bibtex", "ris", "csl-json", "markdown"])
def test_what_cite_writes_is_verified(nutgraf, archive, tmp_path, style):
    code, out, _ = nutgraf("cite", "harbour/bridge#p1", cited(2), "--style", style)
    assert code == 0
    manuscript = tmp_path / "manuscript"
    manuscript.write_text(out)
    code, out, err = nutgraf("verify", manuscript)
    assert (code, out.count("OK  "), err) == (
        0,
        2,
        "2 citations: 2 OK, 0 moved, 0 changed, 0 gone\n",
    )
    write_index(archive, [made("New.", TEXTS[1], TEXTS[0].replace("old", "new"))])
    code, out, err = nutgraf("verify", manuscript)
    assert (code, err) == (1, "2 citations: 1 OK, 0 moved, 1 changed, 0 gone\n")
    assert ('"old" → "new"' in out) == (style == "markdown")


def test_verdicts_are_printed_and_given_as_json(nutgraf, archive, tmp_path):
    write_index(archive, [made("New.", *TEXTS)])
    manuscript = tmp_path / "m.txt"
    manuscript.write_text(f"See\n{cited(1)} and gone#p1@0123456789.")
    code, out, _ = nutgraf("verify", manuscript)
    assert code == 1
    assert out.splitlines() == [
        f"MOVED p1→p2  {cited(1)} (line 2)", "GONE         gone#p1@0123456789 (line 2)",
    ]  # fmt: skip
    answer = json.loads(nutgraf("verify", "--json", manuscript)[1])
    assert answer["counts"] == {"ok": 0, "moved": 1, "changed": 0, "gone": 1}
    assert answer["citations"][0]["now"] == str(Address("harbour/bridge", 2, cited(1).check))


@pytest.mark.parametrize("text", ["", "Nothing here.", "harbour/bridge#p1"])
def test_a_text_without_citations_is_an_error(nutgraf, tmp_path, text):
    manuscript = tmp_path / "m.txt"
    manuscript.write_text(text)
    code, out, err = nutgraf("verify", manuscript)
    assert (code, out) == (2, "")
    assert "no citation in" in err


def test_a_file_that_cannot_be_read_is_an_error(nutgraf, tmp_path):
    for path in (tmp_path / "none", tmp_path):
        code, _, err = nutgraf("verify", path)
        assert code == 2
        assert "cannot be read" in err


def test_cite_and_show_follow_a_paragraph_that_has_moved(nutgraf, archive):
    write_index(archive, [made("New.", *TEXTS)])
    _, out, err = nutgraf("cite", cited(1))
    assert "para. 2" in out
    assert "is paragraph 2 now" in err
    _, out, err = nutgraf("show", cited(1))
    assert TEXTS[0] in out
    assert err == "Note: the paragraph has moved, to 2\n"


def test_cite_refuses_what_is_not_there(nutgraf):
    for address in ("none#p1", "harbour/bridge#p9", "harbour/bridge"):
        code, out, err = nutgraf("cite", address)
        assert (code, out) == (2, "")
        assert err.startswith("Error: ")
    assert nutgraf("cite", cited(1), "--base-url", "archive.org")[0] == 2


def test_search_prints_addresses_if_asked(nutgraf):
    assert f"     {cited(2)}\n" in nutgraf("search", "ferry", "--addresses")[1]
    assert str(cited(2)) not in nutgraf("search", "ferry")[1]
    assert nutgraf("search", "ferry", "--json")[1].count(f'"address": "{cited(2)}"') == 1


# The page and the API


@pytest.fixture
def client(archive):
    return create_app(archive).test_client()


def test_the_api_cites_in_one_style_or_in_all(client):
    answer = client.get("/api/cite", query_string={"address": str(cited(2))}).json
    assert answer["address"] == str(cited(2))
    assert answer["link"] == f"http://localhost{cited(2).link}"
    assert len(answer["citations"]) == 6
    one = client.get("/api/cite", query_string={"address": str(cited(2)), "style": "ris"}).json
    assert one["citations"] == {"ris": answer["citations"]["ris"]}


def test_the_api_verifies_an_address_or_a_text(client):
    one = client.get("/api/verify", query_string={"address": str(cited(1, TEXTS[1]))}).json
    assert (one["verdict"], one["now"]) == ("moved", str(cited(2)))
    text = client.get("/api/cite", query_string={"address": str(cited(2))}).json["citations"]
    answer = client.post("/api/verify", data="\n".join(text.values()), content_type="text/plain")
    assert answer.json["counts"] == {"ok": 1, "moved": 0, "changed": 0, "gone": 0}


def test_the_api_refuses_what_it_cannot_verify(client, monkeypatch):
    for address in ("", "bridge", "harbour/bridge#p1"):
        assert client.get("/api/verify", query_string={"address": address}).status_code == 400
    assert client.post("/api/verify", data="x", content_type="text/plain").status_code == 400
    assert client.post("/api/verify", data="x", content_type="text/html").status_code == 415
    monkeypatch.setattr("web.citing.MOST", 1)
    answer = client.post("/api/verify", data=f"{cited(1)} {cited(2)}", content_type="text/plain")
    assert answer.json["error"]["code"] == "too_many"


def test_the_link_of_a_citation_says_when_the_paragraph_is_not_as_it_was(client, archive):
    link = cited(1).link.partition("#")[0]
    assert 'class="verdict"' not in client.get(link).text
    assert client.get(f"/api{link}").json["cited"]["verdict"] == "ok"
    write_index(archive, [made("New.", *TEXTS[:2])])
    assert "What was cited as paragraph 1 is now <a href=" in client.get(link).text
    assert client.get(f"/api{link}").json["cited"]["link"] == f"{link.replace('=1-', '=2-')}#p2"
    changed = cited(3).link.partition("#")[0]
    assert "no paragraph says any more what was cited as paragraph 3" in client.get(changed).text
    assert client.get(link.replace("cited=1", "cited=x")).status_code == 400


def test_the_page_shows_every_style_and_verifies_them(client):
    page = client.get("/cite", query_string={"address": str(cited(2))}).text
    for name in ("Chicago", "APA", "BibTeX", "RIS", "CSL-JSON", "Markdown"):
        assert f">{name}</h2>" in page
    assert "What was cited" not in page
    assert client.get("/verify").status_code == 200
    answer = client.post("/verify", data={"text": f"{cited(2)}\ngone#p1@0123456789"}).text
    assert "2 citations: 1 OK, 0 moved, 0 changed, 1 gone." in answer
    assert client.post("/verify", data={"text": "nothing"}).status_code == 400
