"""Where output goes: results to standard output, everything else to standard error."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Literal

from cli.plain import PlainConsole
from search.results import ArticleHeader, Paragraph, Span
from search.wording import printed_date

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

ColorChoice = Literal["auto", "always", "never"]

_MARK = "bold black on yellow"
_TITLE = "bold"
_FACTS = "dim"
_NUMBER = "cyan"
_NARROWEST = 20


def results(color: ColorChoice = "auto") -> Console | PlainConsole:
    """The console for results: colours on a terminal, lines as they are in a pipe."""
    if color != "always" and _is_plain(sys.stdout.isatty()):
        return PlainConsole(sys.stdout)
    from cli.terminal import result_console  # which takes a while to load

    return result_console(color)


def messages() -> Console | PlainConsole:
    """The console for notices and failures."""
    if _is_plain(sys.stderr.isatty()):
        return PlainConsole(sys.stderr)
    from cli.terminal import message_console

    return message_console()


def _is_plain(is_terminal: bool) -> bool:
    """Whether nothing is to be drawn: no terminal, and nobody who insists on colours."""
    return not is_terminal and not os.environ.get("FORCE_COLOR")


def printable(name: str) -> str:
    """A name of a file on one line, whatever characters it has."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in name)


def json_text(value: object, indent: int | None = None) -> str:
    """A value as JSON; what is no character, such as in a name of a file, is escaped."""
    printed = json.dumps(value, ensure_ascii=False, indent=indent)
    return printed.encode("utf-8", "backslashreplace").decode("utf-8")


def print_header(
    console: Console | PlainConsole, article: ArticleHeader, title_spans: tuple[Span, ...] = ()
) -> None:
    """Print an article's headline, and a line that says who, where and when."""
    title = article.title or article.id
    parts = (article.author, article.source, printed_date(article.date), article.id)
    facts = " · ".join(part for part in parts if part)
    if isinstance(console, PlainConsole):
        console.print(title)
        console.print(facts)
        return
    console.print(_marked(title, title_spans), style=_TITLE)
    console.print(facts, style=_FACTS)


def print_paragraph(console: Console | PlainConsole, paragraph: Paragraph, width: int) -> None:
    """Print a paragraph behind its number, which takes ``width`` columns.

    On a terminal the text is wrapped beside the number; in a pipe a paragraph is a line.
    """
    printed = f"{paragraph.number:>{width}}"
    if isinstance(console, PlainConsole):
        console.print(f"{printed}  {paragraph.text}")
        return
    from rich.text import Text

    number, text = Text(printed, style=_NUMBER), _marked(paragraph.text, paragraph.spans)
    if not console.is_terminal:
        console.print(Text("  ").join([number, text]))
        return
    lines = text.wrap(console, max(_NARROWEST, console.width - width - 2))
    for line in lines:
        line.rstrip()
        console.print(Text("  ").join([number, line]))
        number = Text(" " * width)


def _marked(text: str, spans: tuple[Span, ...]) -> Text:
    """A text with its spans marked."""
    from rich.text import Text

    shown = Text(text)
    for span in spans:
        shown.stylize(_MARK, span.start, span.end)
    return shown
