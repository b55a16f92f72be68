"""The JSON API: what it offers is what its description says, and every answer holds to it.

- Routes, parameters and answers agree with /api/openapi.json.
- Pages follow each other by cursor, as deep as there are results, on one state of the index.
- Every error has one shape, and tells nothing of the inside.
- What takes too long is stopped, and what is too much at once is refused politely.
"""

import re
import threading
from datetime import date
from urllib.parse import quote

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import Article, PublicationDate
from search import deadline, results
from search.errors import StoreError
from search.live import LiveSearcher
from tests.make import write_index
from web.app import create_app
from web.gate import Gate, Overloaded
from web.openapi import description
from web.operations import OPERATIONS
from web.parameters import PARAMETERS

ARTICLES = [
    Article(
        f"siege/{n}",
        ("The siege went on.", f"Bread number {n} was dear in the siege.", "Nobody knew why."),
        title=f"Siege, day {n}",
        author="admin",
        source=("Coast Wire", "Hill Post")[n % 2],
        date=PublicationDate(f"2016-09-{n + 1:02}", "day"),
        language="en",
    )
    for n in range(25)
]


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return write_index(tmp_path_factory.mktemp("api") / "archive", ARTICLES)


@pytest.fixture(scope="module")
def app(path):
    return create_app(path)


@pytest.fixture
def client(app):
    return app.test_client()


def hold(answer, schema):
    """Hold an answer against a schema of the description."""
    shape = {"$ref": f"#/components/schemas/{schema}", "components": description()["components"]}
    jsonschema.Draft202012Validator(shape).validate(answer)


def error_of(response, status):
    assert response.status_code == status, response.text
    assert response.content_type == "application/json; charset=utf-8"
    hold(response.json, "Error")
    return response.json["error"]


# The description


def test_the_description_names_every_route_and_no_other(app, client):
    described = {
        (path, method.upper())
        for path, methods in client.get("/api/openapi.json").json["paths"].items()
        for method in methods
    }
    routes = {
        (re.sub(r"<\w+:(\w+)>", r"{\1}", rule.rule), method)
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/")
        and rule.endpoint != "writing.write_what_is_called_like_a_paragraph"
    }
    assert described == routes


