"""Queries that are meant to do harm, each alone: the processor time of its answer at each address.

::

    python -m bench.hostile INDEX [ADDRESS ...]

They are answered within this process, nothing remembered. The deadline counts processor time, too,
so that the figures do not depend on what else the machine does: what is more than a little over
the limit is a step that does not look at the deadline.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote

from bench.load import ATTACKS
from search import deadline
from web.app import create_app

ADDRESSES = {
    "search": "/api/search?q={q}",
    "most": "/api/search?n=100&context=9&facets=1&advice=always&q={q}",
    "position": "/api/search?sort=position&n=100&q={q}",
    "any": "/api/search?match=any&q={q}",
    "page": "/?n=100&context=5&q={q}",
    "timeline": "/?view=timeline&by=year&q={q}",
    "kwic": "/?view=kwic&order=left3&q={q}",
    "sample": "/api/kwic?sample=1000&rows=1000&q={q}",
    "collocates": "/api/collocates?left=20&right=20&words=200&q={q}",
    "feed": "/feed.atom?q={q}",
    "article": "/articles/{id}?q={q}",
    "suggest": "/api/suggest?q={q}",
    "check": "/api/check?q={q}",
}
_WORDS = (
    "the of to and a in that is was for on with as he by it at from his be said has have".split()
)
_BEGINNINGS = [one + other for one in "stcprmbdfl" for other in "aeioruhlt"]

HOSTILE = (
    *ATTACKS,
    "th* w/2p an*", "the w/100p of", "the NOT w/100p of", "the NOT w/1 of", "st* w/100 co*",
    "(the OR of OR to OR and OR a) NOT w/3 (in OR that OR is OR was OR for)",
    "(the OR of OR to OR and OR a OR in OR that OR is) w/100 (was OR for OR on OR with OR as)",
    "((the w/5 of) w/5 (to w/5 and)) w/5 ((a w/5 in) w/5 (that w/5 is))",
    " OR ".join(f"({one} w/9 {other})" for one, other in zip(_WORDS, _WORDS[11:], strict=False)),
    "the w/5 " * 20 + "the", '"st* co*"~100', '"the the the the the the the the"~100',
    '"the of to and a in that is was for on with as he by it at"~100',
    " OR ".join(f'"{each} the"' for each in _WORDS[1:15]),
    "=The OR =Of OR =And OR =In OR =To OR =A",
    "article(the of to and a in that is was for on with as he by it at)", "article(-the)",
    "article(the OR of) article(and OR a) article(that OR is)", "the " * 32, "NOT the NOT of",
    "((((((((the OR of) AND to) OR and) AND a) OR in) AND that) OR is) AND was)",
    " OR ".join(f"{each}*" for each in _BEGINNINGS[:32]), "st*n OR co*n OR pr*n OR re*n OR de*n",
    "co" + "*o" * 40, "*a*", "st?????? OR co?????? OR pr??????", "(a+)+$", "/.*a.*b.*/",
    " OR ".join(f"{each}~2" for each in ("minister president parliament government election "
    "military committee national economic political international").split()),
    "the date:2016 -source:x -author:y -language:de", "words:>0", "para:1..999 date:>=1800",
)  # fmt: skip


def main() -> None:
    """Ask all, and print a row for each address."""
    if len(sys.argv) < 2 or not {*sys.argv[2:]} <= {*ADDRESSES}:
        raise SystemExit(f"usage: python -m bench.hostile INDEX [{'|'.join(ADDRESSES)} ...]")
    deadline.time = SimpleNamespace(monotonic=time.thread_time)  # type: ignore[attr-defined]
    app = create_app(Path(sys.argv[1]))
    client = app.test_client()
    known = client.get("/api/search?q=the").json
    article = quote(known["articles"][0]["id"], safe="") if known else ""
    print("| address | most s | of | kB at most |\n|---|---:|---|---:|")
    for name in sys.argv[2:] or ADDRESSES:
        taken = []
        for query in HOSTILE:
            app.extensions["nutgraf"].searcher().close()  # which lets go of what was decoded
            app.extensions["nutgraf.answers"].clear()
            start = time.thread_time()
            answer = client.get(ADDRESSES[name].format(q=quote(query), id=article))
            if answer.status_code not in (200, 400):
                raise SystemExit(f"{answer.status_code} {name} {query}")
            taken.append((time.thread_time() - start, query, len(answer.data)))
        most = max(taken)
        size = max(each[2] for each in taken) / 1000
        print(f"| {name} | {most[0]:.2f} | `{most[1][:50]}` | {size:.0f} |", flush=True)


if __name__ == "__main__":
    main()
