"""Examples of curl are answered as is printed, and the tables of docs/api.md leave nothing out."""

import re
import shlex
from pathlib import Path
from urllib.parse import urlencode

import pytest

from index.store import Store
from index.sync import Sync
from index.writer import open_writer
from web.access import Token
from web.app import create_app
from web.operations import OPERATIONS, SEARCH

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
TAKING_AWAY = (ROOT / "docs" / "taking-away.md").read_text(encoding="utf-8")
COMMANDS = re.findall(
    r"^\$ (curl .*)\n((?:[^$`\n].*\n)?)", TEXT + README + TAKING_AWAY, re.MULTILINE
)
TOKEN = "hV0pY3tqK9wZr2LxN8sDf1GmB7cJ4aQe"
SERVER = "http://127.0.0.1:8000"


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    """The sample articles, served with a token."""
    store = Store(tmp_path_factory.mktemp("samples") / "index")
    with open_writer(store) as writer:
        Sync([str(ROOT / "cli" / "samples")]).run(writer, None, lambda *_: None)
    return create_app(store.path, Token(TOKEN)).test_client()


def sent(client, command):
    """Send what a command of curl would."""
    words = iter(shlex.split(command)[1:])
    method, headers, data, fields, address = "GET", {}, None, [], ""
    for word in words:
        if word == "-X":
            method = next(words)
        elif word == "-H":
            name, _, value = next(words).partition(": ")
            headers[name] = value.replace("$TOKEN", TOKEN)
        elif word in ("--data", "--data-binary", "--data-urlencode"):
            data = next(words)
            fields.append(tuple(data.split("=", 1)))
        elif not word.startswith("-"):
            address = word.removeprefix(SERVER)
    if "--get" in command:
        address, data = f"{address}?{urlencode(fields)}", None
    if "cursor=…" in address:
        first = client.get(address.replace("&cursor=…", "")).json
        address = address.replace("…", first["page"]["cursor"])
    return client.open(address, method=method, headers=headers, data=data)


@pytest.mark.parametrize(("command", "printed"), COMMANDS)
def test_every_example_is_answered_as_it_is_printed(client, command, printed):
    with sent(client, command) as answer:
        if printed:
            assert answer.text == printed
        else:
            assert answer.status_code == 200
            assert answer.text
    if answer.is_json and isinstance(answer.json, dict):
        assert answer.json.get("total") != {"paragraphs": 0, "articles": 0, "same_article": 0}


def test_the_examples_have_been_read():
    assert len(COMMANDS) > 10


def test_every_operation_and_every_option_of_a_search_is_told():
    told = TEXT.replace("{n}", "{number}").replace("{id}", "{article_id}")
    for each in OPERATIONS:
        assert each.path in told
    for name in SEARCH.arguments:
        assert re.search(rf"^\|.*`{name}(=1)?`", TEXT, re.MULTILINE)
