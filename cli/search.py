"""nutgraf search: prints the matching paragraphs under their articles."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from cli.main import FOUND, NOT_FOUND
from cli.output import ColorChoice, messages, print_header, print_paragraph, results
from cli.plain import PlainConsole
from cli.queries import QueryCommand
from search.address import address_of
from search.contract import page_as_dict
from search.passages import passages
from search.results import MAX_CONTEXT, ArticleHits, Page, Relaxed, SearchOptions, Sort
from search.searcher import Searcher
from search.wording import counted, told_clause, told_copies, told_match

if TYPE_CHECKING:
    from rich.console import Console

_PATIENCE = 1.0  # seconds for advice: in a new process, nothing has been decoded yet
_CONTEXT = click.IntRange(0, MAX_CONTEXT)


@click.command("search", cls=QueryCommand)
@click.argument("query", nargs=-1, required=True, metavar="QUERY…")
@click.option("-n", "size", default=10, show_default=True, help="Articles on a page.")
@click.option("--page", "number", default=1, show_default=True, help="Which page.")
@click.option(
    "--sort",
    type=click.Choice(["relevance", "date", "position"]),
    default="relevance",
    show_default=True,
    help="The best first, the newest, or what stands nearest the top of its article.",
)
@click.option("--any", "match_any", is_flag=True, help="Any of the words instead of all.")
@click.option(
    "--relax",
    type=click.Choice(get_args(Relaxed)),
    help="Search as the advice of that name says, if it finds more.",
)
@click.option("--facets", is_flag=True, help="Count sources, authors, years and languages.")
@click.option("--copies", is_flag=True, help="Show all copies of a paragraph, not only the first.")
@click.option("--strict", is_flag=True, help="A mistake in the query is an error.")
@click.option("-B", "--before", default=0, type=_CONTEXT, help="Paragraphs before a hit.")
@click.option("-A", "--after", default=0, type=_CONTEXT, help="Paragraphs after a hit.")
@click.option("-C", "--context", default=0, type=_CONTEXT, help="Both of them.")
@click.option("--explain", is_flag=True, help="Say which clauses made each paragraph match.")
@click.option("--addresses", is_flag=True, help="Under each paragraph, its stable address.")
@click.option("--tz", default="", metavar="ZONE", help="Time zone of date:today; yours by default.")
@click.option("--json", "as_json", is_flag=True, help="The page as one JSON object.")
@click.option("--jsonl", "as_jsonl", is_flag=True, help="Each hit as a line of JSON.")
@click.option("--count", "as_count", is_flag=True, help="Only the number of paragraphs.")
@click.option(
    "--receipt",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write down what was searched, how, and what was found; see nutgraf rerun.",
)
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    help="Marks in colour: on a terminal (auto), always or never.",
)
@click.pass_obj
def command(
    index_path: Path,
    query: tuple[str, ...],
    size: int,
    number: int,
    sort: Sort,
    match_any: bool,
    relax: Relaxed | None,
    facets: bool,
    copies: bool,
    strict: bool,
    before: int,
    after: int,
    context: int,
    explain: bool,
    addresses: bool,
    tz: str,
    as_json: bool,
    as_jsonl: bool,
    as_count: bool,
    receipt: Path | None,
    color: ColorChoice,
) -> int:
    """Print the paragraphs that match QUERY, under their articles.

    \b
    russia aleppo          both words in one paragraph
    '"hit back"'           exactly these words, side by side
    'russia OR moscow'     either word; -rebels or NOT rebels: without it
    'minist*' 'wom?n'      words that begin so, or are like that
    churkin~ =Power        a letter may differ; exactly as printed
    russia w/5 aleppo      at most 5 words apart; pre/5: in this order
    russia w/2p aleppo     in paragraphs at most 2 apart
    'article(russia ban)'  both somewhere in one article
    title:siege            in a field: title, author, source, language
    date:2016-09..2016-10  published then; also date:2016, date:>=2016-09, date:7d
    para:1 'words:>40'     where the paragraph stands, and how long it is
    """
    options = SearchOptions(
        size=size,
        number=number,
        sort=sort,
        match="any" if match_any else "all",
        before=max(before, context),
        after=max(after, context),
        strict=strict,
        tz=tz,
        advice="always" if relax else "never" if as_count or as_jsonl else "few",
        facets=facets,
        patience=_PATIENCE,
        fold=not copies,
    )
    searcher = Searcher.open(index_path)
    page = _search(searcher, " ".join(query), options, relax)
    if not as_json:
        for notice in page.notices:
            messages().print(f"Note: {notice}")
    if as_json:
        click.echo(json.dumps(page_as_dict(page), ensure_ascii=False, indent=2))
    elif as_jsonl:
        _print_lines(page)
    elif as_count:
        click.echo(page.total.paragraphs)
    else:
        console = results(color)
        _print_page(console, page, explain=explain, addresses=addresses)
        if page.advice or page.facets:
            from cli.advice import print_advice, print_facets

            print_facets(console, page)
            print_advice(page)
    if receipt:
        from cli.receipts import write_receipt

        write_receipt(searcher, page, receipt)
    return FOUND if page.total.paragraphs else NOT_FOUND


def _search(searcher: Searcher, query: str, options: SearchOptions, relax: Relaxed | None) -> Page:
    """Search; if it is asked for, as the advice says. That is told."""
    page = searcher.search(query, options)
    advised = page.advice.suggestion(relax) if relax and page.advice else None
    if advised:
        how = " with any of the words" if advised.options.match != options.match else ""
        messages().print(f"Searched instead{how}: {advised.query}")
        return searcher.search(advised.query, advised.options._replace(advice="few"))
    if relax:
        messages().print(f"Note: --relax {relax} would not find more")
    return page


def _print_lines(page: Page) -> None:
    """Print each hit as a line of JSON that carries the header of its article."""
    for article in page_as_dict(page)["articles"]:
        hits = article.pop("hits")
        for hit in hits:
            click.echo(json.dumps({"article": article, **hit}, ensure_ascii=False))


def _print_page(
    console: Console | PlainConsole, page: Page, *, explain: bool, addresses: bool
) -> None:
    """Print the articles of a page, and on standard error what there is to say about them."""
    clauses = {clause.id: clause.query for clause in page.clauses} if explain else {}
    for clause in page.clauses if explain else ():
        console.print(f"{clause.id} {told_clause(clause)}")
    if explain:
        console.print()
    for found in page.articles:
        print_header(console, found.article, found.title_spans)
        width = len(str(found.article.length)) + 2
        _print_passages(console, found, width, clauses, addresses=addresses)
        hidden = found.total - len(found.hits)
        if hidden:
            console.print(" " * (width + 2) + f"and {counted(hidden, 'more paragraph')}")
        console.print()
    messages().print(_summary(page))


def _print_passages(
    console: Console | PlainConsole,
    found: ArticleHits,
    width: int,
    clauses: Mapping[int, str],
    *,
    addresses: bool,
) -> None:
    """Print the hits of an article with their context; a gap between contexts is a line ``…``.

    Args:
        console: to print to.
        found: the article.
        width: of the numbers of paragraphs.
        clauses: as they were written, to be told under each hit; none where they are not.
        addresses: whether the stable address of each hit is told.
    """
    matches = {hit.paragraph.number: hit.clauses for hit in found.hits}
    copies = {hit.paragraph.number: hit.copies for hit in found.hits}
    shown = passages(found)
    has_context = len(shown) > len(found.hits)
    for at, passage in enumerate(shown):
        if has_context and at and passage.after_gap:
            console.print(" " * (width + 2) + "…")
        print_paragraph(console, passage.paragraph, width)
        elsewhere = copies.get(passage.paragraph.number)
        if passage.is_hit and elsewhere:
            console.print(" " * (width + 2) + f"({told_copies(elsewhere)})")
        if passage.is_hit and clauses:
            told = [
                told_match(each, clauses[each.id]) for each in matches[passage.paragraph.number]
            ]
            console.print(" " * (width + 2) + f"[{'; '.join(told)}]")
        if passage.is_hit and addresses:
            paragraph = passage.paragraph
            address = address_of(found.article.id, paragraph.number, paragraph.text)
            console.print(" " * (width + 2) + str(address))


def _summary(page: Page) -> str:
    """What was found in all, and where on it this page is."""
    total = page.total
    if not total.paragraphs:
        return "No paragraph matches"
    line = f"{counted(total.paragraphs, 'paragraph')} in {counted(total.articles, 'article')}"
    if total.folded[:2] != total[:2]:
        shown = total.folded
        line += f"; without copies {shown.paragraphs:,} in {shown.articles:,}"
    if page.pages > 1:
        line += f", page {page.options.number:,} of {page.pages:,}"
    return line
