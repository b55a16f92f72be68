"""nutgraf index --dry-run: shows what would be read from each file."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from cli.main import ERROR, FOUND, NOT_FOUND
from cli.output import json_text, messages, printable, results
from index.article import Article
from index.readers import ReadingOptions
from index.sync.preview import Preview, preview
from search.wording import counted, printed_date

_EVIDENCE = {"meta": "as the file says", "url": "from the address", "text": "from the text"}
_EVIDENCE["file"] = "the file's own time"


def show_preview(
    index_path: Path,
    paths: Iterable[str],
    options: ReadingOptions,
    *,
    jobs: int | None,
    as_json: bool,
    verbose: bool,
) -> int:
    """Print what would be read; return the exit code."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    shown = preview(
        paths,
        sys.stdin.buffer,
        options=options,
        jobs=jobs or cores or 1,
        leave_out=os.path.abspath(index_path),
    )
    articles = failed = 0
    if as_json:
        click.echo('{"files": [', nl=False)
    for number, each in enumerate(shown):
        articles, failed = articles + len(each.articles), failed + len(each.failures)
        if as_json:
            click.echo(",\n" if number else "\n", nl=False)
            click.echo(json_text(_as_dict(each)), nl=False)
        elif verbose or each.articles or each.failures or each.notices:
            _print(each, verbose=verbose)
    if as_json:
        click.echo("\n]}")
    messages().print(f"{counted(articles, 'article')} would be read; nothing was written")
    return FOUND if not failed else NOT_FOUND if articles else ERROR


def _print(shown: Preview, *, verbose: bool) -> None:
    console = results()
    kind = f" ({shown.kind})" if shown.kind else ""
    console.print(f"{printable(shown.name)}{kind}: {counted(len(shown.articles), 'article')}")
    for article in shown.articles:
        facts = (
            article.author,
            article.source,
            _dated(article),
            article.language,
            counted(len(article.paragraphs), "paragraph"),
        )
        console.print(f"  {printable(article.title or article.id)}")
        console.print("    " + " · ".join(printable(fact) for fact in facts if fact))
        if article.title:
            console.print(f"    {printable(article.id)}")
    for notice in shown.notices:
        console.print(f"  note: {printable(notice.name)}: {printable(notice.sentence)}")
    for failure in shown.failures:
        console.print(f"  failed: {printable(failure.name)}: {printable(failure.reason)}")
    for skip in shown.skips if verbose else ():
        console.print(f"  skipped: {printable(skip.name)}: {printable(skip.reason)}")


def _dated(article: Article) -> str:
    """The date of an article, and where it was found."""
    evidence = _EVIDENCE.get(article.date.evidence, "")
    return printed_date(article.date) + (f" ({evidence})" if evidence else "")


def _as_dict(shown: Preview) -> dict[str, Any]:
    return {
        "file": shown.name,
        "kind": shown.kind,
        "articles": [_article(article) for article in shown.articles],
        "failures": [{"name": each.name, "reason": each.reason} for each in shown.failures],
        "skips": [{"name": each.name, "reason": each.reason} for each in shown.skips],
        "notices": [{"name": each.name, "sentence": each.sentence} for each in shown.notices],
    }


def _article(article: Article) -> dict[str, Any]:
    date = article.date
    return {
        "id": article.id,
        "title": article.title,
        "author": article.author,
        "source": article.source,
        "url": article.url,
        "language": article.language,
        "date": {"value": date.value, "precision": date.precision, "evidence": date.evidence},
        "paragraphs": len(article.paragraphs),
    }
