"""nutgraf check: without a file, whether the index is whole; with one, its quotations."""

from __future__ import annotations

from pathlib import Path

import click

from cli.main import ERROR, FOUND
from cli.output import messages, results
from index.checking import check
from index.store import Store
from search.wording import counted


@click.command("check")
@click.argument("file", required=False, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--json", "as_json", is_flag=True, help="The quotations as a JSON list.")
@click.option("--csv", "as_csv", is_flag=True, help="The rows of the file, with what was found.")
@click.pass_obj
def command(index_path: Path, file: Path | None, as_json: bool, as_csv: bool) -> int:
    """Check the index; or check the quotations in FILE against it.

    \b
    nutgraf check               reads every byte of the index, names what is damaged
    nutgraf check quotes.csv    is each quotation in the archive, and as it is printed?
    nutgraf check quotes.txt    the same, a quotation a line; - reads standard input

    A .csv file has a first row of names; its column "quote" is checked, else the first. Verdicts:
    exact; punctuation (or capitals) only; elided, where a mark says so; altered, with the words;
    not found. The earliest source comes first. Columns "source" and "date" are compared with it.

    Exit code 0: the index is whole, or all quotations are exact but for punctuation, and from where
    they are said to be. 1: some quotations are not. 2: an error.
    """
    if file is not None:
        from cli.quotations import check_file

        return check_file(index_path, file, as_json=as_json, as_csv=as_csv)
    if as_json or as_csv:
        raise click.UsageError("--json and --csv are for quotations; name a file of them")
    return _check_index(index_path)


def _check_index(index_path: Path) -> int:
    """Read every byte that a search could read, and name the files that are damaged."""
    files = bytes_read = damaged = 0
    for each in check(Store(index_path)):
        files, bytes_read = files + 1, bytes_read + each.size
        if each.problem:
            damaged += 1
            messages().print(each.problem)
    if damaged:
        results().print(f"{counted(files, 'file')} checked, {damaged:,} damaged")
        return ERROR
    size = f"{bytes_read / 1_000_000:,.1f} MB"
    results().print(f"{counted(files, 'file')} checked, {size}: the index is whole")
    return FOUND
