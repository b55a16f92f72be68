"""What is said of an indexing run: failures, notices, and one line at the end."""

from __future__ import annotations

from cli.output import messages, printable
from index.sync import Report

_NOTICES_SHOWN = 20
_SKIPS_SHOWN = 10


def tell_report(report: Report, *, verbose: bool = False) -> None:
    """Tell on standard error what could not be read, and why, and what is to be known.

    Where nothing was read, it is told why files were skipped, if they are few.
    """
    console = messages()
    if verbose or (not report.articles and len(report.skips) <= _SKIPS_SHOWN):
        for skip in report.skips:
            console.print(f"{printable(skip.name)}: skipped, {printable(skip.reason)}")
    shown = report.notices if verbose else report.notices[:_NOTICES_SHOWN]
    for notice in shown:
        console.print(f"{printable(notice.name)}: {printable(notice.sentence)}")
    if len(report.notices) > len(shown):
        console.print(f"… and {len(report.notices) - len(shown):,} more notices (-v shows all)")
    for failure in report.failures:
        console.print(f"{printable(failure.name)}: {printable(failure.reason)}")


def summary(report: Report) -> str:
    """The one line at the end."""
    failed = f", {len(report.failures):,} failed" if report.failures else ""
    if report.articles and report.articles == report.unchanged and not report.removed:
        line = f"All {report.articles:,} articles are unchanged"
        line = "The article is unchanged" if report.articles == 1 else line
        return line + failed
    counts = (
        (report.added, "added"),
        (report.replaced, "replaced"),
        (report.unchanged, "unchanged"),
        (report.removed, "removed"),
        (len(report.failures), "failed"),
    )
    line = "Articles: " + ", ".join(f"{count:,} {what}" for count, what in counts)
    if report.skips:
        files = "file" if report.skipped == 1 else "files"
        line += f"; {report.skipped:,} {files} of other kinds skipped"
    return line
