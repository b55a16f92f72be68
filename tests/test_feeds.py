"""Feeds: valid whatever articles say, newest first, and nothing new where nothing is new."""

import json
import tarfile
import xml.etree.ElementTree as ET
from datetime import datetime

import feedparser
import pytest

from index.article import Article, PublicationDate
from index.store import Store
from index.writer import open_writer
from tests.make import write_index
from web.app import create_app

ATOM = "{http://www.w3.org/2005/Atom}"
AWKWARD = "<script>alert(1)</script> & \x00\x08\x1b\x85\ufffe\ufdd0 ]]> \"'é🙂\u202e\r\n\tend ferry"


def dated(article_id, day, *paragraphs, **fields):
    return Article(article_id, paragraphs, date=PublicationDate(*day), **fields)


ARTICLES = [
    dated("old", ("2001", "year"), "An old ferry."),
    dated("new/1", ("2016-09-26T21:11+02:00", "minute"), "The ferry, the ferry.", "No.", "A ferry.",
          title="Strike", author="Maren", source="Wire", url="https://example.org/a?b=1&c"),
    dated("bad url", ("2016-09", "month"), "A ferry.", url="javascript:alert(1)"),
    dated("awkward", ("2016-09-25", "day"), AWKWARD, title=AWKWARD, author=AWKWARD, source=AWKWARD),
    Article("undated", ("A ferry, some day.",)),
]  # fmt: skip


def client_of(path, articles):
    return create_app(write_index(path, articles)).test_client()


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    return client_of(tmp_path_factory.mktemp("feeds") / "archive", ARTICLES)


def hold_json(feed):
    """Hold a feed against JSON Feed 1.1."""
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert isinstance(feed["title"], str)
    for name in ("home_page_url", "feed_url"):
        assert feed[name].startswith("http://localhost/")
    known = {
        "id",
        "url",
        "external_url",
        "title",
        "content_text",
        "date_published",
        "authors",
        "language",
        "_nutgraf",
    }
    for item in feed["items"]:
        assert item.keys() <= known
        assert item["id"]
        assert item["content_text"]
        assert datetime.fromisoformat(item["date_published"]).tzinfo
        assert all(author["name"] for author in item.get("authors", []))
    ids = [item["id"] for item in feed["items"]]
    assert len(set(ids)) == len(ids)


