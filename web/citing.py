"""Citing and verifying: a paragraph in all styles, and what has become of what was cited.

A link of a citation leads to the page of the article and carries the check of the paragraph
(``?cited=3-1f3a9c20b7#p3``); the page says so if the paragraph is not there any more as it was.
"""

from __future__ import annotations

from typing import cast

from flask import Blueprint, Flask, Response, render_template, request

from search.address import read_cited
from search.citing.contract import cited_as_dict, verdict_as_dict, verdicts_as_dict
from search.citing.facts import Cited, cited
from search.citing.naming import named
from search.citing.reading import references
from search.citing.verdicts import Verdict, verify, verify_one
from search.citing.writing import STYLE_NAMES, Style
from search.errors import QueryError
from search.results import ArticleView
from search.searcher import Searcher
from web import operations
from web.answers import as_json
from web.parameters import Asked, read_one
from web.summary import current_searcher
from web.writing import WrongType

MOST = 1_000
"""Citations of a text that are looked at in one request."""

_SHOWN = 40  # characters of a wrong value

citing = Blueprint("citing", __name__)


@citing.get("/api/cite")
def cite() -> Response:
    """A paragraph as a citation."""
    operations.CITE.check(request.args)
    style = read_one(request.args, "style")
    found, _, _ = _asked_for()
    return as_json(cited_as_dict(found, None if style == "all" else cast(Style, style)))


@citing.get("/api/verify")
def verify_address() -> Response:
    """What has become of a cited paragraph."""
    operations.VERIFY.check(request.args)
    searcher = current_searcher()
    address = named(searcher, _address())
    if not address.check:
        raise QueryError(
            f"{str(address)!r} carries no check; it is verified by one, as in "
            f"{address.article_id}#p{address.paragraph}@1f3a9c20b7",
            "bad_address",
        )
    return as_json(verdict_as_dict(verify_one(searcher, address)))


@citing.post("/api/verify")
def verify_text() -> Response:
    """What has become of the paragraphs that a text cites."""
    operations.VERIFY_TEXT.check(request.args)
    if request.mimetype not in operations.VERIFY_TEXT.body:
        raise WrongType("Send this as text/plain, in the header Content-Type")
    return as_json(verdicts_as_dict(_verdicts(request.get_data().decode("utf-8", "replace"))))


@citing.get("/cite")
def cite_page() -> str:
    """A paragraph in all styles, to be copied."""
    found, view, verdict = _asked_for()
    return render_template(
        "cite.html",
        asked=Asked(),
        view=view,
        cited=found,
        verdict=verdict,
        styles=STYLE_NAMES,
        shown=cited_as_dict(found)["citations"],
    )


@citing.get("/verify")
def verify_page() -> str:
    """A box for a text with citations."""
    return render_template("verify.html", asked=Asked(), text="", verdicts=None)


@citing.post("/verify")
def verdicts_page() -> str:
    """The box, and what has become of what is cited in it."""
    text = request.form.get("text", "")
    return render_template("verify.html", asked=Asked(), text=text, verdicts=_verdicts(text))


def verdict_of_link(searcher: Searcher, article_id: str) -> Verdict | None:
    """What has become of the paragraph that a link to an article cites, if it cites one.

    Raises QueryError.
    """
    given = request.args.get("cited", "")
    if not given:
        return None
    address = read_cited(article_id, given)
    if address is None:
        raise QueryError(
            "cited is a paragraph and its check, such as 3-1f3a9c20b7, not "
            f'"{given[:_SHOWN]}"', "bad_option"
        )  # fmt: skip
    return verify_one(searcher, address)


def _asked_for() -> tuple[Cited, ArticleView, Verdict | None]:
    """The paragraph to cite, where it is now, and what has become of it if it had a check."""
    searcher = current_searcher()
    address = named(searcher, _address())
    view = searcher.article(address.article_id)
    verdict = verify_one(searcher, address) if address.check else None
    number = address.paragraph
    if verdict and verdict.fate == "moved" and verdict.now:
        number = verdict.now.paragraph
    return cited(view, number, request.host_url), view, verdict


def _address() -> str:
    given = request.args.get("address", "")
    if not given.strip():
        raise QueryError(
            "The paragraph is not named; ask with ?address=siege.txt%23p3", "bad_address"
        )
    return given


def _verdicts(text: str) -> list[Verdict]:
    found = references(text)
    if not found:
        raise QueryError(
            "There is no citation in this text: no address such as siege.txt#p3@1f3a9c20b7, "
            "and no link that carries a check",
            "no_citation",
        )
    if len(found) > MOST:
        raise QueryError(
            f"There are {len(found):,} citations in this text; at most {MOST:,} are looked at, "
            "so divide it, or use nutgraf verify",
            "too_many",
        )
    return list(verify(current_searcher(), found))


def register(app: Flask) -> None:
    """Add citing and verifying to the application."""
    app.register_blueprint(citing)
