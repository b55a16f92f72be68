"""The applications that bench.service serves: nutgraf, tantivy behind Flask, and a bare "hello".

::

    python -m bench.served NAME INDEX PORT PROCESSES REMEMBERED

They are run as ``nutgraf serve`` runs its own, so that all processes of nutgraf share what they
remember: so many bytes of answers, 0 for none. ``/forget`` lets it forget them.
"""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask, Response, request
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from web.app import create_app
from web.lanes import Lanes
from web.memory import Memory
from web.server import Address, run

_TOP = 10
_WHOLE = 1_000_000  # characters of a snippet: the paragraph is shown whole


def hello() -> Flask:
    """The least that Flask can do."""
    app = Flask("hello")
    app.add_url_rule("/hello", view_func=lambda: "hello")
    return app


def nutgraf(index: Path, processes: int, lanes: Lanes, memory: Memory) -> Any:
    """The application as it is, and the bare one beside it, in the same processes."""
    app = create_app(index, processes=processes, lanes=lanes, memory=memory)
    forgetting = Flask("forgetting")

    @forgetting.get("/")
    def forget() -> str:
        memory.clear()
        return ""

    return DispatcherMiddleware(app, {"/bare": hello(), "/forget": forgetting})


def tantivy(index_path: Path) -> Flask:
    """Ten paragraphs with what matches in each, by tantivy's own snippets, and how many match."""
    import tantivy

    index = tantivy.Index.open(str(index_path))
    searcher = index.searcher()
    app = Flask("tantivy")

    @app.get("/api/search")
    def search() -> Response:
        query = index.parse_query(request.args["q"], ["text"])
        found = searcher.search(query, _TOP, count=True)
        snippets = tantivy.SnippetGenerator.create(searcher, query, index.schema, "text")
        snippets.set_max_num_chars(_WHOLE)
        hits = []
        for score, address in found.hits:
            document = searcher.doc(address)
            snippet = snippets.snippet_from_doc(document)
            spans = [(part.start, part.end) for part in snippet.highlighted()]
            shown = {name: document.get_first(name) for name in ("id", "title", "text")}
            hits.append({**shown, "score": score, "spans": spans})
        answer = {"total": found.count, "hits": hits}
        return Response(json.dumps(answer, ensure_ascii=False), content_type="application/json")

    return app


def main() -> None:
    """Serve until the process is told to stop."""
    name, index, port, *numbers = sys.argv[1:]
    processes, remembered = map(int, numbers)
    if name == "tantivy":
        make = partial(tantivy, Path(index))
    else:
        make = partial(nutgraf, Path(index), processes, Lanes(), Memory(remembered))
    run(make, Address("127.0.0.1", int(port)), processes, lambda: None)


if __name__ == "__main__":
    main()
