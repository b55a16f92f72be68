"""Where output goes: results to standard output, everything else to standard error."""

from __future__ import annotations

from typing import Literal

from rich.console import Console
from rich.style import Style
from rich.text import Text

from search.results import ArticleHeader, Paragraph, Span
from search.wording import printed_date

ColorChoice = Literal["auto", "always", "never"]

_MARK = Style(color="black", bgcolor="yellow", bold=True)
_TITLE = Style(bold=True)
_FACTS = Style(dim=True)
_NUMBER = Style(color="cyan")
_NARROWEST = 20


class _Results(Console):
    """A console that leaves a broken pipe to the entry point, where exit codes are decided."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def results(color: ColorChoice = "auto") -> Console:
    """The console for results: colours on a terminal, lines as they are in a pipe."""
    return _Results(
        highlight=False,
        markup=False,
        emoji=False,
        soft_wrap=True,
        force_terminal=True if color == "always" else None,
        color_system=None if color == "never" else "auto",
        no_color=False if color == "always" else None,
    )


def messages() -> Console:
    """The console for progress, notices and failures."""
    return Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True)


def printable(name: str) -> str:
    """A name of a file on one line, whatever characters it has."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in name)


def print_header(
    console: Console, article: ArticleHeader, title_spans: tuple[Span, ...] = ()
) -> None:
    """Print an article's headline, and a line that says who, where and when."""
    title = Text(style=_TITLE)
    title.append_text(_marked(article.title or article.id, title_spans))
    console.print(title)
    facts = (article.author, article.source, printed_date(article.date), article.id)
    console.print(Text(" · ".join(fact for fact in facts if fact), style=_FACTS))


def print_paragraph(console: Console, paragraph: Paragraph, width: int) -> None:
    """Print a paragraph behind its number, which takes ``width`` columns.

    On a terminal the text is wrapped beside the number; in a pipe a paragraph is a line.
    """
    number = Text(f"{paragraph.number:>{width}}", style=_NUMBER)
    text = _marked(paragraph.text, paragraph.spans)
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
    shown = Text(text)
    for span in spans:
        shown.stylize(_MARK, span.start, span.end)
    return shown
