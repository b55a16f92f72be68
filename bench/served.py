"""The applications that bench.service serves: nutgraf, tantivy behind Flask, and a bare "hello".

Granian makes them by name (``--factory``); what they serve is in the environment: INDEX, and
for nutgraf REMEMBERED, how many bytes of answers it may remember.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from flask import Flask, Response, request

_TOP = 10
_WHOLE = 1_000_000  # characters of a snippet: the paragraph is shown whole


def hello() -> Flask:
    """The least that Flask can do."""
    app = Flask("hello")
    app.add_url_rule("/hello", view_func=lambda: "hello")
    return app


def nutgraf() -> Any:
    """The application as it is, and the bare one beside it, in the same processes."""
    from werkzeug.middleware.dispatcher import DispatcherMiddleware

    from search.cache import ByteCache
    from web.app import create_app
    from web.server import prepare_process

    prepare_process()
    app = create_app(Path(os.environ["INDEX"]), processes=int(os.environ["PROCESSES"]))
    app.extensions["nutgraf.answers"] = ByteCache(int(os.environ["REMEMBERED"]))
    return DispatcherMiddleware(app, {"/bare": hello()})


def tantivy() -> Flask:
    """Ten paragraphs with what matches in each, by tantivy's own snippets, and how many match."""
    import tantivy

    index = tantivy.Index.open(os.environ["INDEX"])
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