def test_the_schemas_are_schemas():
    for schema in description()["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


def address(operation):
    """An address of an operation with all that it needs."""
    parts = {"article_id": quote("siege/3", safe=""), "number": "2"}
    needed = {"q": "siege", "id": "siege/24", "address": quote("siege/3#p2@0123456789")}
    asked = "&".join(f"{name}={needed[name]}" for name in operation.required)
    return operation.path.format(**parts) + ("?" + asked if asked else "?")


READING = [each for each in OPERATIONS if each.method == "get"]


@pytest.mark.parametrize("operation", READING, ids=lambda each: each.name)
def test_every_operation_answers_as_it_is_described(client, operation):
    response = client.get(address(operation))
    assert response.status_code == 200, response.text
    assert response.content_type.partition(";")[0] in operation.types
    answer = response.json if "application/json" in operation.types else response.text
    hold(answer, operation.answer)


@pytest.mark.parametrize("operation", READING, ids=lambda each: each.name)
def test_every_operation_takes_the_parameters_that_are_described_and_no_others(client, operation):
    for name in operation.arguments:
        default = PARAMETERS[name].default
        if name not in operation.required:
            with client.get(f"{address(operation)}&{name}={default}") as response:
                assert response.status_code == 200
    error = error_of(client.get(f"{address(operation)}&colour=red"), 400)
    assert error["message"].startswith('There is no option "colour"')


@pytest.mark.parametrize("name", sorted({name for each in READING for name in each.arguments}))
def test_a_value_outside_what_is_described_is_refused(client, name):
    parameter = PARAMETERS[name]
    operation = next(each for each in READING if name in each.arguments)
    bad = {"number": [parameter.least - 1, parameter.most + 1, "x", "1.5"], "choice": ["other"]}
    for value in bad.get(parameter.kind, []):
        assert name in error_of(client.get(f"{address(operation)}&{name}={value}"), 400)["message"]


QUERIES = [
    "siege", "siege bread", '"the siege"', "=Siege", "si*", "br?ad", "sieges~", "siege w/5 bread",
    '"bread siege"~3', "title:day", "source:coast", "date:2016-09-03", "date:>2016-09", "para:1",
    "words:>3", "article(nobody bread)", "-bread", "siege (", "zeppelin", "siege NOT w/3 bread",
]  # fmt: skip


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("options", [{}, {"facets": 1, "advice": "always", "context": 1, "n": 3}])
def test_answers_to_all_kinds_of_queries_hold_to_the_schema(client, query, options):
    answer = client.get("/api/search", query_string={"q": query, **options}).json
    hold(answer, "Page")
    for found in answer["articles"][:2]:
        asked = {"q": query}
        whole = client.get(f"/api/articles/{quote(found['id'], safe='')}", query_string=asked)
        hold(whole.json, "Article")


# Reading on


def test_completions_go_on_with_what_is_typed(client):
    found = client.get("/api/suggest?q=sie").json["completions"]
    assert {"kind": "word", "text": "siege", "count": 50, "query": "siege"} in found
    assert len(client.get("/api/suggest?q=s&most=2").json["completions"]) <= 2
    assert client.get("/api/suggest?q=").json == {"completions": []}


def test_completions_of_too_long_a_query_are_refused_as_it_is_itself(client):
    told = [
        error_of(client.get(f"/api/{each}?q={'x' * 513}"), 400) for each in ("suggest", "search")
    ]
    assert told[0] == told[1]


def test_a_paragraph_is_read_with_those_around_it(client):
    found = client.get("/api/articles/siege%2F3/paragraphs/2?before=1&after=5&q=bread").json
    assert (found["paragraph"], found["text"]) == (2, ARTICLES[3].paragraphs[1])
    assert [found["text"][start:end] for start, end, _ in found["spans"]] == ["Bread"]
    assert [each["paragraph"] for each in found["before"]] == [1]
    assert [each["paragraph"] for each in found["after"]] == [3]


def test_a_paragraph_that_is_not_there_is_not_found(client):
    error_of(client.get("/api/articles/siege%2F3/paragraphs/4"), 404)
    error_of(client.get("/api/articles/none/paragraphs/1"), 404)


def test_an_article_that_is_called_like_a_paragraph_is_shown(tmp_path):
    path = write_index(tmp_path / "odd", [Article("a/paragraphs/1", ("Found.",))])
    answer = create_app(path).test_client().get("/api/articles/a%2Fparagraphs%2F1")
    assert answer.json["id"] == "a/paragraphs/1"


def test_neighbours_of_a_hit_lead_on(client):
    first = client.get("/api/search?q=siege&sort=date&n=1&fold=0").json["articles"][0]
    asked = "q=siege&sort=date&n=1&fold=0"
    found = client.get(f"/api/neighbours?{asked}&id={first['id']}&paragraph=2").json
    assert found["previous"] == {
        "id": "siege/24", "paragraph": 1, "page": 1, "link": "/articles/siege%2F24#p1",
    }  # fmt: skip
    assert (found["next"]["id"], found["next"]["page"]) == ("siege/23", 2)


def test_info_tells_what_is_in_the_archive_but_not_where_it_lies(client, path):
    response = client.get("/api/info")
    assert (response.json["articles"], response.json["writable"]) == (25, False)
    assert str(path) not in response.text


def test_the_first_matches_come_first_by_position(client):
    hits = client.get("/api/search?q=siege&sort=position").json["articles"][0]["hits"]
    assert hits[0]["position"] == "top"


# Cursors


def ids(answer):
    return [found["id"] for found in answer["articles"]]


def walk(client, address):
    """All pages, by their cursors."""
    pages = [client.get(address).json]
    while cursor := pages[-1]["page"]["cursor"]:
        pages.append(client.get(f"{address}&cursor={cursor}").json)
    return pages


@pytest.mark.parametrize("sort", ["relevance", "date", "position"])
def test_cursors_lead_to_the_same_pages_as_numbers(client, sort):
    address = f"/api/search?q=siege&sort={sort}&n=4"
    pages = walk(client, address)
    numbered = [client.get(f"{address}&page={n}").json for n in range(1, 8)]
    assert [ids(page) for page in pages] == [ids(page) for page in numbered]
    assert [page["page"]["number"] for page in pages] == list(range(1, 8))
    assert sorted(each for page in pages for each in ids(page)) == sorted(
        each.id for each in ARTICLES
    )


def test_next_leads_to_the_end_even_behind_the_last_number(client, monkeypatch):
    monkeypatch.setattr(results, "MAX_RESULTS", 8)
    found, address = [], "/api/search?q=siege&n=4&context=1"
    while address:
        answer = client.get(address).json
        found += ids(answer)
        address = answer["page"]["next"]
    assert len(found) == len(set(found)) == 25


def test_a_cursor_of_another_search_is_refused(client):
    cursor = client.get("/api/search?q=siege&n=4").json["page"]["cursor"]
    for other in ("q=bread&n=4", "q=siege&n=5", "q=siege&n=4&sort=date", "q=siege&n=4&match=any"):
        error = error_of(client.get(f"/api/search?{other}&cursor={cursor}"), 400)
        assert error["code"] == "bad_cursor"


def test_a_cursor_and_a_page_are_too_much(client):
    cursor = client.get("/api/search?q=siege&n=4").json["page"]["cursor"]
    error_of(client.get(f"/api/search?q=siege&n=4&page=2&cursor={cursor}"), 400)


def test_a_cursor_of_another_commit_has_expired(tmp_path):
    path = write_index(tmp_path / "growing", ARTICLES)
    client = create_app(path).test_client()
    cursor = client.get("/api/search?q=siege&n=4").json["page"]["cursor"]
    write_index(path, [Article("new", ("Another siege.",))])
    error = error_of(client.get(f"/api/search?q=siege&n=4&cursor={cursor}"), 410)
    assert error["code"] == "cursor_expired"


@given(cursor=st.one_of(st.text(min_size=1), st.from_regex(r"[A-Za-z0-9_-]{34}", fullmatch=True)))
def test_what_is_no_cursor_is_refused(app, cursor):
    asked = {"q": "siege", "cursor": cursor}
    error = error_of(app.test_client().get("/api/search", query_string=asked), 400)
    assert error["code"] == "bad_cursor"


def test_a_cursor_keeps_the_day_that_it_was_first_asked_on(client, monkeypatch):
    days = iter([date(2016, 9, 26), date(2016, 9, 27)])
    monkeypatch.setattr("search.searcher.today_in", lambda _: next(days))
    first = client.get("/api/search?q=date:30d&n=20").json
    again = client.get(f"/api/search?q=date:30d&n=20&cursor={first['page']['cursor']}").json
    assert len(ids(first) + ids(again)) == first["total"]["articles"] == again["total"]["articles"]


# Errors


@pytest.mark.parametrize(
    ("method", "address", "status", "code"),
    [
        ("GET", "/api", 404, "not_found"),
        ("GET", "/api/", 404, "not_found"),
        ("GET", "/api/search/", 404, "not_found"),
        ("GET", "/api/articles/", 404, "not_found"),
        ("PATCH", "/api/articles/x", 405, "method_not_allowed"),
        ("PUT", "/api/articles/x/paragraphs/1", 405, "method_not_allowed"),
        ("TRACE", "/api/search?q=x", 405, "method_not_allowed"),
        ("GET", "/api/search?q=date:x", 400, "bad_date"),
        ("GET", "/api/search?q=" + "x" * 8_190, 414, "too_long"),
        ("GET", "/api/articles/x/paragraphs/0", 404, "no_article"),
        ("GET", "/api/articles/a%0Ab", 404, "no_article"),
    ],
)
def test_every_error_has_one_shape(client, method, address, status, code):
    assert error_of(client.open(address, method=method), status)["code"] == code


def test_what_can_be_done_with_a_paragraph_is_to_read_it(client):
    allowed = client.options("/api/articles/siege%2F3/paragraphs/1").headers["Allow"]
    assert allowed == "GET, HEAD, OPTIONS"


def test_headers_have_limits(client):
    some = [(f"X-{n}", "x") for n in range(90)]
    assert client.get("/api/search?q=siege", headers=some).status_code == 200
    more = [(f"X-{n}", "x") for n in range(101)]
    error_of(client.get("/api/search?q=siege", headers=more), 431)
    error_of(client.get("/api/search?q=siege", headers={"X-Long": "x" * 8_191}), 431)


def test_an_index_that_cannot_be_read_is_named_without_its_folder(tmp_path, monkeypatch, caplog):
    path = write_index(tmp_path / "hidden folder", ARTICLES[:1])
    client = create_app(path).test_client()

    def fail(_):
        raise StoreError(f"{path / 'segment-1.nut'} cannot be read; {path} is damaged")

    monkeypatch.setattr(LiveSearcher, "searcher", fail)
    message = error_of(client.get("/api/search?q=x"), 503)["message"]
    assert message == "Segment-1.nut cannot be read; the index is damaged"
    assert str(path) in caplog.text


def test_without_an_index_the_folder_is_not_named(tmp_path):
    answer = create_app(tmp_path / "none").test_client().get("/api/search?q=x")
    assert error_of(answer, 503)["code"] == "no_index"
    assert str(tmp_path) not in answer.text


# Time and load


def test_a_search_that_takes_too_long_tells_what_it_has(client, monkeypatch):
    monkeypatch.setattr("web.parameters.SECONDS", 1e-9)
    stopped = client.get("/api/search?q=nobody+knew").json
    assert (stopped["timed_out"], stopped["partial"]) == (True, True)
    hold(stopped, "Page")
    monkeypatch.undo()
    assert client.get("/api/search?q=nobody+knew").json["total"]["paragraphs"] == 25


class Clock:
    """Time that goes on by so much whenever someone looks."""

    def __init__(self, step):
        self.step, self.now = step, 0.0

    def monotonic(self):
        self.now += self.step
        return self.now


def test_a_disjunction_that_is_stopped_has_what_was_found_until_then(client, monkeypatch):
    words = ("nobody", "bread", "went", "dear", "knew", "siege")
    found = set()
    for step in (0.02, 0.05, 0.1, 0.2, 0.3):
        monkeypatch.setattr(deadline, "time", Clock(step))
        query = " OR ".join(f'"{word} {other}"' for word in words for other in words[:2])
        answer = client.get("/api/search", query_string={"q": f"nobody OR {query}"}).json
        hold(answer, "Page")
        found.add((answer["timed_out"], answer["total"]["articles"]))
    assert {(True, 25), (True, 0)} <= found


STOPPED = ("there may be more", "not all articles of this page are shown", "not everything is told")


def test_a_page_that_was_stopped_has_a_cursor_only_if_it_has_no_gap(client, monkeypatch):
    address = "/api/search?q=nobody&n=3&fold=0&facets=1&advice=always"
    whole = client.get(address).json
    seen = set()
    for parts in range(1, 400):
        monkeypatch.setattr(deadline, "time", Clock(1 / parts))
        answer = client.get(f"{address}&tz=UTC").json
        if not answer["timed_out"]:
            break
        [step] = [each for each in STOPPED if each in answer["notices"][-1]]
        assert step == "there may be more" or answer["total"]["articles"] == 25
        assert (answer["page"]["cursor"] is None) == (step != "not everything is told")
        if step == "not everything is told":
            assert answer["articles"] == whole["articles"]
        seen.add(step)
    assert seen == set(STOPPED)


def test_reading_with_marks_that_takes_too_long_is_refused(client, monkeypatch):
    monkeypatch.setattr("web.parameters.SECONDS", 0.0)
    error = error_of(client.get("/api/articles/siege%2F3?q=bread"), 400)
    assert error["code"] == "too_slow"


def test_answers_are_those_of_the_last_commit(tmp_path):
    path = write_index(tmp_path / "growing", ARTICLES[:1])
    client = create_app(path).test_client()
    for count in (1, 2, 3):
        for _ in range(2):
            assert client.get("/api/search?q=siege").json["total"]["articles"] == count
        write_index(path, [Article(f"more {count}", ("Siege.",))])


def test_as_many_come_in_as_there_is_room_for_and_the_next_one_waits():
    gate = Gate(at_once=2, waiting=1, patience=30)
    gate.enter()
    gate.enter()
    waiting = threading.Thread(target=gate.enter)
    waiting.start()
    gate.leave()
    waiting.join(timeout=30)
    assert not waiting.is_alive()


def test_who_waits_too_long_or_finds_the_queue_full_is_refused():
    gate = Gate(at_once=1, waiting=1, patience=0.01)
    gate.enter()
    with pytest.raises(Overloaded):
        gate.enter()
    full = Gate(at_once=1, waiting=0, patience=30)
    full.enter()
    with pytest.raises(Overloaded):
        full.enter()
    full.leave()
    full.enter()


def test_too_many_searches_are_refused_politely_and_all_else_goes_on(path):
    app = create_app(path)
    app.extensions["nutgraf.gate"] = gate = Gate(at_once=1, waiting=0)
    client = app.test_client()
    for _ in range(3):
        assert client.get("/api/search?q=siege").status_code == 200
        error_of(client.get("/api/search?q=date:x"), 400)
    gate.enter()
    for address in ("/api/search?q=bread", "/api/articles/x", "/api/suggest?q=x"):
        refused = client.get(address)
        assert error_of(refused, 503)["code"] == "overloaded"
        assert refused.headers["Retry-After"] == "1"
    remembered = "/api/search?q=siege"
    for address in ("/healthz", "/api/info", "/api/openapi.json", remembered):
        assert client.get(address).status_code == 200
    gate.leave()
    assert client.get("/api/search?q=bread").status_code == 200


def test_an_unexpected_error_makes_room_for_the_next_search(path, monkeypatch):
    app = create_app(path)
    app.extensions["nutgraf.gate"] = Gate(at_once=1, waiting=0)
    client = app.test_client()
    monkeypatch.setattr("search.searcher.Searcher.search", lambda *_: 1 / 0)
    assert [client.get("/api/search?q=siege").status_code for _ in range(3)] == [500] * 3
