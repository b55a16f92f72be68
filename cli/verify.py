"""nutgraf verify: says of each citation in a text whether it still holds."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from cli.main import FOUND, NOT_FOUND
from cli.output import json_text, messages, printable, results
from index.errors import InputError, cause
from search.citing.contract import verdicts_as_dict
from search.citing.reading import references
from search.citing.verdicts import Verdict, verify
from search.searcher import Searcher
from search.wording import counted


@click.command("verify")
@click.argument("file", metavar="FILE")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@click.pass_obj
def command(index_path: Path, file: str, as_json: bool) -> int:
    """Say of each citation in FILE whether the paragraph is still there and says the same.

    FILE is any text: a manuscript, a .bib, .ris or .json file, Markdown; - is standard input.
    Citations are addresses (siege.txt#p3@1f3a9c20b7), links with a check, and what nutgraf cite
    writes.

    \b
    OK           it is there and says the same
    MOVED p4→p5  it says the same, as another paragraph of the article
    CHANGED      the article is there, but no paragraph of it says that any more
    GONE         the article is not there, or has nothing like what the citation quotes

    The exit code is 1 if any is not OK, and 2 if there is no citation in FILE.
    """
    cited = references(_read(file))
    if not cited:
        raise InputError(
            f"There is no citation in {_name(file)}: no address such as "
            "siege.txt#p3@1f3a9c20b7, and no link that carries a check"
        )
    verdicts = list(verify(Searcher.open(index_path), cited))
    if as_json:
        click.echo(json_text(verdicts_as_dict(verdicts), indent=2))
    else:
        for each in verdicts:
            _print(each)
        messages().print(_summary(verdicts))
    return FOUND if all(each.fate == "ok" for each in verdicts) else NOT_FOUND


def _read(file: str) -> str:
    """The text of a file; what is not UTF-8 in it hides no citation. Raises InputError."""
    try:
        read = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise InputError(f"{_name(file)} cannot be read: {cause(error)}") from error
    encoding = "utf-16" if read[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    return read.decode(encoding, "replace")


def _name(file: str) -> str:
    return "standard input" if file == "-" else printable(file)


def _print(verdict: Verdict) -> None:
    """Print a verdict, where the citation stands, and what is known of where it went."""
    console = results()
    told = f"{verdict.told:<12} {printable(str(verdict.address))} (line {verdict.line:,})"
    console.print(told)
    if verdict.fate == "changed" and verdict.now:
        where = "now" if verdict.changes else "there is"
        console.print(f"{'':<12} {where} {printable(str(verdict.now))}")
    elif verdict.fate == "gone" and verdict.now:
        console.print(f"{'':<12} the same is printed in {printable(str(verdict.now))}")
    for change in verdict.changes:
        before, after = (f'"{printable(each)}"' if each else "nothing" for each in change)
        console.print(f"{'':<12} {before} → {after}")


def _summary(verdicts: list[Verdict]) -> str:
    fates = [each.fate for each in verdicts]
    counts = (f"{fates.count(fate):,} {fate}" for fate in ("moved", "changed", "gone"))
    return f"{counted(len(fates), 'citation')}: {fates.count('ok'):,} OK, {', '.join(counts)}"
