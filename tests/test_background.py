"""Background: what takes long is answered by processes of their own, which come back when they die.

The processes are real ones. That all of them have ended is seen by a pipe of which they have one
end: its other end is told when nobody has it any more.
"""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

import web.server
from index.article import Article
from search.deadline import TimedOut, check_time
from tests.make import write_index
from web import admission, background, parameters
from web.access import Token
from web.app import create_app
from web.background import Background, Interrupted, NobodyThere, Told
from web.gate import ASIDE, Gate

LATER = 60.0
PATIENCE = 30  # seconds until what should happen has not


def answer(environ, start_response):
    """An application that does what its path says."""
    path, _, given = environ["PATH_INFO"].partition("=")
    said = b""
    if path == "/die":
        os.kill(os.getpid(), signal.SIGKILL)
    elif path == "/fail":
        raise ValueError("the application has a fault")
    elif path == "/wait":
        begun, go = map(int, given.split(","))
        os.write(begun, b".")
        os.read(go, 1)
    elif path == "/work":
        try:
            while True:
                check_time()
        except TimedOut:
            said = b"stopped"
    elif path == "/large":
        said = bytes(range(256)) * 20_000
    else:
        told = {name: value for name, value in environ.items() if isinstance(value, str)}
        who = {
            "process": os.getpid(),
            "niceness": os.nice(0),
            "body": len(environ["wsgi.input"].read()),
        }
        said = json.dumps({"environ": told, **who}).encode()
    start_response("203 Not our own", [("X-Of", "another"), ("Content-Length", str(len(said)))])
    return [said[:5], said[5:]]


@pytest.fixture
def alive():
    """A pipe of which all processes have an end that are forked within the test."""
    ends = os.pipe()
    yield ends
    for each in ends:
        try:
            os.close(each)
        except OSError:
            continue  # a test has closed it


@pytest.fixture
def start(alive, monkeypatch):
    """Starts processes, which end with the test."""
    monkeypatch.setattr(background, "_PAUSE", 0.0)
    started = []

    def make(count=1, load=lambda: answer):
        started.append(Background(load, count))
        return started[-1]

    yield make
    for each in started:
        each.stop()
    assert_all_ended(alive)


def assert_all_ended(alive):
    os.close(alive[1])
    os.set_blocking(alive[0], False)
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            assert os.read(alive[0], 1) == b""
            return
        except BlockingIOError:
            os.sched_yield()
    raise AssertionError("a process has not ended")


def ask(processes, path, soon=LATER, end=LATER, **environ):
    now = time.monotonic()
    told = {"PATH_INFO": path, "REQUEST_METHOD": "GET", **environ}
    return processes.ask(told, now + soon, now + end)


class Held:
    """Requests that are not answered until it is said. For processes that are started later."""

    def __init__(self):
        self.begun, self.go = os.pipe(), os.pipe()
        self.path = f"/wait={self.begun[1]},{self.go[0]}"
        self.told = []
        self._threads = []

    def ask(self, processes):
        """Ask, and wait until it is worked on."""
        work = threading.Thread(target=lambda: self.told.append(ask(processes, self.path)))
        self._threads.append(work)
        work.start()
        os.read(self.begun[0], 1)

    def release(self):
        """Let all be answered, and wait for that."""
        os.write(self.go[1], b"." * len(self._threads))
        for each in self._threads:
            each.join()


@pytest.fixture
def held():
    """Requests that are not answered until it is said."""
    requests = Held()
    yield requests
    for each in (*requests.begun, *requests.go):
        os.close(each)


def who(processes):
    return json.loads(ask(processes, "/who").body)


def test_another_process_answers_which_the_system_ranks_lower(start):
    told = ask(start(), "/who")
    assert told.status == "203 Not our own"
    assert told.headers == [("X-Of", "another"), ("Content-Length", str(len(told.body)))]
    said = json.loads(told.body)
    assert said["process"] != os.getpid()
    assert said["niceness"] == min(19, os.nice(0) + background.NICENESS)


def test_it_is_told_all_of_a_request_but_that_it_has_a_body(start):
    given = {
        "REQUEST_METHOD": "HEAD",
        "QUERY_STRING": "q=si%C3%A8ge",
        "HTTP_HOST": "h\xe9",
        "CONTENT_LENGTH": "12",
        "HTTP_TRANSFER_ENCODING": "chunked",
        "wsgi.input": object(),
        "wsgi.url_scheme": "https",
    }
    said = json.loads(ask(start(), "/who", **given).body)
    told = {name: said["environ"].get(name) for name in given}
    assert told == given | {
        "REQUEST_METHOD": "GET", "CONTENT_LENGTH": None, "HTTP_TRANSFER_ENCODING": None,
        "wsgi.input": None,
    }  # fmt: skip
    assert said["body"] == 0


def test_a_large_answer_is_whole(start):
    assert ask(start(), "/large").body == bytes(range(256)) * 20_000


@pytest.mark.parametrize("path", ["/die", "/fail"])
def test_when_a_process_dies_that_is_told_once_and_the_next_one_answers(start, path):
    processes = start()
    before = who(processes)["process"]
    with pytest.raises(Interrupted, match="try again"):
        ask(processes, path)
    assert who(processes)["process"] != before


