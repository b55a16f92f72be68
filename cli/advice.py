"""What to say when little was found: other searches, as commands to paste; and facets."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import click

from cli.output import messages, printable
from search.language_names import language_name
from search.results import Facet, Page, SearchOptions, Suggestion
from search.wording import counted

if TYPE_CHECKING:
    from rich.console import Console

    from cli.plain import PlainConsole

_PLAIN = SearchOptions()
_HOW = {
    "spelling": "spelt otherwise",
    "article": "all of it in one article",
    "words": "the words of phrases anywhere",
    "date": "of any date",
    "text": "in the text",
    "title": "in the headline",
    "without": "without what costs most",
    "any": "any of the words",
}


def print_advice(page: Page) -> None:
    """Print on standard error what each part finds alone, and what would find more."""
    advice = page.advice
    if advice is None:
        return
    for clause in advice.clauses:
        found = _found(clause.paragraphs, clause.articles)
        messages().print(f"  {printable(clause.query)}: {found}")
    if not advice.suggestions:
        return
    is_spelling = all(each.kind == "spelling" for each in advice.suggestions)
    messages().print("Did you mean:" if is_spelling else "These would find more:")
    for each in advice.suggestions:
        found = _found(each.paragraphs, each.articles)
        how = _HOW[each.kind] + _changes(each)
        messages().print(f"  {found}, {how} (--relax {each.kind}):")
        messages().print(f"    {as_command(each.query, each.options)}")


def _found(paragraphs: int, articles: int) -> str:
    return f"{counted(paragraphs, 'paragraph')} in {counted(articles, 'article')}"


def _changes(suggestion: Suggestion) -> str:
    """What is changed, if there is not much of it."""
    if suggestion.kind == "spelling":
        told = [f"{other} for {written}" for written, other in suggestion.changed]
    elif suggestion.kind in ("without", "date"):
        told = [f"without {written}" for written, _ in suggestion.changed]
    else:
        return ""
    return f" ({printable('; '.join(told))})"


def as_command(query: str, options: SearchOptions) -> str:
    """The command that searches so, ready to paste."""
    arguments = ["nutgraf", *_index_option(), "search"]
    if options.match == "any":
        arguments.append("--any")
    if options.sort != _PLAIN.sort:
        arguments += ["--sort", options.sort]
    if options.size != _PLAIN.size:
        arguments += ["-n", str(options.size)]
    if options.before:
        arguments += ["-B", str(options.before)]
    if options.after:
        arguments += ["-A", str(options.after)]
    if options.strict:
        arguments.append("--strict")
    if options.tz:
        arguments += ["--tz", options.tz]
    if options.facets:
        arguments.append("--facets")
    return shlex.join([*arguments, *(["--"] if query.startswith("-") else []), query])


def _index_option() -> list[str]:
    """The option that names the index, if it was given."""
    context = click.get_current_context().parent
    if context is None:
        return []
    source = context.get_parameter_source("index_path")
    if source is not click.core.ParameterSource.COMMANDLINE:
        return []
    return ["--index", str(context.params["index_path"])]


def print_facets(console: Console | PlainConsole, page: Page) -> None:
    """Print the sources, authors, years and languages of the matches, with their counts."""
    for facet in page.facets:
        if not any(each.value for each in facet.values):
            continue  # nothing is known of any of them
        console.print(f"By {facet.field}:")
        _print_values(console, facet)
        console.print()


def _print_values(console: Console | PlainConsole, facet: Facet) -> None:
    for each in facet.values:
        sign = "+" if each.selected else "-" if each.excluded else " "
        name = printable(each.value) or "unknown"
        if facet.field == "language" and each.value:
            name = f"{name} {language_name(each.value)}"
        console.print(f"{sign} {name}  {_found(each.paragraphs, each.articles)}")
    if facet.more:
        console.print(f"  and {facet.more:,} more")