def hold_atom(data):
    """Hold a feed against what RFC 4287 demands, by two parsers; give the parsed feed."""
    root = ET.fromstring(data)
    for element in (root, *root.iter(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(element.findall(ATOM + name)) == 1
        assert element.find(f"{ATOM}link[@rel='alternate']") is not None
        assert datetime.fromisoformat(element.findtext(f"{ATOM}updated")).tzinfo
    assert root.findtext(f"{ATOM}author/{ATOM}name")
    parsed = feedparser.parse(data)
    assert not parsed.bozo, parsed.bozo_exception
    assert parsed.version == "atom10"
    return parsed


def entries_of(client, query):
    """The ids of both feeds, which are the same."""
    atom, told = (
        client.get("/feed.atom", query_string={"q": query}),
        client.get("/feed.json", query_string={"q": query}),
    )
    assert (atom.content_type, told.content_type) == (
        "application/atom+xml; charset=utf-8", "application/feed+json; charset=utf-8",
    )  # fmt: skip
    hold_json(told.json)
    ids = [entry.id for entry in hold_atom(atom.data).entries]
    assert ids == [item["id"] for item in told.json["items"]]
    return ids


def test_the_newest_come_first_and_those_without_a_date_are_told_not_shown(client):
    entries_of(client, "ferry")
    feed = client.get("/feed.json?q=ferry").json
    assert [item["_nutgraf"]["id"] for item in feed["items"]] == [
        "new/1",
        "awkward",
        "bad url",
        "old",
    ]
    assert (
        feed["description"]
        == "The newest of 5 articles with paragraphs that match; 1 article that has no date left out"
    )


def test_an_entry_is_an_article_with_its_paragraphs_and_marks_in_plain_text(client):
    entry = client.get("/feed.json?q=ferry").json["items"][0]
    assert entry["content_text"] == (
        "Maren · Wire · 26 September 2016, 21:11\n\n¶ 1  The **ferry**, the **ferry**.\n\n¶ 3  A **ferry**."
    )
    assert entry["title"] == "Strike"
    assert entry["date_published"] == "2016-09-26T19:11:00Z"
    assert entry["url"] == "http://localhost/articles/new%2F1?q=ferry#p1"
    assert entry["external_url"] == "https://example.org/a?b=1&c"
    assert entry["_nutgraf"] == {
        "id": "new/1", "date": "2016-09-26T21:11+02:00", "precision": "minute", "paragraphs": [1, 3], "total": 2,
    }  # fmt: skip
    atom = feedparser.parse(client.get("/feed.atom?q=ferry").data).entries[0]
    assert (atom.title, atom.link, atom.content[0].value) == (
        entry["title"],
        entry["url"],
        entry["content_text"],
    )
    assert [link.href for link in atom.links if link.rel == "via"] == [
        "https://example.org/a?b=1&c"
    ]


def test_a_date_is_told_as_precisely_as_it_is_known(client):
    told = [
        item["content_text"].split("\n")[0]
        for item in client.get("/feed.json?q=ferry").json["items"]
    ]
    assert told[2:] == ["September 2016", "2001"]


def test_what_is_hostile_stays_text_and_no_script_is_a_link(client):
    for form in ("atom", "json"):
        text = client.get(f"/feed.{form}?q=ferry").text
        assert "javascript:" not in text
        for forbidden in "\x00\x08\x1b\ufffe":
            assert forbidden not in text
    parsed = feedparser.parse(client.get("/feed.atom?q=ferry").data)
    assert parsed.entries[1].title_detail.type == "text/plain"
    assert parsed.entries[1].content[0].type == "text/plain"
    root = ET.fromstring(client.get("/feed.atom?q=ferry").data)
    assert all(element.tag.startswith(ATOM) for element in root.iter())


@pytest.mark.parametrize(
    "query", ["<script>", "a&b", '"x"', "\x00\x0b ferry", "]]> ferry", "zeppelin", "é🙂"]
)
def test_any_query_makes_valid_feeds(client, query):
    entries_of(client, query)


def test_known_naughty_strings_make_valid_feeds(data, tmp_path):
    with tarfile.open(data("badinputs.tar.xz")) as archive:
        name = next(each for each in archive.getnames() if each.endswith("blns.json"))
        naughty = [each for each in json.load(archive.extractfile(name)) if each.strip()]
    articles = []
    for number, text in enumerate(naughty):
        text = text.encode("utf-8", "replace").decode()
        day = (f"2016-01-{number % 28 + 1:02}", "day")
        articles.append(
            dated(f"{number}", day, f"ferry {text}", title=text, author=text, source=text, url=text)
        )
    client = client_of(tmp_path / "archive", articles)
    for start in range(0, len(articles), 50):
        query = (
            f"ferry date:2016 {' '.join(['-zeppelin'])}"
            if start == 0
            else f"ferry date:2016-01-{start // 50 + 1:02}"
        )
        assert entries_of(client, query)


TITLES = [
    "AT&T &amp; <b>co</b>", "]]> -- <!-- <![CDATA[ x ]]>", "“Was heißt ‚Fähre‘?”", "מעבורת 2025 \u202eabc",
    "渡轮停运 🙂 👩\u200d🚢", "a\u0301 e\u0308 \u0130", "=1+1; 'x' \"y\" \\n %20 {{7*7}}", "&#x3c;script&#62; &lt;",
    "javascript:alert(1)", "https://example.org/?a=1&b=<2>", "C\x00\x1b\x7f\ufffe ends", "x" * 5_000,
    "  two  blanks\tand a tab\r\nand lines ",
]  # fmt: skip


def test_awkward_titles_are_read_back_as_they_are_from_both_feeds(tmp_path):
    articles = [
        dated(f"{number}", (f"2016-01-{number + 1:02}", "day"), f"A ferry: {title}",
              title=title, author=title, url=f"https://example.org/{number}?a=<b>&c")
        for number, title in enumerate(TITLES)
    ]  # fmt: skip
    client = client_of(tmp_path / "archive", articles)
    atom, told = client.get("/feed.atom?q=ferry"), client.get("/feed.json?q=ferry").json
    hold_json(told)
    entries = hold_atom(atom.data).entries
    assert len(entries) == len(told["items"]) == len(TITLES)
    for entry, item, title in zip(entries, told["items"], TITLES[::-1], strict=True):
        plain = "".join(each for each in title if each not in "\x00\x1b\ufffe")
        assert item["title"].split() == entry.title.split() == plain.split()
        assert item["authors"][0]["name"].split() == entry.author.split() == plain.split()
        assert plain.split() == entry.content[0].value.partition("ferry**: ")[2].split()
        assert (entry.link, entry.published) == (item["url"], item["date_published"])
        assert item["external_url"] in [link.href for link in entry.links if link.rel == "via"]


def test_no_query_and_unknown_options_are_refused(client):
    assert client.get("/feed.atom").status_code == 400
    assert client.get("/feed.json?q=ferry&n=3").status_code == 400
    assert client.get("/feed.json?q=date:x").status_code == 400


@pytest.mark.parametrize("path", ["/feed.json", "/feed.atom?q=a*"])
def test_programs_that_read_feeds_are_told_errors_as_json(client, path):
    answer = client.get(path)
    assert answer.status_code == 400
    assert answer.json["error"]["message"]


def test_a_reader_that_has_it_already_is_told_so(client):
    for form in ("atom", "json"):
        address = f"/feed.{form}?q=ferry"
        first = client.get(address)
        for name, value in (
            ("If-None-Match", first.headers["ETag"]),
            ("If-Modified-Since", first.headers["Last-Modified"]),
        ):
            again = client.get(address, headers={name: value})
            assert (again.status_code, again.data) == (304, b"")
        assert client.get(address, headers={"If-None-Match": '"other"'}).status_code == 200


def ids_after(tmp_path, *versions):
    """The ids of the entries after each of some versions of one archive."""
    store, ids = Store(tmp_path / "archive"), []
    for articles in versions:
        with open_writer(store) as writer:
            for each in articles:
                writer.add(each)
        ids.append(entries_of(create_app(store.path).test_client(), "ferry"))
    return ids


DAY = ("2016-09-26", "day")


def test_an_article_that_is_replaced_is_not_new_if_it_says_the_same_of_what_is_asked(tmp_path):
    before, after = ids_after(
        tmp_path,
        [dated("a", DAY, "A ferry.", "No.", "The ferry.")],
        [dated("a", DAY, "At the top.", "The  ferry.", "A ferry.", title="Corrected")],
    )
    assert before == after


def test_a_new_paragraph_that_matches_is_new(tmp_path):
    before, after = ids_after(
        tmp_path, [dated("a", DAY, "A ferry.")], [dated("a", DAY, "A ferry.", "The ferry.")]
    )
    assert before != after


COPIED = (
    "The harbour ferry struck the eastern pier on Monday morning, and eleven passengers were taken "
    "to the hospital in Vesselby by boat and by bus."
)


def test_copies_of_what_was_seen_do_not_come_whatever_their_dates_and_ids(tmp_path):
    first, *later = ids_after(
        tmp_path,
        [dated("m", DAY, COPIED, "The ferry is mended.")],
        [dated("z", ("2016-09-27", "day"), COPIED)],
        [dated("b", DAY, COPIED)],
        [dated("a", ("2016-09-25", "day"), COPIED)],
        [Article("u", (COPIED,))],
    )
    assert later == [first] * 4


def test_a_copy_of_what_had_no_date_is_news(tmp_path):
    before, after = ids_after(tmp_path, [Article("m", (COPIED,))], [dated("a", DAY, COPIED)])
    assert (before, len(after)) == ([], 1)


def test_an_index_that_is_made_again_has_the_same_entries(tmp_path):
    one, other = (
        ids_after(tmp_path / "1", ARTICLES),
        ids_after(tmp_path / "2", ARTICLES[2:], ARTICLES[:2]),
    )
    assert one[-1] == other[-1]


def test_results_tell_readers_where_their_feeds_are(client):
    page = client.get("/?q=ferry&sort=date&page=2&n=1&tz=UTC").text
    assert (
        '<link rel="alternate" type="application/atom+xml" title="The newest of ferry" href="/feed.atom?q=ferry&amp;tz=UTC">'
        in page
    )
    assert 'type="application/feed+json"' in page
    assert 'rel="alternate"' not in client.get("/").text
