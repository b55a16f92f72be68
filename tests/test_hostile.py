"""Hostile strings through every face of the server: they are read, and never become anything.

Each string is a title, author, source, address, text and language of an article, and a query, an
option and a path. Pages are read by a parser of HTML:

- there are no elements and attributes but our own, and no links but to the web or to us;
- what is printed is the string itself, letter by letter, also in the API.

``NUTGRAF_HOSTILE`` says how many strings there are at most; 0 takes all.
"""

import json
import os
import random
import re
import tarfile
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from lxml import html

from index.article import Article
from tests.conftest import DATA
from tests.make import write_index
from web.app import create_app

COUNT = int(os.environ.get("NUTGRAF_HOSTILE", "500"))
SHARDS = 80 if COUNT == 0 else 4
TEMPLATES = Path(__file__).parent.parent / "web" / "templates"
OURS = "".join(each.read_text(encoding="utf-8") for each in TEMPLATES.glob("*.html"))
ELEMENTS = {"mark", *re.findall(r"<([a-z][a-z0-9]*)", OURS)}
ATTRIBUTES = {
    "data-clause", "data-ends", "data-replace", "title", "checked", "hidden", "defer", "autofocus",
    *re.findall(r"[ \"}]([a-z][a-z-]*)=\"", OURS),
}  # fmt: skip
LINKS = ("href", "src", "action")
OPTIONS = ("sort", "tz", "n", "cursor", "view", "from")


def test_our_own_pages_have_nothing_that_runs():
    assert not {"iframe", "object", "embed", "img", "base", "style", "math"} & ELEMENTS
    assert not [name for name in ATTRIBUTES if name.startswith("on") or name == "style"]


def collected(archive: tarfile.TarFile) -> set[str]:
    """The strings of the lists that were collected to break pages."""
    lines: set[str] = set()
    for member in archive:
        if member.name.startswith("badinputs/xss/") and member.name.endswith((".txt", ".js")):
            text = archive.extractfile(member).read().decode("utf-8", "replace")
            lines.update(text.split("\n"))
        elif member.name.endswith("blns.json"):
            lines.update(json.load(archive.extractfile(member)))
    return {line for line in lines if line.strip()}


@pytest.fixture(scope="module")
def strings():
    path = DATA / "badinputs.tar.xz"
    if not path.exists():
        pytest.skip(f"the data file badinputs.tar.xz is not in {DATA}; set NUTGRAF_DATA")
    with tarfile.open(path) as archive:
        every = sorted(collected(archive))
    assert len(every) > 7000
    return random.Random(7).sample(every, COUNT) if 0 < COUNT < len(every) else every


def name_of(number: int, string: str) -> str:
    """The id of an article, which has no control characters."""
    return f"{number} " + re.sub("[\x00-\x1f\x7f-\x9f]", "", string)[:500]


@pytest.fixture(scope="module")
def client(tmp_path_factory, strings):
    articles = [
        Article(
            name_of(number, each), (f"trap {each}",),
            title=each, author=each, source=each, url=each, language=each[:40],
        )
        for number, each in enumerate(strings)
    ]  # fmt: skip
    path = write_index(tmp_path_factory.mktemp("hostile") / "archive", articles)
    client = create_app(path).test_client()
    client.get("/?q=trap&n=100")  # on a busy machine, the first search may take longer than it may
    return client


def read(response):
    """A page of which every element, attribute and link is ours."""
    assert response.content_type == "text/html; charset=utf-8"
    page = html.document_fromstring(response.text)
    for element in page.iter():
        assert element.tag in ELEMENTS, html.tostring(element)[:500]
        assert set(element.attrib) <= ATTRIBUTES, html.tostring(element)[:500]
        assert not (element.tag == "script" and (element.text or not element.get("src")))
        for name in LINKS:
            link = element.get(name, "")
            scheme = re.sub(r"[\x00-\x20]", "", link).lower()
            assert not scheme.startswith(("javascript:", "data:", "vbscript:")), link
            if element.tag in ("script", "link", "form"):
                assert link == "" or (link.startswith("/") and not link.startswith("//")), link
            else:
                assert urlsplit(link).scheme in ("", "http", "https", "mailto"), link
    return page


def printed(text: str) -> str:
    """A text as it comes out of HTML, whose ends of lines are one, without its null characters."""
    return re.sub(r"\s+", " ", re.sub("[\x00-\x1f\x7f-\x9f]", " ", text)).strip()


def shard(strings, number):
    return list(enumerate(strings))[number::SHARDS]


@pytest.mark.no_cover
@pytest.mark.parametrize("number", range(SHARDS))
def test_in_results_and_articles_they_are_what_they_say(client, strings, number):
    for at, each in shard(strings, number):
        address = quote(name_of(at, each), safe="")
        page = read(client.get(f"/articles/{address}?q=trap"))
        text = page.get_element_by_id("p1").text_content()
        assert printed(f"trap {each}") in printed(text), each
        answer = client.get(f"/api/articles/{address}")
        assert answer.content_type == "application/json; charset=utf-8"
        told = answer.json
        assert (told["title"], told["author"], told["source"], told["url"]) == (each,) * 4
        assert told["paragraphs"][0]["text"] == f"trap {each}"
    for start in range(1 + number, len(strings) // 100 + 2, SHARDS):
        read(client.get(f"/?q=trap&n=100&page={start}"))


@pytest.mark.no_cover
@pytest.mark.parametrize("number", range(SHARDS))
def test_as_queries_and_addresses_they_are_answered_or_refused(client, strings, number):
    for at, each in shard(strings, number):
        query = client.get("/", query_string={"q": each})
        assert query.status_code in (200, 400, 414), each
        page = read(query)
        box = page.get_element_by_id("q")
        assert printed(box.get("value")) == printed(each)
        answer = client.get("/api/search", query_string={"q": each})
        assert answer.status_code == query.status_code
        assert answer.content_type == "application/json; charset=utf-8"
        option = OPTIONS[at % len(OPTIONS)]
        refused = client.get("/", query_string={"q": "trap", option: each})
        assert refused.status_code in (200, 400, 404, 410), (option, each)
        read(refused)
        lost = client.get(f"/{quote(each, safe='')}")
        assert lost.status_code in (404, 414)
        read(lost)
        gone = client.get(f"/articles/{quote(each, safe='')}", query_string={"q": each})
        assert gone.status_code in (400, 404, 414)
        read(gone)