def test_there_are_as_many_as_asked_for(held, start):
    processes = start(2)
    held.ask(processes)
    assert who(processes)["process"]
    held.ask(processes)
    assert ask(processes, "/who", soon=0.01) is None
    held.release()
    assert who(processes)["process"]


def test_whoever_has_waited_in_vain_is_not_worked_for(held, start):
    processes = start()
    before = who(processes)["process"]
    held.ask(processes)
    assert ask(processes, "/die", soon=0.01) is None
    held.release()
    assert who(processes)["process"] == before


def test_the_time_that_is_left_goes_with_the_request(start, monkeypatch):
    monkeypatch.setattr(background, "_EARLY", PATIENCE)  # so long before it is waited for no more
    processes = start()
    assert ask(processes, "/work", end=PATIENCE + 0.05).body == b"stopped"
    assert ask(processes, "/work", end=PATIENCE).body == b"stopped"


def test_who_does_not_end_in_time_is_left(held, start):
    processes = start()
    before = who(processes)["process"]
    assert ask(processes, held.path, end=0.0) is None
    os.write(held.go[1], b".")
    assert who(processes)["process"] == before


def test_where_there_are_no_processes_that_is_told_at_once(start):
    processes = start()
    os.killpg(processes._keeper, signal.SIGKILL)
    while True:  # until the last of them is gone
        try:
            ask(processes, "/who", soon=0.01)
        except NobodyThere:
            break
        except Interrupted:
            continue


def test_what_is_too_large_to_be_handed_over_is_not(start):
    with pytest.raises(NobodyThere):
        ask(start(), "/who", HTTP_X="x" * 200_000)


def test_they_end_when_nobody_is_left_who_could_ask(alive):
    child = os.fork()
    if not child:
        Background(lambda: answer, 2)
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    assert_all_ended(alive)


def test_signals_that_stop_the_server_stop_nothing_that_is_under_way(held, start):
    processes = start()
    held.ask(processes)
    for each in (signal.SIGTERM, signal.SIGINT):
        os.killpg(processes._keeper, each)
    held.release()
    assert held.told[0].status == "203 Not our own"


@pytest.mark.parametrize("sent", [b"", b'["200 OK", [], 3]', b'["200 OK", [], 3]\nab', b'["200 '])
def test_an_answer_that_is_not_whole_is_none(sent):
    with pytest.raises(Interrupted):
        background._read(sent)


SECONDS = admission.SECONDS
TOKEN = "hV0pY3tqK9wZr2LxN8sDf1GmB7cJ4aQe"
ASKED = "/api/search?q=siege"


class Asked:
    """Stands for processes: what is asked of them, and what they say."""

    def __init__(self, said=None):
        self.said = said or Told("200 OK", [("Content-Type", "text/x-said")], b"said")
        self.paths = []

    def ask(self, environ, soon, end):
        self.paths.append(environ["PATH_INFO"])
        if isinstance(self.said, Exception):
            raise self.said
        return self.said


@pytest.fixture
def path(tmp_path):
    return write_index(tmp_path / "archive", [Article("a", ("A siege.", "The siege went on."))])


@pytest.fixture
def client_of(path, monkeypatch):
    """Makes a client of an application in which everything takes long, and has time enough."""
    monkeypatch.setattr(admission, "LONG", -1.0)
    monkeypatch.setattr(admission, "SECONDS", LATER)
    monkeypatch.setattr(parameters, "SECONDS", LATER)
    return lambda processes: create_app(path, Token(TOKEN), background=processes).test_client()


def test_a_search_that_takes_long_is_answered_as_ever(client_of, path, start):
    client, alone = client_of(start(load=lambda: create_app(path))), create_app(path).test_client()
    for address in (ASKED, "/api/search?q=date:x", "/?q=siege", "/feed.atom?q=siege"):
        told, expected = client.get(address), alone.get(address)
        assert told.status_code == expected.status_code
        assert set(told.headers.keys()) == set(expected.headers.keys())
        if address.startswith("/api"):
            assert told.json.get("articles") == expected.json.get("articles")
            assert told.json.get("error") == expected.json.get("error")
    told, expected = client.head(ASKED), client.get(ASKED)
    assert (told.status_code, told.data) == (200, b"")
    assert told.headers["Content-Length"] == expected.headers["Content-Length"]


def test_what_another_process_says_is_sent(client_of):
    asked = Asked()
    told = client_of(asked).get(ASKED)
    assert (told.status_code, told.data, asked.paths) == (200, b"said", ["/api/search"])
    assert told.headers["Content-Type"] == "text/x-said"
    assert "Content-Security-Policy" in told.headers


def test_what_has_a_body_or_is_sent_bit_by_bit_stays_where_it_is(client_of, monkeypatch):
    asked = Asked()
    client = client_of(asked)
    monkeypatch.setattr(admission, "SECONDS", SECONDS)
    assert client.post("/api/check", json=["The siege went on"]).status_code == 200
    assert client.get("/api/export?q=siege").status_code == 200
    assert client.get("/api/receipt?q=siege").status_code == 200
    assert asked.paths == []


