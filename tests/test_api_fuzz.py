"""Any query gets 200 or 400 over HTTP, in bounded time, and all faces answer alike.

Queries are drawn from a grammar that knows every operator and likes to use it wrongly, and from
the collected naughty strings. ``NUTGRAF_FUZZ`` says how many; 2,000 without it.
"""

import json
import os
import random
import tarfile
import time
from urllib.parse import quote

import pytest

from cli.main import run
from index.article import Article, PublicationDate
from tests.make import write_index
from tests.test_api import hold
from web.app import create_app

pytestmark = pytest.mark.no_cover

COUNT = int(os.environ.get("NUTGRAF_FUZZ", "2000"))
SLOWEST = 1.5  # seconds
FACES = 100 if COUNT <= 2000 else 2000

WORDS = (
    "the of siege bread moscow washington hit back winners trade went on a nobody would end "
    "U.S. cease-fire l'harmonie 275,000 日本語 naïve Ja'afari ﬁ ß İ ² 🙂 e\u0301"
).split()
SIGNS = (
    "( ) \" “ ” ' - + = * ? ~ ~1 ~9 ~3 : .. >= < <= & | || && ! ^2 \\ / [ ] { } , ; # OR AND NOT "
    "or not w/5 w/0 w/999 pre/2 NOT w/3 w/2p pre/1p NOT w/1p w/0p w/ para( title: author: source: language: date: para: words: "
    "article( nofield: date:2016 date:2016-13 date:2016..2017 date:>=2016-09 date:unknown "
    "date:today date:7d para:1..3 para:x words:>40 words:<0"
).split()
CHARACTERS = "\x00\x07\n\t\u200b\u202e\ufeff\ud800\udfff\U0010ffff%"
OPTIONS = {
    "n": ("1", "3", "100", "0", "x"),
    "page": ("1", "2", "10000", "-1"),
    "sort": ("date", "position", "relevance", "no"),
    "match": ("any", "all"),
    "context": ("1", "10"),
    "strict": ("1",),
    "facets": ("1",),
    "advice": ("always", "never"),
    "tz": ("UTC", "Europe/Vilnius", "../etc", "x" * 200),
    "cursor": ("x", "A" * 34),
}


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    chance = random.Random(1)
    articles = [
        Article(
            f"article/{number}",
            tuple(" ".join(chance.choices(WORDS, k=chance.randint(1, 60))) for _ in range(8)),
            title=" ".join(chance.choices(WORDS, k=5)),
            author=chance.choice(("", "admin", "A. N. Other")),
            source=chance.choice(("Coast Wire", "Hill Post", "")),
            date=PublicationDate(f"2016-{chance.randint(1, 12):02}", "month"),
        )
        for number in range(250)
    ]
    return write_index(tmp_path_factory.mktemp("fuzz") / "archive", articles)


@pytest.fixture(scope="module")
def client(path):
    return create_app(path).test_client()


def query_of(chance):
    """A query: mostly of words and operators, sometimes of anything."""
    parts = []
    for _ in range(chance.choice((1, 2, 3, 4, 6, 10, 20, 40))):
        kind = chance.random()
        if kind < 0.5:
            part = chance.choice(WORDS)
        elif kind < 0.95:
            part = chance.choice(SIGNS)
        else:
            part = chance.choice(CHARACTERS) * chance.choice((1, 2, 50))
        if chance.random() < 0.15:
            part = part[: chance.randint(1, 3)] + chance.choice(("*", "?", "~", "~2", "?*"))
        parts.append(part)
    return chance.choice(("", " ", " ", " ")).join(parts)


def options_of(chance):
    """Some options, now and then wrong ones."""
    names = chance.sample(sorted(OPTIONS), chance.choice((0, 0, 0, 1, 2)))
    return {name: chance.choice(OPTIONS[name]) for name in names}


def encode(text):
    """Percent-encode any text, half characters too, as no library does."""
    return quote(text.encode("utf-8", errors="surrogatepass"), safe="")


def ask(client, query, options):
    """The answer to a query, which is 200 or 400, holds to its schema, and comes in time."""
    address = f"/api/search?q={encode(query)}"
    address += "".join(f"&{name}={encode(value)}" for name, value in options.items())
    started = time.perf_counter()
    response = client.get(address)
    took = time.perf_counter() - started
    assert response.status_code in (200, 400, 414), (query, options, response.text)
    assert took < SLOWEST, (query, options, took)
    answer = json.loads(response.data)
    assert list(answer) == ["error"] if response.status_code != 200 else answer["query"] is not None
    return response.status_code, answer


def test_any_query_is_answered_or_refused_in_time(client):
    seen = {200: 0, 400: 0}
    for seed in range(COUNT):
        chance = random.Random(seed)
        status, answer = ask(client, query_of(chance), options_of(chance))
        seen[status] += 1
        if seed % 50 == 0:
            hold(answer, "Page" if status == 200 else "Error")
    assert min(seen.values()) > COUNT // 20  # both happen, else this tests nothing


def test_naughty_strings_are_answered_or_refused_everywhere(client, data):
    with tarfile.open(data("badinputs.tar.xz")) as archive:
        member = next(each for each in archive if each.name.endswith("blns.json"))
        strings = json.load(archive.extractfile(member))
    for string in strings:
        ask(client, string, {})
        ask(client, "siege", {"tz": string})
        for address in ("suggest?q=", "articles/", "neighbours?q=siege&id=", "articles/x?q="):
            response = client.get(f"/api/{address}{encode(string)}")
            assert response.status_code in (200, 400, 404), (string, address)
            assert response.content_type == "application/json; charset=utf-8"


def test_the_command_line_and_the_api_give_the_same_answer(client, path, capfd):
    compared = 0
    for seed in range(10**9, 10**9 + FACES):
        chance = random.Random(seed)
        query = query_of(chance).replace("\x00", "")
        if (
            query.startswith("-")
            or not query.strip()
            or any("\ud800" <= char <= "\udfff" for char in query)
        ):
            continue  # an option of the command line, which takes no half characters, or nothing
        code = run(["--index", str(path), "search", "--json", query])
        printed, told = capfd.readouterr()
        answer = client.get("/api/search", query_string={"q": query}).json
        if code == 2:
            assert told.strip().removeprefix("Error: ") == answer["error"]["message"], query
            continue
        shown = json.loads(printed)
        for face in (shown, answer):
            face.pop("took_ms")
            if "advice" in face:
                face["advice"] = None  # as much of it as there was time for
        assert shown == answer, query
        compared += 1
    assert compared > FACES // 3