def test_where_nobody_is_there_it_goes_on_in_a_lane(client_of):
    client = client_of(Asked(NobodyThere()))
    assert client.get(ASKED).json["total"]["paragraphs"] == 2


def test_when_its_process_dies_that_is_one_clear_sentence(client_of):
    told = client_of(Asked(Interrupted())).get(ASKED)
    assert told.status_code == 503
    assert told.json["error"]["code"] == "interrupted"
    assert told.headers["Retry-After"] == "1"


def test_too_many_that_wait_for_others_are_refused(client_of):
    client = client_of(Asked())
    gate: Gate = client.application.extensions["nutgraf.gate"]
    for _ in range(ASIDE):
        assert gate._aside.acquire(blocking=False)
    assert client.get(ASKED).json["error"]["code"] == "overloaded"
    gate._aside.release()
    assert client.get(ASKED).data == b"said"
    assert client.get(ASKED).data == b"said"


def test_whoever_is_answered_elsewhere_leaves_room_for_the_next(client_of):
    client = client_of(Asked())
    gate = client.application.extensions["nutgraf.gate"]
    free = gate._free
    for _ in range(5):
        assert client.get(ASKED).status_code == 200
    assert gate._free == free


SERVER = """
import sys
from pathlib import Path
from web import admission, background, parameters, server
admission.LONG = -1.0  # everything takes long
admission.SECONDS = parameters.SECONDS = 60.0  # and has time enough
background._PAUSE = 0.0
address = server.find_address("127.0.0.1", 0)
server.serve(Path(sys.argv[1]), address, lambda: print(address.url, flush=True))
"""


@pytest.fixture
def server(path, alive):
    """A server, all of whose processes have an end of the pipe; and its address."""
    command = [sys.executable, "-c", SERVER, path]
    with subprocess.Popen(command, stdout=subprocess.PIPE, pass_fds=alive, text=True) as started:
        yield started, started.stdout.readline().strip()
        started.kill()
    assert_all_ended(alive)


def fetch(url):
    """The JSON that is answered, and with which status, as soon as connections are taken."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)
        except urllib.error.URLError:
            os.sched_yield()
    raise AssertionError("the server takes no connections")


def parents():
    """The parent of each process of this machine."""
    found = {}
    for each in Path("/proc").glob("[0-9]*/stat"):
        try:
            found[int(each.parent.name)] = int(each.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue  # it has ended meanwhile
    return found


def background_of(started):
    """The processes of a server that are ranked lower: the children of one of its children."""
    of = parents()
    found = {process for process in of if of.get(of[process]) == started.pid}
    lower = min(19, os.nice(0) + background.NICENESS)
    assert {os.getpriority(os.PRIO_PROCESS, each) for each in found} == {lower}
    return found


def test_a_server_answers_what_takes_long_though_the_process_for_it_dies(server):
    started, url = server
    assert fetch(f"{url}{ASKED}")[1]["total"]["paragraphs"] == 2
    killed = background_of(started)
    for each in killed:
        os.kill(each, signal.SIGKILL)
    status, told = fetch(f"{url}{ASKED}&n=2")
    for _ in killed:
        if status == 503:  # one has died with the request
            assert told["error"]["code"] == "interrupted"
            status, told = fetch(f"{url}{ASKED}&n=2")
    assert (status, told["total"]["paragraphs"]) == (200, 2)
    assert background_of(started) - killed


def test_where_there_can_be_no_such_processes_a_server_does_without(make_index, monkeypatch):
    def refuse(load, count):
        raise OSError(errno.EPROTONOSUPPORT, "Protocol not supported")

    served = []
    monkeypatch.setattr(web.server, "Background", refuse)
    monkeypatch.setattr(web.server, "run", lambda make, *_: served.append(make()))
    web.server.serve(make_index("the siege"), web.server.Address("127.0.0.1", 0), list)
    assert served[0].test_client().get("/api/search?q=siege").json["total"]["paragraphs"] == 1


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_a_server_that_is_told_to_stop_ends_with_all_its_processes(server, sent):
    started, url = server
    assert fetch(f"{url}{ASKED}")[0] == 200
    started.send_signal(sent)
    assert started.wait(PATIENCE) == 0


def test_a_server_ends_with_its_terminal(path, alive):
    ours, theirs = os.openpty()
    command = [sys.executable, "-c", SERVER, path]
    with subprocess.Popen(
        command, stdin=theirs, stdout=subprocess.PIPE, pass_fds=alive, text=True
    ) as started:
        url = started.stdout.readline().strip()
        assert fetch(f"{url}{ASKED}")[0] == 200
        started.send_signal(signal.SIGHUP)
        assert started.wait(PATIENCE) == 0
    os.close(ours)
    os.close(theirs)
    assert_all_ended(alive)


def test_a_server_that_is_killed_ends_with_all_its_processes(server):
    started, url = server
    assert fetch(f"{url}{ASKED}")[0] == 200
    started.kill()
    started.wait()
